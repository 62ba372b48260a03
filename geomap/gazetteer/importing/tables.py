"""Tables, from text files and workbooks -> rows with their line numbers, all cells as text."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

from geomap.errors import GazetteerError
from geomap.gazetteer.importing.found import Record, Row, Table
from geomap.gazetteer.importing.texts import text_of
from geomap.rows.delimiters import delimiter_of
from geomap.rows.sheet import cell_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from geomap.gazetteer.importing.found import Desk

__all__ = ["TABLE_SUFFIXES", "cell_text", "header_of", "read_tables"]

TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")


def read_tables(path: Path, desk: Desk, *, encoding: str | None = None) -> tuple[Table, ...]:
    """Return the tables of a file: one of a text, one of each sheet of a workbook that is not empty.

    The first row names the columns; comma, semicolon, tab or bar between the cells is told from it. Rows that cannot be
    parted into cells are refused at the desk. Empty rows are passed over.

    Raises
    ------
    GazetteerError
        When the file cannot be read, is in another encoding, or holds no table.
    """
    tables = tuple(_sheets(path, desk)) if path.suffix.lower() == ".xlsx" else (_text_table(path, desk, encoding),)
    if not tables:
        raise GazetteerError("holds no table; the first row of a sheet names its columns", path=path)
    return tables


def header_of(text: str) -> tuple[str, ...]:
    """Return the columns that the first line of a text table names; () when it is empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    cells = next(iter(csv.reader([first], delimiter=delimiter_of(first))), [])
    return tuple(cell.strip() for cell in cells)


def _text_table(path: Path, desk: Desk, encoding: str | None) -> Table:
    text = text_of(path, desk, encoding=encoding)
    if not text.strip():
        raise GazetteerError("is empty; a table has a row that names its columns", path=path)
    first = next(line for line in text.splitlines() if line.strip())
    rows = _rows(text, delimiter_of(first), str(path), desk)
    _, header = next(rows, (1, []))
    return _table(str(path), header, rows, desk)


def _rows(text: str, delimiter: str, path: str, desk: Desk) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line on which each begins; a cell may run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            desk.refuse(Row(path, line), "", f"cannot be parted into cells ({error}); look at its quotation marks")
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _sheets(path: Path, desk: Desk) -> Iterator[Table]:
    from openpyxl import load_workbook  # noqa: PLC0415  0.2 s, and most runs read no workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise GazetteerError(f"is no workbook that can be read ({error}); save it as .xlsx", path=path) from error
    try:
        for sheet in book.worksheets:
            numbered = enumerate(([cell_text(v) for v in row] for row in sheet.iter_rows(values_only=True)), 1)
            rows = ((line, cells) for line, cells in numbered if any(cells))
            _, header = next(rows, (1, []))
            if header:
                yield _table(f"{path} [{sheet.title}]", header, rows, desk)
    finally:
        book.close()


def _table(path: str, header: Sequence[str], rows: Iterable[tuple[int, list[str]]], desk: Desk) -> Table:
    columns = _columns(header)
    records = []
    for line, cells in rows:
        row, extra = Row(path, line), [cell for cell in cells[len(columns) :] if cell.strip()]
        if extra or (len(cells) < len(columns) and not path.endswith("]")):  # workbooks leave out empty cells
            message = (
                f"has {len(cells)} cells where the header names {len(columns)}; a delimiter in a cell needs quotes"
            )
            desk.refuse(row, "", message)
            continue
        records.append(Record(row, {c: cell.strip() for c, cell in zip(columns, cells, strict=False) if c}))
    return Table(path, tuple(c for c in columns if c), tuple(records))


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns; one that comes again gets a number, so that neither hides the other."""
    seen: dict[str, int] = {}
    columns = []
    for name in (cell.strip() for cell in header):
        seen[name] = seen.get(name, 0) + 1
        columns.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return tuple(columns)
