"""Names found in the examples, and characters a second of each stage, beside flashgeotext and geotext.

    python -m benchmarks.recognition

Nobody has said here which names are right: what is counted is the distinct spellings found, and all are listed, so that
a reader can judge. A spelling is Syrian when the one who found it says so (geomap, geotext), or when geotext's list or
the curated gazetteer has it in Syria (flashgeotext gives no country). The places of the examples
stand in the curated gazetteer because it was made for such bulletins: the counts say nothing of texts it has not seen.
The peers give names only: no place among namesakes, no actors set apart, no events. Speed is that of one process over
copies of the examples, which is kind to whatever keeps answers; "first reading" is the examples read once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from flashgeotext.config import GeoTextConfiguration
from flashgeotext.geotext import GeoText as FlashGeoText
from flashgeotext.lookup import LookupData
from geotext import GeoText

from benchmarks.measure import machine, ratio, seconds_of, table
from geomap import Gazetteer, extract_events, process, read_bulletins, recognize, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from geomap import Bulletin

CHARACTERS = 1_000_000
PARTS = 5
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@dataclass(frozen=True, slots=True)
class Found:
    """The distinct spellings that one finder gave, by where they lie."""

    syrian: frozenset[str]
    other: frozenset[str]
    left_open: frozenset[str] = frozenset()


# --- finders


def geomap_names(bulletins: list[Bulletin], gazetteer: Gazetteer) -> Found:
    """Return the names without their type words ("Homs province" -> "Homs"); actors are no places of the text."""
    found = [r for b in bulletins for r in resolve(b, recognize(b, gazetteer), gazetteer)]
    placed = [(r.mention.name, r.place) for r in found if r.place is not None and r.mention.context != "actor"]
    return Found(
        syrian=frozenset(name for name, place in placed if "SY" in place.ccodes),
        other=frozenset(name for name, place in placed if "SY" not in place.ccodes),
        left_open=frozenset(r.mention.name for r in found if r.place is None),
    )


def geotext_names(bulletins: list[Bulletin]) -> Found:
    index = GeoText.index
    names = {name for b in bulletins for read in [GeoText(b.text)] for name in (*read.cities, *read.countries)}
    known = {**index.cities, **index.countries}
    syrian = frozenset(name for name in names if known[name.lower()] == "SY")
    return Found(syrian=syrian, other=frozenset(names - syrian))


def flashgeotext_names(bulletins: list[Bulletin], finder: FlashGeoText, syrian_names: frozenset[str]) -> Found:
    names = {name for b in bulletins for name in _flash(finder, b.text)}
    syrian = frozenset(name for name in names if name.lower() in syrian_names)
    return Found(syrian=syrian, other=frozenset(names - syrian))


def _flash(finder: FlashGeoText, text: str) -> set[str]:
    kinds = finder.extract(input_text=text, span_info=True)
    return {name for places in kinds.values() for place in places.values() for name in place["found_as"]}


def _flash_text(finder: FlashGeoText, bulletin: Bulletin) -> object:
    return finder.extract(input_text=bulletin.text)


def with_our_names(gazetteer: Gazetteer) -> FlashGeoText:
    """Return flashgeotext looking for the names of the curated gazetteer in place of its own."""
    finder = FlashGeoText(GeoTextConfiguration(use_demo_data=False))
    names = {place.id: sorted({place.name, *(name.toponym for name in place.names)}) for place in gazetteer}
    finder.add(LookupData(name="places", data=names))
    return finder


def syrian_spellings(gazetteer: Gazetteer) -> frozenset[str]:
    """Return the names that geotext's list or the curated gazetteer has in Syria, in lower case."""
    theirs = {name for name, country in {**GeoText.index.cities, **GeoText.index.countries}.items() if country == "SY"}
    ours = {name.toponym.lower() for place in gazetteer if "SY" in place.ccodes for name in place.names}
    return frozenset(theirs | ours)


# --- speed


def copies(bulletins: list[Bulletin], characters: int) -> list[Bulletin]:
    """Return copies under their own ids until they hold so many characters."""
    made: list[Bulletin] = []
    while characters > 0:
        copy = bulletins[len(made) % len(bulletins)]
        made.append(replace(copy, id=f"{copy.id}-{len(made)}"))
        characters -= len(copy.text)
    return made


