"""What goes wrong with stores: the message says what to do, and nothing is lost."""

import errno
import gc
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
import weakref
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from made_events import make_bulletin, make_event, make_place, make_reading, make_resolution

from geomap.errors import GeomapError, StoreError
from geomap.model import Roles
from geomap.query import EventQuery
from geomap.store import open_store
from geomap.store.blob import register_functions
from geomap.store.geopackage import GeoPackageStore

EVERYTHING = EventQuery()
BULLETINS, EVENTS = 12, 8

KILLS = int(os.environ.get("GEOMAP_KILLS", "20"))
"""How often a writer is killed in all; 200 take some minutes."""


def generation(number):
    """Readings that all tell which generation they are of: one more than the other, a store must never hold two."""
    made = []
    for b in range(BULLETINS):
        bulletin = make_bulletin(f"{b:03}", date(2018, 6, 1 + b), source=f"generation {number}", text="A text. " * 200)
        places = [
            make_place(f"syr:{b}-{e}", shapely.Point(36 + b / 10, 33 + e / 10), uncertainty_km=float(number + 1))
            for e in range(EVENTS)
        ]
        events = [
            make_event(bulletin, e, label=f"generation {number}", roles=Roles(at=(make_resolution(place),)))
            for e, place in enumerate(places)
        ]
        made.append(make_reading(*events))
    return made


def state(path):
    """The one generation that a store holds; it must be whole in all its parts."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        for layer in ("events", "places"):
            (rows,) = db.execute(f"SELECT count(*) FROM {layer}").fetchone()
            assert db.execute(f"SELECT count(*) FROM rtree_{layer}_geom").fetchone() == (rows,)
            assert rows == BULLETINS * EVENTS
    with open_store(path) as store:
        readings = list(store.readings())
        (name,) = {reading.bulletin.source for reading in readings}
        number = int(name.split()[1])
        assert readings == generation(number)
        assert store.count(EventQuery.of(bbox="35,30,40,40")) == BULLETINS * EVENTS
        assert list(store.problems()) == []
    return number


@pytest.fixture
def filled(tmp_path):
    path = tmp_path / "geomap.gpkg"
    with open_store(path, create=True) as store:
        store.put(generation(0))
    return path


def script(text):
    """Run Python that may import what tests import, as a program of its own."""
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n{text}"
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


WRITE_ON = """
from test_store_faults import generation, open_store
import geomap.store.writer
geomap.store.writer._BULK = {bulk}
made = [generation(n) for n in range(1, 4)]
with open_store({path!r}) as store:
    print("ready", flush=True)
    for round in range(1000):
        store.put(made[round % 3])
"""


@pytest.mark.parametrize("bulk", [2000, 1], ids=["trees added to", "trees filled anew"])
def test_a_killed_writer_leaves_before_or_after(filled, bulk):
    """Kills at random moments: kill -9 takes effect anywhere in a transaction or its commit."""
    chance, journals, found = random.Random(20180624), 0, []
    for _ in range(KILLS // 2):
        writer = script(WRITE_ON.format(path=str(filled), bulk=bulk))
        assert writer.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0, 0.25))
        writer.send_signal(signal.SIGKILL)
        writer.communicate()
        journal = filled.with_name(filled.name + "-journal")
        journals += journal.exists() and journal.stat().st_size > 0
        found.append(state(filled))
    assert journals > 0, "no kill came in the middle of a transaction"
    assert set(found) - {0}, "no writer wrote anything"


COMPACT_ON = """
from test_store_faults import open_store
with open_store({path!r}) as store:
    print("ready", flush=True)
    while True:
        store.compact()
