"""The room of the gazetteer, on a small real gazetteer and on the curated one."""

from __future__ import annotations

import copy
import json
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from geopy.distance import great_circle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geomap.errors import GazetteerError, QueryError, UnknownPlaceError
from geomap.gazetteer import FEATURE_TYPES, Gazetteer, check, describe, from_feature, to_feature
from geomap.gazetteer.form import feature_flaws, source_flaws
from geomap.gazetteer.metric import area_km2, distance_km, gap_km, widen
from geomap.gazetteer.records import Records, record_columns
from geomap.model import Citation, Name, Place
from geomap.toponym import fold

SMALL = Path(__file__).parent / "gazetteer_small"
EASTERN_GHOUTA = "syr:eastern-ghouta"
GHOUTA_ZONE = "syr:eastern-ghouta-zone"
CORRIDOR = "syr:tal-sultan-abu-al-duhur-corridor"


@pytest.fixture(scope="module")
def small() -> Gazetteer:
    return Gazetteer.load(SMALL)


@pytest.fixture(scope="module")
def curated() -> Gazetteer:
    return Gazetteer.load()


# --- reading ----------------------------------------------------------------------------------------------------------


def record(**changes: Any) -> dict[str, Any]:
    """A sound record; a keyword "properties__title" changes a field inside, the value ... takes it away."""
    feature: dict[str, Any] = {
        "@id": "syr:a",
        "type": "Feature",
        "properties": {"title": "A", "ccodes": ["SY"], "fclasses": ["P"], "feature_type": "village"},
        "names": [{"toponym": "A", "lang": "en", "citations": [{"@id": "src:x", "label": "1"}]}],
        "relations": [{"relationType": "gvp:broaderPartitive", "relationTo": "syr:syria"}],
        "geometry": {
            "type": "Point",
            "coordinates": [36.0, 35.0],
            "certainty": "certain",
            "citations": [{"@id": "src:x", "label": "1"}],
        },
    }
    for path, value in changes.items():
        *outer, last = path.split("__")
        target = feature
        for key in outer:
            target = target[key]
        if last == "id":
            last = "@id"
        if value is ...:
            del target[last]
        else:
            target[last] = value
    return feature


def made(place_id: str, rule: dict[str, Any], **changes: Any) -> dict[str, Any]:
    rule = {"citations": [{"@id": "src:x", "label": "members"}], **rule}
    return record(id=place_id, geometry=None, properties__geometry_rule=rule, **changes)


