"""The cells of a row by field, and where each stands in the line of text that the row becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from geomap.bulletin.draft import one_line, plain
from geomap.event_tables.fields import role_and_part
from geomap.event_tables.figures import is_missing
from geomap.model import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.event_tables.header import Columns
    from geomap.rows import Row

__all__ = ["LONGEST_NAME", "CellReader", "Cells", "Flaw", "Piece", "Text"]

_SEPARATOR = re.compile(r"\s*[;؛]\s*")
_ERRORS = frozenset({"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_GUARDED = re.compile(r"'(?=[=+\-@\t\n＝＋－＠])")
"""The apostrophe that our export puts before what a spreadsheet would take for a formula."""
LONGEST_NAME = 200
"""Characters of a value that is no text of its own: a name, a day, a figure."""
_LONGEST = 32_767  # characters of a cell, as in a workbook


class Flaw(Exception):  # noqa: N818  what is wrong with a row, and it stays inside this room
    """Something wrong with a field of a row."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


class Piece(NamedTuple):
    """A part of a cell, and where it begins in the row's text."""

    text: str
    start: int


class Text(NamedTuple):
    """The value of a field: what it says, where it begins in the row's text, and whether the cell was spread."""

    text: str
    start: int
    spread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """A row: its line in the file, the line of text that it becomes, and its values by field without empty ones."""

    line: int
    text: str
    fields: dict[str, Text]

    def get(self, field: str) -> str:
        """Return the value of a field; "" when there is none."""
        found = self.fields.get(field)
        return found.text if found else ""

    def pieces(self, field: str) -> list[Piece]:
        """Return the values of a cell that holds several, parted by semicolons."""
        found = self.fields.get(field)
        return [Piece(text, found.start + at) for text, at in _parts(found.text)] if found else []


def _parts(text: str) -> Iterator[tuple[str, int]]:
    start = 0
    for match in _SEPARATOR.finditer(text):
        if match.start() > start:
            yield text[start : match.start()], start
        start = match.end()
    if start < len(text):
        yield text[start:], start


class CellReader:
    """Reads the mapped cells of rows, with the text "line 7: Place: Homs | Persons: 190".

    Parameters
    ----------
    columns
        Which column is which.
    word
        What the file's rows are called: line, or row.
    """

    def __init__(self, columns: Columns, *, word: str) -> None:
        self._word = word
        names = [one_line(name) or "" for name in columns.names]
        fields = sorted(columns.fields.items(), key=lambda pair: pair[1])
        self._plan = [(f, column, names[column] or f, columns.names[column] or f) for f, column in fields]
        self._values = []  # of each row, the places among them with a label: they stand in the text
        for field, value in columns.values.items():
            said = role_and_part(field)
            label = field.removesuffix(".name") if said is not None and said[0] in ROLES else None
            self._values.append((field, value, label))

    def cells(self, row: Row) -> Cells:
        """Return the cells of a row that has no flaw.

        Raises
        ------
        Flaw
            When a cell holds an error of the spreadsheet, or a formula without a value.
        """
        begin = f"{self._word} {row.line}: "
        parts, at, start, fields = [begin], len(begin), 0, dict[str, Text]()
        before, last, there = "", -1, len(row.cells)
        for field, column, label, name in self._plan:
            text = _value(row.cells[column], field, name) if column < there else ""
            if not text:
                continue
            if column != last:
                head = f"{before}{label}: "
                parts += (head, text)
                start = at + len(head)
                at, before, last = start + len(text), " | ", column
            fields[field] = Text(text, start, column in row.spread)
        for field, value, place in self._values:
            start = 0
            if place is not None:
                head = f"{before}{place}: "
                parts += (head, value)
                start = at + len(head)
                at, before = start + len(value), " | "
            fields[field] = Text(value, start)
        return Cells(line=row.line, text="".join(parts), fields=fields)


def _value(cell: str, field: str, column: str) -> str:
    """Return what a cell says, as plain text; "" when it says that nothing is known."""
    if cell in _ERRORS:
        raise Flaw(column, f"holds the error {cell} of a spreadsheet; mend its formula")
    if cell.startswith("=") and len(cell) > 1:
        raise Flaw(column, f"is a formula without a value ({cell[:40]}); open the file in a spreadsheet and save it")
    if len(cell) > _LONGEST:
        raise Flaw(column, f"has more than {_LONGEST:,} characters")
    if cell.startswith("'"):
        cell = _GUARDED.sub("", cell, count=1)
    if cell.isascii() and cell.isprintable():
        text = cell if field == "notes" else " ".join(cell.split())
    else:
        text = (plain(cell) if field == "notes" else plain(one_line(cell) or "")).strip()
    return "" if text != "?" and is_missing(text) else text
