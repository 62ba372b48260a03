"""Events as CSV with a row of HXL hashtags (hxlstandard.org) under the header, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from geomap.export.admin import ADMIN_COLUMNS, AdminRows
from geomap.model import ROLES
from geomap.store.columns import EVENT_COLUMNS, Column, number

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

    from geomap.gazetteer import Gazetteer
    from geomap.model import Event, Resolution
    from geomap.store.columns import Value

__all__ = ["CSV_COLUMNS", "TableRows", "to_csv", "write_csv"]

_ID_COLUMNS = (
    *(
        Column(f"{role}_ids", "TEXT", f"#loc+code+{role}", f"the ids of its {role}_places, in their order")
        for role in ROLES
    ),
    Column("inferred_ids", "TEXT", "#loc+code+inferred", "the ids of its inferred_places, each with its role"),
)
CSV_COLUMNS = (*EVENT_COLUMNS, *_ID_COLUMNS)
"""The columns of tables: those of the store, and the ids of all places, by which geomap reads them back."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""What makes spreadsheets take a cell for a formula (OWASP, CSV injection), with the full-width forms."""


def to_csv(events: Iterable[Event], gazetteer: Gazetteer | None = None) -> str:
    """Return events as CSV text; see `write_csv`."""
    text = io.StringIO(newline="")
    write_csv(events, text, gazetteer)
    return text.getvalue()


def write_csv(events: Iterable[Event], stream: TextIO, gazetteer: Gazetteer | None = None) -> None:
    r"""Write events as CSV, one row an event, lines ending in ``\n``.

    The columns are `TableRows.columns`; coordinates are degrees, EPSG:4326. A text that a spreadsheet would take for a
    formula gets an apostrophe before it, which marks it as text; line breaks in a text are all ``\n``.

    Parameters
    ----------
    events
        The events, in the order of the rows.
    stream
        Where to write, opened with ``newline=""``.
    gazetteer
        Where the areas of the places are from; without it there are no columns of areas.
    """
    rows = TableRows(gazetteer)
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(column.name for column in rows.columns)
    writer.writerow(column.hxl for column in rows.columns)
    for event in events:
        row = rows.row(event)
        writer.writerow(_cell(row[column.name]) for column in rows.columns)


class TableRows:
    """Rows of events for people's tables: `CSV_COLUMNS`, and `ADMIN_COLUMNS` when there is a gazetteer to ask."""

    def __init__(self, gazetteer: Gazetteer | None) -> None:
        self.columns = CSV_COLUMNS if gazetteer is None else (*CSV_COLUMNS, *ADMIN_COLUMNS)
        self._areas = AdminRows(gazetteer)

    def row(self, event: Event) -> dict[str, Value]:
        """Return an event's values for the columns."""
        return self._areas.row(event) | _ids(event)


def _ids(event: Event) -> dict[str, Value]:
    """Return the ids of the places by role; a question mark for one that was left open."""
    named: dict[str, Value] = {f"{role}_ids": "; ".join(map(_id, found)) for role, found in event.roles.items()}
    inferred = [f"{role} {_id(resolution)}" for role, found in event.inferred.items() for resolution in found]
    return {**named, "inferred_ids": "; ".join(inferred)}


def _id(resolution: Resolution) -> str:
    return "?" if resolution.place is None else resolution.place.id


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(number(value))
    text = str(value).replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
