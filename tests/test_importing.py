"""Gazetteers of other people, as they write them, and what is said of rows that are wrong."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from geomap.errors import GazetteerError
from geomap.gazetteer import Gazetteer, check
from geomap.gazetteer.importing import Imported, Options, SourceNote, import_places
from geomap.gazetteer.importing.cod_columns import cod_columns
from geomap.gazetteer.importing.countries import Countries
from geomap.gazetteer.importing.dates import span_of
from geomap.gazetteer.importing.ids import PLACE_ID, prefix_of, short_identifier
from geomap.gazetteer.importing.spellings import spellings
from geomap.gazetteer.slugs import slug
from geomap.gazetteer.writing import to_collection

DUMA = shapely.box(36.3, 33.5, 36.6, 33.7)
RIF = shapely.box(36.0, 33.2, 37.2, 34.0)


@pytest.fixture
def put(tmp_path):
    """Write a text file: `put("x.csv", "a,b", "1,2") -> path`."""

    def call(name: str, *lines: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        return path

    return call


def errors(imported: Imported) -> list[str]:
    return [str(p) for p in imported.problems if p.severity == "error"]


def warnings(imported: Imported) -> list[str]:
    return [str(p) for p in imported.problems if p.severity == "warning"]


def ids(imported: Imported) -> list[str]:
    return [place.id for place in imported.places]


def get(imported: Imported, place_id: str):
    return next(place for place in imported.places if place.id == place_id)


def loads_cleanly(imported: Imported, folder: Path) -> Gazetteer:
    """Write what was imported, read it as a strict gazetteer, and prove that nothing was lost or is wrong with it."""
    path = folder / "written.geojson"
    path.write_text(to_collection(imported.places, title="imported"), encoding="utf-8")
    gazetteer = Gazetteer.load(path)
    assert tuple(gazetteer) == imported.places
    assert all(got.geometry.equals(p.geometry) for got, p in zip(gazetteer, imported.places, strict=True))
    assert [str(p) for p in check(gazetteer) if p.severity == "error"] == []
    return gazetteer


# --- any table --------------------------------------------------------------------------------------------------------


def test_a_table_is_read_by_its_mapping(put, tmp_path) -> None:
    path = put(
        "My villages.csv",
        "code;Ort;Also;X;Y;Kind;In;People;P;G;W;Lang",
        "A 1;Nasriyeh (Jirud);الناصرية@ar|Nasriya;36.8137;33.8727;Village;B/2;1,250;C2380;http://www.geonames.org/5/;Q7;en",
        "B/2;Jirud;;36.74;33.81;town;syr:rif-dimashq;;;;;en",
    )
    mapping = {
        "id": "code", "name": "Ort", "alt_names": "Also", "lon": "X", "lat": "Y", "type": "Kind", "parent": "In",
        "population": "People", "pcode": "P", "gn": "G", "wd": "W", "lang": "Lang",
    }  # fmt: skip
    got = import_places(path, options=Options(mapping=mapping, country="syr"))
    assert (got.format, got.problems, got.notes) == ("csv", (), ())
    assert ids(got) == ["myvillages:a-1", "myvillages:b-2", "syr:syria"]
    place = got.places[0]
    assert (place.name, place.type, place.lon, place.lat) == ("Nasriyeh", "village", 36.8137, 33.8727)
    assert [(n.toponym, n.lang) for n in place.names] == [
        ("Nasriyeh", "en"), ("Nasriyeh (Jirud)", "en"), ("الناصرية", "ar"), ("Nasriya", "en"),
    ]  # fmt: skip
    assert place.parents == ("myvillages:b-2",)
    assert (place.population, place.ccodes) == (1250, ("SY",))
    assert place.links == place.same_as == ("pcode:C2380", "gn:5", "wd:Q7")
    assert [(c.source, c.label) for c in place.citations] == [("My villages.csv", "A 1")]
    assert got.places[1].parents == ("syr:rif-dimashq", "syr:syria")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_header(put, delimiter: str) -> None:
    rows = (["name", "lon", "lat"], ["Duma", "36.4", "33.57"])
    got = import_places(put("x.csv", *(delimiter.join(row) for row in rows)))
    assert ids(got) == ["syr:syria", "x:duma-2"]


def test_types_follow_from_population_and_country_from_the_place_when_they_are_not_given(put) -> None:
    rows = ("Duma,36.4,33.57,110893", "Harasta,36.37,33.56,46000", "Zamalka,36.35,33.53,0")
    got = import_places(put("x.csv", "name,lon,lat,population", *rows))
    assert [(p.type, p.population) for p in got.places[1:]] == [("city", 110_893), ("town", 46_000), ("village", None)]
    assert {p.ccodes for p in got.places} == {("SY",)}
    assert "country of 3 places: by the outlines of Natural Earth" in got.notes
    assert "no type is given" in " ".join(got.notes)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1,,36.4,33.5,village,SY,", "x.csv:3: error: 1 name: is empty"),
        ("1,A,,33.5,village,SY,", "x.csv:3: error: 1 lon: is empty; give degrees"),
        ("1,A,36.4,north,village,SY,", "x.csv:3: error: 1 lat: 'north' is no number of degrees"),
        ('1,A,"36,4",33.5,village,SY,', "'36,4' is no number of degrees; write 36.4"),
        ("1,A,36.4,nan,village,SY,", "'nan' is no number"),
        ("1,A,36.4,1e999,village,SY,", "'1e999' is no number"),
        ("1,A,33.5,136.4,village,SY,", "136.4 lies outside -90..90; longitude and latitude look swapped"),
        ("1,A,361,33.5,village,SY,", "361 lies outside -180..180"),
        ("1,A,0,0.0,village,SY,", "is 0, 0, a point in the ocean that stands for a missing coordinate"),
        ("1,A,36.4,33.5,hamster,SY,", "1 type: 'hamster' is unknown; it must be one of country, governorate"),
        ("1,A,36.4,33.5,village,Syria,", "1 country: 'Syria' is no country code"),
        ("1,A,-30,30,village,,", "1 country: is not given, and the point lies in no country's outline"),
        ("1,A,36.4,33.5,village,SY,Nowhere", "1 parent: 'Nowhere' is no id or name of this file, nor an id such as"),
        (
            "1,A,36.4,33.5,village,ZZ,",
            "parent: lies in nothing that is known: ZZ is no country of the curated gazetteer",
        ),
        ("0,A,36.4,33.5,village,SY,", "x:0 id: is the id of Duma too ("),
        ("1,A,36.4,33.5,village,SY,,,,", "x.csv:3: error: has 10 cells where the header names 7"),
        ("1,A,36.4", "has 3 cells where the header names 7"),
        ('1,"A,36.4,33.5,village,SY,', "x.csv:3: error: cannot be parted into cells"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_read(put, row: str, said: str) -> None:
    if row.endswith(",,,"):
        row = row.replace(",,,,", ",,,,x")
    path = put("x.csv", "id,name,lon,lat,type,country,parent", "0,Duma,36.4,33.5,town,SY,", row)
    got = import_places(path)
    assert ids(got) == ["syr:syria", "x:0"]
    assert len(errors(got)) == 1
    assert said in errors(got)[0]


def test_rows_keep_their_lines_when_cells_run_over_several(put) -> None:
    path = put("x.csv", "name,lon,lat", '"Du', 'ma",36.4,33.5', "", "Bad,x,33.5")
    got = import_places(path)
    assert [p.name for p in got.places if p.type != "country"] == ["Du ma"]
    assert errors(got) == [
        f"{path}:5: error: Bad lon: 'x' is no number of degrees; write decimal degrees, such as 36.5"
    ]


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"name": "Ort"}, r"--map name: has no column 'Ort'; it has name, X, lat"),
        ({"height": "X"}, r"'height' is no field; map name, lon, lat"),
        (None, r"say which columns these are: --map lon=COLUMN; it has name, X, lat"),
    ],
)
def test_a_wrong_column_names_those_that_are_there(put, mapping, said: str) -> None:
    with pytest.raises(GazetteerError, match=said):
        import_places(put("x.csv", "name,X,lat", "A,1,2"), format="csv", options=Options(mapping=mapping))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8", "utf-32"])
def test_encodings_that_say_what_they_are_are_read(put, encoding: str) -> None:
    got = import_places(put("x.csv", "id,name,lon,lat", "1,دوما,36.4,33.57", encoding=encoding))
    assert get(got, "x:1").name == "دوما"
    assert any("byte order mark" in note for note in got.notes) == (encoding in ("utf-16", "utf-32"))


def test_an_encoding_that_does_not_say_what_it_is_is_asked_for(put) -> None:
    path = put("x.csv", "id,name,lon,lat", "1,دوما,36.4,33.57", encoding="cp1256")
    with pytest.raises(GazetteerError, match=r"is not UTF-8 \(byte 18\).*--encoding: cp1256 \('1,دوما") as caught:
        import_places(path)
    assert (caught.value.path, caught.value.line) == (str(path), 2)
    assert get(import_places(path, options=Options(encoding="cp1256")), "x:1").name == "دوما"
    with pytest.raises(GazetteerError, match="'latin-99' is no encoding"):
        import_places(path, options=Options(encoding="latin-99"))
    with pytest.raises(GazetteerError, match="--encoding utf-16-le"):
        import_places(put("y.csv", "id,name,lon,lat", "1,A,36.4,33.57", encoding="utf-16-le"))


def test_a_workbook_is_read_by_its_first_sheet(tmp_path) -> None:
    book = Workbook()
    book.active.append(["id", "name", "lon", "lat", "population"])
    book.active.append([7.0, "Duma", 36.4, 33.57, 110893.0])
    book.active.append([8, "Bad", None, 33.57])
    book.create_sheet("notes").append(["remark"])
    path = tmp_path / "x.xlsx"
    book.save(path)
    got = import_places(path)
    assert get(got, "x:7").population == 110_893
    assert errors(got) == [f"{path} [Sheet]:3: error: 8 lon: is empty; give degrees, such as 36.5"]
    assert f"{path} [notes]: passed over; only the first sheet is read" in got.notes
    (tmp_path / "y.xlsx").write_text("no workbook")
    with pytest.raises(GazetteerError, match="is no workbook that can be read"):
        import_places(tmp_path / "y.xlsx")


def test_who_is_cited_can_be_said(put) -> None:
    source = SourceNote("Village list", "https://example.org/list", "CC0")
    got = import_places(put("x.csv", "id,name,lon,lat", "1,Duma,36.4,33.57"), options=Options(source=source))
    cited = get(got, "x:1").citations[0]
    assert (cited.source, cited.label, cited.url, cited.licence) == (
        "Village list", "1", "https://example.org/list", "CC0",
    )  # fmt: skip


# --- points in their country ------------------------------------------------------------------------------------------


def test_points_outside_of_the_country_are_flagged_and_kept_as_uncertain(put) -> None:
    rows = (
        "1,Duma,36.4,33.57",
        "2,Swapped,35.2,40.1",
        "3,Ankara,32.85,39.93",
        "4,Arwad,35.85,34.85",
        "5,Border,37.0473,36.6533",
    )
    path = put("x.csv", "id,name,lon,lat", *rows)
    got = import_places(path, options=Options(country="SY"))
    assert errors(got) == []
    assert [w.split(": ", 2)[0] for w in warnings(got)] == [f"{path}:3", f"{path}:4"]
    assert "and inside when exchanged: longitude and latitude look swapped" in warnings(got)[0]
    assert "km outside of Syria; it is kept as it is, as uncertain" in warnings(got)[1]
    flagged = [p for p in got.places if p.certainty == "uncertain"]
    assert [(p.id, p.lon, p.lat) for p in flagged] == [("x:2", 35.2, 40.1), ("x:3", 32.85, 39.93)]
    assert all("outside of Syria" in p.description for p in flagged)


def test_columns_that_are_exchanged_are_refused_as_a_whole(put) -> None:
    rows = [f"{i},V{i},33.5{i},36.4" for i in range(10, 30)]
    with pytest.raises(
        GazetteerError, match="20 of 20 places lie in Syria only when longitude and latitude are exchanged"
    ):
        import_places(put("x.csv", "id,name,lon,lat", *rows), options=Options(country="SY"))


def test_every_curated_country_has_an_outline_but_the_vatican() -> None:
    countries = Countries()
    assert [code for code in countries.places if countries.outline(code) is None] == ["VA"]
    assert shapely.covers(countries.outline("IT"), shapely.Point(12.5, 41.9))
    assert (countries.code_of("irq"), countries.iso3_of("IQ"), countries.code_of("Iraq")) == ("IQ", "irq", None)


# --- OCHA COD ---------------------------------------------------------------------------------------------------------

COMMUNITIES = (
    "pcode,name_en,name_ref,base_en,lat,lon,adm3_en,adm3_pcode,adm2_en,adm2_pcode,adm1_en,adm1_pcode,coord_source,pop_2023",
    "C2338,Duma (Duma),,Duma,33.5707,36.4047,Duma,SY030200,Duma,SY0302,Rural Damascus,SY03,COD pplp,43017",
    "C99999,Ma'raba/Shamiyeh / Duma,Maraba,,33.58,36.41,Duma,SY030200,Duma,SY0302,Rural Damascus,SY03,,0",
)


@pytest.fixture
def outlines(tmp_path):
    """Write divisions as a layer: `outlines("x.shp", [{...}], [geometry]) -> path`."""

    def call(name: str, rows: list[dict[str, Any]], shapes: list[Any], crs: str | None = "EPSG:4326", **extra) -> Path:
        frame = geopandas.GeoDataFrame(rows, geometry=shapes, crs=crs)
        frame.to_file(tmp_path / name, engine="pyogrio", **extra)
        return tmp_path / name

    return call


def test_levels_and_populated_places_are_joined_by_pcode(put, outlines, tmp_path) -> None:
    governorates = outlines(
        "adm1.geojson", [{"pcode": "SY03", "name_en": "Rural Damascus", "name_ar": "ريف دمشق", "adm1": "SY03"}], [RIF]
    )
    district = {
        "ADM2_EN": "Duma",
        "ADM2_AR": "دوما",
        "ADM2_PCODE": "SY0302",
        "ADM1_EN": "Rural Damascus",
        "ADM1_PCODE": "SY03",
    }
    districts = outlines("adm2.shp", [district], [DUMA], encoding="utf-8")
    sub = {
        "admin3Name_en": "Duma",
        "admin3Pcode": "SY030200",
        "admin2Pcode": "SY0302",
        "admin1Pcode": "SY03",
        "admin0Pcode": "SY",
    }
    subdistricts = outlines("adm3.gpkg", [sub], [DUMA])
    got = import_places(put("communities.csv", *COMMUNITIES), subdistricts, districts, governorates)
    assert (got.format, errors(got), warnings(got)) == ("cod", [], [])
    gazetteer = loads_cleanly(got, tmp_path)
    assert list(gazetteer.places) == ["cod:c2338", "cod:c99999", "cod:sy03", "cod:sy0302", "cod:sy030200", "syr:syria"]
    chain = [p.id for p in gazetteer.ancestors("cod:c2338")]
    assert chain == ["cod:sy030200", "cod:sy0302", "cod:sy03", "syr:syria"]
    assert [p.type for p in gazetteer.ancestors("cod:c2338")] == ["subdistrict", "district", "governorate", "country"]
    duma = gazetteer.get("cod:c2338")
    assert (duma.name, duma.type, duma.population, duma.same_as) == ("Duma", "town", 43_017, ("pcode:C2338",))
    assert (duma.citations[0].label, duma.citations[0].url) == (
        "C2338; coordinates: COD pplp", "https://data.humdata.org/dataset/cod-ab-syr",
    )  # fmt: skip
    other = gazetteer.get("cod:c99999")
    assert [n.toponym for n in other.names] == ["Ma'raba", "Shamiyeh", "Ma'raba/Shamiyeh / Duma", "Maraba"]
    assert (other.type, other.population) == ("village", None)  # 0 is written for not counted
    assert gazetteer.get("cod:sy0302").geometry.equals(DUMA)
    assert ("دوما", "ar") in {(n.toponym, n.lang) for n in gazetteer.get("cod:sy0302").names}


def test_a_workbook_of_divisions_gives_names_to_outlines(outlines, tmp_path) -> None:
    book = Workbook()
    book.active.append(["adm1_name", "adm1_name1", "adm1_pcode", "adm0_pcode", "lang", "lang1"])
    book.active.append(["Rural Damascus", "ريف دمشق", "SY03", "SY", "en", "ar"])
    book.active.append(["Elsewhere", "", "SY99", "SY", "en", "ar"])
    book.create_sheet("About").append(["nothing here"])
    book.save(tmp_path / "names.xlsx")
    shape = outlines("adm1.geojson", [{"ADM1_EN": "Rif", "ADM1_PCODE": "SY03"}], [RIF])
    got = import_places(tmp_path / "names.xlsx", shape)
    rif = get(got, "cod:sy03")
    assert [(n.toponym, n.lang) for n in rif.names] == [("Rural Damascus", "en"), ("ريف دمشق", "ar"), ("Rif", "en")]
    assert rif.geometry.equals(RIF)
    where = f"{tmp_path / 'names.xlsx'} [Sheet]:3: error: SY99 geometry"
    assert errors(got) == [
        f"{where}: has no coordinates in these files; give the file with its outline, or columns lon and lat"
    ]


def test_communities_alone_name_their_divisions_for_a_gazetteer_that_has_them(put, tmp_path) -> None:
    got = import_places(put("communities.csv", *COMMUNITIES))
    assert get(got, "cod:c2338").parents == ("cod:sy030200", "cod:sy0302", "cod:sy03", "syr:syria")
    assert "1 divisions in which 2 places lie are not in these files (such as SY030200)" in " ".join(got.notes)
    path = tmp_path / "written.geojson"
    path.write_text(to_collection(got.places, title="x"), encoding="utf-8")
    together = Gazetteer.load(Path(__file__).resolve().parent.parent / "gazetteer", path)
    assert "cod:c2338" not in together
    assert "syr:rif-dimashq" in {p.id for p in together.ancestors("cod:c99999")}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",A,,,33.5,36.4,Duma,SY030200,Duma,SY0302,R,SY03,,", "pcode: is empty; each place has a P-code"),
        ("C1,,,,33.5,36.4,Duma,SY030200,Duma,SY0302,R,SY03,,", "C1 name: is empty"),
        ("C1,A,,,33.5,,Duma,SY030200,Duma,SY0302,R,SY03,,", "C1 lon: is empty"),
        ("c2338,A,,,33.5,36.4,Duma,SY030200,Duma,SY0302,R,SY03,,", "is given in line 2 already; P-codes are unique"),
    ],
)
def test_a_bad_row_of_a_cod_is_named(put, row: str, said: str) -> None:
    got = import_places(put("x.csv", *COMMUNITIES, row))
    assert ids(got) == ["cod:c2338", "cod:c99999", "syr:syria"]
    assert len(errors(got)) == 1
    assert "x.csv:4: error: " in errors(got)[0]
    assert said in errors(got)[0]


def test_what_looks_wrong_in_a_cod_is_said(put, outlines) -> None:
    bow_tie = shapely.Polygon([(36.0, 33.2), (37.2, 34.0), (37.2, 33.2), (36.0, 34.0)])
    shape = outlines("adm3.geojson", [{"pcode": "SY030200", "name_en": "Duma", "adm1": "SY03"}], [bow_tie])
    row = "C9,Bi?r,,,33.9,36.6,Duma,SY030200,Duma,SY0302,R,SY03,,many"
    found = warnings(import_places(put("x.csv", COMMUNITIES[0], row), shape))
    assert len(found) == 4
    for said in (
        "SY030200 geometry: was no sound outline (Self-intersection",
        "C9 name: 'Bi?r' has a question mark where a letter was lost",
        "C9 pop_2023: 'many' is no number of people; it was left out",
        "cod:c9 lon, lat: lies 26.0 km outside of the outline of its container cod:sy030200",
    ):
        assert any(said in warning for warning in found), (said, found)


def test_layers_in_other_coordinates_and_encodings(outlines) -> None:
    row = {"ADM1_EN": "Rif", "ADM1_AR": "ريف دمشق", "ADM1_PCODE": "SY03"}
    projected = geopandas.GeoSeries([RIF], crs="EPSG:4326").to_crs("EPSG:32637").tolist()
    got = import_places(outlines("utm.gpkg", [row], projected, crs="EPSG:32637"))
    assert get(got, "cod:sy03").geometry.equals_exact(RIF, 1e-6)
    with pytest.raises(GazetteerError, match="does not say in which coordinates it is"):
        import_places(_without_projection(outlines("none.shp", [row], projected, crs="EPSG:32637", encoding="utf-8")))
    bare = _without_projection(outlines("degrees.shp", [row], [RIF], encoding="utf-8"))
    assert "taken as degrees" in " ".join(import_places(bare).notes)
    cp1256 = outlines("cp1256.shp", [row], [RIF], encoding="cp1256")
    cp1256.with_suffix(".cpg").unlink()
    table = bytearray(cp1256.with_suffix(".dbf").read_bytes())
    table[29] = 0
    cp1256.with_suffix(".dbf").write_bytes(table)
    with pytest.raises(GazetteerError, match="name their encoding, for example --encoding cp1256"):
        import_places(cp1256)
    assert "ريف دمشق" in {
        n.toponym for n in get(import_places(cp1256, options=Options(encoding="cp1256")), "cod:sy03").names
    }


def _without_projection(path: Path) -> Path:
    path.with_suffix(".prj").unlink()
    return path


@pytest.mark.parametrize(
    "columns",
    [
        "ADM2_EN,ADM2_AR,ADM2_PCODE,ADM2_REF,ADM2ALT1EN,ADM1_EN,ADM1_PCODE,ADM0_PCODE,date,validOn",
        "admin2Name_en,admin2Name_ar,admin2Pcode,admin2RefName,admin2AltName1_en,admin1Name_en,admin1Pcode",
        "adm2_name,adm2_name1,adm2_pcode,adm1_name,adm1_pcode,lang,lang1,valid_on,area_sqkm",
        "admin2Name,admin2Pcod,admin2RefN,admin1Name,admin1Pcod",
    ],
)
def test_columns_of_all_editions_are_known(columns: str) -> None:
    found = cod_columns(columns.split(","))
    assert found.is_cod
    assert found.deepest == 2
    assert len(found.levels[2].names) >= 2
    assert not found.own.names


def test_other_tables_are_no_cod() -> None:
    for columns in ("id,name,lon,lat", "code,name,alt,lang", "adm1,adm2,x", "OBJECTID,date,status"):
        assert not cod_columns(columns.split(",")).is_cod


@pytest.mark.parametrize(
    ("written", "containers", "names"),
    [
        ("Nasriyeh (Jirud)", [], ["Nasriyeh", "Nasriyeh (Jirud)"]),
        ("Mseibin(Al-Bab)", [], ["Mseibin", "Mseibin(Al-Bab)"]),
        ("Ashrafia/Madlousah", [], ["Ashrafia", "Madlousah", "Ashrafia/Madlousah"]),
        ("A; B (C)", [], ["A", "B", "A; B (C)"]),
        ("Bab Khir \\ tall Tamer", ["Tal Tamer"], ["Bab Khir", "Bab Khir \\ tall Tamer"]),
        ("Ariha / Old", ["Ariha"], ["Ariha", "Old", "Ariha / Old"]),
        (" Haj\xa0Nayef\n", [], ["Haj Nayef"]),
        ("(Jirud)", [], ["(Jirud)"]),
        ("/", [], ["/"]),
        ("Mazraa - Wa'er", [], ["Mazraa - Wa'er"]),
    ],
)
def test_a_written_name_holds_one_or_several(written: str, containers: list[str], names: list[str]) -> None:
    assert list(spellings(written, containers=containers)) == names


@given(st.text(max_size=30).filter(str.strip), st.lists(st.text(max_size=8), max_size=3))
def test_a_written_name_is_always_one_of_its_spellings(written: str, containers: list[str]) -> None:
    found = spellings(written, containers=containers)
    assert found[-1] == " ".join(written.split())
    assert len(set(found)) == len(found)
    assert all(found)


# --- GeoNames ---------------------------------------------------------------------------------------------------------


def geonames_row(geonameid: int, name: str, kind: str, lat: float = 33.57, lon: float = 36.4, **fields: str) -> str:
    feature_class, code = kind.split(".")
    f = {"ascii": name, "alternates": "", "country": "SY", "a1": "08", "a2": "", "population": "0", **fields}
    cells = (
        str(geonameid), name, f["ascii"], f["alternates"], str(lat), str(lon), feature_class, code, f["country"], "",
        f["a1"], f["a2"], "", "", f["population"], "", "700", "Asia/Damascus", "2020-01-01",
    )  # fmt: skip
    return "\t".join(cells)


def test_a_dump_is_read_with_its_tables_of_names_and_divisions(put, tmp_path) -> None:
    dump = put(
        "SY.txt",
        geonames_row(
            170592,
            "Dūmā",
            "P.PPLA2",
            ascii="Duma",
            alternates='Douma,دوما,DUM,"Duma"',
            a2="170593",
            population="110893",
        ),
        geonames_row(7922, "Rif", "A.ADM1"),
        geonames_row(163843, "Syria", "A.PCLI", a1="00", lon=38.0, lat=35.0),
        geonames_row(99, "Some Lake", "H.LK"),
        geonames_row(98, "Old Town", "P.PPLX"),
        geonames_row(97, "Far", "P.PPL", a1="13"),
        geonames_row(96, "Capital", "P.PPLC"),
    )
    names = put(
        "alternateNamesV2.txt",
        "1\t170592\tar\tدوما\t\t\t\t\t\t",
        "2\t170592\tlink\thttps://en.wikipedia.org/wiki/Douma\t\t\t\t\t\t",
        "3\t170592\twkdt\tQ216867\t\t\t\t\t\t",
        "4\t170592\tfr\tDouma\t1\t\t\t\t\t",
        "5\t170592\ten\tOld Duma\t\t\t\t1\t\t",
        "6\t5\ten\tElsewhere\t\t\t\t\t\t",
    )
    divisions = put(
        "admin1CodesASCII.txt", "SY.13\tDamascus\tDamascus\t170652", "SY.08\tRif Dimashq\tRif Dimashq\t7922"
    )
    got = import_places(names, divisions, dump)
    assert (got.format, errors(got)) == ("geonames", [])
    loads_cleanly(import_places(dump), tmp_path)
    duma = get(got, "gn:170592")
    assert (duma.name, duma.type, duma.population) == ("Dūmā", "city", 110_893)
    assert [(n.toponym, n.lang) for n in duma.names] == [
        ("دوما", "ar"), ("Douma", "fr"), ("Dūmā", "und"), ("Duma", "und"), ('"Duma"', "und"),
    ]  # fmt: skip
    assert duma.same_as == ("gn:170592", "wd:Q216867")
    assert duma.parents == ("gn:7922",)
    assert duma.citations[0].licence == "CC BY 4.0"
    assert get(got, "gn:98").type == "neighbourhood"
    assert get(got, "gn:97").parents == ("gn:170652", "gn:163843")
    assert get(got, "gn:96").type == "city"
    assert get(got, "gn:163843").same_as == ("gn:163843", "syr:syria")
    assert "left out: 1 features of kinds that geomap has no type for, most of them H.LK (1)" in got.notes


def test_a_dump_may_be_packed(put, tmp_path) -> None:
    dump = put("SY.txt", geonames_row(170592, "Duma", "P.PPL"))
    with zipfile.ZipFile(tmp_path / "SY.zip", "w") as packed:
        packed.write(dump, "SY.txt")
        packed.writestr("readme.txt", "Readme for GeoNames")
    assert ids(import_places(tmp_path / "SY.zip")) == ["gn:170592", "syr:syria"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1\tA", "SY.txt:2: error: has 2 cells; a row has 19 cells parted by tabs"),
        (geonames_row(5, "", "P.PPL"), "gn:5 name: is empty"),
        (geonames_row(5, "A", "P.PPL", lat=133.0), "gn:5 latitude: 133.0 lies outside -90..90"),
        (geonames_row(170592, "A", "P.PPL"), "gn:170592 geonameid: is given in line 1 of"),
        (geonames_row(5, "A", "P.PPL", lat=0, lon=0), "is 0, 0"),
    ],
)
def test_a_bad_row_of_a_dump_is_named(put, row: str, said: str) -> None:
    got = import_places(put("SY.txt", geonames_row(170592, "Duma", "P.PPL"), row), format="geonames")
    assert ids(got) == ["gn:170592", "syr:syria"]
    assert said in errors(got)[0]


def test_a_dump_needs_its_table_of_places(put) -> None:
    names = put("alternateNamesV2.txt", "1\t170592\tar\tدوما\t\t\t\t\t\t")
    with pytest.raises(GazetteerError, match=r"give the table of places too, with 19 columns, such as SY\.txt"):
        import_places(names)
    with pytest.raises(GazetteerError, match="is no table of the GeoNames dump"):
        import_places(put("x.txt", "hello"), format="geonames")


# --- LP-TSV -----------------------------------------------------------------------------------------------------------


def test_lp_tsv_is_read(put, tmp_path) -> None:
    path = put(
        "atlas.tsv",
        "\t".join(
            ["id", "title", "title_source", "title_uri", "fclasses", "aat_types", "ccodes", "matches", "variants",
             "types", "parent_name", "parent_id", "lon", "lat", "geowkt", "geo_source", "geo_id", "start", "end",
             "approximation", "description"]
        ),
        "\t".join(
            ["p_1", "Duma", "An Atlas (1900)", "https://example.org/atlas", "P", "300008375", "SY",
             "gn:170592;https://www.wikidata.org/wiki/Q216867", "دوما@ar;Douma@fr;Dumeir", "town", "Rif", "#p_2",
             "36.4", "33.57", "", "GeoNames", "http://www.geonames.org/170592", "1600", "1699", "3", "A town."]
        ),
        "\t".join(
            ["p_2", "Rif", "An Atlas (1900)", "", "A", "", "SY", "", "", "province", "Syria", "http://example.org/syria",
             "", "", RIF.wkt, "", "", "-320", "", "", ""]
        ),
        "\t".join(["p_3", "Nowhere", "An Atlas (1900)", "", "P", *[""] * 16]),
    )  # fmt: skip
    got = import_places(path)
    assert (got.format, errors(got)) == ("lp-tsv", [])
    loads_cleanly(got, tmp_path)
    duma = get(got, "atlas:p-1")
    assert (duma.type, duma.parents, duma.uncertainty_km, duma.certainty) == (
        "town",
        ("atlas:p-2",),
        3.0,
        "less-certain",
    )
    assert [(n.toponym, n.lang) for n in duma.names] == [
        ("Duma", "und"), ("دوما", "ar"), ("Douma", "fr"), ("Dumeir", "und"),
    ]  # fmt: skip
    assert (duma.links, duma.same_as) == (("gn:170592", "wd:Q216867"), ())
    assert duma.valid == (date(1600, 1, 1), date(1700, 1, 1))
    assert (duma.names[0].citations[0].source, duma.citations[0].source) == ("An Atlas (1900)", "GeoNames")
    rif = get(got, "atlas:p-2")
    assert (rif.type, rif.parents, rif.valid) == ("governorate", ("syr:syria",), (None, None))
    assert rif.geometry.equals(RIF)
    assert "-320 to  is no time that calendar days can tell" in warnings(got)[0]
    assert f"{path}: left out 1 places without coordinates" in got.notes


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("\tA\tS\tP\t36.4\t33.5\t", "id: is empty"),
        ("1\t\tS\tP\t36.4\t33.5\t", "1 title: is empty"),
        ("1\tA\tS\tH\t36.4\t33.5\t", "1 types: says H, for which geomap has no type"),
        ("1\tA\tS\t\t36.4\t33.5\t", "1 types: is empty"),
        ("1\tA\tS\tP\t\t\tPOINT 36", "1 geowkt: is no well-known text"),
        ("1\tA\tS\tP\t36.4\t\t", "1 lat: is empty"),
        ("1\tA\tS\tP\t\t\tMULTIPOINT (36 33, 37 34)", "is a MultiPoint; it must be one of Point"),
        ("1\tA\tS\tP\t\t\tPOINT (336 33)", "is beyond the globe"),
    ],
)
def test_a_bad_row_of_lp_tsv_is_named(put, row: str, said: str) -> None:
    path = put("x.tsv", "id\ttitle\ttitle_source\tfclasses\tlon\tlat\tgeowkt", "0\tDuma\tS\tP\t36.4\t33.57\t", row)
    got = import_places(path)
    assert ids(got) == ["syr:syria", "x:0"]
    assert said in errors(got)[0]
    assert f"{path}:3: error" in errors(got)[0]


@pytest.mark.parametrize(
    ("start", "end", "span", "whole"),
    [
        ("1600", "", (date(1600, 1, 1), None), True),
        ("", "2018-04", (None, date(2018, 5, 1)), True),
        ("2018-12-31", "2018-12-31", (date(2018, 12, 31), date(2019, 1, 1)), True),
        ("2018-12", "2018-12", (date(2018, 12, 1), date(2019, 1, 1)), True),
        ("1600?", "", (date(1600, 1, 1), None), True),
        ("-0320", "1600", (None, date(1601, 1, 1)), False),
        ("1700", "1600", (None, None), False),
        ("2018-02-30", "", (None, None), False),
        ("9999", "", (None, None), False),
    ],
)
def test_times_become_days(start: str, end: str, span: Any, whole: bool) -> None:
    assert span_of(start, end) == (span, whole)


# --- Linked Places of other people ------------------------------------------------------------------------------------


def linked(**changes: Any) -> dict[str, Any]:
    """The sample record of the format's own page, in short."""
    return {
        "@id": "http://mygaz.org/places/p_12345",
        "type": "Feature",
        "properties": {"title": "Abingdon (UK)", "ccodes": ["GB"]},
        "when": {"timespans": [{"start": {"in": "0676"}, "end": {"in": "1066"}}], "duration": "P100Y"},
        "names": [
            {
                "toponym": "Abingdon",
                "lang": "en",
                "citations": [{"label": "Ye Olde Gazetteer (1635)", "@id": "http://archive.org/details/olde"}],
            },
            {"toponym": "Abingdon-on-Thames", "when": {"timespans": [{"start": {"in": "1600"}}]}},
        ],
        "types": [{"identifier": "aat:300008375", "sourceLabels": [{"label": "Market Town", "lang": "en"}]}],
        "geometry": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Point", "coordinates": [-1.31, 51.64], "certainty": "uncertain"},
                {"type": "Point", "coordinates": [-1.2879, 51.6708], "certainty": "certain"},
                {"geowkt": "POINT (-1.2 51.6)"},
                "null",
            ],
        },
        "links": [
            {"type": "exactMatch", "identifier": "http://www.geonames.org/2657780/"},
            {"type": "closeMatch", "identifier": "http://somegaz.org/places/39847"},
            {"type": "seeAlso", "identifier": "https://en.wikipedia.org/wiki/Abingdon"},
        ],
        "relations": [
            {"relationType": "gvp:broaderPartitive", "relationTo": "http://mygaz.org/places/p_9876"},
            {"relationType": "gvp:tgn3000_related_to", "relationTo": "http://mygaz.org/places/p_98765"},
        ],
        "descriptions": [{"value": "a historic market town", "lang": "en"}],
        **changes,
    }


