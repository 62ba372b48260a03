"""What every store answers, held against brute force: another kind of store is one more line in `STORES`."""

import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from made_events import boxes, make_place, make_reading, queries, readings
from test_store import EVERYTHING, at

from geomap.bbox import BBox
from geomap.export import to_geodataframe
from geomap.query import BOX_TESTS, EventQuery, event_order
from geomap.store import open_store

STORES = {"geopackage": lambda folder: open_store(folder / "store.gpkg", create=True)}
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
