"""Rule packs: what a language's texts say of events, read from TOML and compiled once.

A pack is data that a person can read and extend without Python; the engine is the same for all languages.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from geomap.errors import RuleError
from geomap.extraction.word_classes import with_classes
from geomap.model import EVENT_TYPES, ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "FigureWords",
    "ModalityWords",
    "PeriodWords",
    "Rule",
    "RulePack",
    "ScopeWords",
    "Unit",
    "alternatives",
    "read_rule",
    "rule_pack",
]

_NEVER = re.compile(r"(?!)")
_UP_TO_COMMA = r"(?:[^,;،]|(?<=\d),(?=\d))*[,،]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one kind of event is told.

    `triggers` betray it; `weak_triggers` (all, for a weak rule) only with a place or a figure in the clause, or only
    with a figure (`weak_needs_figure`). `excludes` says that they mean something else there. A rule that `yields_to`
    another leaves it a clause in which both fit. `not_counted` are units of what it can befall, which are no figures of
    it. `roles` maps a role to what stands before a place that has it;
    `roles_behind` what stands behind one before which nothing does ("Homs left 300 people" in another order of words);
    `weak_roles` hold only when no other place has that role; `default_role` is for all others. `actors` stands before
    the place of those who act, which is not the event's.
    """

    name: str
    type: str
    label: str | None
    triggers: re.Pattern[str]
    weak_triggers: re.Pattern[str]
    weak_needs_figure: bool
    excludes: re.Pattern[str]
    yields_to: frozenset[str]
    unit: str | None
    not_counted: frozenset[str]
    roles: Mapping[str, re.Pattern[str]]
    roles_behind: Mapping[str, re.Pattern[str]]
    weak_roles: Mapping[str, re.Pattern[str]]
    default_role: str
    actors: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A standard unit and the words that stand for it behind a number."""

    name: str
    words: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureWords:
    """Words in and around numbers; the packs say what each is for."""

    words: Mapping[str, float]
    articles: frozenset[str]
    no_units: re.Pattern[str] | None
    times: Mapping[str, int]
    times_word: re.Pattern[str]
    duals: Mapping[str, str]
    wholes: Mapping[str, tuple[float, str]]
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
    each_before: re.Pattern[str]
    of_them: re.Pattern[str]
    part_before: re.Pattern[str]
    part_after: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodWords:
    """Words for stretches of time."""

    lang: str
    past: tuple[tuple[str, int, re.Pattern[str]], ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeWords:
    """What tells a running total from a figure of a period."""

    cumulative: re.Pattern[str]
    stock: re.Pattern[str]
    period: re.Pattern[str]
    perfect: re.Pattern[str]
    perfect_is_total: frozenset[str]
    decrease: re.Pattern[str]
    increase: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalityWords:
    """What makes an event negated, planned or only thought of."""

    negated: re.Pattern[str]
    negated_after: re.Pattern[str]
    planned: re.Pattern[str]
    hypothetical: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """All that a language says of events; `rules` in order of rank."""

    lang: str
    rules: tuple[Rule, ...]
    units: tuple[Unit, ...]
    figures: FigureWords
    period: PeriodWords
    scope: ScopeWords
    modality: ModalityWords
    cut: re.Pattern[str]
    turn: re.Pattern[str]
    reference: re.Pattern[str]
    nationals: re.Pattern[str]
    bridge: re.Pattern[str]
    beside: re.Pattern[str]
    subordinate: re.Pattern[str]
    group: re.Pattern[str]
    anaphora: re.Pattern[str]
    elsewhere: re.Pattern[str]
    each: re.Pattern[str]
    locative: re.Pattern[str]
    respectively: re.Pattern[str]


def rule_pack(lang: str) -> RulePack | None:
    """Return the pack of a language tag such as ``"en"``, None when there is none.

    Raises
    ------
    RuleError
        When the pack breaks its format.
    """
    return _load(lang.split("-", maxsplit=1)[0].lower())


@cache
def _load(lang: str) -> RulePack | None:
    if not re.fullmatch("[a-z]{2,3}", lang):
        return None
    path = files(__package__).joinpath("packs", f"{lang}.toml")
    if not path.is_file():
        return None
    return parse_pack(path.read_text(encoding="utf-8"), path=f"{lang}.toml")


def parse_pack(text: str, *, path: str) -> RulePack:
    """Read a rule pack.

    Parameters
    ----------
    text
        TOML in the form of the packs that come with geomap.
    path
        Named in errors.

    Raises
    ------
    RuleError
        When it is no TOML, a table is missing, or a pattern, a type or a role is wrong.
    """
    try:
        table = tomllib.loads(text)
        return _pack(with_classes(table, path), path)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"is no TOML: {error}", path=path) from error
    except KeyError as error:
        raise RuleError(f"lacks {error}; see the packs that come with geomap", path=path) from error


def _pack(table: Mapping[str, Any], path: str) -> RulePack:
    figures, period = table["figures"], table["period"]
    scope, modality = table["scope"], table["modality"]

    def words(
        entries: list[str], before: str = r"(?<!\w)", after: str = r"(?!\w)", field: str = "words"
    ) -> re.Pattern[str]:
        return alternatives(entries, before, after, path, field)

    return RulePack(
        lang=table["lang"],
        rules=tuple(read_rule(entry, path) for entry in table["rule"]),
        units=tuple(Unit(name=u["name"], words=words(u["words"], before="")) for u in table["unit"]),
        figures=FigureWords(
            words=figures["words"],
            articles=frozenset(figures["articles"]),
            no_units=words(figures["no_units"], before="") if figures["no_units"] else None,
            times=figures["times"],
            times_word=words([figures["times_word"]]),
            duals=figures["duals"],
            wholes={word: (value, unit) for word, (value, unit) in figures.get("wholes", {}).items()},
            multipliers=figures["multipliers"],
            plus=figures["plus"],
            between=(figures["between"][0], figures["between"][1]),
            decimal=figures["decimal"],
            at_least=words(figures["at_least"], after=r"\s+$"),
            not_after=words(figures["not_after"], before=r"(?:^|(?<=[\s(\"'])|(?<!\w))", after=r"\s*$"),
            after_month=words(figures["after_month"], after=r"\s*$"),
            not_before=words(figures["not_before"], before=r"\s*", after=r""),
            places=words(figures["places"], before=r"\s+(?:\w+\s+)?"),
            places_after=words(figures["places_after"], after=r"\s*$"),
            each_before=words(table["clauses"].get("each_before", []), after=r"\s+$"),
            families_of=words(figures["families_of"], after=r"\s+$"),
            of_them=words(figures["of_them"]),
            part_before=words(figures["part_before"], after=r"\s*(?:more than\s+|over\s+|about\s+|some\s+)?$"),
            part_after=words(figures["part_after"], before=r"\s+"),
        ),
        period=PeriodWords(
            lang=table["lang"],
            past=tuple((name, period["past_days"][name], words(entries)) for name, entries in period["past"].items()),
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
        ),
        cut=words(table["clauses"]["cut"], before="", after=""),
        turn=words(table["clauses"].get("turn", []), before="", after=""),
        reference=words(table["clauses"]["reference"], after=r"\s*(?:the\s+)?$"),
        nationals=words(table["clauses"]["nationals"], after=r"\s*$"),
        bridge=words(table["clauses"]["bridge"], before="", after="$"),
        beside=words(table["clauses"]["beside"], after="$"),
        subordinate=words(table["clauses"]["subordinate"], before=r"[\"“«]?", after=rf"\s{_UP_TO_COMMA}"),
        group=words(table["clauses"]["group"], before=r"[\"“«]?", after=_UP_TO_COMMA),
        anaphora=words(table["clauses"]["anaphora"]),
        elsewhere=words(table["clauses"]["elsewhere"], before=r"[\"“«]?\s*"),
        each=words([table["clauses"]["each"]], before=r"\s+"),
        locative=words(table["clauses"].get("locative", [])),
        respectively=words(table["clauses"].get("respectively", []), before=r"\s*,?\s*"),
        scope=ScopeWords(
            cumulative=words(scope["cumulative"]),
            stock=words(scope["stock"]),
            period=words(scope["period"]),
            perfect=words(scope["perfect"]),
            perfect_is_total=frozenset(scope["perfect_is_total"]),
            decrease=words(scope["decrease"]),
            increase=words(scope["increase"]),
        ),
        modality=ModalityWords(
            negated=words(modality["negated"]),
            negated_after=words(modality["negated_after"]),
            planned=words(modality["planned"]),
            hypothetical=words(modality["hypothetical"], after=""),
        ),
    )


def read_rule(entry: Mapping[str, Any], path: str, *, types: tuple[str, ...] = EVENT_TYPES) -> Rule:
    """Read one rule of a pack; `types` are the types of event that it may have.

    Raises
    ------
    RuleError
        When a pattern, the type or a role is wrong.
    """
    name = entry["name"]
    if entry["type"] not in types:
        raise RuleError(f"{entry['type']!r} is no type of event; one of {', '.join(types)}", path=path, field=name)
    roles = dict(entry.get("roles", {}))
    default = roles.pop("default", "at")
    if default not in ROLES:
        raise RuleError(f"{default!r} is no role; one of {', '.join(ROLES)}", path=path, field=name)
    strong, weak = list(entry.get("triggers", [])), list(entry.get("weak_triggers", []))
    if entry.get("weak"):
        strong, weak = [], [*weak, *strong]
    return Rule(
        name=name,
        type=entry["type"],
        label=entry.get("label"),
        triggers=alternatives(strong, r"(?<!\w)", r"(?!\w)", path, name),
        weak_triggers=alternatives(weak, r"(?<!\w)", r"(?!\w)", path, name),
        weak_needs_figure=bool(entry.get("weak_needs_figure", False)),
        excludes=alternatives(entry.get("excludes", []), r"(?<!\w)", r"", path, name),
        yields_to=frozenset(entry.get("yields_to", [])),
        unit=entry.get("unit"),
        not_counted=frozenset(entry.get("not_counted", [])),
        roles=_roles(roles, path, name),
        roles_behind={
            role: alternatives(entries, "", r"(?!\w)", path, name)
            for role, entries in entry.get("roles_behind", {}).items()
        },
        weak_roles=_roles(dict(entry.get("weak_roles", {})), path, name),
        default_role=default,
        actors=alternatives(entry.get("actors", []), r"(?<!\w)", r"\s+(?:the\s+)?$", path, name),
    )


def _roles(table: Mapping[str, list[str]], path: str, name: str) -> dict[str, re.Pattern[str]]:
    """Compile what stands before a place of each role."""
    for role in table:
        if role not in ROLES:
            raise RuleError(f"{role!r} is no role; one of {', '.join(ROLES)}", path=path, field=name)
    end = r"\s*(?:the\s+)?[\"“«'‘]?$"
    return {role: alternatives(entries, r"(?<!\w)", end, path, name) for role, entries in table.items()}


def alternatives(entries: list[str], before: str, after: str, path: str, field: str) -> re.Pattern[str]:
    """Compile patterns as alternatives in their order; nothing matches when there are none.

    `before` and `after` are what stands around each.

    Raises
    ------
    RuleError
        When one of them is no regular expression.
    """
    if not entries:
        return _NEVER
    # Vowel marks are no word characters, but a word does not end before one.
    before, after = (edge.replace(r"(?<!\w)", _WORD_START).replace(r"(?!\w)", _WORD_END) for edge in (before, after))
    try:
        return re.compile(f"{before}(?:{'|'.join(map(_with_marks, entries))}){after}", re.IGNORECASE)
    except re.error as error:
        raise RuleError(f"{_culprit(entries)!r} is no regular expression: {error}", path=path, field=field) from error


def _culprit(entries: list[str]) -> str:
    """Return the first pattern that does not compile by itself, all of them when only together they do not."""
    for entry in entries:
        try:
            re.compile(entry)
        except re.error:
            return entry
    return "|".join(entries)


_WORD_START, _WORD_END = r"(?<![\w\u064b-\u0652\u0670])", r"(?![\w\u064b-\u0652\u0670])"


_ARABIC_LETTER = re.compile(r"\[[^\]]*\]|[\u0621-\u064a]")


def _with_marks(pattern: str) -> str:
    """Let vowel marks stand behind any letter of an Arabic pattern: "سلم" also matches "سُلّم"."""

    def marked(match: re.Match[str]) -> str:
        found = match.group()
        if found.startswith("[") and not _ARABIC_LETTER.search(found[1:]):
            return found
        return rf"(?:{found}[\u064b-\u0652\u0670]*)"

    return _ARABIC_LETTER.sub(marked, pattern)
