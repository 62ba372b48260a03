"""Glyphs of a page -> lines of text: words by the gaps between glyphs, and the order in which a person reads them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["UNMAPPED", "Glyph", "Line", "is_from_right", "line_of"]

Glyph = tuple[str, float, float, float, float]
"""Text, left, bottom, right and height, in points; the bottom of the page is 0."""

UNMAPPED = "\ufffd"
"""Stands for a glyph whose letter the file does not tell."""

_WORD_GAP = 0.2  # of the line's height, between two words; letters of a word are nearer
_CELL_GAP = 1.0  # between two cells of a table, or two things set apart
_EVEN = 1.4  # the widest gap of a justified line is hardly wider than its narrowest
_SMALL = 0.75  # a raised figure is smaller than the line; it marks a footnote
_MARK = re.compile(r"(?:[-•*·–—▪●○■◦➢✓\uf0b7\uf0a7o]|\(?(?:\d{1,2}|[a-zA-Z])[.)])$")
_MIRROR = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_LEFT_TO_RIGHT = re.compile(r"[^\W\d_]|\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text, in the order of reading, with where it stands, in points.

    `cells` is the number of words in each stretch that a wide gap sets apart; `even` says that all gaps are alike,
    as they are in a justified line. `box` tells lines that stand together from others of the page.
    """

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    page: int
    box: int
    cells: tuple[int, ...]
    even: bool

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class _Word:
    glyphs: tuple[Glyph, ...]

    @property
    def left(self) -> float:
        return self.glyphs[0][1]

    @property
    def right(self) -> float:
        return max(glyph[3] for glyph in self.glyphs)


def is_from_right(glyphs: Iterable[Glyph]) -> bool:
    """Whether most letters are of a script that runs from the right."""
    letters = [char for glyph in glyphs for char in _letter(glyph[0]) if char.isalpha()]
    return sum(map(_is_right_to_left, letters)) > len(letters) / 2


def line_of(glyphs: list[Glyph], page: int, box: int, *, from_right: bool = False) -> Line | None:
    """Make a line of its glyphs, or None when they are all blank.

    Parameters
    ----------
    page, box
        Their numbers, from 1 and from 0.
    from_right
        Whether the text around it runs from the right.
    """
    seen = sorted((glyph for glyph in glyphs if glyph[0].strip()), key=lambda glyph: glyph[1])
    if not seen:
        return None
    size = max(glyph[4] for glyph in seen)
    spaces = sorted(glyph[1] for glyph in glyphs if glyph[0] and not glyph[0].strip())
    words = _words(_without_footnote_marks(seen, size), spaces, size)
    if not words:
        return None
    gaps = [after.left - before.right for before, after in pairwise(words)]
    return Line(
        text=_ordered(words, from_right=from_right),
        left=seen[0][1],
        bottom=min(glyph[2] for glyph in seen),
        right=max(glyph[3] for glyph in seen),
        top=max(glyph[2] + glyph[4] for glyph in seen),
        size=size,
        page=page,
        box=box,
        cells=_cells(words, gaps, size),
        even=len(gaps) > 1 and max(gaps) <= _EVEN * max(min(gaps), 0.01),
    )


def _without_footnote_marks(glyphs: list[Glyph], size: float) -> list[Glyph]:
    kept: list[Glyph] = []
    for glyph in glyphs:
        is_mark = glyph[0].isdigit() and glyph[4] < _SMALL * size and bool(kept) and kept[-1][0][-1:].isalnum()
        if not is_mark:
            kept.append(glyph)
    return kept


def _words(glyphs: list[Glyph], spaces: list[float], size: float) -> list[_Word]:
    """Split glyphs, sorted by their left edge, where a space or a gap stands."""
    words: list[list[Glyph]] = []
    at = 0
    for glyph in glyphs:
        blank = False
        while at < len(spaces) and spaces[at] <= glyph[1]:
            blank, at = True, at + 1
        if words and not blank and glyph[1] - max(g[3] for g in words[-1][-3:]) < _WORD_GAP * size:
            words[-1].append(glyph)
        else:
            words.append([glyph])
    return [_Word(tuple(word)) for word in words]


def _cells(words: list[_Word], gaps: list[float], size: float) -> tuple[int, ...]:
    """Count the words of each stretch; the mark of a list item belongs to what follows it."""
    cells = [1]
    for number, gap in enumerate(gaps):
        marks = (_MARK.match("".join(g[0] for g in words[n].glyphs)) for n in (number, number + 1))
        if gap > _CELL_GAP * size and not (any(marks) and number in (0, len(gaps) - 1)):
            cells.append(1)
        else:
            cells[-1] += 1
    return tuple(cells)


def _ordered(words: list[_Word], *, from_right: bool) -> str:
    """Return the text of words that stand from left to right, in the order of reading."""
    texts = [_letters(word) for word in words]
    if not from_right:
        return " ".join(_reading(text, word, base_right=False) for text, word in _rtl_groups(texts, words))
    read = [_reading(text, word, base_right=True) for text, word in zip(texts, words, strict=True)]
    return " ".join(_runs_restored(read[::-1]))


def _rtl_groups(texts: list[str], words: list[_Word]) -> list[tuple[str, _Word]]:
    """Turn each run of right-to-left words within a left-to-right line."""
    pairs = list(zip(texts, words, strict=True))
    ordered: list[tuple[str, _Word]] = []
    run: list[tuple[str, _Word]] = []
    for pair in pairs:
        if any(map(_is_right_to_left, pair[0])):
            run.append(pair)
        else:
            ordered += [*reversed(run), pair]
            run = []
    return ordered + run[::-1]


def _runs_restored(read: list[str]) -> list[str]:
    """Turn back runs of words with Latin letters in a right-to-left line."""
    ordered: list[str] = []
    run: list[str] = []
    for text in read:
        if any(c.isalpha() for c in text) and not any(map(_is_right_to_left, text)):
            run.append(text)
        else:
            ordered += [*reversed(run), text]
            run = []
    return ordered + run[::-1]


def _reading(text: str, word: _Word, *, base_right: bool) -> str:
    """Return a word in the order of reading: letters from the right, figures and Latin letters from the left."""
    if not base_right and not any(map(_is_right_to_left, text)):
        return text
    units = [_letters(_Word((glyph,))) for glyph in reversed(word.glyphs)]
    ordered: list[str] = []
    run: list[str] = []
    for place, unit in enumerate(units):
        following = units[place + 1] if place + 1 < len(units) else ""
        is_inner = bool(run) and unit in ".,:/٫٬%" and following.isdigit()
        if is_inner or (_LEFT_TO_RIGHT.match(unit) and not any(map(_is_right_to_left, unit))):
            run.append(unit)
        else:
            ordered += [*reversed(run), unit.translate(_MIRROR)]
            run = []
    return "".join(ordered + run[::-1])


def _letters(word: _Word) -> str:
    """Return the glyphs' text: forms of a letter as the letter, glyphs without one as `UNMAPPED`."""
    return "".join(_letter(glyph[0]) for glyph in word.glyphs)


def _letter(text: str) -> str:
    if text.startswith("(cid:"):
        return UNMAPPED
    return "".join(
        unicodedata.normalize("NFKC", c).strip() if "\ufb00" <= c <= "\ufdff" or "\ufe70" <= c <= "\ufefc" else c
        for c in text
    )


def _is_right_to_left(char: str) -> bool:
    return unicodedata.bidirectional(char) in ("R", "AL")
