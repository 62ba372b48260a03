"""Whether a figure is of a period or a running total, by tense, adverbs and construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.extraction.figures import PART_UNITS
from geomap.extraction.periods import Period, find_period

if TYPE_CHECKING:
    from datetime import date

    from geomap.extraction.figures import Figure
    from geomap.extraction.pieces import Piece
    from geomap.extraction.rules import Rule, RulePack
    from geomap.model import Scope

__all__ = ["ScopeReader"]

_PERFECT_BEFORE, _PERFECT_BEHIND = 40, 80
"""Characters around a figure in which its verb stands."""


@dataclass(frozen=True, slots=True)
class ScopeReader:
    """Tells the scope of figures of one text; `day` is the bulletin's date."""

    text: str
    pack: RulePack
    day: date | None

    def scope(
        self, figure: Figure, piece: Piece, rule: Rule, period: Period | None, *, whole: Scope | None, before: bool
    ) -> Scope:
        """Return a figure's scope.

        Parameters
        ----------
        figure, piece, rule
            The figure, the piece of the text that it stands in, and the rule that fired there.
        period
            The time that the piece or its sentence tells.
        whole
            The scope of the figure that this one is a part of, None when it is no part.
        before
            Whether the sentence before told a running total: a perfect without a time then goes on with it.
        """
        parts = [f.start for f in piece.figures if f.part and f.start > figure.start and f.unit not in PART_UNITS]
        low = figure.start if figure.part else piece.start
        told = self.told(low, min(parts, default=piece.end), rule.type)
        if told is not None:
            return told
        if figure.part and whole is not None:
            return whole
        if period is not None:
            # "Since 18 July" without an end runs on to the day of the report.
            return "cumulative" if period[2] or period[0].startswith("since ") else "period"
        if whole is not None and piece.total is None:
            return whole
        near = (max(piece.start, figure.start - _PERFECT_BEFORE), min(piece.end, figure.end + _PERFECT_BEHIND))
        perfect = self.pack.scope.perfect.search(self.text, *near) is not None
        return "cumulative" if perfect and (before or rule.type in self.pack.scope.perfect_is_total) else "period"

    def told(self, low: int, high: int, rule_type: str) -> Scope | None:
        """Return the scope that the words of ``text[low:high]`` tell, None when they tell none."""
        stretch, words = self.text[low:high], self.pack.scope
        period = find_period(stretch, self.day, self.pack.period)
        past = period is not None and any(period[0] == name for name, _, _ in self.pack.period.past)
        if past or (period is not None and _is_stretch(period)) or words.period.search(stretch):
            return "period"
        total = words.cumulative.search(stretch)
        if rule_type in words.perfect_is_total:
            total = total or words.stock.search(stretch)
        return "cumulative" if total else None


def _is_stretch(period: Period) -> bool:
    """Whether a period has a beginning and an end that lie days apart: a figure of it is no running total."""
    interval = period[1]
    return "/" in period[0] and interval is not None and (interval.end - interval.start).days > 2
