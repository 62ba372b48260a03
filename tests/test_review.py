"""Review: what was left open goes out to a sheet, a person decides, and the next run uses it."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from case_tables import bulletin, curated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from packed_page import page_of
from test_recognition import LANGUAGES, TEXTS

from geomap.bulletin import read_bulletins
from geomap.errors import GeomapError, ReviewError
from geomap.export import write_file
from geomap.gazetteer import Gazetteer, curated_folder, own_file
from geomap.gazetteer.decisions import decision_flaws, decision_record, decisions_of
from geomap.model import Candidate, Decision, Setting
from geomap.recognition import recognize
from geomap.resolution import resolve, resolve_in_settings
from geomap.review import (
    Example,
    OpenName,
    apply_answers,
    open_names,
    read_own,
    read_sheet,
    with_suggestions,
    write_sheet,
)
from geomap.review.columns import ANSWERS, COLUMNS, OPTIONS, RECORD, SHEET
from geomap.toponym import fold
from geomap.webmap import candidates_html

BULLETIN = '---\nid: "{id}"\ndate: 2018-06-2{day}\nsource: "A test"\nlang: {lang}\n---\n\n{text}\n'
ONE = (
    "Since yesterday, 120 people have come back to the settlement of Ain-Zrekia, Damascus province. Shelling was"
    " reported from the settlements of Karm al-Tahin and Halfaya in the Hama governorate."
)
TWO = (
    "Another 30 people have come back to the settlement of Ain-Zrekia, Damascus province. In the town of Karm al-Tahin,"
    " Homs province, 4 houses were cleared of mines."
)
ZUREIQA, ZREIQA = "syr:zureiqa-nashabiyeh", "syr:zreiqa-kisweh"
HOMS_POINT = (36.9, 34.6)
WHO = {"who": "Amal Haddad", "when": date(2018, 7, 2)}
MILL = {
    "decision": "new place", "lon": HOMS_POINT[0], "lat": HOMS_POINT[1], "type": "village",
    "source": "https://example.org/survey", **WHO,
}  # fmt: skip


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The path of the user's own file, which is not there yet."""
    path = tmp_path / "home" / "own.geojson"
    monkeypatch.setenv("GEOMAP_OWN", str(path))
    return path


@pytest.fixture
def bulletins(tmp_path):
    return write_bulletins(tmp_path / "bulletins", ONE, TWO)


def write_bulletins(folder, *texts, lang="en"):
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts, 1):
        (folder / f"{number}.txt").write_text(
            BULLETIN.format(id=f"b{number}", day=number, text=text, lang=lang), encoding="utf-8"
        )
    return folder


class Filled:
    """A sheet opened as a person does: cells by row and heading."""

    def __init__(self, path):
        self.path = path
        self.book = load_workbook(path)
        self.cells = self.book[SHEET]
        self.headings = [cell.value for cell in self.cells[1]]

    def rows(self):
        """The rows as dicts by heading, in their order."""
        rows = self.cells.iter_rows(min_row=2, values_only=True)
        return [dict(zip(self.headings, row, strict=True)) for row in rows]

    def row_of(self, name, context=""):
        found = [n for n, row in enumerate(self.rows(), 2) if name in row["name"] and context in row["context"]]
        assert len(found) == 1, (name, context, found)
        return found[0]

    def fill(self, row, **values):
        for heading, value in values.items():
            self.cells.cell(row, self.headings.index(heading) + 1).value = value

    def save(self):
        self.book.save(self.path)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """What the two bulletins leave open: the sheet and the page beside it."""
    folder = tmp_path_factory.mktemp("exported")
    names = open_names(read_bulletins(write_bulletins(folder / "bulletins", ONE, TWO)), curated())
    title = "Open names of open.xlsx"
    write_file(folder / "open.xlsx", write_sheet(names, curated(), made=date(2018, 7, 1), page="open.html"))
    write_file(folder / "open.html", candidates_html(names, curated(), title=title))
    return folder


@pytest.fixture
def sheet(exported, own, tmp_path):
    for name in ("open.xlsx", "open.html"):
        shutil.copy(exported / name, tmp_path)
    return Filled(tmp_path / "open.xlsx")


def filled(sheet, *answers):
    """Fill in ``(name, context, cells)`` and save."""
    for name, context, values in answers:
        sheet.fill(sheet.row_of(name, context), **values)
    sheet.save()
    return sheet.path


def pick(sheet, name, place_id, context=""):
    """The cells that choose a candidate."""
    row = sheet.rows()[sheet.row_of(name, context) - 2]
    number = next(i for i in range(1, 7) if place_id in (row[f"candidate {i}"] or "").splitlines())
    return {"decision": f"candidate {number}", **WHO}


def meanings(run, folder, *options):
    """What each mention of a folder means: surface and bulletin -> (place id or status, note)."""
    documents = json.loads(run("extract", "--format", "json", folder, *options).out)
    return {
        (m["surface"], d["bulletin"]["id"]): (m["place"]["id"] if m["place"] else m["status"], m["note"])
        for d in documents
        for m in d["mentions"]
    }


def meaning(run, folder, name, bulletin_id="b1"):
    found = [value for (surface, b), value in meanings(run, folder).items() if name in surface and b == bulletin_id]
    assert len(found) == 1, found
    return found[0]


def applied(path, own, gazetteer=None):
    """Apply a sheet without the command line: what came of it, and why rows were refused."""
    read = read_sheet(path)
    kept = read_own(own)
    outcome = apply_answers(read.answers, gazetteer or curated(), kept, sheet=read.name, today=date(2018, 8, 1))
    kept.write()
    return outcome, [str(refusal) for refusal in (*read.refusals, *outcome.refusals)]


# Out


