"""The formats in which events go out to a file, each by its name and the endings that ask for it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from geomap.export.geojson import geojson_lines
from geomap.export.hxl import write_csv
from geomap.export.table import to_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geomap.gazetteer import Gazetteer
    from geomap.model import Event

__all__ = ["FORMATS", "Format", "format_of_ending", "write_events"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: the endings of files that ask for it, whether a terminal can show it, and whether it tells areas."""

    endings: tuple[str, ...]
    is_text: bool = False
    tells_areas: bool = True


FORMATS = {
    "table": Format(endings=(".txt",), is_text=True, tells_areas=False),
    "geojson": Format(endings=(".geojson", ".json"), is_text=True, tells_areas=False),
    "csv": Format(endings=(".csv",), is_text=True),
    "xlsx": Format(endings=(".xlsx",)),
    "kml": Format(endings=(".kml",), is_text=True),
    "parquet": Format(endings=(".parquet", ".geoparquet")),
    "fgb": Format(endings=(".fgb",)),
    "gpkg": Format(endings=(".gpkg",)),
}
"""By name."""


def format_of_ending(ending: str) -> str:
    """Return the name of the format that a file's ending asks for; a table when it asks for none."""
    return next((name for name, form in FORMATS.items() if ending.lower() in form.endings), "table")


def write_events(
    events: Iterable[Event], stream: BinaryIO, format_: str, *, gazetteer: Gazetteer | None = None
) -> None:
    """Write events to a binary stream.

    Parameters
    ----------
    events
        The events, in their order; they are taken as they come where the format allows.
    stream
        Where to write; text goes out as UTF-8.
    format_
        One of `FORMATS`.
    gazetteer
        Where the areas of the places are from, with their P-codes; without it they are not told.

    Raises
    ------
    InputError
        When the format cannot hold so many events.
    StoreError
        When what the format needs is not installed.
    """
    gazetteer = gazetteer if FORMATS[format_].tells_areas else None
    # each room of a format is loaded when it is used: pyarrow, GDAL and openpyxl take long
    if format_ == "table":
        stream.write(to_table(events).encode("utf-8", "backslashreplace"))
    elif format_ == "geojson":
        stream.writelines(piece.encode("utf-8", "backslashreplace") for piece in geojson_lines(events))
    elif format_ == "csv":
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="", write_through=True)
        write_csv(events, text, gazetteer)
        text.detach()
    else:
        _writer_of(format_)(events, stream, gazetteer)


def _writer_of(format_: str) -> Callable[[Iterable[Event], BinaryIO, Gazetteer | None], None]:
    if format_ == "xlsx":
        from geomap.export.spreadsheet import write_xlsx as write  # noqa: PLC0415
    elif format_ == "kml":
        from geomap.export.kml import write_kml as write  # noqa: PLC0415
    elif format_ == "parquet":
        from geomap.export.geoparquet import write_geoparquet as write  # noqa: PLC0415
    elif format_ == "fgb":
        from geomap.export.gdal_files import write_flatgeobuf as write  # noqa: PLC0415
    else:
        from geomap.export.gdal_files import write_geopackage as write  # noqa: PLC0415
    return write
