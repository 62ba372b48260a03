"""What goes wrong with a dataset: a kill at any moment, two writers, a full disk, damaged and foreign files."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from made_events import make_bulletin, make_event, make_reading
from test_store_faults import BULLETINS, EVENTS, EVERYTHING, as_owner, generation, nobody, script

from geomap.errors import StoreError
from geomap.query import EventQuery
from geomap.store import open_store
from geomap.store.dataset.manifest import Manifest, commit, current, exclusive
from geomap.store.dataset.store import DatasetStore

KILLS = int(os.environ.get("GEOMAP_KILLS", "20"))
KEPT = make_reading(make_event(make_bulletin("kept", text="It stays.")))


def in_folder(path):
    return f"parquet:{path}"


def state(path):
    """The one generation that a store holds; it must be whole in all its parts."""
    with open_store(in_folder(path)) as store:
        readings = [reading for reading in store.readings() if reading != KEPT]
        (name,) = {reading.bulletin.source for reading in readings}
        number = int(name.split()[1])
        assert readings == generation(number)
        assert store.count(EVERYTHING) == store.info().events == BULLETINS * EVENTS + 1
        assert store.count(EventQuery.of(bbox="35,30,40,40")) == BULLETINS * EVENTS
        problems = [problem for problem in store.problems() if "no part of the store" not in problem]
        assert problems == []
    return number


@pytest.fixture
def filled(tmp_path):
    path = tmp_path / "store"
    with open_store(in_folder(path), create=True) as store:
        store.put([*generation(0), KEPT])
    return path


WRITE_AND_DIE = """
import os, signal, time
from itertools import count
from test_store_faults import generation, open_store
import geomap.store.dataset.store, geomap.store.dataset.upkeep
made = [generation(n) for n in range(1, 4)]
print("ready", flush=True)
while line := sys.stdin.readline():
    writer = os.fork()
    if writer == 0:
        with open_store({url!r}) as store:
            for turn in count(int(float(line) * 1e6)):
                store.put(made[turn % 3])
                if turn % 2:
                    store.compact()
    time.sleep(float(line))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    print("killed", flush=True)