@pytest.fixture
def collection(tmp_path):
    def call(*features: Any, name: str = "mygaz.geojson", **top: Any) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features), **top}), encoding="utf-8")
        return path

    return call


def test_a_record_of_the_format_is_read_for_what_it_says(collection, tmp_path) -> None:
    path = collection(linked())
    got = import_places(path)
    assert (got.format, errors(got), warnings(got)) == ("lpf", [], [])
    loads_cleanly(got, tmp_path)
    place = get(got, "mygaz:p-12345")
    assert (place.name, place.type, place.lon, place.lat) == ("Abingdon (UK)", "town", -1.2879, 51.6708)
    assert [(n.toponym, n.lang) for n in place.names] == [("Abingdon", "en"), ("Abingdon-on-Thames", "und")]
    cited, file_cited = place.names[0].citations[0], place.names[1].citations[0]
    assert (cited.source, cited.url) == ("Ye Olde Gazetteer (1635)", "http://archive.org/details/olde")
    assert file_cited.source == "mygaz.geojson"
    assert place.links == ("http://mygaz.org/places/p_12345", "gn:2657780", "http://somegaz.org/places/39847")
    assert place.same_as == place.links[:2]
    assert place.parents == ("gbr:united-kingdom",)
    assert place.valid == (date(676, 1, 1), date(1067, 1, 1))
    assert place.description == "a historic market town"
    assert sorted(note.partition("left out: ")[2] for note in got.notes) == [
        "containers that are no records of these files (1)",
        "further geometries of places that have several (2)",
        "links of other types: seeAlso (1)",
        "relations other than of a part to its whole (1)",
    ]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"types": [], "properties": {"title": "A", "ccode": "GB", "fclasses": ["P"]}}, "village"),
        ({"types": [{"label": "airport"}]}, "airport"),
        ({"types": [{"identifier": "http://vocab.getty.edu/aat/300008389"}]}, "city"),
        ({"types": [{"sourceLabel": "Village"}]}, "village"),
        ({"when": {"timespans": []}}, "town"),
        ({"when": {"periods": [{"name": "Anglo-Saxon"}]}}, "town"),
        ({"geometry": {"type": "Point", "coordinates": [-1.3, 51.6, 80.0]}}, "town"),
        ({"names": None}, "town"),
        ({"links": None, "relations": [{}], "descriptions": ["x"]}, "town"),
    ],
)
def test_other_ways_to_write_a_record(collection, tmp_path, changes: dict[str, Any], kind: str) -> None:
    got = import_places(collection(linked(**changes)), format="lpf")
    assert errors(got) == []
    assert get(got, "mygaz:p-12345").type == kind
    loads_cleanly(got, tmp_path)


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        ("text", "features[1]: must be an object"),
        (linked(types=[]), "features[1] http://mygaz.org/places/p_12345 types: is missing"),
        (linked(names=[], properties={}), "properties.title: is missing"),
        (linked(geometry={"type": "Point", "coordinates": ["a", 1]}), "geometry: is no geometry"),
        (linked(geometry={"type": "Point", "coordinates": [0, 0]}), "is 0, 0"),
        (linked(geometry={"type": "Point", "coordinates": [51.6, 191.3]}), "is beyond the globe"),
        (linked(geometry={"type": "Circle", "coordinates": [1, 2]}), "geometry: is no geometry"),
    ],
)
def test_a_bad_feature_is_named(collection, feature: Any, said: str) -> None:
    path = collection({**linked(), "@id": "http://mygaz.org/places/first"}, feature)
    got = import_places(path)
    assert ids(got) == ["gbr:united-kingdom", "mygaz:first"]
    assert len(errors(got)) == 1
    assert errors(got)[0].startswith(f"{path}: error: ")
    assert said in errors(got)[0]