def test_export_writes_the_sheet_and_the_page(run, bulletins, own, exported, tmp_path):
    path = tmp_path / "open.xlsx"
    ran = run("review", "export", path, bulletins)
    assert (ran.code, ran.out) == (0, "")
    assert "2 bulletins, 3 open names: Ain-Zrekia, Karm al-Tahin, Karm al-Tahin" in ran.err
    assert f"-> {path}, {path.with_suffix('.html')}" in ran.err
    assert path.with_suffix(".html").read_bytes() == (exported / "open.html").read_bytes()
    shown = [column.heading for column in COLUMNS if column.heading != RECORD]
    written, made = Filled(path).rows(), Filled(exported / "open.xlsx").rows()
    assert [[row[h] for h in shown] for row in written] == [[row[h] for h in shown] for row in made]


def test_a_name_is_asked_once_for_each_context(sheet):
    rows = sheet.rows()
    asked = [(row["name"], row["context"].split(",")[0], row["bulletins"]) for row in rows]
    assert asked == [
        ("Ain-Zrekia", "in Rif Dimashq Governorate (syr:rif-dimashq)", "2"),
        ("Karm al-Tahin", "in Hama Governorate (syr:hama-governorate)", "1"),
        ("Karm al-Tahin", "in Homs Governorate (syr:homs-governorate)", "1"),
    ]
    assert "Another 30 people" in rows[0]["sentences"]
    assert "[b1, 2018-06-21, A test]" in rows[0]["sentences"]
    assert "called city or town or village" in rows[2]["context"]


def test_a_candidate_tells_what_a_person_needs(sheet):
    row = sheet.rows()[sheet.row_of("Ain-Zrekia") - 2]
    one = next(row[f"candidate {i}"] for i in (1, 2) if ZUREIQA in row[f"candidate {i}"])
    assert one.startswith("Zureiqa (Nashabiyeh), village\n")
    assert "\nin Duma District, Eastern Ghouta, " in one
    assert ", Rif Dimashq Governorate, " in one
    assert "lon 36.48400, lat 33.52500, within 3 km" in one
    assert " km from Halfaya" in one
    assert "lies in Rif Dimashq Governorate" in one
    assert row["candidate 3"] is None


def test_links_lead_to_the_page_and_to_a_map(sheet):
    number = sheet.row_of("Ain-Zrekia")
    row = dict(zip(sheet.headings, sheet.cells[number], strict=True))
    assert row["map"].hyperlink.target == "open.html"
    assert row["map"].hyperlink.location == row["key"].value
    assert row["OpenStreetMap"].hyperlink.target.startswith("https://www.openstreetmap.org/?mlat=33.")
    other = dict(zip(sheet.headings, sheet.cells[sheet.row_of("Karm", "Homs")], strict=True))
    assert "search?query=Karm%20al-Tahin" in other["OpenStreetMap"].hyperlink.target
    page = (sheet.path.parent / "open.html").read_text(encoding="utf-8")
    assert f'<section id="{row["key"].value}">' in page


def test_the_sheet_guides_the_hand(sheet):
    rules = {rule.sqref.ranges.pop().coord: rule for rule in sheet.cells.data_validations.dataValidation}
    letters = {heading: sheet.cells.cell(1, n).column_letter for n, heading in enumerate(sheet.headings, 1)}
    decision = rules[f"{letters['decision']}2:{letters['decision']}4"]
    assert (decision.type, decision.formula1) == ("list", f'"{",".join(OPTIONS)}"')
    assert rules[f"{letters['lon']}2:{letters['lon']}4"].formula2 == "180"
    assert sheet.cells.freeze_panes == "C2"
    assert sheet.cells.auto_filter.ref == f"A1:{letters[RECORD]}4"
    assert sheet.cells.column_dimensions[letters[RECORD]].hidden
    assert all(len(rule.formula1) <= 255 for rule in rules.values())  # Excel takes no longer list
    told = {row[0].value for row in sheet.book["how to"].iter_rows() if row[0].value}
    assert told >= {column.heading for column in COLUMNS}


def test_sure_names_and_actors_are_not_asked(run, own, tmp_path):
    text = "Russia said that 12 people had come back to the city of Homs."
    path = tmp_path / "open.xlsx"
    run("review", "export", path, write_bulletins(tmp_path / "b", text))
    assert Filled(path).rows() == []


def test_the_store_gives_the_same_sheet(run, sheet, bulletins, tmp_path):
    store, path = tmp_path / "s.gpkg", tmp_path / "stored.xlsx"
    run("ingest", bulletins, "--store", store)
    assert run("review", "export", path, "--store", store).code == 0
    shown = [column.heading for column in COLUMNS if column.heading not in (RECORD, "map")]
    written, made = Filled(path).rows(), sheet.rows()
    assert [[row[h] for h in shown] for row in written] == [[row[h] for h in shown] for row in made]
    assert run("review", "export", tmp_path / "x.xlsx", bulletins, "--store", store).code == 2


def test_a_sheet_with_decisions_is_not_written_over(run, sheet, bulletins):
    filled(sheet, ("Ain-Zrekia", "", {"who": "Amal"}))
    before = sheet.path.read_bytes()
    ran = run("review", "export", sheet.path, bulletins)
    assert (ran.code, sheet.path.read_bytes()) == (2, before)
    assert "--overwrite" in ran.err
    assert run("review", "export", sheet.path, bulletins, "--overwrite").code == 0
    assert sheet.path.read_bytes() != before


@pytest.mark.parametrize("name", ["open.csv", "open", "open.xls"])
def test_a_sheet_is_an_xlsx(run, bulletins, tmp_path, name):
    ran = run("review", "export", tmp_path / name, bulletins)
    assert (ran.code, "open.xlsx" in ran.err, (tmp_path / name).exists()) == (2, True, False)


HOSTILE = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://example.org")', "#N/A", "＝1",
    "<script>alert(1)</script>", "a\x00b\x0bc\ud800", "_x003D_1", "&amp;", "1e5", "TRUE", "2018-01-01",
)  # fmt: skip


