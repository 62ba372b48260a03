"""When something happened: stretches of time as texts tell them, made absolute by the bulletin's date."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from geomap.extraction.calendar_spans import calendar_spans
from geomap.extraction.phrases import Phrases
from geomap.extraction.rules import rule_pack
from geomap.model import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.extraction.vocabulary import PeriodWords
    from geomap.model import Precision

__all__ = ["LocatedPeriod", "Period", "find_period", "is_running", "locate_period"]

Period = tuple[str, Interval | None, bool]
"""As told in plain form ("past day", "2018-06-23", "as of 2019-04-30"), its days, and whether it is a point reached
by a running total ("as of")."""

LocatedPeriod = tuple[int, int, Period]
"""A period with the words that tell it: ``text[start:end]``."""

_DAY = timedelta(days=1)
_AHEAD = 31
"""Days by which a day without a year may lie after the bulletin's: bulletins tell plans for the coming month."""


def find_period(text: str, day: date | None, words: PeriodWords) -> Period | None:
    """Return the first stretch of time that a text tells, None when it tells none.

    Parameters
    ----------
    text
        A sentence or a part of one, in plain script (`plain_script`).
    day
        The bulletin's date; a year that the text leaves out is the latest that makes a day at most a month after it.
        Without it only full dates give an interval.
    words
        The language's words.
    """
    located = locate_period(text, day, words)
    return located[2] if located else None


def is_running(period: Period) -> bool:
    """Whether a total runs on to a time: "since 18 July" without an end runs on to the day of the report."""
    return period[2] or period[0].startswith("since ")


def locate_period(text: str, day: date | None, words: PeriodWords) -> LocatedPeriod | None:
    """Return what `find_period` returns, with where its words begin and end in the text."""
    return _first_period(text, day, words.lang)


@lru_cache(maxsize=256)  # a clause, its piece and its sentence are often the same words, and each is asked for
def _first_period(text: str, day: date | None, lang: str) -> LocatedPeriod | None:
    pack = rule_pack(lang)
    assert pack is not None  # noqa: S101 - only packs that are loaded ask
    words = pack.period
    marks = _marks(lang)
    dated = marks.months.possible(text)
    told = None
    if marks.saying.possible(text) and (dated or marks.weekdays.possible(text)):
        told = _said_pattern(lang).search(text)
    for passed_over in (*([_said_pattern(lang)] if told else []), words.clock):
        text = passed_over.sub(lambda m: " " * len(m.group()), text)
    said = (told and _said_on(told, day, words)) or day
    found: list[LocatedPeriod] = [(start, end, (*span, False)) for start, end, span in calendar_spans(text, day, words)]
    for name, days, pattern in words.past:
        if match := pattern.search(text):
            # The last 24 hours before a bulletin's date reach back into the day before; which hours is not said.
            interval = _interval(_back(said, days), said, _PAST.get(name, "day")) if said else None
            found.append((*match.span(), (name, interval, False)))
    found += _dates(text, day, words, dated=dated)
    found += [
        (*match.span(), (name, _interval(then, then), False))
        for (name, offset), near in zip(words.near_days.items(), marks.near_days, strict=True)
        if day and (match := near.search(text)) and (then := _back(day, -offset))
    ]
    found += _weekday(text, day, words) if marks.weekdays.possible(text) else []
    return min(found, key=lambda item: (item[0], -item[1])) if found else None


_PAST: dict[str, Precision] = {"past days": "week", "past month": "week"}
"""How exact stretches before a day are that the text counts only in round units."""


class _Marks(NamedTuple):
    """Words without which a text tells no time of a kind, so that most texts need not be searched for it."""

    months: Phrases
    weekdays: Phrases
    saying: Phrases
    near_days: tuple[Phrases, ...]


@cache
def _marks(lang: str) -> _Marks:
    pack = rule_pack(lang)
    assert pack is not None  # noqa: S101 - only packs that are loaded ask
    words, sieve = pack.period, pack.sieve

    def phrases(entries: Iterable[str]) -> Phrases:
        return Phrases([*entries], r"(?<!\w)", r"(?!\w)", sieve)

    return _Marks(
        months=phrases(words.months),
        weekdays=phrases(words.weekdays),
        saying=phrases([words.said]),
        near_days=tuple(phrases([name]) for name in words.near_days),
    )


