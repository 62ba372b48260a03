"""Asking on the page: rectangles, words, filters, totals, files and links, held against what the package answers."""

from __future__ import annotations

import json
import random
import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import made_map
import pytest
from browser import PHONE
from made_map import people, place

from geomap.bbox import BBox
from geomap.export import to_geojson
from geomap.export.hxl import CSV_COLUMNS, to_csv
from geomap.gazetteer import Gazetteer
from geomap.model import Interval
from geomap.query import fold_text, place_text
from geomap.reach import BOX_TESTS, lies_to_box
from geomap.series import mark_retold
from geomap.webmap import render_frame, render_map, save_map
from geomap.webmap.drawing import draw

EVENTS = [*made_map.events(), made_map.directed_event()]
PATIENCE = "() => geomap.asking.panel.note.textContent === ''"


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    path = tmp_path_factory.mktemp("ask") / "map.html"
    save_map(render_map(EVENTS, gazetteer=made_map.gazetteer(), title="What was reported"), path)
    return path


def listed(page):
    """The ids of all events that the list holds."""
    return set(
        page.evaluate("[...geomap.asking.rows].map(row => geomap.scene.data.event(row).id)"),
    )


def ask(page, **part):
    page.evaluate("part => geomap.asking.change(part)", part)


def shown_list(page):
    return page.locator(".counts").inner_text()


# --- rectangles


def drawn_in(events, box, test, *, more=1.0):
    """The events with a mark at a place that lies to a box as a test asks; radii may be taken larger."""
    return {
        event.id
        for event in events
        if any(lies_to_box(p.geometry, more * p.uncertainty_km, box, test) for mark in draw(event) for p in mark.places)
    }


def boxes(number, around=(34.0, 32.0, 39.5, 37.5)):
    """Boxes of all sizes; every third ends exactly at a place."""
    chance = random.Random(number)
    west, south, east, north = around
    edges = made_map.PLACES
    for i in range(number):
        x = sorted(chance.uniform(west, east) for _ in range(2))
        y = sorted(chance.uniform(south, north) for _ in range(2))
        if i % 3 == 0:
            corner = chance.choice(edges)
            x, y = sorted([corner.lon, x[0]]), sorted([corner.lat, y[0]])
        yield BBox(*(round(v, 4) for v in (x[0], y[0], x[1], y[1])))


ANSWERS = """async (questions) => {
    const answers = [];
    for (const [box, test] of questions) {
        geomap.asking.change({ where: 'box', box, test });
        answers.push([...geomap.asking.rows].map(row => geomap.scene.data.event(row).id));
    }
    return answers;
}"""


def test_a_rectangle_gives_the_events_that_are_drawn_at_places_in_it(opened):
    asked = list(boxes(60))
    for test in ("meets", "certain"):
        found = opened.page.evaluate(ANSWERS, [[[b.west, b.south, b.east, b.north], test] for b in asked])
        for box, ids in zip(asked, found, strict=True):
            assert set(ids) == drawn_in(EVENTS, box, test), (box, test)


def test_what_possibly_lies_in_a_rectangle_is_not_left_out(opened):
    asked = list(boxes(60))
    found = opened.page.evaluate(ANSWERS, [[[b.west, b.south, b.east, b.north], "possible"] for b in asked])
    for box, ids in zip(asked, found, strict=True):
        # Outlines are held against a box that was widened to all sides, so that a corner may reach a little further.
        assert drawn_in(EVENTS, box, "possible") <= set(ids) <= drawn_in(EVENTS, box, "possible", more=1.5), box


def pacific():
    """Places on both sides of the 180th meridian, known within 30 km."""
    scene = made_map.Scene()
    spots = {"Nadi": 177.4, "Taveuni": 179.99, "Labasa": 179.4, "Lau": -178.8, "Samoa": -172.0}
    for number, (name, lon) in enumerate(spots.items()):
        where = place(f"x:{number}", name, lon, -16.5 - number / 10, uncertainty_km=30.0)
        yield replace(scene.event("demining", "demining", at=[("Duma", where)]), id=name)


