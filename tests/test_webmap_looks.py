"""How the map looks: colours that every reader tells apart, light and dark, phone and wall; pictures are kept."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import made_map
import numpy as np
import pytest
from browser import PHONE

from geomap.model import EVENT_TYPES
from geomap.webmap import render_map, save_map

SOURCES = Path(__file__).resolve().parent.parent / "web" / "src"
PICTURES = Path(__file__).resolve().parent.parent / "outputs" / "pictures"
SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": PHONE, "wall": {"width": 2560, "height": 1440}}

VISIONS = {
    "full": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}  # fmt: skip
"""Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB."""

TOLD_APART = 15.0
"""Distance in CIELAB (1976) of two colours of types: some six times one that is just noticed."""


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(colour, vision):
    light = np.clip(VISIONS[vision] @ linear(colour), 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ light / np.array([0.9505, 1, 1.089])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def contrast(one, other):
    dark, light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


def colours_of_types(dark):
    table = re.search(r"COLOURS = \{(.*?)\n\};", (SOURCES / "symbols.js").read_text(encoding="utf-8"), re.DOTALL)[1]
    found = re.findall(r'(\w+): \["(#\w{6})", "(#\w{6})"\]', table)
    return {name: both[dark] for name, *both in found}


def variables(theme):
    css = (SOURCES / "style.css").read_text(encoding="utf-8")
    block = re.search(r':root\[data-theme="dark"\] \{(.*?)\n\}' if theme else r":root \{(.*?)\n\}", css, re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+): (#\w{6});", block))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_each_two_types_are_told_apart_by_colour(vision, dark):
    colours = colours_of_types(dark)
    assert set(colours) == set(EVENT_TYPES)
    near = {
        (one, other): distance
        for one, other in itertools.combinations(colours, 2)
        if (distance := float(np.linalg.norm(lab(colours[one], vision) - lab(colours[other], vision)))) < TOLD_APART
    }
    assert near == {}


def test_the_measure_sees_colours_that_are_alike():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert np.linalg.norm(lab("#cc6677", "protanopia") - lab("#2f8f80", "protanopia")) < TOLD_APART


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_and_arrows_stand_out_from_their_ground(dark):
    of = variables(dark)
    for text, ground in (
        *itertools.product(("ink", "soft", "accent", "warn"), ("paper", "raised")),
        ("name", "land"), ("name", "home"), ("zone-name", "home"), ("ink", "mark"), ("ink", "here"),
    ):  # fmt: skip
        assert contrast(of[text], of[ground]) >= 4.5, (text, ground)
    for type_ in ("return", "displacement", "evacuation", "crossing"):
        assert contrast(colours_of_types(dark)[type_], of["home"]) >= 2.9, type_


def test_light_and_dark_name_the_same_colours():
    assert set(variables(theme=True)) == set(variables(theme=False))


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    path = tmp_path_factory.mktemp("looks") / "map.html"
    events = [*made_map.events(), made_map.directed_event()]
    save_map(render_map(events, gazetteer=made_map.gazetteer()), path)
    return path


GROUND = "getComputedStyle(document.body.parentElement).getPropertyValue('--paper').trim()"


def test_the_device_and_then_the_reader_choose_light_or_dark(scene, open_page):
    seen = open_page(scene)
    page = seen.page
    corner = "(() => { const { pen } = geomap.scene.above; return geomap.scene.picks.all.length; })()"
    assert page.evaluate(GROUND) == variables(theme=False)["paper"]
    marks = page.evaluate(corner)
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector("html[data-theme=dark]")  # told at the next frame
    assert page.evaluate(GROUND) == variables(theme=True)["paper"]
    page.locator("select[name=theme]").focus()
    page.locator("select[name=theme]").select_option("light")
    assert page.evaluate(GROUND) == variables(theme=False)["paper"]
    page.locator("select[name=theme]").select_option("dark")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(GROUND) == variables(theme=True)["paper"]
    assert page.evaluate(corner) == marks > 0
    assert page.evaluate("document.activeElement.name") == "theme"
    seen.assert_quiet()


PAINTED = """() => {
    const { picks, above } = geomap.scene;
    const mark = picks.all.find(d => d.kind === 'site' && d.name().startsWith('Nasriyeh'));
    const { min } = above.bounds();
    // Between the disc and the map, where its light or dark edge is.
    const [x, y] = [mark.at.x - min.x + 12.7, mark.at.y - min.y].map(v => Math.floor(v * above.fine));
    return [...above.pen.getImageData(x, y, 1, 1).data].slice(0, 3).reduce((a, b) => a + b) / 3;
}"""


def test_what_is_painted_follows_the_theme(scene, open_page):
    page = open_page(scene).page
    light = page.evaluate(PAINTED)
    page.locator("select[name=theme]").select_option("dark")
    assert light - page.evaluate(PAINTED) > 100


LYING = """() => {
    const boxes = [...document.querySelectorAll('.name')].map(n => [n.textContent, n.getBoundingClientRect()])
        .filter(([, b]) => b.width > 0);
    const on = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
    return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) => on(a, b)).map(([two]) => [one, two]));
}"""


def test_no_name_lies_on_another(scene, open_page):
    page = open_page(scene).page
    for _ in range(3):
        for language in ("en", "ar", "ru"):
            page.evaluate("language => geomap.speak(language)", language)
            assert page.locator(".name").count() > 3
            assert page.evaluate(LYING) == []
        page.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(200)


STICKING_OUT = """() => ['head *', 'side *', 'time button', 'legend label']
    .flatMap(part => [...document.querySelectorAll('#geomap-' + part)])
    .filter(n => { const b = n.getBoundingClientRect(); return b.width && (b.left < -1 || b.right > innerWidth + 1); })
    .map(n => n.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_each_view_are_kept_and_nothing_sticks_out(size, scene, open_page):
    seen = open_page(scene, SIZES[size])
    page = seen.page
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language, scheme in itertools.product(("en", "ar"), ("light", "dark")):
        page.emulate_media(color_scheme=scheme)
        page.evaluate("language => geomap.speak(language)", language)
        picture = PICTURES / f"{size}-{scheme}-{language}.png"
        page.screenshot(path=picture)
        assert picture.stat().st_size > 20_000
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.evaluate(STICKING_OUT) == []
    seen.assert_quiet()
