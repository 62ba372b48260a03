"""The places of a call of `put`, as the store knows them: its numbers, and what rows of events are made of."""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geomap.gazetteer.linked_places import to_feature
from geomap.query import place_text
from geomap.store.blob import blobs_of, to_blobs
from geomap.store.columns import geometry_of
from geomap.store.event_trees import insert_into_layer_tree
from geomap.store.flows import Flow
from geomap.store.record import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geomap.model import Place
    from geomap.store.connection import StoreConnection

__all__ = ["Shape", "StoredPlaces"]

_COLUMNS = ("fid", "geom", "id", "name", "type", "certainty", "approximate", "uncertainty_km", "digest", "record")
_INSERT = f"INSERT INTO places ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_POINTS, _LINES, _AREAS = 1 << 0, 1 << 1, 1 << 3
"""Of which kinds the parts of geometries are, a bit for each as shapely numbers them."""

Bounds = tuple[float, float, float, float]


class Shape(NamedTuple):
    """A geometry of an event as the store keeps it, and its west, south, east and north (degrees), NaN without one."""

    blob: bytes | None
    bounds: Bounds


class StoredPlaces:
    """Places by the numbers that an `Encoder` gave them, stored when they are new.

    Parameters
    ----------
    connection
        A connection within a transaction.
    places
        The places in the order of their numbers.
    """

    def __init__(self, connection: StoreConnection, places: Sequence[Place]) -> None:
        self._connection = connection
        self._places = places
        self._geometries = np.array([place.geometry for place in places], dtype=object)
        self.fids = [0] * len(places)
        self.refs = [""] * len(places)
        self.texts = [""] * len(places)
        self.bounds: list[Bounds] = [(w, s, e, n) for w, s, e, n in shapely.bounds(self._geometries).reshape(-1, 4)]

    def store(self, numbers: Iterable[int]) -> None:
        """See to it that places are in the store, each in the state that it is in now; another state is another row."""
        fresh = [number for number in dict.fromkeys(numbers) if not self.refs[number]]
        if not fresh:
            return
        records = [to_json(to_feature(self._places[number])) for number in fresh]
        digests = [hashlib.sha256(record.encode()).hexdigest() for record in records]
        there = "SELECT digest, fid FROM places WHERE digest IN (SELECT value FROM json_each(?))"
        known = dict(self._connection.execute(there, [to_json(digests)]).fetchall())
        new = {d: (number, r) for d, number, r in zip(digests, fresh, records, strict=True) if d not in known}
        known |= self._insert(new)
        for number, digest in zip(fresh, digests, strict=True):
            self.fids[number], self.refs[number] = known[digest], str(known[digest])
            self.texts[number] = place_text(self._places[number])

    def shapes_of(self, events: Sequence[tuple[int, ...]]) -> list[Shape]:
        """Return the geometries of events, each at some places; many happen at the same, and areas are slow to join."""
        turns: dict[tuple[int, ...], int] = {}
        which = [turns.setdefault(numbers, len(turns)) for numbers in events]
        geometries = self._joined(list(turns))
        bounds = shapely.bounds(geometries).reshape(-1, 4)
        blobs = blobs_of(shapely.to_wkb(geometries, byte_order=1, flavor="iso").tolist(), bounds)
        shapes = [Shape(blob, (w, s, e, n)) for blob, (w, s, e, n) in zip(blobs, bounds.tolist(), strict=True)]
        return [shapes[turn] for turn in which]

    def _joined(self, groups: Sequence[tuple[int, ...]]) -> NDArray[np.object_]:
        """Return `geometry_of` for groups of places, all that need no union at once."""
        sizes = [len(numbers) for numbers in groups]
        each = shapely.force_2d(self._geometries[[number for numbers in groups for number in numbers]])
        of = np.repeat(np.arange(len(groups)), sizes)
        each, of = each[~shapely.is_empty(each)], of[~shapely.is_empty(each)]
        found = np.empty(len(groups), dtype=object)
        found[of] = each  # as they are, where a group has one
        parts, whole = shapely.get_parts(each, return_index=True)
        kinds = np.zeros(len(groups), dtype=np.int64)
        np.bitwise_or.at(kinds, of[whole], 1 << shapely.get_type_id(parts))
        several = np.bincount(of, minlength=len(groups)) > 1
        for turn in np.flatnonzero(several & (kinds == _AREAS)).tolist():
            found[turn] = geometry_of([self._places[number] for number in groups[turn]])
        for make, meant in (
            (shapely.multipoints, kinds == _POINTS),
            (shapely.multilinestrings, kinds == _LINES),
            (shapely.geometrycollections, ~np.isin(kinds, (_POINTS, _LINES, _AREAS))),
        ):
            wanted = (several & meant)[of[whole]]
            turns, indices = np.unique(of[whole][wanted], return_inverse=True)
            if len(turns):
                found[turns] = make(parts[wanted], indices=indices)
        return found

    def flow(self, numbers: tuple[int, int, int]) -> Flow[Place]:
        """Return the flow between two places, which so many share."""
        origin, goal, shared = numbers
        return Flow(self._places[origin], self._places[goal], shared)

    def _insert(self, new: dict[str, tuple[int, str]]) -> dict[str, int]:
        """Insert places, given by number and record, and return their fids, by digest both."""
        (last,) = self._connection.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'places'"
        ).fetchone()
        fids = {digest: fid for fid, digest in enumerate(new, start=last + 1)}
        blobs = to_blobs(self._geometries[[number for number, _ in new.values()]])
        rows, inside = [], []
        for (digest, (number, record)), blob in zip(new.items(), blobs, strict=True):
            place, fid = self._places[number], fids[digest]
            own = [getattr(place, name) for name in _COLUMNS[2:-2]]
            rows.append((fid, blob, *own, digest, record))
            inside += [(container, fid) for container in {place.id, *place.parents}]
        with self._connection.without_triggers():
            self._connection.executemany(_INSERT, rows)
        at = [self.bounds[number] for number, _ in new.values()]
        insert_into_layer_tree(self._connection, "places", fids.values(), at)
        self._connection.executemany("INSERT INTO geomap_within VALUES (?, ?)", inside)
        return fids
