"""Which events of a bulletin tell the same fact twice: a lead, and the sentence that says it in full."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.model import Event

__all__ = ["mark_repeats"]


def mark_repeats(events: Sequence[Event]) -> tuple[Event, ...]:
    """Mark events that say no more than another one of the same bulletin.

    Two events are one fact when type, figures and modality are the same, they stand in different sentences, and the
    places of one are among those of the other. The fuller one stays; of two alike, the first.
    """
    marked = []
    for event in events:
        fuller = next((o for o in events if _says_no_more(event, o, events)), None)
        marked.append(replace(event, repeats=fuller.id) if fuller else event)
    return tuple(marked)


def _says_no_more(event: Event, other: Event, events: Sequence[Event]) -> bool:
    if other is event or other.start == event.start or not _figures(event) or _key(event) != _key(other):
        return False
    places, others = _places(event), _places(other)
    if places != others:
        return places < others
    return events.index(other) < events.index(event)


def _key(event: Event) -> tuple[object, ...]:
    return (event.type, event.label, _figures(event), event.negated, event.planned, event.change)


def _figures(event: Event) -> frozenset[tuple[float, str, str]]:
    """Return the figures that are no part of another, with their unit and scope."""
    return frozenset((c.value, c.unit, c.scope) for c in event.counts if c.subset_of is None)


def _places(event: Event) -> frozenset[tuple[str, str]]:
    """Return the places by role, those inferred when the sentence names none; each by its id or, when open, its name."""
    roles = event.roles or event.inferred
    return frozenset(
        (role, r.place.id if r.place else r.mention.name) for role, places in roles.items() for r in places
    )
