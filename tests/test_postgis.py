"""What is particular about a store in PostGIS: it equals a GeoPackage, lies in order, has roles, and takes part in all
that the command line does."""

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import date
from itertools import pairwise

import psycopg
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_events import (
    make_bulletin,
    make_event,
    make_place,
    make_reading,
    make_resolution,
    queries,
    readings,
)
from postgis_server import running_server
from psycopg.rows import dict_row
from test_store import at, strewn

from geomap.errors import InputError, StoreError
from geomap.export import to_csv, to_geojson
from geomap.model import Count, Roles
from geomap.query import EventQuery
from geomap.store import open_store
from geomap.store.blob import from_blob
from geomap.store.postgis import PostgisStore, roles_script
from geomap.store.postgis.address import read_address
from geomap.store.postgis.link import Link
from geomap.store.postgis.schema import STEPS, make_or_check
from geomap.store.postgis.texts import kept, told


@pytest.fixture(scope="module")
def server():
    return running_server()


@pytest.fixture
def database(server):
    return server.database()


@pytest.fixture
def url(server, database):
    return server.url(database)


@pytest.fixture(scope="module")
def both(server, tmp_path_factory):
    """A store of each kind, into which each example of a law is put."""
    geopackage = open_store(tmp_path_factory.mktemp("both") / "store.gpkg", create=True)
    with geopackage, open_store(server.url(server.database()), create=True) as postgis:
        yield geopackage, postgis


def numbers(server, database, sql):
    return [float(line) for line in server.sql(database, sql).split()]


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=readings(), q=queries())
def test_law_the_same_bytes_in_the_same_order_as_a_geopackage(both, made, q):
    answers = []
    for store in both:
        store.put(made)
        events = list(store.query(q))
        answers.append((to_geojson(events), to_csv(events), [repr(e) for e in events], list(store.bulletins())))
    assert answers[0] == answers[1]


def test_a_larger_store_answers_as_a_geopackage_does(both):
    made = strewn(1600)
    for store in both:
        store.put(made)
    chance = random.Random(11)
    for _ in range(40):
        lon, lat, size = chance.uniform(-180, 180), chance.uniform(-90, 80), chance.choice([0, 3, 30])
        bbox = (lon, lat, lon + size if lon + size <= 180 else lon + size - 360, min(90, lat + size))
        q = EventQuery.of(
            bbox=bbox, box_test=chance.choice(["meets", "certain", "possible"]),
            types=chance.choice([None, "return,other"]),
            from_=chance.choice([None, "2018-01-10"]), limit=chance.choice([None, 7]), offset=chance.choice([0, 3]),
        )  # fmt: skip
        geopackage, postgis = (list(store.query(q)) for store in both)
        assert geopackage == postgis, q
        assert [store.count(q) for store in both] == [both[0].count(q)] * 2


rare = st.text(st.sampled_from(["\0", "\x01", "\x02", "a", "ё", "\U0010ffff"]), max_size=6)


@given(one=rare, other=rare)
def test_law_texts_keep_their_order_and_come_back(one, other):
    assert "\0" not in kept(one)
    assert told(kept(one)) == one
    assert (kept(one) < kept(other)) == (one < other)


# --- how it lies in the database


def test_rows_lie_in_hilbert_order(server, database, url):
    """Within a put, and after `compact` all of them; as the records and words do."""
    lying = "SELECT curve FROM geomap.{} ORDER BY ctid"
    with open_store(url, create=True) as store:
        store.put(strewn(1000))
        curve = numbers(server, database, lying.format("events"))
        assert len(curve) == 1000
        assert sum(a <= b for a, b in pairwise(curve)) > 0.99 * 1000  # but for small rows that fill gaps
        for n in range(2):
            store.put(strewn(200, first=100 + 10 * n))
        curve = numbers(server, database, lying.format("events"))
        assert curve != sorted(curve)
        before = list(store.query())
        store.compact()
        for table in ("events", "details", "words"):
            curve = numbers(server, database, lying.format(table))
            assert curve == sorted(curve), table
        assert list(store.query()) == before
        assert list(store.problems()) == []


def test_postgis_may_lie_in_a_schema_of_its_own(server):
    database = server.database("template0")
    server.sql(database, 'CREATE SCHEMA "Geo x"; CREATE EXTENSION postgis SCHEMA "Geo x"')
    with open_store(server.url(database), create=True) as store:
        store.put(strewn(40))
        q = EventQuery.of(bbox="-100,-50,100,50")
        assert list(store.query(q)) == q.select(store.query())
        assert list(store.problems()) == []


