"""The base map as columns: outlines in whole steps, a third as long as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.webmap.basemap import BaseMap
    from geomap.webmap.shapes import Shape
    from geomap.webmap.tables import Columns

__all__ = ["ground_columns"]

SHAPED = ("countries", "outlines", "rivers")
"""Parts of a base map that have shapes, in the order in which their points stand in the columns."""

FINEST = 10_000
"""Steps in a degree at most: about 10 m."""

STEPS_ACROSS = 8000
"""Steps across the view: a quarter of what an outline keeps of it, so that rounding is not seen."""


def ground_columns(base: BaseMap, span: float) -> tuple[dict[str, Any], Columns]:
    """Return a base map for the page's head, each shape as the numbers of its points, and the columns that hold them.

    Parameters
    ----------
    base
        What lies beneath the events; coordinates in degrees, EPSG:4326, longitude first.
    span
        The longer side of the view, degrees.
    """
    steps = int(min(FINEST, np.ceil(STEPS_ACROSS / span)))
    points: list[list[float]] = []
    head: dict[str, Any] = {"steps": steps, "towns": base["towns"]}
    for part in SHAPED:
        features: list[dict[str, Any]] = base[part]  # type: ignore[literal-required]
        head[part] = [{**feature, "shape": _counted(feature["shape"], points)} for feature in features]
    whole = np.rint(np.asarray(points, dtype=np.float64).reshape(-1, 2) * steps).astype(np.int64)
    return head, {"ground.x": whole[:, 0], "ground.y": whole[:, 1]}


def _counted(shape: Shape, points: list[list[float]]) -> list[list[int]]:
    """Return how many points each ring of each polygon has, or line, and add them to `points`."""
    return [[_add(ring, points) for ring in rings] for rings in _rings(shape)]


def _rings(shape: Shape) -> Iterator[list[list[list[float]]]]:
    yield from shape.get("polygons", ())
    yield from ([line] for line in shape.get("lines", ()))


def _add(ring: list[list[float]], points: list[list[float]]) -> int:
    points += ring
    return len(ring)
