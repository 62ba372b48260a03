"""An `EventQuery` in the SQL of the store.

A box is answered by places: the R-tree of `places` gives those whose envelope meets the box, the few whose envelope is
not wholly inside are tested exactly, and an index leads from places to events. So each geometry is tested once, not
once an event, and the answer is that of `EventQuery.matches`.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geomap.query import box_shapes
from geomap.store.blob import wkb_of

if TYPE_CHECKING:
    import sqlite3

    from geomap.bbox import BBox
    from geomap.query import EventQuery

__all__ = ["EVENT_ORDER", "condition", "places_in_box"]

EVENT_ORDER = "first_day NULLS LAST, bulletin, start_char, id"
"""The order of `geomap.query.event_order`."""

_HAIR = 1.2e-38
"""The R-tree rounds to single precision outwards, but numbers nearer to 0 than single precision can tell become 0."""

_ENVELOPES = """
SELECT id, minx >= :west + :hair AND maxx <= :east - :hair AND miny >= :south + :hair AND maxy <= :north - :hair
FROM rtree_places_geom
WHERE minx <= :east + :hair AND maxx >= :west - :hair AND miny <= :north + :hair AND maxy >= :south - :hair
"""


def condition(connection: sqlite3.Connection, q: EventQuery) -> tuple[str, list[object]]:
    """Return the WHERE part (without the word) that `q` means for the table `events`, and its values."""
    parts: list[tuple[str, list[object]]] = [("1", [])]
    if q.bbox is not None:
        touched = json.dumps(places_in_box(connection, q.bbox))
        parts.append((_at("SELECT value FROM json_each(?)"), [touched]))
    if q.places:
        within = "SELECT place FROM geomap_within WHERE container IN (SELECT value FROM json_each(?))"
        parts.append((_at(within), [json.dumps(sorted(q.places))]))
    if q.types:
        parts.append((f"type IN ({', '.join('?' * len(q.types))})", [*sorted(q.types)]))
    if q.to is not None:
        parts.append(("first_day < ?", [q.to.isoformat()]))
    if q.from_ is not None:
        parts.append(("last_day >= ?", [q.from_.isoformat()]))
    for word in q.words:
        parts.append(("EXISTS (SELECT 1 FROM geomap_search s WHERE s.event = fid AND instr(s.folded, ?))", [word]))
    return " AND ".join(sql for sql, _ in parts), [value for _, values in parts for value in values]


def _at(places: str) -> str:
    return f"fid IN (SELECT event FROM geomap_event_places WHERE place IN ({places}))"


def places_in_box(connection: sqlite3.Connection, bbox: BBox) -> list[int]:
    """Return the numbers (fid) of the places whose geometry meets a box, exactly, in rising order."""
    found: set[int] = set()
    for part, shape in box_shapes(bbox):
        edges = {"west": part.west, "south": part.south, "east": part.east, "north": part.north, "hair": _HAIR}
        rows = connection.execute(_ENVELOPES, edges).fetchall()
        # Envelopes are never too small: one that lies inside the box has its geometry inside.
        found.update(fid for fid, inside in rows if inside)
        doubtful = [fid for fid, inside in rows if not inside and fid not in found]
        found.update(_touching(connection, doubtful, shape))
    return sorted(found)


def _touching(connection: sqlite3.Connection, fids: list[int], shape: object) -> list[int]:
    rows = connection.execute(
        "SELECT fid, geom FROM places WHERE fid IN (SELECT value FROM json_each(?))", [json.dumps(fids)]
    ).fetchall()
    geometries = shapely.from_wkb(np.array([wkb_of(blob) for _, blob in rows], dtype=object))
    return [fid for (fid, _), hit in zip(rows, shapely.intersects(geometries, shape), strict=True) if hit]
