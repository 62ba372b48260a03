"""What the Arabic lexicon says of names in its tables `names` and `unknown`, compiled."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from geomap.recognition.entries import either
from geomap.recognition.lexicon import lexicon_table
from geomap.recognition.memo import Memo

__all__ = ["clues", "listed_types"]


class Clues(NamedTuple):
    """Words and patterns by what they say of the word behind or before them; see the lexicon."""

    prepositions: frozenset[str]
    dual: re.Pattern[str]
    plural: re.Pattern[str]
    parted: re.Pattern[str]
    feminine: re.Pattern[str]
    masculine: re.Pattern[str]
    common: re.Pattern[str]
    shapes: re.Pattern[str]
    bare_only: frozenset[str]
    also_adjectives: frozenset[str]
    heads: frozenset[str]
    common_alif: re.Pattern[str]
    adjective: dict[str, re.Pattern[str]]
    ends_list: re.Pattern[str]
    landforms: frozenset[str]
    definite_behind: frozenset[str]
    towards: frozenset[str]
    sectors: frozenset[str]
    administrations: frozenset[str]
    adjectival: frozenset[str]
    edges: frozenset[str]
    movers: re.Pattern[str]
    definite_common: re.Pattern[str]
    indefinite_common: re.Pattern[str]


@cache
def clues() -> Clues:
    """Return the words and patterns, read once."""
    names, table = (lexicon_table("ar")[name] for name in ("names", "unknown"))
    kinds = {name: re.compile(either(table[name])) for name in ("dual", "plural", "parted", "feminine", "masculine")}
    return Clues(
        prepositions=frozenset(table["prepositions"]),
        common=re.compile(either(table["common"])),
        shapes=re.compile(either(table["shapes"])),
        bare_only=frozenset(table["bare_only"]),
        also_adjectives=frozenset(table["also_adjectives"]),
        heads=frozenset(table["heads"]),
        common_alif=re.compile(either(table["common_alif"])),
        adjective={
            "feminine": re.compile(either(table["feminine_adjectives"])),
            "masculine": re.compile(either(table["masculine_adjectives"])),
        },
        ends_list=re.compile(rf"\s*(?:[.،؛,:)\d]|$|\n|\s{either(table['ends_list'])}(?!\w))"),
        landforms=frozenset(table["landforms"]),
        definite_behind=frozenset(table["definite_behind"]),
        towards=frozenset(table["towards"]),
        sectors=frozenset(names["sectors"]),
        administrations=frozenset(names["administrations"]),
        adjectival=frozenset(names["adjectival"]),
        edges=frozenset(table["edges"]),
        movers=re.compile(either(table["movers"])),
        definite_common=re.compile("ال" + either([*table["definite_shapes"], *table["definite_common"]])),
        indefinite_common=re.compile(either([*table["definite_common"], *table["indefinite_shapes"]])),
        **kinds,
    )


def _is_listed_type(word: str) -> bool:
    table = clues()
    return any(kind.fullmatch(word) for kind in (table.dual, table.plural, table.feminine, table.masculine))


listed_types: Memo[str, bool] = Memo(_is_listed_type)
"""Whether a word is listed among those for kinds of place, by the word."""
