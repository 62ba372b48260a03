"""Events as CSV with a row of HXL hashtags (hxlstandard.org) under the header, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from geomap.store.columns import EVENT_COLUMNS, event_row, number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from geomap.model import Event

__all__ = ["to_csv", "write_csv"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""What makes spreadsheets take a cell for a formula (OWASP, CSV injection), with the full-width forms."""


def to_csv(events: Iterable[Event]) -> str:
    """Return events as CSV text; see `write_csv`."""
    text = io.StringIO(newline="")
    write_csv(events, text)
    return text.getvalue()


def write_csv(events: Iterable[Event], stream: TextIO) -> None:
    r"""Write events as CSV, one row an event, lines ending in ``\n``.

    The columns are those of `geomap.store.columns.EVENT_COLUMNS`; coordinates are degrees, EPSG:4326. A text that a
    spreadsheet would take for a formula gets an apostrophe before it, which marks it as text; line breaks in a text
    are all ``\n``.

    Parameters
    ----------
    events
        The events, in the order of the rows.
    stream
        Where to write, opened with ``newline=""``.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(column.name for column in EVENT_COLUMNS)
    writer.writerow(column.hxl for column in EVENT_COLUMNS)
    for event in events:
        row = event_row(event)
        writer.writerow(_cell(row[column.name]) for column in EVENT_COLUMNS)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(number(value))
    text = str(value).replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
