"""An R-tree of SQLite's filled at once: its nodes written as they lie on disk, full and in the order of the rows.

One insert after the other takes SQLite ten times as long and leaves nodes two thirds full. The layout of nodes is that
of SQLite's R*Tree module (https://www.sqlite.org/rtree.html, section 5 and the head of its source): two bytes of depth
in the root, two bytes with the number of cells, then cells of an 8-byte number and two 4-byte floats an axis,
big-endian. GDAL fills trees the same way. ``rtreecheck`` proves them in the tests and in `geomap store check`.
"""

# ruff: noqa: S608  only names of our own tables go into SQL as text; every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["fill_tree", "outwards", "tree_bounds", "tree_entries"]

_SHARE = 0.9
"""Of a node's room: what is left takes later rows without splitting at once."""

_AT_ONCE = 50_000
"""Cells that are put together, and rows that are handed over, at a time."""


def fill_tree(
    connection: sqlite3.Connection,
    tree: str,
    ids: NDArray[np.int64],
    edges: NDArray[np.float32],
    order: NDArray[np.intp],
) -> None:
    """Replace all that an R-tree holds.

    Parameters
    ----------
    connection
        A connection within a transaction.
    tree
        Name of the virtual table.
    ids
        The numbers, each once.
    edges
        A row for each number: smallest and largest value of each axis in turn, rounded by `outwards`.
    order
        Places of the numbers in an order in which neighbours lie near each other.
    """
    (room,) = connection.execute(f"SELECT length(data) FROM {tree}_node WHERE nodeno = 1").fetchone()
    for part in ("node", "rowid", "parent"):
        connection.execute(f"DELETE FROM {tree}_{part}")
    kind = _cell_type(edges.shape[1])
    levels = _levels(len(ids), int((room - 4) // kind.itemsize * _SHARE))
    next_number = 2
    for depth, sizes in enumerate(levels):
        is_root = depth == len(levels) - 1
        nodes = np.array([1]) if is_root else np.arange(next_number, next_number + len(sizes))
        next_number += len(sizes)
        level = _Level(nodes=nodes, sizes=sizes, depth=depth * is_root, cells=(ids, edges, order), room=room)
        connection.executemany(f"INSERT INTO {tree}_node VALUES (?, ?)", level.node_rows())
        connection.executemany(f"INSERT INTO {tree}_{'parent' if depth else 'rowid'} VALUES (?, ?)", level.owner_rows())
        ids, edges, order = nodes, level.around, np.arange(len(nodes))


def tree_entries(connection: sqlite3.Connection, sql: str, axes: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return what a query gives as ids and edges: a number, and the smallest and largest value of so many axes."""
    kind = np.dtype([("id", np.int64), ("edges", np.float64, (2 * axes,))])
    rows = ((row[0], row[1:]) for row in connection.execute(sql))
    entries = np.fromiter(rows, dtype=kind)
    return entries["id"], entries["edges"]


def tree_bounds(connection: sqlite3.Connection, tree: str) -> tuple[float | None, ...]:
    """Return the smallest and largest values of all that a tree holds, an axis after the other, off its root alone.

    They are rounded to single precision outwards; without entries there are none, and all are None.
    """
    (axes,) = connection.execute("SELECT count(*) FROM pragma_table_info(?)", [tree]).fetchone()
    (root,) = connection.execute(f"SELECT data FROM {tree}_node WHERE nodeno = 1").fetchone()
    cells = np.frombuffer(root, dtype=_cell_type(axes - 1), offset=4, count=int.from_bytes(root[2:4], "big"))
    if not len(cells):
        return (None,) * (int(axes) - 1)
    edges = cells["edges"].astype(np.float64)
    ends = np.where(np.arange(axes - 1) % 2, edges.max(axis=0), edges.min(axis=0))
    values: list[float] = ends.tolist()
    return tuple(values)


def _cell_type(edges: int) -> np.dtype[np.void]:
    return np.dtype([("id", ">i8"), ("edges", ">f4", (edges,))])


def outwards(bounds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Round to single precision, the smallest values down and the largest up, so that no shape outgrows its box.

    Parameters
    ----------
    bounds
        A row for each box: smallest and largest value of each axis in turn.
    """
    rounded = bounds.astype(np.float32)
    low, high = rounded[:, 0::2], rounded[:, 1::2]
    rounded[:, 0::2] = np.where(low > bounds[:, 0::2], np.nextafter(low, np.float32(-np.inf)), low)
    rounded[:, 1::2] = np.where(high < bounds[:, 1::2], np.nextafter(high, np.float32(np.inf)), high)
    return rounded


def _levels(count: int, most: int) -> list[NDArray[np.int64]]:
    """Return the sizes of the nodes of each level, the leaves first, the root alone last."""
    levels = []
    while True:
        nodes = max(1, -(-count // most))
        sizes = np.full(nodes, count // nodes, dtype=np.int64)
        sizes[: count % nodes] += 1  # evenly, as SQLite wants every node but the root at least a third full
        levels.append(sizes)
        if nodes == 1:
            return levels
        count = nodes


class _Level:
    """The nodes of one depth: their numbers, how many cells each has, and the cells in their order."""

    def __init__(
        self,
        *,
        nodes: NDArray[np.int64],
        sizes: NDArray[np.int64],
        depth: int,
        cells: tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.intp]],
        room: int,
    ) -> None:
        self._nodes, self._sizes, self._room = nodes, sizes, room
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        self._head = depth.to_bytes(2, "big")
        self._ids, self._edges, self._order = cells
        self.around = np.empty((len(nodes), self._edges.shape[1]), dtype=np.float32)
        """The box around each node, known when its row was given."""

    def node_rows(self) -> Iterator[tuple[int, bytes]]:
        """Yield number and bytes of each node."""
        several = max(1, _AT_ONCE // max(1, int(self._sizes[0])))
        for first in range(0, len(self._nodes), several):
            part = slice(first, first + several)
            begin = int(self._starts[first])
            taken = self._order[begin : begin + int(self._sizes[part].sum())]
            starts = self._starts[part] - begin
            edges = self._edges[taken]
            self._put_around(part, edges, starts)
            cells = np.empty(len(taken), dtype=_cell_type(edges.shape[1]))
            cells["id"], cells["edges"] = self._ids[taken], edges
            rows = zip(self._nodes[part].tolist(), self._sizes[part].tolist(), starts.tolist(), strict=True)
            for node, size, start in rows:
                content = cells[start : start + size].tobytes()
                yield node, (self._head + size.to_bytes(2, "big") + content).ljust(self._room, b"\0")

    def _put_around(self, part: slice, edges: NDArray[np.float32], starts: NDArray[np.intp]) -> None:
        if len(edges):
            self.around[part, 0::2] = np.minimum.reduceat(edges[:, 0::2], starts)
            self.around[part, 1::2] = np.maximum.reduceat(edges[:, 1::2], starts)

    def owner_rows(self) -> Iterator[tuple[int, int]]:
        """Yield each cell's number with its node, in rising order: rising keys are appended, others searched for."""
        owners = np.empty(len(self._ids), dtype=np.int64)
        owners[self._order] = np.repeat(self._nodes, self._sizes)
        rising = np.argsort(self._ids)
        for start in range(0, len(rising), _AT_ONCE):
            part = rising[start : start + _AT_ONCE]
            yield from zip(self._ids[part].tolist(), owners[part].tolist(), strict=True)
