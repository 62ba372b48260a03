"""Which events of a bulletin tell the same fact twice: a lead, and the sentence that says it in full."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.extraction.wholes import main_counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.model import Count, Event

__all__ = ["mark_repeats"]


def mark_repeats(events: Sequence[Event]) -> tuple[Event, ...]:
    """Mark events that say no more than another one of the same bulletin.

    Two events are one fact when type, figures and modality are the same, they stand in different sentences, and their
    places do not contradict each other. The fuller one stays; of two alike, the first. A round figure is one fact with
    the exact one that a later sentence tells, in one event or in several that add up to it. A lead with several figures
    is told again where later sentences tell each of them.
    """
    groups: defaultdict[object, list[Event]] = defaultdict(list)
    for event in events:
        if _figures(event):
            groups[_key(event)].append(event)
    fuller = {id(e): found for group in groups.values() for e in group if (found := _fuller(e, group)) is not None}
    fuller |= {id(e): found for e in events if id(e) not in fuller and (found := _exact(e, events)) is not None}
    fuller |= {id(e): found for e in events if id(e) not in fuller and (found := _one_by_one(e, events)) is not None}
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


def _exact(lead: Event, events: Sequence[Event]) -> Event | None:
    """Return the (first) event of a later sentence whose figure the lead rounds, None without one."""
    if len(lead.counts) != 1 or lead.repeats or not _is_round(lead.counts[0].value):
        return None
    sentences: defaultdict[int, list[Event]] = defaultdict(list)
    for event in events:
        if event.start > lead.start and _tells_kind_of(event, lead):
            sentences[event.start].append(event)
    for found in sentences.values():
        for group in ([e] for e in found), [[e for e in found if not e.total_of_breakdown]]:
            for told in group:
                if told and _rounds(lead.counts[0], sum(e.counts[0].value for e in told)) and _agree_all(lead, told):
                    return told[0]
    return None


def _one_by_one(lead: Event, events: Sequence[Event]) -> Event | None:
    """Return the first of later events that tell the figures of a lead one by one, None when one is not told."""
    figures = _figures(lead)
    if len(figures) < _SEVERAL:
        return None
    told: list[Event] = []
    for figure in figures:
        again = (e for e in events if e.start > lead.start and _kind(e) == _kind(lead) and figure in _figures(e))
        found = next((e for e in again if len(_figures(e)) < len(figures)), None)
        if found is None:
            return None
        told.append(found)
    return min(told, key=lambda e: e.start) if _agree_all(lead, told) else None


_SEVERAL = 2


def _tells_kind_of(event: Event, lead: Event) -> bool:
    """Whether an event is of the lead's kind, with figures of the same unit and scope and no other time."""
    if _kind(event) != _kind(lead) or not event.counts or event.repeats:
        return False
    head, whole = event.counts[0], lead.counts[0]
    return (head.unit, head.scope) == (whole.unit, whole.scope) and (
        lead.interval is None or event.interval is None or event.interval == lead.interval
    )


def _is_round(value: float) -> bool:
    return value >= _LEAST_ROUND and value % 10 == 0


def _rounds(lead: Count, value: float) -> bool:
    """Whether a figure is what a round one stands for: "almost 1,000" for 946, "more than 300" for 333."""
    digits = f"{lead.value:.0f}"
    step = float("1" + "0" * (len(digits) - len(digits.rstrip("0"))))
    if value == lead.value or value % step == 0:
        return False
    if lead.at_least:
        return lead.value < value < lead.value + min(step, _NEAR * 2 * lead.value)
    return abs(value - lead.value) <= min(step / 2, _NEAR * lead.value)


_LEAST_ROUND = 100
_NEAR = 0.1
"""How far, as a share, a round figure may be from the exact one."""


def _agree_all(lead: Event, told: Sequence[Event]) -> bool:
    """Whether the places of a lead and of all events that tell it do not contradict each other."""
    places = [_places(e) for e in told]
    together = {role: frozenset[str]().union(*(p[role] for p in places)) for role in places[0]}
    return _agree(_places(lead), together) and any(together.values())


def _key(event: Event) -> tuple[object, ...]:
    return (_kind(event), _figures(event))


def _kind(event: Event) -> tuple[object, ...]:
    """Return what two tellings of one fact have in common besides figures, places and time."""
    return (event.type, event.label, event.negated, event.planned, event.change)


def _figures(event: Event) -> frozenset[tuple[float, str, str]]:
    """Return the figures that are no part of another, with their unit and scope."""
    return frozenset((c.value, c.unit, c.scope) for c in main_counts([event]))


def _places(event: Event) -> dict[str, frozenset[str]]:
    """Return the places by role, else those inferred; each by its id or, when it is open, by its name."""
    roles = event.roles or event.inferred
    return {
        role: frozenset(r.place.id if r.place else r.mention.name for r in places) for role, places in roles.items()
    }
