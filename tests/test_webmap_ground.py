"""The base map: its columns hold what it is made of; the page draws it where it lies, however near a reader looks."""

from __future__ import annotations

import math
from itertools import pairwise

import made_map
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from packed_page import Blocks, unpacked

from geomap.webmap import map_html, render_map, save_map
from geomap.webmap.ground import ground_columns

POINTS = st.lists(st.tuples(st.floats(-180, 540), st.floats(-90, 90)), min_size=1, max_size=6)
OPEN = {"towns": [], "outlines": [], "rivers": []}


def below_top(lat):
    return 180 - math.degrees(math.asinh(math.tan(math.radians(max(-85.0511287798, min(85.0511287798, lat))))))


@given(st.lists(st.lists(POINTS, min_size=1, max_size=3), max_size=3), st.floats(0.1, 350))
def test_each_ring_comes_back_within_half_a_step_and_its_frame(polygons, span):
    shape = {"polygons": [[[[*point] for point in ring] for ring in rings] for rings in polygons]}
    head, columns = ground_columns({**OPEN, "countries": [{"shape": shape}]}, span)
    rings = [ring for rings in polygons for ring in rings]
    ends = [0, *np.cumsum(columns["ring.n"])]
    assert head["countries"] == [{"shape": len(rings)}]
    assert np.diff(ends).tolist() == [len(ring) for ring in rings]
    step = 360 / head["around"]
    assert step <= max(span / 8000, 1 / 10_000)
    for row, (ring, (first, end)) in enumerate(zip(rings, pairwise(ends), strict=True)):
        x, y = columns["ground.x"][first:end], columns["ground.y"][first:end]
        assert x * step == pytest.approx([lon + 180 for lon, _ in ring], abs=0.5001 * step)
        assert y * step == pytest.approx([below_top(lat) for _, lat in ring], abs=0.5001 * step)
        frame = [columns[f"ring.{side}"][row] for side in ("west", "east", "north", "south")]
        assert frame == [x.min(), x.max(), y.min(), y.max()]


IN_HOME = """([zoom, points]) => {
    const { map } = geomap.scene, path = document.querySelector('path.land.home');
    return points.map(([lon, lat]) => {
        map.setView([lat, lon], zoom, { animate: false });
        const { x, y } = map.latLngToLayerPoint([lat, lon]);
        return path.isPointInFill(new DOMPoint(x, y));
    });
}"""


def countries(page_html):
    """The countries as the page's columns tell them, in degrees of Web Mercator: there borders are straight."""
    head, columns, _ = unpacked(Blocks(page_html).found)
    ends = [0, *np.cumsum(columns["ring.n"])]
    step, rows = 360 / head["base"]["around"], iter(range(len(ends)))
    x, y = np.array(columns["ground.x"]) * step - 180, 180 - np.array(columns["ground.y"]) * step
    for country in head["base"]["countries"]:
        own = [next(rows) for _ in range(country["shape"])]
        rings = [list(zip(x[ends[row] : ends[row + 1]], y[ends[row] : ends[row + 1]], strict=True)) for row in own]
        parts = [shapely.make_valid(shapely.Polygon(ring)) for ring in rings]
        yield country, shapely.union_all(parts)


@pytest.mark.parametrize("zoom", [5, 8, 11, 15], ids=["whole", "near", "cut", "cut within"])
def test_the_ground_is_drawn_where_it_lies(open_page, tmp_path, zoom):
    made = render_map(made_map.events(), gazetteer=made_map.gazetteer())
    save_map(made, tmp_path / "map.html")
    land = shapely.union_all([shape for country, shape in countries(map_html(made)) if country["home"]])
    line = land.boundary
    # Some pixels on each side of the border: nearer, a point may be thinned away.
    aside = 2.5 * 360 / (256 * 2**zoom)
    on_line = [line.interpolate(share, normalized=True) for share in np.linspace(0.05, 0.95, 13)]
    near = [shapely.Point(p.x + dx, p.y + dy) for p in on_line
            for dx, dy in ((aside, 0), (-aside, 0), (0, aside), (0, -aside))]  # fmt: skip
    near = [point for point in near if shapely.distance(point, line) > 0.6 * aside]
    page = open_page(tmp_path / "map.html").page
    page.evaluate("geomap.scene.map.setMaxBounds(null)")
    inside = [bool(land.contains(point)) for point in near]
    assert set(inside) == {True, False}
    lon_lat = [[p.x, math.degrees(math.atan(math.sinh(math.radians(p.y))))] for p in near]
    assert page.evaluate(IN_HOME, [zoom, lon_lat]) == inside


NAMES = """zoom => {
    const { map } = geomap.scene, box = map.getContainer().getBoundingClientRect();
    map.setZoom(zoom, { animate: false });
    return [...document.querySelectorAll('.name.country')].map(node => {
        const { left, top, width, height } = node.getBoundingClientRect();
        const { lng, lat } = map.containerPointToLatLng([left + width / 2 - box.left, top + height / 2 - box.top]);
        return [node.textContent, lng, lat];
    });
}"""


def test_a_country_bears_no_name_of_another_one(open_page, tmp_path):
    made = render_map(made_map.events(), gazetteer=made_map.gazetteer())
    save_map(made, tmp_path / "map.html")
    shapes = {country["name"]: shape for country, shape in countries(map_html(made))}
    page = open_page(tmp_path / "map.html").page
    page.evaluate("geomap.scene.map.setMaxBounds(null).setMinZoom(0)")
    written = [name for zoom in (3, 4, 5, 6, 7) for name in page.evaluate(NAMES, zoom)]
    assert len({name for name, _, _ in written}) > 5
    for name, lon, lat in written:
        assert shapely.distance(shapes[name], shapely.Point(lon, 180 - below_top(lat))) < 0.1, name
