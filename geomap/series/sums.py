"""Running totals held against the daily figures between them."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.series.model import Finding, figure_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from geomap.series.model import Kind, Point, Series

__all__ = ["check_sums"]

FLOWS = frozenset(
    {
        "return", "crossing", "evacuation", "ceasefire_violation", "demining", "medical_assistance",
        "humanitarian_aid", "reconstruction",
    }
)  # fmt: skip
"""What only adds up. A number of displaced people falls when some return, so that it is held against nothing."""

MUCH = 3.0
"""A rise is a jump when each day without a figure would need this many times the largest daily figure."""

LEAST_KNOWN = 3
"""Daily figures that must be known before a rise can be called a jump."""


@dataclass(frozen=True, slots=True)
class _Day:
    """All that is told of a day, and what it can stand for."""

    points: tuple[Point, ...]
    low: float
    high: float

    @classmethod
    def of(cls, points: Sequence[Point]) -> _Day:
        return cls(tuple(points), min(p.low for p in points), max(p.high for p in points))


@dataclass(frozen=True, slots=True)
class _Step:
    """Two running totals and the daily figures between them."""

    before: _Day
    after: _Day
    daily: tuple[_Day, ...]
    missing: int
    largest: float  # daily figure of the series; infinite when too few are known

    @property
    def low(self) -> float:
        """The least that the later total can be."""
        return self.before.low + sum(day.low for day in self.daily)

    @property
    def high(self) -> float:
        """The most that it can be, as far as daily figures are known."""
        return self.before.high + sum(day.high for day in self.daily)

    @property
    def by(self) -> float:
        """How far the later total is from what is printed before it."""
        return round(self.after.points[0].value - self.expected, 6)

    @property
    def expected(self) -> float:
        """The sum of what is printed."""
        return round(self.before.points[0].value + sum(day.points[0].value for day in self.daily), 6)

    def verdict(self) -> Kind | None:
        """Return the kind of finding that the step is, None when it fits."""
        if not self.missing:
            return "contradiction" if self.after.low > self.high or self.after.high < self.low else None
        if self.after.high < self.before.low:
            return "jump"
        if self.after.high < self.low:
            return "contradiction"
        return "jump" if self.after.low - self.high > self.missing * MUCH * self.largest else None


def check_sums(series: Series) -> tuple[Finding, ...]:
    """Return where running totals do not go on from the one before by the daily figures told.

    When a total does not fit and the next one goes on from the total before it, only the one in between is named.
    """
    subject = series.key.subject
    if subject.type not in FLOWS or subject.change is not None:
        return ()
    totals = _by_day(series.totals)
    daily = _Daily.of(series)
    days = sorted(totals)
    found: list[Finding] = []
    base = 0
    for at in range(1, len(days)):
        step = _step(totals, daily, days[base], days[at])
        kind = step.verdict()
        if kind is None:
            base = at
            continue
        alone = at + 1 < len(days) and _goes_on(_step(totals, daily, days[base], days[at + 1]))
        found.append(_finding(series, kind, step, days[base], days[at], alone=alone))
        base = base if alone else at
    return tuple(found)


def _goes_on(step: _Step) -> bool:
    return not step.missing and step.verdict() is None


def _by_day(points: Iterable[Point]) -> dict[date, _Day]:
    groups: defaultdict[date, list[Point]] = defaultdict(list)
    for point in points:
        groups[point.day].append(point)
    return {day: _Day.of(group) for day, group in groups.items()}


@dataclass(frozen=True, slots=True)
class _Daily:
    """The daily figures of a series, in the order of `days`, and the largest that one can stand for."""

    days: tuple[date, ...]
    figures: dict[date, _Day]
    largest: float

    @classmethod
    def of(cls, series: Series) -> _Daily:
        figures = _by_day(point for point in series.periods if point.daily)
        exact = [day.high for day in figures.values() if math.isfinite(day.high)]
        return cls(tuple(sorted(figures)), figures, max(exact) if len(exact) >= LEAST_KNOWN else math.inf)

    def between(self, first: date, last: date) -> tuple[_Day, ...]:
        """Return the figures of the days after `first` up to `last`."""
        low, high = bisect_right(self.days, first), bisect_right(self.days, last)
        return tuple(self.figures[day] for day in self.days[low:high])


def _step(totals: dict[date, _Day], daily: _Daily, first: date, last: date) -> _Step:
    told = daily.between(first, last)
    return _Step(totals[first], totals[last], told, (last - first).days - len(told), daily.largest)


def _finding(series: Series, kind: Kind, step: _Step, first: date, last: date, *, alone: bool) -> Finding:
    points = (*step.before.points, *(p for day in step.daily for p in day.points), *step.after.points)
    text = _text(step, kind) + ("; the next total goes on from the one before" if alone else "")
    return Finding(kind=kind, keys=(series.key,), first=first, last=last, text=text, points=points, by=step.by)


def _text(step: _Step, kind: Kind) -> str:
    """Say what is printed and what would follow."""
    printed, before = step.after.points[0], step.before.points[0]
    added = "".join(f" + {day.points[0]}" for day in step.daily)
    off = f"{figure_text(abs(step.by))} {'less' if step.by < 0 else 'more'}"
    rise = printed.value - before.value
    if kind == "contradiction" and not step.missing:
        falls = "; it falls" if rise < 0 else ""
        return f"{before}{added} = {figure_text(step.expected)}, and {printed} is printed: {off}{falls}"
    days = f"{step.missing} {'day' if step.missing == 1 else 'days'} without a daily figure"
    if rise < 0:
        return f"the running total falls from {before} to {printed}: {figure_text(-rise)} less"
    if kind == "contradiction":
        return f"{before}{added} is {figure_text(step.expected)} at least, and {printed} is printed: {off}"
    return (
        f"the running total rises from {before} to {printed}; daily figures explain"
        f" {figure_text(step.expected - before.value)} of {figure_text(rise)}, and {days} would each have to be more"
        f" than {MUCH:g} times the largest one, {figure_text(step.largest)}"
    )
