"""What goes wrong with a store in PostGIS: a line says what to do, no password is in it, nothing is half stored."""

import re
import signal
import time

import psycopg
import pytest
from made_events import make_bulletin, make_place, make_reading
from postgis_server import PASSWORD, running_server
from test_store import EVERYTHING, at
from test_store_faults import BULLETINS, EVENTS, generation, script

from geomap.errors import StoreError
from geomap.query import EventQuery
from geomap.store import open_store
from geomap.store.postgis import PostgisStore
from geomap.store.postgis.address import read_address
from geomap.store.postgis.link import WRITERS

QUOTED = "s3cret%2F%40%3Aword"


@pytest.fixture(scope="module")
def server():
    return running_server()


@pytest.fixture
def database(server):
    """A store of generation 0, which must be there, whole, after each fault."""
    name = server.database()
    with open_store(server.url(name), create=True) as store:
        store.put(generation(0))
    return name


@pytest.fixture
def url(server, database):
    return server.url(database)


def state(url):
    """The one generation that a store holds; it must be whole in all its parts."""
    with open_store(url) as store:
        readings = list(store.readings())
        (name,) = {reading.bulletin.source for reading in readings}
        number = int(name.split()[1])
        assert readings == generation(number)
        assert store.count(EventQuery.of(bbox="35,30,40,40")) == BULLETINS * EVENTS == store.info().places
        assert list(store.problems()) == []
    return number


# --- what is no store


def refusal(url, *, create=True):
    with pytest.raises(StoreError) as caught:
        open_store(url, create=create)
    told = str(caught.value)
    assert "\n" not in told
    return told


def test_a_database_without_postgis(server):
    server.sql("postgres", "CREATE DATABASE bare")
    assert "no PostGIS; have a superuser run CREATE EXTENSION postgis" in refusal(server.url("bare"))


def test_no_store_yet(server, run):
    url = server.url(server.database())
    assert "no store in this database yet; `geomap ingest` makes one" in refusal(url, create=False)
    ran = run("query", "--store", url)
    assert (ran.code, ran.out) == (2, "")
    assert server.sql(url.split("/")[3].split("?")[0], "SELECT to_regnamespace('geomap')") == ""


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE SCHEMA geomap; CREATE TABLE geomap.events (a int)",
        "CREATE SCHEMA geomap; CREATE TABLE geomap.migrations (id int, name text)",
        "CREATE SCHEMA geomap; CREATE TABLE geomap.migrations (version text, applied text);"
        "INSERT INTO geomap.migrations VALUES ('0001_initial', 'now')",
        "CREATE SCHEMA geomap; CREATE VIEW geomap.migrations AS SELECT 1 AS one",
    ],
)
def test_a_foreign_schema_is_refused_and_left_alone(server, sql):
    database = server.database()
    server.sql(database, sql)
    tables = (
        "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'geomap'::regnamespace"
    )
    before = server.sql(database, tables)
    for create in (True, False):
        assert "was not made by geomap; name another database" in refusal(server.url(database), create=create)
    assert server.sql(database, tables) == before


def test_a_newer_version(server, database, url):
    server.sql(database, "INSERT INTO geomap.migrations (version) VALUES (99)")
    assert "version 99, this geomap knows versions up to 1; update geomap" in refusal(url)


def test_other_words_of_the_server_are_not_called_a_lost_connection(server, database, url):
    server.sql(
        database, f"ALTER DATABASE {database} SET temp_file_limit = 0; ALTER DATABASE {database} SET work_mem = 64"
    )
    with open_store(url) as store, pytest.raises(StoreError, match="temp_file_limit") as caught:
        store._link.read(lambda c: c.execute("SELECT count(DISTINCT n) FROM generate_series(1, 300000) n").fetchall())
    assert "lost" not in str(caught.value)


