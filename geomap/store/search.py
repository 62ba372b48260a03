"""An `EventQuery` in the SQL of the store.

A box alone is answered by places: the R-tree of `places` gives those whose envelope meets the box, the few whose
envelope is not wholly inside are tested exactly, and an index leads from places to events. So each geometry is tested
once, not once an event. A box with a time or a type is answered by the second tree (`geomap.store.spacetime`), whose
entries at the edge are tested exactly by the places of their events. The answer is that of `EventQuery.matches`.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geomap.reach import box_shapes
from geomap.store.blob import from_blobs
from geomap.store.box_places import places_to_box, touching
from geomap.store.spacetime import EARLIEST, PLACES_AN_EVENT, TREE, UNDATED, before, scaled

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from geomap.bbox import BBox
    from geomap.query import EventQuery
    from geomap.reach import BoxTest

__all__ = ["Condition", "condition"]

_HAIR = 1.2e-38
"""The R-tree rounds to single precision outwards, but numbers nearer to 0 than single precision can tell become 0."""

_ENVELOPES = """
SELECT id, minx >= :west + :hair AND maxx <= :east - :hair AND miny >= :south + :hair AND maxy <= :north - :hair
FROM rtree_places_geom
WHERE minx <= :east + :hair AND maxx >= :west - :hair AND miny <= :north + :hair AND maxy >= :south - :hair
"""

_WITHIN = """min_lon >= :west + :hair AND max_lon <= :east - :hair
  AND min_lat >= :south + :hair AND max_lat <= :north - :hair"""

# Two texts, not a row for each entry: for a thousand entries rows take Python twice as long as the walk takes SQLite.
_ENTRIES = f"""
SELECT json_group_array(id / {PLACES_AN_EVENT}) FILTER (WHERE {_WITHIN}),
  json_group_array(id / {PLACES_AN_EVENT}) FILTER (WHERE NOT ({_WITHIN}))
FROM {TREE}
WHERE min_lon <= :east + :hair AND max_lon >= :west - :hair AND min_lat <= :north + :hair AND max_lat >= :south - :hair
  AND min_time <= :last AND max_time >= :first AND min_time >= :earliest
  AND min_type >= :lowest AND max_type <= :highest
