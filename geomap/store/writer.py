"""Encoded readings -> rows, within a transaction that is under way.

Events are written in Hilbert order of where they lie, whatever bulletin they are of, some thousands at a time. A call
that brings at least as many events as there are fills both trees anew at once; a smaller one adds to them
(`geomap.store.event_trees`).
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geomap.model import PART
from geomap.store import spacetime
from geomap.store.checked import batches
from geomap.store.columns import BULLETIN_COLUMNS, EVENT_COLUMNS
from geomap.store.contents import FlowBounds, describe_layers
from geomap.store.encoding import numbered
from geomap.store.event_store import PutResult
from geomap.store.event_trees import GrownTrees, NewTrees
from geomap.store.flows import FLOW_COLUMNS, flow_rows
from geomap.store.hilbert import order_on_globe
from geomap.store.record import to_json
from geomap.store.schema import EVENT_INDEXES
from geomap.store.stored_places import StoredPlaces

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.model import Place
    from geomap.store.connection import StoreConnection
    from geomap.store.encoding import EncodedEvent, EncodedReading
    from geomap.store.event_store import Progress
    from geomap.store.event_trees import EventTrees
    from geomap.store.stored_places import Shape

__all__ = ["Writer"]

_BULLETIN_COLUMNS = ("fid", *BULLETIN_COLUMNS, "resolutions")
_EVENT_COLUMNS = ("fid", "geom", *(column.name for column in EVENT_COLUMNS))
_TYPE = [column.name for column in EVENT_COLUMNS].index("type")

_CHUNK = 1000
"""Events whose rows are made before they are written."""

_BULK = 2000
"""Events from which it is worth asking whether the trees are to be filled anew."""

_STEPS = len(EVENT_INDEXES) + 2
"""Of making indexes and trees anew."""


class _Waiting(NamedTuple):
    """An event that is to be written: which of its bulletin's events it is, and its geometry."""

    event: EncodedEvent
    turn: int
    shape: Shape


