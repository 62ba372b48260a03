"""A dataset: GeoParquet that others open, files that a question leaves alone, bulletins replaced, rows in order."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import geoparquet_validator
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_events import make_bulletin, make_event, make_place, make_reading, queries
from test_store import FEW, at, strewn, wear

from geomap.errors import QueryError, StoreError
from geomap.model import Reading
from geomap.query import EventQuery, event_order
from geomap.store import PutResult, open_store
from geomap.store.columns import EVENT_COLUMNS
from geomap.store.dataset import writer
from geomap.store.dataset.manifest import current

EVERYTHING = EventQuery()
BOX = EventQuery.of(bbox="-20,-20,40,30")


def in_folder(path):
    return f"parquet:{path}"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def store(path):
    with open_store(in_folder(path), create=True) as opened:
        yield opened


@pytest.fixture
def small_files(monkeypatch):
    """Files of 100 events; of more than 300 in a call, runs go aside first."""
    monkeypatch.setattr(writer, "_PART", 100)
    monkeypatch.setattr(writer, "_GROUP", 20)
    monkeypatch.setattr(writer, "_IN_MEMORY", 300)
    monkeypatch.setattr("geomap.store.checked._BATCH", 90)


def events_of(readings):
    return [event for reading in readings for event in reading.events]


def files_of(path, kind="events"):
    return sorted((path / kind).iterdir())


def test_every_file_is_geoparquet_1_1(store, path, small_files):
    store.put([*strewn(400), make_reading(*FEW)])
    for file in files_of(path):
        report = geoparquet_validator.check_bytes(file.name, file.read_bytes())
        assert [geoparquet_validator.failed(report, part) for part in ("core", "covering")] == [[], []]
        about = json.loads(pq.read_metadata(file).metadata[b"geo"])
        assert about["version"] == "1.1.0"
        assert about["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]


@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")  # dask-geopandas's own
def test_others_read_it(store, path, small_files):
    import dask_geopandas  # noqa: PLC0415

    made = strewn(400)
    store.put(made)
    box = (-20, -20, 40, 30)
    expected = {event.id for event in events_of(made) if BOX.matches(event)}
    frame = gpd.read_parquet(path / "events", bbox=box, columns=["id", "geometry"])
    assert set(frame[frame.intersects(shapely.box(*box))]["id"]) == expected
    lazy = dask_geopandas.read_parquet(path / "events", columns=["id", "geometry"])
    assert lazy.npartitions == 4
    assert lazy.spatial_partitions.notna().all()
    assert set(lazy.clip(shapely.box(*box)).compute(scheduler="synchronous")["id"]) == expected


def test_a_box_leaves_most_files_alone(store, path, small_files):
    made = strewn(2000)
    store.put(made)
    assert not list((path / "aside").iterdir())
    assert len(files_of(path)) == 20
    boxes = np.array([part.bounds for part in current(path).events])
    sides = boxes[:, 2:] - boxes[:, :2]
    assert np.median(sides[:, 0] * sides[:, 1]) < 360 * 180 / 6, "files lie in small parts of the map"
    q = EventQuery.of(bbox="10,10,14,14")
    assert list(store.query(q)) == q.select(events_of(made))
    opened = [name for name in store._snapshot.files._open if name.startswith("events/")]
    assert 0 < len(opened) <= 10
    assert list(store.query(EventQuery.of(types="return", limit=7, offset=5))) == EventQuery.of(
        types="return", limit=7, offset=5
    ).select(events_of(made))
    assert list(store.query()) == sorted(events_of(made), key=event_order)
    assert sorted(store.readings(), key=lambda r: r.bulletin.id) == made


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(st.lists(st.sampled_from(["t", "t#part2", "t#part3", "u", "t2"]), max_size=4), max_size=4))
def test_law_a_bulletin_replaces_what_a_geopackage_would_replace(tmp_path_factory, calls):
    folder = tmp_path_factory.mktemp("replaced")
    addresses = (in_folder(folder / "store"), folder / "store.gpkg")
    with open_store(addresses[0], create=True) as ours, open_store(addresses[1], create=True) as theirs:
        for number, ids in enumerate(calls):
            made = [make_reading(make_event(make_bulletin(id_, source=f"call {number}"))) for id_ in ids]
            assert ours.put(made) == theirs.put(made)
            assert list(ours.readings()) == list(theirs.readings())
            assert list(ours.query()) == list(theirs.query())
            assert list(ours.bulletins()) == list(theirs.bulletins())
            assert ours.types() == theirs.types()
            assert ours.info().events == theirs.info().events
            assert list(ours.problems()) == []
    shutil.rmtree(folder)


def test_reading_again_replaces(store, path):
    old, other = [make_reading(at(make_place(f"syr:{n}"), bulletin=make_bulletin(n))) for n in ("a", "b")]
    assert store.put([old, other]) == PutResult(bulletins=2, events=2, replaced=0)
    new = make_reading(at(make_place("syr:c"), bulletin=make_bulletin("a", text="Another."), type="demining"))
    assert store.put([new]) == PutResult(bulletins=1, events=1, replaced=1)
    assert list(store.query()) == [*new.events, *other.events]
    assert (store.count(place="syr:a"), store.count(place="syr:c")) == (0, 1)
    assert (len(files_of(path)), current(path).replaced) == (2, {"a": 2})
    assert store.put([Reading(bulletin=make_bulletin("b"))]).replaced == 1
    assert store.types() == {"demining"}
    assert store.put([new, other]).replaced == 2
    assert (len(files_of(path)), current(path).replaced) == (1, {}), "when all is replaced, nothing old stays"
    assert list(store.readings()) == [new, other]
    assert store.put([]) == PutResult(bulletins=0, events=0, replaced=0)


def test_an_event_keeps_the_place_as_it_was_known_then(store):
    old, new = make_place(uncertainty_km=3.0), make_place(geometry=shapely.Point(36.5, 33.6), uncertainty_km=1.0)
    first, second = at(old), at(new, bulletin=make_bulletin("001"))
    store.put([make_reading(first)])
    store.put([make_reading(second)])
    store.compact()
    assert [e.places()[0].uncertainty_km for e in store.query()] == [3.0, 1.0]
    assert [e.id for e in store.query(bbox="36.5,33,37,34")] == [second.id]


@pytest.fixture
def worn(store, path, small_files):
    wear(store)
    return path


def test_compact_loses_nothing_and_puts_rows_into_order(worn, store, run):
    before, answer, size = list(store.readings()), list(store.query(BOX)), store.info().size_bytes
    assert answer
    assert len(files_of(worn)) == 22
    free = store.info().free_bytes
    assert free > size / 10
    ran = run("store", "compact", "--store", in_folder(worn))
    assert (ran.code, ran.out) == (0, "")
    assert store.info().size_bytes < size
    assert store.info().free_bytes == 0
    assert len(files_of(worn)) == 3
    assert len(files_of(worn, "bulletins")) == len(files_of(worn, "places")) == 1
    assert current(worn).replaced == {}
    assert list(store.readings()) == before
    assert list(store.query(BOX)) == answer
    used = {place.id for event in store.query() for place in event.places()}
    assert {*pq.read_table(files_of(worn, "places")[0], columns=["id"])["id"].to_pylist()} == used
    assert list(store.problems()) == []
    store.put(before)
    assert list(store.readings()) == before


def test_info_and_a_sound_store(worn, store, run):
    found = run("store", "info", "--store", in_folder(worn)).out
    assert [line.split() for line in found.splitlines() if line.startswith(("events", "bulletins"))] == [
        ["bulletins", "22"], ["events", "208"],
    ]  # fmt: skip
    assert f"\n  return               {store.count(types='return')}\n" in found
    ran = run("store", "check", "--store", in_folder(worn))
    assert (ran.code, ran.out) == (0, "")


def _other_type(path):
    table = pq.read_table(path)
    types = table["type"].to_pylist()
    types[0] = "statement" if types[0] == "return" else "return"
    pq.write_table(table.set_column(table.schema.get_field_index("type"), "type", [types]), path)


def _mend_manifest(path):
    """Let a manifest say of its files what they are."""
    from geomap.store.dataset.parts import crc32_of  # noqa: PLC0415

    manifest = max((path / "manifest").iterdir())
    values = json.loads(manifest.read_text(encoding="utf-8"))
    for part in values["events"]:
        file = path / part["name"]
        part |= {"size": file.stat().st_size, "crc32": crc32_of(file)}
    manifest.write_text(json.dumps(values), encoding="utf-8")


def test_a_file_that_another_program_changed_is_named(store, path, run):
    store.put([make_reading(*FEW)])
    (file,) = files_of(path)
    _other_type(file)
    ran = run("store", "check", "--store", in_folder(path))
    assert (ran.code, str(file) in ran.out) == (2, True)
    _mend_manifest(path)
    ran = run("store", "check", "--store", in_folder(path))
    assert ran.code == 2
    assert "the manifest has other bounds, days or types of it" in ran.out
    assert "type differ from its record; ingest its bulletin again" in ran.out


def test_a_new_store_whose_first_load_fails_goes_again(path):
    def halfway():
        yield make_reading(*FEW)
        raise RuntimeError("the second bulletin")

    with pytest.raises(RuntimeError), open_store(in_folder(path), create=True) as store:
        store.put(halfway())
    assert not path.exists()
    with open_store(in_folder(path), create=True) as store:
        store.put([make_reading(*FEW)])
        with pytest.raises(RuntimeError):
            store.put(halfway())
    with open_store(in_folder(path)) as store:
        assert store.count() == len(FEW)


def test_a_store_of_another_process_is_seen_at_once(store, path):
    with open_store(in_folder(path)) as other:
        other.put([make_reading(*FEW)])
        assert store.count() == len(FEW)
        other.put([make_reading(at(make_place(), bulletin=make_bulletin("more")))])
        assert store.count() == len(FEW) + 1


def test_closed_stores_say_so(path):
    store = open_store(in_folder(path), create=True)
    store.close()
    store.close()
    for ask in (lambda: store.put([]), lambda: list(store.query()), store.count, store.types, store.compact):
        with pytest.raises(StoreError, match="has been closed"):
            ask()


# --- lazy frames


@pytest.fixture(scope="module")
def made():
    return [*strewn(600), make_reading(*FEW)]


@pytest.fixture(scope="module")
def ordered(made, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "_PART", 50)
        with open_store(in_folder(tmp_path_factory.mktemp("lazy") / "store"), create=True) as opened:
            opened.put(made)
            opened.put([Reading(bulletin=made[0].bulletin)])  # rows that no longer count
            yield opened


def by_id(frame):
    """The rows in order of id, with texts as Python's: dask keeps them as Arrow's."""
    frame = frame.sort_values("id").reset_index(drop=True)
    texts = [column.name for column in EVENT_COLUMNS if column.sql == "TEXT"]
    frame[texts] = frame[texts].astype(object).where(frame[texts].notna(), None)
    return frame


@settings(max_examples=6, deadline=None)
@given(q=queries().map(lambda q: replace(q, limit=None, offset=0)))
def test_law_lazy_frames_hold_what_frames_hold(ordered, q):
    lazy = ordered.to_dask(q).compute(scheduler="synchronous")
    assert_geodataframe_equal(by_id(lazy), by_id(ordered.to_geodataframe(q)))


def test_a_lazy_frame_leaves_files_alone(ordered):
    whole, part = ordered.to_dask(columns=["id", "type"]), ordered.to_dask(bbox="10,10,14,14", columns=["id"])
    assert whole.npartitions == 13
    assert 0 < part.npartitions <= 5
    assert list(whole.columns) == ["id", "type", "geometry"]
    assert len(whole.spatial_partitions) == 13
    inside = whole.cx[10:14, 10:14]
    assert inside.npartitions <= 5, "dask-geopandas knows where the partitions lie"
    assert set(inside.compute(scheduler="synchronous")["id"]) >= set(part.compute(scheduler="synchronous")["id"])
    nothing = ordered.to_dask(bbox="10,10,14,14", from_="2030-01-01")
    assert len(nothing.compute(scheduler="synchronous")) == 0
    with pytest.raises(QueryError, match="no limit and no offset"):
        ordered.to_dask(limit=3)


# --- the command line


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same bulletins in a GeoPackage and in a dataset."""
    from geomap.bulletin import read_bulletins  # noqa: PLC0415
    from geomap.gazetteer import Gazetteer  # noqa: PLC0415
    from geomap.pipeline import process  # noqa: PLC0415

    gazetteer, folder = Gazetteer.load(), tmp_path_factory.mktemp("both")
    examples = Path(__file__).parent.parent / "examples"
    readings = [process(bulletin, gazetteer) for bulletin in read_bulletins(examples)]
    addresses = (str(folder / "store.gpkg"), in_folder(folder / "store"))
    for address in addresses:
        with open_store(address, create=True) as opened:
            opened.put(readings)
    return addresses


@pytest.mark.parametrize(
    "command",
    [
        ("query",),
        ("query", "--bbox", "36,33,37,34", "--possible", "--format", "geojson"),
        ("query", "--bbox", "36,33,37,34", "--certain", "--type", "return", "--format", "csv"),
        ("query", "--place", "syr:rif-dimashq", "--text", "people", "--from", "2018-01-01", "--limit", "3"),
        ("query", "--type", "nonsense"),
        ("check", "--format", "json"),
        ("map",),
    ],
    ids=" ".join,
)
def test_the_command_line_answers_the_same(both, run, tmp_path, command):
    ran = []
    for number, address in enumerate(both):
        output = ["-o", tmp_path / f"{number}.html"] if command == ("map",) else []
        ran.append(run(*command, *output, "--store", address))
    assert [each.code for each in ran] == ([2, 2] if "nonsense" in command else [0, 0])
    assert ran[0].out == ran[1].out
    assert ran[0].err.replace("0.html", "1.html") == ran[1].err
    if command == ("map",):
        assert (tmp_path / "0.html").read_bytes() == (tmp_path / "1.html").read_bytes()
