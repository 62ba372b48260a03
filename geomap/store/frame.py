"""Events -> GeoDataFrame."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from geomap.errors import QueryError
from geomap.store.columns import EVENT_COLUMNS, event_geometry, event_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geomap.model import Event
    from geomap.store.columns import Column

__all__ = ["columns_of", "frame_of_arrow", "frame_of_rows", "to_geodataframe"]

_Block = tuple[list[str], Any]
"""Columns of one type by their names: rows of a two-dimensional array of NumPy, or a single array of pandas."""


def to_geodataframe(events: Iterable[Event], *, columns: Iterable[str] | None = None) -> gpd.GeoDataFrame:
    """Return events as a frame, one row an event, EPSG:4326.

    The columns are those of `geomap.store.columns.EVENT_COLUMNS`, dates as days, and `geometry`: that of the event's
    place, or of all its places together (`geomap.store.columns.event_geometry`); None when it has none.

    Parameters
    ----------
    events
        The events, in the order of the rows.
    columns
        Names of the columns that are wanted, beside the geometry; all when None.

    Raises
    ------
    QueryError
        When a name is that of no column.
    """
    wanted, events = columns_of(columns), list(events)
    full = [event_row(event) for event in events]
    rows = [tuple(row[column.name] for column in wanted) for row in full]
    return frame_of_rows(rows, [event_geometry(event) for event in events], wanted)


def columns_of(names: Iterable[str] | None) -> tuple[Column, ...]:
    """Return the columns of `EVENT_COLUMNS` that are named, in the order of the names; all for None.

    Raises
    ------
    QueryError
        When a name is that of no column.
    """
    if names is None:
        return EVENT_COLUMNS
    known = {column.name: column for column in EVENT_COLUMNS}
    wanted = tuple(dict.fromkeys(names))
    for name in wanted:
        if name not in known:
            raise QueryError(f"{name!r} is no column; the columns are {', '.join(known)}", field="columns")
    return tuple(known[name] for name in wanted)


def frame_of_rows(
    rows: Sequence[Sequence[object]], geometries: Iterable[BaseGeometry | None], columns: Sequence[Column]
) -> gpd.GeoDataFrame:
    """Return a frame of rows of some columns, dates as ISO 8601, and of their geometries (EPSG:4326).

    What rows hold behind those columns plays no part.
    """
    import numpy as np  # noqa: PLC0415

    width = len(rows[0]) if rows else len(columns)
    # all at once: to hand rows over column by column takes twice as long
    values = np.fromiter(chain.from_iterable(rows), dtype=object, count=width * len(rows))
    values = values.reshape(len(rows), width).T[: len(columns)]
    texts = {c.name: of for c, of in zip(columns, values, strict=True) if c.sql == "TEXT"}
    others = {c.name: _typed(of, c.sql) for c, of in zip(columns, values, strict=True) if c.sql != "TEXT"}
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = list(geometries)
    return _frame(texts, others, columns, shapes)


def frame_of_arrow(table: pa.Table, columns: Sequence[Column], geometries: NDArray[np.object_]) -> gpd.GeoDataFrame:
    """Return a frame of some columns of an Arrow table, and of its rows' geometries (EPSG:4326).

    Raises
    ------
    NotImplementedError, TypeError, ValueError
        When a value is not what its column says.
    """
    texts = {c.name: _texts(table.column(c.name)) for c in columns if c.sql == "TEXT"}
    others = {c.name: _typed_arrow(table.column(c.name), c.sql) for c in columns if c.sql != "TEXT"}
    return _frame(texts, others, columns, geometries)


def _frame(
    texts: Mapping[str, NDArray[np.object_]],
    others: Mapping[str, Any],
    columns: Sequence[Column],
    geometries: NDArray[np.object_],
) -> gpd.GeoDataFrame:
    """Put a frame together of few blocks: forty single columns take longer to put together than to read.

    Its geometry is a column like the others by then: to set it on a whole frame takes as long as all the rest.
    """
    import geopandas as gpd  # noqa: PLC0415  takes half a second, which a question without a frame need not wait
    import numpy as np  # noqa: PLC0415
    from geopandas.array import from_shapely  # noqa: PLC0415

    blocks: list[_Block] = [([*texts], np.empty((len(texts), len(geometries)), dtype=object))] if texts else []
    for place, values in enumerate(texts.values()):
        blocks[0][1][place] = values
    plain: dict[np.dtype[Any], list[str]] = {}
    for name, values in others.items():
        if isinstance(values, np.ndarray):
            plain.setdefault(values.dtype, []).append(name)
        else:
            blocks.append(([name], values))
    blocks += [(names, np.stack([others[name] for name in names])) for names in plain.values()]
    blocks.append((["geometry"], from_shapely(geometries, crs="EPSG:4326")))
    frame = _of_blocks(blocks, [*[column.name for column in columns], "geometry"], len(geometries))
    return gpd.GeoDataFrame(frame, geometry="geometry", copy=False)  # nobody else has it


def _of_blocks(blocks: Sequence[_Block], names: Sequence[str], rows: int) -> pd.DataFrame:
    """Return a frame of columns in the order of their names."""
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    places = {name: place for place, name in enumerate(names)}
    try:
        from pandas.api.internals import create_dataframe_from_blocks  # noqa: PLC0415
    except ImportError:  # pandas before 3.0
        index = pd.RangeIndex(rows)
        parts = [pd.DataFrame(of.T, index, columns=own, dtype=of.dtype, copy=False) for own, of in blocks]
        return pd.concat(parts, axis=1).loc[:, list(names)]
    placed = [(values, np.array([places[name] for name in own])) for own, values in blocks]
    return create_dataframe_from_blocks(placed, pd.RangeIndex(rows), pd.Index(names))


def _texts(column: pa.ChunkedArray) -> NDArray[np.object_]:
    import numpy as np  # noqa: PLC0415

    if column.null_count == len(column):  # of which the driver makes numbers
        return np.full(len(column), None, dtype=object)
    if str(column.type) != "string":
        raise ValueError("texts that are none")
    texts: NDArray[np.object_] = column.to_numpy(zero_copy_only=False)
    return texts


def _typed_arrow(column: pa.ChunkedArray, sql: str) -> Any:  # noqa: ANN401  arrays of NumPy and of pandas
    """Return a column in the type that `_typed` gives it."""
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    if sql == "DATE":
        days = column if str(column.type) == "date32[day]" else column.cast("string").cast("date32")
        return days.to_numpy().astype("datetime64[s]")
    column = column.cast({"BOOLEAN": "int64", "REAL": "float64", "INTEGER": "int64"}[sql])
    if sql == "BOOLEAN":
        missing = column.is_null().to_numpy()
        return pd.arrays.BooleanArray(column.fill_null(0).to_numpy().astype(bool), missing)
    return np.asarray(column.to_numpy())


def _typed(values: NDArray[np.object_], sql: str) -> Any:  # noqa: ANN401  arrays of NumPy and of pandas
    """Return a column in the type that its values have, the same whether or not there are rows or gaps."""
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    if sql == "BOOLEAN":  # 0 and 1 where they come from a file
        missing = np.array([value is None for value in values], dtype=bool)
        return pd.arrays.BooleanArray(values.astype(bool), missing)
    return values.astype({"DATE": "datetime64[s]", "REAL": "float64", "INTEGER": "int64"}[sql])
