"""What makes a Parquet file GeoParquet 1.1 (geoparquet.org): boxes of rows, and a description of the geometries.

A reader that wants a box skips the groups that lie outside. Coordinates are degrees, longitude first: OGC:CRS84, the
system where none is named, and which is EPSG:4326 in that order.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["SIDES", "box_around", "box_column", "box_field", "geo_metadata"]

SIDES = ("xmin", "ymin", "xmax", "ymax")


def box_field() -> pa.Field:
    """Return the column of boxes, which stands after all others."""
    import pyarrow as pa  # noqa: PLC0415  not everybody has it; `arrow_schema` says so

    return pa.field("bbox", pa.struct([(side, pa.float64()) for side in SIDES]))


def box_column(boxes: NDArray[np.float64]) -> pa.Array:
    """Return west, south, east and north of rows (degrees) as that column; NaN, of no geometry, is null."""
    import pyarrow as pa  # noqa: PLC0415

    sides = [pa.array(boxes[:, place]) for place in range(4)]
    return pa.StructArray.from_arrays(sides, fields=list(box_field().type), mask=pa.array(np.isnan(boxes[:, 0])))


def box_around(bounds: NDArray[np.float64], boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the box around a box and others, NaN being none."""
    low = np.fmin.reduce([bounds[:2], *boxes[:, :2]])
    high = np.fmax.reduce([bounds[2:], *boxes[:, 2:]])
    return np.concatenate([low, high])


def geo_metadata(kinds: Iterable[str], bounds: NDArray[np.float64]) -> dict[str, str]:
    """Return what the format wants to be told of a file: the kinds of its geometries and the box around them."""
    covering = {"bbox": {side: ["bbox", side] for side in SIDES}}
    geometry: dict[str, object] = {"encoding": "WKB", "geometry_types": sorted(kinds), "covering": covering}
    if not np.isnan(bounds).any():
        geometry["bbox"] = bounds.tolist()
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": geometry}}
    return {"geo": json.dumps(about)}
