"""Events as GeoParquet 1.1: groups of rows, each row with the box of its geometry (`geomap.store.geoparquet`)."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import shapely

from geomap.export.admin import ADMIN_COLUMNS, AdminRows
from geomap.store.arrow import arrow_schema, record_batch
from geomap.store.geoparquet import box_around, box_column, box_field, geo_metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pyarrow as pa

    from geomap.gazetteer import Gazetteer
    from geomap.model import Event

__all__ = ["write_geoparquet"]

_GROUP = 10_000
"""Events of a group of rows, and at most in memory."""


def write_geoparquet(events: Iterable[Event], stream: BinaryIO, gazetteer: Gazetteer | None = None) -> None:
    """Write events as GeoParquet, a group at a time; those in Hilbert order, or by place, let readers skip most.

    Parameters
    ----------
    events, stream, gazetteer
        As for `geomap.export.write_events`.

    Raises
    ------
    StoreError
        When pyarrow is not installed.
    """
    schema = _schema(with_areas=gazetteer is not None)
    import pyarrow.parquet as pq  # noqa: PLC0415  not everybody has it

    kinds: set[str] = set()
    bounds = np.full(4, np.nan)
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        for group in _groups(events):
            batch = _with_areas(record_batch(group), group, gazetteer)
            geometries = shapely.from_wkb(batch.column("geometry").to_numpy(zero_copy_only=False))
            boxes = shapely.bounds(geometries).reshape(-1, 4)
            kinds |= {geometry.geom_type for geometry in geometries if geometry is not None}
            bounds = box_around(bounds, boxes)
            writer.write_batch(batch.append_column(schema.field("bbox"), box_column(boxes)))
        writer.add_key_value_metadata(geo_metadata(kinds, bounds))


def _groups(events: Iterable[Event]) -> Iterator[list[Event]]:
    stream = iter(events)
    while group := list(islice(stream, _GROUP)):
        yield group


def _schema(*, with_areas: bool) -> pa.Schema:
    schema = arrow_schema()
    import pyarrow as pa  # noqa: PLC0415  `arrow_schema` has said so when it is missing

    if with_areas:
        for column in ADMIN_COLUMNS:
            schema = schema.append(pa.field(column.name, pa.string(), metadata={"hxl": column.hxl}))
    return schema.append(box_field())


def _with_areas(batch: pa.RecordBatch, group: list[Event], gazetteer: Gazetteer | None) -> pa.RecordBatch:
    import pyarrow as pa  # noqa: PLC0415

    if gazetteer is None:
        return batch
    areas = AdminRows(gazetteer)
    rows = [areas.areas(event) for event in group]
    for column in ADMIN_COLUMNS:
        field = pa.field(column.name, pa.string(), metadata={"hxl": column.hxl})
        batch = batch.append_column(field, pa.array([row[column.name] for row in rows], type=pa.string()))
    return batch