@pytest.mark.parametrize("test", BOX_TESTS)
def test_a_rectangle_may_cross_the_180th_meridian(test, open_page, tmp_path):
    events = list(pacific())
    save_map(render_map(events), tmp_path / "map.html")
    seen = open_page(tmp_path / "map.html")
    asked = [BBox(w, -18, e, -15) for w, e in [(179, -178), (-180, -170), (170, 180), (177.5, 179.95), (179.5, -179.9)]]
    found = seen.page.evaluate(ANSWERS, [[[b.west, b.south, b.east, b.north], test] for b in asked])
    for box, ids in zip(asked, found, strict=True):
        assert set(ids) == drawn_in(events, box, test), box
    seen.assert_quiet()


def stroke(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def test_a_rectangle_is_drawn_with_the_mouse_and_cleared(opened):
    page = opened.page
    everything = shown_list(page)
    page.get_by_role("button", name="Draw a rectangle").first.click()
    stroke(page, (560, 560), (800, 700))
    page.wait_for_selector("path.asked")
    west, south, east, north = page.evaluate("geomap.asking.question.box")
    assert west < east
    assert south < north
    assert listed(page) == drawn_in(EVENTS, BBox(west, south, east, north), "meets")
    assert 0 < len(listed(page)) < len(EVENTS)
    fields = page.eval_on_selector_all("#geomap-ask form.box input", "nodes => nodes.map(n => +n.value)")
    assert fields == [west, south, east, north]
    assert page.locator(".card").count() == 0, "a stroke opens nothing"
    page.get_by_role("button", name="Ask for all").click()
    assert page.locator("path.asked").count() == 0
    assert shown_list(page) == everything


def test_a_rectangle_is_drawn_with_a_finger(scene, chromium):
    context = chromium.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(scene.as_uri())
    page.wait_for_selector("html[data-geomap=ready]")
    page.locator("button.draw").tap()
    touch = context.new_cdp_session(page)
    middle = page.evaluate("geomap.scene.map.getCenter()")
    for kind, points in (
        ("touchStart", [(120, 300)]),
        ("touchMove", [(200, 380)]),
        ("touchMove", [(280, 460)]),
        ("touchEnd", []),
    ):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
    page.wait_for_selector("path.asked", state="attached")
    box = BBox(*page.evaluate("geomap.asking.question.box"))
    assert listed(page) == drawn_in(EVENTS, box, "meets")
    assert page.evaluate("geomap.scene.map.getCenter()") == middle, "the finger drew and did not move the map"
    context.close()


def test_a_rectangle_is_typed_and_what_is_wrong_is_said(opened):
    page = opened.page
    page.locator("#geomap-ask .where label", has_text="Rectangle").click()
    page.keyboard.press("Escape")
    fields = page.locator("#geomap-ask form.box input")
    for values, message in (
        (("36", "33", "37", ""), "Four numbers"),
        (("36", "33", "37", "east"), "Four numbers"),
        (("0x24", "33", "37", "1e1"), "Four numbers"),
        (("36", "133", "37", "134"), "latitude"),
        (("236", "33", "37", "34"), "longitude"),
        (("36", "34", "37", "33"), "South must not"),
    ):
        for number, value in enumerate(values):
            fields.nth(number).fill(value)
        fields.nth(3).press("Enter")
        assert message in page.locator("#geomap-ask .fault").inner_text()
        assert page.evaluate("geomap.asking.question.box") is None
    for number, value in enumerate(("+36", "33.2", "37,5", "٣٤")):
        fields.nth(number).fill(value)
    fields.nth(3).press("Enter")
    assert page.locator("#geomap-ask .fault").inner_text() == ""
    assert listed(page) == drawn_in(EVENTS, BBox(36, 33.2, 37.5, 34), "meets")


def test_the_list_follows_the_view_when_asked(opened):
    page = opened.page
    page.locator("#geomap-ask .where label", has_text="In view").click()
    page.evaluate("geomap.scene.map.setView([33.56, 36.4], 12, {animate: false})")
    page.wait_for_function(f"() => geomap.asking.rows.length < {len(EVENTS) - 5}")
    bounds = page.evaluate("geomap.scene.map.getBounds().toBBoxString()")
    assert listed(page) == drawn_in(EVENTS, BBox.parse(bounds), "meets")
    page.locator("#geomap-ask .where label", has_text="All").click()
    assert listed(page) == {event.id for event in EVENTS}


# --- words


def names_and_sentence(event):
    where = {p.id: p for mark in draw(event) for p in mark.places}
    return "\n".join([fold_text(event.sentence), *map(place_text, where.values())])


WORDS = [
    "returned",
    "HOMS",
    "duma",
    "عاد",
    "حماة",
    "people Hama",
    "did not",
    "“zrekia",
    "tal-sultan",
    "xyzzy",
    "ain zrekia",
    "194",
]


def test_words_are_found_in_sentences_and_names_whatever_their_script(opened):
    page = opened.page
    for words in WORDS:
        page.locator("#geomap-find").fill(words)
        page.wait_for_function("words => geomap.asking.question.words === words", arg=words)
        page.wait_for_function(PATIENCE)
        expected = {e.id for e in EVENTS if all(word in names_and_sentence(e) for word in fold_text(words).split())}
        assert listed(page) == expected, words
        # The picture shows no others.
        painted = page.evaluate(
            "[...new Set(geomap.scene.picks.all.flatMap(d => d.rows()))].map(m => geomap.scene.data.entry(m).event.id)"
        )
        assert set(painted) <= expected, words


def test_folding_is_that_of_the_package(opened):
    chance = random.Random(7)
    # Letters and marks of the scripts that bulletins come in, with what is peculiar in them.
    scripts = [
        (0x20, 0x24F),
        (0x370, 0x3FF),
        (0x400, 0x4FF),
        (0x600, 0x6FF),
        (0x1E00, 0x1EFF),
        (0x2010, 0x2030),
        (0xFB50, 0xFDFF),
    ]
    texts = [
        "".join(chr(chance.randint(*chance.choice(scripts))) for _ in range(chance.randint(0, 12))) for _ in range(3000)
    ]
    texts = [t for t in texts if all(unicodedata.category(c) != "Cn" for c in t)]
    folded = opened.page.evaluate("texts => texts.map(geomap.fold)", texts)
    differ = [(t, a, fold_text(t)) for t, a in zip(texts, folded, strict=True) if a != fold_text(t)]
    assert differ == []


def test_a_place_of_another_script_is_offered_and_shown(open_page, tmp_path):
    names = (*made_map.DUMA.names, replace(made_map.DUMA.names[0], toponym="دوما", lang="ar"))
    duma = replace(made_map.DUMA, names=names)
    event = made_map.Scene().event("medical", "medical_assistance", at=[("Duma", duma)])
    save_map(render_map([event, EVENTS[3]], gazetteer=Gazetteer.from_places([*made_map.PLACES])), tmp_path / "map.html")
    seen = open_page(tmp_path / "map.html")
    page = seen.page
    page.locator("#geomap-find").fill("دوما")
    page.wait_for_selector("#geomap-goals li")
    assert page.locator("#geomap-goals li").all_inner_texts() == ["Duma town, 1 mark"]
    page.keyboard.press("ArrowDown")
    assert page.locator("#geomap-find").get_attribute("aria-activedescendant") == "geomap-goal-0"
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    assert "Medical assistance" in page.locator(".card h2").inner_text()
    center = page.evaluate("geomap.scene.map.getCenter()")
    assert abs(center["lat"] - duma.lat) < 0.2
    assert page.locator("#geomap-find").input_value() == ""
    assert listed(page) == {event.id, EVENTS[3].id}
    seen.assert_quiet()


# --- filters and totals


def test_filters_narrow_the_picture_the_list_and_the_totals(opened):
    page = opened.page
    page.locator("#geomap-ask details.totals summary").click()
    table = dict(
        page.eval_on_selector_all(
            "#geomap-ask tbody tr",
            "rows => rows.map(r => [r.querySelector('th').textContent, r.children[1].textContent])",
        )
    )
    assert table["Return"] == str(sum(e.type == "return" for e in EVENTS))
    assert sum(map(int, table.values())) == len(EVENTS)
    page.locator("#geomap-ask tbody label", has_text="Return").click()
    assert listed(page) == {e.id for e in EVENTS if e.type != "return"}
    assert "return" not in page.evaluate("geomap.scene.picks.all.flatMap(d => d.types)")
    # What is left out can be seen and taken in again.
    assert page.locator("#geomap-ask tbody tr", has_text="Return").locator("td").first.inner_text() == table["Return"]
    page.locator("#geomap-ask details.filters summary").click()
    page.locator("#geomap-ask .least select").select_option("90")
    sure = {e.id for e in EVENTS if e.type != "return" and draw(e)}
    assert listed(page) == sure, "what has no place has no confidence"
    page.get_by_label("Leave out what is only somewhere in an area").check()
    exact = {
        e.id
        for e in EVENTS
        if e.id in sure and any(m.places[-1].type not in ("governorate", "region") for m in draw(e))
    }
    assert listed(page) == exact


def told(number, day, value, where, *, source="one", type_="displacement", days=1, **more):
    start = date(2018, 6, 1) + timedelta(days=day)
    scene = made_map.Scene(id_=f"{source}-{number}", date=start, source=source)
    event = scene.event("flow", type_, at=[("Idlib", where)], counts=(people(value, **more),))
    return replace(event, id=f"{source}/{number}", interval=Interval(start=start, end=start + timedelta(days=days)))


@pytest.mark.parametrize(
    ("events", "sum_"),
    [
        ([told(1, 0, 100, made_map.IDLIB), told(2, 1, 40, made_map.HAMA)], "140"),
        # Two sources of one day and place: the larger, as a lower bound.
        ([told(1, 0, 100, made_map.IDLIB), told(2, 0, 60, made_map.IDLIB, source="two")], "≥ 100"),
        # The governorate's figure may hold that of its town: never both.
        ([told(1, 0, 100, made_map.HOMS), told(2, 0, 60, made_map.HAMA)], "≥ 100"),
        ([told(1, 0, 700, made_map.IDLIB, scope="cumulative"), told(2, 1, 40, made_map.HAMA)], "40"),
        ([replace(told(1, 0, 700, made_map.IDLIB), planned=True)], ""),
    ],
    ids=["added", "two sources", "area and town", "running total", "planned"],
)
def test_totals_never_say_more_than_was_told(events, sum_, open_page, tmp_path):
    from playwright.sync_api import expect  # noqa: PLC0415  only where there is a browser

    save_map(render_map(events), tmp_path / "map.html")
    seen = open_page(tmp_path / "map.html")
    seen.page.locator("#geomap-ask details.totals summary").click()
    # What is added follows in a task of its own, behind the first picture.
    expect(seen.page.locator("#geomap-ask tbody tr td:last-child")).to_have_text([sum_])
    seen.assert_quiet()


# --- files


def file_of(page, name):
    with page.expect_download() as coming:
        page.get_by_role("button", name=name, exact=True).click()
    return coming.value


FORMULAS = ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "＝1", '="a"', 'a,"b"\r\nc']


