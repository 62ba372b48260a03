"""Maps of many events: geomap's page, folium's GeoJson and geopandas' explore, of the same table in the same browser.

    python -m benchmarks.map [--sizes 100000 1000000] [--peers 10000 100000] [--flows 10000]

Each page is made in a process of its own (its seconds, without the imports, and its most memory), written to a file,
and opened in a headless Chromium without a graphics card or a network; for the peers, which load Leaflet from a
network, the browser is handed it from web/node_modules. "First picture" is the time from opening to the second frame
after all is drawn. Frames are counted while the map is dragged for two seconds; then a window of 400 days is moved by
five days a hundred times, 50 points are picked (the longest is told), and all is drawn anew, names too. A peer's page
that is not there after `PATIENCE` seconds is "-"; `explore` needs mapclassify, and is left out without.
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
from benchmarks.measure import machine, seconds_of, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Page, Route

Write = Callable[[int, Path], tuple[float, float]]
"""Writes a page of so many events to a file; returns seconds passed and seconds of processors."""

SIZES, PEER_SIZES, FLOWS = (100_000, 1_000_000), (10_000, 100_000), 10_000
PATIENCE = 120
SCREEN = {"width": 1400, "height": 900}
LEAFLET = Path(__file__).resolve().parent.parent / "web" / "node_modules" / "leaflet" / "dist"
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


def flows_page(flows: int, path: Path) -> tuple[float, float]:
    from geomap import render_map, save_map  # noqa: PLC0415

    readings = made_readings(round(flows / MOVES_AMONG_MADE / 20) * 20, moves=1.0)
    events = [event for reading in readings for event in reading.events]
    return _timed(lambda: save_map(render_map(events, title=f"About {flows:,} flows"), path))


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


# --- the browser


def opened(browser: Browser, path: Path) -> tuple[Page, float] | None:
    """Open a page; return it and the seconds to its first picture, None when it takes too long."""
    page = browser.new_page(viewport=SCREEN)
    page.set_default_timeout(1000 * PATIENCE)
    page.route("https://**/*", _leaflet)
    try:
        page.goto(path.as_uri())
        if "geomap.start" in path.read_text(encoding="utf-8")[-2000:]:
            page.wait_for_selector("html[data-geomap=ready]")
        return page, page.evaluate(_SECOND_FRAME)
    except Exception as error:  # whatever a peer's page breaks on
        print(f"({path.name}: {str(error).splitlines()[0]})")
        page.close()
        return None


def _leaflet(route: Route) -> None:
    """Answer for the network: Leaflet from the package, nothing else."""
    name = route.request.url.rsplit("/", 1)[-1]
    if name in {"leaflet.js", "leaflet.css"}:
        route.fulfill(path=LEAFLET / name)
    elif name.startswith("jquery"):
        route.fulfill(content_type="text/javascript", body=_JQUERY)
    else:
        route.fulfill(body="")


_JQUERY = (
    "window.$ = window.jQuery = (x) => typeof x === 'string'"
    " ? [document.createRange().createContextualFragment(x).firstElementChild] : { ready: (f) => f() };"
)

_SECOND_FRAME = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now() / 1000))))"""

_COUNT_FRAMES = """() => {
    window.stamps = [];
    const tick = (now) => { window.stamps.push(now); window.ticking = requestAnimationFrame(tick); };
    requestAnimationFrame(tick);
}"""


