"""Arabic as patterns read it: no vowel marks, hamzas as in dictionaries, digits 0 to 9, each word where it stood."""

from __future__ import annotations

import re

from geomap.arabic_script import western, with_hamzas

__all__ = ["plain_script"]

_MARK = r"\u0640\u064b-\u0652\u0670"
_MARKS = re.compile(f"[{_MARK}]+")
_MARKED_WORD = re.compile(rf"\w*[{_MARK}][\w{_MARK}]*")


def plain_script(text: str) -> str:
    """Return a text of the same length with European digits and no marks; spaces behind a word make up for its marks.

    Offsets of the beginnings of words hold in both. Most texts have few marks ("شخصاً"), and the patterns of a pack
    need not allow for them everywhere.
    """
    text = western(text)
    if _MARKS.search(text) is None:
        return with_hamzas(text)
    return with_hamzas(_MARKED_WORD.sub(lambda match: _MARKS.sub("", match.group()).ljust(len(match.group())), text))
