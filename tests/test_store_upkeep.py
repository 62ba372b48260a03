"""`geomap store info`, `check` and `compact`: what they say is so, and nothing is lost."""

import io
import re
import sqlite3
import sys
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pyogrio
import pytest
from made_events import make_bulletin
from test_store import at, change, make_place, make_reading, strewn, wear

from geomap.cli.progress import ProgressBars
from geomap.query import EventQuery
from geomap.store import open_store, spacetime

EVERYTHING = EventQuery()
BOX = EventQuery.of(bbox="-20,-20,40,30", types="return,other,demining")


@pytest.fixture
def path(tmp_path) -> Path:
    path = tmp_path / "geomap.gpkg"
    with open_store(path, create=True) as store:
        wear(store)
    return path


def test_info(path, run):
    ran = run("store", "info", "--store", path)
    assert ran.code == 0
    found = dict(re.split(r"  +", line.strip(), maxsplit=1) for line in ran.out.splitlines())
    with open_store(path) as store:
        assert found["events"] == f"{store.count(EVERYTHING)}" == "208"
        assert found["return"] == f"{store.count(EventQuery.of(types='return'))}"
        assert found["bulletins"] == "22"
        assert found["places"] == f"{pyogrio.read_info(path, layer='places')['features']}"
    west, south, east, north = map(float, found["extent"].split(","))
    bounds = pyogrio.read_info(path, layer="events", force_total_bounds=True)["total_bounds"]
    assert (west, south, east, north) == pytest.approx(bounds, abs=1e-4)
    assert found["days"].endswith(" to 2018-06-24")
    assert found["schema version"] == "4"


def test_info_of_an_empty_store_and_of_none(tmp_path, run):
    open_store(tmp_path / "new.gpkg", create=True).close()
    out = run("store", "info", "--store", tmp_path / "new.gpkg").out
    assert "nothing is placed" in out
    ran = run("store", "info", "--store", tmp_path / "none.gpkg")
    assert (ran.code, ran.out) == (2, "")
    assert "no store here yet" in ran.err


def test_a_sound_store(path, run):
    ran = run("store", "check", "--store", path)
    assert (ran.code, ran.out) == (0, "")
    assert "0 problems" in ran.err


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE events SET type = 'demining' WHERE id = '000/0-0'", "event 000/0-0: type differ from its record"),
        ("UPDATE events SET lon = lon + 1 WHERE id = '000/0-0'", "event 000/0-0: lon differ"),
        ("UPDATE geomap_details SET record = '{}' WHERE event = (SELECT fid FROM events WHERE id = '000/2-0')",
         "event 000/2-0 cannot be read"),
        ("DELETE FROM geomap_details WHERE event = (SELECT fid FROM events WHERE id = '000/2-0')", "1 have no record"),
        (f"DELETE FROM {spacetime.TREE} WHERE id = (SELECT max(id) FROM {spacetime.TREE})", "1 entries are missing"),
        ("DELETE FROM bulletins WHERE id = '000'", "names a row of bulletins that is not there"),
        ("UPDATE rtree_events_geom_node SET data = zeroblob(length(data)) WHERE nodeno = 1", "rtree_events_geom"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(path, run, sql, says):
    change(path, sql)
    ran = run("store", "check", "--store", path)
    assert ran.code == 2
    assert says in ran.out


def test_compact_loses_nothing_and_puts_rows_into_order(path, run):
    with open_store(path) as store:
        before, answer = list(store.readings()), list(store.query(BOX))
        numbers = {fid for (fid,) in store._connection.execute("SELECT fid FROM events")}
        assert answer
    size = path.stat().st_size
    ran = run("store", "compact", "--store", path)
    assert ran.code == 0
    assert path.stat().st_size < size
    assert run("store", "check", "--store", path).out == ""
    with open_store(path) as store:
        assert list(store.readings()) == before
        assert list(store.query(BOX)) == answer
        db = store._connection
        assert min(db.execute("SELECT min(fid) FROM events").fetchone()) > max(numbers)
        rows = db.execute("SELECT minx, miny FROM rtree_events_geom ORDER BY id").fetchall()
        steps = [abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(rows)]
        assert sum(steps) / len(steps) < 25, "neighbours in the file are neighbours on the globe"
        assert {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")} >= {
            f"rtree_events_geom_{part}" for part in ("insert", "update1", "update2", "update3", "update4", "delete")
        }
        store.put([make_reading(at(make_place(), bulletin=make_bulletin("new")))])
        assert [e.id for e in store.query(EventQuery.of(text="people", place="syr:duma", limit=1, offset=3))]
        store.put(before)
        assert [r for r in store.readings() if r.bulletin.id != "new"] == before
    found = pyogrio.read_dataframe(path, layer="events", bbox=(-20, -20, 40, 30), columns=["id"])
    with open_store(path) as store:
        assert {e.id for e in store.query(EventQuery.of(bbox="-20,-20,40,30"))} == set(found["id"])


def test_compact_waits_for_nobody_who_reads_and_leaves_the_store_when_it_cannot_write(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        from geomap.errors import StoreError  # noqa: PLC0415
        from geomap.store.geopackage import GeoPackageStore  # noqa: PLC0415

        with GeoPackageStore(path, timeout_s=0.05) as store, pytest.raises(StoreError, match="another program"):
            store.compact()
    with open_store(path) as store:
        assert list(store.problems()) == []


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("events", "shown"), [(2000, True), (1980, False)])
def test_a_bar_while_a_long_load_is_stored(tmp_path, monkeypatch, events, shown):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with closing(ProgressBars()) as bars, open_store(tmp_path / "new.gpkg", create=True) as store:
        store.put(strewn(events), on_progress=bars)
    said = sys.stderr.getvalue()
    assert (f"{events}/{events}" in said and "storing" in said) is shown
    assert ("indexing" in said and "5/5" in said) is shown


def test_no_bar_where_nobody_watches(tmp_path, capsys):
    with closing(ProgressBars()) as bars, open_store(tmp_path / "new.gpkg", create=True) as store:
        store.put(strewn(2000), on_progress=bars)
    assert capsys.readouterr() == ("", "")
