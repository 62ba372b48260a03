"""Cold starts: how long a command takes from its first instruction to its last byte, in a new process each time.

    python -m benchmarks.start

Medians of `RUNS` runs, all commands in turn, after one run of each that is not counted: the files are in the system's
cache and compiled. Two peers are what a script pays before its own first line when it uses such a library; the third
asks the box of the very same file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.measure import interleaved, machine, ratio, table

RUNS = 5
ROOT = Path(__file__).resolve().parent.parent
GEOMAP = str(Path(sys.executable).with_name("geomap"))
BOX = "36,33.4,36.6,33.7"  # Damascus and the Eastern Ghouta: west, south, east, north

_READ_BOX = "import pyogrio; print(pyogrio.read_dataframe({path!r}, layer='events', bbox=({box})).to_csv())"


_GEOPANDAS, _FOLIUM, _SAME_BOX = (
    "python -c 'import geopandas'",
    "python -c 'import folium'",
    "pyogrio, same box and file",
)

PEERS = {
    "geomap --help": ("python -c pass", _GEOPANDAS),
    "geomap extract, one bulletin": (_GEOPANDAS, _FOLIUM),
    "geomap map, seven bulletins": (_GEOPANDAS, _FOLIUM),
    "geomap query --bbox": (_SAME_BOX, _GEOPANDAS),
}
"""Which peers stand beside a command."""


def run(*command: str) -> None:
    """Run a program to its end; raise when it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GEOMAP_")}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)


def commands(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return what is run, by what it is called; `folder` has a store and takes the map."""
    examples, store = str(ROOT / "examples"), str(folder / "examples.gpkg")
    run(GEOMAP, "ingest", examples, "--store", store)
    return {
        "geomap --help": (GEOMAP, "--help"),
        "geomap extract, one bulletin": (GEOMAP, "extract", f"{examples}/001.txt"),
        "geomap map, seven bulletins": (GEOMAP, "map", examples, "-o", str(folder / "map.html")),
        "geomap query --bbox": (GEOMAP, "query", "--bbox", BOX, "--store", store),
        "python -c pass": _python("pass"),
        _GEOPANDAS: _python("import geopandas"),
        _FOLIUM: _python("import folium"),
        _SAME_BOX: _python(_READ_BOX.format(path=store, box=BOX)),
    }


def _python(code: str) -> tuple[str, ...]:
    return sys.executable, "-c", code


def main() -> None:
    print(machine("geomap", "geopandas", "folium", "pyogrio"))
    with tempfile.TemporaryDirectory() as folder:
        asked = commands(Path(folder))
        works = [partial(run, *command) for command in asked.values()]
        interleaved(works, runs=1)
        seconds = dict(zip(asked, interleaved(works, runs=RUNS), strict=True))
        size = (Path(folder) / "map.html").stat().st_size
    print(f"\nCold starts, medians of {RUNS} runs.\n")
    rows = [
        (ours, f"{seconds[ours]:.2f}", peer, f"{seconds[peer]:.2f}", ratio(seconds[ours], seconds[peer]))
        for ours, peers in PEERS.items()
        for peer in peers
    ]
    print(table(["process", "s", "peer", "peer s", "geomap is"], rows))
    print(f"\nThe map of seven bulletins is {size / 1e6:.2f} MB.")


if __name__ == "__main__":
    main()
