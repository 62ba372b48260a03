"""Files of events, each read back by another program: what it finds is what the events say."""

import csv
import io
import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date

import geopandas as gpd
import geoparquet_validator
import hxl
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from made_events import make_bulletin, make_event, make_place, make_resolution, readings
from openpyxl.utils.escape import unescape
from test_export import EVENTS, HOMS, RETURN

from geomap.cli.commands import query
from geomap.errors import StoreError
from geomap.export import FORMATS, format_of_ending, write_events, writing
from geomap.export.admin import ADMIN_COLUMNS
from geomap.export.hxl import CSV_COLUMNS
from geomap.gazetteer import Gazetteer
from geomap.model import Interval, Roles
from geomap.store.columns import EVENT_COLUMNS, event_geometry, event_row

KML = "{http://www.opengis.net/kml/2.2}"
law = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

FRANCE = make_place("fra", shapely.box(0, 40, 8, 50), name="France", type="country")
KNOWN = Gazetteer.from_places([
    make_place("syr", shapely.box(35, 32, 42, 37), name="Syria", type="country", links=("pcode:SY",),
               same_as=("pcode:SY",)),
    make_place("syr:rif", shapely.box(36, 33, 37, 34), name="Rif Dimashq", type="governorate", parents=("syr",),
               links=("pcode:SY03",), same_as=("pcode:SY03",)),
    make_place("syr:duma-sub", shapely.box(36, 33, 37, 34), name="Duma", type="subdistrict", parents=("syr:rif",),
               links=("pcode:SY030200",)),
    make_place(parents=("syr:duma-sub",), links=("pcode:C2338", "gn:170592"), same_as=("pcode:C2338", "gn:170592")),
    FRANCE,
])  # fmt: skip


def written(path, events=EVENTS, gazetteer=None):
    with writing(path) as file:
        write_events(iter(events), file, format_of_ending(path.suffix), gazetteer=gazetteer)
    return path


def plain(cell):
    """A cell of any program as a row of ours would hold it."""
    if cell is None or (not isinstance(cell, str | bool) and pd.isna(cell)):
        return None
    if hasattr(cell, "date"):
        return cell.date().isoformat()
    return cell


def test_formats_of_the_command_and_of_the_room_are_the_same():
    (option,) = [option for option in query.params if option.name == "format_"]
    assert list(option.type.choices) == list(FORMATS)
    assert {format_of_ending(e) for form in FORMATS.values() for e in form.endings} == set(FORMATS)
    assert format_of_ending(".KML") == "kml"
    assert format_of_ending(".docx") == "table"


@pytest.mark.parametrize("ending", [".fgb", ".gpkg", ".kml", ".geojson"])
def test_gdal_reads_it(tmp_path, ending):
    path = written(tmp_path / f"events{ending}")
    frame = pyogrio.read_dataframe(path)
    assert len(frame) == len(EVENTS)
    assert frame.crs == "EPSG:4326"
    key = "event" if "event" in frame.columns else "id"
    order = {str(row[key]): row for _, row in frame.iterrows()}
    for event in EVENTS:
        row, due = order[event.id], event_row(event)
        for name in ("type", "sentence", "first_day", "unit", "to_places", "source"):
            assert plain(row[name]) == due[name], name
        geometry = event_geometry(event)
        assert (row.geometry is None) == (geometry is None)
        assert geometry is None or shapely.equals(row.geometry.normalize(), geometry.normalize())


@pytest.mark.parametrize("ending", [".fgb", ".gpkg", ".parquet", ".csv", ".xlsx", ".kml"])
@pytest.mark.parametrize("events", [[], [EVENTS[1]], EVENTS], ids=["none", "one without a place", "all"])
def test_any_number_of_events(tmp_path, ending, events):
    assert written(tmp_path / f"events{ending}", events, KNOWN).stat().st_size > 0


def test_a_flatgeobuf_of_places_has_its_index(tmp_path):
    path = written(tmp_path / "events.fgb", [RETURN, EVENTS[2]])
    assert pyogrio.read_info(path)["capabilities"]["fast_spatial_filter"]
    assert len(pyogrio.read_dataframe(path, bbox=(36, 33.4, 36.5, 33.6))) == 1