def write(path: Path, *features: Any, **top: Any) -> Path:
    collection = {"type": "FeatureCollection", "sources": {"src:x": {"label": "X"}}, "features": list(features), **top}
    path.write_text(json.dumps(collection, indent=1, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_record_becomes_a_place_with_all_its_fields(small: Gazetteer) -> None:
    duma = small.get("syr:duma")
    assert (duma.name, duma.type, duma.lon, duma.lat) == ("Duma", "city", 36.4047, 33.5707)
    assert duma.geometry.equals(shapely.Point(36.4047, 33.5707))
    assert (duma.uncertainty_km, duma.certainty, duma.approximate) == (2.0, "certain", False)
    assert duma.parents == ("syr:rif-dimashq", EASTERN_GHOUTA)
    assert duma.ccodes == ("SY",)
    assert duma.links == ("pcode:C2338", "gn:170592")
    assert duma.citations[0].label == "C2338"
    assert duma.citations[0].url == "https://data.humdata.org/dataset/cod-ab-syr"
    assert "OCHA" in duma.citations[0].source
    assert {name.lang for name in duma.names} == {"en", "ar", "ru"}
    assert all(name.citations for name in duma.names)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": ...}, "@id"),
        ({"id": "Duma"}, "@id"),
        ({"type": "Place"}, "type"),
        ({"properties": None}, "properties"),
        ({"properties__title": ...}, "properties.title"),
        ({"properties__title": " "}, "properties.title"),
        ({"properties__feature_type": "hamlet"}, "properties.feature_type"),
        ({"properties__feature_type": ["village"]}, "properties.feature_type"),
        ({"properties__ccodes": "SY"}, "properties.ccodes"),
        ({"properties__fclasses": ["X"]}, "properties.fclasses"),
        ({"properties__population": -1}, "properties.population"),
        ({"properties__population": True}, "properties.population"),
        ({"properties__uncertainty_km": 0}, "properties.uncertainty_km"),
        ({"properties__label_point": [36.0]}, "properties.label_point"),
        ({"names": ...}, "names"),
        ({"names": []}, "names"),
        ({"names": [{"toponym": "", "lang": "en", "citations": [{"@id": "src:x", "label": "1"}]}]}, "names[0].toponym"),
        ({"names": [{"toponym": "A", "citations": [{"@id": "src:x", "label": "1"}]}]}, "names[0].lang"),
        ({"names": [{"toponym": "A", "lang": "en"}]}, "names[0].citations"),
        ({"names": [{"toponym": "A", "lang": "en", "citations": [{"@id": "src:y", "label": "1"}]}]}, "src:y"),
        ({"relations": ...}, "relations"),
        ({"relations": [{"relationType": "gvp:broaderPartitive"}]}, "relations[0]"),
        ({"when": {"timespans": [{"start": {"in": "May 2017"}}]}}, "when.start"),
        ({"when": {"timespans": [{"start": {"in": "2018-01-02"}, "end": {"in": "2018-01-02"}}]}}, "when"),
        ({"links": [{"type": "sameAs", "identifier": "pcode:C1"}]}, "links[0]"),
        ({"descriptions": ["text"]}, "descriptions[0]"),
        ({"geometry": ...}, "geometry"),
        ({"geometry__type": "Circle"}, "geometry.type"),
        ({"geometry__certainty": "sure"}, "geometry.certainty"),
        ({"geometry__citations": []}, "geometry.citations"),
        ({"geometry__coordinates": [36.0]}, "geometry.coordinates"),
        ({"geometry__coordinates": ["36", "35"]}, "geometry.coordinates"),
        ({"geometry__coordinates": [181, 0]}, "geometry.coordinates"),
        ({"geometry__coordinates": [35.0, 136.0]}, "did you mean [136, 35]?"),
        ({"geometry__type": "LineString", "geometry__coordinates": [[1, 1]]}, "geometry.coordinates"),
        ({"geometry__type": "Polygon", "geometry__coordinates": [[[1, 1], [2, 1], [2, 2]]]}, "geometry.coordinates"),
        ({"properties__geometry_rule": {"hull_of": ["syr:b"]}}, "geometry"),
        ({"geometry": None, "properties__geometry_rule": {"ring_of": []}}, "properties.geometry_rule"),
        ({"geometry": None, "properties__geometry_rule": {"hull_of": []}}, "properties.geometry_rule.hull_of"),
        ({"geometry": None, "properties__geometry_rule": {"hull_of": ["syr:b"]}}, "geometry_rule.citations"),
        ({"geometry": None, "properties__geometry_rule": {"hull_of": ["b"], "buffer_km": -1}}, "buffer_km"),
    ],
)
def test_a_broken_record_is_refused_with_its_place_in_the_file(
    tmp_path: Path, changes: dict[str, Any], field: str
) -> None:
    path = write(tmp_path / "bad.geojson", record(**changes))
    with pytest.raises(GazetteerError) as caught:
        Gazetteer.load(path)
    assert caught.value.path == str(path)
    assert field in str(caught.value)
    if changes.get("id", "syr:a") == "syr:a":
        assert "syr:a" in str(caught.value)
        assert caught.value.line == path.read_text(encoding="utf-8").splitlines().index('   "@id": "syr:a",') + 1


def test_a_sound_record_is_taken(tmp_path: Path) -> None:
    assert "syr:a" in Gazetteer.load(write(tmp_path / "good.geojson", record()))


def test_unparsable_json_is_told_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.geojson"
    path.write_text('{"type": "FeatureCollection",\n "features": [}\n', encoding="utf-8")
    with pytest.raises(GazetteerError, match="is not JSON") as caught:
        Gazetteer.load(path)
    assert (caught.value.path, caught.value.line) == (str(path), 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe{}", "UTF-8"),
        (b"[]", "FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {}}', "FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": []}', "sources"),
        (b'{"type": "FeatureCollection", "sources": {}, "features": []}', "holds no place"),
        (b'{"type": "FeatureCollection", "sources": {}, "features": [1]}', "must be an object"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_gazetteer_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.geojson"
    path.write_bytes(content)
    with pytest.raises(GazetteerError, match=message):
        Gazetteer.load(path)


def test_an_id_is_unique_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "1.geojson", record())
    second = write(tmp_path / "2.geojson", record())
    with pytest.raises(GazetteerError, match=r"is taken by a record of .*1\.geojson") as caught:
        Gazetteer.load(tmp_path)
    assert caught.value.path == str(second)


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "1.geojson", record())
    assert len(Gazetteer.load(path, tmp_path)) == 1


def test_a_missing_path_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GazetteerError, match="does not exist"):
        Gazetteer.load(tmp_path / "nowhere")
    with pytest.raises(GazetteerError, match=r"holds no \.geojson file"):
        Gazetteer.load(tmp_path)