def test_places_without_a_geometry_or_a_kind_of_ours_are_left_out_and_said(collection) -> None:
    lake = {**linked(types=[{"label": "lake"}]), "@id": "http://mygaz.org/places/lake"}
    nowhere = {**linked(geometry=None), "@id": "http://mygaz.org/places/nowhere"}
    got = import_places(collection(linked(), lake, nowhere))
    assert ids(got) == ["gbr:united-kingdom", "mygaz:p-12345"]
    assert errors(got) == []
    assert "places of a kind that geomap has no type for: lake (1)" in " ".join(got.notes)
    assert "places without a geometry (1)" in " ".join(got.notes)


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["@id", "properties", "names", "types", "geometry", "links", "relations", "when", "descriptions"]


@given(any_json, st.sampled_from(FIELDS))
@settings(deadline=None, max_examples=60)
def test_any_json_in_a_field_is_survived(tmp_path_factory, value: Any, field: str) -> None:
    path = tmp_path_factory.mktemp("any") / "x.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [linked(**{field: value})]}), encoding="utf-8")
    got = import_places(path, format="lpf")
    assert len(got.places) in (0, 2)
    assert got.places or errors(got) or got.notes
    loads_cleanly(got, path.parent) if got.places else None


def test_our_own_records_come_back_as_they_are() -> None:
    small = Path(__file__).parent / "gazetteer_small" / "places.geojson"
    known = Gazetteer.load(small)
    got = import_places(small)
    assert got.format == "lpf"
    for place in got.places:
        assert place == known.get(place.id)
    assert len(got.places) == sum(place.id not in known.rules for place in known)


