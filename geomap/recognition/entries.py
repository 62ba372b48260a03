"""The entries of a lexicon: plain words, which are looked up, and patterns, which are tried."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["WordTable", "either", "last_word"]

_NEVER = r"(?!)"
_PLAIN = re.compile(r"[\w' -]+")
_END_OF_GROUP = re.compile(r"\)(?:[?*+]|\{[\d,]+\})?")


def either(entries: Sequence[str]) -> str:
    """Return a pattern for any of the entries, the longest first; it matches nothing when there are none."""
    return f"(?:{'|'.join(sorted(entries, key=len, reverse=True))})" if entries else _NEVER


def last_word(entry: str) -> str:
    r"""Return the last word of an entry.

    A group may span a space only where each of its choices ends in one ("(?:transit |refugee )?camps?"), or where it
    begins with one before the last word ("left(?: \\S+){0,4} for").
    """
    word = entry.rpartition(" ")[2]
    closing = _END_OF_GROUP.match(word)
    if closing:
        return word[closing.end() :]
    return word if word.count("(") == word.count(")") else r"\S+"


class WordTable:
    """Numbered lists of single words; asked for a word, it gives the sum of the numbers of those that hold it."""

    def __init__(self, lists: Iterable[tuple[int, Sequence[str]]]) -> None:
        self._plain: defaultdict[str, int] = defaultdict(int)
        patterns: defaultdict[int, list[str]] = defaultdict(list)
        for number, entries in lists:
            for entry in entries:
                if _PLAIN.fullmatch(entry):
                    self._plain[entry] |= number
                else:
                    patterns[number].append(entry)
        self._patterns = [(number, re.compile(either(entries))) for number, entries in patterns.items()]
        self._any_pattern = re.compile(either([entry for entries in patterns.values() for entry in entries]))

    def __getitem__(self, word: str) -> int:
        found = self._plain.get(word, 0)
        if self._any_pattern.fullmatch(word):
            for number, pattern in self._patterns:
                if pattern.fullmatch(word):
                    found |= number
        return found
