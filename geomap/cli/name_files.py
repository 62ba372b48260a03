"""Files of names: a CSV table read row by row, and the table that is written beside it."""

from __future__ import annotations

import csv
import io
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from geomap.errors import InputError
from geomap.rows.delimiters import delimiter_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["Table", "open_table", "open_target"]

_SAMPLE = 64 * 1024
"""Characters of the first line that tell the delimiter."""
_STEP = 1000
"""Rows between two reports of how far the reading has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV file that is open: its columns, its size in bytes, and its rows."""

    path: Path
    columns: tuple[str, ...]
    size: int
    _reader: csv.DictReader[str]
    _source: BinaryIO

    def rows(self, seen: Callable[[int], None]) -> Iterator[dict[str, Any]]:
        """Yield the rows; `seen` is told from time to time how many more bytes were read.

        Raises
        ------
        InputError
            When a row is no CSV or has more cells than there are columns; it names file and line.
        """
        done = 0
        try:
            for number, row in enumerate(self._reader):
                if None in row:
                    message = f"has more cells than the {len(self.columns)} columns; is a cell with a comma unquoted?"
                    raise InputError(message, path=self.path, line=self._reader.line_num)
                yield row
                if number % _STEP == 0:
                    done, before = self._source.tell(), done
                    seen(done - before)
        except csv.Error as error:
            raise InputError(f"is no CSV: {error}", path=self.path, line=self._reader.line_num) from error
        except UnicodeDecodeError as error:
            raise _not_utf8(self.path, self._reader.line_num + 1) from error


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a CSV file in UTF-8; commas, semicolons, tabs or bars between the cells.

    Raises
    ------
    InputError
        When it cannot be read, is empty or is not UTF-8.
    """
    try:
        source = path.open("rb")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", path=path) from error
    with source, io.TextIOWrapper(source, "utf-8-sig", newline="") as text:
        try:
            delimiter = delimiter_of(text.readline(_SAMPLE))
            text.seek(0)
            reader = csv.DictReader(text, delimiter=delimiter, restval="")
            columns = tuple(reader.fieldnames or ())
        except UnicodeDecodeError as error:
            raise _not_utf8(path, None) from error
        except csv.Error as error:
            raise InputError(f"is no CSV: {error}", path=path, line=1) from error
        if not columns:
            raise InputError("is empty; its first line names the columns, one of them name", path=path)
        yield Table(path=path, columns=columns, size=path.stat().st_size, _reader=reader, _source=source)


def _not_utf8(path: Path, line: int | None) -> InputError:
    return InputError("is not UTF-8 text; save it as UTF-8", path=path, line=line)


@contextmanager
def open_target(output: Path | None) -> Iterator[TextIO]:
    """Open where rows are written, as UTF-8: a file that is whole or not there, or standard output."""
    from geomap.export.output_file import replacing

    if output is None:
        sys.stdout.flush()
        with _text_over(sys.stdout.buffer) as text:
            yield text
        return
    with replacing(output.resolve()) as file, _text_over(file) as text:
        yield text


@contextmanager
def _text_over(file: BinaryIO) -> Iterator[TextIO]:
    """Write text to a file that somebody else closes."""
    text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", newline="")
    try:
        yield text
        text.flush()
    finally:
        text.detach()
