"""Characters a second that recognition reads, by kind of text and size of gazetteer, beside flashgeotext and geotext.

    python -m benchmarks.reading [--places 8000 235000] [--bulletins FOLDER]

Two kinds of text: bulletins, in which every tenth word names a place (the examples, or those of a folder, copied), and
made news with few places (`benchmarks.made_news`). Gazetteers: the curated one; with the list of the world, of which
each text is given the towns of its country; and towns of GeoNames in all scripts, looked for in every text. "first" is
one pass over news whose surnames no pass has met, as a program meets a text, with the tables of countries that it needs
for the first time; "again" is the best of later passes. Time is that of the processor in this process alone. The peers
look for their own lists of cities and countries, whatever the row says.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from flashgeotext.geotext import GeoText as FlashGeoText
from geotext import GeoText

from benchmarks.gazetteer import SIZES, write_gazetteer
from benchmarks.made_news import news
from benchmarks.measure import machine, ratio, table
from benchmarks.recognition import EXAMPLES, copies
from geomap import Bulletin, Gazetteer, read_bulletins, recognize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CHARACTERS = 1_000_000
PASSES = 3


def rate(bulletins: list[Bulletin], work: Callable[[Bulletin], object], passes: int) -> float:
    """Return characters a second of processor time, the best of some passes."""
    seconds = []
    for _ in range(passes):
        begin = time.process_time()
        for bulletin in bulletins:
            work(bulletin)
        seconds.append(time.process_time() - begin)
    return sum(len(bulletin.text) for bulletin in bulletins) / min(seconds)


def made(seed: int) -> list[Bulletin]:
    return [Bulletin(id=str(i), text=text) for i, text in enumerate(news(CHARACTERS, seed=seed))]


def gazetteers(sizes: list[int], folder: Path) -> Iterator[tuple[str, Gazetteer]]:
    """Yield the curated gazetteer, the same with the towns of the world behind it, then one of towns for each size."""
    for sources in (("curated",), ("curated", "world")):
        gazetteer = Gazetteer.load(*sources)
        yield f"{' and '.join(sources)}, {len(gazetteer):,} places", gazetteer
    for size in sizes:
        path = folder / f"{size}.geojson"
        write_gazetteer(path, size)
        yield f"{size:,} towns", Gazetteer.load(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--places", nargs="*", type=int, default=list(SIZES), help="sizes of gazetteers beside the curated"
    )
    parser.add_argument("--bulletins", type=Path, default=EXAMPLES, help="a folder of bulletins")
    options = parser.parse_args()
    print(machine("geomap", "flashgeotext", "geotext"))
    dense = copies(list(read_bulletins(options.bulletins)), CHARACTERS)
    rows: list[tuple[str, ...]] = []
    ours = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed, (name, gazetteer) in enumerate(gazetteers(options.places, Path(folder)), 1):
            recognize(dense[0], gazetteer)  # tables are made when they are first asked for
            unread = made(seed)
            first = rate(unread, lambda b, g=gazetteer: recognize(b, g), 1)
            again = rate(unread, lambda b, g=gazetteer: recognize(b, g), PASSES)
            bulletins = rate(dense, lambda b, g=gazetteer: recognize(b, g), PASSES)
            ours = ours or {"news": again, "bulletins": bulletins}
            rows.append((f"geomap, {name}", *(f"{value:,.0f}" for value in (bulletins, first, again))))
    finder = FlashGeoText()
    works: dict[str, Callable[[Bulletin], object]] = {
        "flashgeotext": lambda b: finder.extract(input_text=b.text),
        "geotext": lambda b: GeoText(b.text),
    }
    for name, work in works.items():
        on_news, on_bulletins = rate(made(0), work, PASSES), rate(dense, work, PASSES)
        told = ratio(1 / ours["bulletins"], 1 / on_bulletins), ratio(1 / ours["news"], 1 / on_news)
        rows.append((name, f"{on_bulletins:,.0f}", "-", f"{on_news:,.0f}"))
        rows.append((f"geomap, curated, is beside {name}", told[0], "", told[1]))
    print(f"\n{len(dense)} bulletins and {len(made(0))} articles, {CHARACTERS:,} characters each.\n")
    print(table(["characters/s", "bulletins", "news, first", "news, again"], rows))


if __name__ == "__main__":
    main()