def test_a_database_in_another_encoding(server):
    server.sql("postgres", "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    server.sql("latin", "CREATE EXTENSION postgis")
    assert "kept in LATIN1; make one with ENCODING 'UTF8'" in refusal(server.url("latin"))


def test_a_role_that_may_make_nothing(server):
    database = server.database()
    server.sql(database, "CREATE ROLE guest LOGIN")
    told = refusal(server.url(database, "guest"))
    assert "this role may not do that" in told
    assert "permission denied for database" in told


def test_tables_that_somebody_took_away(server, database, url):
    with open_store(url) as store:
        server.sql(database, "DROP TABLE geomap.words")
        with pytest.raises(StoreError, match="tables are not as geomap made them"):
            store.count(text="people")


# --- who may connect


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda s, db: s.url(db, password="wrong"), "refuses this user or password"),
        (lambda s, db: s.url(db, user="nobody-here", password="wrong"), "refuses this user or password"),
        (lambda s, db: s.url(db, user=f"owner@127.0.0.1:{s.port}/x?a=b#"), "address of the database cannot be"),
        (lambda s, db: f"postgresql://owner@127.0.0.1:{s.port}/{db}", "refuses this user or password"),
        (lambda s, db: s.url("no_such", password=QUOTED), "there is no such database"),
        (lambda s, db: s.url(db, user="nobody-here"), "there is no such role"),
        (lambda s, db: f"postgresql://owner:{QUOTED}@127.0.0.1:1/{db}", "server cannot be reached"),
        (lambda s, db: f"postgresql://owner:{QUOTED}@/{db}?host=/nowhere", "server cannot be reached"),
    ],
)
def test_a_server_that_refuses(server, database, make, says):
    told = refusal(make(server, database))
    assert says in told
    assert "s3cret" not in told
    assert "wrong" not in told


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:pa/ss@host/db", "postgresql://u:p@ss@host/db", "postgresql://u:%zzss@host/db",
        "postgresql://u:ss@host:12ss/db", "postgres://u:x@host/db?ss=ss",
    ],
)  # fmt: skip
def test_addresses_that_cannot_be_understood_keep_their_password(url):
    told = refusal(url)
    assert "write postgresql://user@host:5432/database" in told
    assert "ss@" not in told
    assert "=ss" not in told
    assert "pa" not in told.replace("password", "").replace("part", "")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ana:s3cret@example.org:5433/crises", "postgresql://ana@example.org:5433/crises"),
        ("postgres://ana@example.org/crises?password=s3cret&sslmode=require", "postgresql://ana@example.org/crises"),
        ("postgresql://a%40b:s3cret@h1,h2:5433/d?sslpassword=s3cret", "postgresql://a%40b@h1:5432,h2:5433/d"),
        ("postgresql:///crises?host=/run/pg&port=5433", "postgresql:///crises?host=/run/pg&port=5433"),
        ("postgresql://", "postgresql:///"),
    ],
)
def test_addresses_are_shown_without_password(url, shown):
    address = read_address(url)
    assert address.shown.replace("h1:,", "h1:5432,").replace("h1,", "h1:5432,") == shown
    assert "s3cret" not in repr(address)


def test_a_password_is_never_said(server, database, run, examples, tmp_path, monkeypatch):
    url = server.url(database, password=QUOTED)
    bulletins = sorted(examples.glob("*.txt"))[:2]
    said = [
        run("ingest", *bulletins, "--store", url), run("ingest", tmp_path / "none.txt", "--store", url),
        run("query", "--store", url), run("store", "info", "--store", url), run("store", "check", "--store", url),
        run("query", "--store", url, "--type", "retrun"), run("check", "--store", url),
        run("store", "compact", "--store", url), run("query", "--store", url, "-o", tmp_path / "none" / "x.csv"),
    ]  # fmt: skip
    assert [ran.code for ran in said] == [0, 2, 0, 0, 0, 2, 0, 0, 2]
    for ran in said:
        for secret in (PASSWORD, QUOTED, "s3cret"):
            assert secret not in ran.out + ran.err
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with open_store(f"postgresql://owner@127.0.0.1:{server.port}/{database}") as store:
        assert store.count() > 0


@pytest.mark.parametrize("missing", ["psycopg", "psycopg_pool"])
def test_psycopg_is_missing(url, missing):
    told = f"import sys; sys.modules[{missing!r}] = None\nfrom geomap.errors import StoreError\n"
    told += f"from geomap.store import open_store\ntry: open_store({url!r})\nexcept StoreError as e: print(e)"
    assert script(told).communicate() == (
        "store: a store in PostgreSQL needs psycopg: pip install geomap[postgis]\n", ""
    )  # fmt: skip


# --- in the middle of work

LOAD = """
from test_store_faults import generation, open_store
from geomap.errors import StoreError
with open_store({url!r}) as store:
    print("ready", flush=True)
    try: store.put(generation(1))
    except StoreError as error: print(error, flush=True)
    else: print("stored", flush=True)
"""


class HeldUp:
    """A program that loads a generation, held up in the middle: what it replaces is deleted, new places are copied."""

    def __init__(self, server, database):
        self._server, self._database = server, database

    def __enter__(self):
        self._other = psycopg.connect(self._server.url(self._database))
        self._other.execute("LOCK TABLE geomap.within IN SHARE ROW EXCLUSIVE MODE")
        self.loader = script(LOAD.format(url=self._server.url(self._database)))
        assert self.loader.stdout.readline() == "ready\n"
        waiting = (
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY \"within\"%'"
        )
        for _ in range(400):
            if self._server.sql("postgres", waiting) == "1":
                return self
            time.sleep(0.02)
        raise AssertionError("the load never came so far")

    def let_go(self):
        self._other.close()

    def __exit__(self, *_):
        self._other.close()
        self.loader.kill()
        self.loader.communicate()


