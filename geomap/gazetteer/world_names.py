"""Which of the strings that a world list gives for a place are names of it, and in which script.

GeoNames keeps names, codes, links and machine transliterations of a place in one list, without a language. What is
none of its names must not be found in a text; where the script settles the language, or itself, it is said.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["UNKNOWN", "names_among", "tag_of"]

UNKNOWN = "und"
"""BCP 47 for a language that is not known."""

_TAGS = {
    "LATIN": UNKNOWN,
    "ARABIC": "und-Arab",
    "CYRILLIC": "und-Cyrl",
    "CJK": "und-Hani",
    "KATAKANA": "ja",
    "HIRAGANA": "ja",
    "HANGUL": "ko",
    "DEVANAGARI": "und-Deva",
    "BENGALI": "und-Beng",
    "ARMENIAN": "hy",
    "HEBREW": "und-Hebr",
    "GREEK": "el",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "ETHIOPIC": "und-Ethi",
    "GEORGIAN": "ka",
    "THAI": "th",
    "TAMIL": "ta",
    "TELUGU": "te",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "MYANMAR": "und-Mymr",
    "SINHALA": "si",
    "ORIYA": "or",
    "KHMER": "km",
    "LAO": "lo",
    "TIBETAN": "und-Tibt",
    "SYRIAC": "und-Syrc",
    "THAANA": "dv",
}
"""The language of names in a script, where one language has nearly all of them; else the script (ISO 15924)."""

_LONGEST = 80  # characters; a longer string describes
_NOTE = re.compile(r"\s*[(\[,،，（].*", re.DOTALL)
_SEVERAL = re.compile(r"\s*[/;]\s*")
_NO_NAME = re.compile(r"://|www\.|[@_=<>{}#*]")
_CODE = re.compile(r"[A-Z]{1,5}")  # an airport, a location code, a licence plate
_LONGEST_CODE = 5
_UNUSUAL = re.compile(r"[(\[,،，（/;@_=<>{}#*:]|www|^\s|\s$|\s\s")  # a string without any of these is one name or none


class _Scripts(dict[int, str | None]):
    """Each letter's script as one sign, for `str.translate`; what is no letter, or stands in any script, falls away."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, str] = {}  # by sign
        self._signs: dict[str, str] = {}

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        name = unicodedata.name(letter, "").split(" ")[0].split("-")[0] if letter.isalpha() else "MODIFIER"
        sign = self[code] = None if name == "MODIFIER" else self._sign(name)
        return sign

    def _sign(self, name: str) -> str:
        sign = self._signs.setdefault(name, chr(ord("a") + len(self._signs)))
        self.names[sign] = name
        return sign


_scripts = _Scripts()
_JAPANESE = frozenset({"CJK", "KATAKANA", "HIRAGANA"})


def names_among(strings: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the names among the strings, each once and as written, with their language tag (BCP 47).

    Left out: addresses and codes ("DXB"), strings without letters or in mixed scripts, and Latin strings without any
    capital, which GeoNames makes by machine from names in other scripts ("dnqla"). What follows a comma or a bracket
    tells the place from its namesakes and is cut off; a slash stands between two names.
    """
    strings = list(strings)
    if _UNUSUAL.search("\n".join(strings)):  # in nearly all lists of strings there is nothing to look for in each
        strings = [name for string in strings for name in _parts(string)]
    for name in dict.fromkeys(strings):
        if len(name) > _LONGEST_CODE or not _CODE.fullmatch(name):
            tag = tag_of(name)
            if tag is not None:
                yield name, tag


def _parts(string: str) -> tuple[str, ...]:
    if _UNUSUAL.search(string) is None:
        return (string,)
    if _NO_NAME.search(string):
        return ()
    return tuple(" ".join(_NOTE.sub("", part).split()) for part in _SEVERAL.split(string))


def tag_of(name: str) -> str | None:
    """Return the language tag of a name by its script, None when the string cannot be a name.

    Examples
    --------
    >>> tag_of("Дангола"), tag_of("دنقلا"), tag_of("Dongola")
    ('und-Cyrl', 'und-Arab', 'und')
    >>> tag_of("dnqla"), tag_of("ڈwngwla"), tag_of("10115")
    (None, None, None)
    """
    if not 1 < len(name) <= _LONGEST:
        return UNKNOWN if len(name) == 1 and name.isalpha() and not name.isascii() else None
    if name.isascii():
        return UNKNOWN if name != name.lower() else None
    signs = set(name.translate(_scripts))
    if len(signs) == 1:
        script = _scripts.names[signs.pop()]
        return None if script == "LATIN" and name == name.lower() else _TAGS.get(script, UNKNOWN)
    return "ja" if signs and {_scripts.names[sign] for sign in signs} <= _JAPANESE else None
