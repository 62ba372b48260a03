"""A dataset and a cluster: questions by box against the number of events, reading against the number of workers.

    python -m benchmarks.cluster [--events 10000 100000] [--bulletins 400] [--workers 1 2] [--plot docs/cluster.svg]

Questions: so many made events are put into a dataset. Boxes of about 1,000 rows are asked of geomap, of
``geopandas.read_parquet(bbox=)`` and of ``dask_geopandas.read_parquet`` with ``cx`` (which leaves partitions out) and
``clip``, all on the same files and for the same six columns; each time is the median over the boxes, each asked `RUNS`
times of everyone in turn. Files are in the system's cache. The answers are compared; when one differs the benchmark
fails. Opening the store, or the folder, is part of every answer.

Reading: copies of the examples are ingested with ``--scheduler`` by so many workers of one thread, beside ``--jobs``
with as many processes. A scheduler, the workers and geomap itself share this machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import dask_geopandas
import geopandas as gpd
import shapely

from benchmarks.boxes import boxes_in, edges
from benchmarks.cluster_plot import save_plot
from benchmarks.ingest import write_bulletins
from benchmarks.made_events import made_readings
from benchmarks.measure import interleaved, machine, ratio, seconds_of, table
from geomap import BBox, EventQuery, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

EVENTS = (10_000, 100_000)
"""The usual numbers; a million takes some minutes to make and to store."""
ROWS = 1000
BOXES = 8
RUNS = 3
SIX = ["id", "type", "first_day", "value", "point_of", "sentence"]
"""Columns of a usual map."""
HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How long storing so many events took (s), how large they are (MB), and the times of an answer by who gave it."""

    events: int
    seconds: float
    megabytes: float
    times: dict[str, float]


# --- questions: each takes the store's folder and a box (EPSG:4326), and gives the rows of the six columns


def geomap_frame(folder: Path, box: BBox) -> gpd.GeoDataFrame:
    with open_store(f"parquet:{folder}") as store:
        return store.to_geodataframe(EventQuery(bbox=box), columns=SIX)


def geomap_count(folder: Path, box: BBox) -> int:
    with open_store(f"parquet:{folder}") as store:
        return store.count(EventQuery(bbox=box))


def geomap_events(folder: Path, box: BBox) -> int:
    with open_store(f"parquet:{folder}") as store:
        return sum(1 for _ in store.query(EventQuery(bbox=box)))


def geopandas_frame(folder: Path, box: BBox) -> gpd.GeoDataFrame:
    """Rows whose box meets the box, then those that meet it: what `read_parquet` gives is not exact."""
    found = gpd.read_parquet(folder / "events", bbox=edges(box), columns=[*SIX, "geometry"])
    return found[found.intersects(shapely.box(*edges(box)))]


def dask_clipped(folder: Path, box: BBox) -> gpd.GeoDataFrame:
    lazy = dask_geopandas.read_parquet(folder / "events", columns=[*SIX, "geometry"])
    near = lazy.cx[box.west : box.east, box.south : box.north]
    return near.clip(shapely.box(*edges(box))).compute(scheduler="synchronous")


def lazy_frame(folder: Path, box: BBox) -> gpd.GeoDataFrame:
    with open_store(f"parquet:{folder}") as store:
        return store.to_dask(EventQuery(bbox=box), columns=SIX).compute(scheduler="synchronous")


ASKED = {
    "geomap": geomap_frame,
    "geomap, how many": geomap_count,
    "geomap, whole events": geomap_events,
    "geomap, lazy frame": lazy_frame,
    "geopandas.read_parquet(bbox=)": geopandas_frame,
    "dask_geopandas, cx and clip": dask_clipped,
}
FRAMES = {"geomap, lazy frame", "geopandas.read_parquet(bbox=)", "dask_geopandas, cx and clip"}


def asked_of(number: int, folder: Path) -> tuple[Line, int]:
    """Return the line of a dataset of so many made events, and how many boxes were answered differently."""
    store = folder / f"made-{number}"
    made = made_readings(number)
    with open_store(f"parquet:{store}", create=True) as opened:
        seconds, _ = seconds_of(lambda: opened.put(made))
        size = opened.info().size_bytes / 1e6
    boxes = boxes_in(gpd.read_parquet(store / "events", columns=["geometry"]), BOXES, answer=ROWS)
    wrong = sum(_differs(store, box) for box in boxes)
    times = [interleaved([partial(ask, store, box) for ask in ASKED.values()], runs=RUNS) for box in boxes]
    medians = [1000 * median(column) for column in zip(*times, strict=True)]
    return Line(events=number, seconds=seconds, megabytes=size, times=dict(zip(ASKED, medians, strict=True))), wrong


