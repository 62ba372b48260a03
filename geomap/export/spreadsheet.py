"""Events as an XLSX workbook: one sheet, a header, a row of HXL hashtags, a row an event; no cell is a formula."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, BinaryIO

from geomap.errors import InputError
from geomap.export.hxl import TableRows
from geomap.store.columns import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.cell import WriteOnlyCell

    from geomap.gazetteer import Gazetteer
    from geomap.model import Event

__all__ = ["write_xlsx"]

_MOST_ROWS = 1_048_576
"""Of a sheet, header and hashtags included."""

_LONGEST = 32_767
"""Characters of a cell."""

_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

_LIKE_AN_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""What a workbook would take for the escape of a character; an escaped line below stands for itself."""


def write_xlsx(events: Iterable[Event], stream: BinaryIO, gazetteer: Gazetteer | None = None) -> None:
    """Write events as a workbook; rows go out as they come.

    Parameters
    ----------
    events, stream, gazetteer
        As for `geomap.export.write_events`.

    Raises
    ------
    InputError
        When there are more events than a sheet has rows.
    """
    from openpyxl import Workbook  # noqa: PLC0415  takes a fifth of a second
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    rows = TableRows(gazetteer)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("events")
    sheet.freeze_panes = "A3"
    sheet.append([column.name for column in rows.columns])
    sheet.append([column.hxl for column in rows.columns])
    try:
        for place, event in enumerate(events, 3):
            if place > _MOST_ROWS:
                raise InputError(f"a sheet has {_MOST_ROWS:,} rows; ask for less, or write CSV or GeoParquet")
            row = rows.row(event)
            sheet.append([_cell(WriteOnlyCell(sheet), row[column.name]) for column in rows.columns])
    except BaseException:
        book.save(io.BytesIO())  # a book that is given up halfway leaves a file open
        raise
    book.save(stream)


def _cell(cell: WriteOnlyCell, value: object) -> WriteOnlyCell | object:
    if isinstance(value, str):
        text = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", value.replace("\r\n", "\n").replace("\r", "\n"))
        cell.value = _LIKE_AN_ESCAPE.sub("_x005F_", text[:_LONGEST])
        cell.data_type = "s"  # or "=..." would be a formula
        return cell
    return number(value) if isinstance(value, float) else value
