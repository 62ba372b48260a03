"""The command line on real bulletins: results, formats, summaries, exit codes, start-up."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from packed_page import page_of

BULLETIN = """---
id: "{id}"
date: 2018-06-23
source: "A test"
lang: en
---

{text}
"""
RESOLVED = "Since yesterday, 190 people have come back to Homs province."
OPEN = "Sappers cleared 12 houses in Nowhereville-al-Test and in the settlement of Ain-Zrekia, Damascus province."


@pytest.fixture
def bulletins(tmp_path):
    """A folder with two bulletins; one names a place that nobody can establish."""
    folder = tmp_path / "bulletins"
    folder.mkdir()
    for name, text in (("resolved", RESOLVED), ("open", OPEN)):
        (folder / f"{name}.txt").write_text(BULLETIN.format(id=name, text=text), encoding="utf-8")
    return folder


def events_of(ran):
    return [feature["properties"] for feature in json.loads(ran.out)["features"]]


def test_extract_prints_the_contract(run, bulletins):
    ran = run("extract", "--format", "json", bulletins)
    assert ran.code == 0
    documents = json.loads(ran.out)
    assert [d["bulletin"]["id"] for d in documents] == ["open", "resolved"]
    (event,) = documents[1]["events"]
    assert (event["type"], event["counts"][0]["value"]) == ("return", 190)
    (at,) = [documents[1]["mentions"][i] for i in event["to"]]
    assert (at["status"], at["place"]["id"]) == ("resolved", "syr:homs-governorate")
    assert all(m["place"] is None for m in documents[0]["mentions"] if m["status"] != "resolved")


@pytest.mark.parametrize(
    ("format_", "opening"), [("json", "["), ("geojson", '{"type": "FeatureCollection"'), ("csv", ""), ("table", "")]
)
def test_each_format_prints_the_event(run, bulletins, format_, opening):
    ran = run("extract", "--format", format_, bulletins)
    assert ran.code == 0
    assert ran.out.startswith(opening)
    assert ran.out.endswith("\n")
    assert "190" in ran.out
    assert "come back to Homs" in ran.out


def test_the_summary_goes_to_standard_error_and_names_what_is_open(run, bulletins):
    ran = run("extract", bulletins)
    assert ran.err.startswith("2 bulletins, ")
    assert "left open: " in ran.err
    assert "Ain-Zrekia (open)" in ran.err


def test_notes_of_bulletins_are_said(run, tmp_path):
    (tmp_path / "a.txt").write_text(RESOLVED, encoding="utf-8")
    ran = run("extract", tmp_path)
    assert "a.txt: no date" in ran.err
    assert "a.txt: lang en is guessed" in ran.err


def test_a_language_without_rules_is_said(run, tmp_path):
    text = "---\nlang: fr\ndate: 2018-06-24\n---\n68 personnes sont retournées à Homs.\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    ran = run("extract", tmp_path)
    assert "no rules for lang fr" in ran.err
    assert ran.code == 0


def test_a_box_across_the_180th_meridian_is_said(run, tmp_path):
    assert "180th meridian" in run("query", "--store", tmp_path / "none.gpkg", "--bbox", "42,32,35,37").err


def test_many_notes_are_cut_short(run, tmp_path):
    for number in range(30):
        (tmp_path / f"{number}.txt").write_text(RESOLVED, encoding="utf-8")
    ran = run("extract", tmp_path)
    assert ran.err.count(": no date") < 30
    assert "more notes" in ran.err


def test_strict_says_with_the_exit_code_that_something_is_open(run, bulletins):
    assert run("extract", bulletins, "--strict").code == 1
    assert run("extract", bulletins / "resolved.txt", "--strict").code == 0


def test_ingest_and_query(run, bulletins, tmp_path):
    store = tmp_path / "s.gpkg"
    ran = run("ingest", bulletins, "--store", store)
    assert ran.code == 0
    assert f"-> {store}" in ran.err
    asked = run("query", "--store", store, "--format", "geojson", "--type", "return")
    assert [e["type"] for e in events_of(asked)] == ["return"]
    assert asked.err.splitlines() == ["1 event"]
    run("ingest", bulletins, "--store", store)
    assert run("query", "--store", store, "--format", "geojson", "--type", "return").out == asked.out


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), True),
        (("--bbox", "36,34,39,35.5"), True),
        (("--bbox", "-10,20,-5,30"), False),
        (("--bbox=-180,-90,180,90",), True),
        (("--from", "2018-06-23", "--to", "2018-06-24"), True),
        (("--from", "2018-06-24"), False),
        (("--to", "2018-06-01"), False),
        (("--type", "demining"), False),
        (("--type", "demining", "--type", "return"), True),
        (("--place", "syr:homs-governorate"), True),
        (("--place", "syr:syria"), True),
        (("--place", "syr:idlib-governorate"), False),
        (("--text", "come back"), True),
        (("--text", "helicopter"), False),
    ],
)
def test_questions(run, bulletins, tmp_path, options, found):
    store = tmp_path / "s.gpkg"
    run("ingest", bulletins / "resolved.txt", "--store", store)
    ran = run("query", "--store", store, "--format", "geojson", *options)
    assert ran.code == 0
    assert bool(events_of(ran)) == found


def test_a_limit_says_how_many_there_are(run, examples, tmp_path):
    store = tmp_path / "s.gpkg"
    run("ingest", examples, "--store", store)
    ran = run("query", "--store", store, "--limit", 2)
    assert ran.err.startswith("2 events of ")


@pytest.mark.parametrize(("name", "opening"), [("o.geojson", "{"), ("o.csv", ""), ("o.txt", "")])
def test_output_goes_to_a_file_in_the_format_of_its_ending(run, bulletins, tmp_path, name, opening):
    store, output = tmp_path / "s.gpkg", tmp_path / name
    run("ingest", bulletins, "--store", store)
    ran = run("query", "--store", store, "-o", output)
    assert (ran.code, ran.out) == (0, "")
    text = output.read_text(encoding="utf-8")
    assert text.startswith(opening)
    assert "190" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["bulletins", "s.gpkg", name])


def test_the_environment_sets_defaults(run, bulletins, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOMAP_STORE", str(tmp_path / "env.gpkg"))
    assert run("ingest", bulletins).code == 0
    assert (tmp_path / "env.gpkg").exists()
    assert run("query").err.splitlines()[-1].endswith("events") or run("query").err.endswith("event\n")
    monkeypatch.setenv("GEOMAP_GAZETTEER", str(tmp_path / "none.geojson"))
    assert run("gazetteer", "check").code == 2


def test_the_default_store_lies_in_the_working_directory(run, bulletins, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("ingest", bulletins).code == 0
    assert (tmp_path / "geomap.gpkg").exists()


def sentences_of(page):
    return [event["sentence"] for event in page_of(page.read_text(encoding="utf-8"))["events"]]


def test_map_of_bulletins_and_of_a_store_hold_the_same_events(run, bulletins, tmp_path):
    store, first, second = tmp_path / "s.gpkg", tmp_path / "1.html", tmp_path / "2.html"
    run("ingest", bulletins, "--store", store)
    assert run("map", bulletins, "-o", first, "--title", "Test").code == 0
    assert run("map", "--store", store, "-o", second, "--title", "Test").code == 0
    assert any("come back to Homs" in sentence for sentence in sentences_of(first))
    assert first.read_bytes() == second.read_bytes()


def test_map_with_a_box_leaves_out_what_lies_elsewhere(run, bulletins, tmp_path):
    output = tmp_path / "1.html"
    assert run("map", bulletins, "-o", output, "--bbox", "-10,20,-5,30").code == 0
    assert sentences_of(output) == []


def test_gazetteer_show_and_check(run):
    shown = run("gazetteer", "show", "syr:duma")
    assert shown.code == 0
    assert "Duma" in shown.out
    checked = run("gazetteer", "check")
    assert (checked.code, checked.err.split(",")[0]) == (0, "0 errors")


def test_version_and_help(run):
    assert run("--version").out.startswith("geomap ")
    assert run("--help").code == 0
    assert run().code == 2


def test_a_defect_is_said_without_a_traceback(run, monkeypatch, bulletins):
    def broken(*_):
        raise RuntimeError("a screw came loose")

    monkeypatch.setattr("geomap.pipeline.recognize", broken)
    ran = run("extract", bulletins)
    assert ran.code == 70
    assert "a screw came loose" in ran.err
    assert "Traceback" not in ran.err
    monkeypatch.setenv("GEOMAP_DEBUG", "1")
    with pytest.raises(RuntimeError):
        run("extract", bulletins)


@pytest.mark.parametrize("arguments", [("extract", "--format", "json"), ("extract",)])
def test_a_closed_pipe_is_quiet(spawn, examples, arguments):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as closed:
        done = spawn(*arguments, examples, stdout=closed)
    assert (done.returncode, done.stderr) == (141, "")


def test_an_interrupt_is_130(run, monkeypatch, bulletins):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("geomap.pipeline.recognize", interrupted)
    ran = run("extract", bulletins)
    assert ran.code == 130
    assert "Traceback" not in ran.err


def test_results_are_utf8_in_any_locale(spawn, tmp_path):
    (tmp_path / "a.txt").write_text("عاد 5 أشخاص إلى دوما\n", encoding="utf-8")
    locale = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    done = spawn("extract", "--format", "json", tmp_path, env=locale)
    assert done.returncode == 0
    assert "دوما" in done.stdout


def test_help_loads_no_heavy_library():
    code = (
        "import sys\nfrom geomap.cli import cli\n"
        "try: cli(['query', '--help'])\nexcept SystemExit: pass\n"
        "heavy = ('yaml', 'shapely', 'numpy', 'pandas', 'geopandas', 'folium', 'sqlite3')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


FLOORS = {"type": 0.80, "figure": 0.72, "places": 0.62}


def test_extraction_reaches_the_floor_of_a_first_version(run, corpus, tmp_path):
    scorer = os.environ.get("GEOMAP_SCORER")
    if not scorer:
        pytest.skip("$GEOMAP_SCORER is not set")
    ran = run("extract", "--format", "json", *sorted(corpus.glob("*.txt")))
    predicted = tmp_path / "predicted.json"
    predicted.write_text(ran.out, encoding="utf-8")
    command = [sys.executable, scorer, str(corpus / "gold"), str(predicted)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    score = json.loads(done.stdout.splitlines()[-1])
    assert score["recognition"]["f1"] >= 0.88
    assert score["resolution"]["right"] >= 0.85
    assert score["resolution"]["wrong"] <= 0.03
    assert [score["events"][level]["f1"] >= floor for level, floor in FLOORS.items()] == [True] * len(FLOORS)
    assert score["scope"] >= 0.90


def test_a_map_of_the_corpus_is_small(spawn, corpus, tmp_path):
    output = tmp_path / "map.html"
    assert spawn("map", corpus, "-o", output).returncode == 0
    assert output.stat().st_size < 1_500_000
