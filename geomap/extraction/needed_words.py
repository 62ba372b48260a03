"""Which words a text must have for a pattern to match: read off the parsed pattern, so that most need not be tried.

Of "return(?:ed|s|ing)? (?:home|back)" a text needs a word "return", "returned", "returns" or "returning". Too much is
never asked: where a pattern could match without a known word, it needs none.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["ODD", "Item", "NeededWord", "needed_words", "parsed"]

_parser = import_module("re._parser")  # the standard library's own parser; it has no public name since Python 3.11

ODD = (
    "\u0130\u0131\u017f\u00b5\u0345\u0370-\u03ff\u1c80-\u1c8f\u1e60\u1e61\u1e9b\u1f00-\u1fff\u2126\ua64a\ua64b"
    "\ufb05\ufb06"
)
"""Letters that a pattern without regard to case takes for others that are not their small letters: ı for i, ſ for s."""

Item = tuple[Any, Any]
"""A part of a parsed pattern: its kind, and what it is made of."""

_ANY, _EDGE = "\0", "\1"
"""In a variant: some unknown text, perhaps none; and a place where a word begins or ends."""

_MOST_VARIANTS = 64
"""Of a stretch that has several parts with variants; one part alone (a list of words) may have more."""
_MOST_OF_ONE = 1000
_RARE = 6
"""Rare enough: a word of four letters with both its ends."""
_MOST_SETS = 3
_MOST_LETTERS = 4
"""Letters of a class ([sz]) that are told apart; a larger one is any letter."""

# fmt: off
_USUAL = frozenset({
    "about", "after", "also", "been", "before", "being", "could", "down", "from", "have", "into", "more", "most",
    "other", "over", "said", "some", "such", "than", "that", "their", "them", "then", "there", "these", "they", "this",
    "those", "under", "until", "were", "when", "where", "which", "while", "will", "with", "would", "year", "years",
    "более", "были", "было", "года", "году", "если", "есть", "после", "также", "того", "этого", "который", "которые",
    "إلى", "التي", "الذي", "الذين", "بعد", "على", "كان", "كانت", "هذا", "هذه",
})
# fmt: on
"""Long words that tell little, since many sentences have them."""

_UNKNOWN = (_ANY, _ANY)

_ODD = re.compile(f"[{ODD}]")
_RUN = re.compile(r"[^\W\0\1]+")


class NeededWord(NamedTuple):
    """Letters of a word, in small letters; they are its first ones, its last ones, or both."""

    letters: str
    first: bool
    last: bool


def parsed(pattern: str) -> Sequence[Item]:
    """Return a pattern as the standard library parses it.

    Raises
    ------
    re.error
        When it is no regular expression.
    """
    items: Sequence[Item] = _parser.parse(pattern, re.IGNORECASE)
    return items


def needed_words(pattern: str) -> tuple[frozenset[NeededWord], ...]:
    """Return sets of words, the rarest first: each text that a pattern matches has one word of every set.

    Raises
    ------
    re.error
        When it is no regular expression.
    """
    return _Reader().needed(parsed(pattern))


class _Reader:
    """Reads the parsed form of one pattern."""

    def needed(self, items: Sequence[Item]) -> tuple[frozenset[NeededWord], ...]:
        """Return what the stretches of a sequence need, and its groups where these need nothing rare."""
        stretches = self._stretches(items, _UNKNOWN, cut_at_spaces=True)
        found = {words for words in map(_words_of, stretches) if words is not None}
        for item in items:
            if item[0].name == "ASSERT" and item[1][0] > 0:  # what must follow stands in the text, too
                found.update(self.needed(item[1][1]))
        if max(map(_rarity, found), default=0) < _RARE:
            groups = (self._of_branches(item) for item in items if item[0].name in _GROUPS)
            found |= {words for words in groups if words is not None}
        ranked = sorted(found, key=lambda words: (-_rarity(words), len(words), sorted(words)))
        return tuple(ranked[:_MOST_SETS])

    def _of_branches(self, item: Item) -> frozenset[NeededWord] | None:
        """Return what the branches of a group need, when each needs something."""
        branches = item[1][1] if item[0].name == "BRANCH" else [item[1][-1]]
        found: set[NeededWord] = set()
        for branch in branches:
            words = self.needed(branch)
            if not words:
                return None
            found |= words[0]
        return frozenset(found)

    def _stretches(
        self, items: Iterable[Item], around: tuple[str, str], *, cut_at_spaces: bool = False
    ) -> Iterator[list[str]]:
        """Yield the variants of a sequence, cut into stretches where it has too many, or word by word."""
        current, plain = [around[0]], ""  # `plain` goes behind each of the variants so far
        for item in items:
            variants = self._variants(item)
            if variants == [" "] and cut_at_spaces:
                yield [text + plain + " " for text in current]
                current, plain = [" "], ""
            elif len(variants) == 1:
                plain += variants[0]
            else:
                if len(current) > 1 and len(current) * len(variants) > _MOST_VARIANTS:
                    yield [text + plain + _ANY for text in current]
                    current, plain = [_ANY], ""
                current, plain = [text + plain + variant for text in current for variant in variants], ""
        yield [text + plain + around[1] for text in current]

    def _sequence(self, items: Iterable[Item]) -> list[str]:
        """Return the variants of a sequence, any text when there are too many."""
        stretches = list(self._stretches(items, ("", "")))
        return stretches[0] if len(stretches) == 1 else [_ANY]

    def _variants(self, item: Item) -> list[str]:
        name, value = item[0].name, item[1]
        found = [_ANY]
        if name == "LITERAL":
            found = _letter(value)
        elif name == "IN":
            found = _class_letters(value)
        elif name == "BRANCH":
            found = [variant for branch in value[1] for variant in self._sequence(branch)]
        elif name in _GROUPS:
            found = self._sequence(value[-1] if name == "SUBPATTERN" else value)
        elif name in _REPEATS:
            found = self._repeated(*value)
        elif name in _PLACES:
            found = [_EDGE if self._is_edge(item) else ""]
        elif name == "FAILURE":
            found = []
        return found if len(found) <= _MOST_OF_ONE else [_ANY]

    def _repeated(self, least: int, most: int, items: Sequence[Item]) -> list[str]:
        if most == 0:
            return [""]
        once = self._sequence(items)
        if most > 1 and once != [" "]:  # of space it does not matter how much there is
            return [text + _ANY for text in once] if least else [_ANY]
        return once if least else ["", *once]

    def _is_edge(self, item: Item) -> bool:
        """Whether an assertion says that no word goes on across a place."""
        name, value = item[0].name, item[1]
        if name == "AT":
            return bool(value.name != "AT_NON_BOUNDARY")
        if name == "ASSERT" or len(value[1]) != 1 or value[1][0][0].name != "IN":
            return False
        members = [(kind.name, getattr(what, "name", what)) for kind, what in value[1][0][1]]
        return ("CATEGORY", "CATEGORY_WORD") in members and ("NEGATE", None) not in members


_GROUPS = frozenset({"BRANCH", "SUBPATTERN", "ATOMIC_GROUP"})
_REPEATS = frozenset({"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"})
_PLACES = frozenset({"ASSERT", "ASSERT_NOT", "AT"})


def _rarity(words: frozenset[NeededWord]) -> int:
    """Return how seldom a text has one of some words: as seldom as the most usual of them."""
    return min(map(_word_rarity, words), default=99)


def _word_rarity(word: NeededWord) -> int:
    return 1 if word.letters in _USUAL else len(word.letters) + word.first + word.last


@cache
def _letter(code: int) -> list[str]:
    letter = chr(code)
    if _ODD.match(letter):
        return [_ANY]
    return [letter.lower() if letter.isalnum() or letter == "_" else " "]


def _class_letters(members: Sequence[Item]) -> list[str]:
    """Return the letters of a small class, space for one without letters, and any text for others."""
    letters: set[str] = set()
    for kind, what in members:
        if kind.name == "LITERAL":
            letters.update(_letter(what))
        elif kind.name == "CATEGORY" and what.name in {"CATEGORY_SPACE", "CATEGORY_NOT_WORD"}:
            letters.add(" ")
        else:
            return [_ANY]
    return sorted(letters) if len(letters) <= _MOST_LETTERS else [_ANY]


def _words_of(variants: Sequence[str]) -> frozenset[NeededWord] | None:
    """Return few words of which each variant has one, None when a variant has none."""
    words = [
        [
            NeededWord(run.group(), text[run.start() - 1] != _ANY, text[run.end()] != _ANY)
            for run in _RUN.finditer(text, 1, len(text) - 1)
        ]
        for text in variants
    ]
    if not all(words):
        return None
    found = {of_variant[0] for of_variant in words if len(of_variant) == 1}
    rest = [of_variant for of_variant in words if found.isdisjoint(of_variant)]
    while rest:  # that which most of them share, unless it is a usual one
        shared = Counter(word for of_variant in rest for word in of_variant)
        best = max(shared, key=lambda word: (min(_RARE, _word_rarity(word)), shared[word], _word_rarity(word), word))
        found.add(best)
        rest = [of_variant for of_variant in rest if best not in of_variant]
    return frozenset(found)
