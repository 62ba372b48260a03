"""Readings -> rows, within a transaction that is under way.

The events of a call are written in Hilbert order of where they lie, whatever bulletin they are of. A call that brings
at least as many events as there are fills both trees anew at once (`geomap.store.packed_tree`); a smaller one adds to
them.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geomap.errors import InputError
from geomap.gazetteer.linked_places import to_feature
from geomap.query import event_days, fold_text, place_text
from geomap.store import spacetime
from geomap.store.blob import to_blob, to_blobs
from geomap.store.columns import EVENT_COLUMNS, event_geometry, event_row
from geomap.store.event_store import PutResult
from geomap.store.hilbert import order_on_globe
from geomap.store.packed_tree import fill_tree, tree_bounds
from geomap.store.record import event_record, resolution_record, to_json
from geomap.store.schema import triggers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geomap.model import Bulletin, Event, Place, Reading

__all__ = ["BULLETIN_COLUMNS", "Writer", "check_readings", "describe_layers", "fill_layer_tree"]

BULLETIN_COLUMNS = ("id", "date", "source", "lang", "url", "path", "notes", "text")
_PLACE_COLUMNS = ("geom", "id", "name", "type", "certainty", "approximate", "uncertainty_km", "digest", "record")
_EVENT_COLUMNS = ("fid", "geom", *(column.name for column in EVENT_COLUMNS))

_CHUNK = 1000
"""Events whose rows are made before they are written."""

_BULK = 2000
"""Events from which it is worth asking whether the trees are to be filled anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """A place in the store: its number, its envelope (west, south, east, north) and its names, folded."""

    fid: int
    bounds: tuple[float, float, float, float]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """An event that is to be written: the number of its bulletin, and which of its bulletin's events it is."""

    event: Event
    bulletin: int
    turn: int


