"""One page of the map: printed, saved as a picture, made by the command line; and the map in a notebook."""

from __future__ import annotations

import base64
import os
import re
import shutil
import struct
import subprocess
import time
from datetime import date

import made_map
import numpy as np
import pytest
from browser import PHONE, chromium_path
from pdfminer.high_level import extract_pages, extract_text
from pdfminer.layout import LAParams

from geomap.errors import GeomapError, InputError
from geomap.webmap import make_pictures, render_map, save_map
from geomap.webmap.browser import Chromium

TITLE = "What was reported"


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    path = tmp_path_factory.mktemp("paper") / "map.html"
    save_map(render_map(made_map.events(), gazetteer=made_map.gazetteer(), title=TITLE), path)
    return path


@pytest.fixture(scope="module")
def made(scene, tmp_path_factory):
    """The picture and the printed page of the scene."""
    if chromium_path() is None:
        pytest.skip("no Chromium: scripts/install-system-packages installs it, or set GEOMAP_CHROMIUM")
    folder = tmp_path_factory.mktemp("made")
    make_pictures(scene, png=folder / "map.png", pdf=folder / "map.pdf")
    return folder


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def view(page):
    return page.evaluate(
        """() => { const { map } = geomap.scene; const { lat, lng } = map.getCenter();
        return [lat, lng, map.getZoom(), map.getMinZoom(), map.options.zoomSnap, map.getSize().x, map.getSize().y,
            document.querySelector('#geomap-main #geomap-legend') !== null, document.documentElement.className]; }"""
    )


def test_the_printed_page_is_one_and_holds_all_that_a_copy_needs(made):
    pages = list(extract_pages(made / "map.pdf"))
    assert len(pages) == 1
    assert pages[0].width > pages[0].height
    said = re.sub(r"\s+", " ", extract_text(made / "map.pdf", laparams=LAParams(all_texts=True)))
    for part in (
        TITLE, "Displacement", "Zones, approximate", " km", "As reported by", made_map.Scene().bulletin.source,
        "no opinion on the status", "Natural Earth", f"{date.today().year}",
    ):  # fmt: skip
        assert part in said, part
    assert "Over the past day" not in said, "the list stays on the screen"


def test_the_printed_map_has_its_ground(made, tmp_path):
    program = shutil.which("pdftoppm")
    if program is None:
        pytest.skip("no pdftoppm: scripts/install-system-packages installs it")
    subprocess.run([program, "-r", "40", made / "map.pdf", tmp_path / "page"], check=True, timeout=60)
    [picture] = tmp_path.glob("*.ppm")
    magic, width, height, most, rest = picture.read_bytes().split(maxsplit=4)
    assert (magic, most) == (b"P6", b"255")
    pixels = np.frombuffer(rest, dtype=np.uint8)[-int(width) * int(height) * 3 :].reshape(-1, 3)
    white = (pixels > 252).all(axis=1).mean()
    assert 0.1 < white < 0.6, "a map that is white below its marks lost its land"


def test_the_picture_is_of_the_same_page_and_fine_enough(made):
    width, height = size_of((made / "map.png").read_bytes())
    assert width > 2000
    assert 1.3 < width / height < 1.6


DIFFERENCE = """async (addresses) => {
    const pixels = async (address) => {
        const image = new Image();
        image.src = address;
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), { width: 1000, height: 700 });
        const pen = canvas.getContext('2d');
        pen.drawImage(image, 0, 0, 1000, 700);
        return [image.width / image.height, pen.getImageData(0, 0, 1000, 700).data];
    };
    const [[shape, a], [otherShape, b]] = await Promise.all(addresses.map(pixels));
    let far = 0, sum = 0;
    for (let i = 0; i < a.length; i += 1) { const d = Math.abs(a[i] - b[i]); sum += d; far += d > 60; }
    return { shapes: shape / otherShape, mean: sum / a.length, far: far / a.length };
}"""