def formula_events():
    for number, text in enumerate(FORMULAS):
        scene = made_map.Scene(id_=text, source=text)
        where = place(text, text, 36.0, 34.0)
        event = scene.event("demining", "demining", at=[("Duma", where)])
        yield replace(event, id=f"{text}{number}", label=text, claimant=text, period=text)


@pytest.mark.parametrize("events", [EVENTS, list(formula_events())], ids=["each kind", "formulas"])
def test_the_csv_of_the_page_is_that_of_the_package(events, open_page, tmp_path):
    save_map(render_map(events, gazetteer=made_map.gazetteer()), tmp_path / "map.html")
    seen = open_page(tmp_path / "map.html")
    download = file_of(seen.page, "CSV")
    assert download.suggested_filename.endswith(".csv")
    with Path(download.path()).open(encoding="utf-8", newline="") as stream:
        written = stream.read()
    assert written == to_csv(mark_retold(events))
    seen.assert_quiet()


def test_files_hold_the_answer_and_nothing_else(opened):
    page = opened.page
    ask(page, where="box", box=[36, 33.2, 37.5, 34])
    with Path(file_of(page, "GeoJSON").path()).open(encoding="utf-8") as stream:
        found = json.load(stream)
    expected = drawn_in(EVENTS, BBox(36, 33.2, 37.5, 34), "meets")
    assert {feature["id"] for feature in found["features"]} == expected
    own = {f["id"]: f for f in json.loads(to_geojson(EVENTS))["features"]}
    for feature in found["features"]:
        theirs = own[feature["id"]]
        assert {k: feature["properties"][k] for k in theirs["properties"] if k not in ("roles", "inferred")} == {
            k: v for k, v in theirs["properties"].items() if k not in ("roles", "inferred")
        }
        if theirs["geometry"]["type"] == "Point":
            assert feature["geometry"] == theirs["geometry"]


