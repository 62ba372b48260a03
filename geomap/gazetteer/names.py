"""Search of places by name, from strict to loose: the same string, spelling, sound, or one typing error.

A match says what a name *could* mean. Which of the candidates a text means is decided elsewhere, with its context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from geomap.errors import QueryError
from geomap.gazetteer.columns import Groups, Lookup, Near, Texts
from geomap.gazetteer.country_keys import CountryKeys
from geomap.gazetteer.indexing import NEAR_MIN_LENGTH
from geomap.gazetteer.likeness import FOLDED, Hearings, likeness, likenesses
from geomap.gazetteer.tables import BACKGROUND, NAME, plain
from geomap.toponym import fold, skeletons

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from geomap.gazetteer.columns import Columns
    from geomap.gazetteer.compiled import Compiled
    from geomap.model import Place

__all__ = ["KEYS", "LEAST", "NEAR_MIN_LENGTH", "SCORES", "Keys", "Match", "NameIndex", "Tier"]

Tier = Literal["exact", "folded", "skeleton", "near"]


def _spelled(name: str) -> tuple[str, ...]:
    return (plain(name),)


def _folded(name: str) -> tuple[str, ...]:
    return (fold(name),)


KEYS: Mapping[Tier, Callable[[str], tuple[str, ...]]] = {"exact": _spelled, "folded": _folded, "skeleton": skeletons}
"""The keys under which names meet, from strict to loose: one, or one for each way to read a spelling; an empty key
meets nothing. Compiled gazetteers are made again when this file changes."""

SCORES: Mapping[Tier, float] = {"exact": 1.0, "folded": FOLDED}
"""What a match by the letters is worth; one by sound is worth its `likeness`."""

LEAST = 0.35
"""A name that sounds less alike is another one: it is a thousand times less likely than the spelling itself."""

_FEW = 12
"""So many names are weighed one by one before it is faster to weigh all at once."""

_Best = tuple[float, int, Tier]
"""The score of a place, by which of its entries, and in which tier."""


class Match(NamedTuple):
    """A place that a name could mean: by which of its names, how (`tier`), and how well (`score`, 0 to 1).

    A named tuple, since a search makes many: it costs a fifth of a frozen dataclass.
    """

    place: Place
    name: str
    tier: Tier
    score: float


class NameIndex:
    """The names and titles of places by their keys."""

    def __init__(self, columns: Columns, places: Compiled) -> None:
        self._places = places
        self.names = Texts(columns, "names")
        self.rows = columns["names.rows"].data
        self.listed = columns["names.listed"].data
        self.listed_keys = columns["folded.listed"].data
        self.max_words = int(columns["names.max_words"][0])
        self.keys = {tier: Lookup(columns, f"{tier}.keys") for tier in KEYS}
        self.named = {tier: Groups(columns, f"{tier}.names") for tier in KEYS}
        self._sounds, self._consonants = Texts(columns, "sounds"), Texts(columns, "consonants")
        self._columns = columns
        self._near = Near(columns, "near", self.keys["skeleton"])

    def background_of(self, country: str) -> list[int]:
        """Return the background names in a country (ISO 3166-1 alpha-2)."""
        if country not in self._places.countries:
            return []
        here = np.asarray(self._places.country) == self._places.countries.index(country)
        named = (self._columns["names.listed"] == BACKGROUND) & here[self._columns["names.rows"]]
        found: list[int] = np.flatnonzero(named).tolist()
        return found

    def folded_of(self, entries: Sequence[int]) -> list[int]:
        """Return the numbers of the folded keys of some names, each once."""
        wanted = np.zeros(len(self.names), np.bool_)
        wanted[entries] = True
        held = np.flatnonzero(wanted[self._columns["folded.names.members"]])
        groups = np.searchsorted(self._columns["folded.names.groups"], held, side="right") - 1
        numbers: list[int] = np.unique(groups).tolist()
        return numbers

    def search(
        self,
        name: str,
        *,
        types: AbstractSet[str] = frozenset(),
        background: AbstractSet[str] | None = None,
        limit: int | None = 10,
    ) -> tuple[Match, ...]:
        """Return the best match of each place, best first; ties by importance, then id.

        Parameters
        ----------
        name
            A toponym in any script.
        types
            Feature types to keep; all when empty.
        background
            Countries (ISO 3166-1 alpha-2) whose background names count; those of all when None.
        limit
            How many matches at most, at least 1; all when None.

        Raises
        ------
        QueryError
            When `limit` is below 1.
        """
        if limit is not None and limit < 1:
            raise QueryError(f"{limit} is no number of matches; give 1 or more", field="limit")
        best = self._best(name, background)
        places = self._places
        kept = [row for row in best if places.kind(row) in types] if types else list(best)
        ranked = sorted([(-best[row][0], -places.importance[row], row) for row in kept])
        return tuple(self._match(row, *best[row]) for _, _, row in ranked[:limit])

    def _match(self, row: int, score: float, entry: int, tier: Tier) -> Match:
        return Match(self._places.place(row), self.names[entry], tier, score)

    def _best(self, name: str, background: AbstractSet[str] | None) -> dict[int, _Best]:
        """Return the best match of each place by its row; of equals the first, strict keys before loose ones."""
        best: dict[int, _Best] = {}
        here = None if background is None else self._places.codes_of(background)
        for tier, keys_of in KEYS.items():
            for key in keys_of(name):
                number = self.keys[tier].find(key) if key else None
                if number is None:
                    continue
                if tier in SCORES:
                    self._take(best, self._kept(self.named[tier][number], here), tier, SCORES[tier])
                else:
                    entries = self._kept(self.named["skeleton"][number], here)
                    self._take_by_sound(best, entries, tier, name, len(key))
        if not any(tier in SCORES for _, _, tier in best.values()):  # nobody looks for errors in a known spelling
            numbers = [n for key in skeletons(name) if len(key) >= NEAR_MIN_LENGTH for n in self._near.find(key)]
            entries = [entry for number in numbers for entry in self.named["skeleton"][number]]
            self._take_by_sound(best, self._kept(entries, here), "near", name, None)
        return best

    def _kept(self, entries: Sequence[int], here: AbstractSet[int] | None) -> Sequence[int]:
        """Return the entries without the background names of countries that are not in `here` (their numbers)."""
        if here is None:
            return entries
        listed, rows, country = self.listed, self.rows, self._places.country
        return [e for e in entries if listed[e] != BACKGROUND or country[rows[e]] in here]

    def _take(self, best: dict[int, _Best], entries: Iterable[int], tier: Tier, score: float) -> None:
        for entry in entries:
            row = self.rows[entry]
            if row not in best or best[row][0] < score:
                best[row] = (score, entry, tier)

    def _take_by_sound(
        self, best: dict[int, _Best], entries: Sequence[int], tier: Tier, name: str, consonants: int | None
    ) -> None:
        """Take names that have one of the skeletons asked for by their likeness."""
        if best:
            entries = [entry for entry in entries if (row := self.rows[entry]) not in best or best[row][0] < FOLDED]
        rows = self.rows
        for entry, score in zip(entries, self._likenesses(entries, name, consonants), strict=True):
            if score >= LEAST and ((row := rows[entry]) not in best or best[row][0] < score):
                best[row] = (score, entry, tier)

    def _likenesses(self, entries: Sequence[int], name: str, consonants: int | None) -> list[float]:
        if len(entries) <= _FEW:
            return [likeness(name, self.names[entry], consonants) for entry in entries]
        heards, which = np.unique(self._columns["names.heards"][entries], return_inverse=True)
        found: list[float] = likenesses(name, self._hearings(heards), consonants)[which].tolist()
        return found

    def _hearings(self, heards: NDArray[np.uint32]) -> Hearings:
        consonants, of_sounds = np.unique(self._columns["sounds.consonants"][heards], return_inverse=True)
        return Hearings(
            sounds=self._sounds.many(heards.tolist()),
            consonants=self._consonants.many(consonants.tolist()),
            of_sounds=of_sounds,
            open=self._columns["sounds.open"][heards],
            unvowelled=self._columns["sounds.unvowelled"][heards],
        )


class Keys(Mapping[str, tuple[str, ...]]):
    """The ids of the places that have a name, in order of id, by the folded name; titles alone do not count."""

    def __init__(self, index: NameIndex, places: Compiled) -> None:
        self._index, self._places = index, places
        self._keys = index.keys["folded"]
        self._met: dict[str, tuple[str, ...]] = {}

    @property
    def max_words(self) -> int:
        """The most words of a name, counting each run of letters or of digits: no longer run of a text is a name."""
        return self._index.max_words

    def __contains__(self, key: object) -> bool:
        try:
            number = self._keys.find(key)  # type: ignore[arg-type]
        except AttributeError:  # no text
            return False
        return number is not None and self._index.listed_keys[number] == 1

    def __getitem__(self, key: str) -> tuple[str, ...]:
        if key not in self._met:
            if key not in self:
                raise KeyError(key)
            self._met[key] = self._ids(key)
        return self._met[key]

    def _ids(self, key: str) -> tuple[str, ...]:
        number = self._keys.find(key)
        entries = [] if number is None else self._index.named["folded"][number]
        rows = dict.fromkeys(self._index.rows[entry] for entry in entries if self._index.listed[entry] == NAME)
        return tuple(self._places.ids[row] for row in rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys.many(np.flatnonzero(self._index.listed_keys).tolist()))

    def __len__(self) -> int:
        return int(np.count_nonzero(self._index.listed_keys))

    def with_background(self, country: str) -> Mapping[str, tuple[str, ...]]:
        """Return the keys with those of a country's background names (ISO 3166-1 alpha-2) among them."""
        entries = self._index.background_of(country)
        if not entries:
            return self
        return CountryKeys(self, self._index, self._places, entries)
