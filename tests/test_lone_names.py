"""Names alone: which place one means by what the asker knows, in Python, in tables and on the command line."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap import Gazetteer, resolve_name, resolve_names
from geomap.cli import cli
from geomap.errors import QueryError
from geomap.resolution import container_of, resolve_rows
from geomap.resolution.odds import RESOLVED, confidence
from geomap.resolution.tables import ADDED

CURATED = Gazetteer.load()


def run(*arguments, **options):
    return CliRunner().invoke(cli, ["resolve", *arguments], catch_exceptions=False, **options)


@pytest.mark.parametrize(
    ("name", "within", "place_id"),
    [
        ("Douma", None, "syr:duma"),
        ("Дума", None, "syr:duma"),
        ("دوما", "Rif Dimashq", "syr:duma"),
        ("Tall Sulṭān", "Idlib", "syr:tal-sultan"),
        ("Abou ed Douhour", None, "syr:abu-al-duhur"),
        ("Mardj Soultan", "syr:rif-dimashq", "syr:marj-elsultan"),
        ("Saida", "Daraa", "syr:sayda-daraa"),
        ("صيدا", "Lebanon", "lbn:sidon"),
        ("Idlib Governorate", None, "syr:idlib-governorate"),
        ("the city of Aleppo", None, "syr:aleppo"),
        ("محافظة إدلب", None, "syr:idlib-governorate"),
        ("провинция Идлиб", None, "syr:idlib-governorate"),
        ("Douma", "Rif Dimashq governorate", "syr:duma"),
    ],
)
def test_a_name_alone_means_its_place(name, within, place_id):
    area = container_of(within, CURATED) if within else None
    answer = resolve_name(name, CURATED, within=area)
    if place_id not in CURATED:
        pytest.fail(f"{place_id} is not curated any more; the case needs another place")
    assert (answer.status, answer.place and answer.place.id) == ("resolved", place_id), answer.reasons
    assert answer.confidence >= RESOLVED
    assert answer.reasons


def test_a_large_place_is_not_heard_in_a_name_that_is_hardly_like_it():
    answer = resolve_name("Nowhereville", CURATED)
    assert answer.place is None
    assert answer.confidence < 0.5


def test_a_point_decides_between_namesakes():
    saidas = [m.place for m in CURATED.search("Saida", limit=None) if m.tier == "exact"]
    assert len(saidas) > 1
    for saida in saidas:
        near = resolve_name("Saida", CURATED, near=(saida.lon + 0.01, saida.lat), types={saida.type})
        assert near.place == saida
        assert any("km from the point given" in reason for reason in near.reasons)


def test_places_outside_the_area_are_no_answer():
    answer = resolve_name("Latakia", CURATED, within=container_of("Daraa", CURATED))
    assert answer.status != "resolved"
    assert answer.place is None
    assert all("does not lie in" in c.why for c in answer.candidates)


@pytest.mark.parametrize("name", ["", " ", "?!", "😀", "\u200f\u200e", "a" * 100_000, "م" * 100_000, "Xyzzyqw", "al-"])
def test_odd_names_are_unknown_and_nothing_breaks(name):
    answer = resolve_name(name, CURATED)
    assert (answer.status, answer.place, answer.confidence < RESOLVED) == ("unknown", None, True)


@settings(deadline=None)
@given(st.text(max_size=40), st.sampled_from([None, "syr:idlib-governorate"]))
def test_any_name_gets_an_honest_answer(name, within):
    answer = resolve_name(name, CURATED, within=within and CURATED.get(within))
    assert (answer.place is not None) == (answer.status == "resolved") == (answer.confidence >= RESOLVED)
    assert bool(answer.candidates) == (answer.status != "unknown")
    assert 0 <= answer.confidence <= 1


@given(st.floats(0, 3), st.lists(st.floats(0, 3), max_size=5))
def test_a_rival_more_never_makes_surer(best, rivals):
    alone, among = confidence(best, []), confidence(best, rivals)
    assert 0 < among <= alone < 1
    assert confidence(best + 0.1, rivals) > among


@pytest.mark.parametrize(("said", "message"), [("Nowhereland", "no area is called"), ("", "no area is called")])
def test_an_area_that_nobody_knows_is_an_error(said, message):
    with pytest.raises(QueryError, match=message):
        container_of(said, CURATED)


def test_an_area_is_the_widest_of_its_name():
    assert container_of("Idlib", CURATED).type == "governorate"
    assert container_of("syr:idlib", CURATED).id == "syr:idlib"


ROWS = [
    {"name": "Douma", "within": "Rif Dimashq", "figure": "465"},
    {"name": "Duma", "within": "Atlantis", "figure": "1"},
    {"name": "", "within": "", "figure": "2"},
    {"name": "Сирия", "within": "", "figure": "3"},
]


def test_each_row_gets_its_answer_and_keeps_its_cells():
    answered = list(resolve_rows(ROWS, CURATED))
    assert [{k: row[k] for k in ROWS[0]} for row in answered] == ROWS
    assert [row["place_id"] for row in answered] == ["syr:duma", None, None, "syr:syria"]
    assert "no area is called 'Atlantis'" in answered[1]["reason"]
    assert [row["lon"] is None for row in answered] == [False, True, True, False]


def test_a_frame_gets_the_same_answers_as_rows():
    frame = pd.DataFrame(ROWS, index=[7, 5, 3, 1])
    answered = resolve_names(frame, CURATED)
    assert list(answered.index) == [7, 5, 3, 1]
    rows = list(resolve_rows(ROWS, CURATED))
    for column in ADDED:
        assert [None if pd.isna(v) else v for v in answered[column]] == [row[column] for row in rows]
    assert list(resolve_names(frame.iloc[:0], CURATED).columns) == [*frame.columns, *ADDED]


@pytest.mark.parametrize(
    ("row", "message"),
    [({"place": "Duma"}, "has no column 'name', only place"), ({"name": "Duma", "lon": 1}, "a column 'lon' already")],
)
def test_a_table_that_does_not_fit_is_refused(row, message):
    with pytest.raises(QueryError, match=message):
        list(resolve_rows([row], CURATED))
    with pytest.raises(QueryError, match=message):
        resolve_names(pd.DataFrame([row]), CURATED)


def test_the_command_shows_candidates_with_reasons():
    done = run("Douma", "Xyzzyqw")
    assert done.exit_code == 0
    assert "Douma: resolved" in done.stdout
    assert "* Duma (city;" in done.stdout
    assert "Xyzzyqw: unknown" in done.stdout
    assert "2 names: 1 resolved, 1 unknown" in done.stderr
    assert run("Xyzzyqw", "--strict").exit_code == 1


def test_the_command_writes_json_and_csv():
    found = json.loads(run("Saida", "--within", "Lebanon", "--format", "json").stdout)
    assert found[0]["place_id"] == "lbn:sidon"
    assert {"id", "lon", "lat", "why", "within"} <= set(found[0]["candidates"][0])
    row = next(csv.DictReader(io.StringIO(run("Douma", "--format", "csv").stdout)))
    assert (row["name"], row["place_id"]) == ("Douma", "syr:duma")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_is_answered_row_by_row(tmp_path, delimiter):
    source, target = tmp_path / "names.csv", tmp_path / "answers.csv"
    with source.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, ["name", "within", "figure"], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(ROWS)
    done = run("--file", str(source), "-o", str(target))
    assert done.exit_code == 0, done.stderr
    assert "4 names: 2 resolved, 2 unknown" in done.stderr
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["place_id"] for row in rows] == ["syr:duma", "", "", "syr:syria"]
    assert [row["figure"] for row in rows] == ["465", "1", "2", "3"]
    assert run("--file", str(source)).stdout == target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; its first line names the columns"),
        (b"place\nDuma\n", "has no column 'name', only place"),
        (b"name,figure\nDuma,1,2\n", "line 2: has more cells than the 2 columns"),
        (b"name\nDuma\n\xff\xfe\n", "is not UTF-8 text"),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_nothing_is_written(tmp_path, content, message):
    source, target = tmp_path / "names.csv", tmp_path / "answers.csv"
    source.write_bytes(content)
    done = run("--file", str(source), "-o", str(target))
    assert done.exit_code == 2
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give names, or --file"),
        (["Duma", "--near", "36"], "is no point; give LON,LAT"),
        (["Duma", "--near", "33.5,136.4"], "did you mean 136.4,33.5"),
        (["Duma", "--type", "vilage"], "'vilage' is no feature type"),
        (["Duma", "--within", "Atlantis"], "no area is called 'Atlantis'"),
        (["--file", "nowhere.csv"], "cannot be read"),
        (["--file", "x.csv", "--format", "json"], "--file writes csv"),
    ],
)
def test_wrong_usage_says_what_would_be_right(arguments, message):
    done = run(*arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_a_table_of_a_hundred_thousand_rows_keeps_its_order(tmp_path):
    source = tmp_path / "names.csv"
    names = ["Douma", "Homs", "Xyzzyqw", "Idlib"]
    source.write_text("name,n\n" + "".join(f"{names[i % 4]},{i}\n" for i in range(100_000)), encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(run("--file", str(source)).stdout)))
    assert [int(row["n"]) for row in rows] == list(range(100_000))
    assert {row["place_id"] for row in rows[2::4]} == {""}
    assert {row["place_id"] for row in rows[0::4]} == {"syr:duma"}
