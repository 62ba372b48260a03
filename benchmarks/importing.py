"""Import of a country's communities with three levels of outlines, beside merely reading the same files.

    python -m benchmarks.importing [FILE...]

Without files: a made country of the size of Syria's data set (7,593 communities, 348 outlines). Each run is a process
of its own, from its first instruction to its last byte, in turn, after one run of each that is not counted. The peers
read the files into frames and stop there: no names parted, no containers, nothing checked, nothing written.
"""

from __future__ import annotations

import csv
import math
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

import geopandas
import shapely

from benchmarks.measure import interleaved, machine, ratio, seconds_of, table
from geomap import Gazetteer

RUNS = 5
COMMUNITIES = 7_593
LEVELS = (14, 62, 272)
POINTS = 300  # of an outline: about what those of Syria have, simplified to 0.002 degrees
WEST, SOUTH, EAST, NORTH = 36.0, 32.6, 40.5, 36.5  # of a box inside of Syria, degrees

_READ = """
import sys, pandas, geopandas
for path in sys.argv[1:]:
    print(len(pandas.read_csv(path) if path.endswith(".csv") else geopandas.read_file(path)))
"""


def made_files(folder: Path) -> list[Path]:
    """Write a made country: divisions in columns of a grid, each cut in rows, and communities strewn over them."""
    paths = []
    for level, count in enumerate(LEVELS, 1):
        rows = []
        for i in range(count):
            above = {f"ADM{up}_PCODE": f"SY{up}{i * LEVELS[up - 1] // count:03}" for up in range(1, level)}
            rows.append({f"ADM{level}_PCODE": f"SY{level}{i:03}", f"ADM{level}_EN": f"Division {level} {i}", **above})
        path = folder / f"adm{level}.geojson"
        shapes = [_cell(i, count) for i in range(count)]
        geopandas.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326").to_file(path, engine="pyogrio")
        paths.append(path)
    return [*paths, _made_communities(folder / "communities.csv")]


def _cell(i: int, count: int) -> shapely.Polygon:
    """Return a strip of the country, its edge made of many points."""
    height = (NORTH - SOUTH) / count
    return shapely.segmentize(shapely.box(WEST, SOUTH + i * height, EAST, SOUTH + (i + 1) * height), 2 * 4.5 / POINTS)


def _made_communities(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        levels = [f"adm{n}_{what}" for n in (3, 2, 1) for what in ("en", "pcode")]
        writer.writerow(["pcode", "name_en", "lat", "lon", *levels])
        for i in range(COMMUNITIES):
            share = (i + 0.5) / COMMUNITIES
            lat, lon = SOUTH + share * (NORTH - SOUTH), WEST + i % 97 / 97 * (EAST - WEST)
            above = [(f"Division {n} {i}", f"SY{n}{math.floor(share * LEVELS[n - 1]):03}") for n in (3, 2, 1)]
            writer.writerow([f"C{i}", f"Tal Sultan {i} (Jirud)", lat, lon, *(cell for pair in above for cell in pair)])
    return path


def run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    print(machine("geomap", "geopandas", "pandas", "pyogrio"))
    with tempfile.TemporaryDirectory() as folder:
        files = [str(path) for path in (map(Path, sys.argv[1:]) if sys.argv[1:] else made_files(Path(folder)))]
        out = str(Path(folder) / "out.geojson")
        geomap = (str(Path(sys.executable).with_name("geomap")), "gazetteer", "import", *files, "-o", out)
        works = [partial(run, *geomap), partial(run, sys.executable, "-c", _READ, *files)]
        interleaved(works, runs=1)
        ours, peer = interleaved(works, runs=RUNS)
        loading, gazetteer = seconds_of(lambda: Gazetteer.load(out))
        size = Path(out).stat().st_size
    rows = [("geomap gazetteer import", f"{ours:.2f}", "pandas and geopandas read", f"{peer:.2f}", ratio(ours, peer))]
    print(f"\n{'Files given' if sys.argv[1:] else 'Made files'}: {len(gazetteer):,} places, medians of {RUNS} runs.\n")
    print(table(["process", "s", "peer", "peer s", "geomap is"], rows))
    print(f"\nThe file is {size / 1e6:.1f} MB and loads in {loading:.2f} s.")


if __name__ == "__main__":
    main()
