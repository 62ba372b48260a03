"""Stores that older versions of geomap made are brought up to date, whole, when they are opened."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pyogrio
import pytest
from test_store import FEW, change, make_reading

from geomap.errors import StoreError
from geomap.export import to_geodataframe
from geomap.query import EventQuery
from geomap.store import open_store, spacetime
from geomap.store.geopackage import GeoPackageStore

STORES = Path(__file__).parent / "stores"
EVERYTHING = EventQuery()


@pytest.fixture
def version_1(tmp_path):
    """A store of schema version 1, as the geomap of that time made it: two examples, and `FEW`."""
    path = tmp_path / "old.gpkg"
    path.write_bytes(gzip.decompress((STORES / "version-1.gpkg.gz").read_bytes()))
    return path


def test_version_1(version_1):
    with open_store(version_1) as store:
        assert [b.id for b in store.bulletins()] == ["031", "001", "000"]
        assert store.count(EVERYTHING) == 34
        assert [r for r in store.readings() if r.bulletin.id == "000"] == [make_reading(*FEW)]
        for ask in ({}, {"bbox": "36,33,37,34"}, {"bbox": "36,33,38,36", "types": "return", "from_": "2018-06-01"}):
            q = EventQuery.of(**ask)
            assert list(store.query(q)) == q.select(e for r in store.readings() for e in r.events)
        assert store.to_geodataframe(EVERYTHING).equals(to_geodataframe(store.query(EVERYTHING)))
        db = store._connection
        assert spacetime.wrong_entries(db) == []
        for check in ("integrity_check", "foreign_key_check"):
            assert db.execute(f"PRAGMA {check}").fetchall() in ([], [("ok",)])
        readings = list(store.readings())
        store.put(readings)
        assert list(store.readings()) == readings
    with closing(sqlite3.connect(version_1)) as db:
        assert db.execute("SELECT * FROM geomap_schema").fetchall() == [(4,)]


def test_version_3(tmp_path):
    """A store of `FEW` and of a move: records in the longer form of then, no flows and no styles."""
    path = tmp_path / "old.gpkg"
    path.write_bytes(gzip.decompress((STORES / "version-3.gpkg.gz").read_bytes()))
    with open_store(path) as store:
        assert [r for r in store.readings() if r.bulletin.id == "000"] == [make_reading(*FEW)]
        assert list(store.problems()) == []
        flows = pyogrio.read_dataframe(path, layer="flows")
        assert flows[["event", "from_id", "to_id", "shared"]].values.tolist() == [
            ["001/0-0", "syr:homs", "syr:duma", 1]
        ]
        assert "layer_styles" in dict(pyogrio.list_layers(path))
        readings = list(store.readings())
        store.put(readings)
        assert list(store.readings()) == readings
        assert list(store.problems()) == []
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT * FROM geomap_schema").fetchall() == [(4,)]


def test_a_version_1_from_before_a_column_was_known(version_1):
    change(version_1, "ALTER TABLE events DROP COLUMN claimant")
    change(version_1, "UPDATE events SET detail = '{}' WHERE id = '000/0-0'")
    with open_store(version_1) as store:
        frame = store.to_geodataframe(EVERYTHING).set_index("id")
        assert frame["claimant"].notna().any()
        for event in store.query(EventQuery.of(to="2018-06-24")):
            assert frame.loc[event.id, "claimant"] == event.claimant
        with pytest.raises(StoreError, match="event 000/0-0 cannot be read"):
            list(store.query(EVERYTHING))


def test_a_migration_that_fails_leaves_the_old_store(version_1):
    change(version_1, "CREATE TABLE geomap_types (code)")
    with pytest.raises(StoreError):
        open_store(version_1)
    change(version_1, "DROP TABLE geomap_types")
    with closing(sqlite3.connect(version_1)) as db:
        assert db.execute("SELECT * FROM geomap_schema").fetchall() == [(2,)], "the step that was whole"
        assert db.execute("SELECT count(detail) FROM events").fetchone() == (34,)
    with open_store(version_1) as store:
        assert store.count(EVERYTHING) == 34


def test_a_version_1_that_somebody_is_using_is_left_alone(version_1):
    with closing(sqlite3.connect(version_1, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program is using the store"):
            GeoPackageStore(version_1, timeout_s=0.05)
    with open_store(version_1) as store:
        assert store.count(EVERYTHING) == 34