"""


def test_a_killed_compact_loses_nothing(filled):
    chance, journals = random.Random(7), 0
    for _ in range(8):
        worker = script(COMPACT_ON.format(path=str(filled)))
        assert worker.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0, 0.2))
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        journals += filled.with_name(filled.name + "-journal").exists()
        assert state(filled) == 0
    assert journals > 0, "no kill came in the middle"


def test_a_process_killed_while_it_makes_the_store_leaves_nothing_or_a_store(tmp_path):
    path = tmp_path / "new.gpkg"
    head = "from geomap.store import open_store\n"
    for statement in (1, 20, 35):
        path.unlink(missing_ok=True)
        died = script(
            f"{head}import os, geomap.store.connection as c\nreal, at = c.statements, [0]\n"
            "def dying(text):\n"
            "    for s in real(text):\n"
            f"        at[0] += 1\n        os._exit(9) if at[0] == {statement} else None\n        yield s\n"
            f"c.statements = dying\nopen_store({str(path)!r}, create=True)"
        )
        died.communicate()
        assert died.returncode == 9
        with open_store(path, create=True) as store:
            assert store.count(EVERYTHING) == 0


def test_two_writers_wait_for_each_other(filled):
    one = "from test_store_faults import *\nwith open_store({path!r}) as store:\n"
    work = one + "    for n in range(5): store.put(generation({n}))\n"
    writers = [script(work.format(path=str(filled), n=n)) for n in (1, 2)]
    for writer in writers:
        _, err = writer.communicate(timeout=60)
        assert (writer.returncode, err) == (0, "")
    assert state(filled) in (1, 2)


def test_a_writer_that_waits_too_long_is_told(filled):
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with GeoPackageStore(filled, timeout_s=0.05) as store:
            with pytest.raises(StoreError, match="another program is using the store; wait"):
                store.put(generation(1))
            assert store.count(EVERYTHING) == BULLETINS * EVENTS  # reading goes on
            other.execute("ROLLBACK")
            store.put(generation(2))
    assert state(filled) == 2


def test_two_who_make_the_same_store_at_once(tmp_path):
    path = tmp_path / "new.gpkg"
    makers = [script(f"from geomap.store import open_store\nopen_store({str(path)!r}, create=True)") for _ in range(3)]
    assert [maker.communicate()[1] for maker in makers] == [""] * 3
    with open_store(path) as store:
        assert store.count(EVERYTHING) == 0


def test_a_full_disk_by_pages(filled):
    with open_store(filled) as store:
        db = store._connection
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages + 3}")
        more = [make_reading(make_event(make_bulletin("new", text="x" * 10**6)))]
        with pytest.raises(StoreError, match=r"no room left.*unharmed"):
            store.put(more)
        assert store.count(EVERYTHING) == BULLETINS * EVENTS
        db.execute("PRAGMA max_page_count = 1000000")  # room was made
        store.put(generation(1))
    assert state(filled) == 1


def test_a_full_disk_by_the_system(filled):
    limit = filled.stat().st_size + 20_000
    program = (
        "import resource\nfrom test_store_faults import *\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        f"with open_store({str(filled)!r}) as store:\n"
        "    try: store.put([make_reading(make_event(make_bulletin('new', text='x' * 10**7)))])\n"
        "    except GeomapError as error: print(error)\n"
    )
    out, err = script(program).communicate()
    assert err == ""
    assert "try again" in out
    assert state(filled) == 0


def test_a_new_store_on_a_full_disk(tmp_path):
    path = tmp_path / "new.gpkg"
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limit[1]))
        with pytest.raises(StoreError, match="try again"):
            open_store(path, create=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert list(tmp_path.iterdir()) == []
    open_store(path, create=True).close()


def test_a_first_load_that_fails_leaves_no_store(tmp_path):
    path, large = tmp_path / "new.gpkg", [make_reading(make_event(make_bulletin("new", text="x" * 10**6)))]
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, limit[1]))
        with open_store(path, create=True) as store, pytest.raises(StoreError, match="try again"):
            store.put(large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert list(tmp_path.iterdir()) == []
    with open_store(path, create=True) as store:
        store.put(large)
        assert store.count(EVERYTHING) == 1


def test_a_load_that_fails_leaves_the_store_of_somebody_else(tmp_path):
    """One fails, another one has filled the store meanwhile, or has it open and is told when writing."""
    path, bad = tmp_path / "new.gpkg", [make_reading(make_event(make_bulletin("bad", text="half \ud800 a pair")))]
    one, two = open_store(path, create=True), open_store(path, create=True)
    two.put(generation(1))
    for store, says in ((one, "broken characters"), (two, "broken characters")):
        with store, pytest.raises(GeomapError, match=says):
            store.put(bad)
    assert state(path) == 1
    path.unlink()
    one, two = open_store(path, create=True), open_store(path, create=True)
    with one, pytest.raises(GeomapError, match="broken characters"):
        one.put(bad)
    assert not path.exists()
    with two, pytest.raises(StoreError, match=r"removed or replaced the store.*open it again"):
        two.put(generation(1))
    assert not path.exists()


def test_a_full_disk_while_trees_wait(filled, monkeypatch):
    """Entries of a large load wait in temporary files, which may find no room either."""
    monkeypatch.setattr("geomap.store.writer._BULK", 1)
    with open_store(filled) as store:

        def full(**_more):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("geomap.store.event_trees.TemporaryFile", full)
        with pytest.raises(StoreError, match=r"no room left.*unharmed"):
            store.put(generation(1))
    assert state(filled) == 0


@contextmanager
def nobody():
    """Act as someone without rights, as root's hand is stayed by no mode."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def locked(filled):
    """A folder and a store in it that may only be read."""
    for folder in filled.parents[:-1]:
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o005:
            folder.chmod(0o755)
    filled.chmod(0o444)
    filled.parent.chmod(0o555)
    with nobody():
        yield filled
    filled.parent.chmod(0o755)


