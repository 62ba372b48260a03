"""Arabic as it is read: without vowel marks and stretching strokes, and every word where it stood."""

from __future__ import annotations

import re

__all__ = ["without_marks"]

_MARK = r"\u0640\u064b-\u0652\u0670"
_MARKS = re.compile(f"[{_MARK}]+")
_MARKED_WORD = re.compile(rf"\w*[{_MARK}][\w{_MARK}]*")


def without_marks(text: str) -> str:
    """Return a text of the same length in which no word has a mark; spaces behind a word make up for its marks.

    Offsets of the beginnings of words hold in both. Most texts have few marks ("شخصاً"), and the patterns of a pack
    need not allow for them everywhere.
    """
    if _MARKS.search(text) is None:
        return text
    return _MARKED_WORD.sub(lambda match: _MARKS.sub("", match.group()).ljust(len(match.group())), text)
