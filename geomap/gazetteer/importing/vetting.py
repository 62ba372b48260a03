"""What holds for places of any format: ids are unique, points lie in their country, each place has a container.

Nothing is moved: a point that looks wrong is kept as its source gives it, as uncertain, and a warning names its row.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geomap.errors import GazetteerError
from geomap.gazetteer.metric import distance_km, gap_km, is_outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer.importing.countries import Countries
    from geomap.gazetteer.importing.found import Desk, Found
    from geomap.model import Place

__all__ = ["vetted"]

BORDER_KM = 10.0
"""So far outside of a country's outline a point may lie: the outlines are of 1:10 million, and islands off the coast
are missing. Of 7,593 communities of Syria (OCHA) 76 lie outside of Natural Earth's Syria, none by more than 3.2 km."""

_SURELY_SWAPPED = 10
"""So many swapped points, if they are half of a file, are no slips of the pen: the columns were exchanged."""

_MAY_CROSS = frozenset({"country", "river", "zone"})
"""Kinds of place whose point may lie in another country than the first they are of."""


def vetted(found: Iterable[Found], countries: Countries, desk: Desk) -> tuple[Place, ...]:
    """Return the places that can be used, in order of id, with the countries that contain them.

    Raises
    ------
    GazetteerError
        When longitude and latitude of most places are swapped: then it is the columns that are.
    """
    kept = _in_countries(_once(found, desk), countries, desk)
    kept = _checked_against_countries(kept, countries, desk)
    _check_against_containers(kept, desk)
    return _contained(kept, countries, desk)


def _once(found: Iterable[Found], desk: Desk) -> Iterator[Found]:
    first: dict[str, Found] = {}
    for each in found:
        other = first.setdefault(each.place.id, each)
        if other is each:
            yield each
        else:
            line = "" if other.row.line is None else f", line {other.row.line}"
            message = f"is the id of {other.place.name} too ({other.row.path}{line}); ids are unique"
            desk.refuse(each.row, "id", message, label=each.place.id)


def _in_countries(found: Iterable[Found], countries: Countries, desk: Desk) -> list[Found]:
    """Give those without a country the one in whose outline they lie; refuse what lies in none."""
    kept, told = [], 0
    for each in found:
        place = each.place
        if place.ccodes:
            kept.append(each)
            continue
        code = countries.code_at(place.lon, place.lat)
        if code is None:
            message = "is not given, and the point lies in no country's outline; give it, or --country for all"
            desk.refuse(each.row, "country", message, label=place.id)
            continue
        told += 1
        kept.append(each._replace(place=replace(place, ccodes=(code,))))
    if told:
        desk.note(f"country of {told:,} place{'' if told == 1 else 's'}: by the outlines of Natural Earth")
    return kept


def _checked_against_countries(found: Sequence[Found], countries: Countries, desk: Desk) -> list[Found]:
    by_country: defaultdict[str, list[int]] = defaultdict(list)
    for i, each in enumerate(found):
        by_country[each.place.ccodes[0]].append(i)
    checked = list(found)
    for code, members in by_country.items():
        outline = _outline(code, [found[i].place for i in members], countries)
        if outline is None:
            desk.note(f"no outline of {countries.name_of(code)} is known: its places were not checked against one")
            continue
        flagged = _Outside(outline, countries.name_of(code)).flagged([found[i] for i in members], desk)
        for i, each in flagged.items():
            checked[members[i]] = each
    return checked


def _outline(code: str, places: Iterable[Place], countries: Countries) -> BaseGeometry | None:
    """Return the outline of a country with what its own divisions cover beyond it."""
    drawn = countries.outline(code)
    own = [p.geometry for p in places if p.type in ("country", "governorate") and is_outline(p.geometry)]
    if drawn is None:
        return shapely.union_all(own) if own else None
    return shapely.union_all([drawn, *(p for p in own if shapely.intersects(p, drawn))])


