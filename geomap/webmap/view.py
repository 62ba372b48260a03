"""The part of the globe that a map shows, and the part beyond it to which a reader can move."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.bbox import BBox

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["View"]

MERCATOR_LIMIT = 85.05
"""Degrees of latitude; Web Mercator has no place for the poles."""

SMALLEST_SPAN = 0.6
"""Degrees: a single village is shown with the country around it, some 60 km across."""

PADDING = 0.08
"""Share of the span left free around the outermost mark."""

MARGIN = 0.6
"""Spans around the view that the base map covers; further out the page does not go."""

WIDE = 2.0
"""How many times as wide as high the base map is at least: a screen on a wall shows that much of a high view."""

WORLD = (-170.0, -56.0, 180.0, 75.0)


@dataclass(frozen=True, slots=True)
class View:
    """A box in degrees, EPSG:4326, whose east runs on beyond 180 when it crosses the 180th meridian."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def of_bbox(cls, bbox: BBox) -> View:
        """Return the view of a box; a point or a line is widened to the smallest span."""
        east = bbox.east if bbox.west <= bbox.east else bbox.east + 360
        return cls(bbox.west, bbox.south, east, bbox.north)._at_least(SMALLEST_SPAN / 6)

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]]) -> View:
        """Return the view of points (lon, lat) with some room around them; of the inhabited world when none."""
        if not points:
            return cls(*WORLD)
        lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
        box = cls(min(lons), min(lats), max(lons), max(lats))._at_least(SMALLEST_SPAN)
        return box._widened(PADDING)

    @property
    def span(self) -> float:
        """The longer side in degrees."""
        return max(self.east - self.west, self.north - self.south)

    def limit(self) -> View:
        """Return the box that the base map covers."""
        around = self._widened(MARGIN)
        squeezed = math.cos(math.radians((self.south + self.north) / 2))
        width = min(360.0, WIDE * (self.north - self.south) * (1 + 2 * PADDING) / squeezed)
        by = max(0.0, width - (around.east - around.west)) / 2
        return View(around.west - by, around.south, around.east + by, around.north)

    def lon(self, lon: float) -> float:
        """Return a longitude as this view counts it: beyond 180 for what lies east of the 180th meridian."""
        return lon + 360 if self.east > 180 and lon < self.west - (360 - (self.east - self.west)) / 2 else lon

    def parts(self) -> tuple[tuple[BBox, float], ...]:
        """Return boxes within -180..180 that together cover it, each with the degrees to add to its longitudes."""
        west, east = max(self.west, -180.0), self.east
        if east <= 180:
            return ((BBox(west, self.south, east, self.north), 0.0),)
        return (
            (BBox(min(west, 180.0), self.south, 180.0, self.north), 0.0),
            (BBox(-180.0, self.south, min(east - 360, 180.0), self.north), 360.0),
        )

    def bbox(self) -> BBox:
        """Return a box that holds all of it that lies on the globe."""
        boxes = [part for part, _ in self.parts()]
        west, east = boxes[0].west, boxes[-1].east
        whole = len(boxes) > 1 and east >= west
        return BBox(-180.0 if whole else west, self.south, 180.0 if whole else east, self.north)

    def bounds(self) -> list[float]:
        """Return west, south, east, north, rounded to about 10 m."""
        return [round(v, 4) for v in (self.west, self.south, self.east, self.north)]

    def _at_least(self, span: float) -> View:
        x, y = max(0.0, span - (self.east - self.west)) / 2, max(0.0, span - (self.north - self.south)) / 2
        return View(self.west - x, self.south - y, self.east + x, self.north + y)._off_the_poles()

    def _off_the_poles(self) -> View:
        """Return the view moved to where Web Mercator has a place for it."""
        least = SMALLEST_SPAN / 6
        south = max(-MERCATOR_LIMIT, min(self.south, MERCATOR_LIMIT - least))
        north = min(MERCATOR_LIMIT, max(self.north, least - MERCATOR_LIMIT))
        return View(self.west, south, self.east, north)

    def _widened(self, share: float) -> View:
        by = share * self.span
        west, east = self.west - by, self.east + by
        if east - west > 360:
            middle = (self.west + self.east) / 2
            west, east = middle - 180, middle + 180
        south, north = max(-MERCATOR_LIMIT, self.south - by), min(MERCATOR_LIMIT, self.north + by)
        return View(west, south, east, north)
