"""Parallel figures: "68 people to Homs, and 110 – to the Eastern Ghouta"; which places belong to which figure."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.extraction.clauses import Clause, Piece
from geomap.extraction.figures import PART_UNITS, Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.rules import RulePack
    from geomap.model import Mention

__all__ = ["children_of", "cut_parallels"]


def cut_parallels(
    text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure], pack: RulePack
) -> list[Piece]:
    """Cut a clause before each figure that has places of its own, when two or more have."""
    main, heads = heads, _with_listed_parts(clause, mentions, heads)
    listed = len(heads) > len(main)
    clause, heads = _joined_figures(text, clause, mentions, heads)
    if len(heads) < 2:
        return [Piece(clause.start, clause.end, clause.mentions, clause.figures)]
    groups = _groups(clause, mentions, heads)
    own = [k for k, (_, places) in enumerate(groups) if places]
    if len(own) < (1 if listed else 2):
        return [Piece(clause.start, clause.end, clause.mentions, clause.figures)]
    taken = {i for _, places in groups for i in places}
    lead = tuple(i for i in clause.mentions if i not in taken)
    total = groups[0][0]
    parts = groups[1:]
    values = [f.value * (len(places) if pack.each.match(text, f.end) else 1) for f, places in parts]
    exact = len(parts) >= 2 and sum(values) == total.value
    if exact or (listed and len(main) == 1 and sum(values) <= total.value):
        return _with_total(text, clause, mentions, groups, lead, pack, exact=exact)
    pieces = [_piece(clause, mentions, k, groups, lead if k == 0 else ()) for k in range(len(groups))]
    return [replace(piece, lead=lead) for piece in pieces]


def _with_listed_parts(clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> list[Figure]:
    """Take in parts that have places of their own: "8 areas, including 5 in Suwayda and 3 in Aleppo"."""
    ends = [f.start for f in clause.figures if f.unit not in PART_UNITS and not f.same] + [clause.end]

    def has_place(figure: Figure) -> bool:
        following = min(e for e in ends if e > figure.start)
        return any(figure.end <= mentions[i].start < following for i in clause.mentions)

    listed = [f for f in clause.figures if f.part and f.unit not in PART_UNITS and has_place(f)]
    return sorted([*heads, *(replace(f, part=False) for f in listed)], key=lambda f: f.start) if heads else list(heads)


def _joined_figures(
    text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]
) -> tuple[Clause, list[Figure]]:
    """Join a figure to the next one when nothing parts them: "38 trucks with food for 61,000 people to Madaya".

    The first then is another measure of what the second counts, and goes with its places.
    """
    if not heads:
        return clause, []
    joined: list[Figure] = []
    same = set()
    for figure, following in zip(heads, [*heads[1:], None], strict=True):
        between = text[figure.end : following.start] if following else ","
        parted = re.search(r"[,،;؛:—–()]|\b(?:and|и|а)\b|\sو(?=\d)", between) or any(
            following and figure.end <= mentions[i].start < following.start for i in clause.mentions
        )
        if following is not None and not parted and len(heads) > 2:
            same.add(following.start)
        if figure.start not in same:
            joined.append(figure)
    figures = tuple(replace(f, same=True) if f.start in same else f for f in clause.figures)
    return replace(clause, figures=figures), joined


Group = tuple[Figure, tuple[int, ...]]
"""A figure and its places."""


def _groups(clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> list[Group]:
    """Give each figure the places behind it; or those before it, where the sentence puts places first."""
    starts = [f.start for f in heads]
    bounds = [clause.start, *starts, clause.end]
    spans = [
        tuple(i for i in clause.mentions if low <= mentions[i].start < high) for low, high in itertools.pairwise(bounds)
    ]
    if all(spans[:-1]) and not spans[-1]:
        return list(zip(heads, spans[:-1], strict=True))
    return list(zip(heads, spans[1:], strict=True))


def _with_total(
    text: str,
    clause: Clause,
    mentions: Sequence[Mention],
    groups: Sequence[Group],
    lead: tuple[int, ...],
    pack: RulePack,
    *,
    exact: bool,
) -> list[Piece]:
    """Make the pieces of a figure that is broken down behind it: "eight: three in Hama and five in Homs".

    Parts that are not `exact` do not add up to it: it then stands for itself, at its own places.
    """
    total, own = groups[0]
    children = children_of(clause, total, [f for f, _ in groups])
    places = clause.mentions if exact else (*lead, *own)
    pieces = [Piece(clause.start, clause.end, places, (total, *children), is_total=exact)]
    for k in range(1, len(groups)):
        piece = _piece(clause, mentions, k, groups, ())
        figure, *rest = piece.figures
        part = replace(figure, unit=figure.unit or total.unit)
        whole = replace(piece, figures=(part, *rest), total=total.value, lead=(*lead, *own))
        if pack.each.match(text, figure.end):  # "one each in Homs and Damascus"
            pieces += [replace(whole, mentions=(i,)) for i in whole.mentions]
        else:
            pieces.append(whole)
    return pieces


def _piece(
    clause: Clause, mentions: Sequence[Mention], k: int, groups: Sequence[Group], lead: tuple[int, ...]
) -> Piece:
    """Make the piece of the k-th group; it reaches from behind the group before to its own last word."""

    def end_of(j: int) -> int:
        figure, places = groups[j]
        return max([figure.end, *(mentions[i].end for i in places)])

    figure, places = groups[k]
    start = end_of(k - 1) if k else clause.start
    end = clause.end
    if k + 1 < len(groups):  # without places of its own it goes on to the next figure
        end = end_of(k) if places else groups[k + 1][0].start
    children = children_of(clause, figure, [f for f, _ in groups])
    return Piece(start, max(start, end), (*lead, *places), (figure, *children))


def children_of(clause: Clause, figure: Figure, heads: Sequence[Figure]) -> tuple[Figure, ...]:
    """Return the parts and other measures of a figure: those that follow it before the next head."""
    later = min((f.start for f in heads if f.start > figure.start), default=clause.end)
    starts = {f.start for f in heads}
    return tuple(
        f for f in clause.figures if (f.part or f.same) and figure.start < f.start < later and f.start not in starts
    )
