"""How well a spelling fits a known name when only their consonants meet: a score made of what differs.

Scores are 1.0 for the name as it is written and count in tenths of a natural logarithm of odds: 0.1 less is e times
less likely. The weights were fitted by ``benchmarks/fit_names.py`` (see `geomap.resolution.odds`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import LCSseq, Levenshtein

from geomap.toponym import is_arabic, sound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = ["FOLDED", "Difference", "Heard", "Hearings", "difference", "heard", "likeness", "likenesses"]

FOLDED = 0.99
"""The same but for what varies freely within one orthography."""

_SOUND = 1.11
"""The same sounds in a name of very many consonants."""
_FEW_CONSONANTS = 0.60
"""Divided by the number of consonants: the fewer there are, the more names have them."""
_ONE_WRONG = 0.65
"""A consonant too many, too few, wrong, or exchanged with its neighbour."""

_TOO_FEW = 2
_CLOSE = 0.50
"""What a name of so few consonants must reach to be thought of at all: Douma is not Adem."""

_PER_VOWEL = 0.12
_PER_CONSONANT = 0.06
"""Of a like sound: kh for h, z for d."""
_OTHER_END = 0.06
"""One name ends in a vowel and the other does not."""
_UNVOWELLED = 0.11
"""Only one of the two has its vowels written, so that they cannot speak for it."""
_PER_MISSING = 0.10
"""A letter of the unvowelled name that the other one has not."""


_MANY = 24
"""Names that are worth the start of a comparison of all at once."""


class Difference(NamedTuple):
    """What differs between the sounds of two names: counts of vowels and of consonants, and the rest as 0 or 1."""

    vowels: int = 0
    consonants: int = 0
    other_end: int = 0
    unvowelled: int = 0
    missing: int = 0


_NONE = Difference()


def likeness(query: str, name: str, consonants: int | None) -> float:
    """Return the score of a known name for a query whose consonants meet, at most `FOLDED`.

    Parameters
    ----------
    query, name
        The spelling that is looked for and the one that is known.
    consonants
        How many consonants they share; None when one of these is wrong.
    """
    return _score(_differing(heard(query), heard(name)), consonants)


@lru_cache(maxsize=4096)  # few differences are met, many times each
def _score(d: Difference, consonants: int | None) -> float:
    base = _ONE_WRONG if consonants is None else _SOUND - _FEW_CONSONANTS / consonants
    lost = _PER_VOWEL * d.vowels + _PER_CONSONANT * d.consonants + _OTHER_END * d.other_end
    lost += _UNVOWELLED * d.unvowelled + _PER_MISSING * d.missing
    score = round(max(0.0, min(FOLDED, base - lost)), 4)
    return 0.0 if consonants is not None and consonants <= _TOO_FEW and score < _CLOSE else score


def likenesses(query: str, known: Hearings, consonants: int | None) -> NDArray[np.float64]:
    """Return the `likeness` of many names at once, by how they are heard."""
    one = heard(query)
    apart = known.unvowelled != one.unvowelled
    wrong = _each(Levenshtein.distance, one.consonants, known.consonants)[known.of_sounds]
    vowels = np.maximum(0, _each(Levenshtein.distance, one.sound, known.sounds) - wrong)
    lengths = np.array([len(one.sound)] * len(apart) if one.unvowelled else list(map(len, known.sounds)), np.int64)
    missing = lengths - _each(LCSseq.similarity, one.sound, known.sounds) if apart.any() else lengths
    parts = (vowels * ~apart, wrong, (known.open != one.open) * ~apart, apart, missing * apart)
    rows = zip(*(part.tolist() for part in parts), strict=True)
    return np.array([_score(Difference(*row), consonants) for row in rows], np.float64)


def _each(scorer: Callable[..., int], one: str, others: Sequence[str]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = process.cdist([one], others, scorer=scorer, dtype=np.int64)[0]
    return found


def difference(query: str, name: str) -> Difference:
    """Return what differs between the sounds of two names."""
    return _differing(heard(query), heard(name))


def _differing(one: Heard, other: Heard) -> Difference:
    if one.sound == other.sound and one.unvowelled == other.unvowelled:
        return _NONE
    consonants = Levenshtein.distance(one.consonants, other.consonants)
    if one.unvowelled != other.unvowelled:
        bare, full = (one, other) if one.unvowelled else (other, one)
        missing = len(bare.sound) - LCSseq.similarity(bare.sound, full.sound)
        return Difference(0, consonants, 0, 1, missing)
    vowels = Levenshtein.distance(one.sound, other.sound) - consonants
    return Difference(max(0, vowels), consonants, int(one.open != other.open))


class Heard(NamedTuple):
    """A name as it is heard: its sounds, the consonants of them, whether it ends in a vowel, and lacks its vowels."""

    sound: str
    consonants: str
    open: bool
    unvowelled: bool


class Hearings(NamedTuple):
    """Many names as they are heard, each part apart; a name's consonants are ``consonants[of_sounds[i]]``."""

    sounds: Sequence[str]
    consonants: Sequence[str]
    of_sounds: NDArray[np.intp]
    open: NDArray[np.bool_]
    unvowelled: NDArray[np.bool_]


_VOWELS = "aiu"
_NO_VOWELS = str.maketrans("", "", _VOWELS)


@lru_cache(maxsize=65536)
def heard(name: str) -> Heard:
    """Return how a name is heard."""
    told = sound(name)
    consonants = told.translate(_NO_VOWELS)
    unvowelled = is_arabic(name) or (len(told) - len(consonants)) * 3 < len(told)
    return Heard(told, consonants, told[-1:] in _VOWELS, unvowelled)
