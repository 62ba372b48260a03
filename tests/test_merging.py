"""Several sources of places as one: who is the same, who wins, and what is said."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.gazetteer import Gazetteer, GeometryRule, Problem, check
from geomap.gazetteer.linked_places import Contents
from geomap.gazetteer.merging import identity, merge
from geomap.gazetteer.writing import to_collection
from geomap.model import Citation, Name, Place

CITED = (Citation(source="Ours", label="1"),)
THEIRS = (Citation(source="Theirs", label="2"),)
KM = 1 / 111.195  # degrees of latitude


def place(place_id: str, name: str = "Duma", **fields: Any) -> Place:
    lon, lat = fields.pop("lon", 36.4), fields.pop("lat", 33.5)
    toponyms = fields.pop("toponyms", (name,))
    cited = fields.pop("citations", CITED)
    return Place(
        **{
            "id": place_id, "name": name, "type": "town", "lon": lon, "lat": lat, "geometry": shapely.Point(lon, lat),
            "names": tuple(Name(toponym=t, lang="en", citations=cited) for t in toponyms), "citations": cited,
            "ccodes": ("SY",), **fields,
        }
    )  # fmt: skip


def source(*places: Place, **fields: Any) -> Contents:
    return Contents(**{"places": tuple(sorted(places, key=lambda p: p.id)), "rules": {}, "problems": (), **fields})


def merged(*sources: Contents) -> dict[str, Place]:
    return {p.id: p for p in merge(sources).places}


def warnings(*sources: Contents) -> list[str]:
    return [str(problem) for problem in merge(sources).problems]


# --- who is the same --------------------------------------------------------------------------------------------------

PCODE = {"links": ("pcode:C2338",), "same_as": ("pcode:C2338",)}
GN = {"links": ("gn:170592",), "same_as": ("gn:170592",)}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (place("syr:duma", **PCODE), place("cod:c2338")),
        (place("syr:duma", **GN), place("gn:170592")),
        (place("cod:c2338"), place("syr:duma", **PCODE)),
        (place("syr:duma", **GN), place("my:x", **GN)),
        (place("my:x"), place("syr:duma", links=("my:x",), same_as=("my:x",))),
        (place("syr:duma"), place("syr:duma", name="Douma")),
        (place("syr:duma", links=("pcode:c2338",), same_as=("pcode:c2338",)), place("cod:c2338")),
    ],
)
def test_an_id_or_an_exact_link_makes_two_records_one(ours: Place, theirs: Place) -> None:
    result = merge([source(ours), source(theirs)])
    assert [p.id for p in result.places] == [ours.id]
    assert result.aliases == ({} if ours.id == theirs.id else {theirs.id: ours.id})
    assert result.problems == ()


@pytest.mark.parametrize(
    ("theirs", "same"),
    [
        (place("gn:170592", name="Douma"), True),  # sounds alike
        (place("gn:170592", lat=33.5 + 4.9 * KM), True),
        (place("gn:170592", type="village"), True),
        (place("gn:170592", lat=33.5 + 5.1 * KM), False),
        (place("gn:170592", name="Harasta"), False),
        (place("gn:170592", type="district"), False),
        (place("gn:170592", type="neighbourhood"), False),
        (place("gn:170593"), False),
    ],
)
def test_a_close_link_needs_kind_distance_and_name_as_well(theirs: Place, same: bool) -> None:
    ours = place("syr:duma", links=("gn:170592",))
    result = merge([source(ours), source(theirs)])
    assert [p.id for p in result.places] == (["syr:duma"] if same else sorted(["syr:duma", theirs.id]))
    if same:
        assert "gn:170592" not in result.places[0].same_as  # it was close and stays so


@pytest.mark.parametrize(("one", "other"), [("cod:sy07-01", "pcode:SY07.01"), ("gn:5", "GN:5"), ("wd:q1", "wd:Q1")])
def test_identifiers_meet_in_one_form(one: str, other: str) -> None:
    assert identity(one) == identity(other)
    assert identity(one) != identity(f"{other}0")


def test_an_id_that_was_merged_away_leads_to_its_place_in_later_sources_too() -> None:
    sources_ = [
        source(place("syr:duma", **PCODE)),
        source(place("x:d", "Douma", **PCODE)),
        source(place("x:d", "Dūmā")),
    ]
    assert list(merged(*sources_)) == ["syr:duma"]
    assert {n.toponym for n in merged(*sources_)["syr:duma"].names} == {"Duma", "Douma", "Dūmā"}


def test_a_place_takes_one_record_of_a_source_the_nearest() -> None:
    near, far = place("a:near", lat=33.501, **GN), place("a:far", lat=33.52, **GN)
    result = merge([source(place("syr:duma", **GN)), source(near, far)])
    assert [p.id for p in result.places] == ["a:far", "syr:duma"]
    assert any(
        "same place as syr:duma, which another record of its source is; it is kept apart" in p.message
        for p in result.problems
    )


def test_a_record_that_fits_two_places_is_left_apart() -> None:
    ours = source(place("syr:a", **GN), place("syr:b", links=("wd:Q1",), same_as=("wd:Q1",)))
    theirs = source(place("x:c", links=("gn:170592", "wd:Q1"), same_as=("gn:170592", "wd:Q1")))
    result = merge([ours, theirs])
    assert [p.id for p in result.places] == ["syr:a", "syr:b", "x:c"]
    assert any("could be the same place as syr:a or syr:b" in p.message for p in result.problems)


def test_duplicates_inside_one_source_are_reported_and_kept() -> None:
    result = merge([source(place("a:x", **GN), place("a:y", **GN))])
    assert len(result.places) == 2
    assert [(p.place_id, p.severity) for p in result.problems] == [("a:y", "warning")]
    assert "has the identifier gn:170592 of a:x in the same source" in result.problems[0].message


def test_an_exact_link_that_place_and_name_refute_is_not_believed() -> None:
    ours = place("syr:duma", **PCODE)
    elsewhere = place("cod:c2338", name="Qamishli", lon=41.2, lat=37.0)
    assert list(merged(source(ours), source(elsewhere))) == ["cod:c2338", "syr:duma"]
    assert "other names and lies" in " ".join(warnings(source(ours), source(elsewhere)))
    assert list(merged(source(ours), source(replace(elsewhere, name="Douma")))) == ["syr:duma"]
    assert list(merged(source(ours), source(replace(elsewhere, lon=36.4, lat=33.6)))) == ["syr:duma"]


# --- what is taken over -----------------------------------------------------------------------------------------------


def test_the_first_wins_and_takes_over_what_it_lacks() -> None:
    ours = place("syr:duma", **PCODE, parents=("syr:rif",), description="ours")
    theirs = place(
        "cod:c2338", name="Douma", toponyms=("Duma", "Douma (Duma)"), lat=33.501, type="city", population=43_017,
        links=("gn:170592",), same_as=("gn:170592",), parents=("cod:sy0302",), citations=THEIRS, description="theirs",
    )  # fmt: skip
    district = place("cod:sy0302", type="district", parents=("syr:rif",))
    got = merged(source(ours, place("syr:rif", type="governorate")), source(theirs, district))["syr:duma"]
    assert (got.name, got.type, got.lat, got.description) == ("Duma", "town", 33.5, "ours")
    assert got.citations == CITED
    assert got.population == 43_017
    assert got.parents == ("syr:rif", "cod:sy0302")
    assert got.links == ("pcode:C2338", "gn:170592")
    assert set(got.same_as) == {"pcode:C2338", "gn:170592"}
    assert {n.toponym: n.citations for n in got.names} == {
        "Duma": CITED + THEIRS, "Douma (Duma)": THEIRS, "Douma": THEIRS,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"lat": 33.5 + 2.5 * KM}, "cod:c2338, which is the same place, lies 2.5 km away"),
        ({"type": "camp"}, "town here, camp in cod:c2338"),
        ({"lat": 33.5 + 1.9 * KM}, None),
        ({"type": "city"}, None),
    ],
)
def test_disagreements_are_said(changes: dict[str, Any], said: str | None) -> None:
    ours = place("syr:duma", **PCODE, uncertainty_km=2.0)
    found = warnings(source(ours), source(place("cod:c2338", **changes)))
    assert len(found) == (said is not None)
    if said:
        assert said in found[0]
        assert "warning" in found[0]


def test_references_to_a_swallowed_record_lead_to_the_place_that_took_it() -> None:
    governorate = place("syr:rif", type="governorate", links=("pcode:SY03",), same_as=("pcode:SY03",))
    ours = source(governorate, place("syr:harasta", "Harasta", parents=("syr:rif",)))
    theirs = source(place("cod:sy03", type="governorate"), place("cod:c1", "Zamalka", parents=("cod:sy03",)))
    later = source(place("x:a", "Arbin", parents=("cod:sy03",)), place("x:zone", type="zone"))
    later = replace(later, rules={"x:zone": GeometryRule(kind="hull_of", members=("cod:c1", "cod:sy03"))})
    result = merge([ours, theirs, later])
    parents = {p.id: p.parents for p in result.places}
    assert parents["cod:c1"] == parents["x:a"] == ("syr:rif",)
    assert result.rules["x:zone"].members == ("cod:c1", "syr:rif")
    without = merge([ours, later])  # never loaded, but its P-code is known
    assert {p.id: p.parents for p in without.places}["x:a"] == ("syr:rif",)


SQUARE = shapely.box(36, 33, 37, 34)


@pytest.mark.parametrize(
    ("parent", "said"),
    [
        ({"parents": ("syr:other",)}, "lies in syr:rif, and by cod:p of another source in syr:other"),
        ({"parents": ("syr:duma",)}, "but lies in it"),
        ({"geometry": shapely.box(40, 33, 41, 34)}, "outside of cod:p, in which another source puts it"),
        ({"geometry": SQUARE}, None),
        ({}, None),
    ],
)
def test_containers_that_contradict_are_left_out(parent: dict[str, Any], said: str | None) -> None:
    governorates = [place(i, i, type="governorate") for i in ("syr:rif", "syr:other")]
    ours = source(place("syr:duma", **PCODE, parents=("syr:rif",)), *governorates)
    theirs = source(place("cod:c2338", parents=("cod:p",)), place("cod:p", "P", type="district", **parent))
    got = merged(ours, theirs)["syr:duma"].parents
    assert got == (("syr:rif",) if said else ("syr:rif", "cod:p"))
    found = warnings(ours, theirs)
    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def test_an_area_given_as_a_point_gets_the_outline_of_the_other() -> None:
    ours = place("syr:d", type="district", links=("pcode:SY1",), same_as=("pcode:SY1",), uncertainty_km=30.0)
    theirs = place("cod:sy1", type="district", geometry=SQUARE, citations=THEIRS)
    got = merged(source(ours), source(theirs))["syr:d"]
    assert got.geometry.equals(SQUARE)
    assert (got.lon, got.lat, got.citations) == (36.4, 33.5, CITED + THEIRS)
    far = replace(theirs, geometry=shapely.box(40, 33, 41, 34))
    assert merged(source(ours), source(far))["syr:d"].geometry.geom_type == "Point"
    town = merged(source(place("syr:t", **PCODE)), source(place("cod:c2338", geometry=SQUARE)))["syr:t"]
    assert town.geometry.geom_type == "Point"


# --- laws -------------------------------------------------------------------------------------------------------------

_IDS = [f"{prefix}:{i}" for prefix in ("a", "cod", "gn") for i in "1234"]
_LINKS = st.lists(st.sampled_from(["pcode:1", "pcode:2", "gn:1", "gn:2", "wd:Q1", "a:1"]), max_size=3, unique=True)


@st.composite
def places(draw: st.DrawFn) -> Place:
    links = tuple(draw(_LINKS))
    return place(
        draw(st.sampled_from(_IDS)),
        draw(st.sampled_from(["Duma", "Douma", "Homs", "Harasta"])),
        toponyms=tuple(draw(st.lists(st.sampled_from(["Duma", "Dūmā", "Homs", "Zamalka"]), unique=True, max_size=3))),
        lon=draw(st.sampled_from([36.4, 36.41, 36.8, 41.0])),
        type=draw(st.sampled_from(["town", "city", "district", "governorate"])),
        links=links,
        same_as=tuple(link for link in links if draw(st.booleans())),
        parents=tuple(draw(st.lists(st.sampled_from(_IDS), max_size=2, unique=True))),
        population=draw(st.sampled_from([None, 5, 7])),
        citations=draw(st.sampled_from([CITED, THEIRS])),
    )


sources = st.lists(places(), max_size=5, unique_by=lambda p: p.id).map(lambda found: source(*found))
several = st.lists(sources, min_size=1, max_size=4)


@given(several)
@settings(max_examples=100)
def test_merging_what_is_merged_changes_nothing(contents: list[Contents]) -> None:
    once = merge(contents)
    again = merge([once])
    assert again.places == once.places
    assert again.aliases == once.aliases
    assert merge([once, once]).places == once.places


@given(several)
@settings(max_examples=100)
def test_the_first_wins_and_no_place_is_invented(contents: list[Contents]) -> None:
    result = {p.id: p for p in merge(contents).places}
    for given_place in contents[0].places:
        got = result[given_place.id]
        for field in ("name", "type", "lon", "lat", "certainty", "uncertainty_km", "approximate", "valid"):
            assert getattr(got, field) == getattr(given_place, field)
        assert set(given_place.names) <= {replace(n, citations=given_place.citations) for n in got.names}
    given_ids = {p.id for source_ in contents for p in source_.places}
    assert set(result) <= given_ids


@given(several)
@settings(max_examples=100)
def test_no_name_link_or_record_is_lost(contents: list[Contents]) -> None:
    result = merge(contents)
    by_id = {p.id: p for p in result.places}
    for given_place in (p for source_ in contents for p in source_.places):
        got = by_id[given_place.id if given_place.id in by_id else result.aliases[given_place.id]]
        known = {name.toponym for name in got.names} | {got.name}
        assert {name.toponym for name in given_place.names} | {given_place.name} <= known
        assert {identity(link) for link in given_place.links} <= {identity(i) for i in (*got.links, got.id)}
        assert set(got.same_as) <= set(got.links)


@given(several)
@settings(max_examples=100)
def test_references_lead_to_places_wherever_they_can(contents: list[Contents]) -> None:
    result = merge(contents)
    ids = {p.id for p in result.places}
    for got in result.places:
        assert got.id not in got.parents
        assert len(set(got.parents)) == len(got.parents)
        assert ids.isdisjoint(result.aliases)
        assert set(got.parents).isdisjoint(result.aliases)


# --- through files ----------------------------------------------------------------------------------------------------


def test_gazetteers_are_merged_when_they_are_loaded_together(tmp_path) -> None:
    country = place("syr:syria", "Syria", type="country")
    ours, theirs = tmp_path / "ours.geojson", tmp_path / "theirs.geojson"
    ours.write_text(to_collection([country, place("syr:duma", **PCODE, parents=("syr:syria",))], title="ours"))
    theirs.write_text(to_collection([place("cod:c2338", "Douma", type="camp", parents=("syr:syria",))], title="theirs"))
    gazetteer = Gazetteer.load(ours, theirs)
    assert list(gazetteer.places) == ["syr:duma", "syr:syria"]
    assert [match.place.id for match in gazetteer.search("Douma")] == ["syr:duma"]
    assert [p.severity for p in check(gazetteer)] == ["warning"]
    assert isinstance(check(gazetteer)[0], Problem)
    assert list(Gazetteer.load(theirs, ours).places) == ["cod:c2338", "syr:syria"]


def test_a_rule_may_use_places_of_a_source_that_comes_later(tmp_path) -> None:
    cited = [{"@id": "src:s", "label": "1"}]
    rule = {"hull_of": ["x:a"], "buffer_km": 2, "citations": cited}
    zone = {
        "@id": "x:zone",
        "type": "Feature",
        "properties": {
            "title": "Z", "ccodes": ["SY"], "fclasses": ["L"], "feature_type": "zone", "geometry_rule": rule
        },
        "names": [{"toponym": "Z", "lang": "en", "citations": cited}],
        "relations": [{"relationType": "gvp:broaderPartitive", "relationTo": "x:c"}],
        "geometry": None,
    }  # fmt: skip
    collection = {"type": "FeatureCollection", "sources": {"src:s": {"label": "S"}}, "features": [zone]}
    first, second = tmp_path / "zone.geojson", tmp_path / "places.geojson"
    first.write_text(json.dumps(collection))
    second.write_text(to_collection([place("x:a", parents=("x:c",)), place("x:c", type="country")], title="places"))
    gazetteer = Gazetteer.load(first, second)
    assert gazetteer.get("x:zone").approximate
    assert gazetteer.get("x:zone").geometry.covers(shapely.Point(36.4, 33.5))
    assert list(gazetteer.rules) == ["x:zone"]
