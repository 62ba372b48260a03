"""The second tree: where, when and of which type, so that a box with a time and a type is one walk.

An entry is a place of an event. Its axes are longitude and latitude of the place's envelope (degrees), the event's
first and last day, scaled, and the code of its type in ``geomap_types``. Its number is the event's times
`PLACES_AN_EVENT`, and which of its places it is; the rare event with more places has its last ones in one entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geomap.store.hilbert import order_of_ranks
from geomap.store.packed_tree import fill_tree, outwards, tree_entries

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

__all__ = [
    "EARLIEST",
    "NO_DAYS",
    "PLACES_AN_EVENT",
    "TREE",
    "UNDATED",
    "Entries",
    "before",
    "code_of",
    "entries_of",
    "entry_number",
    "entry_numbers",
    "fill",
    "fill_anew",
    "insert",
    "scaled",
    "stored_entries",
    "wrong_entries",
]

TREE = "geomap_spacetime"
PLACES_AN_EVENT = 256

_DAYS = 256
"""Days that weigh as much as a degree. A tree splits where boxes are long: with days as they are, some thousands of
them beside some degrees, it would hardly ever split by place. A power of two, so that single precision holds every day
exactly, and no entry needs a second look for its time."""

UNDATED = 0.0
"""The time of an event without days, before any other; a question with a time asks for what is later."""

_DUE = f"""
SELECT entry, min(minx), max(maxx), min(miny), max(maxy),
  coalesce((julianday(first_day) - 1721424.5) / {_DAYS}, {UNDATED}),
  coalesce((julianday(last_day) - 1721424.5) / {_DAYS}, {UNDATED}), code, code
FROM geomap_event_places p CROSS JOIN rtree_places_geom r ON r.id = p.place
JOIN events e ON e.fid = p.event JOIN geomap_types USING (type)
GROUP BY entry
"""  # noqa: S608
"""1721424.5 is the Julian day before 1 January of the year 1, from which Python's ordinals count."""

Entries = tuple["NDArray[np.int64]", "NDArray[np.float32]"]
"""Numbers of entries, and of each the smallest and largest longitude, latitude, time and type, rounded outwards."""

_TYPE = 6
"""Where the type's code stands among the edges of an entry."""

NO_DAYS = (0, 0)
"""Days, as ordinals, of an event without any."""


EARLIEST = 1 / _DAYS
"""The first day that there is, 1 January of the year 1, as it stands in the tree."""


def scaled(day: date) -> float:
    """Return a day as it stands in the tree."""
    return day.toordinal() / _DAYS


def before(day: date) -> float:
    """Return the day before one as it stands in the tree."""
    return (day.toordinal() - 1) / _DAYS


def entries_of(
    numbers: Sequence[int] | NDArray[np.int64],
    bounds: Sequence[tuple[float, ...]] | NDArray[np.float64],
    events: Sequence[tuple[int, int, int]] | NDArray[np.int64],
) -> Entries:
    """Return the entries of events.

    Parameters
    ----------
    numbers
        The number of the entry (`entry_number`) of each place of the events; equal ones stand side by side.
    bounds
        West, south, east and north of each, degrees; NaN where a geometry is empty.
    events
        First and last day, as ordinals, and the type's code of the event of each.
    """
    ids = np.array(numbers, dtype=np.int64)
    boxes = np.array(bounds, dtype=np.float64).reshape(-1, 4)
    times = np.array(events, dtype=np.float64).reshape(-1, 3)
    placed = ~np.isnan(boxes[:, 0])
    ids, boxes, times = ids[placed], boxes[placed], times[placed]
    if not len(ids):
        return ids, np.empty((0, 8), dtype=np.float32)
    starts = np.flatnonzero(np.concatenate([[True], ids[1:] != ids[:-1]]))  # the last places of many share one
    low, high = np.minimum.reduceat(boxes[:, :2], starts), np.maximum.reduceat(boxes[:, 2:], starts)
    first, last, code = (times[starts] / (_DAYS, _DAYS, 1)).T
    edges = np.stack([low[:, 0], high[:, 0], low[:, 1], high[:, 1], first, last, code, code], axis=1)
    return ids[starts], outwards(edges)


def entry_number(event: int, turn: int) -> int:
    """Return the number under which a place of an event stands in the tree; `turn` counts its places from 0."""
    return event * PLACES_AN_EVENT + min(turn, PLACES_AN_EVENT - 1)


def entry_numbers(events: NDArray[np.int64], turns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `entry_number` of many."""
    found: NDArray[np.int64] = events * PLACES_AN_EVENT + np.minimum(turns, PLACES_AN_EVENT - 1)
    return found


def code_of(connection: sqlite3.Connection, type_: str) -> int:
    """Return the code of a type, giving it one when it is new."""
    connection.execute("INSERT OR IGNORE INTO geomap_types (type) VALUES (?)", [type_])
    (code,) = connection.execute("SELECT code FROM geomap_types WHERE type = ?", [type_]).fetchone()
    return int(code)


def insert(connection: sqlite3.Connection, entries: Entries) -> None:
    """Add entries, one after the other."""
    ids, edges = entries
    rows = ((id_, *row) for id_, row in zip(ids.tolist(), edges.tolist(), strict=True))
    connection.executemany(f"INSERT INTO {TREE} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608


def fill(connection: sqlite3.Connection, entries: Entries) -> None:
    """Replace all entries by these: type by type, each in Hilbert order of place and time.

    So a question for a type walks through the nodes of that type alone, a sixth of those that one order of all types
    would ask for; one for a time and any type walks through up to 2.5 times as many.
    """
    ids, edges = entries
    curve = order_of_ranks(edges[:, low] + edges[:, low + 1] for low in (0, 2, 4))
    fill_tree(connection, TREE, ids, edges, curve[np.argsort(edges[curve, _TYPE], kind="stable")])


def fill_anew(connection: sqlite3.Connection) -> None:
    """Replace all entries by those that the tables ask for."""
    ids, edges = tree_entries(connection, _DUE, axes=4)
    fill(connection, (ids, outwards(edges)))


def stored_entries(connection: sqlite3.Connection) -> Entries:
    """Return all entries."""
    ids, edges = tree_entries(connection, f"SELECT * FROM {TREE}", axes=4)  # noqa: S608
    return ids, edges.astype(np.float32)  # which they are already


def wrong_entries(connection: sqlite3.Connection) -> list[int]:
    """Return the numbers of entries that are missing, too many, or not what the tables ask for."""
    there, held = stored_entries(connection)
    due, asked = tree_entries(connection, _DUE, axes=4)
    _, at, of = np.intersect1d(there, due, assume_unique=True, return_indices=True)
    one, other = held[at], asked[of]
    # edges are the same but for rounding to single precision, times and types exactly
    alike = np.isclose(one[:, :4], other[:, :4], rtol=1e-6, atol=1e-30).all(axis=1)
    alike &= (one[:, 4:] == other[:, 4:]).all(axis=1)
    return sorted([*there[at[~alike]].tolist(), *np.setxor1d(there, due, assume_unique=True).tolist()])
