"""What stands before a name ("in", "southern areas of the", "province of"), told by its last words.

Trying every pattern of a language before every name is slow, and nearly all fail. Words are known better: few can end
what stands before a name, and most of those are all of it. Only where a longer entry can end is a pattern tried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.recognition.entries import WordTable, either, last_word
from geomap.recognition.memo import Memo

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LOCATED", "REACH", "Before", "Endings", "Table"]

REACH = 60
"""Characters before a name in which a preposition or a title can stand."""

_QUOTES = frozenset('"“«')
_CLITICS = frozenset("وبلف")
"""What Arabic ties to a type word: and, in, to, so."""
_CUT = re.compile(r"\W")


class Before:
    """What stands before a name; several are a sum.

    The first four are certain, and those whose entries are single words. Of the others the last word alone is known:
    the pattern is to be tried. `NAMED` is what is said before the name of an organisation ("the channel").
    """

    LOCATIVE = 1
    PART = 2
    OF_LOCATION = 4
    ACTOR = 8
    TYPE = 16
    NEAR = 32
    TITLE = 64
    SPEECH = 128
    NAMED = 256


LOCATED = Before.LOCATIVE | Before.PART | Before.OF_LOCATION
"""Any of these says that the name behind it is a place."""
_CERTAIN = LOCATED | Before.ACTOR
_ALL = 511
_LAST, _EARLIER = 9, 18
"""Bits by which the numbers of longer entries are shifted, for their last word and for the one before it."""
_BEHIND = {
    "the": _CERTAIN | Before.TYPE | Before.NEAR,
    "a": Before.LOCATIVE,
    "both": Before.LOCATIVE,
    "of": Before.TYPE,
}
"""What may stand before a word that is passed over: "in both", "province of"."""


_HELD = ("-held", "-controlled")
"""What ends a word that says who holds a place, and is passed over, too: "towards government-controlled Olenivka"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Entries that stand before a name, and the number that says so."""

    number: int
    entries: Sequence[str]


class Endings:
    """The tables of a language, asked by the last words before a name."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._longer = [(table.number, _stretch(table)) for table in tables if table.number & _CERTAIN]
        self._words = WordTable(numbered for table in tables for numbered in _parted(table))
        self._told: Memo[str, int] = Memo(self._tell)

    def before(self, low: str, start: int) -> int:
        """Return what stands before a place of a text in small letters, a sum of `Before`."""
        begin = start - REACH if start > REACH else 0
        text = low[begin:start]
        last = text[-1:]
        allowed = _ALL
        if last != " " and not last.isspace():
            if last not in _QUOTES:
                return 0
            text, allowed = text[:-1], Before.TYPE | Before.NAMED
        found = 0
        while allowed and (words := text.rsplit(None, 1)):
            told = self._told[words[-1]]
            if told:
                found |= told & allowed
                longer = told >> _LAST & allowed & ~found
                if longer and len(words) > 1:
                    longer &= self._told[words[0].rsplit(None, 1)[-1]] >> _EARLIER
                    found |= sum(n for n, pattern in self._longer if n & longer and pattern.match(text))
            passed = _CERTAIN if words[-1].endswith(_HELD) else _BEHIND.get(words[-1], 0)
            allowed &= passed if len(words) > 1 else 0
            text = words[0]
        return found

    def _tell(self, word: str) -> int:
        """Return what a word is all of, and, shifted, what it can be the last word of and the one before it."""
        plain = word.rstrip(":") or word
        if plain.isalpha():
            clitic = plain[:1] if plain[:1] in _CLITICS else ""
            return self._words[plain] | (self._words[plain[1:]] & Before.TYPE if clitic else 0)
        told = 0
        for cut in (0, *(match.end() for match in _CUT.finditer(plain))):  # "(in", "and/or"
            told |= self._words[plain[cut:]]
        return told


def _parted(table: Table) -> list[tuple[int, list[str]]]:
    """Return the words by which a table is asked, with their numbers."""
    if not table.number & _CERTAIN:
        return [(table.number, [last_word(entry) for entry in table.entries])]
    longer = [entry for entry in table.entries if " " in entry]
    return [
        (table.number, [entry for entry in table.entries if " " not in entry]),
        (table.number << _LAST, [last_word(entry) for entry in longer]),
        (table.number << _EARLIER, [last_word(entry.rpartition(" ")[0]) for entry in longer]),
    ]


def _stretch(table: Table) -> re.Pattern[str]:
    """Return the pattern of a stretch of text that ends in an entry of several words."""
    longer = [entry for entry in table.entries if " " in entry]
    return re.compile(rf"(?:.*(?<!\w))?{either(longer)}\s*\Z", re.DOTALL)
