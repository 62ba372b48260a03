"""Numbers whose words are joined by "and", units before tens, as in Arabic: "ثلاثمئة وخمسة وعشرون ألفا ومئة"."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geomap.extraction.vocabulary import FigureWords

__all__ = ["spelled_pattern", "spelled_value"]

_THOUSAND = 1000
_TOKENS = re.compile(r"\d[\d.,\s]*\d|\d|[^\W\d_]+")


def spelled_pattern(words: FigureWords, digits: str) -> str:
    """Return what a number looks like: spelled out, in digits, or both ("66 ألفا و257", "مليون ونصف المليون").

    The parts go down: millions, thousands, hundreds, and units before tens; so that "خمسة وسبعة" are two numbers.
    `digits` is the pattern of a number in digits.
    """
    sizes: dict[int, list[str]] = {}
    for word, value in words.words.items():
        sizes.setdefault(min(_size(value), _THOUSAND), []).append(word)
    unit, ten, hundred = (_either(sizes.get(size, ())) for size in (1, 10, 100))
    alone = _either(sizes.get(_THOUSAND, ()))
    times = _either(words.multipliers)
    and_ = rf"\s+{words.additive}\s?"
    below_hundred = rf"(?:{unit}{and_}{ten}|{unit}\s+{_either(['عشر', 'عشرة'])}(?!\w)|{ten}|{unit})"
    below_thousand = rf"(?:(?:{unit}\s+)?{hundred}(?:{and_}{below_hundred})?|{below_hundred})"
    part = rf"(?:{digits}|{below_thousand})"
    large = rf"(?:{part}(?:\s+{times}(?!\w))+|{alone})(?!\w)"
    share = _either(words.fractions)
    of_it = rf"\s+(?:ال)?{times}(?!\w)"
    half = rf"(?:{and_}{share}(?!\w)(?:{of_it})?)?"
    return rf"(?:{large}{half}(?:{and_}{large})?(?:{and_}{part}(?!\w))?|{share}{of_it}|{part})"


def spelled_value(text: str, words: FigureWords, digits: Callable[[str], float]) -> float:
    """Turn a number that `spelled_pattern` matches into its value; `digits` reads one written in digits."""
    for word in words.words:
        if " " in word:
            text = text.replace(word, str(words.words[word]))
    total, last, current, share = 0.0, 1.0, 0.0, 0.0
    for token, following in pairwise([*_TOKENS.findall(text), ""]):
        word = _bare(token, words)
        if word in words.multipliers:
            last = float(words.multipliers[word])
            if not share:  # a share is of what stands behind it ("half a million")
                size = last if current < last else 1.0  # "62631 ألف" are no millions: the word says what they are
                total, current = total + (current or 1.0) * size, 0.0
        elif word in words.fractions:
            share = words.fractions[word]
        elif (value := words.words.get(word)) is not None:
            if following.startswith(words.additive):  # "ألفا شخص" are 2,000, "ألفا و200 شخص" 1,200
                value = words.before_and.get(word, value)
            if value == 100 and 0 < current < 10:  # "ثلاث مئة"
                current *= 100
            elif value >= _THOUSAND:
                total, last = total + value, float(_THOUSAND if value < _THOUSAND**2 else _THOUSAND**2)
            else:
                current += value
        elif token[0].isdigit():
            current += digits(token)
    return total + current + share * last


def _size(value: float) -> int:
    """Return the power of ten that a number word counts: 1 for units and teens, 10, 100, 1000."""
    return 1 if value < 20 and value != 10 else 10 if value < 100 else 100 if value < _THOUSAND else _THOUSAND


def _bare(token: str, words: FigureWords) -> str:
    """Return a word of a number without the "and" or the article in front of it."""
    for prefix in (words.additive, "ال"):
        rest = token.removeprefix(prefix)
        if (
            token not in words.words
            and rest != token
            and (rest in words.words or rest in (*words.fractions, *words.multipliers))
        ):
            return rest
    return token


def _either(entries: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, entries), key=len, reverse=True)) or '(?!)'})"
