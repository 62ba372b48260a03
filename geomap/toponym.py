"""What is known of names: how the same place is spelled in Latin, Arabic and Cyrillic script.

Two keys, from strict to loose::

    fold("Nasriyeh")    == fold("al-Nasriyah")                    orthography: marks, articles, -ah/-eh, ou/u, q/k
    skeleton("Duhur")   == skeleton("Thohur") == skeleton("ظهور")  consonants as a listener hears them

The rules state habits of romanisation, not of single places. Their sources: BGN/PCGN 1956 System for Arabic and UNGEGN
romanisation (letters and digraphs), the counts on 4,588 name pairs of OCHA and GeoNames (article, taa marbuta, vowel
digraphs), and the practice of Russian texts, in which kh stands for both kha and ha (Kharasta is Harasta).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["ARTICLES", "fold", "generic_of", "is_arabic", "is_cyrillic", "skeleton", "words"]

MAX_LENGTH = 200
"""Longer strings are no names: only this many characters are looked at, so that no input is slow."""

ARTICLES = frozenset(
    [
        "al",
        "el",
        "ul",
        "ad",
        "ar",
        "as",
        "ash",
        "at",
        "az",
        "an",
        "ed",
        "er",
        "es",
        "esh",
        "et",
        "ez",
        "en",
        "ath",
        "adh",
        "аль",
        "эль",
        "ал",
        "эл",
        "ад",
        "ар",
        "ас",
        "аш",
        "ат",
        "аз",
        "ан",
        "эд",
        "эр",
        "эс",
        "эш",
        "эт",
        "эз",
        "эн",
        "уль",
        "уд",
    ]
)
"""The Arabic article as Latin and Cyrillic texts write it before a name."""

GENERICS = {
    "tal": "tall tell tel tal тель телль таль تل",
    "ain": "ain ein ayn ayin айн эйн эн عين",
    "kafr": "kafr kafar kfar kefr kafer kufr кафр кфар كفر",
    "deir": "deir dayr der dair дейр дайр دير",
    "sheikh": "sheikh shaykh cheikh shaikh sheik шейх الشيخ شيخ",
    "umm": "um umm oum om ум умм ам ام أم",
    "hosh": "hosh hawsh haush housh hush хауш хош حوش",
    "khirbat": "kherbet khirbat khirbet kharbat kherba хирбет хербет хирбат خربة",
    "jubb": "jeb jubb jub djub jb djebb джубб джебб جب",
    "maarrat": "maarrat maaret maarat marrat maarret маарет маарат معرة",
    "jabal": "jabal jebel jbel djebel gebel джебель джабаль جبل",
    "wadi": "wadi ouadi wady вади وادي",
    "beit": "beit bayt bait beyt бейт بيت",
    "abu": "abu abou abo abul abo абу ابو أبو",
    "khan": "khan хан خان",
    "bab": "bab баб باب",
    "qalaat": "qalat qalaat kalaat qalaet калаат قلعة",
    "mazraat": "mazraat mazraet mazraa мазраат مزرعة",
}
"""Generic parts of Arabic place names (hill, spring, village, monastery ...) with their spellings."""

_MARKS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ARABIC_LETTERS = str.maketrans("أإآٱىؤئةگکی", "ااااي" + "وي" + "هككي")
_APOSTROPHES = re.compile(r"['’‘ʼʻ`´ʿʾ‛′]")
_WORD = re.compile(r"[^\W_]+")

# Orthography that varies freely within one romanisation: (pattern, replacement), in order.
_LATIN_FOLDS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"q", "k"),
        (r"dj|dzh", "j"),
        (r"ou|oo", "u"),
        (r"ee|iy|yi", "i"),
        (r"ei|ay|ey", "ai"),
        (r"aw|au", "au"),
        (r"(?<=.)(?:a|e|é)h$", "a"),  # taa marbuta: -ah, -eh
        (r"(.)\1+", r"\1"),  # doubled letters
        (r"i?(?:ya|ia)$", "ia"),
        (r"(?<=..)e$", "a"),  # -é, -e for taa marbuta
    )
)

# Consonants by what a listener hears; vowels, ayn and hamza fall away. Digraphs first.
_LATIN_SOUNDS = (
    ("tch", "x"), ("dzh", "j"), ("dj", "j"), ("sh", "x"), ("ch", "x"), ("kh", "h"), ("gh", "g"),
    ("dh", "d"), ("th", "d"), ("zh", "j"), ("ph", "f"),
)  # fmt: skip
_SINGLE_SOUNDS = {
    **dict(zip("bcdfghjklmnpqrstvxz", "bkdfghjklmnbkrstfxd", strict=True)),
    **dict(zip("بتثجحخدذرزسشصضطظغفقكلمنه", "btdjhhddrdsxsdtdgfkklmnh", strict=True)),
    **dict(zip("бвгджзклмнпрстфхцчшщ", "bfgdjdklmnbrstfhsxxx", strict=True)),
}
_INITIAL_W = {"w": "w", "و": "w", "v": "w", "в": "w"}


def is_arabic(text: str) -> bool:
    """Tell whether the first letter of `text` that belongs to a script is Arabic."""
    return _script(text) == "ARABIC"


def is_cyrillic(text: str) -> bool:
    """Tell whether the first letter of `text` that belongs to a script is Cyrillic."""
    return _script(text) == "CYRILLIC"


def _script(text: str) -> str:
    letter = next((c for c in text[:MAX_LENGTH] if c.isalpha()), "")
    return unicodedata.name(letter, "").split(" ")[0] if letter else ""


@lru_cache(maxsize=65536)
def fold(name: str) -> str:
    """Return the key under which spellings of one orthography meet; letters and digits only, no spaces.

    Case, diacritics, apostrophes, hyphens, the article, taa marbuta and free vowel digraphs fall away; Russian case
    endings too, and Arabic letters are brought to their plain forms. Generic parts take one form ("Tell" is "tal").

    Examples
    --------
    >>> fold("Al-Nasriyah") == fold("Nasriyeh") == "nasria"
    True
    >>> fold("Beit Sahm") == fold("Bayt-Sahm")
    True
    """
    return "".join(_fold_word(sign or word) for sign, word in _signed(name))


@lru_cache(maxsize=65536)
def skeleton(name: str) -> str:
    """Return the consonants of a name as a listener hears them, the same for all scripts; "" when too few to tell.

    Generic parts keep their own sign, so that "Tal Sultan" and "Tell Sultan" meet and "Deir Sultan" does not.

    Examples
    --------
    >>> skeleton("Abu al-Duhur") == skeleton("Abu Thohur") == skeleton("أبو الظهور")
    True
    >>> skeleton("Ula")
    ''
    """
    pieces = [f"{sign}." if sign else _consonants(word) for sign, word in _signed(name)]
    specific = "".join(piece for piece in pieces if not piece.endswith("."))
    return "".join(pieces) if len(specific) >= 3 or (len(specific) == 2 and len(pieces) > 1) else ""


def _signed(name: str) -> list[tuple[str | None, str]]:
    """Return the words of a name, each with its sign when it is a generic part; the last word never is."""
    parts = words(name)
    return [(_GENERIC_OF.get(word) if i < len(parts) else None, word) for i, word in enumerate(parts, 1)]


def words(name: str) -> tuple[str, ...]:
    """Split a name into lower-case words in plain letters, without articles.

    The article is kept when nothing else is left. Arabic words lose their prefixed article.
    """
    text = unicodedata.normalize("NFKC", name[:MAX_LENGTH]).casefold()
    text = _MARKS.sub("", text).translate(_ARABIC_LETTERS)
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    found = [_without_arabic_article(word) for word in _WORD.findall(_APOSTROPHES.sub("", text))]
    return tuple(w for w in found if w not in ARTICLES) or tuple(found)


def generic_of(word: str) -> str | None:
    """Return the standard form of a generic part ("Tell" -> "tal"), None for any other word."""
    return _GENERIC_OF.get(_plain(word))


def _plain(word: str) -> str:
    return "".join(words(word)[:1])


def _without_arabic_article(word: str) -> str:
    return word[2:] if word.startswith("ال") and len(word) > 3 else word


def _fold_word(word: str) -> str:
    if "а" <= word[0] <= "я":
        stem = word.rstrip("аеиоуыэюяйь")
        return stem if len(stem) >= 3 else word
    if word[0].isascii():
        for pattern, replacement in _LATIN_FOLDS:
            word = pattern.sub(replacement, word)
    return word


def _consonants(word: str) -> str:
    first = _INITIAL_W.get(word[0], "")
    for digraph, sign in _LATIN_SOUNDS:
        word = word.replace(digraph, sign)
    word = word.replace("дж", "ж")
    if len(word) > 2 and word[-1] in "hه":  # taa marbuta, or a mute h
        word = word[:-1]
    body = word[1:] if first else word
    plain = re.sub(r"([a-zа-яё])\1+", r"\1", body)  # in Arabic script two equal letters are two consonants
    return first + "".join(_SINGLE_SOUNDS.get(c, c if c.isdigit() else "") for c in plain)


_GENERIC_OF = {_plain(spelling): sign for sign, spellings in GENERICS.items() for spelling in spellings.split()}
