"""What a place is to its sentence: a location, or one that speaks or acts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.recognition.before import LOCATED, Before
from geomap.toponym import is_arabic

if TYPE_CHECKING:
    from geomap.model import MentionContext
    from geomap.recognition.drafts import Draft
    from geomap.recognition.text import Text

__all__ = ["context"]


def context(text: Text, i: int, drafts: list[Draft]) -> MentionContext:
    """Tell countries and capitals that speak or act from locations; datelines are told before."""
    draft = drafts[i]
    if not draft.kinds or draft.types:
        return "location"
    if text.words.actor_verbs.match(text.low, draft.end) and not text.before(draft.start) & Before.LOCATIVE:
        return "actor"
    return "actor" if draft.kinds == {"country"} and _acts(text, i, drafts) else "location"


def _acts(text: Text, i: int, drafts: list[Draft]) -> bool:
    """Whether a country is a party rather than a place: no preposition of place before it or before its list."""
    while True:
        draft = drafts[i]
        before = text.before(draft.start)
        if before & Before.ACTOR:
            return True
        if before & LOCATED:
            return False
        if _POSSESSIVE.match(text.body, draft.end):
            following = drafts[i + 1] if i + 1 < len(drafts) else None
            return following is None or not 0 < following.start - draft.end <= 4
        if not i or text.words.list_gap_behind.fullmatch(text.low, drafts[i - 1].end, draft.start) is None:
            return not is_arabic(text.body[draft.start : draft.end])
        i -= 1  # what is said before a list holds for all of it


_POSSESSIVE = re.compile(r"['’]s\s")
