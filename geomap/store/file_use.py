"""Which copy of SQLite in this process may use a store's file.

Python has one, the ADBC driver has its own. Locks on a file belong to the process, not to a copy: what one copy unlocks
or closes is unlocked for the other, too, and a store can be lost that way (sqlite.org/howtocorrupt.html, 2.2.1). So the
other copy has the file open only while no transaction of ours is under way, and ours begin when it has closed it.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["FileUse", "identity", "use_of"]


class FileUse:
    """Who in this process uses a file: any number of our transactions, or one reader by another copy of SQLite."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ours = 0
        self._others = False

    @contextmanager
    def by_us(self) -> Iterator[None]:
        """Wait until no other copy has the file open, and keep it from opening it."""
        with self._changed:
            self._changed.wait_for(lambda: not self._others)
            self._ours += 1
        try:
            yield
        finally:
            with self._changed:
                self._ours -= 1

    @contextmanager
    def by_another_copy(self) -> Iterator[bool]:
        """Say whether another copy may open the file now; it has to close it within the block. Nobody waits."""
        with self._changed:
            is_free = not self._ours and not self._others
            self._others = self._others or is_free
        try:
            yield is_free
        finally:
            if is_free:
                with self._changed:
                    self._others = False
                    self._changed.notify_all()


_known: WeakValueDictionary[tuple[int, int], FileUse] = WeakValueDictionary()
_guard = threading.Lock()


def use_of(path: Path) -> FileUse:
    """Return the use of a file, the same for all who open it in this process, under whatever name."""
    file = identity(path)
    if file is None:
        return FileUse()
    with _guard:
        return _known.setdefault(file, FileUse())


def identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from any other, whatever its name; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
