"""The store beyond one machine: a folder of GeoParquet files, whose manifest says which of them count.

Any number of programs read it, each the state it found; one at a time writes. What is put in goes into new files, and
a bulletin that is read again is noted as replaced; `compact` writes what counts anew, in order.
"""

from __future__ import annotations

import shutil
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

import numpy as np
import pyarrow as pa
import shapely

from geomap.bbox import BBox
from geomap.errors import StoreError
from geomap.store.arrow import arrow_schema
from geomap.store.checked import weight
from geomap.store.dataset.lazy import lazy_frame
from geomap.store.dataset.manifest import KINDS, MANIFESTS, Manifest, commit, current, exclusive
from geomap.store.dataset.parts import Change, told_plainly
from geomap.store.dataset.search import Search, found_in_order, table_in_order
from geomap.store.dataset.snapshot import Snapshot
from geomap.store.dataset.upkeep import compacted, dataset_info, problems, sweep
from geomap.store.dataset.writer import ASIDE, Writer, boxes_of, superseded
from geomap.store.event_store import Asked, EventStore, PutResult
from geomap.store.frame import columns_of, frame_of_arrow
from geomap.store.geoparquet import box_around
from geomap.store.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import dask_geopandas
    import geopandas as gpd

    from geomap.model import Bulletin, Event, Place, Reading
    from geomap.query import EventQuery
    from geomap.store.checked import Checked
    from geomap.store.columns import Column
    from geomap.store.encoding import EncodedReading, Encoder
    from geomap.store.event_store import Progress, StoreInfo

__all__ = ["DatasetStore"]


class DatasetStore(EventStore):
    """A store in a folder of GeoParquet files, `path`.

    What others write while an answer is read plays no part in it; where they put the store into order, files may be
    gone.
    """

    def __init__(self, path: Path, *, create: bool = False, timeout_s: float = 10.0) -> None:
        self.path = path
        self.address = f"parquet:{path}"
        self._timeout_s = timeout_s
        self._places: dict[int, Place] = {}  # a number never names another place, so these stay right
        with told_plainly(path):
            self._is_new = create and not path.exists()
            manifest = _opened(path, create=create)
        self._snapshot: Snapshot | None = Snapshot(path, manifest, self._places)

    def _put(self, readings: Checked, encoder: Encoder, on_progress: Progress | None) -> PutResult:
        ids = list[str]()

        def noted() -> Iterator[EncodedReading]:
            for reading in encoder.encode(readings):
                ids.append(reading.bulletin.id)
                yield reading

        with (
            closing(Spool(noted(), folder=self.path, weight=weight, plain=True)) as kept,
            exclusive(self.path, timeout_s=self._timeout_s),
            told_plainly(self.path),
        ):
            replaced = self._write(_counting(kept, len(ids), on_progress), ids, encoder.places)
        return PutResult(bulletins=len(ids), events=readings.events, replaced=replaced)

    def _write(self, kept: Iterable[EncodedReading], ids: list[str], named: Sequence[Place]) -> int:
        """Write readings and commit them; return how many bulletins they replaced."""
        snapshot = self._now()
        before = snapshot.manifest
        stored = snapshot.live_bulletins()
        stay, gone, replaced = superseded(ids, stored)
        if not ids:
            return 0
        all_gone = len(gone) == len(stored)
        generation = before.generation + 1
        with Change(self.path, generation) as change:
            places = snapshot.places.all(["digest", "number"])
            numbers = dict(zip(places["digest"].to_pylist(), places["number"].to_pylist(), strict=True))
            numbers = {} if all_gone else numbers
            writer = Writer(self.path, change, named, numbers=numbers, next_place=before.next_place)
            made = writer.write(reading for reading, stays in zip(kept, stay, strict=True) if stays)
            old = Manifest(generation=before.generation) if all_gone else before
            after = Manifest(
                generation=generation,
                **{kind: (*getattr(old, kind), *made[kind]) for kind in KINDS},
                replaced={**old.replaced, **dict.fromkeys([] if all_gone else gone, generation)},
                next_place=writer.next_place,
            )
            commit(self.path, after)
        sweep(self.path, before, after)
        return replaced

    def _events(self, q: EventQuery) -> Iterator[Event]:
        return self._events_of(self._now(), q)

    def _events_of(self, snapshot: Snapshot, q: EventQuery) -> Iterator[Event]:
        self._check_open()
        yield from snapshot.iterate(found_in_order(snapshot, q))

    def _count(self, q: EventQuery) -> int:
        return sum(len(rows) for rows, _ in Search(self._now(), q).rows())

    def _arrow(self, q: EventQuery) -> pa.Table:
        schema = arrow_schema()
        table = self._table(q, schema.names)
        return pa.table([table[name].combine_chunks() for name in schema.names], schema=schema)

    def _frame(self, q: EventQuery, columns: Sequence[Column]) -> gpd.GeoDataFrame:
        table = self._table(q, [*(column.name for column in columns), "geometry"])
        return frame_of_arrow(table, columns, shapely.from_wkb(table["geometry"].to_numpy()))

    def to_dask(
        self, q: EventQuery | None = None, *, columns: Iterable[str] | None = None, **asked: Unpack[Asked]
    ) -> dask_geopandas.GeoDataFrame:
        """Return the events that a question matches as a frame of dask-geopandas, a partition for each file.

        Only files that may hold an answer become partitions, and each worker reads its own. The rows stand in the order
        of the files, not of `event_order`; a limit and an offset cannot be asked for. Texts are Arrow's, as dask has
        them, elsewhere like `to_geodataframe`.

        Raises
        ------
        InputError
            When the keywords are no question, or name a limit or an offset.
        StoreError
            When the store cannot be read, or dask-geopandas is not installed.
        """
        q = self._asked(q, asked)
        return lazy_frame(self._now(), q, columns_of(columns))

    def _table(self, q: EventQuery, columns: list[str]) -> pa.Table:
        return table_in_order(self._now(), q, columns)

    def _extent(self, q: EventQuery) -> BBox | None:
        around = np.full(4, np.nan)
        for _, table in Search(self._now(), q).rows(["bbox"]):
            around = box_around(around, boxes_of(table))
        return None if np.isnan(around).any() else BBox(*around.tolist())

    def _types(self) -> frozenset[str]:
        snapshot = self._now()
        if not snapshot.manifest.replaced:
            return frozenset(name for part in snapshot.manifest.events for name in part.types)
        found: set[str] = set()
        for _, table, _ in snapshot.event_rows(["type"]):
            found |= {*table["type"].unique().to_pylist()}
        return frozenset(found)

    def _bulletins(self) -> Iterator[Bulletin]:
        return self._now().all_bulletins()

    def _readings(self) -> Iterator[Reading]:
        return self._now().all_readings()

    def _info(self) -> StoreInfo:
        return dataset_info(self._now(), self.address)

    def _problems(self) -> Iterator[str]:
        return problems(self._now())

    def _compact(self) -> None:
        """Write all that counts anew, in the order of where it lies, and remove all other files."""
        self._check_open()
        with exclusive(self.path, timeout_s=self._timeout_s), told_plainly(self.path):
            snapshot = self._now()
            before = snapshot.manifest
            with Change(self.path, before.generation + 1) as change:
                after = replace(compacted(snapshot, change), generation=before.generation + 1)
                commit(self.path, after)
            sweep(self.path, before, after, all_others=True)

    def close(self) -> None:
        """Let go of all files; closing twice does no harm. A new store whose first load failed goes again."""
        if self._snapshot is not None:
            self._snapshot.close()
            if self._is_new and self._has_failed:
                _unmake(self.path, timeout_s=self._timeout_s)
        self._snapshot = None

    def _check_open(self) -> Snapshot:
        if self._snapshot is None:
            raise StoreError("the store has been closed; open it again", path=self.path)
        return self._snapshot

    def _now(self) -> Snapshot:
        """Return the store as it is now."""
        snapshot = self._check_open()
        manifest = current(self.path)
        if manifest is None:
            raise StoreError("the store is gone; restore a copy", path=self.path)
        if manifest.generation != snapshot.manifest.generation:
            snapshot = self._snapshot = Snapshot(self.path, manifest, self._places)
        return snapshot


