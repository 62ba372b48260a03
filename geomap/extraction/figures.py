"""Figures of a sentence: numbers with their unit, bounds and nesting, and none of the numbers that are no figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from geomap.extraction.rules import FigureWords, RulePack

__all__ = ["Figure", "find_figures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number at ``sentence[start:end]`` (the unit's words included).

    `value`, and `high` for a range. `unit` is None when no known word follows. `part`: a part of another figure
    ("including 100 children"). `same`: another measure of it ("1,620 people (348 families)"). `bracket`: in brackets.
    `repetitions`: how often something happened ("twice").
    """

    value: float
    start: int
    end: int
    high: float | None = None
    unit: str | None = None
    at_least: bool = False
    part: bool = False
    same: bool = False
    bracket: bool = False
    repetitions: bool = False


_GROUPED = r"\d{1,3}(?:[,.   ]\d{3})+(?!\d)|\d{1,3}, \d{3}(?!\d)|\d+"
_LONGEST_UNIT = 60
_BEFORE = 40


_LISTED = re.compile(r"\s*(?:,|and|,\s*and)\s*")


@cache
def _number_pattern(lang_key: tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]) -> re.Pattern[str]:
    decimal, words, multipliers, times = lang_key
    spelled = "|".join(sorted(words, key=len, reverse=True))
    multiples = "|".join(sorted(map(re.escape, multipliers), key=len, reverse=True))
    digits = rf"(?:{_GROUPED})(?:{re.escape(decimal)}\d+|[.,]\d{{1,2}}(?![\d.,]\d|\d))?"
    one_spelled = rf"(?:{spelled})(?:[- ](?:{spelled}))?"
    number = rf"(?:{digits}|{one_spelled})(?:[- ](?:{multiples})\b)*"
    return re.compile(
        rf"(?:(?<=[(\s])[-−–](?=\d)|(?<![\w.,/:-]))(?P<low>{number})(?:\s*[–-]\s*(?P<high>{number})|\s+(?:to|up to)\s+(?P<to>{number}))?(?![\w/]|[.,:]\d|-\w)"
        rf"|(?<!\w)(?P<times>{'|'.join(times) or '(?!)'})(?!\w)",
        re.IGNORECASE,
    )


def find_figures(sentence: str, pack: RulePack) -> list[Figure]:
    """Return the figures of a sentence in its order.

    Dates, ordinals, lengths, shares, money, and numbers of places behind a preposition are no figures.
    """
    words = pack.figures
    key = (words.decimal, tuple(words.words), tuple(words.multipliers), tuple(words.times))
    found: list[Figure] = []
    listing_places = -1  # where the last number of places ended, for "18 governorates, 106 districts"
    for match in _number_pattern(key).finditer(sentence):
        place = words.places.match(sentence, match.end())
        behind = words.places_after.search(sentence[: match.start()][-_BEFORE:])
        if place and (behind or _LISTED.fullmatch(sentence, listing_places, match.start())):
            listing_places = place.end()
            continue
        figure = _times(match, words) if match["times"] else _figure(sentence, match, pack)
        if figure is not None:
            found.append(_nested(sentence, figure, found, words))
    return found


def _times(match: re.Match[str], words: FigureWords) -> Figure:
    return Figure(value=words.times[match["times"].lower()], start=match.start(), end=match.end(), repetitions=True)


def _figure(sentence: str, match: re.Match[str], pack: RulePack) -> Figure | None:
    words = pack.figures
    before, after = sentence[: match.start()], sentence[match.end() :]
    if words.times_word.match(after.lstrip()[:12]):
        end = match.end() + len(after) - len(after.lstrip()) + len(words.times_word.match(after.lstrip()[:12]).group())  # type: ignore[union-attr]
        return Figure(value=_value(match["low"], words), start=match.start(), end=end, repetitions=True)
    unit, end = _unit(after, pack)
    if _is_no_figure(match, before[-_BEFORE:], after, unit, words):
        return None
    if words.families_of.search(before):
        unit = "families"
    low, high = _value(match["low"], words), match["high"] or match["to"]
    top = _value(high, words) if high else None
    if top is not None and low < 1000 <= top and top % 1000 == 0 and low * 1000 <= top:
        low *= 1000  # "62 – 66,000": the lower bound leaves its thousands out
    return Figure(
        value=low,
        high=top,
        start=match.start(),
        end=match.end() + end,
        unit=unit,
        at_least=words.at_least.search(before[-_BEFORE:]) is not None,
        bracket=before.count("(") > before.count(")"),
    )


