"""Maps of odd events in a real browser: a page that works, and says what is missing."""

from __future__ import annotations

from dataclasses import replace

import made_map
import pytest
from browser import PHONE

from geomap.bbox import BBox
from geomap.gazetteer import Gazetteer
from geomap.webmap import render_map, save_map

SCENE = made_map.Scene()
MIXED = "Дума – دوما – Douma 杜马 \u202eevil\u202c \u200f(a)\u200e"


def at(place, type_="demining", **more):
    return replace(SCENE.event("demining", type_, at=[("Duma", place)]), **more)


def town(name, lon, lat, id_="x:one"):
    return made_map.place(id_, name, lon, lat)


def undated():
    return at(made_map.DUMA, bulletin=replace(SCENE.bulletin, date=None, notes=("no date stated",)), interval=None)


def one_point():
    return [at(made_map.DUMA, type_, id=f"{type_}/{n}") for n in range(6) for type_ in ("demining", "other", "return")]


def across_the_180th():
    return [at(town("Suva", 178.44, -18.14)), at(town("Taveuni", -179.98, -16.85, "x:two"), id="x/2")]


BARE_ZONE = replace(made_map.IDLIB_ZONE, geometry=made_map.DUMA.geometry)
LONG = "Long name " * 1000

CASES = {
    "no events": ([], {}, ["No events", "no event was found in what was read"]),
    "one event": ([at(made_map.DUMA)], {}, ["1 event on the map", "24 June 2018"]),
    "all at one point": (one_point(), {}, ["18 events on the map"]),
    "a zone without members": ([at(BARE_ZONE)], {}, ["1 event on the map", "Idlib de-escalation zone"]),
    "no date": ([undated()], {}, ["Reported events, no date stated", "no date stated"]),
    "a long name": ([at(town(LONG, 36.4, 33.6))], {"title": LONG}, ["1 event on the map", "Long name"]),
    "mixed scripts": ([at(town(MIXED, 36.4, 33.6), label=MIXED)], {"title": MIXED}, ["Дума", "دوما", "杜马"]),
    "across 180°": (across_the_180th(), {"bbox": BBox(176, -20, -178, -15)}, ["2 events on the map"]),
    "at a pole": ([at(town("Pole", 0.0, 89.9))], {}, ["1 event on the map"]),
    "nowhere": ([replace(at(made_map.DUMA), roles=made_map.Roles())], {}, ["0 events on the map", "1 not placed",
                "The text names no place for it."]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_map_of_odd_events_works_and_says_what_is_missing(name, open_page, tmp_path):
    events, options, said = CASES[name]
    gazetteer = Gazetteer.from_places([*{p.id: p for e in events for p in e.places()}.values()])
    save_map(render_map(events, gazetteer=gazetteer, **options), tmp_path / "map.html")
    for size in (None, PHONE):
        seen = open_page(tmp_path / "map.html", size)
        page = seen.page
        text = page.locator("#geomap-app").text_content()
        assert [words for words in said if words not in text] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate("geomap.scene.picks.all.length > 0") == any(e.places() for e in events)
        for number in range(min(2, page.locator("#geomap-side ul.events button").count())):
            page.locator("#geomap-side ul.events button").nth(number).click()
            assert page.locator(".card").is_visible()
            page.keyboard.press("Escape")
        page.evaluate("geomap.speak('ar')")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        seen.assert_quiet()
