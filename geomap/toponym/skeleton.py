"""The loose keys: names as a listener hears them, the same for all scripts."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING

from geomap.toponym.knowledge import knowledge
from geomap.toponym.words import GENERICS, QUALIFIERS, told_words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["skeletons", "sound"]

_MOST = 12
"""Readings of one name that are tried; more means a string with many doubtful letters, and no name."""

_FUSED = re.compile(r"(?:[ae]l(?=[^aeiouyl])|[aeiu](?=(dh|sh|th|[dnrstz])\1))(?=.{3})")
"""An article written in one word with the name ("Elward", "Essalam", "alqdmws"), before at least three letters."""

_VOWELS = "aeiouy"
_LONG = 6
"""Letters of a word whose final h is mute: in longer ones it is the -ah of taa marbuta, in short ones it may be haa."""


_ACRONYM = 3
"""Capitals so few are an acronym, and no name (DRC, UAE)."""


@lru_cache(maxsize=65536)
def skeletons(name: str) -> tuple[str, ...]:
    """Return the consonants of a name as a listener hears them, one string for each way to read its spelling.

    Vowels, ayn and hamza fall away; sounds that romanisations confuse share a sign; words that tell namesakes apart
    ("Upper", "Fawqani") take one sign and stand at the end. Two names may be spellings of one when they share one.

    Parameters
    ----------
    name
        A toponym in any script; scripts other than Latin, Arabic and Cyrillic are brought to Latin first.

    Returns
    -------
    skeletons
        At most twelve, the most usual reading first; none when the name has no consonant.

    Examples
    --------
    >>> skeletons("Abu al-Duhur") == skeletons("Abu Zuhur") == skeletons("أبو الظهور") == ("bdhr",)
    True
    >>> skeletons("Upper Makhrim")[0] in skeletons("المخرم الفوقاني")
    True
    >>> skeletons("Ai")
    ()
    """
    if len(name) <= _ACRONYM and name.isupper():
        return ()
    told, said = _told(name)
    last = len(told) - 1
    readings = product(*(_readings(word, final=i == last) for i, word in enumerate(told)))
    found = dict.fromkeys("".join(reading).replace("nb", "mb") for reading in islice(readings, _MOST))
    found.pop("", None)
    return tuple(skeleton + said for skeleton in found)


def _told(name: str) -> tuple[list[str], str]:
    """Return the words that tell a place, generic parts in their standard form, and the signs of its qualifiers."""
    parts = told_words(name)
    proper = [(word, plain) for word, plain in parts if plain not in QUALIFIERS] if len(parts) > 1 else parts
    said = "" if len(proper) in (0, len(parts)) else "".join(sorted(QUALIFIERS.get(plain, "") for _, plain in parts))
    proper = proper or parts
    last = len(proper) - 1
    # The last word is never generic: it is what tells the place.
    return [GENERICS.get(plain, word) if i < last else word for i, (word, plain) in enumerate(proper)], said


@lru_cache(maxsize=65536)
def _readings(word: str, *, final: bool) -> tuple[str, ...]:
    """Return the ways to read a word, as signs."""
    found: dict[str, None] = {}
    for form in _forms(word):
        for reading in islice(product(*_signs(form)), _MOST):
            found["".join(reading)] = None
    if word.isascii() and word.endswith("t") and len(word) > 3 and _mute_t(word, final=final):
        found |= dict.fromkeys([reading[:-1] for reading in found if reading.endswith("t")])
    return tuple(islice(found, _MOST))


def _mute_t(word: str, *, final: bool) -> bool:
    """Whether a t may be taa marbuta: said before another word ("Khirbat X"), or written letter by letter ("jblt")."""
    return word[-2] not in "aeiou" if final else word[-2] in "aei"


def _forms(word: str) -> Iterator[str]:
    yield word
    if word.isascii() and (fused := _FUSED.match(word)):
        yield word[fused.end() :]


@cache
def _spellings() -> re.Pattern[str]:
    """Return the pattern of one consonant's spelling, the longest first, or of any other character."""
    longest_first = sorted(knowledge().signs, key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, longest_first), "."]), re.DOTALL)


def _signs(word: str) -> Iterator[tuple[str, ...]]:
    """Yield the signs that each consonant of a word may stand for."""
    signs = knowledge().signs
    doubling = word[0].isascii() or "а" <= word[0] <= "ё"  # in Arabic script two equal letters are two consonants
    if doubling and len(word) > 3 and word.startswith("ou") and word[2] in "aei":
        word = "w" + word[2:]  # French ou before a vowel: Ouadi
    if len(word) > 2 and word[-1] in "hه" and (word[-1] == "ه" or word[-2] in _VOWELS):
        mute, word = (word[-1] == "h" and len(word) <= _LONG), word[:-1]
    else:
        mute = False
    previous = ""
    for i, spelling in enumerate(_spellings().findall(word)):
        if doubling and spelling == previous:
            continue
        previous = spelling
        found = signs.get(spelling, ())
        if (found == ("w",) and i > 0) or found == ("",):  # waw and yaa may be vowels
            continue
        if "" in found and not (i and word[word.find(spelling, i) - 1] in _VOWELS):
            found = tuple(sign for sign in found if sign)  # j is a yaa only behind a vowel: Kunejtra
        if found:
            yield found
        elif spelling.isdigit():
            yield (spelling,)
    if mute:
        yield ("", "h")


@lru_cache(maxsize=65536)
def sound(name: str) -> str:
    """Return a name as a string of consonants and classes of vowels (a, i, u), to measure how alike two names sound.

    Spellings that differ only in the letters chosen for the same sounds become equal. In Arabic script short vowels
    are not written, so only the long ones show.

    Examples
    --------
    >>> sound("Douma") == sound("Dūmā") == sound("دوما") == sound("Дума")
    True
    """
    return "".join([_word_sound(word) for word in _told(name)[0]])


@lru_cache(maxsize=65536)
def _word_sound(word: str) -> str:
    known = knowledge()
    if len(word) > 2 and word[-1] in "hه":
        word = word[:-1] + ("" if word[-2] in _VOWELS else "a")
    signs: list[str] = []
    for spelling in _spellings().findall(word):
        sign = known.vowels.get(spelling) or known.sounds.get(spelling) or (spelling if spelling.isdigit() else "")
        if sign and sign != "".join(signs[-1:]):
            signs.append(sign)
    return "".join(signs)
