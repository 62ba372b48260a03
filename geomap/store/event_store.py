"""What every store of events can do, whatever it is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from geomap.store.frame import to_geodataframe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import geopandas as gpd

    from geomap.model import Bulletin, Event, Reading
    from geomap.query import EventQuery

__all__ = ["EventStore", "PutResult"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PutResult:
    """How many bulletins and events a call of `EventStore.put` stored, and how many bulletins it replaced."""

    bulletins: int
    events: int
    replaced: int


class EventStore(ABC):
    """Keeps what was read in bulletins and answers questions about it.

    A store is opened by `geomap.store.open_store`, serves one thread and closes itself at the end of a ``with``.
    """

    @abstractmethod
    def put(self, readings: Iterable[Reading]) -> PutResult:
        """Store readings, all or none; each replaces whatever its bulletin's id gave before.

        The readings are taken in full before the store is touched, so that slow reading blocks nobody.

        Raises
        ------
        InputError
            When a reading contradicts itself: an event of another bulletin, an event id twice.
        StoreError
            When the store cannot be written; it is then as it was before the call.
        """

    @abstractmethod
    def query(self, q: EventQuery) -> Iterator[Event]:
        """Yield the events that `q` matches, in the order of `geomap.query.event_order`.

        Raises
        ------
        StoreError
            When the store cannot be read, or another program replaces the events while they are being read.
        """

    @abstractmethod
    def count(self, q: EventQuery) -> int:
        """Return how many events `q` matches; its limit and offset play no part.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """

    @abstractmethod
    def types(self) -> frozenset[str]:
        """Return the types of the events that it holds, those of one's own among them.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """

    @abstractmethod
    def bulletins(self) -> Iterator[Bulletin]:
        """Yield all bulletins by date (undated last), then id.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """

    @abstractmethod
    def readings(self) -> Iterator[Reading]:
        """Yield all that was stored, bulletin by bulletin, as it was put in.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the store; closing twice does no harm."""

    def to_geodataframe(self, q: EventQuery) -> gpd.GeoDataFrame:
        """Return the events that `q` matches as a frame, one row an event; see `geomap.export.to_geodataframe`.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        return to_geodataframe(self.query(q))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
