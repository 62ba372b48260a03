"""Maps of many events: geomap's page and those of its peers, of the same table in the same browser.

    python -m benchmarks.map [--sizes 100000 1000000] [--peers 10000 100000] [--flows 10000] [--parts FOLDER]
    python -m benchmarks.map --pages OLD.html NEW.html

Peers are folium's GeoJson on canvas, geopandas' `explore`, pydeck and lonboard; one that is not installed is left
out. Each page is made in a process of its own (its seconds, without the imports, and its most memory), written to a
file, and opened in a headless Chromium without a graphics card or a network; for folium and `explore`, which load
Leaflet from a network, the browser is handed it from web/node_modules, and for pydeck and lonboard it draws WebGL by
the processor. lonboard's page loads its own parts from a network; they are served from the folder that --parts names
(``npm install --prefix FOLDER requirejs @jupyter-widgets/html-manager anywidget parquet-wasm`` in the versions that its
page asks for), without it the page is not opened. "First picture" is the time from opening until a frame with all marks
is handed to the browser's compositor, "on screen" until it is shown (first contentful paint; the page paints nothing
before); of a peer it is the second frame after its page is loaded, of lonboard's after it has a canvas, which flatters
those that draw later; "all there" is the second frame after geomap's list and panel are there too, and "opening" the
seconds that the page's process works until then, which other programs hardly lengthen. Frames are counted while the map
is dragged for two seconds; then, of geomap, a window of 400 days is moved by five days a hundred times, 50 points are
picked and 20 rectangles asked for (the longest is told), and all is drawn anew, names too. The last table is how many
times as much a peer takes. A page that is not there after two minutes is "-"; `explore`, which takes longer for 100,000
events, is not asked for them. With --pages nothing is made: pages of geomap are opened in turn, fifteen times each, so
that two makings of one map can be compared while other programs run, and with them a page of one word and folium's
empty map (its second frame), which are what a browser takes in any case; all that once in a window that opens at the
same time, as the other tables have it, and once in one that has rested for a second.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.made_events import made_readings
from benchmarks.made_table import made_table
from benchmarks.map_page import PATIENCE, frames_while_dragged, inside, opened
from benchmarks.measure import machine, seconds_of, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser

    from benchmarks.map_page import Opened

Write = Callable[[int, Path], tuple[float, float]]
"""Writes a page of so many events to a file; returns seconds passed and seconds of processors."""

SIZES, PEER_SIZES, FLOWS, CARDS = (100_000, 1_000_000), (10_000, 100_000), 10_000, 20_000
ROUNDS, RESTS = 15, (0, 1)
_WEBGL = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

MOVES_AMONG_MADE = 4 / 11
"""Share of made events with two places that are drawn as a flow: returns, displacements, evacuations, crossings."""


@dataclass(frozen=True, slots=True)
class Made:
    """A page: how long it took to make, how much of a processor's time (s), the most memory (MB), its size (MB)."""

    path: Path
    seconds: float
    processor: float
    memory: float

    @property
    def size(self) -> float:
        """The file's size, MB."""
        return self.path.stat().st_size / 1e6


# --- the pages: each takes a table and writes a file


def geomap_page(rows: int, path: Path) -> tuple[float, float]:
    from geomap import render_frame, save_map  # noqa: PLC0415 - in the process that makes the page

    frame = made_table(rows)
    return _timed(lambda: save_map(render_frame(frame, title=f"{rows:,} made events"), path))


def folium_page(rows: int, path: Path) -> tuple[float, float]:
    import folium  # noqa: PLC0415

    frame = made_table(rows).astype({"first_day": str})
    fields = [name for name in frame.columns if name != "geometry"]

    def made() -> None:
        page = folium.Map(location=[34.8, 39.0], zoom_start=7, tiles=None, prefer_canvas=True)
        folium.GeoJson(
            frame, marker=folium.CircleMarker(radius=3), popup=folium.GeoJsonPopup(fields=fields)
        ).add_to(page)  # fmt: skip
        page.save(path)

    return _timed(made)


def explore_page(rows: int, path: Path) -> tuple[float, float]:
    frame = made_table(rows).astype({"first_day": str})
    frame.head(1).explore(tiles=None)  # what it imports late is not counted
    return _timed(lambda: frame.explore(tiles=None).save(path))


def pydeck_page(rows: int, path: Path) -> tuple[float, float]:
    import pydeck  # noqa: PLC0415

    frame = made_table(rows).astype({"first_day": str})
    table_ = frame.drop(columns="geometry").assign(lon=frame.geometry.x, lat=frame.geometry.y)

    def made() -> None:
        layer = pydeck.Layer(
            "ScatterplotLayer",
            data=table_,
            get_position="[lon, lat]",
            radius_min_pixels=3,
            get_radius=300,
            pickable=True,
        )
        view = pydeck.ViewState(longitude=39, latitude=34.8, zoom=6)
        deck = pydeck.Deck(layers=[layer], initial_view_state=view, map_provider=None, tooltip={"text": "{sentence}"})
        deck.to_html(path, offline=True, open_browser=False, notebook_display=False)

    return _timed(made)


