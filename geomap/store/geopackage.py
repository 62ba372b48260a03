"""The default store: one GeoPackage file, by SQLite alone.

Each call of `GeoPackageStore.put` is one transaction with SQLite's rollback journal: a process that dies leaves the
store as it was before or after it. Tables and indexes stand in `geomap.store.schema`, questions in
`geomap.store.search`.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geomap.errors import InputError, StoreError
from geomap.gazetteer.linked_places import from_feature, to_feature
from geomap.model import PART, Bulletin, Event, Place, Reading
from geomap.query import event_text
from geomap.store.blob import to_blob
from geomap.store.columns import EVENT_COLUMNS, event_geometry, event_row
from geomap.store.connection import connect, transaction
from geomap.store.event_store import EventStore, PutResult
from geomap.store.faults import told_plainly
from geomap.store.record import (
    event_from_record,
    event_record,
    from_json,
    resolution_from_record,
    resolution_record,
    to_json,
)
from geomap.store.search import EVENT_ORDER, condition
from geomap.store.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from geomap.query import EventQuery

__all__ = ["GeoPackageStore"]

_BATCH = 500
"""Events read at once: enough to be fast, few enough to begin soon."""

_SHAPES = 500
"""Geometries of events kept while readings are written."""

_BULLETIN_COLUMNS = ("id", "date", "source", "lang", "url", "path", "notes", "text")
_PLACE_COLUMNS = ("geom", "id", "name", "type", "certainty", "approximate", "uncertainty_km", "digest", "record")
_EVENT_COLUMNS = ("geom", *(column.name for column in EVENT_COLUMNS), "detail")


class GeoPackageStore(EventStore):
    """A store in one GeoPackage file.

    Parameters
    ----------
    path
        The file.
    create
        Whether a missing or empty file becomes a new store.
    timeout_s
        How long to wait for another program that is writing, in seconds.

    Raises
    ------
    StoreError
        When the file cannot be opened as a store; the message says why and what to do.
    """

    def __init__(self, path: Path, *, create: bool = False, timeout_s: float = 10.0) -> None:
        self.path = path
        self._connection = connect(path, create=create, timeout_s=timeout_s)
        self._places: dict[int, Place] = {}  # a number (fid) never names another place, so these stay right

    def put(self, readings: Iterable[Reading]) -> PutResult:
        """Store readings, all or none; see `EventStore.put`.

        Raises
        ------
        InputError
            When a reading contradicts itself or holds what no store can keep.
        StoreError
            When the store cannot be written; it is then as it was before the call.
        """
        try:
            with closing(Spool(map(_checked, readings), folder=self.path.absolute().parent)) as kept:
                self._check_open()
                with told_plainly(self.path), transaction(self._connection, "IMMEDIATE"):
                    return _Writer(self._connection).write(kept)
        except UnicodeEncodeError as error:
            raise InputError(f"a text holds broken characters ({error.reason}); read the file as UTF-8") from error

    def query(self, q: EventQuery) -> Iterator[Event]:
        """Yield the events that `q` matches; see `EventStore.query`.

        Raises
        ------
        StoreError
            When the store cannot be read, or events were replaced by another writer between two batches.
        """
        self._check_open()
        bulletins: dict[str, Bulletin] = {}
        with told_plainly(self.path), transaction(self._connection):
            where, values = self._condition(q)
            limit = -1 if q.limit is None else q.limit
            sql = f"SELECT fid FROM events WHERE {where} ORDER BY {EVENT_ORDER} LIMIT ? OFFSET ?"
            fids = [fid for (fid,) in self._connection.execute(sql, [*values, limit, q.offset])]
            events = self._events(fids[:_BATCH], bulletins)
        yield from events
        for start in range(_BATCH, len(fids), _BATCH):
            with told_plainly(self.path), transaction(self._connection):
                events = self._events(fids[start : start + _BATCH], bulletins)
            yield from events

    def count(self, q: EventQuery) -> int:
        """Return how many events `q` matches, whatever its limit.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        self._check_open()
        with told_plainly(self.path), transaction(self._connection):
            where, values = self._condition(q)
            sql = f"SELECT count(*) FROM events WHERE {where}"
            (number,) = self._connection.execute(sql, values).fetchone()
        return int(number)

    def types(self) -> frozenset[str]:
        """Return the types of the events that it holds; see `EventStore.types`.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        self._check_open()
        with told_plainly(self.path):
            return frozenset(name for (name,) in self._connection.execute("SELECT DISTINCT type FROM events"))

    def bulletins(self) -> Iterator[Bulletin]:
        """Yield all bulletins by date (undated last), then id.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        for id_ in self._bulletin_ids():
            with told_plainly(self.path):
                bulletin = self._bulletin(id_)
            yield bulletin

    def readings(self) -> Iterator[Reading]:
        """Yield all that was stored, bulletin by bulletin, as it was put in.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        for id_ in self._bulletin_ids():
            with told_plainly(self.path), transaction(self._connection):
                reading = self._reading(id_)
            yield reading

    def close(self) -> None:
        """Let go of the file; closing twice does no harm."""
        self._connection.close()

    def _check_open(self) -> None:
        try:
            _ = self._connection.total_changes
        except sqlite3.ProgrammingError:
            raise StoreError("the store has been closed; open it again", path=self.path) from None

    def _condition(self, q: EventQuery) -> tuple[str, list[object]]:
        try:
            return condition(self._connection, q)
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise StoreError(f"a geometry cannot be read ({error}); restore a copy", path=self.path) from error

    def _bulletin_ids(self) -> list[str]:
        self._check_open()
        with told_plainly(self.path):
            return [id_ for (id_,) in self._connection.execute("SELECT id FROM bulletins ORDER BY date NULLS LAST, id")]

    def _bulletin(self, id_: str) -> Bulletin:
        columns = ", ".join(_BULLETIN_COLUMNS)
        row = self._connection.execute(f"SELECT {columns} FROM bulletins WHERE id = ?", [id_]).fetchone()
        if row is None:
            raise self._changed()
        values: dict[str, Any] = dict(zip(_BULLETIN_COLUMNS, row, strict=True))
        try:
            values["date"] = None if values["date"] is None else date.fromisoformat(values["date"])
            return Bulletin(**{**values, "notes": tuple(from_json(values["notes"]))})
        except (TypeError, ValueError) as error:
            raise self._unreadable("bulletin", id_, error) from error

    def _reading(self, id_: str) -> Reading:
        bulletin = self._bulletin(id_)
        (text,) = self._connection.execute("SELECT resolutions FROM bulletins WHERE id = ?", [id_]).fetchone()
        sql = "SELECT fid FROM events WHERE bulletin = ? ORDER BY fid"
        fids = [fid for (fid,) in self._connection.execute(sql, [id_])]
        try:
            resolutions = tuple(resolution_from_record(record, self._place) for record in from_json(text))
        except (LookupError, TypeError, ValueError) as error:
            raise self._unreadable("bulletin", id_, error) from error
        return Reading(bulletin=bulletin, resolutions=resolutions, events=tuple(self._events(fids, {id_: bulletin})))

    def _events(self, fids: Sequence[int], bulletins: dict[str, Bulletin]) -> list[Event]:
        """Return events in the order of their numbers; `bulletins` keeps those already read."""
        rows = self._connection.execute(
            "SELECT fid, bulletin, id, detail FROM events WHERE fid IN (SELECT value FROM json_each(?))",
            [to_json(fids)],
        )
        found = {fid: (bulletin, id_, detail) for fid, bulletin, id_, detail in rows}
        if len(found) != len(fids):
            raise self._changed()
        return [self._event(*found[fid], bulletins) for fid in fids]

    def _event(self, bulletin: str, id_: str, detail: str, bulletins: dict[str, Bulletin]) -> Event:
        if bulletin not in bulletins:
            bulletins[bulletin] = self._bulletin(bulletin)
        try:
            return event_from_record(from_json(detail), bulletins[bulletin], self._place)
        except (LookupError, TypeError, ValueError) as error:
            raise self._unreadable("event", id_, error) from error

    def _place(self, fid: int) -> Place:
        if fid not in self._places:
            row = self._connection.execute("SELECT record FROM places WHERE fid = ?", [fid]).fetchone()
            if row is None:
                raise LookupError(f"place {fid} is missing")
            self._places[fid] = from_feature(from_json(row[0]))
        return self._places[fid]

    def _changed(self) -> StoreError:
        return StoreError("another program changed the store while it was being read; ask again", path=self.path)

    def _unreadable(self, what: str, id_: str, error: Exception) -> StoreError:
        return StoreError(
            f"the record of {what} {id_} cannot be read ({error}); ingest its bulletin again", path=self.path
        )


class _Writer:
    """Writes readings within a transaction that is under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._refs: dict[int, int] = {}  # by identity: the spool of readings holds the places as long as this lives
        self._shapes: dict[tuple[int, ...], bytes | None] = {}  # by the numbers of places
        self._left: set[int] = set()  # places that replaced bulletins used

    def write(self, readings: Iterable[Reading]) -> PutResult:
        bulletins = events = replaced = 0
        for reading in readings:
            replaced += self._write_reading(reading)
            bulletins += 1
            events += len(reading.events)
        self._connection.execute(
            "DELETE FROM places WHERE fid IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM geomap_uses WHERE place = fid)",
            [to_json(sorted(self._left))],
        )
        for layer in ("events", "places", "bulletins"):
            self._describe(layer)
        return PutResult(bulletins=bulletins, events=events, replaced=replaced)

    def _write_reading(self, reading: Reading) -> int:
        """Write one reading and return how many it replaced."""
        bulletin, used = reading.bulletin, set[int]()

        def ref_of(place: Place) -> int:
            ref = self._ref(place)
            used.add(ref)
            return ref

        # The parts of a long table go with it: there may be fewer of them now. ":" is the sign behind "9".
        before = "id = ? OR id BETWEEN ? AND ?"
        ids = [bulletin.id, f"{bulletin.id}{PART}0", f"{bulletin.id}{PART}:"]
        used_before = f"SELECT place FROM geomap_uses WHERE bulletin IN (SELECT fid FROM bulletins WHERE {before})"
        self._left.update(place for (place,) in self._connection.execute(used_before, ids))
        # Its events and what points at them go with the bulletin (ON DELETE CASCADE).
        replaced = self._connection.execute(f"DELETE FROM bulletins WHERE {before}", ids).rowcount
        values = {field.name: getattr(bulletin, field.name) for field in fields(bulletin)}
        values["date"] = None if bulletin.date is None else bulletin.date.isoformat()
        values["notes"] = to_json(bulletin.notes)
        values["resolutions"] = to_json([resolution_record(r, ref_of) for r in reading.resolutions])
        fid = self._insert("bulletins", (*_BULLETIN_COLUMNS, "resolutions"), values)
        for event in reading.events:
            detail = to_json(event_record(event, ref_of))
            self._write_event(event, detail, tuple(ref_of(place) for place in event.places()))
        self._connection.executemany("INSERT INTO geomap_uses VALUES (?, ?)", [(fid, place) for place in used])
        return replaced

    def _write_event(self, event: Event, detail: str, places: tuple[int, ...]) -> None:
        values = {**event_row(event), "geom": self._shape(event, places), "detail": detail}
        fid = self._insert("events", _EVENT_COLUMNS, values)
        self._connection.execute("INSERT INTO geomap_search VALUES (?, ?)", [fid, event_text(event)])
        self._connection.executemany(
            "INSERT INTO geomap_event_places VALUES (?, ?)", [(fid, ref) for ref in set(places)]
        )

    def _shape(self, event: Event, places: tuple[int, ...]) -> bytes | None:
        """Return the geometry of an event; many happen at the same places, and areas are slow to join."""
        if places not in self._shapes:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            geometry = event_geometry(event)
            self._shapes[places] = None if geometry is None else to_blob(geometry)
        return self._shapes[places]

    def _ref(self, place: Place) -> int:
        """Return the number of a place as it is now, storing it when it is new; another state is another row."""
        if id(place) not in self._refs:
            record = to_json(to_feature(place))
            digest = hashlib.sha256(record.encode()).hexdigest()
            row = self._connection.execute("SELECT fid FROM places WHERE digest = ?", [digest]).fetchone()
            self._refs[id(place)] = row[0] if row else self._write_place(place, digest, record)
        return self._refs[id(place)]

    def _write_place(self, place: Place, digest: str, record: str) -> int:
        values = {name: getattr(place, name, None) for name in _PLACE_COLUMNS}
        values |= {"geom": to_blob(place.geometry), "digest": digest, "record": record}
        fid = self._insert("places", _PLACE_COLUMNS, values)
        containers = [(container, fid) for container in {place.id, *place.parents}]
        self._connection.executemany("INSERT INTO geomap_within VALUES (?, ?)", containers)
        return fid

    def _insert(self, table: str, columns: Sequence[str], values: dict[str, Any]) -> int:
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        fid = self._connection.execute(sql, [values[name] for name in columns]).lastrowid
        assert fid is not None  # noqa: S101  an INSERT always has one
        return fid

    def _describe(self, layer: str) -> None:
        """Keep the layer's row in gpkg_contents right: when it changed and where it lies (to single precision)."""
        bounds: tuple[float | None, ...] = (None,) * 4
        if layer != "bulletins":
            sql = f"SELECT min(minx), min(miny), max(maxx), max(maxy) FROM rtree_{layer}_geom"
            bounds = self._connection.execute(sql).fetchone()
        self._connection.execute(
            "UPDATE gpkg_contents SET last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),"
            " min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?",
            [*bounds, layer],
        )


def _checked(reading: Reading) -> Reading:
    """Return a reading; refuse what would be lost or mixed up in the store."""
    bulletin, seen = reading.bulletin, set[str]()
    for event in reading.events:
        if event.bulletin != bulletin:
            raise InputError(f"the event belongs to another bulletin than {bulletin.id}", field=event.id)
        if event.id in seen:
            raise InputError("two events of the bulletin have this id", field=event.id)
        seen.add(event.id)
        for place in event.places():
            if not np.isfinite(shapely.get_coordinates(place.geometry)).all():
                raise InputError("the geometry has coordinates that are no numbers", field=place.id)
    return reading
