"""What stands around a mention: the list it belongs to, and the area that is said to hold it.

"In Arbil, Duma and Haush al-Fara (Damascus province), Jasim and El-Harra (Daraa province)" is two lists, each in the
province of its bracket; "Aleppo's Sheikh Fars and al-Sahur neighborhoods" is a list in Aleppo.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.recognition.lexicon import Lexicon, lexicon
from geomap.recognition.names import BRACKETS
from geomap.segmentation import split_sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.model import Bulletin, Mention

__all__ = ["AREA_TYPES", "Surroundings", "survey"]

AREA_TYPES = frozenset({"country", "governorate", "district", "subdistrict", "zone", "region"})
"""Feature types that stand for areas and can hold other places."""

_LEVEL = {"country": 4, "governorate": 3, "zone": 3, "region": 2.5, "district": 2, "subdistrict": 1}
"""No area lies in one of its own level: "from Lebanon to Syria" says nothing of where Lebanon is."""
_SMALL = frozenset({"neighbourhood", "camp", "facility"})
"""Feature types of what lies in towns: "Debaga camp in Makhmur"."""
_LONGEST_LIST = 100
"""Places of the longest list that is read as one: longer ones are tables."""
_COMMAS = (",", "،", ";", "؛")
_ENCLOSING = AREA_TYPES | {"mountain", "valley"}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Indexes of other mentions: in the same list, as its encloser, and in the same sentence."""

    peers: tuple[int, ...]
    enclosers: tuple[int, ...]
    sentence: tuple[int, ...]


def survey(
    bulletin: Bulletin, mentions: Sequence[Mention], known_types: Sequence[frozenset[str]]
) -> list[Surroundings]:
    """Return the surroundings of each mention.

    Parameters
    ----------
    bulletin
        The text in which the mentions stand.
    mentions
        In the order of the text.
    known_types
        For each mention the feature types it can have by its type word or, without one, by the gazetteer.
    """
    words = lexicon(bulletin.lang)
    lists = _lists(bulletin.text, mentions, known_types, words)
    enclosers: dict[int, set[int]] = {i: set() for i in range(len(mentions))}
    for members in lists:
        for encloser in _enclosers(bulletin.text, mentions, known_types, members, words):
            for i in members:
                enclosers[i].add(encloser)
    peers = {i: tuple(j for j in members if j != i) for members in lists for i in members}
    sentences = _by_sentence(bulletin.text, mentions)
    return [
        Surroundings(peers.get(i, ()), tuple(sorted(enclosers[i])), tuple(j for j in sentences[i] if j != i))
        for i in range(len(mentions))
    ]


def _by_sentence(text: str, mentions: Sequence[Mention]) -> list[tuple[int, ...]]:
    starts = [s.start for s in split_sentences(text)]
    where = [bisect_right(starts, m.start) for m in mentions]
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for i, k in enumerate(where):
        groups[k].append(i)
    return [tuple(groups[k]) for k in where]


def _lists(
    text: str, mentions: Sequence[Mention], known_types: Sequence[frozenset[str]], words: Lexicon
) -> list[list[int]]:
    """Group mentions that stand in one list.

    An area behind a comma encloses the list and is no part of it ("Yalda, Damascus province").
    """
    glue = re.compile(
        rf"{BRACKETS}{words.list_gap.pattern}(?:(?:the\s+)?{words.any_type.pattern}\s+(?:of\s+)?)?", re.IGNORECASE
    )
    groups: list[list[int]] = []
    for i, mention in enumerate(mentions):
        if mention.ends:
            continue
        previous = groups[-1][-1] if groups else None
        if (
            previous is not None
            and len(groups[-1]) < _LONGEST_LIST
            and mentions[previous].end <= mention.start
            and glue.fullmatch(text, mentions[previous].end, mention.start)
            and not _steps_up(text, mentions, known_types, previous, i, words)
            and not (len(groups[-1]) == 1 and _closes(text, mentions, known_types, previous, words))
        ):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _closes(
    text: str, mentions: Sequence[Mention], known_types: Sequence[frozenset[str]], i: int, words: Lexicon
) -> bool:
    """Whether a name is the area of the place before it and so ends its list: "Dadikh in eastern Idlib, and ..."."""
    if i == 0 or not known_types[i] & AREA_TYPES:
        return False
    if not _can_enclose(mentions[i], known_types[i], mentions[i - 1], known_types[i - 1]):
        return False
    gap = _between(text, mentions[i - 1], mentions[i], words)
    if not gap.strip():
        return _ties(gap, mentions[i], words)
    return len(gap.strip()) > 1 and words.encloses.fullmatch(gap) is not None


_BRACKET = re.compile(r"^\s*\([^()]{1,40}\)(?=\s*\w)")
"""What may stand in brackets before the area: "Касталь-Маф (дважды) провинции Латакия"."""


