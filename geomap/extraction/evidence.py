"""What a clause tells by its words, where no rule says so: signs weighed against one another (decision 0030).

The weights are data (`evidence.tsv`), fitted by `benchmarks.fit_evidence` on annotated bulletins. A sign is a word, two
words that follow one another, what stands beside a figure or before a place, a unit, or what the bulletin told before.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geomap.extraction.clauses import Clause
    from geomap.model import Mention

__all__ = ["NOTHING", "OVERRULES", "READS", "Evidence", "Sign", "Told", "Weighed", "given_evidence", "signs_of"]

NOTHING = "none"
"""What a clause tells that tells no event."""

READS = 0.5
"""Share from which a clause that no rule reads is taken for an event: two of three are right."""

OVERRULES = 0.75
"""By how much the share of another type must exceed that of a rule's own before the words overrule the rule."""

_WORD = re.compile(r"[^\W\d_]+")
_START = 4
"""Letters of a word's beginning that are a sign of their own."""
_BESIDE = 3
"""Words before and behind a figure that are signs of their own."""
_FIGURES, _PLACES = 2, 4
"""Figures and places of a clause that are looked at, the first ones."""
_SAID = 3
"""Words that an explanation names; shorter ones than those that have a beginning say little to a reader."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign and how much of it there is; `span` are the words (offsets of the text), None for what is no word."""

    name: str
    share: float = 1.0
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What is told around a clause: types of event in the bulletin before it, in the sentence before, and beside it."""

    before: Mapping[str, int]
    previous: frozenset[str]
    beside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Weighed:
    """How likely a clause tells each type of event, or `NOTHING`, and the words that speak most for the likeliest.

    `spans` are their offsets in the text, the one that speaks most first; `against` is the rule that they overrule.
    """

    shares: Mapping[str, float]
    best: str
    spans: tuple[tuple[int, int], ...]
    against: str | None = None


class Evidence:
    """Weights of signs, in tenths of log odds, by the type of event that they speak for."""

    def __init__(self, text: str) -> None:
        lines = (line for line in text.splitlines() if line and not line.startswith("#"))
        self._weights = dict(line.split("\t", maxsplit=1) for line in lines)
        self._always = _weights(self._weights.pop("always"))

    def weigh(self, text: str, clause: Clause, mentions: Sequence[Mention], lang: str, told: Told) -> Weighed:
        """Weigh the signs of a clause; see `signs_of`."""
        sums = dict(self._always)
        speaking: dict[str, dict[tuple[int, int], float]] = {kind: {} for kind in sums}
        for sign in signs_of(text, clause, mentions, lang, told):
            for kind, weight in _weights(self._weights.get(sign.name, "")).items():
                sums[kind] += weight * sign.share
                if sign.span is not None:
                    speaking[kind][sign.span] = speaking[kind].get(sign.span, 0.0) + weight
        top = max(sums.values())
        odds = {kind: math.exp(total - top) for kind, total in sums.items()}
        whole = sum(odds.values())
        best = max(odds, key=lambda kind: odds[kind])
        speaks = (span for span, weight in sorted(speaking[best].items(), key=lambda s: -s[1]) if weight > 0)
        said = [(low, high) for low, high in speaks if high - low >= _START][:_SAID]
        return Weighed({kind: odd / whole for kind, odd in odds.items()}, best, tuple(said))


def _weights(cell: str) -> dict[str, float]:
    """Read "return 31 crossing -12"."""
    parts = cell.split()
    return {kind: int(weight) / 10 for kind, weight in zip(parts[::2], parts[1::2], strict=True)}


@cache
def given_evidence() -> Evidence:
    """Return the weights that come with geomap, read once."""
    return Evidence(files(__package__).joinpath("evidence.tsv").read_text(encoding="utf-8"))


def signs_of(text: str, clause: Clause, mentions: Sequence[Mention], lang: str, told: Told) -> list[Sign]:
    """Return the signs of a clause, each once.

    Parameters
    ----------
    text, clause, mentions
        The bulletin's text, a clause of it, and all mentions of the bulletin.
    lang
        The language of the rule pack.
    told
        What the bulletin tells around the clause.
    """
    return list({sign.name: sign for sign in _signs(text, clause, mentions, lang, told)}.values())


def _signs(text: str, clause: Clause, mentions: Sequence[Mention], lang: str, told: Told) -> Iterator[Sign]:
    named = [mentions[i] for i in clause.mentions]
    words = [
        (_stem(match.group(), lang), match.span())
        for match in _WORD.finditer(text, clause.start, clause.end)
        if not any(m.start < match.end() and match.start() < m.end for m in named)
    ]
    for stem, span in words:
        yield Sign(f"word:{stem}", span=span)
        if len(stem) > _START:
            yield Sign(f"start:{stem[:_START]}", span=span)
    for (one, (start, _)), (two, (_, end)) in itertools.pairwise(words):
        yield Sign(f"pair:{one} {two}", span=(start, end))
    figures = [f for f in clause.figures if not (f.part or f.same)] or clause.figures
    for figure in figures[:_FIGURES]:
        yield Sign(f"unit:{(figure.unit or '-').replace(' ', '_')}")
        before = [word for word in words if word[1][1] <= figure.start][-_BESIDE:]
        yield from (Sign(f"before:{stem}", span=span) for stem, span in before)
        behind = [word for word in words if word[1][0] >= figure.end][:_BESIDE]
        yield from (Sign(f"behind:{stem}", span=span) for stem, span in behind)
        if not before:
            yield Sign("opens with a figure")
    yield from _signs_of_places(text, clause, named, lang)
    yield from _signs_around(told)


def _signs_of_places(text: str, clause: Clause, named: Sequence[Mention], lang: str) -> Iterator[Sign]:
    for mention in named[:_PLACES]:
        before = list(_WORD.finditer(text, clause.start, max(clause.start, mention.start)))[-1:]
        yield from (Sign(f"to place:{_stem(m.group(), lang)}", span=m.span()) for m in before)
        if len(mention.types) == 1:
            yield Sign(f"kind:{next(iter(mention.types))}")
    if not named:
        yield Sign("no place")


def _signs_around(told: Told) -> Iterator[Sign]:
    whole = sum(told.before.values())
    if not whole:
        yield Sign("first")
    for kind, count in told.before.items():
        yield Sign(f"told:{kind}", share=count / whole)
    yield from (Sign(f"previous:{kind}") for kind in told.previous)
    yield from (Sign(f"beside:{kind}") for kind in told.beside)


_ENDINGS = ("ing", "ed", "es", "s")
_ARABIC_OPENINGS = re.compile(r"^[وف]?(?:بال|كال|ال|لل)?(?=\w{3})")
_ALEFS = str.maketrans("إأآ", "ااا")
_LENGTHS = {"en": 7}
_LENGTH = 5
"""Letters of a word that are kept: endings differ more than stems."""


def _stem(word: str, lang: str) -> str:
    """Return the part of a word that its forms share, roughly."""
    word = word.lower()
    if lang == "ar":
        word = _ARABIC_OPENINGS.sub("", word).translate(_ALEFS)
    elif lang == "en":
        ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= _START), "")
        word = word.removesuffix(ending)
    return word[: _LENGTHS.get(lang, _LENGTH)]
