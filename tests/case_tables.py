"""The tables in `cases/`: one case a line, so that anyone can add one; `cases/README.md` says the columns."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from geomap.gazetteer import Gazetteer
from geomap.model import Bulletin, Reading
from geomap.pipeline import process

CASES = Path(__file__).resolve().parent / "cases"
DAY = date(2018, 6, 24)
"""The date of a bulletin when a case gives none."""


def cases(name: str) -> list:
    """Read a table: the cells of each line as a parameter set, named by file and line."""
    lines = (CASES / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    table = [(n, line.split("\t")) for n, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    (_, header), *rows = table
    for number, cells in rows:
        assert len(cells) == len(header), f"{name}.tsv, line {number}: {len(cells)} cells, {len(header)} in the header"
    return [pytest.param(*(c.replace("\\n", "\n") for c in cells), id=f"{name}.tsv:{n}") for n, cells in rows]


def items(cell: str, separator: str = ";") -> list[str]:
    """Split a cell of several values; "-" is none."""
    return [] if cell.strip() == "-" else [part.strip() for part in cell.split(separator)]


@cache
def curated() -> Gazetteer:
    """The gazetteer that comes with geomap, read once."""
    return Gazetteer.load("curated")


def bulletin(text: str, lang: str = "en", day: date | None = DAY) -> Bulletin:
    return Bulletin(id="case", text=text, lang=lang, date=day)


@cache
def read(text: str, lang: str = "en", day: date | None = DAY) -> Reading:
    """All that is read in a text with the curated gazetteer."""
    return process(bulletin(text, lang, day), curated())
