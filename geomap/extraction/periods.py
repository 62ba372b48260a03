"""When something happened: stretches of time as texts tell them, made absolute by the bulletin's date."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from geomap.extraction.rules import rule_pack
from geomap.model import Interval

if TYPE_CHECKING:
    from geomap.extraction.rules import PeriodWords

__all__ = ["Period", "find_period"]

Period = tuple[str, Interval | None, bool]
"""As told in plain form ("past day", "2018-06-23", "as of 2019-04-30"), its days, and whether it is a point reached
by a running total ("as of")."""

_DAY = timedelta(days=1)


def find_period(text: str, day: date | None, words: PeriodWords) -> Period | None:
    """Return the first stretch of time that a text tells, None when it tells none.

    Parameters
    ----------
    text
        A sentence or a part of one.
    day
        The bulletin's date; years that the text leaves out are the latest that make a day not after it. Without it
        only full dates give an interval.
    words
        The language's words.
    """
    found: list[tuple[int, Period]] = []
    for name, days, pattern in words.past:
        if match := pattern.search(text):
            # The last 24 hours before a bulletin's date reach back into the day before; which hours is not said.
            interval = Interval(start=day - days * _DAY, end=day + _DAY) if day else None
            found.append((match.start(), (name, interval, False)))
    found += _dates(text, day, words)
    found += _weekday(text, day, words)
    return min(found, key=lambda item: item[0])[1] if found else None


_ONE_DAY = (
    # 28/29 June, 17th of June, June 23, 2018
    r"(?:(?P<d{n}>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[/–-]\s*(?P<e{n}>\d{{1,2}}))?\s+(?:of\s+)?(?P<m{n}>{month})"
    r"|(?P<M{n}>{month})\s+(?P<D{n}>\d{{1,2}})(?!\d))(?:,?\s+(?P<y{n}>\d{{4}}))?"
)


@cache
def _date_patterns(lang: str) -> dict[str, re.Pattern[str]]:
    """Compile the forms of dates of a language, by kind, in the order in which they are tried."""
    pack = rule_pack(lang)
    assert pack is not None  # noqa: S101 - only packs that are loaded ask
    words = pack.period
    month = "|".join(sorted(map(re.escape, words.months), key=len, reverse=True))
    first, second = _ONE_DAY.format(n=1, month=month), _ONE_DAY.format(n=2, month=month)
    since, until = rf"(?:{words.since})\s+", rf"\s*(?:{words.until})\s*"
    month_to = rf"(?:\s+(?:{words.months_to})\s*(?P<m2>{month}))?"
    forms = {
        "range": rf"{since}{first}\s*(?:[\w ]{{0,60}}?\s)?(?:{words.until})\s*{second}",
        "days": rf"{since}(?P<d1>\d{{1,2}}){until}(?P<d2>\d{{1,2}})\s+(?P<m2>{month})(?:,?\s+(?P<y2>\d{{4}}))?",
        "since": since + first,
        "as_of": rf"(?:{words.as_of})\s+{first}",
        "day": first,
        "months": rf"(?:{words.months_in})\s+(?P<m1>{month}){month_to}(?:\s+(?P<y2>\d{{4}}))?(?!\s*\d)",
    }
    return {kind: re.compile(rf"(?<!\w){form}(?!\w)", re.IGNORECASE) for kind, form in forms.items()}


def _dates(text: str, day: date | None, words: PeriodWords) -> list[tuple[int, Period]]:
    for kind, pattern in _date_patterns(words.lang).items():
        match = pattern.search(text)
        period = _period(kind, match, day, words) if match else None
        if match and period:
            return [(match.start(), period)]
    return []


def _period(kind: str, match: re.Match[str], day: date | None, words: PeriodWords) -> Period | None:
    parts = match.groupdict()
    if kind == "months":
        return _months(parts, day, words)
    if kind == "days":
        end = _date(parts["d2"], parts["m2"], parts["y2"], day, words)
        start = _date(parts["d1"], parts["m2"], parts["y2"], day, words)
        return _between(start, end)
    month, year = parts["m1"] or parts["M1"], parts["y1"]
    start = _date(parts["d1"] or parts["D1"], month, year, day, words)
    if start is None:
        return None
    if kind == "since":
        return (f"since {start}", Interval(start=start, end=day + _DAY) if day and day >= start else None, False)
    if kind == "as_of":
        return (f"as of {start}", Interval(start=start, end=start + _DAY), True)
    last: date | None = start
    if kind == "range":
        last = _date(parts["d2"] or parts["D2"], parts["m2"] or parts["M2"], parts["y2"], day, words)
    elif parts.get("e1"):
        last = _date(parts["e1"], month, year, day, words)
    return _between(start, last)


def _between(start: date | None, end: date | None) -> Period | None:
    if start is None or end is None or end < start:
        return None
    name = start.isoformat() if start == end else f"{start}/{end}"
    return (name, Interval(start=start, end=end + _DAY), False)


def _months(parts: dict[str, str | None], day: date | None, words: PeriodWords) -> Period | None:
    first = _date("1", parts["m1"], parts["y2"], day, words)
    last = _date("1", parts["m2"] or parts["m1"], parts["y2"], day, words)
    if first is None or last is None or last < first:
        return None
    end = (last.replace(day=28) + 4 * _DAY).replace(day=1)
    name = f"{first:%Y-%m}" if first == last else f"{first:%Y-%m}/{last:%Y-%m}"
    return (name, Interval(start=first, end=end), False)


def _date(number: str | None, month: str | None, year: str | None, day: date | None, words: PeriodWords) -> date | None:
    if not number or not month:
        return None
    if year is None and day is None:
        return None
    try:
        if year is not None:
            return date(int(year), words.months[month.lower()], int(number))
        assert day is not None  # noqa: S101 - one of both is given
        same_year = date(day.year, words.months[month.lower()], int(number))
        return same_year if same_year <= day + 31 * _DAY else same_year.replace(year=day.year - 1)
    except ValueError:
        return None


def _weekday(text: str, day: date | None, words: PeriodWords) -> list[tuple[int, Period]]:
    names = "|".join(words.weekdays)
    match = re.search(rf"(?<!\w)(?:{words.on})\s+(?P<name>{names})(?!\w)", text, re.IGNORECASE)
    if match is None or day is None:
        return []
    then = day - ((day.weekday() - words.weekdays[match["name"].lower()]) % 7) * _DAY
    return [(match.start(), (then.isoformat(), Interval(start=then, end=then + _DAY), False))]
