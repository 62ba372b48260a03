"""Questions by box, with a year and a type, too: geomap's store, pyogrio on the very same file, geopandas in memory.

    python -m benchmarks.box [--plots DIR] [--stores 20000:0.15 100000:0.15 100000:0] [--keep DIR]

A store is so many made events, of which a share has two places: their one geometry spans both, which plain R-trees
dislike, while geomap asks the places. Each store is written with `EventStore.put`, or, from `MOST_BY_EVENTS` on, from
tables (`benchmarks.made_columns`). Then boxes of about 10, 100, 1,000
and 10,000 events are asked of all, alone and with a year and a type; each time is the median over the boxes, each box
being asked `RUNS` times of everyone in turn. Files are in the system's cache. The answers are compared; when one
differs the benchmark fails. DuckDB has the rows in the same order, with the edges of their envelopes in columns, and is
asked for those alone: no exact test, so its answers may have more rows, and are not compared.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import deque
from collections.abc import Callable  # noqa: TC003  a field of a dataclass
from contextlib import closing, nullcontext
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import duckdb
import geopandas as gpd
import pyogrio
import shapely

from benchmarks.box_plot import save_growth, save_plot
from benchmarks.boxes import boxes_in, edges
from benchmarks.loading import loading_seconds
from benchmarks.made_events import MOVES, made_readings, renamed
from benchmarks.measure import interleaved, machine, ratio, seconds_of, table
from geomap import BBox, EventQuery, Reading, open_store
from geomap.store.columns import EVENT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.store import EventStore

STORES = ((20_000, MOVES), (100_000, MOVES), (100_000, 0.0))
ANSWERS = (10, 100, 1000, 10_000)
BOXES = 12
RUNS = 3
COLUMNS = [column.name for column in EVENT_COLUMNS]
SIX = ["id", "type", "first_day", "value", "point_of", "sentence"]
"""Columns of a usual map."""

YEAR = {"from_": "2019-01-01", "to": "2020-01-01", "types": "return"}
YEAR_SQL = "type = 'return' AND last_day >= '2019-01-01' AND first_day < '2020-01-01'"
MOST_IN_MEMORY = 200_000
"""Events; more of them, with forty columns, take gigabytes, and geopandas is left out."""

MOST_BY_EVENTS = 200_000
"""Events that are made one by one, as `Event` values; more come as tables."""

CHUNK = 100_000
"""Rows that go into DuckDB at a time."""

GROWTH = 1000
"""Rows of the answers whose times are drawn against the size of the store."""

APPENDED = 100
"""Events of a small call, as of some bulletins of a day."""
WITH_ARROW = find_spec("pyarrow") is not None
"""pyogrio reads faster through pyarrow; geomap does not need it, so it is measured only where it is installed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Those who are asked: the store held open, its file, the same rows in memory with their index made."""

    store: EventStore
    path: Path
    frame: gpd.GeoDataFrame
    duckdb: Any
    clock: Callable[[], float] = perf_counter


# --- the questions: each takes a box (EPSG:4326: west, south, east, north) and gives the same answer in its own way


def geomap_count(asked: Asked, box: BBox) -> int:
    return asked.store.count(EventQuery(bbox=box))


def geomap_events(asked: Asked, box: BBox) -> list[str]:
    return [event.id for event in asked.store.query(EventQuery(bbox=box))]


def geomap_frame(asked: Asked, box: BBox) -> gpd.GeoDataFrame:
    return asked.store.to_geodataframe(EventQuery(bbox=box))


def geomap_frame_opened(asked: Asked, box: BBox) -> gpd.GeoDataFrame:
    with open_store(asked.path) as store:
        return store.to_geodataframe(EventQuery(bbox=box))


def geomap_count_year(asked: Asked, box: BBox) -> int:
    return asked.store.count(bbox=box, **YEAR)


def geomap_frame_year(asked: Asked, box: BBox) -> gpd.GeoDataFrame:
    return asked.store.to_geodataframe(bbox=box, **YEAR)


def geomap_six(asked: Asked, box: BBox) -> gpd.GeoDataFrame:
    return asked.store.to_geodataframe(bbox=box, columns=SIX)


def pyogrio_ids(asked: Asked, box: BBox, *, where: str | None = None) -> list[str]:
    found = pyogrio.read_dataframe(
        asked.path, layer="events", columns=["id"], read_geometry=False, bbox=edges(box), where=where, use_arrow=False
    )
    return list(found["id"])


def pyogrio_frame(
    asked: Asked, box: BBox, *, use_arrow: bool = False, columns: list[str] = COLUMNS, where: str | None = None
) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(
        asked.path, layer="events", columns=columns, bbox=edges(box), where=where, use_arrow=use_arrow
    )


def memory_ids(asked: Asked, box: BBox) -> list[str]:
    rows = asked.frame.sindex.query(shapely.box(*edges(box)), predicate="intersects")
    return list(asked.frame["id"].to_numpy()[rows])


def memory_frame(asked: Asked, box: BBox) -> gpd.GeoDataFrame:
    return asked.frame.cx[box.west : box.east, box.south : box.north]


_IN_BOX = "max_x >= ? AND min_x <= ? AND max_y >= ? AND min_y <= ?"


def _values(box: BBox) -> list[float]:
    return [box.west, box.east, box.south, box.north]


def duckdb_ids(asked: Asked, box: BBox, *, where: str = "true") -> list[int]:
    sql = f"SELECT fid FROM events WHERE {_IN_BOX} AND {where}"
    return [fid for (fid,) in asked.duckdb.execute(sql, _values(box)).fetchall()]


def duckdb_frame(asked: Asked, box: BBox, *, columns: list[str] = COLUMNS, where: str = "true") -> gpd.GeoDataFrame:
    sql = f"SELECT {', '.join(columns)}, wkb FROM events WHERE {_IN_BOX} AND {where}"
    frame = asked.duckdb.execute(sql, _values(box)).df()
    return gpd.GeoDataFrame(frame[columns], geometry=shapely.from_wkb(frame["wkb"].map(bytes)), crs=4326)


Question = tuple[str, "Callable[[Asked, BBox], object]", tuple[tuple[str, "Callable[[Asked, BBox], object]"], ...]]

_YEAR_PEERS = (
    ("pyogrio ids", partial(pyogrio_ids, where=YEAR_SQL)), ("DuckDB, envelopes", partial(duckdb_ids, where=YEAR_SQL)),
)  # fmt: skip
_ARROW = (("pyogrio with Arrow", partial(pyogrio_frame, use_arrow=True)),) if WITH_ARROW else ()
_FRAME_PEERS = (
    ("pyogrio", pyogrio_frame), *_ARROW, ("DuckDB, envelopes", duckdb_frame), ("geopandas .cx in memory", memory_frame),
)  # fmt: skip
_ID_PEERS = (
    ("pyogrio ids", pyogrio_ids), ("DuckDB, envelopes", duckdb_ids), ("geopandas sindex in memory", memory_ids),
)  # fmt: skip


def _pyogrio(**more: object) -> tuple[tuple[str, Callable[[Asked, BBox], object]], ...]:
    """Return pyogrio as a peer, plain and with Arrow where that is installed."""
    arrow = (("pyogrio with Arrow", partial(pyogrio_frame, use_arrow=True, **more)),) if WITH_ARROW else ()
    duck = ("DuckDB, envelopes", partial(duckdb_frame, **more))
    return (("pyogrio", partial(pyogrio_frame, **more)), *arrow, duck)


QUESTIONS: tuple[Question, ...] = (
    ("how many", geomap_count, _ID_PEERS),
    ("whole events", geomap_events, _ID_PEERS),
    ("frame", geomap_frame, _FRAME_PEERS),
    ("how many of a year and a type", geomap_count_year, _YEAR_PEERS),
    ("frame of a year and a type", geomap_frame_year, _pyogrio(where=YEAR_SQL)),
    ("frame of six columns", geomap_six, _pyogrio(columns=SIX)),
    ("frame, store opened for it", geomap_frame_opened, (("pyogrio", pyogrio_frame), *_ARROW)),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A question, how many rows answered it, and its median times in milliseconds, ours first."""

    question: str
    rows: int
    times: dict[str, float]


