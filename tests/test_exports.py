"""The façade: what it names is there, sorted, typed for checkers, and loaded only when used."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import geomap

ROOT = Path(__file__).resolve().parent.parent


def test_all_is_sorted_and_whole():
    assert geomap.__all__ == sorted(geomap.__all__)
    assert set(geomap.__all__) == {*geomap._ROOMS, "__version__"}
    assert set(geomap.__all__) <= set(dir(geomap))


@pytest.mark.parametrize("name", geomap.__all__)
def test_every_name_is_there_and_says_what_it_does(name):
    value = getattr(geomap, name)
    assert isinstance(value, str) or value.__doc__


def test_type_checkers_see_the_same_names():
    tree = ast.parse(Path(geomap.__file__).read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in guarded.body if isinstance(node, ast.ImportFrom)]
    seen = {alias.name: node.module for node in imports for alias in node.names}
    assert seen == {name: f"geomap.{room}" for name, room in geomap._ROOMS.items()}


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert geomap.__version__ == project["version"]


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = geomap.nothing


def test_importing_geomap_loads_no_library():
    code = "import sys, geomap; print([m for m in ('click', 'yaml', 'shapely', 'numpy', 'folium') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
