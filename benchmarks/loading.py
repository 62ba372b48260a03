"""Rate, peak memory and size of loads from tables, of copies of whole stores, and of small calls after them.

    python -m benchmarks.loading [--events 100000 1000000] [--folder DIR]

Made events come as columns (`benchmarks.made_columns`) and go into a new GeoPackage; each run is a process of its own,
and time is that of the processor, without the making of the columns. pyogrio.write_dataframe beside it writes the
events layer alone: no places, bulletins, records, nor our indexes. "put" is `EventStore.put` of `PUT` `Event` values.
The copy is `EventStore.load` from that store into another one. A small call is `EventStore.put` of `SMALL` events into
the large store; beside it as many rows of forty columns go into a table of plain sqlite3's, with the same journal: what
the disk asks for. 10,000,000 take 22 GB of disk for the store, and as much for the copy.
"""

from __future__ import annotations

import argparse
import json
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections import deque
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import pyogrio

from benchmarks.made_columns import MadeTables
from benchmarks.made_events import MOVES, made_readings, renamed
from benchmarks.measure import machine, ratio, seconds_of, table
from geomap import open_store
from geomap.store.bulk import load_tables
from geomap.store.columns import EVENT_COLUMNS
from geomap.store.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

__all__ = ["loading_seconds"]

EVENTS = (100_000, 1_000_000)
PUT, SMALL, RUNS, PEER_ROWS = 20_000, 100, 9, 200_000


class _Timed:
    """Tables, and how long it took to make them, in seconds of a processor."""

    def __init__(self, tables: MadeTables) -> None:
        self._tables, self.events, self.making = tables, tables.events, 0.0

    def _each(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        while True:
            seconds, made = seconds_of(lambda: next(tables, None), clock=process_time)
            self.making += seconds
            if made is None:
                return
            yield made

    def bulletin_tables(self) -> Iterator[pa.Table]:
        return self._each(self._tables.bulletin_tables())

    def place_tables(self) -> Iterator[pa.Table]:
        return self._each(self._tables.place_tables())

    def event_tables(self) -> Iterator[pa.Table]:
        return self._each(self._tables.event_tables())


def loading_seconds(path: Path, events: int, moves: float) -> float:
    """Load so many made events into a new store; return the seconds of a processor, without the making."""
    made = _Timed(MadeTables(events, moves=moves))
    with closing(connect(path, create=True, timeout_s=10)) as connection:
        seconds, done = seconds_of(lambda: load_tables(connection, made, folder=path.parent), clock=process_time)
    assert done is not None  # the store is new
    assert done.events == events
    return seconds - made.making


def measured(events: int, folder: Path) -> dict[str, float]:
    """Return what one size takes, by name."""
    path, copy = folder / f"loaded-{events}.gpkg", folder / f"copy-{events}.gpkg"
    loading = loading_seconds(path, events, MOVES)
    found = {"peak MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    found |= {"load": events / loading, "MB": path.stat().st_size / 1e6}
    with open_store(path) as source, open_store(copy, create=True) as goal:
        begin = perf_counter()
        seconds, _ = seconds_of(lambda: goal.load(source), clock=process_time)
        found["copy MB/s"] = copy.stat().st_size / 1e6 / (perf_counter() - begin)
    copy.unlink()
    found["copy"] = events / seconds
    frame = pyogrio.read_dataframe(path, layer="events", max_features=PEER_ROWS, use_arrow=False)
    plain = folder / "plain.gpkg"
    found["peer"] = len(frame) / seconds_of(lambda: pyogrio.write_dataframe(frame, plain), clock=process_time)[0]
    found["small"], found["floor"] = _small(path, folder)
    making, _ = seconds_of(lambda: deque(made_readings(PUT), maxlen=0), clock=process_time)
    with open_store(folder / "put.gpkg", create=True) as store:
        putting, _ = seconds_of(lambda: store.put(made_readings(PUT)), clock=process_time)
    return found | {"put": PUT / (putting - making)}


def _small(path: Path, folder: Path) -> tuple[float, float]:
    """Return the milliseconds of a small call, and of plain rows, in turn."""
    names = [column.name for column in EVENT_COLUMNS]
    ours, plain = [], []
    with open_store(path) as store, closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as db:
        db.execute(f"CREATE TABLE plain (fid INTEGER PRIMARY KEY, {', '.join(names)})")
        sql = f"INSERT INTO plain ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        for number in range(RUNS):
            made = [renamed(reading, f"later-{number}-{reading.bulletin.id}") for reading in made_readings(SMALL)]
            ours.append(seconds_of(lambda made=made: store.put(made))[0])
            begin = perf_counter()
            db.execute("BEGIN IMMEDIATE")
            db.executemany(sql, [tuple(f"text {name}" for name in names)] * SMALL)
            db.execute("COMMIT")
            plain.append(perf_counter() - begin)
    return 1000 * median(ours), 1000 * median(plain)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", nargs="+", type=int, default=list(EVENTS))
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where there is room")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measured(options.one, options.folder)))
        return
    print(machine("geomap", "pyogrio", "pyarrow"), "\n")
    rows = []
    for events in options.events:
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            command = [sys.executable, "-m", "benchmarks.loading", "--one", str(events), "--folder", folder]
            told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        rates = [f"{told[name]:,.0f}" for name in ("load", "peer", "put", "copy", "copy MB/s", "peak MiB", "MB")]
        times = [f"{told['small']:.1f}", f"{told['floor']:.1f}", ratio(told["small"], told["floor"])]
        rows.append([f"{events:,}", *rates, *times])
    head = ["events", "load/s", "pyogrio rows/s", "put/s", "copy/s", "copied MB/s, wall", "peak MiB", "MB"]
    print(table([*head, f"{SMALL} more ms", "plain rows ms", "geomap is"], rows))


if __name__ == "__main__":
    main()
