"""Places against a box, exactly, whatever the store is made of.

A store's index gives the places whose envelope meets the box; those that are not wholly inside are tested here, by the
same functions as `EventQuery.matches`, so that no store answers otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import shapely

from geomap.reach import box_shapes, grown, lies_to_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from geomap.bbox import BBox
    from geomap.reach import BoxTest

__all__ = ["PlaceIndex", "places_to_box", "touching"]


class PlaceIndex(Protocol):
    """What a store knows of its places by their numbers (fid)."""

    def near(self, box: BBox) -> list[tuple[int, bool]]:
        """Return the places whose envelope meets a plain box (EPSG:4326), and of each whether it is wholly inside.

        Too many may be near, and too few inside; never the other way round.
        """

    def geometries(self, fids: Sequence[int]) -> NDArray[np.object_]:
        """Return the geometries of places, in the order of their numbers."""

    def radii_km(self, fids: Sequence[int]) -> list[float]:
        """Return the radii of uncertainty of places, in the order of their numbers."""

    def widest_km(self) -> float:
        """Return the largest radius of uncertainty of all places, 0 when there are none."""


def places_to_box(index: PlaceIndex, bbox: BBox, test: BoxTest) -> list[int]:
    """Return the numbers of the places that lie to a box as a test asks, in rising order."""
    return _meeting(index, bbox) if test == "meets" else _by_reach(index, bbox, test)


def touching(index: PlaceIndex, fids: Sequence[int], shape: object) -> list[int]:
    """Return which of some places meet a shape."""
    if not fids:
        return []
    meets = shapely.intersects(index.geometries(fids), shape)
    return [fid for fid, hit in zip(fids, meets.tolist(), strict=True) if hit]


def _meeting(index: PlaceIndex, bbox: BBox) -> list[int]:
    found: set[int] = set()
    for part, shape in box_shapes(bbox):
        near = index.near(part)
        found.update([fid for fid, inside in near if inside])
        found.update(touching(index, sorted([fid for fid, inside in near if not inside and fid not in found]), shape))
    return sorted(found)


def _by_reach(index: PlaceIndex, bbox: BBox, test: BoxTest) -> list[int]:
    around = grown(bbox, index.widest_km()) if test == "possible" else bbox
    near = sorted({fid for part, _ in box_shapes(around) for fid, _ in index.near(part)})
    tested = zip(near, index.radii_km(near), index.geometries(near), strict=True)
    return [fid for fid, radius_km, geometry in tested if lies_to_box(geometry, radius_km, bbox, test)]
