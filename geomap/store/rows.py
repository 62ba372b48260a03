"""Rows of a GeoPackage for a `Reader`."""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geomap.store.columns import BULLETIN_COLUMNS
from geomap.store.reader import Reader
from geomap.store.record import to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["Rows"]


class Rows(Reader):
    """Reads rows of one open store, and keeps the places that it has read."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(str(path))
        self._connection = connection

    def _bulletin_rows(self, ids: list[str]) -> Iterable[Sequence[Any]]:
        sql = f"SELECT {', '.join(BULLETIN_COLUMNS)} FROM bulletins WHERE id IN (SELECT value FROM json_each(?))"
        return self._connection.execute(sql, [to_json(ids)])

    def _event_rows(self, fids: Sequence[int]) -> Iterable[tuple[int, str, str, str]]:
        return self._connection.execute(
            "SELECT fid, bulletin, id, record FROM events JOIN geomap_details ON event = fid"
            " WHERE fid IN (SELECT value FROM json_each(?))",
            [to_json(fids)],
        )

    def _reading_row(self, id_: str) -> tuple[str, list[int]]:
        (text,) = self._connection.execute("SELECT resolutions FROM bulletins WHERE id = ?", [id_]).fetchone()
        sql = "SELECT fid FROM events JOIN geomap_details ON event = fid WHERE bulletin = ? ORDER BY turn"
        return text, [fid for (fid,) in self._connection.execute(sql, [id_])]

    def _place_rows(self, fids: Sequence[int]) -> Iterable[tuple[int, str]]:
        sql = "SELECT fid, record FROM places WHERE fid IN (SELECT value FROM json_each(?))"
        return self._connection.execute(sql, [to_json(fids)])
