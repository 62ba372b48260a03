"""Fits what words and their surroundings say of the type of an event, from annotated bulletins.

    python -m benchmarks.fit_evidence FOLDER... [-o geomap/extraction/evidence.tsv]

A FOLDER holds ``gold/NAME.json``, each with a list ``events`` of objects with ``type``, ``sentence`` and ``counts``
(objects with ``value``), and the bulletins as ``NAME.txt`` beside ``gold`` or in ``corpus``. The sentences of
``tests/cases/events*.tsv`` are taken, too.

The model is a multinomial logit over the signs that `geomap.extraction.evidence` takes from every clause that counts
something, whether a rule reads it or not: what the rules know teaches what their words are worth elsewhere.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geomap.bulletin import read_bulletins
from geomap.extraction import Rules, extract_events
from geomap.extraction.evidence import NOTHING, Evidence, Weighed, signs_of
from geomap.extraction.rules import rule_pack
from geomap.gazetteer import Gazetteer
from geomap.model import EVENT_TYPES, Bulletin
from geomap.recognition import recognize
from geomap.resolution import resolve
from geomap.segmentation import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geomap.extraction.clauses import Clause
    from geomap.extraction.evidence import Told
    from geomap.model import Mention

KINDS = (NOTHING, *(kind for kind in EVENT_TYPES if kind != "statement"))
OFTEN = 3
"""Clauses in which a sign must stand to get a weight."""
PULL, STEPS = 1.0, 240
CASES = Path(__file__).resolve().parents[1] / "tests" / "cases"


class Example(NamedTuple):
    """A clause's signs with how much there is of each, and the type that the annotation gives it."""

    signs: Mapping[str, float]
    kind: str


class Recorder(Evidence):
    """Stands in the place of the evidence and remembers each clause that is shown to it; decides nothing."""

    def __init__(self) -> None:
        super().__init__(f"always\t{NOTHING} 0")
        self.seen: list[tuple[Clause, Mapping[str, float]]] = []

    def weigh(self, text: str, clause: Clause, mentions: Sequence[Mention], lang: str, told: Told) -> Weighed:
        """Remember a clause."""
        signs = signs_of(text, clause, mentions, lang, told)
        self.seen.append((clause, {name: share for name, share, _ in signs}))
        return Weighed({NOTHING: 0.0}, NOTHING)  # denies nothing


def examples(bulletin: Bulletin, events: Sequence[Mapping[str, Any]], gazetteer: Gazetteer) -> Iterator[Example]:
    """Yield the clauses of a bulletin that count something, but for those that the annotation leaves open."""
    pack = rule_pack(bulletin.lang)
    if pack is None:
        return
    recorder = Recorder()
    rules = Rules(packs={pack.lang: replace(pack, evidence=recorder)})
    extract_events(bulletin, resolve(bulletin, recognize(bulletin, gazetteer), gazetteer), rules=rules)
    sentences = split_sentences(bulletin.text)
    for clause, signs in recorder.seen:
        sentence = next(s.text for s in sentences if s.start <= clause.start < s.end)
        kind = _kind(clause, [e for e in events if _same(e["sentence"], sentence)])
        if kind is not None:
            yield Example(signs, kind)


def _kind(clause: Clause, events: Iterable[Mapping[str, Any]]) -> str | None:
    """Return the type that most of a clause's figures have in the annotation, None when it cannot be told."""
    heads = [f for f in clause.figures if not (f.part or f.same)]
    by_head, by_any, open_ones = Counter[str](), Counter[str](), 0
    for event in events:
        values = {float(c["value"]) for c in event["counts"] if c.get("value") is not None}
        if event["type"] not in KINDS:
            continue
        open_ones += not values
        by_head[event["type"]] += bool(values & {f.value for f in heads})
        by_any[event["type"]] += bool(values & {v for f in clause.figures for v in (f.value, f.high)})
    for counted in (+by_head, +by_any):
        if counted:
            return counted.most_common(1)[0][0]
    return None if open_ones else NOTHING


def _same(one: str, other: str) -> bool:
    """Whether an annotated sentence is a sentence of ours, or most of it."""
    words, ours = ({w.lower() for w in re.findall(r"\w+", text)} for text in (one, other))
    joint = len(words & ours)
    return joint >= 0.6 * max(1, min(len(words), len(ours))) and joint >= 0.4 * max(len(words), len(ours))