"""


def test_a_killed_writer_leaves_before_or_after(filled):
    """Kills at random moments of writing and of putting into order; GEOMAP_KILLS asks for more than the usual 20."""
    chance, found, left_over = random.Random(20180624), [], 0
    code = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n{WRITE_AND_DIE.format(url=in_folder(filled))}"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout.readline() == "ready\n"
        for _ in range(KILLS):
            print(chance.uniform(0.02, 0.5), file=parent.stdin, flush=True)
            assert parent.stdout.readline() == "killed\n"
            found.append(state(filled))
            named = {part.name for part in current(filled).parts}
            left_over += any(str(file.relative_to(filled)) not in named for file in filled.rglob("*.parquet"))
        parent.stdin.close()
    assert left_over, "no kill came in the middle"
    assert set(found) - {0}, "no writer wrote anything"
    named = {part.name for part in current(filled).parts}
    lies_about = any(str(file.relative_to(filled)) not in named for file in filled.rglob("*.parquet"))
    with open_store(in_folder(filled)) as store:
        assert any("no part of the store" in problem for problem in store.problems()) == lies_about
        store.compact()
        assert list(store.problems()) == []
    named = {part.name for part in current(filled).parts}
    assert {str(file.relative_to(filled)) for file in filled.rglob("*.parquet")} == named
    assert state(filled) == found[-1]


def test_two_writers_wait_for_each_other(filled):
    work = "from test_store_faults import *\nwith open_store({url!r}) as store:\n"
    work += "    for _ in range(4): store.put(generation({n}))\n"
    writers = [script(work.format(url=in_folder(filled), n=n)) for n in (1, 2)]
    for writer in writers:
        _, err = writer.communicate(timeout=60)
        assert (writer.returncode, err) == (0, "")
    assert state(filled) in (1, 2)


def test_a_writer_that_waits_too_long_is_told_and_a_reader_is_not_kept(filled):
    with exclusive(filled, timeout_s=1), DatasetStore(filled, timeout_s=0.05) as store:
        for work in (lambda: store.put(generation(1)), store.compact):
            with pytest.raises(StoreError, match="another program is using the store; wait"):
                work()
        assert store.count(EVERYTHING) == BULLETINS * EVENTS + 1
    assert state(filled) == 0


def test_of_two_writers_that_no_lock_keeps_apart_the_second_is_told(filled):
    """As on a network file system that knows no locks: the number of the manifest is given once."""
    before = current(filled)
    mine = Manifest(generation=before.generation + 1, events=before.events)
    with open_store(in_folder(filled)) as store:
        store.put(generation(1))
    with pytest.raises(
        StoreError, match="another program wrote to the store at the same time; nothing of this was stored"
    ):
        commit(filled, mine)
    assert state(filled) == 1


def test_a_reader_keeps_the_state_that_it_found(filled):
    with open_store(in_folder(filled)) as store, open_store(in_folder(filled)) as other:
        events = store.query(EVERYTHING)
        first = next(events)
        other.put(generation(1))
        old = [first, *events]
        assert {event.label for event in old} == {"generation 0", None}
        assert {event.label for event in store.query(EVERYTHING)} == {"generation 1", None}


def test_a_reader_whose_files_are_gone_is_told(filled, monkeypatch):
    with open_store(in_folder(filled)) as store:
        events = store.query(EVERYTHING)
        with open_store(in_folder(filled)) as other:
            other.compact()
        with pytest.raises(StoreError, match="put the store into order meanwhile, so ask again"):
            list(events)
        assert len(list(store.query(EVERYTHING))) == BULLETINS * EVENTS + 1


def test_a_full_disk(filled, tmp_path):
    new = in_folder(tmp_path / "new")
    program = (
        "import resource\nfrom test_store_faults import *\nimport geomap.store.dataset.store\n"
        f"with open_store({in_folder(filled)!r}) as store:\n"
        f"    make = lambda: open_store({new!r}, create=True)\n"
        "    for room in (0, 3000, 8000):\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))\n"
        "        for work in (lambda: store.put(generation(1)), store.compact, make):\n"
        "            try: work()\n"
        "            except GeomapError as error: print(error)\n"
    )
    out, err = script(program).communicate()
    assert err == ""
    # a new store is but a few hundred bytes, and fails once
    assert out.count("no room left; free some and try again. What was stored before is unharmed") == 7, out
    assert state(filled) == 0
    assert not list(filled.rglob(".*")), "nothing is left aside"
    with open_store(new) as store:
        assert store.count() == 0


def test_a_store_that_may_only_be_read(filled):
    for folder in [*filled.parents[:-1]]:
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o005:
            folder.chmod(0o755)
    for path in [filled, *filled.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        with nobody():
            with open_store(in_folder(filled)) as store:
                assert store.count(EVERYTHING) == BULLETINS * EVENTS + 1
                with pytest.raises(StoreError, match="may only be read"):
                    store.put(generation(1))
            with as_owner():
                current(filled)
                next((filled / "events").iterdir()).chmod(0)
            with pytest.raises(StoreError, match="access is denied"), open_store(in_folder(filled)) as store:
                list(store.query())
    finally:
        for path in [filled, *filled.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)


def _manifest(path):
    return max((path / "manifest").iterdir())


def _text(path):
    path.mkdir()
    (path / "0.txt").write_text("Over the past day, 68 people have returned.")


def _file(path):
    path.write_text("a text")


def _cut(path):
    open_store(in_folder(path), create=True).close()
    manifest = _manifest(path)
    manifest.write_text(manifest.read_text()[:-20])


def _later(path):
    open_store(in_folder(path), create=True).close()
    _manifest(path).write_text(json.dumps({"geomap_dataset": 99}))


def _elsewhere(path):
    with open_store(in_folder(path), create=True) as store:
        store.put(generation(0))
    _manifest(path).write_text(_manifest(path).read_text().replace('"events/', '"../'))


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_text, "holds other files and no store of geomap's"),
        (_file, "this is a file; a dataset is a folder"),
        (_cut, r"0000.\.json: is no manifest of geomap's, or is cut short"),
        (_later, "version 99, this geomap knows versions up to 1; update geomap"),
        (_elsewhere, "lies outside of the store"),
    ],
)
def test_what_is_no_dataset_is_refused_and_left_alone(tmp_path, make, says, create):
    path = tmp_path / "other"
    make(path)
    before = sorted((file, file.stat().st_mtime_ns) for file in tmp_path.rglob("*"))
    with pytest.raises(StoreError, match=says) as caught:
        open_store(in_folder(path), create=create)
    assert str(path) in str(caught.value)
    assert sorted((file, file.stat().st_mtime_ns) for file in tmp_path.rglob("*")) == before


def test_no_dataset(tmp_path):
    with pytest.raises(StoreError, match=r"no store here yet; `geomap ingest` makes one"):
        open_store(in_folder(tmp_path / "none"))
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError, match="make the folder first"):
        open_store(in_folder(tmp_path / "nowhere" / "a"), create=True)
    for address in ("parquet:", "parquet:  ", "parquet://host/folder", "parquet:a\0b"):
        with pytest.raises(StoreError, match="a dataset needs a folder"):
            open_store(address)


@pytest.mark.parametrize("kind", ["events", "bulletins", "places"])
@pytest.mark.parametrize("spoil", ["cut", "gone", "other"])
def test_a_damaged_file_is_named(filled, kind, spoil, run):
    file = next((filled / kind).glob("*.parquet"))
    whole = file.read_bytes()
    if spoil == "gone":
        file.unlink()
    else:
        file.write_bytes(whole[:-100] if spoil == "cut" else b"x" * len(whole))
    with open_store(in_folder(filled)) as store, pytest.raises(StoreError) as caught:
        list(store.readings())
    assert caught.value.path == str(file)
    ran = run("store", "check", "--store", in_folder(filled))
    assert ran.code == 2
    assert str(file) in ran.out


def test_a_damaged_dataset_never_fails_otherwise(filled):
    """Bytes overwritten at random: the right answer or a StoreError, no other answer, and no other error."""
    chance, refused = random.Random(7), 0
    with open_store(in_folder(filled)) as store:
        right = list(store.readings())
    files = [*filled.rglob("*.parquet")]
    for file in files * 15:
        whole = file.read_bytes()
        at = chance.randrange(len(whole))
        noise = chance.randbytes(chance.choice([1, 40]))[: len(whole) - at]
        file.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
        try:
            with open_store(in_folder(filled)) as store:
                list(store.query(EventQuery.of(bbox="36.05,33.05,36.5,33.5", text="text")))
                assert list(store.readings()) == right
        except StoreError:
            refused += 1
        with open_store(in_folder(filled)) as store:
            assert list(store.problems()) or file.read_bytes() == whole
        file.write_bytes(whole)
    assert refused > 10


@pytest.mark.parametrize(("room", "function", "number"), [("writer", "write_event_parts", 0), ("manifest", "_link", 1)])
def test_an_interruption_leaves_before_or_after(filled, room, function, number):
    """Ctrl-C in the middle of writing takes back what was written; when the manifest stands, all of it stands."""
    program = (
        "import os, signal\nfrom test_store_faults import *\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's background has it ignored
        f"from geomap.store.dataset import {room} as room\nreal = room.{function}\n"
        "def interrupted(*given):\n"
        "    made = real(*given)\n    os.kill(os.getpid(), signal.SIGINT)\n    return made\n"
        f"room.{function} = interrupted\n"
        f"with open_store({in_folder(filled)!r}) as store:\n"
        "    try: store.put(generation(1))\n    except KeyboardInterrupt: print('interrupted')\n"
    )
    out, err = script(program).communicate()
    assert (out, err) == ("interrupted\n", "")
    named = {part.name for part in current(filled).parts}
    assert {str(file.relative_to(filled)) for file in filled.rglob("*.parquet")} == named
    assert state(filled) == number
