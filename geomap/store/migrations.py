"""What turns a store of one schema version into one of the next, each step within one transaction."""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.errors import StoreError
from geomap.store import spacetime
from geomap.store.columns import EVENT_COLUMNS, event_row
from geomap.store.flows import FLOW_COLUMNS, flow_rows, flows_of
from geomap.store.rows import Rows
from geomap.store.schema import EVENT_PLACES, FLOWS_SINCE_4, INDEXES_SINCE_3, statements
from geomap.store.styles import styles_script

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["MIGRATIONS"]


def _from_1(_connection: sqlite3.Connection, _path: Path) -> None:
    """Do nothing: the columns that came with version 2 are filled off the records, which the next step lays open."""


def _from_2(connection: sqlite3.Connection, path: Path) -> None:
    """Move whole events out of their rows, and make the second tree."""
    connection.execute("DROP INDEX geomap_by_place")
    connection.execute("ALTER TABLE geomap_event_places RENAME TO geomap_event_places_1")
    for statement in statements(EVENT_PLACES + INDEXES_SINCE_3):
        connection.execute(statement)
    connection.execute(
        "INSERT INTO geomap_event_places SELECT event, place,"
        f" event * {spacetime.PLACES_AN_EVENT} + min(row_number() OVER (PARTITION BY event ORDER BY place) - 1,"
        f" {spacetime.PLACES_AN_EVENT - 1}) FROM geomap_event_places_1"
    )
    connection.execute("DROP TABLE geomap_event_places_1")
    connection.execute(
        "INSERT INTO geomap_details SELECT fid, row_number() OVER (PARTITION BY bulletin ORDER BY fid) - 1, detail"
        " FROM events"
    )
    connection.execute("ALTER TABLE events DROP COLUMN detail")
    _add_columns(connection, path)
    connection.execute("INSERT INTO geomap_types (type) SELECT DISTINCT type FROM events ORDER BY type")
    spacetime.fill_anew(connection)


def _add_columns(connection: sqlite3.Connection, path: Path) -> None:
    """Give the events the columns that were not known when they were stored, filled off their records."""
    there = {row[1] for row in connection.execute("PRAGMA table_info(events)")}
    new = [column for column in EVENT_COLUMNS if column.name not in there]
    if not new:
        return
    for column in new:
        connection.execute(f"ALTER TABLE events ADD COLUMN {column.name} {column.sql}")
    update = f"UPDATE events SET {', '.join(f'{column.name} = ?' for column in new)} WHERE fid = ?"
    rows = Rows(connection, path)
    for (fid,) in connection.execute("SELECT fid FROM events").fetchall():
        try:
            (event,) = rows.events([fid], {})
        except StoreError:  # a record that cannot be read stays so, and is told when it is asked for
            continue
        values = event_row(event)
        connection.execute(update, [*(values[column.name] for column in new), fid])


def _from_3(connection: sqlite3.Connection, path: Path) -> None:
    """Make the layer of flows and the layers' styles."""
    for statement in statements(FLOWS_SINCE_4 + styles_script()):
        connection.execute(statement)
    rows = Rows(connection, path)
    sql = "SELECT fid FROM events WHERE from_places NOTNULL AND to_places NOTNULL"
    insert = f"INSERT INTO geomap_flow_lines ({', '.join(FLOW_COLUMNS)}) VALUES ({', '.join('?' * len(FLOW_COLUMNS))})"
    for (fid,) in connection.execute(sql).fetchall():
        try:
            (event,) = rows.events([fid], {})
        except StoreError:  # as above
            continue
        connection.executemany(insert, flow_rows([(fid, flow) for flow in flows_of(event)]))


MIGRATIONS: dict[int, Callable[[sqlite3.Connection, Path], None]] = {1: _from_1, 2: _from_2, 3: _from_3}
"""By the version that a step starts from."""
