"""Fits what differences between names are worth, and shows what that fit decides for places it has not seen.

    GEOMAP_GAZDATA=... python -m benchmarks.fit_names

The model is a multinomial logit: of the candidates of a spelling and "a place that is not listed", each has odds that
are a weighted sum of what differs. Places are split in two halves; each half is decided with weights fitted on the
other. The weights of all, in tenths, are the constants of `geomap.gazetteer.likeness` and `geomap.resolution.odds`.
"""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from benchmarks.measure import table
from benchmarks.spellings import SCRIPTS, SETTLEMENTS, Spelling, communities, spellings
from geomap.gazetteer.likeness import difference
from geomap.resolution.odds import RESOLVED
from geomap.toponym import skeletons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geomap import Gazetteer
    from geomap.gazetteer import Match

EVIDENCE = (
    "exact", "folded", "skeleton", "near", "vowels", "consonants", "other end", "unvowelled", "missing",
    "1/consonants", "tenfold people", "people unknown", "inside", "not listed",
)  # fmt: skip
START = np.array([8, 8, 9, 5, -1.3, -0.5, -0.5, -0.7, -1.1, -4.5, 1.5, 4.0, 2.0, 9.0])
PULL = 1e-3
STEPS, BATCH = 800, 400


class Question(NamedTuple):
    """A spelling with the evidence for each candidate, one a row, and which of the rows is right; the last is none."""

    spelling: Spelling
    within: bool
    evidence: NDArray[np.float64]
    right: int


def question(spelling: Spelling, gazetteer: Gazetteer, *, within: bool) -> Question:
    """Gather the evidence for a spelling, alone or with its governorate."""
    matches = [
        match
        for match in gazetteer.search(spelling.text, types=SETTLEMENTS, limit=None)
        if not within or gazetteer.is_within(match.place.id, spelling.governorate.id)
    ]
    rows = [_evidence(spelling.text, match, within=within) for match in matches]
    ids = [match.place.id for match in matches]
    right = ids.index(spelling.place.id) if spelling.place.id in ids else len(ids)
    nothing = [0.0] * (len(EVIDENCE) - 1) + [1.0]
    return Question(spelling, within, np.array([*rows, nothing]), right)


def _evidence(text: str, match: Match, *, within: bool) -> list[float]:
    tiers = [float(match.tier == tier) for tier in EVIDENCE[:4]]
    heard = difference(text, match.name) if match.tier in ("skeleton", "near") else (0,) * 5
    shared = set(skeletons(text)) & set(skeletons(match.name))
    few = 1 / max(map(len, shared)) if match.tier == "skeleton" and shared else 0.0
    people = match.place.population
    return [*tiers, *heard, few, math.log10(people) if people else 0.0, float(not people), float(within), 0.0]


def fit(questions: list[Question], *, seed: int = 3) -> NDArray[np.float64]:
    """Return the weights that make the right answers likeliest, held to the start by a light pull (Adam, batches)."""
    draw = np.random.default_rng(seed)
    weights, mean, square = START.copy(), np.zeros_like(START), np.zeros_like(START)
    for step in range(1, STEPS + 1):
        slope = PULL * (weights - START)
        for i in draw.integers(len(questions), size=BATCH):
            asked = questions[i]
            shares = _shares(asked.evidence @ weights)
            slope += (shares @ asked.evidence - asked.evidence[asked.right]) / BATCH
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope * slope
        rate = 0.1 if step < STEPS * 0.6 else 0.03
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights


def _shares(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    likely = np.exp(odds - odds.max())
    return likely / likely.sum()


def decided(questions: list[Question], weights: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the shares that are right, wrong and left open."""
    right = wrong = 0
    for asked in questions:
        shares = _shares(asked.evidence @ weights)[:-1]
        if len(shares) and shares.max() >= RESOLVED:
            right += int(shares.argmax()) == asked.right
            wrong += int(shares.argmax()) != asked.right
    count = len(questions)
    return right / count, wrong / count, (count - right - wrong) / count


def main() -> None:
    """Fit, and print."""
    gazetteer = communities()
    known = list(spellings(gazetteer))
    questions = [question(spelling, gazetteer, within=within) for spelling in known for within in (True, False)]
    halves = [[q for q in questions if zlib.crc32(q.spelling.place.id.encode()) % 2 == half] for half in (0, 1)]
    fitted = [fit(half) for half in halves]
    both = fit(questions)
    print(f"{len(known):,} spellings of {len({s.place.id for s in known})} places among {len(gazetteer):,}.\n")
    columns = zip(EVIDENCE, *fitted, both, strict=True)
    rows = [(name, *(f"{weight:.1f}" for weight in weights)) for name, *weights in columns]
    print(table(("evidence, log odds", "first half", "second half", "all"), rows), "\n")
    rows = []
    for script in SCRIPTS:
        for within in (True, False):
            for half, weights in zip(halves, reversed(fitted), strict=True):
                of_kind = [q for q in half if q.spelling.script == script and q.within == within and q.spelling.keeps]
                shares = (f"{share:.1%}" for share in decided(of_kind, weights))
                rows.append((script.capitalize(), "yes" if within else "no", len(of_kind), *shares))
    print("Each half decided with the weights of the other, spellings that keep the consonants:\n")
    print(table(("script", "governorate given", "spellings", "right", "wrong", "open"), rows))


if __name__ == "__main__":
    main()
