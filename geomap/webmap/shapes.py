"""Geometries as lists of rounded coordinates, small enough to travel in a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import shapely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapely.geometry.base import BaseGeometry

__all__ = ["Shape", "is_area", "is_line", "label_point", "shape_of"]

DIGITS = 4
"""Decimals of a degree kept: about 10 m, finer than any source of ours."""

Ring = list[list[float]]


class Shape(TypedDict, total=False):
    """Polygons (each a list of rings) or lines, [lon, lat] in degrees, EPSG:4326."""

    polygons: list[list[Ring]]
    lines: list[Ring]


def is_area(geometry: BaseGeometry | None) -> bool:
    """Tell whether it is a polygon or several."""
    return geometry is not None and geometry.geom_type in {"Polygon", "MultiPolygon"} and not geometry.is_empty


def is_line(geometry: BaseGeometry | None) -> bool:
    """Tell whether it is a line or several."""
    return geometry is not None and geometry.geom_type in {"LineString", "MultiLineString"} and not geometry.is_empty


def shape_of(
    geometry: BaseGeometry | None,
    *,
    tolerance: float = 0.0,
    lon: Callable[[float], float] = float,
    digits: int = DIGITS,
) -> Shape | None:
    """Return a geometry as coordinates; None for points and for nothing.

    Parameters
    ----------
    geometry
        EPSG:4326, longitude first.
    tolerance
        Degrees by which an outline may be simplified.
    lon
        Shifts longitudes into the view.
    digits
        Decimals of a degree that are kept.
    """
    if geometry is None or geometry.is_empty:
        return None
    simple = geometry.simplify(tolerance) if tolerance else geometry

    def ring(coordinates: object) -> Ring:
        return [[round(lon(x), digits), round(y, digits)] for x, y, *_ in coordinates]  # type: ignore[attr-defined]

    if is_area(simple):
        return {"polygons": [[ring(r.coords) for r in (p.exterior, *p.interiors)] for p in _parts(simple)]}
    if is_line(simple):
        return {"lines": [ring(part.coords) for part in _parts(simple)]}
    return None


def label_point(area: BaseGeometry) -> tuple[float, float]:
    """Return the point (lon, lat) of a polygon's largest part that lies furthest from its edge."""
    largest = max(_parts(area), key=lambda part: part.area)
    line = shapely.maximum_inscribed_circle(largest, tolerance=max(largest.area**0.5 / 50, 1e-6))
    x, y = line.coords[0]
    return float(x), float(y)


def _parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    yield from getattr(geometry, "geoms", (geometry,))
