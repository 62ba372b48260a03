"""Search of places by name, from strict to loose: the same string, spelling, sound, or one typing error.

A match says what a name *could* mean. Which of the candidates a text means is decided elsewhere, with its context.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from geomap.errors import QueryError
from geomap.gazetteer.feature_types import importance
from geomap.toponym import fold, skeletons

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from geomap.model import Place

__all__ = ["TIER_SCORES", "Match", "NameIndex", "Tier"]

Tier = Literal["exact", "folded", "skeleton", "near"]

TIER_SCORES: Mapping[Tier, float] = {"exact": 1.0, "folded": 0.95, "skeleton": 0.70, "near": 0.60}
"""What a match of a tier is worth; skeletons get up to `_LIKENESS` more. They rank tiers and are no probabilities:
on OCHA and GeoNames names, folding finds a sixth of the variants, skeletons most, but one in four of them alone."""

_LIKENESS = 0.10
"""Added to a match of skeletons by the likeness of the letters, so that the closest spelling comes first."""

_NEAR_MIN_LENGTH = 5
"""Shorter names are one typing error away from too many others."""

_Entry = tuple[str, str]
"""A place id and one of its names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A place that a name could mean: by which of its names, how (`tier`), and how well (`score`, 0 to 1)."""

    place: Place
    name: str
    tier: Tier
    score: float


class NameIndex:
    """The names and titles of places by their keys, each table made when it is first needed."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places

    @cached_property
    def _entries(self) -> tuple[_Entry, ...]:
        entries = ((p.id, name) for p in self._places.values() for name in (*(n.toponym for n in p.names), p.name))
        return tuple(dict.fromkeys(entries))

    @cached_property
    def _exact(self) -> Mapping[str, tuple[_Entry, ...]]:
        return _table((_plain(name), (place_id, name)) for place_id, name in self._entries)

    @cached_property
    def _folded(self) -> Mapping[str, tuple[_Entry, ...]]:
        return _table((fold(name), (place_id, name)) for place_id, name in self._entries)

    @cached_property
    def _skeletons(self) -> Mapping[str, tuple[_Entry, ...]]:
        return _table(("".join(skeletons(name)[:1]), (place_id, name)) for place_id, name in self._entries)

    @cached_property
    def _keys_by_length(self) -> Mapping[int, tuple[str, ...]]:
        keys: defaultdict[int, list[str]] = defaultdict(list)
        for key in self._folded:
            keys[len(key)].append(key)
        return {length: tuple(same) for length, same in keys.items()}

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
        best: dict[str, Match] = {}
        for (place_id, spelling), tier, score in self._matches(name):
            place = self._places[place_id]
            if (not types or place.type in types) and (place_id not in best or best[place_id].score < score):
                best[place_id] = Match(place=place, name=spelling, tier=tier, score=score)
        ordered = sorted(best.values(), key=lambda m: (-m.score, -importance(m.place), m.place.id))
        return tuple(ordered[:limit])

    def _matches(self, name: str) -> Iterator[tuple[_Entry, Tier, float]]:
        """Yield all matches, tier by tier; a place may come more than once."""
        folded = fold(name)
        for entry in self._exact.get(_plain(name), ()):
            yield entry, "exact", TIER_SCORES["exact"]
        if not folded:
            return
        for entry in self._folded.get(folded, ()):
            yield entry, "folded", TIER_SCORES["folded"]
        sounds = "".join(skeletons(name)[:1])
        for entry in self._skeletons.get(sounds, ()) if sounds else ():
            likeness = Indel.normalized_similarity(folded, fold(entry[1]))
            yield entry, "skeleton", round(TIER_SCORES["skeleton"] + _LIKENESS * likeness, 4)
        if len(folded) >= _NEAR_MIN_LENGTH:
            for length in range(max(_NEAR_MIN_LENGTH, len(folded) - 1), len(folded) + 2):  # one error changes it by one
                keys = self._keys_by_length.get(length, ())
                for key, _, _ in process.extract(folded, keys, scorer=OSA.distance, score_cutoff=1, limit=None):
                    for entry in self._folded[key]:
                        yield entry, "near", TIER_SCORES["near"]


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _table(pairs: Iterator[tuple[str, _Entry]]) -> Mapping[str, tuple[_Entry, ...]]:
    table: defaultdict[str, list[_Entry]] = defaultdict(list)
    for key, entry in pairs:
        if key:
            table[key].append(entry)
    return {key: tuple(entries) for key, entries in table.items()}
