"""What keeps a store in order: told about, checked, put into order again."""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import StoreError
from geomap.store import spacetime
from geomap.store.connection import transaction
from geomap.store.event_store import StoreInfo
from geomap.store.event_trees import fill_layer_tree
from geomap.store.hilbert import order_on_globe
from geomap.store.packed_tree import tree_bounds
from geomap.store.row_check import rows_that_differ
from geomap.store.rows import Rows
from geomap.store.schema import SCHEMA_VERSION, triggers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from geomap.model import Bulletin, Event
    from geomap.store.connection import StoreConnection

__all__ = ["compact", "problems", "store_info"]

_TREES = ("rtree_events_geom", "rtree_places_geom", spacetime.TREE)
_MANY = 500  # rows read at once


def store_info(connection: sqlite3.Connection, path: Path) -> StoreInfo:
    """Return what a store holds."""

    def one(sql: str) -> int:
        return int(connection.execute(sql).fetchone()[0])

    first, last = connection.execute("SELECT min(first_day), max(last_day) FROM events").fetchone()
    min_x, max_x, min_y, max_y = tree_bounds(connection, "rtree_events_geom")
    counted = connection.execute("SELECT type, count(*) FROM events GROUP BY type ORDER BY count(*) DESC, type")
    page_bytes = one("PRAGMA page_size")
    return StoreInfo(
        address=str(path),
        schema_version=SCHEMA_VERSION,
        size_bytes=one("PRAGMA page_count") * page_bytes,
        free_bytes=one("PRAGMA freelist_count") * page_bytes,
        bulletins=one("SELECT count(*) FROM bulletins"),
        events=one("SELECT count(*) FROM events"),
        places=one("SELECT count(*) FROM places"),
        types=dict(counted.fetchall()),
        days=None if first is None else (first, last),
        extent=None if None in (min_x, min_y, max_x, max_y) else (min_x, min_y, max_x, max_y),  # type: ignore[arg-type]
    )


def problems(connection: sqlite3.Connection, path: Path) -> Iterator[str]:
    """Yield what is wrong with a store, a line each: the file, its indexes, and rows that differ from their records."""
    yield from (f"file: {row[0]}" for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok")
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"{table} {row}: names a row of {parent} that is not there"
    for tree in _TREES:
        (told,) = connection.execute("SELECT rtreecheck(?)", [tree]).fetchone()
        if told != "ok":
            yield f"{tree}: {told}"
    wrong = spacetime.wrong_entries(connection)
    if wrong:
        yield f"{spacetime.TREE}: {len(wrong)} entries are missing or wrong; `geomap store compact` makes it anew"
    without = connection.execute(
        "SELECT count(*) FROM events WHERE fid NOT IN (SELECT event FROM geomap_details)"
        " OR fid NOT IN (SELECT event FROM geomap_search)"
    ).fetchone()[0]
    if without:
        yield f"events: {without} have no record or no words; ingest their bulletins again"
    yield from rows_that_differ(_events_and_rows(connection, path))


def _events_and_rows(connection: sqlite3.Connection, path: Path) -> Iterator[tuple[Event | str, dict[str, object]]]:
    """Yield each event with its row; what is wrong, in words, where a record cannot be read."""
    rows = Rows(connection, path)
    fids = [fid for (fid,) in connection.execute("SELECT event FROM geomap_details ORDER BY event")]
    for start in range(0, len(fids), _MANY):
        bulletins: dict[str, Bulletin] = {}
        for fid in fids[start : start + _MANY]:
            cursor = connection.execute("SELECT * FROM events WHERE fid = ?", [fid])
            row = dict(zip([part[0] for part in cursor.description], cursor.fetchone(), strict=True))
            try:
                (event,) = rows.events([fid], bulletins)
            except StoreError as error:
                yield error.message, row
            else:
                yield event, row


def compact(connection: StoreConnection) -> None:
    """Put all events into Hilbert order, fill the trees anew, and give back the room that nobody uses.

    The events get new numbers, higher than any given before. A process that dies leaves the store as it was before, or
    ordered and not yet made smaller.
    """
    connection.execute("PRAGMA foreign_keys = OFF")  # numbers that others point at change; they are all changed here
    try:
        with transaction(connection, "IMMEDIATE"):
            _renumber(connection)
    finally:
        connection.execute("PRAGMA foreign_keys = ON")
    with connection.use.by_us():
        connection.execute("VACUUM")


def _renumber(connection: sqlite3.Connection) -> None:
    boxes = {row[0]: row[1:] for row in connection.execute("SELECT id, minx, miny, maxx, maxy FROM rtree_events_geom")}
    fids = np.array([fid for (fid,) in connection.execute("SELECT fid FROM events ORDER BY fid")], dtype=np.int64)
    bounds = np.array([boxes.get(fid, (np.nan,) * 4) for fid in fids.tolist()], dtype=np.float64).reshape(-1, 4)
    order = order_on_globe((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2)
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    first = 1 + (row[0] if row else 0)
    numbers = first + np.arange(len(fids))
    connection.execute("CREATE TEMP TABLE renumbered (old INTEGER PRIMARY KEY, new INTEGER NOT NULL)")
    pairs = zip(fids[order].tolist(), numbers.tolist(), strict=True)
    connection.executemany("INSERT INTO temp.renumbered VALUES (?, ?)", pairs)
    standing = triggers("events")
    for name in standing:
        connection.execute(f"DROP TRIGGER {name}")
    for table, column in (("events", "fid"), ("geomap_details", "event"), ("geomap_search", "event")):
        new = f"(SELECT new FROM temp.renumbered WHERE old = {column})"
        connection.execute(f"UPDATE {table} SET {column} = {new}")
    connection.execute("UPDATE geomap_flow_lines SET event = (SELECT new FROM temp.renumbered WHERE old = event)")
    # in order of the old numbers an entry's turn is what its number is beyond that of its event
    size = spacetime.PLACES_AN_EVENT
    connection.execute(
        f"UPDATE geomap_event_places SET event = n.new, entry = entry + (n.new - n.old) * {size}"
        " FROM temp.renumbered n WHERE n.old = event"
    )
    connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'events'", [first + len(fids) - 1])
    connection.execute("DROP TABLE temp.renumbered")
    for sql in standing.values():
        connection.execute(sql)
    fill_layer_tree(connection, "events", numbers, bounds[order])
    spacetime.fill_anew(connection)
