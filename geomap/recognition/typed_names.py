"""A name that comes alone with the word for its kind: "Adana Province", "محافظة إدلب", "город Алеппо"."""

from __future__ import annotations

import re
from functools import cache

from geomap.recognition.lexicon import lexicon
from geomap.toponym import is_arabic, is_cyrillic

__all__ = ["without_type_word"]

_LONGEST = 200
"""Characters; what is longer is no name."""


def without_type_word(name: str) -> tuple[str, frozenset[str]]:
    """Return a name without the word for its kind, and the feature types that the word allows; none without one.

    Examples
    --------
    >>> without_type_word("Adana Province")
    ('Adana', frozenset({'governorate'}))
    >>> without_type_word("the city of Aleppo")[0]
    'Aleppo'
    >>> without_type_word("Homs")
    ('Homs', frozenset())
    """
    lang = "ar" if is_arabic(name) else "ru" if is_cyrillic(name) else "en"
    words = lexicon(lang)
    for pattern in _patterns(lang) if len(name) <= _LONGEST else ():
        match = pattern.fullmatch(name)
        word = words.types[match["word"].lower()] if match else None
        if match and word:
            return match["bare"], word.types
    return name, frozenset()


@cache
def _patterns(lang: str) -> tuple[re.Pattern[str], ...]:
    word = rf"(?P<word>{lexicon(lang).any_type.pattern})"
    behind = rf"(?P<bare>.*\w)[\s-]+{word}"
    before = rf"(?:the\s+)?{word}\s+(?:of\s+)?(?:the\s+)?(?P<bare>\w.*)"
    return tuple(re.compile(pattern, re.IGNORECASE | re.DOTALL) for pattern in (behind, before))
