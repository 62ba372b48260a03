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

__all__ = ["HYPHENS", "NEXT", "Found", "Spans", "Text", "Word"]

_LETTER = r"[^\W\d_]"
_APOSTROPHE = "['’ʼʻ`]"
_LETTERS = rf"{_LETTER}*+(?:{_APOSTROPHE}(?!s\b){_LETTER}++)*+"  # a possessive 's is cut off, other apostrophes stay
_ELIDED = r"[dlDLдД](?=['’][^\W\d_a-zß-ÿа-яё])"  # but for "d'Ivoire", "l'Aquila", which are two words
_JOINT = r"(?:[ \t][-‑'’ʼ`]|[-‑'’ʼ`]?[ \t]{0,2}\n?)"  # a dash between spaces parts: "Manbij - al-Bab" are two
_ONLY_ARTICLES = ("al", "el", "ul", "аль", "эль", "эс", "эш", "эт", "эз", "эд", "эн", "эр")
"""Particles that are nothing else: a space ties them too, where "at Spin Boldak" needs a hyphen."""

WORD = re.compile(rf"\d+|{_ELIDED}|{_LETTER}{_LETTERS}")
"""A word or a number."""

_JOINED = re.compile(_JOINT)
NEXT = re.compile(rf"{_JOINT}({WORD.pattern})")
"""The word that a space, a hyphen or a line break, nothing else, ties to what stands before it."""

_PREVIOUS = re.compile(rf"({WORD.pattern}){_JOINT}\Z")
_INSIDE = re.compile(rf"(?:.?{_LETTER}|{_LETTER}{_APOSTROPHE})\Z", re.DOTALL)
_NOT_INSIDE = rf"(?<!{_LETTER}.)(?:(?<!{_LETTER}{_APOSTROPHE}.)|(?<=[dlDLдД]['’].)(?<!{_LETTER}[dlDLдД]['’].))"
_PARTICLE = rf"(?:{'|'.join(sorted(PARTICLES, key=len, reverse=True))})(?!{_LETTER})(?!{_APOSTROPHE}(?!s\b){_LETTER})"
# The article takes the sound that follows: "Tall as Sultan", "Maarrat an Numan"; "the RSF at Jebel Moya" holds none.
_NO_PREPOSITION = rf"(?!a([snt])(?!{_LETTER}){_JOINT}(?<![-‑])(?!(?i:\1)){_LETTER})"
_TIED_PARTICLE = re.compile(
    rf"(?<!{_LETTER})(?<!{_LETTER}{_APOSTROPHE})(?:{_PARTICLE}[-‑]|(?:{'|'.join(_ONLY_ARTICLES)})(?!{_LETTER}){_JOINT})\Z"
)
_TIES = frozenset("-‑'’ʼ`\n\t ")
_BEFORE_SPACE = frozenset(article[-1] for article in _ONLY_ARTICLES) | _TIES
HYPHENS = frozenset("-‑")
"""A hyphen, and one at which no line is broken."""
_OPENERS = frozenset(["", ".", "!", "?", ":", '"', "“", "«"])
_QUOTES = frozenset(['"', "“", "«"])
_PASSED_OVER = frozenset({"the", "a", "both", "of"})


@cache
def _run_pattern(last: int) -> re.Pattern[str]:
    """Return the pattern of a run of capitalised words, for texts without characters above `last`.

    It goes on over capitals, particles between them, and numbers tied to one ("Rashidin-1", "U2"). A set of characters
    of the basic plane is searched much faster than one that goes beyond.
    """
    capitals = "".join(c for c in map(chr, range(last + 1)) if c.isupper() and c.isalnum())
    capital = f"[{capitals}]"
    return re.compile(
        rf"{capital}{_NOT_INSIDE}{_LETTERS}"
        rf"(?:{_JOINT}(?:(?:[dlд]['’])?{capital}{_LETTERS}|{_NO_PREPOSITION}{_PARTICLE}(?={_JOINT}{capital}))|-?\d++)*+",
        re.DOTALL,
    )


class Word(NamedTuple):
    """A word at ``body[start:end]`` of a text, and what it is."""

    start: int
    end: int
    kind: Kind


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

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._ends)

    def meet(self, start: int, end: int) -> bool:
        """Tell whether one of them shares a character with ``[start, end)``."""
        i = bisect_right(self._ends, start)
        return i < len(self._starts) and self._starts[i] < end


