"""Parallel figures: "68 people to Homs, and 110 – to the Eastern Ghouta"; which places belong to which figure."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from geomap.extraction.clauses import Clause, Piece
from geomap.extraction.figures import PART_UNITS, Figure
from geomap.extraction.periods import locate_period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.rules import RulePack
    from geomap.model import Mention

__all__ = ["children_of", "cut_parallels", "each_apart"]


def cut_parallels(
    text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure], pack: RulePack
) -> list[Piece]:
    """Cut a clause before each figure that has places of its own, when two or more have."""
    if paired := _in_order(text, clause, mentions, heads, pack):
        return paired
    main, heads = heads, _with_listed_parts(text, clause, mentions, heads)
    listed = len(heads) > len(main)
    others = [f for f in main[1:] if f.unit is not None or f is not heads[-1]]  # that last one: "..., and in Idlib 20"
    clause, heads = _joined_figures(text, clause, mentions, heads)
    if len(heads) < 2:
        return _with_others(text, clause, mentions, heads)
    clause, heads = _measured(clause, mentions, heads)
    groups = _groups(text, clause, mentions, heads)
    if not listed:
        groups = _crossed_over(text, clause, mentions, groups)
    own = [k for k, group in enumerate(groups) if group.places]
    if len(own) < (1 if listed else 2):
        if days := _by_day(text, clause, heads, pack):
            return days
        return [Piece(clause.start, clause.end, clause.mentions, clause.figures)]
    taken = {i for group in groups for i in group.places}
    lead = tuple(i for i in clause.mentions if i not in taken)
    total = groups[0].figure
    parts = groups[1:]
    values = [f.value * (len(places) if _is_each(text, f, pack) else 1) for f, places, _ in parts]
    exact = len(parts) >= 2 and sum(values) == total.value
    told = ":" in text[total.end : parts[0][0].start] if parts else False
    if exact or ((told or (listed and not others)) and sum(values) <= total.value):
        return _with_total(text, clause, mentions, groups, lead, pack, exact=exact)
    pieces = [_piece(clause, mentions, k, groups, lead if k == 0 else ()) for k in range(len(groups))]
    return [replace(piece, lead=lead) for piece in pieces]


def _with_others(text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> list[Piece]:
    """Cut what has only a place off what has a figure, too: "a bridge in Mayadin and three schools in Arbin"."""
    before = tuple(i for i in clause.mentions if heads and mentions[i].end <= heads[0].start)
    behind = tuple(i for i in clause.mentions if heads and mentions[i].start >= heads[0].end)
    if not before or not behind or not _AND.fullmatch(text, mentions[before[-1]].end, heads[0].start):
        return [Piece(clause.start, clause.end, clause.mentions, clause.figures)]
    end = mentions[before[-1]].end
    return [Piece(clause.start, end, before, ()), Piece(end, clause.end, behind, clause.figures)]


_AND = re.compile(r"\s*,?\s*(?:and|и|а также)\s+")


def _with_listed_parts(text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> list[Figure]:
    """Take in parts that have places of their own: "8 areas, including 5 in Suwayda and 3 in Aleppo"."""
    ends = [f.start for f in clause.figures if f.unit not in PART_UNITS and not f.same] + [clause.end]

    def has_place(figure: Figure) -> bool:
        following = min(e for e in ends if e > figure.start)
        comma = _COMMA.search(text, figure.end, following)  # "23 people, six of them children, from Toretsk"
        following = comma.start() if comma else following
        parted = _separators(text, clause, mentions, clause.start, figure.start)
        opening = parted[-1].end() if parted else figure.start  # "..., and in Idlib 18,050"
        named = [mentions[i].start for i in clause.mentions]
        return any(figure.end <= start < following or opening <= start < figure.start for start in named)

    listed = [f for f in clause.figures if f.part and f.unit not in PART_UNITS and has_place(f)]
    return sorted([*heads, *(replace(f, part=False) for f in listed)], key=lambda f: f.start) if heads else list(heads)


_COMMA = re.compile(r"[,،] (?![^()]*\))")
"""A comma outside of brackets."""


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
        named = any(following and figure.end <= mentions[i].start < following.start for i in clause.mentions)
        parted = named or (_PARTED.search(between) and not (following and _is_listed(figure, following, between)))
        if following is not None and not parted and len(heads) > 2:
            same.add(following.start)
        if figure.start not in same:
            joined.append(figure)
    figures = tuple(replace(f, same=True) if f.start in same else f for f in clause.figures)
    return replace(clause, figures=figures), joined


_PARTED = re.compile(r"[,،;؛:—–()]|\b(?:and|и|а)\b|\sو(?=\d)")
_LISTED = re.compile(r"[^,،;؛:—–()]{0,40}?(?:,\s*|\s)(?:(?:and|и)\s+|و)?")


def _is_listed(figure: Figure, following: Figure, between: str) -> bool:
    """Whether the next figure counts another thing of one list: "1,500 kits and 3 tons of water to Homs"."""
    return (
        None not in (figure.unit, following.unit) and figure.unit != following.unit and bool(_LISTED.fullmatch(between))
    )


def _measured(clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> tuple[Clause, list[Figure]]:
    """Join a figure to the one before when places come first and none stands between the two.

    "In Marrat 500 sets, in Kobani 1,100 bags and 3 tons": the tons are Kobani's too.
    """
    bounds = [clause.start, *(f.start for f in heads), clause.end]
    placed = [any(low <= mentions[i].start < high for i in clause.mentions) for low, high in itertools.pairwise(bounds)]
    if not placed[0] or placed[-1] or sum(placed) < 2:
        return clause, list(heads)
    same = {f.start for f, has_place in zip(heads, placed, strict=False) if not has_place}
    figures = tuple(replace(f, same=True) if f.start in same else f for f in clause.figures)
    return replace(clause, figures=figures), [f for f in heads if f.start not in same]


def _by_day(text: str, clause: Clause, heads: Sequence[Figure], pack: RulePack) -> list[Piece]:
    """Cut a clause whose figures have a day each, at the same places: "2,114 on Tuesday and 1,870 on Friday"."""
    unit = next((f.unit for f in heads if f.unit), None)
    changed = any(pack.figures.changed_from.search(text, clause.start, f.start) for f in heads)
    if changed or any(f.unit not in {None, unit} for f in heads):
        return []  # "fell to 306 in May, from 1,086 in March" tells one of them
    bounds = [clause.start, *(f.start for f in heads[1:]), clause.end]
    pieces = [
        Piece(low, high, clause.mentions, (replace(f, unit=f.unit or unit), *children_of(clause, f, heads)))
        for f, (low, high) in zip(heads, itertools.pairwise(bounds), strict=True)
    ]
    dated = [locate_period(text[f.end : p.end], _ANY_DAY, pack.period) for f, p in zip(heads, pieces, strict=True)]
    return pieces if all(dated) else []


_ANY_DAY = date(2000, 1, 3)
"""A bulletin's date, where only it matters that words tell a day."""