def differing(asked: Asked, boxes: list[BBox]) -> int:
    """Return for how many boxes the answers are not all the same: ids, sentences, geometries."""
    return sum(not _same(asked, box) for box in boxes)


def _same(asked: Asked, box: BBox) -> bool:
    ours = geomap_frame(asked, box).sort_values("id")
    frames, lists = [pyogrio_frame], [geomap_events, pyogrio_ids]
    if "id" in asked.frame:
        frames, lists = [*frames, memory_frame], [*lists, memory_ids]
    peers = [f(asked, box).sort_values("id") for f in frames]
    ids = list(ours["id"])
    lists_agree = all(sorted(f(asked, box)) == ids for f in lists)
    of_year = sorted(geomap_frame_year(asked, box)["id"]) == sorted(pyogrio_ids(asked, box, where=YEAR_SQL))
    return (
        lists_agree
        and of_year
        and geomap_count(asked, box) == len(ids)
        and all(_same_rows(ours, peer) for peer in peers)
    )


def _same_rows(ours: gpd.GeoDataFrame, peer: gpd.GeoDataFrame) -> bool:
    return (
        list(ours["id"]) == list(peer["id"])
        and list(ours["sentence"]) == list(peer["sentence"])
        and bool(shapely.equals_exact(ours.geometry.to_numpy(), peer.geometry.to_numpy()).all())
    )


