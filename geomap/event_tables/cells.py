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

__all__ = ["Cells", "Flaw", "Piece", "Text", "row_cells"]

_SEPARATOR = re.compile(r"\s*[;؛]\s*")
_ERRORS = frozenset({"#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_GUARDED = re.compile(r"'(?=[=+\-@\t\n＝＋－＠])")
"""The apostrophe that our export puts before what a spreadsheet would take for a formula."""
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


def row_cells(row: Row, columns: Columns, *, word: str) -> Cells:
    """Return the cells of a row that are mapped, with the text "line 7: Place: Homs | Persons: 190".

    Parameters
    ----------
    row
        A row without flaw.
    columns
        Which column is which.
    word
        What the file's rows are called: line, or row.

    Raises
    ------
    Flaw
        When a cell holds an error of the spreadsheet, or a formula without a value.
    """
    parts, at, fields = [f"{word} {row.line}: "], len(word) + len(str(row.line)) + 3, {}
    shown: dict[int, int] = {}  # where the text of a column begins

    def add(label: str, text: str) -> int:
        nonlocal at
        head = f"{' | ' if len(parts) > 1 else ''}{label}: "
        parts.append(head + text)
        start = at + len(head)
        at = start + len(text)
        return start

    for field, column in sorted(columns.fields.items(), key=lambda pair: pair[1]):
        cell = row.cells[column] if column < len(row.cells) else ""
        text = _value(cell, field, columns.names[column] if column < len(columns.names) else field)
        if not text:
            continue
        if column not in shown:
            shown[column] = add(one_line(columns.names[column]) or field, text)
        fields[field] = Text(text, shown[column], column in row.spread)
    for field, value in columns.values.items():
        said = role_and_part(field)
        placed = said is not None and said[0] in ROLES
        fields[field] = Text(value, add(field.removesuffix(".name"), value) if placed else 0)
    return Cells(line=row.line, text="".join(parts), fields=fields)


def _value(cell: str, field: str, column: str) -> str:
    """Return what a cell says, as plain text; "" when it says that nothing is known."""
    if cell in _ERRORS:
        raise Flaw(column, f"holds the error {cell} of a spreadsheet; mend its formula")
    if cell.startswith("=") and len(cell) > 1:
        raise Flaw(column, f"is a formula without a value ({cell[:40]}); open the file in a spreadsheet and save it")
    if len(cell) > _LONGEST:
        raise Flaw(column, f"has more than {_LONGEST:,} characters")
    text = (
        plain(_GUARDED.sub("", cell, count=1)) if field == "notes" else one_line(_GUARDED.sub("", cell, count=1)) or ""
    )
    text = plain(text).strip()
    return "" if is_missing(text) and text != "?" else text