def hostile_name(text):
    candidate = Candidate(place=replace(curated().get("syr:duma"), name=text), score=0.5, reasons=(text,))
    example = Example(bulletin=text, date=None, source=text, sentence=text)
    return OpenName(
        key="k1", spelling=text, spellings=(text,), lang="en", setting=Setting(bulletin=text, part=text), mentions=1,
        bulletins=(text,), examples=(example,), reasons=(text,), candidates=(candidate,), neighbours=(candidate.place,),
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_bulletin_becomes_a_formula(tmp_path, text):
    path = tmp_path / "open.xlsx"
    path.write_bytes(write_sheet([hostile_name(text)], curated(), made=date(2018, 7, 1), page="open.html"))
    sheet = Filled(path)
    kinds = {
        heading: cell.data_type for heading, cell in zip(sheet.headings, sheet.cells[2], strict=True) if cell.value
    }
    assert set(kinds.values()) == {"s"}
    assert all(cell.quotePrefix for cell in sheet.cells[2] if cell.value and cell.hyperlink is None)
    shown = sheet.rows()[0]["name"]
    assert text.strip() in shown or "\N{REPLACEMENT CHARACTER}" in shown


def test_arabic_cells_run_from_right_to_left(run, own, tmp_path):
    text = "عاد 120 شخصا إلى بلدة حوش الطحين في محافظة حماة."
    path = tmp_path / "open.xlsx"
    here = write_bulletins(tmp_path / "b", text, lang="ar")
    run("review", "export", path, here)
    sheet = Filled(path)
    row = dict(zip(sheet.headings, sheet.cells[sheet.row_of("حوش الطحين")], strict=True))
    assert {row["name"].alignment.readingOrder, row["sentences"].alignment.readingOrder} == {2}
    assert row["why open"].alignment.readingOrder != 2
    assert f'<h2 dir="rtl">{row["name"].value}</h2>' in path.with_suffix(".html").read_text(encoding="utf-8")
    latin = {**MILL, "lon": 36.6, "lat": 35.2, "place name": "Hosh al-Tahin"}
    assert run("review", "apply", filled(sheet, ("حوش الطحين", "", latin))).code == 0
    assert meaning(run, here, "حوش الطحين")[0] == "own:hosh-al-tahin"


class Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.data = set(), ""

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        assert not [name for name, _ in attributes if name.startswith("on") or name == "src"]

    def handle_data(self, data):
        self.data += data


@pytest.mark.parametrize("text", [*HOSTILE, '"><img src=x onerror=alert(1)>', "</style><script>alert(1)</script>"])
def test_the_page_holds_no_script_whatever_a_bulletin_says(text):
    page = Elements()
    page.feed(candidates_html([hostile_name(text)], curated(), title=text))
    assert not page.tags & {"script", "img", "iframe", "object", "link", "form"}
    assert text in page.data


class Directory:
    """A geocoder that knows a few names and then fails."""

    class Entry:
        def __init__(self, label):
            self.label, self.lon, self.lat, self.source = label, 36.9, 34.6, "A directory"
            self.kind, self.url = None, "https://example.org/1"

    title = "Directory"

    def __init__(self, answers):
        self.answers, self.asked = iter(answers), []

    def suggest(self, name, *, country, limit):
        self.asked.append((name, country, limit))
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return tuple(self.Entry(label) for label in answer)


def test_a_geocoder_suggests_until_it_fails_once(sheet, tmp_path):
    names = open_names([bulletin(ONE), bulletin(TWO)], curated())
    directory, failures = Directory([["=Mill", "Mill 2"], GeomapError("refused")]), []
    found = with_suggestions(names, directory, on_failure=failures.append)
    assert [len(name.suggestions) for name in found] == [2, 0, 0]
    assert directory.asked == [("Ain-Zrekia", "SY", 3), ("Karm al-Tahin", "SY", 3)]
    assert [str(failure) for failure in failures] == ["refused"]
    path = tmp_path / "suggested.xlsx"
    path.write_bytes(write_sheet(found, curated(), made=date(2018, 7, 1)))
    page = candidates_html(found, curated(), title="Open names")
    assert "<li>=Mill; longitude 36.90000, latitude 34.60000; suggested by A directory, not checked" in page
    assert "#map=13/34.60000/36.90000" in page
    cells = [row["suggestions"] for row in Filled(path).rows()]
    by = "https://example.org/1\nsuggested by A directory, not checked"
    assert cells[0].startswith(f"=Mill\nlon 36.90000, lat 34.60000\n{by}\n\nMill 2\n")
    assert cells[1:] == ["no answer: refused", "not asked for: Directory had failed"]
    assert "<p>Online geocoder: not asked for: Directory had failed.</p>" in page
    assert Filled(path).cells.cell(2, Filled(path).headings.index("suggestions") + 1).data_type == "s"


# Back


def test_the_next_run_uses_what_a_person_picked(run, sheet, bulletins, own):
    assert meaning(run, bulletins, "Ain-Zrekia")[0] == "ambiguous"
    path = filled(sheet, ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA)))
    ran = run("review", "apply", path)
    assert ran.code == 0
    assert f"1 decision kept, 0 known already, 2 left open -> {own}" in ran.err
    for bulletin_id in ("b1", "b2"):
        place, note = meaning(run, bulletins, "Ain-Zrekia", bulletin_id)
        assert place == ZUREIQA
        assert note == "a reviewer decided it: by Amal Haddad on 2018-07-02, sheet open.xlsx"
    shown = run("gazetteer", "show", ZUREIQA).out
    assert "'Ain-Zrekia' in syr:rif-dimashq, decided by Amal Haddad on 2018-07-02, sheet open.xlsx" in shown


