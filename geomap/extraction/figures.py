"""Figures of a sentence: numbers with their unit, bounds and nesting, and none of the numbers that are no figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.extraction.ages import is_age
from geomap.extraction.bracketed_numbers import without_brackets
from geomap.extraction.numerals import number_pattern, value_in_unit, value_of
from geomap.extraction.standard_units import known_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from geomap.extraction.rules import RulePack
    from geomap.extraction.vocabulary import FigureWords

    NoFigure = Callable[[int, int, str], None]

__all__ = ["PART_UNITS", "Figure", "find_figures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number at ``sentence[start:end]`` (the unit's words included).

    `value`, and `high` for a range. `unit` is None when no known word follows. `at_least`, `at_most`: a bound;
    `about`: told as approximate. `part`: a part of another figure ("including 100 children"). `same`: another measure
    of it ("1,620 people (348 families)"). `bracket`: in brackets. `repetitions`: how often it happened ("twice").
    """

    value: float
    start: int
    end: int
    high: float | None = None
    unit: str | None = None
    at_least: bool = False
    at_most: bool = False
    about: bool = False
    part: bool = False
    same: bool = False
    bracket: bool = False
    repetitions: bool = False

    @property
    def is_own(self) -> bool:
        """Whether it counts for itself: it is no part of another figure, and no other measure of one."""
        return not (self.part or self.same)


_LONGEST_UNIT = 60
_BEFORE = 40
_PART_REACH = 60
_BEHIND = 100
"""Characters around a number that can tell what it is."""
_LISTED = re.compile(r"\s*(?:,|and|,\s*and)\s*")


def find_figures(sentence: str, pack: RulePack, *, on_no_figure: NoFigure | None = None) -> list[Figure]:
    """Return the figures of a sentence in plain script (`plain_script`), in its order.

    Dates, ordinals, lengths, shares, money, and numbers of places behind a preposition are no figures; where
    `on_no_figure` is given, it is called with the start and the end of each of them and why it is none.
    """
    words = pack.figures
    sentence = without_brackets(sentence.translate(_SEPARATORS), pack)
    found: list[Figure] = []
    depth, counted = 0, 0
    hurt = False  # whether the last number told casualties
    listing_places = -1  # where the last number of places ended, for "18 governorates, 106 districts"
    for match in number_pattern(pack.lang).finditer(sentence):
        depth += sentence.count("(", counted, match.start()) - sentence.count(")", counted, match.start())
        counted = match.start()
        if match["whole"] and found and found[-1].end > match.start():
            continue  # the unit of the number before it
        if match["times"] and sentence.startswith((" as ", " a "), match.end()):  # "twice as many", "twice a day"
            continue
        if len(match.group()) > _MOST_DIGITS and sum(c.isdigit() for c in match.group()) > _MOST_DIGITS:
            _tell(on_no_figure, match, f"more than {_MOST_DIGITS} digits count nothing that a bulletin reports")
            continue
        place = words.places.match(sentence, match.end())
        if place and (
            words.places_after.search(sentence[max(0, match.start() - _BEFORE) : match.start()])
            or _LISTED.fullmatch(sentence, listing_places, match.start())
        ):
            listing_places = place.end()
            _tell(on_no_figure, match, f'with "{place.group().strip()}" it says where, not how many')
            continue
        if depth > 0 and _is_compared(sentence, match, words):
            _tell(on_no_figure, match, "it was so before, and stands in brackets beside what is so now")
            continue
        figure = (
            _word_figure(match, words)
            if match["times"] or match["dual"] or match["whole"]
            else _figure(sentence, match, pack, in_bracket=depth > 0)
        )
        if isinstance(figure, str):
            if match.group().lower() not in words.articles:  # "a" is in every sentence
                hurt = figure == _CASUALTIES
                _tell(on_no_figure, match, figure)
            continue
        if hurt and words.casualties_too.match(sentence, match.end()):
            _tell(on_no_figure, match, _CASUALTIES)  # "12 people were killed, a third of them children, and 30 injured"
            continue
        figure = _nested(sentence, figure, found, words)
        if hurt and figure.part:
            _tell(on_no_figure, match, _CASUALTIES)  # "killed 12 people, including five children"
            continue
        hurt = False
        found.append(figure)
    return _with_same_numbers(sentence, found, words)