def _differs(store: Path, box: BBox) -> bool:
    ours = sorted(geomap_frame(store, box)["id"])
    peers = [sorted(ASKED[name](store, box)["id"]) for name in FRAMES]
    return any(peer != ours for peer in peers) or {geomap_count(store, box), geomap_events(store, box)} != {len(ours)}


# --- reading


def read_by(workers: Sequence[int], bulletins: int, folder: Path) -> list[tuple[int, float, float, int]]:
    """Return, by the number of workers, the seconds of `--scheduler` and of `--jobs`, and the number of events."""
    texts = folder / "bulletins"
    texts.mkdir()
    write_bulletins(texts, bulletins)
    lines = []
    for number in workers:
        on_cluster, in_processes = folder / f"cluster-{number}", folder / f"jobs-{number}"
        jobs, _ = seconds_of(partial(_ingest, texts, in_processes, "--jobs", str(number)))
        cluster = _on_cluster(texts, on_cluster, number)
        with open_store(f"parquet:{on_cluster}") as one, open_store(f"parquet:{in_processes}") as other:
            events = one.count()
            if [event.id for event in one.query()] != [event.id for event in other.query()]:
                raise SystemExit("the cluster read other events")
        lines.append((number, cluster, jobs, events))
    return lines


def _on_cluster(texts: Path, store: Path, workers: int) -> float:
    from distributed import LocalCluster  # noqa: PLC0415  it starts threads when it is imported

    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, host=HERE, dashboard_address=None
    ) as cluster:
        _ingest(texts, store.with_name("warm"), "--scheduler", cluster.scheduler_address, only="00000*.txt")
        seconds, _ = seconds_of(partial(_ingest, texts, store, "--scheduler", cluster.scheduler_address))
    return seconds


def _ingest(texts: Path, store: Path, *how: str, only: str | None = None) -> None:
    paths = sorted(map(str, texts.glob(only))) if only else [str(texts)]
    command = [sys.executable, "-c", "from geomap.cli import main; main()", "ingest", *paths]
    run = subprocess.run([*command, "--store", f"parquet:{store}", *how], stderr=subprocess.DEVNULL, check=False)
    if run.returncode:
        raise SystemExit(f"ingest {' '.join(how)} ended with {run.returncode}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--events", nargs="*", type=int, default=list(EVENTS), help="how many are asked")
    parser.add_argument("--bulletins", type=int, default=400, help="how many are read")
    parser.add_argument("--workers", nargs="*", type=int, default=[1, 2], help="how many read")
    parser.add_argument("--plot", type=Path, metavar="FILE.svg", help="draw both here")
    options = parser.parse_args()
    told = machine("geomap", "geopandas", "dask-geopandas", "distributed", "pyarrow")
    print(f"{told}; {os.getloadavg()[0]:.1f} other processes wanted to run at the start")
    with tempfile.TemporaryDirectory() as made:
        lines = [asked_of(number, Path(made)) for number in options.events]
        _print_questions([line for line, _ in lines])
        read = read_by(options.workers, options.bulletins, Path(made)) if options.workers else []
        _print_reading(read, options.bulletins)
    if options.plot:
        save_plot([(line.events, line.times) for line, _ in lines], read, options.plot)
    if wrong := sum(wrong for _, wrong in lines):
        raise SystemExit(f"{wrong} boxes were answered differently")


def _print_questions(lines: Sequence[Line]) -> None:
    print("\nStored in one put, with making the events:\n")
    rows = [(f"{e.events:,}", f"{e.seconds:.1f}", f"{e.events / e.seconds:,.0f}", f"{e.megabytes:.0f}") for e in lines]
    print(table(["events", "s", "events/s", "MB"], rows))
    print(f"\nA box of about {ROWS:,} rows, median ms, and how geomap's frame of six columns compares:\n")
    asked = [
        (f"{line.events:,}", who, f"{ms:.1f}", "" if who == "geomap" else ratio(line.times["geomap"], ms))
        for line in lines
        for who, ms in line.times.items()
    ]
    print(table(["events", "who", "ms", "geomap's frame is"], asked))


def _print_reading(lines: Sequence[tuple[int, float, float, int]], bulletins: int) -> None:
    print(f"\n{bulletins:,} bulletins read and stored, from the start of the program to its end:\n")
    rows = [
        (number, f"{cluster:.1f}", f"{events / cluster:,.0f}", f"{jobs:.1f}", f"{events / jobs:,.0f}",
         ratio(cluster, jobs), f"{cluster / events * 1e6 / 3600 * number:.1f}")
        for number, cluster, jobs, events in lines
    ]  # fmt: skip
    head = [
        "workers",
        "cluster s",
        "events/s",
        "--jobs s",
        "events/s",
        "the cluster is",
        "worker h a million events",
    ]
    print(table(head, rows))


if __name__ == "__main__":
    main()