def measured(asked: Asked, answer: int, boxes: list[BBox]) -> list[Line]:
    """Return a line for each question asked with these boxes."""
    return [_measured(asked, question, answer, boxes) for question in QUESTIONS]


def measured_of_year(asked: Asked, answers: Sequence[int]) -> list[Line]:
    """Return lines for boxes so large that so many rows are of the year and the type."""
    of_year = pyogrio.read_dataframe(asked.path, layer="events", columns=[], where=YEAR_SQL, use_arrow=False)
    lines = []
    for answer in answers:
        if 2 * answer > len(of_year):
            continue
        boxes = boxes_in(of_year, BOXES, answer=answer)
        lines += [
            _measured(asked, (f"{name}, wide box", *of), answer, boxes) for name, *of in QUESTIONS if "year" in name
        ]
    return lines


def _measured(asked: Asked, question: Question, answer: int, boxes: list[BBox]) -> Line:
    name, ours, peers = question
    if "id" not in asked.frame:
        peers = tuple(peer for peer in peers if "in memory" not in peer[0])
    if asked.duckdb is None:
        peers = tuple(peer for peer in peers if "DuckDB" not in peer[0])
    who = [("geomap", ours), *peers]
    works = [[partial(f, asked, box) for _, f in who] for box in boxes]
    times = [interleaved(of_box, runs=RUNS, clock=asked.clock) for of_box in works]
    medians = [1000 * median(column) for column in zip(*times, strict=True)]
    return Line(name, answer, dict(zip([peer for peer, _ in who], medians, strict=True)))


def written(path: Path, size: int, moves: float) -> str:
    """Write a store of made events and say how long it took, with GDAL's time beside it."""
    how, seconds = ("in one put", _putting_seconds) if size <= MOST_BY_EVENTS else ("from tables", loading_seconds)
    ours = seconds(path, size, moves)
    frame = pyogrio.read_dataframe(path, layer="events", max_features=min(size, MOST_IN_MEMORY), use_arrow=False)
    plain = path.with_name(f"plain-{path.name}")
    peer, _ = seconds_of(lambda: pyogrio.write_dataframe(frame, plain, layer="events"), clock=process_time)
    sizes = [file.stat().st_size / 1e6 for file in (path, plain)]
    return (
        f"Written {how}: {ours:.1f} s of a processor, {size / ours:,.0f} events/s, {sizes[0]:.0f} MB."
        f" pyogrio.write_dataframe of {len(frame):,} rows of the events layer alone, without places, bulletins and our"
        f" indexes: {peer:.1f} s, {len(frame) / peer:,.0f} rows/s, {sizes[1]:.0f} MB"
        f" (geomap {ratio(ours / size, peer / len(frame))}).{appended(path, plain, frame.head(APPENDED))}"
    )


def _putting_seconds(path: Path, size: int, moves: float) -> float:
    making = seconds_of(lambda: deque(made_readings(size, moves=moves), maxlen=0), clock=process_time)[0]
    with open_store(path, create=True) as store:
        return seconds_of(lambda: store.put(made_readings(size, moves=moves)), clock=process_time)[0] - making


def appended(path: Path, plain: Path, some: gpd.GeoDataFrame) -> str:
    """Add a few events in a call of their own, rows to GDAL's file in turn, and say how long each took."""
    parts = [_some(number) for number in range(9)]
    left = iter(parts)
    with open_store(path) as store:
        ours, peer = interleaved(
            [lambda: store.put(next(left)), lambda: pyogrio.write_dataframe(some, plain, layer="events", append=True)],
            runs=len(parts),
        )
        store.put(Reading(bulletin=reading.bulletin) for part in parts for reading in part)  # boxes ask for the others
    return (
        f" {APPENDED} more events in a call of their own: {1000 * ours:.1f} ms; pyogrio.write_dataframe(append=True) of"
        f" as many rows: {1000 * peer:.1f} ms (geomap {ratio(ours, peer)})."
    )


def _some(number: int) -> list[Reading]:
    """Return a few readings that are not those of the store."""
    made = made_readings(APPENDED, seed=number)
    return [renamed(reading, f"later-{number}-{reading.bulletin.id}") for reading in made]


