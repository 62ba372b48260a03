"""Stretches of time told by the calendar's own units: weeks, parts of months, quarters, years, weekends, nights.

A span is as exact as the unit that tells it: "in early May" is days of May, but its ends are known to a week or so.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

from geomap.extraction.phrases import Phrases
from geomap.extraction.rules import rule_pack
from geomap.model import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geomap.extraction.vocabulary import PeriodWords
    from geomap.model import Precision

    Span = tuple[str, Interval]
    Reader = Callable[[re.Match[str], date, PeriodWords], Span | None]

__all__ = ["calendar_spans"]

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


def calendar_spans(text: str, day: date | None, words: PeriodWords) -> Iterator[tuple[int, int, Span]]:
    """Yield the spans that a text tells by units of the calendar: start, end, and the span as told with its days.

    Parameters
    ----------
    text
        A sentence or a part of one.
    day
        The bulletin's date, from which "last week" counts; without it nothing is told.
    words
        The language's words; one without words for units has no such spans.
    """
    if day is None or not words.spans:
        return
    for words_of_it, pattern, read in _patterns(words.lang):
        if words_of_it.possible(text) and (match := pattern.search(text)) and (span := read(match, day, words)):
            yield match.start(), match.end(), span


@cache
def _patterns(lang: str) -> tuple[tuple[Phrases, re.Pattern[str], Reader], ...]:
    """Compile the forms of a language's spans, each with the words that it needs and what reads it."""
    pack = rule_pack(lang)
    assert pack is not None  # noqa: S101 - only packs that are loaded ask
    words = pack.period
    month = "|".join(sorted(map(re.escape, words.months), key=len, reverse=True))
    weekday = "|".join(map(re.escape, words.weekdays))
    said = {kind: "|".join(entries) for kind, entries in words.spans.items()}
    number = "|".join(["\\d{1,2}", *words.small])
    in_, since, last, this = (f"(?:{said[kind]})" for kind in ("in", "since", "last", "this"))
    unit = rf"(?P<unit>{said['week']}|{said['month']}|{said['year']})"
    nights = rf"(?P<d>\d{{1,2}})\s*(?:to|and|on|[–/-])\s*(?P<e>\d{{1,2}})\s+(?P<m>{month})"
    two = rf"(?P<a>{weekday})\s+(?:and|to|until|till|[–-])\s+(?P<b>{weekday})"
    a_day = rf"(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{month})|(?P<M>{month})\s+(?P<D>\d{{1,2}}))"
    year = r"(?:,?\s+(?P<y>(?:19|20)\d\d))?(?!\s*[\d,.]\d)"
    forms: list[tuple[str, Reader]] = [
        (rf"(?:(?P<since>{since})\s+|{in_}\s+)?(?:the\s+)?(?P<part>{_parts(words)})[\s-]*(?P<m>{month}){year}", _part),
        (rf"{since}\s+(?:{last}\s+)?(?P<m>{month}){year}(?!\s+\d)", _since_month),
        (rf"(?:(?P<since>{since})|{in_})\s+(?P<y>(?:19|20)\d\d)(?!\s*[\w,.–-]*\d)(?!\s+{words.counted})", _year),
        (rf"{in_}\s+the\s+(?P<nth>{'|'.join(words.ordinals)})\s+{said['quarter']}(?:\s+of)?{year}", _quarter),
        (rf"(?:{said['week_to']})\s+{a_day}{year}", _week_to),
        (rf"(?:{said['week_of']})\s+{a_day}{year}", _week_of),
        (rf"(?:the\s+)?(?P<n>{number})\s+{said['days_to']}\s+{a_day}{year}", _days_to),
        (rf"{in_}\s+(?:the\s+)?{last}\s+(?P<n>{number})\s+{unit}s", _past),
        (rf"{in_}\s+(?:the\s+)?{last}\s+(?P<n>{number})\s+(?P<unit>{said['day']})s?", _past),
        (rf"(?:{said['night_of']})\s+{nights}{year}", _night),
        (rf"(?:{said['overnight']})", _overnight),
        (rf"(?:{said['by_end']})\s+(?:the\s+|{this}\s+)?{unit}", _by_end),
        (rf"(?:{said['weekend']})", _weekend),
        (rf"{since}\s+(?:the\s+)?(?:{said['start']})\s+(?:of\s+)?(?:the\s+|{this}\s+)?{unit}", _since_unit),
        (rf"(?:{since}|{said['between']})\s+{two}", _weekdays),
        (rf"(?:on\s+)?(?P<a>{weekday})\s+and\s+(?P<b>{weekday})", _weekdays),
        (rf"since\s+(?:last\s+)?(?P<a>{weekday})", _since_weekday),
        (rf"{last}\s+(?P<a>{weekday})", _last_weekday),
        (rf"(?:{last}|(?P<this>{this}))\s+{unit}", _unit_before),
    ]  # fmt: skip
    return tuple(
        (Phrases([form], r"(?<!\w)", r"(?!\w)", pack.sieve), re.compile(rf"(?<!\w){form}(?!\w)", re.IGNORECASE), read)
        for form, read in forms
    )


def _parts(words: PeriodWords) -> str:
    return "|".join(words.parts)


def _span(start: date, last: date, precision: Precision = "day", *, name: str | None = None) -> Span | None:
    """Return days from `start` to `last`, both included, None when they are none or the calendar ends."""
    if last < start or last == date.max:
        return None
    told = name or (start.isoformat() if start == last else f"{start}/{last}")
    return told, Interval(start=start, end=last + _DAY, precision=precision)