# --- formats and ids --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "x.csv",
            "a,b\n1,2\n",
            "its format cannot be told for certain; say it: --format lpf, lp-tsv, geonames, cod, csv",
        ),
        ("x.doc", "a", "its format cannot be told"),
        ("x.geojson", '{"type": "FeatureCollection", "features": []}', "its format cannot be told"),
        ("x.geojson", "{", "is not JSON"),
        ("x.geojson", "[]", "must be {"),
        ("x.gpkg", "no database", "cannot be read as a geographic file"),
        ("x.txt", "name,lon", "its format cannot be told"),
        ("x.csv", "", "its format cannot be told"),
        ("x.xls", "a", "its format cannot be told"),
    ],
)
def test_a_format_that_is_not_certain_is_asked_for(put, name: str, content: str, said: str) -> None:
    with pytest.raises(GazetteerError) as caught:
        import_places(put(name, *content.split("\n")) if content else put(name))
    assert said in str(caught.value)


@pytest.mark.parametrize("name", ["x.geojson", "x.gpkg", "x.shp", "x.ods"])
def test_a_mapping_is_for_tables(put, name: str) -> None:
    with pytest.raises(GazetteerError, match=r"is no table; --map is for \.csv, \.tsv, \.txt, \.xlsx"):
        import_places(put(name, "a"), options=Options(mapping={"name": "a"}))


