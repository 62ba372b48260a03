"""Reading on a cluster: a real scheduler and real workers, some of them killed; the result is that of one process."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from pathlib import Path

import pytest

pytest.importorskip("distributed")

from dask_cluster import running_cluster

from geomap.bulletin import read_bulletins
from geomap.cluster import Cluster, client, connected
from geomap.errors import InputError
from geomap.extraction import load_rules
from geomap.gazetteer import Gazetteer
from geomap.pipeline import process
from geomap.store import open_store

PRELOAD = Path(__file__).with_name("deadly_preload.py")


@pytest.fixture(scope="module")
def cluster():
    # a task whose worker died once is not given to another: the tests need not lose four workers for a text
    with running_cluster(3, "--preload", PRELOAD, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="0") as running:
        yield running


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer.load()


def many_bulletins(folder, examples, number):
    """Copies of the examples, each with an id of its own."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(examples.glob("*.txt"))]
    folder.mkdir()
    for n in range(number):
        text = re.sub(r"(?m)^id:.*$", f"id: b{n:04}", texts[n % len(texts)], count=1)
        (folder / f"{n:04}.txt").write_text(text, encoding="utf-8")
    return folder


def here(folder, gazetteer):
    return [process(bulletin, gazetteer) for bulletin in read_bulletins(folder)]


def on_cluster(address, gazetteer, folder, bad=None):
    with connected(address) as connection:
        reader = Cluster(connection, gazetteer, gazetteers=(), rules=load_rules())
        yield from reader.read(folder, on_bad=(bad if bad is not None else []).append, on_passed_over=print)


def test_a_cluster_reads_what_one_process_reads(cluster, examples, tmp_path, run):
    shutil.copytree(examples, tmp_path / "in")
    (tmp_path / "in" / "picture.png").write_bytes(b"")
    ran = [
        run("ingest", tmp_path / "in", "--store", store, *more)
        for store, more in (
            (tmp_path / "here.gpkg", ()),
            (f"parquet:{tmp_path / 'there'}", ("--scheduler", cluster.address)),
        )
    ]
    assert [each.code for each in ran] == [0, 0], ran[1].err
    assert ran[0].err.partition(" -> ")[0].splitlines()[-1] in ran[1].err
    assert "passed over 1 other file: picture.png" in ran[1].err
    with open_store(tmp_path / "here.gpkg") as one, open_store(f"parquet:{tmp_path / 'there'}") as other:
        assert [r.bulletin.id for r in other.readings()] == [r.bulletin.id for r in one.readings()]
        assert list(other.query()) == list(one.query())


def test_a_killed_worker_costs_nothing(examples, gazetteer, tmp_path, monkeypatch):
    monkeypatch.setattr(client, "_BATCH", 5)
    folder = many_bulletins(tmp_path / "in", examples, 60)
    with running_cluster(2) as cluster, connected(cluster.address) as connection:
        reader = Cluster(connection, gazetteer, gazetteers=(), rules=load_rules())
        bad, readings = [], []
        found = reader.read(folder, on_bad=bad.append, on_passed_over=print)
        taking = threading.Thread(target=lambda: readings.extend(found))
        taking.start()
        while not (busy := [address for address, keys in connection.processing().items() if keys]):
            assert taking.is_alive(), "all was done before a worker could be killed"
        cluster.worker_at(busy[0]).kill()
        cluster.add_workers(1)  # one that comes later is told what to read with
        taking.join(60)
        assert any("Starting Worker plugin geomap" in line for line in cluster.workers[2].lines)
    assert bad == []
    assert readings == here(folder, gazetteer)


