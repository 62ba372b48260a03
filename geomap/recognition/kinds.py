"""What a single word is, and what it can be the end of, whatever else stands around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from geomap.recognition.before import either
from geomap.toponym import ARTICLES, generic_of, is_arabic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["PARTICLES", "Kind", "kinds"]

PARTICLES = frozenset({"de", "bin", "ben", "ibn", "e", "wa"}) | ARTICLES
"""Words that can stand small inside a name."""


class Kind(NamedTuple):
    """What a word is.

    `capital`: it starts with a capital letter (scripts without capitals have none). `particle`: it can stand small
    inside a name ("al", "ez"). `opens`: it can be the first word of one. `foreign`: beside a known name it makes a
    longer one. `leads`, `heads`: a name of an organisation can begin with it, or have it as the last word of its head.
    """

    text: str
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


def kinds(
    names: Mapping[str, Sequence[str]], *, any_type: str, compass: str, part: re.Pattern[str]
) -> Callable[[str], Kind]:
    """Return the function that tells what a word is, from the table of names and patterns of a lexicon."""
    function, common = re.compile(either(names["function"])), re.compile(either(names["common"]))
    heads = re.compile(rf"\b{either([entry.rpartition(' ')[2] for entry in names['organisation']])}\b")
    leads = frozenset(re.split("[ -]", entry)[0] for entry in names["organisation_start"])
    type_word, direction = re.compile(any_type), re.compile(compass)

    def kind(word: str) -> Kind:
        small = word.lower()
        own = small in PARTICLES or common.fullmatch(word) or function.fullmatch(small) or type_word.fullmatch(small)
        return Kind(
            text=word,
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
