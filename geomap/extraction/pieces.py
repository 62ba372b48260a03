"""Which figures belong to which places: a sentence cut into the pieces that are events of their own.

Three shapes occur. A breakdown: "9 cases in Damascus (4), Daraa (3) and Hama (2)". A parallel: "68 people to Homs, and
110 – to the Eastern Ghouta". And the rest: all figures and all places of a clause make one event.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.extraction.clauses import Clause, Piece
from geomap.extraction.figures import PART_UNITS, Figure
from geomap.extraction.listed_things import with_things
from geomap.extraction.parallels import children_of, cut_parallels, each_apart
from geomap.extraction.rests import cut_rest, with_rest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.extraction.rules import RulePack
    from geomap.model import Mention

__all__ = ["cut_pieces"]


def cut_pieces(text: str, clause: Clause, mentions: Sequence[Mention], pack: RulePack) -> list[Piece]:
    """Cut a clause into pieces, each with the figures and places of one event."""
    told, rest = cut_rest(text, clause, mentions, pack)
    pieces = _cut_pieces(text, told, mentions, pack)
    return _with_sum(pieces) if rest is None else with_rest(pieces, rest)


def _with_sum(pieces: list[Piece]) -> list[Piece]:
    """Mark as parts the figures of one event that add up to its first: "900 went home: 600 by bus, 300 on foot"."""
    heads = [f for f in pieces[0].figures if f.is_own]
    rest = heads[1:]
    if len(pieces) > 1 or len(rest) < 2 or sum(f.value for f in rest) != heads[0].value:
        return pieces
    if any(f.unit not in (None, heads[0].unit) for f in rest):
        return pieces
    figures = tuple(replace(f, part=True) if f in rest else f for f in pieces[0].figures)
    return [replace(pieces[0], figures=figures)]


def _cut_pieces(text: str, clause: Clause, mentions: Sequence[Mention], pack: RulePack) -> list[Piece]:
    if clause.figures and clause.figures[0].part and clause.figures[0].unit not in PART_UNITS:
        # "More than 1,510,000 of them would go home: 889,031 from Lebanon" - a part of what was said before
        clause = replace(clause, figures=(replace(clause.figures[0], part=False), *clause.figures[1:]))
    clause = replace(clause, figures=_measured_in_brackets(tuple(_with_parts(clause.figures))))
    heads = [f for f in clause.figures if f.is_own]
    pairs = _parts_in_brackets(text, clause, mentions, heads) or _pairs(text, clause, mentions, heads)
    bracketed = any(f.bracket or f.repetitions for _, f in pairs)
    # "Latakia was shelled 11 times, Hama six times": the first place has its figure behind the verb
    alike = bool(heads) and heads[0].repetitions and not any(f is heads[0] or f.bracket for _, f in pairs)
    if pairs and not (alike and all(f.repetitions for _, f in pairs)) and (bracketed or len(pairs) > 1):
        return _breakdown(text, clause, mentions, heads, pairs, pack)
    if any(not f.bracket for f in heads):  # what stands in brackets beside a figure compares or explains
        clause = replace(clause, figures=tuple(f for f in clause.figures if not (f.is_own and f.bracket)))
        heads = [f for f in heads if not f.bracket]
    pieces = cut_parallels(text, clause, mentions, heads, pack)
    return with_things(
        text, clause, mentions, [p for piece in pieces for p in each_apart(text, piece, mentions, pack)], pack
    )


def _with_parts(figures: Sequence[Figure]) -> Iterator[Figure]:
    """Mark who stands in brackets as a part of the people counted before: "137 arrived from Lebanon (41 women)"."""
    people = 0.0
    for figure in figures:
        inside = figure.bracket and figure.unit in PART_UNITS and not figure.part
        yield replace(figure, part=True) if inside and people >= figure.value else figure
        if figure.unit == "people":
            people = figure.value


def _measured_in_brackets(figures: tuple[Figure, ...]) -> tuple[Figure, ...]:
    """Mark what brackets count in another unit as one more measure: "12 houses in Homs (5 ha)"."""
    inside = [f for f in figures if f.bracket and not f.part]
    if len(inside) != 1 or inside[0].unit is None or inside[0].unit in PART_UNITS:
        return figures
    before = [f for f in figures if f.start < inside[0].start and f.is_own]
    if not before or before[-1].unit in {None, inside[0].unit}:
        return figures
    return tuple(replace(f, same=True, bracket=False) if f is inside[0] else f for f in figures)


_LAST_WORD = re.compile(r"\S+\s+$")
_OPENS_BRACKET = re.compile(r"(?:['’]s)?(?:\s+[\w-]+){0,3}\s*\(\s*")
_FAR_BRACKET = re.compile(r"(?:\s+[\w-]+){0,8}\s*\(\s*")
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
    listed = _listed_in_brackets(text, clause, mentions, heads)
    for figure in heads:
        before = [i for i in clause.mentions if mentions[i].end <= figure.start]
        if not before:
            continue
        gap = text[mentions[before[-1]].end : figure.start]
        if figure.repetitions and len(before) > 1:  # "Zahraa west of Aleppo twice" is said of Zahraa
            part, between = mentions[before[-1]].part, text[mentions[before[-2]].end : mentions[before[-1]].start]
            before = before[:-1] if part and between.strip() == part else before
        closes = ")" in text[figure.start : figure.end]  # "(31) families" has a bracket of its own
        if not closes and (
            _OPENS_BRACKET.fullmatch(gap)
            or (figure.unit is None and _FAR_BRACKET.fullmatch(gap))
            or (figure.repetitions and not gap.strip() and _CLOSED.match(text, figure.end))
            or figure.start in listed
        ):
            pairs.append(((before[-1],), replace(figure, bracket=True) if figure.start in listed else figure))
        elif _DASH.fullmatch(gap):
            since = max((f.end for f in clause.figures if f.end <= figure.start), default=None)
            opening = (
                max(closed, since, _behind_colon(text, since, figure.start))
                if since is not None
                else _opening(text, clause, figure, heads, mentions[before[-1]])
            )
            closed = _next_comma(text, figure.end, clause.end)
            if any(figure.end < f.start < closed for f in heads):  # "Latakia – 6 and Hama – 2"
                closed = figure.end
            behind = [i for i in clause.mentions if figure.end <= mentions[i].start < closed]
            pairs.append((tuple(i for i in before if mentions[i].start >= opening) + tuple(behind), figure))
    return [(places, figure) for places, figure in pairs if places]


def _behind_colon(text: str, start: int, end: int) -> int:
    """Return where a list opens that a colon begins: "six in the Idlib zone: in Idlib province – 4"."""
    return text.rfind(":", start, end - _NEAR_FIGURE) + 1


_NEAR_FIGURE = 3
"""Characters before a figure in which a colon is its own: "Hama: 2"."""


def _opening(text: str, clause: Clause, figure: Figure, heads: Sequence[Figure], last: Mention) -> int:
    """Return where the places of the first of such figures begin: with the clause where semicolons part them all.

    "From Lebanon, via Zamrani – 391 people; from Jordan, via Nasib – 866".
    """
    following = next((f for f in heads if f.start > figure.start), None)
    parted = following is not None and ";" in text[figure.end : following.start]
    return clause.start if parted else last.start


def _listed_in_brackets(
    text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]
) -> frozenset[int]:
    """Return where the figures stand that brackets list with their places: "(Salkhad town 19,600, Qarayya 8,150)".

    So does a colon, where a comma stands behind each number: "by province: Idlib 12, Aleppo 7".
    """
    ends = [mentions[i].end for i in clause.mentions]

    def follows(figure: Figure) -> bool:
        last = max((end for end in ends if end <= figure.start), default=None)
        return last is not None and figure.unit is None and _BESIDE.fullmatch(text, last, figure.start) is not None

    found: set[int] = set()
    for bracket in _BRACKETS.finditer(text, clause.start, clause.end):
        inside = [f for f in heads if bracket.start() < f.start < bracket.end()]
        if len(inside) > 1 and all(follows(f) for f in inside):
            found |= {f.start for f in inside}
    colon = text.find(":", clause.start, clause.end)
    bare = [f.start for f in heads if 0 <= colon < f.start and follows(f) and _CLOSED.match(text, f.end)]
    return frozenset({*found, *(bare if len(bare) > 1 else ())})


def _parts_in_brackets(text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> list[Pair]:
    """Return the parts that brackets give of the figure before, each before its places: "12 (7 from A, 5 from B)"."""
    for bracket in _BRACKETS.finditer(text, clause.start, clause.end):
        parts = [f for f in heads if bracket.start() < f.start < bracket.end()]
        total = next((f for f in reversed(heads) if f.end <= bracket.start()), None)
        if len(parts) < 2 or total is None or total.value != sum(f.value for f in parts):
            continue
        ends = [*(f.start for f in parts[1:]), bracket.end()]
        behind = [
            tuple(i for i in clause.mentions if f.end <= mentions[i].start < end)
            for f, end in zip(parts, ends, strict=True)
        ]
        if all(behind):
            return list(zip(behind, parts, strict=True))
    return []


_BRACKETS = re.compile(r"\([^()]+\)")
_CLOSED = re.compile(r"\s*(?:[,،;؛.]|\s(?:and|и)\b|\sو|$)")
"""Behind a number of a list that names nothing else."""
_BESIDE = re.compile(r"\s*(?:[^\W\d_]+\s+|\([^()\d]*\)\s*)?[:=]?\s*")
"""Between a place and its figure in such a list, perhaps with the word for its kind: "Salkhad town 19,600"."""


def _next_comma(text: str, start: int, end: int) -> int:
    """Return where the first comma outside brackets stands, `end` when there is none."""
    depth = 0
    for position in range(start, end):
        depth += {"(": 1, ")": -1}.get(text[position], 0)
        if text[position] in ",،;" and depth <= 0:
            return position
    return end


def _breakdown(
    text: str,
    clause: Clause,
    mentions: Sequence[Mention],
    heads: Sequence[Figure],
    pairs: Sequence[Pair],
    pack: RulePack,
) -> list[Piece]:
    """Make the pieces of a breakdown: its total, its parts, and the places that stand in it without a figure."""
    first = min(figure.start for _, figure in pairs)
    before = [f for f in heads if f.start < first and f not in [p for _, p in pairs]]
    parts = sum(f.value for _, f in pairs)
    totals = [f for f in before if not f.repetitions or text[f.end : f.end + 1] == ":" or f.value == parts]
    total = totals[0] if totals else None
    exact = total is not None and parts == total.value
    paired = {i for places, _ in pairs for i in places}
    rest = tuple(i for i in clause.mentions if i not in paired)
    broken_down = total is not None and parts <= total.value  # else they are parts of something else
    if total is not None and not exact and rest and not any(f.bracket for _, f in pairs):
        # "12 people returned to Aleppo, to Hama – 7" goes on with others, unless it says that it tells parts.
        opening = text[total.end : mentions[pairs[0][0][0]].start]
        parted = (":" in opening, *(pack.figures.part_before.search(s) for s in (opening, _LAST_WORD.sub("", opening))))
        broken_down = broken_down and any(parted)
    pieces = []
    if total is not None:
        places = clause.mentions if exact else rest
        beside = [f for f in clause.figures if not f.is_own and f.start < first]
        lead = rest if exact else ()
        pieces.append(Piece(clause.start, clause.end, places, (*totals, *beside), is_total=broken_down, lead=lead))
    elif rest:
        pieces.append(Piece(clause.start, clause.end, rest, ()))
    for places_before, figure in pairs:
        part = replace(figure, unit=figure.unit or (total.unit if total else None), bracket=False)
        children = children_of(clause, figure, [f for _, f in pairs])
        whole = total.value if total and broken_down else None
        end = max(figure.end, mentions[places_before[-1]].end)
        start = min(figure.start, mentions[places_before[0]].start)
        pieces.append(Piece(start, end, places_before, (part, *children), total=whole, lead=rest if exact else ()))
    return pieces
