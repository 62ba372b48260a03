"""The tables of `knowledge.toml`, read once and arranged by what they are asked for."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Knowledge", "knowledge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What the file says, by spelling.

    `signs`: the signs of a consonant's spelling in skeletons, the most usual first; `sounds`: its finer sign. `vowels`:
    the class of a vowel letter. `generics` and `qualifiers`: the sign of a word. All spellings are in lower case.
    """

    signs: Mapping[str, tuple[str, ...]]
    sounds: Mapping[str, str]
    vowels: Mapping[str, str]
    articles: frozenset[str]
    generics: Mapping[str, str]
    qualifiers: Mapping[str, str]


@cache
def knowledge() -> Knowledge:
    """Read the file; it comes with geomap and is proved by tests."""
    table = tomllib.loads(files(__package__).joinpath("knowledge.toml").read_text(encoding="utf-8"))
    signs: dict[str, tuple[str, ...]] = {}
    sounds: dict[str, str] = {}
    for consonant in table["consonant"]:
        for spelling in (*consonant["arabic"].split(), *consonant["latin"], *consonant["cyrillic"]):
            known = signs.get(spelling, ())
            signs[spelling] = known if consonant["sign"] in known else (*known, consonant["sign"])
            sounds.setdefault(spelling, consonant.get("sound", consonant["sign"]))
    vowels = {
        letter: sign
        for sign, scripts in table["vowels"].items()
        for script in ("latin", "arabic", "cyrillic")
        for letter in scripts[script].split()
    }
    return Knowledge(
        signs=signs,
        sounds=sounds,
        vowels=vowels,
        articles=frozenset(table["articles"]["latin"].split() + table["articles"]["cyrillic"].split()),
        generics=_by_spelling(table["generic"]),
        qualifiers=_by_spelling(table["qualifier"]),
    )


def _by_spelling(entries: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {spelling: entry["sign"] for entry in entries for spelling in entry["spellings"].split()}
