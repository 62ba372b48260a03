"""What SQLite reports, as what a person can do about it."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from geomap.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["told_plainly"]

_FULL, _FAILED = sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR
_ADVICE = {
    sqlite3.SQLITE_FULL: "there is no room left (disk, quota or file size); free some and try again."
    " What was stored before is unharmed",
    sqlite3.SQLITE_IOERR: "the disk failed or is full; free some room or check it and try again."
    " A change that was under way is taken back when the store is next opened",
    sqlite3.SQLITE_BUSY: "another program is using the store; wait until it has finished (or close it) and try again",
    sqlite3.SQLITE_LOCKED: "another part of this program is using the store; finish reading before writing",
    sqlite3.SQLITE_READONLY: "the store or its folder may only be read; allow writing to both or use a copy",
    sqlite3.SQLITE_CANTOPEN: "the store cannot be opened; check that its folder exists and may be written",
    sqlite3.SQLITE_PERM: "access is denied; check the rights to the file and its folder",
    sqlite3.SQLITE_CORRUPT: "the file is damaged or cut short; restore a copy, or make a new store from the bulletins",
    sqlite3.SQLITE_NOTADB: "it is not a GeoPackage; name a store that geomap made, or a path that does not exist yet",
}


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn what SQLite, or a temporary file, raises into a `StoreError` that says what to do.

    Raises
    ------
    StoreError
        When the block raised an error of SQLite's or of the system's.
    """
    try:
        yield
    except StoreError:
        raise
    except OSError as error:  # of a temporary file
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise StoreError(f"{_ADVICE[_FULL if is_full else _FAILED]} ({error})", path=path) from error
    except sqlite3.Error as error:
        # Extended codes carry their kind in the low byte.
        kind = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        advice = _ADVICE.get(kind, "the store cannot be used; it may not be one that geomap made")
        raise StoreError(f"{advice} ({error})", path=path) from error