class Text:
    """A text with the words of its language; `low` is the same in small letters, with the same offsets."""

    def __init__(self, body: str, words: Lexicon, *, is_arabic: bool = False) -> None:
        self.body = body
        self.is_arabic = is_arabic
        self.low = body.lower()
        if len(self.low) != len(body):  # the one capital that is two characters when small
            self.low = body.replace("İ", "i").lower()
        self.words = words
        self._before: dict[int, int] = {}

    def words_in(self, start: int, end: int) -> list[Word]:
        """Return the words and numbers of a stretch."""
        words = []
        for text in WORD.findall(self.body, start, end):
            start = self.body.index(text, start)
            words.append(Word(start, start + len(text), self.words.kinds[text]))
            start += len(text)
        return words

    def following(self, end: int) -> Word | None:
        """Return the word that is tied to what ends at `end`."""
        match = NEXT.match(self.body, end)
        return Word(*match.span(1), self.words.kinds[match[1]]) if match else None

    def joined(self, end: int, start: int) -> bool:
        """Tell whether two words can belong to one name: a space, a hyphen or a line break between, nothing else."""
        return start - end <= 3 and _JOINED.fullmatch(self.body, end, start) is not None

    def preceding(self, start: int) -> Word | None:
        """Return the word that is tied to what starts at `start`."""
        match = _PREVIOUS.search(self.body, max(0, start - REACH), start)
        return Word(*match.span(1), self.words.kinds[match[1]]) if match else None

    @cached_property
    def all_words(self) -> list[Word]:
        """All words and numbers, for scripts without capitals."""
        return self.words_in(0, len(self.body))

    @cached_property
    def compass_words(self) -> list[Word]:
        """The compass words in small letters, which can open a name too ("southwestern Syria")."""
        return list(self._compass_words())

    def _compass_words(self) -> Iterator[Word]:
        for match in self.words.compass.finditer(self.low):
            start = match.start()
            if self.body[start].isupper() or _INSIDE.match(self.body[max(0, start - 2) : start]):
                continue
            word = self.following(start)
            if word is not None and word.kind.compass:
                yield word

    @cached_property
    def runs(self) -> list[list[Word]]:
        """The runs of words that are written as a name, in order; function words before one are left out."""
        beyond = not self.body.isascii() and len(self.body.encode("utf-16-le", "surrogatepass")) > 2 * len(self.body)
        body, kinds = self.body, self.words.kinds
        runs: list[list[Word]] = []
        for match in _run_pattern(0x1FFFF if beyond else 0xFFFF).finditer(self.body):
            surface, (start, end) = match[0], match.span()
            tie = body[start - 1]
            if tie in _TIES and (tie != " " or body[start - 2] in _BEFORE_SPACE):
                start = self._tied_before(start)
            elif surface.isalpha():
                kind = kinds[surface]
                if not kind.function:
                    runs.append([Word(start, end, kind)])
                continue
            words = self._without_function_words(self.words_in(start, end))
            if words:
                runs.append(words)
        return runs

    def _tied_before(self, start: int) -> int:
        """Return where the small article starts that is tied to a capital, or the capital when there is none."""
        particle = _TIED_PARTICLE.search(self.body, max(0, start - 8), start)
        return particle.start() if particle else start

    def _without_function_words(self, words: list[Word]) -> list[Word]:
        """Cut the words off a run that cannot open a name: "In Yalda", but not "As-Suwayda"."""
        first, last = 0, len(words)
        while first < last and words[first].kind.function and not self._is_article(words, first):
            first += 1
        while first < last and words[first].kind.digits:
            first += 1
        return words[first:] if any(word.kind.capital for word in words[first:]) else []

    def _is_article(self, words: list[Word], i: int) -> bool:
        """Whether a word that could be a function word is the article of a name ("As-Suwayda", "and As Salam")."""
        if i + 1 >= len(words) or not words[i].kind.particle:
            return False
        if self.body[words[i].end : words[i + 1].start] in HYPHENS:
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
        return word.kind.text in _ONLY_ARTICLES or self.body[word.end : words[i + 1].start] in HYPHENS

    def before(self, start: int) -> int:
        """Return what stands before a place, a sum of `Before`."""
        known = self._before.get(start)
        if known is None:
            known = self._before[start] = self.words.endings.before(self.low, start)
        return known