@law
@given(made=readings())
def test_law_geoparquet_holds_any_event_and_keeps_the_standard(made):
    events = [event for reading in made for event in reading.events]
    file = io.BytesIO()
    write_events(events, file, "parquet", gazetteer=KNOWN)
    report = geoparquet_validator.check_bytes("events.parquet", file.getvalue())
    assert [geoparquet_validator.failed(report, part) for part in ("core", "covering")] == [[], []]
    frame = gpd.read_parquet(file)
    assert list(frame.columns) == [*(c.name for c in EVENT_COLUMNS), "geometry", *(c.name for c in ADMIN_COLUMNS)]
    boxes = pq.read_table(file, columns=["bbox"])["bbox"].to_pylist()
    for event, (_, row), box in zip(events, frame.iterrows(), boxes, strict=True):
        assert {c.name: plain(row[c.name]) for c in EVENT_COLUMNS if c.sql != "DATE"} == {
            c.name: event_row(event)[c.name] for c in EVENT_COLUMNS if c.sql != "DATE"
        }
        geometry = event_geometry(event)
        assert (row.geometry is None) == (geometry is None)
        assert geometry is None or shapely.equals_identical(row.geometry, geometry)
        assert geometry is None or tuple(box.values()) == geometry.bounds


def test_geoparquet_in_groups_is_read_by_box(tmp_path, monkeypatch):
    monkeypatch.setattr("geomap.export.geoparquet._GROUP", 10)
    events = [
        make_event(number=n, roles=Roles(at=(make_resolution(make_place(geometry=shapely.Point(30 + n / 10, 33))),)))
        for n in range(95)
    ]
    path = written(tmp_path / "events.parquet", events)
    assert pq.read_metadata(path).num_row_groups == 10
    found = gpd.read_parquet(path, bbox=(30.95, 32, 31.45, 34))
    assert list(found["id"]) == [f"000/{n}-0" for n in range(10, 15)]
    assert found.crs == "OGC:CRS84"


@law
@given(made=readings())
def test_law_xlsx_holds_any_text_and_no_formula(made):
    events = [event for reading in made for event in reading.events]
    file = io.BytesIO()
    write_events(events, file, "xlsx")
    header, tags, *rows = openpyxl.load_workbook(file).active.iter_rows()
    assert [cell.value for cell in header] == [column.name for column in CSV_COLUMNS]
    assert [cell.value for cell in tags] == [column.hxl for column in CSV_COLUMNS]
    assert len(rows) == len(events)
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]
    for event, row in zip(events, rows, strict=True):
        found = dict(zip([column.name for column in CSV_COLUMNS], [cell.value for cell in row], strict=True))
        due = event_row(event)
        assert found["type"] == due["type"]
        for name in ("value", "lat"):  # a workbook keeps 15 digits
            assert found[name] == (None if due[name] is None else pytest.approx(due[name], rel=1e-14, abs=1e-300))


@pytest.mark.parametrize("text", ["=1+1", "+1", "@a", "-2", "a\x00b\x1f", "a\r\nb", "_x0041_", "x" * 40_000, "دوما"])
def test_texts_in_a_cell(text):
    file = io.BytesIO()
    write_events([make_event(sentence=text)], file, "xlsx")
    header, _, row = openpyxl.load_workbook(file).active.iter_rows()
    (cell,) = [cell for name, cell in zip(header, row, strict=True) if name.value == "sentence"]
    assert cell.data_type == "s"
    due = text.replace("\x00", "\ufffd").replace("\x1f", "\ufffd").replace("\r\n", "\n")
    assert unescape(cell.value) == due[:32_767]


def test_a_sheet_is_full(monkeypatch):
    monkeypatch.setattr("geomap.export.spreadsheet._MOST_ROWS", 3)
    with pytest.raises(ValueError, match="a sheet has 3 rows; ask for less"):
        write_events(EVENTS, io.BytesIO(), "xlsx")


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")  # libhxl's
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_libhxl_reads_the_tags(tmp_path, ending):
    path = written(tmp_path / f"events{ending}", EVENTS, KNOWN)
    with hxl.data(hxl.input.make_input(str(path), hxl.input.InputOptions(allow_local=True))) as data:
        tags = [column.display_tag for column in data.columns]
        rows = list(data)
    assert tags == [column.hxl for column in (*CSV_COLUMNS, *ADMIN_COLUMNS)]
    assert rows[0].get("#adm1+code") == "SY03"
    assert rows[0].get("#event+type") == "return"


def test_areas_join_by_p_code(tmp_path):
    header, tags, *rows = csv.reader(io.StringIO(written(tmp_path / "e.csv", EVENTS, KNOWN).read_text("utf-8")))
    first = dict(zip(header, rows[0], strict=True))
    assert {c.name: first[c.name] for c in ADMIN_COLUMNS} == {
        "adm0_name": "Syria", "adm0_pcode": "SY", "adm1_name": "Rif Dimashq", "adm1_pcode": "SY03",
        "adm2_name": "", "adm2_pcode": "", "adm3_name": "Duma", "adm3_pcode": "", "point_pcode": "C2338",
    }  # fmt: skip
    assert {dict(zip(header, rows[1], strict=True))[c.name] for c in ADMIN_COLUMNS} == {""}
    assert {dict(zip(header, rows[2], strict=True))[c.name] for c in ADMIN_COLUMNS} == {""}, "not in the gazetteer"
    assert len(set(tags)) == len(tags)


