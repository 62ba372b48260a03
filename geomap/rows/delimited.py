"""Text tables (.csv, .tsv), row by row.

A quotation mark that is never closed would swallow the rest of a file: a record that breaks off costs its first line
only, and the lines after it are read again as records of their own.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import deque
from typing import TYPE_CHECKING

from geomap.errors import BulletinError
from geomap.rows.delimiters import delimiter_of
from geomap.rows.encodings import marked_encoding, readings
from geomap.rows.sheet import Row, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["read_delimited"]

_HEAD = 64 * 1024  # bytes that tell the encoding
_LONGEST = 1024 * 1024  # characters of a line; the longest of a real table of events had some thousand
_ZEROS = 8  # one byte in so many is zero: that is UTF-16; a single one is a slip in a cell
_MOST_LINES = 200  # of one record: a cell may hold paragraphs
_ESCAPED = re.compile("[\udc80-\udcff]")
_HINT = "name the encoding: --map encoding:=cp1256 (Arabic) or cp1251 (Cyrillic), or save the file as UTF-8"


def read_delimited(path: Path, encoding: str | None) -> Iterator[Sheet]:
    """Yield the one sheet of a text file; a first line ``sep=;`` names what parts its cells.

    Raises
    ------
    BulletinError
        When it is empty, no text, or not in its encoding.
    """
    with path.open("rb") as source:
        head = source.read(_HEAD)
        name = _encoding_of(head, str(path), encoding)
        source.seek(0)
        errors = "replace" if name.startswith(("utf-16", "utf-32")) else "surrogateescape"
        size = max(1, path.stat().st_size)
        with io.TextIOWrapper(source, name, errors=errors, newline="") as text:
            lines = _Lines(text)
            first = next((line for line in _first(lines) if line.strip()), None)
            if first is None:
                raise BulletinError("is empty; a table has a row that names its columns", path=path)
            said = re.fullmatch(r"sep=(.)\s*", first, re.IGNORECASE)
            if not said:
                lines.put_back(first)
            rows = _rows(lines, said[1] if said else delimiter_of(first), replaced=errors == "replace")
            yield Sheet(path=str(path), rows=rows, done=lambda: min(1.0, source.tell() / size))


def _encoding_of(head: bytes, path: str, named: str | None) -> str:
    """Return the encoding of a file that begins with some bytes."""
    marked = marked_encoding(head)
    if marked is not None:
        return marked
    if named is not None:
        try:
            io.TextIOWrapper(io.BytesIO(), named)
        except LookupError:
            message = f"{named!r} is no encoding; usual ones are utf-8, utf-16 and cp1256 (Arabic)"
            raise BulletinError(message, path=path, field="encoding") from None
        return named
    if head.count(b"\0") * _ZEROS > len(head):
        raise BulletinError("is no plain text; if it is UTF-16, say so: --map encoding:=utf-16-le", path=path)
    wrong = _first_wrong(head)
    if wrong is not None:
        line = head.count(b"\n", 0, wrong) + 1
        message = f"is not UTF-8 (byte {wrong}), but perhaps {readings(head, wrong)}; {_HINT}"
        raise BulletinError(message, path=path, line=line)
    return "utf-8"


def _first_wrong(head: bytes) -> int | None:
    """Return the first byte that is not UTF-8, when most lines beyond ASCII have one; a few are bad rows only."""
    good, bad, first, at = 0, 0, None, 0
    lines = head.splitlines(keepends=True)
    for line in lines[:-1] if len(lines) > 1 else lines:  # the last may be cut
        try:
            line.decode("utf-8")
            good += not line.isascii()
        except UnicodeDecodeError as error:
            bad += 1
            first = at + error.start if first is None else first
        at += len(line)
    return first if bad > good else None


class _BrokenRecordError(Exception):
    """A record goes on for too long."""


class _Lines:
    """The lines of a text, those of the record under way kept so that they can be read again."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text, self._again = text, deque[str]()
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) == _MOST_LINES:
            raise _BrokenRecordError(f"has a cell of more than {_MOST_LINES} lines; is a quotation mark not closed?")
        line = self._again.popleft() if self._again else self._text.readline(_LONGEST)
        if not line:
            raise StopIteration
        self.taken.append(line)
        self.number += 1
        if len(line) == _LONGEST and not line.endswith(("\n", "\r")):
            while (rest := self._text.readline(_LONGEST)) and not rest.endswith(("\n", "\r")):
                pass
            raise _BrokenRecordError(f"has more than {_LONGEST:,} characters; no row of a table is so long")
        return line

    def begin(self) -> None:
        """Forget the lines of the record before."""
        self.taken.clear()

    def put_back(self, line: str) -> None:
        """Let a line be read again."""
        self._again.appendleft(line)
        self.number -= 1

    def give_back(self) -> None:
        """Let all lines of the record but its first be read again."""
        for line in reversed(self.taken[1:]):
            self.put_back(line)


def _first(lines: _Lines) -> Iterator[str]:
    """Yield lines one by one, as many as are asked for."""
    for line in lines:
        yield line.removeprefix("\ufeff") if lines.number == 1 else line
        lines.begin()


def _rows(lines: _Lines, delimiter: str, *, replaced: bool) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        line = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _BrokenRecordError) as error:
            lines.give_back()
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield Row(line, (), _unparted(error))
            continue
        if not any(map(str.strip, cells)):
            continue
        broken = _undecoded(cells, replaced=replaced)
        yield Row(line, () if broken else tuple(cell.strip() for cell in cells), broken)


def _unparted(error: Exception) -> str:
    if isinstance(error, _BrokenRecordError):
        return str(error)
    return f"cannot be parted into cells ({error}); look at its quotation marks"


def _undecoded(cells: list[str], *, replaced: bool) -> str | None:
    """Say that a cell has bytes that are no text of the encoding."""
    for cell in cells:
        if cell.isascii():
            continue
        if _ESCAPED.search(cell) or (replaced and "\ufffd" in cell):
            shown = "".join(itertools.islice((c if c.isprintable() else "�" for c in cell), 40))
            return f"is not text of the file's encoding: {shown!r}; mend this row"
    return None