def test_what_was_decided_is_not_asked_again(run, sheet, bulletins, tmp_path):
    no_place = {"decision": "not a place", **WHO}
    answers = [("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA)), ("Karm", "Hama", no_place)]
    run("review", "apply", filled(sheet, *answers))
    run("review", "export", tmp_path / "next.xlsx", bulletins)
    assert [(row["name"], "Homs" in row["context"]) for row in Filled(tmp_path / "next.xlsx").rows()] == [
        ("Karm al-Tahin", True)
    ]
    place, note = meaning(run, bulletins, "Karm")
    assert (place, "is no place, a reviewer decided: by Amal Haddad" in note) == ("unknown", True)


def test_applying_twice_changes_nothing(run, sheet, own):
    no_day = {**pick(sheet, "Ain-Zrekia", ZUREIQA), "when": None}
    path = filled(sheet, ("Ain-Zrekia", "", no_day), ("Karm", "Homs", MILL))
    run("review", "apply", path)
    before = own.read_bytes()
    changed = own.stat().st_mtime_ns
    ran = run("review", "apply", path)
    assert (ran.code, own.read_bytes(), own.stat().st_mtime_ns) == (0, before, changed)
    assert "0 decisions kept, 2 known already" in ran.err
    on = {record["toponym"]: record["on"] for record in json.loads(before)["decisions"]}
    assert on == {"Ain-Zrekia": datetime.now().astimezone().date().isoformat(), "Karm al-Tahin": "2018-07-02"}


def test_a_typed_place_is_of_our_own_and_cites_its_source(run, sheet, bulletins, own):
    path = filled(sheet, ("Karm", "Homs", {**MILL, "uncertainty km": 4, "note": "Two farms."}))
    assert run("review", "apply", path).code == 0
    place_id, note = meaning(run, bulletins, "Karm", "b2")
    assert (place_id, "a reviewer decided it: by Amal Haddad" in note) == ("own:karm-al-tahin", True)
    place = Gazetteer.load().get("own:karm-al-tahin")
    assert (place.lon, place.lat, place.type, place.certainty) == (*HOMS_POINT, "village", "less-certain")
    assert (place.uncertainty_km, place.parents, place.ccodes) == (4, ("syr:homs-governorate", "syr:syria"), ("SY",))
    assert place.citations[0].source == place.citations[0].url == "https://example.org/survey"
    assert place.citations[0].label == "coordinate given by Amal Haddad on 2018-07-02, sheet open.xlsx"
    assert place.names[0].citations[0].source == "review"
    shown = run("gazetteer", "show", "own:karm-al-tahin").out
    assert "coordinate given by Amal Haddad" in shown
    assert "Two farms." in shown
    assert run("gazetteer", "check").code == 0


def test_the_uncertainty_of_a_typed_place_is_that_of_its_type(run, sheet, own):
    run("review", "apply", filled(sheet, ("Karm", "Homs", MILL)))
    assert Gazetteer.load().get("own:karm-al-tahin").uncertainty_km == 1.0


def test_a_reviewers_coordinate_is_cited_on_the_map(run, sheet, bulletins, own, tmp_path):
    run("review", "apply", filled(sheet, ("Karm", "Homs", MILL)))
    run("map", bulletins, "-o", tmp_path / "map.html")
    page = page_of((tmp_path / "map.html").read_text(encoding="utf-8"))
    assert "coordinate given by Amal Haddad on 2018-07-02, sheet open.xlsx" in json.dumps(page, ensure_ascii=False)


def test_a_decision_holds_in_its_context_alone(run, sheet, bulletins, own, tmp_path):
    """The same spelling in another province stays open, and is another place when a person says so."""
    run("review", "apply", filled(sheet, ("Karm", "Homs", MILL)))
    assert meaning(run, bulletins, "Karm", "b2")[0] == "own:karm-al-tahin"
    assert meaning(run, bulletins, "Karm", "b1")[0] != "own:karm-al-tahin"
    second = tmp_path / "second.xlsx"
    run("review", "export", second, bulletins)
    hama = Filled(second)
    at = {**MILL, "lon": 36.6, "lat": 35.2, "when": date(2018, 7, 3)}
    assert run("review", "apply", filled(hama, ("Karm", "Hama", at))).code == 0
    assert meaning(run, bulletins, "Karm", "b1")[0] == "own:karm-al-tahin-2"
    assert meaning(run, bulletins, "Karm", "b2")[0] == "own:karm-al-tahin"


def test_a_decision_wins_over_an_exact_namesake_in_its_context(run, own, tmp_path):
    """Safsafah of Tartus is no exact fit in Latakia; a person who says that it is meant there is believed, there."""
    here = write_bulletins(tmp_path / "b", "Shelling was reported from Safsafa (Latakia province).")
    path = tmp_path / "open.xlsx"
    run("review", "export", path, here)
    sheet = Filled(path)
    run("review", "apply", filled(sheet, ("Safsafa", "", pick(sheet, "Safsafa", "syr:safsafah-tartus"))))
    place, note = meaning(run, here, "Safsafa")
    assert (place, "a reviewer decided it" in note) == ("syr:safsafah-tartus", True)
    there = write_bulletins(tmp_path / "c", "Shelling was reported from Safsafa (Aleppo province).")
    assert meaning(run, there, "Safsafa")[0] == "ambiguous"


def test_another_type_word_of_the_same_area_fills_in(run, sheet, bulletins, own, tmp_path):
    run("review", "apply", filled(sheet, ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA))))
    plain = write_bulletins(tmp_path / "c", "Sappers cleared 12 houses in Ain-Zrekia (Damascus province).")
    assert meaning(run, plain, "Ain-Zrekia")[0] == ZUREIQA
    camp = write_bulletins(tmp_path / "d", "People left the camp of Ain-Zrekia, Damascus province.")
    assert meaning(run, camp, "Ain-Zrekia")[0] != ZUREIQA


def test_a_decided_place_speaks_for_its_neighbours(run, own, tmp_path):
    """What was decided is as sure as anything else that a bulletin names."""
    here = write_bulletins(tmp_path / "b", "Shelling hit the settlement of Karm al-Tahin (Homs province).")
    path = tmp_path / "open.xlsx"
    run("review", "export", path, here)
    run("review", "apply", filled(Filled(path), ("Karm", "", MILL)))
    ran = run("extract", "--format", "json", here)
    (document,) = json.loads(ran.out)
    (mention,) = [m for m in document["mentions"] if "Karm" in m["surface"]]
    assert (mention["place"]["lon"], mention["place"]["lat"]) == HOMS_POINT
    assert mention["place"]["certainty"] == "less-certain"


