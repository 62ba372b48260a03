"""What PostgreSQL reports, as what a person can do about it; no message holds a password or a value."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
from psycopg import errors

from geomap.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["cannot_connect", "reason_of", "told_plainly"]

_CHANGED = "the tables are not as geomap made them; restore a copy, or make a new store from the bulletins"

_ADVICE: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.LockNotAvailable, "another program is using the store; wait until it has finished and try again"),
    (
        errors.InsufficientPrivilege,
        "this role may not do that; connect as another one, or have the owner run what `geomap store roles` prints",
    ),
    (errors.ReadOnlySqlTransaction, "this server takes no changes, as a standby does; connect to the one that does"),
    (errors.TooManyConnections, "the server has no connection left; try again later"),
    (errors.DiskFull, "the server has no room left; free some and try again. What was stored before is unharmed"),
    (errors.QueryCanceled, "the server or somebody stopped the work; raise its statement_timeout, or ask for less"),
    (errors.ProgramLimitExceeded, "an id is too long for an index; shorten the bulletin's id"),
    (errors.UndefinedTable, _CHANGED),
    (errors.UndefinedColumn, _CHANGED),
    (errors.InvalidSchemaName, _CHANGED),
    (errors.IntegrityError, "the store holds what geomap did not write; `geomap store check` tells more"),
)

_LOST = (
    "the connection to the server was lost. A change that was under way is stored whole or not at all; see that"
    " the server runs, and run the same command again"
)

# libpq gives no codes for what goes wrong before a connection stands, only words.
_NOT_CONNECTED = (
    ("password", "the server refuses this user or password; a password may also stand in PGPASSWORD or ~/.pgpass"),
    ("authentication failed", "the server refuses this user; check its name, and pg_hba.conf of the server"),
    ("pg_hba.conf", "the server refuses this user from here; its pg_hba.conf says who may connect"),
    ('database "', "there is no such database; `createdb` makes one, which then needs CREATE EXTENSION postgis"),
    ('role "', "there is no such role on the server; check the user's name"),
    ("too many", "the server has no connection left; try again later"),
    ("starting up", "the server is starting up or shutting down; try again in a moment"),
    ("shutting down", "the server is starting up or shutting down; try again in a moment"),
)


@contextmanager
def told_plainly(shown: str) -> Iterator[None]:
    """Turn what PostgreSQL raises into a `StoreError` that says what to do.

    Parameters
    ----------
    shown
        The store's address without a password.

    Raises
    ------
    StoreError
        When the block raised an error of psycopg's.
    """
    try:
        yield
    except psycopg.Error as error:
        otherwise = _LOST if _is_lost(error) else "the store cannot be used; what was under way is taken back"
        advice = next((text for kind, text in _ADVICE if isinstance(error, kind)), otherwise)
        raise StoreError(f"{advice} ({reason_of(error)})", path=shown) from error


def _is_lost(error: psycopg.Error) -> bool:
    """Tell whether an error is of the connection (its code's class, when the server could still say so)."""
    return isinstance(error, psycopg.OperationalError) and (error.sqlstate or "08")[:2] in ("08", "57")


def cannot_connect(error: psycopg.Error, shown: str) -> StoreError:
    """Return what to say when no connection came to stand."""
    reason = reason_of(error)
    known = (text for sign, text in _NOT_CONNECTED if sign in reason)
    advice = next(known, "the server cannot be reached; see that it runs, and check host and port")
    return StoreError(f"{advice} ({reason})", path=shown)


def reason_of(error: psycopg.Error) -> str:
    """Return the server's or libpq's own words in one line."""
    return " ".join((error.diag.message_primary or str(error)).split()) or type(error).__name__
