"""Figures of several bulletins for the same thing and day: the same (a repeat) or others (a contradiction)."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from geomap.query import event_days
from geomap.series.building import joined
from geomap.series.model import Finding, SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geomap.model import Event
    from geomap.series.figures import Told
    from geomap.series.model import Kind, Point, Subject

__all__ = ["check_meetings", "contradictions", "may_meet"]

LATE = timedelta(days=2)
"""A figure that another source has within so many days is told late or early, and contradicts nothing."""


def check_meetings(figures: Sequence[Told]) -> tuple[Finding, ...]:
    """Return where bulletins tell the same figure, and where they tell others, for the same subject and day.

    Only subjects are compared whose places are all known. A period is the same when the texts tell the same days; one
    whose days are not told may be repeated but not contradicted.
    """
    slots: defaultdict[object, list[Told]] = defaultdict(list)
    known: defaultdict[Subject, list[Told]] = defaultdict(list)
    for told in figures:
        if told.subject.sure:
            slots[told.slot].append(told)
            known[told.subject].append(told)
    found: list[Finding] = []
    for group in slots.values():
        if len({told.bulletin for told in group}) > 1:
            found += _repeats(group)
            found += _contradiction(group, known[group[0].subject])
    return tuple(found)


def contradictions(figures: Sequence[Told]) -> tuple[tuple[Event, ...], ...]:
    """Return for each contradiction the events whose figures cannot all be so, the smallest figure first."""
    found = (finding for finding in check_meetings(figures) if finding.kind == "contradiction")
    return tuple(tuple(dict.fromkeys(event for point in finding.points for event in point.told)) for finding in found)


def may_meet(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return the events of bulletins of which one may repeat or contradict another: of many bulletins these are few.

    What no other bulletin tells of the same day is left out before anything is compared. Which figures of a bulletin
    are parts or repeats its other events tell, and which are told late those of other days; so bulletins stay whole,
    and all that tell of the same things.
    """
    bulletins: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    things: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    for event in events:
        days = event_days(event) if event.counts else None
        if days is None:
            continue
        roles = event.roles or event.inferred
        places = frozenset(r.place.id for _, found in roles.items() for r in found if r.place is not None)
        for unit in {count.unit for count in event.counts}:
            bulletins[event.type, unit, places, days[1]].add(event.bulletin.id)
            things[event.type, unit, places].add(event.bulletin.id)
    repeated = {event.repeats for event in events if event.repeats is not None}
    meeting = {event.bulletin.id for event in events if event.repeats is not None or event.id in repeated}
    meeting.update(*(things[thing[:3]] for thing, told in bulletins.items() if len(told) > 1))
    return tuple(event for event in events if event.bulletin.id in meeting)


def _repeats(group: Sequence[Told]) -> list[Finding]:
    """Return a finding for each figure that several bulletins tell."""
    found = []
    for point in joined(told.point for told in group):
        if len(point.bulletins) > 1:
            same = [told for told in group if told.point.value == point.value]
            sources = sorted({told.source for told in same})
            who = f"by {' and '.join(sources)}" if len(sources) > 1 else f"in {len(point.bulletins)} bulletins"
            found.append(_finding("repeat", same, (point,), f"{point} is told {who}: one fact"))
    return found


def _contradiction(group: Sequence[Told], known: Sequence[Told]) -> list[Finding]:
    """Return a finding when figures of the group cannot both be so."""
    first = group[0].point
    if first.scope == "period" and first.days is None:
        return []
    if not _are_apart(joined(one.point for one in group)):
        return []
    told = [one for one in group if not _is_late(one, known)]
    points = joined(one.point for one in told)
    if not _are_apart(points):
        return []
    by = round(points[-1].value - points[0].value, 6)
    values = " and ".join(f"{point} ({', '.join(point.bulletins)})" for point in points)
    return [_finding("contradiction", told, points, f"bulletins disagree: {values}", by)]


def _are_apart(points: Iterable[Point]) -> bool:
    return any(a.high < b.low or b.high < a.low for a, b in combinations(points, 2))


def _is_late(told: Told, known: Sequence[Told]) -> bool:
    """Whether another source has the same figure on a day close by: then it is that day's, told late or early."""
    point = told.point
    return any(
        other.source != told.source
        and (other.point.scope, other.point.since, other.point.value) == (point.scope, point.since, point.value)
        and timedelta(0) < abs(other.point.day - point.day) <= LATE
        for other in known
    )


def _finding(
    kind: Kind, told: Sequence[Told], points: tuple[Point, ...], text: str, by: float | None = None
) -> Finding:
    """Return a finding on the days of its figures."""
    point = points[0]
    keys = {SeriesKey(source=t.source, subject=t.subject, since=t.point.since) for t in told}
    return Finding(
        kind=kind,
        keys=tuple(sorted(keys, key=lambda key: key.order)),
        first=point.days[0] if point.days else point.day,
        last=point.day,
        text=text,
        points=points,
        by=by,
    )
