"""What a clause tells by its words, where no rule says so: signs weighed against one another (decision 0030).

The weights are data (`evidence.tsv`), fitted by `benchmarks.fit_evidence` on annotated bulletins. A sign is a word, two
words that follow one another, what stands beside a figure or before a place, a unit, or what the bulletin told before.
"""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geomap.extraction.clauses import Clause
    from geomap.model import Mention

__all__ = [
    "DENIES",
    "NOTHING",
    "OVERRULES",
    "READS",
    "Evidence",
    "Sign",
    "Told",
    "Weighed",
    "given_evidence",
    "signs_of",
]

NOTHING = "none"
"""What a clause tells that tells no event."""

READS = 0.5
"""Share from which a clause that no rule reads is taken for an event: two of three are right."""

OVERRULES = 0.6
"""By how much the share of another type must exceed that of a rule's own before the words overrule the rule."""

DENIES = 0.6
"""By how much the share of no event must exceed that of a rule's own before the words deny it."""

_WORD = re.compile(r"[^\W\d_]+")
_START = 4
"""Letters of a word's beginning that are a sign of their own."""
_BESIDE = 3
"""Words before and behind a figure that are signs of their own."""
_LONGEST = 40
"""Characters before a place in which the word before it is looked for."""
_FIGURES, _PLACES = 2, 4
"""Figures and places of a clause that are looked at, the first ones."""
_SAID = 3
"""Words that an explanation names; shorter ones than those that have a beginning say little to a reader."""


Sign = tuple[str, float, tuple[int, int] | None]
"""A sign's name, how much of it there is, and its words (offsets of the text), None for what is no word.

A plain tuple, since a clause has about a hundred of them.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told around a clause: types of event in the bulletin before it, in the sentence before, and beside it."""

    before: Mapping[str, int]
    previous: frozenset[str]
    beside: frozenset[str]


@dataclass(frozen=True, slots=True)
class Weighed:
    """How likely a clause tells each type of event, or `NOTHING`, and the signs that speak for the likeliest.

    `weights` are what each of the `signs` adds to it, in tenths of log odds; `against` is the rule that they overrule.
    """

    shares: Mapping[str, float]
    best: str
    signs: Sequence[Sign] = ()
    weights: Sequence[float] = ()
    against: str | None = None

    def said(self, text: str) -> str:
        """Return the words that speak most, in quotation marks and in the order of the text."""
        return ", ".join(f'"{text[low:high]}"' for low, high in sorted(self.spans)) or "what stands around it"

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The words that speak most (offsets of the text), the first most of all."""
        by_words: dict[tuple[int, int], float] = {}
        for (_, _, span), weight in zip(self.signs, self.weights, strict=True):
            if span is not None and span[1] - span[0] >= _START:
                by_words[span] = by_words.get(span, 0.0) + weight
        return sorted((span for span in by_words if by_words[span] > 0), key=lambda s: (-by_words[s], s))[:_SAID]


class Evidence:
    """Weights of signs, in tenths of log odds, by the type of event that they speak for."""

    def __init__(self, text: str) -> None:
        self._lines = dict(line.split("\t", maxsplit=1) for line in text.splitlines() if line[:1] not in ("", "#"))
        always = self._lines.pop("always").split()
        self._kinds = always[::2]
        self._always = [int(weight) for weight in always[1::2]]
        self._met: dict[str, list[int]] = {}  # signs of the file that a text showed, with a weight for each kind

    def weigh(self, text: str, clause: Clause, mentions: Sequence[Mention], lang: str, told: Told) -> Weighed:
        """Weigh the signs of a clause; see `signs_of`."""
        signs = [sign for sign in signs_of(text, clause, mentions, lang, told) if sign[0] in self._lines]
        columns = list(zip(self._always, *(self._weights(name, share) for name, share, _ in signs), strict=True))
        sums = [sum(column) for column in columns]
        top = max(sums)
        odds = [math.exp((total - top) / 10) for total in sums]
        best, whole = sums.index(top), sum(odds)
        shares = {kind: odd / whole for kind, odd in zip(self._kinds, odds, strict=True)}
        return Weighed(shares, self._kinds[best], signs, columns[best][1:])

    def _weights(self, sign: str, share: float) -> Sequence[float]:
        """Return the weights of a sign that the file has, of as much as there is of it."""
        row = self._met.get(sign)
        if row is None:
            parts = self._lines[sign].split()
            told = dict(zip(parts[::2], parts[1::2], strict=True))
            row = self._met[sign] = [int(told.get(kind, 0)) for kind in self._kinds]
        return row if share == 1 else [weight * share for weight in row]


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
    named = [mentions[i] for i in clause.mentions]
    stretch, by = _without(text, clause, named), clause.start
    words = [(_stem(m.group(), lang), (m.start() + by, m.end() + by)) for m in _WORD.finditer(stretch)]
    found = [
        *_signs_of_words(words),
        *_signs_of_figures(clause, words),
        *_signs_of_places(text, clause, named, lang),
        *_signs_around(told),
    ]
    return list({sign[0]: sign for sign in found}.values())


def _without(text: str, clause: Clause, named: Sequence[Mention]) -> str:
    """Return a clause with spaces in the place of names."""
    stretch = text[clause.start : clause.end]
    for mention in named:
        low, high = max(0, mention.start - clause.start), max(0, mention.end - clause.start)
        stretch = f"{stretch[:low]}{' ' * len(stretch[low:high])}{stretch[high:]}"
    return stretch


Word = tuple[str, tuple[int, int]]
"""A word's stem and where the word stands in the text."""


