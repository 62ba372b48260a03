"""`EventStore.load` and `geomap store copy`: the copy answers as the store does, whatever each is made of."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from made_events import make_bulletin, make_event, make_place, make_reading, make_resolution, queries, readings
from test_store import EVERYTHING
from test_store_answers import STORES, geometries_of

from geomap.errors import InputError, StoreError
from geomap.model import Roles
from geomap.query import EventQuery
from geomap.store import copying, open_store
from geomap.store.bulk import load_tables
from geomap.store.connection import connect
from geomap.store.dataset.store import DatasetStore


@pytest.fixture(scope="module", params=STORES)
def source(request, tmp_path_factory):
    with STORES[request.param](tmp_path_factory.mktemp("source")) as opened:
        yield opened


def moved(number=0, *, within="syr:homs"):
    """A reading of an event from a place to another, and one that is nowhere."""
    duma = make_place(parents=(within,))
    idlib = make_place("syr:idlib-city", name="Idlib")
    bulletin = make_bulletin(f"b{number}")
    roles = Roles(from_=(make_resolution(duma),), to=(make_resolution(idlib), make_resolution()))
    return make_reading(make_event(bulletin, 0, roles=roles), make_event(bulletin, 1, type="statement"))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=readings(), q=queries())
def test_law_a_copy_answers_as_the_store_does(source, tmp_path_factory, made, q):
    source.put(made)
    with open_store(tmp_path_factory.mktemp("goal") / "copy.gpkg", create=True) as copy:
        done = copy.load(source)
        assert (done.bulletins, done.replaced) == (len(made), 0)
        assert done.events == copy.count(EVERYTHING) == source.count(EVERYTHING)
        assert list(copy.query(q)) == list(source.query(q))
        assert copy.to_geodataframe(q).equals(source.to_geodataframe(q))
        assert list(copy.problems()) == []
        ours, theirs = list(copy.readings()), list(source.readings())
        assert ours == theirs
        for one, other in zip(ours, theirs, strict=True):
            assert [g.wkb for g in geometries_of(one)] == [g.wkb for g in geometries_of(other)]


@pytest.mark.parametrize("kind", STORES)
def test_a_store_that_holds_something_takes_a_copy_in_bulletin_by_bulletin(kind, tmp_path):
    with open_store(tmp_path / "from.gpkg", create=True) as of, STORES[kind](tmp_path) as goal:
        of.put([moved(1), moved(2)])
        goal.put([moved(0), moved(1, within="syr:idlib")])
        assert goal.load(of).replaced == 1
        assert list(goal.readings()) == [moved(0), moved(1), moved(2)]
        assert list(goal.problems()) == []


@pytest.mark.parametrize("kind", ["geopackage", "dataset"])
def test_whoever_adds_to_a_copy_finds_old_and_new(kind, tmp_path):
    with STORES[kind](tmp_path) as of, open_store(tmp_path / "copy.gpkg", create=True) as copy:
        of.put([moved(1), moved(2)])
        of.put([moved(1, within="syr:idlib")])
        copy.load(of)
        copy.put([moved(2, within="syr:idlib"), moved(3)])
        assert list(copy.readings()) == [moved(1, within="syr:idlib"), moved(2, within="syr:idlib"), moved(3)]
        assert copy.count(place="syr:homs") == 1
        assert list(copy.problems()) == []


def layers(path):
    """All that other programs see, and what finds it, as text without the numbers of rows."""
    with closing(sqlite3.connect(path)) as db:
        flows = "SELECT hex(geom), event, from_id, to_id, shared FROM flows ORDER BY event, to_id"
        places = "SELECT hex(geom), id, name, type, certainty, approximate, uncertainty_km FROM places ORDER BY digest"
        made = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
        words = "SELECT folded FROM geomap_search ORDER BY folded"
        edges = "SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents ORDER BY table_name"
        return [db.execute(sql).fetchall() for sql in (flows, places, made, words, edges)]


@pytest.mark.parametrize("source", ["it's 'so'; --?1", "a\0b", "", None])
def test_what_all_rows_say(tmp_path, source):
    with DatasetStore(tmp_path / "set", create=True) as of, open_store(tmp_path / "copy.gpkg", create=True) as copy:
        bulletins = [make_bulletin(str(number), source=source, url=source) for number in range(3)]
        of.put([make_reading(make_event(each, negated=True, label=source)) for each in bulletins])
        copy.load(of)
        assert list(copy.readings()) == list(of.readings())
        assert copy.to_geodataframe().equals(of.to_geodataframe())
        assert list(copy.problems()) == []


def test_a_loaded_store_is_made_like_one_that_was_put_together(tmp_path):
    with (
        open_store(tmp_path / "put.gpkg", create=True) as put,
        open_store(f"parquet:{tmp_path / 'set'}", create=True) as of,
        open_store(tmp_path / "loaded.gpkg", create=True) as loaded,
    ):
        for store in (put, of):
            store.put([moved(1), moved(2, within="syr:idlib")])
        loaded.load(of)
    flows, *_ = layers(tmp_path / "loaded.gpkg")
    assert len(flows) == 2
    assert layers(tmp_path / "loaded.gpkg") == layers(tmp_path / "put.gpkg")


@pytest.mark.parametrize("kind", ["geopackage", "dataset"])
def test_a_copy_that_is_broken_off_leaves_nothing(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(copying, "_PAGES", 5)

    def stop(*_):
        raise KeyboardInterrupt

    with STORES[kind](tmp_path) as of, open_store(tmp_path / "copy.gpkg", create=True) as copy:
        of.put([moved(1)])
        with pytest.raises(KeyboardInterrupt):
            copy.load(of, on_progress=stop)
        assert copy.count() == 0
        assert list(copy.problems()) == []
    assert not (tmp_path / "copy.gpkg").exists()


class Altered:
    """The tables of a store, with one column of one kind changed."""

    def __init__(self, store, kind, column, value):
        assert isinstance(store, DatasetStore)
        self._of, self._changed = store._tables(), (kind, column, value)
        self.events = self._of.events

    def _tables(self, kind):
        changed, column, value = self._changed
        for table in getattr(self._of, f"{kind}_tables")():
            place = table.column_names.index(column) if kind == changed else None
            type_ = None if place is None else table.schema.field(column).type
            yield table if place is None else table.set_column(place, column, pa.array([value] * len(table), type_))

    def bulletin_tables(self):
        return self._tables("bulletin")

    def place_tables(self):
        return self._tables("place")

    def event_tables(self):
        return self._tables("event")


NAN_POINT = bytes.fromhex("0101000000000000000000F87F0000000000004040")


@pytest.mark.parametrize(
    ("kind", "column", "value", "says"),
    [
        ("event", "bulletin", "nobody", "bulletin that is not there"),
        ("event", "geomap_places", [77], "place that is not there"),
        ("event", "geometry", b"no shape", "geometry cannot be read"),
        ("event", "geometry", NAN_POINT, "no numbers"),
        ("bulletin", "uses", [77], "place that is not there"),
        ("place", "record", "{}", "record of a place cannot be read"),
    ],
)
def test_tables_that_contradict_themselves_are_refused(tmp_path, kind, column, value, says):
    with open_store(f"parquet:{tmp_path / 'set'}", create=True) as of:
        of.put([moved(1)])
        with closing(connect(tmp_path / "copy.gpkg", create=True, timeout_s=1)) as goal:
            with pytest.raises(StoreError, match=says):
                load_tables(goal, Altered(of, kind, column, value), folder=tmp_path)
            assert goal.execute("SELECT count(*) FROM bulletins").fetchone() == (0,)
            assert goal.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_an_event_that_stands_twice_is_refused(tmp_path):
    with (
        open_store(f"parquet:{tmp_path / 'set'}", create=True) as of,
        open_store(tmp_path / "c.gpkg", create=True) as c,
    ):
        of.put([moved(1)])
        tables = Altered(of, "event", "id", "b1/0-0")
        with pytest.raises(sqlite3.IntegrityError, match=r"events\.bulletin, events\.id"):
            load_tables(c._connection, tables, folder=tmp_path)
        assert c.count() == 0


def test_nobody_copies_a_store_into_itself(tmp_path):
    with open_store(tmp_path / "s.gpkg", create=True) as store:
        store.put([moved(1)])
        with pytest.raises(InputError, match="into itself"):
            store.load(store)
        with open_store(tmp_path / "s.gpkg") as other, pytest.raises(InputError, match="into itself"):
            store.load(other)
        assert store.count() == 2


def test_the_command(tmp_path, run):
    with open_store(tmp_path / "from.gpkg", create=True) as of:
        of.put([moved(1), moved(2)])
    ran = run("store", "copy", tmp_path / "from.gpkg", f"parquet:{tmp_path / 'set'}")
    assert (ran.code, ran.out) == (0, "")
    assert "2 bulletins with 4 events" in ran.err
    assert run("store", "copy", f"parquet:{tmp_path / 'set'}", tmp_path / "to.gpkg").code == 0
    with open_store(tmp_path / "to.gpkg") as to:
        assert list(to.query(EventQuery())) == [e for reading in (moved(1), moved(2)) for e in reading.events]
    assert run("store", "copy", tmp_path / "none.gpkg", tmp_path / "new.gpkg").code == 2
    assert not (tmp_path / "new.gpkg").exists()
