"""Figures -> series: running totals and figures of periods of one source and subject side by side."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.series.model import Series, SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from geomap.series.figures import Told
    from geomap.series.model import Point, Subject

__all__ = ["build_series", "joined"]


def build_series(figures: Iterable[Told]) -> tuple[Series, ...]:
    """Return all series, in the order of their keys.

    Running totals that count from different days are different series; figures of periods stand beside each of them.
    """
    totals: defaultdict[tuple[str, Subject], defaultdict[date | None, list[Point]]]
    totals = defaultdict(lambda: defaultdict(list))
    periods: defaultdict[tuple[str, Subject], list[Point]] = defaultdict(list)
    for told in figures:
        point = told.point
        if point.scope == "cumulative":
            totals[told.source, told.subject][point.since].append(point)
        else:
            periods[told.source, told.subject].append(point)
    found = [
        Series(
            key=SeriesKey(source=source, subject=subject, since=since),
            totals=joined(points),
            periods=joined(periods[source, subject]),
        )
        for source, subject in sorted({*totals, *periods}, key=lambda key: (key[0], str(key[1])))
        for since, points in (totals[source, subject] or {None: []}).items()
    ]
    return tuple(sorted(found, key=lambda series: series.key.order))


def joined(points: Iterable[Point]) -> tuple[Point, ...]:
    """Join equal figures of the same day into one with all that tell it, in the order of days and figures."""
    groups: defaultdict[object, list[Point]] = defaultdict(list)
    for point in points:
        groups[point.day, point.value, point.scope, point.since, point.days, point.daily].append(point)
    return tuple(sorted((_one(group) for group in groups.values()), key=_order))


def _one(points: list[Point]) -> Point:
    """Return one point for equal ones; who is more exact knows more."""
    told = {event.id: event for point in points for event in point.told}
    ordered = sorted(told.values(), key=lambda e: (e.bulletin.id, e.start, e.id))
    low, high = max(p.low for p in points), min(p.high for p in points)
    return replace(points[0], low=low, high=high, told=tuple(ordered))


def _order(point: Point) -> tuple[object, ...]:
    return (point.day, point.value, not point.daily, str(point.days), str(point.since))
