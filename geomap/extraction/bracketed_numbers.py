"""Numbers that stand in brackets before what they count, as Yemeni and Saudi texts write them: "(31) لغما"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.extraction.standard_units import known_unit

if TYPE_CHECKING:
    from geomap.extraction.rules import RulePack

__all__ = ["without_brackets"]

_NUMBER = re.compile(r"\((\d[\d.,]*)\)(?=\s*([^\W\d_]))")
_WORD = re.compile(r"\w+")


def without_brackets(sentence: str, pack: RulePack) -> str:
    """Return a sentence of the same length without the brackets around numbers before their unit or multiplier.

    A number behind a name keeps its brackets: "Homs (20) and Hama (8)".
    """
    if "(" not in sentence:
        return sentence

    def bare(match: re.Match[str]) -> str:
        start = match.start(2)
        word = _WORD.match(sentence, start)
        counts = word is not None and word.group().lower() in pack.figures.multipliers
        return f" {match[1]} " if counts or known_unit(sentence, start, pack) else match.group()

    return _NUMBER.sub(bare, sentence)
