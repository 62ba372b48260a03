"""Maps of tables, large ones too: what is packed, what is counted where, and that a million would cost no more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from browser import PHONE
from packed_page import page_of

from geomap.errors import InputError
from geomap.export import to_geodataframe
from geomap.webmap import map_html, render_frame, save_map

gpd = pytest.importorskip("geopandas")

MANY = 6000
TYPES = ("return", "demining", "ceasefire_violation")


def table(n, **more):
    """A table of `n` rows, each different from the next, undated every hundredth, a quarter of them at one point."""
    rows = np.arange(n)
    columns = {
        "type": np.array(TYPES, dtype=object)[rows % 3],
        "first_day": pd.Series(pd.Timestamp("2018-01-01") + pd.to_timedelta(rows % 300, "D")).mask(rows % 100 == 7),
        "value": (rows * 7) % 501,
        "point_of": [f"Village {row % 50}" for row in rows],
        "source": np.array(["TASS", "SOHR"], dtype=object)[rows % 2],
        "sentence": [f"Report {row} says <b>so</b>." for row in rows],
    }
    apart = rows % 4 != 0
    points = gpd.points_from_xy(36 + apart * (rows % 83) * 0.05, 33 + apart * (rows % 61) * 0.05)
    return gpd.GeoDataFrame({**columns, **more}, geometry=points, crs=4326)


def read(frame, **more):
    return page_of(map_html(render_frame(frame, **more)))


def test_each_row_is_an_event_with_its_place_figure_day_and_sentence():
    frame = table(50)
    page = read(frame)
    told = {event["sentence"]: event for event in page["events"]}
    assert len(told) == 50
    for row in frame.itertuples():
        event = told[row.sentence]
        assert event["type"] == row.type
        assert event["value"] == row.value
        place = page["places"][event["marks"][0]["places"][1]]
        assert (place["name"], place["at"]) == (row.point_of, pytest.approx([row.geometry.x, row.geometry.y]))
        stated = None if pd.isna(row.first_day) else (row.first_day - pd.Timestamp(0)).days
        assert event["day"] == stated
    assert {bulletin["source"] for bulletin in page["bulletins"]} == {"TASS", "SOHR"}
    assert page["days"] == ["2018-01-01", "2018-02-19"]


def test_the_same_table_gives_the_same_bytes():
    assert map_html(render_frame(table(3000))) == map_html(render_frame(table(3000)))


def test_what_is_negated_or_told_elsewhere_or_nowhere_has_no_mark():
    frame = table(5, negated=[True, False, False, False, False], repeats=[None, "x", None, None, None],
                  total_of_breakdown=[False, False, True, False, False])  # fmt: skip
    frame.loc[3, "geometry"] = None
    marks = {event["sentence"][7]: len(event["marks"]) for event in read(frame)["events"]}
    assert marks == {"0": 0, "1": 0, "2": 0, "3": 0, "4": 1}


def test_columns_may_have_names_of_ones_own():
    frame = table(4).rename(columns={"sentence": "text", "first_day": "day"})
    page = read(frame, columns={"sentence": "text", "first_day": "day"})
    assert {event["sentence"] for event in page["events"]} == set(frame["text"])
    assert page["days"] == ["2018-01-01", "2018-01-04"]


def test_an_area_stands_for_somewhere_in_it_and_other_systems_are_converted():
    box = shapely.box(36, 33, 37, 34)
    frame = gpd.GeoDataFrame({"type": ["demining"]}, geometry=[box], crs=4326).to_crs(32637)
    page = page_of(map_html(render_frame(frame)))
    assert shapely.Point(page["places"][0]["at"]).within(box)


def test_a_store_s_own_table_is_drawn():
    import made_map  # noqa: PLC0415 - only here

    frame = to_geodataframe(made_map.events())
    page = read(frame)
    assert len(page["events"]) == len(frame)
    assert sum(bool(event["marks"]) for event in page["events"]) >= 10


@pytest.mark.parametrize(
    ("change", "columns", "message"),
    [
        ({}, {"first_day": "when"}, "no column 'when'"),
        ({}, {"colour": "type"}, "can tell none such"),
        ({"first_day": "soon"}, {}, "not all are dates"),
        ({"value": "many"}, {}, "not all are numbers"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_column(change, columns, message):
    with pytest.raises(InputError, match=message):
        render_frame(table(3, **change), columns=columns)


def test_points_off_the_globe_are_refused():
    frame = gpd.GeoDataFrame({"type": ["return"]}, geometry=gpd.points_from_xy([33.5], [136.2]), crs=4326)
    with pytest.raises(InputError, match="no place on the globe"):
        render_frame(frame)


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows_are_a_page_too(rows, open_page, tmp_path):
    save_map(render_frame(table(rows)), tmp_path / "few.html")
    seen = open_page(tmp_path / "few.html")
    assert f"{rows} event" in seen.page.locator(".counts").inner_text()
    seen.assert_quiet()


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "map.html"
    save_map(render_frame(table(MANY), title="Many"), path)
    return path


@pytest.fixture
def opened(large, open_page):
    seen = open_page(large)
    yield seen
    seen.assert_quiet()


COUNTED = (
    """geomap.scene.picks.all.reduce((all, d) => all + (+d.name().match(/: ([\\d,]+) event/)[1].replace(',', '')), 0)"""
)


def window(page, first, last):
    """Sets the window as days since the first one."""
    page.evaluate(f"geomap.scene.setTime([17532 + {first}, 17532 + {last}])")


def test_counts_of_cells_add_up_to_all_that_is_shown(opened):
    page = opened.page
    assert page.evaluate(COUNTED) == MANY
    rows = np.arange(MANY)
    for first, last in ((0, 299), (10, 250), (20, 260), (200, 280), (5, 200)):
        window(page, first, last)
        inside = ((rows % 300 >= first) & (rows % 300 <= last) & (rows % 100 != 7)).sum()
        assert page.evaluate("geomap.scene.crowd.total") == inside
        if inside > 3000:
            assert page.evaluate(COUNTED) == inside
    page.locator("#geomap-legend input[name=demining]").uncheck()
    inside = ((rows % 300 >= 5) & (rows % 300 <= 200) & (rows % 100 != 7) & (rows % 3 != 1)).sum()
    assert page.evaluate("geomap.scene.crowd.total") == inside


def test_a_count_opens_as_a_list_that_says_what_it_leaves_out(opened):
    page = opened.page
    mark = page.evaluate("geomap.scene.picks.all.findIndex(d => d.rows().length === 200)")
    page.evaluate(f"geomap.scene.picks.all[{mark}].open()")
    page.wait_for_selector(".card")
    assert page.locator(".card ul.events button").count() == 200
    assert "The first 200 of" in page.locator(".card .notes").inner_text()
    page.locator(".card ul.events button").first.click()
    page.wait_for_selector(".card blockquote")
    assert "<b>so</b>" in page.locator(".card blockquote").inner_text()
    assert "Reported by" in page.locator(".card").inner_text()


def test_marks_that_are_few_in_sight_are_drawn_one_by_one(opened):
    page = opened.page
    page.evaluate("geomap.scene.map.setView([33.5, 36.5], 12, {animate: false})")
    names = page.evaluate("geomap.scene.picks.all.map(d => d.name())")
    assert names
    assert all("Village" in name for name in names)


def test_the_list_holds_all_but_puts_few_rows_into_the_page(opened):
    page = opened.page
    shown = "#geomap-side ul.events button"
    assert page.locator(shown).count() < 80
    assert page.locator(f"{shown} .said").first.inner_text()
    assert page.locator("#geomap-side li").first.get_attribute("aria-setsize") == str(MANY)
    page.locator(shown).first.focus()
    page.keyboard.press("End")

    def wait_for_row(number):
        """Rows are made when the list has scrolled, so the focus comes a moment behind the key."""
        row = "document.activeElement?.closest('li')?.getAttribute('aria-posinset')"
        page.wait_for_function(f"{row} === '{number}'")

    wait_for_row(MANY)
    page.keyboard.press("ArrowUp")
    wait_for_row(MANY - 1)
    page.keyboard.press("Enter")
    page.wait_for_selector(".card blockquote")
    page.keyboard.press("Escape")
    page.locator(".counts").wait_for()
    page.keyboard.press("Home")
    wait_for_row(1)
    assert page.locator("#geomap-side li button:focus").count() == 1


def test_rows_come_as_the_list_is_scrolled(opened):
    page = opened.page
    page.evaluate("document.getElementById('geomap-side').scrollTop = 300 * 92")
    page.wait_for_timeout(100)
    places = page.eval_on_selector_all("#geomap-side li", "nodes => nodes.map(n => +n.getAttribute('aria-posinset'))")
    assert min(places) < 301 < max(places)
    assert len(places) < 80
    row = page.evaluate("""() => {
        const side = document.getElementById('geomap-side').getBoundingClientRect();
        const node = document.elementFromPoint(side.left + 100, side.top + 120).closest('li');
        return +node.getAttribute('aria-posinset');
    }""")
    assert abs(row - 300) <= 3


def test_a_large_list_is_read_on_a_phone(large, open_page):
    seen = open_page(large, PHONE)
    page = seen.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("window.scrollTo(0, 200 * 92)")
    page.wait_for_timeout(100)
    inside = """[...document.querySelectorAll('#geomap-side li')].some(n => {
        const { top, bottom } = n.getBoundingClientRect();
        return top < innerHeight / 2 && bottom > innerHeight / 2;
    })"""
    assert page.evaluate(inside)
    seen.assert_quiet()


def test_a_browser_that_cannot_unpack_is_told(large, chromium):
    context = chromium.new_context()
    context.add_init_script("delete window.DecompressionStream")
    page = context.new_page()
    page.goto(large.as_uri())
    assert "browser of 2023 or newer" in page.locator("#geomap-head").inner_text()
    context.close()
