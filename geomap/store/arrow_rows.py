"""Rows of a GeoPackage as Arrow columns, by ADBC's driver for SQLite: large answers in half the time.

It is optional (``pip install geomap[arrow]``), and never needed: where it cannot be used now, there is no answer.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pyarrow as pa

    from geomap.store.file_use import FileUse

__all__ = ["arrow_rows", "can_read_arrow"]


def can_read_arrow() -> bool:
    """Tell whether the driver is installed."""
    return find_spec("adbc_driver_sqlite") is not None and find_spec("pyarrow") is not None


def arrow_rows(path: Path, use: FileUse, sql: str, values: Sequence[object], *, at_most: int) -> pa.Table | None:
    """Return the rows of a query; None when they cannot be read this way, for whatever reason.

    Parameters
    ----------
    path, use
        The file, and who in this process uses it.
    sql, values
        The query.
    at_most
        How many rows there can be. The driver tells types by the rows of its first batch, which has to be the only one.
    """
    if path.with_name(f"{path.name}-wal").exists():
        return None  # the log has locks of its own
    import adbc_driver_sqlite.dbapi as adbc  # noqa: PLC0415  takes a while, and is optional

    address = f"{path.absolute().as_uri()}?mode=ro"
    with use.by_another_copy() as is_free:
        if not is_free:
            return None
        try:
            with adbc.connect(address) as connection, connection.cursor() as cursor:
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(at_most + 1)})
                cursor.execute(sql, list(values))
                return cursor.fetch_arrow_table()
        except adbc.Error:
            return None
