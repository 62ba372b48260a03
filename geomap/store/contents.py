"""What a GeoPackage says of its layers in ``gpkg_contents``: when they changed and where they lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geomap.store.blob import edges_of
from geomap.store.packed_tree import tree_bounds

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

__all__ = ["Bounds", "FlowBounds", "describe_layers"]

Bounds = tuple[float | None, ...]
"""West, south, east, north, degrees; all None of nothing."""

_NOWHERE: Bounds = (None,) * 4
_TOLD = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = ?"


class FlowBounds:
    """Where the layer `flows` lies, which has no tree: kept as lines come, reckoned anew when one at its edge goes.

    Parameters
    ----------
    connection
        A connection within a transaction.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._bounds: Bounds = connection.execute(_TOLD, ["flows"]).fetchone()
        places: Bounds = connection.execute(_TOLD, ["places"]).fetchone()
        self._is_known = None not in self._bounds and self._bounds != places  # older geomaps told those of the places

    def add(self, lines: Iterable[bytes]) -> None:
        """Take lines that were written."""
        self._bounds = _around(lines, self._bounds)

    def remove(self, lines: Iterable[bytes]) -> None:
        """Take lines that are about to go."""
        gone = _around(lines, _NOWHERE)
        self._is_known &= not any(a == b for a, b in zip(gone, self._bounds, strict=True) if a is not None)

    def known(self) -> Bounds:
        """Return them, once all is written."""
        return self._bounds if self._is_known else _flow_bounds(self._connection)


def _flow_bounds(connection: sqlite3.Connection) -> Bounds:
    """Return where all flows lie, by reading each: a second for a million."""
    return _around((line for (line,) in connection.execute("SELECT geom FROM geomap_flow_lines")), _NOWHERE)


def _around(lines: Iterable[bytes], bounds: Bounds) -> Bounds:
    """Return bounds widened by those of lines, each as a GeoPackage keeps it."""
    edges = edges_of(lines)
    if not len(edges):
        return bounds
    low, high = edges[:, 0::2].min(axis=0), edges[:, 1::2].max(axis=0)
    if None not in bounds:
        old = np.array(bounds, dtype=np.float64)
        low, high = np.minimum(low, old[:2]), np.maximum(high, old[2:])
    found: list[float] = [*low.tolist(), *high.tolist()]
    return tuple(found)


def describe_layers(connection: sqlite3.Connection, *, flows: Bounds | None = None) -> None:
    """Keep the layers' rows right: when they changed and where they lie (events and places to single precision).

    Parameters
    ----------
    connection
        A connection within a transaction.
    flows
        Where the flows lie, when that is known already.
    """
    around = {"flows": _flow_bounds(connection) if flows is None else flows, "bulletins": _NOWHERE}
    for layer in ("events", "places"):
        min_x, max_x, min_y, max_y = tree_bounds(connection, f"rtree_{layer}_geom")
        around[layer] = (min_x, min_y, max_x, max_y)
    for layer, bounds in around.items():
        connection.execute(
            "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),"
            " min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
            [*bounds, layer],
        )
