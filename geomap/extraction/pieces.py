"""Which figures belong to which places: a sentence cut into the pieces that are events of their own.

Three shapes occur. A breakdown: "9 cases in Damascus (4), Daraa (3) and Hama (2)". A parallel: "68 people to Homs, and
110 – to the Eastern Ghouta". And the rest: all figures and all places of a clause make one event.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.extraction.figures import PART_UNITS, Figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.rules import RulePack
    from geomap.model import Mention

__all__ = ["Clause", "Piece", "cut_clauses", "cut_pieces", "goes_on", "join_clauses"]


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
        listed = any(match.end() - 1 <= mentions[i].start <= match.end() + 3 for i in indexes)
        if _depth(text, start, match.start()) == 0 and not listed:
            cuts.append(match.end())
    cuts += [m.end() for m in pack.turn.finditer(text, start, end) if _depth(text, start, m.start()) == 0]
    cuts = [*sorted(set(cuts)), end]
    return [
        Clause(
            low,
            high,
            tuple(i for i in indexes if low <= mentions[i].start < high),
            tuple(f for f in figures if low <= f.start < high),
        )
        for low, high in itertools.pairwise(cuts)
    ]


def _depth(text: str, start: int, position: int) -> int:
    stretch = text[start:position]
    return stretch.count("(") - stretch.count(")")


def cut_pieces(text: str, clause: Clause, mentions: Sequence[Mention], pack: RulePack) -> list[Piece]:
    """Cut a clause into pieces, each with the figures and places of one event."""
    heads = [f for f in clause.figures if not f.part and not f.same]
    pairs = _pairs(text, clause, mentions, heads)
    bracketed = any(f.bracket or f.repetitions for _, f in pairs)
    if pairs and (bracketed or len(pairs) > 1):
        return _breakdown(clause, mentions, heads, pairs)
    if any(not f.bracket for f in heads):  # what stands in brackets beside a figure compares or explains
        clause = replace(clause, figures=tuple(f for f in clause.figures if f.part or f.same or not f.bracket))
        heads = [f for f in heads if not f.bracket]
    return _parallel(text, clause, mentions, heads, pack)


_OPENS_BRACKET = re.compile(r"(?:['’]s)?(?:\s+[\w-]+){0,3}\s*\(\s*")
_DASH = re.compile(r"[\"”»]?\s*[–—:-]\s*")

Pair = tuple[tuple[int, ...], Figure]
"""Places and the figure that stands right behind them."""


def _pairs(text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> list[Pair]:
    """Return places with the figure that stands right behind them: "Hama (2)", "Hama – 5", "Ikko (twice)".

    With a dash all places since the part before belong to it ("from Lebanon through Jdeidet Yabus – 418 people"), and
    those behind it up to the comma ("from Lebanon – 211 people through Jdeidet Yabus, from Jordan – 723 ...").
    """
    pairs: list[Pair] = []
    closed = clause.start
    for figure in heads:
        before = [i for i in clause.mentions if mentions[i].end <= figure.start]
        if not before:
            continue
        gap = text[mentions[before[-1]].end : figure.start]
        if _OPENS_BRACKET.fullmatch(gap) or (figure.repetitions and not gap.strip()):
            pairs.append(((before[-1],), figure))
        elif _DASH.fullmatch(gap):
            since = max((f.end for f in clause.figures if f.end <= figure.start), default=None)
            opening = max(closed, since) if since is not None else mentions[before[-1]].start
            closed = _next_comma(text, figure.end, clause.end)
            if any(figure.end < f.start < closed for f in heads):  # "Latakia – 6 and Hama – 2"
                closed = figure.end
            behind = [i for i in clause.mentions if figure.end <= mentions[i].start < closed]
            pairs.append((tuple(i for i in before if mentions[i].start >= opening) + tuple(behind), figure))
    return [(places, figure) for places, figure in pairs if places]


def _next_comma(text: str, start: int, end: int) -> int:
    """Return where the first comma outside brackets stands, `end` when there is none."""
    depth = 0
    for position in range(start, end):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if text[position] in ",،;" and depth <= 0:
            return position
    return end


def _breakdown(
    clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure], pairs: Sequence[Pair]
) -> list[Piece]:
    """Make the pieces of a breakdown: its total, its parts, and the places that stand in it without a figure."""
    first = min(figure.start for _, figure in pairs)
    totals = [f for f in heads if f.start < first and f not in [p for _, p in pairs] and not f.repetitions]
    total = totals[0] if totals else None
    parts = sum(f.value for _, f in pairs)
    exact = total is not None and parts == total.value
    broken_down = total is not None and parts <= total.value  # else they are parts of something else
    paired = {i for places, _ in pairs for i in places}
    rest = tuple(i for i in clause.mentions if i not in paired)
    pieces = []
    if total is not None:
        places = clause.mentions if exact else rest
        beside = [f for f in clause.figures if (f.part or f.same) and f.start < first]
        pieces.append(Piece(clause.start, clause.end, places, (*totals, *beside), is_total=broken_down))
    elif rest:
        pieces.append(Piece(clause.start, clause.end, rest, ()))
    for places_before, figure in pairs:
        part = replace(figure, unit=figure.unit or (total.unit if total else None), bracket=False)
        children = _children(clause, figure, [f for _, f in pairs])
        whole = total.value if total and broken_down else None
        end = max(figure.end, mentions[places_before[-1]].end)
        pieces.append(Piece(mentions[places_before[0]].start, end, places_before, (part, *children), total=whole))
    return pieces


def _parallel(
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
    children = _children(clause, total, [f for f, _ in groups])
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
    children = _children(clause, figure, [f for f, _ in groups])
    return Piece(start, max(start, end), (*lead, *places), (figure, *children))


def _children(clause: Clause, figure: Figure, heads: Sequence[Figure]) -> tuple[Figure, ...]:
    """Return the parts and other measures of a figure: those that follow it before the next head."""
    later = min((f.start for f in heads if f.start > figure.start), default=clause.end)
    starts = {f.start for f in heads}
    return tuple(
        f for f in clause.figures if (f.part or f.same) and figure.start < f.start < later and f.start not in starts
    )


def goes_on(before: Clause, clause: Clause) -> bool:
    """Whether a clause that leaves its verb out tells the same of another: "31 violations, and Turkey 19"."""
    heads = [[f for f in c.figures if not f.part and not f.same] for c in (before, clause)]
    units = {f.unit for f in heads[0]}
    if heads[0] and sum(f.value for f in heads[1]) == heads[0][0].value:
        return False  # the parts of that figure
    return bool(heads[0] and heads[1]) and all(f.unit is None or f.unit in units for f in heads[1])


def join_clauses(one: Clause, two: Clause) -> Clause:
    """Return two neighbours as one."""
    return Clause(one.start, two.end, one.mentions + two.mentions, one.figures + two.figures)
