"""Events -> how many of what, when and where."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.query import event_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geomap.gazetteer import Gazetteer
    from geomap.model import Event

__all__ = ["Summary", "summarise"]

_GOVERNORATE = "governorate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many events there are: all, by type (the commonest first), by month of their first day, by governorate.

    Months are ``2018-06``, in their order; an event without days is under None, last. A governorate stands under its
    id; an event with places in two counts in both, one that is in none that is known under None. They are counted
    only with a gazetteer. Events that are denied, planned, totals or repeats are counted as events: these are numbers
    of statements, not of people.
    """

    events: int
    by_type: Mapping[str, int]
    by_month: Mapping[str | None, int]
    by_governorate: Mapping[str | None, int]


def summarise(events: Iterable[Event], gazetteer: Gazetteer | None = None) -> Summary:
    """Return how many events there are of what, when and, with a gazetteer, where."""
    types: Counter[str] = Counter()
    months: Counter[str | None] = Counter()
    areas: Counter[str | None] = Counter()
    known: dict[str, frozenset[str]] = {}
    for event in events:
        types[event.type] += 1
        days = event_days(event)
        months[days[0].isoformat()[:7] if days else None] += 1
        if gazetteer is not None:
            found: set[str | None] = set()
            for place in event.places():
                if place.id not in known:
                    known[place.id] = _governorates(place.id, gazetteer)
                found |= known[place.id]
            areas.update([*found] if found else [None])
    return Summary(
        events=types.total(),
        by_type=dict(types.most_common()),
        by_month=dict(sorted(months.items(), key=lambda month: (month[0] is None, month[0] or ""))),
        by_governorate=dict(areas.most_common()),
    )


def _governorates(place_id: str, gazetteer: Gazetteer) -> frozenset[str]:
    if place_id not in gazetteer:
        return frozenset()
    holders = (gazetteer.get(place_id), *gazetteer.ancestors(place_id))
    return frozenset(place.id for place in holders if place.type == _GOVERNORATE)
