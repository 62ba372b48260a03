"""Events as CSV with a row of HXL hashtags (hxlstandard.org) under the header, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from geomap.export.admin import ADMIN_COLUMNS, AdminRows
from geomap.store.columns import EVENT_COLUMNS, number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from geomap.gazetteer import Gazetteer
    from geomap.model import Event
    from geomap.store.columns import Column

__all__ = ["table_columns", "to_csv", "write_csv"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""What makes spreadsheets take a cell for a formula (OWASP, CSV injection), with the full-width forms."""


def to_csv(events: Iterable[Event], gazetteer: Gazetteer | None = None) -> str:
    """Return events as CSV text; see `write_csv`."""
    text = io.StringIO(newline="")
    write_csv(events, text, gazetteer)
    return text.getvalue()


def write_csv(events: Iterable[Event], stream: TextIO, gazetteer: Gazetteer | None = None) -> None:
    r"""Write events as CSV, one row an event, lines ending in ``\n``.

    The columns are those of `table_columns`; coordinates are degrees, EPSG:4326. A text that a spreadsheet would take
    for a formula gets an apostrophe before it, which marks it as text; line breaks in a text are all ``\n``.

    Parameters
    ----------
    events
        The events, in the order of the rows.
    stream
        Where to write, opened with ``newline=""``.
    gazetteer
        Where the areas of the places are from; without it there are no columns of areas.
    """
    columns, rows = table_columns(gazetteer), AdminRows(gazetteer)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(column.name for column in columns)
    writer.writerow(column.hxl for column in columns)
    for event in events:
        row = rows.row(event)
        writer.writerow(_cell(row[column.name]) for column in columns)


def table_columns(gazetteer: Gazetteer | None) -> tuple[Column, ...]:
    """Return the columns of a table of events: `EVENT_COLUMNS`, and `ADMIN_COLUMNS` where areas can be told."""
    return EVENT_COLUMNS if gazetteer is None else (*EVENT_COLUMNS, *ADMIN_COLUMNS)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(number(value))
    text = str(value).replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
