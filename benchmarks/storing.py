"""Peak memory and rate of `EventStore.put` alone, for 1,000, 10,000 and 100,000 bulletins: memory should stay flat.

    python -m benchmarks.storing [--bulletins 1000 10000]

The bulletins are the examples, read once, each under so many ids and dates: what they hold is real in shape, and what
is measured is the store, not the reading. Each run is a process of its own; time is that of the processor, the making
of the copies with it. 100,000 take some minutes and 5 GB of disk.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import machine, table
from benchmarks.recognition import EXAMPLES
from geomap import Gazetteer, open_store, process, read_bulletins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap import Reading

COUNTS = (1_000, 10_000)
DAYS = 900


def copies(read: list[Reading], count: int) -> Iterator[Reading]:
    """Yield so many readings, each of an id and a date of its own."""
    for number in range(count):
        one = read[number % len(read)]
        bulletin = replace(one.bulletin, id=f"b{number:06}", date=date(2018, 1, 1) + timedelta(days=number % DAYS))
        before = len(one.bulletin.id)
        events = tuple(replace(e, bulletin=bulletin, id=f"{bulletin.id}{e.id[before:]}") for e in one.events)
        yield replace(one, bulletin=bulletin, events=events)


def store_them(count: int) -> None:
    """Store so many; print the events, the seconds of processor, the peak in MiB and the size of the store in MB."""
    gazetteer = Gazetteer.load()
    read = [process(bulletin, gazetteer) for bulletin in read_bulletins(EXAMPLES)]
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder, "made.gpkg"), create=True) as store:
        begin = time.process_time()
        events = store.put(copies(read, count)).events
        seconds = time.process_time() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(events, seconds, peak, Path(folder, "made.gpkg").stat().st_size / 1e6)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bulletins", nargs="+", type=int, default=list(COUNTS), help="how many")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        store_them(options.one)
        return
    print(machine("geomap"), "\n")
    rows = []
    for count in options.bulletins:
        command = [sys.executable, "-m", "benchmarks.storing", "--one", str(count)]
        alone = {**os.environ, "GEOMAP_WORLD": ""}
        told = subprocess.run(command, check=True, capture_output=True, text=True, env=alone)
        events, seconds, peak, size = map(float, told.stdout.split())
        rows.append([f"{n:,.0f}" for n in (count, events, seconds, events / seconds, peak, size)])
    print(table(["bulletins", "events", "s of processor", "events/s", "peak MiB", "store MB"], rows))


if __name__ == "__main__":
    main()