def test_the_summary_counts_it_as_resolved(run, sheet, bulletins, own):
    assert "Ain-Zrekia (b1)" in run("extract", bulletins).err
    run("review", "apply", filled(sheet, ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA))))
    assert "Ain-Zrekia (b1)" not in run("extract", bulletins).err


def test_a_store_keeps_what_was_decided_when_it_was_read(run, sheet, bulletins, own, tmp_path):
    run("review", "apply", filled(sheet, ("Karm", "Homs", MILL)))
    store = tmp_path / "s.gpkg"
    run("ingest", bulletins, "--store", store)
    ran = run("query", "--store", store, "--type", "demining", "--format", "geojson")
    (feature,) = json.loads(ran.out)["features"]
    assert feature["properties"]["point_id"] == "own:karm-al-tahin"


# Rows that do not fit


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"decision": "perhaps", **WHO}, "'perhaps' is no decision; choose one of candidate 1"),
        ({"decision": "candidate 5", **WHO}, "'candidate 5' is not there: the row has none"),
        ({"decision": "not a place", "when": WHO["when"]}, "who: is empty"),
        ({"lon": 36.9, "lat": 34.6, **WHO}, "beside coordinates; choose 'new place'"),
        ({"decision": "leave open", "lon": 36.9, "lat": 34.6, **WHO}, "beside coordinates"),
        ({"decision": "not a place", "lon": 36.9, **WHO}, "lon: is given, but the decision is 'not a place'"),
        ({**MILL, "source": None}, "source: is empty; say where the coordinates are from"),
        ({**MILL, "source": "  "}, "source: is empty"),
        ({**MILL, "lon": None}, "lon: is empty"),
        ({**MILL, "lon": "36,9"}, "lon: '36,9' is no number; write it with a point"),
        ({**MILL, "lon": "36°54'"}, "is no number"),
        ({**MILL, "lon": "nan"}, "is no number"),
        ({**MILL, "lon": True}, "is no number"),
        ({**MILL, "lat": 136.9}, "lat: 136.9 lies outside -90..90; are lon and lat swapped?"),
        ({**MILL, "lon": 34.6, "lat": 36.9}, "where the text puts it; lon and lat are swapped"),
        ({**MILL, "lon": 44.0, "lat": 36.0}, "outside Homs Governorate, where the text puts it; correct it"),
        ({**MILL, "lon": 0, "lat": 0}, "0, 0 is no place"),
        ({**MILL, "type": "hamlet"}, "type: 'hamlet' is unknown"),
        ({**MILL, "type": None}, "type: is empty; choose one of city, town, village"),
        ({**MILL, "uncertainty km": -1}, "uncertainty km: -1 must be a radius in km above 0"),
        ({**MILL, "place name": "كرم الطحين"}, "place name: 'كرم الطحين' has no Latin letter"),
        ({**MILL, "lies in": "syr:nowhere"}, "lies in: 'syr:nowhere' is the id of no place"),
        ({**MILL, "place name": "Talbisah", "lon": 36.73, "lat": 34.84}, "is known"),
        ({**MILL, "when": "2 July"}, "when: '2 July' is no day"),
        ({**MILL, "when": date(2999, 1, 1)}, "when: 2999-01-01 lies in the future"),
        ({**MILL, "key": "0123456789"}, "key: its cells belong to different rows"),
        ({**MILL, "name": "Another"}, "key: its cells belong to different rows"),
        ({**MILL, RECORD: "{}"}, "the hidden cell was changed"),
        ({**MILL, RECORD: "[1"}, "the hidden cell was changed"),
        ({**MILL, RECORD: None}, "the hidden cell was changed"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_the_others_are_kept(sheet, own, cells, message):
    row = sheet.row_of("Karm", "Homs")
    good = ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA))
    outcome, refusals = applied(filled(sheet, good, ("Karm", "Homs", cells)), own)
    assert (outcome.kept, len(refusals)) == (1, 1)
    assert refusals[0].startswith(f"row {row}, ")
    assert message in refusals[0]
    assert [d["place"] for d in json.loads(own.read_text(encoding="utf-8"))["decisions"]] == [ZUREIQA]


def test_refused_rows_are_told_by_the_exit_code(run, sheet, own):
    good = ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA))
    path = filled(sheet, good, ("Karm", "Homs", {**MILL, "source": None}), ("Karm", "Hama", {"decision": "perhaps"}))
    ran = run("review", "apply", path)
    assert ran.code == 1
    lines = ran.err.splitlines()
    assert lines[0].startswith(
        f"geomap: {path}: row {sheet.row_of('Karm', 'Hama')}, decision: 'perhaps' is no decision"
    )
    assert lines[1].startswith(f"geomap: {path}: row {sheet.row_of('Karm', 'Homs')}, source: is empty")
    assert lines[2] == f"1 decision kept, 0 known already, 0 left open, 2 rows refused -> {own}"


def test_a_place_outside_is_taken_when_the_note_says_so(run, sheet, own):
    outside = {**MILL, "lon": 36.1, "lat": 34.2, "note": "Lies outside the province, across the border in Lebanon."}
    assert run("review", "apply", filled(sheet, ("Karm", "Homs", outside))).code == 0
    assert Gazetteer.load().get("own:karm-al-tahin").parents[-1:] == ("syr:homs-governorate",)
    assert run("gazetteer", "check").code == 0