def test_two_places_of_one_id_are_refused(small: Gazetteer) -> None:
    with pytest.raises(GazetteerError, match="given twice"):
        Gazetteer.from_places([small.get("syr:duma"), small.get("syr:duma")])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
fields = [
    ("@id",),
    ("properties",),
    *(("properties", key) for key in ("title", "ccodes", "fclasses", "feature_type", "label_point", "geometry_rule")),
    *((key,) for key in ("names", "relations", "when", "links", "descriptions", "geometry")),
    *(("geometry", key) for key in ("type", "coordinates", "certainty", "citations")),
    ("when", "timespans"),
]


@given(st.sampled_from(fields), json_values)
def test_the_form_survives_any_json(field: tuple[str, ...], value: Any) -> None:
    feature = record(when={})
    target = feature
    for key in field[:-1]:
        target = target[key]
    target[field[-1]] = value
    for where, message in feature_flaws(feature, {"src:x": {"label": "X"}}):
        assert isinstance(where, str)
        assert message
    list(source_flaws(value))


# --- geometry ---------------------------------------------------------------------------------------------------------


def test_a_hull_is_as_wide_as_its_rule_says(small: Gazetteer) -> None:
    zone = small.get(GHOUTA_ZONE)
    assert zone.approximate
    assert zone.certainty == "less-certain"
    for member in ("syr:duma", "syr:harasta", "syr:zamalka"):
        place = small.get(member)
        assert gap_km(zone.geometry, place.lon, place.lat) == 0
        edge_km = gap_km(zone.geometry.exterior, place.lon, place.lat)
        assert edge_km == pytest.approx(1.0, rel=0.02)


def test_a_corridor_runs_straight_and_is_named_at_its_middle(small: Gazetteer) -> None:
    corridor = small.get(CORRIDOR)
    ends = [small.get("syr:tal-sultan"), small.get("syr:abu-al-duhur")]
    assert list(corridor.geometry.coords) == [(end.lon, end.lat) for end in ends]
    first, second = (distance_km(corridor.lon, corridor.lat, end.lon, end.lat) for end in ends)
    assert first == pytest.approx(second, rel=0.001)
    assert first + second == pytest.approx(8.54, abs=0.05)  # the distance that the facts of the bulletin state


def test_rules_may_build_on_rules(tmp_path: Path) -> None:
    path = write(
        tmp_path / "g.geojson",
        record(),
        record(id="syr:b", geometry__coordinates=[36.2, 35.0]),
        made("syr:c", {"line_through": ["syr:a", "syr:b"]}),
        made("syr:d", {"hull_of": ["syr:c"], "buffer_km": 2}),
        made("syr:e", {"union_of": ["syr:d", "syr:a"]}),
    )
    gazetteer = Gazetteer.load(path)
    length = distance_km(36.0, 35.0, 36.2, 35.0)
    assert area_km2(gazetteer.get("syr:d").geometry) == pytest.approx(2 * 2 * length + 3.1416 * 4, rel=0.01)
    assert gazetteer.get("syr:e").geometry.equals(gazetteer.get("syr:d").geometry)
    assert gazetteer.rules["syr:d"].members == ("syr:c",)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"syr:b": {"hull_of": ["syr:b"]}}, "syr:b -> syr:b"),
        ({"syr:b": {"hull_of": ["syr:c"]}, "syr:c": {"union_of": ["syr:b"]}}, "syr:b -> syr:c -> syr:b"),
        ({"syr:b": {"hull_of": ["syr:a", "syr:z"]}}, "members without a geometry: syr:z"),
        ({"syr:b": {"line_through": ["syr:a"]}}, "at least 2 members"),
        ({"syr:b": {"hull_of": ["syr:a", "syr:a"]}}, "a member twice"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(tmp_path: Path, rules: dict[str, Any], message: str) -> None:
    path = write(tmp_path / "g.geojson", record(), *(made(place_id, rule) for place_id, rule in rules.items()))
    with pytest.raises(GazetteerError, match=message) as caught:
        Gazetteer.load(path)
    assert "syr:b" in str(caught.value)


@given(st.floats(-179, 179), st.floats(-85, 85), st.floats(0.1, 200))
def test_a_widened_point_is_a_circle_of_that_radius(lon: float, lat: float, radius_km: float) -> None:
    circle = widen(shapely.Point(lon, lat), radius_km)
    for x, y in shapely.get_coordinates(circle):
        assert distance_km(lon, lat, x, y) == pytest.approx(radius_km, abs=0.002)


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90))
def test_distances_are_those_of_geopy(lon: float, lat: float, other_lon: float, other_lat: float) -> None:
    geopys = great_circle((lat, lon), (other_lat, other_lon)).km
    assert distance_km(lon, lat, other_lon, other_lat) == pytest.approx(geopys, rel=1e-12, abs=1e-9)