"""
"""The numbers of events that have an entry inside a box, and of those that have one at its edge, with repeats."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a question means for the table `events`.

    `fids` are the numbers of the events that its box (with its time and types) gives, None without one. `sql` is what
    else they have to fulfil, to stand after WHERE, with its `values`; None when nothing else is asked.
    """

    fids: set[int] | None
    sql: str | None
    values: tuple[object, ...]

    def where(self) -> tuple[str, list[object]]:
        """Return all of it in one condition, and its values."""
        parts, values = [self.sql or "1"], list(self.values)
        if self.fids is not None:
            parts.insert(0, "fid IN (SELECT value FROM json_each(?))")
            values.insert(0, json.dumps(sorted(self.fids)))
        return " AND ".join(parts), values


def condition(connection: sqlite3.Connection, q: EventQuery) -> Condition:
    """Return what a question means for the table `events`."""
    by_tree = q.bbox is not None and q.box_test == "meets" and bool(q.types or q.from_ or q.to)
    fids = None
    if q.bbox is not None:
        fids = _events_in_box(connection, q, q.bbox) if by_tree else _events_at(connection, q.bbox, q.box_test)
    parts: list[tuple[str, list[object]]] = []
    if q.places:
        within = "SELECT place FROM geomap_within WHERE container IN (SELECT value FROM json_each(?))"
        at = f"fid IN (SELECT event FROM geomap_event_places WHERE place IN ({within}))"
        parts.append((at, [json.dumps(sorted(q.places))]))
    if not by_tree:
        parts += _plain_parts(q)
    for word in q.words:
        parts.append(("EXISTS (SELECT 1 FROM geomap_search s WHERE s.event = fid AND instr(s.folded, ?))", [word]))
    values = tuple(value for _, values in parts for value in values)
    return Condition(fids=fids, sql=" AND ".join(sql for sql, _ in parts) or None, values=values)


def _plain_parts(q: EventQuery) -> list[tuple[str, list[object]]]:
    """Return time and types as conditions on columns."""
    parts: list[tuple[str, list[object]]] = []
    if q.types:
        parts.append((f"type IN ({', '.join('?' * len(q.types))})", [*sorted(q.types)]))
    if q.to is not None:
        parts.append(("first_day < ?", [q.to.isoformat()]))
    if q.from_ is not None:
        parts.append(("last_day >= ?", [q.from_.isoformat()]))
    return parts


def _events_at(connection: sqlite3.Connection, bbox: BBox, test: BoxTest) -> set[int]:
    """Return the numbers of the events that have a place in a box."""
    touched = json.dumps(places_to_box(_Places(connection), bbox, test))
    # One text, as in `_ENTRIES`.
    sql = "SELECT json_group_array(event) FROM geomap_event_places WHERE place IN (SELECT value FROM json_each(?))"
    (found,) = connection.execute(sql, [touched]).fetchone()
    return {*json.loads(found)}


def _events_in_box(connection: sqlite3.Connection, q: EventQuery, bbox: BBox) -> set[int]:
    """Return the numbers of the events of a time and of types that have a place in a box."""
    codes = _codes(connection, q)
    if not codes:
        return set()
    asked: dict[str, float] = {
        "first": UNDATED if q.from_ is None else scaled(q.from_),
        "last": math.inf if q.to is None else before(q.to),
        "earliest": EARLIEST if q.from_ or q.to else UNDATED,
        "lowest": min(codes),
        "highest": max(codes),
        "hair": _HAIR,
    }
    typed = "" if len(codes) == max(codes) - min(codes) + 1 else f" AND min_type IN ({', '.join(map(str, codes))})"
    found: set[int] = set()
    for part, shape in box_shapes(bbox):
        edges = {"west": part.west, "south": part.south, "east": part.east, "north": part.north}
        inside, at_edge = connection.execute(_ENTRIES + typed, edges | asked).fetchone()
        # Envelopes are never too small: one that lies inside the box has its geometry inside.
        found.update(json.loads(inside))
        found.update(_events_touching(connection, sorted({*json.loads(at_edge)} - found), shape))
    return found


def _codes(connection: sqlite3.Connection, q: EventQuery) -> list[int]:
    """Return the codes of the types that are asked for; all when none is named."""
    known = connection.execute("SELECT type, code FROM geomap_types ORDER BY code")
    return [code for type_, code in known if not q.types or type_ in q.types]


def _events_touching(connection: sqlite3.Connection, fids: list[int], shape: object) -> set[int]:
    """Return which of some events have a place that meets a shape."""
    if not fids:
        return set()
    sql = "SELECT event, place FROM geomap_event_places WHERE event IN (SELECT value FROM json_each(?))"
    pairs = connection.execute(sql, [json.dumps(fids)]).fetchall()
    meeting = set(touching(_Places(connection), sorted({place for _, place in pairs}), shape))
    return {event for event, place in pairs if place in meeting}


class _Places:
    """The places of a store by its R-tree; see `PlaceIndex`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def near(self, box: BBox) -> list[tuple[int, bool]]:
        edges = {"west": box.west, "south": box.south, "east": box.east, "north": box.north, "hair": _HAIR}
        # Envelopes are never too small: one that lies inside the box has its geometry inside.
        return self._connection.execute(_ENVELOPES, edges).fetchall()

    def geometries(self, fids: Sequence[int]) -> NDArray[np.object_]:
        return from_blobs(self._column("geom", fids))

    def radii_km(self, fids: Sequence[int]) -> list[float]:
        return self._column("uncertainty_km", fids)

    def widest_km(self) -> float:
        (most,) = self._connection.execute("SELECT max(uncertainty_km) FROM places").fetchone()
        return most or 0.0

    def _column(self, name: str, fids: Sequence[int]) -> list[Any]:
        sql = f"SELECT fid, {name} FROM places WHERE fid IN (SELECT value FROM json_each(?))"
        found = dict(self._connection.execute(sql, [json.dumps(fids)]).fetchall())
        return [found[fid] for fid in fids]