def test_two_typed_places_of_one_name_are_not_each_others_rivals(sheet, own):
    near = {**MILL, "lon": 36.56, "lat": 35.01, "note": "outside"}
    further = {**MILL, "lon": 36.57, "lat": 35.01, "note": "outside"}
    outcome, refusals = applied(filled(sheet, ("Karm", "Hama", near), ("Karm", "Homs", further)), own)
    assert outcome.kept == 1
    assert "own:karm-al-tahin (Karm al-Tahin) is known 0.9 km from there" in refusals[0]
    outcome, refusals = applied(filled(sheet, ("Karm", "Homs", near)), own)
    assert (outcome.kept, refusals) == (1, [])  # the very point is the same place, in both contexts
    assert len(read_own(own).places()) == 1


def test_two_rows_of_one_key_are_one_too_many(run, sheet, own):
    row = sheet.row_of("Ain-Zrekia")
    sheet.fill(row, **pick(sheet, "Ain-Zrekia", ZUREIQA))
    sheet.cells.append([cell.value for cell in sheet.cells[row]])
    sheet.fill(sheet.cells.max_row, **pick_other(sheet, row))
    sheet.save()
    ran = run("review", "apply", sheet.path)
    assert (ran.code, f"row 5, key: is that of row {row}, too" in ran.err) == (1, True)


def pick_other(sheet, row):
    chosen = sheet.cells.cell(row, sheet.headings.index("decision") + 1).value
    return {"decision": "candidate 2" if chosen == "candidate 1" else "candidate 1"}


def test_rows_may_be_sorted_and_columns_added(run, sheet, own):
    sheet.fill(sheet.row_of("Ain-Zrekia"), **pick(sheet, "Ain-Zrekia", ZUREIQA))
    rows = [[cell.value for cell in row] for row in sheet.cells.iter_rows(min_row=2)]
    sheet.cells.delete_rows(2, len(rows))
    for row in reversed(rows):
        sheet.cells.append([*row, "my own remark"])
    sheet.cells.cell(1, len(sheet.headings) + 1).value = "remarks"
    sheet.save()
    assert run("review", "apply", sheet.path).code == 0


def changed_curated(folder, place_id, change):
    """A copy of the curated gazetteer in which one record is another; None drops it."""
    for path in curated_folder().rglob("*.geojson"):
        collection = json.loads(path.read_text(encoding="utf-8"))
        collection["features"] = [
            record
            for feature in collection["features"]
            if (record := change(feature) if feature["@id"] == place_id else feature) is not None
        ]
        target = folder / path.relative_to(curated_folder())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(collection), encoding="utf-8")
    return folder


def moved(feature):
    feature["geometry"]["coordinates"][0] += 0.01
    return feature


def nudged(feature):
    feature["geometry"]["coordinates"][1] += 0.00005  # 6 m
    return feature


def renamed(feature):
    feature["properties"]["title"] = "Another name"
    return feature


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (lambda _: None, 1, f"{ZUREIQA} is in no gazetteer that is loaded"),
        (moved, 1, f"{ZUREIQA} has moved by 0.93 km since the sheet was made; export a new sheet"),
        (renamed, 1, "was 'Zureiqa (Nashabiyeh)' and is 'Another name' now"),
        (nudged, 0, "1 decision kept"),
    ],
)
def test_a_sheet_of_an_older_gazetteer_is_refused_where_it_no_longer_fits(
    run, sheet, own, tmp_path, change, code, message
):
    newer = changed_curated(tmp_path / "newer", ZUREIQA, change)
    answers = [("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA)), ("Karm", "Homs", MILL)]
    ran = run("review", "apply", filled(sheet, *answers), "--gazetteer", newer)
    assert (ran.code, message.replace("1 decision", "2 decisions") in ran.err) == (code, True)
    assert ("holds other places than when the sheet was made" in ran.err) == (change(dict_of(ZUREIQA)) is None)
    assert "own:karm-al-tahin" in own.read_text(encoding="utf-8")


def dict_of(place_id):
    place = curated().get(place_id)
    return {"@id": place_id, "geometry": {"coordinates": [place.lon, place.lat]}, "properties": {}}


def test_an_older_sheet_does_not_undo_a_newer_decision(run, sheet, own, tmp_path):
    old = filled(sheet, ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA)))
    run("review", "apply", old)
    newer = Filled(old)
    newer.path = tmp_path / "newer.xlsx"
    later = {**pick(sheet, "Ain-Zrekia", ZREIQA), "when": date(2018, 7, 9), "who": "Basil"}
    assert run("review", "apply", filled(newer, ("Ain-Zrekia", "", later))).code == 0
    ran = run("review", "apply", old)
    assert (ran.code, "Basil decided it later, on 2018-07-09" in ran.err) == (1, True)
    assert [d["place"] for d in json.loads(own.read_text(encoding="utf-8"))["decisions"]] == [ZREIQA]


def test_a_corrected_point_keeps_its_id(run, sheet, own):
    run("review", "apply", filled(sheet, ("Karm", "Homs", MILL)))
    ran = run("review", "apply", filled(sheet, ("Karm", "Homs", {**MILL, "lon": 36.91, "when": date(2018, 7, 5)})))
    assert (ran.code, "1 decision kept" in ran.err) == (0, True)
    places = [p for p in Gazetteer.load() if p.id.startswith("own:")]
    assert [(p.id, p.lon) for p in places] == [("own:karm-al-tahin", 36.91)]


def test_a_typed_place_goes_when_another_one_is_meant(run, sheet, own):
    run("review", "apply", filled(sheet, ("Ain-Zrekia", "", {**MILL, "lon": 36.45, "lat": 33.6})))
    assert "own:ain-zrekia" in Gazetteer.load()
    cleared = dict.fromkeys(("lon", "lat", "type", "source"))
    later = {**cleared, **pick(sheet, "Ain-Zrekia", ZUREIQA), "when": date(2018, 7, 8)}
    assert run("review", "apply", filled(sheet, ("Ain-Zrekia", "", later))).code == 0
    assert "own:ain-zrekia" not in Gazetteer.load()


# Files