class _Outside:
    """Looks for points outside of a country."""

    def __init__(self, outline: BaseGeometry, name: str) -> None:
        self.outline, self.name = outline, name
        shapely.prepare(outline)

    def flagged(self, found: Sequence[Found], desk: Desk) -> dict[int, Found]:
        """Return what lies outside, by its number, with the doubt on record; zones and rivers may cross borders."""
        lon = np.array([each.place.lon for each in found])
        lat = np.array([each.place.lat for each in found])
        outside = np.flatnonzero(~shapely.contains_xy(self.outline, lon, lat))
        gaps = dict(zip(outside.tolist(), self._gaps_km(lon[outside], lat[outside]), strict=True))
        far = [
            i for i, gap in gaps.items() if gap > BORDER_KM and found[i].place.type not in ("zone", "river", "country")
        ]
        swapped = {i for i in far if shapely.contains_xy(self.outline, lat[i], lon[i])}
        self._refuse_swapped_columns(swapped, found)
        return {i: self._doubted(found[i], gaps[i], desk, swapped=i in swapped) for i in far}

    def _refuse_swapped_columns(self, swapped: set[int], found: Sequence[Found]) -> None:
        if len(swapped) >= max(_SURELY_SWAPPED, len(found) / 2):
            raise GazetteerError(
                f"{len(swapped):,} of {len(found):,} places lie in {self.name} only when longitude and latitude are"
                " exchanged; exchange the columns, or their names: --map lon=...,lat=... for a table",
                path=found[min(swapped)].row.path,
            )

    def _doubted(self, each: Found, gap: float, desk: Desk, *, swapped: bool) -> Found:
        place = each.place
        where = f"{place.lon:g}, {place.lat:g} lies {gap:,.0f} km outside of {self.name}"
        hint = ", and inside when exchanged: longitude and latitude look swapped" if swapped else ""
        desk.warn(each.row, "lon, lat", f"{where}{hint}; it is kept as it is, as uncertain", label=place.id)
        doubt = f"Longitude {place.lon:g}, latitude {place.lat:g} lies {gap:,.0f} km outside of {self.name}{hint}."
        told = " ".join(part for part in (place.description, doubt) if part)
        return each._replace(place=replace(place, certainty="uncertain", description=told))

    def _gaps_km(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[float]:
        """Return how far points lie from the outline; the nearest point of it is looked for on a local map."""
        if not len(lon):
            return []
        narrow = max(0.01, math.cos(math.radians(float(np.mean(np.clip(lat, -89, 89))))))
        points = shapely.points(lon * narrow, lat)
        outline = shapely.transform(self.outline, lambda degrees: degrees * [narrow, 1])
        ends = shapely.get_coordinates(shapely.shortest_line(points, outline)).reshape(-1, 2, 2)[:, 1]
        pairs = zip(lon.tolist(), lat.tolist(), ends.tolist(), strict=True)
        return [distance_km(x, y, near_x / narrow, near_y) for x, y, (near_x, near_y) in pairs]


def _check_against_containers(found: Sequence[Found], desk: Desk) -> None:
    """Warn of points outside of the outline of their container by more than they are uncertain."""
    outlines = {f.place.id: f.place.geometry for f in found if is_outline(f.place.geometry)}
    members: defaultdict[str, list[Found]] = defaultdict(list)
    for each in found:
        for parent in each.place.parents:
            if parent in outlines and each.place.certainty != "uncertain":
                members[parent].append(each)
    for parent, inside in members.items():
        outline = outlines[parent]
        shapely.prepare(outline)
        covered = shapely.intersects_xy(outline, [f.place.lon for f in inside], [f.place.lat for f in inside])
        for each in (f for f, ok in zip(inside, covered, strict=True) if not ok):
            gap = gap_km(outline, each.place.lon, each.place.lat)
            if gap > each.place.uncertainty_km:
                message = f"lies {gap:.1f} km outside of the outline of its container {parent}"
                desk.warn(each.row, "lon, lat", message, label=each.place.id)


def _contained(found: Sequence[Found], countries: Countries, desk: Desk) -> tuple[Place, ...]:
    """Give each place that names no known container its country, and add the countries' curated records."""
    own = _own_countries(each.place for each in found)
    ids = {each.place.id for each in found}
    whole: dict[str, Place] = {}
    for place, row in found:
        if place.type == "country":
            whole[place.id] = _linked(place, countries)
            continue
        code = place.ccodes[0]
        country = own.get(code) or (countries.places[code].id if code in countries.places else None)
        parents = place.parents
        if ids.isdisjoint(parents) and country is not None:
            parents = tuple(dict.fromkeys([*parents, country]))
            if code not in own:
                whole[country] = countries.places[code]
        if parents:
            whole[place.id] = replace(place, parents=parents)
        else:
            message = f"lies in nothing that is known: {code} is no country of the curated gazetteer; give a container"
            desk.refuse(row, "parent", message, label=place.id)
    return tuple(whole[place_id] for place_id in sorted(whole))


def _own_countries(places: Iterable[Place]) -> Mapping[str, str]:
    """Return the ids of countries that are among the places, by code; not of codes that several have."""
    found = [place for place in places if place.type == "country"]
    times = Counter(place.ccodes[0] for place in found)
    return {place.ccodes[0]: place.id for place in found if times[place.ccodes[0]] == 1}


def _linked(country: Place, countries: Countries) -> Place:
    """Say of a country which curated record it is: country codes are the same everywhere."""
    curated = countries.places.get(country.ccodes[0])
    if curated is None or curated.id in country.links or curated.id == country.id:
        return country
    return replace(country, links=(*country.links, curated.id), same_as=(*country.same_as, curated.id))
