"""A text as recognition looks at it: runs of words written as names, the word behind a place, what stands before it.

Only what is written with a capital, and what is tied to it, is cut into words; the rest of a text is never tokenised.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from geomap.recognition.before import REACH
from geomap.recognition.kinds import PARTICLES, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geomap.recognition.lexicon import Lexicon

__all__ = ["WORD", "Found", "Run", "Spans", "Text", "Word"]

_LETTER = r"[^\W\d_]"
_APOSTROPHE = "['’ʼʻ`]"
_LETTERS = rf"{_LETTER}*+(?:{_APOSTROPHE}(?!s\b){_LETTER}++)*+"  # a possessive 's is cut off, other apostrophes stay
_JOINT = r"(?:[ \t][-‑'’ʼ`]|[-‑'’ʼ`]?[ \t]{0,2}\n?)"  # a dash between spaces parts: "Manbij - al-Bab" are two
_ONLY_ARTICLES = ("al", "el", "ul", "аль", "эль", "эс", "эш", "эт", "эз", "эд", "эн", "эр")
"""Particles that are nothing else: a space ties them too, where "at Spin Boldak" needs a hyphen."""

WORD = re.compile(rf"\d+|{_LETTER}{_LETTERS}")
"""A word or a number."""

_JOINED = re.compile(_JOINT)
_NEXT = re.compile(rf"{_JOINT}(?P<word>{WORD.pattern})")
_PREVIOUS = re.compile(rf"(?P<word>{WORD.pattern}){_JOINT}\Z")
_NOT_INSIDE = rf"(?<!{_LETTER}.)(?<!{_LETTER}{_APOSTROPHE}.)"
_PARTICLE = rf"(?:{'|'.join(sorted(PARTICLES, key=len, reverse=True))})(?!{_LETTER})(?!{_APOSTROPHE}(?!s\b){_LETTER})"
_TIED_PARTICLE = re.compile(
    rf"(?<!{_LETTER})(?<!{_LETTER}{_APOSTROPHE})(?:{_PARTICLE}[-‑]|(?:{'|'.join(_ONLY_ARTICLES)})(?!{_LETTER}){_JOINT})\Z"
)
_TIES = frozenset("-‑'’ʼ`\n\t ")
_BEFORE_SPACE = frozenset(article[-1] for article in _ONLY_ARTICLES) | _TIES
_HYPHENS = frozenset("-‑")
_OPENERS = frozenset(["", ".", "!", "?", ":", '"', "“", "«"])
_QUOTES = frozenset(['"', "“", "«"])
_PASSED_OVER = frozenset({"the", "a", "both", "of"})


@cache
def _run_pattern(last: int) -> re.Pattern[str]:
    """Return the pattern of a run of capitalised words, for texts without characters above `last`.

    It goes on over capitals, particles between them, and numbers behind a hyphen ("Rashidin-1"). A set of characters of
    the basic plane is searched much faster than one that goes beyond.
    """
    capitals = "".join(c for c in map(chr, range(last + 1)) if c.isupper() and c.isalnum())
    capital = f"[{capitals}]"
    return re.compile(
        rf"{capital}{_NOT_INSIDE}{_LETTERS}"
        rf"(?:{_JOINT}(?:{capital}{_LETTERS}|{_PARTICLE}(?={_JOINT}{capital}))|-\d++)*+",
        re.DOTALL,
    )


_BEYOND_BASIC_PLANE = re.compile("[\U00010000-\U0010ffff]")


class Word(NamedTuple):
    """A word at ``body[start:end]`` of a text, and what it is."""

    start: int
    end: int
    kind: Kind


class Run(NamedTuple):
    """Words that are written as a name; those before `first` are function words or numbers, left out by `start`."""

    words: list[Word]
    first: int
    start: int
    end: int


class Found(NamedTuple):
    """A name at ``body[start:end]``; `key` is its folded form when a gazetteer holds it, `words` how many it has."""

    start: int
    end: int
    words: int
    key: str = ""


class Spans:
    """Stretches of a text, to be asked whether they meet another one; overlapping ones are joined."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def meet(self, start: int, end: int) -> bool:
        """Tell whether one of them shares a character with ``[start, end)``."""
        i = bisect_right(self._ends, start)
        return i < len(self._starts) and self._starts[i] < end


