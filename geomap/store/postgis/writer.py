"""Encoded readings -> rows by COPY, within a transaction that is under way and while nobody else writes.

Events are written in Hilbert order of where they lie, whatever bulletin they are of, a batch at a time.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, LiteralString, NamedTuple

import numpy as np
import shapely
from psycopg import sql

from geomap.gazetteer.linked_places import to_feature
from geomap.model import PART
from geomap.query import place_text
from geomap.store.checked import batches
from geomap.store.columns import BULLETIN_COLUMNS, EVENT_COLUMNS, geometry_of
from geomap.store.encoding import numbered
from geomap.store.event_store import PutResult
from geomap.store.flows import FLOW_COLUMNS, Flow, flow_rows
from geomap.store.hilbert import keys_on_globe
from geomap.store.postgis.schema import FILLED
from geomap.store.postgis.texts import kept
from geomap.store.record import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geomap.model import Place
    from geomap.store.encoding import EncodedEvent, EncodedReading
    from geomap.store.event_store import Progress
    from geomap.store.postgis.link import Connection

__all__ = ["Writer"]

_BULLETIN_COLUMNS = ("fid", *BULLETIN_COLUMNS, "resolutions")
_PLACE_VALUES = ("id", "name", "type", "certainty", "approximate", "uncertainty_km")
_PLACE_COLUMNS = ("fid", "geom", "west", "south", "east", "north", *_PLACE_VALUES, "digest", "record")
_NAMES = tuple(column.name for column in EVENT_COLUMNS)
_EVENT_COLUMNS = ("fid", "geom", *_NAMES, "curve")
_SHARED = ("type", "first_day", "last_day")  # of an event, in `event_places`, too
_SHARED_AT = tuple(map(_NAMES.index, _SHARED))

_CHUNK = 2000
"""Events whose rows are made before they are written."""

_SHAPES = 500
"""Geometries of several places that are kept while readings are written."""

_MANY = 1000
"""Events from which the planner is told how the tables have changed."""


class _Waiting(NamedTuple):
    """An event that is to be written, and which of its bulletin's events it is."""

    event: EncodedEvent
    turn: int


class _Lying(NamedTuple):
    """Under which number an event is written, where it lies on the curve, and its geometry."""

    fid: int
    curve: int
    ewkb: str | None


