"""What a single word is, and what it can be the end of, whatever else stands around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.toponym import ARTICLES, generic_of, is_arabic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["PARTICLES", "Ender", "Kind", "either", "enders", "kinds"]

_NEVER = r"(?!)"
PARTICLES = frozenset({"de", "bin", "ben", "ibn", "e", "wa"}) | ARTICLES
"""Words that can stand small inside a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a word is.

    `capital`: it starts with a capital letter (scripts without capitals have none). `particle`: it can stand small
    inside a name ("al", "ez"). `opens`: it can be the first word of one. `foreign`: beside a known name it makes a
    longer one. `leads`, `heads`: a name of an organisation can begin with it, or have it as the last word of its head.
    """

    capital: bool
    digits: bool
    particle: bool
    function: bool
    opens: bool
    common: bool
    type_word: bool
    compass: bool
    generic: bool
    foreign: bool
    leads: bool
    heads: bool
    arabic: bool


def either(entries: Sequence[str]) -> str:
    """Return a pattern for any of the entries, the longest first; it matches nothing when there are none."""
    return f"(?:{'|'.join(sorted(entries, key=len, reverse=True))})" if entries else _NEVER


def kinds(
    names: Mapping[str, Sequence[str]], *, any_type: str, compass: str, part: re.Pattern[str]
) -> Callable[[str], Kind]:
    """Return the function that tells what a word is, from the table of names and patterns of a lexicon."""
    function, common = re.compile(either(names["function"])), re.compile(either(names["common"]))
    heads = re.compile(rf"\b{either([_last_word(entry) for entry in names['organisation']])}\b")
    leads = frozenset(re.split("[ -]", entry)[0] for entry in names["organisation_start"])
    type_word, direction = re.compile(any_type), re.compile(compass)

    def kind(word: str) -> Kind:
        small = word.lower()
        own = small in PARTICLES or common.fullmatch(word) or function.fullmatch(small) or type_word.fullmatch(small)
        return Kind(
            capital=word[0].isupper(),
            digits=word.isdigit(),
            particle=small in PARTICLES,
            function=function.fullmatch(small) is not None,
            opens=small in PARTICLES or not function.fullmatch(small),
            common=common.fullmatch(word) is not None,
            type_word=type_word.fullmatch(small) is not None,
            compass=direction.fullmatch(small) is not None,
            generic=generic_of(word) is not None,
            foreign=word[0].isupper() and not own and part.match(f"{small} ") is None,
            leads=word in leads,
            heads=heads.search(word) is not None,
            arabic=is_arabic(word),
        )

    return kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ender:
    """Entries that stand before a name, the number that says so, and what may be tied to them on either side."""

    number: int
    entries: Sequence[str]
    prefix: str = r"(?<!\w)"
    suffix: str = ""


def enders(tables: Sequence[Ender]) -> Callable[[str], int]:
    """Return the function that tells what a word before a name can be the last word of, as a sum of numbers.

    It may promise too much, never too little: it saves trying patterns that cannot match.
    """
    patterns = [
        (
            t.number,
            re.compile(rf"(?:.*{t.prefix})?{either([_last_word(e) for e in t.entries])}{t.suffix}\Z", re.IGNORECASE),
        )
        for t in tables
    ]
    return lambda word: sum(number for number, pattern in patterns if pattern.match(word))


_END_OF_GROUP = re.compile(r"\)(?:[?*+]|\{[\d,]+\})?")


def _last_word(entry: str) -> str:
    """Return the pattern of the last word of an entry; groups span a space only where it ends each of their choices."""
    word = entry.rsplit(" ", 1)[-1]
    closing = _END_OF_GROUP.match(word)
    return word[closing.end() :] if closing else word