def annotated(folder: Path) -> Iterator[tuple[Bulletin, list[Mapping[str, Any]]]]:
    """Yield the bulletins of a folder with their annotated events."""
    for path in sorted((folder / "gold").glob("*.json")):
        name = f"{path.stem}.txt"
        text = next(p for p in (folder / "corpus" / name, folder / name) if p.is_file())
        yield next(iter(read_bulletins(text))), json.loads(path.read_text(encoding="utf-8"))["events"]


def cases() -> Iterator[tuple[Bulletin, list[Mapping[str, Any]]]]:
    """Yield the sentences of the project's own cases with their events."""
    for path in sorted(CASES.glob("events*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = [cell.replace("\\n", "\n") for cell in line.split("\t")]
            if len(cells) > 2 and not line.startswith(("#", "lang\t")):
                told = [] if cells[2].strip() == "-" else cells[2].split(" || ")
                bulletin = Bulletin(id="case", text=cells[1], lang=cells[0], date=date(2018, 6, 24))
                yield bulletin, [_event(cells[1], parts) for parts in told]


def _event(text: str, parts: str) -> Mapping[str, Any]:
    kind, *others = (part.strip() for part in parts.split(";"))
    values = [match[0] for part in others if (match := re.match(r"\d+(?:\.\d+)?(?=\s)", part))]
    return {"type": kind, "sentence": text, "counts": [{"value": float(value)} for value in values]}


def fit(known: Sequence[Example]) -> tuple[list[str], NDArray[np.float64]]:
    """Return the signs, "always" the last, and their weights, one column a type (Adam, all examples at once)."""
    often = Counter(sign for example in known for sign in example.signs)
    signs = [*sorted(sign for sign, count in often.items() if count >= OFTEN), "always"]
    column = {sign: number for number, sign in enumerate(signs)}
    shown = np.zeros((len(known), len(signs)), dtype=np.float32)
    right = np.zeros((len(known), len(KINDS)), dtype=np.float32)
    shown[:, -1] = 1
    for row, example in enumerate(known):
        right[row, KINDS.index(example.kind)] = 1
        for sign, share in example.signs.items():
            if sign in column:
                shown[row, column[sign]] = share
    pull = np.full((len(signs), 1), PULL, dtype=np.float32)
    pull[-1] = 0
    weights = np.zeros((len(signs), len(KINDS)), dtype=np.float32)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        odds = shown @ weights
        likely = np.exp(odds - odds.max(axis=1, keepdims=True))
        slope = shown.T @ (likely / likely.sum(axis=1, keepdims=True) - right) + pull * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope * slope
        rate = 0.05 if step < STEPS * 0.6 else 0.01
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return signs, weights.astype(np.float64)


def written(signs: Sequence[str], weights: NDArray[np.float64], count: int) -> str:
    """Return the weights as the file that comes with geomap: a sign a line, in tenths of log odds."""
    lines = [
        "# What signs in a clause say of the type of its event, in tenths of log odds (natural logarithm);",
        f"# made by benchmarks/fit_evidence.py from {count:,} clauses. See docs/decisions/0030-words-are-weighed.md.",
    ]
    for sign, row in zip(signs, np.rint(weights * 10).astype(int), strict=True):
        told = [f"{kind} {weight}" for kind, weight in zip(KINDS, row, strict=True) if weight or sign == "always"]
        if told:
            lines.append(f"{sign}\t{' '.join(told)}")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> None:
    """Fit on the folders named, and write the file named behind ``-o``, or to standard output."""
    target = Path(arguments[arguments.index("-o") + 1]) if "-o" in arguments else None
    folders = [Path(a) for a in arguments if a != "-o" and (target is None or a != str(target))]
    gazetteer = Gazetteer.load("curated")
    texts = [*(pair for folder in folders for pair in annotated(folder)), *cases()]
    known = [example for bulletin, events in texts for example in examples(bulletin, events, gazetteer)]
    text = written(*fit(known), len(known))
    if target is None:
        print(text, end="")
    else:
        target.write_text(text, encoding="utf-8")
    print(Counter(example.kind for example in known), file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
