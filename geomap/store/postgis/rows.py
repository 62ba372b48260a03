"""Rows of the database for a `Reader`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geomap.store.columns import BULLETIN_COLUMNS
from geomap.store.postgis.texts import kept, told
from geomap.store.reader import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geomap.model import Place
    from geomap.store.postgis.link import Connection

__all__ = ["Rows"]

_BULLETIN = ", ".join('"date"::text' if name == "date" else f'"{name}"' for name in BULLETIN_COLUMNS)


class Rows(Reader):
    """Reads rows by one connection, within a transaction that is under way."""

    def __init__(self, connection: Connection, shown: str, places: dict[int, Place]) -> None:
        super().__init__(shown, places)
        self._connection = connection

    def _bulletin_rows(self, ids: list[str]) -> Iterator[Sequence[Any]]:
        sql = f"SELECT {_BULLETIN} FROM bulletins WHERE id = ANY(%s)"  # noqa: S608  our own columns
        for row in self._connection.execute(sql, [list(map(kept, ids))]):
            yield [told(value) if isinstance(value, str) else value for value in row]

    def _event_rows(self, fids: Sequence[int]) -> Iterator[tuple[int, str, str, str]]:
        sql = "SELECT fid, bulletin, id, record FROM events JOIN details ON event = fid WHERE fid = ANY(%s)"
        for fid, bulletin, id_, record in self._connection.execute(sql, [list(fids)]):
            yield fid, told(bulletin), told(id_), record

    def _reading_row(self, id_: str) -> tuple[str, list[int]]:
        row = self._connection.execute("SELECT resolutions FROM bulletins WHERE id = %s", [kept(id_)]).fetchone()
        if row is None:
            raise self.changed()
        sql = "SELECT fid FROM events JOIN details ON event = fid WHERE bulletin = %s ORDER BY turn"
        return row[0], [fid for (fid,) in self._connection.execute(sql, [kept(id_)])]

    def _place_rows(self, fids: Sequence[int]) -> Iterable[tuple[int, str]]:
        return self._connection.execute("SELECT fid, record FROM places WHERE fid = ANY(%s)", [list(fids)]).fetchall()
