"""Days as tables write them -> calendar days; what could be two days is none, unless somebody says or shows how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from geomap.arabic_script import western
from geomap.bulletin.stated_date import parse_written_date
from geomap.model import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.model import Precision

__all__ = ["PRECISIONS", "DateReader", "spanned"]

PRECISIONS: tuple[Precision, ...] = ("day", "week", "month", "year")
"""From the finest."""

_PARTS = re.compile(r"(\d{1,4})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{1,4})(?:[T ]+\d{1,2}:\d{2}(?::\d{2})?.*)?")
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_RANGE = re.compile(r"(?P<first>.*?\d)\s*(?:\s(?:to|[-–—])\s|[–—])\s*(?P<last>\S.*)")
_DAYS_OF_MONTH = re.compile(r"(?P<first>\d{1,2})\s*[-–—]\s*(?P<last>\d{1,2}) (?P<month>[^\W\d]+\.?,? \d{4})")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000  # 1954 to 2119; a number beside them is no day
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReader:
    """Reads the days of a table.

    `order` (dmy, mdy or ymd) says how days in three numbers are written; None when nobody knows. `from_1904` says that
    numbers of days count from 1904, as in some workbooks.
    """

    order: str | None = None
    from_1904: bool = False

    @classmethod
    def for_column(cls, cells: Iterable[str], *, order: str | None, from_1904: bool = False) -> DateReader:
        """Return a reader whose order is told by a column: 24/06/2018 shows that the day stands first.

        A column that shows both orders shows none.
        """
        if order is None:
            shown = {"dmy" if int(m[1]) > 12 else "mdy" for m in map(_short, cells) if m and _shows(m)}
            order = shown.pop() if len(shown) == 1 else None
        return cls(order=order, from_1904=from_1904)

    def days(self, text: str) -> Interval:
        """Return the day, month or year that a cell names, as calendar days.

        Raises
        ------
        ValueError
            When it names none, or could name two; the message says what would be right.
        """
        plain = western(" ".join(text.split()))
        ends = _ends(plain)
        if ends is not None:
            first, last = self.days(ends[0]), self.days(ends[1])
            if first.start >= last.end:
                raise ValueError(f"{text!r} ends before it begins")
            return spanned(first, last)
        year_or_month = self._long(plain)
        if year_or_month is not None:
            return year_or_month
        day = self._day(plain)
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise ValueError(f"{text!r} is a day of the year {day.year}; is it a slip?")
        return Interval(start=day, end=day + timedelta(days=1))

    def _long(self, plain: str) -> Interval | None:
        month = _MONTH.fullmatch(plain)
        if month and 1 <= int(month[2]) <= 12:
            return _month(int(month[1]), int(month[2]))
        if re.fullmatch(r"(?:19|20)\d\d", plain):
            return Interval(start=date(int(plain), 1, 1), end=date(int(plain) + 1, 1, 1), precision="year")
        first = parse_written_date(f"1 {plain}") if re.fullmatch(r"[^\W\d]+\.?,? \d{4}", plain) else None
        return _month(first.year, first.month) if first else None

    def _day(self, plain: str) -> date:
        plain = re.sub(r"((?:19|20)\d\d)(\d\d)(\d\d)", r"\1-\2-\3", plain) if _COMPACT.fullmatch(plain) else plain
        moment = _iso(plain)
        if moment is not None:
            return moment
        parts = _PARTS.fullmatch(plain)
        if parts:
            return self._three(plain, parts[1], parts[2], parts[3])
        if _SERIAL.fullmatch(plain) and _FIRST_SERIAL <= float(plain) <= _LAST_SERIAL:
            return (_EPOCH_1904 if self.from_1904 else _EPOCH) + timedelta(days=int(float(plain)))
        # "24-Jun-18" as spreadsheets write it, "Sunday, 24 June 2018"
        spaced = re.sub(r"(?<=\w)[-/](?=[^\W\d])|(?<=[^\W\d])[-/](?=\w)", " ", plain)
        spaced = re.sub(r"^[^\W\d]+day,? ", "", spaced, flags=re.IGNORECASE)
        spaced = re.sub(r"(?<= )(\d\d)$", r"20\1", spaced)
        written = parse_written_date(re.sub(r" \d{1,2}:\d{2}(?::\d{2})?$", "", spaced))
        if written is None:
            raise ValueError(f"{plain!r} is no day; write it as 2018-06-24")
        return written

    def _three(self, plain: str, one: str, two: str, three: str) -> date:
        """Return the day of three numbers, in the order that is known or that they show themselves."""
        if len(one) == 4:
            return _made(plain, one, two, three)
        year = three if len(three) == 4 else f"20{three}" if len(three) == 2 and self.order else None
        if year is None:
            raise ValueError(f"{plain!r} does not say its year in four digits; write it as 2018-06-24")
        order = self.order or ("dmy" if int(one) > 12 or one == two else "mdy" if int(two) > 12 else None)
        if order is None:
            hint = "say --map date_order:=dmy (the day first) or mdy (the month first)"
            raise ValueError(f"{plain!r} could be two days; {hint}")
        return _made(plain, year, two, one) if order == "dmy" else _made(plain, year, one, two)


def spanned(first: Interval, last: Interval) -> Interval:
    """Return the days from the beginning of one time to the end of another, as exact as the less exact of them."""
    precision = max(first.precision, last.precision, key=PRECISIONS.index)
    return Interval(start=first.start, end=last.end, precision=precision)


def _ends(plain: str) -> tuple[str, str] | None:
    """Return the two days of a range: "2018-06-24 to 2018-06-26", "24-26 June 2018"; None of one day."""
    same = _DAYS_OF_MONTH.fullmatch(plain)
    if same:
        return f"{same['first']} {same['month']}", f"{same['last']} {same['month']}"
    two = _RANGE.fullmatch(plain)
    return (two["first"], two["last"]) if two else None


def _short(cell: str) -> re.Match[str] | None:
    """Return the parts of a day in three numbers whose year stands last."""
    match = _PARTS.fullmatch(western(" ".join(cell.split())))
    return match if match and len(match[1]) < 3 else None


def _shows(match: re.Match[str]) -> bool:
    return (int(match[1]) > 12) != (int(match[2]) > 12)


def _iso(plain: str) -> date | None:
    """Return the day of an ISO date or time; one with a time zone is the day in UTC, as everywhere."""
    if not re.match(r"\d{4}-\d\d-\d\d", plain):
        return None
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError as error:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", plain):
            raise ValueError(f"{plain!r} is no day of the calendar ({error})") from None
        return None
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()


def _made(plain: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise ValueError(f"{plain!r} is no day of the calendar ({error})") from None


def _month(year: int, month: int) -> Interval:
    start = date(year, month, 1)
    return Interval(start=start, end=date(year + (month == 12), month % 12 + 1, 1), precision="month")