def lonboard_page(rows: int, path: Path) -> tuple[float, float]:
    import lonboard  # noqa: PLC0415

    frame = made_table(rows).astype({"first_day": str})
    return _timed(lambda: lonboard.Map(lonboard.ScatterplotLayer.from_geopandas(frame)).to_html(path))


def flows_page(flows: int, path: Path) -> tuple[float, float]:
    from geomap import render_map, save_map  # noqa: PLC0415

    readings = made_readings(round(flows / MOVES_AMONG_MADE / 20) * 20, moves=1.0)
    events = [event for reading in readings for event in reading.events]
    return _timed(lambda: save_map(render_map(events, title=f"About {flows:,} flows"), path))


def cards_page(events: int, path: Path) -> tuple[float, float]:
    from geomap import render_map, save_map  # noqa: PLC0415

    found = [event for reading in made_readings(events) for event in reading.events]
    return _timed(lambda: save_map(render_map(found, title=f"{events:,} events with cards"), path))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that passed and those that processors worked, which other programs do not lengthen."""
    begin = time.process_time()
    seconds, _ = seconds_of(work)
    return seconds, time.process_time() - begin


def made(write: Write, rows: int, folder: Path) -> Made:
    """Write a page in a process of its own."""
    path = folder / f"{write.__name__}-{rows}.html"
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as one:
        (seconds, processor), memory = one.submit(_written, write, rows, path).result()
    return Made(path, seconds, processor, memory)


def _written(write: Write, rows: int, path: Path) -> tuple[tuple[float, float], float]:
    seconds = write(rows, path)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one page; None and "-" where there is nothing to measure."""

    who: str
    rows: int
    made: Made
    first: float | None
    frames: float | None
    within: dict[str, Any]

    def figures(self) -> dict[str, float | None]:
        """Return what all pages have, by the names of the columns."""
        return {
            "made, s": self.made.seconds, "processor, s": self.made.processor, "MB of memory": self.made.memory,
            "MB": self.made.size, "first picture, s": self.first, "frames/s, dragged": self.frames,
        }  # fmt: skip

    def cells(self) -> list[str]:
        """Return the row of the table."""
        shown = ["-" if v is None else f"{v:.0f}" if v >= 100 else f"{v:.1f}" for v in self.figures().values()]
        return [self.who, f"{self.rows:,}", *shown, *(self.within.get(name, "-") for name in _WITHIN)]


_WITHIN = {
    "shown": "on screen, s",
    "whole": "all there / opening, s",
    "filter": "step of time, ms",
    "pick": "pick, ms",
    "rectangle": "rectangle, ms",
    "redraw": "redraw, ms",
}


def measured(who: str, rows: int, page_made: Made, browser: Browser, parts: Path | None) -> Measured:
    """Measure one page."""
    ours = who == "geomap"
    found = None if who == "lonboard" and parts is None else opened(browser, page_made.path, who, parts)
    if found is None:
        return Measured(who, rows, page_made, None, None, {})
    frames = frames_while_dragged(found.page)
    told = {"shown": f"{found.shown:.2f}", "whole": f"{found.whole:.1f} / {found.work:.1f}"}
    within = {**told, **inside(found.page)} if ours else {}
    found.page.close()
    return Measured(who, rows, page_made, found.first, frames, within)


def ratios(all_: Sequence[Measured]) -> list[list[str]]:
    """Return how many times as much a peer takes as geomap; of frames, how many times as few it shows."""
    ours = {one.rows: one.figures() for one in all_ if one.who == "geomap"}
    lines = []
    for one in all_:
        if one.who != "geomap" and one.rows in ours:
            pairs = [(name, value, ours[one.rows][name]) for name, value in one.figures().items()]
            cells = [
                "-" if not value or not own else f"{own / value if name.startswith('frames') else value / own:.1f}"
                for name, value, own in pairs
            ]
            lines.append([one.who, f"{one.rows:,}", *cells])
    return lines


PEERS: dict[str, tuple[str, Write]] = {
    "folium": ("folium", folium_page),
    "explore": ("mapclassify", explore_page),
    "pydeck": ("pydeck", pydeck_page),
    "lonboard": ("lonboard", lonboard_page),
}
"""Peers with the package that each needs."""

WEBGL_PEERS = {"pydeck", "lonboard"}

MOST = {"explore": 20_000}
"""Events of a page that a peer opens within two minutes, about."""


