"""What finds events by where and when they are, while events are written: added to, or made anew at once.

One entry after the other takes SQLite ten times as long as filling a tree at once (`geomap.store.packed_tree`), and an
index that is sorted once is made in a fraction of the time that its rows take one by one.
"""

from __future__ import annotations

import math
import weakref
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Protocol

import numpy as np

from geomap.store import spacetime
from geomap.store.hilbert import order_on_globe
from geomap.store.packed_tree import fill_tree, outwards, tree_entries
from geomap.store.schema import EVENT_INDEXES, LOAD_INDEXES, triggers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = [
    "EventTrees",
    "GrownTrees",
    "NewTrees",
    "fill_layer_tree",
    "insert_into_layer_tree",
    "without_trigger",
]

_TRIGGER = "rtree_{}_geom_insert"
"""Of a layer: what puts new rows into its R-tree, one by one."""


class EventTrees(Protocol):
    """Takes what the trees are to hold of events as they are written."""

    def add(self, entries: spacetime.Entries, fids: NDArray[np.int64], bounds: NDArray[np.float64]) -> None:
        """Take entries of the second tree, and numbers of events with west, south, east, north (NaN where nowhere)."""

    def finish(self) -> Iterator[None]:
        """Leave all indexes as they have to be, and yield after each step."""


