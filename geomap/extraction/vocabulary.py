"""The words of a rule pack that stand in and around numbers and stretches of time, compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from geomap.arabic_script import BARE_ALEF
from geomap.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geomap.extraction.phrases import Phrases

    Searched = Callable[[list[str]], Phrases]

__all__ = [
    "NEVER",
    "FigureWords",
    "PeriodWords",
    "Words",
    "alternatives",
    "arabic",
    "culprit",
    "figure_words",
    "period_words",
]

_ROUGHLY = "more than|over|about|some|around|nearly|almost|at least|roughly|approximately|close to|up to|an estimated"
NEVER = re.compile(r"(?!)")
"""A pattern that matches nothing, for a language without such words."""


class Words(Protocol):
    """Compiles alternatives of a pack, with what stands around each."""

    def __call__(self, entries: list[str], before: str = ..., after: str = ...) -> re.Pattern[str]:
        """Return one pattern for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureWords:
    """Words in and around numbers; the packs say what each is for.

    Those with a default are for languages that have such words.
    """

    words: Mapping[str, float]
    articles: frozenset[str]
    no_units: re.Pattern[str] | None
    no_nouns: re.Pattern[str]
    times: Mapping[str, int]
    times_word: re.Pattern[str]
    duals: Mapping[str, str]
    multipliers: Mapping[str, int]
    plus: str
    between: tuple[str, str]
    decimal: str
    at_least: re.Pattern[str]
    not_after: re.Pattern[str]
    after_month: re.Pattern[str]
    not_before: re.Pattern[str]
    places: re.Pattern[str]
    places_after: re.Pattern[str]
    families_of: re.Pattern[str]
    of_them: Phrases
    part_before: re.Pattern[str]
    part_after: re.Pattern[str]
    fractions: Mapping[str, float] = field(default_factory=dict)
    and_half: str = "(?!)"
    additive: str = ""
    before_and: Mapping[str, int] = field(default_factory=dict)
    suffixes: Mapping[str, int] = field(default_factory=dict)
    tied_units: str = "(?!)"
    trailing: str = "(?!)"
    about: re.Pattern[str] = NEVER
    at_most: re.Pattern[str] = NEVER
    at_least_behind: re.Pattern[str] = NEVER
    changed_from: re.Pattern[str] = NEVER
    compared: re.Pattern[str] = NEVER
    before_year: re.Pattern[str] = NEVER
    each_before: re.Pattern[str] = NEVER
    wholes: Mapping[str, tuple[float, str]] = field(default_factory=dict)
    pronoun_before: re.Pattern[str] = NEVER
    same_number: re.Pattern[str] = NEVER
    number_of: re.Pattern[str] = NEVER
    same_before: re.Pattern[str] = NEVER
    casualties_before: re.Pattern[str] = NEVER
    casualties_behind: re.Pattern[str] = NEVER
    casualties_too: re.Pattern[str] = NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodWords:
    """Words for stretches of time.

    Those with a default are for languages that have such words: `spans` for units of the calendar, `parts` the days of
    parts of a month, `clock` times of the day, which are passed over.
    """

    lang: str
    past: tuple[tuple[str, int, Phrases], ...]
    said: str
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    since: str
    until: str
    as_of: str
    on: str
    year_unless: str
    near_days: Mapping[str, int]
    months_in: str
    months_to: str
    spans: Mapping[str, list[str]] = field(default_factory=dict)
    parts: Mapping[str, list[int]] = field(default_factory=dict)
    ordinals: Mapping[str, int] = field(default_factory=dict)
    small: Mapping[str, int] = field(default_factory=dict)
    counted: str = "(?!)"
    clock: re.Pattern[str] = NEVER


