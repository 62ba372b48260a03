"""Following a mark back: the bulletin with its sentence, how exact the place is, and those who say otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import made_map
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_map import people, place
from packed_page import page_of

from geomap.model import Bulletin, Event, Interval
from geomap.webmap import map_html, render_map, save_map
from geomap.webmap.texts import AROUND, WHOLE, Texts

SENTENCE = "Medics helped 5 people in Duma."


def event_in(text, sentence=SENTENCE, *, id_="e", start=None):
    start = text.index(sentence) if start is None else start
    bulletin = Bulletin(id="b", text=text)
    return Event(id=id_, bulletin=bulletin, type="other", sentence=sentence, start=start, end=start + len(sentence))


def cut_out(texts, event):
    """A part of the kept text, as a browser takes it: by units of UTF-16."""
    start, length = texts.span(event)
    units = texts.record(event.bulletin)["text"].encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * (start + length)].decode("utf-16-le", "surrogatepass")


LETTERS = st.sampled_from(["a", "\u0628", "\U0001f4a3", "\ud800", "e\u0301", "\n", " "])
PIECES = st.lists(LETTERS, max_size=9).map("".join)
SPOTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4000)), min_size=1, max_size=5)


@given(PIECES, PIECES.filter(bool), SPOTS)
def test_a_sentence_is_found_in_the_kept_text_whatever_was_left_out(fill, sentence, spots):
    text, events = "", []
    for number, (short, long) in enumerate(spots):
        text += fill * short + "x" * long * (1 + WHOLE // 4000)
        events.append((len(text), number))
        text += sentence
    bulletin = Bulletin(id="b", text=text)
    made = [replace(event_in(text, sentence, id_=str(n), start=start), bulletin=bulletin) for start, n in events]
    texts = Texts(made)
    assert [cut_out(texts, event) for event in made] == [sentence] * len(made)
    assert texts.record(bulletin).get("cut", False) == (texts.record(bulletin)["text"] != text)
    assert len(texts.record(bulletin)["text"]) <= max(WHOLE, len(made) * (2 * AROUND + len(sentence) + 20))


def test_a_sentence_that_is_not_in_the_text_stays_its_own():
    event = event_in("Something else.", start=0)
    assert Texts([event]).span(event) is None
    assert Texts([event]).record(event.bulletin) == {}
    [written] = page_of(map_html(render_map([event])))["events"]
    assert written["sentence"] == SENTENCE


def medics(text, id_="bulletin"):
    scene = made_map.Scene()
    start = text.index(SENTENCE)
    bulletin = replace(scene.bulletin, id=id_, text=text)
    where = made_map.resolution(text, "Duma", made_map.DUMA, start=start)
    event = scene.event("medical", "medical_assistance", counts=(people(5),))
    return replace(event, id=f"{id_}/1", bulletin=bulletin, sentence=SENTENCE, start=start, end=start + len(SENTENCE),
                   roles=replace(event.roles, at=(where,)))  # fmt: skip


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (f"Title \U0001f4a3\U0001f4a3\n\nأولا. {SENTENCE} Then <b>more</b>.", True),
        ("Long. " * 9000 + SENTENCE + " And on." * 9000, False),
    ],
    ids=["with signs beyond the plane", "long"],
)
def test_an_event_opens_its_bulletin_with_the_sentence_marked(text, whole, open_page, tmp_path):
    save_map(render_map([medics(text)]), tmp_path / "map.html")
    seen = open_page(tmp_path / "map.html")
    page = seen.page
    page.locator("#geomap-side ul.events button").click()
    assert page.locator(".card blockquote").inner_text() == SENTENCE
    assert page.locator(".card blockquote mark").inner_text() == "Duma"
    page.get_by_text("The bulletin, with the sentence marked").click()
    assert page.locator(".card .bulletin mark").inner_text() == SENTENCE
    shown = page.locator(".card .bulletin").evaluate("node => node.textContent")
    assert (shown == text) == whole
    assert page.get_by_text("only what stands around its events").count() == (0 if whole else 1)
    # The sentence is in sight of the text's own window.
    window, mark = (page.locator(f".card .bulletin{inner}").bounding_box() for inner in ("", " mark"))
    assert window["y"] <= mark["y"] <= mark["y"] + mark["height"] <= window["y"] + window["height"]
    seen.assert_quiet()


RADIUS = """() => {
    const { map } = geomap.scene;
    let km = null;
    map.eachLayer((layer) => { if (layer.options.className === 'lit circle') km = layer.getRadius() / 1000; });
    return km;
}"""


def test_a_place_that_is_not_exactly_known_has_its_circle(open_page, tmp_path):
    vague = place("x:vague", "Vague", 36.4, 33.6, uncertainty_km=25.0)
    event = replace(made_map.Scene().event("demining", "demining", at=[("Duma", vague)]), id="vague")
    save_map(render_map([event, *made_map.events()[3:5]]), tmp_path / "map.html")
    seen = open_page(tmp_path / "map.html")
    page = seen.page
    assert "within this circle" in page.locator("#geomap-legend").inner_text()
    page.evaluate("geomap.scene.map.setView([33.6, 36.4], 9, {animate: false})")
    # 25 km north of the mark the circle's dashes are painted, 20 km north only its faint ground.
    opacity = """(km) => {
        const { map, above } = geomap.scene;
        const { min } = above.bounds();
        const found = [];
        for (let east = -0.1; east < 0.1; east += 0.002) {
            const lat = 33.6 + Math.sqrt(km * km - (east * 92.6) ** 2) / 111.2;
            const { x, y } = map.latLngToLayerPoint([lat, 36.4 + east]).subtract(min).multiplyBy(above.fine).round();
            found.push(above.pen.getImageData(x, y, 1, 1).data[3]);
        }
        return Math.max(...found);
    }"""
    line, ground, outside = (page.evaluate(opacity, km) for km in (25, 20, 28))
    assert line > 100
    assert 0 < ground < 30
    assert outside == 0
    page.locator("#geomap-side button", has_text="Demining").click()
    page.wait_for_selector(".card")
    assert page.evaluate(RADIUS) == 25
    page.keyboard.press("Escape")
    assert page.evaluate(RADIUS) is None
    seen.assert_quiet()


def told_by(source, value):
    scene = made_map.Scene(id_=source, date=date(2018, 6, 24), source=source)
    event = scene.event("return", "return", to=[("Homs", made_map.HOMS)], counts=(people(value),), period="past day")
    return replace(event, id=f"{source}/1", interval=Interval(start=date(2018, 6, 23), end=date(2018, 6, 24)))


def test_sources_that_disagree_stand_side_by_side(open_page, tmp_path):
    events = [told_by("TASS", 68), told_by("SANA", 95), *made_map.events()[3:6]]
    page_data = page_of(map_html(render_map(events)))
    assert [event.get("differ") for event in page_data["events"]] == [[0, 1], [0, 1], None, None, None]
    save_map(render_map(events), tmp_path / "map.html")
    seen = open_page(tmp_path / "map.html")
    page = seen.page
    page.locator("#geomap-side button", has_text="Return: 68").click()
    assert page.locator(".card .differ strong").all_inner_texts() == ["68 people", "95 people"]
    first, second = (item.bounding_box() for item in page.locator(".card .differ li").all())
    assert first["y"] == second["y"]
    assert first["x"] != second["x"]
    assert "this event" in page.locator(".card .differ li").first.inner_text()
    page.locator(".card .differ button").click()
    assert page.locator(".card h2 ~ .figures strong").inner_text() == "95 people"
    seen.assert_quiet()


def test_figures_that_can_both_be_so_are_no_dispute():
    bound = replace(told_by("SANA", 50), counts=(people(50, at_least=True),))
    page = page_of(map_html(render_map([told_by("TASS", 68), bound])))
    assert [event.get("differ") for event in page["events"]] == [None, None]
