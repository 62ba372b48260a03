"""Things listed with a place each, only some of them counted: "the mill of A, two schools of B and a bridge at C"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.extraction.clauses import Clause, Piece
    from geomap.extraction.figures import Figure
    from geomap.extraction.rules import RulePack
    from geomap.model import Mention

__all__ = ["with_things"]

_SET_OFF = re.compile(r"\s*[,،]?\s*(?:and|и|а|و)?\s*[,،–—-]?\s*")
"""Between a list, how often, and the place that this is said of."""
_REACH = 90
"""Characters before a place in which the thing that is there can be named."""
_FEWEST = 2
"""Places of a list."""
_LISTED = re.compile(r"(?:[,،;؛]|\band|\bи|\sو)\s*$")
"""What parts the things of such a list; the Arabic "and" is the first letter of its word."""


def with_things(
    text: str, clause: Clause, mentions: Sequence[Mention], pieces: Sequence[Piece], pack: RulePack
) -> list[Piece]:
    """Cut off things that are named with places of their own, and are not those that the figure of a piece counts."""
    return [part for piece in pieces for part in _cut(text, clause, mentions, piece, pack)]


def _cut(text: str, clause: Clause, mentions: Sequence[Mention], piece: Piece, pack: RulePack) -> Iterator[Piece]:
    if len(piece.mentions) < _FEWEST:
        yield piece
        return
    heads = [f for f in piece.figures if f.is_own]
    if len(heads) == 1 and heads[0].repetitions and (last := _alone(text, mentions, piece, heads[0])) is not None:
        end = mentions[piece.mentions[last - 1]].end
        yield replace(piece, end=end, mentions=piece.mentions[:last], figures=())
        yield replace(piece, start=end, mentions=piece.mentions[last:])
        return
    things = {} if piece.is_total or len(heads) != 1 else _things(text, clause, mentions, piece, pack)
    counted = next((i for i, start in things.items() if heads and start == heads[0].start), None)
    if counted is None or len(things) == 1:
        yield piece
        return
    firsts = sorted(things)
    before = tuple(i for i in piece.mentions if i < firsts[0])
    for k, i in enumerate(firsts):
        following = firsts[k + 1] if k + 1 < len(firsts) else None
        own = tuple(j for j in piece.mentions if i <= j and (following is None or j < following))
        end = piece.end if following is None else things[following]
        told = before + own, piece.figures if i == counted else ()
        yield replace(
            piece, start=min(things[i], piece.start) if not k else things[i], end=end, mentions=told[0], figures=told[1]
        )


def _alone(text: str, mentions: Sequence[Mention], piece: Piece, times: Figure) -> int | None:
    """Return where the place stands in a list that alone has how often: "shelled Arbil, Duma and, twice, Harasta"."""
    for last in range(1, len(piece.mentions)):
        before, behind = (mentions[piece.mentions[i]] for i in (last - 1, last))
        if before.end <= times.start and times.end <= behind.start:
            parted, rest = text[before.end : times.start], text[times.end : behind.start]
            return last if parted.strip() and _SET_OFF.fullmatch(parted) and _SET_OFF.fullmatch(rest) else None
    return None


def _things(text: str, clause: Clause, mentions: Sequence[Mention], piece: Piece, pack: RulePack) -> dict[int, int]:
    """Return the places with a thing named right before them in a list, and where its words begin."""
    found: dict[int, int] = {}
    for i in piece.mentions:
        low = max(
            (mentions[j].end for j in piece.mentions if mentions[j].end <= mentions[i].start), default=clause.start
        )
        low = max(low, mentions[i].start - _REACH)
        match = pack.thing.search(text[low : mentions[i].start])
        tied = match is not None and match.group().startswith("و")
        if match and (not found or _LISTED.search(text[low : low + match.start() + tied])):
            found[i] = low + match.start()
    return found
