"""Search of places by name, from strict to loose: the same string, spelling, sound, or one typing error.

A match says what a name *could* mean. Which of the candidates a text means is decided elsewhere, with its context.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from rapidfuzz.distance import Indel

from geomap.errors import QueryError
from geomap.gazetteer.columns import (
    Groups,
    Lookup,
    Near,
    Texts,
    encoded,
    group_columns,
    lookup_columns,
    near_columns,
    text_columns,
)
from geomap.toponym import fold, skeleton

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from geomap.gazetteer.columns import Columns
    from geomap.gazetteer.compiled import Compiled
    from geomap.model import Place

__all__ = ["KEYS", "TIER_SCORES", "Keys", "Match", "NameIndex", "Tier", "name_columns"]

Tier = Literal["exact", "folded", "skeleton", "near"]

TIER_SCORES: Mapping[Tier, float] = {"exact": 1.0, "folded": 0.95, "skeleton": 0.70, "near": 0.60}
"""What a match of a tier is worth; skeletons get up to `_LIKENESS` more. They rank tiers and are no probabilities:
on OCHA and GeoNames names, folding finds a sixth of the variants, skeletons most, but one in four of them alone."""


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


KEYS: Mapping[Tier, Callable[[str], str]] = {"exact": _plain, "folded": fold, "skeleton": skeleton}
"""The keys under which names meet, from strict to loose; an empty key meets nothing.

A new key needs a line here and one in `TIER_SCORES`. Compiled gazetteers are made again when this file changes.
"""

_BY_LIKENESS: frozenset[Tier] = frozenset({"skeleton"})
_LIKENESS = 0.10
"""Added to a match of these tiers by the likeness of the letters, so that the closest spelling comes first."""

_NEAR_MIN_LENGTH = 5
"""Shorter names are one typing error away from too many others."""

_Best = tuple[float, int, Tier]
"""The score of a place, by which of its entries, and in which tier."""

_NO_KEY = 0xFFFFFFFF
_WORD = re.compile(r"\d+|[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place that a name could mean: by which of its names, how (`tier`), and how well (`score`, 0 to 1)."""

    place: Place
    name: str
    tier: Tier
    score: float


def name_columns(places: Sequence[Place]) -> dict[str, NDArray[Any]]:
    """Return the names and titles of places as columns for `NameIndex`; the row of a place is its number here."""
    rows, names, listed = _entries(places)
    columns = {
        **text_columns("names", map(encoded, names)),
        "names.rows": np.array(rows, np.uint32),
        "names.listed": np.array(listed, np.uint8),
        "names.max_words": np.array([_most_words(n for n, known in zip(names, listed, strict=True) if known)]),
    }
    for tier, key_of in KEYS.items():
        numbers: dict[str, int] = {}
        keys = (key_of(name) for name in names)
        of_names = np.fromiter(
            (numbers.setdefault(key, len(numbers)) if key else _NO_KEY for key in keys), np.uint32, len(names)
        )
        columns |= lookup_columns(f"{tier}.keys", [encoded(key) for key in numbers])
        columns |= group_columns(f"{tier}.names", of_names, len(numbers))
        if tier == "folded":
            columns["names.folded"] = of_names
            columns["folded.listed"] = _any_of(of_names[columns["names.listed"] == 1], len(numbers))
            long = ((number, key) for key, number in numbers.items() if len(key) >= _NEAR_MIN_LENGTH)
            columns |= near_columns("near", long)
    return columns


def _entries(places: Sequence[Place]) -> tuple[list[int], list[str], list[bool]]:
    """Return the rows, names, and whether each is listed among the names or is only the title, each once a place."""
    rows: list[int] = []
    names: list[str] = []
    listed: list[bool] = []
    for row, place in enumerate(places):
        known = dict.fromkeys([n.toponym for n in place.names], True)
        known.setdefault(place.name, False)
        rows += [row] * len(known)
        names += known
        listed += known.values()
    return rows, names, listed


def _any_of(numbers: NDArray[np.uint32], count: int) -> NDArray[np.uint8]:
    """Return for each of `count` numbers whether it occurs."""
    found = np.zeros(count, np.uint8)
    found[numbers[numbers != _NO_KEY]] = 1
    return found


def _most_words(names: Iterable[str]) -> int:
    most = 0
    for name in names:
        if len(name) > most:
            most = max(most, len(_WORD.findall(name)))
    return most


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
        self._folded = columns["names.folded"].data
        self._near = Near(columns, "near", self.keys["folded"])

    def search(self, name: str, *, types: AbstractSet[str] = frozenset(), limit: int | None = 10) -> tuple[Match, ...]:
        """Return the best match of each place, best first; ties by importance, then id.

        Parameters
        ----------
        name
            A toponym in any script.
        types
            Feature types to keep; all when empty.
        limit
            How many matches at most, at least 1; all when None.

        Raises
        ------
        QueryError
            When `limit` is below 1.
        """
        if limit is not None and limit < 1:
            raise QueryError(f"{limit} is no number of matches; give 1 or more", field="limit")
        best = self._best(name)
        places = self._places
        kept = [row for row in best if places.kind(row) in types] if types else list(best)
        ranked = sorted([(-best[row][0], -places.importance[row], row) for row in kept])
        return tuple(self._match(row, *best[row]) for _, _, row in ranked[:limit])

    def _match(self, row: int, score: float, entry: int, tier: Tier) -> Match:
        return Match(place=self._places.place(row), name=self.names[entry], tier=tier, score=score)

    def _best(self, name: str) -> dict[int, _Best]:
        """Return the best match of each place by its row; of equals the first, strict keys before loose ones."""
        best: dict[int, _Best] = {}
        for tier, key_of in KEYS.items():
            number = self.keys[tier].find(key) if (key := key_of(name)) else None
            if number is None:
                continue
            entries = self.named[tier][number]
            if tier in _BY_LIKENESS:
                self._take_by_likeness(best, entries, tier, fold(name))
            else:
                self._take(best, entries, tier, TIER_SCORES[tier])
        if len(folded := fold(name)) >= _NEAR_MIN_LENGTH:
            for number in self._near.find(folded):
                self._take(best, self.named["folded"][number], "near", TIER_SCORES["near"])
        return best

    def _take(self, best: dict[int, _Best], entries: Iterable[int], tier: Tier, score: float) -> None:
        for entry in entries:
            row = self.rows[entry]
            if row not in best or best[row][0] < score:
                best[row] = (score, entry, tier)

    def _take_by_likeness(self, best: dict[int, _Best], entries: list[int], tier: Tier, folded: str) -> None:
        highest, known = TIER_SCORES[tier] + _LIKENESS, self.keys["folded"]
        scores: dict[int, float] = {}  # by folded name, which many places share
        for entry in entries:
            row, key = self.rows[entry], self._folded[entry]
            if row in best and best[row][0] >= highest:
                continue
            if key not in scores:
                letters = "" if key == _NO_KEY else known[key]
                scores[key] = round(TIER_SCORES[tier] + _LIKENESS * Indel.normalized_similarity(folded, letters), 4)
            self._take(best, (entry,), tier, scores[key])


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
        rows = dict.fromkeys(self._index.rows[entry] for entry in entries if self._index.listed[entry])
        return tuple(self._places.ids[row] for row in rows)

    def __iter__(self) -> Iterator[str]:
        return (key for number, key in enumerate(self._keys) if self._index.listed_keys[number])

    def __len__(self) -> int:
        return sum(self._index.listed_keys)
