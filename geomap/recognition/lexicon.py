"""The words that a language puts around names, read from the TOML files beside this module and compiled once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LANGUAGES", "Lexicon", "TypeWord", "lexicon"]

LANGUAGES = ("en", "ar", "ru")
"""The languages that have a lexicon; any other is read with the English one."""

_NEVER = r"(?!)"


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
    """The compiled tables of one language; the TOML files say what each is for."""

    type_words: tuple[TypeWord, ...]
    any_type: re.Pattern[str]
    type_follows: bool
    plural: re.Pattern[str]
    named: re.Pattern[str]
    near: re.Pattern[str]
    encloses: re.Pattern[str]
    opens_list: re.Pattern[str]
    in_full: Mapping[str, str]
    locative: re.Pattern[str]
    part: re.Pattern[str]
    compass: re.Pattern[str]
    part_after: re.Pattern[str]
    list_gap: re.Pattern[str]
    actor_verbs: re.Pattern[str]
    actor_before: re.Pattern[str]
    of_location: re.Pattern[str]
    remark: re.Pattern[str]
    organisation: re.Pattern[str]
    organisation_start: re.Pattern[str]
    organisation_after: re.Pattern[str]
    person_title: re.Pattern[str]
    person_verbs: re.Pattern[str]
    common: re.Pattern[str]
    function: re.Pattern[str]

    def type_of(self, word: str) -> TypeWord | None:
        """Return the type word that `word` is as a whole, None for any other."""
        return next((t for t in self.type_words if t.pattern.fullmatch(word)), None)


def lexicon(lang: str) -> Lexicon:
    """Return the lexicon for a language tag such as ``"en"`` or ``"ar-SY"``; English for one that has none."""
    base = lang.split("-", maxsplit=1)[0].lower()
    return _load(base if base in LANGUAGES else "en")


@cache
def _load(lang: str) -> Lexicon:
    table = tomllib.loads(files(__package__).joinpath(f"{lang}.toml").read_text(encoding="utf-8"))
    context, names = table["context"], table["names"]
    type_words = tuple(_type_word(entry) for entry in table["type"])
    every_type = [word for entry in table["type"] for word in entry["words"]]
    compass = "|".join(context["compass"]) or _NEVER
    after_gap = rf"\s*(?:the\s+)?(?:(?:{compass})\s+)?[\"“«]?"  # "to Idlib and northern Aleppo"
    return Lexicon(
        type_words=type_words,
        any_type=_words(every_type),
        type_follows=context["type_follows"],
        plural=_words(context["plural"], after=r"\Z"),
        named=_words(context["named"]),
        near=_words(context["near"]),
        encloses=_words(context["encloses"], before=r"(?:['’]s?)?[\"”»]?\s*", after=r"\s*[\"“«]?"),
        opens_list=_words(context["opens_list"], after=r"\s*[\"“«]?"),
        in_full=names["in_full"],
        locative=_words(context["locative"], before=r"(?:^|.*(?<!\w))", after=r"\s+(?:the\s+|a\s+|both\s+)?$"),
        part=_words(context["part"], before=r"(?:^|.*(?<!\w))(?P<part>", after=r")\s+(?:the\s+)?$"),
        compass=_words(context["compass"], after=r"\Z"),
        part_after=_words(context["part_after"], after=r"\b"),
        list_gap=_words(context["list_gap"], before=r"[\"”»]?\s*", after=after_gap),
        actor_verbs=_words(context["actor_verbs"], before=r"\s+(?:also\s+|has\s+|have\s+)?", after=r"\b"),
        actor_before=_words(context["actor_before"], before=r"(?:^|.*(?<!\w))", after=r"\s+(?:the\s+)?$"),
        of_location=_words(context["of_location"], before=r"(?:^|.*(?<!\w))", after=r"\s+(?:the\s+)?$"),
        remark=_words(names["remark"], flags=0),
        organisation=_words(names["organisation"], before=r"\b", after=r"\b", flags=0),
        organisation_start=_words(names["organisation_start"], after=r"\b", flags=0),
        organisation_after=_words(names["organisation_after"], before=r"[\"”»']?\s+", after=r"\b"),
        person_title=_words(names["person_title"], before=r"(?:^|.*(?<!\w))", after=r"\s+$", flags=0),
        person_verbs=_words(names["person_verbs"]),
        common=_words(names["common"], after=r"\Z", flags=0),
        function=_words(names["function"], after=r"\Z"),
    )


def _type_word(entry: dict[str, Any]) -> TypeWord:
    return TypeWord(types=frozenset(entry["types"]), in_surface=entry["surface"], pattern=_words(entry["words"]))


def _words(entries: list[str], *, before: str = "", after: str = "", flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Compile alternatives between `before` and `after`, longest first; nothing matches when there are none."""
    if not entries:
        return re.compile(_NEVER)
    alternatives = "|".join(sorted(entries, key=len, reverse=True))
    return re.compile(f"{before}(?:{alternatives}){after}", flags | re.DOTALL)
