"""A question as a frame of dask-geopandas: a partition for each file that may hold an answer, read where it is needed.

Small questions need none of this; it is for work on more events than one machine should hold.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from geomap.errors import QueryError, StoreError
from geomap.store.dataset.search import Search
from geomap.store.dataset.snapshot import Snapshot
from geomap.store.frame import frame_of_arrow

if TYPE_CHECKING:
    from collections.abc import Sequence

    import dask_geopandas
    import geopandas as gpd

    from geomap.query import EventQuery
    from geomap.store.columns import Column
    from geomap.store.dataset.manifest import Manifest

__all__ = ["lazy_frame"]


def lazy_frame(snapshot: Snapshot, q: EventQuery, columns: Sequence[Column]) -> dask_geopandas.GeoDataFrame:
    """Return a frame of the events that a question matches, and of each partition the box around it.

    Raises
    ------
    QueryError
        When the question has a limit or an offset, which no partition can know of alone.
    StoreError
        When dask-geopandas is not installed.
    """
    if q.limit is not None or q.offset:
        raise QueryError("a lazy frame has no order, and so no limit and no offset; ask without", field="limit")
    try:
        import dask.dataframe as dd  # noqa: PLC0415  not everybody has it
        import dask_geopandas as dgpd  # noqa: PLC0415
        import geopandas as gpd  # noqa: PLC0415
    except ImportError:
        raise StoreError("lazy frames need dask-geopandas: pip install geomap[dask]") from None
    numbers = Search(snapshot, q).parts()
    pieces = [_piece_of(snapshot.manifest, number) for number in numbers] or [replace(snapshot.manifest, events=())]
    folder = str(snapshot.files.folder.absolute())
    empty = _read(replace(snapshot.manifest, events=()), folder=folder, q=q, wanted=tuple(columns))
    frame = dd.from_map(_read, pieces, folder=folder, q=q, wanted=tuple(columns), meta=empty)
    lazy = frame if isinstance(frame, dgpd.GeoDataFrame) else dgpd.from_dask_dataframe(frame, geometry="geometry")
    lazy.spatial_partitions = gpd.GeoSeries([_box_of(piece) for piece in pieces], crs="EPSG:4326")
    return lazy


def _piece_of(manifest: Manifest, number: int) -> Manifest:
    """Return a state with one file of events: all that a worker needs to know."""
    part = manifest.events[number]
    gone = dict.fromkeys(manifest.gone(part), part.generation + 1)
    return replace(manifest, events=(part,), bulletins=(), replaced=gone)


def _box_of(piece: Manifest) -> shapely.Polygon:
    bounds = piece.events[0].bounds if piece.events else None
    return shapely.Polygon() if bounds is None else shapely.box(*bounds)


def _read(piece: Manifest, *, folder: str, q: EventQuery, wanted: tuple[Column, ...]) -> gpd.GeoDataFrame:
    """Return the rows of one file that match; a worker calls it."""
    snapshot = Snapshot(Path(folder), piece)
    try:
        names = [*(column.name for column in wanted), "geometry"]
        tables = [table for _, table in Search(snapshot, q).rows(names)]
        table = tables[0] if tables else snapshot.no_events(names)
    finally:
        snapshot.close()
    return frame_of_arrow(table, wanted, shapely.from_wkb(table["geometry"].to_numpy()))
