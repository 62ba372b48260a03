"""What keeps a dataset in order: told about, checked, written anew in order, and rid of what nobody names."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from geomap.errors import StoreError
from geomap.store.columns import EVENT_COLUMNS
from geomap.store.dataset.manifest import KINDS, VERSION, Manifest
from geomap.store.dataset.parts import BULLETIN_SCHEMA, PLACE_SCHEMA, crc32_of, numbers, told_plainly
from geomap.store.dataset.snapshot import ROW
from geomap.store.dataset.writer import ASIDE, BULLETIN_GROUP, PLACE_GROUP, boxes_of, joined, middles, write_event_parts
from geomap.store.event_store import StoreInfo
from geomap.store.geoparquet import box_around
from geomap.store.hilbert import order_on_globe
from geomap.store.row_check import rows_that_differ

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.model import Bulletin, Event
    from geomap.store.dataset.manifest import Part
    from geomap.store.dataset.parts import Change
    from geomap.store.dataset.snapshot import Snapshot

__all__ = ["compacted", "dataset_info", "problems", "sweep"]

_MANY = 500  # rows read at once


def dataset_info(snapshot: Snapshot, address: str) -> StoreInfo:
    """Return what a dataset holds; room that compacting gives back is reckoned by the share of rows that count."""
    types: dict[str, int] = {}
    days: list[tuple[str, str]] = []
    around, free = np.full(4, np.nan), 0
    for number, table, rows in snapshot.event_rows(["type", "first_day", "last_day", "bbox"]):
        part = snapshot.manifest.events[number]
        for pair in pc.value_counts(table["type"]).to_pylist():
            types[pair["values"]] = types.get(pair["values"], 0) + pair["counts"]
        first, last = pc.min(table["first_day"]).as_py(), pc.max(table["last_day"]).as_py()
        days += [(first.isoformat(), last.isoformat())] if first else []
        around = box_around(around, boxes_of(table))
        free += part.size * (part.rows - len(rows)) // part.rows
    extent = None if np.isnan(around).any() else tuple(around.tolist())
    left = sum(path.stat().st_size for path in _unnamed(snapshot.files.folder, snapshot.manifest))
    return StoreInfo(
        address=address,
        schema_version=VERSION,
        size_bytes=sum(part.size for part in snapshot.manifest.parts) + left,
        free_bytes=free + left,
        bulletins=len(snapshot.live_bulletins()),
        events=sum(types.values()),
        places=sum(part.rows for part in snapshot.manifest.places),
        types=dict(sorted(types.items(), key=lambda pair: (-pair[1], pair[0]))),
        days=(min(first for first, _ in days), max(last for _, last in days)) if days else None,
        extent=extent,
    )


# --- checking


def problems(snapshot: Snapshot) -> Iterator[str]:
    """Yield what is wrong with a dataset, a line each: its files, and rows that differ from their records."""
    broken = [told for part in snapshot.manifest.parts if (told := _wrong_file(snapshot, part))]
    yield from broken
    if broken:
        return  # rows of files that cannot be trusted say nothing
    for path in _unnamed(snapshot.files.folder, snapshot.manifest):
        yield f"{path}: no part of the store, a write was cut off; `geomap store compact` removes it"
    yield from _wrong_manifest(snapshot)
    yield from rows_that_differ(_events_and_rows(snapshot))


def _wrong_file(snapshot: Snapshot, part: Part) -> str | None:
    try:
        file = snapshot.files[part]
        with told_plainly(file.path):
            if crc32_of(file.path) != part.crc32:
                return f"{file.path}: its checksum is not that of the manifest; restore a copy"
            file.read(file.groups, file.columns)
    except StoreError as error:
        return str(error)
    return None


def _wrong_manifest(snapshot: Snapshot) -> Iterator[str]:
    """Hold what the manifest says of files of events, by which they are passed over, against their rows."""
    for part in snapshot.manifest.events:
        file = snapshot.files[part]
        table = file.read(file.groups, ["type", "first_day", "last_day", "bbox"])
        around = box_around(np.full(4, np.nan), boxes_of(table))
        first, last = pc.min(table["first_day"]).as_py(), pc.max(table["last_day"]).as_py()
        due = (
            None if np.isnan(around).any() else tuple(around.tolist()),
            None if first is None else (first.isoformat(), last.isoformat()),
            {*table["type"].unique().to_pylist()},
        )
        if due != (part.bounds, part.days, {*part.types}):
            yield f"{file.path}: the manifest has other bounds, days or types of it; `geomap store compact` mends that"


def _events_and_rows(snapshot: Snapshot) -> Iterator[tuple[Event | str, dict[str, object]]]:
    """Yield each event with its row; what is wrong, in words, where a record cannot be read."""
    names = [column.name for column in EVENT_COLUMNS]
    dates = {column.name for column in EVENT_COLUMNS if column.sql == "DATE"}
    for number, table, rows in snapshot.event_rows(names):
        for start in range(0, len(rows), _MANY):
            bulletins: dict[str, Bulletin] = {}
            values = table.slice(start, _MANY).to_pylist()
            for row in values:
                row |= {name: None if row[name] is None else row[name].isoformat() for name in dates}
            fids = (number * ROW + rows[start : start + _MANY]).tolist()
            yield from zip(_events_or_why(snapshot, fids, bulletins), values, strict=True)


def _events_or_why(snapshot: Snapshot, fids: list[int], bulletins: dict[str, Bulletin]) -> Iterator[Event | str]:
    try:
        yield from snapshot.events(fids, bulletins)
    except StoreError:
        for fid in fids:
            try:
                yield from snapshot.events([fid], bulletins)
            except StoreError as error:
                yield error.message


def _unnamed(folder: Path, manifest: Manifest) -> list[Path]:
    """Return the files that a write has left which ended before its time."""
    named = {part.name for part in manifest.parts}
    return [
        path
        for kind in (*KINDS, ASIDE)
        for path in sorted((folder / kind).glob("*.parquet")) + sorted((folder / kind).glob(".*.parquet"))
        if f"{kind}/{path.name}" not in named
    ]


# --- putting into order


def compacted(snapshot: Snapshot, change: Change) -> Manifest:
    """Write all rows that count anew; return the state of which they are all."""
    manifest = snapshot.manifest
    rows: list[NDArray[np.int64]] = [some for _, _, some in snapshot.event_rows(["bulletin"])]
    events = write_event_parts(change, joined(snapshot.files, manifest.events, rows))
    bulletins, used = _ordered_bulletins(snapshot, change)
    return Manifest(
        generation=manifest.generation,
        events=events,
        bulletins=bulletins,
        places=_ordered_places(snapshot, change, used),
        next_place=manifest.next_place,
    )


def _ordered_bulletins(snapshot: Snapshot, change: Change) -> tuple[tuple[Part, ...], NDArray[np.int32]]:
    """Write the bulletins by date and id; return the new files and the numbers of the places that they use."""
    ids = snapshot.bulletin_ids()
    if not ids:
        return (), np.empty(0, dtype=np.int32)
    written, used = change.begin("bulletins", BULLETIN_SCHEMA), [np.empty(0, dtype=np.int32)]
    for start in range(0, len(ids), _MANY * 10):
        table = snapshot.bulletin_table(ids[start : start + _MANY * 10], BULLETIN_SCHEMA.names)
        written.write(table, group=BULLETIN_GROUP)
        used.append(np.unique(numbers(table["uses"])[1]))
    return (written.finish(),), np.unique(np.concatenate(used))


def _ordered_places(snapshot: Snapshot, change: Change, used: NDArray[np.int32]) -> tuple[Part, ...]:
    """Write the places that are used, in the order of where they lie."""
    if not len(used):
        return ()
    order = order_on_globe(*middles(snapshot.places.bounds(used)))
    written, reach_km = change.begin("places", PLACE_SCHEMA), 0.0
    for start in range(0, len(order), _MANY * 10):
        table = snapshot.places.of(used[order[start : start + _MANY * 10]], PLACE_SCHEMA.names)
        reach_km = max(reach_km, pc.max(table["uncertainty_km"]).as_py())
        written.write(table, group=PLACE_GROUP)
    return (written.finish(reach_km=reach_km),)


def sweep(folder: Path, before: Manifest, after: Manifest, *, all_others: bool = False) -> None:
    """Remove the files of a state that are in the next one no longer; with `all_others` also what nobody names.

    Who still reads the old state is told when it misses a file. A file that cannot be removed now is removed later.
    """
    left = {part.name for part in before.parts} - {part.name for part in after.parts}
    # of a later change are those of a writer whom no lock kept apart
    others = [path for path in _unnamed(folder, after) if path.name.lstrip(".") < f"{after.generation + 1:08}"]
    paths = {*(folder / name for name in left), *(others if all_others else ())}
    for path in paths:
        with suppress(OSError):
            path.unlink()