def test_areas_and_distances_are_those_of_the_globe() -> None:
    assert area_km2(shapely.box(-180, -90, 180, 90)) == pytest.approx(510_065_600, rel=0.001)
    assert distance_km(0, 0, 0, 1) == pytest.approx(111.195, abs=0.01)
    assert distance_km(179.9, 0, -179.9, 0) == pytest.approx(22.24, abs=0.01)
    assert gap_km(shapely.box(0, 0, 1, 1), 0.5, 2) == pytest.approx(111.2, abs=0.1)


@pytest.mark.parametrize(
    ("changes", "radius_km"),
    [
        ({}, FEATURE_TYPES["village"].uncertainty_km),
        ({"properties__feature_type": "crossing"}, FEATURE_TYPES["crossing"].uncertainty_km),
        ({"properties__uncertainty_km": 7}, 7.0),
        (
            {"geometry__type": "Polygon", "geometry__coordinates": [[[0, 0], [0.1, 0], [0.1, 0.1], [0, 0.1], [0, 0]]]},
            6.3,  # a square of 11.12 km has the area of a circle of 6.27 km
        ),
    ],
)
def test_uncertainty_is_given_or_follows_from_area_or_type(
    tmp_path: Path, changes: dict[str, Any], radius_km: float
) -> None:
    place = Gazetteer.load(write(tmp_path / "g.geojson", record(**changes))).get("syr:a")
    assert place.uncertainty_km == radius_km


def test_a_label_point_names_an_outline(tmp_path: Path) -> None:
    square = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]
    outline = {"geometry__type": "Polygon", "geometry__coordinates": square}
    path = write(tmp_path / "g.geojson", record(**outline, properties__label_point=[0.25, 0.75]))
    place = Gazetteer.load(path).get("syr:a")
    assert (place.lon, place.lat) == (0.25, 0.75)
    unlabelled = Gazetteer.load(write(tmp_path / "g.geojson", record(**outline))).get("syr:a")
    assert unlabelled.geometry.contains(shapely.Point(unlabelled.lon, unlabelled.lat))


# --- looking up -------------------------------------------------------------------------------------------------------


def test_a_gazetteer_is_a_read_only_collection_in_order_of_id(small: Gazetteer) -> None:
    assert len(small) == 14
    assert [place.id for place in small] == sorted(small.places) == list(small.places)
    assert "syr:duma" in small
    assert "syr:nowhere" not in small
    with pytest.raises(TypeError):
        small.places["syr:x"] = small.get("syr:duma")  # type: ignore[index]


def test_an_unknown_id_is_answered_with_its_neighbours(small: Gazetteer) -> None:
    with pytest.raises(UnknownPlaceError, match="did you mean syr:duma"):
        small.get("syr:douma")
    with pytest.raises(UnknownPlaceError, match="looks like"):
        small.get("???")


def test_ancestors_come_nearest_first(small: Gazetteer) -> None:
    assert [p.id for p in small.ancestors("syr:duma")] == ["syr:rif-dimashq", EASTERN_GHOUTA, "syr:syria"]
    assert small.ancestors("syr:syria") == ()


