"""Geometries in a GeoPackage: the standard's header before well-known binary (OGC 12-128r17, clause 2.1.3)."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = [
    "TriggerSwitch",
    "blobs_of",
    "edges_of",
    "from_blob",
    "from_blobs",
    "register_functions",
    "to_blob",
    "to_blobs",
    "wkb_of",
]

_SRS_ID = 4326
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)  # by the envelope code of the flags: none, xy, xyz, xym, xyzm
_LITTLE_ENDIAN, _XY_ENVELOPE, _EMPTY = 0b00001, 0b00010, 0b10000
_USUAL, _USUAL_BYTES = struct.pack("<2sBBi", b"GP", 0, _LITTLE_ENDIAN | _XY_ENVELOPE, _SRS_ID), 40
"""How our own begin, and where their well-known binary does."""
_NOWHERE = struct.pack("<2sBBi", b"GP", 0, _LITTLE_ENDIAN | _EMPTY, _SRS_ID)
"""What stands before an empty one."""


def to_blob(geometry: BaseGeometry) -> bytes:
    """Return a geometry (EPSG:4326, longitude first) as a GeoPackage keeps it; coordinates stay exact."""
    (blob,) = to_blobs([geometry])
    assert blob is not None  # noqa: S101  only None gives None
    return blob


def to_blobs(geometries: Sequence[BaseGeometry | None] | NDArray[np.object_]) -> list[bytes | None]:
    """Return geometries as a GeoPackage keeps them, None for None; see `to_blob`."""
    made = shapely.to_wkb(np.asarray(geometries, dtype=object), byte_order=1, flavor="iso")
    return blobs_of(made.tolist(), shapely.bounds(geometries).reshape(-1, 4))


_HEAD = np.dtype([("head", "S8"), ("edges", "<f8", (4,))])


def blobs_of(wkb: Sequence[bytes | None], bounds: NDArray[np.float64]) -> list[bytes | None]:
    """Return well-known binary as a GeoPackage keeps it, None for None.

    Parameters
    ----------
    wkb
        Geometries (EPSG:4326, longitude first), little-endian, without Z or M.
    bounds
        West, south, east and north of each, degrees; NaN of one that is empty.
    """
    heads = np.empty(len(wkb), dtype=_HEAD)
    heads["head"], heads["edges"] = _USUAL, bounds[:, [0, 2, 1, 3]]
    together, nowhere = heads.tobytes(), np.isnan(bounds[:, 0]).tolist()
    return [
        None if of is None else (_NOWHERE if empty else together[start : start + _USUAL_BYTES]) + of
        for start, of, empty in zip(range(0, len(together), _USUAL_BYTES), wkb, nowhere, strict=True)
    ]


def edges_of(blobs: Iterable[bytes]) -> NDArray[np.float64]:
    """Return west, east, south, north (degrees) of geometries that are not empty, by the heads of our own blobs."""
    heads = b"".join([blob[:_USUAL_BYTES] for blob in blobs])
    edges: NDArray[np.float64] = np.frombuffer(heads, dtype=_HEAD)["edges"]
    return edges


def from_blobs(blobs: Sequence[bytes | None]) -> NDArray[np.object_]:
    """Return the geometries of blobs, None for None.

    Raises
    ------
    ValueError
        When one of them is no such geometry.
    """
    turns: dict[bytes | None, int] = {}  # many events happen at the same places; a geometry never changes
    which = [turns.setdefault(blob, len(turns)) for blob in blobs]
    wkb = np.empty(len(turns), dtype=object)
    wkb[:] = [blob and (blob[_USUAL_BYTES:] if blob.startswith(_USUAL) else wkb_of(blob)) for blob in turns]
    geometries: NDArray[np.object_] = shapely.from_wkb(wkb)[which]
    return geometries


def from_blob(blob: bytes) -> BaseGeometry:
    """Return the geometry of a GeoPackage's blob.

    Raises
    ------
    ValueError
        When the bytes are no such geometry.
    """
    return shapely.from_wkb(wkb_of(blob))


def wkb_of(blob: bytes) -> bytes:
    """Return the well-known binary after the header.

    Raises
    ------
    ValueError
        When the header is not that of a GeoPackage's geometry.
    """
    code = (blob[3] >> 1) & 0b111 if len(blob) > 8 and blob[:2] == b"GP" else len(_ENVELOPE_BYTES)
    if code >= len(_ENVELOPE_BYTES):
        raise ValueError("not a geometry of a GeoPackage")
    return blob[8 + _ENVELOPE_BYTES[code] :]


def _bounds(blob: bytes) -> tuple[float, float, float, float] | None:
    """Return min x, max x, min y, max y of a blob; from its envelope when it has one, as other programs may not."""
    flags = blob[3]
    if (flags >> 1) & 0b111:
        order = "<" if flags & _LITTLE_ENDIAN else ">"
        min_x, max_x, min_y, max_y = struct.unpack_from(f"{order}4d", blob, 8)
    else:
        min_x, min_y, max_x, max_y = from_blob(blob).bounds
    return None if math.isnan(min_x) else (min_x, max_x, min_y, max_y)


@dataclass(slots=True)
class TriggerSwitch:
    """Whether the triggers that keep the R-trees of layers in step do nothing: who writes sees to the trees.

    The functions of a connection know this and not the connection, which would never be collected then.
    """

    are_off: bool = False


def register_functions(connection: sqlite3.Connection) -> TriggerSwitch:
    """Give a connection the functions that the standard's R-tree triggers call, and return what turns those off.

    While they are off every geometry is told to be empty.
    """
    triggers = TriggerSwitch()

    def is_empty(blob: bytes | None) -> bool | None:
        if triggers.are_off:
            return True
        return None if blob is None else bool(blob[3] & _EMPTY) or _bounds(blob) is None

    connection.create_function("ST_IsEmpty", 1, is_empty, deterministic=True)
    for place, name in enumerate(("ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY")):

        def bound(blob: bytes | None, place: int = place) -> float | None:
            bounds = None if blob is None else _bounds(blob)
            return None if bounds is None else bounds[place]

        connection.create_function(name, 1, bound, deterministic=True)
    return triggers
