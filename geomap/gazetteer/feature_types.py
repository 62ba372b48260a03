"""The kinds of place a gazetteer may hold, each with what is assumed of it when its record does not say."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geomap.model import Place

__all__ = ["FEATURE_TYPES", "FeatureType", "importance"]


class FeatureType(NamedTuple):
    """What is assumed of a kind of place.

    `fclass` is its class in the Linked Places Format (A administrative, H water, L area, P populated, R road, S site,
    T terrain). `uncertainty_km` is the radius within which the true place lies when the record gives a bare point and
    no radius. `inhabitants` is an order of magnitude, used only to rank places whose population is not given.
    """

    fclass: str
    uncertainty_km: float
    inhabitants: int


FEATURE_TYPES: Mapping[str, FeatureType] = MappingProxyType(
    {
        # Areas given as a point: the radius of a circle of Syria's mean area of the level
        # (185,180 km2 in 1 country, 14 governorates, 62 districts, 272 subdistricts).
        "country": FeatureType("A", 243.0, 10_000_000),
        "governorate": FeatureType("A", 65.0, 1_000_000),
        "district": FeatureType("A", 31.0, 100_000),
        "subdistrict": FeatureType("A", 15.0, 30_000),
        # Settlements: two sources of one settlement lay 0.1 to 0.9 km apart where both were looked up; the built-up
        # area is added, since a text that names a town may mean any part of it.
        "city": FeatureType("P", 4.0, 200_000),
        "town": FeatureType("P", 2.0, 20_000),
        "village": FeatureType("P", 1.0, 1_000),
        "neighbourhood": FeatureType("P", 1.5, 5_000),
        "camp": FeatureType("S", 2.0, 5_000),
        # Points on roads and borders are told by the nearest settlement, seldom measured.
        "checkpoint": FeatureType("S", 3.0, 10),
        "crossing": FeatureType("S", 3.0, 10),
        # No line of a corridor or zone is published; texts name them by their ends or members.
        "corridor": FeatureType("R", 5.0, 10),
        "zone": FeatureType("L", 30.0, 100_000),
        "region": FeatureType("L", 30.0, 100_000),
        "airport": FeatureType("S", 2.0, 10),
        "facility": FeatureType("S", 1.0, 10),
        "mountain": FeatureType("T", 5.0, 10),
        "valley": FeatureType("T", 10.0, 10),
        "river": FeatureType("H", 10.0, 10),
    }
)
"""All feature types of the format, in the order of its description."""


def importance(place: Place) -> int:
    """Return a number that ranks namesakes: the population, or what is usual for the type when none is given."""
    if place.population:
        return place.population
    return FEATURE_TYPES[place.type].inhabitants if place.type in FEATURE_TYPES else 0
