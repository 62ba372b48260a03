"""Layers of geographic files (shapefile, GeoPackage, GeoJSON) -> features with their cells as text, in degrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geomap.errors import GazetteerError
from geomap.gazetteer.importing.found import Record, Row, Table
from geomap.gazetteer.importing.tables import cell_text
from geomap.gazetteer.importing.texts import bytes_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from geopandas import GeoDataFrame

    from geomap.gazetteer.importing.found import Desk

__all__ = ["LAYER_SUFFIXES", "read_layers"]

LAYER_SUFFIXES = (".shp", ".gpkg", ".geojson", ".json", ".zip")
_LANGUAGE_BYTE = 29  # of a .dbf header: its code page; 0 when it says nothing


def read_layers(path: Path, desk: Desk, *, encoding: str | None = None) -> tuple[Table, ...]:
    """Return the layers of a file; geometries are in degrees (EPSG:4326), longitude first, without heights.

    Raises
    ------
    GazetteerError
        When GDAL cannot read it, its texts are in another encoding, or it says of no layer in which coordinates it is.
    """
    import pyogrio  # noqa: PLC0415  0.5 s with pandas, and most runs read no layer

    bytes_of(path)  # its own message when it is missing or forbidden
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        return tuple(_layer(path, name, len(names), desk, encoding) for name in names)
    except UnicodeDecodeError as error:
        raise GazetteerError(
            f"its texts are not {error.encoding}; name their encoding, for example --encoding cp1256", path=path
        ) from error
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, LookupError) as error:
        raise GazetteerError(f"cannot be read as a geographic file: {error}", path=path) from error


def _layer(path: Path, name: str, layers: int, desk: Desk, encoding: str | None) -> Table:
    import pyogrio  # noqa: PLC0415

    frame = pyogrio.read_dataframe(path, layer=name, encoding=encoding or _told(path))
    where = str(path) if layers == 1 else f"{path} [{name}]"
    if "geometry" in frame.columns:
        geometries = shapely.force_2d(_in_degrees(frame, where, desk).geometry.to_numpy())
        frame = frame.drop(columns="geometry")
    else:
        geometries = np.full(len(frame), None)
    columns = tuple(str(column) for column in frame.columns)
    return Table(where, columns, tuple(_records(frame, columns, geometries, where)))


def _records(
    frame: GeoDataFrame, columns: tuple[str, ...], geometries: np.ndarray[tuple[int], np.dtype[np.object_]], where: str
) -> Iterator[Record]:
    texts = [[cell_text(value) for value in frame[column].tolist()] for column in columns]
    rows = zip(*texts, strict=True) if texts else (() for _ in geometries)
    for i, (cells, geometry) in enumerate(zip(rows, geometries, strict=True), 1):
        usable = geometry is not None and not geometry.is_empty
        yield Record(Row(where, i), dict(zip(columns, cells, strict=True)), geometry if usable else None)


def _told(path: Path) -> str | None:
    """Return the encoding of a shapefile that does not say its own: UTF-8, or the reading fails and asks for it."""
    if path.suffix.lower() != ".shp" or any(path.with_suffix(suffix).exists() for suffix in (".cpg", ".CPG")):
        return None
    table = path.with_suffix(".dbf")
    header = table.read_bytes()[:32] if table.exists() else b""
    return "UTF-8" if len(header) > _LANGUAGE_BYTE and header[_LANGUAGE_BYTE] == 0 else None


def _in_degrees(frame: GeoDataFrame, where: str, desk: Desk) -> GeoDataFrame:
    if frame.crs is not None:
        return frame if frame.crs.equals("EPSG:4326", ignore_axis_order=True) else frame.to_crs("EPSG:4326")
    degrees = shapely.box(-180, -90, 180, 90)
    if not shapely.covers(degrees, shapely.box(*frame.total_bounds)):
        raise GazetteerError(
            "does not say in which coordinates it is, and they are no degrees; save it with its projection (.prj)",
            path=where,
        )
    desk.note(f"{where}: does not say in which coordinates it is; taken as degrees (EPSG:4326)")
    return frame
