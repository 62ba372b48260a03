"""Rule packs: what a language's texts say of events, read from TOML and compiled once.

A pack is data that a person can read and extend without Python; the engine is the same for all languages.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from geomap.errors import RuleError
from geomap.extraction.claims import ClaimWords, claim_words
from geomap.extraction.evidence import Evidence, given_evidence
from geomap.extraction.phrases import Phrases, Sieve, read_phrases
from geomap.extraction.vocabulary import (
    FigureWords,
    PeriodWords,
    alternatives,
    figure_words,
    period_words,
)
from geomap.extraction.word_classes import with_classes
from geomap.model import EVENT_TYPES, ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geomap.model import Event

__all__ = ["ModalityWords", "Rule", "RulePack", "ScopeWords", "Unit", "read_rule", "rule_pack"]

_OPENING = r"(?:[•●▪◦‣■►⁃*–—-]\s*)?[\"“«]?\s*"  # of a sentence: the mark of a list's item, a quotation mark
_UP_TO_COMMA = r"(?:[^,;،]|(?<=\d),(?=\d))*[,،]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one kind of event is told.

    `triggers` betray it; `weak_triggers` (all, for a weak rule) only with a place or a figure in the clause, or only
    with a figure (`weak_needs_figure`). `excludes` says that they mean something else there. A rule that `yields_to`
    another leaves it a clause in which both fit; one that `follows` another leaves it a clause behind a sentence that
    told it. `not_counted` are units of what it can befall, which are no figures of it; with `counted`, only units that
    it matches are. A `stock` rule tells how many there are: its figures are running totals. `roles` maps a role to what
    stands before a place that has it; `roles_behind` what stands behind one before which nothing does;
    `weak_roles` hold only when no other place has that role; `default_role` is for all others. `actors` stands before
    the place of those who act, which is not the event's; with `act_from` they act from there.
    """

    name: str
    type: str
    label: str | None
    triggers: Phrases
    weak_triggers: Phrases
    weak_needs_figure: bool
    excludes: Phrases
    yields_to: frozenset[str]
    follows: frozenset[str]
    unit: str | None
    not_counted: frozenset[str]
    counted: re.Pattern[str] | None
    stock: bool
    roles: Mapping[str, re.Pattern[str]]
    roles_behind: Mapping[str, re.Pattern[str]]
    weak_roles: Mapping[str, re.Pattern[str]]
    default_role: str
    actors: re.Pattern[str]
    act_from: bool

    def counts(self, unit: str | None) -> bool:
        """Whether figures of a unit are its own; one without a unit can be."""
        if unit is None:
            return True
        return unit not in self.not_counted and (self.counted is None or self.counted.fullmatch(unit) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A standard unit and the words that stand for it behind a number."""

    name: str
    words: Phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeWords:
    """What tells a running total from a figure of a period.

    `bracketed` stands in brackets that tell a figure of their own, `by_others` in those with another's count; `asides`
    tell the time of something else ("shut since 2012").
    """

    cumulative: Phrases
    stock: Phrases
    period: Phrases
    perfect: Phrases
    perfect_is_total: frozenset[str]
    perfect_unless_daily: frozenset[str]
    any_perfect: Phrases
    daily: re.Pattern[str]
    bracketed: re.Pattern[str]
    by_others: re.Pattern[str]
    asides: re.Pattern[str]
    decrease: Phrases
    increase: Phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalityWords:
    """What makes an event negated, planned or only thought of."""

    negated: Phrases
    negated_after: Phrases
    planned: Phrases
    finite: re.Pattern[str]
    hypothetical: Phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """All that a language says of events; `rules` in order of rank. `sieve` is for the words of phrases.

    `taken_up`: a role, the pronouns that take a place up in it, and how the names begin that they can mean.

    `evidence` weighs the words of clauses that no rule reads; None leaves them unread.
    """

    lang: str
    sieve: Sieve = field(compare=False)
    rules: tuple[Rule, ...]
    units: tuple[Unit, ...]
    figures: FigureWords
    period: PeriodWords
    scope: ScopeWords
    modality: ModalityWords
    cut: Phrases
    turn: Phrases
    coordinate: Phrases
    truce: Phrases
    finite: Phrases
    divides: re.Pattern[str]
    respectively: Phrases
    background: Phrases
    setting: re.Pattern[str]
    fronted_area: re.Pattern[str]
    verb_before: re.Pattern[str]
    verbs: Phrases
    accompanying: re.Pattern[str]
    reference: re.Pattern[str]
    reference_behind: re.Pattern[str]
    nationals: re.Pattern[str]
    bridge: re.Pattern[str]
    beside: re.Pattern[str]
    belongs: re.Pattern[str]
    subordinate: re.Pattern[str]
    driven_out: re.Pattern[str]
    drives_out: Phrases
    adjunct: re.Pattern[str]
    there: re.Pattern[str]
    of_those: re.Pattern[str]
    goes_further: re.Pattern[str]
    listed: re.Pattern[str]
    displaced: re.Pattern[str]
    returned: re.Pattern[str]
    plain: Mapping[str, Phrases]
    contrast: re.Pattern[str]
    behind: re.Pattern[str]
    rest: Phrases
    dated: re.Pattern[str]
    whence: re.Pattern[str]
    apposed: re.Pattern[str]
    of_all: Phrases
    quarters_of: re.Pattern[str]
    reversed: Phrases
    group: re.Pattern[str]
    anaphora: Phrases
    elsewhere: re.Pattern[str]
    each: re.Pattern[str]
    thing: re.Pattern[str]
    locative: re.Pattern[str]
    locative_known: re.Pattern[str]
    counted_too: Phrases
    summed: Phrases
    claims: ClaimWords
    taken_up: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]
    evidence: Evidence | None = field(default=None, compare=False)

    def named(self, rule: Rule) -> str:
        """Return a rule's name as events carry it."""
        return f"{self.lang}: {rule.name}"

    def knowing_most(self, kind: str) -> Rule | None:
        """Return the rule of a type of event that knows most words before places; None without one."""
        rules = [rule for rule in self.rules if rule.type == kind]
        return max(rules, key=lambda rule: sum(len(p.pattern) for p in rule.roles.values()), default=None)

    def rule_of(self, event: Event) -> Rule | None:
        """Return the rule that told an event, None when none of this pack did."""
        return next((r for r in self.rules if self.named(r) == event.rule), None)


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
    pack = parse_pack(path.read_text(encoding="utf-8"), path=f"{lang}.toml")
    return replace(pack, evidence=given_evidence())


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
    figures, scope, modality = table["figures"], table["scope"], table["modality"]
    sieve = Sieve()

    def words(
        entries: list[str], before: str = r"(?<!\w)", after: str = r"(?!\w)", field: str = "words"
    ) -> re.Pattern[str]:
        return alternatives(entries, before, after, path, field)

    def phrases(entries: list[str], before: str = r"(?<!\w)", after: str = r"(?!\w)") -> Phrases:
        return read_phrases(entries, before, after, path, "words", sieve)

    return RulePack(
        lang=table["lang"],
        sieve=sieve,
        rules=tuple(read_rule(entry, path, sieve) for entry in table["rule"]),
        units=tuple(Unit(name=u["name"], words=phrases(u["words"], before="")) for u in table["unit"]),
        figures=figure_words(figures, words, phrases),
        period=period_words(table, words, phrases),
        cut=phrases(table["clauses"]["cut"] + table["clauses"].get("drives_out", []), before="", after=""),
        drives_out=phrases(table["clauses"].get("drives_out", []), before="", after=""),
        turn=phrases(table["clauses"].get("turn", []), before="", after=""),
        truce=phrases(table["modality"]["truce"], before="", after=""),
        coordinate=phrases(table["clauses"].get("coordinate", []), before="", after=""),
        finite=phrases(table["clauses"].get("finite", [])),
        divides=words(table["clauses"].get("divides", []), before=r"[-•*–—\s]*[\"“«]?"),
        respectively=phrases(table["clauses"].get("respectively", [])),
        background=phrases(table["clauses"].get("background", [])),
        fronted_area=words(table["clauses"].get("fronted_area", []), before="^", after=r"\s+$"),
        verb_before=words(table["clauses"].get("verb_before", []), before=r"(?<!\w)", after=r"\s+$"),
        setting=words(table["clauses"].get("setting", []), before=r"^[-•*–—\s]*[\"“«]?", after=r"\s+(?:the\s+)?$"),
        accompanying=words(table["clauses"].get("accompanying", []), after=r"(?:\s+\w+)?\s+$"),
        verbs=phrases(table["clauses"].get("verbs", [])),
        reference=words(table["clauses"]["reference"], after=r"\s*(?:the\s+)?$"),
        reference_behind=words(table["clauses"].get("reference_behind", []), before=""),
        nationals=words(table["clauses"]["nationals"], after=r"\s*$"),
        bridge=words(table["clauses"]["bridge"], before="", after="$"),
        beside=words(table["clauses"]["beside"], after="$"),
        belongs=words(table["clauses"].get("belongs", [])),
        subordinate=words(table["clauses"]["subordinate"], before=_OPENING, after=rf"\s{_UP_TO_COMMA}"),
        adjunct=words(table["clauses"].get("adjunct", []), after=r"\s+(?:\S+\s+){0,2}$"),
        driven_out=words(table["clauses"].get("driven_out", []), before=_OPENING),
        contrast=words(table["clauses"].get("contrast", []), before=r"\s*"),
        behind=words(table["clauses"].get("behind", []), before=r"\s*"),
        rest=phrases(table["clauses"].get("rest", [])),
        of_all=phrases(table["clauses"].get("of_all", [])),
        dated=words(table["clauses"].get("dated", []), after=r",?\s+"),
        apposed=words(table["clauses"].get("apposed", []), before=r"(?:\s[^\W\d_]+)?[,،]\s+", after=r"(?:\s+the)?\s*"),
        quarters_of=words(table["clauses"].get("quarters_of", []), before=r"\s+", after=r"\s+(?:the\s+)?"),
        whence=words(table["clauses"].get("whence", []), before=r"\s*"),
        reversed=phrases(table["clauses"].get("reversed", [])),
        there=words(table["clauses"].get("there", []), before=r"\s*"),
        of_those=words(table["clauses"].get("of_those", []), before=r"\s*"),
        goes_further=words(table["clauses"].get("goes_further", []), before=r"\s*"),
        listed=words(table["clauses"].get("listed", []), before=r"\s*,?\s*", after=r"\s+(?:the\s+)?"),
        displaced=words(table["clauses"].get("displaced", [])),
        returned=words(table["clauses"].get("returned", [])),
        plain={kind: phrases(patterns) for kind, patterns in table.get("plain", {}).items()},
        group=words(table["clauses"]["group"], before=_OPENING, after=_UP_TO_COMMA),
        anaphora=phrases(table["clauses"]["anaphora"]),
        elsewhere=words(table["clauses"]["elsewhere"], before=_OPENING),
        thing=words(table["clauses"].get("thing", []), after=r"\s+(?:the\s+)?(?:\w+\s+(?:of\s+)?)?$"),
        each=words([table["clauses"]["each"]], before=r"\s+"),
        locative=words(table["clauses"].get("locative", [])),
        locative_known=words(table["clauses"].get("locative_known", [])),
        counted_too=phrases(table["clauses"].get("counted_too", [])),
        summed=phrases(table["clauses"].get("summed", [])),
        claims=claim_words(table["claims"], lambda patterns: phrases(patterns, "", "")),
        taken_up=tuple(
            (entry["role"], words(entry["words"]), words(entry.get("names", [""]), before="", after=""))
            for entry in table.get("taken_up", [])
        ),
        scope=ScopeWords(
            cumulative=phrases(scope["cumulative"]),
            stock=phrases(scope["stock"]),
            period=phrases(scope["period"]),
            perfect=phrases(scope["perfect"]),
            perfect_is_total=frozenset(scope["perfect_is_total"]),
            perfect_unless_daily=frozenset(scope.get("perfect_unless_daily", [])),
            any_perfect=phrases(scope.get("any_perfect", [])),
            daily=words(scope.get("daily", [])),
            bracketed=words(scope.get("bracketed", [])),
            by_others=words(scope.get("by_others", [])),
            asides=words(scope.get("asides", [])),
            decrease=phrases(scope["decrease"]),
            increase=phrases(scope["increase"]),
        ),
        modality=ModalityWords(
            negated=phrases(modality["negated"]),
            negated_after=phrases(modality["negated_after"]),
            planned=phrases(modality["planned"]),
            finite=words(modality["finite"]) if "finite" in modality else re.compile(""),
            hypothetical=phrases(modality["hypothetical"], after=""),
        ),
    )


def read_rule(entry: Mapping[str, Any], path: str, sieve: Sieve, *, types: tuple[str, ...] = EVENT_TYPES) -> Rule:
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
        triggers=read_phrases(strong, r"(?<!\w)", r"(?!\w)", path, name, sieve),
        weak_triggers=read_phrases(weak, r"(?<!\w)", r"(?!\w)", path, name, sieve),
        weak_needs_figure=bool(entry.get("weak_needs_figure", False)),
        excludes=read_phrases(entry.get("excludes", []), r"(?<!\w)", r"", path, name, sieve),
        yields_to=frozenset(entry.get("yields_to", [])),
        follows=frozenset(entry.get("follows", [])),
        unit=entry.get("unit"),
        not_counted=frozenset(entry.get("not_counted", [])),
        counted=alternatives(entry["counted"], "", "", path, name) if "counted" in entry else None,
        stock=bool(entry.get("stock", False)),
        roles=_roles(roles, path, name),
        roles_behind={
            role: alternatives(entries, "", r"(?!\w)", path, name)
            for role, entries in entry.get("roles_behind", {}).items()
        },
        weak_roles=_roles(dict(entry.get("weak_roles", {})), path, name),
        default_role=default,
        act_from=bool(entry.get("act_from", False)),
        actors=alternatives(entry.get("actors", []), r"(?<!\w)", r"\s+(?:the\s+)?$", path, name),
    )


def _roles(table: Mapping[str, list[str]], path: str, name: str) -> dict[str, re.Pattern[str]]:
    """Compile what stands before a place of each role."""
    for role in table:
        if role not in ROLES:
            raise RuleError(f"{role!r} is no role; one of {', '.join(ROLES)}", path=path, field=name)
    end = r"\s*(?:the\s+)?[\"“«'‘]?$"
    return {role: alternatives(entries, r"(?<!\w)", end, path, name) for role, entries in table.items()}
