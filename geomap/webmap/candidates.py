"""Open names -> one HTML file beside their sheet: each name with a small map of its numbered candidates.

The page holds no script and loads nothing; whatever a bulletin says is escaped text. Links that lead out are followed
only when somebody clicks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

import shapely

from geomap.export.static_page import direction, static_page
from geomap.webmap.basemap import base_map
from geomap.webmap.shapes import is_area, shape_of
from geomap.webmap.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geomap.gazetteer import Gazetteer
    from geomap.model import Place
    from geomap.review import OpenName
    from geomap.webmap.basemap import Town
    from geomap.webmap.shapes import Shape

__all__ = ["candidates_html"]

WIDTH, HEIGHT = 720.0, 440.0
"""Pixels of a map."""

MARK = 11.0
"""Radius of a candidate's numbered mark, pixels."""

MOST_LABELS = 14
"""Towns that are written besides the places of the text."""

KM_PER_DEGREE = 111.2
LETTER = 5.6
"""Pixels that a letter of a label takes, about."""

_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:60rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:#1b2733}
section{margin:0 0 2.5rem;padding-top:1rem;border-top:1px solid #c9d1d9}section:target{background:#fff8e7}
h1{font-size:1.4rem}h2{font-size:1.15rem;margin:0 0 .25rem}p{margin:.25rem 0}.said{color:#44546a}
svg{display:block;max-width:100%;height:auto;border:1px solid #c9d1d9;background:#eaf1f6}ol{padding-left:1.5rem}
svg text{font:11px system-ui,sans-serif;paint-order:stroke;stroke:#fff;stroke-width:3px}
.land{fill:#f4f1ea;stroke:#b9b2a3}.outline{fill:none;stroke:#b9b2a3;stroke-dasharray:3 2}
.area{fill:#2f6f8f;fill-opacity:.08;stroke:#2f6f8f;stroke-width:1.5}
.around{fill:none;stroke:#b45f06;stroke-dasharray:4 3}
.town{fill:#7a869a}.sure{fill:#2f6f8f;stroke:#fff}.mark{fill:#b45f06;stroke:#fff;stroke-width:1.5}.lead{stroke:#b45f06}
svg text.number{fill:#fff;stroke:none;font-weight:700;text-anchor:middle}svg text.small{fill:#5b6778}
"""


def candidates_html(names: Sequence[OpenName], gazetteer: Gazetteer, *, title: str) -> str:
    """Return the page: a section a name, found by the name's key (``page.html#key``).

    Parameters
    ----------
    names
        In the order of the page.
    gazetteer
        Where outlines of governorates and names of towns come from.
    title
        Plain text.

    Raises
    ------
    GeomapError
        When the package was not built and the outlines of countries are missing.
    """
    sections = "\n".join(_section(name, gazetteer) for name in names)
    body = (
        f"<h1>{escape(title)}</h1>\n"
        "<p>Each name that was left open, with the places that it could mean. Blue: places of the text that are sure. "
        "Orange: candidates, by the numbers of the sheet.</p>\n"
        f"{sections}\n"
    )
    return static_page(body, title=title, style=_STYLE)


def _section(name: OpenName, gazetteer: Gazetteer) -> str:
    spelling = " / ".join(name.spellings)
    examples = "\n".join(
        f'<p class="said" dir="{direction(e.sentence)}">{escape(e.sentence)} <small>[{escape(e.bulletin)}]</small></p>'
        for e in name.examples
    )
    candidates = "\n".join(f"<li>{_described(c.place, c.why)}</li>" for c in name.candidates)
    listed = f"<ol>\n{candidates}\n</ol>" if candidates else "<p>No place that is known could be meant.</p>"
    reasons = escape("; ".join(name.reasons))
    return (
        f'<section id="{escape(name.key)}">\n<h2 dir="{direction(spelling)}">{escape(spelling)}</h2>\n{examples}\n'
        f"<p>Open: {reasons}.</p>\n{_map(name, gazetteer)}\n{listed}\n{_suggested(name)}</section>"
    )


def _suggested(name: OpenName) -> str:
    """List what an online geocoder suggests, apart from what the gazetteer knows."""
    items = "\n".join(
        f"<li>{escape(s.label)}{f', {escape(s.kind)}' if s.kind else ''}; longitude {s.lon:.5f}, latitude {s.lat:.5f};"
        f" suggested by {escape(s.source)}, not checked {_osm(s.lon, s.lat)}</li>"
        for s in name.suggestions
    )
    if items:
        return f"<p>From an online geocoder; leads, no candidates:</p>\n<ul>\n{items}\n</ul>\n"
    return f"<p>Online geocoder: {escape(name.not_suggested)}.</p>\n" if name.not_suggested else ""


def _osm(lon: float, lat: float) -> str:
    address = f"https://www.openstreetmap.org/?mlat={lat:.5f}&mlon={lon:.5f}#map=13/{lat:.5f}/{lon:.5f}"
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">OpenStreetMap</a>'


def _described(place: Place, why: str) -> str:
    return (
        f"<b>{escape(place.name)}</b>, {escape(place.type)}, {escape(place.id)}; longitude {place.lon:.5f}, latitude"
        f" {place.lat:.5f}, within {place.uncertainty_km:g} km; {escape(why)}"
        f" {_osm(place.lon, place.lat)}"
    )


def _map(name: OpenName, gazetteer: Gazetteer) -> str:
    """Draw the candidates of a name with the sure places around it; "" when there is nothing to draw."""
    candidates = [candidate.place for candidate in name.candidates]
    named = [area for area in name.area if name.setting.within]
    shown = [*candidates, *named] or [*name.neighbours] or [*name.area]
    if not shown:
        return ""
    drawing = _Drawing.around(View.around([point for place in shown for point in _corners(place)]))
    base = base_map(drawing.view, gazetteer, [(place.lon, place.lat) for place in shown])
    parts = [drawing.shape(country["shape"], "land") for country in base["countries"]]
    parts += [drawing.shape(outline["shape"], "outline") for outline in base["outlines"]]
    parts += [drawing.outline(place, "area") for place in name.area]
    parts += [drawing.outline(place, "around") for place in candidates if is_area(place.geometry)]
    parts += [drawing.reach(place) for place in candidates if not is_area(place.geometry)]
    marks = [drawing.mark(number, place) for number, place in enumerate(candidates, 1)]
    parts += [drawing.label(place.name, place.lon, place.lat, "sure") for place in name.neighbours]
    written = {place.name for place in (*candidates, *name.neighbours)}
    parts += drawing.towns(town for town in base["towns"] if town["name"] not in written)
    spelled = escape(f"Map of {len(candidates)} candidates for {name.spelling}")
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" height="{HEIGHT:g}" role="img"'
        f' aria-label="{spelled}">\n' + "\n".join(part for part in (*parts, *marks) if part) + "\n</svg>"
    )


def _corners(place: Place) -> Iterator[tuple[float, float]]:
    yield place.lon, place.lat
    if is_area(place.geometry):
        west, south, east, north = place.geometry.bounds
        yield west, south
        yield east, north


@dataclass(slots=True)
class _Drawing:
    """A map under way: degrees to pixels, and the boxes that labels have taken."""

    view: View
    scale: float
    squeeze: float
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)
    marks: list[tuple[float, float]] = field(default_factory=list)

    @classmethod
    def around(cls, view: View) -> _Drawing:
        """Return the drawing of a view, which is widened until it fills the map."""
        squeeze = max(0.05, math.cos(math.radians((view.south + view.north) / 2)))
        scale = min(WIDTH / ((view.east - view.west) * squeeze), HEIGHT / (view.north - view.south))
        x, y = (view.west + view.east) / 2, (view.south + view.north) / 2
        across, up = min(180.0, WIDTH / squeeze / scale / 2), HEIGHT / scale / 2
        return cls(View(x - across, max(-85.0, y - up), x + across, min(85.0, y + up)), scale, squeeze)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the pixel of a point (degrees, EPSG:4326)."""
        x = WIDTH / 2 + (self.view.lon(lon) - (self.view.west + self.view.east) / 2) * self.squeeze * self.scale
        y = HEIGHT / 2 - (lat - (self.view.south + self.view.north) / 2) * self.scale
        return round(x, 1), round(y, 1)

    def shape(self, shape: Shape | None, kind: str) -> str:
        """Draw polygons."""
        rings = [ring for polygon in (shape or {}).get("polygons", ()) for ring in polygon]
        path = " ".join("M" + " ".join(f"{x:g},{y:g}" for x, y in (self.at(*p) for p in ring)) + "Z" for ring in rings)
        return f'<path class="{kind}" fill-rule="evenodd" d="{path}"/>' if path else ""

    def outline(self, place: Place, kind: str) -> str:
        """Draw the outline of an area; nothing for a point."""
        if not is_area(place.geometry):
            return ""
        tolerance = self.view.span / WIDTH
        return self.shape(shape_of(shapely.force_2d(place.geometry), tolerance=tolerance, lon=self.view.lon), kind)

    def reach(self, place: Place) -> str:
        """Draw the circle within which a place lies, when it is larger than its mark."""
        radius = place.uncertainty_km / KM_PER_DEGREE * self.scale
        x, y = self.at(place.lon, place.lat)
        return f'<circle class="around" cx="{x:g}" cy="{y:g}" r="{radius:.1f}"/>' if radius > MARK else ""

    def mark(self, number: int, place: Place) -> str:
        """Draw a numbered candidate, aside of others that lie at the same spot."""
        x0, y0 = self.at(place.lon, place.lat)
        x, y = next(p for p in _spiral(x0, y0) if all(math.dist(p, q) >= 2 * MARK for q in self.marks))
        self.marks.append((x, y))
        self.taken.append((x - MARK, y - MARK, x + MARK, y + MARK))
        lead = f'<line class="lead" x1="{x0:g}" y1="{y0:g}" x2="{x:g}" y2="{y:g}"/>' if (x, y) != (x0, y0) else ""
        said = escape(place.name)
        return (
            f'{lead}<g><title>{said}</title><circle class="mark" cx="{x:g}" cy="{y:g}" r="{MARK:g}"/>'
            f'<text class="number" x="{x:g}" y="{y + 4:g}">{number}</text></g>'
        )

    def label(self, text: str, lon: float, lat: float, kind: str) -> str:
        """Draw a dot and, where there is room, its name."""
        x, y = self.at(lon, lat)
        dot = f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{4 if kind == "sure" else 2:g}"/>'
        for left in (x + 6, x - 6 - LETTER * len(text)):
            box = (left, y - 7, left + LETTER * len(text), y + 5)
            if all(_apart(box, other) for other in self.taken) and left > 0 and box[2] < WIDTH:
                self.taken.append(box)
                small = "" if kind == "sure" else ' class="small"'
                return f'{dot}<text{small} x="{left:g}" y="{y + 4:g}">{escape(text)}</text>'
        return dot if kind == "sure" else ""

    def towns(self, towns: Iterable[Town]) -> list[str]:
        """Draw the largest towns for which there is room."""
        drawn: list[str] = []
        for town in towns:
            lon, lat = town["at"]
            x, y = self.at(lon, lat)
            if 0 < x < WIDTH and 0 < y < HEIGHT and len(drawn) < MOST_LABELS:
                drawn += [part for part in (self.label(town["name"], lon, lat, "town"),) if part]
        return drawn


def _spiral(x: float, y: float) -> Iterator[tuple[float, float]]:
    """Yield a pixel and then those around it, ever further away."""
    yield x, y
    for step in range(1, 400):
        angle, radius = step * 0.8, 2 * MARK + step * 1.5
        yield round(x + radius * math.cos(angle), 1), round(y + radius * math.sin(angle), 1)


def _apart(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
