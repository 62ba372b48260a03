"""The default store: one GeoPackage file, by SQLite alone.

Each call of `GeoPackageStore.put` is one transaction with SQLite's rollback journal: a process that dies leaves the
store as it was before or after it. Tables and indexes stand in `geomap.store.schema`, questions in
`geomap.store.search`, writing in `geomap.store.writer`, reading in `geomap.store.rows`.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Unpack

import shapely

from geomap.bbox import BBox
from geomap.errors import InputError, StoreError
from geomap.store.arrow_rows import arrow_rows, can_read_arrow
from geomap.store.blob import from_blobs
from geomap.store.checked import Checked, weight
from geomap.store.columns import EVENT_ORDER
from geomap.store.connection import connect, remove_unused, transaction
from geomap.store.encoding import Encoder
from geomap.store.event_store import Asked, EventStore, PutResult, StoreInfo
from geomap.store.faults import told_plainly
from geomap.store.file_use import identity
from geomap.store.frame import columns_of, frame_of_arrow, frame_of_rows
from geomap.store.rows import Rows
from geomap.store.search import Condition, condition
from geomap.store.spool import Spool
from geomap.store.upkeep import compact, problems, store_info
from geomap.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import geopandas as gpd

    from geomap.model import Bulletin, Event, Reading
    from geomap.query import EventQuery
    from geomap.store.columns import Column
    from geomap.store.event_store import Progress

__all__ = ["GeoPackageStore"]

_LARGE = 300
"""Rows from which a frame is worth a second way of reading them."""

_BATCH = 500
"""Events read at once: enough to be fast, few enough to begin soon."""


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
        self.address = str(path)
        self._is_new, self._has_failed = create and not path.exists(), False
        self._connection = connect(path, create=create, timeout_s=timeout_s)
        self._file = identity(path)
        self._rows = Rows(self._connection, path)

    def put(self, readings: Iterable[Reading], *, on_progress: Progress | None = None) -> PutResult:
        """Store readings, all or none; see `EventStore.put`.

        Raises
        ------
        InputError
            When a reading contradicts itself or holds what no store can keep.
        StoreError
            When the store cannot be written; it is then as it was before the call.
        """
        checked, encoder = Checked(readings), Encoder()
        folder = self.path.absolute().parent
        try:
            with closing(Spool(encoder.encode(checked), folder=folder, weight=weight, plain=True)) as kept:
                self._check_open()
                with told_plainly(self.path), transaction(self._connection, "IMMEDIATE"):
                    self._check_in_place()
                    writer = Writer(self._connection, encoder.places, folder=folder, on_progress=on_progress)
                    done = writer.write(kept, events=checked.events)
            self._is_new = False
            return done
        except UnicodeEncodeError as error:
            self._has_failed = True
            raise InputError(f"a text holds broken characters ({error.reason}); read the file as UTF-8") from error
        except BaseException:
            self._has_failed = True
            raise

    def query(self, q: EventQuery | None = None, **asked: Unpack[Asked]) -> Iterator[Event]:
        """Return an iterator over the events that a question matches; see `EventStore.query`.

        Raises
        ------
        StoreError
            When the store cannot be read, or events were replaced by another writer between two batches.
        """
        self._check_open()
        return self._events(self.question(q, asked))

    def _events(self, q: EventQuery) -> Iterator[Event]:
        bulletins: dict[str, Bulletin] = {}
        self._check_open()
        with told_plainly(self.path), transaction(self._connection):
            fids = self._ordered(q)
            events = self._rows.events(fids[:_BATCH], bulletins)
        yield from events
        for start in range(_BATCH, len(fids), _BATCH):
            with told_plainly(self.path), transaction(self._connection):
                events = self._rows.events(fids[start : start + _BATCH], bulletins)
            yield from events

    def count(self, q: EventQuery | None = None, **asked: Unpack[Asked]) -> int:
        """Return how many events a question matches, whatever its limit.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        self._check_open()
        q = self.question(q, asked)
        with told_plainly(self.path), transaction(self._connection):
            meant = self._condition(q)
            if meant.fids is not None and meant.sql is None:
                return len(meant.fids)
            where, values = meant.where()
            (number,) = self._connection.execute(f"SELECT count(*) FROM events WHERE {where}", values).fetchone()
        return int(number)

    def to_geodataframe(
        self, q: EventQuery | None = None, *, columns: Iterable[str] | None = None, **asked: Unpack[Asked]
    ) -> gpd.GeoDataFrame:
        """Return the events that a question matches as a frame, off the columns of the layer; see `EventStore`.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        self._check_open()
        q, wanted = self.question(q, asked), columns_of(columns)
        names = ", ".join(["geom", *(column.name for column in wanted)])
        with told_plainly(self.path), transaction(self._connection):
            meant = self._condition(q)
            where, values = meant.where()
            sql = f"SELECT {names} FROM events WHERE {where} ORDER BY {EVENT_ORDER} LIMIT ? OFFSET ?"
            asked_for = [*values, *_part(q)]
            most = self._many(meant, q)
            rows = [] if most else self._connection.execute(sql, asked_for).fetchall()
        if most:
            frame = self._frame_by_arrow(sql, asked_for, wanted, most)
            if frame is not None:
                return frame
            with told_plainly(self.path), transaction(self._connection):
                rows = self._connection.execute(sql, asked_for).fetchall()
        try:
            return frame_of_rows([row[1:] for row in rows], from_blobs([row[0] for row in rows]), wanted)
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise StoreError(f"a row cannot be read ({error}); ingest its bulletin again", path=self.path) from error

    def _many(self, meant: Condition, q: EventQuery) -> int:
        """Return how many rows a question gives when they are many, and can be counted in advance; else 0."""
        if meant.fids is None or meant.sql is not None or not can_read_arrow():
            return 0
        rest = max(0, len(meant.fids) - q.offset)
        most = rest if q.limit is None else min(rest, q.limit)
        return most if most >= _LARGE else 0

    def _frame_by_arrow(
        self, sql: str, values: Sequence[object], columns: Sequence[Column], most: int
    ) -> gpd.GeoDataFrame | None:
        """Return a frame off Arrow columns; None when it cannot be had this way."""
        table = arrow_rows(self.path, self._connection.use, sql, values, at_most=most)
        if table is None:
            return None
        if table.num_rows != most:  # their numbers are known, and never given again
            raise self._rows.changed()
        try:
            return frame_of_arrow(table, columns, from_blobs(table.column("geom").to_pylist()))
        except (NotImplementedError, TypeError, ValueError, shapely.errors.ShapelyError):
            return None  # a value is not what its column says: row by row it is told which

    def extent(self, q: EventQuery | None = None, **asked: Unpack[Asked]) -> BBox | None:
        """Return a box around the places of the events that a question matches; see `EventStore.extent`.

        Raises
        ------
        InputError
            When the keywords are no question.
        StoreError
            When the store cannot be read.
        """
        self._check_open()
        q = self.question(q, asked)
        with told_plainly(self.path), transaction(self._connection):
            where, values = self._condition(q).where()
            edges = "min(minx), min(miny), max(maxx), max(maxy)"
            sql = f"SELECT {edges} FROM rtree_events_geom WHERE id IN (SELECT fid FROM events WHERE {where})"
            west, south, east, north = self._connection.execute(sql, values).fetchone()
        if west is None:
            return None
        return BBox(max(-180.0, west), max(-90.0, south), min(180.0, east), min(90.0, north))  # rounded outwards

    def types(self) -> frozenset[str]:
        """Return the types of the events that it holds; see `EventStore.types`.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        self._check_open()
        # of each type one look into an index; DISTINCT would walk over all events
        sql = "SELECT type FROM geomap_types t WHERE EXISTS (SELECT 1 FROM events e WHERE e.type = t.type)"
        with told_plainly(self.path), transaction(self._connection):
            return frozenset(name for (name,) in self._connection.execute(sql))

    def bulletins(self) -> Iterator[Bulletin]:
        """Yield all bulletins by date (undated last), then id.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        for id_ in self._bulletin_ids():
            with told_plainly(self.path), transaction(self._connection):
                bulletin = self._rows.bulletins([id_])[id_]
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
                reading = self._rows.reading(id_)
            yield reading

    def info(self) -> StoreInfo:
        """Return what the store holds, and how large it is.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        self._check_open()
        with told_plainly(self.path), transaction(self._connection):
            return store_info(self._connection, self.path)

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the store, a line each; nothing when it is sound.

        Raises
        ------
        StoreError
            When the store cannot be read at all.
        """
        self._check_open()
        with told_plainly(self.path), transaction(self._connection):
            yield from problems(self._connection, self.path)

    def compact(self) -> None:
        """Put all rows into the order of where they lie, fill the indexes anew and give back unused room.

        Raises
        ------
        StoreError
            When the store cannot be written; it then holds the same as before.
        """
        self._check_open()
        with told_plainly(self.path):
            compact(self._connection)

    def close(self) -> None:
        """Let go of the file; closing twice does no harm. One that was made in vain is removed."""
        self._connection.close()
        if self._is_new and self._has_failed:
            self._is_new = False
            remove_unused(self.path)

    def _check_open(self) -> None:
        try:
            _ = self._connection.total_changes
        except sqlite3.ProgrammingError:
            raise StoreError("the store has been closed; open it again", path=self.path) from None

    def _check_in_place(self) -> None:
        """Refuse to write into a file that nobody would find again."""
        if identity(self.path) != self._file:
            what = "another program has removed or replaced the store since it was opened; open it again"
            raise StoreError(what, path=self.path)

    def _condition(self, q: EventQuery) -> Condition:
        try:
            return condition(self._connection, q)
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise StoreError(f"a geometry cannot be read ({error}); restore a copy", path=self.path) from error

    def _ordered(self, q: EventQuery) -> list[int]:
        """Return the numbers of the events that a question matches, in their order, cut to its part."""
        where, values = self._condition(q).where()
        sql = f"SELECT fid FROM events WHERE {where} ORDER BY {EVENT_ORDER} LIMIT ? OFFSET ?"
        return [fid for (fid,) in self._connection.execute(sql, [*values, *_part(q)])]

    def _bulletin_ids(self) -> list[str]:
        self._check_open()
        with told_plainly(self.path), transaction(self._connection):
            return [id_ for (id_,) in self._connection.execute("SELECT id FROM bulletins ORDER BY date NULLS LAST, id")]


def _part(q: EventQuery) -> tuple[int, int]:
    """Return the limit and the offset of a question as SQL takes them."""
    return -1 if q.limit is None else q.limit, q.offset
