"""Many patterns as one, of which only those are tried whose words stand in the text.

A pack has hundreds of patterns, and a sentence some twenty words. So the words that a match needs are read off each
pattern once (`needed_words`), a sentence is cut into words once, and a pattern is searched only when the two meet. What
is found is what `re` finds with the patterns joined as alternatives, in their order.
"""

from __future__ import annotations

import re
import sys
from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING

from geomap.errors import RuleError
from geomap.extraction.needed_words import ODD, NeededWord, needed_words
from geomap.extraction.vocabulary import arabic, culprit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Phrases", "Sieve", "finditer", "possible", "read_phrases"]

_END = sys.maxsize
_WORD = re.compile(r"\w+")
_IN_WORD = re.compile(r"\w\w")
_ODD = re.compile(f"[{ODD}]")
_ALWAYS = 1
"""The bit of patterns that need no word."""
_NOTHING = frozenset[NeededWord]()
_KEPT_WORDS = 50_000
_KEPT_STRETCHES = 256


class Sieve:
    """The words that some patterns need, each set of them with a bit of its own.

    One for a pack: then the words of a stretch of text are looked up once for all its patterns.
    """

    def __init__(self) -> None:
        self._bits: dict[frozenset[NeededWord], int] = {_NOTHING: _ALWAYS}
        self._whole: dict[str, int] = {}
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._within: dict[str, int] = {}
        self._lengths: set[int] = set()  # of the letters that may stand anywhere in a word
        self._by_word: dict[str, int] = {}
        self.by_stretch: dict[tuple[str, int, int], int] = {}
        self._around: tuple[str, int, int, int] = ("", 0, 0, 0)  # a stretch of a longer text, and its bits

    def bit(self, words: frozenset[NeededWord]) -> int:
        """Return the bit of patterns that need one of some words."""
        if words not in self._bits:
            bit = self._bits[words] = 1 << len(self._bits)
            for word in words:
                table = self._table(word)
                table[word.letters] = table.get(word.letters, 0) | bit
                if table is self._within:
                    self._lengths.add(len(word.letters))
            self.by_stretch.clear()
            self._by_word, self._around = {}, ("", 0, 0, 0)
        return self._bits[words]

    def _table(self, word: NeededWord) -> dict[str, int]:
        if word.first:
            return self._whole if word.last else self._first
        return self._last if word.last else self._within

    def bits(self, text: str, start: int, end: int) -> int:
        """Return the bits of the patterns that could match in ``text[start:end]``, and perhaps some more."""
        stretch = (text, start, end)
        found = self.by_stretch.get(stretch)
        if found is None:
            if len(self.by_stretch) >= _KEPT_STRETCHES:
                self.by_stretch.clear()
            found = self.by_stretch[stretch] = self._bits_within(text, start, end)
        return found

    def _bits_within(self, text: str, start: int, end: int) -> int:
        """Return the bits of a stretch: those of the sentence around it, and of the words of that which it cuts."""
        around, low, high, bits = self._around
        if around is text and low <= start and end <= high:
            for cut in _cut_words(text, start, end):
                bits |= self._bits_of(cut)
            return bits
        bits = self._bits_of(text[start:end])
        if start > 0 or end < len(text):
            self._around = (text, start, end, bits)
        return bits

    def _bits_of(self, text: str) -> int:
        if not text.isascii() and _ODD.search(text):
            return -1
        words = _WORD.findall(text.lower())
        try:
            return reduce(or_, map(self._by_word.__getitem__, words), _ALWAYS)
        except KeyError:  # one that was not met before
            return reduce(or_, map(self._learn, words), _ALWAYS)

    def _learn(self, word: str) -> int:
        """Return the bits of the patterns that need a word, and keep them."""
        if word in self._by_word:
            return self._by_word[word]
        bits = self._whole.get(word, 0)
        for i in range(1, len(word) + 1):
            bits |= self._first.get(word[:i], 0) | self._last.get(word[-i:], 0)
        for length in self._lengths:
            for i in range(len(word) - length + 1):
                bits |= self._within.get(word[i : i + length], 0)
        if len(self._by_word) >= _KEPT_WORDS:
            self._by_word = {}
        self._by_word[word] = bits
        return bits


def _cut_words(text: str, start: int, end: int) -> Iterator[str]:
    """Yield what a stretch has of words that go on before or behind it."""
    if start >= end:
        return
    if start > 0 and _IN_WORD.match(text, start - 1):
        yield text[start:end].split(maxsplit=1)[0]
    if _IN_WORD.match(text, end - 1):
        yield text[start:end].rsplit(maxsplit=1)[-1]


