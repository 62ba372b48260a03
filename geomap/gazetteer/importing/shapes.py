"""Coordinates and geometries as other people write them -> points and sound outlines in degrees, longitude first."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import shapely

from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.made import label_point
from geomap.gazetteer.metric import equal_area_radius_km, is_outline
from geomap.model import Place

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer.importing.found import Desk, Row

__all__ = ["place_at", "point_of", "population_of", "sound"]

_DEGREES = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")
_KEPT_TYPES = ("Point", "LineString", "Polygon", "MultiPolygon")
"""The geometry types of the format."""


def point_of(lon: str, lat: str, row: Row, desk: Desk, *, label: str, fields: tuple[str, str]) -> shapely.Point | None:
    """Return the point of two texts in degrees; None, and the row refused, when they are none.

    Parameters
    ----------
    lon, lat
        Longitude and latitude, EPSG:4326.
    row, desk, label
        Where it stands, where to say what is wrong, and the place's id or name.
    fields
        The columns of longitude and latitude.
    """
    numbers = []
    for text, field, limit in ((lon, fields[0], 180), (lat, fields[1], 90)):
        flaw = _flaw(text, limit, other=lon if field == fields[1] else lat)
        if flaw:
            desk.refuse(row, field, flaw, label=label)
        else:
            numbers.append(float(text))
    if len(numbers) < 2:
        return None
    if numbers == [0.0, 0.0]:
        message = "is 0, 0, a point in the ocean that stands for a missing coordinate; give the real one"
        desk.refuse(row, ", ".join(fields), message, label=label)
        return None
    return shapely.Point(*numbers)


def _flaw(text: str, limit: int, *, other: str) -> str | None:
    if not text:
        return "is empty; give degrees, such as 36.5"
    if not _DEGREES.fullmatch(text) or not math.isfinite(float(text)):
        swapped_comma = text.replace(",", ".")
        hint = f"write {swapped_comma}" if _DEGREES.fullmatch(swapped_comma) else "write decimal degrees, such as 36.5"
        return f"{text!r} is no number of degrees; {hint}"
    if abs(float(text)) > limit:
        hint = ""
        if _DEGREES.fullmatch(other) and abs(float(other)) <= limit and abs(float(text)) <= 180:
            hint = "; longitude and latitude look swapped"
        return f"{text} lies outside -{limit}..{limit}{hint}"
    return None


def sound(geometry: BaseGeometry, row: Row, desk: Desk, *, label: str) -> BaseGeometry | None:
    """Return a geometry that the format can hold, repaired where that is needed; None, and it refused, when it cannot.

    Lines and points that a repair of an outline leaves over are dropped. A geometry beyond the globe is refused.
    """
    flat = shapely.force_2d(geometry)
    if shapely.is_empty(flat):
        desk.refuse(row, "geometry", "is empty; a place lies somewhere", label=label)
        return None
    west, south, east, north = flat.bounds
    if not (abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90):
        message = f"reaches from {west:g}, {south:g} to {east:g}, {north:g}, which is beyond the globe; give degrees"
        desk.refuse(row, "geometry", message, label=label)
        return None
    if is_outline(flat) and not flat.is_valid:
        reason = shapely.is_valid_reason(flat)
        flat = _polygons(shapely.make_valid(flat))
        desk.warn(row, "geometry", f"was no sound outline ({reason}) and was repaired", label=label)
    if flat.geom_type == "MultiLineString" and flat.geom_type not in _KEPT_TYPES:
        flat = shapely.line_merge(flat)
    if flat.geom_type == "MultiPoint" and len(flat.geoms) == 1:
        flat = flat.geoms[0]
    if flat.geom_type not in _KEPT_TYPES or flat.is_empty:
        kept = ", ".join(_KEPT_TYPES)
        desk.refuse(row, "geometry", f"is a {flat.geom_type}; it must be one of {kept}", label=label)
        return None
    return flat


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in getattr(geometry, "geoms", [geometry]) if is_outline(part)]
    return shapely.union_all(parts)


_LEAST_KM = 0.1  # a radius is above 0


def place_at(geometry: BaseGeometry, *, uncertainty_km: float | None = None, **fields: Any) -> Place:  # noqa: ANN401
    """Return a place with its point, and its uncertainty when none is given: that of its area, else of its type."""
    lon, lat = label_point(geometry)
    if uncertainty_km is None:
        area = is_outline(geometry)
        uncertainty_km = (
            round(equal_area_radius_km(geometry), 1) if area else FEATURE_TYPES[fields["type"]].uncertainty_km
        )
    return Place(geometry=geometry, lon=lon, lat=lat, uncertainty_km=uncertainty_km, **fields)


def population_of(text: str, row: Row, desk: Desk, *, label: str, field: str) -> int | None:
    """Return a number of inhabitants; None when the text is empty or 0, which sources write for not counted."""
    plain = text.replace(",", "").replace(" ", "").removesuffix(".0")
    if plain.isascii() and plain.isdigit():
        return int(plain) or None
    if plain:
        desk.warn(row, field, f"{text!r} is no number of people; it was left out", label=label)
    return None