def test_a_missing_file_and_files_of_several_formats_are_refused(put, collection, tmp_path) -> None:
    with pytest.raises(GazetteerError, match=r"nowhere\.csv: cannot be read: No such file"):
        import_places(tmp_path / "nowhere.csv")
    with pytest.raises(GazetteerError, match=r"x\.csv is csv, mygaz\.geojson is lpf"):
        import_places(put("x.csv", "name,lon,lat", "A,36.4,33.5"), collection(linked()))
    with pytest.raises(GazetteerError, match="'Syria' is no country code"):
        import_places(tmp_path / "x.csv", options=Options(country="Syria"))


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_ids_are_made_of_always_makes_an_id(stem: str, rest: str) -> None:
    if "\0" not in stem and "/" not in stem and stem not in (".", ".."):
        assert PLACE_ID.fullmatch(f"{prefix_of(Path(f'{stem}.csv'))}:{slug(rest) or 'x'}")
    assert prefix_of(Path("cod.csv")) == "filecod"


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("http://www.geonames.org/170592/duma.html", "gn:170592"),
        ("https://sws.geonames.org/170592/", "gn:170592"),
        ("GN:5", "gn:5"),
        ("https://www.wikidata.org/wiki/Q216867", "wd:Q216867"),
        ("http://www.wikidata.org/entity/q5", "wd:Q5"),
        ("https://pleiades.stoa.org/places/1", "https://pleiades.stoa.org/places/1"),
    ],
)
def test_identifiers_get_their_short_form(written: str, short: str) -> None:
    assert short_identifier(written) == short
