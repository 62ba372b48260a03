"""Exports: what other tools read is what the events say."""

import csv
import io
import json
import math
import os
import unicodedata
from datetime import date

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from made_events import make_bulletin, make_event, make_place, make_reading, make_resolution, readings

from geomap.errors import StoreError
from geomap.export import (
    contract,
    to_contract,
    to_csv,
    to_geodataframe,
    to_geojson,
    to_table,
    write_csv,
    write_file,
)
from geomap.export.hxl import CSV_COLUMNS
from geomap.model import Count, Event, Interval, Reading, Roles
from geomap.store.columns import EVENT_COLUMNS, event_geometry, event_row

DUMA = make_place()
HOMS = make_place(
    "syr:homs",
    shapely.Polygon([(36, 34), (36, 35), (38, 35), (38, 34)]),
    name="Homs",
    type="governorate",
    approximate=True,
)
OPEN = make_resolution(None, "Ain-Zrekia", candidates=[DUMA])
RETURN = make_event(
    counts=(
        Count(value=100.0, unit="children", subset_of=194.0),
        Count(value=194.0, unit="people", at_least=True),
        Count(value=70071.5, unit="people", scope="cumulative"),
    ),
    roles=Roles(from_=(OPEN,), to=(make_resolution(DUMA),), via=(make_resolution(HOMS),)),
    period="past day",
    interval=Interval(start=date(2018, 6, 20), end=date(2018, 6, 24)),
)
UNPLACED = make_event(number=1, type="other", label="agreement", roles=Roles(at=(OPEN,)), negated=True)
INFERRED = make_event(make_bulletin("001", None), inferred=Roles(at=(make_resolution(HOMS),)), planned=True)
EVENTS = [RETURN, UNPLACED, INFERRED]

law = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def all_events(made):
    return [event for reading in made for event in reading.events]


# --- rows, frames


def test_a_row_has_every_column_and_says_what_it_is():
    row = event_row(RETURN)
    assert list(row) == [column.name for column in EVENT_COLUMNS]
    assert len({column.hxl for column in EVENT_COLUMNS}) == len(EVENT_COLUMNS)
    assert (row["value"], row["unit"], row["scope"], row["at_least"]) == (194, "people", "period", True)
    assert row["figures"] == "100 children of 194; at least 194 people; 70071.5 people in total"
    assert (row["from_places"], row["to_places"], row["via_places"]) == ("Ain-Zrekia (?)", "Duma", "Homs")
    assert (row["first_day"], row["last_day"], row["day_from"]) == ("2018-06-20", "2018-06-23", "text")
    assert row["precision"] == "day"
    assert (row["point_of"], row["lat"], row["lon"], row["placed"]) == ("Duma", 33.5707, 36.4047, "named")
    assert row["approximate"] is True


def test_a_place_left_open_gets_no_coordinate():
    row = event_row(UNPLACED)
    assert (row["point_of"], row["lat"], row["lon"], row["uncertainty_km"], row["placed"]) == (*[None] * 4, "no")
    assert event_geometry(UNPLACED) is None
    assert event_row(INFERRED)["placed"] == "inferred"
    assert event_row(INFERRED)["inferred_places"] == "Homs"


def test_frame():
    frame = to_geodataframe(EVENTS)
    assert isinstance(frame, gpd.GeoDataFrame)
    assert frame.crs == "EPSG:4326"
    assert list(frame.columns) == [*(c.name for c in EVENT_COLUMNS), "geometry"]
    assert frame["first_day"].tolist() == [pd.Timestamp("2018-06-20"), pd.Timestamp("2018-06-24"), pd.NaT]
    assert list(frame.geometry.isna()) == [False, True, False]
    assert frame["negated"].tolist() == [False, True, False]
    assert frame.geometry.iloc[0].geom_type == "GeometryCollection"


