"""Lists: the line that opens one says for its items what they leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.periods import LocatedPeriod
    from geomap.extraction.rules import Rule
    from geomap.model import Count, Event, Mention
    from geomap.segmentation import Sentence

__all__ = ["Opening", "is_heading_of_list", "is_item", "names_each", "opens_list", "role_before_list"]

_ITEM = re.compile(r"[-•*·–—]\s|\d{1,2}[.)]\s")
_BARE_ITEM = re.compile(
    r"[-•*·–—]\s(?:[^\d,;:]{2,40}:\s)?"
    r"(?:[^\d,;:]{2,60}(?:,\s[^\d,;:]{2,40}:)?(?:[:–—-]\s?|\s)\d{1,3}(?:[,.\s]?\d{3}){0,2}(?:[,;]\s|\s?[.;]?\s*$))+"
)
"""An area, and its places with a number each: "- Coast: Zliten 640, Zuwara 90"."""
_BARE_NUMBER = re.compile(r"(?<![\d,.])\d[\d,.]*")
_REACH = 8
"""Words between a preposition and the list: "to the following governorates and districts:"."""
_BEHIND_NAME = re.compile(r"(?:\s[a-z]{1,10})?\s?[:–—-]?\s?")
"""What may stand between a name and its number: "Zliten: 640", "Tarhuna and Bani Waleed together: 2,085"."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a line such as "Over the past day 430 people returned:" says for the items below it.

    `events` are those that it tells, `total` the figure that the items divide, `period` the time (offsets of the text),
    `role` that of the items' places. `heading`: it is a heading without a colon; it speaks only for items of bare names
    and numbers.
    """

    events: tuple[Event, ...]
    total: Count | None
    period: LocatedPeriod | None
    role: str | None = None
    heading: bool = False


def role_before_list(sentence: Sentence, rule: Rule) -> str | None:
    """Return the role that words shortly before the list give its places: "moved from the following districts:"."""
    words = sentence.text.rstrip(":*_ ").split()
    for end in range(len(words), max(0, len(words) - _REACH), -1):
        stretch = " ".join(words[:end]) + " "
        found = [(len(match.group()), role) for role, p in rule.roles.items() if (match := p.search(stretch))]
        if found:
            return max(found)[1]
    return None


def is_item(sentence: Sentence) -> bool:
    """Whether a sentence is an item of a list."""
    return _ITEM.match(sentence.text) is not None


def opens_list(sentence: Sentence, following: Sequence[Sentence]) -> bool:
    """Whether a sentence opens the list that follows it."""
    if not sentence.text.rstrip("*_ ").endswith(":") or not following:
        return False
    return following[0].paragraph != sentence.paragraph and is_item(following[0])


def is_heading_of_list(sentence: Sentence, following: Sequence[Sentence]) -> bool:
    """Whether a sentence is a heading, with no stop behind it, of a list of bare names and numbers."""
    if (
        sentence.text.rstrip("\"”»'’)*_ ").endswith((".", "!", "?", "؟", ":", ";"))
        or not following
        or is_item(sentence)
    ):
        return False
    return following[0].paragraph != sentence.paragraph and _is_bare_item(following[0])


def _is_bare_item(sentence: Sentence) -> bool:
    """Whether a sentence is an item of names with a number each, and nothing else."""
    return _BARE_ITEM.fullmatch(sentence.text) is not None


def names_each(text: str, sentence: Sentence, mentions: Sequence[Mention]) -> bool:
    """Whether an item is of names and numbers, and each number stands right behind a place that is known as one."""
    ends = sorted(m.end for m in mentions if sentence.start <= m.start < sentence.end)
    starts = [sentence.start + m.start() for m in _BARE_NUMBER.finditer(sentence.text)]
    before = [max((end for end in ends if end <= start), default=sentence.start) for start in starts]
    gaps = [text[end:start] for end, start in zip(before, starts, strict=True)]
    return _is_bare_item(sentence) and all(_BEHIND_NAME.fullmatch(gap) for gap in gaps)
