"""Events as files that GDAL writes: FlatGeobuf and GeoPackage, one layer of events."""

from __future__ import annotations

import shutil
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from geomap.export.admin import ADMIN_COLUMNS, AdminRows
from geomap.store.frame import to_geodataframe

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from geomap.gazetteer import Gazetteer
    from geomap.model import Event

__all__ = ["write_flatgeobuf", "write_geopackage"]

_CHUNK = 20_000
"""Events in memory at a time."""


def write_flatgeobuf(events: Iterable[Event], stream: BinaryIO, gazetteer: Gazetteer | None = None) -> None:
    """Write events as FlatGeobuf, with its spatial index unless an event has no geometry, which it cannot hold.

    With an index, events come out in its order. It is built over all of the file, so rows go through a GeoPackage: some
    thousands are in memory at a time, and of the others only their envelopes.

    Parameters
    ----------
    events, stream, gazetteer
        As for `geomap.export.write_events`.
    """
    import pyogrio  # noqa: PLC0415  loads GDAL

    with tempfile.TemporaryDirectory() as folder:
        rows, path = Path(folder) / "events.gpkg", Path(folder) / "events.fgb"
        index = "YES" if _write_rows(events, rows, gazetteer) else "NO"
        with pyogrio.open_arrow(rows, layer="events", use_pyarrow=False) as (about, reader):
            pyogrio.write_arrow(
                reader, path, driver="FlatGeobuf", layer="events", geometry_type="Unknown", crs=about["crs"],
                geometry_name=about["geometry_name"], SPATIAL_INDEX=index,
            )  # fmt: skip
        _copy(path, stream)


def write_geopackage(events: Iterable[Event], stream: BinaryIO, gazetteer: Gazetteer | None = None) -> None:
    """Write events as a GeoPackage with one layer; some thousands of rows are in memory at a time.

    It is for other programs: a store of geomap's also holds bulletins and whole events.

    Parameters
    ----------
    events, stream, gazetteer
        As for `geomap.export.write_events`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "events.gpkg"
        _write_rows(events, path, gazetteer)
        _copy(path, stream)


def _write_rows(events: Iterable[Event], path: Path, gazetteer: Gazetteer | None) -> bool:
    """Write events into a GeoPackage, and tell whether there are any and each has a geometry."""
    rows = iter(events)
    chunk = list(islice(rows, _CHUNK))
    frame = _frame(chunk, gazetteer)
    _write(frame, path, driver="GPKG")
    all_placed = len(frame) > 0 and not frame.geometry.isna().any()
    while chunk := list(islice(rows, _CHUNK)):
        frame = _frame(chunk, gazetteer)
        _write(frame, path, driver="GPKG", append=True)
        all_placed = all_placed and not frame.geometry.isna().any()
    return all_placed


def _frame(events: list[Event], gazetteer: Gazetteer | None) -> gpd.GeoDataFrame:
    frame = to_geodataframe(events).rename(columns={"id": "event"})  # GDAL keeps `id` for numbers of its own
    if gazetteer is not None:
        areas = AdminRows(gazetteer)
        rows = [areas.areas(event) for event in events]
        for column in ADMIN_COLUMNS:
            frame[column.name] = [row[column.name] for row in rows]
    return frame


def _write(frame: gpd.GeoDataFrame, path: Path, **options: object) -> None:
    import pyogrio  # noqa: PLC0415  loads GDAL

    pyogrio.write_dataframe(frame, path, layer="events", geometry_type="Unknown", use_arrow=False, **options)


def _copy(path: Path, stream: BinaryIO) -> None:
    with path.open("rb") as file:
        shutil.copyfileobj(file, stream)
