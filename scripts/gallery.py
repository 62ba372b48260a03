"""The pictures of docs/gallery, made from the bulletins in examples/; and the one of README.md.

    python scripts/gallery.py [NAME...]     needs Chromium, and Pillow (of the extra "bench"), which makes them small

Each picture is one map and, where a reader has done something on it, what was done.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("GEOMAP_WORLD", "")  # the curated places alone, whatever is installed

from geomap import Gazetteer, process, read_bulletins, render_map, save_map
from geomap.webmap.browser import Chromium

if TYPE_CHECKING:
    from geomap.model import Event

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "gallery"
WIDTH = 1200
MOST_BYTES = 150_000

_OPEN = (
    "[...document.querySelectorAll('#geomap-side button[data-row]')].find((b) => b.textContent.includes(%r)).click()"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: how it is drawn, and what a reader did; `paper` is the printed page."""

    name: str
    said: str
    options: dict[str, Any]
    after: str = ""
    paper: bool = False


PICTURES = (
    Picture(
        name="page", options={"title": "Syria, seven bulletins"},
        said="The page as it opens: all that the bulletins report, the list that says the same, and the days below.",
    ),
    Picture(
        name="card", options={"title": "Syria, seven bulletins"}, after=_OPEN % "70,178",
        said="A card: the figure, who reports it, the sentence with its place marked, and how the place was decided.",
    ),
    Picture(
        name="paper", options={"title": "Syria, seven bulletins"}, paper=True,
        said="One page for the printer, or as a picture: `geomap map examples -o map.html --pdf map.pdf --png map.png`",
    ),
    Picture(
        name="arabic", options={"language": "ar"},
        said="The page's own words in Arabic, from right to left: `--language ar`.",
    ),
    Picture(
        name="coarse", options={"title": "Syria, seven bulletins", "coarsen": "adm1"}, paper=True,
        said="Places told by governorates only, texts left out, where more would endanger people: `--coarsen adm1`.",
    ),
)  # fmt: skip


@cache
def gazetteer() -> Gazetteer:
    """Return the curated places."""
    return Gazetteer.load()


@cache
def events() -> tuple[Event, ...]:
    """Return what the examples report."""
    readings = [process(bulletin, gazetteer()) for bulletin in read_bulletins(str(ROOT / "examples"))]
    return tuple(event for reading in readings for event in reading.events)


def made(picture: Picture) -> bytes:
    """Draw a map, look at it, and return what is seen, small."""
    with tempfile.TemporaryDirectory() as folder, Chromium() as browser:
        page = Path(folder, "map.html")
        save_map(render_map(events(), gazetteer=gazetteer(), **picture.options), page)
        browser.open(page)
        return small(browser.png() if picture.paper else browser.screen(after=picture.after))


def small(png: bytes) -> bytes:
    """Return a picture of `WIDTH` pixels in so few colours that it is no larger than `MOST_BYTES`."""
    from PIL import Image  # noqa: PLC0415 - an extra

    whole = Image.open(io.BytesIO(png)).convert("RGB")
    image = whole.resize((WIDTH, round(whole.height * WIDTH / whole.width)), Image.Resampling.LANCZOS)
    for colours in (256, 192, 128, 96):
        buffer = io.BytesIO()
        # The widest cover of colours: a mark is small, and its colour says what it means.
        few = image.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
        few.save(buffer, "PNG", optimize=True)
        if buffer.tell() <= MOST_BYTES:
            break
    return buffer.getvalue()


def main() -> None:
    """Make the pictures that are named, all when none is, and the page that shows them."""
    wanted = set(sys.argv[1:])
    FOLDER.mkdir(exist_ok=True)
    for picture in PICTURES:
        if not wanted or picture.name in wanted:
            content = made(picture)
            Path(FOLDER, f"{picture.name}.png").write_bytes(content)
            print(f"{picture.name}.png: {len(content) / 1000:.0f} kB")
    lines = ["# Gallery", "", "Made by `make gallery` from the bulletins in [examples](../../examples).", ""]
    for picture in PICTURES:
        lines += [picture.said, "", f"![{picture.said.partition(':')[0]}]({picture.name}.png)", ""]
    Path(FOLDER, "README.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
