"""Datelines: the place of writing, a date and an agency at the head of a paragraph ("BEIRUT, Nov 3 (Reuters) -")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.recognition.entries import either
from geomap.recognition.text import Spans
from geomap.toponym import is_arabic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.recognition.text import Found, Text

__all__ = ["dateline_pattern", "datelines"]

_MONTHS = (
    "jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?",
    "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
    r"янв\w*", r"фев\w*", r"мар\w*", r"апр\w*", "ма[йя]", r"июн\w*", r"июл\w*", r"авг\w*", r"сен\w*", r"окт\w*",
    r"ноя\w*", r"дек\w*",
    "يناير", "فبراير", "مارس", "[أا]بريل", "مايو", "يوني[وه]", "يولي[وه]", "[أا]غسطس", "سبتمبر", "[أا]كتوبر",
    "نوفمبر", "ديسمبر", "كانون (?:الثاني|الأول)", "شباط", "[آا]ذار", "نيسان", "[أا]يار", "حزيران", "تموز", "[آا]ب",
    "[أا]يلول", "تشرين (?:الثاني|الأول)",
)  # fmt: skip
_MONTH = either(_MONTHS)
_YEAR = r"(?:[,،]?\s*\d{4})?(?:\s+г(?:ода|\.)?)?"
_DAY = rf"(?:\w+day,?\s+)?(?:\d{{1,2}}\s+{_MONTH}|{_MONTH}\.?\s+\d{{1,2}})\b\.?{_YEAR}"
_SECOND_PLACE = r"(?:\s?/\s?|[,،]\s)(?!\d)[^\W\d_][^\n\d,،.:;()/–—]{1,30}?"
_BRACKET = r"\([^()\n]{2,60}\)"
_DASH = r"[-–—]"


def dateline_pattern(agencies: Sequence[str]) -> re.Pattern[str]:
    """Compile what stands behind the first place of a dateline, in small letters.

    The groups `place` and `slashed` are a second one ("KABUL, Afghanistan", "GENEVA/DAMASCUS"). The group `bare` is a
    dash, a colon or a full stop alone, which also stands behind names that open a list; `open` is what stands behind
    a bracket without a dash.
    """
    agency = either(agencies)
    return re.compile(
        rf"(?P<place>{_SECOND_PLACE})?(?:"
        rf"[,،.]?\s*(?:{_DAY}\s*)?(?:{_BRACKET}\s*(?:{_DASH}|:)+|/[^/\n]{{2,60}}/)"  # (Reuters) -, 3 May. /TASS/
        rf"|\s*\((?=[^()\n]{{0,40}}\b(?:news|{agency})\b)[^()\n]{{2,60}}\)(?P<open>\s+)"  # (X News / Y - 3rd May)
        rf"|[,،.]?\s*{_DASH}?\s*{_DAY}\s*(?:{_DASH}|:|\.|\)|/)"  # , 3 May 2018 -
        rf"|[,،]?\s*{_DASH}{{0,2}}\s*{agency}\b\s*(?:{_DASH}|[:.\n]|$)"  # , SANA -
        rf"|\s?{_DASH}\s?\w+\s*(?:\n|$))"
        rf"|(?P<slashed>\s?/\s?[^\W\d_][^\n\d,،.:;()/–—]{{1,30}}?)?(?P<bare>\s{_DASH}{{1,2}}\s|:\s|\.\s)",
        re.DOTALL,
    )


def datelines(text: Text, found: Sequence[Found]) -> tuple[Spans, Spans]:
    """Return where the places of datelines stand, and where the rest of them does, in which no place is named."""
    places, rest = [], []
    for name in found:
        opening = text.body[text.body.rfind("\n", 0, name.start) + 1 : name.start] if _may_open(text, name) else "no"
        if opening.strip() not in ("", "("):
            continue
        tail = text.words.dateline.match(text.low, name.end)
        if tail is None or (tail["bare"] and not _is_bare_dateline(text, name, tail["bare"])):
            continue
        if tail["open"] and text.body[tail.end() : tail.end() + 1].islower():
            continue  # "Aleppo (SANA reports) has received 40 families"
        end = max(name.end, tail.end("place"), tail.end("slashed"))
        places.append((name.start, end))
        rest.append((end, tail.end()))
    return Spans(places), Spans(rest)


def _may_open(text: Text, name: Found) -> bool:
    """Whether white space, a bracket or nothing stands right before a name, back to a line break."""
    before = text.body[max(0, name.start - 2) : name.start]
    return before[-1:] in ("", "\n", "(") or before.isspace()


def _is_bare_dateline(text: Text, name: Found, mark: str) -> bool:
    """Whether a place with a mark alone behind it is a dateline.

    "CAIRO — " is, and what opens a title ("Yemen: situation report"); "Homs: 40 people returned." is an item of a list.
    """
    surface = text.body[name.start : name.end]
    if surface.isupper():
        return True
    if mark.strip() == ".":
        return False
    return _is_title(text, name) or (is_arabic(surface) and mark.strip() != ":")


def _is_title(text: Text, name: Found) -> bool:
    """Whether a name opens the first line of a text and no sentence ends that line."""
    line = text.body[: name.start].lstrip() + text.body[name.start :].partition("\n")[0]
    return "\n" not in line and not line.rstrip().endswith((".", "!", "?", "؟"))
