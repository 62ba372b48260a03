"""The words that a language puts around names, read from the TOML files beside this module and compiled once.

Patterns match a text in small letters, but for those of `CASED`, which match it as written.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from geomap.recognition.before import Before, Endings, Table
from geomap.recognition.datelines import dateline_pattern
from geomap.recognition.entries import either
from geomap.recognition.kinds import Kind, kinds
from geomap.recognition.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BRACKETS", "LANGUAGES", "Lexicon", "TypeWord", "lexicon", "lexicon_table"]

LANGUAGES = ("en", "ar", "ru")
"""The languages that have a lexicon; any other is read with the English one."""

BRACKETS = (
    r"(?:[\"”»]?\s*\([^()]{1,60}\)"
    r"|[\"”»]?\s*[–—-]\s*\d[\d,.\u00a0\u202f ]*%?(?:(?<=\d)\s[^\W\d_]{3,}|(?<= )[^\W\d_]{3,})?)?"
)
"""What may stand behind a name of a list before the list goes on: a bracket, or a figure behind a dash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeWord:
    """A word that says what kind of place a name is.

    `in_surface`: it belongs to the name as written. `pattern` matches the word alone, at the place where it is tried.
    """

    types: frozenset[str]
    in_surface: bool
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The compiled tables of one language; the TOML files say what each is for.

    `kinds` gives what a word is, `types` the type word that a word is as a whole, `endings` what stands before a name.
    """

    kinds: Memo[str, Kind]
    types: Memo[str, TypeWord | None]
    endings: Endings
    type_words: tuple[TypeWord, ...]
    any_type: re.Pattern[str]
    type_follows: bool
    verb_first: bool
    type_before: re.Pattern[str]
    type_behind: re.Pattern[str]
    type_betrays: re.Pattern[str]
    dashed_type_behind: re.Pattern[str]
    dashed_type_before: re.Pattern[str]
    point_near: re.Pattern[str]
    plural: re.Pattern[str]
    named: re.Pattern[str]
    encloses: re.Pattern[str]
    opens_list: re.Pattern[str]
    in_full: Mapping[str, str]
    part: re.Pattern[str]
    compass: re.Pattern[str]
    part_after: re.Pattern[str]
    part_in_surface: re.Pattern[str]
    area_adjective: re.Pattern[str]
    left_behind: re.Pattern[str]
    quoted_after: re.Pattern[str]
    list_gap: re.Pattern[str]
    list_gap_behind: re.Pattern[str]
    list_gap_typed: re.Pattern[str]
    actor_verbs: re.Pattern[str]
    dateline: re.Pattern[str]
    remark: re.Pattern[str]
    organisation: re.Pattern[str]
    building: re.Pattern[str]
    takes_in: re.Pattern[str]
    institution_after: re.Pattern[str]
    seat: re.Pattern[str]
    actor_tied: re.Pattern[str]
    side: re.Pattern[str]
    organisation_start: re.Pattern[str]
    organisation_after: re.Pattern[str]
    person_title: re.Pattern[str]
    speaks_after: re.Pattern[str]
    speaks_before: re.Pattern[str]


def lexicon(lang: str) -> Lexicon:
    """Return the lexicon for a language tag such as ``"en"`` or ``"ar-SY"``; English for one that has none."""
    base = lang.split("-", maxsplit=1)[0].lower()
    return _load(base if base in LANGUAGES else "en")


def lexicon_table(lang: str) -> dict[str, Any]:
    """Return the entries of a language as its TOML file has them."""
    return tomllib.loads(files(__package__).joinpath(f"{lang}.toml").read_text(encoding="utf-8"))


@cache
def _load(lang: str) -> Lexicon:
    table = lexicon_table(lang)
    context, names = table["context"], table["names"]
    type_words = tuple(_type_word(entry) for entry in table["type"])
    every_type = [word for entry in table["type"] for word in entry["words"]]
    any_type = either(every_type)
    compass = either(context["compass"])
    list_gap = (
        rf"[\"”»'’ʼ`]?\s*{either(context['list_gap'])}\s*(?:the\s+)?(?:{compass}\s+)?[\"“«]?"  # "and northern Hama"
    )
    speaks = either(names["person_verbs"])
    part = re.compile(rf"(?:.*(?<!\w))?(?P<part>{either(context['part'])})\s+(?:the\s+)?$", re.DOTALL)
    return Lexicon(
        kinds=Memo(kinds(names, context, every_type)),
        types=Memo(lambda word: next((t for t in type_words if t.pattern.fullmatch(word)), None)),
        endings=Endings(_tables(context, names, every_type)),
        type_words=type_words,
        any_type=re.compile(any_type),
        type_follows=context["type_follows"],
        verb_first=context["verb_first"],
        type_before=re.compile(rf"(?<!\w)[وبلف]?(?P<word>{any_type}):?\s+(?:of\s+)?(?:the\s+)?[\"“«]?$"),
        type_behind=re.compile(rf"[\"”»]?(?:\s+\d{{1,2}}\b)?(?:\s+|-)(?P<word>{any_type})(?!\w)"),
        type_betrays=re.compile(
            rf"(?:['’]s)?(?:\s+\d{{1,2}}\b)?\s+{any_type}\b" if context["type_follows"] else rf"\s+{any_type}\s+"
        ),
        dashed_type_behind=re.compile(rf"\s+(?P<word>{any_type})(?!\w)"),
        dashed_type_before=re.compile(rf"(?P<word>{any_type})\s+[\"«“]?$"),
        point_near=re.compile(rf"(?<!\w)(?P<word>{any_type})\s+{either(context['near'])}\s+(?:the\s+)?$"),
        plural=re.compile(rf"{either(context['plural'])}\Z"),
        named=re.compile(either(context["named"])),
        encloses=_cased(rf"(?:['’]s?)?[\"”»]?\s*{either(context['encloses'])}\s*[\"“«]?", re.IGNORECASE),
        opens_list=_cased(rf"{either(context['opens_list'])}\s*[\"“«]?", re.IGNORECASE),
        in_full=names["in_full"],
        part=part,
        compass=re.compile(compass),
        part_after=re.compile(rf"{either(context['part_after'])}\b"),
        part_in_surface=re.compile(either(context.get("part_in_surface", []))),
        area_adjective=re.compile(rf"(?<!\w){either(context.get('area_adjective', ['(?!)']))}(?!\w)"),
        quoted_after=re.compile(rf"(?<!\w){either(context.get('quoted_after', ['(?!)']))}\s+[\"“«]$"),
        left_behind=re.compile(rf"\s+{either(context.get('left_behind', ['(?!)']))}"),
        list_gap=re.compile(list_gap),
        list_gap_behind=re.compile(BRACKETS + list_gap),
        list_gap_typed=re.compile((rf"(?:\s+{any_type})?" if context["type_follows"] else "") + BRACKETS + list_gap),
        actor_verbs=re.compile(rf"\s+(?:also\s+|has\s+|have\s+)?{either(context['actor_verbs'])}\b"),
        dateline=dateline_pattern([agency.lower() for agency in names["agency"]]),
        remark=_cased(either(names["remark"])),
        organisation=_cased(rf"\b(?:{either(names['organisation'])}|(?P<document>{either(names['document'])}))\b"),
        takes_in=re.compile(rf"\s+{either(context.get('takes_in', ['(?!)']))}\b"),
        building=_cased(rf"{either(names.get('building', ['(?!)']))}$"),
        institution_after=re.compile(rf"[\"”»']?\s+{either(names['institution_after'])}\b"),
        seat=re.compile(rf"(?<!\w){either(context['seat'])}\s+(?:the\s+)?$"),
        actor_tied=re.compile(rf"[-‑]{either(context['actor_tied'])}\b"),
        side=re.compile(rf"(?<!\w){either(context['side'])}[-‑]$"),
        organisation_start=_cased(rf"{either(names['organisation_start'])}\b"),
        organisation_after=re.compile(rf"[\"”»']?\s+{either(names['organisation_after'])}\b"),
        person_title=_cased(rf"(?:.*(?<!\w))?{either(names['person_title'])}\s+$"),
        speaks_after=_cased(rf",? {speaks}\b"),
        speaks_before=_cased(rf"{speaks}\s+$"),
    )


def _tables(context: dict[str, Any], names: dict[str, Any], every_type: list[str]) -> list[Table]:
    """Return what stands before names, for `Endings`."""
    return [
        Table(number=Before.LOCATIVE, entries=context["locative"]),
        Table(number=Before.PART, entries=context["part"]),
        Table(number=Before.OF_LOCATION, entries=context["of_location"]),
        Table(number=Before.ACTOR, entries=context["actor_before"]),
        Table(number=Before.TYPE, entries=every_type),
        Table(number=Before.NEAR, entries=context["near"]),
        Table(number=Before.TITLE, entries=[entry.lower() for entry in names["person_title"]]),
        Table(number=Before.SPEECH, entries=names["person_verbs"]),
        Table(number=Before.NAMED, entries=names["organisation_before"]),
    ]


def _type_word(entry: dict[str, Any]) -> TypeWord:
    return TypeWord(
        types=frozenset(entry["types"]), in_surface=entry["surface"], pattern=re.compile(either(entry["words"]))
    )


def _cased(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Compile a pattern that matches a text as written."""
    return re.compile(pattern, re.DOTALL | flags)
