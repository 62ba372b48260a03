"""An `EventQuery` in the SQL of PostGIS.

A box is answered by places: the index of `places` gives those near it, which are tested exactly outside of the
database (`geomap.store.box_places`), and a table leads from places to events. The answer is that of
`EventQuery.matches`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geomap.store.box_places import places_to_box
from geomap.store.postgis.texts import kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geomap.bbox import BBox
    from geomap.query import EventQuery
    from geomap.store.postgis.link import Connection

__all__ = ["Condition", "condition"]

# The index holds single precision, rounded outwards; the columns beside it are exact.
_NEAR = """
SELECT fid, west >= %(west)s AND south >= %(south)s AND east <= %(east)s AND north <= %(north)s
FROM places
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
  AND west <= %(east)s AND east >= %(west)s AND south <= %(north)s AND north >= %(south)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a question means for the table `events`, to stand after WHERE, with its values.

    `places` are the numbers of the places that its box gives when nothing else is asked; then `sql` says the same.
    """

    sql: str
    values: list[object]
    places: list[int] | None = None


def condition(connection: Connection, q: EventQuery) -> Condition:
    """Return what a question means for the table `events`."""
    parts: list[tuple[str, object]] = []
    found = None if q.bbox is None else places_to_box(_Places(connection), q.bbox, q.box_test)
    if found is not None:
        parts.append(("fid IN (SELECT event FROM event_places WHERE place = ANY(%s))", found))
    if q.places:
        within = "SELECT place FROM within WHERE container = ANY(%s)"
        at = f"fid IN (SELECT event FROM event_places WHERE place IN ({within}))"  # noqa: S608  no value in it
        parts.append((at, sorted(map(kept, q.places))))
    if q.types:
        parts.append(("type = ANY(%s)", sorted(q.types)))
    if q.to is not None:
        parts.append(("first_day < %s", q.to))
    if q.from_ is not None:
        parts.append(("last_day >= %s", q.from_))
    for word in q.words:
        has = "EXISTS (SELECT 1 FROM words w WHERE w.event = fid AND position(%s IN w.folded) > 0)"
        parts.append((has, word.encode()))
    return Condition(
        sql=" AND ".join(sql for sql, _ in parts) or "true",
        values=[value for _, value in parts],
        places=found if len(parts) == 1 else None,
    )


class _Places:
    """The places of a store by its index; see `PlaceIndex`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def near(self, box: BBox) -> list[tuple[int, bool]]:
        edges = {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
        return self._connection.execute(_NEAR, edges).fetchall()

    def geometries(self, fids: Sequence[int]) -> NDArray[np.object_]:
        found = self._by_number("SELECT fid, ST_AsBinary(geom) FROM places WHERE fid = ANY(%s)", fids)
        wkb = np.empty(len(fids), dtype=object)
        wkb[:] = [found[fid] for fid in fids]
        geometries: NDArray[np.object_] = shapely.from_wkb(wkb)
        return geometries

    def radii_km(self, fids: Sequence[int]) -> list[float]:
        found = self._by_number("SELECT fid, uncertainty_km FROM places WHERE fid = ANY(%s)", fids)
        return [found[fid] for fid in fids]

    def widest_km(self) -> float:
        row = self._connection.execute("SELECT max(uncertainty_km) FROM places").fetchone()
        return row[0] or 0.0 if row else 0.0

    def _by_number(self, sql: str, fids: Sequence[int]) -> dict[int, Any]:
        return dict(self._connection.execute(sql, [list(fids)], binary=True).fetchall())