def test_kml():
    file = io.BytesIO()
    evil = make_event(
        make_bulletin("002"), sentence="<script>alert(1)</script> & ]]> \x00", type="vaccination",
        interval=Interval(start=date(987, 1, 2), end=date(987, 1, 4)), roles=Roles(at=(make_resolution(HOMS),)),
    )  # fmt: skip
    write_events([*EVENTS, evil], file, "kml", gazetteer=KNOWN)
    root = ET.fromstring(file.getvalue())
    marks = root.findall(f".//{KML}Placemark")
    assert len(marks) == 4
    first = marks[0]
    assert first.findtext(f"{KML}name") == "return: at least 194 people"
    assert first.findtext(f"{KML}TimeSpan/{KML}begin") == "2018-06-20"
    assert first.findtext(f"{KML}TimeSpan/{KML}end") == "2018-06-23"
    data = {d.get("name"): d.findtext(f"{KML}value") for d in first.iter(f"{KML}Data")}
    assert (data["adm1_pcode"], data["value"], data["at_least"]) == ("SY03", "194", "true")
    assert len(first.findall(f"{KML}MultiGeometry/*")) == 2
    style = root.find(f".//{KML}Style[@id='return']/{KML}IconStyle/{KML}color")
    assert style.text == "ff882233"  # opacity, blue, green, red
    assert {m.findtext(f"{KML}styleUrl")[1:] for m in marks} <= {s.get("id") for s in root.iter(f"{KML}Style")}
    assert marks[3].findtext(f"{KML}description") == "&lt;script&gt;alert(1)&lt;/script&gt; &amp; ]]&gt; \ufffd"
    assert marks[3].findtext(f"{KML}TimeSpan/{KML}begin") == "0987-01-02"


@law
@given(made=readings())
def test_law_kml_is_well_formed_and_keeps_geometries(made):
    events = [event for reading in made for event in reading.events]
    file = io.BytesIO()
    write_events(events, file, "kml")
    marks = ET.fromstring(file.getvalue()).findall(f".//{KML}Placemark")
    assert len(marks) == len(events)
    for event, mark in zip(events, marks, strict=True):
        pairs = [pair for c in mark.iter(f"{KML}coordinates") for pair in c.text.split()]
        geometry = event_geometry(event)
        due = [] if geometry is None else [tuple(p) for p in shapely.get_coordinates(geometry).tolist()]
        assert [tuple(map(float, pair.split(","))) for pair in pairs] == due


def test_query_writes_every_format(tmp_path, run, examples):
    store = tmp_path / "s.gpkg"
    run("ingest", examples / "001.txt", "--store", store)
    count = int(run("query", "--store", store).err.split()[0])
    for name, form in FORMATS.items():
        path = tmp_path / f"out{form.endings[0]}"
        ran = run("query", "--store", store, "-o", path)
        assert (ran.code, ran.out) == (0, ""), ran.err
        assert path.stat().st_size > 0
        if name in ("fgb", "gpkg", "kml", "geojson"):
            assert pyogrio.read_info(path, force_feature_count=True)["features"] == count
    frame = gpd.read_parquet(tmp_path / "out.parquet")
    assert len(frame) == count
    assert set(frame["adm1_pcode"].dropna()) <= {f"SY{n:02}" for n in range(1, 15)}
    assert frame["adm1_pcode"].notna().any()


def test_query_certain_and_possible(tmp_path, run, examples):
    store = tmp_path / "s.gpkg"
    run("ingest", examples, "--store", store)
    asked = ("--store", store, "--bbox", "36.2,33.4,36.6,33.7")
    certain, meets, possible = (
        {f["id"] for f in json.loads(run("query", *asked, *flag, "--format", "geojson").out)["features"]}
        for flag in (["--certain"], [], ["--possible"])
    )
    assert certain < meets < possible
    ran = run("query", "--store", store, "--certain")
    assert ran.code == 2
    assert "give --bbox too" in ran.err


def test_without_pyarrow_it_is_said_what_to_install(tmp_path):
    code = (
        "import sys, io; sys.modules['pyarrow'] = None\n"
        "from geomap.export import write_events\n"
        "from geomap.errors import StoreError\n"
        "try: write_events([], io.BytesIO(), 'parquet')\n"
        "except StoreError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install geomap[arrow]" in done.stdout


def test_a_file_that_fails_halfway_is_not_there(tmp_path):
    def failing():
        yield RETURN
        raise RuntimeError("the second event")

    for form in FORMATS.values():
        path = tmp_path / f"out{form.endings[0]}"
        with pytest.raises(RuntimeError):
            written(path, failing())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_while_writing():
    with pytest.raises(StoreError, match="cannot be written"), writing("/dev/full") as file:
        write_events(EVENTS, file, "csv")
