"""The strict key: spellings of one orthography meet."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING

from geomap.toponym.words import ARTICLES, GENERICS, plain_of, undressed_lines, word_lines, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["fold", "folds"]

# Orthography that varies freely within one romanisation: (pattern, replacement), in order. Sources: BGN/PCGN 1956 and
# UNGEGN (letters and digraphs), and the counts on 4,588 name pairs of OCHA and GeoNames (taa marbuta, vowel digraphs).
_FOLDS = tuple(
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in (
        (r"q", "k"),
        (r"dj|dzh", "j"),
        (r"ou|oo", "u"),
        (r"ee|iy|yi", "i"),
        (r"ei|ay|ey", "ai"),
        (r"aw|au", "au"),
        (r"(?<=.)(?:a|e|é)h$", "a"),  # taa marbuta: -ah, -eh
        (r"(.)\1+", r"\1"),  # doubled letters
        (r"i?(?:ya|ia)$", "ia"),
        (r"(?<=..)e$", "a"),  # -é, -e for taa marbuta
    )
)


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the key under which spellings of one orthography meet; letters and digits only, no spaces.

    Case, diacritics, apostrophes, hyphens, the article, taa marbuta and free vowel digraphs fall away; Russian case
    endings too, and Arabic letters are brought to their plain forms. Generic parts take one form ("Tell" is "tal").

    Examples
    --------
    >>> fold("Al-Nasriyah") == fold("Nasriyeh") == "nasria"
    True
    >>> fold("Beit Sahm") == fold("Bayt-Sahm")
    True
    """
    return "".join(map(_fold_word, _telling(words(name))))


def folds(names: Sequence[str]) -> list[str]:
    """Return the `fold` of many names, in their order; faster, since their words are folded as lines of one text."""
    lines = word_lines(names)
    plain = undressed_lines(lines)
    spelled = [i for i, line in enumerate(plain) if line.isascii()]
    text = f"\n{_END}\n".join([plain[i] for i in spelled]).replace(" ", "\n")
    special = _with_special_words(text)
    folded = _fold_lines(text).replace("\n", "").split(_END) if spelled else []
    keys = {i: key for at, (i, key) in enumerate(zip(spelled, folded, strict=True)) if at not in special}
    others = [i for i in range(len(names)) if i not in keys]
    keys |= zip(others, _folds_by_word([lines[i].split() for i in others]), strict=True)
    return [keys[i] for i in range(len(names))]


_END = "\0"
"""Stands between names; what is no letter of a name has become a space before."""


def _with_special_words(text: str) -> set[int]:
    """Return which names of a text hold a word that falls away or takes another form."""
    special: set[int] = set()
    at = 0
    for word in text.split("\n"):
        if word == _END:
            at += 1
        elif word in _SPECIAL:
            special.add(at)
    return special


_SPECIAL = ARTICLES | GENERICS.keys()


def _folds_by_word(told: Sequence[Sequence[str]]) -> list[str]:
    distinct = set(chain.from_iterable(told))
    plain = {word: plain_of(word) for word in distinct if not word.isascii()}
    articles = ARTICLES | {word for word in plain if plain[word] in ARTICLES}
    last = _folded([*(distinct - plain.keys()), *plain.values(), *GENERICS.values()])
    generic = {word: last[sign] for word, sign in GENERICS.items()}
    generic |= {word: last[GENERICS[plain[word]]] for word in plain if plain[word] in GENERICS}
    last |= {word: last[plain[word]] for word in plain}
    first = last | generic
    keys = []
    for parts in told:
        kept = parts if articles.isdisjoint(parts) else [word for word in parts if word not in articles] or parts
        keys.append("".join([*[first[word] for word in kept[:-1]], *[last[word] for word in kept[-1:]]]))
    return keys


def _folded(words: Iterable[str]) -> dict[str, str]:
    folded = {word: word if word[0].isascii() else _stem(word) for word in words}
    spelled = [word for word in folded if word[0].isascii()]
    return folded | dict(zip(spelled, _fold_lines("\n".join(spelled)).split("\n"), strict=True))


def _telling(parts: Sequence[str]) -> Sequence[str]:
    """Return words with generic parts in their standard form; the last is never one: it is what tells the place."""
    if len(parts) < 2:
        return parts
    return [*(GENERICS.get(word, word) for word in parts[:-1]), parts[-1]]


@lru_cache(maxsize=65536)
def _fold_word(word: str) -> str:
    return _fold_lines(word) if word[0].isascii() else _stem(word)


def _stem(word: str) -> str:
    if "а" <= word[0] <= "я":
        stem = word.rstrip("аеиоуыэюяйь")
        stem = _DECLINED.sub("", stem)
        return stem if len(stem) >= 3 else word
    return word


_DECLINED = re.compile(r"(?<=\w{4})[оеыи][гмх]$")
"""What is left of the endings of a Russian adjective without its last vowel: "Нагорн-ог-о", "Нагорн-ом"."""


def _fold_lines(lines: str) -> str:
    """Fold words, each of which is a line."""
    for pattern, replacement in _FOLDS:
        lines = pattern.sub(replacement, lines)
    return lines
