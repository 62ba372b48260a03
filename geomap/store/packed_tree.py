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


def fill_tree(connection: sqlite3.Connection, tree: str, ids: NDArray[np.int64], edges: NDArray[np.float32]) -> None:
    """Replace all that an R-tree holds.

    Parameters
    ----------
    connection
        A connection within a transaction.
    tree
        Name of the virtual table.
    ids
        The numbers, each once, in an order in which neighbours lie near each other.
    edges
        A row for each number: smallest and largest value of each axis in turn, rounded by `outwards`.
    """
    (room,) = connection.execute(f"SELECT length(data) FROM {tree}_node WHERE nodeno = 1").fetchone()
    for part in ("node", "rowid", "parent"):
        connection.execute(f"DELETE FROM {tree}_{part}")
    cell = _cell_type(edges.shape[1])
    most = int((room - 4) // cell.itemsize * _SHARE)
    levels = _levels(len(ids), most)
    next_number, numbers = 2, ids
    for depth, sizes in enumerate(levels):
        is_root = depth == len(levels) - 1
        nodes = np.array([1]) if is_root else np.arange(next_number, next_number + len(sizes))
        next_number += len(sizes)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        cells = (numbers, edges, cell)
        rows = _node_rows((nodes, sizes, starts), cells, room, depth * is_root)
        connection.executemany(f"INSERT INTO {tree}_node VALUES (?, ?)", rows)
        owners = _owner_rows(numbers, np.repeat(nodes, sizes))
        connection.executemany(f"INSERT INTO {tree}_{'parent' if depth else 'rowid'} VALUES (?, ?)", owners)
        numbers, edges = nodes, _around(edges, starts)


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


def _around(edges: NDArray[np.float32], starts: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return the boxes around runs of boxes."""
    around = np.empty((len(starts), edges.shape[1]), dtype=np.float32)
    if len(edges):
        around[:, 0::2] = np.minimum.reduceat(edges[:, 0::2], starts)
        around[:, 1::2] = np.maximum.reduceat(edges[:, 1::2], starts)
    return around


def _node_rows(
    runs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.intp]],
    cells: tuple[NDArray[np.int64], NDArray[np.float32], np.dtype[np.void]],
    room: int,
    depth: int,
) -> Iterator[tuple[int, bytes]]:
    """Yield the nodes of a level: number and bytes."""
    nodes, sizes, starts = runs
    numbers, edges, kind = cells
    head = depth.to_bytes(2, "big")
    several = max(1, _AT_ONCE // int(sizes[0]) if sizes[0] else 1)
    for first in range(0, len(nodes), several):
        part = slice(first, first + several)
        begin, end = int(starts[first]), int(starts[part][-1] + sizes[part][-1])
        made = np.empty(end - begin, dtype=kind)
        made["id"], made["edges"] = numbers[begin:end], edges[begin:end]
        rows = zip(nodes[part].tolist(), sizes[part].tolist(), (starts[part] - begin).tolist(), strict=True)
        for node, size, start in rows:
            content = made[start : start + size].tobytes()
            yield node, (head + size.to_bytes(2, "big") + content).ljust(room, b"\0")


def _owner_rows(numbers: NDArray[np.int64], nodes: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield each number with its node, in rising order: rising keys are appended, others searched for."""
    order = np.argsort(numbers)
    for start in range(0, len(order), _AT_ONCE):
        part = order[start : start + _AT_ONCE]
        yield from zip(numbers[part].tolist(), nodes[part].tolist(), strict=True)
