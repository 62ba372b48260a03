"""One state of a dataset, as it stays for whoever reads it: its bulletins, events and places by number.

An event's number tells its file, counted as in the manifest, and its row in it; it holds for one snapshot only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geomap.store.columns import BULLETIN_COLUMNS
from geomap.store.dataset.parts import PartFiles, take
from geomap.store.dataset.places import Places
from geomap.store.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.model import Bulletin, Event, Place, Reading
    from geomap.store.dataset.manifest import Manifest, Part

__all__ = ["ROW", "Snapshot"]

ROW = 2**32
"""An event's number is its file's, times this, and its row."""

_AT_ONCE = 50_000
"""Records of events that are held at once, as bytes."""

_READINGS = 2500
"""Readings whose records are held at once."""

_BATCH = 500
"""Events read at once: enough to be fast, few enough to begin soon."""


class Snapshot(Reader):
    """A state of a store, open for reading.

    Parameters
    ----------
    folder, manifest
        The store's folder, and what it holds.
    places
        Places already read, by number; those that are read are added.
    """

    def __init__(self, folder: Path, manifest: Manifest, places: dict[int, Place] | None = None) -> None:
        super().__init__(str(folder), places)
        self.manifest = manifest
        self.files = PartFiles(folder)
        self.places = Places(self.files, manifest.places)
        self._live: dict[str, tuple[int, int]] | None = None
        self._turns: dict[str, list[int]] | None = None
        self._held: tuple[NDArray[np.int64], pa.Table] | None = None
        self._held_bulletins: dict[str, tuple[Any, ...]] = {}

    def close(self) -> None:
        """Let go of all files."""
        self.files.close()

    # --- which rows count

    def counts(self, part: Part, bulletins: pa.ChunkedArray) -> NDArray[np.bool_] | None:
        """Tell which rows of a file count, by their bulletins; None when all do."""
        gone = self.manifest.gone(part)
        if not gone:
            return None
        dead = pc.is_in(bulletins, value_set=pa.array(gone, pa.string()))
        found: NDArray[np.bool_] = ~dead.to_numpy()
        return found

    def live_bulletins(self) -> dict[str, tuple[int, int]]:
        """Return of each bulletin that counts its file and its row, by id."""
        if self._live is None:
            self._live = {}
            for number, part in enumerate(self.manifest.bulletins):
                file = self.files[part]
                gone = set(self.manifest.gone(part))
                for row, id_ in enumerate(file.read(file.groups, ["id"])["id"].to_pylist()):
                    if id_ not in gone:
                        self._live[id_] = number, row
        return self._live

    def bulletin_ids(self) -> list[str]:
        """Return the ids of all bulletins by date (undated last), then id."""
        table = self.bulletin_table([*self.live_bulletins()], ["date", "id"])
        order = [("date", "ascending"), ("id", "ascending")]
        ids: list[str] = table.take(pc.sort_indices(table, order))["id"].to_pylist()
        return ids

    def event_rows(self, columns: Sequence[str]) -> Iterator[tuple[int, pa.Table, NDArray[np.int64]]]:
        """Yield of each file of events its number, some columns of the rows that count, and where these are."""
        for number, part in enumerate(self.manifest.events):
            file = self.files[part]
            gone = bool(self.manifest.gone(part))
            table = file.read(file.groups, [*columns, *(["bulletin"] if gone and "bulletin" not in columns else [])])
            rows = np.arange(part.rows, dtype=np.int64)
            if gone and (counts := self.counts(part, table["bulletin"])) is not None:
                table, rows = table.filter(pa.array(counts)), rows[counts]
            yield number, table.select(list(columns)), rows

    # --- rows by number

    def take_events(self, numbers: NDArray[np.int64], columns: Sequence[str]) -> pa.Table:
        """Return some columns of events, in the order of their numbers as given."""
        return take(self.files, self.manifest.events, (numbers // ROW, numbers % ROW), columns)

    def no_events(self, columns: Sequence[str]) -> pa.Table:
        """Return some columns of no event."""
        return self.take_events(np.empty(0, dtype=np.int64), columns)

    def iterate(self, numbers: NDArray[np.int64]) -> Iterator[Event]:
        """Yield events in the order of their numbers as given."""
        bulletins: dict[str, Bulletin] = {}
        for begin in (0, *range(_BATCH, len(numbers), _AT_ONCE)):
            block = numbers[begin : begin + (_AT_ONCE if begin else _BATCH)]
            self._hold(block)
            for start in range(0, len(block), _BATCH):
                yield from self.events(block[start : start + _BATCH].tolist(), bulletins)
        self._held = None

    def all_bulletins(self) -> Iterator[Bulletin]:
        """Yield all bulletins, in the order of `bulletin_ids`."""
        ids = self.bulletin_ids()
        for start in range(0, len(ids), _READINGS):
            block = ids[start : start + _READINGS]
            found = self.bulletins(block)
            yield from (found[id_] for id_ in block)

    def all_readings(self) -> Iterator[Reading]:
        """Yield what was stored of each bulletin, in the order of `bulletin_ids`."""
        ids = self.bulletin_ids()
        for start in range(0, len(ids), _READINGS):
            block = ids[start : start + _READINGS]
            columns = [*BULLETIN_COLUMNS, "resolutions"]
            table = self.bulletin_table(block, columns)
            self._held_bulletins = dict(
                zip(block, zip(*(table[n].to_pylist() for n in columns), strict=True), strict=True)
            )
            self._hold(np.array([event for id_ in block for event in self._turns_of(id_)], dtype=np.int64))
            yield from map(self.reading, block)
        self._held, self._held_bulletins = None, {}

    def _hold(self, numbers: NDArray[np.int64]) -> None:
        """Read the records of events, many at once: each file is opened for them once."""
        order = np.argsort(numbers)
        self._held = numbers[order], self.take_events(numbers[order], ["bulletin", "id", "geomap_record"])

    def _event_rows(self, fids: Sequence[int]) -> Iterable[tuple[int, str, str, str]]:
        asked = np.array(fids, dtype=np.int64)
        if self._held is None or not np.isin(asked, self._held[0]).all():
            self._hold(np.unique(asked))
        assert self._held is not None  # noqa: S101  it was just filled
        table = self._held[1].take(pa.array(np.searchsorted(self._held[0], asked)))
        return zip(fids, *(table[name].to_pylist() for name in table.column_names), strict=True)

    def _bulletin_rows(self, ids: list[str]) -> Iterable[Sequence[Any]]:
        if all(id_ in self._held_bulletins for id_ in ids):
            return [self._held_bulletins[id_][:-1] for id_ in ids]
        live = self.live_bulletins()
        table = self.bulletin_table([id_ for id_ in ids if id_ in live], BULLETIN_COLUMNS)
        return zip(*(table[name].to_pylist() for name in BULLETIN_COLUMNS), strict=True)

    def bulletin_table(self, ids: Sequence[str], columns: Sequence[str]) -> pa.Table:
        """Return some columns of bulletins that count, in the order of their ids as given."""
        live = self.live_bulletins()
        at = np.array([live[id_] for id_ in ids], dtype=np.int64).reshape(-1, 2)
        return take(self.files, self.manifest.bulletins, (at[:, 0], at[:, 1]), columns)

    def _reading_row(self, id_: str) -> tuple[str, list[int]]:
        return self._held_bulletins[id_][-1], self._turns_of(id_)

    def _turns_of(self, id_: str) -> list[int]:
        """Return the numbers of a bulletin's events in their turn; those of all are looked up at once."""
        if self._turns is None:
            found: list[tuple[str, int, int]] = []
            for number, table, rows in self.event_rows(["bulletin", "geomap_turn"]):
                numbers = (number * ROW + rows).tolist()
                found += zip(table["bulletin"].to_pylist(), table["geomap_turn"].to_pylist(), numbers, strict=True)
            self._turns = {}
            for bulletin, _, event in sorted(found):
                self._turns.setdefault(bulletin, []).append(event)
        return self._turns.get(id_, [])

    def _place_rows(self, fids: Sequence[int]) -> Iterable[tuple[int, str]]:
        return zip(fids, self.places.of(fids, ["record"])["record"].to_pylist(), strict=True)
