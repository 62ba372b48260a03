"""Where a store is: an address as libpq reads it, and the same as a message may show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from geomap.errors import StoreError

__all__ = ["Address", "read_address"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """What libpq needs to connect, which may hold a password, and what may be shown."""

    shown: str
    parameters: dict[str, str] = field(repr=False)


def read_address(url: str) -> Address:
    """Read an address such as ``postgresql://user:password@host:5432/database``.

    What it leaves out libpq takes from its environment: ``PGPASSWORD``, ``~/.pgpass``, ``PGSERVICE`` and so on.

    Raises
    ------
    StoreError
        When it cannot be understood; the message repeats nothing of it, as parts of a password may be anywhere.
    """
    try:
        parameters = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    except (psycopg.ProgrammingError, UnicodeError):
        raise _not_understood() from None  # libpq would quote the part that it stumbled over
    ports = parameters.get("port", "").split(",")
    # Left-overs of a password that has an @ or a / in it.
    if "@" in parameters.get("host", "") or not all(port.isdigit() or not port for port in ports):
        raise _not_understood()
    return Address(shown=_shown(parameters), parameters=parameters)


def _not_understood() -> StoreError:
    return StoreError(
        "the address of the database cannot be understood; write postgresql://user@host:5432/database, and signs such"
        " as @ : / % # in a password as %40 %3A %2F %25 %23",
        field="store",
    )


def _shown(parameters: dict[str, str]) -> str:
    """Return who, where and which database; never another part, as any of them may be secret."""
    user = f"{quote(parameters['user'])}@" if "user" in parameters else ""
    hosts, ports = parameters.get("host", "").split(","), parameters.get("port", "").split(",")
    folder = hosts[0] if hosts[0].startswith("/") else ""  # of a Unix socket
    places = [] if folder else [f"{h}:{p}" if p else h for h, p in zip(hosts, ports * len(hosts), strict=False)]
    rest = [f"host={folder}"] * bool(folder) + [f"port={ports[0]}"] * bool(folder and ports[0])
    query = f"?{'&'.join(rest)}" if rest else ""
    return f"postgresql://{user}{','.join(places)}/{quote(parameters.get('dbname', ''))}{query}"
