"""Kilometres and square kilometres of geometries in degrees (EPSG:4326, longitude first), on a sphere.

The sphere has the mean radius of the ellipsoid, so lengths are true within 0.6 per cent, which is far finer than any
uncertainty of a gazetteer. Lengths are measured in the azimuthal equidistant projection around the geometry itself
(formulas: Snyder, Map Projections - A Working Manual, USGS 1987, chapter 25), areas in the cylindrical equal-area one.
Between two points the formula and the radius are geopy's, whose own way to them takes twenty times as long.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["DECIMALS", "area_km2", "distance_km", "equal_area_radius_km", "gap_km", "is_outline", "widen"]

EARTH_RADIUS_KM = 6371.0088
"""Mean radius R1 of the GRS 80 ellipsoid."""

_BETWEEN_POINTS_KM = 6371.009
"""The same, as geopy rounds it."""

_CIRCLE_SEGMENTS = 8
"""Segments of a quarter circle: 2 per cent flatter than a circle, and half the points of the default."""

_KEPT = 100_000
"""Distances kept: a bulletin asks for those between its few places again and again."""

DECIMALS = 5
"""Of a degree: about a metre; a finer figure in what is made would pretend to a precision that it has not."""


def is_outline(geometry: BaseGeometry) -> bool:
    """Tell whether a geometry is a polygon or several, so that something can lie in it."""
    return geometry.geom_type in ("Polygon", "MultiPolygon")


@lru_cache(maxsize=_KEPT)
def distance_km(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the great-circle distance in km between two points (degrees, longitude first)."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    d_lambda = math.radians(other_lon) - math.radians(lon)
    east = math.cos(other_phi) * math.sin(d_lambda)
    north = math.cos(phi) * math.sin(other_phi) - math.sin(phi) * math.cos(other_phi) * math.cos(d_lambda)
    up = math.sin(phi) * math.sin(other_phi) + math.cos(phi) * math.cos(other_phi) * math.cos(d_lambda)
    return _BETWEEN_POINTS_KM * math.atan2(math.sqrt(east**2 + north**2), up)


def gap_km(geometry: BaseGeometry, lon: float, lat: float) -> float:
    """Return the distance in km from a point (degrees, longitude first) to a geometry, 0.0 when it lies in it."""
    return float(shapely.distance(_to_km(geometry, lon, lat), shapely.Point(0, 0)))


def area_km2(geometry: BaseGeometry) -> float:
    """Return the area in square km of a geometry in degrees; 0.0 for points and lines."""

    def equal_area(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        lon, lat = np.radians(degrees).T
        return np.column_stack([lon, np.sin(lat)])

    return float(shapely.area(shapely.transform(geometry, equal_area))) * EARTH_RADIUS_KM**2


def equal_area_radius_km(geometry: BaseGeometry) -> float:
    """Return the radius in km of the circle that has the area of a geometry; 0.0 for points and lines."""
    return math.sqrt(area_km2(geometry) / math.pi)


def widen(geometry: BaseGeometry, by_km: float) -> BaseGeometry:
    """Return a geometry in degrees widened on all sides by `by_km` kilometres, rounded to 0.00001 degree."""
    if by_km == 0:
        return geometry
    centre = shapely.centroid(geometry)
    wide = shapely.buffer(_to_km(geometry, centre.x, centre.y), by_km, quad_segs=_CIRCLE_SEGMENTS)
    return _to_degrees(wide, centre.x, centre.y)


def _to_km(geometry: BaseGeometry, lon0: float, lat0: float) -> BaseGeometry:
    """Project to km east and north of a centre, azimuthal equidistant."""
    phi0 = math.radians(lat0)

    def project(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
        d_lambda, phi = np.radians(degrees[:, 0] - lon0), np.radians(degrees[:, 1])
        east = np.cos(phi) * np.sin(d_lambda)
        north = math.cos(phi0) * np.sin(phi) - math.sin(phi0) * np.cos(phi) * np.cos(d_lambda)
        up = math.sin(phi0) * np.sin(phi) + math.cos(phi0) * np.cos(phi) * np.cos(d_lambda)
        sine = np.hypot(east, north)
        stretch = np.divide(np.arctan2(sine, up), sine, out=np.ones_like(sine), where=sine > 0)
        return EARTH_RADIUS_KM * np.column_stack([stretch * east, stretch * north])

    return shapely.transform(geometry, project)


def _to_degrees(geometry: BaseGeometry, lon0: float, lat0: float) -> BaseGeometry:
    """Undo `_to_km` and round."""
    phi0 = math.radians(lat0)

    def unproject(km: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = km.T / EARTH_RADIUS_KM
        angle = np.hypot(x, y)
        shrink = np.divide(np.sin(angle), angle, out=np.ones_like(angle), where=angle > 0)
        east, north, up = x * shrink, y * shrink, np.cos(angle)
        phi = np.arcsin(np.clip(up * math.sin(phi0) + north * math.cos(phi0), -1.0, 1.0))
        d_lambda = np.arctan2(east, up * math.cos(phi0) - north * math.sin(phi0))
        return np.round(np.column_stack([lon0 + np.degrees(d_lambda), np.degrees(phi)]), DECIMALS)

    return shapely.transform(geometry, unproject)