def test_a_store_that_may_only_be_read(locked):
    with open_store(locked) as store:
        assert store.count(EVERYTHING) == BULLETINS * EVENTS
        with pytest.raises(StoreError, match="may only be read"):
            store.put(generation(1))
    with pytest.raises(StoreError, match="folder"):
        open_store(locked.with_name("new.gpkg"), create=True)


def test_a_store_that_may_not_be_read(locked):
    with as_owner():
        locked.chmod(0o000)
    with pytest.raises(StoreError, match="cannot be read"):
        open_store(locked)


@contextmanager
def as_owner():
    before = os.geteuid()
    if before == 65534:
        os.seteuid(0)
    try:
        yield
    finally:
        os.seteuid(before)


def _text(path):
    path.write_text("Over the past day, 68 people have returned.")


def _short(path):
    path.write_bytes(b"SQL")


def _half_header(path):
    path.write_bytes(b"SQLite format 3\0")


def _sqlite(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE events (a)")
        db.commit()


def _gdal(path):
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(1, 2)], crs=4326).to_file(path, layer="events")


def _later(path):
    open_store(path, create=True).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE geomap_schema SET version = 99")
        db.commit()


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_text, "not a GeoPackage"),
        (_short, "not a GeoPackage"),
        (_half_header, "not a GeoPackage|is no GeoPackage|damaged|is empty"),
        (_sqlite, "no GeoPackage"),
        (_gdal, "not made by geomap"),
        (_later, "version 99, this geomap knows versions up to 4; update geomap"),
        (Path.mkdir, "this is a folder"),
    ],
)
def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path, make, says, create):
    path = tmp_path / "other.gpkg"
    make(path)
    before = None if path.is_dir() else path.read_bytes()
    with pytest.raises(StoreError, match=says) as caught:
        open_store(path, create=create)
    assert str(path) in str(caught.value)
    assert path.is_dir() or path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["other.gpkg"]


def test_no_store(tmp_path):
    with pytest.raises(StoreError, match=r"no store here yet; `geomap ingest` makes one"):
        open_store(tmp_path / "none.gpkg")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError, match="make the folder first"):
        open_store(tmp_path / "nowhere" / "a.gpkg", create=True)
    (tmp_path / "empty.gpkg").touch()
    with pytest.raises(StoreError, match="is empty"):
        open_store(tmp_path / "empty.gpkg")
    open_store(tmp_path / "empty.gpkg", create=True).close()


@pytest.mark.parametrize("url", ["postgis://host/db", "parquet:", "mysql://host/db", "", "  ", "a\0b"])
def test_addresses_of_no_store(url):
    with pytest.raises(StoreError, match=r"are not kept in|needs a path|needs a folder"):
        open_store(url, create=True)


@pytest.mark.parametrize("share", [0.002, 0.1, 0.5, 0.9, 0.999])
def test_a_store_cut_short(filled, share):
    whole = filled.read_bytes()
    filled.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(StoreError, match=r"cut short|damaged|not a GeoPackage"):
        open_store(filled, create=True)
    filled.write_bytes(whole)
    assert state(filled) == 0


def test_a_damaged_store_never_fails_otherwise(filled):
    """Pages overwritten at random: an answer or a StoreError, no other error."""
    whole, chance, refused = filled.read_bytes(), random.Random(7), 0
    for _ in range(60):
        page = chance.randrange(len(whole) // 4096) * 4096
        noise = chance.choice([bytes(4096), chance.randbytes(4096), chance.randbytes(40)])
        filled.write_bytes(whole[:page] + noise + whole[page + len(noise) :])
        for ask in (
            lambda s: list(s.query(EVERYTHING)),
            lambda s: list(s.query(EventQuery.of(bbox="36.05,33.05,36.5,33.5", text="text"))),
            lambda s: list(s.readings()),
            lambda s: s.put(generation(1)),
        ):
            try:
                with open_store(filled) as store:
                    ask(store)
            except StoreError:
                refused += 1
    assert refused > 20


def test_a_record_that_someone_changed(filled):
    with closing(sqlite3.connect(filled)) as db:
        register_functions(db)
        db.execute(
            "UPDATE geomap_details SET record = '{}' WHERE event = (SELECT fid FROM events WHERE id = '003/2-0')"
        )
        db.commit()
    with open_store(filled) as store:
        with pytest.raises(StoreError, match=r"event 003/2-0 cannot be read.*ingest its bulletin again"):
            list(store.query(EVERYTHING))
        store.put(generation(0))
    assert state(filled) == 0


def test_a_store_that_is_dropped_without_closing_lets_go_of_its_file(filled):
    store = open_store(filled)
    dropped = weakref.ref(store._connection)
    del store
    gc.collect()
    assert dropped() is None


def test_store_errors_are_oserrors_of_ours(tmp_path):
    with pytest.raises(OSError, match="no store") as caught:
        open_store(tmp_path / "none.gpkg")
    assert isinstance(caught.value, GeomapError)
    assert caught.value.path == str(tmp_path / "none.gpkg")
