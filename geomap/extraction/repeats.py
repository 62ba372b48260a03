"""Which events of a bulletin tell the same fact twice: a lead, and the sentence that says it in full."""

from __future__ import annotations

from collections import defaultdict
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
    groups: defaultdict[object, list[Event]] = defaultdict(list)
    for event in events:
        if _figures(event):
            groups[_key(event)].append(event)
    fuller = {id(e): found for group in groups.values() for e in group if (found := _fuller(e, group)) is not None}
    return tuple(replace(e, repeats=fuller[id(e)].id) if id(e) in fuller else e for e in events)


def _fuller(event: Event, group: Sequence[Event]) -> Event | None:
    """Return the first event of a group, in the order of the text, that says all that another one says."""
    places = _places(event)
    for other in group:
        if other.start != event.start:
            others = _places(other)
            if places < others or (places == others and other.start < event.start):
                return other
    return None


def _key(event: Event) -> tuple[object, ...]:
    return (event.type, event.label, _figures(event), event.negated, event.planned, event.change)


def _figures(event: Event) -> frozenset[tuple[float, str, str]]:
    """Return the figures that are no part of another, with their unit and scope."""
    return frozenset((c.value, c.unit, c.scope) for c in event.counts if c.subset_of is None)


def _places(event: Event) -> frozenset[tuple[str, str]]:
    """Return the places by role, else those inferred; each by its id or, when it is open, by its name."""
    roles = event.roles or event.inferred
    return frozenset(
        (role, r.place.id if r.place else r.mention.name) for role, places in roles.items() for r in places
    )