def speed(bulletins: list[Bulletin], work: Callable[[Bulletin], Any]) -> tuple[float, list[Any]]:
    """Return characters a second, the median over `PARTS` parts, and what `work` gave for each bulletin."""
    rates, results = [], []
    size = -(-len(bulletins) // PARTS)
    for part in (bulletins[start : start + size] for start in range(0, len(bulletins), size)):
        seconds, given = seconds_of(partial(_each, work, part))
        rates.append(sum(len(b.text) for b in part) / seconds)
        results += given
    return median(rates), results


def _each(work: Callable[[Bulletin], Any], bulletins: list[Bulletin]) -> list[Any]:
    return [work(bulletin) for bulletin in bulletins]


def speeds(bulletins: list[Bulletin], gazetteer: Gazetteer, finders: dict[str, FlashGeoText]) -> dict[str, float]:
    """Return characters a second by stage and peer."""
    rates: dict[str, float] = {}
    rates["geomap recognize"], mentions = speed(bulletins, partial(recognize, gazetteer=gazetteer))
    waiting = iter(mentions)
    rates["geomap resolve"], resolutions = speed(bulletins, lambda b: resolve(b, next(waiting), gazetteer))
    decided = iter(resolutions)
    rates["geomap extract_events"], _ = speed(bulletins, lambda b: extract_events(b, next(decided)))
    rates["geomap, all three"] = 1 / sum(1 / rate for rate in rates.values())
    for name, finder in finders.items():
        rates[name], _ = speed(bulletins, partial(_flash_text, finder))
    rates["geotext"], _ = speed(bulletins, lambda b: GeoText(b.text))
    return rates


def first_reading(bulletins: list[Bulletin], gazetteer: Gazetteer) -> float:
    """Return characters a second of all stages on texts whose names nobody has asked for in this process.

    What is loaded once (rules, tables of names) is loaded before, by a bulletin that names no place of theirs.
    """
    process(replace(bulletins[0], id="other", text="Nobody has returned to Reykjavik."), gazetteer)
    seconds, _ = seconds_of(lambda: [process(bulletin, gazetteer) for bulletin in bulletins])
    return sum(len(b.text) for b in bulletins) / seconds


def main() -> None:
    print(machine("geomap", "flashgeotext", "geotext"))
    loading, gazetteer = seconds_of(lambda: Gazetteer.load("curated"))
    bulletins = list(read_bulletins(EXAMPLES))
    first = first_reading(bulletins, gazetteer)
    finders = {"flashgeotext": FlashGeoText(), "flashgeotext, our names": with_our_names(gazetteer)}
    syrian = syrian_spellings(gazetteer)
    found = {"geomap": geomap_names(bulletins, gazetteer)}
    found |= {name: flashgeotext_names(bulletins, finder, syrian) for name, finder in finders.items()}
    found["geotext"] = geotext_names(bulletins)
    _print_names(found, len(bulletins))
    copied = copies(bulletins, CHARACTERS)
    rates = speeds(copied, gazetteer, finders)
    print(f"\nSpeed over {len(copied)} bulletins, {sum(len(b.text) for b in copied):,} characters. ", end="")
    print(f"The curated gazetteer ({len(list(gazetteer)):,} places) loads in {loading:.2f} s before that.\n")
    rates = {"geomap, all three, first reading": first, **rates}
    ours = rates["geomap recognize"]
    rows = [(who, f"{r:,.0f}", "" if who.startswith("geomap") else ratio(1 / ours, 1 / r)) for who, r in rates.items()]
    print(table(["what", "characters/s", "geomap recognize is"], rows))


def _print_names(found: dict[str, Found], bulletins: int) -> None:
    print(f"\nDistinct spellings found in {bulletins} bulletins.\n")
    rows = [(who, len(f.syrian), len(f.other), len(f.left_open) if f.left_open else "-") for who, f in found.items()]
    print(table(["finder", "Syrian", "elsewhere or not told", "left open"], rows))
    for who, names in found.items():
        print(f"\n{who}, Syrian: {_listed(names.syrian)}")
        print(f"{who}, elsewhere or not told: {_listed(names.other)}")
        if names.left_open:
            print(f"{who}, left open: {_listed(names.left_open)}")


def _listed(names: frozenset[str]) -> str:
    return "; ".join(sorted(names)) or "none"


if __name__ == "__main__":
    main()