def test_a_table_s_page_writes_files_too(open_page, tmp_path):
    gpd = pytest.importorskip("geopandas")
    frame = gpd.GeoDataFrame(
        {"type": ["return"] * 3, "value": [1, 2, 3], "sentence": ["=1", "b", "c"], "point_of": ["A", "B", "C"]},
        geometry=gpd.points_from_xy([36.5, 37.5, 38.5], [34, 35, 36]),
        crs=4326,
    )
    save_map(render_frame(frame), tmp_path / "map.html")
    seen = open_page(tmp_path / "map.html")
    ask(seen.page, where="box", box=[36, 33, 38, 36])
    with Path(file_of(seen.page, "CSV").path()).open(encoding="utf-8") as stream:
        header, tags, *rows = stream.read().splitlines()
    assert header.split(",") == [column.name for column in CSV_COLUMNS]
    assert tags.split(",") == [column.hxl for column in CSV_COLUMNS]
    assert len(rows) == 2
    assert "'=1" in rows[0]
    seen.assert_quiet()


# --- links


STATE = """() => {
    const { question, window, on } = geomap.asking, { map, figures } = geomap.scene;
    const set = (values) => values && [...values].sort();
    return { ...question, types: set(question.types), sources: set(question.sources), window, zoom: map.getZoom(),
        on: set(on), card: document.querySelector('.card h2')?.textContent ?? null, figures };
}"""