def _between(text: str, inner: Mention, area: Mention, words: Lexicon) -> str:
    """Return what stands between a place and an area, but for brackets and the place's own type word.

    "Alsafa and Alkobri villages (Kebkabiya locality)", "in Gereida locality, South Darfur".
    """
    gap = _BRACKET.sub("", text[inner.end : area.start])
    own = words.type_behind.match(gap.lower()) if words.type_follows else None
    rest = gap[own.end() :] if own else ""
    return rest if rest.strip() and words.encloses.fullmatch(rest) else gap


def _ties(gap: str, area: Mention, words: Lexicon) -> bool:
    """Whether what stands between a place and an area says that it lies there.

    Nothing but a space does where the area's own first word has the case for it: "Квара провинции Хама".
    """
    if gap.strip():
        return words.encloses.fullmatch(gap) is not None
    own = area.surface.removesuffix(area.name)
    return words.area_adjective.fullmatch(area.surface.lower()) is not None or (
        own != area.surface and words.encloses.fullmatch(gap + own) is not None
    )


def _steps_up(
    text: str,
    mentions: Sequence[Mention],
    known_types: Sequence[frozenset[str]],
    previous: int,
    current: int,
    words: Lexicon,
) -> bool:
    """Whether the second of two names is the area of the first: a comma, then a name that can only be an area."""
    if _closes_phrase(text, mentions, known_types, previous, current):
        return True
    only_area = bool(known_types[current]) and known_types[current] <= AREA_TYPES
    first_is_area = bool(known_types[previous]) and known_types[previous] <= AREA_TYPES
    if first_is_area == only_area:
        return False
    between = _between(text, mentions[previous], mentions[current], words).strip()
    if first_is_area:
        # "in the Aleppo governorate, Marrat in ...", "in Douma, Damascus province, and the city of Daraa": a new item
        return between.startswith(_COMMAS)
    return between in {",", ", the", "،"}


def _closes_phrase(
    text: str, mentions: Sequence[Mention], known_types: Sequence[frozenset[str]], previous: int, current: int
) -> bool:
    """Whether a city or its province closes a phrase behind what lies in it: "in al-Waer, Homs."."""
    inner, area = mentions[previous], mentions[current]
    held = _IN_TOWNS if "city" in known_types[current] else _INNER if "governorate" in known_types[current] else None
    if held is None or not known_types[previous] or not known_types[previous] <= held:
        return False
    closed = text[area.end : area.end + 1] in {"", ".", ";", ")", "\n"}
    return closed and text[inner.end : area.start].strip() in {",", "،"}


_IN_TOWNS = frozenset({"neighbourhood", "facility"})
_INNER = _IN_TOWNS | {"village", "camp"}


def _enclosers(
    text: str,
    mentions: Sequence[Mention],
    known_types: Sequence[frozenset[str]],
    members: Sequence[int],
    words: Lexicon,
) -> list[int]:
    """Return the mentions that say in which area a list lies: behind it, or before it as a possessor."""
    first, last = mentions[members[0]], mentions[members[-1]]
    found = []
    behind = _next(mentions, members[-1], last.end)
    if behind is not None and (
        _can_enclose(mentions[behind], known_types[behind], last, known_types[members[-1]])
        # "Jobar and Harasta (Damascus)" has the city for its area
        or ("city" in known_types[behind] and _stands_alone(text, mentions[behind], last))
    ):
        gap = _between(text, last, mentions[behind], words)
        bare = gap.strip() == "," and not known_types[behind] <= AREA_TYPES
        province = bare and _closes_phrase(text, mentions, known_types, members[-1], behind)
        if _ties(gap, mentions[behind], words) and (not bare or province):
            found.append(behind)
    before = next(
        (j for j in range(members[0] - 1, max(-1, members[0] - 4), -1) if mentions[j].end <= first.start), None
    )
    if before is not None and words.opens_list.fullmatch(text, mentions[before].end, first.start):
        found.append(before)
    return found


def _stands_alone(text: str, inner: Mention, before: Mention) -> bool:
    """Whether a name stands alone in brackets right behind another."""
    return text[before.end : inner.start].strip() == "(" and text[inner.end : inner.end + 1] == ")"


def _next(mentions: Sequence[Mention], i: int, end: int) -> int | None:
    """Return the first mention behind another one and its end; a corridor may stand around them."""
    return next((j for j in range(i + 1, min(i + 4, len(mentions))) if mentions[j].start >= end), None)


def _can_enclose(area: Mention, area_types: frozenset[str], inner: Mention, inner_types: frozenset[str]) -> bool:
    """Whether one mention can hold another: an area or, for quarters, camps and unknown names, a town."""
    if area_types & _ENCLOSING:
        lowest = min((_LEVEL.get(kind, 0) for kind in inner_types), default=0)
        return lowest < max(_LEVEL.get(kind, 1) for kind in area_types)
    return bool(inner_types & _SMALL) or not inner_types
