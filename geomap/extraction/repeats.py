"""Which events of a bulletin tell the same fact twice: a lead, and the sentence that says it in full."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.model import Event

__all__ = ["mark_repeats"]


def mark_repeats(events: Sequence[Event]) -> tuple[Event, ...]:
    """Mark events that say no more than another one of the same bulletin.

    Two events are one fact when type, figures and modality are the same, they stand in different sentences, and their
    places do not contradict each other. The fuller one stays; of two alike, the first.
    """
    groups: defaultdict[object, list[Event]] = defaultdict(list)
    for event in events:
        if _figures(event):
            groups[_key(event)].append(event)
    fuller = {id(e): found for group in groups.values() for e in group if (found := _fuller(e, group)) is not None}
    return tuple(replace(e, repeats=fuller[id(e)].id) if id(e) in fuller else e for e in events)


def _fuller(event: Event, group: Sequence[Event]) -> Event | None:
    """Return the first event of a group, in the order of the text, that tells the same fact and no less of it."""
    places = _places(event)
    for other in group:
        if other.start != event.start and _agree(places, others := _places(other)):
            size, other_size = (sum(map(len, p.values())) for p in (places, others))
            if size < other_size or (size == other_size and _comes_first(other, event, places == others)):
                return other
    return None


def _comes_first(other: Event, event: Event, alike: bool) -> bool:
    """Whether, of two that say as much, the other stays: the first of two alike, else the body and not its lead."""
    return other.start < event.start if alike else other.start > event.start


def _agree(one: Mapping[str, frozenset[str]], two: Mapping[str, frozenset[str]]) -> bool:
    """Whether the places of two events do not contradict each other: role by role one has none or holds the other's."""
    return all(one[r] <= two[r] or two[r] <= one[r] for r in one)


def _key(event: Event) -> tuple[object, ...]:
    return (event.type, event.label, _figures(event), event.negated, event.planned, event.change)


def _figures(event: Event) -> frozenset[tuple[float, str, str]]:
    """Return the figures that are no part of another, with their unit and scope."""
    return frozenset((c.value, c.unit, c.scope) for c in event.counts if c.subset_of is None)


def _places(event: Event) -> dict[str, frozenset[str]]:
    """Return the places by role, else those inferred; each by its id or, when it is open, by its name."""
    roles = event.roles or event.inferred
    return {
        role: frozenset(r.place.id if r.place else r.mention.name for r in places) for role, places in roles.items()
    }
