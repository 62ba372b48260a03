"""All that a store holds as Arrow tables, in which a store passes it on to another without making events of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

__all__ = ["StoreTables"]


class StoreTables(Protocol):
    """The rows of a store, each kind in tables of some ten thousand rows.

    The columns are those of the schemas in `geomap.store.dataset.parts`; boxes need not be there. Each bulletin, and
    each event of one, stands there once. Places may be more than are named.
    """

    @property
    def events(self) -> int:
        """How many events there are."""

    def bulletin_tables(self) -> Iterator[pa.Table]:
        """Yield the bulletins."""

    def place_tables(self) -> Iterator[pa.Table]:
        """Yield the places, under the numbers by which bulletins and events name them."""

    def event_tables(self) -> Iterator[pa.Table]:
        """Yield the events, best in Hilbert order."""
