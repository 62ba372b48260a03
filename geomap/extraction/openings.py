"""Lists: the line that opens one says for its items what they leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.periods import LocatedPeriod
    from geomap.model import Count, Event
    from geomap.segmentation import Sentence

__all__ = ["Opening", "is_item", "opens_list"]

_ITEM = re.compile(r"[-•*·–—]\s|\d{1,2}[.)]\s")


@dataclass(frozen=True, slots=True)
class Opening:
    """What a line such as "Over the past day 430 people returned:" says for the items below it.

    `events` are those that it tells, `total` the figure that the items divide, `period` the time (offsets of the text).
    """

    events: tuple[Event, ...]
    total: Count | None
    period: LocatedPeriod | None


def is_item(sentence: Sentence) -> bool:
    """Whether a sentence is an item of a list."""
    return _ITEM.match(sentence.text) is not None


def opens_list(sentence: Sentence, following: Sequence[Sentence]) -> bool:
    """Whether a sentence opens the list that follows it."""
    if not sentence.text.rstrip("*_ ").endswith(":") or not following:
        return False
    return following[0].paragraph != sentence.paragraph and is_item(following[0])
