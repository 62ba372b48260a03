"""Workbooks (.xlsx), row by row, within limits; no macro and no formula is run, no link is followed.

A formula gives the value that the program which saved the file kept with it; one without a value is given as it is
written, with its equals sign. A merged cell gives its value to each cell that it covers, and the row says so.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from geomap.errors import BulletinError
from geomap.rows.sheet import Row, Sheet, cell_text

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["read_workbook"]

_MIB = 1024 * 1024
_LARGEST_FILE = 128 * _MIB
_LARGEST_SHEET = 1024 * _MIB  # unpacked; it is never held whole
_LARGEST_PART = 16 * _MIB  # styles and the like, which become a tree
_LARGEST = {
    "worksheets/": _LARGEST_SHEET,
    "sharedStrings": 128 * _MIB,  # held whole
    "media/": _LARGEST_FILE,  # pictures are not opened
}
_MAX_RATIO = 200  # as for all zip files here; looked at above 1 MiB
_MOST_ROWS = 1_048_576  # what Excel can hold
_MOST_COLUMNS = 1_000
_MOST_MERGED = 100_000
_BATCH = 500
_OLE = b"\xd0\xcf\x11\xe0"
_DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*?ref="\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_OVERLAP = 200  # bytes; a merged cell is told in fewer


def read_workbook(path: Path) -> Iterator[Sheet]:
    """Yield the sheets of a workbook that are not empty; hidden ones are passed over with a note on the next.

    Raises
    ------
    BulletinError
        When it is damaged, encrypted, beyond the limits, or holds no table.
    """
    from geomap.bulletin.packed import open_zip  # noqa: PLC0415  names are resolved without the readers of bulletins

    data, where = _bytes_of(path), str(path)
    archive = open_zip(data, where)
    with archive:
        _check_members(archive, where)
        book = _opened(data, where, values=True)
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
        found = 0
        for sheet in visible:
            extras = _extras_of(archive, sheet, where)
            written = _opened(data, where, values=False)[sheet.title] if extras.formulas else None
            reader = _SheetReader(sheet, written, extras, where)
            rows = reader.rows()
            first = next(rows, None)
            if first is None:
                continue
            found += 1
            yield Sheet(
                path=where,
                of_text=False,
                rows=chain([first], rows),
                title=sheet.title if len(visible) > 1 else None,
                notes=(f"hidden sheets are not read: {', '.join(hidden)}",) if hidden and found == 1 else (),
                from_1904=book.epoch.year == 1904,
                done=reader.done,
            )
    if not found:
        raise BulletinError("holds no table; the first row of a sheet names its columns", path=where)


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        raise BulletinError(f"has more than {_LARGEST_FILE // _MIB} MiB; save it as .csv", path=path)
    if data.startswith(_OLE):
        message = "is encrypted, or an old .xls under this name; save it as .xlsx without a password"
        raise BulletinError(message, path=path)
    return data


def _check_members(archive: zipfile.ZipFile, where: str) -> None:
    """Refuse what would take too much memory or time; zipfile gives no more of a member than its header states."""
    for member in archive.infolist():
        name, size = member.filename, member.file_size
        limit = next((most for part, most in _LARGEST.items() if part in name), _LARGEST_PART)
        if member.flag_bits & 0x1:
            raise BulletinError("is encrypted; save it without a password", path=where)
        if size > limit:
            raise BulletinError(f"{name} unpacks to more than {limit // _MIB} MiB; save the sheet as .csv", path=where)
        if size > _MIB and size > _MAX_RATIO * max(1, member.compress_size):
            message = f"{name} unpacks to more than {_MAX_RATIO} times its size, as no table does"
            raise BulletinError(message, path=where)
        if name.endswith((".xml", ".rels")):
            with _sound(where), archive.open(member) as part:
                if _DTD.search(part.read(64 * 1024)):
                    raise BulletinError(f"{name} declares a document type or entities, as no workbook does", path=where)


class _sound:  # noqa: N801  read as a word: with _sound(where)
    """Turn whatever the parsers of a workbook raise into one message; they raise nearly anything."""

    def __init__(self, where: str) -> None:
        self.where = where

    def __enter__(self) -> None:
        self.quiet = warnings.catch_warnings()
        self.quiet.__enter__()
        warnings.simplefilter("ignore")  # about styles and extensions that are not kept

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self.quiet.__exit__(None, None, None)
        if isinstance(error, Exception) and not isinstance(error, BulletinError):
            what = f"{type(error).__name__}: {error}"[:120]
            raise BulletinError(f"is no sound workbook ({what}); save it again as .xlsx", path=self.where) from error


def _opened(data: bytes, where: str, *, values: bool) -> Any:  # noqa: ANN401  openpyxl has no types
    from openpyxl import load_workbook  # noqa: PLC0415  0.2 s, and most runs read no workbook

    with _sound(where):
        return load_workbook(io.BytesIO(data), read_only=True, data_only=values, keep_links=False)


class _Merged(NamedTuple):
    """A merged cell: its columns (from 0) and its last row."""

    first: int
    last: int
    until: int


@dataclass(slots=True)
class _Extras:
    """What a sheet says of itself beside its cells: merged ones by their first row, and whether there are formulas."""

    merged: dict[int, list[_Merged]] = field(default_factory=lambda: defaultdict(list))
    formulas: bool = False


def _extras_of(archive: zipfile.ZipFile, sheet: Any, where: str) -> _Extras:  # noqa: ANN401
    """Walk through the sheet's part once; merged cells stand at its end."""
    from openpyxl.utils import column_index_from_string  # noqa: PLC0415  as above

    extras, tail, count = _Extras(), b"", 0
    with _sound(where), archive.open(sheet._worksheet_path) as part:  # it has no public name
        while piece := part.read(_MIB):
            whole = tail + piece
            extras.formulas = extras.formulas or _FORMULA.search(whole) is not None
            cut = max(0, len(whole) - _OVERLAP)
            for match in _MERGED.finditer(whole):
                if match.end() <= len(tail):
                    continue  # counted before
                count += 1
                if count > _MOST_MERGED:
                    raise BulletinError(f"has more than {_MOST_MERGED:,} merged cells; save it as .csv", path=where)
                left, right = (column_index_from_string(match[i].decode()) - 1 for i in (1, 3))
                top, bottom = int(match[2]), int(match[4])
                extras.merged[top].append(_Merged(left, min(right, _MOST_COLUMNS - 1), bottom))
            tail = whole[cut:]
    return extras


