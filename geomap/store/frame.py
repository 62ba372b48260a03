"""Events -> GeoDataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geomap.store.columns import EVENT_COLUMNS, event_geometry, event_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import pandas as pd

    from geomap.model import Event

__all__ = ["to_geodataframe"]

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
    import geopandas as gpd  # noqa: PLC0415  takes half a second, which a question without a frame need not wait
    import pandas as pd  # noqa: PLC0415

    events = list(events)
    rows = [event_row(event) for event in events]
    data = {column.name: [row[column.name] for row in rows] for column in EVENT_COLUMNS}
    frame = pd.DataFrame({c.name: _series(data[c.name], c.sql) for c in EVENT_COLUMNS})
    return gpd.GeoDataFrame(frame, geometry=[event_geometry(event) for event in events], crs="EPSG:4326")


def _series(values: Sequence[object], sql: str) -> pd.Series[Any]:
    """Return a column in the type that its values have, the same whether or not there are rows or gaps."""
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    if sql == "DATE":
        return pd.Series(np.array(values, dtype="datetime64[s]"))
    return pd.Series(values, dtype=_DTYPES[sql])