_ONE_DAY = (
    # 28/29 June, 17th of June, June 23, 2018
    r"(?:(?P<d{n}>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[/–-]\s*(?P<e{n}>\d{{1,2}}))?\s+(?:of\s+)?(?P<m{n}>{month})"
    r"|(?P<M{n}>{month})\s+(?P<D{n}>\d{{1,2}})(?!\d))(?:,?\s+(?P<y{n}>{year}))?"
)


def _month_names(words: PeriodWords) -> str:
    return "|".join(sorted(map(re.escape, words.months), key=len, reverse=True))


@cache
def _date_patterns(lang: str) -> dict[str, re.Pattern[str]]:
    """Compile the forms of dates of a language, by kind, in the order in which they are tried."""
    pack = rule_pack(lang)
    assert pack is not None  # noqa: S101 - only packs that are loaded ask
    words = pack.period
    month = _month_names(words)
    year = rf"(?:19|20)\d\d(?![\w.,]\d)(?!{words.year_unless})"
    first, second = (_ONE_DAY.format(n=n, month=month, year=year) for n in (1, 2))
    since, until = rf"(?:{words.since})\s+", rf"\s*(?:{words.until})\s*"
    to_month = rf"(?:\s+(?:{words.months_to})\s*(?P<m2>{month}))?"
    two_days, the_year = rf"(?P<d1>\d{{1,2}}){until}(?P<d2>\d{{1,2}})", rf"(?:,?\s+(?P<y2>{year}))?"
    forms = {
        "range": rf"{since}{first}\s*(?:[\w ,–-]{{0,80}}?\s)?(?:{words.until})\s*{second}",
        "days": rf"{since}{two_days}\s+(?P<m2>{month}){the_year}",
        "month_days": rf"(?P<m2>{month})\s+{two_days}(?!\d){the_year}",
        "since": since + first,
        "as_of": rf"(?:{words.as_of})\s+{first}",
        "day": first,
        "months": rf"(?:{words.months_in})\s+(?P<m1>{month}){to_month}{the_year}(?!\s*\d)",
        "iso": r"(?P<y1>(?:19|20)\d\d)-(?P<n1>\d\d)-(?P<d1>\d\d)",
    }
    return {kind: re.compile(rf"(?<!\w){form}(?!\w)", re.IGNORECASE) for kind, form in forms.items()}


@cache
def _said_pattern(lang: str) -> re.Pattern[str]:
    """Compile a verb of saying with the day on which it was said."""
    pack = rule_pack(lang)
    assert pack is not None  # noqa: S101 - only packs that are loaded ask
    words = pack.period
    month = _month_names(words)
    day = _ONE_DAY.format(n=1, month=month, year=r"(?:19|20)\d\d")
    weekday = "|".join(map(re.escape, words.weekdays))
    between = rf"(?:\s+[^\s,.;،]+){{0,4}}?[,،]?\s+(?:(?:{words.on})\s+)?"
    return re.compile(rf"(?<!\w)(?:{words.said}){between}(?:{day}|(?P<weekday>{weekday}))(?!\w)", re.IGNORECASE)


def _said_on(told: re.Match[str], day: date | None, words: PeriodWords) -> date | None:
    """Return the day on which something was said, from which "the past day" counts."""
    if told["weekday"]:
        return _last(told["weekday"], day, words) if day else None
    return _date(told["d1"] or told["D1"], told["m1"] or told["M1"], told["y1"], day, words)


def _dates(text: str, day: date | None, words: PeriodWords, *, dated: bool) -> list[LocatedPeriod]:
    """Return the first date; only figures can tell one when no name of a month stands in the text (`dated`)."""
    for kind, pattern in _date_patterns(words.lang).items():
        if not dated and kind != "iso":
            continue
        match = pattern.search(text)
        period = _period(kind, match, day, words) if match else None
        if match and period:
            return [(*match.span(), period)]
    return []


