"""One fact that several bulletins tell is one event with several sources."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.query import EventQuery
from geomap.series.figures import told_figures
from geomap.series.meetings import may_meet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geomap.model import Event
    from geomap.series.figures import Told

__all__ = ["mark_retold"]

Fact = tuple[object, ...]


def mark_retold(events: Iterable[Event], *, figures: Sequence[Told] | None = None) -> tuple[Event, ...]:
    """Mark events that only tell again what an event of another bulletin tells, by its id in `Event.repeats`.

    Two events are one fact when all figures of the one are figures of the other: the same value of the same thing, for
    the same day and places, all of them known. Events without figures are left: two reports of a shelling may be of two
    shellings. Of all tellings the one with most figures stays, then the one of the earliest bulletin.

    Parameters
    ----------
    events
        Of any number of bulletins; their order is kept.
    figures
        What `told_figures` gives for them, or for those that `may_meet`, when it is at hand.

    Examples
    --------
    >>> mark_retold([])
    ()
    """
    given = tuple(events)
    facts: defaultdict[str, set[Fact]] = defaultdict(set)
    for told in told_figures(may_meet(given), EventQuery())[0] if figures is None else figures:
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
