"""Where days and figures lie in a plot, in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

__all__ = ["Days", "Scale"]

LEFT, RIGHT = 66.0, 26.0
"""Margins, for the numbers of the axis and the last label."""

WIDTH = 640.0
"""What a plot takes at least where there are days enough, without its margins."""

NARROWEST, WIDEST = 7.0, 56.0
"""Pixels of a day."""

BREAK = 2.0
"""A stretch of more days than this, counted in the usual step, is drawn as long as so many and marked as shortened."""

TICKS = 4

LEAST_SPAN = 1e-3
"""An axis spans at least this share of its figures, so that its ends are never the same number."""


@dataclass(frozen=True, slots=True)
class Days:
    """The axis of days: each has its place, and long stretches without figures are shortened."""

    at: dict[date, float]
    broken: tuple[tuple[date, date], ...]
    slot: float

    @classmethod
    def of(cls, days: Sequence[date], *, daily: bool) -> Days:
        """Lay out days, in their order; when a source does not report `daily`, its shortest step is the usual one."""
        steps = [(after - before).days for before, after in pairwise(days)]
        usual = 1 if daily else min(steps, default=1)
        lengths = [min(step / usual, BREAK) for step in steps]
        slot = min(WIDEST, max(NARROWEST, WIDTH / (sum(lengths) + 1)))
        at, x = {}, LEFT + slot / 2
        for day, length in zip(days, [*lengths, 0.0], strict=True):
            at[day] = round(x, 1)
            x += length * slot
        broken = [pair for pair, step in zip(pairwise(days), steps, strict=True) if step / usual > BREAK]
        return cls(at, tuple(broken), slot)

    @property
    def right(self) -> float:
        """Where the plot's field ends."""
        return max(self.at.values()) + self.slot / 2

    @property
    def width(self) -> float:
        """The whole plot's width."""
        return round(self.right + RIGHT)

    def labelled(self, room: float) -> tuple[date, ...]:
        """Return the days that can be labelled when a label takes so many pixels; the last one always is."""
        found: list[date] = []
        for day in sorted(self.at, reverse=True):
            if not found or self.at[found[-1]] - self.at[day] >= room:
                found.append(day)
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Scale:
    """The axis of figures between two heights; `ticks` are round and hold all figures between them."""

    ticks: tuple[float, ...]
    top: float
    bottom: float

    @classmethod
    def over(cls, values: Iterable[float], top: float, bottom: float, *, zero: bool) -> Scale:
        """Return the axis that holds all values, and 0 when asked."""
        held = [*values, *([0.0] if zero else [])]
        low, high = min(held), max(held)
        span = max(high - low, max(abs(low), abs(high)) * LEAST_SPAN, LEAST_SPAN)
        step = _round_step(span / (TICKS - 1))
        first = math.floor(low / step)
        last = max(math.ceil(high / step), first + 1)
        return cls(tuple(round(n * step, 6) for n in range(first, last + 1)), top, bottom)

    def at(self, value: float) -> float:
        """Return the height of a figure."""
        low, high = self.ticks[0], self.ticks[-1]
        return round(self.bottom - (value - low) / (high - low) * (self.bottom - self.top), 1)


def _round_step(step: float) -> float:
    """Return the next of 1, 2, 5, 10, 20 ... that is no smaller."""
    power = 10.0 ** math.floor(math.log10(step))
    return next((power * n for n in (1, 2, 5) if power * n >= step * (1 - 1e-9)), power * 10)
