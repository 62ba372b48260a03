"""What a place is to its sentence: a location, or one that speaks or acts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.recognition.before import LOCATED, REACH, Before
from geomap.recognition.text import HYPHENS
from geomap.toponym import is_arabic

if TYPE_CHECKING:
    from geomap.model import MentionContext
    from geomap.recognition.drafts import Draft
    from geomap.recognition.text import Text

__all__ = ["context"]


def context(text: Text, i: int, drafts: list[Draft]) -> MentionContext:
    """Tell countries and capitals that speak or act from locations; datelines are told before."""
    draft = drafts[i]
    if not draft.kinds:
        return "location"
    if _is_tied(text, draft):
        return "actor"
    if draft.types:
        return "location"
    acts = text.words.verb_first and text.before(draft.start) & Before.SPEECH
    if not acts and not text.words.takes_in.match(text.low, draft.end):  # "Spin Boldak counted 1,950 returnees"
        acts = _speaks(text, i, drafts) or (draft.kinds == {"country"} and _acts(text, i, drafts))
    return "actor" if acts else "location"


def _is_tied(text: Text, draft: Draft) -> bool:
    """Whether a hyphen ties a name to a word that makes it a backer, a seat or a side ("pro-Damascus")."""
    hyphens = text.body[draft.end : draft.end + 1], text.body[max(0, draft.start - 1) : draft.start]
    return (hyphens[0] in HYPHENS and text.words.actor_tied.match(text.low, draft.end) is not None) or (
        hyphens[1] in HYPHENS and text.words.side.search(text.low, max(0, draft.start - REACH), draft.start) is not None
    )


def _speaks(text: Text, i: int, drafts: list[Draft]) -> bool:
    """Whether a verb of speaking or will stands behind a name, or behind its list of countries and cities."""
    last = i
    while not text.words.actor_verbs.match(text.low, drafts[last].end):
        last += 1
        if not (drafts[i].kinds <= _CAN_ACT and last < len(drafts) and _is_list(text, drafts[last - 1], drafts[last])):
            return False
    start = drafts[_first_of_list(text, i, drafts)].start
    if not text.before(start) & LOCATED:
        return True
    return text.words.seat.search(text.low, max(0, start - REACH), start) is not None


def _first_of_list(text: Text, i: int, drafts: list[Draft]) -> int:
    """Return the first name of a list by one of its names; a comma alone ends no list ("In Homs, Russia said")."""
    while i and _is_list(text, drafts[i - 1], drafts[i]):
        conjunction = text.low[drafts[i - 1].end : drafts[i].start].strip(" ,،\n")
        if not conjunction and not (i + 1 < len(drafts) and _is_list(text, drafts[i], drafts[i + 1])):
            break
        i -= 1
    return i


def _is_list(text: Text, one: Draft, two: Draft) -> bool:
    return text.words.list_gap_behind.fullmatch(text.low, one.end, two.start) is not None


_CAN_ACT = frozenset({"country", "city"})


def _acts(text: Text, i: int, drafts: list[Draft]) -> bool:
    """Whether a country is a party rather than a place: no preposition of place before it or before its list."""
    while True:
        draft = drafts[i]
        before = text.before(draft.start)
        if before & Before.ACTOR:
            return True
        if before & LOCATED or text.words.left_behind.match(text.low, draft.end):
            return False
        if _POSSESSIVE.match(text.body, draft.end):
            following = drafts[i + 1] if i + 1 < len(drafts) else None
            return following is None or not 0 < following.start - draft.end <= 4
        if not i or not _is_list(text, drafts[i - 1], draft):
            return not is_arabic(text.body[draft.start : draft.end])
        i -= 1  # what is said before a list holds for all of it


_POSSESSIVE = re.compile(r"['’]s\s")