def state(page):
    return page.evaluate(STATE)


def test_a_link_brings_back_what_was_seen(scene, opened, open_page):
    page = opened.page
    page.wait_for_timeout(500)
    assert "#" not in page.url, "a page that nobody has asked anything has no state"
    page.evaluate("geomap.scene.map.setView([35.1, 36.8], 8.5, {animate: false})")
    ask(page, where="box", box=[35.5, 32.9, 38.25, 36.5], test="possible", least=50, exact=True)
    page.evaluate("geomap.asking.change({ types: new Set(['displacement', 'crossing', 'evacuation']) })")
    page.evaluate("geomap.asking.change({ sources: new Set(['Centre for Reconciliation']) })")
    page.locator("#geomap-find").fill("people, &=#%")
    page.wait_for_function("() => geomap.asking.question.words !== ''")
    page.locator("#geomap-find").fill("people")
    page.wait_for_function("() => geomap.asking.question.words === 'people'")
    page.wait_for_function(PATIENCE)
    page.locator("#geomap-legend input[name=zones]").uncheck()
    page.locator("#geomap-legend input[name=figures][value=day]").check()
    page.locator("#geomap-side button", has_text="1,250").click()
    page.wait_for_function("() => location.hash.includes('event=')")
    page.wait_for_timeout(500)
    other = open_page(scene, hash=page.url.partition("#")[2])
    other.page.wait_for_selector(".card")
    other.page.wait_for_function(PATIENCE)
    assert state(other.page) == state(page)
    assert listed(other.page) == listed(page) != set()
    other.assert_quiet()


