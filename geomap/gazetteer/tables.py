"""Places and their names as tables that are not indexed yet: numbers for texts, and what belongs to what.

Making them is most of the work of compiling. Those of two gazetteers are joined without making any again
(`geomap.gazetteer.joining`), and indexed in a second (`geomap.gazetteer.indexing`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geomap.gazetteer.columns import encoded, text_columns
from geomap.gazetteer.feature_types import FEATURE_TYPES, importance
from geomap.gazetteer.likeness import heard
from geomap.toponym import folds, is_spelled, skeletons

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from geomap.gazetteer.columns import Columns
    from geomap.gazetteer.likeness import Heard
    from geomap.gazetteer.world import Settlement
    from geomap.model import Place

__all__ = [
    "BACKGROUND",
    "NAME",
    "TIERS",
    "UNHEARD",
    "Row",
    "name_tables",
    "place_tables",
    "plain",
    "row_of",
    "row_of_listed",
]

TITLE, NAME, BACKGROUND = range(3)
"""What an entry is: only the title of a place, one of its names, or a background name, as all of a background place."""

TIERS = ("exact", "folded", "skeleton")
"""The kinds of keys, from strict to loose; see `geomap.gazetteer.names.KEYS`."""

UNHEARD = 0xFFFFFFFF
"""Stands for how a name is heard that meets others by its letters alone."""

_MOST_IMPORTANT = 2**62
"""Numbers of people are any number to a record, and 64 bits in a column."""

_AT_ONCE = 1 << 16  # names whose keys are made together: most words occur in many of them
_WORD = re.compile(r"\d+|[^\W\d_]+")


class Row(NamedTuple):
    """What is indexed of a place: `names` say of each what it is, `parents` need not be loaded."""

    id: str
    kind: str
    country: str
    lon: float
    lat: float
    importance: int
    parents: Sequence[str]
    names: Mapping[str, int]
    sounded: bool
    """Whether its background names meet others by their sound, too."""


# fmt: off
_ARABIC_LANDS = frozenset({
    "AE", "BH", "DJ", "DZ", "EG", "EH", "ER", "IL", "IQ", "JO", "KM", "KW", "LB", "LY", "MA", "MR", "OM", "PS", "QA",
    "SA", "SD", "SO", "SS", "SY", "TD", "TN", "YE",
})
# fmt: on
"""Where Arabic is written, and texts of other languages spell names by ear. In other countries background names meet by
their letters alone: that a name sounds like one of a million means nothing."""


def is_sounded(countries: Iterable[str]) -> bool:
    """Tell whether background names of a place in these countries (ISO 3166-1 alpha-2) meet others by their sound."""
    return not _ARABIC_LANDS.isdisjoint(countries)


def row_of(place: Place) -> Row:
    """Return what is indexed of a place."""
    names: dict[str, int] = {}
    for name in place.names:
        kind = BACKGROUND if place.background or name.background else NAME
        names[name.toponym] = min(kind, names.get(name.toponym, kind))
    names.setdefault(place.name, BACKGROUND if place.background else TITLE)
    return Row(
        id=place.id,
        kind=place.type,
        country="".join(place.ccodes[:1]),
        lon=place.lon,
        lat=place.lat,
        importance=min(importance(place), _MOST_IMPORTANT),
        parents=place.parents,
        names=names,
        sounded=is_sounded(place.ccodes),
    )


def row_of_listed(listed: Settlement) -> Row:
    """Return what is indexed of a settlement of the world list; the same as of its place."""
    return Row(
        id=listed.id,
        kind=listed.kind,
        country=listed.country,
        lon=listed.lon,
        lat=listed.lat,
        importance=min(listed.inhabitants or FEATURE_TYPES[listed.kind].inhabitants, _MOST_IMPORTANT),
        parents=listed.parents,
        names=dict.fromkeys((name for name, _ in listed.names), BACKGROUND),
        sounded=is_sounded((listed.country,)),
    )


def place_tables(rows: Sequence[Row]) -> Columns:
    """Return the tables of places, each with its number among the rows."""
    kinds: dict[str, int] = {}
    countries: dict[str, int] = {}
    parents: dict[str, int] = {}
    links = [(i, parents.setdefault(p, len(parents))) for i, row in enumerate(rows) for p in dict.fromkeys(row.parents)]
    below, above = np.ascontiguousarray(np.array(links, np.uint32).reshape(-1, 2).T)
    return {
        **text_columns("ids", [encoded(row.id) for row in rows]),
        "kind": np.array([kinds.setdefault(row.kind, len(kinds)) for row in rows], np.uint16),
        **text_columns("kinds", map(encoded, kinds)),
        "country": np.array([countries.setdefault(row.country, len(countries)) for row in rows], np.uint16),
        **text_columns("countries", map(encoded, countries)),
        "lon": np.array([row.lon for row in rows], np.float64),
        "lat": np.array([row.lat for row in rows], np.float64),
        "importance": np.array([row.importance for row in rows], np.int64),
        **text_columns("above", map(encoded, parents)),
        "above.of": below,
        "above.number": above,
    }


def name_tables(rows: Sequence[Row]) -> Columns:
    """Return the tables of names, of the rows that bear them, and of the keys under which each is found."""
    names = [name for row in rows for name in row.names]
    listed = [kind for row in rows for kind in row.names.values()]
    sounded = [kind != BACKGROUND or row.sounded for row in rows for kind in row.names.values()]
    sounded = [sounds and is_spelled(name) for name, sounds in zip(names, sounded, strict=True)]
    columns = {
        **text_columns("names", map(encoded, names)),
        "names.rows": np.repeat(np.arange(len(rows), dtype=np.uint32), [len(row.names) for row in rows]),
        "names.listed": np.array(listed, np.uint8),
        "names.max_words": np.array([_most_words(name for name, kind in zip(names, listed, strict=True) if kind)]),
    }
    everyone = range(len(names))
    columns |= _keyed("exact", everyone, map(plain, names))
    columns |= _keyed("folded", everyone, _folded(names))
    audible = [entry for entry, sounds in enumerate(sounded) if sounds]
    heard_as = [(entry, key) for entry in audible for key in skeletons(names[entry])]
    columns |= _keyed("skeleton", [entry for entry, _ in heard_as], [key for _, key in heard_as])
    heards: dict[Heard, int] = {}
    of_names = np.full(len(names), UNHEARD, np.uint32)
    of_names[audible] = [heards.setdefault(heard(names[entry]), len(heards)) for entry in audible]
    return {**columns, "names.heards": of_names, **_heard_tables(heards)}


def plain(name: str) -> str:
    """Return a name without what is only the look of it: its case and its spaces."""
    return " ".join(name.split()).casefold()


def _folded(names: Sequence[str]) -> Iterator[str]:
    for begin in range(0, len(names), _AT_ONCE):
        yield from folds(names[begin : begin + _AT_ONCE])


def _keyed(tier: str, entries: Sequence[int], keys: Iterable[str]) -> dict[str, NDArray[Any]]:
    """Return the distinct keys of entries, and which entry has which; an empty key meets nothing."""
    numbers = {"": 0}
    found = np.fromiter((numbers.setdefault(key, len(numbers)) for key in keys), np.uint32, len(entries))
    met = found > 0
    del numbers[""]
    return {
        **text_columns(f"{tier}.keys", map(encoded, numbers)),
        f"{tier}.found": found[met] - np.uint32(1),
        f"{tier}.entries": np.array(entries, np.uint32)[met],
    }


def _heard_tables(heards: Iterable[Heard]) -> dict[str, NDArray[Any]]:
    heards = list(heards)
    return {
        **text_columns("sounds", [encoded(one.sound) for one in heards]),
        **text_columns("consonants", [encoded(one.consonants) for one in heards]),
        "sounds.open": np.array([one.open for one in heards], np.bool_),
        "sounds.unvowelled": np.array([one.unvowelled for one in heards], np.bool_),
    }


def _most_words(names: Iterable[str]) -> int:
    most = 0
    for name in names:
        if len(name) > most:
            most = max(most, len(_WORD.findall(name)))
    return most