@pytest.mark.parametrize("how", ["immediate", "fast"])
def test_a_server_that_stops_in_the_middle_of_a_load(server, database, url, how):
    with HeldUp(server, database) as held:
        server.stop(how)
        try:
            out, err = held.loader.communicate(timeout=30)
        finally:
            server.start()
    assert err == ""
    assert "connection to the server was lost" in out
    assert "stored whole or not at all; see that the server runs, and run the same command again" in out
    assert out.count("\n") == 1
    assert state(url) == 0
    with open_store(url) as store:
        store.put(generation(2))
    assert state(url) == 2


def test_a_loader_that_is_killed(server, database, url):
    with HeldUp(server, database) as held:
        held.loader.send_signal(signal.SIGKILL)
        held.loader.communicate()
        held.let_go()
    for _ in range(100):  # until the server has noticed
        if server.sql("postgres", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == "0":
            break
        time.sleep(0.05)
    assert state(url) == 0


def test_readers_are_not_held_up_by_a_writer(server, database, url):
    with HeldUp(server, database) as held, open_store(url) as store:
        assert {event.label for event in store.query(EVERYTHING)} == {"generation 0"}
        held.let_go()
        assert held.loader.communicate(timeout=30) == ("stored\n", "")
        assert {event.label for event in store.query(EVERYTHING)} == {"generation 1"}


def test_a_failed_load_leaves_nothing_behind(server, database, url):
    long_id = make_reading(at(make_place("syr:new"), bulletin=make_bulletin("".join(map(chr, range(1000, 9000))))))
    good = make_reading(at(make_place("syr:new"), bulletin=make_bulletin("good")))
    with open_store(url) as store:
        with pytest.raises(StoreError, match="an id is too long"):
            store.put([good, long_id])
        assert store.count() == BULLETINS * EVENTS
    assert state(url) == 0


def test_two_writers_wait_for_each_other(url):
    work = "from test_store_faults import *\nwith open_store({url!r}) as store:\n"
    work += "    for _ in range(3): store.put(generation({n}))"
    writers = [script(work.format(url=url, n=n)) for n in (1, 2)]
    assert [writer.communicate(timeout=60)[1] for writer in writers] == ["", ""]
    assert state(url) in (1, 2)


def test_a_writer_that_waits_too_long_is_told(server, url):
    with psycopg.connect(url) as other, PostgisStore(url, timeout_s=0.2) as store:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS])
        for work in (lambda: store.put(generation(1)), store.compact):
            with pytest.raises(StoreError, match="another program is using the store; wait"):
                work()
        assert store.count() == BULLETINS * EVENTS  # reading goes on
        other.rollback()
        store.put(generation(2))
    assert state(url) == 2


def cut(server):
    """Cut all connections of geomap's, as a server or a network may."""
    server.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'geomap'")


def test_a_lost_connection_is_made_again_once(server, url):
    with open_store(url) as store:
        assert store.count() == BULLETINS * EVENTS
        cut(server)
        assert store.count() == BULLETINS * EVENTS
        cut(server)
        store.put(generation(1))
        cut(server)
        assert {event.label for event in store.query(EVERYTHING)} == {"generation 1"}
    assert state(url) == 1


def test_a_connection_lost_between_two_batches(server, url):
    made = [make_reading(at(make_place(), bulletin=make_bulletin(f"{n:04}"))) for n in range(700)]
    with open_store(url) as store:
        store.put(made)
        events = store.query(EventQuery.of(place="syr:duma"))
        seen = [next(events)]
        cut(server)
        seen += events
    assert [event.bulletin.id for event in seen] == [reading.bulletin.id for reading in made]


def test_a_server_that_is_gone_and_comes_back(server, url):
    with PostgisStore(url, timeout_s=2) as store:
        assert store.count() == BULLETINS * EVENTS
        server.stop()
        try:
            for ask in (store.count, lambda: store.put(generation(1)), lambda: list(store.query(EVERYTHING))):
                with pytest.raises(StoreError, match=r"cannot be reached; see that it runs") as caught:
                    ask()
                assert re.match(r"postgresql://owner@/test_\d+\?host=", str(caught.value))
        finally:
            server.start()
        assert store.count() == BULLETINS * EVENTS
    assert state(url) == 0