class Phrases:
    """Patterns tried in their order, without regard to case, as `re` tries alternatives.

    Parameters
    ----------
    entries
        The patterns, none of which refers to a group; Arabic ones also match common ways to write the same.
    before, after
        Patterns that stand around each of them.
    sieve
        Where their words are looked up.

    Raises
    ------
    re.error
        When one is no regular expression.
    """

    def __init__(self, entries: Sequence[str], before: str, after: str, sieve: Sieve) -> None:
        self.entries, self.before, self.after, self.sieve = tuple(entries), before, after, sieve
        self._known = sieve.by_stretch
        # The patterns by the number of the bit of their rarest words, each with its other bits; most have none.
        self._of_bit: dict[int, list[tuple[int, int]]] = {}
        self.bits = 0
        for number, entry in enumerate(self.entries):
            first, *others = map(sieve.bit, needed_words(self._around([entry])) or [_NOTHING])
            self._of_bit.setdefault(first.bit_length(), []).append((number, reduce(or_, others, 0)))
            self.bits |= first
        self._compiled: dict[int, re.Pattern[str]] = {}  # each when it is first tried
        for number, entry in enumerate(self.entries):
            if "(?<" in entry:  # what is wrong with the others, parsing has told
                self._pattern(number)

    def joined_with(self, others: Phrases) -> Phrases:
        """Return these patterns and then others, of the same edges, in the sieve of the others."""
        return Phrases((*self.entries, *others.entries), self.before, self.after, others.sieve)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Phrases) and self._said == other._said

    def __hash__(self) -> int:
        return hash(self._said)

    @property
    def _said(self) -> tuple[tuple[str, ...], str, str]:
        return self.entries, self.before, self.after

    @cached_property
    def joined(self) -> re.Pattern[str]:
        """All of them as one pattern; one that matches nothing when there are none."""
        return self._compile(self.entries) if self.entries else re.compile(r"(?!)")

    def possible(self, text: str, start: int = 0, end: int = _END) -> bool:
        """Whether the words that one of them needs stand in ``text[start:end]``."""
        bits = self._known.get((text, start, end)) or self.sieve.bits(text, start, end)
        return bits & self.bits != 0

    def search(self, text: str, start: int = 0, end: int = _END) -> re.Match[str] | None:
        """Return the first match in ``text[start:end]``, None without one; see `re.Pattern.search`."""
        bits = self._known.get((text, start, end)) or self.sieve.bits(text, start, end)
        if not bits & self.bits:
            return None
        best: re.Match[str] | None = None
        for number in self._numbers(bits):
            pattern = self._compiled.get(number) or self._pattern(number)
            match = pattern.search(text, start, end)
            if match is not None and (best is None or match.start() < best.start()):
                best = match
        return best

    def match(self, text: str, start: int = 0, end: int = _END) -> re.Match[str] | None:
        """Return the match at `start`, None without one; see `re.Pattern.match`."""
        return self.joined.match(text, start, end)

    def fullmatch(self, text: str, start: int = 0, end: int = _END) -> re.Match[str] | None:
        """Return the match of all of ``text[start:end]``, None without one; see `re.Pattern.fullmatch`."""
        return self.joined.fullmatch(text, start, end)

    def finditer(self, text: str, start: int = 0, end: int = _END) -> Iterator[re.Match[str]]:
        """Yield the matches that do not overlap; see `re.Pattern.finditer`. None of the patterns matches nothing."""
        while (match := self.search(text, start, end)) is not None:
            yield match
            start = max(match.end(), match.start() + 1)

    def _numbers(self, bits: int) -> list[int]:
        """Return the patterns whose words are all there, in their order."""
        found: list[int] = []
        first = bits & self.bits
        while first:
            bit = first.bit_length()
            for number, others in self._of_bit[bit]:
                if not others or others & bits == others:
                    found.append(number)
            first ^= 1 << (bit - 1)
        return sorted(found) if len(found) > 1 else found

    def _pattern(self, number: int) -> re.Pattern[str]:
        """Return one of the patterns, compiled when it is first tried."""
        pattern = self._compiled[number] = self._compiled.get(number) or self._compile([self.entries[number]])
        return pattern

    def _compile(self, entries: Sequence[str]) -> re.Pattern[str]:
        return re.compile(self._around(entries), re.IGNORECASE)

    def _around(self, entries: Sequence[str]) -> str:
        return f"{self.before}(?:{'|'.join(map(arabic, entries))}){self.after}"


def read_phrases(entries: list[str], before: str, after: str, path: str, field: str, sieve: Sieve) -> Phrases:
    """Return patterns of a pack; `before` and `after` are what stands around each.

    Raises
    ------
    RuleError
        When one of them is no regular expression.
    """
    try:
        return Phrases(entries, before, after, sieve)
    except re.error as error:
        raise RuleError(f"{culprit(entries)!r} is no regular expression: {error}", path=path, field=field) from error


def finditer(phrases: Sequence[Phrases], text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield all matches in ``text[start:end]`` of the first of some phrases of one sieve, then of the next."""
    bits = phrases[0].sieve.bits(text, start, end) if phrases else 0
    for one in phrases:
        if one.bits & bits:
            yield from one.joined.finditer(text, start, end)


def possible(phrases: Sequence[Phrases], text: str, start: int, end: int) -> Iterator[int]:
    """Yield the numbers of those phrases whose words stand in ``text[start:end]``.

    The others are passed over at the cost of a comparison, so that there may be hundreds.
    """
    sieve, bits = None, 0
    for number, one in enumerate(phrases):
        if one.sieve is not sieve:
            sieve = one.sieve
            bits = sieve.bits(text, start, end)
        if one.bits & bits:
            yield number
