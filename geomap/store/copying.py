"""A GeoPackage copied page by page into a new one: nothing in it has to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.store.connection import is_unused, transaction
from geomap.store.event_store import PutResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from geomap.store.connection import StoreConnection
    from geomap.store.event_store import Progress

__all__ = ["copy_pages"]

_PAGES = 5000
"""Pages (20 MB) that are copied between two words on how far it is."""


def copy_pages(source: StoreConnection, goal: StoreConnection, *, on_progress: Progress | None) -> PutResult | None:
    """Copy all of a store into one that is new; None, and nothing done, when that already holds something.

    Raises
    ------
    sqlite3.Error
        When that fails; the goal is then as it was before.
    """
    with transaction(source), goal.use.by_us():
        goal.execute("PRAGMA locking_mode = EXCLUSIVE")  # what is found here holds until all is copied
        try:
            with transaction(goal, "EXCLUSIVE"):
                if not is_unused(goal):
                    return None
            source.backup(goal, pages=_PAGES, progress=_telling(on_progress))
        finally:
            goal.execute("PRAGMA locking_mode = NORMAL")
            goal.execute("SELECT 1 FROM geomap_schema").fetchone()  # only then is the lock let go
        (bulletins,) = goal.execute("SELECT count(*) FROM bulletins").fetchone()
        (events,) = goal.execute("SELECT count(*) FROM events").fetchone()
    return PutResult(bulletins=bulletins, events=events, replaced=0)


def _telling(on_progress: Progress | None) -> Callable[[int, int, int], None] | None:
    if on_progress is None:
        return None
    return lambda _state, left, pages: on_progress("copying pages", pages - left, pages)
