"""What each place is to an event: from where, to where, through what, or simply where."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geomap.extraction.rules import Rule
from geomap.model import ROLES, Resolution, Roles

__all__ = ["PASSAGES", "assign_roles", "kind_of"]

PASSAGES = frozenset({"corridor", "checkpoint", "crossing"})
"""Kinds of place that one goes through."""

_MOVES = frozenset({"return", "displacement", "crossing", "evacuation"})
_REFERENCE = re.compile(r"(?:north|south|east|west|centre|center)\w*[ -]?\w* (?:of|from)$", re.IGNORECASE)
_BEFORE = 70


def kind_of(resolution: Resolution) -> frozenset[str]:
    """Return the feature types a mention can have: its place's when decided, else those its type word allows."""
    return frozenset({resolution.place.type}) if resolution.place else resolution.mention.types


def assign_roles(
    text: str, start: int, rule: Rule, indexes: Sequence[int], resolutions: Sequence[Resolution], lists: Sequence[Sequence[int]]
) -> Roles:
    """Give each place of a piece of text its role.

    Parameters
    ----------
    text
        The bulletin's text.
    start
        Where the piece begins; nothing before it tells a role.
    rule
        The rule that fired; its patterns stand before places.
    indexes
        The mentions of the piece, without enclosers and actors.
    resolutions
        All of the bulletin's.
    lists
        Groups of mentions that stand in one list: what is said before the first holds for all.
    """
    heads = {i: group[0] for group in lists for i in group}
    roles: dict[str, list[int]] = {role: [] for role in ROLES}
    acting: list[int] = []
    for i in indexes:
        head = resolutions[heads.get(i, i)].mention
        before = text[max(start, head.start - _BEFORE) : head.start]
        if rule.actors.search(before):
            acting.append(i)
        elif not _is_reference(text, i, indexes, resolutions):
            roles[_role(before, rule, resolutions[i])].append(i)
    if acting and not any(roles.values()):
        roles["at"] = acting  # they act somewhere, and no other place is named
    if rule.type == "crossing" and roles["via"]:
        roles["via"] = _passages_first(roles["via"], resolutions)

    def places(role: str) -> tuple[Resolution, ...]:
        return tuple(resolutions[i] for i in sorted(set(roles[role])))

    return Roles(from_=places("from"), to=places("to"), at=places("at"), via=places("via"))


def _role(before: str, rule: Rule, resolution: Resolution) -> str:
    """Return the role whose words stand nearest before a place."""
    best = max(
        ((match.end() - len(match.group().lstrip()), role) for role, pattern in rule.roles.items() if (match := _last(pattern, before))),
        default=None,
    )
    role = best[1] if best else rule.default_role
    kinds = kind_of(resolution)
    if rule.type in _MOVES and kinds and kinds <= PASSAGES and role in {"at", rule.default_role} and not (best and role == "to" and rule.type != "return"):
        return "via"
    return role


def _last(pattern: re.Pattern[str], before: str) -> re.Match[str] | None:
    """Return the match that ends at the place, allowing type words and "the city of" in between."""
    trimmed = re.sub(r"(?:(?:the|a|an|both|its|their)\s+)?(?:[\w-]+\s+){0,3}(?:of|called|named|near|around)\s+(?:the\s+)?$", "", before)
    for stretch in (before, re.sub(r"(?:[\w’'-]+\s+){1,3}$", "", before), trimmed):
        match = pattern.search(stretch)
        if match is not None:
            return match
    return None


def _is_reference(text: str, i: int, indexes: Sequence[int], resolutions: Sequence[Resolution]) -> bool:
    """Whether a name only says where another one lies: "the Yarmouk region south of Damascus"."""
    mention = resolutions[i].mention
    if mention.part is None or not _REFERENCE.search(mention.part):
        return False
    previous = [resolutions[j].mention for j in indexes if resolutions[j].mention.end <= mention.start]
    return bool(previous) and len(text[previous[-1].end : mention.start].split()) <= 4


def _passages_first(via: Sequence[int], resolutions: Sequence[Resolution]) -> list[int]:
    """Keep only what one can go through, when there is any."""
    passages = [i for i in via if kind_of(resolutions[i]) & PASSAGES or resolutions[i].mention.ends]
    return passages or list(via)