def test_what_a_person_added_to_the_own_file_stays(run, sheet, own):
    run("review", "apply", filled(sheet, ("Karm", "Homs", MILL)))
    collection = json.loads(own.read_text(encoding="utf-8"))
    collection["remark"] = "mine"
    collection["features"][0]["depictions"] = ["a photograph"]
    own.write_text(json.dumps(collection), encoding="utf-8")
    run("review", "apply", filled(sheet, ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA))))
    kept = json.loads(own.read_text(encoding="utf-8"))
    assert (kept["remark"], kept["features"][0]["depictions"]) == ("mine", ["a photograph"])
    assert len(kept["decisions"]) == 2


def test_a_broken_own_file_is_named_and_left_as_it_is(run, sheet, own):
    own.parent.mkdir()
    own.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    ran = run("review", "apply", filled(sheet, ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA))))
    assert (ran.code, str(own) in ran.err, "is not JSON" in ran.err) == (2, True, True)
    assert own.read_text(encoding="utf-8").endswith("[")


def test_decisions_may_go_into_another_file(run, sheet, bulletins, own, tmp_path):
    into = tmp_path / "team.geojson"
    ran = run("review", "apply", filled(sheet, ("Karm", "Homs", MILL)), "--into", into)
    assert (ran.code, own.exists()) == (0, False)
    assert f"when {into} is among those named" in ran.err
    found = meanings(run, bulletins, "--gazetteer", curated_folder(), "--gazetteer", into)
    assert found["Karm al-Tahin", "b2"][0] == "own:karm-al-tahin"


def test_nothing_decided_writes_nothing(run, sheet, own):
    ran = run("review", "apply", sheet.path)
    assert (ran.code, own.exists(), "3 left open" in ran.err) == (0, False, True)


def test_an_own_file_that_cannot_be_written_is_said(run, sheet, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    path = filled(sheet, ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA)))
    ran = run("review", "apply", path, "--into", tmp_path / "file" / "own.geojson")
    assert (ran.code, "own.geojson" in ran.err, "Traceback" in ran.err) == (2, True, False)


def test_without_a_file_of_ones_own_apply_asks_for_one(run, sheet, monkeypatch):
    monkeypatch.setenv("GEOMAP_OWN", "")
    ran = run("review", "apply", sheet.path)
    assert (ran.code, "--into" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("environment", "path"),
    [
        ({"GEOMAP_OWN": "/data/mine.geojson", "XDG_DATA_HOME": "/xdg"}, "/data/mine.geojson"),
        ({"GEOMAP_OWN": "", "XDG_DATA_HOME": "/xdg"}, None),
        ({"XDG_DATA_HOME": "/xdg", "HOME": "/home/amal"}, "/xdg/geomap/own.geojson"),
        ({"XDG_DATA_HOME": "relative", "HOME": "/home/amal"}, "/home/amal/.local/share/geomap/own.geojson"),
        ({"HOME": "/home/amal"}, "/home/amal/.local/share/geomap/own.geojson"),
    ],
)
def test_where_the_own_file_is(monkeypatch, environment, path):
    for name in ("GEOMAP_OWN", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert own_file() == (None if path is None else Path(path))


def foreign_sheet(path):
    book = Workbook()
    book.active.append(["name", "decision"])
    book.save(path)


def without_column(path):
    book = Workbook()
    book.active.title = SHEET
    book.active.append([column.heading for column in COLUMNS if column.heading != "who"])
    book.save(path)


def column_twice(path):
    book = Workbook()
    book.active.title = SHEET
    book.active.append([*(column.heading for column in COLUMNS), "who"])
    book.save(path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "cannot be read: No such file"),
        (lambda path: path.write_bytes(b"PK\x03\x04 no archive"), "is no XLSX file"),
        (lambda path: path.write_text("name,decision\n", encoding="utf-8"), "is no XLSX file"),
        (foreign_sheet, "has no sheet 'open names'"),
        (without_column, "lacks the column 'who'"),
        (column_twice, "has the column 'who' twice"),
    ],
)
def test_a_file_that_is_no_review_sheet_is_refused(run, own, tmp_path, make, message):
    path = tmp_path / "open.xlsx"
    make(path)
    ran = run("review", "apply", path)
    assert (ran.code, message in ran.err, own.exists()) == (2, True, False)
    with pytest.raises(ReviewError):
        read_sheet(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"decisions": {}}, "must be a list"),
        ({"decisions": [1]}, "decisions[0]: a decision is"),
        ({"toponym": ""}, "toponym: is missing or empty"),
        ({"place": 7}, "place: 7 must be the id of a place, or null"),
        ({"on": "yesterday"}, "on: 'yesterday' must be the day"),
        ({"by": None}, "by: is missing"),
        ({"extra": 1}, "extra: is no part of a decision"),
        ({"setting": {}}, "setting: must hold one of"),
        ({"setting": {"within": ["syr:a"], "near": ["syr:b"]}}, "setting: must hold one of"),
        ({"setting": {"within": []}}, "setting.within: must list texts"),
        ({"setting": {"within": ["syr:a"], "types": ["hamlet"]}}, "setting.types: ['hamlet'] must be feature types"),
        ({"setting": {"bulletin": ""}}, "setting.bulletin: must be a text"),
        ({"setting": {"bulletin": "b", "where": 1}}, "setting.where: is no part of a setting"),
        ({"note": 3}, "note: must be a text"),
    ],
)
def test_a_decision_that_breaks_the_format_is_named(tmp_path, change, message):
    record = {
        "toponym": "X", "lang": "en", "place": "syr:duma", "setting": {"within": ["syr:syria"]}, "by": "A",
        "on": "2018-07-02", "sheet": "o.xlsx",
    }  # fmt: skip
    decisions = change.get("decisions", [{**record, **change}])
    collection = {"type": "FeatureCollection", "sources": {}, "decisions": decisions, "features": []}
    path = tmp_path / "own.geojson"
    path.write_text(json.dumps(collection), encoding="utf-8")
    with pytest.raises(GeomapError) as raised:
        read_own(path)
    assert message in str(raised.value)
    assert str(path) in str(raised.value)
    assert message in " ".join(str(p) for p in Gazetteer.load(path, lenient=True).problems)