def test_a_frame_without_rows_has_the_same_columns():
    none, some = to_geodataframe([]), to_geodataframe(EVENTS)
    assert none.crs == some.crs
    assert dict(none.dtypes) == dict(some.dtypes)


@law
@given(readings())
def test_law_frames_hold_any_event(made):
    events = all_events(made)
    frame = to_geodataframe(events)
    assert list(frame["id"]) == [event.id for event in events]
    days = [None if pd.isna(day) else day.date().isoformat() for day in frame["first_day"]]
    assert days == [event_row(event)["first_day"] for event in events]


def test_a_frame_goes_to_a_file_and_back(tmp_path):
    to_geodataframe(EVENTS).to_file(tmp_path / "frame.gpkg", layer="events")
    assert len(gpd.read_file(tmp_path / "frame.gpkg")) == 3


# --- GeoJSON


def test_geojson():
    found = json.loads(to_geojson(EVENTS))
    assert found["type"] == "FeatureCollection"
    assert [f["id"] for f in found["features"]] == [e.id for e in EVENTS]
    first, second, third = (f["properties"] for f in found["features"])
    assert first["counts"][1] == {
        "value": 194, "unit": "people", "scope": "period", "at_least": True, "at_most": False, "approximate": False,
        "subset_of": None,
    }  # fmt: skip
    assert first["sentence"] == RETURN.sentence
    assert (first["source"], first["bulletin"], first["bulletin_date"]) == ("Centre", "000", "2018-06-24")
    assert first["roles"]["to"][0]["id"] == "syr:duma"
    assert (first["roles"]["to"][0]["lon"], first["roles"]["to"][0]["lat"]) == (36.4047, 33.5707)
    left_open = first["roles"]["from"][0]
    assert left_open["status"] == "ambiguous"
    assert "lon" not in left_open
    assert left_open["candidates"][0]["id"] == "syr:duma"
    assert found["features"][1]["geometry"] is None
    assert second["negated"] is True
    assert third["inferred"]["at"][0]["approximate"] is True


def test_geojson_of_nothing():
    assert json.loads(to_geojson([])) == {"type": "FeatureCollection", "features": []}


@law
@given(readings())
def test_law_geojson_keeps_geometries_and_turns_rings(made):
    events = all_events(made)
    for event, feature in zip(events, json.loads(to_geojson(events))["features"], strict=True):
        geometry = event_geometry(event)
        if geometry is None:
            assert feature["geometry"] is None
            continue
        read = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shapely.equals(read, geometry) or read.normalize() == geometry.normalize()
        for part in shapely.get_parts([read]):
            if part.geom_type == "Polygon":
                assert part.exterior.is_ccw
                assert not any(ring.is_ccw for ring in part.interiors)


def test_geojson_opens_in_gdal(tmp_path):
    path = tmp_path / "events.geojson"
    write_file(path, to_geojson(EVENTS))
    frame = gpd.read_file(path)
    assert len(frame) == 3
    assert frame.crs == "EPSG:4326"


# --- CSV


