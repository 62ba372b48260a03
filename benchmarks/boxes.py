"""Boxes to ask for: around events taken by chance, each as large as its answer should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from geomap import BBox

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["boxes_in", "edges"]


def boxes_in(frame: gpd.GeoDataFrame, count: int, *, answer: int) -> list[BBox]:
    """Return boxes around events taken by chance, the same for all sizes, that about `answer` events meet each."""
    taken = frame.geometry.sample(count, random_state=len(frame))
    centres = shapely.get_coordinates(shapely.point_on_surface(taken))
    return [_box_around(frame, lon, lat, answer) for lon, lat in centres]


def edges(box: BBox) -> tuple[float, float, float, float]:
    """Return west, south, east, north (degrees, EPSG:4326)."""
    return box.west, box.south, box.east, box.north


def _box_around(frame: gpd.GeoDataFrame, lon: float, lat: float, answer: int) -> BBox:
    """Grow or shrink a box around a point until about `answer` events meet it."""
    low, high = 0.0, 4.0  # half of a side, degrees
    for _ in range(25):
        half = (low + high) / 2
        found = len(frame.sindex.query(shapely.box(lon - half, lat - half, lon + half, lat + half), "intersects"))
        if abs(found - answer) <= answer * 0.05:
            break
        low, high = (half, high) if found < answer else (low, half)
    return BBox(lon - half, lat - half, lon + half, lat + half)