def _with_same_numbers(sentence: str, found: list[Figure], words: FigureWords) -> list[Figure]:
    """Add the figures that only say that they are those before once more: "and as many from Jordan"."""
    for match in words.same_number.finditer(sentence):
        before = [f for f in found if f.end <= match.start() and f.is_own]
        if before:
            again = replace(before[-1], start=match.start(), end=match.end(), bracket=False)
            found = sorted([*found, again], key=lambda f: f.start)
    return found


def _is_compared(sentence: str, match: re.Match[str], words: FigureWords) -> bool:
    """Whether brackets hold a number of an earlier time for comparison: "44 attacks (51 a week earlier)"."""
    low, high = sentence.rfind("(", 0, match.start()), sentence.find(")", match.end())
    inside = sentence[low + 1 : high if high >= 0 else len(sentence)]
    return words.compared.search(inside) is not None


_CASUALTIES = "people killed or hurt are no figure of an event"
_SEPARATORS = str.maketrans("٫٬", ".,")
"""The decimal and the thousands separator that stand with Arabic digits."""


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
        value = value_of(match["low"] or match["least"], words)
        least, _, _ = _told_bounds(before, words)
        return Figure(value=value, start=match.start(), end=end, at_least=least, repetitions=True)
    unit, end = _unit(after, pack)
    if why := _why_no_figure(match, before, after, unit, words):
        return why
    if _SUFFIXED.search(match.group()) and unit not in {u.name for u in pack.units}:
        return "a length or a name"  # "a 5m wall"
    if words.families_of.search(before):
        unit = "families"
    unit_before = _unit_before(before, pack) if unit is None else None
    unit = unit or (None if unit_before else _number_of(sentence, match.start(), pack))
    low, top = _bounds(match, before, unit, words)
    least, most, about = _told_bounds(before, words)
    behind = max(match.end(group) for group in ("low", "high", "to", "most"))
    return Figure(
        value=low,
        high=top,
        start=match.start(),
        end=match.end() + end,
        unit=unit or unit_before,
        part=unit_before in PART_UNITS,
        at_least=least or words.at_least_behind.match(sentence, behind) is not None,
        at_most=most,
        about=about,
        bracket=in_bracket,
    )


def _told_bounds(before: str, words: FigureWords) -> tuple[bool, bool, bool]:
    """Return whether words before a number make it a lower bound, an upper one, or approximate.

    A bound stands right there or before words of approximation ("up to about").
    """
    if before.rstrip()[-1:] in _NO_WORD:
        return False, False, False
    about = words.about.search(before)
    stretches = (before, before[: about.start()]) if about else (before,)
    least, most = (any(bound.search(text) for text in stretches) for bound in (words.at_least, words.at_most))
    return least, most, about is not None


_NO_WORD = frozenset("0123456789,.;:()") | {""}


def _bounds(match: re.Match[str], before: str, unit: str | None, words: FigureWords) -> tuple[float, float | None]:
    """Return the value of a number, and the upper one of a range."""
    high = match["high"] or match["to"] or match["most"]
    low = value_in_unit(match["low"] or match["least"], unit, words)
    top = value_in_unit(high, unit, words) if high else None
    if top is not None and match["to"] and words.changed_from.search(before):
        return top, None  # "fell from 27 to 13": there were 13
    if top is not None and low < 1000 <= top and top % 1000 == 0 and low * 1000 <= top:
        low *= 1000  # "62 – 66,000": the lower bound leaves its thousands out
    return low, top


