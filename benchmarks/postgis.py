"""A store in PostGIS beside raw SQL on the very same tables, and its loading beside a raw COPY of the same rows.

    python -m benchmarks.postgis [--events 100000]

It starts a PostgreSQL server of its own on this machine, with the server's usual settings. The raw queries are what a
program that knows the tables would send: one statement on `geomap.events` with its GiST index, by the same psycopg;
frames are also read by `geopandas.read_postgis`. Each time is the median over boxes, asked `RUNS` times of everyone in
turn; a box whose answers differ fails the benchmark. The raw COPY writes the rows of `events` and nothing else into a
table with the same indexes.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import deque
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import geopandas as gpd
import psycopg
import shapely

from benchmarks.box import ANSWERS, BOXES, RUNS, SIX, YEAR, YEAR_SQL
from benchmarks.boxes import boxes_in, edges
from benchmarks.made_events import made_readings
from benchmarks.measure import interleaved, machine, ratio, seconds_of, table
from geomap import BBox, EventQuery, open_store
from geomap.store.columns import EVENT_COLUMNS

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from postgis_server import Server, programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from geomap.store import EventStore

COLUMNS = [f'"{column.name}"' for column in EVENT_COLUMNS]
_IN_BOX = "ST_Intersects(geom, ST_MakeEnvelope(%s, %s, %s, %s, 4326))"


@dataclass(frozen=True, slots=True)
class Asked:
    """Those who are asked: the store held open, and a connection to its database."""

    store: EventStore
    raw: psycopg.Connection


def _raw(asked: Asked, what: str, box: BBox, *, also: str = "true") -> list[tuple]:
    sql = f"SELECT {what} FROM geomap.events WHERE {_IN_BOX} AND {also}"
    return asked.raw.execute(sql, edges(box), binary=True).fetchall()


def raw_count(asked: Asked, box: BBox, *, also: str = "true") -> int:
    return _raw(asked, "count(*)", box, also=also)[0][0]


def raw_rows(asked: Asked, box: BBox, *, columns: list[str] = COLUMNS, also: str = "true") -> list[tuple]:
    return _raw(asked, ", ".join(["ST_AsBinary(geom)", *columns]), box, also=also)


def raw_records(asked: Asked, box: BBox) -> list[tuple]:
    sql = f"SELECT id, record FROM geomap.events JOIN geomap.details ON event = fid WHERE {_IN_BOX}"
    return asked.raw.execute(sql, edges(box), binary=True).fetchall()


def count(asked: Asked, box: BBox) -> int:
    return asked.store.count(EventQuery(bbox=box))


def count_year(asked: Asked, box: BBox) -> int:
    return asked.store.count(bbox=box, **YEAR)


def events(asked: Asked, box: BBox) -> list[str]:
    return [event.id for event in asked.store.query(EventQuery(bbox=box))]


def frame(asked: Asked, box: BBox) -> object:
    return asked.store.to_geodataframe(bbox=box)


def frame_six(asked: Asked, box: BBox) -> object:
    return asked.store.to_geodataframe(bbox=box, columns=SIX)


def read_postgis(asked: Asked, box: BBox, *, columns: list[str] = COLUMNS) -> object:
    sql = f"SELECT geom, {', '.join(columns)} FROM geomap.events WHERE {_IN_BOX}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # pandas would rather have SQLAlchemy
        return gpd.read_postgis(sql, asked.raw, geom_col="geom", crs="EPSG:4326", params=edges(box))


_SIX = [f'"{column}"' for column in SIX]
QUESTIONS: tuple[tuple[str, Callable, tuple[tuple[str, Callable], ...]], ...] = (
    ("how many", count, (("raw count", raw_count),)),
    ("how many of a year and a type", count_year, (("raw count", partial(raw_count, also=YEAR_SQL)),)),
    ("whole events", events, (("raw records, not read", raw_records),)),
    ("frame", frame, (("raw rows, no frame", raw_rows), ("geopandas.read_postgis", read_postgis))),
    (
        "frame of six columns",
        frame_six,
        (
            ("raw rows, no frame", partial(raw_rows, columns=_SIX)),
            ("geopandas.read_postgis", partial(read_postgis, columns=_SIX)),
        ),
    ),
)


def loaded(asked: Asked, size: int) -> str:
    """Fill the store, and say how long it took beside a raw COPY of its rows of events."""
    making, _ = seconds_of(lambda: deque(made_readings(size), maxlen=0))
    storing, _ = seconds_of(lambda: asked.store.put(made_readings(size)))
    ours = storing - making
    names = ", ".join(["geom", *COLUMNS])
    rows = asked.raw.execute(
        f"SELECT geom::text, {', '.join(f'{c}::text' for c in COLUMNS)} FROM geomap.events"
    ).fetchall()
    asked.raw.execute("CREATE TABLE plain (LIKE geomap.events INCLUDING INDEXES INCLUDING IDENTITY)")
    asked.raw.execute("ALTER TABLE plain ALTER curve DROP NOT NULL")
    peer, _ = seconds_of(lambda: _copied(asked.raw, f"COPY plain ({names}) FROM STDIN", rows))
    asked.raw.execute("DROP TABLE plain")
    megabytes = asked.store.info().size_bytes / 1e6
    return (
        f"Loaded in one put: {ours:.1f} s, {size / ours:,.0f} events/s, {megabytes:,.0f} MB, with places, bulletins,"
        " records and words."
        f" Raw COPY of the rows of events alone into a table with the same indexes: {peer:.1f} s,"
        f" {size / peer:,.0f} rows/s (geomap {ratio(ours, peer)})."
    )


def _copied(raw: psycopg.Connection, sql: str, rows: list[tuple]) -> None:
    with raw.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def differing(asked: Asked, boxes: list[BBox]) -> int:
    return sum(not _same(asked, box) for box in boxes)


def _same(asked: Asked, box: BBox) -> bool:
    ids = sorted(id_ for id_, _ in raw_records(asked, box))
    ours = asked.store.to_geodataframe(bbox=box)
    raw = {row[1]: row[0] for row in raw_rows(asked, box)}
    geometries = shapely.from_wkb([raw[id_] for id_ in ours["id"]])
    return (
        sorted(events(asked, box)) == sorted(ours["id"]) == ids
        and count(asked, box) == raw_count(asked, box)
        and count_year(asked, box) == raw_count(asked, box, also=YEAR_SQL)
        and bool(shapely.equals_identical(ours.geometry.to_numpy(), geometries).all())
    )


def report(asked: Asked, size: int) -> int:
    """Measure, print the table, and return how many boxes were answered differently."""
    print(f"{size:,} made events. {loaded(asked, size)}")
    placed = asked.store.to_geodataframe(columns=["id"])
    rows, wrong = [], 0
    for answer in ANSWERS:
        boxes = boxes_in(placed, BOXES, answer=answer)
        wrong += differing(asked, boxes)  # before the measuring: it also warms everyone up
        for name, ours, peers in QUESTIONS:
            who = [ours, *(peer for _, peer in peers)]
            times = [interleaved([partial(f, asked, box) for f in who], runs=RUNS) for box in boxes]
            mine, *others = (1000 * median(column) for column in zip(*times, strict=True))
            for (peer, _), theirs in zip(peers, others, strict=True):
                rows.append((name, answer, f"{mine:.2f}", peer, f"{theirs:.2f}", ratio(mine, theirs)))
    print(table(["question", "rows, about", "geomap ms", "peer", "peer ms", "geomap is"], rows))
    print(f"\nThe same answer from both in {BOXES * len(ANSWERS) - wrong} of {BOXES * len(ANSWERS)} boxes.")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--events", type=int, default=100_000)
    options = parser.parse_args()
    folder = programs()
    if folder is None:
        raise SystemExit("no PostgreSQL: scripts/install-system-packages installs it, or set GEOMAP_POSTGRES")
    server = Server.made(folder, settings={})
    try:
        url = server.url(server.database())
        version = server.sql("with_postgis", "SELECT current_setting('server_version'), postgis_lib_version()")
        print(machine("geomap", "psycopg", "shapely"), f"PostgreSQL and PostGIS {version.replace('|', ', ')}", sep=", ")
        with open_store(url, create=True) as store, psycopg.connect(url, autocommit=True, prepare_threshold=1) as raw:
            wrong = report(Asked(store, raw), options.events)
    finally:
        server.remove()
    if wrong:
        raise SystemExit(f"{wrong} boxes were answered differently")


if __name__ == "__main__":
    main()
