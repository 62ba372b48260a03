"""Clauses of a sentence, and the pieces of a clause that are events of their own."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.figures import Figure
    from geomap.extraction.rules import RulePack
    from geomap.model import Mention

__all__ = [
    "PAUSE",
    "Clause",
    "Piece",
    "cut_clauses",
    "goes_on",
    "heads_of",
    "join_clauses",
    "only_places",
    "with_there",
]

PAUSE = re.compile(r"[,;،؛]")
"""What stands before a clause of its own."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the text, ``text[start:end]``, with the indexes of its mentions and its figures (text offsets)."""

    start: int
    end: int
    mentions: tuple[int, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Figures and places of one event. `start` and `end` bound the words it is told with.

    `total` is the figure that it is a part of; `is_total` marks the figure that others break down. `lead` are places of
    the total that hold for its parts too, though they do not name them.
    """

    start: int
    end: int
    mentions: tuple[int, ...]
    figures: tuple[Figure, ...]
    total: float | None = None
    is_total: bool = False
    lead: tuple[int, ...] = ()


def cut_clauses(
    text: str,
    start: int,
    end: int,
    mentions: Sequence[Mention],
    indexes: Sequence[int],
    figures: Sequence[Figure],
    pack: RulePack,
) -> list[Clause]:
    """Cut a sentence, ``text[start:end]``, where a new thing is told ("; ", "while")."""
    cuts = [start]
    for match in pack.cut.finditer(text, start, end):
        if _depth(text, start, match.start()) or _is_in_subject(text, cuts[-1], match, figures, pack):
            continue
        if not any(_opens_with_name(text, match.end(), mentions[i].start, pack) for i in indexes):
            cuts.append(match.end())
    cuts += [m.end() for m in pack.turn.finditer(text, start, end) if _depth(text, start, m.start()) == 0]
    cuts = [*sorted(set(cuts)), end]
    names = [(mentions[i].start, mentions[i].end) for i in indexes]
    counted = [
        f for f in figures if not any(low <= f.start < high for low, high in names)
    ]  # "Jisrayn" is no two bridges
    return [
        Clause(
            low,
            high,
            tuple(i for i in indexes if low <= mentions[i].start < high),
            tuple(f for f in counted if low <= f.start < high),
        )
        for low, high in itertools.pairwise(cuts)
    ]


def _is_in_subject(text: str, start: int, cut: re.Match[str], figures: Sequence[Figure], pack: RulePack) -> bool:
    """Whether two names joined by a bare "and" are one subject: "Shelling of Hass and Ihsim drove 90 families out"."""
    joined = not PAUSE.match(text, cut.start()) and len(cut.group().split()) == 1
    counted = any(start <= f.start < cut.start() for f in figures)
    return joined and not counted and pack.finite.search(text, start, cut.start()) is None


_SHORT = 3
"""Characters of an article, or of "and", before a name."""
_KIND = 15


def _opens_with_name(text: str, position: int, name: int, pack: RulePack) -> bool:
    """Whether what begins at a position is a name, behind "and" and a word for its kind: "، وبلدة سراقب 19"."""
    if position - 1 <= name <= position + _SHORT:
        return True
    return position < name <= position + _KIND and pack.bridge.fullmatch(text, position + 1, name) is not None


def with_there(text: str, clauses: Sequence[Clause], pack: RulePack) -> list[Clause]:
    """Give a clause that goes on "where ..." the places of the one before, when both count and it names none."""
    told: list[Clause] = []
    for clause in clauses:
        counts = told and told[-1].figures and clause.figures and not clause.mentions
        there = counts and pack.there.match(text, clause.start, clause.end)
        told.append(replace(clause, mentions=told[-1].mentions) if there else clause)
    return told


def _depth(text: str, start: int, position: int) -> int:
    stretch = text[start:position]
    return stretch.count("(") - stretch.count(")")


def goes_on(before: Clause, clause: Clause) -> bool:
    """Whether a clause that leaves its verb out tells the same of another: "31 violations, and Turkey 19"."""
    heads = [[f for f in c.figures if f.is_own] for c in (before, clause)]
    units = {f.unit for f in heads[0]}
    if heads[0] and sum(f.value for f in heads[1]) == heads[0][0].value:
        return False  # the parts of that figure
    return bool(heads[0] and heads[1]) and all(f.unit is None or f.unit in units for f in heads[1])


def only_places(before: Clause, clause: Clause) -> bool:
    """Whether a clause counts none and names places, behind one that counts: it may tell where those went on to."""
    return bool(before.figures and clause.mentions and not clause.figures)


def heads_of(clause: Clause) -> list[Figure]:
    """Return the figures of a clause that count for themselves, outside of brackets."""
    return [f for f in clause.figures if f.is_own and not f.bracket]


def join_clauses(one: Clause, two: Clause) -> Clause:
    """Return two neighbours as one."""
    mentions = one.mentions + tuple(i for i in two.mentions if i not in one.mentions)
    return Clause(one.start, two.end, mentions, one.figures + two.figures)
