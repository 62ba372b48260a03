"""The spool: what is set aside comes back, in little memory, and runs of many bulletins are those of few."""

from __future__ import annotations

import sqlite3
import tracemalloc

import pytest
from hypothesis import given, settings
from made_events import make_bulletin, make_event, make_place, make_reading, make_resolution, readings

from geomap.errors import StoreError
from geomap.model import Roles
from geomap.store import open_store, spool
from geomap.store.spool import Spool


@pytest.fixture
def on_disk(monkeypatch):
    """From the third value on, all go to the file."""
    monkeypatch.setattr(spool, "_IN_MEMORY", 2)


@settings(deadline=None, max_examples=30)
@given(readings(ids=tuple("abcde")))
def test_law_what_is_set_aside_comes_back_as_often_as_wanted(made):
    kept_in_memory, spool._IN_MEMORY = spool._IN_MEMORY, 2
    try:
        kept = Spool(made)
    finally:
        spool._IN_MEMORY = kept_in_memory
    assert len(kept) == len(made)
    assert [list(kept), list(kept)] == [made, made]
    kept.close()


def test_two_may_read_it_at_a_time(on_disk):
    kept = Spool(range(6))
    assert list(zip(kept, kept, strict=True)) == [(n, n) for n in range(6)]


def test_places_stay_the_ones_that_they_are(on_disk):
    place = make_place()
    kept = Spool([make_resolution(place)] * 4)
    assert all(resolution.place is place for resolution in kept)


def test_many_values_need_little_memory():
    tracemalloc.start()
    kept = Spool(make_bulletin(str(n), text=str(n) * 4000) for n in range(5000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(kept) == 5000
    assert peak < 20_000_000  # all of them are 76 MB


def test_no_room_is_told(on_disk, tmp_path):
    with pytest.raises(StoreError, match="no temporary file"):
        Spool(range(5), folder=tmp_path / "missing")


def test_the_store_takes_readings_from_a_file_as_it_takes_few(on_disk, tmp_path):
    places = [make_place(f"syr:p{n}", name=f"P{n}") for n in range(3)]
    made = []
    for n in range(9):
        bulletin = make_bulletin(f"b{n}")
        roles = Roles(at=(make_resolution(places[n % 3]), make_resolution(places[(n + 1) % 3])))
        made.append(make_reading(make_event(bulletin, 1, roles=roles)))
    with open_store(tmp_path / "a.gpkg", create=True) as store:
        told = store.put(iter(made))
        assert (told.bulletins, told.events, told.replaced) == (9, 9, 0)
        assert list(store.readings()) == made
        assert store.put(iter(made)).replaced == 9
        assert list(store.readings()) == made
    with sqlite3.connect(tmp_path / "a.gpkg") as file:
        assert file.execute("SELECT count(*) FROM places").fetchone() == (3,)


def test_several_processes_read_what_one_reads(spawn, tmp_path):
    for n in range(45):
        text = f"---\nid: b{n}\ndate: 2018-06-23\nlang: en\n---\n{n + 2} people have returned to Homs and Douma.\n"
        (tmp_path / f"{n}.txt").write_text(text, encoding="utf-8")
    stores = [tmp_path / f"{jobs}.gpkg" for jobs in (1, 3)]
    for store, jobs in zip(stores, (1, 3), strict=True):
        ran = spawn("ingest", tmp_path, "--store", store, "--jobs", jobs)
        assert ran.returncode == 0, ran.stderr
        assert "45 bulletins, 45 events" in ran.stderr
    one, three = stores
    with open_store(one) as first, open_store(three) as second:
        assert list(first.readings()) == list(second.readings())
