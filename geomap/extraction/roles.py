"""What each place is to an event: from where, to where, through what, or simply where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapely import Point

from geomap.model import ROLES, Bulletin, Place, Resolution, Roles
from geomap.resolution.surroundings import AREA_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.extraction.rules import Rule, RulePack

__all__ = ["MOVES", "PASSAGES", "assign_roles", "kind_of"]

PASSAGES = frozenset({"corridor", "checkpoint", "crossing"})
"""Kinds of place that one goes through."""

MOVES = frozenset({"return", "displacement", "crossing", "evacuation"})
"""Types of event in which people go from one place to another."""
_BEFORE = 70


def kind_of(resolution: Resolution) -> frozenset[str]:
    """Return the feature types a mention can have: its place's when decided, else those its type word allows."""
    return frozenset({resolution.place.type}) if resolution.place else resolution.mention.types


def assign_roles(
    bulletin: Bulletin,
    start: int,
    rule: Rule,
    indexes: Sequence[int],
    resolutions: Sequence[Resolution],
    heads: Mapping[int, int],
    pack: RulePack,
) -> Roles:
    """Give each place of a piece of text its role.

    Parameters
    ----------
    bulletin
        The text.
    start
        Where the piece begins; nothing before it tells a role.
    rule
        The rule that fired; its patterns stand before places.
    indexes
        The mentions of the piece, without enclosers and actors.
    resolutions
        All of the bulletin's.
    heads
        The first mention of the list in which a mention stands: what is said before it holds for all.
    pack
        The language's words.
    """
    text = bulletin.text
    roles: dict[str, list[int]] = {role: [] for role in ROLES}
    weak: dict[str, list[int]] = {role: [] for role in rule.weak_roles}
    acting: list[int] = []
    for i in indexes:
        head = resolutions[heads.get(i, i)].mention
        before = text[max(start, head.start - _BEFORE) : head.start]
        said_of = _POSSESSOR.sub("", before)
        weakly = next((role for role, pattern in rule.weak_roles.items() if pattern.search(said_of)), None)
        if rule.actors.search(said_of):
            acting.append(i)
        elif weakly is not None:
            weak[weakly].append(i)
        elif not _only_tells_whose(before, resolutions[i], pack) and not _is_reference(
            text, i, indexes, resolutions, pack
        ):
            roles[_role(before, rule, resolutions[i], pack)].append(i)
    for role, found in weak.items():
        roles[role] = roles[role] or found
    for role in ("at", "to", "from"):
        roles[role] = _without_containers(roles[role], resolutions)
    if rule.type in MOVES and (roles["to"] or roles["from"]):
        roles["at"] = [
            i for i in roles["at"] if not kind_of(resolutions[i]) <= AREA_TYPES
        ]  # "In Amhara 500 came to ..."
    if rule.type == "humanitarian_aid" and not roles["from"]:
        roles["at"], roles["to"] = roles["at"] + roles["to"], []  # aid brought to a place is given there
    if acting and not any(roles.values()):
        roles["at"] = acting  # they act somewhere, and no other place is named

    def places(role: str) -> tuple[Resolution, ...]:
        return tuple(resolutions[i] for i in sorted(set(roles[role])))

    return Roles(from_=places("from"), to=places("to"), at=places("at"), via=places("via"))


def _role(before: str, rule: Rule, resolution: Resolution, pack: RulePack) -> str:
    """Return the role whose words stand nearest before a place."""
    best = _told(before, rule, pack)
    role = best or rule.default_role
    kinds = kind_of(resolution)
    if (
        rule.type in MOVES
        and kinds
        and kinds <= PASSAGES
        and role in {"at", rule.default_role}
        and not (best == "to" and rule.type != "return")
    ):
        return "via"
    if best is None and role == "via" and kinds and not kinds & PASSAGES:
        return "at"  # one goes through corridors and crossings, not through towns, unless the text says so
    return role


_WORD = re.compile(r"(?:[a-zа-я’'-]+|\d+)\s+$")
_POSSESSOR = re.compile(r"(?:the\s+)?[^\W\d_a-z][\w-]*(?:\s[^\W\d_a-z][\w-]*)*['’]s\s+$")


def _told(before: str, rule: Rule, pack: RulePack) -> str | None:
    """Return the role whose words stand before a place, the longest when several do.

    Tried as it stands, then without a possessor ("Syria's"), adjectives, or a type word ("the city of").
    """
    stretches = [before, _POSSESSOR.sub("", before)]
    for _ in range(3):
        stretches.append(_WORD.sub("", stretches[-1]))
    for stretch in (*stretches, pack.bridge.sub("", before)):
        matches = [(len(m.group()), role) for role, p in rule.roles.items() if (m := p.search(stretch))]
        if matches:
            return max(matches)[1]
    return None


def _only_tells_whose(before: str, resolution: Resolution, pack: RulePack) -> bool:
    """Whether a name tells where something else lies ("the border with Jordan") or whose people are meant."""
    if pack.reference.search(before):
        return True
    return kind_of(resolution) == {"country"} and pack.nationals.search(before) is not None


def _is_reference(text: str, i: int, indexes: Sequence[int], resolutions: Sequence[Resolution], pack: RulePack) -> bool:
    """Whether a name only says where another one lies: "the Yarmouk region south of Damascus"."""
    mention = resolutions[i].mention
    if mention.part is None or not pack.beside.search(mention.part):
        return False
    previous = [resolutions[j].mention for j in indexes if resolutions[j].mention.end <= mention.start]
    return bool(previous) and text[previous[-1].end : mention.start].strip(" ,،") == mention.part


def _without_containers(indexes: Sequence[int], resolutions: Sequence[Resolution]) -> list[int]:
    """Leave out areas that only hold the other places of a role: "in Homs province: residents of Deir Baalba"."""
    places = [r.place for r in (resolutions[i] for i in indexes) if r.place]
    points = [p for p in places if p.type not in AREA_TYPES]
    within = {code for p in places if p.type != "country" for code in p.ccodes}

    parents = {parent for p in places for parent in p.parents}

    def holds(place: Place | None) -> bool:
        if place is None or place.type not in AREA_TYPES:
            return False
        if place.id in parents:
            return True
        if place.type == "country":
            return bool(within & set(place.ccodes))
        return any(place.geometry.covers(Point(p.lon, p.lat)) for p in points)

    return [i for i in indexes if not holds(resolutions[i].place)]