@pytest.mark.parametrize(
    ("place", "container", "within"),
    [
        ("syr:duma", "syr:duma", True),
        ("syr:duma", EASTERN_GHOUTA, True),
        ("syr:duma", "syr:syria", True),
        ("syr:syria", "syr:duma", False),
        ("syr:duma", "syr:homs", False),
    ],
)
def test_is_within_follows_the_containers(small: Gazetteer, place: str, container: str, within: bool) -> None:
    assert small.is_within(place, container) is within


def test_is_within_refuses_unknown_ids(small: Gazetteer) -> None:
    with pytest.raises(UnknownPlaceError):
        small.is_within("syr:duma", "syr:nowhere")
    with pytest.raises(UnknownPlaceError):
        small.is_within("syr:nowhere", "syr:duma")


def test_a_circle_of_containers_ends(tmp_path: Path) -> None:
    gazetteer = Gazetteer.from_places([point("syr:a", parents=("syr:b",)), point("syr:b", parents=("syr:a",))])
    assert [p.id for p in gazetteer.ancestors("syr:a")] == ["syr:b"]
    assert [str(p) for p in check(gazetteer) if "contains itself" in p.message] == [
        "error: syr:a relations: contains itself: syr:a -> syr:b -> syr:a; drop one of the relations"
    ]


def test_children_are_those_that_name_it(small: Gazetteer) -> None:
    assert [p.id for p in small.children(EASTERN_GHOUTA)] == ["syr:duma", "syr:harasta", "syr:zamalka"]
    assert small.children("syr:zamalka") == ()


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (None, True),
        (date(2017, 5, 3), False),
        (date(2017, 5, 4), True),
        (date(2018, 4, 13), True),
        (date(2018, 4, 14), False),
    ],
)
def test_zones_hold_from_their_first_day_until_before_their_end(
    small: Gazetteer, day: date | None, found: bool
) -> None:
    duma = small.get("syr:duma")
    assert [zone.id for zone in small.zones_at(duma.lon, duma.lat, day)] == [EASTERN_GHOUTA, *[GHOUTA_ZONE] * found]


def test_zones_cover_only_what_lies_in_them(small: Gazetteer) -> None:
    nasriyeh = small.get("syr:nasriyeh-jirud")
    assert small.zones_at(nasriyeh.lon, nasriyeh.lat, None) == ()


# --- search -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "place_id", "tier"),
    [
        ("Duma", "syr:duma", "exact"),
        ("  DUMA ", "syr:duma", "exact"),
        ("دوما", "syr:duma", "exact"),
        ("Al Nasriyah", "syr:nasriyeh-jirud", "folded"),
        ("Тель-Султан", "syr:tal-sultan", "skeleton"),
        ("تل سلطان", "syr:tal-sultan", "skeleton"),
        ("Abu ad-Dhuhur", "syr:abu-al-duhur", "skeleton"),
        ("Harastk", "syr:harasta", "near"),
        ("Idlib Governorate", "syr:idlib-governorate", "exact"),
    ],
)
def test_search_goes_from_strict_to_loose(small: Gazetteer, name: str, place_id: str, tier: str) -> None:
    best = small.search(name)[0]
    assert (best.place.id, best.tier) == (place_id, tier)


@pytest.mark.parametrize("name", ["", "  ", "?!", "Xyzzy", "Dumaqb", "a" * 10_000])
def test_search_invents_nothing(small: Gazetteer, name: str) -> None:
    assert small.search(name) == ()


def test_namesakes_are_all_given_the_most_populous_first(small: Gazetteer) -> None:
    assert [m.place.id for m in small.search("Homs")][:2] == ["syr:homs-governorate", "syr:homs"]
    assert [m.place.id for m in small.search("Homs", types={"city"})] == ["syr:homs"]
    assert [m.place.id for m in small.search("Homs", limit=1)] == ["syr:homs-governorate"]


def test_search_gives_each_place_once_in_falling_order(curated: Gazetteer) -> None:
    for name in ("Damascus", "Nasriyeh", "Tal Sultan", "Idlib", "Homs"):
        matches = curated.search(name, limit=None)
        ids = [m.place.id for m in matches]
        assert len(ids) == len(set(ids))
        assert [m.score for m in matches] == sorted((m.score for m in matches), reverse=True)
        assert matches == curated.search(name, limit=None)


def test_a_limit_below_one_is_refused(small: Gazetteer) -> None:
    with pytest.raises(QueryError, match="limit"):
        small.search("Duma", limit=0)


