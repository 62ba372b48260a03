"""What keeps a store in order: told about, checked, put into order again."""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString

from psycopg import sql

from geomap.errors import StoreError
from geomap.store.columns import EVENT_COLUMNS
from geomap.store.event_store import StoreInfo
from geomap.store.postgis.rows import Rows
from geomap.store.postgis.schema import SCHEMA_VERSION
from geomap.store.postgis.texts import told
from geomap.store.row_check import rows_that_differ

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.model import Bulletin, Event
    from geomap.store.postgis.link import Connection

__all__ = ["EVENT_VALUES", "compact", "give_back", "problems", "store_info"]

EVENT_VALUES = {c.name: f'"{c.name}"::text' if c.sql == "DATE" else f'"{c.name}"' for c in EVENT_COLUMNS}
"""The columns of an event in SQL, by name; dates as ISO 8601."""

_MANY = 500  # rows read at once

_ON_CURVE: tuple[LiteralString, ...] = ("events", "details", "words")
_OTHERS: tuple[LiteralString, ...] = ("bulletins", "places", "within", "uses", "event_places", "flow_lines")

_WRONG: tuple[tuple[LiteralString, LiteralString], ...] = (
    (
        "SELECT count(*) FROM events WHERE fid NOT IN (SELECT event FROM details)"
        " OR fid NOT IN (SELECT event FROM words)",
        "events: {} have no record or no words; ingest their bulletins again",
    ),
    (
        "SELECT count(*) FROM events WHERE (placed <> 'no') <> (fid IN (SELECT event FROM event_places))",
        "event_places: {} events have a place too many or none; ingest their bulletins again",
    ),
    (
        "SELECT count(*) FROM event_places a JOIN events e ON e.fid = a.event"
        " WHERE (a.type, a.first_day, a.last_day) IS DISTINCT FROM (e.type, e.first_day, e.last_day)",
        "event_places: {} have other days or another type than their event; ingest their bulletins again",
    ),
    (
        "SELECT count(*) FROM places WHERE (west, south, east, north) IS DISTINCT FROM"
        " (ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom))",
        "places: {} have other edges than their geometry; ingest the bulletins that use them again",
    ),
    (
        "SELECT count(*) FROM pg_index JOIN pg_class ON oid = indexrelid"
        " WHERE relnamespace = 'geomap'::regnamespace AND NOT (indisvalid AND indisready)",
        "indexes: {} are not valid; have the owner run REINDEX SCHEMA geomap",
    ),
    (
        "SELECT count(*) FROM pg_constraint WHERE connamespace = 'geomap'::regnamespace AND NOT convalidated",
        "constraints: {} have not been held against the rows",
    ),
)


def store_info(connection: Connection, shown: str) -> StoreInfo:
    """Return what a store holds."""
    counted = connection.execute("SELECT type, count(*) FROM events GROUP BY type ORDER BY count(*) DESC, type")
    types = {told(name): number for name, number in counted}
    row = connection.execute(
        "SELECT (SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class"
        " WHERE relnamespace = 'geomap'::regnamespace AND relkind = 'r'),"
        " (SELECT count(*) FROM bulletins), (SELECT count(*) FROM places),"
        " min(first_day)::text, max(last_day)::text FROM events"
    ).fetchone()
    assert row is not None  # noqa: S101  such a SELECT always has one
    size_bytes, bulletins, places, first, last = row
    edges = connection.execute(
        "SELECT min(west), min(south), max(east), max(north) FROM places WHERE fid IN (SELECT place FROM event_places)"
    ).fetchone()
    return StoreInfo(
        address=shown,
        schema_version=SCHEMA_VERSION,
        size_bytes=size_bytes,
        free_bytes=None,
        bulletins=bulletins,
        events=sum(types.values()),
        places=places,
        types=types,
        days=None if first is None else (first, last),
        extent=None if edges is None or edges[0] is None else edges,
    )


def problems(connection: Connection, shown: str) -> Iterator[str]:
    """Yield what is wrong with a store, a line each: its tables, and rows that differ from their records.

    That rows point only at rows that are there, PostgreSQL sees to itself.
    """
    for query, line in _WRONG:
        row = connection.execute(query).fetchone()
        if row and row[0]:
            yield line.format(row[0])
    yield from rows_that_differ(_events_and_rows(connection, shown))


def _events_and_rows(connection: Connection, shown: str) -> Iterator[tuple[Event | str, dict[str, object]]]:
    """Yield each event with its row; what is wrong, in words, where a record cannot be read."""
    rows = Rows(connection, shown, {})
    fids = [fid for (fid,) in connection.execute("SELECT event FROM details ORDER BY event")]
    names = sql.SQL(", ").join(map(sql.SQL, EVENT_VALUES.values()))
    query = sql.SQL("SELECT fid, {} FROM events WHERE fid = ANY(%s)").format(names)
    for start in range(0, len(fids), _MANY):
        part = fids[start : start + _MANY]
        found = {fid: values for fid, *values in connection.execute(query, [part])}
        bulletins: dict[str, Bulletin] = {}
        for fid in part:
            values = [told(value) if isinstance(value, str) else value for value in found[fid]]
            row = dict(zip(EVENT_VALUES, values, strict=True))
            try:
                (event,) = rows.events([fid], bulletins)
            except StoreError as error:
                yield error.message, row
            else:
                yield event, row


def compact(connection: Connection) -> None:
    """Put the rows of events in the order of where they lie, within a transaction; numbers stay as they are."""
    for table in _ON_CURVE:
        name, index = sql.Identifier(table), sql.Identifier(f"{table}_curve")
        connection.execute(sql.SQL("CREATE INDEX {} ON {} (curve)").format(index, name))
        connection.execute(sql.SQL("CLUSTER {} USING {}").format(name, index))
        connection.execute(sql.SQL("DROP INDEX {}").format(index))


def give_back(connection: Connection) -> None:
    """Give back the room that nobody uses, and tell the planner how the tables are; no transaction can do it."""
    for table in _OTHERS:
        connection.execute(sql.SQL("VACUUM (FULL, ANALYZE) {}").format(sql.Identifier(table)))
    for table in (*_ON_CURVE, *_OTHERS):
        connection.execute(sql.SQL("VACUUM (ANALYZE) {}").format(sql.Identifier(table)))
