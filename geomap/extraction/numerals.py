"""How numbers are written: in digits of any grouping, in words, in both, as ranges; and what they come to."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from geomap.extraction.rules import rule_pack
from geomap.extraction.spelled_numbers import spelled_pattern, spelled_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.extraction.vocabulary import FigureWords

__all__ = ["number_pattern", "value_in_unit", "value_of"]

_SPACED = r"\d{1,3}, \d{3}(?!\d)(?!(?:,\s|\s(?:and|и)\s|\sو)\d)"
"""A comma and a space between thousands; "410, 380 and 275" is a list of numbers."""
_GROUPED = rf"\d{{1,3}}(?:[,. \u00a0\u202f\u2009]\d{{3}})+(?!\d)|{_SPACED}|\d+"


@cache
def number_pattern(pack_lang: str) -> re.Pattern[str]:
    """Compile what a number looks like in a language; its words come from the pack.

    Its groups: `low` and `high` or `to`, or `least` and `most`, the bounds of a range; `times`, `dual` and `whole`,
    words that are a number by themselves.
    """
    pack = rule_pack(pack_lang)
    assert pack is not None  # noqa: S101 - only packs that are loaded ask
    words = pack.figures
    spelled = _either(words.words)
    months = "".join(rf"(?<!{re.escape(month)} )" for month in pack.period.months)  # "On September 13, 205 people"
    grouped = _GROUPED.replace(_SPACED, months + _SPACED)
    digits = rf"(?:{grouped})(?:{re.escape(words.decimal)}\d+|[.,]\d{{1,2}}(?![\d.,]\d|\d))?"
    article = rf"(?!{_either(words.articles)} {spelled}(?!\w))"  # "a six-truck convoy" has six
    article += rf"(?!{_either(words.articles)}\s*[–—]\s*\d)"  # nor is "the Turkish one – 9" a range
    one = rf"(?:{digits}|{article}{spelled}(?:[- ]{spelled}){{0,2}})"
    by = rf"[- ]{_either(words.multipliers)}(?!\w)"
    half = f"(?:{words.and_half})?"
    number = (
        rf"(?:{_either(words.fractions)}{by}"
        rf"|{one}(?:{half}(?:{by})+(?:{words.plus}{one}(?:{by})?)?|(?<=\d){_either(words.suffixes)}(?!\w)|{half}))"
    )
    if words.additive:
        number = spelled_pattern(words, digits)
    # A hyphen in front is a minus, or a dash behind a bracket or space; Arabic ties "and", "with", "for" to the digits.
    tied_before = r"(?<=\s[وبلف])" + ("" if words.additive else r"(?=\d)")
    tied_before = rf"(?:{tied_before}|(?:(?<=\s[وف][بل])|(?<=\s[وبلف]ـ)|(?<=\s[وف][بل]ـ))(?=\d))"
    opening = rf"(?:(?<=[(\s])[-−–](?=\d)|{tied_before}|(?<![\w.,/:-]))"
    upper = rf"(?:\s*[–-]\s*(?P<high>{number})|\s+(?:to|up to)\s+(?P<to>{number}))?"
    between, and_ = words.between
    tied = rf"(?=-(?:{words.tied_units})(?!\w))"
    end = rf"(?:(?:{words.trailing})(?!\w)|{tied}|(?![\w/]|[.,:]\d|-\w))"
    return re.compile(
        rf"{_opening_letter(words)}(?:"
        rf"(?<!\w)(?:{between})\s+(?P<least>{number})\s+(?:{and_})\s*(?P<most>{number}){end}"
        rf"|{opening}(?P<low>{number}){upper}{end}"
        rf"|(?<!\w)[وف]?(?P<times>{_either(words.times)})(?!\w)"
        rf"|(?<!\w)[وفبل]?(?P<dual>{_either(words.duals)})(?!\w)"
        rf"|(?<!\w)[وفبل]?(?P<whole>{_either(words.wholes)})(?!\w))",
        re.IGNORECASE,
    )


def _opening_letter(words: FigureWords) -> str:
    """Return a look at the first letter: most letters of a text open no number, and are passed over at once."""
    if words.additive:
        return ""
    opening = (*words.words, *words.fractions, *words.times, *words.duals, *words.wholes)
    letters = {re.escape(word[0]) for word in opening}
    return rf"(?=[-−–\d]|(?<!\w)(?:[{''.join(sorted(letters))}وفبل]|{words.between[0]}))"


def _either(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True)) or '(?!)'})"


_PLACES = 6
_NUMBER_PARTS = re.compile(r"\d[\d.,\s]*\d|\d|тыс\.?(?!\w)|[^\W\d_]+")


def value_of(text: str, words: FigureWords) -> float:
    """Turn "70, 178", "1 366", "5.4", "twenty-five", "4.3 thousand", "1.2m" or "66 ألفا و257" into a number."""
    text = text.lower()
    if text in words.words:  # as a whole: "ни одного" holds a number word, and is none
        return float(words.words[text])
    if words.additive:
        return spelled_value(text, words, lambda number: _digits(number, words.decimal))
    fraction = next((part for part in words.fractions if text.startswith(part)), None)
    if fraction is not None:
        return words.fractions[fraction] * value_of(f"1 {text[len(fraction) :]}", words)
    text, halves = re.subn(words.and_half, " ", text)
    total, scale = 0.0, 1
    for word in reversed(_NUMBER_PARTS.findall(text)):
        factor = words.multipliers.get(word) or words.suffixes.get(word)
        if factor is not None:
            scale *= factor
            continue
        known = words.words.get(word)
        value = float(known) if known is not None else _digits(word, words.decimal) if word[0].isdigit() else 0.0
        total += (value + halves / 2) * scale
        scale, halves = 1, 0
    return round(total if scale == 1 else total + scale, _PLACES)  # 4.1 million are no 4,099,999.9999999995


def _digits(text: str, decimal: str) -> float:
    plain = re.sub(r"[ \s]", "", text)
    grouping = "," if decimal == "." else "."
    plain = re.sub(rf"[{re.escape(grouping)}](?=\d{{3}}(?:\D|$))", "", plain)
    plain = plain.replace(grouping, decimal) if plain.count(grouping) == 1 else plain.replace(grouping, "")
    if plain.count(decimal) > 1:
        plain = plain.replace(decimal, "")
    return float(plain.replace(decimal, "."))


def value_in_unit(text: str, unit: str | None, words: FigureWords) -> float:
    """Read a number for its unit: people and things are counted whole, so that "1.866 people" are 1866."""
    if unit is not None and unit not in _FRACTIONAL and _THOUSANDS[words.decimal].fullmatch(text):
        text = text.replace(words.decimal, "")
    return value_of(text, words)


_FRACTIONAL = frozenset({"tons", "hectares"})
_THOUSANDS = {",": re.compile(r"\d{1,3}(?:,\d{3})+"), ".": re.compile(r"\d{1,3}(?:\.\d{3})+")}
"""Thousands parted by what is the language's decimal separator."""
