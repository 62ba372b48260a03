"""Days for which a source that reports day by day has no bulletin here."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from geomap.series.model import Finding

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from geomap.series.model import Series

__all__ = ["check_gaps"]

_DAY = timedelta(days=1)
LEAST_KNOWN = 3
"""Days with figures that tell how often a source reports, when none of its figures is of one day."""
MUCH = 1.5
"""A step so many times the usual one is a gap."""


def check_gaps(series: Series, bulletins: Set[date]) -> tuple[Finding, ...]:
    """Return the stretches between two figures of a series from which there is no bulletin of its source.

    Parameters
    ----------
    series
        The series.
    bulletins
        The days of all bulletins of its source, whether they give a figure or not.
    """
    rhythm = _rhythm(series)
    if rhythm is None:
        return ()
    found: list[Finding] = []
    for before, after in pairwise(series.days):
        if (after - before).days > MUCH * rhythm:
            inside = sorted(day for day in bulletins if before < day < after)
            if (after - before).days - 1 > len(inside) and (rhythm == 1 or not inside):
                found.append(_finding(series, before, after, inside))
    return tuple(found)


def _rhythm(series: Series) -> int | None:
    """Return after how many days the source usually reports, None when that cannot be told."""
    if any(point.daily for point in series.periods):
        return 1
    steps = [(after - before).days for before, after in pairwise(series.days)]
    return min(steps) if len(steps) + 1 >= LEAST_KNOWN else None


def _finding(series: Series, before: date, after: date, inside: Sequence[date]) -> Finding:
    """Return the gap between two figures; `inside` are the days between them that have a bulletin."""
    between = (after - before).days - 1
    days = between - len(inside)
    known = set(inside)
    first, last = before + _DAY, after - _DAY
    while first in known:
        first += _DAY
    while last in known:
        last -= _DAY
    which = "without a bulletin of this source" + (f", of {between:,} between two figures" if inside else "")
    text = f"{days:,} {'day' if days == 1 else 'days'} {which}"
    return Finding(kind="gap", keys=(series.key,), first=first, last=last, text=text)
