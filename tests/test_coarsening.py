"""Places told no finer than asked: what is told, and that nothing of what is withheld can be told from a page."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import date

import geopandas as gpd
import made_map
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from packed_page import page_of

from geomap import Gazetteer, render_frame, render_map
from geomap.coarsening import COARSENESSES, coarsen
from geomap.coarsening.areas import CELL, cell_at, cells_of
from geomap.errors import InputError
from geomap.export import FORMATS
from geomap.gazetteer.metric import distance_km
from geomap.model import Bulletin, Candidate, Count, Event, Interval, Mention, Resolution, Roles
from geomap.webmap import map_html

M = made_map
SYRIA = M.place("syr:syria", "Syria", 38.5, 35.0, "country", M.square(38.5, 35.0, 4.0))
HOMS = replace(M.HOMS, parents=(SYRIA.id,))
ALEPPO = replace(M.ALEPPO, parents=(SYRIA.id,))
TADMOR = M.place(
    "syr:tadmor-district", "Tadmor District", 38.2, 34.5, "district", M.square(38.2, 34.5, 0.3), parents=(HOMS.id,)
)
KNOWN = (SYRIA, HOMS, ALEPPO, TADMOR)


def hidden(lon, lat, *, name="Sheltertown", id_="syr:sheltertown", parents=(TADMOR.id,), **more):
    return M.place(id_, name, lon, lat, "village", parents=parents, **more)


def gazetteer(*places):
    return Gazetteer.from_places([*KNOWN, *places])


def told(event, place):
    """What a name of an event means: everything in it says where the place is."""
    at = event.bulletin.text.index(place.name)
    mention = Mention(surface=place.name, start=at, end=at + len(place.name), name=place.name)
    return Resolution(
        mention=mention, status="resolved", confidence=0.93, place=place,
        reasons=(f"{place.name} is near {place.lon}",),
        candidates=(Candidate(place=place, score=0.93, reasons=(f"at {place.lat}",)),),
    )  # fmt: skip


def event(places, n=1, *, type_="demining", role="at", source="An office", **more):
    text = f"In {' and '.join(place.name for place in places)} it was so."
    bulletin = Bulletin(
        id=f"{places[0].id}-report", text=text, date=date(2018, 6, 24), source=source, url=f"https://x.org/{places[0].id}",
        path=f"/{places[0].name}.txt", notes=(f"of {places[0].name}",),
    )  # fmt: skip
    made = Event(
        id=f"{bulletin.id}/0-{n}", bulletin=bulletin, type=type_, sentence=text, start=0, end=len(text), rule="r",
        counts=(Count(value=12, unit="people", surface=f"twelve of {places[0].name}"),),
        period=f"since {places[0].name}",
        interval=Interval(start=date(2018, 6, 1), end=date(2018, 6, 2)), label=f"in {places[0].name}",
        claimant=f"the mayor of {places[0].name}", **more,
    )  # fmt: skip
    return replace(made, roles=Roles(**{role: tuple(told(made, place) for place in places)}))


def names(told_event, role):
    return [r.place.name if r.place else None for r in dict(told_event.roles.items())[role]]


@pytest.mark.parametrize(
    ("to", "name"),
    [("adm1", "Homs Governorate"), ("adm2", "Tadmor District"), ("10km", "10 km square around 34.54° N 38.24° E")],
)
def test_a_place_becomes_the_area_that_holds_it(to, name):
    place = hidden(38.2613, 34.5101)
    [one] = coarsen([event([place])], to, gazetteer=gazetteer(place))
    [area] = one.places()
    assert area.name == name
    assert shapely.covers(area.geometry, shapely.Point(place.lon, place.lat))
    assert one.counts == (Count(value=12, unit="people"),)
    assert (one.interval, one.bulletin.date, one.bulletin.source) == (
        Interval(start=date(2018, 6, 1), end=date(2018, 6, 2)), date(2018, 6, 24), "An office",
    )  # fmt: skip
    assert one.sentence == one.bulletin.text[one.start : one.end]


def test_what_is_as_wide_stays_and_what_lies_in_nothing_known_is_withheld():
    in_aleppo = hidden(37.5, 36.2, parents=(ALEPPO.id,))
    own_point = hidden(38.2, 34.5, id_="point:1", parents=())
    nowhere = hidden(10.0, 50.0, id_="x:1", parents=())
    known = gazetteer(in_aleppo)
    of = lambda place, to: names(coarsen([event([place])], to, gazetteer=known)[0], "at")  # noqa: E731
    assert of(HOMS, "adm1") == of(HOMS, "adm2") == of(HOMS, "10km") == [HOMS.name]
    assert of(TADMOR, "adm1") == [HOMS.name]
    assert of(TADMOR, "adm2") == of(TADMOR, "10km") == [TADMOR.name]
    assert of(in_aleppo, "adm2") == [ALEPPO.name], "no district is known: the governorate is no finer"
    assert of(own_point, "adm2") == [TADMOR.name], "by its outline"
    assert of(nowhere, "adm1") == [None]
    assert names(coarsen([event([nowhere])], "10km")[0], "at") == ["10 km square around 50.01° N 9.95° E"]


def test_a_place_that_claims_to_be_wide_is_only_believed_when_the_gazetteer_says_so():
    sly = replace(hidden(38.2613, 34.5101, id_="own:1", parents=()), type="governorate")
    [one] = coarsen([event([sly])], "adm1", gazetteer=gazetteer())
    assert names(one, "at") == [HOMS.name]
    [one] = coarsen([event([sly])], "10km", gazetteer=gazetteer())
    assert one.places()[0].type == CELL


def test_places_of_one_area_are_one_and_a_move_within_it_is_told_there():
    one, two = hidden(38.1, 34.4), hidden(38.3, 34.6, name="Otherton", id_="syr:otherton")
    known = gazetteer(one, two)
    [both] = coarsen([event([one, two])], "adm1", gazetteer=known)
    assert names(both, "at") == [HOMS.name]
    move = event([one, two], type_="displacement")
    move = replace(move, roles=Roles(from_=move.roles.at[:1], to=move.roles.at[1:]))
    [within] = coarsen([move], "adm1", gazetteer=known)
    assert (names(within, "from"), names(within, "to"), names(within, "at")) == ([], [], [HOMS.name])


def test_a_long_thing_is_not_told_as_one_square():
    long_one = hidden(38.2, 34.5, geometry=shapely.LineString([(37.0, 34.5), (39.4, 34.5)]))
    assert cell_at(long_one) is None
    [one] = coarsen([event([long_one])], "10km", gazetteer=gazetteer(long_one))
    assert names(one, "at") == [TADMOR.name]


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("An office", True),
        ("Sheltertown local council", False),
        ("Council of al-Sheltertown", False),
        ("Homs Media Center", True),
    ],
)
def test_a_source_that_names_the_place_is_left_out(source, kept):
    place = hidden(38.26, 34.51)
    homs = M.place("syr:homs", "Homs", 38.0, 34.4, parents=(HOMS.id,))
    [one, _] = coarsen([event([place], source=source), event([HOMS], 2)], "adm1", gazetteer=gazetteer(place, homs))
    assert one.bulletin.source == (source if kept else None)


def test_repeats_are_told_by_the_new_ids_and_told_again_before_places_meet():
    one, two = hidden(38.1, 34.4), hidden(38.3, 34.6, name="Otherton", id_="syr:otherton")
    first, again = event([one]), replace(event([two], 2), repeats=event([one]).id)
    told_first, told_again = coarsen([first, again], "adm1", gazetteer=gazetteer(one, two))
    assert told_again.repeats == told_first.id
    # The same figure on the same day in two villages is two events, also where both are told by their governorate.
    page = page_of(map_html(render_map([event([one]), event([two], 2)], gazetteer=gazetteer(one, two), coarsen="adm1")))
    assert [len(e["marks"]) for e in page["events"]] == [1, 1]


def test_the_page_says_how_coarse_it_is():
    place = hidden(38.26, 34.51)
    html = map_html(render_map([event([place])], gazetteer=gazetteer(place), coarsen="adm1"))
    assert page_of(html)["coarse"] == "adm1"


@pytest.mark.parametrize(("to", "known"), [("adm3", gazetteer()), ("adm1", None)])
def test_bad_wishes_are_refused(to, known):
    with pytest.raises(InputError, match=r"coarse|gazetteer"):
        coarsen([], to, gazetteer=known)


COORDINATES = st.tuples(st.floats(37.95, 38.45), st.floats(34.25, 34.75))
WORDS = st.text("bcdfghjklmnpqrstvwxz", min_size=7, max_size=12).map(str.capitalize)


@st.composite
def twins(draw):
    """Two tellings that differ in nothing but in where exactly, and what the places there are called."""
    to = draw(st.sampled_from(COARSENESSES))
    sides = []
    count = draw(st.integers(1, 3))
    corner = draw(COORDINATES)
    for _ in range(2):
        places = []
        for n in range(count):
            # For the grid all lie in one square, for areas anywhere in the district.
            lon, lat = draw(COORDINATES)
            if to == "10km":
                cell = cell_at(hidden(*corner))
                west, south, east, north = cell.geometry.bounds
                lon, lat = draw(st.floats(west + 1e-4, east - 1e-4)), draw(st.floats(south + 1e-4, north - 1e-4))
            word = draw(WORDS)
            places.append(
                hidden(lon, lat, name=f"{word}{n}", id_=f"syr:{word.lower()}-{n}", population=draw(st.none()))
            )
        assume(len({place.id for place in places}) == count)
        sides.append(places)
    role = draw(st.sampled_from(["from_", "to", "at", "via"]))
    type_ = draw(st.sampled_from(["return", "displacement", "crossing", "demining"]))
    return to, role, type_, sides


def page_and_files(places, to, role, type_):
    """A page and every file of events that a person may be given."""
    known = gazetteer(*places)
    events = [event(places, type_=type_, role=role), event(places[:1], 2, type_="demining")]
    html = map_html(render_map(events, gazetteer=known, coarsen=to, title="A title"))
    one = coarsen(events, to, gazetteer=known)
    return html, json.dumps([repr(e) for e in one]), [shapely.to_wkt(p.geometry) for e in one for p in e.places()]


@settings(max_examples=25, deadline=None)
@given(twins())
def test_who_differs_only_within_an_area_gives_the_same_bytes(pair):
    to, role, type_, (one, other) = pair
    assert page_and_files(one, to, role, type_) == page_and_files(other, to, role, type_)


NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(COARSENESSES), st.integers(37950, 38450), st.integers(34250, 34750), WORDS)
def test_no_name_id_or_coordinate_of_the_place_is_left_in_the_page(to, east, north, word):
    lon, lat = point = east / 1000 + 0.00037, north / 1000 + 0.00037  # no number that an area or a view may have too
    place = hidden(lon, lat, name=word, id_=f"syr:{word.lower()}")
    cell = cell_at(place)
    edges = [*cell.geometry.bounds, cell.lon, cell.lat]
    assume(all(abs(value - edge) > 0.001 for value in point for edge in edges))
    html = map_html(render_map([event([place])], gazetteer=gazetteer(place), coarsen=to, title="A title"))
    page = page_of(html)
    said = json.dumps(page, ensure_ascii=False)
    assert word.lower() not in said.lower()
    base = json.dumps(page.pop("base"))  # coasts and outlines are everybody's
    found = [float(number) for number in NUMBER.findall(said.replace(base, ""))]
    assert not any(math.isclose(number, value, abs_tol=5e-5) for number in found for value in point)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_a_square_holds_its_point_and_is_no_smaller_than_it_says(lon, lat):
    cell = cell_at(hidden(lon, lat, parents=()))
    west, south, east, north = cell.geometry.bounds
    assert west - 1e-5 <= lon <= east + 1e-5
    assert south - 1e-5 <= lat <= north + 1e-5
    assert distance_km(west, south, west, north) >= 9.99
    if abs(lat) < 85:
        assert min(distance_km(west, y, east, y) for y in (south, north)) >= 9.99
        assert distance_km(cell.lon, cell.lat, lon, lat) + 1.0 <= cell.uncertainty_km
    assert cell_at(hidden(cell.lon, cell.lat, parents=())).id == cell.id


def table(points, names, **more):
    """A table whose every text tells the place."""
    said = {
        "point_of": names,
        "sentence": [f"In {name}" for name in names],
        "source": [f"Council of {n}" for n in names],
    }
    days = {"first_day": "2018-06-24", "type": "demining", "value": 12}
    return gpd.GeoDataFrame({**days, **said, **more}, geometry=list(points), crs=4326)


def page_of_table(frame, to, known):
    return map_html(render_frame(frame, gazetteer=known, coarsen=to, title="A title"))


@settings(max_examples=15, deadline=None)
@given(twins())
def test_tables_that_differ_only_within_an_area_give_the_same_bytes(pair):
    to, _, _, sides = pair
    one, other = (
        page_of_table(table([p.geometry for p in places], [p.name for p in places]), to, gazetteer())
        for places in sides
    )
    assert one == other


@settings(max_examples=15, deadline=None)
@given(st.sampled_from(COARSENESSES), st.integers(37950, 38450), st.integers(34250, 34750), WORDS)
def test_no_name_or_coordinate_of_a_row_is_left_in_the_page(to, east, north, word):
    point = east / 1000 + 0.00037, north / 1000 + 0.00037
    cell = cell_at(hidden(*point))
    assume(all(abs(value - edge) > 0.001 for value in point for edge in [*cell.geometry.bounds, cell.lon, cell.lat]))
    page = page_of(page_of_table(table([shapely.Point(point)], [word]), to, gazetteer()))
    [place] = page["places"]
    assert (page["coarse"], place["type"]) == (to, {"adm1": "governorate", "adm2": "district", "10km": CELL}[to])
    page.pop("base")
    said = json.dumps(page, ensure_ascii=False)
    assert word.lower() not in said.lower()
    found = [float(number) for number in NUMBER.findall(said)]
    assert not any(math.isclose(number, value, abs_tol=5e-5) for number in found for value in point)


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("adm1", ["Homs Governorate", "Homs Governorate", "Syria"]),
        ("adm2", ["Homs Governorate", "Syria", "Tadmor District"]),
        ("10km", ["10 km square around 34.36° N 38.10° E", "10 km square around 50.01° N 9.95° E"]),
    ],
)
def test_a_row_is_told_by_the_area_that_holds_all_of_it_and_by_none_where_there_is_none(to, told):
    boxes = [
        shapely.box(38.0, 34.3, 38.1, 34.4),
        shapely.box(37.3, 34.4, 38.7, 34.6),
        shapely.box(37.0, 34.4, 39.0, 34.6),
    ]
    frame = table([*boxes, shapely.Point(10, 50), None], ["A place", "A belt", "A wide belt", "A far place", "Nowhere"])
    page = page_of(page_of_table(frame, to, gazetteer()))
    assert sorted(place["name"] for place in page["places"]) == told
    assert len(page["events"]) == 5


@pytest.mark.parametrize(("source", "told"), [("An office", "An office"), ("Homs Governorate", "Homs Governorate"),
                                              ("Sheltertown council", None)])  # fmt: skip
def test_a_row_keeps_a_source_that_names_no_place_that_is_withheld(source, told):
    frame = table([shapely.Point(38.2, 34.5)] * 2, ["Sheltertown", "Homs Governorate"], source=[source] * 2)
    assert [one.get("source") for one in page_of(page_of_table(frame, "adm1", gazetteer()))["bulletins"]] == [told]
    with pytest.raises(InputError, match="gazetteer"):
        render_frame(frame, coarsen="adm1")


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=5))
def test_points_of_one_square_are_told_apart_from_others_as_squares_are(points):
    lon, lat = np.array(points).T
    numbers = cells_of(lon, lat).tolist()
    ids = [cell_at(hidden(*point)).id for point in points]
    assert [a == b for a in numbers for b in numbers] == [a == b for a in ids for b in ids]


def test_every_file_of_events_is_as_coarse(run, tmp_path, examples):
    store = tmp_path / "store.gpkg"
    assert run("ingest", examples / "042.txt", "--store", store).code == 0
    plain = run("query", "--store", store, "--format", "geojson").out
    assert "Jbab" in plain
    for name, format_ in FORMATS.items():
        if not format_.is_text:
            continue
        ran = run("query", "--store", store, "--format", name, "--coarsen", "adm1")
        assert ran.code == 0
        assert "Jbab" not in ran.out, name
    assert "chose events" in run("query", "--store", store, "--coarsen", "adm1", "--bbox", "35,32,43,38").err


def test_a_map_of_the_command_line_is_as_coarse(run, tmp_path, examples):
    out = tmp_path / "map.html"
    assert run("map", examples / "042.txt", "-o", out, "--coarsen", "10km").code == 0
    page = page_of(out.read_text(encoding="utf-8"))
    assert page["coarse"] == "10km"
    assert all(e["sentence"].startswith("(text left out") for e in page["events"])
