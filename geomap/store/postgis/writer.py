"""Readings -> rows by COPY, within a transaction that is under way and while nobody else writes.

Events are written in Hilbert order of where they lie, whatever bulletin they are of, a batch at a time.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any, LiteralString

import numpy as np
import shapely
from psycopg import sql

from geomap.gazetteer.linked_places import to_feature
from geomap.model import PART
from geomap.query import fold_text, place_text
from geomap.store.checked import batches
from geomap.store.columns import BULLETIN_COLUMNS, EVENT_COLUMNS, event_geometry, event_row
from geomap.store.event_store import PutResult
from geomap.store.hilbert import keys_on_globe
from geomap.store.postgis.texts import kept
from geomap.store.record import event_json, resolution_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geomap.model import Event, Place, Reading, Resolution
    from geomap.store.event_store import Progress
    from geomap.store.postgis.link import Connection
    from geomap.store.record import RefOf

__all__ = ["Writer"]

_BULLETIN_COLUMNS = ("fid", *BULLETIN_COLUMNS, "resolutions")
_PLACE_VALUES = ("id", "name", "type", "certainty", "approximate", "uncertainty_km")
_PLACE_COLUMNS = ("fid", "geom", "west", "south", "east", "north", *_PLACE_VALUES, "digest", "record")
_EVENT_COLUMNS = ("fid", "geom", *(column.name for column in EVENT_COLUMNS), "curve")

_CHUNK = 2000
"""Events whose rows are made before they are written."""

_SHAPES = 500
"""Geometries of several places that are kept while readings are written."""

_MANY = 1000
"""Events from which the planner is told how the tables have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """A place in the store: its number and its names, folded."""

    fid: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """An event that is to be written, which of its bulletin's events it is, and the places that the bulletin uses."""

    event: Event
    used: set[int]
    turn: int


