"""Peak memory and rate of `geomap ingest` over 1,000, 10,000 and 100,000 bulletins: memory should not grow with them.

    python -m benchmarks.ingest [--bulletins 1000 10000] [--jobs 1]

The bulletins are copies of the examples, each with an id and a date of its own, in one folder. Each run is a process of
its own, `geomap ingest FOLDER` into a new store; time is that of the processor, with its children; peak memory is that
which the system counts for it (and for the largest of its children, with --jobs). Copies are kind to whatever keeps
answers: their names are the same.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from benchmarks.measure import machine, table
from benchmarks.recognition import EXAMPLES

COUNTS = (1_000, 10_000)
"""The usual ones; 100,000 take a quarter of an hour and more, and 6 GB of disk."""
DAYS = 900
MIB = 1024 * 1024


def write_bulletins(folder: Path, count: int) -> int:
    """Write copies of the examples and return how many characters they have."""
    examples = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.txt"))]
    characters = 0
    for number in range(count):
        day = date(2018, 1, 1) + timedelta(days=number % DAYS)
        text = re.sub(r"(?m)^id:.*$", f"id: b{number:06}", examples[number % len(examples)], count=1)
        text = re.sub(r"(?m)^date:.*$", f"date: {day}", text, count=1)
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")
        characters += len(text)
    return characters


def ingest(folder: Path, store: Path, jobs: int) -> tuple[float, float]:
    """Ingest a folder in a process of its own; return its seconds of processor time and its peak memory in MiB.

    Raises
    ------
    CalledProcessError
        When it fails.
    """
    command = [sys.executable, "-c", "from geomap.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "ingest", str(folder), "--store", str(store), "--jobs", str(jobs)], stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        raise subprocess.CalledProcessError(status, command)
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / MIB


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bulletins", nargs="+", type=int, default=list(COUNTS), help="how many")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    options = parser.parse_args()
    print(machine("geomap"))
    rows = []
    least = None
    for count in options.bulletins:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made, "bulletins")
            folder.mkdir()
            characters = write_bulletins(folder, count)
            store = Path(made, "geomap.gpkg")
            seconds, peak = ingest(folder, store, options.jobs)
            least = least or peak
            rows.append(
                (f"{count:,}", f"{seconds:,.0f}", f"{count / seconds:,.0f}", f"{characters / seconds:,.0f}",
                 f"{peak:,.0f}", f"{peak / least:.2f}", f"{store.stat().st_size / MIB:,.0f}")
            )  # fmt: skip
    head = ["bulletins", "s of processor", "bulletins/s", "characters/s", "peak MiB", "of the first", "store MiB"]
    print(f"\n`geomap ingest --jobs {options.jobs}`, files read, understood and stored.\n")
    print(table(head, rows))


if __name__ == "__main__":
    main()