def report(
    size: int, moves: float, folder: Path, answers: Sequence[int], clock: Callable[[], float], *, duckdb_too: bool
) -> tuple[list[Line], int]:
    """Measure one size, print its tables, and return the lines and how many boxes were answered differently."""
    path = folder / f"made-{size}-{moves}.gpkg"
    how = "Kept from a run before." if path.exists() else written(path, size, moves)
    print(f"\n{size:,} made events, {moves:.0%} of them with two places. {how}")
    loading, frame = seconds_of(lambda: _in_memory(path, size))
    print(f"Reading them all into memory with an index, once, for geopandas: {loading:.1f} s.\n")
    lines, wrong, asked_boxes = [], 0, 0
    with open_store(path) as store, closing(_in_duckdb(path)) if duckdb_too else nullcontext() as duck:
        asked = Asked(store, path, frame, duck, clock)
        for answer in answers:
            boxes = boxes_in(frame, BOXES, answer=answer)
            wrong += differing(asked, boxes)  # before the measuring: it also warms everyone up
            asked_boxes += len(boxes)
            lines += measured(asked, answer, boxes)
        lines += measured_of_year(asked, answers)
    rows = [_row(line, peer) for line in lines for peer in line.times if peer != "geomap"]
    print(table(["question", "rows, about", "geomap ms", "peer", "peer ms", "geomap is"], rows))
    print(f"\nThe same answer from all in {asked_boxes - wrong} of {asked_boxes} boxes.")
    return lines, wrong


def _row(line: Line, peer: str) -> tuple[object, ...]:
    ours, theirs = line.times["geomap"], line.times[peer]
    return line.question, line.rows, f"{ours:.2f}", peer, f"{theirs:.2f}", ratio(ours, theirs)


def _in_memory(path: Path, size: int) -> gpd.GeoDataFrame:
    columns = COLUMNS if size <= MOST_IN_MEMORY else []
    frame = pyogrio.read_dataframe(path, layer="events", columns=columns, use_arrow=False)
    _ = frame.sindex  # made when first asked for
    return frame


def _in_duckdb(path: Path) -> Any:
    """Return a DuckDB database in a file, with the rows of the layer in their order."""
    database = duckdb.connect(str(path.with_suffix(".duckdb")))
    if not database.execute("SELECT count(*) FROM duckdb_tables()").fetchone()[0]:
        for first in range(0, pyogrio.read_info(path, layer="events")["features"], CHUNK):
            rows = pyogrio.read_dataframe(
                path, layer="events", skip_features=first, max_features=CHUNK, fid_as_index=True, use_arrow=False
            )
            edges = rows.bounds.set_axis(["min_x", "min_y", "max_x", "max_y"], axis=1)
            made = rows.drop(columns="geometry").assign(wkb=shapely.to_wkb(rows.geometry), **edges).reset_index()  # noqa: F841  DuckDB sees it
            start = "CREATE TABLE events AS" if first == 0 else "INSERT INTO events"
            database.execute(f"{start} SELECT * FROM made")
    return database


def _store(text: str) -> tuple[int, float]:
    """Read ``events:share`` from the command line."""
    events, _, share = text.partition(":")
    return int(events), float(share or MOVES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--plots", type=Path, metavar="DIR", help="draw each store as box-EVENTS-SHARE.svg in there")
    parser.add_argument("--stores", type=_store, nargs="+", default=STORES, metavar="EVENTS:SHARE")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the stores there, and use those that are there")
    parser.add_argument("--answers", type=int, nargs="+", default=ANSWERS, help="about how many rows a box holds")
    parser.add_argument(
        "--processor", action="store_true", help="measure time of the processor, of all threads: for a busy machine"
    )
    parser.add_argument("--without-duckdb", action="store_true", help="spare the time to fill it with millions of rows")
    options = parser.parse_args()
    clock = process_time if options.processor else perf_counter
    print(
        machine("geomap", "pyogrio", "geopandas", "shapely", "duckdb"),
        f"GDAL {pyogrio.__gdal_version_string__}",
        sep=", ",
    )
    wrong, grown = 0, dict[int, list[Line]]()
    with tempfile.TemporaryDirectory() as folder:
        for size, moves in options.stores:
            lines, more = report(
                size, moves, options.keep or Path(folder), options.answers, clock, duckdb_too=not options.without_duckdb
            )
            grown[size] = lines
            wrong += more
            if options.plots:
                points = [(line.question, line.rows, line.times) for line in lines]
                title = f"A box asked of {size:,} made events, {moves:.0%} of them with two places"
                save_plot(points, options.plots / f"box-{size}-{moves:.0%}.svg".replace("%", ""), title=title)
    if options.plots and len(grown) > 1:
        shown = {
            size: {line.question: line.times for line in lines if line.rows == GROWTH} for size, lines in grown.items()
        }
        save_growth(shown, options.plots / "box-growth.svg", rows=GROWTH)
    if wrong:
        raise SystemExit(f"{wrong} boxes were answered differently")


if __name__ == "__main__":
    main()