def test_a_small_box_is_found_by_the_index(server, database, url):
    with open_store(url, create=True) as store:
        store.put(strewn(2000))
    plan = server.sql(
        database,
        "EXPLAIN SELECT fid FROM geomap.places WHERE geom && ST_MakeEnvelope(10, 10, 11, 11, 4326) AND west <= 11",
    )
    assert "places_geom" in plan
    assert (
        server.sql(database, "SELECT count(*) FROM pg_stats WHERE schemaname = 'geomap' AND tablename = 'events'")
        != "0"
    )


def test_other_programs_see_layers(server, database, url):
    with open_store(url, create=True) as store:
        store.put([make_reading(at(make_place("syr:duma")))])
    layers = server.sql(database, "SELECT f_table_name, srid FROM geometry_columns WHERE f_table_schema = 'geomap'")
    assert sorted(layers.split()) == ["events|4326", "flow_lines|4326", "flows|4326", "places|4326"]
    found = server.sql(database, "SELECT point_of, ST_AsText(geom), first_day, value FROM geomap.events")
    assert found == "Duma|POINT(36.4047 33.5707)|2018-06-24|"


def test_flows_are_those_of_a_geopackage(server, database, url, tmp_path):
    homs, idlib = make_place("syr:homs", shapely.Point(36.7, 34.7), name="Homs"), make_place("syr:idlib", name="Idlib")
    way = Roles(from_=(make_resolution(homs),), to=(make_resolution(make_place()), make_resolution(idlib)))
    made = [make_reading(make_event(roles=way, counts=(Count(value=68, unit="people"),)), make_event(number=1))]
    for store in (url, tmp_path / "s.gpkg"):
        with open_store(store, create=True) as opened:
            opened.put(made)
    with closing(sqlite3.connect(tmp_path / "s.gpkg")) as db:
        cursor = db.execute("SELECT * FROM flows ORDER BY to_id")
        names = [part[0] for part in cursor.description]
        theirs = [dict(zip(names, row, strict=True)) for row in cursor]
    with psycopg.connect(url) as connection:
        sql = "SELECT *, ST_AsBinary(geom) AS geom FROM geomap.flows ORDER BY to_id"
        ours = connection.cursor(row_factory=dict_row).execute(sql).fetchall()
    assert len(ours) == 2
    for one, other in zip(ours, theirs, strict=True):
        assert one.keys() == other.keys()
        assert shapely.from_wkb(one["geom"]) == from_blob(other["geom"])
        for name in names[2:]:
            value = one[name].isoformat() if isinstance(one[name], date) else one[name]
            assert value == other[name], name


def test_questions_are_prepared_and_connections_pooled(server, database, url):
    with open_store(url, create=True) as store:
        store.put(strewn(100))
        for n in range(6):
            store.count(EventQuery.of(bbox=(n, n, n + 9, n + 9)))
        link = store._link
        assert link.read(lambda c: c.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()) > (0,)
        there = (
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'geomap' AND datname = current_database()"
        )
        assert server.sql(database, there) == "1"


