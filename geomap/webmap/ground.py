"""The base map as columns: outlines in whole steps on the page's map of the world, a third as long as JSON.

What the page would have to reckon for each of some ten thousand points before its first picture is reckoned here.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geomap.webmap.basemap import BaseMap
    from geomap.webmap.shapes import Shape
    from geomap.webmap.tables import Columns

__all__ = ["ground_columns"]

SHAPED = ("countries", "outlines", "rivers")
"""Parts of a base map that have shapes, in the order in which their rings stand in the columns."""

FINEST = 10_000
"""Steps in a degree of longitude at most: about 10 m."""

STEPS_ACROSS = 8000
"""Steps across the view: a quarter of what an outline keeps of it, so that rounding is not seen."""

TOP = 85.0511287798
"""Latitude of the upper edge of a world map in Web Mercator, which is a square."""


def ground_columns(base: BaseMap, span: float) -> tuple[dict[str, Any], Columns]:
    """Return a base map for the page's head, each shape as the number of its rings or lines, and the columns of those.

    Columns of ``ground`` hold a row for each point: steps in Web Mercator, from the date line eastward (`x`) and from
    the upper edge of the world downward (`y`); the head's ``around`` is how many steps the world is wide. Columns of
    ``ring`` hold how many points each has (`n`) and its frame (`west`, `east`, `north`, `south`).

    Parameters
    ----------
    base
        What lies beneath the events; coordinates in degrees, EPSG:4326, longitude first.
    span
        The longer side of the view, degrees.
    """
    steps = int(min(FINEST, np.ceil(STEPS_ACROSS / span)))
    rings: list[list[list[float]]] = []
    head: dict[str, Any] = {"around": 360 * steps, "towns": base["towns"]}
    for part in SHAPED:
        features: list[dict[str, Any]] = base[part]  # type: ignore[literal-required]
        head[part] = [{**feature, "shape": _counted(feature["shape"], rings)} for feature in features]
    points = np.array(list(chain.from_iterable(rings)), dtype=np.float64).reshape(-1, 2)
    x, y = (np.rint(values * steps).astype(np.int64) for values in (points[:, 0] + 180, _below_top(points[:, 1])))
    lengths = np.array([len(ring) for ring in rings], dtype=np.int64)
    first = np.cumsum(lengths) - lengths
    frames = {
        f"ring.{side}": extreme.reduceat(values, first)
        for side, extreme, values in (
            ("west", np.minimum, x), ("east", np.maximum, x), ("north", np.minimum, y), ("south", np.maximum, y),
        )
    }  # fmt: skip
    return head, {"ground.x": x, "ground.y": y, "ring.n": lengths, **frames}


def _below_top(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far latitudes lie below the upper edge of the world, in degrees of the equator."""
    radians = np.radians(np.clip(lat, -TOP, TOP))
    below: NDArray[np.float64] = 180 - np.degrees(np.arcsinh(np.tan(radians)))
    return below


def _counted(shape: Shape, rings: list[list[list[float]]]) -> int:
    """Return how many rings or lines a shape has, and add them to `rings`."""
    before = len(rings)
    rings += _rings(shape)
    return len(rings) - before


def _rings(shape: Shape) -> Iterator[list[list[float]]]:
    for polygon in shape.get("polygons", ()):
        yield from polygon
    yield from shape.get("lines", ())