def _counting(readings: Iterable[EncodedReading], count: int, on_progress: Progress | None) -> Iterator[EncodedReading]:
    """Pass readings on, and say how far it is."""
    for done, reading in enumerate(readings, start=1):
        yield reading
        if on_progress is not None:
            on_progress("storing", done, count)


def _opened(path: Path, *, create: bool) -> Manifest:
    """Return the state that a store is in, making it when it is new and that is wanted."""
    if path.is_file():
        raise StoreError("this is a file; a dataset is a folder: parquet:FOLDER", path=path)
    manifest = current(path)
    if manifest is not None:
        return manifest
    if path.is_dir() and not {entry.name for entry in path.iterdir()} <= {*KINDS, MANIFESTS, ASIDE, "lock"}:
        raise StoreError("the folder holds other files and no store of geomap's; name another folder", path=path)
    if not create:
        raise StoreError("no store here yet; `geomap ingest` makes one", path=path)
    return _made(path)


def _made(path: Path) -> Manifest:
    if not path.parent.is_dir():
        raise StoreError("its folder does not exist; make the folder first", path=path)
    for folder in (path, *(path / kind for kind in (*KINDS, ASIDE, MANIFESTS))):
        folder.mkdir(exist_ok=True)
    with suppress(StoreError):  # another program may have been faster
        commit(path, Manifest(generation=0))
    manifest = current(path)
    if manifest is None:
        raise StoreError("the store could not be made; check the rights to its folder", path=path)
    return manifest


def _unmake(path: Path, *, timeout_s: float) -> None:
    """Remove a store into which nobody has put anything."""
    with suppress(OSError), exclusive(path, timeout_s=timeout_s):
        manifest = current(path)
        if manifest is not None and not manifest.generation:
            shutil.rmtree(path)
