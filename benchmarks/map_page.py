"""One page in the browser, as `benchmarks.map` measures it: opening, dragging, asking."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Opened:
    """A page: seconds to its first picture, until all is there, and of its process's work until then."""

    page: Page
    first: float
    whole: float
    work: float


def opened(browser: Browser, path: Path, *, ours: bool = False) -> Opened | None:
    """Open a page; None when it takes too long."""
    page = browser.new_page(viewport=SCREEN)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    page.set_default_timeout(1000 * PATIENCE)
    page.route("https://**/*", _leaflet)
    try:
        page.goto(path.as_uri())
        if ours:
            page.wait_for_selector("html[data-geomap=ready]")
        whole = page.evaluate(_SECOND_FRAME)
        told = {metric["name"]: metric["value"] for metric in devtools.send("Performance.getMetrics")["metrics"]}
        return Opened(page, page.evaluate(_PICTURE) if ours else whole, whole, told["ProcessTime"])
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

_PICTURE = "() => performance.getEntriesByName('geomap-picture')[0].startTime / 1000"

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