def report(
    plain: Browser,
    webgl: Browser,
    sizes: Sequence[int],
    peers: Sequence[int],
    flows: int,
    folder: Path,
    parts: Path | None = None,
) -> None:
    """Measure all and print the tables."""
    tasks = [("geomap", rows, geomap_page) for rows in sorted({*sizes, *peers})]
    for who, (package, write) in PEERS.items():
        if find_spec(package) is None:
            print(f"({who} is left out: {package} is not installed)")
            continue
        most = MOST.get(who, max(peers, default=0))
        tasks += [(who, n, write) for n in peers if n <= most]
        for n in (n for n in peers if n > most):
            print(f"({who}, {n:,}: not tried, it does not open within {PATIENCE} seconds)")
    found = []
    for who, rows, write in tasks:
        try:
            page_made = made(write, rows, folder)
        except Exception as error:  # whatever a peer's package breaks on
            print(f"({who}, {rows:,}: {str(error).splitlines()[0]})")
            continue
        found.append(measured(who, rows, page_made, webgl if who in WEBGL_PEERS else plain, parts))
    names = list(found[0].figures())
    print(table(["page", "events", *names, *_WITHIN.values()], [one.cells() for one in found]))
    if beside := ratios(found):
        print("\nTimes as much as geomap (of frames: times as few)\n")
        print(table(["page", "events", *names], beside))
    page_made = made(cards_page, CARDS, folder)
    print(f"\n`render_map` of {CARDS:,} events with cards: {CARDS / page_made.processor:,.0f} a second of a processor.")
    page_made = made(flows_page, flows, folder)
    flowing = opened(plain, page_made.path, "geomap")
    if flowing is not None:
        told = inside(flowing.page)
        print(
            f"\n{told['ways']:,} flows of made events: page made in {page_made.seconds:.1f} s"
            f" ({page_made.processor:.1f} s of a processor), {page_made.size:.1f} MB,"
            f" first picture {flowing.first:.1f} s; painted in {told['paint']} ms as {told['flows']:,} arrows;"
            f" a step of time {told['filter']} ms."
        )


def report_pages(browser: Browser, pages: Sequence[Path], folder: Path) -> None:
    """Print how soon pages of geomap open, each opened in turn; the first round, in which all is cold, is left out."""
    whos = [(page, "geomap") for page in pages] + [(_empty_page(folder), "geomap"), (_empty_folium(folder), "folium")]
    for rest in RESTS:
        rounds = [[_opened_once(browser, page, who, rest) for page, who in whos] for _ in range(1 + ROUNDS)][1:]
        lines = []
        for (page, _), all_ in zip(whos, zip(*rounds, strict=True), strict=True):
            found = [one for one in all_ if one is not None]
            each = ([one.first for one in found], [one.shown for one in found], [one.work for one in found])
            cells = [f"{median(values):.3f} / {min(values):.3f}" for values in each] if found else ["-"] * 3
            lines.append([page.name, f"{page.stat().st_size / 1000:.0f}", *cells])
        how = f"that has rested for {rest} s" if rest else "that opens at the same time"
        print(f"\nIn a window {how}: middle and least of {ROUNDS}\n")
        print(table(["page", "kB", "first picture, s", "on screen, s", "opening, s"], lines))


def _empty_page(folder: Path) -> Path:
    """Write a page of one word that tells of itself as geomap's do: what the browser takes for any page."""
    path = folder / "empty.html"
    path.write_text(_EMPTY, encoding="utf-8")
    return path


def _empty_folium(folder: Path) -> Path:
    import folium  # noqa: PLC0415

    path = folder / "empty-folium.html"
    folium.Map(tiles=None).save(path)
    return path


_EMPTY = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Empty</title><p>Empty</p><script>
const next = new MessageChannel();
next.port1.onmessage = () => { performance.mark("geomap-picture"); document.documentElement.dataset.geomap = "ready"; };
requestAnimationFrame(() => next.port2.postMessage(null));
</script></html>
"""


def _opened_once(browser: Browser, page: Path, who: str, rest: float) -> Opened | None:
    found = opened(browser, page, who, rest=rest)
    if found is not None:
        found.page.close()
    return found


def main() -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, metavar="EVENTS", help="of geomap's pages")
    parser.add_argument("--peers", type=int, nargs="*", default=PEER_SIZES, metavar="EVENTS", help="of everyone's")
    parser.add_argument("--flows", type=int, default=FLOWS)
    parser.add_argument("--parts", type=Path, metavar="FOLDER", help="node_modules with what lonboard's page asks for")
    parser.add_argument("--pages", type=Path, nargs="*", metavar="FILE", help="only open these, made by geomap before")
    options = parser.parse_args()
    program = os.environ.get("GEOMAP_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise SystemExit("no Chromium: scripts/install-system-packages installs it, or set GEOMAP_CHROMIUM")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=["--disable-gpu", "--no-sandbox"])
        webgl = running.chromium.launch(executable_path=program, args=["--no-sandbox", *_WEBGL])
        print(machine("geomap", "folium", "geopandas"), f"Chromium {browser.version}", sep=", ")
        if options.pages:
            report_pages(browser, [page.resolve() for page in options.pages], Path(folder))
        else:
            report(browser, webgl, options.sizes, options.peers, options.flows, Path(folder), options.parts)


if __name__ == "__main__":
    main()
