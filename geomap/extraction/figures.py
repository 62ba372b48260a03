"""Figures of a sentence: numbers with their unit, bounds and nesting, and none of the numbers that are no figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from geomap.extraction.rules import FigureWords, RulePack, rule_pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    NoFigure = Callable[[int, int, str], None]

__all__ = ["PART_UNITS", "Figure", "find_figures"]


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


_GROUPED = r"\d{1,3}(?:[,. \u00a0\u202f\u2009]\d{3})+(?!\d)|\d{1,3}, \d{3}(?!\d)|\d+"
_LONGEST_UNIT = 60
_BEFORE = 40
_BEHIND = 100
"""Characters around a number that can tell what it is."""


_NUMBER_PARTS = re.compile(r"\d[\d.,\s]*\d|\d|тыс\.?|[^\W\d_]+")
_LISTED = re.compile(r"\s*(?:,|and|,\s*and)\s*")


@cache
def _number_pattern(pack_lang: str) -> re.Pattern[str]:
    """Compile what a number looks like in a language; its words come from the pack."""
    pack = rule_pack(pack_lang)
    assert pack is not None  # noqa: S101 - only packs that are loaded ask
    words = pack.figures
    spelled = _either(words.words)
    digits = rf"(?:{_GROUPED})(?:{re.escape(words.decimal)}\d+|[.,]\d{{1,2}}(?![\d.,]\d|\d))?"
    one = rf"(?:{digits}|{spelled}(?:[- ]{spelled}){{0,2}})"
    number = rf"{one}(?:(?:[- ]{_either(words.multipliers)}(?!\w))+(?:{words.plus}{one})?)?"
    # A hyphen in front is a minus, or a dash behind a bracket or space; Arabic ties "and" to the digits.
    opening = r"(?:(?<=[(\s])[-−–](?=\d)|(?<=\sو)(?=\d)|(?<![\w.,/:-]))"
    upper = rf"(?:\s*[–-]\s*(?P<high>{number})|\s+(?:to|up to)\s+(?P<to>{number}))?"
    between, and_ = words.between
    end = r"(?![\w/]|[.,:]\d|-\w)"
    return re.compile(
        rf"(?<!\w)(?:{between})\s+(?P<least>{number})\s+(?:{and_})\s*(?P<most>{number}){end}"
        rf"|{opening}(?P<low>{number}){upper}{end}"
        rf"|(?<!\w)[وف]?(?P<times>{_either(words.times)})(?!\w)"
        rf"|(?<!\w)[وفبل]?(?P<dual>{_either(words.duals)})(?!\w)"
        rf"|(?<!\w)(?P<whole>{_either(words.wholes)})(?!\w)",
        re.IGNORECASE,
    )


def _either(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True)) or '(?!)'})"


def find_figures(sentence: str, pack: RulePack, *, on_no_figure: NoFigure | None = None) -> list[Figure]:
    """Return the figures of a sentence in its order.

    Dates, ordinals, lengths, shares, money, and numbers of places behind a preposition are no figures; where
    `on_no_figure` is given, it is called with the start and the end of each of them and why it is none.
    """
    words = pack.figures
    found: list[Figure] = []
    depth, counted = 0, 0
    listing_places = -1  # where the last number of places ended, for "18 governorates, 106 districts"
    for match in _number_pattern(pack.lang).finditer(sentence):
        depth += sentence.count("(", counted, match.start()) - sentence.count(")", counted, match.start())
        counted = match.start()
        if match["whole"] and found and found[-1].end > match.start():
            continue  # the unit of the number before it
        if sum(c.isdigit() for c in match.group()) > _MOST_DIGITS:
            _tell(on_no_figure, match, f"more than {_MOST_DIGITS} digits count nothing that a bulletin reports")
            continue
        place = words.places.match(sentence, match.end())
        behind = words.places_after.search(sentence[max(0, match.start() - _BEFORE) : match.start()])
        if place and (behind or _LISTED.fullmatch(sentence, listing_places, match.start())):
            listing_places = place.end()
            _tell(on_no_figure, match, f'with "{place.group().strip()}" it says where, not how many')
            continue
        figure = (
            _word_figure(match, words)
            if match["times"] or match["dual"] or match["whole"]
            else _figure(sentence, match, pack, in_bracket=depth > 0)
        )
        if isinstance(figure, str):
            if match.group().lower() not in words.articles:  # "a" is in every sentence
                _tell(on_no_figure, match, figure)
        else:
            found.append(_nested(sentence, figure, found, words))
    return found


def _tell(on_no_figure: NoFigure | None, match: re.Match[str], why: str) -> None:
    if on_no_figure is not None:
        on_no_figure(match.start(), match.end(), why)


def _word_figure(match: re.Match[str], words: FigureWords) -> Figure:
    """Read a word that is a figure by itself: "twice", an Arabic dual, a Russian "тонну"."""
    if match["whole"]:
        value, unit = words.wholes[match["whole"].lower()]
        return Figure(value=value, start=match.start(), end=match.end(), unit=unit)
    if match["dual"]:
        return Figure(value=2, start=match.start("dual"), end=match.end(), unit=words.duals[match["dual"]])
    return Figure(value=words.times[match["times"].lower()], start=match.start(), end=match.end(), repetitions=True)


def _figure(sentence: str, match: re.Match[str], pack: RulePack, *, in_bracket: bool) -> Figure | str:
    """Return the figure that a number is, or why it is none."""
    words = pack.figures
    before = sentence[max(0, match.start() - _BEFORE) : match.start()]
    after = sentence[match.end() : match.end() + _BEHIND]
    if times := words.times_word.match(after.lstrip()):
        end = match.end() + len(after) - len(after.lstrip()) + times.end()
        value = _value(match["low"] or match["least"], words)
        return Figure(value=value, start=match.start(), end=end, repetitions=True)
    unit, end = _unit(after, pack)
    if why := _why_no_figure(match, before, after, unit, words):
        return why
    if words.families_of.search(before):
        unit = "families"
    unit_before = _unit_before(before, pack) if unit is None else None
    high = match["high"] or match["to"] or match["most"]
    low = _in_unit(match["low"] or match["least"], unit, words)
    top = _in_unit(high, unit, words) if high else None
    if top is not None and low < 1000 <= top and top % 1000 == 0 and low * 1000 <= top:
        low *= 1000  # "62 – 66,000": the lower bound leaves its thousands out
    return Figure(
        value=low,
        high=top,
        start=match.start(),
        end=match.end() + end,
        unit=unit or unit_before,
        part=unit_before in PART_UNITS,
        at_least=words.at_least.search(before) is not None,
        bracket=in_bracket,
    )


_YEAR = re.compile(r"(?:19|20)\d\d")


def _why_no_figure(match: re.Match[str], before: str, after: str, unit: str | None, words: FigureWords) -> str | None:
    """Tell dates, ordinals, lengths, shares, names and the like from figures; `before` and `after` are what is near."""
    text = match.group().lower()
    if behind := words.not_before.match(after):
        return f'"{behind.group().strip()}" stands behind it'
    if ahead := words.not_after.search(before):
        return f'"{ahead.group().strip()}" stands before it'
    if text in words.articles:
        named = unit is not None or _counts_alone(before, after, words)
        return "a word that counts only with a unit" if not named or (text in {"a", "an"} and unit != "tons") else None
    if before[-1:] in _QUOTES and after[:1] in _QUOTES and unit is None:
        return "a name in quotation marks"  # quarter "1070"
    year = _YEAR.fullmatch(text) is not None
    if (month := words.after_month.search(before)) and (year or not re.search(r"\d\s+$", before[: month.start()])):
        full_date = year and re.search(r"\d\s+\S+\s*$", before)  # "29 February 2024"
        if full_date or (text.isdigit() and int(text) <= 31):
            return f'part of a date or a name: "{month.group().strip()}" stands before it'
    return "a year" if year and unit is None else None


def _counts_alone(before: str, after: str, words: FigureWords) -> bool:
    """Whether a "one" without a unit counts: "one in Homs", "one each", "Homs – one", "Homs (one)"."""
    if after.lower().startswith((" each", " in ", " в ")) or words.each_before.search(before):
        return True
    return _SET_OFF.search(before) is not None and re.match(r"\s*(?:[),.;]|$)", after) is not None


_SET_OFF = re.compile(r"(?:\(|\s[–—-]\s)\s*$")
_MOST_DIGITS = 12
"""A longer number counts nothing that a bulletin reports."""
_QUOTES = tuple("\"'“”«»‘’")
_WEIGHTS = frozenset({"tons", "litres"})
"""What the goods of a figure weigh, in brackets behind it."""
_FRACTIONAL = frozenset({"tons", "hectares"})


def _in_unit(text: str, unit: str | None, words: FigureWords) -> float:
    """Read a number for its unit: people and things are counted whole, so that "1.866 people" are 1866."""
    decimal = re.escape(words.decimal)
    if unit is not None and unit not in _FRACTIONAL and re.fullmatch(rf"\d{{1,3}}(?:{decimal}\d{{3}})+", text):
        text = text.replace(words.decimal, "")
    return _value(text, words)


_NOUN = re.compile(r"[a-z]{3,}(?![\w-])")


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
    noun = _NOUN.match(text, gap.end())
    if pack.figures.no_units is not None and noun and not pack.figures.no_units.match(noun.group()):
        return noun.group().rstrip("s") + "s", noun.end()
    return None, 0


_DASHED_WORD = re.compile(r"(?P<word>[^\W\d_]+)\s*[–—-]\s*$")


def _unit_before(before: str, pack: RulePack) -> str | None:
    """Return the unit that stands before its number: "(женщин – 125, детей – 213)"."""
    match = _DASHED_WORD.search(before)
    return next((u.name for u in pack.units if match and u.words.fullmatch(match["word"])), None)


def _value(text: str, words: FigureWords) -> float:
    """Turn "70, 178", "1 366", "5.4", "twenty-five", "4.3 thousand" or "66 ألفا و257" into a number."""
    total, scale = 0.0, 1
    for word in reversed(_NUMBER_PARTS.findall(text.lower())):
        if word in words.multipliers:
            scale *= words.multipliers[word]
            continue
        known = words.words.get(word)
        value = float(known) if known is not None else _digits(word, words.decimal) if word[0].isdigit() else 0.0
        total += value * scale
        scale = 1
    return total if scale == 1 else total + scale


def _digits(text: str, decimal: str) -> float:
    plain = re.sub(r"[ \s]", "", text)
    grouping = "," if decimal == "." else "."
    plain = re.sub(rf"[{re.escape(grouping)}](?=\d{{3}}(?:\D|$))", "", plain)
    plain = plain.replace(grouping, decimal) if plain.count(grouping) == 1 else plain.replace(grouping, "")
    if plain.count(decimal) > 1:
        plain = plain.replace(decimal, "")
    return float(plain.replace(decimal, "."))


_LISTED_PART = re.compile(r"[\s,،(]*(?:and\s+|и\s+|و\s*)?$")
_OTHER_MEASURE = re.compile(
    r"\s*(?:\(|,|, or|or|, some|, about|\((?:some|about|around|nearly))\s*(?:some |about |around |nearly )?"
)
PART_UNITS = frozenset({"children", "women", "men"})
"""Units that tell who the people of another figure are."""


def _nested(sentence: str, figure: Figure, earlier: list[Figure], words: FigureWords) -> Figure:
    """Say whether a figure is a part or another measure of one before it."""
    if not earlier or figure.repetitions:
        return figure
    previous = earlier[-1]
    before, after = sentence[previous.end : figure.start], sentence[figure.end : figure.end + _BEHIND]
    if words.part_before.search(sentence[max(0, figure.start - _BEFORE) : figure.start]) or words.part_after.match(
        after
    ):
        return replace(figure, part=True)
    if figure.unit in PART_UNITS and (previous.part or figure.bracket) and _LISTED_PART.fullmatch(before):
        return replace(figure, part=True)
    if figure.unit in PART_UNITS and before.strip() == ":" and previous.unit == "people":
        return replace(figure, part=True)
    measured = figure.bracket and figure.unit in _WEIGHTS and previous.unit not in (None, figure.unit)
    if ({figure.unit, previous.unit} == {"families", "people"} or measured) and _OTHER_MEASURE.fullmatch(before):
        return replace(figure, same=True)
    return figure
