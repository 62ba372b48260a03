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

__all__ = ["FOLDED", "Difference", "Heard", "difference", "heard", "likeness", "likenesses"]

FOLDED = 0.99
"""The same but for what varies freely within one orthography."""

_SOUND = 1.11
"""The same sounds in a name of very many consonants."""
_FEW_CONSONANTS = 0.60
"""Divided by the number of consonants: the fewer there are, the more names have them."""
_ONE_WRONG = 0.65
"""A consonant too many, too few, wrong, or exchanged with its neighbour."""

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


def likeness(query: str, name: str, consonants: int | None) -> float:
    """Return the score of a known name for a query whose consonants meet, at most `FOLDED`.

    Parameters
    ----------
    query, name
        The spelling that is looked for and the one that is known.
    consonants
        How many consonants they share; None when one of these is wrong.
    """
    return _score(difference(query, name), consonants)


def _score(d: Difference, consonants: int | None) -> float:
    base = _ONE_WRONG if consonants is None else _SOUND - _FEW_CONSONANTS / consonants
    lost = _PER_VOWEL * d.vowels + _PER_CONSONANT * d.consonants + _OTHER_END * d.other_end
    lost += _UNVOWELLED * d.unvowelled + _PER_MISSING * d.missing
    return round(max(0.0, min(FOLDED, base - lost)), 4)


def likenesses(query: str, known: Sequence[Heard], consonants: int | None) -> list[float]:
    """Return the `likeness` of many names at once, by how they are heard."""
    one = heard(query)
    if len(known) < _MANY:
        return [_score(_differing(one, other), consonants) for other in known]
    sounds = [other.sound for other in known]
    unvowelled = np.array([other.unvowelled for other in known], bool) != one.unvowelled
    wrong = _each(Levenshtein.distance, one.consonants, [other.consonants for other in known])
    vowels = np.maximum(0, _each(Levenshtein.distance, one.sound, sounds) - wrong)
    other_end = np.array([other.open for other in known], bool) != one.open
    lengths = np.array([len(one.sound)] * len(known) if one.unvowelled else list(map(len, sounds)), np.int64)
    missing = lengths - _each(LCSseq.similarity, one.sound, sounds) if unvowelled.any() else lengths
    parts = (vowels * ~unvowelled, wrong, other_end * ~unvowelled, unvowelled, missing * unvowelled)
    rows = zip(*(part.tolist() for part in parts), strict=True)
    scores: dict[tuple[int, ...], float] = {}  # few differences are met, many times each
    return [
        scores[row] if row in scores else scores.setdefault(row, _score(Difference(*row), consonants)) for row in rows
    ]


def _each(scorer: Callable[..., int], one: str, others: list[str]) -> NDArray[np.int64]:
    found: NDArray[np.int64] = process.cdist([one], others, scorer=scorer, dtype=np.int64)[0]
    return found


def difference(query: str, name: str) -> Difference:
    """Return what differs between the sounds of two names."""
    return _differing(heard(query), heard(name))


def _differing(one: Heard, other: Heard) -> Difference:
    consonants = Levenshtein.distance(one.consonants, other.consonants)
    if one.unvowelled != other.unvowelled:
        bare, full = (one, other) if one.unvowelled else (other, one)
        missing = len(bare.sound) - LCSseq.similarity(bare.sound, full.sound)
        return Difference(consonants=consonants, unvowelled=1, missing=missing)
    return Difference(
        vowels=max(0, Levenshtein.distance(one.sound, other.sound) - consonants),
        consonants=consonants,
        other_end=int(one.open != other.open),
    )


class Heard(NamedTuple):
    """A name as it is heard: its sounds, the consonants of them, whether it ends in a vowel, and lacks its vowels."""

    sound: str
    consonants: str
    open: bool
    unvowelled: bool

    @classmethod
    def of(cls, sounds: str, *, arabic: bool) -> Heard:
        """Make it of the sounds of a name that is, or is not, in Arabic script."""
        consonants = sounds.translate(_NO_VOWELS)
        unvowelled = arabic or (len(sounds) - len(consonants)) * 3 < len(sounds)
        return cls(sounds, consonants, sounds[-1:] in _VOWELS, unvowelled)


_VOWELS = "aiu"
_NO_VOWELS = str.maketrans("", "", _VOWELS)


@lru_cache(maxsize=65536)
def heard(name: str) -> Heard:
    """Return how a name is heard."""
    return Heard.of(sound(name), arabic=is_arabic(name))
