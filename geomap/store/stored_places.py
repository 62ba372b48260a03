"""The places of a call of `put`, as the store knows them: its numbers, and what rows of events are made of."""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, NamedTuple

from geomap.gazetteer.linked_places import to_feature
from geomap.query import place_text
from geomap.store.blob import to_blob
from geomap.store.columns import geometry_of
from geomap.store.flows import Flow
from geomap.store.record import to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from geomap.model import Place

__all__ = ["Shape", "StoredPlaces"]

_COLUMNS = ("geom", "id", "name", "type", "certainty", "approximate", "uncertainty_km", "digest", "record")
_INSERT = f"INSERT INTO places ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"

_SHAPES = 1000
"""Geometries of events that are kept; many events happen at the same places, and areas are slow to join."""

Bounds = tuple[float, float, float, float]


class Shape(NamedTuple):
    """A geometry of an event as the store keeps it, and its west, south, east and north (degrees), NaN without one."""

    blob: bytes | None
    bounds: Bounds


_NOWHERE = Shape(None, (math.nan,) * 4)


class StoredPlaces:
    """Places by the numbers that an `Encoder` gave them, stored when they are new.

    Parameters
    ----------
    connection
        A connection within a transaction.
    places
        The places in the order of their numbers.
    """

    def __init__(self, connection: sqlite3.Connection, places: Sequence[Place]) -> None:
        self._connection = connection
        self._places = places
        self._shapes: dict[tuple[int, ...], Shape] = {}
        self.fids = [0] * len(places)
        self.refs = [""] * len(places)
        self.texts = [""] * len(places)
        self.bounds: list[Bounds] = [(math.nan,) * 4] * len(places)

    def store(self, numbers: Sequence[int]) -> None:
        """See to it that places are in the store, each in the state that it is in now; another state is another row."""
        for number in numbers:
            if not self.refs[number]:  # a store that was loaded may have a place of number 0
                place = self._places[number]
                fid = self.fids[number] = self._fid_of(place)
                self.refs[number] = str(fid)
                self.texts[number] = place_text(place)
                self.bounds[number] = place.geometry.bounds

    def shape_of(self, numbers: tuple[int, ...]) -> Shape:
        """Return the geometry of an event at places."""
        shape = self._shapes.get(numbers)
        if shape is None:
            geometry = geometry_of([self._places[number] for number in numbers])
            shape = _NOWHERE if geometry is None else Shape(to_blob(geometry), geometry.bounds)
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            self._shapes[numbers] = shape
        return shape

    def flow(self, numbers: tuple[int, int, int]) -> Flow[Place]:
        """Return the flow between two places, which so many share."""
        origin, goal, shared = numbers
        return Flow(self._places[origin], self._places[goal], shared)

    def _fid_of(self, place: Place) -> int:
        record = to_json(to_feature(place))
        digest = hashlib.sha256(record.encode()).hexdigest()
        row = self._connection.execute("SELECT fid FROM places WHERE digest = ?", [digest]).fetchone()
        return row[0] if row else self._insert(place, digest, record)

    def _insert(self, place: Place, digest: str, record: str) -> int:
        values = {name: getattr(place, name, None) for name in _COLUMNS}
        values |= {"geom": to_blob(place.geometry), "digest": digest, "record": record}
        fid = self._connection.execute(_INSERT, [values[name] for name in _COLUMNS]).lastrowid
        assert fid is not None  # noqa: S101  an INSERT always has one
        containers = [(container, fid) for container in {place.id, *place.parents}]
        self._connection.executemany("INSERT INTO geomap_within VALUES (?, ?)", containers)
        return fid
