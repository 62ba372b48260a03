"""Tables of events: which column holds what, what a row says, where it was; each mark leads back to its row."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from dataclasses import replace
from datetime import date, timedelta

import pytest
from case_tables import curated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from packed_page import page_of

from geomap.bulletin import read_bulletins
from geomap.errors import BulletinError, InputError
from geomap.event_tables import TableMap, pairs_of, read_event_tables
from geomap.event_tables.dates import DateReader
from geomap.event_tables.fields import EVENT_FIELDS, field_of
from geomap.event_tables.figures import count_of, counts_in_words
from geomap.event_tables.hxl import hxl_fields
from geomap.event_tables.points import point_of
from geomap.export import to_csv
from geomap.export.hxl import CSV_COLUMNS
from geomap.model import EVENT_TYPES, Count
from geomap.pipeline import process
from geomap.store import open_store
from geomap.store.columns import count_text, event_row

HEADER = "Date,Type,Origin,Destination,Persons,Notes\n"
NAMED = {"from": "from_", "to": "to", "at": "at", "via": "via"}


@pytest.fixture(scope="module")
def gazetteer():
    return curated()


@pytest.fixture
def read(tmp_path, gazetteer):
    """Read a table: `read(content, "FIELD=COLUMN", ..., name="a.csv") -> (readings, what was wrong)`."""

    def call(content, *said, name="a.csv", **options):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        bad = []
        found = read_event_tables(path, gazetteer=gazetteer, said=TableMap.of(*said), on_bad=bad.append, **options)
        readings = list(found)
        for reading in readings:
            check_offsets(reading)
        return readings, [str(error).replace(str(path), name) for error in bad]

    return call


@pytest.fixture
def events(read):
    """The events of a sound table."""

    def call(content, *said, **options):
        readings, bad = read(content, *said, **options)
        assert bad == []
        return [event for reading in readings for event in reading.events]

    return call


def check_offsets(reading):
    text, listed = reading.bulletin.text, set(map(id, reading.resolutions))
    for event in reading.events:
        assert event.bulletin is reading.bulletin
        assert text[event.start : event.end] == event.sentence
        for _, found in [*event.roles.items(), *event.inferred.items()]:
            assert listed.issuperset(map(id, found))
    for resolution in reading.resolutions:
        mention = resolution.mention
        assert text[mention.start : mention.end] == mention.surface


def places(event, *, inferred=False):
    roles = event.inferred if inferred else event.roles
    return {
        role: [r.place.id if r.place else f"{r.mention.surface}?" for r in found]
        for role, found in roles.items()
        if found
    }


def workbook(*rows, **sheets) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    for title, content in sheets.items():
        sheet = made.create_sheet(title)
        for row in content:
            sheet.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


# --- rows


def test_a_row_is_an_event(read):
    ((reading,), bad) = read(
        f"{HEADER}2018-06-24,return,Lebanon,Homs,190,\n2018-06-25,Return,,Duma,1200,They came back\n"
    )
    assert bad == []
    first, second = reading.events
    assert (first.id, first.type, first.rule) == ("a/line-2", "return", "table: line 2 of a.csv")
    assert (
        first.sentence == "line 2: Date: 2018-06-24 | Type: return | Origin: Lebanon | Destination: Homs | Persons: 190"
    )
    assert places(first) == {"from": ["lbn:lebanon"], "to": ["syr:homs"]}
    assert first.counts == (Count(value=190, unit="people", surface="190"),)
    assert (first.interval.start, first.interval.end) == (date(2018, 6, 24), date(2018, 6, 25))
    assert (second.sentence, second.start) == ("They came back", reading.bulletin.text.index("They came back"))
    assert reading.bulletin.notes[0] == "a table of events: 2 rows, lines 2 to 3"
    assert (reading.bulletin.id, reading.bulletin.lang) == ("a", "en")


def test_bad_rows_are_named_and_the_others_kept(read):
    readings, bad = read(
        f"{HEADER}2018-02-31,return,,Homs,1,\n2018-06-24,return,,Homs,many,\n2018-06-24,,,Homs,1,\n"
        "2018-06-24,return,,,1,\n2018-06-24,return,,Homs\n2018-06-24,return,,Homs,-4,\n2018-06-24,return,,Homs,5,\n"
        "2018-06-24,return,,Total,5,\n"
    )
    assert [event.counts[0].value for reading in readings for event in reading.events] == [5]
    assert [line.split(": ")[0] for line in bad] == [
        "a.csv, line 2, Date", "a.csv, line 3, Persons", "a.csv, line 4, Type", "a.csv, line 5, Origin, Destination",
        "a.csv, line 6", "a.csv, line 7, Persons", "a.csv, line 9, Destination",
    ]  # fmt: skip


def test_without_on_bad_the_first_bad_row_ends_the_reading(tmp_path, gazetteer):
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADER}2018-02-31,return,,Homs,1,\n", encoding="utf-8")
    with pytest.raises(BulletinError, match="line 2, Date: '2018-02-31' is no day of the calendar"):
        list(read_event_tables(path, gazetteer=gazetteer))


def test_an_id_that_comes_again_is_a_bad_row(read):
    readings, bad = read("id,type,place\nE1,return,Homs\nE2,return,Homs\nE1,return,Hama\n")
    assert [event.id for event in readings[0].events] == ["a/E1", "a/E2"]
    assert bad == ["a.csv, line 4, id: 'E1' is also the id of line 2; ids are unique, this row is left out"]


def test_sources_have_bulletins_of_their_own(read):
    readings, _ = read(
        "type,place,source,published\nreturn,Homs,OCHA,2018-07-01\nreturn,Hama,SANA,\nreturn,Duma,OCHA,2018-07-01\n"
    )
    told = [(r.bulletin.id, r.bulletin.source, r.bulletin.date, len(r.events)) for r in readings]
    assert told == [("a", "OCHA", date(2018, 7, 1), 2), ("a#part2", "SANA", None, 1)]
    assert [event.id for event in readings[0].events] == ["a/line-2", "a/line-4"]


def test_a_long_table_is_cut_into_parts(read):
    readings, _ = read("type,place\n" + "return,Homs\n" * 2500)
    assert [(r.bulletin.id, len(r.events)) for r in readings] == [("a", 1000), ("a#part2", 1000), ("a#part3", 500)]
    assert readings[2].events[-1].id == "a/line-2501"


def test_rows_of_many_sources_do_not_wait_for_ever(read):
    table = "type,place,source\n" + "".join(f"return,Homs,{'OCHA' if i % 2 else i}\n" for i in range(12_000))
    readings, bad = read(table)
    assert bad == []
    assert sum(len(r.events) for r in readings) == 12_000
    assert max(len(r.events) for r in readings if r.bulletin.source == "OCHA") == 1000
    assert len({r.bulletin.id for r in readings}) == len(readings)


def test_a_longer_table_takes_no_more_memory(tmp_path, gazetteer):
    def peak(rows):
        path = tmp_path / f"{rows}.csv"
        lines = ("2018-06-24,return,Homs,Tadmur,12,They came back.\n" for _ in range(rows))
        path.write_text("date,type,governorate,place,people,notes\n" + "".join(lines), encoding="utf-8")
        tracemalloc.start()
        found = sum(len(reading.events) for reading in read_event_tables(path, gazetteer=gazetteer))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found == rows
        return most

    peak(10)  # what is loaded once
    assert peak(9_000) < 1.3 * peak(3_000)


def test_a_store_forgets_the_parts_that_are_no_more(read, tmp_path):
    long, _ = read("type,place\n" + "return,Homs\n" * 2500)
    short, _ = read("type,place\n" + "return,Homs\n" * 1500)
    other, _ = read("type,place\nreturn,Hama\n", name="a-b.csv")
    with open_store(tmp_path / "s.gpkg", create=True) as store:
        store.put([*long, *other])
        assert len(list(store.bulletins())) == 4
        store.put(short)
        assert sorted((b.id, len(b.text.splitlines())) for b in store.bulletins()) == [
            ("a", 1000), ("a#part2", 500), ("a-b", 1),
        ]  # fmt: skip


def test_types_that_are_not_known_are_other_unless_somebody_says_what_they_are(read):
    table = "type,place\nBattles,Homs\nHumanitarian Aid,Hama\n"
    ((reading,), _) = read(table)
    assert [(e.type, e.label) for e in reading.events] == [("other", "Battles"), ("humanitarian_aid", None)]
    assert any("events of type 'Battles' are kept as other" in note for note in reading.bulletin.notes)
    ((reading,), _) = read(table, "type.battles:=ceasefire_violation")
    assert [e.type for e in reading.events] == ["ceasefire_violation", "humanitarian_aid"]
    ((reading,), _) = read(table, types=["battles"])
    assert reading.events[0].type == "battles"
    with pytest.raises(InputError, match="'battle' is no event type"):
        read(table, "type.Battles:=battle")


def test_marks_of_an_event(events):
    (told,) = events(
        "type,place,label,period,claimant,negated,planned,change,start,end,number,unit,scope,at_least\n"
        "return,Homs,a label,in June,the council,yes,no,increase,2018-06-01,2018-06-30,12,households,stock,true\n",
        "change=change",
    )
    assert (told.label, told.period, told.claimant) == ("a label", "in June", "the council")
    assert (told.negated, told.planned, told.change) == (True, False, "increase")
    assert (told.interval.start, told.interval.end) == (date(2018, 6, 1), date(2018, 7, 1))
    assert told.counts == (Count(value=12, unit="families", scope="cumulative", at_least=True, surface="12"),)


def test_several_figures_and_a_row_of_zeros(events):
    first, nothing = events("type,place,families,individuals\nreturn,Homs,12,60\nreturn,Hama,0,0\n")
    assert [(c.value, c.unit) for c in first.counts] == [(12, "families"), (60, "people")]
    assert (first.negated, nothing.negated) == (False, True)


_ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["Homs", "Tadmur; Duma", "2018-06-24", "1 – 2 – 3 – 4", "-", "=1+1", "١٢", "36.4", "0", "?", "Homs (?)", "\0",
         "x" * 300, "return", "stock", "43275", "9" * 400, "1e999", "nan", "inf", "'=x", "\u202ex",
         "given:a-b", "syr:duma", "yes"]
    ),
)  # fmt: skip
_SOUND = {
    "date": "2018-06-24", "start": "", "end": "", "type": "return", "from.name": "Lebanon", "to.name": "Duma",
    "to.code": "",
    "to.admin1": "Homs", "to.lat": "", "to.lon": "", "to.admin2_code": "", "figure": "5", "unit": "people", "scope": "",
    "at_least": "", "negated": "", "notes": "They came.", "source": "OCHA", "id": "", "label": "", "repeats": "",
    "change": "", "published": "", "url": "",
}  # fmt: skip
_ROW = st.tuples(*(st.one_of(st.just(sound), st.just(sound), _ODD) for sound in _SOUND.values()))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ROW, min_size=1, max_size=4))
def test_law_whatever_a_row_holds_it_is_an_event_or_named(read, table):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([[f"c{i}" for i in range(len(_SOUND))], *table])
    said = ",".join(f"{field}=c{i}" for i, field in enumerate(_SOUND))
    readings, bad = read(text.getvalue().encode("utf-8", "replace"), said)
    told = [event for reading in readings for event in reading.events]
    filled = sum(any(cell.strip() for cell in row) for row in table)
    assert len(told) + sum(", line " in line for line in bad) in (filled, filled + 1)  # a cell may hold line breaks
    back, _ = read(to_csv(told), name="b.csv") if told else ([], [])
    assert sum(len(r.events) for r in back) == len(told)


# --- days


@pytest.mark.parametrize(
    ("text", "first", "days"),
    [
        ("2018-06-24", date(2018, 6, 24), 1),
        ("2018-06-24T23:30:00-05:00", date(2018, 6, 25), 1),
        ("2018-06-24 00:00:00", date(2018, 6, 24), 1),
        ("٢٤/٠٦/٢٠١٨", date(2018, 6, 24), 1),
        ("24.6.2018", date(2018, 6, 24), 1),
        ("06/24/2018", date(2018, 6, 24), 1),
        ("2018/6/24", date(2018, 6, 24), 1),
        ("24 June 2018", date(2018, 6, 24), 1),
        ("24-Jun-18", date(2018, 6, 24), 1),
        ("Sunday, June 24, 2018", date(2018, 6, 24), 1),
        ("24 حزيران 2018", date(2018, 6, 24), 1),
        ("24 июня 2018", date(2018, 6, 24), 1),
        ("43275", date(2018, 6, 24), 1),
        ("43275.5", date(2018, 6, 24), 1),
        ("2018-06", date(2018, 6, 1), 30),
        ("June 2018", date(2018, 6, 1), 30),
        ("2018", date(2018, 1, 1), 365),
        ("05/05/2018", date(2018, 5, 5), 1),
        ("20180624", date(2018, 6, 24), 1),
        ("2018-06-24 to 2018-06-26", date(2018, 6, 24), 3),
        ("24 – 26 June 2018", date(2018, 6, 24), 3),
        ("24/06/2018 - 13/07/2018", date(2018, 6, 24), 20),
    ],
)
def test_days(text, first, days):
    found = DateReader().days(text)
    assert (found.start, found.end) == (first, first + timedelta(days=days))
    assert found.precision == {30: "month", 365: "year"}.get(days, "day")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("05/06/2018", "could be two days; say --map date_order"),
        ("05/06/18", "does not say its year"),
        ("2018-02-30", "no day of the calendar"),
        ("31/06/2018", "no day of the calendar"),
        ("190", "is no day"),
        ("12345", "is no day"),
        ("soon", "is no day"),
        ("2018-06-26 to 2018-06-24", "ends before it begins"),
        ("0018-06-24", "is it a slip"),
    ],
)
def test_what_is_no_day(text, words):
    with pytest.raises(ValueError, match=words):
        DateReader().days(text)


def test_the_order_of_days_is_shown_by_their_column_or_said(events, read):
    table = "date,type,place\n05/06/2018,return,Homs\n24/06/2018,return,Homs\n"
    assert [event.interval.start for event in events(table)] == [date(2018, 6, 5), date(2018, 6, 24)]
    unclear = "date,type,place\n05/06/2018,return,Homs\n"
    assert "could be two days" in read(unclear)[1][0]
    assert [e.interval.start for e in events(unclear, "date_order:=mdy")] == [date(2018, 5, 6)]
    both = "date,type,place\n05/06/2018,return,Homs\n24/06/2018,return,Homs\n06/24/2018,return,Homs\n"
    assert len(read(both)[1]) == 1


def test_days_of_a_workbook_that_counts_from_1904(read):
    made = Workbook()
    made.epoch = CALENDAR_MAC_1904
    for row in (["date", "type", "place"], [41813, "return", "Homs"]):
        made.active.append(row)
    data = io.BytesIO()
    made.save(data)
    ((reading,), _) = read(data.getvalue(), name="a.xlsx")
    assert reading.events[0].interval.start == date(2018, 6, 24)


# --- figures


@pytest.mark.parametrize(
    ("text", "value", "mark"),
    [
        ("190", 190, None),
        ("1,200", 1200, None),
        ("1 200", 1200, None),
        ("1,234,567", 1234567, None),
        ("١٢٠٠", 1200, None),
        ("190.0", 190, None),
        ("100+", 100, "at_least"),
        ("> 100", 100, "at_least"),
        ("at least 100", 100, "at_least"),
        ("up to 100", 100, "at_most"),
        ("≤100", 100, "at_most"),
        ("about 100", 100, "approximate"),
        ("~100", 100, "approximate"),
        ("100-150", 100, "at_least"),
        ("0", 0, None),
    ],
)
def test_figures(text, value, mark):
    marks = {mark: True} if mark else {}
    assert count_of(text, "people", "period") == Count(value=value, unit="people", surface=text, **marks)


@pytest.mark.parametrize(
    "text", ["many", "-5", "1.234", "1.5", "12,34", "1e400", "5 of 6", "150-100", "1.234.567", "10%"]
)
def test_what_is_no_figure_of_people(text):
    with pytest.raises(ValueError, match=r"is no|are no|several dots|more than"):
        count_of(text, "people", "period")


def test_tons_may_be_parted():
    assert count_of("2.5", "tons", "period").value == 2.5


@pytest.mark.parametrize(
    "count",
    [
        Count(value=194, unit="people", at_least=True),
        Count(value=70071, unit="people", scope="cumulative"),
        Count(value=100, unit="children", subset_of=194),
        Count(value=200, unit="people", at_most=True),
        Count(value=350, unit="people", approximate=True),
        Count(value=2.5, unit="tons of food"),
    ],
)
def test_figures_in_words_are_read_back(count):
    (found,) = counts_in_words(count_text(count))
    assert replace(found, surface="") == count


# --- places

PLACED = "type,governorate,district,village,latitude,longitude\n"


def test_a_name_is_looked_for_in_the_areas_named_around_it(events):
    (told,) = events(f"{PLACED}return,Homs,,Tadmur,,\n")
    assert places(told) == {"at": ["syr:palmyra"]}
    (reading,) = told.roles.at
    assert "lies in Homs Governorate" in reading.reasons


def test_a_place_that_does_not_lie_in_its_area_is_left_open(events):
    (told,) = events(f"{PLACED}return,Hama,,Tadmur,,\n")
    assert places(told) == {"at": ["Tadmur?"]}
    assert places(told, inferred=True) == {"at": ["syr:hama-governorate"]}


def test_an_area_alone_is_the_place(events):
    (told,) = events(f"{PLACED}return,Aleppo,,,,\n")
    assert places(told) == {"at": ["syr:aleppo-governorate"]}


def test_a_name_that_only_looks_like_another_is_left_open(events):
    (told,) = events("type,place\nreturn,Nowhereville\n")
    assert told.places() == ()
    assert told.roles.at[0].status != "resolved"


def test_several_places_in_a_cell(events):
    (told,) = events("type,from,to\nreturn,Lebanon; Jordan,Homs;Nosuchtown\n")
    assert places(told) == {"from": ["lbn:lebanon", "jor:jordan"], "to": ["syr:homs", "Nosuchtown?"]}


def test_coordinates_that_agree_with_the_gazetteer_mean_its_place(events):
    (told,) = events(f"{PLACED}return,Homs,,Tadmur,34.5562,38.2800\n")
    assert places(told) == {"at": ["syr:palmyra"]}


def test_coordinates_that_the_gazetteer_does_not_have_are_the_tables_own(events):
    (told,) = events(f"{PLACED}return,Homs,,Tadmur,34.9000,38.9000\n")
    place = told.places()[0]
    assert place.id.startswith("given:tadmur-")
    assert (place.lon, place.lat, place.certainty) == (38.9, 34.9, "less-certain")
    assert place.parents == ("syr:homs-governorate",)
    assert place.citations[0].source == "a.csv"
    assert "Palmyra of the gazetteer lies" in told.roles.at[0].reasons[0]


def test_coordinates_alone(events):
    (told,) = events("type,lat,lon\nreturn,34.9,38.9\n")
    place = told.places()[0]
    assert (place.name, place.lon, place.lat) == ("38.9, 34.9", 38.9, 34.9)
    assert place.uncertainty_km > 5  # one decimal


def test_the_same_coordinates_are_the_same_place(events):
    one, two, three = events(f"{PLACED}return,,,Xyz,34.9,38.9\nreturn,,,Xyz,34.9,38.9\nreturn,,,Xyz,34.91,38.9\n")
    assert one.places()[0] == two.places()[0]
    assert one.places()[0].id != three.places()[0].id


@pytest.mark.parametrize(
    ("lat", "lon", "words"),
    [
        ("0", "0", "Lat.*: 0, 0 is a point in the ocean"),
        ("38.28", "134.56", None),
        ("134.56", "38.28", "latitude: 134.56 lies outside -90..90; longitude and latitude look swapped"),
        ("x", "38.28", "latitude: 'x' is no number of degrees"),
        ("34.5", "", "longitude: is empty"),
        ("38.28", "34.56", "lies outside of Homs Governorate, and inside when exchanged"),
    ],
)
def test_coordinates_that_cannot_be_meant(read, lat, lon, words):
    readings, bad = read(f"{PLACED}return,Homs,,Xyz,{lat},{lon}\n")
    if words is None:
        (place,) = readings[0].events[0].places()
        assert place.certainty == "uncertain"
        assert "outside of Homs Governorate" in place.description
    else:
        assert readings == []
        assert words.lower().replace(".*", "itude") in bad[0].lower()


def test_coordinates_that_are_the_places_when_exchanged(read):
    readings, bad = read("type,place,lat,lon\nreturn,Duma,36.4047,33.5707\n")
    assert readings == []
    assert "is where Duma lies when they are exchanged: longitude and latitude look swapped" in bad[0]


def test_digits_say_how_exact_a_point_is():
    assert point_of("38", "34").slack_km == pytest.approx(78.6, abs=0.1)
    assert point_of("38.2801", "34.5562").slack_km == pytest.approx(0.01, abs=0.001)
    assert point_of("38,28", "٣٤.٥٥").lon == 38.28


def test_codes(events, gazetteer):
    code = next(link for link in gazetteer.get("syr:duma").same_as if link.startswith("pcode:")).partition(":")[2]
    by_code, by_id, named = events(f"type,place,pcode\nreturn,,{code}\nreturn,,syr:duma\nreturn,Duma,{code.lower()}\n")
    assert places(by_code) == places(by_id) == places(named) == {"at": ["syr:duma"]}
    (conflict,) = events(f"type,place,pcode\nreturn,Homs,{code}\n")
    assert conflict.places() == ()
    assert "the code" in conflict.roles.at[0].reasons[0]


# --- columns


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("to", "to.name"), ("From.Admin1", "from.admin1"), ("lat", ".lat"), ("place", ".name"), ("figure", "figure"),
        ("figure.families", "figure.families"), ("to.latitude", "to.lat"), ("nothing", None), ("over.lat", None),
    ],
)  # fmt: skip
def test_fields(said, field):
    assert field_of(said) == field


def test_a_mapping_is_said_in_a_line_or_a_file(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text(
        '[columns]\nto = "Where, exactly"\n[values]\nunit = "people"\nencoding = "cp1256"\n[types]\nBack = "return"\n',
        encoding="utf-8",
    )
    told = TableMap.of(path, "date=Day,unit:=families")
    assert told.columns == {"to.name": "Where, exactly", "date": "Day"}
    assert told.values == {"unit": "families"}
    assert (told.encoding, told.types) == ("cp1256", {"Back": "return"})
    assert list(pairs_of("a=b, c = d")) == [("a", "=", "b"), ("c", "=", "d")]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("date", "'date' is not FIELD=COLUMN or FIELD:=VALUE"),
        ("when=Day", "'when' is no field"),
        ("date_order:=random", "none of dmy, mdy, ymd"),
        ("none.toml", "cannot be read"),
    ],
)
def test_a_mapping_that_cannot_be_understood(said, words):
    with pytest.raises(InputError, match=words):
        TableMap.of(said)


@pytest.mark.parametrize(
    ("content", "words"),
    [("[columns", "no TOML"), ("[cols]\na='b'", "not 'cols'"), ("[columns]\nto=1", "text in quotation marks")],
)
def test_a_mapping_file_that_cannot_be_understood(tmp_path, content, words):
    (tmp_path / "m.toml").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        TableMap.of(tmp_path / "m.toml")


def test_columns_are_mapped_whatever_they_are_called(events):
    (told,) = events(
        "Jour;Lieu;Nombre\n43275;Homs;12\n", "date=Jour,to=Lieu,figure.families=Nombre,type:=return,source:=OCHA"
    )
    assert places(told) == {"to": ["syr:homs"]}
    assert (told.interval.start, told.bulletin.source) == (date(2018, 6, 24), "OCHA")


def test_a_place_that_holds_for_all_rows_stands_in_the_text(events):
    (told,) = events("date,from\n2018-06-24,Lebanon\n", "type:=return,to:=Homs")
    assert places(told) == {"from": ["lbn:lebanon"], "to": ["syr:homs"]}
    assert told.sentence.endswith("| to: Homs")


@pytest.mark.parametrize(
    ("table", "said", "words"),
    [
        ("x,y\n1,2\n", "", "type=COLUMN .* Its columns are x, y; known of them: none"),
        ("type,x\nreturn,2\n", "", "say --map at=COLUMN"),
        ("type,place,figure\nreturn,Homs,5\n", "", "say --map unit:=people"),
        ("type,place,x\nreturn,Homs,5\n", "date=Day", "--map date: has no column 'Day'; it has type, place, x"),
        ("type,place,location\nreturn,Homs,5\n", "", "'place' and 'location' could both be at"),
        ("type,place,place\nreturn,Homs,5\n", "", r"'place' and 'place \(2\)' could both be at"),
        ("type,place\n", "", "line 1: has no row below its header"),
        ("type,from,to,governorate\nreturn,Homs,Hama,Idlib\n", "", "of which place is admin1"),
        ("type,lat\nreturn,34\n", "", "lat and lon come together"),
    ],
)
def test_columns_that_cannot_be_told(read, table, said, words):
    readings, bad = read(table, *([said] if said else []))
    assert readings == []
    assert len(bad) == 1
    assert re.search(words, bad[0])


def test_titles_above_and_headings_over_the_header(events):
    made = Workbook()
    rows = (
        ["Movements in June"], [], ["", "From", None, "To", None, ""],
        ["Date", "Governorate", "Village", "Governorate", "Village", "Individuals"],
        [date(2018, 6, 24), "Homs", "Tadmur", "Hama", "Salamiyah", 12],
    )  # fmt: skip
    for row in rows:
        made.active.append(row)
    for merged in ("A1:F1", "B3:C3", "D3:E3"):
        made.active.merge_cells(merged)
    data = io.BytesIO()
    made.save(data)
    (told,) = events(data.getvalue(), "type:=displacement", name="a.xlsx")
    assert places(told) == {"from": ["syr:palmyra"], "to": ["syr:salamiyah"]}
    assert told.sentence.startswith("row 5: Date: 2018-06-24 | From / Governorate: Homs")


def test_a_figure_that_is_merged_over_rows_is_refused(read):
    made = Workbook()
    for row in (["type", "place", "people"], ["return", "Homs", 190], ["return", "Hama", None]):
        made.active.append(row)
    made.active.merge_cells("C2:C3")
    data = io.BytesIO()
    made.save(data)
    readings, bad = read(data.getvalue(), name="a.xlsx")
    assert [len(r.events) for r in readings] == [1]
    assert bad == ["a.xlsx, line 3, people: is one merged cell for several rows; give each row its own figure"]


def test_formulas_and_errors_of_a_workbook(read):
    content = workbook(
        ["type", "place", "people"], ["return", "Homs", "=1+1"], ["return", "#REF!", 1], ["return", "Hama", 2]
    )
    readings, bad = read(content, name="a.xlsx")
    assert [len(r.events) for r in readings] == [1]
    assert "row" not in bad[0]
    assert "is a formula without a value (=1+1)" in bad[0]
    assert "holds the error #REF!" in bad[1]


def test_sheets_that_are_no_tables_of_events_are_passed_over(read):
    content = workbook(
        ["read me"], Data=[["type", "place"], ["return", "Homs"]], More=[["type", "place"], ["return", "Hama"]]
    )
    readings, bad = read(content, name="a.xlsx")
    assert bad == []
    assert [r.bulletin.id for r in readings] == ["a", "a#part2"]
    assert [e.id for r in readings for e in r.events] == ["a/Data/line-2", "a/More/line-2"]
    assert any("[Sheet]: passed over" in note for note in readings[0].bulletin.notes)
    readings, _ = read(content, "sheet:=More", name="a.xlsx")
    assert [places(e) for r in readings for e in r.events] == [{"at": ["syr:hama"]}]
    assert "has no sheet 'Else'" in read(content, "sheet:=Else", name="a.xlsx")[1][0]


def test_a_table_of_acled(read):
    ((reading,), bad) = read(
        "event_id_cnty,event_date,year,event_type,sub_event_type,country,admin1,admin2,location,latitude,longitude,source,"
        "notes,fatalities\nSYR1,24 June 2018,2018,Battles,Armed clash,Syria,Homs,Tadmor,Tadmur,34.5562,38.28,SOHR,"
        "Clashes.,3\n"
    )
    assert bad == []
    (told,) = reading.events
    assert (told.id, told.type, told.label, told.sentence, told.counts) == (
        "a/SYR1", "other", "Armed clash", "Clashes.", (),
    )  # fmt: skip
    assert (places(told), reading.bulletin.source) == ({"at": ["syr:palmyra"]}, "SOHR")
    assert any("fatalities are not read" in note for note in reading.bulletin.notes)


def test_an_event_of_acled_of_which_only_the_region_is_known(events):
    (told,) = events(
        "event_id_cnty,event_date,time_precision,event_type,country,admin1,location,latitude,longitude,geo_precision\n"
        "SYR1,24 June 2018,2,Battles,Syria,Homs,Homs,34.73,36.72,3\n"
    )
    assert places(told) == {"at": ["syr:homs-governorate"]}
    assert told.interval.precision == "week"


def test_tables_of_idmc_and_the_dtm(events):
    (idmc,) = events(
        "id,country,iso3,latitude,longitude,displacement_type,figure,displacement_date,displacement_start_date,"
        "displacement_end_date,sources,locations_name\n7,Syria,SYR,34.5562,38.28,Conflict,500,2018-06-24,2018-06-20,2018-06-24,"
        "OCHA,Tadmur\n"
    )
    assert (idmc.type, idmc.counts[0].value, idmc.counts[0].unit) == ("displacement", 500, "people")
    assert (idmc.interval.start, idmc.interval.end) == (date(2018, 6, 20), date(2018, 6, 25))
    (dtm,) = events(
        "id,admin0Name,admin0Pcode,admin1Name,admin1Pcode,admin2Name,numPresentIdpInd,reportingDate\n"
        "1,Syria,SYR,Aleppo,SY02,,1200,2018-06-24\n"
    )
    assert (dtm.type, dtm.counts[0].scope, places(dtm)) == (
        "displacement", "cumulative", {"at": ["syr:aleppo-governorate"]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "counts"),
    [("return", [(5, "people")]), ("displacement", [(60, "people"), (12, "families")]), ("evacuation", [])],
)
def test_a_figure_of_returnees_is_none_of_the_displaced(events, kind, counts):
    (told,) = events("place,IDP individuals,IDP HHs,Returnees\nHoms,60,12,5\n", f"type:={kind}")
    assert [(c.value, c.unit) for c in told.counts] == counts
    assert any("not read" in note for note in told.bulletin.notes)


# --- HXL


@pytest.mark.parametrize(
    ("tag", "field"),
    [
        ("#date", "date"), ("#date+start", "start"), ("#date+end+planned", "end"), ("#adm1+name", ".admin1"),
        ("#adm1+code", ".admin1_code"), ("#adm2+from+name", "from.admin2"), ("#country+code+v_pcode", ".country_code"),
        ("#loc+name+to", "to.name"), ("#loc +name", ".name"), ("#geo+lat", ".lat"), ("#geo+lon+origin", "from.lon"),
        ("#affected+ind", "figure.people"), ("#reached+hh", "figure.families"), ("#event+type", "type"),
        ("#meta+source", "source"), ("#description", "notes"),
    ],
)  # fmt: skip
def test_hashtags(tag, field):
    assert hxl_fields([tag])[0] == {field: [0]}


@pytest.mark.parametrize(
    "tag", ["#affected+f+children", "#affected+killed", "#sector", "#org", "#geo+basis", "#indicator+value"]
)
def test_hashtags_that_are_passed_over(tag):
    assert hxl_fields([tag])[0] == {}


def test_a_table_with_hashtags(events):
    (told,) = events(
        "Jour,Gouvernorat,Ménages,Qui\n#date,#adm1+name,#affected+hh+returnees,#meta+source\n2018-06-24,Homs,12,OCHA\n"
    )
    assert (told.type, told.bulletin.source, places(told)) == ("return", "OCHA", {"at": ["syr:homs-governorate"]})
    assert [(c.value, c.unit) for c in told.counts] == [(12, "families")]


def test_every_hashtag_that_is_written_is_known_or_left_out_on_purpose():
    tags = [column.hxl for column in CSV_COLUMNS]
    fields, _ = hxl_fields(tags)
    unread = {tag for i, tag in enumerate(tags) if [i] not in fields.values()}
    assert unread == {"#geo+basis", "#geo+approximate", "#meta+start", "#meta+end"}
    assert {f for f in fields if "." not in f} <= set(EVENT_FIELDS)


OF_THE_BULLETIN = {"id", "bulletin", "start_char", "end_char", "repeats"}


def told(event):
    """All that a table can say of an event: its row without where it stands, its figures, and the ids of its places."""
    row = {name: value for name, value in event_row(event).items() if name not in OF_THE_BULLETIN}
    counts = [count_text(count) for count in event.counts]
    repeats = event.repeats and "/".join(event.repeats.split("/")[-2:])
    ids = [{role: [r.place and r.place.id for r in found] for role, found in roles.items()}
           for roles in (event.roles, event.inferred)]  # fmt: skip
    return row, counts, ids, repeats, event.interval


def test_what_geomap_writes_reads_back_as_the_same_events(examples, gazetteer, events):
    written = [event for b in read_bulletins(examples) for event in process(b, gazetteer).events]
    back = events(to_csv(written), name="all.csv")
    found = {event.id.removeprefix("all/"): told(event) for event in back}
    assert found == {event.id: told(event) for event in written}
    again = events(to_csv(back), name="again.csv")
    assert [told(event)[:3] for event in again] == [told(event)[:3] for event in back]


@pytest.mark.corpus
def test_what_geomap_writes_of_the_corpus_reads_back(corpus, gazetteer, events):
    written = [event for b in read_bulletins(corpus) for event in process(b, gazetteer).events]
    back = {event.id.removeprefix("all/"): told(event) for event in events(to_csv(written), name="all.csv")}
    assert back == {event.id: told(event) for event in written}


def test_coordinates_of_a_table_survive_the_way_out_and_back(events):
    written = events(f"{PLACED}return,Homs,,Xyzzy,34.9000,38.9000\n")
    (back,) = events(to_csv(written), name="b.csv")
    assert back.places()[0].id == written[0].places()[0].id
    assert (back.places()[0].lon, back.places()[0].lat) == (38.9, 34.9)


# --- the command line


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "moves.csv"
    path.write_text(f"{HEADER}2018-06-24,return,Lebanon,Homs,190,\n2018-02-31,return,,Homs,1,\n", encoding="utf-8")
    return path


def test_a_bad_row_stops_everything_unless_told_to_go_on(run, table, tmp_path):
    store = tmp_path / "s.gpkg"
    ran = run("ingest", table, "--store", store)
    assert ran.code == 2
    assert "moves.csv, line 3, Date: '2018-02-31' is no day" in ran.err
    assert "1 bad row or file, nothing was written; 1 good row would be read with --skip-bad" in ran.err
    assert not store.exists()
    ran = run("ingest", table, "--store", store, "--skip-bad")
    assert ran.code == 0
    assert "1 table (1 row, 1 left out), 1 event; 2 place names resolved, 0 left open" in ran.err
    assert "from Lebanon; to Homs" in run("query", "--store", store).out


@pytest.mark.parametrize("command", [["extract"], ["extract", "--format", "json", "--explain"], ["check"]])
def test_tables_beside_bulletins(run, table, examples, command):
    ran = run(*command, table, examples / "001.txt", "--skip-bad")
    assert ran.code == 0
    assert "moves" in ran.out or "190" in ran.out or "series" in ran.out


def test_a_map_of_a_table(run, table, tmp_path):
    ran = run("map", table, "--skip-bad", "-o", tmp_path / "m.html")
    assert ran.code == 0
    (event,) = page_of((tmp_path / "m.html").read_text(encoding="utf-8"))["events"]
    assert event["sentence"].startswith("line 2: Date: 2018-06-24")
    assert run("map", table, "--skip-bad", "-o", table).code == 2
    assert table.read_text(encoding="utf-8").startswith(HEADER)


def test_a_table_that_needs_a_mapping_says_so_and_takes_it(run, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Jour,Lieu\n2018-06-24,Homs\n", encoding="utf-8")
    ran = run("extract", path)
    assert ran.code == 2
    assert "Its columns are Jour, Lieu" in ran.err
    assert run("extract", path, "--map", "date=Jour,to=Lieu", "--map", "type:=return").code == 0
    ran = run("extract", path, "--map", "Jour")
    assert (ran.code, "is not FIELD=COLUMN" in ran.err) == (2, True)


def test_tables_in_folders_are_passed_over_and_named_ones_have_ids_of_their_own(run, table, examples, tmp_path):
    (tmp_path / "001.csv").write_text("type,place\nreturn,Homs\n", encoding="utf-8")
    ran = run("extract", tmp_path / "001.csv", examples)
    assert ran.code == 2
    assert "'001' is also the id of" in ran.err
    (tmp_path / "a.txt").write_text("Nothing happened.", encoding="utf-8")
    assert "passed over 2 other files: 001.csv, moves.csv" in run("extract", tmp_path).err


def test_map_without_a_table_and_review_with_one_are_refused(run, table, examples, tmp_path):
    assert "no PATH is one" in run("extract", examples, "--map", "date=Day").err
    ran = run("review", "export", tmp_path / "r.xlsx", table)
    assert (ran.code, "names in tables are not reviewed" in ran.err) == (2, True)


def test_the_types_of_a_mapping_are_those_of_the_program():
    assert all(TableMap.of(f"type.x:={name}").types == {"x": name} for name in EVENT_TYPES)
