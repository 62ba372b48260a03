"""Opening a store's file: what it must be, what it is not, and making it when it is new."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from geomap.errors import StoreError
from geomap.store.blob import TriggerSwitch, register_functions
from geomap.store.faults import told_plainly
from geomap.store.file_use import FileUse, use_of
from geomap.store.migrations import MIGRATIONS
from geomap.store.schema import APPLICATION_ID, SCHEMA_VERSION, schema_script, statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["StoreConnection", "connect", "is_unused", "remove_unused", "transaction"]

_CACHE_KB = 32_000
"""Pages that stay in memory between questions; SQLite's own 2 MB hold the answer to one of a thousand events."""


class StoreConnection(sqlite3.Connection):
    """A connection that knows who else in this process uses its file."""

    use = FileUse()
    triggers: TriggerSwitch

    @contextmanager
    def without_triggers(self) -> Iterator[None]:
        """Let rows go into layers for whose R-trees the block sees itself, without a change of the schema.

        A row that comes through a trigger takes five calls of Python and a savepoint of its own: twice as long.
        """
        self.triggers.are_off = True
        try:
            yield
        finally:
            self.triggers.are_off = False

    def close(self) -> None:
        """Let go of the file, when no other copy of SQLite has it open."""
        with self.use.by_us():
            super().close()


def connect(path: Path, *, create: bool, timeout_s: float) -> StoreConnection:
    """Open the store in a file, or make it when `create` is given and there is none.

    Parameters
    ----------
    path
        The file.
    create
        Whether a missing or empty file becomes a new store.
    timeout_s
        How long to wait for another program that is writing, in seconds.

    Raises
    ------
    StoreError
        When there is no store, or the file is something else, damaged, newer than this version or out of reach.
    """
    _check_file(path, create=create)
    is_new = not path.exists()
    with told_plainly(path):
        uri = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
        connection = sqlite3.connect(uri, uri=True, timeout=timeout_s, isolation_level=None, factory=StoreConnection)
        connection.use = use_of(path)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
            connection.triggers = register_functions(connection)
            _make_when_empty(connection, path, create=create)
            connection.use = use_of(path)  # a new file is one by now
            _migrate(connection, path, _check_store(connection, path))
        except BaseException:
            connection.close()
            if is_new:
                remove_unused(path)
            raise
        return connection


def remove_unused(path: Path) -> None:
    """Remove a store in which nothing is, such as one that could not be made or filled, unless somebody is using it.

    Whoever has it open is told when writing that it is gone (`GeoPackageStore.put`).
    """
    with suppress(sqlite3.Error, OSError):
        address = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            if _is_empty(connection) or not connection.execute("SELECT 1 FROM bulletins").fetchone():
                path.unlink()


def is_unused(connection: sqlite3.Connection) -> bool:
    """Tell whether nothing has ever been put into a store: a number once given never names another row."""
    given = "SELECT 1 FROM sqlite_sequence WHERE seq > 0 AND name IN ('bulletins', 'places', 'events')"
    return connection.execute(given).fetchone() is None


@contextmanager
def transaction(connection: StoreConnection, kind: str = "DEFERRED") -> Iterator[None]:
    """Do all of a block or nothing; ``IMMEDIATE`` takes the right to write at once."""
    with connection.use.by_us():
        connection.execute(f"BEGIN {kind}")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite has taken back a failed write itself
                connection.execute("ROLLBACK")
            raise


def _check_file(path: Path, *, create: bool) -> None:
    """Tell apart what can be told without SQLite, whose own messages would mislead."""
    try:
        if path.is_dir():
            raise StoreError("this is a folder; a store is a file, for example geomap.gpkg in it", path=path)
        if not path.exists():
            if not create:
                raise StoreError("there is no store here yet; `geomap ingest` makes one", path=path)
            if not path.absolute().parent.is_dir():
                raise StoreError("its folder does not exist; make the folder first", path=path)
            return
        with path.open("rb") as file:
            head = file.read(16)
    except (OSError, ValueError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(f"the file cannot be read ({error})", path=path) from error
    # A process that died while it made the store may have left the first page unwritten: then the journal heals it.
    if head and head != b"SQLite format 3\0" and not path.with_name(path.name + "-journal").exists():
        raise StoreError("this is not a GeoPackage; name another file for the store", path=path)


def _make_when_empty(connection: StoreConnection, path: Path, *, create: bool) -> None:
    with transaction(connection):
        if not _is_empty(connection):
            return
    if not create:
        raise StoreError("the file is empty; `geomap ingest` makes a store of it", path=path)
    with transaction(connection, "IMMEDIATE"):
        if _is_empty(connection):  # nobody else has made it meanwhile
            for statement in statements(schema_script()):
                connection.execute(statement)


def _is_empty(connection: sqlite3.Connection) -> bool:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return bool(tables == 0)


def _check_store(connection: StoreConnection, path: Path) -> int:
    """Return the store's schema version once it has proved to be a whole store of ours."""
    with transaction(connection):  # nobody writes while it is looked at
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'geomap_schema'").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            raise StoreError("this is an SQLite file but no GeoPackage; name another file for the store", path=path)
        if not tables:
            raise StoreError("this GeoPackage was not made by geomap; name another file for the store", path=path)
        _check_whole(path)
        version = _version(connection)
    if not isinstance(version, int) or not 1 <= version <= SCHEMA_VERSION:
        raise StoreError(
            f"the store has version {version}, this geomap knows versions up to {SCHEMA_VERSION}; update geomap",
            path=path,
        )
    return version


def _check_whole(path: Path) -> None:
    """Compare the file's length with what its header says: a copy that was cut short may look sound for long."""
    if path.with_name(path.name + "-wal").exists():
        return  # then pages of the file may still stand in the log
    with path.open("rb") as file:
        head = file.read(100)
    page_bytes, pages = int.from_bytes(head[16:18]), int.from_bytes(head[28:32])
    expected = pages * (65536 if page_bytes == 1 else page_bytes)
    if path.stat().st_size < expected:
        raise StoreError(
            f"the file is cut short ({path.stat().st_size} of {expected} bytes); restore a copy, or make a new store"
            " from the bulletins",
            path=path,
        )


def _migrate(connection: StoreConnection, path: Path, version: int) -> None:
    """Bring an older store up to date, step by step, each step whole."""
    for old in range(version, SCHEMA_VERSION):
        with transaction(connection, "IMMEDIATE"):
            if _version(connection) == old:  # nobody else has done it meanwhile
                MIGRATIONS[old](connection, path)
                connection.execute("UPDATE geomap_schema SET version = ?", [old + 1])


def _version(connection: sqlite3.Connection) -> object:
    (version,) = connection.execute("SELECT max(version) FROM geomap_schema").fetchone()
    return version
