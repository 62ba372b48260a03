"""What finds events by where and when they are, while events are written: added to, or made anew at once.

One entry after the other takes SQLite ten times as long as filling a tree at once (`geomap.store.packed_tree`), and an
index that is sorted once is made in a fraction of the time that its rows take one by one.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from geomap.store import spacetime
from geomap.store.hilbert import order_on_globe
from geomap.store.packed_tree import fill_tree, outwards, tree_bounds, tree_entries
from geomap.store.schema import EVENT_INDEXES, triggers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["EventTrees", "GrownTrees", "NewTrees", "describe_layers", "fill_layer_tree"]

_LAYER_TREE = "rtree_events_geom"
_TRIGGER = f"{_LAYER_TREE}_insert"


class EventTrees(Protocol):
    """Takes what the trees are to hold of events as they are written."""

    def add(self, entries: spacetime.Entries, fids: NDArray[np.int64], bounds: NDArray[np.float64]) -> None:
        """Take entries of the second tree, and numbers of events with west, south, east, north (NaN where nowhere)."""

    def finish(self) -> Iterator[None]:
        """Leave all indexes as they have to be, and yield after each step."""


class GrownTrees:
    """Trees to which events are added one by one; that of the layer is kept in step by the standard's trigger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, entries: spacetime.Entries, fids: NDArray[np.int64], bounds: NDArray[np.float64]) -> None:
        """Add to the second tree."""
        spacetime.insert(self._connection, entries)

    def finish(self) -> Iterator[None]:
        """Do nothing more."""
        yield from ()


class NewTrees:
    """Trees and indexes that are made anew when all events are written, with what they held before.

    For a million entries it keeps some 60 MB, and needs as much again in the end.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._entries: list[spacetime.Entries] = []
        self._layer: list[spacetime.Entries] = []
        connection.execute(f"DROP TRIGGER {_TRIGGER}")
        for name in EVENT_INDEXES:
            connection.execute(f"DROP INDEX {name}")

    def add(self, entries: spacetime.Entries, fids: NDArray[np.int64], bounds: NDArray[np.float64]) -> None:
        """Keep them for the end."""
        self._entries.append(entries)
        placed = ~np.isnan(bounds[:, 0])
        self._layer.append((fids[placed], outwards(bounds[placed][:, [0, 2, 1, 3]])))

    def finish(self) -> Iterator[None]:
        """Fill both trees and make the indexes; an event that was replaced in the same call is no longer there."""
        for sql in EVENT_INDEXES.values():
            self._connection.execute(sql)
            yield
        rows = self._connection.execute("SELECT fid FROM events ORDER BY fid")
        there = np.fromiter((fid for (fid,) in rows), dtype=np.int64)
        ids, edges = _joined(spacetime.stored_entries(self._connection), self._entries)
        is_there = _holds(there, ids // spacetime.PLACES_AN_EVENT)
        spacetime.fill(self._connection, (ids[is_there], edges[is_there]))
        del ids, edges, is_there
        yield
        fids, edges = _joined(_stored_layer(self._connection), self._layer)
        is_there = _holds(there, fids)
        _fill_layer_tree(self._connection, fids[is_there], edges[is_there])
        self._connection.execute(triggers("events")[_TRIGGER])
        yield


def _joined(stored: spacetime.Entries, new: list[spacetime.Entries]) -> spacetime.Entries:
    """Return all entries together; the list is empty then, so that they are in memory once."""
    ids = np.concatenate([stored[0], *(part[0] for part in new)])
    edges = np.concatenate([stored[1], *(part[1] for part in new)])
    new.clear()
    return ids, edges


def _holds(numbers: NDArray[np.int64], asked: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of each number whether it is among rising numbers."""
    if not len(numbers):
        return np.zeros(len(asked), dtype=bool)
    found = np.searchsorted(numbers, asked)
    held: NDArray[np.bool_] = numbers[np.minimum(found, len(numbers) - 1)] == asked
    return held


def _stored_layer(connection: sqlite3.Connection) -> spacetime.Entries:
    ids, edges = tree_entries(connection, f"SELECT id, minx, maxx, miny, maxy FROM {_LAYER_TREE}", axes=2)
    return ids, edges.astype(np.float32)  # which they are already


def fill_layer_tree(connection: sqlite3.Connection, fids: NDArray[np.int64], bounds: NDArray[np.float64]) -> None:
    """Fill the standard R-tree of events anew.

    Parameters
    ----------
    connection
        A connection within a transaction.
    fids
        Numbers of events.
    bounds
        Their west, south, east and north, degrees; NaN for an event without a geometry.
    """
    placed = ~np.isnan(bounds[:, 0])
    _fill_layer_tree(connection, fids[placed], outwards(bounds[placed][:, [0, 2, 1, 3]]))


def _fill_layer_tree(connection: sqlite3.Connection, fids: NDArray[np.int64], edges: NDArray[np.float32]) -> None:
    order = order_on_globe((edges[:, 0] + edges[:, 1]) / 2, (edges[:, 2] + edges[:, 3]) / 2)
    fill_tree(connection, _LAYER_TREE, fids[order], edges[order])


def describe_layers(connection: sqlite3.Connection) -> None:
    """Keep the layers' rows in gpkg_contents right: when they changed and where they lie (to single precision)."""
    for layer in ("events", "places", "bulletins"):
        bounds: tuple[float | None, ...] = (None,) * 4
        if layer != "bulletins":
            min_x, max_x, min_y, max_y = tree_bounds(connection, f"rtree_{layer}_geom")
            bounds = (min_x, min_y, max_x, max_y)
        connection.execute(
            "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),"
            " min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
            [*bounds, layer],
        )
