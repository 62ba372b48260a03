"""The rest of what is divided, told without a number: "4,000 of them in Daraa and the rest in Suwayda"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.extraction.clauses import Clause, Piece

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.rules import RulePack
    from geomap.model import Mention

__all__ = ["cut_rest", "with_rest"]


def cut_rest(text: str, clause: Clause, mentions: Sequence[Mention], pack: RulePack) -> tuple[Clause, Clause | None]:
    """Cut the rest off a clause that gives a figure to a part before it; None when it tells of none."""
    match = pack.rest.search(text, clause.start, clause.end)
    if match is None:
        return clause, None
    behind = tuple(i for i in clause.mentions if mentions[i].start >= match.end())
    before = tuple(i for i in clause.mentions if mentions[i].end <= match.start())
    counted = [f for f in clause.figures if f.end <= match.start()]
    if not behind or not counted or len(counted) < len(clause.figures):
        return clause, None
    placed = any(mentions[i].start >= counted[0].end for i in before)
    most = not counted[-1].part and pack.figures.of_them.search(text, counted[-1].end, match.start())
    share = re.search(r"\d", text[counted[-1].end : match.start()])  # "63 per cent in Homs, the others in Hama"
    if not placed or most or share:  # "4,000 fled, most of them to Idlib and the rest to Afrin" gives no part a number
        return clause, None
    return replace(clause, end=match.start(), mentions=before), Clause(match.start(), clause.end, behind, ())


def with_rest(pieces: Sequence[Piece], rest: Clause) -> list[Piece]:
    """Return the pieces of what stands before the rest, and the rest as one: the places of all are the whole's."""
    whole, *parts = _told_apart(pieces)
    main = next((f for f in whole.figures if f.is_own), None)
    values = [f.value for part in parts for f in part.figures if f.is_own]
    if main is not None and parts and sum(values) < main.value:
        places = tuple(sorted({i for piece in (whole, *parts) for i in piece.mentions} | {*rest.mentions}))
        parts = [replace(part, total=main.value) for part in parts]
        whole = replace(whole, mentions=places, is_total=True)
    lead = parts[0].lead if parts else ()
    return [whole, *parts, Piece(rest.start, rest.end, rest.mentions, (), lead=lead)]


def _told_apart(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """Tell a figure from its only part with a number: "1,200 tents, 800 in Azaz and the remainder in Jarabulus"."""
    heads = [f for f in pieces[0].figures if f.is_own]
    if len(pieces) > 1 or len(heads) != 2:
        return pieces
    whole, part = heads
    if whole.unit is None or part.unit not in (None, whole.unit) or part.value >= whole.value:
        return pieces
    one = replace(pieces[0], figures=(whole,))
    return [one, replace(pieces[0], start=part.start, figures=(replace(part, unit=whole.unit),))]