def test_a_decision_on_a_place_that_is_not_loaded_decides_nothing(run, sheet, bulletins, own):
    run("review", "apply", filled(sheet, ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA))))
    text = own.read_text(encoding="utf-8").replace(ZUREIQA, "syr:gone")
    own.write_text(text, encoding="utf-8")
    assert meaning(run, bulletins, "Ain-Zrekia")[0] == "ambiguous"
    checked = run("gazetteer", "check")
    assert (checked.code, "warning: syr:gone decisions: 'Ain-Zrekia' means it (by Amal" in checked.out) == (0, True)


def test_decisions_come_out_of_the_cache_as_they_went_in(run, sheet, bulletins, own):
    run(
        "review", "apply", filled(sheet, ("Ain-Zrekia", "", pick(sheet, "Ain-Zrekia", ZUREIQA)), ("Karm", "Homs", MILL))
    )
    os.utime(own, (own.stat().st_mtime - 60,) * 2)  # what has changed just now is never kept
    read, opened = Gazetteer.load(), Gazetteer.load()
    assert len(opened.decisions) == 2
    assert opened.decisions == read.decisions
    assert meaning(run, bulletins, "Ain-Zrekia")[0] == ZUREIQA


def test_a_decision_follows_its_place_into_the_one_it_is_merged_with(tmp_path):
    decision = {
        "toponym": "Dumeh", "lang": "en", "place": "cod:c2338", "setting": {"within": ["cod:sy03"]}, "by": "A",
        "on": "2018-07-02", "sheet": "o.xlsx",
    }  # fmt: skip
    path = tmp_path / "own.geojson"
    collection = {"type": "FeatureCollection", "sources": {}, "decisions": [decision], "features": []}
    path.write_text(json.dumps(collection), encoding="utf-8")
    (found,) = Gazetteer.load(curated_folder(), path).decisions_on("Dumeh")
    assert (found.place_id, found.setting.within) == ("syr:duma", ("syr:rif-dimashq",))


def test_of_two_decisions_the_later_one_holds():
    text = bulletin(ONE)
    mentions = recognize(text, curated())
    found = [
        (resolution.mention.name, setting)
        for resolution, setting in resolve_in_settings(text, mentions, curated())
        if resolution.place is None
    ]
    name, setting = next(pair for pair in found if pair[0] == "Ain-Zrekia")
    early = Decision(
        toponym=name, lang="en", setting=setting, place_id=ZUREIQA, by="A", on=date(2018, 7, 2), sheet="o.xlsx"
    )
    late = replace(early, place_id=ZREIQA, on=date(2018, 7, 3))
    for decisions in ((early, late), (late, early)):
        resolutions = resolve(text, mentions, Gazetteer.from_places(curated(), decisions=decisions))
        assert {r.place.id for r in resolutions if r.mention.name == name} == {ZREIQA}


# Laws

IDS = st.lists(st.sampled_from(["syr:homs-governorate", "syr:rif-dimashq", "~idlb"]), min_size=1, unique=True)
WORDS = st.text(min_size=1, max_size=12).filter(lambda text: text.strip())
WHERE = st.one_of(
    IDS.map(lambda ids: {"within": tuple(sorted(ids))}),
    IDS.map(lambda ids: {"near": tuple(sorted(ids))}),
    WORDS.map(lambda bulletin_id: {"bulletin": bulletin_id}),
)
SETTINGS = st.builds(
    lambda where, types, part: Setting(**where, types=types, part=part),
    WHERE,
    st.frozensets(st.sampled_from(["village", "town", "camp"])),
    st.none() | WORDS,
)
DECISIONS = st.builds(
    Decision, toponym=WORDS, lang=st.just("en"), setting=SETTINGS, place_id=st.none() | st.just("syr:duma"), by=WORDS,
    on=st.dates(), sheet=WORDS, note=st.none() | WORDS,
)  # fmt: skip


@given(st.lists(DECISIONS))
def test_decisions_survive_json(decisions):
    records = json.loads(json.dumps([decision_record(decision) for decision in decisions]))
    assert list(decision_flaws(records)) == []
    assert list(decisions_of({"decisions": records})) == decisions


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)
@given(TEXTS, LANGUAGES, st.data())
def test_a_decision_changes_no_setting_and_is_found_again(text, lang, data):
    """What was asked for is asked in the same setting again, so its decision holds; no sure name needs one."""
    given_text = bulletin(text, lang)
    mentions = recognize(given_text, curated())
    before = resolve_in_settings(given_text, mentions, curated())
    decisions = tuple(
        Decision(
            toponym=resolution.mention.name, lang=lang, setting=setting, place_id=place_id, by="A", on=date(2018, 7, 2),
            sheet="o.xlsx",
        )
        for resolution, setting in before
        if resolution.place is None and resolution.mention.context == "location" and fold(resolution.mention.name)
        if (place_id := data.draw(st.sampled_from([None, "syr:duma", "syr:homs", ""]))) != ""
    )  # fmt: skip
    decided = Gazetteer.from_places(curated(), decisions=decisions)
    after = resolve_in_settings(given_text, mentions, decided)
    assert [setting for _, setting in after] == [setting for _, setting in before]
    assert tuple(resolution for resolution, _ in after) == resolve(given_text, mentions, decided)
    for decision in decisions:
        same = [d for d in decisions if (fold(d.toponym), d.setting) == (fold(decision.toponym), decision.setting)]
        meant = {
            resolution.place.id if resolution.place else None
            for resolution, setting in after
            if setting == decision.setting and fold(resolution.mention.name) == fold(decision.toponym)
            if resolution.mention.context == "location"
        }
        assert meant == {same[-1].place_id}  # all of one day


def test_every_answer_is_a_column():
    assert set(ANSWERS) < {column.heading for column in COLUMNS}
