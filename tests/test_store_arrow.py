"""Large frames by Arrow: the same as by rows, and never while a transaction of ours has the file."""

import threading

import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given
from made_events import make_bulletin, make_place, make_reading, queries, readings
from test_store import at, change, law, strewn

from geomap.errors import StoreError
from geomap.export import to_geodataframe
from geomap.query import EventQuery
from geomap.store import geopackage, open_store
from geomap.store.file_use import FileUse, use_of

WIDE = EventQuery.of(bbox="-100,-80,150,80")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    with open_store(tmp_path_factory.mktemp("arrow") / "laws.gpkg", create=True) as opened:
        yield opened


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "geomap.gpkg", create=True) as opened:
        opened.put(strewn(1600))
        yield opened


@pytest.fixture
def read(monkeypatch):
    """What Arrow gave, each time it was asked: rows, or None."""
    seen, real = [], geopackage.arrow_rows

    def watched(*args, **more):
        table = real(*args, **more)
        seen.append(None if table is None else table.num_rows)
        return table

    monkeypatch.setattr(geopackage, "arrow_rows", watched)
    return seen


def test_a_large_frame(store, read):
    for columns in (None, ["type", "first_day", "value", "negated", "start_char"]):
        frame = store.to_geodataframe(WIDE, columns=columns)
        assert read == [len(frame)] != [0]
        assert_geodataframe_equal(frame, to_geodataframe(store.query(WIDE), columns=columns))
        read.clear()
    q = EventQuery.of(bbox="-100,-80,150,80", limit=850, offset=20)
    assert list(store.to_geodataframe(q)["id"]) == [event.id for event in store.query(q)]
    assert read == [850]
    store.to_geodataframe(bbox="-100,-80,150,80", text="people")  # whose number is not known in advance
    store.to_geodataframe(bbox="0,0,1,1")
    assert read == [850]


def test_a_frame_under_an_older_pandas(store, monkeypatch):
    asked = ({"columns": None}, {"columns": ["negated", "id", "value", "last_day"]}, {"columns": []}, {"limit": 1})
    usual = [store.to_geodataframe(bbox="-100,-80,150,80", **more) for more in asked]
    monkeypatch.delattr("pandas.api.internals.create_dataframe_from_blocks", raising=False)
    for frame, more in zip(usual, asked, strict=True):
        assert_geodataframe_equal(frame, store.to_geodataframe(bbox="-100,-80,150,80", **more))


def test_a_frame_may_be_changed(store):
    for limit in (10, None):
        frame = store.to_geodataframe(bbox="-100,-80,150,80", limit=limit)
        for name in frame.columns:
            frame.loc[0, name] = frame.loc[1, name]
        assert_geodataframe_equal(frame.iloc[:1], frame.iloc[1:2].set_axis([0]))


@law
@given(made=readings(), q=queries())
def test_law_by_arrow_as_by_rows(kept, made, q):
    kept.put(made)
    before, geopackage._LARGE = geopackage._LARGE, 1
    try:
        frame = kept.to_geodataframe(q)
    finally:
        geopackage._LARGE = before
    assert_geodataframe_equal(frame, to_geodataframe(kept.query(q)))


def test_not_while_the_store_is_being_read(store, read):
    checking = store.problems()
    change(store.path, "UPDATE events SET type = 'demining' WHERE type = 'return'")
    next(checking)  # a transaction of ours is under way
    with open_store(store.path) as other:
        frame = other.to_geodataframe(WIDE)
        assert len(frame) == other.count(WIDE)
    assert read == [None]
    checking.close()
    store.to_geodataframe(WIDE)
    assert read == [None, len(frame)]


def test_our_transactions_wait_for_the_other_copy(store):
    use, done = use_of(store.path), threading.Event()
    assert use is use_of(store.path.parent / ".." / store.path.parent.name / store.path.name)

    def write():
        with open_store(store.path) as other:
            other.put([make_reading(at(make_place(), bulletin=make_bulletin("new")))])
        done.set()

    writer = threading.Thread(target=write)
    with use.by_another_copy() as is_free:
        assert is_free
        writer.start()
        assert not done.wait(0.3)
    writer.join(30)
    assert done.is_set()


def test_one_other_copy_at_a_time():
    use = FileUse()
    with use.by_another_copy() as first, use.by_another_copy() as second:
        assert (first, second) == (True, False)
    with use.by_us(), use.by_us(), use.by_another_copy() as third:
        assert not third


def test_events_that_were_replaced_meanwhile(store, monkeypatch):
    real = geopackage.arrow_rows

    def late(*args, **more):
        with open_store(store.path) as other:
            other.put(strewn(20))
        return real(*args, **more)

    monkeypatch.setattr(geopackage, "arrow_rows", late)
    with pytest.raises(StoreError, match="ask again"):
        store.to_geodataframe(WIDE)


@pytest.mark.parametrize("value", ["'a week'", "x'00'"])
def test_a_value_that_is_none(store, value):
    one = "(SELECT max(fid) FROM events WHERE geom NOTNULL)"
    change(store.path, f"UPDATE events SET value = {value} WHERE fid = {one}")
    with pytest.raises(StoreError, match=r"cannot be read.*ingest"):
        store.to_geodataframe(bbox="-180,-90,180,90")


def test_geometries_of_all_kinds(store, read):
    places = [make_place("syr:line", shapely.LineString([(0, 0), (1, 1)])), make_place("syr:b", shapely.Point(2, 2))]
    store.put([make_reading(at(*places, bulletin=make_bulletin("mixed")))])
    frame = store.to_geodataframe(WIDE).set_index("id")
    assert frame.loc["mixed/0-0"].geometry.geom_type == "GeometryCollection"
    assert set(frame.geom_type) > {"Point", "Polygon"}
    assert read == [len(frame)]