_SUFFIXED = re.compile(r"\d[a-z]+$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


def _why_no_figure(match: re.Match[str], before: str, after: str, unit: str | None, words: FigureWords) -> str | None:
    """Tell dates, ordinals, lengths, shares, names and the like from figures; `before` and `after` are what is near."""
    text = match.group().lower()
    if why := _why_by_neighbours(before, after, words):
        return why
    if text in words.articles:
        named = not words.pronoun_before.search(before) and (unit is not None or _counts_alone(before, after, words))
        return "a word that counts only with a unit" if not named or (text in {"a", "an"} and unit != "tons") else None
    if before[-1:] in _QUOTES and after[:1] in _QUOTES and unit is None:
        return "a name in quotation marks"  # quarter "1070"
    if unit is None and is_age(text, before, after):
        return "an age"
    return _why_a_date(text, before, unit, words)


def _why_by_neighbours(before: str, after: str, words: FigureWords) -> str | None:
    """Say so when the words beside a number tell casualties, a date, a length, a share, money or a name."""
    if words.casualties_behind.match(after) or words.casualties_before.search(before):
        return _CASUALTIES
    if behind := words.not_before.match(after):
        return f'"{behind.group().strip()}" stands behind it'
    ahead = words.not_after.search(before)
    return f'"{ahead.group().strip()}" stands before it' if ahead else None


def _why_a_date(text: str, before: str, unit: str | None, words: FigureWords) -> str | None:
    """Say so when a number is a day of a month, the number of a part of a town, or a year."""
    year = _YEAR.fullmatch(text) is not None
    if (month := words.after_month.search(before)) and (year or not re.search(r"\d\s+$", before[: month.start()])):
        full_date = year and re.search(r"\d\s+\S+\s*$", before)  # "29 February 2024"
        if full_date or (text.isdigit() and int(text) <= 31):
            return f'part of a date or a name: "{month.group().strip()}" stands before it'
    return "a year" if year and (unit is None or words.before_year.search(before)) else None


def _counts_alone(before: str, after: str, words: FigureWords) -> bool:
    """Whether a "one" without a unit counts: "one in Homs", "one – in Homs", "one each", "Homs – one", "Homs (one)"."""
    if after.lower().startswith((" each", " in ", " в ", " more")) or words.each_before.search(before):
        return True
    if before.endswith("و") and after.startswith(" في "):  # "three in Homs and one in Hama"
        return True
    if re.match(r"\s+[–—]\s", after):
        return True
    return _SET_OFF.search(before) is not None and re.match(r"\s*(?:[),.;]|$)", after) is not None


_SET_OFF = re.compile(r"(?:\(|\s[–—-]\s)\s*$")
_MOST_DIGITS = 12
"""A longer number counts nothing that a bulletin reports."""
_QUOTES = tuple("\"'“”«»‘’")


_OF_ALL = r"of (?:the|its|their)(?:\s+\d[\d.,]*)?"  # "27 of the 40 buses"
_GAP = re.compile(rf"(?:\s+|-)(?:(?:killed|other|new|more|separate|such|different|additional|{_OF_ALL})\s+)?")
_NOUN = re.compile(r"(?:[a-z]+-)*[a-z]{3,}(?![\w-])")
_PLURAL = re.compile(r".*[^su]s")
_AFTER_MODIFIER = re.compile(r"(?:['’]s)? ")
_MODIFIERS = 3
"""Words between a number and what it counts: "29 unexploded artillery shells"."""


def _unit(after: str, pack: RulePack) -> tuple[str | None, int]:
    """Return the unit behind a number and where its words end."""
    text = after[:_LONGEST_UNIT]
    gap = _GAP.match(text)
    if gap is None:
        return None, 0
    if known := known_unit(text, gap.end(), pack):
        return known
    no_units = pack.figures.no_units
    if no_units is None:
        return None, 0
    position, first = gap.end(), None
    for _ in range(_MODIFIERS):
        noun = _NOUN.match(text, position)
        if noun is None or no_units.match(noun.group()):
            break
        first = first or noun
        if _PLURAL.fullmatch(noun.group()):
            return noun.group(), noun.end()
        gap = _AFTER_MODIFIER.match(text, noun.end())
        if gap is None:
            break
        position = gap.end()
        if known := known_unit(text, position, pack):
            return known
    if first is not None and pack.figures.no_nouns.match(first.group()):  # "2,300 escaped", and no noun behind it
        first = None
    return (first.group().rstrip("s") + "s", first.end()) if first else (None, 0)


def _listed_unit(word: str, ahead: str | int, pack: RulePack) -> str | None:
    """Return the unit that a plural noun before a bracket is; a name of places is none."""
    named = word[0].isupper() and ahead != 0
    words = pack.figures
    if words.no_units is None or named or words.places.match(f" {word}") or words.not_before.match(f" {word}"):
        return None
    known = known_unit(word, 0, pack)
    return known[0] if known else word.lower()


_NUMBER_OF = 150
"""Characters between "the number of" what is counted and the number."""


def _number_of(sentence: str, end: int, pack: RulePack) -> str | None:
    """Return the unit that is told before its number: "The number of settlements that joined has reached 2,231"."""
    last = sentence[max(0, end - 3) : end].rstrip()[-1:]
    if last.isdigit():
        return None
    if last == ":" and (known := known_unit(sentence, 0, pack)):
        return known[0]  # "Settlements that joined the truce: 2,514"
    told = list(pack.figures.number_of.finditer(sentence, max(0, end - _NUMBER_OF), end))
    if not told or re.search(r"\d", sentence[told[-1].end() : end]):
        return None
    return _unit(sentence[told[-1].end() :], pack)[0]


_DASHED_WORD = re.compile(r"(?P<word>[^\W\d_]+)\s*[–—-]\s*$")
_NOUN_BEFORE = re.compile(r"(?P<word>[a-z]{3,}s)\s*\($", re.IGNORECASE)


def _unit_before(before: str, pack: RulePack) -> str | None:
    """Return the unit that stands before its number: "(женщин – 125, детей – 213)", "blankets (12,000)"."""
    if noun := _NOUN_BEFORE.search(before):
        return _listed_unit(noun["word"], noun.start() and before[noun.start() - 1], pack)
    match = _DASHED_WORD.search(before)
    return next((u.name for u in pack.units if match and u.words.fullmatch(match["word"])), None)


_LISTED_PART = re.compile(r"[\s,،(]*(?:and\s+|и\s+|و\s*)?$")
_OTHER_MEASURE = re.compile(
    r"\s*(?:\(|,|, or|or|, some|, about|\((?:some|about|around|nearly))\s*(?:some |about |around |nearly )?"
)
PART_UNITS = frozenset({"children", "women", "men"})
"""Units that tell who the people of another figure are."""
WHOM = frozenset({"people", "families"})
"""Units in either of which the same people are counted."""
_GOES_ON = re.compile(r"[^;:()–—]*(?:,|\band|и|و)\s*")
_WEIGHTS = frozenset({"tons", "kilograms", "litres"})


def _nested(sentence: str, figure: Figure, earlier: list[Figure], words: FigureWords) -> Figure:
    """Say whether a figure is a part or another measure of one before it."""
    before = sentence[max(0, figure.start - _PART_REACH) : figure.start]
    after = sentence[figure.end : figure.end + _BEHIND]
    carried = bool(earlier) and earlier[-1].unit != figure.unit and words.same_before.search(before) is not None
    if not carried and (words.part_before.search(before) or words.part_after.match(after)):
        return replace(figure, part=True)
    if not earlier:
        return figure
    between = sentence[earlier[-1].end : figure.start]
    if (earlier[-1].repetitions or not figure.repetitions) and _is_part(figure, earlier, between):
        return replace(figure, part=True)
    if figure.repetitions:
        return figure
    if carried:
        return replace(figure, same=True)
    measures = {figure.unit, earlier[-1].unit} == WHOM or (figure.bracket and figure.unit in _WEIGHTS)
    return replace(figure, same=True) if measures and _OTHER_MEASURE.fullmatch(between) else figure


def _is_part(figure: Figure, earlier: list[Figure], between: str) -> bool:
    """Whether a figure goes on with the parts of another, by what stands between it and the one before."""
    previous = earlier[-1]
    if figure.unit in PART_UNITS:
        listed = (previous.part or figure.bracket) and _LISTED_PART.fullmatch(between)
        return bool(listed) or (between.strip() == ":" and previous.unit == "people")
    if not previous.part or previous.unit in PART_UNITS or _GOES_ON.fullmatch(between) is None:
        return False
    k = max((n for n, f in enumerate(earlier) if not f.part), default=None)
    if k is None or figure.unit is None:
        return k is not None  # "12, six of them in Hama and four near Homs"
    # "1,014 devices, among them 5 mines and 86 shells"
    things = figure.unit in {earlier[k].unit, previous.unit} - WHOM
    return things and sum(f.value for f in earlier[k + 1 :]) + figure.value <= earlier[k].value