def test_keys_lead_from_folded_names_to_ids(small: Gazetteer) -> None:
    assert small.keys[fold("Homs")] == ("syr:homs", "syr:homs-governorate")
    assert {i for ids in small.keys.values() for i in ids} == set(small.places)
    assert "" not in small.keys


# --- writing and reading back -----------------------------------------------------------------------------------------


def point(place_id: str, **fields: Any) -> Place:
    geometry = shapely.Point(36, 35)
    return Place(
        **{"id": place_id, "name": "A", "type": "village", "lon": 36.0, "lat": 35.0, "geometry": geometry, **fields}
    )


texts = st.text(min_size=1, max_size=8)
degrees = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
citations = st.lists(
    st.builds(Citation, source=texts, label=texts, url=st.none() | texts, licence=st.none() | texts), max_size=3
).map(tuple)
geometries = st.one_of(
    degrees.map(shapely.Point),
    st.lists(degrees, min_size=2, max_size=4).map(shapely.LineString),
    st.tuples(st.floats(-90, 90), st.floats(-80, 80)).map(lambda p: shapely.Point(p).buffer(1)),
    st.lists(st.tuples(st.floats(-90, 90), st.floats(-80, 80)), min_size=2, max_size=3).map(
        lambda ps: shapely.MultiPolygon([shapely.box(x, y, x + 0.1, y + 0.1) for x, y in ps])
    ),
)
places = st.builds(
    Place,
    id=texts,
    name=texts,
    type=st.sampled_from(sorted(FEATURE_TYPES)),
    lon=st.floats(-180, 180),
    lat=st.floats(-90, 90),
    geometry=geometries,
    approximate=st.booleans(),
    uncertainty_km=st.floats(0.01, 1000),
    certainty=st.sampled_from(("certain", "less-certain", "uncertain")),
    names=st.lists(st.builds(Name, toponym=texts, lang=texts, citations=citations), max_size=3).map(tuple),
    parents=st.lists(texts, max_size=3).map(tuple),
    ccodes=st.lists(texts, max_size=2).map(tuple),
    population=st.none() | st.integers(0, 10**9),
    valid=st.tuples(st.none() | st.dates(), st.none() | st.dates()),
    links=st.lists(texts, max_size=2).map(tuple),
    citations=citations,
    description=st.none() | texts,
)


@given(places)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_place_survives_writing_and_reading(place: Place) -> None:
    again = from_feature(json.loads(json.dumps(to_feature(place))))
    assert again == place
    assert shapely.equals_identical(again.geometry, place.geometry)


@given(st.lists(places, max_size=3))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_places_survive_being_kept_in_columns(kept: list[Place]) -> None:
    records = Records(record_columns(kept))
    for row, place in enumerate(kept):
        assert records[row] == place
        assert shapely.equals_identical(records[row].geometry, place.geometry)


def test_every_curated_place_survives_writing_and_reading(curated: Gazetteer) -> None:
    for place in curated:
        again = from_feature(json.loads(json.dumps(to_feature(place))))
        assert again == place
        assert shapely.equals_identical(again.geometry, place.geometry)


def test_a_written_place_is_a_record_of_the_format(small: Gazetteer) -> None:
    for place in small:
        feature = to_feature(place)
        assert list(feature_flaws(feature, feature["sources"])) == []


@pytest.mark.parametrize("spoil", ["@id", "properties", "geometry", "sources", "names"])
def test_what_was_not_written_is_not_read(small: Gazetteer, spoil: str) -> None:
    feature = copy.deepcopy(to_feature(small.get("syr:duma")))
    del feature[spoil]
    with pytest.raises(GazetteerError, match="no feature that geomap wrote"):
        from_feature(feature)


# --- checks and records in words --------------------------------------------------------------------------------------


def test_a_sound_gazetteer_has_no_problems(small: Gazetteer) -> None:
    assert check(small) == ()


def test_a_lenient_reading_collects_everything(tmp_path: Path) -> None:
    (tmp_path / "0.geojson").write_text("{", encoding="utf-8")
    write(
        tmp_path / "1.geojson",
        record(id="syr:syria", properties__feature_type="country", relations=[]),
        record(id="syr:b", names=[], properties__population="many"),
        record(id="syr:a", relations=[{"relationType": "gvp:broaderPartitive", "relationTo": "syr:b"}]),
        made("syr:c", {"hull_of": ["syr:z"]}),
    )
    gazetteer = Gazetteer.load(tmp_path, lenient=True)
    assert list(gazetteer.places) == ["syr:a", "syr:syria"]
    found = {(p.place_id, p.field, p.severity) for p in check(gazetteer)}
    assert found == {
        ("", "", "error"),
        ("syr:b", "names", "error"),
        ("syr:b", "properties.population", "error"),
        ("syr:c", "properties.geometry_rule", "error"),
        ("syr:a", "@id", "warning"),
        ("syr:b", "@id", "warning"),
    }