def test_csv_has_hashtags_under_its_header():
    header, hashtags, *rows = csv.reader(io.StringIO(to_csv(EVENTS), newline=""))
    assert len(rows) == 3
    assert {len(row) for row in (header, hashtags, *rows)} == {len(CSV_COLUMNS)}
    assert all(tag.startswith("#") for tag in hashtags)
    for tag in (
        "#event+type",
        "#date+start",
        "#affected+value",
        "#geo+lat",
        "#geo+lon",
        "#loc+name+at",
        "#meta+source",
    ):
        assert tag in hashtags
    first = dict(zip(header, rows[0], strict=True))
    assert (first["value"], first["lat"], first["at_least"]) == ("194", "33.5707", "true")
    assert dict(zip(header, rows[1], strict=True))["lat"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_formula_in_a_text_stays_text(start):
    event = make_event(sentence=f'{start}HYPERLINK("http://example.org")', label=f"{start}1", claimant="a = b")
    header, _, row = csv.reader(io.StringIO(to_csv([event]), newline=""))
    found = dict(zip(header, row, strict=True))
    assert found["sentence"] == f"'{event.sentence}".replace("\r", "\n")
    assert found["label"] == f"'{start}1".replace("\r", "\n")
    assert found["claimant"] == "a = b"


def test_a_negative_number_stays_a_number():
    event = make_event(roles=Roles(at=(make_resolution(make_place(geometry=shapely.Point(-1.5, -2))),)))
    header, _, row = csv.reader(io.StringIO(to_csv([event]), newline=""))
    found = dict(zip(header, row, strict=True))
    assert (found["lon"], found["lat"]) == ("-1.5", "-2")


@law
@given(readings())
def test_law_csv_keeps_any_text_and_starts_no_formula(made):
    events = all_events(made)
    header, _, *rows = csv.reader(io.StringIO(to_csv(events), newline=""))
    for event, row in zip(events, rows, strict=True):
        found = dict(zip(header, row, strict=True))
        sentence = event.sentence.replace("\0", "\ufffd").replace("\r\n", "\n").replace("\r", "\n")
        assert found["sentence"].removeprefix("'") == sentence.removeprefix("'")
        for column in EVENT_COLUMNS:
            if column.sql == "TEXT":
                assert not found[column.name].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_into_a_stream(tmp_path):
    with (tmp_path / "events.csv").open("w", newline="", encoding="utf-8") as stream:
        write_csv(EVENTS, stream)
    assert (tmp_path / "events.csv").read_bytes().decode() == to_csv(EVENTS)


# --- tables


def cells(line):
    """The width of a line on a terminal."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in line
    )


def test_table():
    lines = to_table(EVENTS, width=200).splitlines()
    assert len(lines) == 5
    assert lines[0].split() == ["day", "type", "figures", "places", "sentence"]
    assert "2018-06-20 – 2018-06-23" in lines[2]
    assert "from Ain-Zrekia (?); to Duma; via Homs" in lines[2]
    assert "not other" in lines[3]
    assert "planned return" in lines[4]
    assert "(at Homs)" in lines[4]
    assert to_table([]) == "no events\n"


def test_columns_stand_under_each_other_in_any_script():
    names = ["Duma", "دُومَا", "Дума", "杜马", "Abū al-Ḍuhūr"]
    events = [
        make_event(number=n, roles=Roles(at=(make_resolution(make_place(name=name)),))) for n, name in enumerate(names)
    ]
    lines = to_table(events).splitlines()[2:]
    at = {cells(line[: line.index("Over the past day")]) for line in lines}
    assert len(at) == 1


def test_no_control_character_of_a_bulletin_reaches_the_terminal():
    evil = make_event(sentence="a\x1b[2J\x07b\x9b31m\u202ec\nd\u2028e")
    text = to_table([evil])
    assert not [c for c in text.replace("\n", "") if unicodedata.category(c) == "Cc" or c in "\u202e\u2028"]
    assert "a [2J b 31mc d e" in text


@law
@given(readings())
def test_law_a_table_keeps_its_width(made):
    for line in to_table(all_events(made), width=160).split("\n"):
        assert cells(line) <= 160


# --- the contract


def test_contract():
    reading = Reading(
        bulletin=make_bulletin(path="a.txt"), resolutions=(make_resolution(HOMS), OPEN, make_resolution(DUMA)),
        events=(RETURN,),
    )  # fmt: skip
    found = to_contract(reading)
    assert found["bulletin"] == {
        "id": "000", "date": "2018-06-24", "source": "Centre", "lang": "en", "path": "a.txt", "url": None,
        "notes": ["a note"],
    }  # fmt: skip
    assert [m["surface"] for m in found["mentions"]] == ["Homs", "Ain-Zrekia", "Duma"]
    duma, left_open = found["mentions"][2], found["mentions"][1]
    assert (duma["start"], duma["end"], duma["status"], duma["confidence"]) == (3, 7, "resolved", 0.97)
    expected = {"id": "syr:duma", "name": "Duma", "type": "town", "lon": 36.4047, "lat": 33.5707, "uncertainty_km": 1.0}
    assert expected.items() <= duma["place"].items()
    assert duma["candidates"] == [
        {"id": "syr:duma", "name": "Duma", "score": 0.97, "why": "same name; near the others"}
    ]
    assert (left_open["place"], left_open["note"]) == (None, "open")
    (event,) = found["events"]
    assert (event["from"], event["to"], event["at"], event["via"]) == ([1], [2], [], [0])
    assert event["inferred"] == {"from": [], "to": [], "at": [], "via": []}
    assert event["counts"][1] == {
        "value": 194,
        "unit": "people",
        "scope": "period",
        "at_least": True,
        "at_most": False,
        "approximate": False,
        "subset_of": None,
    }
    assert isinstance(event["counts"][1]["value"], int)
    assert event["counts"][2]["value"] == 70071.5
    assert (event["type"], event["period"], event["negated"], event["planned"]) == ("return", "past day", False, False)
    assert (event["interval"], event["precision"]) == (["2018-06-20", "2018-06-24"], "day")


def test_a_place_of_an_event_that_no_mention_gave_is_listed_at_the_end():
    found = to_contract(Reading(bulletin=RETURN.bulletin, resolutions=(OPEN,), events=(RETURN,)))
    assert [m["surface"] for m in found["mentions"]] == ["Ain-Zrekia", "Duma", "Homs"]
    assert (found["events"][0]["from"], found["events"][0]["to"]) == ([0], [1])


def test_contract_is_an_array_and_whole_json():
    odd = make_event(counts=(Count(value=math.inf, unit="people"),), sentence="دوما")
    text = contract([make_reading(odd), Reading(bulletin=make_bulletin("001"))])
    found = json.loads(text, parse_constant=pytest.fail)
    assert [reading["bulletin"]["id"] for reading in found] == ["000", "001"]
    assert found[0]["events"][0]["counts"][0]["value"] is None
    assert "دوما" in text
    assert json.loads(contract([])) == []


@law
@given(readings())
def test_law_indexes_lead_to_the_mentions(made):
    for reading in made:
        found = to_contract(reading)
        assert [m["surface"] for m in found["mentions"]][: len(reading.resolutions)] == [
            r.mention.surface for r in reading.resolutions
        ]
        for event, values in zip(reading.events, found["events"], strict=True):
            assert_roles(event, values, found["mentions"])


def assert_roles(event: Event, values, mentions):
    for role, resolutions in event.roles.items():
        listed = [mentions[index] for index in values[role]]
        assert [m["surface"] for m in listed] == [r.mention.surface for r in resolutions]
        assert [m["place"] and m["place"]["id"] for m in listed] == [r.place and r.place.id for r in resolutions]


# --- files


def test_a_file_is_written_aside_and_renamed(tmp_path):
    path = tmp_path / "out.geojson"
    path.write_text("old")
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    write_file(link, "new دوما")
    assert link.is_symlink()
    assert path.read_text(encoding="utf-8") == "new دوما"
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "out.geojson"]


def test_a_device_stays_a_device():
    write_file(os.devnull, "text")
    assert not os.path.isfile(os.devnull)  # noqa: PTH113
    with pytest.raises(StoreError, match="No space left"):
        write_file("/dev/full", "text")


def test_a_file_that_cannot_be_written(tmp_path):
    with pytest.raises(StoreError, match="this is a folder"):
        write_file(tmp_path, "text")
    with pytest.raises(StoreError, match="cannot be written"):
        write_file(tmp_path / "nowhere" / "a.csv", "text")
    assert list(tmp_path.iterdir()) == []