class Group(NamedTuple):
    """A figure and its places; `span` bounds its words where places stand first."""

    figure: Figure
    places: tuple[int, ...]
    span: tuple[int, int] | None = None


_SEPARATOR = re.compile(r"[,،;؛](?:\s*(?:and|и|а)\b)?|\s(?:and|и|а)\b|\sو(?=\S|$)")
"""What parts the members of a list, and the parts of a sentence that say the same of others."""


def _groups(text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> list[Group]:
    """Give each figure the places of its own words; behind a semicolon or colon the order may be another one.

    "34 fell on Latakia; Hama accounts for 22, Aleppo for 15".
    """
    for before, figure in itertools.pairwise(heads):
        if parted := _PART_END.search(text, before.end, figure.start):
            earlier, later = replace(clause, end=parted.start()), replace(clause, start=parted.end())
            k = heads.index(figure)
            return [
                *_groups_of_part(text, _only_own(earlier, mentions), mentions, heads[:k]),
                *_groups(text, _only_own(later, mentions), mentions, heads[k:]),
            ]
    total, *parts = heads
    if len(parts) > 1 and sum(f.value for f in parts) == total.value:
        behind = _only_own(replace(clause, start=total.end), mentions)
        if _puts_places_first(text, behind, mentions, parts):  # "63 breaches: Hodeidah saw 31, Hays 19, Durayhimi 13"
            own = tuple(i for i in clause.mentions if mentions[i].start < total.end)
            return [Group(total, own), *_groups_of_part(text, behind, mentions, parts)]
    return _groups_of_part(text, clause, mentions, heads)


_PART_END = re.compile(r"[;:؛]")


def _only_own(clause: Clause, mentions: Sequence[Mention]) -> Clause:
    """Return a part of a clause with the places that stand in it."""
    own = tuple(i for i in clause.mentions if clause.start <= mentions[i].start < clause.end)
    return replace(clause, mentions=own)


def _groups_of_part(text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> list[Group]:
    """Give each figure the places behind it; or those around it, where the words put places first."""
    if mixed := _each_in_its_part(text, clause, mentions, heads):
        return mixed
    bounds = [f.start for f in heads]
    places_first = _puts_places_first(text, clause, mentions, heads)
    if places_first:
        bounds = [clause.start, *(_boundary(text, clause, mentions, *two) for two in itertools.pairwise(heads))]
    return [
        Group(
            figure,
            tuple(i for i in clause.mentions if low <= mentions[i].start < high),
            (low, high) if places_first else None,
        )
        for figure, (low, high) in zip(heads, itertools.pairwise([*bounds, clause.end]), strict=True)
    ]


def _separators(text: str, clause: Clause, mentions: Sequence[Mention], low: int, high: int) -> list[re.Match[str]]:
    """Return what parts a stretch of a clause; the first letter of a name does not ("قرية ولغا")."""
    opening = {mentions[i].start for i in clause.mentions}
    return [m for m in _SEPARATOR.finditer(text, low, high) if m.end() - 1 not in opening]


def _each_in_its_part(text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> list[Group]:
    """Give each figure the places of its own part where some stand before and some behind.

    "Homs has taken in 13,800 people, Hama 12,650 and Tartus 7,100, with 4,080 more in Jableh".
    """
    cuts = [clause.start]
    for before, figure in itertools.pairwise(heads):
        parted = _separators(text, clause, mentions, before.end, figure.start)
        if not parted:
            return []
        named = [mentions[i].start for i in clause.mentions if before.end <= mentions[i].start < figure.start]
        # Places right behind the last comma are the next figure's ("..., Hama 12"); else those before are the last's.
        cuts.append(next((m.end() for m in reversed(parted) if any(m.end() <= n for n in named)), parted[-1].end()))
    spans = list(itertools.pairwise([*cuts, clause.end]))
    groups = [
        Group(f, tuple(i for i in clause.mentions if low <= mentions[i].start < high), (low, high))
        for f, (low, high) in zip(heads, spans, strict=True)
    ]
    placed = groups if groups[0].places else groups[1:]  # a total may have no place of its own
    first = [any(mentions[i].end <= f.start for i in places) for f, places, _ in placed]
    behind = [any(mentions[i].start >= f.end for i in places) for f, places, _ in placed]
    told = all(one != two for one, two in zip(first, behind, strict=True))
    habit = first[:2] == [True, True] and len(placed) == len(groups)
    habit = habit or (len(first) > 2 and first[-1] and not any(first[:-1]))  # "5 in A, 4 in B, and in C 3"
    habit = habit or (len(placed) == len(groups) > 2 and all(first[1:]))  # "1,314 by A, through B 486, through C 172"
    return groups if told and len(set(first)) == 2 and habit else []


def _puts_places_first(text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure]) -> bool:
    """Whether each figure has a place before it in its own part: "from Lebanon 389 via Jusiyah, from Jordan 633"."""
    for before, figure in zip([None, *heads], heads, strict=False):
        low = before.end if before else clause.start
        if before is not None:
            low = max((m.end() for m in _separators(text, clause, mentions, low, figure.start)), default=low)
        if not any(low <= mentions[i].start < figure.start for i in clause.mentions):
            return False
    return True


def _crossed_over(text: str, clause: Clause, mentions: Sequence[Mention], groups: list[Group]) -> list[Group]:
    """Give the first figure the places before it where the others have theirs behind: "from A 25, and 30 from B"."""
    first, *rest = groups
    before = tuple(i for i in clause.mentions if mentions[i].end <= first.figure.start)
    if first.places or not before or not rest or not all(group.places for group in rest):
        return groups
    if any(group.figure.unit not in {None, first.figure.unit} for group in rest):
        return groups  # other things
    parted = _SEPARATOR.search(text, first.figure.end, rest[0].figure.start)
    told = parted is not None and _SEPARATOR.search(text, mentions[before[-1]].end, first.figure.start) is None
    return [first._replace(places=before), *rest] if told else groups


def _boundary(text: str, clause: Clause, mentions: Sequence[Mention], one: Figure, two: Figure) -> int:
    """Return where the part of the second of two figures begins, when places stand first."""
    between = [mentions[i] for i in clause.mentions if one.end <= mentions[i].start < two.start]
    separators = _separators(text, clause, mentions, one.end, two.start)
    if not separators or not between:
        return one.end
    if separators[0].end() <= between[0].start:
        return separators[0].end()
    last = [m for m in separators if m.end() <= between[-1].start]  # the first part has places behind its figure too
    commas = [m for m in last if m.group().strip()[0] in ",،;؛"]
    return (commas or last or separators)[-1].end()


def _in_order(
    text: str, clause: Clause, mentions: Sequence[Mention], heads: Sequence[Figure], pack: RulePack
) -> list[Piece]:
    """Pair figures and listed places one by one: "140 and 95 people went through A and B respectively"."""
    order = pack.respectively.search(text, clause.start, clause.end)
    if (
        len(heads) < 2
        or order is None
        or text.count("(", clause.start, order.start()) > text.count(")", clause.start, order.start())
    ):
        return []
    runs: list[list[int]] = [[]]
    for i in clause.mentions:
        gap = text[mentions[runs[-1][-1]].end : mentions[i].start] if runs[-1] else ""
        if runs[-1] and not _SEPARATOR.fullmatch(gap.rstrip()):
            runs.append([])
        runs[-1].append(i)
    run = next((r for r in runs if len(r) == len(heads)), None)
    if run is None:
        return []
    unit = next((f.unit for f in heads if f.unit), None)
    lead = tuple(i for i in clause.mentions if i not in run)
    return [
        Piece(clause.start, clause.end, (*lead, i), (replace(f, unit=f.unit or unit),))
        for i, f in zip(run, heads, strict=True)
    ]


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
    total, own, _ = groups[0]
    children = children_of(clause, total, [group.figure for group in groups])
    places = clause.mentions if exact else (*lead, *own)
    own_lead = (*lead, *own)
    told = own_lead if exact else ()
    pieces = [Piece(clause.start, clause.end, places, (total, *children), is_total=exact, lead=told)]
    for k in range(1, len(groups)):
        piece = _piece(clause, mentions, k, groups, ())
        figure, *rest = piece.figures
        part = replace(figure, unit=figure.unit or total.unit)
        whole = replace(piece, figures=(part, *rest), total=total.value, lead=own_lead)
        if _is_each(text, figure, pack):
            pieces += [replace(whole, mentions=(i,)) for i in whole.mentions]
        else:
            pieces.append(whole)
    return pieces


def each_apart(text: str, piece: Piece, mentions: Sequence[Mention], pack: RulePack) -> list[Piece]:
    """Cut a piece whose figure each place of its list has whole: "по три обстрела в Идлибе и Хаме"."""
    heads = [f for f in piece.figures if f.is_own]
    gaps = [text[mentions[i].end : mentions[j].start] for i, j in itertools.pairwise(piece.mentions)]
    listed = gaps and all(_SEPARATOR.match(gap) and len(gap.split()) <= _SHORT_GAP for gap in gaps)
    if len(heads) != 1 or piece.is_total or not listed or not _is_each(text, heads[0], pack):
        return [piece]
    return [replace(piece, mentions=(i,)) for i in piece.mentions]


_SHORT_GAP = 4
"""Words between two places of a list, with prepositions and words for their kind."""


def _is_each(text: str, figure: Figure, pack: RulePack) -> bool:
    """Whether each place of a figure has it whole: "one each in Homs and Damascus", "по одной в Хомсе и Дамаске"."""
    before = text[max(0, figure.start - _EACH_REACH) : figure.start]
    return pack.each.match(text, figure.end) is not None or pack.figures.each_before.search(before) is not None


_EACH_REACH = 10
"""Characters before a figure in which a word can stand that gives it to each place."""


def _piece(
    clause: Clause, mentions: Sequence[Mention], k: int, groups: Sequence[Group], lead: tuple[int, ...]
) -> Piece:
    """Make the piece of the k-th group; it reaches from behind the group before to its own last word."""

    def end_of(j: int) -> int:
        figure, places, _ = groups[j]
        return max([figure.end, *(mentions[i].end for i in places)])

    figure, places, span = groups[k]
    start = end_of(k - 1) if k else clause.start
    end = clause.end
    if span is not None:
        start, end = span
    elif k + 1 < len(groups):  # without places of its own it goes on to the next figure
        end = end_of(k) if places else groups[k + 1].figure.start
    children = children_of(clause, figure, [group.figure for group in groups])
    return Piece(start, max(start, end), (*lead, *places), (figure, *children))


def children_of(clause: Clause, figure: Figure, heads: Sequence[Figure]) -> tuple[Figure, ...]:
    """Return the parts and other measures of a figure: those that follow it before the next head."""
    later = min((f.start for f in heads if f.start > figure.start), default=clause.end)
    starts = {f.start for f in heads}
    return tuple(f for f in clause.figures if not f.is_own and figure.start < f.start < later and f.start not in starts)
