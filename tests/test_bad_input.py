"""Bad input through the real command line: each with a clear message, exit code 2, and nothing lost."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import sqlite3
from pathlib import Path

import pytest

GOOD = """---
id: good
date: 2018-06-23
source: "A test"
lang: en
---

Since yesterday, 190 people have come back to Homs province.
"""

BAD_FILES = {
    "missing.txt": (None, ["missing.txt", "no such file"]),
    "empty.txt": (b"", ["empty.txt", "empty"]),
    "blank-body.txt": (b"---\nid: x\n---\n\n", ["blank-body.txt", "no text below"]),
    "binary.txt": (b"\x89PNG\r\n\x1a\n\x00\x00", ["binary.txt", "binary", "offset 8"]),
    "latin.txt": ("عاد الناس".encode("cp1256"), ["latin.txt, line 1", "byte 0 (0xda)", "UTF-8", "cp1256", "cp1251"]),
    "wrong-encoding.txt": (b"---\nencoding: cp1257x\n---\nText\n", ["line 2, encoding", "'cp1257x'", "cp1256"]),
    "unterminated.txt": (b"---\nid: x\nText\n", ["unterminated.txt, line 1", "never closed", "---"]),
    "broken-yaml.txt": (b"---\nid: x\nsource: a: b\n---\nText\n", ["broken-yaml.txt, line 3", "quotes"]),
    "list.txt": (b"---\n- id\n---\nText\n", ["list.txt, line 2", "field: value"]),
    "impossible-date.txt": (b"---\nid: x\ndate: 2018-02-31\n---\nText\n", ["line 3, date", "2018-02-31", "2018-06-24"]),
    "word.docx": (b"PK", ["word.docx", "damaged or truncated"]),
    "word.doc": (b"PK", ["word.doc", ".txt, .md, .html"]),
}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def good(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    return folder


@pytest.fixture
def store(good, run, tmp_path):
    """A store with one event; a test that breaks something asks it again in the end."""
    path = tmp_path / "s.gpkg"
    assert run("ingest", good, "--store", path).code == 0
    return path


def said(ran, *words) -> None:
    """Check that a run ended with exit code 2, a message that holds the words, and no traceback."""
    code = ran.code if hasattr(ran, "code") else ran.returncode
    err = ran.err if hasattr(ran, "err") else ran.stderr
    assert code == 2, err
    assert "Traceback" not in err
    for word in words:
        assert word in err


def answers(run, store) -> list[str]:
    ran = run("query", "--store", store, "--format", "geojson")
    assert ran.code == 0
    return [feature["properties"]["sentence"] for feature in json.loads(ran.out)["features"]]


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("command", ["extract", "ingest", "map"])
def test_a_bad_bulletin(run, good, tmp_path, name, command):
    content, words = BAD_FILES[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = tree(tmp_path)
    options = {"extract": (), "ingest": ("--store", tmp_path / "n.gpkg"), "map": ("-o", tmp_path / "n.html")}[command]
    ran = run(command, good, tmp_path / name, *options)
    said(ran, *words, "1 bad file, nothing was written", "1 good file would be read with --skip-bad")
    assert ran.out == ""
    assert tree(tmp_path) == before


def test_every_bad_file_is_named(run, good):
    for name in ("empty.txt", "binary.txt", "unterminated.txt", "impossible-date.txt"):
        (good / name).write_bytes(BAD_FILES[name][0])
    ran = run("extract", good)
    said(ran, "empty.txt", "binary.txt", "unterminated.txt", "impossible-date.txt", "4 bad files")


def test_skip_bad_goes_on_with_the_good_ones(run, good):
    (good / "empty.txt").write_bytes(b"")
    ran = run("extract", good, "--skip-bad", "--format", "json")
    assert ran.code == 0
    assert [d["bulletin"]["id"] for d in json.loads(ran.out)] == ["good"]
    assert "empty.txt" in ran.err
    assert run("extract", good, "--skip-bad", "--strict").code == 1


def test_skip_bad_with_nothing_good_is_still_bad(run, tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    said(run("extract", tmp_path, "--skip-bad"), "empty.txt", "1 bad file")


def test_two_bulletins_with_one_id(run, good):
    (good / "sub").mkdir()
    shutil.copy(good / "good.txt", good / "sub" / "copy.txt")
    said(run("extract", good), str(good / "good.txt"), str(good / "sub" / "copy.txt"), "'good' is also the id")


@pytest.mark.parametrize(
    ("encoding", "text"), [("cp1256", "عاد 190 شخصا إلى حمص"), ("cp1251", "В провинцию Хомс вернулись 190 человек")]
)
def test_an_encoding_that_is_named_is_read(run, tmp_path, encoding, text):
    (tmp_path / "a.txt").write_bytes(f"---\nencoding: {encoding}\n---\n{text}\n".encode(encoding))
    ran = run("extract", tmp_path, "--format", "json")
    assert ran.code == 0
    (document,) = json.loads(ran.out)
    assert all(text[m["start"] : m["end"]] == m["surface"] for m in document["mentions"])


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("32.3,35.6,37.4,142.4", ["latitude first", "35.6,32.3,142.4,37.4"]),
        ("35.6,37.4,42.4,32.3", ["south", "did you mean", "35.6,32.3,42.4,37.4"]),
        ("200,32,210,37", ["longitude out of range", "-180..180"]),
        ("35,32,42", ["3 numbers", "four"]),
        ("a,b,c,d", ["not four numbers"]),
        ("nan,1,2,3", ["finite"]),
        ("", ["0 numbers"]),
    ],
)
@pytest.mark.parametrize("command", ["query", "map"])
def test_a_bad_box(run, store, tmp_path, box, words, command):
    options = ("-o", tmp_path / "n.html") if command == "map" else ()
    said(run(command, "--bbox", box, "--store", store, *options), "bbox", *words)
    assert not (tmp_path / "n.html").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--from", "2018-02-31"), ["from", "2018-02-31", "2018-06-24"]),
        (("--from", "2018-06-24", "--to", "2018-06-24"), ["to", "before"]),
        (("--type", "retrun"), ["retrun", "did you mean return"]),
        (("--limit", "0"), ["limit"]),
        (("--limit", "many"), ["limit", "integer"]),
        (("--place", "syr:dumma"), ["syr:dumma", "syr:duma"]),
        (("--format", "xls"), ["xls", "geojson"]),
        (("--nothing",), ["--nothing"]),
    ],
)
def test_a_bad_question(run, store, options, words):
    said(run("query", "--store", store, *options), *words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not a database, only text that is long enough", ["not a GeoPackage"]),
        (b"", ["empty"]),
        (None, ["no store here", "geomap ingest"]),
    ],
)
def test_a_store_that_is_none(run, tmp_path, content, words):
    path = tmp_path / "x.gpkg"
    if content is not None:
        path.write_bytes(content)
    before = tree(tmp_path)
    said(run("query", "--store", path), str(path), *words)
    assert tree(tmp_path) == before


def test_ingest_does_not_write_into_a_foreign_file(run, good, tmp_path):
    for name, content in (("notes.gpkg", b"dear diary, this is no database at all"), ("other.sqlite", None)):
        path = tmp_path / name
        if content is None:
            with sqlite3.connect(path) as connection:
                connection.execute("CREATE TABLE mine (x)")
            connection.close()
        else:
            path.write_bytes(content)
        before = path.read_bytes()
        said(run("ingest", good, "--store", path), str(path), "name another file")
        assert path.read_bytes() == before


def test_a_store_from_the_future(run, store, good):
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE geomap_schema SET version = 99")
    connection.close()
    before = store.read_bytes()
    said(run("query", "--store", store), "version 99", "update geomap")
    said(run("ingest", good, "--store", store), "version 99")
    assert store.read_bytes() == before


@pytest.mark.parametrize("url", ["mysql://somewhere/db", "mongodb://somewhere/db"])
def test_a_store_of_a_kind_that_is_not_there(run, url):
    said(run("query", "--store", url), "GeoPackage")


@pytest.mark.parametrize("command", ["map", "query"])
def test_an_output_that_cannot_be_written(run, good, store, tmp_path, command):
    arguments = ("map", good) if command == "map" else ("query", "--store", store)
    (tmp_path / "file").write_text("")
    before = tree(tmp_path)
    said(run(*arguments, "-o", tmp_path / "none" / "o.html"), "o.html", "folder does not exist")
    said(run(*arguments, "-o", tmp_path / "file" / "o.html"), "folder does not exist")
    said(run(*arguments, "-o", tmp_path), "is a folder")
    said(run(*arguments, "-o", "/dev/null"), "no ordinary file")
    said(run(*arguments, "-o", store if command == "query" else good / "good.txt"), "would be lost")
    assert tree(tmp_path) == before


def test_a_store_in_a_folder_that_is_not_there(run, good, tmp_path):
    said(run("ingest", good, "--store", tmp_path / "none" / "s.gpkg"), "folder does not exist")


def as_ordinary_user() -> None:
    """Take from root the right to write where the permissions say no (kept over exec by the bounding set)."""
    if os.geteuid() == 0:
        drop, override, search = 24, 1, 2
        for capability in (override, search):
            ctypes.CDLL(None).prctl(drop, capability, 0, 0, 0)


@pytest.mark.parametrize("command", ["ingest", "map", "query"])
def test_a_folder_without_the_right_to_write(spawn, good, store, tmp_path, command):
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    arguments = {
        "ingest": ("ingest", good, "--store", closed / "s.gpkg"),
        "map": ("map", good, "-o", closed / "o.html"),
        "query": ("query", "--store", store, "-o", closed / "o.csv"),
    }[command]
    done = spawn(*arguments, preexec_fn=as_ordinary_user)
    closed.chmod(0o755)
    said(done, str(closed), "cannot be")
    assert list(closed.iterdir()) == []


def test_a_bulletin_without_the_right_to_read(spawn, good):
    (good / "good.txt").chmod(0)
    said(spawn("extract", good, preexec_fn=as_ordinary_user), "good.txt", "cannot be read", "ermission denied")


def record(**changes):
    feature = {
        "@id": "tst:a", "type": "Feature",
        "properties": {"title": "A", "ccodes": ["SY"], "fclasses": ["P"], "feature_type": "country"},
        "names": [{"toponym": "A", "lang": "en", "citations": [{"@id": "src:s", "label": "1"}]}],
        "relations": [], "links": [],
        "geometry": {
            "type": "Point", "coordinates": [36.0, 33.0], "certainty": "certain",
            "citations": [{"@id": "src:s", "label": "1"}],
        },
    }  # fmt: skip
    feature.update(changes)
    return {
        "type": "FeatureCollection",
        "sources": {"src:s": {"label": "S", "@id": "https://example.org", "licence": "public domain"}},
        "features": [{key: value for key, value in feature.items() if value is not None}],
    }


BAD_RECORDS = {
    "no id": (record(**{"@id": None}), ["@id"]),
    "no name": (record(names=None), ["tst:a", "names"]),
    "no citation": (record(names=[{"toponym": "A", "lang": "en"}]), ["tst:a", "citations"]),
    "no source": (
        record(names=[{"toponym": "A", "lang": "en", "citations": [{"@id": "src:none", "label": "1"}]}]),
        ["tst:a", "src:none"],
    ),
    "swapped point": (
        record(geometry={"type": "Point", "coordinates": [33.0, 136.0], "citations": [{"@id": "src:s", "label": "1"}]}),
        ["tst:a", "geometry"],
    ),
    "no json": ("{", ["g.geojson"]),
}


@pytest.mark.parametrize("name", BAD_RECORDS)
@pytest.mark.parametrize("command", ["extract", "check", "show"])
def test_a_bad_gazetteer_record(run, good, tmp_path, name, command):
    content, words = BAD_RECORDS[name]
    path = tmp_path / "g.geojson"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    arguments = {"extract": ("extract", good), "check": ("gazetteer", "check"), "show": ("gazetteer", "show", "tst:a")}
    ran = run(*arguments[command], "--gazetteer", path)
    assert ran.code == 2
    assert all(word in ran.out + ran.err for word in words)
    assert "Traceback" not in ran.err


def test_a_gazetteer_that_is_not_there(run, good, tmp_path):
    said(run("extract", good, "--gazetteer", tmp_path / "none"), "none", "does not exist")


def test_a_place_that_is_not_known(run):
    said(run("gazetteer", "show", "syr:dumma"), "syr:dumma", "syr:duma")


def test_a_full_disk_on_standard_output(spawn, good):
    with Path("/dev/full").open("w") as full:
        said(spawn("extract", good, "--format", "json", stdout=full), "No space left")
        said(spawn("--help", stdout=full), "No space left")


def test_a_full_disk_while_a_map_is_written(spawn, run, good, tmp_path):
    output = tmp_path / "o.html"
    assert run("map", good, "-o", output).code == 0
    before = tree(tmp_path)

    def full() -> None:  # a file may grow to this size and no further, as on a disk without room
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    said(spawn("map", good, "-o", output, preexec_fn=full), str(output), "cannot be written")
    assert tree(tmp_path) == before


def test_a_full_disk_while_a_store_is_written(spawn, run, store, good, tmp_path):
    sentences = answers(run, store)
    size = store.stat().st_size
    more = tmp_path / "more"
    more.mkdir()
    for number in range(60):
        (more / f"{number}.txt").write_text(GOOD.replace("good", f"n{number}") * 3, encoding="utf-8")

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    said(spawn("ingest", more, "--store", store, preexec_fn=full), str(store))
    assert answers(run, store) == sentences


def test_no_path_and_two_origins(run, tmp_path):
    said(run("extract"), "PATH")
    said(run("ingest"), "PATH")
    said(run("map", "x.txt", "--store", "s.gpkg", "-o", tmp_path / "o.html"), "either PATH or --store")
    said(run("map"), "-o")
