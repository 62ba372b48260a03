"""Lines from where people or goods came to where they went: the layer `flows`, for programs that draw the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
import shapely

from geomap.store.blob import to_blobs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from geomap.model import Event, Place, Resolution

__all__ = ["FLOW_COLUMNS", "Ends", "Flow", "flow_rows", "flows_between", "flows_of"]

FLOW_COLUMNS = ("geom", "event", "from_place", "from_id", "to_place", "to_id", "shared")


class _Stop(Protocol):
    """What a flow has to know of a place."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def lon(self) -> float: ...
    @property
    def lat(self) -> float: ...
    @property
    def parents(self) -> tuple[str, ...]: ...


P = TypeVar("P", bound=_Stop)

Ends = list[tuple[P | None, str]]
"""What a text names as ends: the place that each means, None where that was left open, and the name."""


class Flow(NamedTuple, Generic[P]):
    """From a place to a place; its event's figure is that of so many such lines together, known ones or not."""

    origin: P
    goal: P
    shared: int


def flows_of(event: Event) -> tuple[Flow[Place], ...]:
    """Return the flows that an event tells, by the places that it names; see `flows_between`."""
    from_, to = event.roles.from_, event.roles.to
    return flows_between(_named(from_), _named(to)) if from_ and to else ()


def flows_between(from_: Ends[P], to: Ends[P]) -> tuple[Flow[P], ...]:
    """Return the flows from some ends to others; none for several to several.

    Who of them went where is not said then, and lines between all pairs would invent it.
    """
    origins, goals = _ends(from_), _ends(to)
    if not origins or not goals or min(len(origins), len(goals)) > 1:
        return ()
    shared = max(_sharing(origins, from_), _sharing(goals, to))
    return tuple(Flow(a, b, shared) for a in origins for b in goals if a.id != b.id)


def flow_rows(
    flows: Sequence[tuple[int, Flow[P]]], kept: Callable[[NDArray[np.object_]], Sequence[object]] = to_blobs
) -> list[tuple[Any, ...]]:
    """Return the values of `FLOW_COLUMNS` for flows of events (their fids); lines are straight (longitude first).

    `kept` gives geometries as the store keeps them; all at once, since one after the other takes ten times as long.
    """
    ends = [((of.origin.lon, of.origin.lat), (of.goal.lon, of.goal.lat)) for _, of in flows]
    lines = shapely.linestrings(np.array(ends, dtype=np.float64).reshape(-1, 2, 2))
    return [
        (line, event, of.origin.name, of.origin.id, of.goal.name, of.goal.id, of.shared)
        for (event, of), line in zip(flows, kept(lines), strict=True)
    ]


def _named(role: Sequence[Resolution]) -> Ends[Place]:
    return [(r.place, r.mention.name) for r in role]


def _ends(named: Ends[P]) -> list[P]:
    """Return the places, each once, without those that only say where another one lies."""
    once = {place.id: place for place, _ in named if place is not None}
    if len(once) == 1:
        return list(once.values())
    containers = {parent for place in once.values() for parent in place.parents}
    return [place for place in once.values() if place.id not in containers]


def _sharing(ends: list[P], named: Ends[P]) -> int:
    return len(ends) + len({name for place, name in named if place is None})
