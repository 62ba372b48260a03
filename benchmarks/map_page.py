"""One page in the browser, as `benchmarks.map` measures it: opening, dragging, asking."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

__all__ = ["frames_while_dragged", "inside", "opened"]

PATIENCE = 120
SCREEN = {"width": 1400, "height": 900}
LEAFLET = Path(__file__).resolve().parent.parent / "web" / "node_modules" / "leaflet" / "dist"
READY = {"geomap": "html[data-geomap=ready]", "lonboard": "canvas.maplibregl-canvas, #deckgl-overlay, canvas"}
"""What a page has when there is something to be seen; of the others, when they are loaded."""

_PACKAGE = re.compile(r"https://(?:cdn\.jsdelivr\.net/npm|unpkg\.com)/((?:@[\w.-]+/)?[\w.-]+)@[^/]+/(.+)")
_INTEGRITY = re.compile(r'\sintegrity="[^"]*"')
_STYLE = '{"version": 8, "sources": {}, "layers": []}'


@dataclass(frozen=True, slots=True)
class Opened:
    """A page: seconds to its first picture, to the screen, until all is there; of its process's work until then."""

    page: Page
    first: float
    shown: float
    whole: float
    work: float


def opened(browser: Browser, path: Path, who: str, parts: Path | None = None, rest: float = 0) -> Opened | None:
    """Open a page; None when it takes too long.

    `parts` is a folder of packages from which lonboard's is served, `rest` the seconds for which the window, which is
    new, is left alone before.
    """
    page = browser.new_page(viewport=SCREEN)
    page.wait_for_timeout(1000 * rest)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    page.set_default_timeout(1000 * PATIENCE)
    page.route("https://**/*", lambda route: _served(route, parts))
    if who == "lonboard":  # what stands for require.js here is the same text, not minified
        path.write_text(_INTEGRITY.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    try:
        page.goto(path.as_uri())
        if who in READY:
            page.wait_for_selector(READY[who], state="attached")
        whole = page.evaluate(_SECOND_FRAME)
        told = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
        first, shown = page.evaluate(_PICTURE) if who == "geomap" else (whole, whole)
        return Opened(page, first, shown, whole, told["ProcessTime"])
    except Exception as error:  # whatever a peer's page breaks on
        print(f"({path.name}: {str(error).splitlines()[0]})")
        page.close()
        return None


def _served(route: Route, parts: Path | None) -> None:
    """Answer for the network: Leaflet and what lonboard's page asks for from packages, nothing else."""
    url = route.request.url
    name = url.rsplit("/", 1)[-1]
    found = _PACKAGE.fullmatch(url.replace("%5E", "^"))
    held = parts / found[1] / found[2] if parts and found else None
    if held is None and parts and name == "require.min.js":
        held = parts / "requirejs" / "require.js"
    if held is not None and held.suffix == "":  # require.js asks for modules without their ending
        held = held.with_suffix(".js")
    if name in {"leaflet.js", "leaflet.css"}:
        route.fulfill(path=LEAFLET / name)
    elif name.startswith("jquery"):
        route.fulfill(content_type="text/javascript", body=_JQUERY)
    elif held is not None and held.is_file():
        route.fulfill(path=held, headers={"Access-Control-Allow-Origin": "*", "Content-Type": _TYPES[held.suffix]})
    elif name == "style.json":
        route.fulfill(content_type="application/json", body=_STYLE, headers={"Access-Control-Allow-Origin": "*"})
    else:
        route.fulfill(body="")


_TYPES = {".js": "text/javascript", ".wasm": "application/wasm", ".css": "text/css"}

_JQUERY = (
    "window.$ = window.jQuery = (x) => typeof x === 'string'"
    " ? [document.createRange().createContextualFragment(x).firstElementChild] : { ready: (f) => f() };"
)

_SECOND_FRAME = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
    () => done(performance.now() / 1000))))"""

_PICTURE = """() => ['geomap-picture', 'first-contentful-paint'].map(
    (name) => performance.getEntriesByName(name)[0].startTime / 1000)"""

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
    const rectangle = Array.from({ length: 20 }, () => {
        const [one, other] = [point(), point()].map((p) => scene.map.layerPointToLatLng(p));
        const [x, y] = [[one.lng, other.lng], [one.lat, other.lat]].map((pair) => pair.sort((a, b) => a - b));
        return time(() => {
            geomap.asking.change({ where: 'box', box: [x[0], y[0], x[1], y[1]] });  // list and totals follow at once
        });
    });
    geomap.asking.change({ where: 'all' });
    const redraw = Array.from({ length: 9 }, () => time(() => scene.draw()));
    const paint = Array.from({ length: 9 }, () => time(() => scene.paint()));
    const flows = scene.picks.all.filter((d) => d.kind === 'flow').length;
    return { filter, pick, rectangle, redraw, paint, flows, ways: scene.ways.length };
}"""


def inside(page: Page) -> dict[str, Any]:
    """Return milliseconds of a step of the window of time (middle, 19 of 20), of picking, painting, drawing all."""
    told = page.evaluate(_INSIDE, 100)
    return {
        **told,
        "filter": f"{median(told['filter']):.1f} / {sorted(told['filter'])[len(told['filter']) * 19 // 20]:.1f}",
        "pick": f"{max(told['pick']):.1f}",
        "rectangle": f"{median(told['rectangle']):.0f} / {max(told['rectangle']):.0f}",
        "redraw": f"{median(told['redraw']):.0f}",
        "paint": f"{median(told['paint']):.0f}",
    }
