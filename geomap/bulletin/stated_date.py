"""The day that a bulletin says it is of: in its heading, its dateline, or after "as of"."""

from __future__ import annotations

import re
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from geomap.arabic_script import BARE_ALEF, DIGITS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["parse_written_date", "stated_date"]

# Month names as bulletins write them; the second Arabic line is the naming of the Levant and Iraq.
_MONTHS = {
    name: number
    for line in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
        "янв фев мар апр май июн июл авг сен окт ноя дек",
        "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
        "كانون_الثاني شباط اذار نيسان ايار حزيران تموز اب ايلول تشرين_الاول تشرين_الثاني كانون_الاول",
    )
    for number, name in enumerate(line.split(), start=1)
} | {"sept": 9, "сент": 9, "يونيه": 6, "يوليه": 7}

# One character for one, so that offsets stay: hamza seats to bare alef, Arabic and Persian digits to European ones.
_FOLD = BARE_ALEF | DIGITS | str.maketrans("\u00a0", " ")

_NAMES = "|".join(sorted((name.replace("_", r"\s+") for name in _MONTHS), key=len, reverse=True))
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = rf"(?P<month>{_NAMES})(?:\s*[/-]\s*(?P<month2>{_NAMES}))?\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_WRITTEN = (
    re.compile(rf"(?<![\w./-]){_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(rf"(?<!\w){_MONTH}\s+{_DAY},?\s+{_YEAR}", re.IGNORECASE),
    re.compile(r"(?<![\w./-])(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?![\w/-])"),
)

_HEADING_LINES = 3  # a title, a subtitle, a line of date: what stands above the first paragraph of the bulletins read
_HEADING_LENGTH = 160  # the longest title among them has 131 characters
_LINE_LENGTH = 1000  # what is looked at of one line; nothing that counts stands further on
_DATELINE_LENGTH = 60  # "DEIR EZ-ZOR (Sputnik), 24 September 2018 -" has 42
_BEFORE_END_OF_RANGE = re.compile(rf"(?:\d|{_NAMES})\.?\s*[-–—/]\s*$|\b(?:to|till|and|до|по|الى)\s+$", re.IGNORECASE)
_AFTER_START_OF_RANGE = re.compile(
    rf"\s*(?:[-–—/]|to|till|and|до|по|الى)\s*(?:\d\d?\s+(?:{_NAMES})|(?:{_NAMES})\s+\d)", re.IGNORECASE
)
_BACKWARD = re.compile(
    r"\b(?:since|from|after|before|until|till|by|on|of|dated|signed|с|со|от|после|до|на|в|منذ|من|بعد|قبل|حتى|في|يوم)"
    r"\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_AS_OF = re.compile(
    r"(?:\bas (?:of|at)|\bdated?:|\bissued:?|\bpublished:?|\b(?:bulletin|briefing|report|update) (?:of|for)"
    r"|по состоянию на|дата:|التاريخ:)\s*$",
    re.IGNORECASE,
)
_BEFORE_IN_DATELINE = re.compile(r"^$|[,،):–—-]\s*(?:[^\W\d]+,?\s+)?$")  # "MOSCOW, Monday, 11 September 2018."
_AFTER_IN_DATELINE = re.compile(r"\s*(?:г\.|(?:года|م)?\s*[-–—.:/(])")
_SENTENCE_END = re.compile(r"(?<!\bг)[.!?؟…][\"'”»)]?$")  # "24 июня 2018 г." ends no sentence


def stated_date(text: str) -> tuple[date, str] | None:
    """Find the day a text says it is of, and the words that say it.

    Looked for, in this order: a heading (one of the first three lines, short and not a sentence), a dateline
    ("MOSCOW, 11 September 2018."), and "as of 30 April 2019" in the first lines. Days of which the text only tells
    ("since 18 July 2018", "on 4 May 2017") are not its own, nor are the ends of a range; two different days in one
    line decide nothing.
    """
    folded = text.translate(_FOLD)
    spans = _first_lines(folded)
    for accept in (_in_heading, _in_dateline, _after_as_of):
        for number, (start, end) in enumerate(spans):
            line = folded[start:end]
            found = [(day, match) for day, match in _dates(line) if accept(number, line, match)]
            if len({day for day, _ in found}) == 1:
                day, match = found[0]
                return day, text[start + match.start() : start + match.end()]
    return None


def parse_written_date(value: str) -> date | None:
    """Read a value that is nothing but one written date ("24 June 2018"); None when it is not."""
    folded = value.translate(_FOLD).strip()
    days = [day for day, match in _dates(folded) if match.group() == folded]
    return days[0] if days else None


def _dates(line: str) -> Iterator[tuple[date, re.Match[str]]]:
    """Yield the days that exist among those written in a line, ranges left out."""
    for pattern in _WRITTEN:
        for match in pattern.finditer(line):
            day = _day_of(match)
            if day is not None and not _is_end_of_range(line, match):
                yield day, match


def _is_end_of_range(line: str, match: re.Match[str]) -> bool:
    before = _BEFORE_END_OF_RANGE.search(line[: match.start()])
    return before is not None or _AFTER_START_OF_RANGE.match(line, match.end()) is not None


def _day_of(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    month = _month_number(parts["month"])
    if parts.get("month2") and _month_number(parts["month2"]) != month:
        return None
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:  # 31 February
        return None


def _month_number(name: str) -> int:
    return int(name) if name.isdigit() else _MONTHS["_".join(name.lower().split())]


def _first_lines(text: str) -> list[tuple[int, int]]:
    """Return start and end of the first lines that are not blank."""
    lines = islice(re.finditer(r"\S(?:.*\S)?", text), _HEADING_LINES + 2)
    return [(m.start(), min(m.end(), m.start() + _LINE_LENGTH)) for m in lines]


def _in_heading(number: int, line: str, match: re.Match[str]) -> bool:
    heading = number < _HEADING_LINES and len(line) <= _HEADING_LENGTH and not _SENTENCE_END.search(line)
    return heading and not _BACKWARD.search(line[: match.start()])


def _in_dateline(number: int, line: str, match: re.Match[str]) -> bool:
    before, near = line[: match.start()], number < _HEADING_LINES and match.start() <= _DATELINE_LENGTH
    ends_well = match.end() == len(line) or _AFTER_IN_DATELINE.match(line, match.end()) is not None
    return near and ends_well and _BEFORE_IN_DATELINE.search(before) is not None


def _after_as_of(_number: int, line: str, match: re.Match[str]) -> bool:
    return _AS_OF.search(line[: match.start()]) is not None
