"""Whether a figure is of a period or a running total, by tense, adverbs and construction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.extraction.figures import PART_UNITS
from geomap.extraction.periods import Period, is_running, locate_period

if TYPE_CHECKING:
    from datetime import date

    from geomap.extraction.asides import Asides
    from geomap.extraction.clauses import Piece
    from geomap.extraction.figures import Figure
    from geomap.extraction.rules import Rule, RulePack
    from geomap.model import Scope

__all__ = ["ScopeReader", "ToldScope"]

_PERFECT_BEFORE, _PERFECT_BEHIND = 40, 80
"""Characters around a figure in which its verb stands."""

_PAUSE, _TIME_BEHIND = re.compile("[,;:()،؛–—]"), 60
"""What ends the words that a part's own time stands in, and how many characters behind its figure they can be."""


@dataclass(frozen=True, slots=True)
class ToldScope:
    """A scope, why it is so, and the words of the text that say so (None when none do)."""

    scope: Scope
    why: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ScopeReader:
    """Tells the scope of figures of one text; `day` is the bulletin's date, a `daily` one tells of the past day."""

    asides: Asides
    pack: RulePack
    day: date | None
    daily: bool = False

    @property
    def text(self) -> str:
        """The bulletin's text."""
        return self.asides.text

    def scope(
        self,
        figure: Figure,
        piece: Piece,
        rule: Rule,
        period: Period | None,
        *,
        whole: Scope | None,
        before: bool,
        going_on: Scope | None,
    ) -> ToldScope:
        """Return a figure's scope and why.

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
        going_on
            The scope of the part of the sentence before, which this one goes on with where it has no time of its own.
        """
        parts = [f.start for f in piece.figures if f.part and f.start > figure.start and f.unit not in PART_UNITS]
        low = figure.start if figure.part else piece.start
        told = self.told(low, min(parts, default=piece.end), rule.type)
        if told is not None:
            return told
        if rule.stock:
            return ToldScope("cumulative", "it tells how many there are")
        if figure.part and (day := self._own_day(figure, piece)) is not None:
            return day
        if whole is not None and (figure.part or (period is None and piece.total is None)):
            return ToldScope(whole, "that of the figure it is a part of")
        own_time = locate_period(self.asides.around(piece.start, piece.end), self.day, self.pack.period)
        if going_on == "cumulative" and own_time is None:
            return ToldScope(going_on, "that of the part of the sentence before")
        return _by_time(period) if period is not None else self._by_tense(figure, piece, rule, before=before)

    def _by_tense(self, figure: Figure, piece: Piece, rule: Rule, *, before: bool) -> ToldScope:
        near = (max(piece.start, figure.start - _PERFECT_BEFORE), min(piece.end, figure.end + _PERFECT_BEHIND))
        perfect = self.pack.scope.perfect.search(self.text, *near)
        totals = self.pack.scope.perfect_is_total
        if perfect and (rule.type in totals or rule.name in totals):
            return ToldScope("cumulative", "a perfect tense without a time", perfect.span())
        if not self.daily and rule.type in self.pack.scope.perfect_unless_daily and self._any_perfect(near):
            return ToldScope("cumulative", "a perfect tense without a time, in no daily bulletin")
        if perfect and before:
            why = "a perfect tense goes on with the total of the sentence before"
            return ToldScope("cumulative", why, perfect.span())
        return ToldScope("period", "no word makes it a running total")

    def _own_day(self, figure: Figure, piece: Piece) -> ToldScope | None:
        """Return the scope of a part with a time of its own right behind it: "6,000 left, 361 of them on Thursday"."""
        behind = _PAUSE.split(self.text[figure.end : min(piece.end, figure.end + _TIME_BEHIND)], maxsplit=1)[0]
        located = locate_period(behind, self.day, self.pack.period)
        if located is None or is_running(located[2]):
            return None
        span = (figure.end + located[0], figure.end + located[1])
        return ToldScope("period", f"a time of its own is told, {located[2][0]}", span)

    def _any_perfect(self, near: tuple[int, int]) -> bool:
        return self.pack.scope.any_perfect.search(self.text, *near) is not None

    def told(self, low: int, high: int, rule_type: str) -> ToldScope | None:
        """Return the scope that the words of ``text[low:high]`` tell, None when they tell none."""
        stretch, words = self.asides.around(low, high), self.pack.scope
        located = locate_period(stretch, self.day, self.pack.period)
        if located is not None:
            start, end, period = located
            if any(period[0] == name for name, _, _ in self.pack.period.past) or _is_stretch(period):
                return ToldScope("period", "a stretch of time is told", (low + start, low + end))
        if match := words.period.search(stretch):
            return ToldScope("period", "words of a period", _moved(match, low))
        total = words.cumulative.search(stretch)
        if total is None and rule_type in words.perfect_is_total:
            total = words.stock.search(stretch)
        return ToldScope("cumulative", "words of a running total", _moved(total, low)) if total else None


def _by_time(period: Period) -> ToldScope:
    """Return the scope that the time of a sentence gives to its figures."""
    if is_running(period):
        return ToldScope("cumulative", f"the time told, {period[0]}, is one up to which a total runs")
    return ToldScope("period", f"a time is told, {period[0]}")


def _moved(match: re.Match[str], by: int) -> tuple[int, int]:
    return match.start() + by, match.end() + by


def _is_stretch(period: Period) -> bool:
    """Whether a period has a beginning and an end that lie days apart: a figure of it is no running total."""
    interval = period[1]
    return "/" in period[0] and interval is not None and (interval.end - interval.start).days > 2
