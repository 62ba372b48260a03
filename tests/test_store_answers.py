"""What every store answers, held against brute force: another kind of store is one more line in `STORES`."""

import json

import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from made_events import boxes, make_place, make_reading, queries, readings
from postgis_server import running_server
from test_store import EVERYTHING, at

from geomap.bbox import BBox
from geomap.errors import BBoxError, QueryError
from geomap.export import to_geodataframe
from geomap.gazetteer import Gazetteer
from geomap.query import BOX_TESTS, EventQuery, event_order
from geomap.store import open_store
from geomap.store.columns import EVENT_COLUMNS


def in_postgis(_):
    server = running_server()
    return open_store(server.url(server.database()), create=True)


STORES = {
    "geopackage": lambda folder: open_store(folder / "store.gpkg", create=True),
    "postgis": in_postgis,
    "dataset": lambda folder: open_store(f"parquet:{folder / 'store'}", create=True),
}
"""What opens an empty store, by its kind; a folder is given to it."""


@pytest.fixture(params=STORES)
def store(request, tmp_path):
    with STORES[request.param](tmp_path) as opened:
        yield opened


@pytest.fixture(scope="module", params=STORES)
def kept(request, tmp_path_factory):
    """One store for all examples of a law: each example replaces the bulletins of the one before."""
    with STORES[request.param](tmp_path_factory.mktemp("laws")) as opened:
        yield opened


def geometries_of(reading):
    found = [r for e in reading.events for roles in (e.roles, e.inferred) for _, rs in roles.items() for r in rs]
    chosen = [r.place for r in [*found, *reading.resolutions] if r.place]
    return [p.geometry for p in [*chosen, *(c.place for r in found for c in r.candidates)]]


law = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@law
@given(made=readings())
def test_law_what_is_put_in_comes_out(kept, made):
    assert kept.put(made).events == sum(len(reading.events) for reading in made)
    assert list(kept.query(EVERYTHING)) == sorted((e for r in made for e in r.events), key=event_order)
    out = {reading.bulletin.id: reading for reading in kept.readings()}
    assert out == {reading.bulletin.id: reading for reading in made}
    for reading in made:
        before, after = geometries_of(reading), geometries_of(out[reading.bulletin.id])
        assert all(shapely.equals_identical(a, b) for a, b in zip(before, after, strict=True))


@law
@given(made=readings(), q=queries())
def test_law_the_store_answers_as_matches_says(kept, made, q):
    kept.put(made)
    events = [event for reading in made for event in reading.events]
    assert list(kept.query(q)) == q.select(events)
    assert kept.count(q) == sum(map(q.matches, events))


@law
@given(made=readings(), box=boxes())
def test_law_a_box_alone(kept, made, box):
    kept.put(made)
    for test in BOX_TESTS:
        q = EventQuery(bbox=box, box_test=test)
        assert list(kept.query(q)) == q.select(event for reading in made for event in reading.events)


@law
@given(made=readings(), q=queries())
def test_law_a_frame_off_the_columns_is_that_of_the_events(kept, made, q):
    kept.put(made)
    ours, plain = kept.to_geodataframe(q), to_geodataframe(kept.query(q))
    assert_geodataframe_equal(ours, plain)
    assert all(shapely.equals_identical(ours.geometry.to_numpy(), plain.geometry.to_numpy()) | ours.geometry.isna())


def test_float32_edges_are_exact(store):
    """The R-tree rounds outwards; a box that ends a hair before a point must not hold it."""
    lon, lat = 36.40471234567, 33.57071234567
    store.put([make_reading(at(make_place(geometry=shapely.Point(lon, lat))))])
    hair = 1e-9
    assert store.count(EventQuery(bbox=BBox(lon, lat, lon, lat))) == 1
    assert store.count(EventQuery(bbox=BBox(lon - 1, lat - 1, lon, lat))) == 1
    assert store.count(EventQuery(bbox=BBox(lon - 1, lat - 1, lon - hair, lat))) == 0
    assert store.count(EventQuery(bbox=BBox(lon + hair, lat, lon + 1, lat + 1))) == 0


def test_numbers_too_small_for_the_r_tree_are_exact(store):
    """Found by hypothesis: SQLite's outward rounding turns 2e-79 into 0."""
    store.put([make_reading(at(make_place(geometry=shapely.Point(2e-79, -2e-79))))])
    for box, meets in [
        (BBox(0, -1, 0, 1), 0), (BBox(-1, 0, 1, 0), 0), (BBox(2e-79, -1, 1, 1), 1), (BBox(1e-79, -1, 1, -1e-79), 1),
        (BBox(3e-79, -1, 1, 1), 0), (BBox(-1, -1, 1, 1), 1),
    ]:  # fmt: skip
        assert store.count(EventQuery(bbox=box)) == meets, box


