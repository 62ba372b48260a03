"""What a single word is, and what it can be the end of, whatever else stands around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from geomap.recognition.entries import WordTable, last_word
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
    `described`: it heads one only with an adjective behind the name.
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
    described: bool
    arabic: bool


_FUNCTION, _TYPE, _COMPASS, _PART, _COMMON, _HEAD, _DESCRIBED = 1, 2, 4, 8, 16, 32, 64


def kinds(
    names: Mapping[str, Sequence[str]], context: Mapping[str, Sequence[str]], types: Sequence[str]
) -> Callable[[str], Kind]:
    """Return the function that tells what a word is, from the tables of a lexicon."""
    small_words = WordTable(
        [(_FUNCTION, names["function"]), (_TYPE, types), (_COMPASS, context["compass"]), (_PART, context["part"])]
    )
    heads = [last_word(entry) for entry in (*names["organisation"], *names["document"])]
    written = WordTable([(_COMMON, names["common"]), (_HEAD, heads), (_DESCRIBED, names["organisation_described"])])
    leads = frozenset(re.split("[ -]", entry)[0] for entry in names["organisation_start"])

    def kind(word: str) -> Kind:
        small = word.lower()
        told, cased = small_words[small], written[word]
        capital, particle = word[0].isupper(), small in PARTICLES
        return Kind(
            text=word,
            capital=capital,
            digits=word.isdigit(),
            particle=particle,
            function=bool(told & _FUNCTION),
            opens=particle or not told & _FUNCTION,
            common=bool(cased & _COMMON),
            type_word=bool(told & _TYPE),
            compass=bool(told & _COMPASS),
            generic=generic_of(word) is not None,
            foreign=capital and not (particle or cased & _COMMON or told & (_FUNCTION | _TYPE | _PART)),
            leads=word in leads,
            heads=bool(cased & _HEAD),
            described=bool(cased & _DESCRIBED),
            arabic=word[0] > "\u0590" and is_arabic(word),  # none of the scripts before that is
        )

    return kind