def figure_words(figures: Mapping[str, Any], words: Words, phrases: Searched) -> FigureWords:
    """Return the words of a pack's table ``figures``.

    Raises
    ------
    KeyError
        When a word list is missing that every language needs.
    """
    return FigureWords(
        words=_with_bare_alef(figures["words"]),
        articles=frozenset(figures["articles"]),
        no_units=words(figures["no_units"], before="") if figures["no_units"] else None,
        no_nouns=words(figures.get("no_nouns", []), before=""),
        times=figures["times"],
        times_word=words([figures["times_word"]]),
        duals=figures["duals"],
        multipliers=_with_bare_alef(figures["multipliers"]),
        plus=figures["plus"],
        between=(figures["between"][0], figures["between"][1]),
        decimal=figures["decimal"],
        at_least=words(figures["at_least"], after=r"\s+$"),
        not_after=words(figures["not_after"], after=r"\s*$"),
        after_month=words(figures["after_month"], after=r"\s*$"),
        not_before=words(figures["not_before"], before=r"\s*", after=r""),
        places=words(figures["places"], before=r"\s+(?:\w+\s+)?"),
        places_after=words(figures["places_after"], after=r"\s*$"),
        families_of=words(figures["families_of"], after=r"\s+$"),
        of_them=phrases(figures["of_them"]),
        part_before=words(figures["part_before"], after=rf"\s*(?:(?:{_ROUGHLY})\s+)?$"),
        part_after=words(figures["part_after"], before=r"\s+"),
        fractions=figures.get("fractions", {}),
        and_half=figures.get("and_half", "(?!)"),
        additive=figures.get("additive", ""),
        before_and=figures.get("before_and", {}),
        suffixes=figures.get("suffixes", {}),
        tied_units="|".join(figures.get("tied_units", ["(?!)"])),
        trailing="|".join(figures.get("trailing", ["(?!)"])),
        about=words(figures.get("about", []), after=r"\s*$"),
        at_most=words(figures.get("at_most", []), after=r"\s+$"),
        at_least_behind=words(figures.get("at_least_behind", []), before=r"\s*", after=""),
        changed_from=words(figures.get("changed_from", []), after=r"\s+$"),
        compared=words(figures.get("compared", [])),
        same_before=words(figures.get("same_before", []), after=r"\s*(?:\S+\s+)?$"),
        number_of=words(figures.get("number_of", []), after=""),
        casualties_before=words(figures.get("casualties_before", []), after=r"\s*$"),
        casualties_behind=words(figures.get("casualties_behind", []), before=r"\s*", after=""),
        casualties_too=words(figures.get("casualties_too", []), before=r"\s*", after=r"(?!\w)"),
        before_year=words(figures.get("before_year", []), after=r"[\s-]+$"),
        each_before=words(figures.get("each_before", []), after=r"\s+$"),
        wholes={word: (value, unit) for word, (value, unit) in figures.get("wholes", {}).items()},
        same_number=words(figures.get("same_number", [])),
        pronoun_before=words(figures.get("pronoun_before", []), after=r"\s+$"),
    )


def period_words(table: Mapping[str, Any], words: Words, phrases: Searched) -> PeriodWords:
    """Return the words of a pack's table ``period``.

    Raises
    ------
    KeyError
        When a word list is missing.
    """
    period = table["period"]
    return PeriodWords(
        lang=table["lang"],
        past=tuple((name, period["past_days"][name], phrases(entries)) for name, entries in period["past"].items()),
        said="|".join(period["said"]),
        months=period["months"],
        weekdays=period["weekdays"],
        since="|".join(period["since"]),
        until="|".join(period["until"]),
        as_of="|".join(period["as_of"]),
        on="|".join(period["on"]),
        year_unless=period["year_unless"],
        near_days=period["near_days"],
        months_in="|".join(period["months_in"]),
        months_to="|".join(period["months_to"]),
        spans=period.get("spans", {}),
        parts=period.get("parts", {}),
        ordinals=period.get("ordinals", {}),
        small=period.get("small", {}),
        counted=f"(?:{'|'.join(period.get('counted', ['(?!)']))})",
        clock=words(period.get("clock", []), after=""),
    )


def alternatives(entries: list[str], before: str, after: str, path: str, field: str) -> re.Pattern[str]:
    """Compile patterns as alternatives in their order; nothing matches when there are none.

    `before` and `after` are what stands around each.

    Raises
    ------
    RuleError
        When one of them is no regular expression.
    """
    if not entries:
        return NEVER
    try:
        return re.compile(f"{before}(?:{'|'.join(map(arabic, entries))}){after}", re.IGNORECASE)
    except re.error as error:
        raise RuleError(f"{culprit(entries)!r} is no regular expression: {error}", path=path, field=field) from error


def culprit(entries: list[str]) -> str:
    """Return the first pattern that does not compile by itself, all of them when only together they do not."""
    for entry in entries:
        try:
            re.compile(entry)
        except re.error:
            return entry
    return "|".join(entries)


_IN_ARABIC = re.compile(r"\[[^\]]*\]|[ أإآىة]")
_WRITTEN_ALIKE = {" ": "(?: +)", "أ": "[أإآا]", "إ": "[إأآا]", "آ": "[آأا]", "ى": "[ىي]", "ة": "[ةه]"}
"""Letters of Arabic and what hurried writers put for them; marks that were taken off leave more than one space."""


def arabic(pattern: str) -> str:
    """Return an Arabic pattern that also matches common ways to write the same; any other as it is."""
    if not re.search("[\u0621-\u064a]", pattern):
        return pattern
    return _IN_ARABIC.sub(lambda match: _WRITTEN_ALIKE.get(match.group(), match.group()), pattern)


def _with_bare_alef(numbers: Mapping[str, int]) -> Mapping[str, int]:
    """Return Arabic words with their values as many write them, too: "الف" for "ألف"."""
    return {**{word.translate(BARE_ALEF): value for word, value in numbers.items()}, **numbers}
