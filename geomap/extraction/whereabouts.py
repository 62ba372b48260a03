"""Places that a sentence names only to say where something lies, or whose it is: none of them is the event's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.extraction.holding import kind_of
from geomap.extraction.place_parts import Part, span_of
from geomap.resolution.candidates import DIVISIONS
from geomap.resolution.surroundings import AREA_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.rules import RulePack
    from geomap.model import Mention, Resolution

__all__ = ["REACH", "fronted", "is_reference", "is_setting", "mentions_before", "tells_only_where", "without_setting"]

REACH = 70
"""Characters before and behind a place in which words tell what it is to the event."""


def tells_only_where(
    before: str, low: int, i: int, indexes: Sequence[int], resolutions: Sequence[Resolution], pack: RulePack, text: str
) -> Part | None:
    """Say so when a name only tells where something else lies, or whose it is; `before` begins at the offset `low`."""
    if (whose := _whose(before, low, resolutions[i], pack, text)) is not None:
        return whose
    if _holds_next(text, i, indexes, resolutions, pack):
        return Part(None, "it holds the place that is told beside it")
    if _is_bracketed(text, i, indexes, resolutions):
        return Part(None, "brackets behind another name say with it where that lies")
    if _is_apposed(text, i, indexes, resolutions):
        return Part(None, "it is the area of the place before it")
    told = is_reference(text, i, indexes, resolutions, pack)
    return Part(None, "it only says where another place lies") if told else None


def _whose(before: str, low: int, resolution: Resolution, pack: RulePack, text: str) -> Part | None:
    """Say so when a name tells where something else lies ("the border with Jordan") or whose people are meant."""
    if match := pack.reference.search(before):
        return Part(None, "it only says where something else lies", span_of(match, low))
    if match := pack.reference_behind.match(text, resolution.mention.end):
        return Part(None, "it only says whose or which one is meant", span_of(match, 0))
    if kind_of(resolution) == {"country"} and (match := pack.nationals.search(before)):
        return Part(None, "it only says whose people are meant", span_of(match, low))
    return None


def is_reference(text: str, i: int, indexes: Sequence[int], resolutions: Sequence[Resolution], pack: RulePack) -> bool:
    """Whether a name only says where another one lies: "the Yarmouk region south of Damascus"."""
    mention = resolutions[i].mention
    previous = mentions_before(i, resolutions)
    told = [j for j in indexes if resolutions[j].mention.end <= mention.start]
    if not told or not previous or _holds_next(text, told[-1], indexes, resolutions, pack):
        return False
    before = kind_of(resolutions[told[-1]])
    if before and before <= _WIDE and not kind_of(resolutions[i]) & AREA_TYPES:
        return False  # "crossed into Iraq near Rabia": a point tells where one went, not where the country lies
    gap = text[previous[-1].end : mention.start].strip(" ,،")
    if pack.belongs.fullmatch(gap) or pack.apposed.fullmatch(text, previous[-1].end, mention.start):
        return True
    if gap == mention.part:
        return pack.beside.search(gap) is not None
    compass, _, kind = gap.partition(" ")  # "west of the city of": a type word may stand between
    return pack.bridge.fullmatch(f"{kind} ") is not None and pack.beside.search(compass) is not None


def mentions_before(i: int, resolutions: Sequence[Resolution]) -> list[Mention]:
    """Return the mentions shortly before one that end before it."""
    start = resolutions[i].mention.start
    return [r.mention for r in resolutions[max(0, i - _NEIGHBOURS) : i] if r.mention.end <= start]


_WIDE = frozenset({"country", "governorate"})
_NEIGHBOURS = 4
"""Mentions before one among which the last that ends before it is."""


def _holds_next(text: str, i: int, indexes: Sequence[int], resolutions: Sequence[Resolution], pack: RulePack) -> bool:
    """Whether an area has the place right behind it by which its part is told: "in Hadrut district, near Khtsaberd"."""
    following = [j for j in indexes if resolutions[j].mention.start >= resolutions[i].mention.end]
    if not following or not kind_of(resolutions[i]) & AREA_TYPES:
        return False
    gap = text[resolutions[i].mention.end : resolutions[following[0]].mention.start]
    if _DASH.fullmatch(gap) and not kind_of(resolutions[following[0]]) & AREA_TYPES:
        return True  # "in Latakia province – Sandran and Ikko"
    words = gap.strip(" ,،").split()
    return gap.lstrip()[:1] in {",", "،"} and 0 < len(words) <= _FEW and pack.beside.match(words[0]) is not None


_DASH = re.compile(r"\s*[–—]\s+|\s+-\s+")
_FEW = 5
"""Words between an area and a place in it: "near the small village of"."""


def _is_bracketed(text: str, i: int, indexes: Sequence[int], resolutions: Sequence[Resolution]) -> bool:
    """Whether an area stands in brackets right behind another name, and no figure with it: "Lagawa (West Kordofan)"."""
    mention = resolutions[i].mention
    opening = text.rfind("(", max(0, mention.start - REACH), mention.start)
    closing = text.find(")", mention.end, mention.end + REACH)
    if min(opening, closing) < 0 or not kind_of(resolutions[i]) & AREA_TYPES:
        return False
    inside = text[opening + 1 : closing]
    named = any(resolutions[j].mention.end == len(text[:opening].rstrip()) for j in indexes)
    return named and not any(c.isdecimal() or c in "()" for c in inside)


def _is_apposed(text: str, i: int, indexes: Sequence[int], resolutions: Sequence[Resolution]) -> bool:
    """Whether a division called one stands right behind a place in it, and no list goes on: "to X, Masisi district"."""
    mention = resolutions[i].mention
    if not mention.types & DIVISIONS or not kind_of(resolutions[i]) & AREA_TYPES:
        return False
    before = [j for j in indexes if resolutions[j].mention.end <= mention.start]
    behind = [j for j in indexes if resolutions[j].mention.start >= mention.end]
    start = mention.start  # "in X, the Homs governorate"; "X, the province of Homs" may be two places that are told
    if mention.surface.startswith(mention.name) and text.endswith(" the ", 0, start):
        start -= len("the ")
    if not before or not _COMMA.fullmatch(text, resolutions[before[-1]].mention.end, start):
        return False
    listed = bool(behind) and _LISTED.fullmatch(text, mention.end, resolutions[behind[0]].mention.start)
    areas = [before[-1], *(behind[:1] if listed else ())]
    return not any(kind_of(resolutions[j]) & AREA_TYPES for j in areas)


_COMMA = re.compile(r"[,،]\s+")
_LISTED = re.compile(r"\s*[,،]?\s*(?:(?:and|и|the)\s+){0,2}و?")
"""Between two names of one list."""


def is_setting(
    text: str,
    start: int,
    i: int,
    indexes: Sequence[int],
    resolutions: Sequence[Resolution],
    pack: RulePack,
    *,
    moves: bool,
) -> bool:
    """Whether an area that opens a clause only says where it all lies: "In West Kordofan, 1,205 left Babanusa".

    So does a city that could be its province ("In Idlib, troops shelled Kansafra"), or where all other names are of
    places that it can hold ("In Kobani, militants shelled the southern quarter").
    """
    mention, kinds = resolutions[i].mention, kind_of(resolutions[i])
    if len(indexes) < 2:
        return False
    others = [resolutions[j] for j in indexes if j != i]
    if _heads(text, start, mention) and (not moves or any(r.mention.name == mention.name for r in others)):
        return True  # "Daraa: in Jasim 96 people ...", "Hama province – Syrian Observatory:: ..."
    # "In Marib governorate 918 families fled Sirwah"
    counted = kinds & AREA_TYPES and _COUNTED.match(text, mention.end)
    if not text.startswith(",", mention.end) and not counted:
        return False
    town = bool(kinds) and kinds <= _TOWNS and not moves
    province = any(c.place.type == "governorate" for c in resolutions[i].candidates)
    if not (kinds & AREA_TYPES or (town and (province or all(_is_in_a_town(r) for r in others)))):
        return False
    return _opens(text, start, i, resolutions, pack)


def _heads(text: str, start: int, mention: Mention) -> bool:
    """Whether a name heads what a clause tells: "Gwoza: at Pulka 287 people", "Hama – Syrian Observatory:: "."""
    return not text[start : mention.start].strip(_BULLETS) and _HEADS.match(text, mention.end) is not None


def _opens(text: str, start: int, i: int, resolutions: Sequence[Resolution], pack: RulePack) -> bool:
    """Whether a place opens a clause and says where it all lies: "In Homs"."""
    return pack.setting.search(text[start : resolutions[i].mention.start]) is not None


def fronted(
    text: str, start: int, indexes: Sequence[int], resolutions: Sequence[Resolution], pack: RulePack
) -> list[int]:
    """Return the places that open a clause with a comma behind them."""
    behind = [i for i in indexes if text.startswith(",", resolutions[i].mention.end)]
    headed = [i for i in indexes[:1] if _heads(text, start, resolutions[i].mention)]
    return [*headed, *(i for i in behind if _opens(text, start, i, resolutions, pack))]


def without_setting(roles: dict[str, list[int]], openers: Sequence[int]) -> None:
    """Leave out a town that opens a move told with its own places: "In Homs, 350 people left al-Waer for Idlib"."""
    for role, told in (("to", ("to",)), ("from", ("from",)), ("at", ("from", "to"))):
        others = [i for other in told for i in roles[other] if i not in openers]
        if others and (role != "at" or all(roles[other] for other in told)):
            roles[role] = [i for i in roles[role] if i not in openers]


_COUNTED = re.compile(r"\s+(?:[a-zа-я]+\s+){0,2}\d")
_BULLETS = " -–—•*●▪"
_HEADS = re.compile(r"(?:,\s[^\d:.,\n]{3,40})?:|\s+[–-]\s[^\d:.\n]{3,60}::?\s")
_TOWNS = frozenset({"city", "town"})


def _is_in_a_town(resolution: Resolution) -> bool:
    """Whether a place can be part of a town: a quarter, a camp, an airport, or one that is not known."""
    kinds = kind_of(resolution)
    return "neighbourhood" in kinds or kinds <= {"facility", "airport", "camp"}
