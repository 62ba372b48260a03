"""Events -> GeoDataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geomap.store.columns import EVENT_COLUMNS, event_geometry, event_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from geomap.model import Event

__all__ = ["frame_of_columns", "to_geodataframe"]

_DTYPES: dict[str, Any] = {"REAL": "float64", "INTEGER": "int64", "BOOLEAN": "boolean", "TEXT": object}


def to_geodataframe(events: Iterable[Event]) -> gpd.GeoDataFrame:
    """Return events as a frame, one row an event, EPSG:4326.

    The columns are those of `geomap.store.columns.EVENT_COLUMNS`, dates as days, and `geometry`: that of the event's
    place, or of all its places together (`geomap.store.columns.event_geometry`); None when it has none.

    Parameters
    ----------
    events
        The events, in the order of the rows.
    """
    events = list(events)
    rows = [list(event_row(event).values()) for event in events]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(EVENT_COLUMNS)
    return frame_of_columns(columns, [event_geometry(event) for event in events])


def frame_of_columns(
    columns: Iterable[Sequence[object]], geometries: Iterable[BaseGeometry | None]
) -> gpd.GeoDataFrame:
    """Return a frame of the values of `EVENT_COLUMNS`, dates as ISO 8601, and of geometries (EPSG:4326)."""
    import geopandas as gpd  # noqa: PLC0415  takes half a second, which a question without a frame need not wait
    import pandas as pd  # noqa: PLC0415

    named = zip(EVENT_COLUMNS, columns, strict=True)
    frame = pd.DataFrame({column.name: _series(values, column.sql) for column, values in named})
    return gpd.GeoDataFrame(frame, geometry=list(geometries), crs="EPSG:4326")


def _series(values: Sequence[object], sql: str) -> pd.Series[Any]:
    """Return a column in the type that its values have, the same whether or not there are rows or gaps."""
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    if sql == "DATE":
        return pd.Series(np.array(values, dtype="datetime64[s]"))
    if sql == "BOOLEAN":  # 0 and 1 where they come from a file
        values = [None if value is None else bool(value) for value in values]
    return pd.Series(values, dtype=_DTYPES[sql])
