"""How places lie to each other: which are one matter, and how far a place is from an area; each pair is asked once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from geomap.gazetteer.feature_types import importance
from geomap.gazetteer.metric import distance_km, gap_km
from geomap.resolution.candidates import POPULATED
from geomap.resolution.surroundings import AREA_TYPES
from geomap.toponym import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.gazetteer import Gazetteer
    from geomap.model import Place

__all__ = ["KIN_KM", "NEAR_KM", "Relations", "country_of_most"]

NEAR_KM = 30.0  # a subdistrict's reach
KIN_KM = 15.0  # a town within this distance of an area of its name is no rival of it: Damascus and its countryside

_WITH_SEATS = frozenset({"district", "subdistrict"})
"""Areas that bear the name of their main town; a governorate's is a city, known by itself."""

_KEPT = 50_000
"""Pairs kept before all are forgotten; the candidates of the next bulletin are mostly the same again."""

_Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Relations:
    """The relations of the places of a gazetteer, kept as long as it."""

    gazetteer: Gazetteer
    _kin: dict[_Pair, bool]
    _gaps: dict[_Pair, float]
    _seats: dict[str, Place | None]

    @classmethod
    def of(cls, gazetteer: Gazetteer) -> Relations:
        """Return those of a gazetteer, with what was found before."""
        known = _known.get(gazetteer)
        if known is None:
            known = _known[gazetteer] = ({}, {}, {})
        for kept in known:
            if len(kept) > _KEPT:
                kept.clear()
        return cls(gazetteer, *known)

    def kin(self, one: Place, two: Place) -> bool:
        """Tell whether two candidates are one matter: a town and the area named after it, or the same spot twice."""
        pair = (one.id, two.id)
        found = self._kin.get(pair)
        if found is None:
            found = self._kin[pair] = self._is_kin(one, two)
        return found

    def gap_km(self, area: Place, place: Place) -> float:
        """Return the distance in km from a place's point to an area, 0.0 when it lies in it."""
        pair = (area.id, place.id)
        found = self._gaps.get(pair)
        if found is None:
            found = self._gaps[pair] = gap_km(area.geometry, place.lon, place.lat)
        return found

    def seat_of(self, place: Place) -> Place | None:
        """Return the widest district or sub-district that is named after a settlement in it, its seat."""
        if place.id not in self._seats:
            self._seats[place.id] = self._named_after(place)
        return self._seats[place.id]

    def _named_after(self, place: Place) -> Place | None:
        if place.type not in POPULATED or not place.parents:
            return None
        around = [area for area in self.gazetteer.ancestors(place.id) if area.type in _WITH_SEATS]
        named = [a for a in around if any(fold(f"{n.toponym} {a.type}") == fold(a.name) for n in place.names)]
        return max(named, key=importance, default=None)

    def _is_kin(self, one: Place, two: Place) -> bool:
        km = distance_km(one.lon, one.lat, two.lon, two.lat)
        areas = [p for p in (one, two) if p.type in AREA_TYPES]
        if self.gazetteer.is_within(one.id, two.id) or self.gazetteer.is_within(two.id, one.id):
            return bool(areas) or km <= NEAR_KM
        if len(areas) == 1:
            point = two if areas[0] is one else one
            is_point = areas[0].geometry.geom_type == "Point"
            reach = max(KIN_KM, areas[0].uncertainty_km if is_point else 0.0)
            return self.gap_km(areas[0], point) <= reach
        return km <= max(one.uncertainty_km, two.uncertainty_km)


_known: WeakKeyDictionary[Gazetteer, tuple[dict[_Pair, bool], dict[_Pair, float], dict[str, Place | None]]] = (
    WeakKeyDictionary()
)


def country_of_most(places: Iterable[Place]) -> str | None:
    """Return the country code of more than half of the places below country level, None without one."""
    codes = Counter(p.ccodes[0] for p in places if p.ccodes and p.type != "country")
    if not codes:
        return None
    code, most = codes.most_common(1)[0]
    return code if most * 2 > codes.total() else None