cited = (Citation(source="X", label="1"),)
name = Name(toponym="A", lang="en", citations=cited)
outline = shapely.box(30, 30, 31, 31)


@pytest.mark.parametrize(
    ("fields", "field", "severity", "words"),
    [
        ({"name": " "}, "name", "error", "empty"),
        ({"type": "hamlet"}, "type", "error", "unknown"),
        ({"citations": ()}, "citations", "error", "where the coordinate is from"),
        ({"lat": 95.0}, "lon, lat", "error", "no point of the globe"),
        ({"names": ()}, "names", "error", "at least one"),
        ({"names": (name, name)}, "names", "error", "2 times"),
        ({"names": (Name(toponym=" ", lang="en", citations=cited),)}, "names", "error", "empty toponym"),
        ({"names": (Name(toponym="A", lang="en"),)}, "names", "error", "no citation"),
        ({"names": (Name(toponym="-skip", lang="ru", citations=cited),)}, "names", "warning", "not in the script"),
        ({"names": (Name(toponym="دوما", lang="en", citations=cited),)}, "names", "warning", "not in the script"),
        ({"type": "corridor"}, "when", "warning", "holds for a time"),
        ({"valid": (date(2018, 1, 2), date(2018, 1, 1))}, "when", "error", "must come first"),
        ({"parents": ()}, "relations", "error", "no container"),
        ({"parents": ("syr:syria", "syr:syria")}, "relations", "error", "2 times"),
        ({"parents": ("syr:nowhere",)}, "relations", "error", "not loaded"),
        ({"parents": ("syr:a",)}, "relations", "error", "contains itself"),
        ({"geometry": shapely.Polygon()}, "geometry", "error", "is empty"),
        ({"geometry": shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])}, "geometry", "error", "Self-intersection"),
        ({"type": "zone"}, "geometry", "warning", "covers nothing"),
        ({"geometry": outline}, "lon, lat", "warning", "its own outline"),
        ({"parents": ("syr:box",)}, "lon, lat", "warning", "km outside the outline of its container syr:box"),
    ],
)
def test_a_check_finds(fields: dict[str, Any], field: str, severity: str, words: str) -> None:
    sound = {"names": (name,), "citations": cited}
    around = [
        point("syr:syria", type="country", **sound),
        point("syr:box", parents=("syr:syria",), lon=30.5, lat=30.5, **{**sound, "geometry": outline}),
    ]
    gazetteer = Gazetteer.from_places([*around, point("syr:a", **{"parents": ("syr:syria",), **sound, **fields})])
    problems = [p for p in check(gazetteer) if p.place_id == "syr:a" and p.field == field]
    assert [p.severity for p in problems] == [severity]
    assert words in problems[0].message


@pytest.mark.parametrize(
    "fields",
    [
        {"lon": 31.01, "uncertainty_km": 1.0},
        {"lon": 31.5, "uncertainty_km": 1.0, "description": "It lies outside the governorate that runs it."},
    ],
)
def test_a_point_may_lie_outside_when_explained(fields: dict[str, Any]) -> None:
    sound = {"names": (name,), "citations": cited}
    box = point("syr:box", type="country", **{**sound, "lon": 30.5, "lat": 30.5, "geometry": outline})
    place = point("syr:a", parents=("syr:box",), lat=30.5, **sound, **fields)
    assert check(Gazetteer.from_places([box, place])) == ()