def test_the_readers_picture_looks_as_the_browser_shows_it(opened, made):
    page = opened.page
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save this view as a picture").click()
    assert waiting.value.suggested_filename == "What-was-reported.png"
    # What the page paints by itself, against what the browser makes of the same page.
    pictures = [waiting.value.path().read_bytes(), (made / "map.png").read_bytes()]
    blank = page.context.new_page()
    told = blank.evaluate(DIFFERENCE, [f"data:image/png;base64,{base64.b64encode(png).decode()}" for png in pictures])
    assert told["shapes"] == pytest.approx(1, abs=0.003)
    assert told["mean"] < 4, told
    assert told["far"] < 0.03, told


@pytest.mark.parametrize("size", [None, PHONE, {"width": 1100, "height": 640}], ids=["desk", "phone", "small"])
def test_afterwards_the_page_is_as_it_was(scene, open_page, size):
    seen = open_page(scene, size)
    page = seen.page
    page.evaluate("geomap.scene.map.setZoom(geomap.scene.map.getZoom() + 1, { animate: false })")
    before = view(page)
    marks = page.evaluate("geomap.scene.picks.all.map(d => d.name())")
    canvas = page.evaluate("(() => { const c = geomap.paper.picture(); return [c.width, c.height]; })()")
    assert canvas[0] > 2000, "the same page whatever the screen"
    assert view(page) == pytest.approx(before)
    assert page.evaluate("geomap.scene.picks.all.map(d => d.name())") == marks
    seen.assert_quiet()


def test_what_is_in_view_is_what_is_on_paper(opened):
    page = opened.page
    page.evaluate("geomap.scene.map.setView([33.6, 36.4], 10, { animate: false })")
    page.evaluate("geomap.paper.open()")
    edges = "(() => { const b = geomap.scene.map.getBounds(); return [b.getNorth(), b.getSouth()]; })()"
    north, south = page.evaluate(edges)
    assert south < 33.6 < north < 34.2
    page.evaluate("geomap.paper.close()")


def test_the_command_line_makes_both(run, tmp_path, examples, made):
    assert made
    out = [tmp_path / f"map.{ending}" for ending in ("html", "png", "pdf")]
    ran = run("map", examples / "042.txt", "-o", out[0], "--png", out[1], "--pdf", out[2])
    assert ran.code == 0, ran.err
    assert size_of(out[1].read_bytes())[0] > 2000
    assert out[2].read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("more", "word"),
    [
        (["--png", "map.html"], "a file each"),
        (["--png", "p.png", "--tiles", "https://t.example.org/{z}/{x}/{y}.png"], "without a network"),
        (["--pdf", "no/such/folder/p.pdf"], "folder"),
    ],
)
def test_bad_wishes_are_told_before_any_work(run, tmp_path, examples, monkeypatch, more, word):
    monkeypatch.chdir(tmp_path)
    ran = run("map", examples / "042.txt", "-o", "map.html", *more)
    assert ran.code == 2
    assert word in ran.err
    assert not (tmp_path / "map.html").exists()


@pytest.mark.parametrize("program", ["/no/such/browser", __file__])
def test_without_a_browser_one_is_told_what_to_do(run, tmp_path, examples, monkeypatch, program):
    monkeypatch.setenv("GEOMAP_CHROMIUM", program)
    ran = run("map", examples / "042.txt", "-o", tmp_path / "map.html", "--png", tmp_path / "map.png")
    assert ran.code == 2
    assert "Chromium or Chrome" in ran.err
    assert "GEOMAP_CHROMIUM" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def stub(tmp_path, monkeypatch):
    """A program that is no browser: it does what it is told to and leaves a note of its number."""

    def made_to(do):
        path = tmp_path / "stub"
        path.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/number\n{do}\n", encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("GEOMAP_CHROMIUM", str(path))

    return made_to


@pytest.mark.parametrize(
    ("do", "word"), [("sleep 60", "within 2 s"), ("echo no display >&2; exit 3", "ended before.*no display")]
)
def test_a_browser_that_fails_is_ended_and_told_of(stub, tmp_path, do, word):
    stub(do)
    begin = time.monotonic()
    with pytest.raises(GeomapError, match=word), Chromium(seconds=2):
        pytest.fail("it cannot be spoken to")
    assert time.monotonic() - begin < 20
    number = int((tmp_path / "number").read_text(encoding="utf-8"))
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_page_that_never_is_drawn_ends_in_time(made, tmp_path):
    assert made
    page = tmp_path / "other.html"
    page.write_text("<!DOCTYPE html><title>no map</title>", encoding="utf-8")
    with pytest.raises(GeomapError, match="within 3 s"):
        make_pictures(page, png=tmp_path / "map.png", seconds=3)
    assert not (tmp_path / "map.png").exists()


