"""Lines from where people or goods came to where they went: the layer `flows`, for programs that draw the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import shapely

from geomap.store.blob import to_blob

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapely.geometry.base import BaseGeometry

    from geomap.model import Event, Place, Resolution

__all__ = ["FLOW_COLUMNS", "Flow", "flow_row", "flows_of"]

FLOW_COLUMNS = ("geom", "event", "from_place", "from_id", "to_place", "to_id", "shared")


class Flow(NamedTuple):
    """From a place to a place; its event's figure is that of so many such lines together, known ones or not."""

    origin: Place
    goal: Place
    shared: int


def flows_of(event: Event) -> tuple[Flow, ...]:
    """Return the flows that an event tells, by the places that it names; none for several to several.

    Who of them went where is not said then, and lines between all pairs would invent it.
    """
    origins, goals = _ends(event.roles.from_), _ends(event.roles.to)
    if not origins or not goals or min(len(origins), len(goals)) > 1:
        return ()
    shared = max(_sharing(origins, event.roles.from_), _sharing(goals, event.roles.to))
    return tuple(Flow(a, b, shared) for a in origins for b in goals if a.id != b.id)


def flow_row(event: int, flow: Flow, kept: Callable[[BaseGeometry], object] = to_blob) -> tuple[object, ...]:
    """Return the values of `FLOW_COLUMNS` for a flow of an event (its fid); the line is straight (longitude first).

    `kept` gives a geometry as the store keeps it.
    """
    origin, goal, shared = flow
    line = shapely.LineString([(origin.lon, origin.lat), (goal.lon, goal.lat)])
    return kept(line), event, origin.name, origin.id, goal.name, goal.id, shared


def _ends(role: Sequence[Resolution]) -> list[Place]:
    """Return the places of a role, each once, without those that only say where another one lies."""
    once = {r.place.id: r.place for r in role if r.place is not None}
    containers = {parent for place in once.values() for parent in place.parents}
    return [place for place in once.values() if place.id not in containers]


def _sharing(ends: Sequence[Place], role: Sequence[Resolution]) -> int:
    return len(ends) + len({r.mention.name for r in role if r.place is None})