def test_a_record_reads_well(small: Gazetteer) -> None:
    text = describe(small, GHOUTA_ZONE)
    for words in (
        "syr:eastern-ghouta-zone  Eastern Ghouta de-escalation zone (zone)",
        "en: Eastern Ghouta de-escalation zone",
        "Rif Dimashq Governorate (syr:rif-dimashq) < Syria (syr:syria)",
        "convex hull of 3 places, widened by 1 km",
        "members: syr:duma, syr:harasta, syr:zamalka",
        "from 2017-05-04 until, but without, 2018-04-14",
        "<https://tass.com/politics/944911>",
        "No official map or boundary was found",
    ):
        assert words in text
    assert "contains    3 places: syr:duma, syr:harasta, syr:zamalka" in describe(small, EASTERN_GHOUTA)
    assert "longitude 36.4047, latitude 33.5707" in describe(small, "syr:duma")
    assert "pcode:C2338, gn:170592" in describe(small, "syr:duma")
    with pytest.raises(UnknownPlaceError):
        describe(small, "syr:nowhere")


# --- the curated gazetteer --------------------------------------------------------------------------------------------

GOVERNORATES = 14
GHOUTA_PCODES = (
    "C2338 C2342 C2321 C2320 C2315 C2319 C2314 C2316 C2313 C2317 C2312 C2318 C2344 C2343 C2334 C2332 C2350 C2355"
    " C2360 C2363 C6668 C6671 C6672"
)
"""P-codes of the besieged communities of the Eastern Ghouta in the Humanitarian Needs Overview 2017."""


def syrian(gazetteer: Gazetteer) -> list[Place]:
    return [place for place in gazetteer if place.id.startswith("syr:")]


def test_the_curated_gazetteer_has_no_errors() -> None:
    errors = [str(p) for p in check(Gazetteer.load(lenient=True)) if p.severity == "error"]
    assert errors == []


def test_the_curated_gazetteer_knows_syria(curated: Gazetteer) -> None:
    assert len(syrian(curated)) >= 150
    governorates = [p for p in syrian(curated) if p.type == "governorate"]
    assert len(governorates) == GOVERNORATES
    assert {p.geometry.geom_type for p in governorates} <= {"Polygon", "MultiPolygon"}


def test_the_curated_zones_have_outlines_and_a_time(curated: Gazetteer) -> None:
    zones = {p.id: p for p in syrian(curated) if p.type == "zone"}
    for zone_id in ("syr:idlib-zone", "syr:homs-zone", GHOUTA_ZONE, "syr:southern-zone"):
        zone = zones[zone_id]
        assert zone.approximate
        assert zone.geometry.geom_type in ("Polygon", "MultiPolygon")
        assert zone.valid[0] == date(2017, 5, 4)  # the memorandum


def test_the_curated_corridor_joins_its_ends(curated: Gazetteer) -> None:
    corridor = curated.get(CORRIDOR)
    assert corridor.approximate
    start, end = corridor.valid
    assert start is not None
    assert start <= date(2018, 6, 24)  # the day of the bulletin
    assert end is None or end > date(2018, 6, 24)
    ends = shapely.get_coordinates(corridor.geometry)
    near = [
        min(distance_km(*end, curated.get(i).lon, curated.get(i).lat) for end in ends)
        for i in ("syr:tal-sultan", "syr:abu-al-duhur")
    ]
    assert max(near) < 0.01


def test_the_curated_eastern_ghouta_has_its_towns(curated: Gazetteer) -> None:
    pcodes = {link for place in curated.children(EASTERN_GHOUTA) for link in place.links}
    wanted = {f"pcode:{code}" for code in GHOUTA_PCODES.split()}
    assert len(wanted) == 23
    assert wanted <= pcodes


@pytest.mark.parametrize(
    ("place_id", "lat", "lon"),
    [
        ("syr:duma", 33.5707, 36.4047),
        ("syr:nasriyeh-jirud", 33.8727, 36.8137),
        ("syr:tal-sultan", 35.7995, 36.9921),
        ("syr:abu-al-duhur", 35.7371, 37.0473),
        ("syr:homs", 34.7241, 36.7256),
        ("syr:latakia", 35.5313, 35.7909),
        ("syr:aleppo", 36.2012, 37.1612),
        ("syr:idlib", 35.9306, 36.6339),
        ("syr:damascus", 33.5102, 36.2913),
    ],
)
def test_curated_places_lie_where_the_facts_put_them(curated: Gazetteer, place_id: str, lat: float, lon: float) -> None:
    place = curated.get(place_id)
    assert distance_km(place.lon, place.lat, lon, lat) < 1.0


def test_the_curated_gazetteer_loads_at_once() -> None:
    started = time.perf_counter()
    Gazetteer.load()
    assert time.perf_counter() - started < 1.5  # measured 0.1 s; the rest is for a busy machine