class GrownTrees:
    """Trees to which events are added one by one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, entries: spacetime.Entries, fids: NDArray[np.int64], bounds: NDArray[np.float64]) -> None:
        """Add to both trees."""
        spacetime.insert(self._connection, entries)
        insert_into_layer_tree(self._connection, "events", fids.tolist(), bounds.tolist())

    def finish(self) -> Iterator[None]:
        """Do nothing more."""
        yield from ()


class NewTrees:
    """Trees and indexes that are made anew when all events are written, with what they held before.

    Parameters
    ----------
    connection
        A connection within a transaction.
    folder
        Where entries wait, in temporary files: 64 bytes an event.
    is_new
        Whether the store is new and nothing will be replaced: then no index at all is needed meanwhile.
    """

    def __init__(self, connection: sqlite3.Connection, folder: Path, *, is_new: bool = False) -> None:
        self._connection = connection
        self._indexes = EVENT_INDEXES | (_standing(connection, LOAD_INDEXES) if is_new else {})
        self._entries, self._layer = _Waiting(folder, axes=4), _Waiting(folder, axes=2)
        self._is_new = is_new
        self.steps = len(self._indexes) + 2
        connection.execute(f"DROP TRIGGER {_TRIGGER.format('events')}")
        for name in self._indexes:
            connection.execute(f"DROP INDEX {name}")

    def add(self, entries: spacetime.Entries, fids: NDArray[np.int64], bounds: NDArray[np.float64]) -> None:
        """Keep them for the end."""
        self._entries.add(entries)
        placed = ~np.isnan(bounds[:, 0])
        self._layer.add((fids[placed], outwards(bounds[placed][:, [0, 2, 1, 3]])))

    def finish(self) -> Iterator[None]:
        """Fill both trees and make the indexes; an event that was replaced in the same call is no longer there."""
        for sql in self._indexes.values():
            self._connection.execute(sql)
            yield
        there = None if self._is_new else _events(self._connection)
        self._entries.add(spacetime.stored_entries(self._connection))
        spacetime.fill(self._connection, _of_events(self._entries.taken(), spacetime.PLACES_AN_EVENT, there))
        yield
        self._layer.add(_stored_layer(self._connection))
        _fill_layer_tree(self._connection, "events", *_of_events(self._layer.taken(), 1, there))
        self._connection.execute(triggers("events")[_TRIGGER.format("events")])
        yield


def _standing(connection: sqlite3.Connection, indexes: Mapping[str, str]) -> dict[str, str]:
    """Return those of some indexes that there are; in a store of an older geomap a constraint may stand for one."""
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    return {name: sql for name, sql in indexes.items() if name in there}


class _Waiting:
    """Entries that wait in temporary files until all are there."""

    def __init__(self, folder: Path, axes: int) -> None:
        self._ids = TemporaryFile(dir=folder)  # noqa: SIM115  open until the entries are taken
        self._edges = TemporaryFile(dir=folder)  # noqa: SIM115
        for file in (self._ids, self._edges):
            weakref.finalize(self, file.close)  # of a load that was broken off
        self._axes = axes

    def add(self, entries: spacetime.Entries) -> None:
        ids, edges = entries
        self._ids.write(ids.tobytes())
        self._edges.write(edges.tobytes())

    def taken(self) -> spacetime.Entries:
        """Return all, and let go of the files."""
        with self._ids as file:
            file.seek(0)
            ids = np.frombuffer(file.read(), dtype=np.int64)
        with self._edges as file:
            file.seek(0)
            edges = np.frombuffer(file.read(), dtype=np.float32).reshape(-1, 2 * self._axes)
        return ids, edges


def _events(connection: sqlite3.Connection) -> NDArray[np.int64]:
    """Return the numbers of all events, rising."""
    rows = connection.execute("SELECT fid FROM events ORDER BY fid")
    return np.fromiter((fid for (fid,) in rows), dtype=np.int64)


def _of_events(entries: spacetime.Entries, share: int, there: NDArray[np.int64] | None) -> spacetime.Entries:
    """Return the entries whose number, divided by `share`, is that of an event.

    `there` are the numbers of events, rising; None when all entries are of events.
    """
    ids, edges = entries
    if there is None:
        return entries
    if not len(there):
        return ids[:0], edges[:0]
    found = np.minimum(np.searchsorted(there, ids // share), len(there) - 1)
    is_there = there[found] == ids // share
    return (ids, edges) if is_there.all() else (ids[is_there], edges[is_there])


def _stored_layer(connection: sqlite3.Connection) -> spacetime.Entries:
    ids, edges = tree_entries(connection, "SELECT id, minx, maxx, miny, maxy FROM rtree_events_geom", axes=2)
    return ids, edges.astype(np.float32)  # which they are already


def insert_into_layer_tree(
    connection: sqlite3.Connection, layer: str, fids: Iterable[int], bounds: Iterable[Sequence[float]]
) -> None:
    """Add rows that were written without triggers to the standard R-tree of a layer; see `fill_layer_tree`."""
    rows = [(fid, w, e, s, n) for fid, (w, s, e, n) in zip(fids, bounds, strict=True) if not math.isnan(w)]
    connection.executemany(f"INSERT INTO rtree_{layer}_geom VALUES (?, ?, ?, ?, ?)", rows)  # noqa: S608


def fill_layer_tree(
    connection: sqlite3.Connection, layer: str, fids: NDArray[np.int64], bounds: NDArray[np.float64]
) -> None:
    """Fill the standard R-tree of a layer anew.

    Parameters
    ----------
    connection
        A connection within a transaction.
    layer
        ``events`` or ``places``.
    fids
        Numbers of rows.
    bounds
        Their west, south, east and north, degrees; NaN for one without a geometry.
    """
    placed = ~np.isnan(bounds[:, 0])
    _fill_layer_tree(connection, layer, fids[placed], outwards(bounds[placed][:, [0, 2, 1, 3]]))


def _fill_layer_tree(
    connection: sqlite3.Connection, layer: str, fids: NDArray[np.int64], edges: NDArray[np.float32]
) -> None:
    order = order_on_globe((edges[:, 0] + edges[:, 1]) / 2, (edges[:, 2] + edges[:, 3]) / 2)
    fill_tree(connection, f"rtree_{layer}_geom", fids, edges, order)


@contextmanager
def without_trigger(connection: sqlite3.Connection, layer: str) -> Iterator[None]:
    """Let rows go into a layer for whose R-tree the block sees itself, with `fill_layer_tree`."""
    name = _TRIGGER.format(layer)
    connection.execute(f"DROP TRIGGER {name}")
    yield
    connection.execute(triggers(layer)[name])
