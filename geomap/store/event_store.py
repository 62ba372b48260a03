"""What every store of events can do, whatever it is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, Unpack

from geomap.errors import InputError, QueryError
from geomap.query import EventQuery
from geomap.store.arrow import to_arrow
from geomap.store.checked import Checked
from geomap.store.encoding import Encoder
from geomap.store.frame import columns_of
from geomap.store.summary import Summary, summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from typing import Self

    import geopandas as gpd
    import pyarrow as pa

    from geomap.bbox import BBox
    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin, Event, Reading
    from geomap.query import BBoxLike, BoxTest
    from geomap.store.columns import Column

__all__ = ["Asked", "EventStore", "Progress", "PutResult", "StoreInfo"]

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutResult:
    """How many bulletins and events a call of `EventStore.put` stored, and how many bulletins it replaced."""

    bulletins: int
    events: int
    replaced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreInfo:
    """What a store holds.

    `address` is that of the store without a password. `free_bytes` is room that nobody uses, None where that cannot be
    told. `extent` is west, south, east, north (degrees, EPSG:4326, rounded outwards), `days` the first and the last.
    """

    address: str
    schema_version: int
    size_bytes: int
    free_bytes: int | None
    bulletins: int
    events: int
    places: int
    types: dict[str, int]
    days: tuple[str, str] | None
    extent: tuple[float, float, float, float] | None


class Asked(TypedDict, total=False):
    """The parts of a question by keywords: those of `EventQuery.of`."""

    bbox: BBoxLike
    box_test: BoxTest
    from_: str | date | None
    to: str | date | None
    types: str | Iterable[str] | None
    place: str | Iterable[str] | None
    text: str | None
    limit: int | None
    offset: int


class EventStore(ABC):
    """Keeps what was read in bulletins and answers questions about it.

    A store is opened by `geomap.store.open_store`, serves one thread and closes itself at the end of a ``with``.
    A question is an `EventQuery`, or its parts by keywords, which `EventQuery.of` reads; without either it asks for
    everything. `address` is where it is, as a message may show it: without a password.

    Each kind of store is made with where it is, with `create`: whether a missing or empty one becomes a new store, and
    with `timeout_s`: how long to wait for another program that is writing, in seconds. When it cannot be opened, a
    `StoreError` says why and what to do. What is promised stands here; how it is done, in methods with an underscore.
    """

    address: str
    _is_new = False  # made by us, and nobody has put anything into it
    _has_failed = False  # to put something into it

    def put(self, readings: Iterable[Reading], *, on_progress: Progress | None = None) -> PutResult:
        """Store readings, all or none; each replaces whatever its bulletin's id gave before.

        The readings are taken in full before the store is touched, so that slow reading blocks nobody; from then on
        `on_progress` is told how far the writing is.

        Raises
        ------
        InputError
            When a reading contradicts itself (an event of another bulletin, an event id twice), or holds what no store
            can keep.
        StoreError
            When the store cannot be written; it is then as it was before the call.
        """
        with self._filling():
            return self._put(Checked(readings), Encoder(), on_progress)

    def query(self, q: EventQuery | None = None, **asked: Unpack[Asked]) -> Iterator[Event]:
        """Yield the events that a question matches, in the order of `geomap.query.event_order`.

        Raises
        ------
        InputError
            When the keywords are no question.
        StoreError
            When the store cannot be read, or another program replaces the events while they are being read.
        """
        return self._events(self._asked(q, asked))

    def count(self, q: EventQuery | None = None, **asked: Unpack[Asked]) -> int:
        """Return how many events a question matches; its limit and offset play no part.

        Raises
        ------
        InputError
            When the keywords are no question.
        StoreError
            When the store cannot be read.
        """
        return self._count(self._asked(q, asked))

    def extent(self, q: EventQuery | None = None, **asked: Unpack[Asked]) -> BBox | None:
        """Return a box (degrees, EPSG:4326) around the places of the events that a question matches.

        It is at most some metres too large, and spans all longitudes where places lie on both sides of the 180th
        meridian. None when nothing is placed. Limit and offset play no part.

        Raises
        ------
        InputError
            When the keywords are no question.
        StoreError
            When the store cannot be read.
        """
        return self._extent(self._asked(q, asked))

    def types(self) -> frozenset[str]:
        """Return the types of the events that it holds, those of one's own among them.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        return self._types()

    def bulletins(self) -> Iterator[Bulletin]:
        """Yield all bulletins by date (undated last), then id.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        return self._bulletins()

    def readings(self) -> Iterator[Reading]:
        """Yield all that was stored, bulletin by bulletin, as it was put in.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        return self._readings()

    def info(self) -> StoreInfo:
        """Return what the store holds, and how large it is.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        return self._info()

    def problems(self) -> Iterator[str]:
        """Yield what is wrong with the store, a line each; nothing when it is sound.

        Raises
        ------
        StoreError
            When the store cannot be read at all.
        """
        return self._problems()

    def compact(self) -> None:
        """Put rows that lie near each other near each other, and give back unused room.

        Raises
        ------
        StoreError
            When the store cannot be written; it then holds the same as before.
        """
        self._compact()

    @abstractmethod
    def close(self) -> None:
        """Let go of the store; closing twice does no harm."""

    def to_geodataframe(
        self, q: EventQuery | None = None, *, columns: Iterable[str] | None = None, **asked: Unpack[Asked]
    ) -> gpd.GeoDataFrame:
        """Return the events that a question matches as a frame, a row each; see `geomap.export.to_geodataframe`.

        `columns` names those that are wanted, beside the geometry; fewer are faster.

        Raises
        ------
        InputError
            When the keywords are no question.
        StoreError
            When the store cannot be read.
        """
        return self._frame(self._asked(q, asked), columns_of(columns))

    def to_arrow(self, q: EventQuery | None = None, **asked: Unpack[Asked]) -> pa.Table:
        """Return the events that a question matches as an Arrow table, a row each; see `geomap.store.arrow`.

        Raises
        ------
        InputError
            When the keywords are no question.
        StoreError
            When the store cannot be read, or pyarrow is not installed.
        """
        return self._arrow(self._asked(q, asked))

    def summary(
        self, q: EventQuery | None = None, *, gazetteer: Gazetteer | None = None, **asked: Unpack[Asked]
    ) -> Summary:
        """Return how many events a question matches, by type, month and, with a gazetteer, governorate.

        Raises
        ------
        InputError
            When the keywords are no question.
        StoreError
            When the store cannot be read.
        """
        return summarise(self.query(q, **asked), gazetteer)

    def question(self, q: EventQuery | None, asked: Asked) -> EventQuery:
        """Return the question that is meant by one of the two.

        Raises
        ------
        InputError
            When both are given, or the keywords are no question.
        """
        if q is None:
            return EventQuery.of(**asked, own_types=self.types() if asked.get("types") else None)
        if asked:
            raise QueryError("give a question or its parts by keywords, not both", field=next(iter(asked)))
        return q

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _asked(self, q: EventQuery | None, asked: Asked) -> EventQuery:
        self._check_open()
        return self.question(q, asked)

    @contextmanager
    def _filling(self) -> Iterator[None]:
        """Note how a load ends, and say of broken texts what to do."""
        self._check_open()
        try:
            yield
        except BaseException as error:
            self._has_failed = True
            if isinstance(error, UnicodeEncodeError):
                what = f"a text holds broken characters ({error.reason}); read the file as UTF-8"
                raise InputError(what) from error
            raise
        self._is_new = False

    @abstractmethod
    def _check_open(self) -> object:
        """Raise when it has been closed."""

    @abstractmethod
    def _put(self, readings: Checked, encoder: Encoder, on_progress: Progress | None) -> PutResult: ...

    @abstractmethod
    def _events(self, q: EventQuery) -> Iterator[Event]: ...

    @abstractmethod
    def _count(self, q: EventQuery) -> int: ...

    @abstractmethod
    def _extent(self, q: EventQuery) -> BBox | None: ...

    @abstractmethod
    def _frame(self, q: EventQuery, columns: Sequence[Column]) -> gpd.GeoDataFrame: ...

    def _arrow(self, q: EventQuery) -> pa.Table:
        return to_arrow(self._events(q))

    @abstractmethod
    def _types(self) -> frozenset[str]: ...

    @abstractmethod
    def _bulletins(self) -> Iterator[Bulletin]: ...

    @abstractmethod
    def _readings(self) -> Iterator[Reading]: ...

    @abstractmethod
    def _info(self) -> StoreInfo: ...

    @abstractmethod
    def _problems(self) -> Iterator[str]: ...

    @abstractmethod
    def _compact(self) -> None: ...
