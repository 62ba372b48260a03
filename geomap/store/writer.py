"""Readings -> rows, within a transaction that is under way.

Events are written in Hilbert order of where they lie, whatever bulletin they are of, some thousands at a time. A call
that brings at least as many events as there are fills both trees anew at once (`geomap.store.packed_tree`); a smaller
one adds to them.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geomap.gazetteer.linked_places import to_feature
from geomap.model import PART
from geomap.query import event_days, fold_text, place_text
from geomap.store import spacetime
from geomap.store.blob import to_blob, to_blobs
from geomap.store.checked import batches
from geomap.store.columns import BULLETIN_COLUMNS, EVENT_COLUMNS, event_geometry, event_row
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

__all__ = ["Writer", "describe_layers", "fill_layer_tree"]

_PLACE_COLUMNS = ("geom", "id", "name", "type", "certainty", "approximate", "uncertainty_km", "digest", "record")
_EVENT_COLUMNS = ("fid", "geom", *(column.name for column in EVENT_COLUMNS))

_CHUNK = 1000
"""Events whose rows are made before they are written."""

_BULK = 2000
"""Events from which it is worth asking whether the trees are to be filled anew."""

_SHAPES = 500
"""Geometries of several places that are kept while readings are written."""


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
        self._uses: defaultdict[int, set[int]] = defaultdict(set)  # places by bulletin
        self._left: set[int] = set()  # places that replaced bulletins used
        self._codes: dict[str, int] = {}
        self._shapes: dict[tuple[int, ...], BaseGeometry | None] = {}  # of events, by the numbers of their places
        self._bounds: list[tuple[NDArray[np.int64], NDArray[np.float64]]] = []  # of events that no tree holds yet

    def write(self, readings: Iterable[Reading], *, events: int) -> PutResult:
        """Write readings, each in place of what its bulletin's id gave before; of two with one id the later one.

        Parameters
        ----------
        readings
            The readings; one of `batches` is in memory at a time.
        events
            How many events they have in all.
        """
        in_bulk = self._is_bulk(events)
        trigger = "rtree_events_geom_insert"
        if in_bulk:
            self._connection.execute(f"DROP TRIGGER {trigger}")
        bulletins = replaced = 0
        for batch in batches(readings):
            bulletins += len(batch)
            replaced += self._write_batch(batch, in_bulk=in_bulk)
        if in_bulk:
            self._connection.execute(triggers("events")[trigger])
            self._fill_trees()
        self._connection.execute(
            "DELETE FROM places WHERE fid IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM geomap_uses WHERE place = fid)",
            [to_json(sorted(self._left))],
        )
        describe_layers(self._connection)
        return PutResult(bulletins=bulletins, events=events, replaced=replaced)

    def _is_bulk(self, events: int) -> bool:
        if events < _BULK:
            return False
        (there,) = self._connection.execute("SELECT count(*) FROM events").fetchone()
        return bool(events >= there)

    def _write_batch(self, readings: Sequence[Reading], *, in_bulk: bool) -> int:
        """Write readings, and return how many bulletins they replaced."""
        waiting: list[_Waiting] = []
        replaced = 0
        for reading in readings:
            replaced += self._clear(reading.bulletin)
            bulletin = self._write_bulletin(reading)
            waiting += [_Waiting(event=e, bulletin=bulletin, turn=turn) for turn, e in enumerate(reading.events)]
        self._write_events(waiting, in_bulk=in_bulk)
        uses = ((bulletin, place) for bulletin, places in self._uses.items() for place in sorted(places))
        self._connection.executemany("INSERT INTO geomap_uses VALUES (?, ?)", uses)
        self._uses.clear()
        return replaced

    def _clear(self, bulletin: Bulletin) -> int:
        """Take away what a bulletin gave before, and return how many bulletins that were."""
        # The parts of a long table go with it: there may be fewer of them now. ":" is the sign behind "9".
        before = "id = ? OR id BETWEEN ? AND ?"
        ids = [bulletin.id, f"{bulletin.id}{PART}0", f"{bulletin.id}{PART}:"]
        gone = [fid for (fid,) in self._connection.execute(f"SELECT fid FROM bulletins WHERE {before}", ids)]
        if not gone:
            return 0
        used_before = "SELECT place FROM geomap_uses WHERE bulletin IN (SELECT value FROM json_each(?))"
        self._left.update(place for (place,) in self._connection.execute(used_before, [to_json(gone)]))
        # Its events and what points at them go with the bulletin (ON DELETE CASCADE).
        return self._connection.execute(f"DELETE FROM bulletins WHERE {before}", ids).rowcount

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
        self._uses[fid] |= used
        return fid

    def _write_events(self, waiting: Sequence[_Waiting], *, in_bulk: bool) -> None:
        geometries = np.empty(len(waiting), dtype=object)
        geometries[:] = [self._geometry(each.event) for each in waiting]
        bounds = shapely.bounds(geometries).reshape(-1, 4)  # west, south, east, north
        order = order_on_globe((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2)
        first = self._next_event()
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            entries = self._write_chunk([waiting[i] for i in chunk], geometries[chunk], first + start)
            if not in_bulk:
                spacetime.insert(self._connection, entries)
        if in_bulk:
            self._bounds.append((first + np.arange(len(order)), bounds[order]))

    def _geometry(self, event: Event) -> BaseGeometry | None:
        """Return the geometry of an event; many happen at the same places, and areas are slow to join."""
        places = event.places()
        if len(places) < 2:
            return event_geometry(event)
        key = tuple(self._place(place).fid for place in places)
        if key not in self._shapes:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            self._shapes[key] = event_geometry(event)
        return self._shapes[key]

    def _fill_trees(self) -> None:
        """Fill both trees anew at once; an event that was replaced in the same call is no longer there."""
        spacetime.fill(self._connection, spacetime.due_entries(self._connection))
        fids = np.concatenate([fids for fids, _ in self._bounds])
        there = np.fromiter((fid for (fid,) in self._connection.execute("SELECT fid FROM events")), dtype=np.int64)
        is_there = np.isin(fids, there)
        bounds = np.concatenate([bounds for _, bounds in self._bounds])
        fill_layer_tree(self._connection, fids[is_there], bounds[is_there])

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
            self._uses[each.bulletin].add(fid)
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