class Writer:
    """Writes readings within a transaction that is under way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._places: dict[int, _Stored] = {}  # by identity: the readings hold the places as long as this lives
        self._uses: set[tuple[int, int]] = set()  # bulletin and place
        self._left: set[int] = set()  # places that replaced bulletins used
        self._codes: dict[str, int] = {}

    def write(self, readings: Sequence[Reading]) -> PutResult:
        """Write readings, each in place of what its bulletin's id gave before; of two with one id the later one."""
        latest = {reading.bulletin.id: reading for reading in readings}
        waiting: list[_Waiting] = []
        replaced = len(readings) - len(latest)
        for reading in latest.values():
            replaced += self._clear(reading.bulletin)
            bulletin = self._write_bulletin(reading)
            waiting += [_Waiting(event=e, bulletin=bulletin, turn=turn) for turn, e in enumerate(reading.events)]
        self._write_events(waiting)
        self._connection.executemany("INSERT INTO geomap_uses VALUES (?, ?)", sorted(self._uses))
        self._connection.execute(
            "DELETE FROM places WHERE fid IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM geomap_uses WHERE place = fid)",
            [to_json(sorted(self._left))],
        )
        describe_layers(self._connection)
        return PutResult(bulletins=len(readings), events=len(waiting), replaced=replaced)

    def _clear(self, bulletin: Bulletin) -> int:
        """Take away what a bulletin gave before, and return how many there were of it (0 or 1)."""
        used_before = "SELECT place FROM geomap_uses WHERE bulletin = (SELECT fid FROM bulletins WHERE id = ?)"
        self._left.update(place for (place,) in self._connection.execute(used_before, [bulletin.id]))
        # Its events and what points at them go with the bulletin (ON DELETE CASCADE).
        return self._connection.execute("DELETE FROM bulletins WHERE id = ?", [bulletin.id]).rowcount

    def _write_bulletin(self, reading: Reading) -> int:
        bulletin, used = reading.bulletin, set[int]()

        def ref_of(place: Place) -> int:
            fid = self._place(place).fid
            used.add(fid)
            return fid

        values = {field.name: getattr(bulletin, field.name) for field in fields(bulletin)}
        values["date"] = None if bulletin.date is None else bulletin.date.isoformat()
        values["notes"] = to_json(bulletin.notes)
        values["resolutions"] = to_json([resolution_record(r, ref_of) for r in reading.resolutions])
        fid = self._insert("bulletins", (*BULLETIN_COLUMNS, "resolutions"), values)
        self._uses.update((fid, place) for place in used)
        return fid

    def _write_events(self, waiting: Sequence[_Waiting]) -> None:
        geometries = np.empty(len(waiting), dtype=object)
        geometries[:] = [event_geometry(each.event) for each in waiting]
        bounds = shapely.bounds(geometries).reshape(-1, 4)  # west, south, east, north
        order = order_on_globe((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2)
        first, in_bulk = self._next_event(), self._is_bulk(len(waiting))
        insert_trigger = "rtree_events_geom_insert"
        if in_bulk:
            self._connection.execute(f"DROP TRIGGER {insert_trigger}")
        entries: list[spacetime.Entry] = []
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            entries += self._write_chunk([waiting[i] for i in chunk], geometries[chunk], first + start)
        if in_bulk:
            self._connection.execute(triggers("events")[insert_trigger])
            spacetime.fill(self._connection, [*spacetime.stored_entries(self._connection), *entries])
            fill_layer_tree(self._connection, first + np.arange(len(order)), bounds[order])
        else:
            spacetime.insert(self._connection, entries)

    def _is_bulk(self, events: int) -> bool:
        if events < _BULK:
            return False
        (there,) = self._connection.execute("SELECT count(*) FROM events").fetchone()
        return bool(events >= there)

    def _next_event(self) -> int:
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
        return 1 + (row[0] if row else 0)

    def _write_chunk(
        self, waiting: Sequence[_Waiting], geometries: NDArray[np.object_], first: int
    ) -> list[spacetime.Entry]:
        """Write events under the numbers from `first` on, and return their entries of the second tree."""
        rows, details, texts, at, entries = [], [], [], [], []
        for fid, each, blob in zip(range(first, first + len(waiting)), waiting, to_blobs(geometries), strict=True):
            event = each.event
            places = [self._place(place) for place in event.places()]
            row = event_row(event)
            rows.append((fid, blob, *row.values()))
            details.append((fid, each.turn, self._record(each)))
            texts.append((fid, "\n".join([fold_text(event.sentence), *(place.text for place in places)])))
            at += [(fid, place.fid, spacetime.entry_number(fid, turn)) for turn, place in enumerate(places)]
            when = spacetime.When(days=event_days(event), type_code=self._code(event.type))
            entries += spacetime.entries_of(fid, [place.bounds for place in places], when)
        marks = ", ".join("?" * len(_EVENT_COLUMNS))
        write = self._connection.executemany
        write(f"INSERT INTO events ({', '.join(_EVENT_COLUMNS)}) VALUES ({marks})", rows)
        write("INSERT INTO geomap_details VALUES (?, ?, ?)", details)
        write("INSERT INTO geomap_search VALUES (?, ?)", texts)
        write("INSERT INTO geomap_event_places VALUES (?, ?, ?)", at)
        return entries

    def _record(self, each: _Waiting) -> str:
        def ref_of(place: Place) -> int:
            fid = self._place(place).fid
            self._uses.add((each.bulletin, fid))
            return fid

        return to_json(event_record(each.event, ref_of))

    def _code(self, type_: str) -> int:
        if type_ not in self._codes:
            self._codes[type_] = spacetime.code_of(self._connection, type_)
        return self._codes[type_]

    def _place(self, place: Place) -> _Stored:
        """Return a place as it is now, storing it when it is new; another state is another row."""
        stored = self._places.get(id(place))
        if stored is None:
            record = to_json(to_feature(place))
            digest = hashlib.sha256(record.encode()).hexdigest()
            row = self._connection.execute("SELECT fid FROM places WHERE digest = ?", [digest]).fetchone()
            fid = row[0] if row else self._write_place(place, digest, record)
            stored = _Stored(fid=fid, bounds=place.geometry.bounds, text=place_text(place))
            self._places[id(place)] = stored
        return stored

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


def fill_layer_tree(
    connection: sqlite3.Connection, fids: NDArray[np.int64], bounds: NDArray[np.float64], *, keep: bool = True
) -> None:
    """Fill the standard R-tree of events anew, with what it holds (unless not to `keep`) and with more.

    Parameters
    ----------
    connection
        A connection within a transaction.
    fids
        Numbers of events.
    bounds
        Their west, south, east and north, degrees; NaN for an event without a geometry.
    keep
        Whether what the tree holds stays.
    """
    kept = connection.execute("SELECT * FROM rtree_events_geom").fetchall() if keep else []
    placed = ~np.isnan(bounds[:, 0])
    ids = np.concatenate([np.array([row[0] for row in kept], dtype=np.int64), fids[placed]])
    there = np.array([row[1:] for row in kept], dtype=np.float64).reshape(-1, 4)  # min x, max x, min y, max y
    edges = np.concatenate([there, bounds[placed][:, [0, 2, 1, 3]]])
    order = order_on_globe((edges[:, 0] + edges[:, 1]) / 2, (edges[:, 2] + edges[:, 3]) / 2)
    fill_tree(connection, "rtree_events_geom", ids[order], edges[order])


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


def check_readings(readings: Iterable[Reading]) -> None:
    """Refuse what would be lost or mixed up in the store.

    Raises
    ------
    InputError
        When a reading contradicts itself, or a geometry has coordinates that are no numbers.
    """
    sound: set[int] = set()  # places by identity; many events share one
    for reading in readings:
        _check_reading(reading, sound)


def _check_reading(reading: Reading, sound: set[int]) -> None:
    bulletin, seen = reading.bulletin, set[str]()
    for event in reading.events:
        if event.bulletin is not bulletin and event.bulletin != bulletin:
            raise InputError(f"the event belongs to another bulletin than {bulletin.id}", field=event.id)
        if event.id in seen:
            raise InputError("two events of the bulletin have this id", field=event.id)
        seen.add(event.id)
        for place in event.places():
            if id(place) not in sound and not _is_finite(place.geometry):
                raise InputError("the geometry has coordinates that are no numbers", field=place.id)
            sound.add(id(place))


def _is_finite(geometry: BaseGeometry) -> bool:
    return bool(np.isfinite(shapely.get_coordinates(geometry)).all())