_YEAR = re.compile(r"(?:19|20)\d\d")


def _is_no_figure(match: re.Match[str], before: str, after: str, unit: str | None, words: FigureWords) -> bool:
    text = match.group().lower()
    if text in words.articles and unit is None and not after.lower().startswith((" each", " in ")):
        return True
    if text in {"a", "an"} and unit not in {"tons"}:
        return True
    if (text[0].isdigit() and words.not_after.search(before)) or words.not_before.match(after):
        return True
    return bool(_YEAR.fullmatch(text)) and unit is None


def _unit(after: str, pack: RulePack) -> tuple[str | None, int]:
    """Return the unit behind a number and where its words end."""
    text = after[:_LONGEST_UNIT]
    gap = re.match(r"\s+(?:(?:killed|other|new|more|separate|such|different|additional|of the)\s+)?", text)
    if gap is None:
        return None, 0
    for unit in pack.units:
        match = unit.words.match(text, gap.end())
        if match is not None and match.end() > gap.end():
            return unit.name, match.end()
    return None, 0


def _value(text: str, words: FigureWords) -> float:
    """Turn "70, 178", "1 366", "5.4", "twenty-five" or "4.3 thousand" into a number."""
    total, scale = 0.0, 1
    rest = text.lower()
    for word in reversed(re.split(r"(?<=[a-zа-яё.\d])[- ](?=[a-zа-яё])", rest)):
        if word in words.multipliers:
            scale *= words.multipliers[word]
        elif word in words.words:
            total += words.words[word]
        else:
            total += _digits(word, words.decimal)
    return (total or 1) * scale


def _digits(text: str, decimal: str) -> float:
    plain = re.sub(r"[ \s]", "", text)
    grouping = "," if decimal == "." else "."
    plain = re.sub(rf"[{re.escape(grouping)}](?=\d{{3}}(?:\D|$))", "", plain)
    plain = plain.replace(grouping, decimal) if plain.count(grouping) == 1 else plain.replace(grouping, "")
    if plain.count(decimal) > 1:
        plain = plain.replace(decimal, "")
    return float(plain.replace(decimal, "."))


_LISTED_PART = re.compile(r"[\s,(]*(?:and\s+)?$")
_OTHER_MEASURE = re.compile(r"\s*(?:\(|,|, or|or|, some|, about|\((?:some|about|around|nearly))\s*(?:some |about |around |nearly )?")
_PART_UNITS = frozenset({"children", "women", "men"})


def _nested(sentence: str, figure: Figure, earlier: list[Figure], words: FigureWords) -> Figure:
    """Say whether a figure is a part or another measure of one before it."""
    if not earlier or figure.repetitions:
        return figure
    previous = earlier[-1]
    before, after = sentence[previous.end : figure.start], sentence[figure.end :]
    if words.part_before.search(sentence[: figure.start]) or words.part_after.match(after):
        return replace(figure, part=True)
    if figure.unit in _PART_UNITS and (previous.part or figure.bracket) and _LISTED_PART.fullmatch(before):
        return replace(figure, part=True)
    if figure.unit in _PART_UNITS and before.strip() == ":" and previous.unit == "people":
        return replace(figure, part=True)
    if {figure.unit, previous.unit} == {"families", "people"} and _OTHER_MEASURE.fullmatch(before):
        return replace(figure, same=True)
    return figure
