"""The places of a dataset, found by number without reading those that nobody asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geomap.errors import StoreError
from geomap.store.dataset.parts import take

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geomap.store.dataset.manifest import Part
    from geomap.store.dataset.parts import PartFiles

__all__ = ["Places", "any_of"]


class Places:
    """Places by number.

    Parameters
    ----------
    files, parts
        Where they are.
    """

    def __init__(self, files: PartFiles, parts: Sequence[Part]) -> None:
        self._files, self._parts = files, parts
        self._index: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] | None = None

    def widest_km(self) -> float:
        """Return the largest radius of uncertainty of all, 0 without any."""
        return max((part.reach_km for part in self._parts), default=0.0)

    def all(self, columns: Sequence[str]) -> pa.Table:
        """Return some columns of all places, file by file."""
        tables = [self._files[part].read(self._files[part].groups, columns) for part in self._parts]
        return pa.concat_tables(tables) if tables else take(self._files, (), _NOWHERE, columns)

    def of(self, wanted: Sequence[int] | NDArray[np.int32], columns: Sequence[str]) -> pa.Table:
        """Return some columns of places, in the order of their numbers as given.

        Raises
        ------
        StoreError
            When one is not there.
        """
        known, which, rows = self._indexed()
        asked = np.asarray(wanted, dtype=np.int64)
        at = np.searchsorted(known, asked)
        if len(asked) and (at.max(initial=0) >= len(known) or (known[at] != asked).any()):
            what = "an event names a place that the store does not have; ingest its bulletin again"
            raise StoreError(what, path=self._files.folder)
        return take(self._files, self._parts, (which[at], rows[at]), columns)

    def geometries(self, wanted: Sequence[int] | NDArray[np.int32]) -> NDArray[np.object_]:
        """Return the geometries of places (EPSG:4326, longitude first).

        Raises
        ------
        StoreError
            When one is not there, or its bytes are no geometry.
        """
        return self.shapes(self.of(wanted, ["geometry"]))

    def bounds(self, wanted: Sequence[int] | NDArray[np.int32]) -> NDArray[np.float64]:
        """Return west, south, east and north of places (degrees); NaN where a geometry is empty."""
        found: NDArray[np.float64] = shapely.bounds(self.geometries(wanted)).reshape(-1, 4)
        return found

    def shapes(self, table: pa.Table) -> NDArray[np.object_]:
        """Return the geometries in a table of places; see `geometries`."""
        wkb = table["geometry"].to_numpy()
        try:
            found: NDArray[np.object_] = shapely.from_wkb(wkb)
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise StoreError(f"a geometry cannot be read ({error}); restore a copy", path=self._files.folder) from error
        return found

    def within(self, ids: Iterable[str]) -> NDArray[np.int32]:
        """Return the numbers of the places that have one of some ids, or name it among their parents."""
        table = self.all(["number", "containers"])
        containers = table["containers"].combine_chunks()
        hit = pc.is_in(containers.flatten(), value_set=pa.array(sorted(ids), pa.string()))
        return _numbers(table)[any_of(containers.offsets.to_numpy(), hit.to_numpy(zero_copy_only=False))]

    def with_word(self, word: str) -> NDArray[np.int32]:
        """Return the numbers of the places whose names hold a word, which is folded."""
        table = self.all(["number", "words"])
        hit: NDArray[np.bool_] = pc.match_substring(table["words"], word).to_numpy()
        return _numbers(table)[hit]

    def _indexed(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return all numbers in rising order, and of each its file and its row in it."""
        if self._index is None:
            found = _numbers(self.all(["number"])).astype(np.int64)
            sizes = [part.rows for part in self._parts]
            which = np.repeat(np.arange(len(sizes)), sizes)
            rows = np.concatenate([np.arange(size) for size in sizes]) if sizes else np.empty(0, dtype=np.int64)
            order = np.argsort(found, kind="stable")
            self._index = found[order], which[order], rows[order]
        return self._index


_NOWHERE = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def _numbers(table: pa.Table) -> NDArray[np.int32]:
    found: NDArray[np.int32] = table["number"].to_numpy()
    return found


def any_of(ends: NDArray[np.integer], hit: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return of each list, given by where lists begin and end, whether anything in it is hit."""
    ends = ends - ends[0]
    counted = np.concatenate([[0], np.cumsum(hit, dtype=np.int64)])
    some: NDArray[np.bool_] = counted[ends[1:]] > counted[ends[:-1]]
    return some