def _since(start: date, day: date, precision: Precision = "day") -> Span | None:
    return _span(start, day, precision, name=f"since {start}")


def _date_of(match: re.Match[str], day: date, words: PeriodWords) -> date | None:
    """Return a date with the year that it leaves out: the latest that is not after the bulletin's."""
    told = match.groupdict()
    month = words.months[(told.get("m") or told.get("M") or "").lower()]
    number = int(told.get("d") or told.get("D") or 1)
    years = [int(match["y"])] if told.get("y") else [day.year, day.year - 1]
    found = (_real(year, month, number) for year in years)
    return next((d for d in found if d is not None and (told.get("y") or d <= day)), None)


def _real(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _end_of_month(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])


def _part(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    first = _date_of(match, day, words)
    low, high = words.parts[" ".join(match["part"].lower().split())]
    if first is None:
        return None
    last = _end_of_month(first)
    start, end = first.replace(day=low), first.replace(day=min(high, last.day))
    return _since(start, day, "week") if match["since"] else _span(start, end, "week")


def _since_month(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    first = _date_of(match, day, words)
    return _since(first, day, "month") if first else None


def _year(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    first = _real(int(match["y"]), 1, 1)
    if first is None or first > day:
        return None
    return (
        _since(first, day, "year")
        if match["since"]
        else _span(first, first.replace(month=12, day=31), "year", name=match["y"])
    )


def _quarter(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    month = 3 * words.ordinals[match["nth"].lower()] - 2
    years = [int(match["y"])] if match["y"] else [day.year, day.year - 1]
    first = next((d for y in years if (d := _real(y, month, 1)) and (match["y"] or d <= day)), None)
    if first is None:
        return None
    last = _end_of_month(first.replace(month=month + 2))
    return _span(first, last, "month", name=f"{first:%Y-%m}/{last:%Y-%m}")


def _week_to(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    last = _date_of(match, day, words)
    return _span(last - _WEEK + _DAY, last) if last and last > date.min + _WEEK else None


def _week_of(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    first = _date_of(match, day, words)
    return _span(first, first + _WEEK - _DAY) if first and first < date.max - _WEEK else None


def _days_to(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    last = _date_of(match, day, words)
    count = _small(match["n"], words)
    return _span(last - (count - 1) * _DAY, last) if last and count and last > date.min + count * _DAY else None


def _small(text: str, words: PeriodWords) -> int:
    return words.small.get(text.lower()) or int(text)


def _past(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    size, precision = _size(match["unit"], words)
    back = min(size * _small(match["n"], words), day.toordinal() - 1)
    return _span(day - back * _DAY, day, precision)


def _size(unit: str, words: PeriodWords) -> tuple[int, Precision]:
    """Return the days of a unit, and how exact a time is that is told by it."""
    sizes: list[tuple[str, int, Precision]] = [("week", 7, "week"), ("month", 30, "month"), ("year", 365, "year")]
    for kind, size, precision in sizes:
        if re.fullmatch("|".join(words.spans[kind]), unit, re.IGNORECASE):
            return size, precision
    return 1, "day"


def _night(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    first = _date_of(match, day, words)
    last = _real(first.year, first.month, int(match["e"])) if first else None
    return _span(first, last) if first and last else None


def _overnight(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    return _span(day - _DAY, day, name="overnight") if day > date.min else None


def _by_end(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    size, precision = _size(match["unit"], words)
    ends = {7: day + (6 - day.weekday()) * _DAY if day < date.max - _WEEK else day, 30: _end_of_month(day)}
    last = ends.get(size, day.replace(month=12, day=31))
    return _span(day, last, precision, name=f"by {last}")


def _weekend(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    sunday = day.toordinal() - (day.weekday() + 1) % 7
    return _span(date.fromordinal(sunday - 1), date.fromordinal(sunday)) if sunday > 1 else None


def _since_unit(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    return _since(_start_of(day, _size(match["unit"], words)[0]), day)


def _start_of(day: date, size: int) -> date:
    """Return the first day of the week, month or year of a day."""
    if size == 7:
        return date.fromordinal(max(1, day.toordinal() - day.weekday()))
    return day.replace(day=1) if size == 30 else day.replace(month=1, day=1)


def _latest(name: str, day: date, words: PeriodWords) -> date:
    """Return the latest day of that name that is not after `day`."""
    return date.fromordinal(max(1, day.toordinal() - (day.weekday() - words.weekdays[name.lower()]) % 7))


def _weekdays(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    last = _latest(match["b"], day, words)
    return _span(_latest(match["a"], last, words), last)


def _since_weekday(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    return _since(_latest(match["a"], day, words), day)


def _last_weekday(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    then = _latest(match["a"], day - _DAY if day > date.min else day, words)
    return _span(then, then)


def _unit_before(match: re.Match[str], day: date, words: PeriodWords) -> Span | None:
    """Read "last week", "last month", "this year": the one before that of the bulletin's day, or its own so far."""
    size, precision = _size(match["unit"], words)
    start = _start_of(day, size)
    if match["this"]:
        return _span(start, day, precision)
    if start == date.min:
        return None
    last = start - _DAY
    first = _start_of(last, size)
    names = {30: f"{first:%Y-%m}", 365: f"{first.year:04d}"}
    return _span(first, last, precision, name=names.get(size))
