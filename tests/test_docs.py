"""What README and guide show is run; what they say of the command line is so."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from geomap.cli import cli
from geomap.model import EVENT_TYPES

ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "README.md", "docs/guide.md", "docs/names.md", "docs/gazetteers.md", "docs/review.md", "docs/check.md",
    "docs/extraction.md", "docs/formats.md", "docs/tables.md", "docs/store.md", "docs/cluster.md",
)  # fmt: skip
_BLOCK = re.compile(r"^```(python|sh|toml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.fixture
def workplace(tmp_path, examples, monkeypatch):
    """A folder with the examples in it, as the pages assume."""
    shutil.copytree(examples, tmp_path / "examples")
    (tmp_path / "places.csv").write_text("name,within\nDouma,Rif Dimashq\nSaida,\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GEOMAP_OWN", "own.geojson")
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_page_run(page, workplace, run):
    names: dict[str, object] = {}
    blocks = _BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert blocks
    for kind, block in blocks:
        if kind == "python":
            exec(compile(block, page, "exec"), names)
        elif kind == "toml":  # a file of the reader's; its first line says its name
            (workplace / block.splitlines()[0].removeprefix("# ")).write_text(block, encoding="utf-8")
        else:
            for line in block.splitlines():
                program, *arguments = shlex.split(line)
                assert program == "geomap"
                assert (line, run(*arguments).code) == (line, 0)


def test_the_explanation_that_is_shown_is_the_one_that_is_printed(workplace, run):
    page = (ROOT / "docs/extraction.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"^```\n(\[297.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert shown in run("extract", "--explain", "examples/042.txt").out


def test_the_readmes_example_is_short():
    kind, block = _BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8")).groups()
    assert kind == "python"
    assert sum(1 for line in block.splitlines() if line.strip()) <= 10


PROSE = sorted(
    str(path.relative_to(ROOT)) for glob in ("*.md", "docs/**/*.md", "*/README.md") for path in ROOT.glob(glob)
)


@pytest.mark.parametrize("page", PROSE)
def test_links_lead_somewhere(page):
    for target in _LINK.findall((ROOT / page).read_text(encoding="utf-8")):
        assert (ROOT / page).parent.joinpath(target).exists(), target


def test_the_readme_names_every_command():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"geomap {name}" in text for name in cli.commands)


@pytest.mark.parametrize(
    "command", ["extract", "ingest", "query", "map", "check", "resolve", "review", "gazetteer", "store"]
)
def test_help_is_there_and_says_what_options_do(run, command):
    ran = run(command, "--help")
    assert ran.code == 0
    assert ran.out.startswith("Usage: geomap")
    assert all(option.help for option in cli.commands[command].params if option.param_type_name == "option")


def test_event_types_have_names_that_can_be_typed():
    assert all(re.fullmatch("[a-z_]+", name) for name in EVENT_TYPES)