class Writer:
    """Writes readings by one connection."""

    def __init__(self, connection: Connection, on_progress: Progress | None = None) -> None:
        self._connection = connection
        self._on_progress = on_progress or (lambda _what, _done, _all: None)
        self._places: dict[int, _Stored] = {}  # by identity: the readings hold the places as long as this lives
        self._shapes: dict[tuple[int, ...], BaseGeometry | None] = {}  # of events, by the numbers of their places
        self._left: set[int] = set()  # places that replaced bulletins used

    def write(self, readings: Iterable[Reading], *, events: int) -> PutResult:
        """Write readings, each in place of what its bulletin's id gave before; of two with one id the later one.

        Parameters
        ----------
        readings
            The readings; one of `batches` is in memory at a time.
        events
            How many events they have in all.
        """
        bulletins = replaced = written = 0
        for batch in batches(readings):
            bulletins += len(batch)
            replaced += self._clear([reading.bulletin.id for reading in batch])
            self._write_batch(batch)
            written += sum(len(reading.events) for reading in batch)
            self._on_progress("storing", written, events)
        if self._left:
            self._connection.execute(
                "DELETE FROM places WHERE fid = ANY(%s) AND NOT EXISTS (SELECT 1 FROM uses WHERE place = fid)",
                [sorted(self._left)],
            )
        if events >= _MANY:
            self._connection.execute("ANALYZE")  # passes over what is not this role's own
        return PutResult(bulletins=bulletins, events=events, replaced=replaced)

    def _clear(self, ids: Sequence[str]) -> int:
        """Take away what bulletins gave before, and return how many that were."""
        # The parts of a long table go with it: there may be fewer of them now. ":" is the sign behind "9".
        gone = self._numbers(
            "SELECT b.fid FROM unnest(%s::text[]) asked(id) JOIN bulletins b ON b.id = asked.id UNION"
            " SELECT b.fid FROM unnest(%s::text[], %s::text[]) parts(first, last)"
            " JOIN bulletins b ON b.id BETWEEN parts.first AND parts.last",
            [
                list(map(kept, ids)),
                [kept(f"{id_}{PART}0") for id_ in ids],
                [kept(f"{id_}{PART}:") for id_ in ids],
            ],
        )
        if gone:
            self._left.update(self._numbers("SELECT DISTINCT place FROM uses WHERE bulletin = ANY(%s)", [gone]))
            # Its events and what points at them go with the bulletin (ON DELETE CASCADE).
            self._connection.execute("DELETE FROM bulletins WHERE fid = ANY(%s)", [gone])
        return len(gone)

    def _write_batch(self, readings: Sequence[Reading]) -> None:
        self._store_places(readings)
        uses: defaultdict[int, set[int]] = defaultdict(set)
        numbers = self._new_numbers("bulletins", len(readings))
        rows = [self._bulletin_row(r, number, uses[number]) for r, number in zip(readings, numbers, strict=True)]
        self._copy("bulletins", _BULLETIN_COLUMNS, rows)
        waiting = [
            _Waiting(event=event, used=uses[number], turn=turn)
            for reading, number in zip(readings, numbers, strict=True)
            for turn, event in enumerate(reading.events)
        ]
        self._write_events(waiting)
        pairs = ((bulletin, place) for bulletin, places in uses.items() for place in sorted(places))
        self._copy("uses", ("bulletin", "place"), pairs)

    def _bulletin_row(self, reading: Reading, number: int, used: set[int]) -> tuple[Any, ...]:
        values = {field.name: getattr(reading.bulletin, field.name) for field in fields(reading.bulletin)}
        values["notes"] = to_json(reading.bulletin.notes)
        resolutions = f"[{','.join(resolution_json(r, self._counting(used)) for r in reading.resolutions)}]"
        return number, *(values[name] for name in BULLETIN_COLUMNS), resolutions

    def _write_events(self, waiting: Sequence[_Waiting]) -> None:
        geometries = np.empty(len(waiting), dtype=object)
        geometries[:] = [self._geometry(each.event) for each in waiting]
        bounds = shapely.bounds(geometries).reshape(-1, 4)  # west, south, east, north
        curve = keys_on_globe((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2)
        order = np.argsort(curve, kind="stable")
        numbers = self._new_numbers("events", len(waiting))
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            lying = zip(numbers[start : start + _CHUNK], curve[chunk].tolist(), _ewkb(geometries[chunk]), strict=True)
            self._write_chunk([waiting[i] for i in chunk], list(lying))

    def _write_chunk(self, waiting: Sequence[_Waiting], lying: Sequence[tuple[int, int, str | None]]) -> None:
        """Write events; each has its number, where it lies on the curve, and its geometry."""
        rows, details, words, at = [], [], [], []
        for (fid, key, ewkb), each in zip(lying, waiting, strict=True):
            event = each.event
            places = [self._places[id(place)] for place in event.places()]
            rows.append((fid, ewkb, *event_row(event).values(), key))
            record = event_json(event, partial(resolution_json, ref_of=self._counting(each.used)))
            details.append((fid, key, each.turn, record))
            folded = "\n".join([fold_text(event.sentence), *(place.text for place in places)])
            words.append((fid, key, folded.encode()))
            at += [(fid, place.fid) for place in places]
        self._copy("events", _EVENT_COLUMNS, rows)
        self._copy("details", ("event", "curve", "turn", "record"), details)
        self._copy("words", ("event", "curve", "folded"), words)
        self._copy("event_places", ("event", "place"), dict.fromkeys(at))

    def _geometry(self, event: Event) -> BaseGeometry | None:
        """Return the geometry of an event; many happen at the same places, and areas are slow to join."""
        places = event.places()
        if len(places) < 2:
            return event_geometry(event)
        key = tuple(self._places[id(place)].fid for place in places)
        if key not in self._shapes:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            self._shapes[key] = event_geometry(event)
        return self._shapes[key]

    def _store_places(self, readings: Iterable[Reading]) -> None:
        """Store the places that readings name, as they are now; another state is another row."""
        new = {id(place): place for r in readings for place in _places_of(r) if id(place) not in self._places}
        records = {key: to_json(to_feature(place)) for key, place in new.items()}
        digests = {key: hashlib.sha256(record.encode()).hexdigest() for key, record in records.items()}
        found = self._connection.execute("SELECT digest, fid FROM places WHERE digest = ANY(%s)", [[*digests.values()]])
        known: dict[str, int] = dict(found.fetchall())
        unknown = {digest: key for key, digest in digests.items() if digest not in known}
        known |= zip(unknown, self._new_numbers("places", len(unknown)), strict=True)
        rows = [(known[digest], new[key], digest, records[key]) for digest, key in unknown.items()]
        self._copy("places", _PLACE_COLUMNS, map(_place_row, *zip(*rows, strict=True)) if rows else ())
        within = ((container, fid) for fid, place, *_ in rows for container in {place.id, *place.parents})
        self._copy("within", ("container", "place"), within)
        for key, place in new.items():
            self._places[key] = _Stored(fid=known[digests[key]], text=place_text(place))

    def _counting(self, used: set[int]) -> RefOf:
        """Return what names a place by its number, and notes that it is used."""

        def ref_of(place: Place) -> int:
            fid = self._places[id(place)].fid
            used.add(fid)
            return fid

        return ref_of

    def _new_numbers(self, table: str, count: int) -> list[int]:
        """Draw numbers that no row has had."""
        drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'fid')) FROM generate_series(1, %s)"
        return self._numbers(drawn, [table, count]) if count else []

    def _numbers(self, query: LiteralString, values: Sequence[object]) -> list[int]:
        return [number for (number,) in self._connection.execute(query, values)]

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([kept(value) if type(value) is str else value for value in row])


def _places_of(reading: Reading) -> Iterator[Place]:
    """Yield the places that a reading names, candidates among them."""
    for resolution in _resolutions_of(reading):
        if resolution.place is not None:
            yield resolution.place
        for candidate in resolution.candidates:
            yield candidate.place


def _resolutions_of(reading: Reading) -> Iterator[Resolution]:
    yield from reading.resolutions
    for event in reading.events:
        for roles in (event.roles, event.inferred):
            for _, found in roles.items():
                yield from found


def _place_row(fid: int, place: Place, digest: str, record: str) -> tuple[Any, ...]:
    geometry = shapely.force_2d(place.geometry)
    edges = (None,) * 4 if geometry.is_empty else geometry.bounds
    (ewkb,) = _ewkb(np.array([geometry], dtype=object))
    return fid, ewkb, *edges, *(getattr(place, name) for name in _PLACE_VALUES), digest, record


def _ewkb(geometries: NDArray[np.object_]) -> list[str | None]:
    """Return geometries as PostGIS takes them, None for None."""
    placed = shapely.set_srid(geometries, 4326)
    found: list[str | None] = shapely.to_wkb(placed, hex=True, include_srid=True).tolist()
    return found