class _SheetReader:
    """Walks through one sheet."""

    def __init__(self, sheet: Any, written: Any, extras: _Extras, where: str) -> None:  # noqa: ANN401
        self._sheet, self._written, self._extras, self._where = sheet, written, extras, where
        self._of = max(1, sheet.max_row or 1)
        self._line = 0
        self._open: list[tuple[_Merged, str]] = []

    def done(self) -> float:
        """Return the share of the sheet that was read."""
        return min(1.0, self._line / self._of)

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty."""
        values = self._values(self._sheet)
        written: Iterable[Sequence[Any]] = repeat(()) if self._written is None else self._values(self._written)
        for line, (row, formulas) in enumerate(zip(values, written, strict=False), 1):
            self._line = line
            if line > _MOST_ROWS:
                raise BulletinError(f"says that it has more than {_MOST_ROWS:,} rows", path=self._where)
            if any(value is not None for value in row[_MOST_COLUMNS:]):
                yield Row(line, (), f"has more than {_MOST_COLUMNS:,} cells; no table of events is so wide")
                continue
            cells = [cell_text(value) for value in row[:_MOST_COLUMNS]]
            for column, formula in enumerate(formulas):
                if column < len(cells) and not cells[column] and isinstance(formula, str) and formula.startswith("="):
                    cells[column] = formula
            spread = self._fill(line, cells)
            if any(cells):
                yield Row(line, tuple(cells), None, spread)

    def _fill(self, line: int, cells: list[str]) -> frozenset[int]:
        """Give merged cells their value, and return the columns of those that began above."""
        spread = set[int]()
        if not any(cells) and not self._extras.merged.get(line):
            return frozenset()  # a row of nothing but merged cells from above is no row
        self._open = [(merged, value) for merged, value in self._open if merged.until >= line]
        for merged, value in self._open:
            columns = range(merged.first, merged.last + 1)
            cells += [""] * (merged.last + 1 - len(cells))  # a row ends with its last cell of its own
            for column in columns:
                cells[column] = cells[column] or value
            spread.update(columns)
        for merged in self._extras.merged.get(line, ()):
            value = cells[merged.first] if merged.first < len(cells) else ""
            cells += [""] * (merged.last + 1 - len(cells)) if value else []
            for column in range(merged.first, min(merged.last + 1, len(cells))):
                cells[column] = value
            if merged.until > line and value:
                self._open.append((merged, value))
        return frozenset(spread)

    def _values(self, sheet: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401
        """Yield the values of the rows, taken in batches while warnings are held back."""
        sheet.reset_dimensions()  # what it says of its size is not believed: rows beyond it would be lost
        rows = sheet.iter_rows(values_only=True)
        while True:
            with _sound(self._where):
                batch = list(islice(rows, _BATCH))
            if not batch:
                return
            yield from batch
