"""Events -> Arrow: a column for each of `EVENT_COLUMNS`, and ``geometry`` as well-known binary (EPSG:4326).

The geometry's field says so in the way of GeoArrow (``geoarrow.wkb``), which geopandas, DuckDB and GDAL read.
pyarrow is no part of what geomap needs; ``pip install geomap[arrow]`` brings it.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geomap.errors import StoreError
from geomap.store.columns import EVENT_COLUMNS, event_geometry, event_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa

    from geomap.model import Event

__all__ = ["arrow_schema", "batch_of_rows", "record_batch", "table_of_rows", "to_arrow"]

_TYPES = {"TEXT": "string", "REAL": "float64", "BOOLEAN": "bool", "INTEGER": "int64", "DATE": "date32"}


def _pyarrow() -> Any:  # noqa: ANN401  a module
    try:
        import pyarrow as pa  # noqa: PLC0415  not everybody has it, and it takes a while
    except ImportError:
        raise StoreError("Arrow and GeoParquet need pyarrow: pip install geomap[arrow]") from None
    return pa


def arrow_schema() -> pa.Schema:
    """Return the columns and their types.

    Raises
    ------
    StoreError
        When pyarrow is not installed.
    """
    pa = _pyarrow()
    crs = json.dumps({"crs": "EPSG:4326", "crs_type": "authority_code"})
    about = {"ARROW:extension:name": "geoarrow.wkb", "ARROW:extension:metadata": crs}
    fields = [pa.field(c.name, pa.type_for_alias(_TYPES[c.sql]), metadata={"hxl": c.hxl}) for c in EVENT_COLUMNS]
    return pa.schema([*fields, pa.field("geometry", pa.binary(), metadata=about)])


def record_batch(events: Sequence[Event]) -> pa.RecordBatch:
    """Return events as one batch of rows.

    Raises
    ------
    StoreError
        When pyarrow is not installed.
    """
    geometries = np.array([event_geometry(event) for event in events], dtype=object)
    return batch_of_rows([event_values(event) for event in events], shapely.to_wkb(geometries, flavor="iso").tolist())


def batch_of_rows(rows: Sequence[Sequence[object]], wkb: Sequence[bytes | None]) -> pa.RecordBatch:
    """Return rows of all of `EVENT_COLUMNS`, dates as ISO 8601, and their geometries as one batch.

    Raises
    ------
    StoreError
        When pyarrow is not installed.
    """
    pa, schema = _pyarrow(), arrow_schema()
    values = zip(*rows, strict=True) if rows else [()] * len(EVENT_COLUMNS)
    columns = [
        pa.array([_value(value, c.sql) for value in column], type=schema.field(c.name).type)
        for c, column in zip(EVENT_COLUMNS, values, strict=True)
    ]
    return pa.RecordBatch.from_arrays([*columns, pa.array(wkb, type=pa.binary())], schema=schema)


def to_arrow(events: Iterable[Event]) -> pa.Table:
    """Return events as a table, one row an event.

    Raises
    ------
    StoreError
        When pyarrow is not installed.
    """
    batch = record_batch(list(events))
    return _pyarrow().Table.from_batches([batch])


def table_of_rows(rows: Sequence[Sequence[object]], wkb: Sequence[bytes | None]) -> pa.Table:
    """Return `batch_of_rows` as a table.

    Raises
    ------
    StoreError
        When pyarrow is not installed.
    """
    batch = batch_of_rows(rows, wkb)
    return _pyarrow().Table.from_batches([batch])


def _value(value: object, sql: str) -> object:
    return date.fromisoformat(value) if sql == "DATE" and isinstance(value, str) else value
