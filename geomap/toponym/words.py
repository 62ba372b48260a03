"""The words of a name in plain letters, without articles; and what a word says of the kind of its place."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from string import ascii_letters, ascii_lowercase, digits
from typing import TYPE_CHECKING

from anyascii import anyascii

from geomap.toponym.knowledge import knowledge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = [
    "ARTICLES",
    "GENERICS",
    "MAX_LENGTH",
    "QUALIFIERS",
    "generic_of",
    "is_arabic",
    "is_cyrillic",
    "is_spelled",
    "plain_of",
    "told_words",
    "undressed_lines",
    "word_lines",
    "words",
]

MAX_LENGTH = 200
"""Longer strings are no names: only this many characters are looked at, so that no input is slow."""

ARTICLES = knowledge().articles
"""The Arabic article as Latin and Cyrillic texts write it before a name."""

_MARKS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200c-\u200f\u202a-\u202e\u2066-\u2069]")
_ARABIC_LETTERS = str.maketrans("أإآٱىؤئةگکیێۆەڵڕچڤ", "ااااي" + "وي" + "هككيي" + "والرجف")
_APOSTROPHES = re.compile(r"['’‘ʼʻ`´ʿʾ‛′ˌ]")
_WORD = re.compile(r"[^\W_]+")
_READ = ("LATIN", "ARABIC", "CYRILLIC")
"""The scripts whose spellings are known; any other is brought to Latin by the tables of anyascii."""


def is_arabic(text: str) -> bool:
    """Tell whether the first letter of `text` that belongs to a script is Arabic."""
    return _script(text) == "ARABIC"


def is_cyrillic(text: str) -> bool:
    """Tell whether the first letter of `text` that belongs to a script is Cyrillic."""
    return _script(text) == "CYRILLIC"


def is_spelled(text: str) -> bool:
    """Tell whether the spellings of a script are known: Latin, Arabic and Cyrillic; others are brought to Latin."""
    return _script(text) in _READ


def _script(text: str) -> str:
    letter = next((c for c in text[:MAX_LENGTH] if c.isalpha()), "")
    return _script_of(letter) if letter else ""


@lru_cache(maxsize=8192)
def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


def words(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words in plain letters, without articles.

    The article is kept when nothing else is left. Arabic words lose their prefixed article.
    """
    return tuple([plain for _, plain in told_words(name)])


@lru_cache(maxsize=65536)
def told_words(name: str) -> tuple[tuple[str, str], ...]:
    """Return the words twice: with the marked letters that stand for a sound of their own (ş, š, ç, ž), and plain."""
    if name.isascii():
        found = [(word, word) for word in name[:MAX_LENGTH].translate(_ASCII).split()]
    else:
        letters = [_without_arabic_article(word) for word in _WORD.findall(_letters(name))]
        found = [(word, word.translate(_UNDRESSED)) for word in letters]
    return tuple([pair for pair in found if pair[1] not in ARTICLES]) or tuple(found)


def word_lines(names: Sequence[str]) -> list[str]:
    """Return the words of many names as one line each, with articles; `plain_of` one is what `words` has for it.

    The names are the lines of one text, so that what is done for each letter is done by the interpreter.
    """
    found = _lines([name[:MAX_LENGTH].replace("\n", " ") if name.isascii() else "" for name in names], _ASCII)
    others = [i for i, name in enumerate(names) if not name.isascii()]
    text = unicodedata.normalize("NFKC", "\n".join([names[i].replace("\n", " ") for i in others])).casefold()
    lines = _MARKS.sub("", text).translate(_ARABIC_LETTERS).split("\n")
    foreign = [at for at, letters in enumerate(_lines(lines, _UNREAD)) if letters]
    for at, line in zip(foreign, _lines([lines[at] for at in foreign], _NEAREST_LATIN), strict=True):
        lines[at] = line.lower()
    for i, line in zip(others, _lines(lines, _SEPARATED), strict=bool(others)):
        found[i] = line if len(line) <= MAX_LENGTH >= len(names[i]) else " ".join(_WORD.findall(_letters(names[i])))
    return found


