"""A state of a dataset as tables for another store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from geomap.store.dataset.parts import BULLETIN_SCHEMA, EVENT_SCHEMA, PLACE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.store.dataset.manifest import Part
    from geomap.store.dataset.snapshot import Snapshot

__all__ = ["SnapshotTables"]

_GROUPS = 20
"""Groups of rows that are read at once."""


class SnapshotTables:
    """What counts in a snapshot, file by file; see `geomap.store.tables.StoreTables`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        manifest = snapshot.manifest
        gone = any(manifest.gone(part) for part in manifest.events)
        counted = (len(rows) for _, _, rows in snapshot.event_rows(["bulletin"])) if gone else None
        self.events = sum(counted) if counted else sum(part.rows for part in manifest.events)

    def bulletin_tables(self) -> Iterator[pa.Table]:
        """Yield the bulletins that count."""
        for part in self._snapshot.manifest.bulletins:
            yield from self._tables(part, BULLETIN_SCHEMA.names, "id")

    def place_tables(self) -> Iterator[pa.Table]:
        """Yield all places."""
        for part in self._snapshot.manifest.places:
            yield from self._tables(part, PLACE_SCHEMA.names, None)

    def event_tables(self) -> Iterator[pa.Table]:
        """Yield the events that count, without their boxes."""
        names = [name for name in EVENT_SCHEMA.names if name != "bbox"]
        for part in self._snapshot.manifest.events:
            yield from self._tables(part, names, "bulletin")

    def _tables(self, part: Part, columns: list[str], bulletin: str | None) -> Iterator[pa.Table]:
        file = self._snapshot.files[part]
        for start in range(0, len(file.groups), _GROUPS):
            table = file.read(file.groups[start : start + _GROUPS], columns)
            counts = None if bulletin is None else self._snapshot.counts(part, table[bulletin])
            yield table if counts is None else table.filter(pa.array(counts))
