"""The time for which a record of the Linked Places Format holds, as far as calendar days can tell it."""

from __future__ import annotations

import re
from datetime import date, timedelta

__all__ = ["Span", "span_of"]

Span = tuple[date | None, date | None]
"""The first day, and the first day on which it no longer holds; None on a side that is open."""

_ISO = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2}))?)?(?P<doubt>[~?%]?)")
_LAST_YEAR = 9998


def span_of(start: str, end: str) -> tuple[Span, bool]:
    """Return the days from a start until after an end, and whether all of it could be told.

    Years and months stand for all of their days. What is no such date (years before the common era, "[..1600]") leaves
    its side open; a doubt ("1600?") is not kept.

    Examples
    --------
    >>> span_of("1600", "1699")
    ((datetime.date(1600, 1, 1), datetime.date(1700, 1, 1)), True)
    """
    first, last = _days(start), _days(end)
    whole = all(days is not None or not text for days, text in ((first, start), (last, end)))
    begin, stop = first and first[0], last and last[1]
    if begin is not None and stop is not None and begin >= stop:
        return (None, None), False
    return (begin, stop), whole


def _days(text: str) -> tuple[date, date] | None:
    """Return the first day of a year, month or day, and the first after it; None when it is none of them."""
    found = _ISO.fullmatch(text.strip())
    if found is None or not 1 <= int(found["year"]) <= _LAST_YEAR:
        return None
    year, month, day = (int(found[part]) if found[part] else None for part in ("year", "month", "day"))
    try:
        first = date(year or 1, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return first, first + timedelta(days=1)
    return first, date(first.year + (month in (None, 12)), 1 if month in (None, 12) else first.month + 1, 1)
