"""A place against a box: where it is drawn, and how far from there it may truly lie.

A place's `uncertainty_km` is the radius within which the true place lies: a point is a circle, a line or an outline is
widened by that radius. Such a shape lies certainly in a box when all of it is inside, and possibly when any of it is.
Kilometres are those of a sphere with the mean radius of the Earth, the box's sides are meridians and parallels.

For points both are exact. For lines and outlines the first is exact; the second measures from the corners of both, with
straight lines between them, which is within a hundredth of the radius for shapes of some hundred kilometres.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import shapely

from geomap.bbox import BBox
from geomap.gazetteer.metric import EARTH_RADIUS_KM, gap_km

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["BOX_TESTS", "BoxTest", "box_shapes", "grown", "lies_in", "lies_to_box", "may_lie_in"]

BoxTest = Literal["meets", "certain", "possible"]
BOX_TESTS: tuple[BoxTest, ...] = get_args(BoxTest)
"""How a place has to lie to a box: its geometry meets it; it is inside however wrong it is; it may be inside."""

_ROUNDING_KM = 1e-6
"""A millimetre, by which sines of sums may be wrong."""

_KM_A_DEGREE = math.radians(EARTH_RADIUS_KM)


def lies_to_box(geometry: BaseGeometry, uncertainty_km: float, bbox: BBox, test: BoxTest) -> bool:
    """Tell whether a place lies to a box as a test asks.

    Parameters
    ----------
    geometry
        Where the place is drawn, EPSG:4326, longitude first.
    uncertainty_km
        The radius within which it truly lies, km.
    bbox, test
        The box and one of `BOX_TESTS`.
    """
    if test == "certain":
        return lies_in(geometry, uncertainty_km, bbox)
    meets = any(bool(shapely.intersects(geometry, shape)) for _, shape in box_shapes(bbox))
    return meets or (test == "possible" and may_lie_in(geometry, uncertainty_km, bbox))


@lru_cache(maxsize=64)
def box_shapes(bbox: BBox) -> tuple[tuple[BBox, BaseGeometry], ...]:
    """Return the plain boxes that together are `bbox`, each with its shape made ready for many tests.

    A box that crosses the 180th meridian gives two. One that ends on it also gives the same meridian under its other
    name, since 180 and -180 are the same line. Degrees, EPSG:4326.
    """
    parts = list(bbox.split())
    for edge in (180.0, -180.0):
        ends = any(edge in (part.west, part.east) for part in parts)
        has_twin = any(-edge in (part.west, part.east) for part in parts)
        if ends and not has_twin:
            parts.append(BBox(-edge, bbox.south, -edge, bbox.north))
    return tuple((part, _shape(part)) for part in parts)


def _shape(box: BBox) -> BaseGeometry:
    """Return a polygon, or the line or point that a flat box is: a polygon without area has no exact tests."""
    corners = [(box.west, box.south), (box.east, box.north)]
    if box.west == box.east and box.south == box.north:
        shape = shapely.Point(corners[0])
    elif box.west == box.east or box.south == box.north:
        shape = shapely.LineString(corners)
    else:
        shape = shapely.box(box.west, box.south, box.east, box.north)
    shapely.prepare(shape)
    return shape


def lies_in(geometry: BaseGeometry, radius_km: float, bbox: BBox) -> bool:
    """Tell whether all of a geometry (EPSG:4326, longitude first), widened by a radius in km, is inside a box."""
    parts = [part for part in shapely.get_parts(geometry) if not part.is_empty]
    return bool(parts) and all(_part_lies_in(part, radius_km, bbox) for part in parts)


def _part_lies_in(part: BaseGeometry, radius_km: float, bbox: BBox) -> bool:
    by = radius_km / _KM_A_DEGREE
    west, south, east, north = math.inf, math.inf, -math.inf, -math.inf
    # Along an edge the reach to the sides is convex, so that it is widest at one of the ends.
    for lon, lat in shapely.get_coordinates(part).tolist():
        aside = _aside(lat, by)
        west, east = min(west, lon - aside), max(east, lon + aside)
        south, north = min(south, max(-90.0, lat - by)), max(north, min(90.0, lat + by))
    if not (bbox.south <= south and north <= bbox.north):
        return False
    end = bbox.east if bbox.west <= bbox.east else bbox.east + 360.0
    if end - bbox.west >= 360.0:
        return True
    # The edge is moved to the shape, and never the shape: 360 degrees swallow what lies a hair beyond the edge.
    behind = bbox.east - 360.0 if bbox.west <= bbox.east else bbox.east
    turned = ((-360.0, behind), (0.0, end), (360.0, end + 360.0))
    return any(bbox.west + turn <= west and east <= edge for turn, edge in turned)


def _aside(lat: float, by: float) -> float:
    """Return how many degrees of longitude a circle reaches to each side; 180 where it holds a pole."""
    if abs(lat) + by >= 90.0:
        return 180.0 if by else 0.0
    return math.degrees(math.asin(min(1.0, math.sin(math.radians(by)) / math.cos(math.radians(lat)))))


def may_lie_in(geometry: BaseGeometry, radius_km: float, bbox: BBox) -> bool:
    """Tell whether any of a geometry (EPSG:4326, longitude first), widened by a radius in km, is inside a box.

    Whether the geometry itself meets the box is not asked here: a caller knows that already.
    """
    if geometry.is_empty or not shapely.intersects(geometry.envelope, _plates(grown(bbox, radius_km))):
        return False
    within_km = radius_km + _ROUNDING_KM
    if any(_gap_km(lon, lat, bbox) <= within_km for lon, lat in shapely.get_coordinates(geometry).tolist()):
        return True
    if geometry.geom_type in ("Point", "MultiPoint"):
        return False
    corners = [(lon, lat) for lon in (bbox.west, bbox.east) for lat in (bbox.south, bbox.north)]
    return any(gap_km(geometry, lon, lat) <= within_km for lon, lat in corners)


def _plates(bbox: BBox) -> BaseGeometry:
    """Return a box as one shape on the plate, with the 180th meridian under both its names."""
    parts = [shapely.box(*(part.west, part.south, part.east, part.north)) for part in bbox.split()]
    if 180.0 in (abs(bbox.west), abs(bbox.east)):
        parts += [shapely.LineString([(lon, bbox.south), (lon, bbox.north)]) for lon in (-180.0, 180.0)]
    return shapely.GeometryCollection(parts)


def _gap_km(lon: float, lat: float, bbox: BBox) -> float:
    """Return the distance in km from a point to a box, 0.0 inside; the nearest point is above, below, or on a side."""
    if bbox.contains(lon, min(max(lat, bbox.south), bbox.north)):
        return max(0.0, bbox.south - lat, lat - bbox.north) * _KM_A_DEGREE
    return min(_side_km(lon - side, lat, bbox) for side in (bbox.west, bbox.east))


def _side_km(aside: float, lat: float, bbox: BBox) -> float:
    """Return the distance in km from a point to a side of a box, which lies so many degrees of longitude away."""
    turn, up = math.radians(aside), math.radians(lat)
    foot = math.degrees(math.atan2(math.sin(up), math.cos(up) * math.cos(turn)))  # of the perpendicular on the meridian
    if bbox.south <= foot <= bbox.north:
        return math.asin(min(1.0, abs(math.cos(up) * math.sin(turn)))) * EARTH_RADIUS_KM
    return min(_arc_km(turn, up, math.radians(corner)) for corner in (bbox.south, bbox.north))


def _arc_km(turn: float, up: float, other_up: float) -> float:
    """Return the distance in km between two points, by the angle between their meridians and their latitudes (rad)."""
    half = math.sin((up - other_up) / 2) ** 2 + math.cos(up) * math.cos(other_up) * math.sin(turn / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


def grown(bbox: BBox, by_km: float) -> BBox:
    """Return a box that holds all that lies within a distance of a box."""
    by = by_km / _KM_A_DEGREE * (1 + 1e-9) + 1e-9
    south, north = max(-90.0, bbox.south - by), min(90.0, bbox.north + by)
    aside = _aside(max(abs(bbox.south), abs(bbox.north)), by)
    width = bbox.east - bbox.west + (0.0 if bbox.west <= bbox.east else 360.0)
    if width + 2 * aside >= 360.0:
        return BBox(-180.0, south, 180.0, north)
    west, east = bbox.west - aside, bbox.east + aside
    return BBox(west + 360.0 if west < -180.0 else west, south, east - 360.0 if east > 180.0 else east, north)
