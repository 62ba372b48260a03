"""Sentences of a text, with their places: paragraphs first, then full stops that end something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Sentence", "split_sentences"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence at ``text[start:end]``, in the paragraph of that number (from 0)."""

    text: str
    start: int
    end: int
    paragraph: int


_BULLET = "[•●▪◦‣■►⁃]"
# A line break ends a sentence where a blank line or an item of a list follows; elsewhere it is a broken line. A bullet
# begins an item wherever it stands: a PDF may give a whole list as one line.
_PARAGRAPH = re.compile(rf"\n[ \t]*\n+|\n(?=[ \t]*(?:[-*·–—]|\d{{1,2}}[.)])\s)|\s+(?={_BULLET}\s)")
_END = re.compile(r"(?:[.!?؟…]|[.!?؟]['\"”»’)\]]+)\s+(?=[\"'“«(\[]?\s*(?:[^\W\d_]|\d|—))")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Maj|Gen|Lt|Col|Capt|Sgt|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|vs|etc|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
    r"|н\.\s?п|пос|обл|р-н|дер|e\.g|i\.e|a\.m|p\.m|U\.S|U\.N|тыс|млн|млрд|ген|им|г|гг|ул|чел|т\.е|т\.д|янв|фев|авг|сен|окт|ноя|дек)|\b[A-ZА-Я])\.$"
)
_MAY_END = re.compile(r"\d\s?гг?\.$|\b(?:a\.m|p\.m|etc|гг|чел|янв|фев|авг|сен|окт|ноя|дек)\.$")


@lru_cache(maxsize=4)  # each stage asks for those of the text that it reads
def split_sentences(text: str) -> tuple[Sentence, ...]:
    """Split a text into sentences, in order; offsets count its characters and white space around is left out.

    Titles and other abbreviations with a full stop do not end a sentence ("Maj. Gen."), nor does a decimal point.
    """
    found: list[Sentence] = []
    for number, (start, end) in enumerate(_paragraphs(text)):
        opening = start
        for match in _END.finditer(text, start, end):
            stop = match.start() + len(match.group().rstrip())
            if not _ends(text[opening:stop], text[match.end() : match.end() + 1]):
                continue
            found.append(_sentence(text, opening, stop, number))
            opening = match.end()
        found.append(_sentence(text, opening, end, number))
    return tuple(part for s in found if s.text for part in _parts(text, s))


MAX_SENTENCE = 4000
"""Characters of the longest sentence that is read as one; a longer stretch is a table or debris and is cut."""


def _parts(text: str, sentence: Sentence) -> Iterator[Sentence]:
    """Cut an endless sentence at its last comma or space before the limit."""
    start = sentence.start
    while sentence.end - start > MAX_SENTENCE:
        limit = start + MAX_SENTENCE
        cut = max(text.rfind(mark, start, limit) for mark in (";", ",", " ", "\n"))
        cut = cut + 1 if cut > start else limit
        yield _sentence(text, start, cut, sentence.paragraph)
        start = cut
    yield _sentence(text, start, sentence.end, sentence.paragraph)


def _paragraphs(text: str) -> list[tuple[int, int]]:
    cuts = [0, *(i for m in _PARAGRAPH.finditer(text) for i in (m.start(), m.end())), len(text)]
    return [part for span in zip(cuts[::2], cuts[1::2], strict=True) for part in _below_heading(text, *span)]


_LONGEST_HEADING = 80
_CLOSED = frozenset(".!?؟…:;؛,،-–—")


def _below_heading(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Part the heading that a paragraph has as its first line: nothing ends it, and no broken line ends so early."""
    first = text.find("\n", start, end)
    if first < 0 or first - start > _LONGEST_HEADING:
        return [(start, end)]
    heading, rest = text[start:first].strip(), text[first + 1 : end].lstrip()
    if not heading or not rest or heading[-1] in _CLOSED or rest[0].islower() or not rest[0].isalnum():
        return [(start, end)]
    broken = len(heading) + len(rest.split(maxsplit=1)[0]) >= max(map(len, rest.splitlines()))
    return [(start, end)] if broken else [(start, first), (first + 1, end)]


def _ends(sentence: str, following: str) -> bool:
    """Whether the full stop that closes a stretch ends a sentence, seen what comes next."""
    if not sentence.rstrip("'\"”»’)]").endswith("."):
        return True
    if _ABBREVIATION.search(sentence[-12:]) and not (_MAY_END.search(sentence[-12:]) and following.isupper()):
        return False
    return not following.islower() or following in "أابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def _sentence(text: str, start: int, end: int, paragraph: int) -> Sentence:
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    end = start + len(stretch.strip())
    return Sentence(text[start:end], start, end, paragraph)