def _signs_of_words(words: Sequence[Word]) -> Iterator[Sign]:
    for stem, span in words:
        yield (f"word:{stem}", 1.0, span)
        if len(stem) > _START:
            yield (f"start:{stem[:_START]}", 1.0, span)
    for (one, (start, _)), (two, (_, end)) in itertools.pairwise(words):
        yield (f"pair:{one} {two}", 1.0, (start, end))


def _signs_of_figures(clause: Clause, words: Sequence[Word]) -> Iterator[Sign]:
    figures = [f for f in clause.figures if f.is_own] or clause.figures
    for figure in figures[:_FIGURES]:
        yield (f"unit:{(figure.unit or '-').replace(' ', '_')}", 1.0, None)
        before = [word for word in words if word[1][1] <= figure.start][-_BESIDE:]
        yield from ((f"before:{stem}", 1.0, span) for stem, span in before)
        behind = [word for word in words if word[1][0] >= figure.end][:_BESIDE]
        yield from ((f"behind:{stem}", 1.0, span) for stem, span in behind)
        if not before:
            yield ("opens with a figure", 1.0, None)


def _signs_of_places(text: str, clause: Clause, named: Sequence[Mention], lang: str) -> Iterator[Sign]:
    for mention in named[:_PLACES]:
        low = max(clause.start, mention.start - _LONGEST)
        before = list(_WORD.finditer(text, low, max(low, mention.start)))[-1:]
        yield from ((f"to place:{_stem(m.group(), lang)}", 1.0, m.span()) for m in before)
        if len(mention.types) == 1:
            yield (f"kind:{next(iter(mention.types))}", 1.0, None)
    if not named:
        yield ("no place", 1.0, None)


def _signs_around(told: Told) -> Iterator[Sign]:
    whole = sum(told.before.values())
    if not whole:
        yield ("first", 1.0, None)
    for kind, count in told.before.items():
        yield (f"told:{kind}", count / whole, None)
    yield from ((f"previous:{kind}", 1.0, None) for kind in told.previous)
    yield from ((f"beside:{kind}", 1.0, None) for kind in told.beside)


_ENDINGS = ("ing", "ed", "es", "s")
_ARABIC_OPENINGS = re.compile(r"^[وف]?(?:بال|كال|ال|لل)?(?=\w{3})")
_ALEFS = str.maketrans("إأآ", "ااا")
_LENGTHS = {"en": 7}
_LENGTH = 5
"""Letters of a word that are kept: endings differ more than stems."""


@lru_cache(maxsize=50_000)
def _stem(word: str, lang: str) -> str:
    """Return the part of a word that its forms share, roughly."""
    word = word.lower()
    if lang == "ar":
        word = _ARABIC_OPENINGS.sub("", word).translate(_ALEFS)
    elif lang == "en":
        ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= _START), "")
        word = word.removesuffix(ending)
    return word[: _LENGTHS.get(lang, _LENGTH)]