def test_the_same_bytes_each_time(tmp_path):
    files = [tmp_path / name for name in ("one.html", "two.html")]
    for file in files:
        save_map(render_map(made_map.events(), gazetteer=made_map.gazetteer()), file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_the_map_shows_itself_in_a_notebook(chromium, tmp_path):
    shown = render_map(made_map.events(), gazetteer=made_map.gazetteer(), title=TITLE)._repr_html_()
    notebook = tmp_path / "notebook.html"
    notebook.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{shown}</body>", encoding="utf-8")
    page = chromium.new_context(viewport={"width": 1100, "height": 900}).new_page()
    complaints = []
    page.on("console", lambda line: complaints.append(line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(notebook.as_uri())
    frame = page.frame_locator("iframe")
    frame.locator("html[data-geomap=ready]").wait_for(timeout=8000)
    assert frame.locator("h1").inner_text() == TITLE
    assert frame.locator(".folium-map").bounding_box()["height"] > 300
    assert complaints == []
    page.context.close()


def test_what_is_told_coarsely_says_so_on_the_page_and_on_paper(open_page, tmp_path):
    path = tmp_path / "map.html"
    save_map(render_map(made_map.events(), gazetteer=made_map.gazetteer(), title=TITLE, coarsen="adm1"), path)
    seen = open_page(path)
    page = seen.page
    note = "told by governorates only"
    assert note in page.locator("#geomap-head").inner_text()
    page.evaluate("geomap.paper.open()")
    assert note in page.locator("#geomap-head").inner_text()
    page.evaluate("geomap.paper.close()")
    assert "Duma" not in page.content()
    page.locator("#geomap-side button[data-row]").first.click()
    page.wait_for_selector(".card")
    assert "no finer place is known" not in page.locator(".card").inner_text()
    seen.assert_quiet()


def test_no_browser_at_all_is_no_traceback(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("GEOMAP_CHROMIUM", raising=False)
    with pytest.raises(InputError, match="Chromium or Chrome"), Chromium():
        pytest.fail("there is none")


def test_a_page_of_part_of_the_events_says_so(opened):
    page = opened.page
    page.evaluate("geomap.asking.change({ where: 'box', box: [36, 33, 37, 34] })")
    few = page.evaluate("geomap.asking.rows.length")
    page.evaluate("geomap.paper.open()")
    said = page.locator("#geomap-foot").inner_text()
    page.evaluate("geomap.paper.close()")
    assert 0 < few < len(made_map.events())
    assert f"{few} of {len(made_map.events())} events" in said


def test_paper_is_light_whatever_the_screen_is(scene, open_page):
    seen = open_page(scene, scheme="dark")
    page = seen.page
    ground = "getComputedStyle(document.getElementById('geomap-app')).backgroundColor"
    dark = page.evaluate(ground)
    page.evaluate("geomap.paper.open()")
    ink = page.evaluate("getComputedStyle(document.querySelector('#geomap-head h1')).color")
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert max(map(int, re.findall(r"\d+", ink)[:3])) < 100, "dark words on white"
    page.evaluate("geomap.paper.close()")
    assert page.evaluate(ground) == dark
    seen.assert_quiet()


def test_a_picture_of_the_screen_is_taken_after_what_a_reader_does(made, scene):
    assert made
    with Chromium() as browser:
        browser.open(scene)
        before = browser.screen()
        after = browser.screen(after="document.querySelector('#geomap-side button[data-row]').click()")
        with pytest.raises(GeomapError, match="is not defined"):
            browser.screen(after="nothing.of.the.kind()")
    assert size_of(before) == size_of(after) == (2400, 1600)
    assert before != after
