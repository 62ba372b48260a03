"""The curated records of Syria against themselves and, where it is at hand, against the reference they cite."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING

import pytest

from geomap.gazetteer import Gazetteer
from geomap.gazetteer.metric import distance_km

if TYPE_CHECKING:
    from geomap.model import Place

SETTLEMENTS = frozenset({"city", "town", "village"})
ROUNDED_KM = 0.1
"""How far a coordinate that is given to four decimals may lie from its source: 0.01 km, and room for older ones."""


@pytest.fixture(scope="module")
def curated() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def syrian(curated) -> list[Place]:
    return [place for place in curated if place.id.startswith("syr:")]


@pytest.fixture(scope="module")
def gazdata(corpus):
    """The folder of reference data beside the annotated bulletins."""
    folder = corpus.parent / "gazdata"
    if not folder.is_dir():
        pytest.skip("there is no folder gazdata beside the corpus")
    return folder


@pytest.fixture(scope="module")
def communities(gazdata) -> dict[str, dict[str, str]]:
    with (gazdata / "syr_communities_adm4.csv").open(encoding="utf-8", newline="") as file:
        return {row["pcode"]: row for row in csv.DictReader(file)}


def pcode(place: Place) -> str | None:
    return next((link.removeprefix("pcode:") for link in place.links if link.startswith("pcode:")), None)


def chain(place: Place, gazetteer: Gazetteer) -> dict[str, str | None]:
    """The P-codes of the first containers, by their type."""
    found = {}
    while place.parents:
        place = gazetteer.get(place.parents[0])
        found[place.type] = pcode(place)
    return found


def test_a_settlement_with_a_pcode_lies_in_a_subdistrict_of_its_district_and_governorate(curated, syrian):
    settlements = [place for place in syrian if place.type in SETTLEMENTS and pcode(place)]
    assert len(settlements) > 700
    for place in settlements:
        around = chain(place, curated)
        assert list(around) == ["subdistrict", "district", "governorate", "country"], place.id
        assert around["subdistrict"].startswith(around["district"]), place.id
        assert around["district"].startswith(around["governorate"]), place.id


def test_a_subdistrict_is_here_for_a_place_that_lies_in_it(curated, syrian):
    subdistricts = [place for place in syrian if place.type == "subdistrict"]
    assert subdistricts
    assert [place.id for place in subdistricts if not curated.children(place.id)] == []


def test_a_subdistrict_is_named_in_full_so_that_the_bare_name_stays_the_towns(curated):
    assert [match.place.id for match in curated.search("Kafr Batna", limit=1)] == ["syr:kafr-batna"]
    for name in ("Kafr Batna Subdistrict", "Kafr Batna sub-district", "ناحية كفر بطنا"):
        assert curated.search(name, limit=1)[0].place.id == "syr:kafr-batna-subdistrict"


def test_a_member_of_a_zone_that_its_sources_name_lies_in_it(curated):
    for zone in ("syr:idlib-zone", "syr:homs-zone", "syr:eastern-ghouta-zone"):
        members = curated.rules[zone].members
        assert [m for m in members if not curated.is_within(m, zone)] == [], zone


def test_two_sources_that_disagree_by_more_than_the_uncertainty_make_it_less_certain(syrian):
    apart = re.compile(r"([\d.]+) km away")
    seen = 0
    for place in syrian:
        for found in (apart.search(citation.label) for citation in place.citations):
            if found:
                seen += 1
                assert float(found[1]) <= place.uncertainty_km + 0.05, place.id
                if float(found[1]) > 2.0:
                    assert place.certainty != "certain", place.id
                    assert place.description, place.id
    assert seen > 250


@pytest.mark.corpus
def test_points_and_subdistricts_are_those_of_the_source_they_cite(curated, syrian, communities):
    checked = 0
    for place in syrian:
        row = communities.get(pcode(place) or "")
        if row is None or place.type not in SETTLEMENTS:
            continue
        if "OCHA" in place.citations[0].source:
            assert distance_km(place.lon, place.lat, float(row["lon"]), float(row["lat"])) < ROUNDED_KM, place.id
        assert chain(place, curated)["subdistrict"] == row["adm3_pcode"], place.id
        checked += 1
    assert checked > 700


@pytest.mark.corpus
def test_subdistricts_have_the_names_of_their_source(syrian, gazdata):
    features = json.loads((gazdata / "syr_adm3.geojson").read_text(encoding="utf-8"))["features"]
    source = {f["properties"]["pcode"]: f["properties"] for f in features}
    for place in (p for p in syrian if p.type == "subdistrict"):
        row = source[pcode(place)]
        assert place.name == f"{row['name_en']} Subdistrict"
        assert f"ناحية {row['name_ar'].strip()}" in [name.toponym for name in place.names]


@pytest.mark.parametrize(
    ("country", "divisions"),
    [
        *(("syr", 14), ("tur", 81), ("nga", 37), ("afg", 34), ("ukr", 27), ("lby", 22), ("yem", 22)),
        *(("irq", 19), ("som", 18), ("sdn", 18), ("jor", 12), ("ssd", 10), ("lbn", 9), ("eth", 14), ("tcd", 22)),
    ],
)
def test_all_first_level_divisions_are_there(curated, country, divisions):
    """Ethiopia: 12 regions, Dire Dawa, and the region that was split; Addis Ababa is the capital's record."""
    found = [place.id for place in curated if place.type == "governorate" and place.id.startswith(f"{country}:")]
    assert len(found) == divisions, found


def test_a_settlement_lies_near_the_point_of_its_first_level_division(curated):
    """Long or bent divisions reach to 2.8 radii of a circle of their area; the next division but one lies beyond 3."""
    seen = 0
    for place in curated:
        for parent in map(curated.get, place.parents if place.type in SETTLEMENTS else ()):
            if parent.type == "governorate" and parent.geometry.geom_type == "Point":
                far = distance_km(place.lon, place.lat, parent.lon, parent.lat)
                assert far < 3 * parent.uncertainty_km, f"{place.id} is {far:.0f} km from {parent.id}"
                seen += 1
    assert seen > 300