class Writer:
    """Writes readings by one connection.

    Parameters
    ----------
    connection
        A connection within a transaction.
    places
        The places of the encoder, by whose numbers the readings name them.
    on_progress
        Told how many events are written.
    """

    def __init__(self, connection: Connection, places: Sequence[Place], *, on_progress: Progress | None = None) -> None:
        self._connection = connection
        self._on_progress = on_progress or (lambda _what, _done, _all: None)
        self._places = places
        self._fids = [0] * len(places)  # of the places in the store, 0 where that is not known yet
        self._refs = [""] * len(places)  # the same as text
        self._texts = [""] * len(places)  # the names of the places, folded
        self._shapes: dict[tuple[int, ...], BaseGeometry | None] = {}  # of events, by the numbers of their places
        self._left: set[int] = set()  # places that replaced bulletins used

    def write(self, readings: Iterable[EncodedReading], *, events: int) -> PutResult:
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
            self._store_places(dict.fromkeys(number for reading in batch for number in reading.bulletin.uses))
            self._write_bulletins(batch)
            for number in self._write_events(batch):
                written += number
                self._on_progress("storing", written, events)
        if self._left:
            self._connection.execute(
                "DELETE FROM places WHERE fid = ANY(%s) AND NOT EXISTS (SELECT 1 FROM uses WHERE place = fid)",
                [sorted(self._left)],
            )
        if events >= _MANY:
            tables = sql.SQL(", ").join(map(sql.Identifier, FILLED))
            self._connection.execute(sql.SQL("ANALYZE {}").format(tables))  # passes over what is not this role's own
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

    def _write_bulletins(self, readings: Sequence[EncodedReading]) -> None:
        fids = self._new_numbers("bulletins", len(readings))
        rows, uses = [], []
        for fid, (bulletin, _) in zip(fids, readings, strict=True):
            rows.append((fid, *bulletin.row, numbered(bulletin.resolutions, self._refs)))
            uses += [(fid, place) for place in sorted({self._fids[number] for number in bulletin.uses})]
        self._copy("bulletins", _BULLETIN_COLUMNS, rows)
        self._copy("uses", ("bulletin", "place"), uses)

    def _write_events(self, readings: Sequence[EncodedReading]) -> Iterator[int]:
        """Write the events of a batch in their order on the globe, and yield how many were written each time."""
        waiting = [_Waiting(event, turn) for reading in readings for turn, event in enumerate(reading.events)]
        geometries = np.empty(len(waiting), dtype=object)
        geometries[:] = [self._geometry(each.event.places) for each in waiting]
        bounds = shapely.bounds(geometries).reshape(-1, 4)  # west, south, east, north
        curve = keys_on_globe((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2)
        order = np.argsort(curve, kind="stable")
        fids = self._new_numbers("events", len(waiting))
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            lying = zip(fids[start : start + _CHUNK], curve[chunk].tolist(), _ewkb(geometries[chunk]), strict=True)
            self._write_chunk([waiting[i] for i in chunk.tolist()], list(map(_Lying._make, lying)))
            yield len(chunk)

    def _write_chunk(self, waiting: Sequence[_Waiting], lying: Sequence[_Lying]) -> None:
        rows, details, words, at, flows = [], [], [], [], []
        for (fid, key, ewkb), (event, turn) in zip(lying, waiting, strict=True):
            rows.append((fid, ewkb, *event.row, key))
            details.append((fid, key, turn, numbered(event.record, self._refs)))
            words.append((fid, key, "\n".join([event.text, *(self._texts[n] for n in event.places)]).encode()))
            shared = [event.row[place] for place in _SHARED_AT]
            at += [(fid, place, *shared) for place in dict.fromkeys(self._fids[n] for n in event.places)]
            flows += [(fid, Flow(self._places[a], self._places[b], shared)) for a, b, shared in event.flows]
        self._copy("events", _EVENT_COLUMNS, rows)
        self._copy("details", ("event", "curve", "turn", "record"), details)
        self._copy("words", ("event", "curve", "folded"), words)
        self._copy("event_places", ("event", "place", *_SHARED), at)
        self._copy("flow_lines", FLOW_COLUMNS, flow_rows(flows, _ewkb))

    def _geometry(self, numbers: tuple[int, ...]) -> BaseGeometry | None:
        """Return the geometry of an event at places; many happen at the same, and areas are slow to join."""
        if numbers not in self._shapes:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            self._shapes[numbers] = geometry_of([self._places[number] for number in numbers])
        return self._shapes[numbers]

    def _store_places(self, numbers: Iterable[int]) -> None:
        """See to it that places are in the store, each in the state that it is in now; another state is another row."""
        new = [number for number in numbers if not self._fids[number]]
        records = {number: to_json(to_feature(self._places[number])) for number in new}
        digests = {number: hashlib.sha256(record.encode()).hexdigest() for number, record in records.items()}
        found = self._connection.execute("SELECT digest, fid FROM places WHERE digest = ANY(%s)", [[*digests.values()]])
        known: dict[str, int] = dict(found.fetchall())
        unknown = {digest: number for number, digest in digests.items() if digest not in known}
        known |= zip(unknown, self._new_numbers("places", len(unknown)), strict=True)
        rows, within = [], []
        for digest, number in unknown.items():
            place, fid = self._places[number], known[digest]
            rows.append((*_place_row(fid, place), digest, records[number]))
            within += [(container, fid) for container in {place.id, *place.parents}]
        self._copy("places", _PLACE_COLUMNS, rows)
        self._copy("within", ("container", "place"), within)
        for number in new:
            self._fids[number] = known[digests[number]]
            self._refs[number] = str(self._fids[number])
            self._texts[number] = place_text(self._places[number])

    def _new_numbers(self, table: str, count: int) -> list[int]:
        """Draw numbers that no row has had."""
        drawn = "SELECT nextval(pg_get_serial_sequence(%s, 'fid')) FROM generate_series(1, %s)"
        return self._numbers(drawn, [table, count]) if count else []

    def _numbers(self, query: LiteralString, values: Sequence[object]) -> list[int]:
        return [number for (number,) in self._connection.execute(query, values)]

    def _copy(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        if not rows:
            return
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([kept(value) if type(value) is str else value for value in row])


def _place_row(fid: int, place: Place) -> tuple[Any, ...]:
    geometry = shapely.force_2d(place.geometry)
    edges = (None,) * 4 if geometry.is_empty else geometry.bounds
    return fid, _one_ewkb(geometry), *edges, *(getattr(place, name) for name in _PLACE_VALUES)


def _one_ewkb(geometry: BaseGeometry) -> str | None:
    return _ewkb(np.array([geometry], dtype=object))[0]


def _ewkb(geometries: NDArray[np.object_]) -> list[str | None]:
    """Return geometries as PostGIS takes them, None for None."""
    placed = shapely.set_srid(geometries, 4326)
    found: list[str | None] = shapely.to_wkb(placed, hex=True, include_srid=True).tolist()
    return found
