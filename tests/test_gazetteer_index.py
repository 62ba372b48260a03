"""The compiled index: it answers as a walk over all names would, it is lazy, and its cache may have any bad day."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from geomap.bbox import BBox
from geomap.gazetteer import Gazetteer
from geomap.gazetteer.cache import CacheEntry, cache_folder
from geomap.gazetteer.columns import Near, Texts, near_columns, text_columns
from geomap.gazetteer.compiled import Compiled, compiled_columns, tables_of
from geomap.gazetteer.feature_types import FEATURE_TYPES, importance
from geomap.gazetteer.joining import joined
from geomap.gazetteer.likeness import likeness
from geomap.gazetteer.linked_places import Contents
from geomap.gazetteer.names import KEYS, LEAST, NEAR_MIN_LENGTH, SCORES
from geomap.gazetteer.records import listed_sources
from geomap.model import Name, Place
from geomap.toponym import fold

SMALL = Path(__file__).parent / "gazetteer_small"


# --- the law: kept and opened again = in memory = every name looked at ------------------------------------------------


def brute_search(places: list[Place], name: str, types: frozenset[str]) -> list[tuple[str, str, str, float]]:
    """Return id, name, tier and score of each place that matches, in order, by a walk over all names."""
    entries = [(p, n) for p in places for n in dict.fromkeys([*(n.toponym for n in p.names), p.name])]
    found = [
        (p, n, tier, SCORES[tier] if tier in SCORES else likeness(name, n, len(key)))
        for tier, keys_of in KEYS.items()
        for key in keys_of(name)
        for p, n in entries
        if key and key in keys_of(n)
    ]
    if not any(tier in SCORES for _, _, tier, _ in found):
        found += brute_near(entries, name)
    best: dict[str, tuple[Place, str, str, float]] = {}
    for match in found:
        place, score = match[0], match[3]
        if (
            (not types or place.type in types)
            and score >= LEAST
            and (place.id not in best or best[place.id][3] < score)
        ):
            best[place.id] = match
    ordered = sorted(best.values(), key=lambda m: (-m[3], -importance(m[0]), m[0].id))
    return [(p.id, n, tier, score) for p, n, tier, score in ordered]


def brute_near(entries: list[tuple[Place, str]], name: str) -> list[tuple[Place, str, str, float]]:
    """Return the names one error away from a reading of a name, readings in order, for each the shortest keys first."""
    skeletons = KEYS["skeleton"]
    keys = dict.fromkeys(key for _, n in entries for key in skeletons(n) if len(key) >= NEAR_MIN_LENGTH)
    return [
        (p, n, "near", likeness(name, n, None))
        for asked in skeletons(name)
        if len(asked) >= NEAR_MIN_LENGTH
        for key in sorted((key for key in keys if OSA.distance(asked, key) == 1), key=len)
        for p, n in entries
        if key in skeletons(n)
    ]


def brute_keys(places: list[Place]) -> dict[str, tuple[str, ...]]:
    keys: dict[str, dict[str, None]] = {}
    for place in places:
        for name in place.names:
            keys.setdefault(fold(name.toponym), {})[place.id] = None
    return {key: tuple(ids) for key, ids in keys.items() if key}


# Few letters, so that names meet: in three scripts, with what folding takes away and what it maps to one.
spellings = st.text("aabdhknrstالدور ا-'Дамскк1é", max_size=9) | st.sampled_from(
    [
        "Damascus",
        "Damascsu",
        "Harasta",
        "Kharasta",
        "Harasfa",
        "حرستا",
        "Хараста",
        "Damaskus",
        "Damscus",
        "Al-Damascus",
        "دمشق",
        "Дамаск",
        "Tal Sultan",
        "Tell Sultan",
        "?!",
    ]
)
known_places = st.lists(
    st.builds(
        Place,
        id=st.text("abc:-", min_size=1, max_size=3),
        name=spellings,
        type=st.sampled_from(["city", "village", "zone", "hamlet"]),
        lon=st.just(36.0),
        lat=st.just(35.0),
        geometry=st.just(shapely.Point(36, 35)),
        names=st.lists(st.builds(Name, toponym=spellings, lang=st.just("en")), max_size=4).map(tuple),
        parents=st.lists(st.text("abc:-", min_size=1, max_size=2), max_size=3).map(tuple),
        population=st.sampled_from([None, 0, 7, 10**30]),
    ),
    max_size=7,
    unique_by=lambda place: place.id,
)


def kept_and_opened(places: list[Place]) -> Gazetteer:
    entry = CacheEntry(["law"], [], versions=[repr(places)])
    entry.keep(compiled_columns(Contents(places=tuple(places), rules={}, problems=())))
    columns = entry.open()
    assert columns is not None
    return Gazetteer(Compiled(columns))


@given(known_places, st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_tables_that_are_joined_are_those_of_all_places(places: list[Place], data: st.DataObject) -> None:
    """Also when a place of the one stands in the other in another form."""
    ours = data.draw(st.lists(st.booleans(), min_size=len(places), max_size=len(places)))
    other = [place for place, mine in zip(places, ours, strict=True) if mine]
    rest = sorted((place for place, mine in zip(places, ours, strict=True) if not mine), key=lambda place: place.id)
    gone = data.draw(known_places)
    gone = [place for place in gone if place.id not in {p.id for p in rest}]
    one = tables_of([*rest, *gone])
    ids = list(Texts(one, "ids"))
    found = joined(one, [ids.index(place.id) for place in gone], tables_of(other, listed_sources(one)))
    wanted = tables_of(places)
    assert found.keys() == wanted.keys()
    for name in wanted.keys() - {"names.max_words"}:  # of those that are gone, too: no longer run of a text is a name
        assert (name, found[name].dtype, found[name].tolist()) == (name, wanted[name].dtype, wanted[name].tolist())
    assert found["names.max_words"] >= wanted["names.max_words"]


@given(known_places, spellings, st.sets(st.sampled_from(["city", "zone", "hamlet", "region"])).map(frozenset))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_search_is_a_walk_over_all_names(places: list[Place], name: str, types: frozenset[str]) -> None:
    ordered = sorted(places, key=lambda p: p.id)
    queries = [name, *(n.toponym for p in places for n in p.names)]
    for gazetteer in (Gazetteer.from_places(places), kept_and_opened(places)):
        for query in queries:
            expected = brute_search(ordered, query, types)
            for limit in (None, 1, 2):
                matches = gazetteer.search(query, types=types, limit=limit)
                assert [(m.place.id, m.name, m.tier, m.score) for m in matches] == expected[:limit]
                assert all(m.place == gazetteer.get(m.place.id) for m in matches)


@given(known_places, spellings)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_keys_and_containers_are_a_walk_over_all_places(places: list[Place], name: str) -> None:
    ordered = sorted(places, key=lambda p: p.id)
    keys = brute_keys(ordered)
    for gazetteer in (Gazetteer.from_places(places), kept_and_opened(places)):
        assert dict(gazetteer.keys) == keys
        assert len(gazetteer.keys) == len(keys)
        for key in (fold(name), name, "", *keys, *(fold(p.name) for p in places)):
            assert (key in gazetteer.keys) is (key in keys)
            assert gazetteer.keys.get(key) == keys.get(key)
        assert list(gazetteer) == list(gazetteer.places.values()) == ordered
        assert list(gazetteer.places) == [p.id for p in ordered]
        for place in ordered:
            assert gazetteer.children(place.id) == tuple(p for p in ordered if place.id in p.parents)
            above = {a.id for a in gazetteer.ancestors(place.id)}
            assert above == _above(place, {p.id: p for p in ordered})
            assert [other.id for other in ordered if gazetteer.is_within(place.id, other.id)] == sorted(
                {place.id, *above}
            )


def _above(place: Place, by_id: dict[str, Place]) -> set[str]:
    found: set[str] = set()
    layer = {place.id}
    while layer:
        layer = {p for below in layer for p in by_id[below].parents if p in by_id} - found - {place.id}
        found |= layer
    return found


@given(
    st.lists(st.text("abc\U0001f600дا", min_size=1, max_size=7), unique=True), st.text("abc\U0001f600дا", max_size=7)
)
def test_near_finds_all_and_only_what_is_one_error_away(texts: list[str], query: str) -> None:
    columns = {**text_columns("t", [t.encode() for t in texts]), **near_columns("n", enumerate(texts))}
    found = Near(columns, "n", Texts(columns, "t")).find(query)
    expected = [(len(t), i) for i, t in enumerate(texts) if OSA.distance(t, query) == 1]
    assert found == [i for _, i in sorted(expected)]


@given(
    st.lists(st.tuples(st.sampled_from(sorted(FEATURE_TYPES)), st.sampled_from([-180.0, -1.5, 0.0, 1.5, 180.0]),
                       st.sampled_from([-2.0, 0.0, 2.0]), st.sampled_from([None, 5, 50])), max_size=8),
    st.sets(st.sampled_from(["zone", "city", "town", "village", "nothing"])),
    st.none() | st.builds(BBox, *[st.sampled_from([-180.0, -1.0, 0.0, 1.5, 180.0]), st.sampled_from([-2.0, 0.0]),
                                  st.sampled_from([-180.0, -1.0, 0.0, 1.5, 180.0]), st.sampled_from([0.0, 2.0])]),
)  # fmt: skip
def test_selecting_is_a_walk_over_all_places(
    rows: list[tuple[str, float, float, int | None]], types: set[str], bbox: BBox | None
) -> None:
    places = [
        Place(id=f"x:{i}", name="A", type=t, lon=lon, lat=lat, geometry=shapely.Point(lon, lat), population=population)
        for i, (t, lon, lat, population) in enumerate(rows)
    ]
    expected = [p for p in places if p.type in types and (bbox is None or bbox.contains(p.lon, p.lat))]
    expected.sort(key=lambda p: (-importance(p), p.id))
    assert list(Gazetteer.from_places(places).select(types, bbox=bbox)) == expected


def test_a_clash_of_hashes_is_no_match() -> None:
    assert zlib.crc32(b"plumless") == zlib.crc32(b"buckeroo")
    place = Place(id="plumless", name="plumless", type="city", lon=0.0, lat=0.0, geometry=shapely.Point(0, 0))
    gazetteer = Gazetteer.from_places([place])
    assert "plumless" in gazetteer
    assert "buckeroo" not in gazetteer
    assert gazetteer.search("buckeroo") == ()


def test_keys_tell_how_long_names_are() -> None:
    names = ("Deir ez-Zor", "Sitt Zaynab", "x-1")
    place = Place(
        id="syr:a", name="One two three four five", type="city", lon=0, lat=0, geometry=shapely.Point(0, 0),
        names=tuple(Name(toponym=name, lang="en") for name in names),
    )  # fmt: skip
    assert Gazetteer.from_places([place]).keys.max_words == 3  # the title is no name
    assert Gazetteer.from_places([]).keys.max_words == 0


def test_keys_hold_texts_only(small: Gazetteer) -> None:
    assert 5 not in small.keys
    assert "\ud800" not in small.keys
    with pytest.raises(KeyError):
        small.keys["nowhere at all"]


@pytest.fixture
def small() -> Gazetteer:
    return Gazetteer.load(SMALL)


# --- the cache --------------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("GEOMAP_CACHE", str(folder))
    return folder


def write(path: Path, *names: str) -> Path:
    """Write a gazetteer of villages with these names, long enough ago to be kept."""
    cited = [{"@id": "src:x", "label": "1"}]
    features = [
        {
            "@id": f"syr:{i}",
            "type": "Feature",
            "properties": {"title": name, "ccodes": ["SY"], "fclasses": ["P"], "feature_type": "village"},
            "names": [{"toponym": name, "lang": "en", "citations": cited}],
            "relations": [{"relationType": "gvp:broaderPartitive", "relationTo": "syr:syria"}],
            "geometry": {"type": "Point", "coordinates": [36.0, 35.0], "certainty": "certain", "citations": cited},
        }
        for i, name in enumerate(names)
    ]
    collection = {"type": "FeatureCollection", "sources": {"src:x": {"label": "X"}}, "features": features}
    path.write_text(json.dumps(collection), encoding="utf-8")
    long_ago(path)
    return path


def long_ago(path: Path, seconds: float = 1000) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def titles(gazetteer: Gazetteer) -> list[str]:
    return [place.name for place in gazetteer]


def kept(cache: Path) -> Path:
    (file,) = cache.glob("*.columns")
    return file


def all_of(gazetteer: Gazetteer) -> tuple[Any, ...]:
    """All that a gazetteer says of itself."""
    shapes = [place.geometry.wkb for place in gazetteer]
    found = [gazetteer.search(place.name, limit=None) for place in gazetteer]
    return list(gazetteer), shapes, dict(gazetteer.rules), gazetteer.problems, dict(gazetteer.keys), found


def test_what_is_opened_is_what_was_read(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, opened = Gazetteer.load(SMALL), Gazetteer.load(SMALL)
    assert kept(cache).stat().st_size > 10_000
    monkeypatch.setenv("GEOMAP_CACHE", "")
    assert all_of(first) == all_of(opened) == all_of(Gazetteer.load(SMALL))
    assert opened.rules


def test_warnings_are_kept(cache: Path, tmp_path: Path) -> None:
    path = tmp_path / "g.geojson"
    collection = json.loads(write(path, "A", "B").read_text(encoding="utf-8"))
    collection["features"].reverse()
    path.write_text(json.dumps(collection), encoding="utf-8")
    long_ago(path)
    first, opened = Gazetteer.load(path), Gazetteer.load(path)
    assert kept(cache)
    assert [p.message for p in opened.problems] == ["stands after syr:1; features are sorted by @id"]
    assert opened.problems == first.problems


def test_opening_makes_no_place(cache: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "g.geojson", "Duma", "Harasta")
    entry = CacheEntry([str(path)], [path])
    Gazetteer.load(path)
    columns = dict(entry.open() or {})
    columns["records.bytes"] = columns["records.bytes"] * 0  # no place can be made of this
    entry.keep(columns)
    gazetteer = Gazetteer.load(path)
    assert len(gazetteer) == 2
    assert gazetteer.keys[fold("Harasta")] == ("syr:1",)
    assert gazetteer.is_within("syr:0", "syr:0")
    assert gazetteer.children("syr:0") == gazetteer.ancestors("syr:0") == gazetteer.zones_at(36, 35, None) == ()
    assert gazetteer.search("Duma", types={"city"}) == ()
    with pytest.raises(ValueError, match="Expecting value"):
        gazetteer.get("syr:0")


def test_places_are_made_once(small: Gazetteer) -> None:
    assert small.get("syr:duma") is small.places["syr:duma"] is small.search("Duma")[0].place


def test_a_change_of_any_file_is_seen(cache: Path, tmp_path: Path) -> None:
    folder = tmp_path / "g"
    folder.mkdir()
    write(folder / "1.geojson", "Duma")
    assert titles(Gazetteer.load(folder)) == ["Duma"]
    write(folder / "1.geojson", "Homs")
    long_ago(folder / "1.geojson", 500)  # of the same length
    assert titles(Gazetteer.load(folder)) == ["Homs"]
    (folder / "1.geojson").unlink()
    write(folder / "2.geojson", "Hama")
    assert titles(Gazetteer.load(folder)) == ["Hama"]
    assert len(list(cache.iterdir())) == 1


def test_a_file_changed_just_now_is_read_each_time(cache: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "g.geojson", "Duma")
    long_ago(path, 0)
    assert titles(Gazetteer.load(path)) == ["Duma"]
    assert not cache.exists()


def test_the_same_version_is_opened_and_another_is_not(cache: Path) -> None:
    columns = compiled_columns(Contents(places=(), rules={}, problems=()))
    CacheEntry(["world"], [], versions=["3.0"]).keep(columns)
    assert CacheEntry(["world"], [], versions=["3.1"]).open() is None
    assert CacheEntry(["else"], [], versions=["3.0"]).open() is None
    assert CacheEntry(["world"], [], versions=["3.0"]).open() is not None


def test_a_lenient_reading_neither_opens_nor_keeps(cache: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "g.geojson", "Duma")
    Gazetteer.load(path, lenient=True)
    assert not cache.exists()


def test_no_cache_when_none_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEOMAP_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() is None
    assert titles(Gazetteer.load(write(tmp_path / "g.geojson", "Duma"))) == ["Duma"]
    assert not (tmp_path / "xdg").exists()


def test_the_folder_is_that_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GEOMAP_CACHE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == tmp_path / ".cache" / "geomap"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "geomap"
    Gazetteer.load(write(tmp_path / "g.geojson", "Duma"))
    assert kept(tmp_path / "xdg" / "geomap").stat().st_mode & 0o077 == 0


# --- its bad days -----------------------------------------------------------------------------------------------------


def spoil(file: Path, way: str) -> None:
    good = file.read_bytes()
    if way == "empty":
        file.write_bytes(b"")
    elif way == "foreign":
        file.write_bytes(b"PK\x03\x04" + good[4:])
    elif way == "another version":
        file.write_bytes(good[:7] + b"\x00" + good[8:])
    elif way == "a folder":
        file.unlink()
        file.mkdir()
    elif way == "a link to nowhere":
        file.unlink()
        file.symlink_to(file.with_name("nowhere"))
    elif way == "longer":
        file.write_bytes(good + b"\0" * 64)
    elif way == "zeros from the middle on":
        file.write_bytes(good[: len(good) // 2] + b"\0" * (len(good) - len(good) // 2))
    else:
        raise AssertionError(way)


WAYS = (
    "empty", "foreign", "another version", "a folder", "a link to nowhere", "longer", "zeros from the middle on",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_spoiled_file_is_made_again(cache: Path, way: str) -> None:
    expected = all_of(Gazetteer.load(SMALL))
    file = kept(cache)
    good = file.read_bytes()
    spoil(file, way)
    assert all_of(Gazetteer.load(SMALL)) == expected
    assert way == "a folder" or file.read_bytes() == good


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_changed_byte_and_no_missing_end_is_believed(cache: Path, tmp_path: Path, data: st.DataObject) -> None:
    path = write(tmp_path / "g.geojson", "Duma", "Harasta")
    os.utime(path, (10**9, 10**9))
    Gazetteer.load(path)
    file = kept(cache)
    good = file.read_bytes()
    at = data.draw(st.integers(0, len(good) - 1))
    changed = good[at] ^ data.draw(st.integers(1, 255))
    for bad in (good[:at] + bytes([changed]) + good[at + 1 :], good[:at]):
        file.write_bytes(bad)
        assert CacheEntry([str(path)], [path]).open() is None
        assert titles(Gazetteer.load(path)) == ["Duma", "Harasta"]
        assert file.read_bytes() == good


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/none"])
def test_a_folder_that_cannot_be_made_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    monkeypatch.setenv("GEOMAP_CACHE", str(tmp_path / where))
    assert titles(Gazetteer.load(write(tmp_path / "g.geojson", "Duma"))) == ["Duma"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "in the way"


LOAD = "import sys; from geomap import Gazetteer; print(*(p.name for p in Gazetteer.load(sys.argv[1])))"


def loading(path: Path, **options: Any) -> subprocess.Popen[str]:
    """Load a gazetteer in a process of its own, with the cache of this one."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", LOAD, str(path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # fmt: skip


def little_room() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def test_a_full_disk_is_done_without(cache: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "g.geojson", "Duma")
    out, err = loading(path, preexec_fn=little_room).communicate(timeout=60)
    assert (out, err) == ("Duma\n", "")
    assert list(cache.iterdir()) == []


def test_processes_at_once_all_have_the_answer(cache: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "g.geojson", *(f"Name {i}" for i in range(300)))
    runs = [loading(path) for _ in range(4)]
    answers = {run.communicate(timeout=60) for run in runs}
    assert answers == {(" ".join(titles(Gazetteer.load(path))) + "\n", "")}
    assert [file.suffix for file in cache.iterdir()] == [".columns"]


def test_a_killed_process_leaves_nothing_that_is_believed(cache: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "g.geojson", *(f"Name {i}" for i in range(300)))
    expected = titles(Gazetteer.load(path))
    file = kept(cache)
    for _ in range(3):
        file.unlink()
        run = loading(path)
        while run.poll() is None and not list(cache.iterdir()):
            time.sleep(0.0005)
        run.kill()
        run.communicate()
        assert titles(Gazetteer.load(path)) == expected
        assert file in cache.iterdir()


def test_what_was_left_long_ago_is_removed_when_another_is_written(cache: Path, tmp_path: Path) -> None:
    cache.mkdir()
    ages = {".gazetteer-a.x.part": 7200, ".gazetteer-b.x.part": 60, "gazetteer-c.columns": 91 * 86400,
            "gazetteer-d.columns": 86400, "geocoder.sqlite": 400 * 86400}  # fmt: skip
    for name, seconds in ages.items():
        (cache / name).write_bytes(b"")
        long_ago(cache / name, seconds)
    Gazetteer.load(write(tmp_path / "g.geojson", "Duma"))
    left = {file.name for file in cache.iterdir()} & set(ages)
    assert left == {".gazetteer-b.x.part", "gazetteer-d.columns", "geocoder.sqlite"}


def test_half_a_letter_in_a_name_is_no_fault(cache: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "g.geojson", "Duma \ud800")
    for _ in range(2):
        assert [m.place.name for m in Gazetteer.load(path).search("Duma \ud800")] == ["Duma \ud800"]
    assert kept(cache)


def test_all_kinds_of_place_are_ranked(cache: Path) -> None:
    places = [
        Place(id=kind.replace("_", "-"), name="Same", type=kind, lon=0.0, lat=0.0, geometry=shapely.Point(0, 0))
        for kind in FEATURE_TYPES
    ]
    for gazetteer in (Gazetteer.from_places(places), kept_and_opened(places)):
        found = [m.place for m in gazetteer.search("Same", limit=None)]
        assert found == sorted(places, key=lambda p: (-importance(p), p.id))
