"""What a reading and a writing role need, and no more, as SQL for the owner of the store to run."""

from __future__ import annotations

import re

from geomap.errors import InputError
from geomap.store.postgis.schema import FILLED

__all__ = ["roles_script"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")


def roles_script(*, reader: str, writer: str) -> str:
    """Return SQL that makes two roles, where they are missing, and gives them their rights.

    Both may not log in: they are groups, which an administrator grants to people and programs.

    Parameters
    ----------
    reader
        The role that may ask, and nothing else.
    writer
        The role that may also put and replace bulletins, but change no table, drop none and empty none.

    Raises
    ------
    InputError
        When a name is none for a role.
    """
    asking, putting = _identifier(reader), _identifier(writer)
    tables = ", ".join(f"geomap.{table}" for table in FILLED)
    return "\n".join(
        [
            _made(asking),
            _made(putting),
            f"GRANT USAGE ON SCHEMA geomap TO {asking}, {putting};",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA geomap TO {asking}, {putting};",
            f"GRANT INSERT, DELETE ON {tables} TO {putting};",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA geomap TO {putting};",
            "-- what a later geomap adds may be read, too; run this again after an update to have it written",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA geomap GRANT SELECT ON TABLES TO {asking}, {putting};",
            "",
        ]
    )


def _made(role: str) -> str:
    test = f"to_regrole('{role}') IS NULL"
    return f"DO $$ BEGIN IF {test} THEN CREATE ROLE {role} NOLOGIN; END IF; END $$;"


def _identifier(name: str) -> str:
    """Return a name as SQL writes names; one that would have to be quoted in quotes is refused."""
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} is no name for a role; use letters, digits, _ and -", field="role")
    return f'"{name}"'