def test_several_threads_may_ask_at_once(url):
    made = strewn(400)
    events = [e for r in made for e in r.events]
    found, wrong = [], []
    with open_store(url, create=True) as store:
        store.put(made)

        def ask(n):
            q = EventQuery.of(bbox=(-180 + n * 40, -60, -100 + n * 40, 60))
            try:
                found.append(list(store.query(q)) == q.select(events))
            except Exception as error:
                wrong.append(error)

        threads = [threading.Thread(target=ask, args=[n % 6]) for n in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (wrong, found) == ([], [True] * 12)


# --- the command line


@pytest.fixture
def few(examples, tmp_path):
    """Some of the examples."""
    folder = tmp_path / "few"
    folder.mkdir()
    for name in sorted(path.name for path in examples.glob("*.txt"))[::3]:
        (folder / name).symlink_to(examples / name)
    return folder


def answers(run, store, tmp_path, kind):
    """What each command gives on a store, without the store's own name."""
    asked = {}
    for format_ in ("table", "geojson", "csv"):
        asked[format_] = run("query", "--store", store, "--format", format_, "--bbox", "35,32,42,38").out
    asked["types"] = run("query", "--store", store, "--type", "return", "--limit", 3).out
    asked["place"] = run("query", "--store", store, "--place", "syr:duma").out
    asked["check"] = run("check", "--store", store).out
    page = tmp_path / f"{kind}.html"
    assert run("map", "--store", store, "-o", page).code == 0
    asked["map"] = page.read_bytes()
    sheet = tmp_path / f"{kind}.xlsx"
    ran = run("review", "export", sheet, "--store", store)
    asked["review"] = (ran.code, ran.out, sheet.exists())
    return asked


def test_all_commands_answer_as_on_a_geopackage(run, few, url, tmp_path):
    geopackage = tmp_path / "s.gpkg"
    given = {}
    for kind, store in (("geopackage", geopackage), ("postgis", url)):
        for jobs in (1, 2) if kind == "postgis" else (1,):  # a bulletin that is read again is replaced
            ran = run("ingest", few, "--store", store, "--jobs", jobs)
            assert ran.code == 0, ran.err
        given[kind] = answers(run, store, tmp_path, kind)
    for command, answer in given["geopackage"].items():
        assert given["postgis"][command] == answer, command
    assert len(json.loads(given["postgis"]["geojson"])["features"]) > 10


def test_upkeep_by_the_command_line(run, few, server, database, url):
    assert run("ingest", few, "--store", url).code == 0
    ran = run("store", "info", "--store", url)
    assert ran.code == 0
    assert f"postgresql://owner@/{database}" in ran.out
    assert re.search(r"^schema version +1$", ran.out, re.MULTILINE)
    assert run("store", "check", "--store", url).out == ""
    ran = run("store", "compact", "--store", url)
    assert (ran.code, "->" in ran.err) == (0, True)
    server.sql(
        database, "UPDATE geomap.events SET type = 'mine', lon = 1 WHERE fid = (SELECT min(fid) FROM geomap.events)"
    )
    ran = run("store", "check", "--store", url)
    assert ran.code == 2
    assert "type, lon differ from its record" in ran.out


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("DELETE FROM geomap.words WHERE event = (SELECT min(event) FROM geomap.words)", "1 have no record"),
        ("DELETE FROM geomap.event_places", "events have a place too many or none"),
        ("UPDATE geomap.event_places SET first_day = NULL", "2 have other days or another type"),
        ("UPDATE geomap.places SET west = west - 1", "other edges than their geometry"),
        ("UPDATE geomap.details SET record = '{}'", "cannot be read"),
        ("UPDATE geomap.details SET record = '[]'", "cannot be read"),
        ("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'geomap.events_type'::regclass", "indexes: 1 are"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(server, database, url, sql, says):
    with open_store(url, create=True) as store:
        store.put([make_reading(at(make_place()), at(make_place("syr:b"), number=1))])
        assert list(store.problems()) == []
        server.sql(database, sql)
        assert any(says in problem for problem in store.problems())


def test_the_examples_of_the_guide_run(server, examples, tmp_path):
    """As they stand there, by a shell in which the server is the usual one."""
    page = (examples.parent / "docs" / "store.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 2
    program = tmp_path / "geomap"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'from geomap.cli import main; main()' \"$@\"\n")
    program.chmod(0o755)
    (tmp_path / "examples").symlink_to(examples)
    environment = {
        **os.environ, "PATH": f"{tmp_path}:{server.bin}:{os.environ['PATH']}", "PGHOST": str(server.folder),
        "PGPORT": str(server.port), "PGUSER": "owner", "PYTHONPATH": str(examples.parent),
    }  # fmt: skip
    script = "\n".join(blocks).replace("crises", "crises_of_the_guide").replace("ana", "ana_of_the_guide")
    done = subprocess.run(
        ["/bin/sh", "-euc", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "of_the_guide" in done.stdout
    assert "return" in done.stdout.splitlines()[-1]


# --- roles


READER, WRITER = "geomap_reader", "geomap_writer"


@pytest.fixture(scope="module")
def with_roles(server):
    """A store, a person who may read it and a program that may write to it."""
    database = server.database()
    with open_store(server.url(database), create=True) as store:
        store.put(strewn(40))
    for _ in range(2):  # it may be run again
        server.sql(database, roles_script(reader=READER, writer=WRITER))
    server.sql(database, f"CREATE ROLE ana LOGIN IN ROLE {READER}; CREATE ROLE feed LOGIN IN ROLE {WRITER}")
    return database


def test_a_reader_asks_and_cannot_write(server, with_roles, run):
    url = server.url(with_roles, "ana")
    with open_store(url) as store:
        assert store.count() == 40
        assert len(list(store.readings())) == 2
        assert list(store.problems()) == []
        assert store.info().events == 40
        with pytest.raises(StoreError, match=r"may not do that.*permission denied"):
            store.put([make_reading(at(make_place()))])
        with pytest.raises(StoreError, match="may not do that"):
            store.compact()
        assert store.count() == 40
    assert run("query", "--store", url).code == 0
    for sql in ("DELETE FROM geomap.events", "UPDATE geomap.places SET name = ''", "DROP TABLE geomap.events",
                "CREATE TABLE geomap.mine (a int)", "SELECT nextval('geomap.events_fid_seq')"):  # fmt: skip
        refused(server, with_roles, "ana", sql)


def test_a_writer_replaces_and_cannot_drop(server, with_roles, run):
    made = strewn(40)
    with open_store(server.url(with_roles, "feed"), create=True) as store:
        assert store.put(made).replaced == 2
        assert store.put([make_reading(at(make_place(), bulletin=make_bulletin("new")))]).bulletins == 1
        store.put(strewn(2000, first=50))  # as many as the planner is told of
        with pytest.raises(StoreError, match="may not do that"):
            store.compact()
    for sql in ("DROP TABLE geomap.words", "TRUNCATE geomap.events CASCADE", "ALTER TABLE geomap.events ADD a int",
                "DROP SCHEMA geomap CASCADE", "UPDATE geomap.bulletins SET text = ''", "DELETE FROM geomap.migrations",
                "CREATE TABLE geomap.mine (a int)", "INSERT INTO geomap.migrations VALUES (9)"):  # fmt: skip
        refused(server, with_roles, "feed", sql)
    with open_store(server.url(with_roles)) as store:
        assert list(store.problems()) == []


def refused(server, database, user, sql):
    with psycopg.connect(server.url(database, user)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql)


def test_an_owner_needs_no_more_than_the_schema(server):
    database = server.database()
    server.sql(database, "CREATE ROLE keeper LOGIN; CREATE SCHEMA geomap AUTHORIZATION keeper")
    with open_store(server.url(database, "keeper"), create=True) as store:
        store.put(strewn(40))
        store.compact()
        assert store.count() == 40


def test_roles_by_the_command_line(server, with_roles, run):
    ran = run("store", "roles", "--reader", "other-reader", "--writer", "other_writer")
    assert ran.code == 0
    server.sql(with_roles, ran.out)
    assert server.sql(with_roles, "SELECT has_table_privilege('other-reader', 'geomap.events', 'SELECT')") == "t"
    ran = run("store", "roles", "--reader", 'x"; DROP TABLE')
    assert ran.code == 2
    assert "no name for a role" in ran.err
    with pytest.raises(InputError):
        roles_script(reader="a$$b", writer="b")


# --- versions


def test_later_steps_are_taken_once_all_or_none(server, database, url):
    open_store(url, create=True).close()
    link = Link(read_address(url), timeout_s=5)
    with pytest.raises(StoreError):
        make_or_check(link, create=False, steps=[*STEPS, "CREATE TABLE half (a int)", "CREATE TABLE half (a int)"])
    assert server.sql(database, "SELECT max(version), to_regclass('geomap.half') FROM geomap.migrations") == "1|"
    for _ in range(2):
        make_or_check(link, create=False, steps=[*STEPS, "ALTER TABLE events ADD more text"])
    assert server.sql(database, "SELECT version FROM geomap.migrations ORDER BY 1") == "1\n2"
    with pytest.raises(StoreError, match="version 2, this geomap knows versions up to 1; update geomap"):
        open_store(url)


def test_who_does_not_own_an_older_store_is_told(server, with_roles):
    with pytest.raises(StoreError, match="version 1, and only its owner can bring it to 2; have the owner open it"):
        make_or_check(
            Link(read_address(server.url(with_roles, "feed")), timeout_s=5), create=True,
            steps=[*STEPS, "ALTER TABLE events ADD more text"],
        )  # fmt: skip


def test_several_who_make_the_store_at_once(server, url):
    code = f"from geomap.store import open_store\nopen_store({url!r}, create=True).close()"
    makers = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [maker.communicate(timeout=60)[1] for maker in makers] == [""] * 3
    with PostgisStore(url) as store:
        assert store.count() == 0
