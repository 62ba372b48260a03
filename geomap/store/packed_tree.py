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

    from numpy.typing import NDArray

__all__ = ["fill_tree", "tree_bounds"]

_SHARE = 0.9
"""Of a node's room: what is left takes later rows without splitting at once."""


def fill_tree(connection: sqlite3.Connection, tree: str, ids: NDArray[np.int64], bounds: NDArray[np.float64]) -> None:
    """Replace all that an R-tree holds.

    Parameters
    ----------
    connection
        A connection within a transaction.
    tree
        Name of the virtual table.
    ids
        The numbers, each once, in an order in which neighbours lie near each other.
    bounds
        A row for each number: smallest and largest value of each axis in turn.
    """
    (room,) = connection.execute(f"SELECT length(data) FROM {tree}_node WHERE nodeno = 1").fetchone()
    for part in ("node", "rowid", "parent"):
        connection.execute(f"DELETE FROM {tree}_{part}")
    edges = _outwards(bounds)
    cell = _cell_type(edges.shape[1])
    most = int((room - 4) // cell.itemsize * _SHARE)
    levels = _levels(len(ids), most)
    next_number, numbers = 2, ids
    for depth, sizes in enumerate(levels):
        is_root = depth == len(levels) - 1
        nodes = np.array([1]) if is_root else np.arange(next_number, next_number + len(sizes))
        next_number += len(sizes)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        _write_nodes(connection, tree, (nodes, sizes, starts), _cells(cell, numbers, edges), (room, depth * is_root))
        _write_owners(connection, f"{tree}_{'parent' if depth else 'rowid'}", numbers, np.repeat(nodes, sizes))
        numbers, edges = nodes, _around(edges, starts)


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


def _outwards(bounds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Round to single precision, the smallest values down and the largest up, so that no shape outgrows its box."""
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


def _cells(cell: np.dtype[np.void], numbers: NDArray[np.int64], edges: NDArray[np.float32]) -> NDArray[np.void]:
    cells = np.empty(len(numbers), dtype=cell)
    cells["id"], cells["edges"] = numbers, edges
    return cells


def _around(edges: NDArray[np.float32], starts: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the boxes around runs of boxes."""
    around = np.empty((len(starts), edges.shape[1]), dtype=np.float32)
    if len(edges):
        around[:, 0::2] = np.minimum.reduceat(edges[:, 0::2], starts)
        around[:, 1::2] = np.maximum.reduceat(edges[:, 1::2], starts)
    return around


def _write_nodes(
    connection: sqlite3.Connection,
    tree: str,
    runs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.intp]],
    cells: NDArray[np.void],
    room_and_depth: tuple[int, int],
) -> None:
    room, depth = room_and_depth

    def blob(size: int, start: int) -> bytes:
        head = depth.to_bytes(2, "big") + size.to_bytes(2, "big")
        return (head + cells[start : start + size].tobytes()).ljust(room, b"\0")

    rows = ((node, blob(size, start)) for node, size, start in zip(*(run.tolist() for run in runs), strict=True))
    connection.executemany(f"INSERT INTO {tree}_node VALUES (?, ?)", rows)


def _write_owners(
    connection: sqlite3.Connection, table: str, numbers: NDArray[np.int64], nodes: NDArray[np.int64]
) -> None:
    order = np.argsort(numbers)  # rising keys are appended, others searched for
    pairs = zip(numbers[order].tolist(), nodes[order].tolist(), strict=True)
    connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", pairs)