class Text:
    """A text with the words of its language; `low` is the same in small letters, with the same offsets."""

    def __init__(self, body: str, words: Lexicon) -> None:
        self.body = body
        self.low = body.lower()
        if len(self.low) != len(body):  # the one capital that is two characters when small
            self.low = body.replace("İ", "i").lower()
        self.words = words
        self._before: dict[int, int] = {}

    def word(self, start: int, end: int) -> Word:
        """Return the word at a place."""
        return Word(start, end, self.words.kinds[self.body[start:end]])

    def words_in(self, start: int, end: int) -> list[Word]:
        """Return the words and numbers of a stretch."""
        return [self.word(*match.span()) for match in WORD.finditer(self.body, start, end)]

    def following(self, end: int) -> Word | None:
        """Return the word that a space, a hyphen or a line break, nothing else, ties to what ends at `end`."""
        match = _NEXT.match(self.body, end)
        return self.word(*match.span("word")) if match else None

    def joined(self, end: int, start: int) -> bool:
        """Tell whether two words can belong to one name: a space, a hyphen or a line break between, nothing else."""
        return start - end <= 3 and _JOINED.fullmatch(self.body, end, start) is not None

    def preceding(self, start: int) -> Word | None:
        """Return the word that is tied to what starts at `start`."""
        match = _PREVIOUS.search(self.body, max(0, start - REACH), start)
        return self.word(*match.span("word")) if match else None

    def compass_words(self) -> Iterator[Word]:
        """Yield the compass words in small letters, which can open a name too ("southwestern Syria")."""
        for match in self.words.compass.finditer(self.low):
            if self.body[match.start()].isupper():
                continue
            word = self.following(match.start())
            if word is not None and word.kind.compass:
                yield word

    @cached_property
    def runs(self) -> list[Run]:
        """The runs of words that are written as a name, in order."""
        beyond = not self.body.isascii() and _BEYOND_BASIC_PLANE.search(self.body)
        runs: list[Run] = []
        for match in _run_pattern(0x1FFFF if beyond else 0xFFFF).finditer(self.body):
            start, end = match.span()
            tied = self._tied_before(start)
            if tied == start and match[0].isalpha():
                kind = self.words.kinds[match[0]]
                if not kind.function:
                    runs.append(Run([Word(start, end, kind)], 0, start, end))
                continue
            words = self.words_in(tied, end)
            first = self._first(words)
            if first < len(words):
                runs.append(Run(words, first, words[first].start, end))
        return runs

    def _tied_before(self, start: int) -> int:
        """Return where the small article starts that is tied to a capital, or the capital when there is none."""
        if self.body[start - 1] not in _TIES or (
            self.body[start - 1] == " " and self.body[start - 2] not in _BEFORE_SPACE
        ):
            return start
        particle = _TIED_PARTICLE.search(self.body, max(0, start - 8), start)
        return particle.start() if particle else start

    def _first(self, words: list[Word]) -> int:
        """Return the index of the first word that belongs to a name: no function word, unless it is an article."""
        first, last = 0, len(words)
        while first < last and words[first].kind.function and not self._is_article(words, first):
            first += 1
        while first < last and words[first].kind.digits:
            first += 1
        return first if any(word.kind.capital for word in words[first:]) else last

    def _is_article(self, words: list[Word], i: int) -> bool:
        """Whether a word that could be a function word is the article of a name ("As-Suwayda", "and As Salam")."""
        if i + 1 >= len(words) or not words[i].kind.particle:
            return False
        if self.body[words[i].end : words[i + 1].start] in _HYPHENS:
            return True
        opening = self.body[max(0, words[i].start - 2) : words[i].start].rstrip()[-1:]
        return words[i].kind.capital and words[i + 1].kind.capital and opening not in _OPENERS

    def starts_name(self, words: list[Word], i: int) -> bool:
        """Whether a name can begin at a word of a run: a capital, or an article tied to one."""
        word = words[i]
        if word.kind.capital:
            return True
        if not word.kind.particle or i + 1 == len(words) or not words[i + 1].kind.capital:
            return False
        return word.kind.text in _ONLY_ARTICLES or self.body[word.end : words[i + 1].start] in _HYPHENS

    def before(self, start: int) -> int:
        """Return what stands before a place, a sum of `Before`."""
        known = self._before.get(start)
        if known is None:
            known = self._before[start] = self.words.endings.before(self.low, start)
        return known
