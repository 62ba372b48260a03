"""What is told beside a figure: "(4,410 since January)", "shut since 2012". It says nothing of the figure itself."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.clauses import Clause, Piece
    from geomap.extraction.figures import Figure
    from geomap.extraction.rules import RulePack

__all__ = ["Asides", "Beside", "told_beside", "with_beside"]

_BRACKET = re.compile(r"\([^()]{0,120}\)")

Beside = tuple["Figure", "Figure", tuple[int, int]]
"""A figure in brackets that is an event of its own, the one that it stands beside, and the brackets (text offsets)."""


@dataclass(frozen=True, slots=True)
class Asides:
    """The stretches of one text that tell a time, a total or a claimant of their own; `brackets` hold a figure."""

    text: str
    spans: tuple[tuple[int, int], ...]
    brackets: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str, pack: RulePack) -> Asides:
        """Find the asides of a text."""
        brackets = tuple(
            match.span()
            for match in _BRACKET.finditer(text)
            if re.search(r"\d", match.group()) and pack.scope.bracketed.search(match.group())
        )
        others = (match.span() for match in pack.scope.asides.finditer(text))
        return cls(text, tuple(sorted({*brackets, *others})), brackets)

    def around(self, low: int, high: int) -> str:
        """Return ``text[low:high]`` with the asides in it left blank; one that begins it is kept."""
        stretch = self.text[low:high]
        for start, end in self.spans[bisect_right(self.spans, (low, len(self.text))) :]:
            if start >= high:
                break
            stretch = stretch[: start - low] + " " * (min(end, high) - start) + stretch[min(end, high) - low :]
        return stretch

    def is_one(self, start: int) -> bool:
        """Whether an aside in brackets begins at an offset."""
        return any(start == low for low, _ in self.brackets)


def told_beside(clause: Clause, asides: Asides, pack: RulePack) -> tuple[Clause, list[Beside]]:
    """Take the figures out of a clause that brackets tell beside another: a total, or the count of somebody else.

    A smaller one with a time of its own is a part of the figure that it stands beside.
    """
    kept: list[Figure] = []
    found: list[Beside] = []
    for figure in clause.figures:
        span = next((s for s in asides.brackets if s[0] < figure.start < s[1]), None)
        head = next((f for f in reversed(kept) if f.is_own), None)
        if span is None or head is None or figure.same or figure.part or figure.start - span[0] > _OPENING:
            kept.append(figure)
            continue
        alike = figure.unit in (None, head.unit)
        if alike and (figure.value >= head.value or pack.scope.by_others.search(asides.text, *span)):
            found.append((replace(figure, unit=figure.unit or head.unit, bracket=False), head, span))
        else:
            kept.append(replace(figure, part=True, bracket=False) if alike else figure)
    return replace(clause, figures=tuple(kept)), found


_OPENING = 45
"""Characters between a bracket and its figure: "(in total, to 121,540)"."""


def with_beside(pieces: Sequence[Piece], found: Sequence[Beside]) -> list[Piece]:
    """Return pieces with those of the figures told beside theirs: at the same places, told by the words in brackets."""
    told = list(pieces)
    for figure, head, (start, end) in found:
        piece = next((p for p in pieces if any(f.start == head.start for f in p.figures)), pieces[-1])
        places = piece.lead if piece.is_total else piece.mentions  # the parts are those of the figure beside it
        piece = replace(piece, mentions=places, total=None, is_total=False)
        told.append(replace(piece, start=start, end=end, figures=(figure,)))
    return told