def test_one_bad_text_is_named_and_the_others_are_kept(cluster, examples, gazetteer, tmp_path, run, monkeypatch):
    folder = many_bulletins(tmp_path / "in", examples, 6)
    (folder / "0001.txt").write_text("---\ndate: never\n---\nA text.", encoding="utf-8")
    (folder / "0002.txt").write_text("Failingword in a text.", encoding="utf-8")
    (folder / "0009.txt").write_text((folder / "0003.txt").read_text(encoding="utf-8"), encoding="utf-8")
    store = f"parquet:{tmp_path / 'store'}"
    ran = run("ingest", folder, "--store", store, "--scheduler", cluster.address)
    assert ran.code == 2
    assert "3 bad files, nothing was written; 4 good files would be read with --skip-bad" in ran.err
    assert re.search(r"0001\.txt.*date", ran.err)
    assert re.search(r"0002\.txt: a defect of geomap: ZeroDivisionError: a defect \(please report", ran.err)
    assert re.search(r"0009\.txt, id: 'b0003' is also the id of .*0003\.txt", ran.err)
    assert not (tmp_path / "store").exists()
    assert run("ingest", folder, "--store", store, "--scheduler", cluster.address, "--skip-bad").code == 0
    with open_store(store) as opened:
        assert {b.id for b in opened.bulletins()} == {"b0000", "b0003", "b0004", "b0005"}


def test_another_gazetteer_than_ours_is_refused(cluster, examples, tmp_path, run):
    own = tmp_path / "own.geojson"
    shutil.copy(next(Path(__file__).with_name("gazetteer_small").rglob("*.geojson")), own)
    ours = Gazetteer.load(own)
    with connected(cluster.address) as connection:
        reader = Cluster(connection, ours, gazetteers=("curated",), rules=load_rules())
        with pytest.raises(InputError, match="a worker has another gazetteer"):
            list(reader.read(examples, on_bad=print, on_passed_over=print))
        reader = Cluster(connection, ours, gazetteers=(str(tmp_path / "only-here.geojson"),), rules=load_rules())
        with pytest.raises(InputError, match=r"cannot load the gazetteer.*where every machine sees it"):
            list(reader.read(examples, on_bad=print, on_passed_over=print))


def test_a_fingerprint_tells_gazetteers_apart_and_not_places_of_files(tmp_path):
    small = next(Path(__file__).with_name("gazetteer_small").rglob("*.geojson"))
    one, other = tmp_path / "one.geojson", tmp_path / "other.geojson"
    shutil.copy(small, one)
    shutil.copy(small, other)
    assert Gazetteer.load(one).fingerprint() == Gazetteer.load(other).fingerprint()
    other.write_text(other.read_text(encoding="utf-8").replace("Duma", "Dumo"), encoding="utf-8")
    assert Gazetteer.load(one).fingerprint() != Gazetteer.load(other).fingerprint()


def test_what_no_cluster_can_do_is_told(cluster, examples, tmp_path, run, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for address, says in (
        (f"tcp://127.0.0.1:{port}", r"no scheduler answers at .*start one \(`dask scheduler`\)"),
        ("local:4", r"no address of a scheduler; write tcp://HOST:8786 \(for this machine alone: --jobs N\)"),
    ):
        ran = run("ingest", examples, "--store", f"parquet:{tmp_path / 'store'}", "--scheduler", address)
        assert ran.code == 2
        assert re.search(says, ran.err)
    both = run("ingest", examples, "--scheduler", cluster.address, "--jobs", 2)
    assert both.code == 2
    assert "either --jobs, for this machine, or --scheduler" in both.err


def test_a_scheduler_without_workers(examples, gazetteer, monkeypatch):
    monkeypatch.setattr(client, "_PATIENCE_S", 0.5)
    with running_cluster(0) as empty, pytest.raises(InputError, match="has no worker; start some"):
        list(on_cluster(empty.address, gazetteer, examples))


def test_a_text_that_ends_every_worker_is_named(cluster, examples, gazetteer, tmp_path):
    """The last of this cluster: two of its workers end."""
    folder = many_bulletins(tmp_path / "in", examples, 4)
    (folder / "0001.txt").write_text("Deadlyword in a text.", encoding="utf-8")
    bad = []
    readings = list(on_cluster(cluster.address, gazetteer, folder, bad))
    assert [reading.bulletin.id for reading in readings] == ["b0000", "b0002", "b0003"]
    (error,) = bad
    assert error.path == str(folder / "0001.txt")
    assert "ended before its time; give them more memory" in error.message
