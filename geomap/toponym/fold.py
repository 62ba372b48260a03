"""The strict key: spellings of one orthography meet."""

from __future__ import annotations

import re
from functools import lru_cache

from geomap.toponym.words import GENERICS, words

__all__ = ["fold"]

# Orthography that varies freely within one romanisation: (pattern, replacement), in order. Sources: BGN/PCGN 1956 and
# UNGEGN (letters and digraphs), and the counts on 4,588 name pairs of OCHA and GeoNames (taa marbuta, vowel digraphs).
_FOLDS = tuple(
    (re.compile(pattern), replacement)
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
    parts = words(name)
    last = len(parts) - 1
    # The last word is never generic: it is what tells the place.
    return "".join([_fold_word(GENERICS.get(word, word) if i < last else word) for i, word in enumerate(parts)])


@lru_cache(maxsize=65536)
def _fold_word(word: str) -> str:
    if "а" <= word[0] <= "я":
        stem = word.rstrip("аеиоуыэюяйь")
        return stem if len(stem) >= 3 else word
    if word[0].isascii():
        for pattern, replacement in _FOLDS:
            word = pattern.sub(replacement, word)
    return word
