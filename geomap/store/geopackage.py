"""The default store: one GeoPackage file, by SQLite alone.

Each call of `GeoPackageStore.put` is one transaction with SQLite's rollback journal: a process that dies leaves the
store as it was before or after it. Tables and indexes stand in `geomap.store.schema`, questions in
`geomap.store.search`, writing in `geomap.store.writer`, reading in `geomap.store.rows`.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import shapely

from geomap.bbox import BBox
from geomap.errors import StoreError
from geomap.store.arrow_rows import arrow_rows, can_read_arrow
from geomap.store.blob import from_blobs
from geomap.store.checked import weight
from geomap.store.columns import EVENT_KEYS, EVENT_ORDER
from geomap.store.connection import connect, remove_unused, transaction
from geomap.store.copying import copy_pages
from geomap.store.event_store import EventStore
from geomap.store.faults import told_plainly
from geomap.store.file_use import identity
from geomap.store.frame import frame_of_arrow, frame_of_rows
from geomap.store.rows import Rows
from geomap.store.search import Condition, condition
from geomap.store.spool import Spool
from geomap.store.upkeep import compact, problems, store_info
from geomap.store.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import geopandas as gpd

    from geomap.model import Bulletin, Event, Reading
    from geomap.query import EventQuery
    from geomap.store.checked import Checked
    from geomap.store.columns import Column
    from geomap.store.encoding import Encoder
    from geomap.store.event_store import Progress, PutResult, StoreInfo

__all__ = ["GeoPackageStore"]

T = TypeVar("T")

_LARGE = 800
"""Rows from which a frame is worth a second way of reading them."""

_BATCH = 500
"""Events read at once: enough to be fast, few enough to begin soon."""


class _AskedRows(NamedTuple):
    """A query for rows of events, its values, and whether SQLite puts the rows in order."""

    sql: str
    values: list[object]
    are_in_order: bool


class GeoPackageStore(EventStore):
    """A store in one GeoPackage file, `path`."""

    def __init__(self, path: Path, *, create: bool = False, timeout_s: float = 10.0) -> None:
        self.path = path
        self.address = str(path)
        self._is_new = create and not path.exists()
        self._connection = connect(path, create=create, timeout_s=timeout_s)
        self._file = identity(path)
        self._rows = Rows(self._connection, path)

    def _put(self, readings: Checked, encoder: Encoder, on_progress: Progress | None) -> PutResult:
        folder = self.path.absolute().parent
        with (
            closing(Spool(encoder.encode(readings), folder=folder, weight=weight, plain=True)) as kept,
            self._state("IMMEDIATE"),
        ):
            self._check_in_place()
            writer = Writer(self._connection, encoder.places, folder=folder, on_progress=on_progress)
            return writer.write(kept, events=readings.events)

    def _load(self, source: EventStore, on_progress: Progress | None) -> PutResult | None:
        if isinstance(source, GeoPackageStore):
            source._check_open()
            with told_plainly(self.path):
                self._check_in_place()
                return copy_pages(source._connection, self._connection, on_progress=on_progress)
        tables = source._tables()
        if tables is None:
            return None
        from geomap.store.bulk import load_tables  # noqa: PLC0415  needs pyarrow, which whoever has tables has

        with told_plainly(self.path):
            self._check_in_place()
            folder = self.path.absolute().parent
            return load_tables(self._connection, tables, folder=folder, on_progress=on_progress)

    def _events(self, q: EventQuery) -> Iterator[Event]:
        bulletins: dict[str, Bulletin] = {}
        with self._state():
            fids = self._ordered(q)
            events = self._rows.events(fids[:_BATCH], bulletins)
        yield from events
        for start in range(_BATCH, len(fids), _BATCH):
            with self._state():
                events = self._rows.events(fids[start : start + _BATCH], bulletins)
            yield from events

    def _count(self, q: EventQuery) -> int:
        with self._state():
            meant = self._condition(q)
            if meant.fids is not None and meant.sql is None:
                return len(meant.fids)
            where, values = meant.where()
            (number,) = self._connection.execute(f"SELECT count(*) FROM events WHERE {where}", values).fetchone()
        return int(number)

    def _frame(self, q: EventQuery, columns: Sequence[Column]) -> gpd.GeoDataFrame:
        names = (*dict.fromkeys([*(column.name for column in columns), *EVENT_KEYS]), "geom")
        with self._state():
            meant = self._condition(q)
            asked = _asked_rows(meant, q, names)
            most = self._many(meant, q)
            rows = [] if most else self._connection.execute(asked.sql, asked.values).fetchall()
        if most:
            frame = self._frame_by_arrow(asked, columns, most)
            if frame is not None:
                return frame
            with self._state():
                rows = self._connection.execute(asked.sql, asked.values).fetchall()
        try:
            if not asked.are_in_order:
                rows.sort(key=_order_in(names))
            return frame_of_rows(rows, from_blobs([row[-1] for row in rows]), columns)
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise StoreError(f"a row cannot be read ({error}); ingest its bulletin again", path=self.path) from error

    def _many(self, meant: Condition, q: EventQuery) -> int:
        """Return how many rows a question gives when they are many, and can be counted in advance; else 0."""
        if meant.fids is None or meant.sql is not None or not can_read_arrow():
            return 0
        rest = max(0, len(meant.fids) - q.offset)
        most = rest if q.limit is None else min(rest, q.limit)
        return most if most >= _LARGE else 0

    def _frame_by_arrow(self, asked: _AskedRows, columns: Sequence[Column], most: int) -> gpd.GeoDataFrame | None:
        """Return a frame off Arrow columns; None when it cannot be had this way."""
        table = arrow_rows(self.path, self._connection.use, asked.sql, asked.values, at_most=most)
        if table is None:
            return None
        if table.num_rows != most:  # their numbers are known, and never given again
            raise self._rows.changed()
        try:
            if not asked.are_in_order:
                table = table.sort_by([(name, "ascending") for name in EVENT_KEYS])
            return frame_of_arrow(table, columns, from_blobs(table.column("geom").to_pylist()))
        except (NotImplementedError, TypeError, ValueError, shapely.errors.ShapelyError):
            return None  # a value is not what its column says: row by row it is told which

    def _extent(self, q: EventQuery) -> BBox | None:
        with self._state():
            where, values = self._condition(q).where()
            edges = "min(minx), min(miny), max(maxx), max(maxy)"
            sql = f"SELECT {edges} FROM rtree_events_geom WHERE id IN (SELECT fid FROM events WHERE {where})"
            west, south, east, north = self._connection.execute(sql, values).fetchone()
        if west is None:
            return None
        return BBox(max(-180.0, west), max(-90.0, south), min(180.0, east), min(90.0, north))  # rounded outwards

    def _types(self) -> frozenset[str]:
        # of each type one look into an index; DISTINCT would walk over all events
        sql = "SELECT type FROM geomap_types t WHERE EXISTS (SELECT 1 FROM events e WHERE e.type = t.type)"
        with self._state():
            return frozenset(name for (name,) in self._connection.execute(sql))

    def _bulletins(self) -> Iterator[Bulletin]:
        return self._each(lambda id_: self._rows.bulletins([id_])[id_])

    def _readings(self) -> Iterator[Reading]:
        return self._each(self._rows.reading)

    def _each(self, read: Callable[[str], T]) -> Iterator[T]:
        """Read bulletin by bulletin, in their order."""
        with self._state():
            ids = self._connection.execute("SELECT id FROM bulletins ORDER BY date NULLS LAST, id").fetchall()
        for (id_,) in ids:
            with self._state():
                found = read(id_)
            yield found

    def _info(self) -> StoreInfo:
        with self._state():
            return store_info(self._connection, self.path)

    def _problems(self) -> Iterator[str]:
        with self._state():
            yield from problems(self._connection, self.path)

    def _compact(self) -> None:
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

    @contextmanager
    def _state(self, kind: str = "DEFERRED") -> Iterator[None]:
        """Do a block on one state of the store, and say plainly what SQLite reports."""
        self._check_open()
        with told_plainly(self.path), transaction(self._connection, kind):
            yield

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


def _part(q: EventQuery) -> tuple[int, int]:
    """Return the limit and the offset of a question as SQL takes them."""
    return -1 if q.limit is None else q.limit, q.offset


def _asked_rows(meant: Condition, q: EventQuery, names: Sequence[str]) -> _AskedRows:
    """Return the query for some columns of the events that a question means.

    Where all numbers are known and all rows are wanted, whoever reads them puts them in order: SQLite would write and
    read all columns for it.
    """
    where, values = meant.where()
    sql = f"SELECT {', '.join(names)} FROM events WHERE {where}"
    if meant.fids is not None and q.limit is None and not q.offset:
        return _AskedRows(sql, values, are_in_order=False)
    return _AskedRows(f"{sql} ORDER BY {EVENT_ORDER} LIMIT ? OFFSET ?", [*values, *_part(q)], are_in_order=True)


def _order_in(names: Sequence[str]) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
    """Return what gives the key of `EVENT_ORDER` for a row of some columns."""
    day, bulletin, start, id_ = map(names.index, EVENT_KEYS)
    return lambda row: (row[day] is None, row[day] or "", row[bulletin], row[start], row[id_])
