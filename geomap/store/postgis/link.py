"""Connections to the database: a few in a pool, made when they are first needed, and made again once when lost."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg import IsolationLevel
from psycopg_pool import ConnectionPool, PoolTimeout

from geomap.errors import StoreError
from geomap.store.postgis.faults import cannot_connect, told_plainly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geomap.store.postgis.address import Address

__all__ = ["WRITERS", "Connection", "Link"]

Connection = psycopg.Connection[tuple[Any, ...]]
T = TypeVar("T")

WRITERS = 0x67656F6D6170
"""The number of the advisory lock that one writer holds at a time: "geomap" in ASCII."""

_MOST = 4  # connections: a store is asked by few threads, and servers count them
_PREPARED = 2  # times that a question is asked before it is prepared

# What the pool logs is told by our own messages; without a handler Python would print it.
logging.getLogger("psycopg").addHandler(logging.NullHandler())


class Link:
    """The connections of one store.

    Parameters
    ----------
    address
        Where the database is.
    timeout_s
        How long to wait for another writer, and for a connection unless the address says so, in seconds.
    """

    def __init__(self, address: Address, *, timeout_s: float) -> None:
        self.shown = address.shown
        self._timeout_s = timeout_s
        self._parameters: dict[str, Any] = {
            "connect_timeout": str(max(2, round(timeout_s))),
            "application_name": "geomap",
            **address.parameters,
            "client_encoding": "utf8",
            "autocommit": True,
            "prepare_threshold": _PREPARED,
        }
        self._search_path = "geomap"
        self._pool: ConnectionPool[Connection] | None = None
        self._opening = Lock()
        self._closed = False

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Give a connection of its own, closed afterwards; for what is done before the pool is needed.

        Raises
        ------
        StoreError
            When the server refuses or cannot be reached.
        """
        try:
            connection: Connection = psycopg.connect(**self._parameters)
        except psycopg.Error as error:
            raise cannot_connect(error, self.shown) from error
        with connection:
            self._configure(connection)
            yield connection

    def find_functions_in(self, schema: str) -> None:
        """Say in which schema PostGIS has its functions."""
        self._search_path = f'geomap, "{schema.replace(chr(34), chr(34) * 2)}"'

    def read(self, work: Callable[[Connection], T]) -> T:
        """Do work that only reads, all of it on the same state of the store; once more when the connection was lost.

        Raises
        ------
        StoreError
            When the store cannot be read.
        """
        with told_plainly(self.shown):
            try:
                return self._read(work)
            except (_LostError, PoolTimeout):
                self._mend()
                return self._read(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Do work that writes, all or nothing, while nobody else writes.

        Raises
        ------
        StoreError
            When another program writes for too long, or the store cannot be written.
        """
        with told_plainly(self.shown), self._sound() as connection:
            connection.isolation_level, connection.read_only = IsolationLevel.READ_COMMITTED, False
            with connection.transaction():
                connection.execute("SELECT set_config('lock_timeout', %s, true)", [self._lock_timeout()])
                connection.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS])
                return work(connection)

    def maintain(self, work: Callable[[Connection], None]) -> None:
        """Do work that is no transaction, while nobody else writes.

        Raises
        ------
        StoreError
            When another program writes for too long, or this role may not do it.
        """
        with told_plainly(self.shown), self.alone() as connection:  # what is set and locked goes with it
            connection.execute("SELECT set_config('lock_timeout', %s, false)", [self._lock_timeout()])
            connection.execute("SELECT pg_advisory_lock(%s)", [WRITERS])
            work(connection)

    def close(self) -> None:
        """Close all connections; closing twice does no harm."""
        self._closed = True
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def check_open(self) -> None:
        """Raise when it has been closed."""
        if self._closed:
            raise StoreError("the store has been closed; open it again", path=self.shown)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._opened().connection() as connection:
            connection.isolation_level, connection.read_only = IsolationLevel.REPEATABLE_READ, True
            try:
                with connection.transaction():
                    return work(connection)
            except psycopg.OperationalError as error:
                if connection.closed:
                    raise _LostError(*error.args) from error
                raise

    @contextmanager
    def _sound(self) -> Iterator[Connection]:
        pool = self._opened()
        connection = self._taken(pool)
        try:
            yield connection
        finally:
            pool.putconn(connection)

    def _taken(self, pool: ConnectionPool[Connection]) -> Connection:
        """Return a connection that has just answered: a change is never tried twice."""
        try:
            connection = pool.getconn()
        except PoolTimeout:
            self._mend()
            return pool.getconn()
        try:
            pool.check_connection(connection)
        except psycopg.OperationalError:
            pool.putconn(connection)  # which throws it away
            self._mend()
            return pool.getconn()
        return connection

    def _mend(self) -> None:
        """Replace the connections that were lost; when the server does not answer, its reason is raised."""
        with self.alone():
            pass
        self._opened().check()

    def _opened(self) -> ConnectionPool[Connection]:
        self.check_open()
        with self._opening:
            if self._pool is None:
                self._pool = self._made()
            return self._pool

    def _made(self) -> ConnectionPool[Connection]:
        pool = ConnectionPool(
            kwargs=self._parameters, configure=self._configure, min_size=1, max_size=_MOST, name="geomap",
            timeout=self._timeout_s, reconnect_timeout=self._timeout_s, open=True,
        )  # fmt: skip
        try:
            pool.wait(self._timeout_s)
        except PoolTimeout:
            pool.close()
            with self.alone():  # tells what is wrong, if it still is
                raise
        return pool

    def _configure(self, connection: Connection) -> None:
        connection.execute(
            "SELECT set_config('search_path', %s, false), set_config('datestyle', 'ISO, YMD', false),"
            " set_config('client_min_messages', 'error', false)",
            [self._search_path],
        )

    def _lock_timeout(self) -> str:
        return f"{round(self._timeout_s * 1000)}ms"


class _LostError(psycopg.OperationalError):
    """The connection was lost in the middle of reading."""