def _lines(lines: Sequence[str], table: Mapping[int, str | None]) -> list[str]:
    """Translate lines by a table that leaves their ends as they are."""
    return "\n".join(lines).translate(table).split("\n") if lines else []


def undressed_lines(lines: Sequence[str]) -> list[str]:
    """Return lines in plain letters; one that is ASCII then has no words but those that `plain_of` gives."""
    found = list(lines)
    dressed = [i for i, line in enumerate(lines) if not line.isascii()]
    for i, line in zip(dressed, _lines([lines[i] for i in dressed], _UNDRESSED), strict=True):
        found[i] = line
    return found


def plain_of(word: str) -> str:
    """Return a word of `word_lines` in plain letters, an Arabic one without its article."""
    return word if word.isascii() else _without_arabic_article(word).translate(_UNDRESSED)


def generic_of(word: str) -> str | None:
    """Return the standard form of a generic part ("Tell" -> "tal"), None for any other word."""
    return GENERICS.get("".join(words(word)[:1]))


_TELLING = frozenset(spelling for spelling in "".join(knowledge().signs) if not spelling.isascii())


def _letters(name: str) -> str:
    """Return a name in small letters without marks, but for those of `_TELLING`."""
    text = unicodedata.normalize("NFKC", name[:MAX_LENGTH]).casefold()
    text = _MARKS.sub("", text).translate(_ARABIC_LETTERS)
    if text.translate(_UNREAD).strip():
        text = text.translate(_NEAREST_LATIN).lower()
    return _APOSTROPHES.sub("", text.translate(_UNMARKED))[:MAX_LENGTH]


class _Letters(dict[int, str]):
    """What becomes of each letter, for `str.translate`; it is found out when the letter is first met."""

    def __init__(self, becomes: Callable[[str], str]) -> None:
        super().__init__()
        self._becomes = becomes

    def __missing__(self, code: int) -> str:
        found = self._becomes(chr(code))
        if len(self) < _LETTERS_MET:
            self[code] = found
        return found


_LETTERS_MET = 16384


def _undressed(letter: str) -> str:
    """Return a letter without its marks; Latin letters that are none with a mark (ı, ə, ł) by their nearest one."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
    if not plain.isascii() and plain.isalpha() and _script_of(plain[0]) == "LATIN":
        return _NEAREST.get(plain, anyascii(plain)).lower()
    return plain


_NEAREST = {"ə": "a"}
"""Where anyascii draws the look of a letter, and its sound matters: Azerbaijani schwa."""


_ASCII = str.maketrans(
    {chr(code): None if chr(code) in "'`" else " " for code in range(128)}
    | {"\n": "\n"}
    | dict(zip(ascii_letters + digits, ascii_lowercase * 2 + digits, strict=True))
)
"""The letters of a word of an ASCII name; what stands between words is a space."""

_UNDRESSED = _Letters(_undressed)
_UNMARKED = _Letters(lambda c: c if c in _TELLING else _undressed(c))
_UNREAD = _Letters(lambda c: c if c == "\n" or (c.isalpha() and _script_of(c) not in _READ) else "")
_NEAREST_LATIN = _Letters(anyascii)
_SEPARATED = _Letters(lambda c: c if c == "\n" else _apart(c))


def _apart(letter: str) -> str:
    """Return what becomes of a letter before words are told apart, with a space for what stands between them."""
    return "".join(c if _WORD.match(c) else " " for c in _APOSTROPHES.sub("", letter.translate(_UNMARKED)))


def _plain(spelling: str) -> str:
    return "".join(words(spelling))


def _without_arabic_article(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 3 else word


GENERICS = {_plain(spelling): sign for spelling, sign in knowledge().generics.items()}
"""The standard form of each generic part, by its spellings in plain letters."""

QUALIFIERS = {_plain(spelling): sign for spelling, sign in knowledge().qualifiers.items()}
"""The sign of each word that tells a place from its namesake beside it, by its spellings in plain letters."""
