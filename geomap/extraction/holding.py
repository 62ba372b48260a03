"""Areas, cities and rivers that only hold the places of an event, or say where these lie."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely import Point

from geomap.resolution.candidates import DIVISIONS, NAMED_AFTER
from geomap.resolution.surroundings import AREA_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.extraction.rules import RulePack
    from geomap.model import Place, Resolution

__all__ = ["kind_of", "without_cities", "without_containers", "without_fronted", "without_rivers"]


def kind_of(resolution: Resolution) -> frozenset[str]:
    """Return the feature types a mention can have: its place's when decided, else those its type word allows.

    A checkpoint that was put at the town it is named after remains one, and so does the district of a town.
    """
    told, place = resolution.mention.types, _area_meant(resolution)
    if place is None or (told and told <= NAMED_AFTER):
        return told
    own = frozenset({place.type})
    return own if own <= told else told & DIVISIONS or own


def without_fronted(
    indexes: list[int],
    text: str,
    start: int,
    resolutions: Sequence[Resolution],
    heads: Mapping[int, int],
    pack: RulePack,
) -> list[int]:
    """Leave out an area that opens a clause where points of its own are named: "В провинции Хама обстрелян Хадер"."""
    if len(indexes) < 2:
        return indexes
    first, *others = sorted(indexes)
    kinds = kind_of(resolutions[first])
    listed = any(heads.get(i, i) == heads.get(first, first) for i in others)
    points = all(not kind_of(resolutions[i]) & AREA_TYPES for i in others)
    opens = pack.fronted_area.search(text[start : resolutions[first].mention.start])
    return others if opens and points and not listed and kinds and kinds <= AREA_TYPES else indexes


def without_rivers(indexes: list[int], resolutions: Sequence[Resolution]) -> list[int]:
    """Leave out rivers that only say what a place lies at: "a bridge over the Euphrates at Mari'iyah"."""
    others = [i for i in indexes if kind_of(resolutions[i]) != {"river"}]
    return others or indexes


def without_cities(indexes: list[int], resolutions: Sequence[Resolution], heads: Mapping[int, int]) -> list[int]:
    """Leave out a city when all other places of a role are its quarters: "In Aleppo the quarters of X and Y"."""
    cities = [i for i in indexes if (place := resolutions[i].place) is not None and place.type in {"city", "town"}]
    others = [i for i in indexes if i not in cities]
    if len(cities) != 1 or not others or any(heads.get(i, i) == heads.get(cities[0], cities[0]) for i in others):
        return indexes
    return others if all(_can_be_quarter(resolutions[i]) for i in others) else indexes


def _can_be_quarter(resolution: Resolution) -> bool:
    """Whether a mention can be a quarter of a city: its type allows it, and it was not put at an area."""
    told = resolution.mention.types
    decided = resolution.place is not None and resolution.place.type in AREA_TYPES
    return "neighbourhood" in (kind_of(resolution) | told) and not {"city", "town"} & told and not decided


def without_containers(
    indexes: Sequence[int], resolutions: Sequence[Resolution], heads: Mapping[int, int]
) -> list[int]:
    """Leave out areas that only hold the other places of a role: "in Homs province: residents of Deir Baalba".

    Those of one list with them do not: "sites in Homs province and al-Qusayr".
    """
    places = {i: place for i in indexes if (place := _area_meant(resolutions[i]))}
    within = {code for p in places.values() if p.type != "country" for code in p.ccodes}

    def holds(i: int) -> bool:
        place = places.get(i)
        if place is None or place.type not in AREA_TYPES:
            return False
        others = [p for j, p in places.items() if heads.get(j, j) != heads.get(i, i)]
        if any(place.id in p.parents for p in others):
            return True
        if place.type == "country":
            return bool(within & set(place.ccodes))
        return any(place.geometry.covers(Point(p.lon, p.lat)) for p in others if p.type not in AREA_TYPES)

    return [i for i in indexes if not holds(i)]


def _area_meant(resolution: Resolution) -> Place | None:
    """Return the place of a name; of one that is only a side of a province ("north-western Hama"), the province."""
    if resolution.place is not None or not resolution.mention.part:
        return resolution.place
    return next((c.place for c in resolution.candidates if c.place.type == "governorate"), None)