class Writer:
    """Writes readings within a transaction that is under way.

    Parameters
    ----------
    connection
        A connection within a transaction.
    places
        The places that the readings name, by the numbers of their `Encoder`.
    folder
        Where temporary files may lie.
    on_progress
        Told how far it is.
    """

    def __init__(
        self,
        connection: StoreConnection,
        places: Sequence[Place],
        *,
        folder: Path,
        on_progress: Progress | None = None,
    ) -> None:
        self._connection = connection
        self._places = StoredPlaces(connection, places)
        self._folder = folder
        self._on_progress = on_progress or (lambda _what, _done, _all: None)
        self._left: set[int] = set()  # places that replaced bulletins used
        self._codes: dict[str, int] = {}
        self._flows = FlowBounds(connection)

    def write(self, readings: Iterable[EncodedReading], *, events: int) -> PutResult:
        """Write readings, each in place of what its bulletin's id gave before; of two with one id the later one.

        Parameters
        ----------
        readings
            The readings; one of `batches` is in memory at a time.
        events
            How many events they have in all.
        """
        in_bulk = self._is_bulk(events)
        trees = NewTrees(self._connection, self._folder) if in_bulk else GrownTrees(self._connection)
        bulletins = replaced = written = 0
        for batch in batches(readings):
            bulletins += len(batch)
            replaced += sum(self._clear(reading.bulletin.id) for reading in batch)
            self._write_bulletins(batch)
            for number in self._write_events(batch, trees):
                written += number
                self._on_progress("storing", written, events)
        for step, _ in enumerate(trees.finish(), start=1):
            self._on_progress("indexing", step, _STEPS)
        if self._left:
            self._connection.execute(
                "DELETE FROM places WHERE fid IN (SELECT value FROM json_each(?))"
                " AND NOT EXISTS (SELECT 1 FROM geomap_uses WHERE place = fid)",
                [to_json(sorted(self._left))],
            )
        describe_layers(self._connection, flows=self._flows.known())
        return PutResult(bulletins=bulletins, events=events, replaced=replaced)

    def _is_bulk(self, events: int) -> bool:
        if events < _BULK:
            return False
        (there,) = self._connection.execute("SELECT count(*) FROM events").fetchone()
        return bool(events >= there)

    def _clear(self, id_: str) -> int:
        """Take away what a bulletin gave before, and return how many bulletins that were."""
        # The parts of a long table go with it: there may be fewer of them now. ":" is the sign behind "9".
        before = "id = ? OR id BETWEEN ? AND ?"
        ids = [id_, f"{id_}{PART}0", f"{id_}{PART}:"]
        gone = [fid for (fid,) in self._connection.execute(f"SELECT fid FROM bulletins WHERE {before}", ids)]
        if not gone:
            return 0
        used_before = "SELECT place FROM geomap_uses WHERE bulletin IN (SELECT value FROM json_each(?))"
        self._left.update(place for (place,) in self._connection.execute(used_before, [to_json(gone)]))
        lines = "SELECT geom FROM geomap_flow_lines WHERE event IN (SELECT fid FROM events WHERE bulletin = ?)"
        for (bulletin,) in self._connection.execute(f"SELECT id FROM bulletins WHERE {before}", ids).fetchall():
            self._flows.remove(line for (line,) in self._connection.execute(lines, [bulletin]))
        # Its events and what points at them go with the bulletin (ON DELETE CASCADE).
        return self._connection.execute(f"DELETE FROM bulletins WHERE {before}", ids).rowcount

    def _write_bulletins(self, batch: Sequence[EncodedReading]) -> None:
        rows, uses = [], []
        self._places.store(number for reading in batch for number in reading.bulletin.uses)
        for fid, (bulletin, _) in enumerate(batch, start=self._next("bulletins")):
            rows.append((fid, *bulletin.row, numbered(bulletin.resolutions, self._places.refs)))
            uses += [(fid, place) for place in sorted({self._places.fids[number] for number in bulletin.uses})]
        self._insert("bulletins", rows, _BULLETIN_COLUMNS)
        self._insert("geomap_uses", uses)

    def _write_events(self, batch: Sequence[EncodedReading], trees: EventTrees) -> Iterable[int]:
        """Write the events of a batch in their order on the globe, and yield how many were written each time."""
        turned = [(event, turn) for reading in batch for turn, event in enumerate(reading.events)]
        shapes = self._places.shapes_of([event.places for event, _ in turned])
        waiting = [_Waiting(*of, shape) for of, shape in zip(turned, shapes, strict=True)]
        bounds = np.array([each.shape.bounds for each in waiting], dtype=np.float64).reshape(-1, 4)
        order = order_on_globe((bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2)
        first = self._next("events")
        for start in range(0, len(order), _CHUNK):
            chunk = order[start : start + _CHUNK]
            fids = first + start + np.arange(len(chunk))
            entries = self._write_chunk([waiting[i] for i in chunk.tolist()], fids)
            trees.add(entries, fids, bounds[chunk])
            yield len(chunk)

    def _write_chunk(self, waiting: Sequence[_Waiting], fids: NDArray[np.int64]) -> spacetime.Entries:
        """Write events under their numbers, and return their entries of the second tree."""
        known, codes = self._places, self._codes
        rows, details, texts, at, places, events, flows = [], [], [], [], [], [], []
        for fid, (event, turn, shape) in zip(fids.tolist(), waiting, strict=True):
            row, record, text, days, numbers, lines = event
            rows.append((fid, shape.blob, *row))
            details.append((fid, turn, numbered(record, known.refs)))
            texts.append((fid, "\n".join([text, *[known.texts[number] for number in numbers]])))
            at += [(fid, known.fids[n], spacetime.entry_number(fid, place)) for place, n in enumerate(numbers)]
            places += [known.bounds[number] for number in numbers]
            type_ = str(row[_TYPE])
            code = codes.get(type_) or self._code(type_)
            events += [(*(days or spacetime.NO_DAYS), code)] * len(numbers)
            flows += [(fid, known.flow(line)) for line in lines]
        with self._connection.without_triggers():  # `EventTrees` see to it
            self._insert("events", rows, _EVENT_COLUMNS)
        self._insert("geomap_details", details)
        self._insert("geomap_search", texts)
        self._insert("geomap_event_places", at)
        flown = flow_rows(flows)
        self._insert("geomap_flow_lines", flown, FLOW_COLUMNS)
        self._flows.add(row[0] for row in flown)
        return spacetime.entries_of([number for _, _, number in at], places, events)

    def _code(self, type_: str) -> int:
        self._codes[type_] = spacetime.code_of(self._connection, type_)
        return self._codes[type_]

    def _next(self, table: str) -> int:
        """Return the number that the next row of a table gets, higher than any given before."""
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", [table]).fetchone()
        return 1 + (row[0] if row else 0)

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]], columns: Sequence[str] = ()) -> None:
        """Insert rows; columns without any value need not be handed over, which is most of the work."""
        if not rows:
            return
        if columns:
            held = {
                name: values
                for name, values in zip(columns, zip(*rows, strict=True), strict=True)
                if values[0] is not None or values.count(None) < len(values)
            }
            columns, rows = list(held), list(zip(*held.values(), strict=True))
        names = f" ({', '.join(columns)})" if columns else ""
        sql = f"INSERT INTO {table}{names} VALUES ({', '.join('?' * len(rows[0]))})"
        self._connection.executemany(sql, rows)
