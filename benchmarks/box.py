"""Questions by box, with a year and a type, too: geomap's store, pyogrio on the very same file, geopandas in memory.

    python -m benchmarks.box [--plots DIR] [--stores 20000:0.15 100000:0.15 100000:0]

A store is so many made events, of which a share has two places: their one geometry spans both, which plain R-trees
dislike, while geomap asks the places. Each store is written with `EventStore.put`. Then boxes of about 10, 100 and
1,000 events are asked of all, alone and with a year and a type; each time is the median over the boxes, each box being
asked `RUNS` times of everyone in turn. Files are in the system's cache. The answers are compared; when one differs the
benchmark fails.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pyogrio
import shapely

from benchmarks.box_plot import save_plot
from benchmarks.made_events import MOVES, made_readings
from benchmarks.measure import interleaved, machine, ratio, seconds_of, table
from geomap import BBox, EventQuery, Reading, open_store
from geomap.store.columns import EVENT_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from geomap.store import EventStore

STORES = ((20_000, MOVES), (100_000, MOVES), (100_000, 0.0))
ANSWERS = (10, 100, 1000)
BOXES = 12
RUNS = 3
COLUMNS = [column.name for column in EVENT_COLUMNS]
SIX = ["id", "type", "first_day", "value", "point_of", "sentence"]
"""Columns of a usual map."""

YEAR = {"from_": "2019-01-01", "to": "2020-01-01", "types": "return"}
YEAR_SQL = "type = 'return' AND last_day >= '2019-01-01' AND first_day < '2020-01-01'"
MOST_IN_MEMORY = 200_000
"""Events; more of them, with forty columns, take gigabytes, and geopandas is left out."""

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
        asked.path, layer="events", columns=["id"], read_geometry=False, bbox=_edges(box), where=where, use_arrow=False
    )
    return list(found["id"])


def pyogrio_frame(
    asked: Asked, box: BBox, *, use_arrow: bool = False, columns: list[str] = COLUMNS, where: str | None = None
) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(
        asked.path, layer="events", columns=columns, bbox=_edges(box), where=where, use_arrow=use_arrow
    )


def memory_ids(asked: Asked, box: BBox) -> list[str]:
    rows = asked.frame.sindex.query(shapely.box(*_edges(box)), predicate="intersects")
    return list(asked.frame["id"].to_numpy()[rows])


def memory_frame(asked: Asked, box: BBox) -> gpd.GeoDataFrame:
    return asked.frame.cx[box.west : box.east, box.south : box.north]


Question = tuple[str, "Callable[[Asked, BBox], object]", tuple[tuple[str, "Callable[[Asked, BBox], object]"], ...]]

_ARROW = (("pyogrio with Arrow", partial(pyogrio_frame, use_arrow=True)),) if WITH_ARROW else ()
_FRAME_PEERS = (("pyogrio", pyogrio_frame), *_ARROW, ("geopandas .cx in memory", memory_frame))


def _pyogrio(**more: object) -> tuple[tuple[str, Callable[[Asked, BBox], object]], ...]:
    """Return pyogrio as a peer, plain and with Arrow where that is installed."""
    arrow = (("pyogrio with Arrow", partial(pyogrio_frame, use_arrow=True, **more)),) if WITH_ARROW else ()
    return (("pyogrio", partial(pyogrio_frame, **more)), *arrow)


QUESTIONS: tuple[Question, ...] = (
    ("how many", geomap_count, (("pyogrio ids", pyogrio_ids), ("geopandas sindex in memory", memory_ids))),
    ("whole events", geomap_events, (("pyogrio ids", pyogrio_ids), ("geopandas sindex in memory", memory_ids))),
    ("frame", geomap_frame, _FRAME_PEERS),
    ("how many of a year and a type", geomap_count_year, (("pyogrio ids", partial(pyogrio_ids, where=YEAR_SQL)),)),
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


def centres_of(frame: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """Return the points (longitude, latitude) of events taken by chance, for boxes to lie around."""
    taken = frame.geometry.sample(BOXES, random_state=len(frame))
    return [(lon, lat) for lon, lat in shapely.get_coordinates(shapely.point_on_surface(taken))]


def box_around(frame: gpd.GeoDataFrame, lon: float, lat: float, answer: int) -> BBox:
    """Return a box around a point, grown or shrunk until about `answer` events meet it."""
    low, high = 0.0, 2.0  # half of a side, degrees
    for _ in range(25):
        half = (low + high) / 2
        found = len(frame.sindex.query(shapely.box(lon - half, lat - half, lon + half, lat + half), "intersects"))
        if abs(found - answer) <= answer * 0.05:
            break
        low, high = (half, high) if found < answer else (low, half)
    return BBox(lon - half, lat - half, lon + half, lat + half)


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


def _measured(asked: Asked, question: Question, answer: int, boxes: list[BBox]) -> Line:
    name, ours, peers = question
    if "id" not in asked.frame:
        peers = tuple(peer for peer in peers if "in memory" not in peer[0])
    who = [("geomap", ours), *peers]
    times = [interleaved([partial(f, asked, box) for _, f in who], runs=RUNS) for box in boxes]
    medians = [1000 * median(column) for column in zip(*times, strict=True)]
    return Line(name, answer, dict(zip([peer for peer, _ in who], medians, strict=True)))


def written(path: Path, size: int, moves: float) -> str:
    """Write a store of made events and say how long it took, with GDAL's time beside it."""
    making, _ = seconds_of(lambda: deque(made_readings(size, moves=moves), maxlen=0))
    with open_store(path, create=True) as store:
        storing, _ = seconds_of(lambda: store.put(made_readings(size, moves=moves)))
        appending = median(seconds_of(partial(store.put, _some(number)))[0] for number in range(9))
        store.put(Reading(bulletin=reading.bulletin) for number in range(9) for reading in _some(number))
    ours = storing - making
    frame = pyogrio.read_dataframe(path, layer="events", max_features=min(size, MOST_IN_MEMORY), use_arrow=False)
    plain = path.with_name(f"plain-{path.name}")
    peer, _ = seconds_of(lambda: pyogrio.write_dataframe(frame, plain, layer="events"))
    sizes = [file.stat().st_size / 1e6 for file in (path, plain)]
    return (
        f"Written in one put: {ours:.1f} s, {size / ours:,.0f} events/s, {sizes[0]:.0f} MB. pyogrio.write_dataframe of"
        f" {len(frame):,} rows of the events layer alone, without places, bulletins and our indexes: {peer:.1f} s,"
        f" {len(frame) / peer:,.0f} rows/s, {sizes[1]:.0f} MB (geomap {ratio(ours / size, peer / len(frame))})."
        f" {APPENDED} more events in a call of their own:"
        f" {1000 * appending:.1f} ms."
    )


