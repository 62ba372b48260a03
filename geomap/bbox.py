"""Bounding boxes: (west, south, east, north) in degrees, EPSG:4326; west > east crosses the 180th meridian."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geomap.errors import BBoxError

__all__ = ["BBox"]

_ORDER = "a box is west,south,east,north in degrees, for example 35.6,32.3,42.4,37.4"


@dataclass(frozen=True, slots=True)
class BBox:
    """A box on the globe, edges included.

    Parameters
    ----------
    west, east
        Longitudes in degrees, -180 to 180. ``west > east`` means that the box crosses the 180th meridian.
    south, north
        Latitudes in degrees, -90 to 90, south at most north. A box may be a line or a point.

    Raises
    ------
    BBoxError
        When a number is out of range or not finite, or south lies above north; the message guesses a swap.
    """

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        west, south, east, north = self.west, self.south, self.east, self.north
        if not all(math.isfinite(v) for v in (west, south, east, north)):
            raise BBoxError(f"all four numbers must be finite; {_ORDER}", field="bbox")
        if not all(abs(v) <= 90 for v in (south, north)):
            raise BBoxError(
                f"latitude out of range in {self}: south and north lie within -90..90"
                + _guess_swap(west, south, east, north),
                field="bbox",
            )
        if not all(abs(v) <= 180 for v in (west, east)):
            raise BBoxError(f"longitude out of range in {self}: west and east lie within -180..180", field="bbox")
        if south > north:
            raise BBoxError(
                f"south {south:g} lies above north {north:g}; did you mean"
                f" {_listed(west, north, east, south)}? {_ORDER}",
                field="bbox",
            )

    def __str__(self) -> str:
        """Render as ``west,south,east,north``, with every digit, so that `parse` gives the same box."""
        return _listed(self.west, self.south, self.east, self.north)

    @classmethod
    def parse(cls, text: str) -> BBox:
        """Read ``"west,south,east,north"``; spaces or semicolons may stand for the commas.

        Raises
        ------
        BBoxError
            When it is not four numbers that make a box.
        """
        parts = text.replace(",", " ").replace(";", " ").split()
        if len(parts) != 4:
            raise BBoxError(f"{text!r} has {len(parts)} numbers where four are needed; {_ORDER}", field="bbox")
        try:
            west, south, east, north = (float(p) for p in parts)
        except ValueError:
            raise BBoxError(f"{text!r} is not four numbers; {_ORDER}", field="bbox") from None
        return cls(west, south, east, north)

    def contains(self, lon: float, lat: float) -> bool:
        """Tell whether a point (degrees, longitude first) lies in the box or on its edge.

        180 and -180 are the same meridian: a box that ends on one holds a point on the other.
        """
        if not self.south <= lat <= self.north:
            return False
        if abs(lon) == 180 and 180 in (abs(self.west), abs(self.east)):
            return True
        if self.west <= self.east:
            return self.west <= lon <= self.east
        return lon >= self.west or lon <= self.east

    def split(self) -> tuple[BBox, ...]:
        """Return one or two boxes that together cover it and do not cross the 180th meridian."""
        if self.west <= self.east:
            return (self,)
        return (BBox(self.west, self.south, 180.0, self.north), BBox(-180.0, self.south, self.east, self.north))


def _listed(*numbers: float) -> str:
    """Write numbers with commas, whole ones without a fraction."""
    return ",".join(repr(float(number)).removesuffix(".0") for number in numbers)


def _guess_swap(west: float, south: float, east: float, north: float) -> str:
    """Return a hint when reading the numbers as latitude first would make a box."""
    if abs(west) <= 90 and abs(east) <= 90 and abs(south) <= 180 and abs(north) <= 180 and west <= east:
        return f"; it looks like latitude first: did you mean {_listed(south, west, north, east)}?"
    return f"; {_ORDER}"
