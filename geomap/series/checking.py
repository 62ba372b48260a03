"""The whole check: events -> series and what does not fit together in them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from geomap.query import EventQuery
from geomap.series.building import build_series
from geomap.series.families import family_of, source_family
from geomap.series.figures import told_figures
from geomap.series.gaps import check_gaps
from geomap.series.meetings import check_meetings
from geomap.series.model import Left, Report
from geomap.series.sums import check_sums

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from geomap.model import Bulletin, Event
    from geomap.series.model import Finding

__all__ = ["check_series"]

_KINDS = ("contradiction", "jump", "gap", "repeat")


def check_series(
    events: Iterable[Event], bulletins: Iterable[Bulletin] = (), *, asked: EventQuery | None = None
) -> Report:
    """Hold the figures of bulletins against each other.

    Parameters
    ----------
    events
        Events of any bulletins, in any order. A bulletin that comes again under its id replaces the one before.
    bulletins
        All bulletins that there are, also those without events: days on which a source has none are gaps. Those of
        the events are known without it.
    asked
        Only figures of events that match; its limit and offset play no part.
    """
    given = list(events)
    latest = {event.bulletin.id: event.bulletin for event in given}
    listed = [event for event in given if event.bulletin == latest[event.bulletin.id]]
    figures, left = told_figures(listed, asked or EventQuery())
    series = build_series(figures)
    days = _days(listed, bulletins)
    found: list[Finding] = [*check_meetings(figures)]
    for one in series:
        found += check_sums(one)
        found += check_gaps(one, days[one.key.source])
    concerned = {key for finding in found for key in finding.keys}
    shown = tuple(one for one in series if len(one.days) > 1 or one.key in concerned)
    kept = {event.id for one in shown for point in (*one.totals, *one.periods) for event in point.told}
    alone = sum(told.point.told[0].id not in kept for told in figures)
    alone_left = (Left(why="the only one of its source, kind and place", figures=alone),) if alone else ()
    return Report(series=shown, findings=tuple(sorted(found, key=_order)), left=(*alone_left, *left))


def _days(events: Iterable[Event], bulletins: Iterable[Bulletin]) -> dict[str, set[date]]:
    """Return the days on which each source has a bulletin; a claimant has those that tell what it says."""
    days: defaultdict[str, set[date]] = defaultdict(set)
    told = [(family_of(event), event.bulletin.date) for event in events]
    for source, day in [*told, *((source_family(bulletin), bulletin.date) for bulletin in bulletins)]:
        if day is not None:
            days[source].add(day)
    return days


def _order(finding: Finding) -> tuple[object, ...]:
    return (_KINDS.index(finding.kind), finding.first, finding.last, finding.keys[0].order, finding.text)
