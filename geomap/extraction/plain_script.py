"""Arabic as patterns read it: no vowel marks, hamzas as in dictionaries, digits 0 to 9, each word where it stood."""

from __future__ import annotations

import re

from geomap.arabic_script import MARKS, western, with_hamzas, without_marks

__all__ = ["plain_script"]

_MARKED_WORD = re.compile(rf"\w*[{MARKS}][\w{MARKS}]*(?:[.,]\d+)*")
"""With all of a number that is tied to it: "لـ4,620"."""


def plain_script(text: str) -> str:
    """Return a text of the same length with European digits and no marks; spaces behind a word make up for its marks.

    Offsets of the beginnings of words hold in both. Most texts have few marks ("شخصاً"), and the patterns of a pack
    need not allow for them everywhere.
    """
    text = western(text)
    if len(without_marks(text)) < len(text):
        text = _MARKED_WORD.sub(lambda match: without_marks(match.group()).ljust(len(match.group())), text)
    return with_hamzas(text)
