"""Events -> GeoDataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geomap.store.columns import EVENT_COLUMNS, event_geometry, event_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geomap.model import Event

__all__ = ["frame_of_rows", "to_geodataframe"]


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
    rows = [tuple(event_row(event).values()) for event in events]
    return frame_of_rows(rows, [event_geometry(event) for event in events])


def frame_of_rows(rows: Sequence[Sequence[object]], geometries: Iterable[BaseGeometry | None]) -> gpd.GeoDataFrame:
    """Return a frame of rows of `EVENT_COLUMNS`, dates as ISO 8601, and of their geometries (EPSG:4326).

    Columns of text go in as one block: a frame of forty columns takes longer to put together than to read.
    """
    import geopandas as gpd  # noqa: PLC0415  takes half a second, which a question without a frame need not wait
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    values = np.empty((len(rows), len(EVENT_COLUMNS)), dtype=object)
    if rows:
        values[:] = rows
    texts = [place for place, column in enumerate(EVENT_COLUMNS) if column.sql == "TEXT"]
    names = [column.name for column in EVENT_COLUMNS]
    text = pd.DataFrame(values[:, texts], columns=[names[place] for place in texts], dtype=object)
    others = {c.name: _typed(values[:, place], c.sql) for place, c in enumerate(EVENT_COLUMNS) if c.sql != "TEXT"}
    frame = pd.concat([text, pd.DataFrame(others)], axis=1)[names]
    return gpd.GeoDataFrame(frame, geometry=list(geometries), crs="EPSG:4326")


def _typed(values: NDArray[np.object_], sql: str) -> Any:  # noqa: ANN401  arrays of NumPy and of pandas
    """Return a column in the type that its values have, the same whether or not there are rows or gaps."""
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    if sql == "BOOLEAN":  # 0 and 1 where they come from a file
        missing = np.array([value is None for value in values], dtype=bool)
        return pd.arrays.BooleanArray(values.astype(bool), missing)
    return values.astype({"DATE": "datetime64[s]", "REAL": "float64", "INTEGER": "int64"}[sql])