HOSTILE = [
    "text=%3Cimg%20src%3Dx%20onerror%3D%22window.ran%3D1%22%3E",
    "text=<script>window.ran=2</script>",
    "event=%3Cscript%3Ewindow.ran%3D3%3C%2Fscript%3E&layers=%2B__proto__,-constructor",
    "map=javascript:window.ran=4&box=1,2,3&where=box",
    "map=1e9/NaN/Infinity&box=NaN,0,1e400,2&days=2018-06-31..x",
    "types=__proto__&sources=%00%FF&sure=1e3&test=constructor&where=toString&figures=__proto__",
    "&&&===&text=%E0%A4%A&=&" + "a=b&" * 5000,
    "text=" + "%F0%9F%92%A3" * 3000,
    "box=-999,0,0,1&days=9999-01-01..9999-12-31",
    "map=5/91/0&box=36,34,37,33",
]


def test_a_hostile_link_runs_nothing_and_opens_the_page(scene, open_page):
    seen = open_page(scene)
    page = seen.page
    for hostile in HOSTILE:
        page.goto("about:blank")
        page.goto(f"{scene.as_uri()}#{hostile}")
        page.wait_for_selector("html[data-geomap=ready]")
        page.wait_for_function(PATIENCE)
        assert page.evaluate("window.ran") is None, hostile
        assert page.evaluate("({}).constructor === Object")
        now = state(page)
        assert now["box"] is None, hostile
        assert now["where"] == "all"
        assert now["least"] == 0
        assert page.locator("img[src=x]").count() == 0
    seen.requests = [url for url in seen.requests if url != "about:blank"]
    seen.assert_quiet()


def test_a_link_that_is_changed_by_hand_is_followed(opened):
    page = opened.page
    page.evaluate("location.hash = 'box=36,33.2,37.5,34'")
    page.wait_for_selector("path.asked")
    assert listed(page) == drawn_in(EVENTS, BBox(36, 33.2, 37.5, 34), "meets")
    page.evaluate("history.back()")
    page.wait_for_selector("path.asked", state="detached")
    assert listed(page) == {event.id for event in EVENTS}


def test_the_page_says_what_is_asked_so_that_a_part_is_not_taken_for_all(opened):
    page = opened.page
    said = page.locator("#geomap-ask .said")
    assert said.inner_text() == ""
    page.locator("#geomap-find").fill("people")
    page.wait_for_function("() => geomap.asking.question.words === 'people'")
    page.wait_for_function(PATIENCE)
    page.evaluate("geomap.asking.change({ types: new Set(['return', 'no such']), least: 70 })")
    ask(page, where="box", box=[36, 33.25, 37.5, 34])
    types = len({event.type for event in EVENTS})
    sure = f"1 of {types} types · confidence of at least 70 %"
    assert said.inner_text() == f"Only with “people” · {sure} · in the rectangle 36 33.25 37.5 34 (that meet it)"
    page.get_by_role("button", name="Ask for all").click()
    assert said.inner_text() == ""


def test_a_link_with_days_of_another_map_shows_all_days(scene, open_page):
    events = [*EVENTS, told(9, 3, 5, made_map.HAMA)]
    path = scene.with_name("days.html")
    save_map(render_map(events), path)
    seen = open_page(path, hash="days=1999-01-01..1999-02-01&layers=-zones,+no-such-layer&figures=day")
    page = seen.page
    assert page.evaluate("geomap.asking.window") is None
    assert listed(page) == {event.id for event in events}
    assert "no-such-layer" not in state(page)["on"]
    assert page.locator("#geomap-legend input[name=figures][value=day]").is_checked()
    seen.assert_quiet()