def frames_while_dragged(page: Page) -> float:
    """Return frames a second while the map is dragged to and fro."""
    page.mouse.move(900, 420)
    page.mouse.down()
    page.evaluate(_COUNT_FRAMES)
    for step in range(120):
        page.mouse.move(900 + 2 * abs(60 - step), 420 + step // 2)
        page.wait_for_timeout(8)
    stamps = page.evaluate("() => { cancelAnimationFrame(window.ticking); return window.stamps; }")
    page.mouse.up()
    return 1000 * (len(stamps) - 1) / (stamps[-1] - stamps[0])


_INSIDE = """async (steps) => {
    const { scene } = geomap, { events } = scene.data;
    const time = (run) => { const begin = performance.now(); run(); return performance.now() - begin; };
    const first = 17167, width = 400;
    scene.setTime([first, first + width]);
    const filter = [];
    for (let step = 1; step <= steps; step += 1) {
        await new Promise(requestAnimationFrame);
        filter.push(time(() => scene.setTime([first + 5 * step, first + width + 5 * step])));
    }
    scene.crowd.setTime(null);
    scene.draw();
    const { min, max } = scene.above.bounds();
    const point = () => [min.x + Math.random() * (max.x - min.x), min.y + Math.random() * (max.y - min.y)];
    const pick = Array.from({ length: 50 }, () => {
        scene.picks.squares = null;
        return time(() => scene.picks.at(...point()));
    });
    const redraw = Array.from({ length: 9 }, () => time(() => scene.draw()));
    const paint = Array.from({ length: 9 }, () => time(() => scene.paint()));
    const flows = scene.picks.all.filter((d) => d.kind === 'flow').length;
    return { filter, pick, redraw, paint, flows, ways: scene.ways.length };
}"""


def inside(page: Page) -> dict[str, Any]:
    """Return milliseconds of a step of the window of time (middle, 19 of 20), of picking, painting, drawing all."""
    told = page.evaluate(_INSIDE, 100)
    return {
        **told,
        "filter": f"{median(told['filter']):.1f} / {sorted(told['filter'])[len(told['filter']) * 19 // 20]:.1f}",
        "pick": f"{max(told['pick']):.1f}",
        "redraw": f"{median(told['redraw']):.0f}",
        "paint": f"{median(told['paint']):.0f}",
    }


def row(who: str, rows: int, page_made: Made, browser: Browser) -> Sequence[object]:
    """Measure one page."""
    told = [
        who,
        f"{rows:,}",
        f"{page_made.seconds:.1f}",
        f"{page_made.processor:.1f}",
        f"{page_made.memory:.0f}",
        f"{page_made.size:.1f}",
    ]
    found = opened(browser, page_made.path)
    if found is None:
        return [*told, "-", "-", "-", "-", "-"]
    page, first = found
    frames = frames_while_dragged(page)
    within = inside(page) if who == "geomap" else {"filter": "-", "pick": "-", "redraw": "-"}
    page.close()
    return [*told, f"{first:.1f}", f"{frames:.0f}", within["filter"], within["pick"], within["redraw"]]


def report(browser: Browser, sizes: Sequence[int], peers: Sequence[int], flows: int, folder: Path) -> None:
    """Measure all and print the tables."""
    head = ["page", "events", "made, s", "processor, s", "MB of memory", "MB", "first picture, s", "frames/s, dragged",
            "step of time, ms", "pick, ms", "redraw, ms"]  # fmt: skip
    tasks = [("geomap", rows, geomap_page) for rows in sorted({*sizes, *peers})]
    others = [("folium", folium_page), *([("explore", explore_page)] if find_spec("mapclassify") else [])]
    tasks += [(who, rows, write) for rows in peers for who, write in others]
    print(table(head, [row(who, rows, made(write, rows, folder), browser) for who, rows, write in tasks]))
    page_made = made(flows_page, flows, folder)
    found = opened(browser, page_made.path)
    if found is not None:
        page, first = found
        told = inside(page)
        print(
            f"\n{told['ways']:,} flows of made events: page made in {page_made.seconds:.1f} s"
            f" ({page_made.processor:.1f} s of a processor), {page_made.size:.1f} MB,"
            f" first picture {first:.1f} s; painted in {told['paint']} ms as {told['flows']:,} arrows; a step of"
            f" time {told['filter']} ms."
        )


def main() -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, metavar="EVENTS", help="of geomap's pages")
    parser.add_argument("--peers", type=int, nargs="*", default=PEER_SIZES, metavar="EVENTS", help="of everyone's")
    parser.add_argument("--flows", type=int, default=FLOWS)
    options = parser.parse_args()
    program = os.environ.get("GEOMAP_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise SystemExit("no Chromium: scripts/install-system-packages installs it, or set GEOMAP_CHROMIUM")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as running:
        browser = running.chromium.launch(executable_path=program, args=["--disable-gpu", "--no-sandbox"])
        print(machine("geomap", "folium", "geopandas"), f"Chromium {browser.version}", sep=", ")
        report(browser, options.sizes, options.peers, options.flows, Path(folder))


if __name__ == "__main__":
    main()
