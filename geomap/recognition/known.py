"""The names of a gazetteer as recognition asks for them: word by word, so that most words are turned away at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakKeyDictionary, ref

from geomap.recognition.memo import Memo
from geomap.toponym import ARTICLES, fold, generic_of, is_arabic

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from geomap.gazetteer import Gazetteer
    from geomap.model import Place

__all__ = ["MAX_WORDS", "MORE", "NAME", "KnownNames", "known_names", "piece"]

MAX_WORDS = 6
"""The longest name looked up, in words; the longest in the curated gazetteer has six."""


_CLITICS = ("", "و", "ب", "ل", "ف", "ك", "وب", "ول", "فب")
"""What Arabic writes before a name without a space: and, in, to, so, like."""


NAME, MORE = 1, 2
"""A word is a name of its own; a longer name begins with it."""


_LAST = "\U0010ffff"
"""Behind all names; it begins with none."""


class Piece(NamedTuple):
    """A word as a piece of a folded name: before another word, and as the last one.

    A generic part is brought to its standard form only when it is not last; an article is nothing before a word.
    """

    inner: str
    last: str


def _piece(word: str) -> Piece:
    last = fold(word)
    changes = generic_of(word) is not None or word.lower() in ARTICLES
    return Piece(fold(f"{word} x")[:-1] if changes else last, last)


piece: Memo[str, Piece] = Memo(_piece)
"""``fold("Tell Rifaat") == piece["Tell"].inner + piece["Rifaat"].last``; a word is folded once."""


class KnownNames:
    """The folded names of a gazetteer, to be asked for a name and for what a name begins with."""

    def __init__(
        self,
        keys: Mapping[str, tuple[str, ...]],
        places: Mapping[str, Place],
        plain: Mapping[str, tuple[str, ...]],
        divisions: Callable[[str], frozenset[str]],
    ) -> None:
        self._keys = keys
        self._plain = plain
        self._places = places
        self._sorted = [*sorted(keys), _LAST]
        self.openings: Memo[str, int] = Memo(self._opens)
        self.arabic_openings: Memo[str, tuple[int, ...]] = Memo(self._opens_behind_clitics)
        self.kinds: Memo[str, frozenset[str]] = Memo(self._kinds)
        self.arabic_fits: Memo[str, bool] = Memo(self._arabic_fits)
        self._background: Memo[str, bool] = Memo(lambda key: key not in self._plain and key in self._keys)
        self.countries: Memo[str, frozenset[str]] = Memo(self._countries)
        self.division_countries: Memo[str, frozenset[str]] = Memo(divisions)
        """The countries (ISO 3166-1 alpha-2) that have a first-level division of a name, by the name as written."""

    def __contains__(self, key: str) -> bool:
        return self._sorted[bisect_left(self._sorted, key)] == key

    def begin_with(self, prefix: str) -> bool:
        """Tell whether a longer name begins with a folded stretch."""
        return self._sorted[bisect_right(self._sorted, prefix)].startswith(prefix)

    def _opens(self, word: str) -> int:
        """Return whether a word is a name (`NAME`) and begins longer ones (`MORE`): their sum, 0 when neither."""
        return NAME * (piece[word].last in self) + MORE * self.begin_with(piece[word].inner)

    def _opens_behind_clitics(self, word: str) -> tuple[int, ...]:
        """Return after how many letters of a word in Arabic script a name can begin, the shortest clitic first."""
        if not is_arabic(word):
            return ()
        cuts = (len(clitic) for clitic in _CLITICS if word.startswith(clitic) and len(word) - len(clitic) >= 2)
        return tuple(cut for cut in cuts if self._opens(word[cut:]))

    def _kinds(self, key: str) -> frozenset[str]:
        """Return the feature types under which the gazetteer knows a name."""
        return frozenset(self._places[i].type for i in self._keys.get(key, ()))

    def _countries(self, key: str) -> frozenset[str]:
        """Return the countries (ISO 3166-1 alpha-2) in which the places of a name lie; each one's first."""
        return frozenset(self._places[i].ccodes[0] for i in self._keys.get(key, ()) if self._places[i].ccodes)

    def is_background(self, key: str) -> bool:
        """Tell whether a key is there for background names alone."""
        return self._plain is not self._keys and self._background[key]

    def _arabic_fits(self, surface: str) -> bool:
        """Whether a place of a name in Arabic script is written with, or without, the article as it stands."""
        key = fold(surface)
        names = (n.toponym for i in self._keys.get(key, ()) for n in self._places[i].names if is_arabic(n.toponym))
        return any(n.startswith("ال") == surface.startswith("ال") and fold(n) == key for n in names)


_tables: WeakKeyDictionary[Gazetteer, dict[str | None, KnownNames]] = WeakKeyDictionary()


def known_names(gazetteer: Gazetteer, country: str | None = None) -> KnownNames:
    """Return the table of a gazetteer, made when it is first asked for and kept as long as the gazetteer.

    With a country (ISO 3166-1 alpha-2), its background names are in it, too.
    """
    tables = _tables.setdefault(gazetteer, {})
    if country not in tables:
        keys = gazetteer.keys if country is None else gazetteer.keys_in(country)
        if country is not None and keys is gazetteer.keys:
            tables[country] = known_names(gazetteer)
        else:
            tables[country] = KnownNames(keys, gazetteer.places, gazetteer.keys, _Divisions(gazetteer))
    return tables[country]


_DIVISIONS = frozenset({"governorate"})


class _Divisions:
    """The countries that have a division of a name; keeps no gazetteer alive."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = ref(gazetteer)

    def __call__(self, name: str) -> frozenset[str]:
        gazetteer = self._gazetteer()
        found = () if gazetteer is None else gazetteer.search(name, types=_DIVISIONS, limit=None)
        return frozenset(m.place.ccodes[0] for m in found if m.tier in {"exact", "folded"} and m.place.ccodes)