def _period(kind: str, match: re.Match[str], day: date | None, words: PeriodWords) -> Period | None:
    parts: dict[str, str | None] = match.groupdict()
    if kind == "months":
        return _months(parts, day, words)
    if kind in ("days", "month_days"):
        end = _date(parts["d2"], parts["m2"], parts["y2"], day, words)
        return _between(_date(parts["d1"], parts["m2"], parts["y2"], day, words), end)
    if kind == "iso":
        start = _day(int(match["y1"]), int(match["n1"]), int(match["d1"]))
        return _between(start, start)
    if kind == "range":
        return _range(parts, day, words)
    return _single(kind, parts, day, words)


def _single(kind: str, parts: dict[str, str | None], day: date | None, words: PeriodWords) -> Period | None:
    """Read one date: alone, with a second day ("28/29 June"), or as where a time begins or a total stands."""
    month, year = parts["m1"] or parts["M1"], parts["y1"]
    start = _date(parts["d1"] or parts["D1"], month, year, day, words)
    if kind == "since" and start is not None:
        return (f"since {start}", _interval(start, day) if day and day >= start else None, False)
    if kind == "as_of" and start is not None:
        return (f"as of {start}", _interval(start, start), True)
    return _between(start, _date(parts["e1"], month, year, day, words) if parts["e1"] else start)


def _range(parts: dict[str, str | None], day: date | None, words: PeriodWords) -> Period | None:
    """Read "from 28 June to 3 July 2017": a year written once, at the end, holds for both."""
    end = _date(parts["d2"] or parts["D2"], parts["m2"] or parts["M2"], parts["y2"], day, words)
    number, month = parts["d1"] or parts["D1"], parts["m1"] or parts["M1"]
    start = _date(number, month, parts["y1"] or parts["y2"], day, words)
    if start and end and start > end and not parts["y1"]:  # over the turn of the year
        start = _date(number, month, str(end.year - 1), day, words)
    return _between(start, end)


def _interval(start: date, last: date, precision: Precision = "day") -> Interval | None:
    """Return the days from `start` to `last`, both included; None at the calendar's end, which has no day after it."""
    return Interval(start=start, end=last + _DAY, precision=precision) if last < date.max else None


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _between(start: date | None, end: date | None) -> Period | None:
    if start is None or end is None or end < start:
        return None
    name = start.isoformat() if start == end else f"{start}/{end}"
    return (name, _interval(start, end), False)


def _months(parts: dict[str, str | None], day: date | None, words: PeriodWords) -> Period | None:
    first = _date("1", parts["m1"], parts["y2"], day, words)
    last = _date("1", parts["m2"] or parts["m1"], parts["y2"], day, words)
    if first is None or last is None or last < first:
        return None
    name = f"{first:%Y-%m}" if first == last else f"{first:%Y-%m}/{last:%Y-%m}"
    return (name, _interval(first, last.replace(day=monthrange(last.year, last.month)[1]), "month"), False)


def _date(number: str | None, month: str | None, year: str | None, day: date | None, words: PeriodWords) -> date | None:
    if not number or not month:
        return None
    if year is not None:
        return _day(int(year), words.months[month.lower()], int(number))
    if day is None:
        return None
    same_year = _day(day.year, words.months[month.lower()], int(number))
    if same_year is not None and (same_year - day).days > _AHEAD:
        return _day(day.year - 1, same_year.month, same_year.day)
    return same_year


def _weekday(text: str, day: date | None, words: PeriodWords) -> list[LocatedPeriod]:
    names = "|".join(words.weekdays)
    match = re.search(rf"(?<!\w)(?:{words.on})\s+(?P<name>{names})(?!\w)", text, re.IGNORECASE)
    if match is None or day is None:
        return []
    then = _last(match["name"], day, words)
    return [(*match.span(), (then.isoformat(), _interval(then, then), False))]


def _last(weekday: str, day: date, words: PeriodWords) -> date:
    """Return the latest day of that name that is not after `day`."""
    return _back(day, (day.weekday() - words.weekdays[weekday.lower()]) % 7)


def _back(day: date, days: int) -> date:
    """Return the day so many days before; the calendar's first day for one before all days."""
    return date.fromordinal(max(1, day.toordinal() - days))
