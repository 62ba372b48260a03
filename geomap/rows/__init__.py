"""Rows: files of tables (.csv, .tsv, .xlsx) -> sheets, row by row, all cells as text.

Nothing is held but the row under way, so that a table of any length needs no memory; a row that cannot be read says so
and the next ones are read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geomap.errors import BulletinError
from geomap.rows.delimited import read_delimited
from geomap.rows.sheet import Row, Sheet
from geomap.rows.workbook import read_workbook

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = ["TABLE_SUFFIXES", "Row", "Sheet", "is_table", "read_sheets"]

TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".xlsm")
"""Endings of the files that are read, in lower case."""


def is_table(path: str | os.PathLike[str]) -> bool:
    """Tell by its ending whether a file is a table."""
    return Path(path).suffix.lower() in TABLE_SUFFIXES


def read_sheets(path: str | os.PathLike[str], *, encoding: str | None = None) -> Iterator[Sheet]:
    """Yield the sheets of a file: one of a text file, each that is not hidden of a workbook.

    A sheet's rows are to be read before the next sheet is asked for.

    Parameters
    ----------
    path
        The file.
    encoding
        That of a text file without a byte order mark; UTF-8 when None.

    Raises
    ------
    BulletinError
        When the file cannot be read, is no table, or is not in the encoding.
    """
    file = Path(path)
    try:
        if not file.is_file():  # a pipe or a device: reading could wait for ever
            missing = "no such file" if not file.exists() else "not a file"
            raise BulletinError(f"{missing}; give a table ({', '.join(TABLE_SUFFIXES)})", path=path)
        if file.suffix.lower() in (".xlsx", ".xlsm"):
            yield from read_workbook(file)
        else:
            yield from read_delimited(file, encoding)
    except OSError as error:
        raise BulletinError(f"cannot be read ({error.strerror or error})", path=path) from error
