"""Which of our feature types a word means, a number of the Art and Architecture Thesaurus, or a class of places.

The numbers are those of the subset that the World Historical Gazetteer asks for in LP-TSV (the file
feature-types-AAT_20230609.tsv of the Linked Places Format). What has no counterpart is not here: it is left out and
said so, since a lake drawn as a river would be wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.gazetteer.feature_types import FEATURE_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SETTLEMENT", "kind_of", "settlement_type"]

SETTLEMENT = "settlement"
"""A city, town or village: which of them, only its population tells."""

_CITY, _TOWN = 100_000, 5_000
"""Inhabitants from which curated records say city and town."""

_WORDS = {
    "country": "country nation state-nation",
    "governorate": "governorate province state region-admin wilaya muhafaza oblast adm1 admin1",
    "district": "district county qada raion adm2 admin2",
    "subdistrict": "subdistrict sub-district nahiya nahia municipality commune ward adm3 admin3 adm4 admin4",
    "city": "city",
    "town": "town",
    "village": "village hamlet",
    SETTLEMENT: "settlement community locality populated-place inhabited-place place ppl",
    "neighbourhood": "neighbourhood neighborhood quarter suburb residential-district",
    "camp": "camp refugee-camp idp-camp",
    "checkpoint": "checkpoint",
    "crossing": "crossing border-crossing border-point",
    "corridor": "corridor",
    "zone": "zone",
    "region": "region historical-region island desert plain plateau",
    "airport": "airport airfield airbase air-base",
    "facility": "facility site building hospital school bridge dam military-base",
    "mountain": "mountain hill mountains mountain-range",
    "valley": "valley wadi",
    "river": "river stream",
}

_AAT = {
    "country": (300128207, 300387506, 300232420),
    "governorate": (300000774, 300000776),
    "district": (300000771,),
    "city": (300008389,),
    "town": (300008375,),
    "village": (300008372,),
    SETTLEMENT: (300008347, 300387203),
    "neighbourhood": (300000745, 300000742),
    "region": (300182722, 300387178, 300387347, 300008791, 300008916, 300008805, 300132339),
    "airport": (300000681,),
    "facility": (300000809, 300164060, 300000455, 300007836, 300006084, 300006888, 300006891, 300000810),
    "mountain": (300008795, 300386831, 300008777),
    "valley": (300008761, 300379998),
    "river": (300008707, 300132312),
}

_OF_CLASS = {"P": SETTLEMENT, "S": "facility", "L": "region"}
"""What a place of a class (GeoNames, Linked Places) is when nothing finer is said; the other classes are too wide."""

_BY_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_BY_AAT = {str(number): kind for kind, numbers in _AAT.items() for number in numbers}


def settlement_type(population: int | None) -> str:
    """Return city, town or village, by the number of inhabitants; village when it is not known."""
    if population is None or population < _TOWN:
        return "village"
    return "city" if population >= _CITY else "town"


def kind_of(
    *, words: Iterable[str] = (), aat: Iterable[str] = (), classes: Iterable[str] = (), population: int | None = None
) -> str | None:
    """Return the feature type that the first word says that is known, else number, else class; None when none is."""
    found = [_BY_WORD.get("-".join(word.casefold().replace("_", " ").split())) for word in words]
    found += [_BY_AAT.get(number.rpartition(":")[2].rpartition("/")[2].strip()) for number in aat]
    found += [_OF_CLASS.get(letter.strip().upper()) for letter in classes]
    kind = next((kind for kind in found if kind is not None), None)
    if kind == SETTLEMENT:
        return settlement_type(population)
    return kind if kind in FEATURE_TYPES else None
