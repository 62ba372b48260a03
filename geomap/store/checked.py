"""Readings on their way into a store: sound ones only, and as many at a time as memory should hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np
import shapely

from geomap.errors import InputError
from geomap.model import PART

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sized

    from shapely.geometry.base import BaseGeometry

    from geomap.model import Place, Reading

__all__ = ["Checked", "batches", "weight"]

_BATCH = 5000
"""Events in memory at a time, which are put into order together."""


class Checked:
    """Readings as they pass by: refuses what would be lost or mixed up in the store, and counts the events.

    Parameters
    ----------
    readings
        What is to be stored.

    Raises
    ------
    InputError
        When a reading contradicts itself, or a geometry has coordinates that are no numbers.
    """

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = readings
        self._sound: dict[int, Place] = {}  # by identity; many events share a place, which is held so that it stays one
        self.events = 0

    def __iter__(self) -> Iterator[Reading]:
        for reading in self._readings:
            self._check(reading)
            self.events += len(reading.events)
            yield reading

    def _check(self, reading: Reading) -> None:
        bulletin, seen = reading.bulletin, set[str]()
        for event in reading.events:
            if event.bulletin is not bulletin and event.bulletin != bulletin:
                raise InputError(f"the event belongs to another bulletin than {bulletin.id}", field=event.id)
            if event.id in seen:
                raise InputError("two events of the bulletin have this id", field=event.id)
            seen.add(event.id)
            for place in event.places():
                if id(place) not in self._sound and not _is_finite(place.geometry):
                    raise InputError("the geometry has coordinates that are no numbers", field=place.id)
                self._sound[id(place)] = place


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


class _Batched(Protocol):
    """A reading, in whatever form."""

    @property
    def bulletin(self) -> _Identified: ...
    @property
    def events(self) -> Sized: ...


T = TypeVar("T", bound=_Batched)


def batches(readings: Iterable[T]) -> Iterator[list[T]]:
    """Yield readings in batches of about so many events; an id, or a part of its table, stands in a batch once."""
    batch: list[T] = []
    ids: set[str] = set()
    events = 0
    for reading in readings:
        id_ = reading.bulletin.id
        if batch and (events >= _BATCH or id_ in ids):
            yield batch
            batch, ids, events = [], set(), 0
        batch.append(reading)
        ids |= {id_, id_.partition(PART)[0]}
        events += len(reading.events)
    if batch:
        yield batch


def weight(reading: _Batched) -> int:
    """Return how many bulletins with ten events each a reading is like; those of tables have a thousand."""
    return 1 + len(reading.events) // 10


def _is_finite(geometry: BaseGeometry) -> bool:
    return bool(np.isfinite(shapely.get_coordinates(geometry)).all())
