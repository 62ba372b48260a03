"""One fact that several bulletins tell is one event with several sources."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.query import EventQuery
from geomap.series.figures import told_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geomap.model import Event

__all__ = ["mark_retold"]

Fact = tuple[object, ...]


def mark_retold(events: Iterable[Event]) -> tuple[Event, ...]:
    """Mark events that only tell again what an event of another bulletin tells, by its id in `Event.repeats`.

    Two events are one fact when all figures of the one are figures of the other: the same value of the same thing, for
    the same day and places, all of them known. Events without figures are left: two reports of a shelling may be of two
    shellings. Of all tellings the one with most figures stays, then the one of the earliest bulletin.

    Parameters
    ----------
    events
        Of any number of bulletins; their order is kept.

    Examples
    --------
    >>> mark_retold([])
    ()
    """
    given = tuple(events)
    facts: defaultdict[str, set[Fact]] = defaultdict(set)
    for told in told_figures(_of_meeting_bulletins(given), EventQuery())[0]:
        if told.subject.sure:
            facts[told.point.told[0].id].add((*told.slot, told.point.value))
    ranked = sorted((e for e in given if e.id in facts), key=lambda e: (-len(facts[e.id]), str(e.bulletin.date), e.id))
    first: defaultdict[Fact, list[Event]] = defaultdict(list)
    repeats: dict[str, str] = {}
    for event in ranked:
        for other in first[next(iter(facts[event.id]))]:
            if other.bulletin.id != event.bulletin.id and facts[event.id] <= facts[other.id]:
                repeats[event.id] = other.id
                break
        else:
            for fact in facts[event.id]:
                first[fact].append(event)
    return tuple(replace(e, repeats=repeats[e.id]) if e.id in repeats else e for e in given)


def _of_meeting_bulletins(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return the events of bulletins of which one may tell what another tells; of many bulletins these are few.

    Whether events of a bulletin are parts or repeats is told by its other events, so whole bulletins stay; so do those
    to whose events others point already.
    """
    bulletins: defaultdict[Fact, set[str]] = defaultdict(set)
    for event in events:
        for fact in _alike(event):
            bulletins[fact].add(event.bulletin.id)
    repeated = {event.repeats for event in events if event.repeats is not None}
    meeting = {event.bulletin.id for event in events if event.id in repeated}
    meeting.update(*(found for found in bulletins.values() if len(found) > 1))
    return tuple(event for event in events if event.bulletin.id in meeting)


def _alike(event: Event) -> Iterator[Fact]:
    """Yield for each figure what any telling of the same fact has in common with it."""
    if event.counts:
        roles = event.roles or event.inferred
        places = frozenset(r.place.id for _, found in roles.items() for r in found if r.place is not None)
        yield from ((event.type, count.unit, count.value, places) for count in event.counts)
