"""Events as GeoJSON (RFC 7946): one feature an event, in degrees, longitude first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.polygon import orient

from geomap.export.json_values import candidate_values, count_values, place_values
from geomap.store.columns import event_geometry, event_row, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shapely.geometry.base import BaseGeometry

    from geomap.model import Event, Resolution, Roles

__all__ = ["geojson_lines", "to_geojson"]


def to_geojson(events: Iterable[Event]) -> str:
    """Return events as a FeatureCollection, one feature on a line, that ends in a line feed.

    The properties are the columns of `geomap.store.columns.EVENT_COLUMNS` and, in full, ``counts`` (the figures),
    ``roles`` and ``inferred`` (the places by what they are to the event; one that was left open has its candidates
    and no coordinates). The geometry is that of the event's place or places, null when it has none.
    """
    return "".join(geojson_lines(events))


def geojson_lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield the text of `to_geojson` piece by piece, one event at a time."""
    yield '{"type": "FeatureCollection", "features": ['
    between = "\n"
    for event in events:
        yield between + json.dumps(_feature(event), ensure_ascii=False, allow_nan=False)
        between = ",\n"
    yield "\n]}\n"


def _feature(event: Event) -> dict[str, Any]:
    geometry, row = event_geometry(event), event_row(event)
    counts = [count_values(count) for count in event.counts]
    return {
        "type": "Feature",
        "id": event.id,
        "geometry": None if geometry is None else mapping(_counterclockwise(geometry)),
        "properties": {
            **{name: _plain(value) for name, value in row.items()},
            "counts": counts,
            "roles": _roles(event.roles),
            "inferred": _roles(event.inferred),
        },
    }


def _plain(value: Any) -> Any:  # noqa: ANN401  any value of a row
    """Return a value as JSON can hold it; whole numbers as ints."""
    if not isinstance(value, float):
        return value
    return number(value) if abs(value) < float("inf") else None


def _roles(roles: Roles) -> dict[str, list[dict[str, Any]]]:
    return {role: [_resolution(resolution) for resolution in found] for role, found in roles.items() if found}


def _resolution(resolution: Resolution) -> dict[str, Any]:
    values = {
        "surface": resolution.mention.surface,
        "status": resolution.status,
        "confidence": resolution.confidence,
    }
    if resolution.place is not None:
        return {**values, **place_values(resolution.place)}
    return {**values, "candidates": candidate_values(resolution)}


def _counterclockwise(geometry: BaseGeometry) -> BaseGeometry:
    """Turn the outer rings of areas counterclockwise, the holes clockwise, as RFC 7946 (3.1.6) asks."""
    if geometry.geom_type == "Polygon":
        return orient(geometry)
    if geometry.geom_type == "MultiPolygon":
        return shapely.MultiPolygon([orient(part) for part in geometry.geoms])
    if geometry.geom_type == "GeometryCollection":
        return shapely.GeometryCollection([_counterclockwise(part) for part in geometry.geoms])
    return geometry
