"""An `EventQuery` in the SQL of PostGIS.

A box is answered by places: the index of `places` gives those near it, which are tested exactly outside of the
database (`geomap.store.box_places`), and a table leads from places to events. The answer is that of
`EventQuery.matches`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

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
SELECT fid, inside, CASE WHEN NOT inside THEN ST_AsBinary(geom) END
FROM places, LATERAL (
  SELECT west >= %(west)s AND south >= %(south)s AND east <= %(east)s AND north <= %(north)s AS inside
) AS told
WHERE geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
  AND west <= %(east)s AND east >= %(west)s AND south <= %(north)s AND north >= %(south)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a question means for the table `events`, to stand after WHERE, with its values.

    When a box, days and types are all that is asked, `at` says the same of the table `event_places`; else it is None.
    """

    sql: str
    values: list[object]
    at: str | None = None


def condition(connection: Connection, q: EventQuery) -> Condition:
    """Return what a question means for the table `events`."""
    plain = _plain_parts(q)
    if q.bbox is not None:
        plain.insert(0, ("place = ANY(%s)", places_to_box(_Places(connection), q.bbox, q.box_test)))
    about, values = " AND ".join(sql for sql, _ in plain), [value for _, value in plain]
    parts = [about] if about else []
    if q.bbox is not None:
        parts = [f"fid IN (SELECT event FROM event_places WHERE {about})"]  # noqa: S608  no value in it
    if q.places:
        within = "SELECT place FROM within WHERE container = ANY(%s)"
        parts.append(f"fid IN (SELECT event FROM event_places WHERE place IN ({within}))")  # noqa: S608
        values.append(sorted(map(kept, q.places)))
    for word in q.words:
        parts.append("EXISTS (SELECT 1 FROM words w WHERE w.event = fid AND position(%s IN w.folded) > 0)")
        values.append(word.encode())
    is_all = q.bbox is not None and not q.places and not q.words
    return Condition(sql=" AND ".join(parts) or "true", values=values, at=about if is_all else None)


def _plain_parts(q: EventQuery) -> list[tuple[str, object]]:
    """Return types and time as conditions on columns, which both tables have."""
    parts: list[tuple[str, object]] = []
    if q.types:
        parts.append(("type = ANY(%s)", sorted(q.types)))
    if q.to is not None:
        parts.append(("first_day < %s", q.to))
    if q.from_ is not None:
        parts.append(("last_day >= %s", q.from_))
    return parts


class _Places:
    """The places of a store by its index; see `PlaceIndex`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._wkb: dict[int, bytes] = {}  # of those that are not wholly inside; they come with the answer of the index

    def near(self, box: BBox) -> list[tuple[int, bool]]:
        edges = {"west": box.west, "south": box.south, "east": box.east, "north": box.north}
        rows = self._connection.execute(_NEAR, edges, binary=True).fetchall()
        self._wkb.update((fid, wkb) for fid, _, wkb in rows if wkb is not None)
        return [(fid, inside) for fid, inside, _ in rows]

    def geometries(self, fids: Sequence[int]) -> NDArray[np.object_]:
        missing = [fid for fid in fids if fid not in self._wkb]
        if missing:
            self._wkb.update(self._by_number("SELECT fid, ST_AsBinary(geom) FROM places WHERE fid = ANY(%s)", missing))
        wkb = np.empty(len(fids), dtype=object)
        wkb[:] = [self._wkb[fid] for fid in fids]
        geometries: NDArray[np.object_] = shapely.from_wkb(wkb)
        return geometries

    def radii_km(self, fids: Sequence[int]) -> list[float]:
        found = self._by_number("SELECT fid, uncertainty_km FROM places WHERE fid = ANY(%s)", fids)
        return [found[fid] for fid in fids]

    def widest_km(self) -> float:
        row = self._connection.execute("SELECT max(uncertainty_km) FROM places").fetchone()
        return row[0] or 0.0 if row else 0.0

    def _by_number(self, sql: LiteralString, fids: Sequence[int]) -> dict[int, Any]:
        return dict(self._connection.execute(sql, [list(fids)], binary=True).fetchall())