@law
@given(made=readings(), q=queries())
def test_law_extents_hold_all_that_is_found_and_little_more(kept, made, q):
    kept.put(made)
    events = [event for reading in made for event in reading.events if q.matches(event)]
    edges = [place.geometry.bounds for event in events for place in event.places()]
    found = kept.extent(q)
    if not edges:
        assert found is None
        return
    west, south, east, north = zip(*edges, strict=True)
    true = (min(west), min(south), max(east), max(north))
    ours = (found.west, found.south, found.east, found.north)
    hair = 1e-37  # numbers nearer to 0 than single precision can tell become 0
    assert all(ours[side] <= true[side] + hair for side in (0, 1))
    assert all(ours[side] >= true[side] - hair for side in (2, 3))
    assert ours == pytest.approx(true, abs=1e-4)


@law
@given(made=readings(), q=queries())
def test_law_summaries_count_what_is_found(kept, made, q):
    kept.put(made)
    events = q.select(event for reading in made for event in reading.events)
    found = kept.summary(q)
    assert found.events == len(events) == sum(found.by_type.values()) == sum(found.by_month.values())
    assert found.by_type == {t: sum(e.type == t for e in events) for t in {e.type for e in events}}
    assert found.by_governorate == {}


@law
@given(made=readings(), q=queries())
def test_law_arrow_tables_hold_what_frames_hold(kept, made, q):
    kept.put(made)
    table, frame = kept.to_arrow(q), kept.to_geodataframe(q)
    assert table.column_names == list(frame.columns)
    for column in EVENT_COLUMNS:
        cells = [None if pd.isna(cell) else cell for cell in frame[column.name]]
        days = [None if cell is None else cell.date() for cell in cells] if column.sql == "DATE" else cells
        assert table[column.name].to_pylist() == days, column.name
    wkb = table["geometry"].to_pylist()
    assert all(a is b is None or shapely.equals_identical(shapely.from_wkb(a), b)
               for a, b in zip(wkb, frame.geometry, strict=True))  # fmt: skip
    assert json.loads(table.field("geometry").metadata[b"ARROW:extension:metadata"])["crs"] == "EPSG:4326"


def test_a_question_by_keywords(store):
    here, there = make_place("syr:a", shapely.Point(36, 33)), make_place("syr:b", shapely.Point(60, 60))
    store.put([make_reading(at(here), at(there, number=1, type="demining"))])
    assert [e.id for e in store.query(bbox="35,32,37,34")] == ["000/0-0"]
    assert [e.id for e in store.query(bbox=(35, 32, 37, 34), types="return", from_="2018-06-24")] == ["000/0-0"]
    assert store.count() == len(list(store.query())) == len(store.to_geodataframe()) == store.to_arrow().num_rows == 2
    assert store.count(types=["demining"]) == store.to_arrow(place="syr:b").num_rows == 1
    assert store.extent(place="syr:a") == BBox(36, 33, 36, 33)
    assert store.summary(types="demining").by_month == {"2018-06": 1}
    assert list(store.to_geodataframe(text="people", limit=1)["id"]) == ["000/0-0"]
    few = ["value", "type", "first_day"]
    assert_geodataframe_equal(store.to_geodataframe(columns=few), store.to_geodataframe()[[*few, "geometry"]])
    assert list(store.to_geodataframe(columns=[]).columns) == ["geometry"]
    with pytest.raises(QueryError, match="'fid' is no column"):
        store.to_geodataframe(columns=["fid"])


def test_keywords_that_are_no_question(store):
    for ask in (store.query, store.count, store.to_geodataframe, store.extent):
        with pytest.raises(QueryError, match="not both"):
            ask(EVERYTHING, text="people")
        with pytest.raises(QueryError, match="did you mean return"):
            ask(types="retrun")
        with pytest.raises(BBoxError):
            ask(bbox="1,2,3")


def test_a_summary_by_governorate(store):
    parts = {"parents": ("syr:rif-dimashq",)}
    known = Gazetteer.from_places([
        make_place("syr:rif-dimashq", shapely.box(36, 33, 37, 34), type="governorate"),
        make_place("syr:homs", shapely.box(37, 34, 38, 35), type="governorate"),
        make_place("syr:duma", **parts), make_place("syr:jirud", **parts),
    ])  # fmt: skip
    duma, jirud, homs = (known.get(f"syr:{name}") for name in ("duma", "jirud", "homs"))
    store.put([make_reading(at(duma), at(duma, jirud, number=1), at(homs, duma, number=2), at(number=3))])
    assert store.summary(gazetteer=known).by_governorate == {"syr:rif-dimashq": 3, "syr:homs": 1, None: 1}