def _some(number: int) -> list[Reading]:
    """Return a few readings that are not those of the store."""
    made = made_readings(APPENDED, seed=number)
    return [_renamed(reading, f"later-{number}-{reading.bulletin.id}") for reading in made]


def _renamed(reading: Reading, id_: str) -> Reading:
    bulletin = replace(reading.bulletin, id=id_)
    return replace(reading, bulletin=bulletin, events=tuple(replace(e, bulletin=bulletin) for e in reading.events))


def report(size: int, moves: float, folder: Path) -> tuple[list[Line], int]:
    """Measure one size, print its tables, and return the lines and how many boxes were answered differently."""
    path = folder / f"made-{size}-{moves}.gpkg"
    print(f"\n{size:,} made events, {moves:.0%} of them with two places. {written(path, size, moves)}")
    loading, frame = seconds_of(lambda: _in_memory(path, size))
    print(f"Reading them all into memory with an index, once, for geopandas: {loading:.1f} s.\n")
    lines, wrong, asked_boxes = [], 0, 0
    centres = centres_of(frame)  # the same for all sizes of answers
    with open_store(path) as store:
        asked = Asked(store, path, frame)
        for answer in ANSWERS:
            boxes = [box_around(frame, lon, lat, answer) for lon, lat in centres]
            wrong += differing(asked, boxes)  # before the measuring: it also warms everyone up
            asked_boxes += len(boxes)
            lines += measured(asked, answer, boxes)
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


def _edges(box: BBox) -> tuple[float, float, float, float]:
    return box.west, box.south, box.east, box.north


def _store(text: str) -> tuple[int, float]:
    """Read ``events:share`` from the command line."""
    events, _, share = text.partition(":")
    return int(events), float(share or MOVES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--plots", type=Path, metavar="DIR", help="draw each store as box-EVENTS-SHARE.svg in there")
    parser.add_argument("--stores", type=_store, nargs="+", default=STORES, metavar="EVENTS:SHARE")
    options = parser.parse_args()
    print(machine("geomap", "pyogrio", "geopandas", "shapely"), f"GDAL {pyogrio.__gdal_version_string__}", sep=", ")
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for size, moves in options.stores:
            lines, more = report(size, moves, Path(folder))
            wrong += more
            if options.plots:
                points = [(line.question, line.rows, line.times) for line in lines]
                title = f"A box asked of {size:,} made events, {moves:.0%} of them with two places"
                save_plot(points, options.plots / f"box-{size}-{moves:.0%}.svg".replace("%", ""), title=title)
    if wrong:
        raise SystemExit(f"{wrong} boxes were answered differently")


if __name__ == "__main__":
    main()
