"""Rows of the store -> bulletins, places, events and readings, many at once."""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from geomap.errors import StoreError
from geomap.gazetteer.linked_places import from_feature
from geomap.model import Bulletin, Event, Place, Reading
from geomap.store.record import event_from_record, from_json, resolution_from_record, to_json
from geomap.store.writer import BULLETIN_COLUMNS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from pathlib import Path

__all__ = ["Rows"]


class Rows:
    """Reads rows of one open store, and keeps the places that it has read."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._places: dict[int, Place] = {}  # a number (fid) never names another place, so these stay right

    def bulletins(self, ids: Iterable[str]) -> dict[str, Bulletin]:
        """Return bulletins by id.

        Raises
        ------
        StoreError
            When one is no longer there, or its row cannot be read.
        """
        wanted = list(ids)
        sql = f"SELECT {', '.join(BULLETIN_COLUMNS)} FROM bulletins WHERE id IN (SELECT value FROM json_each(?))"
        found = {row[0]: self._bulletin(row) for row in self._connection.execute(sql, [to_json(wanted)])}
        if len(found) != len(wanted):
            raise self.changed()
        return found

    def _bulletin(self, row: Sequence[Any]) -> Bulletin:
        values: dict[str, Any] = dict(zip(BULLETIN_COLUMNS, row, strict=True))
        try:
            values["date"] = None if values["date"] is None else date.fromisoformat(values["date"])
            return Bulletin(**{**values, "notes": tuple(from_json(values["notes"]))})
        except (TypeError, ValueError) as error:
            raise self._unreadable("bulletin", values["id"], error) from error

    def events(self, fids: Sequence[int], bulletins: dict[str, Bulletin]) -> list[Event]:
        """Return events in the order of their numbers.

        Parameters
        ----------
        fids
            The numbers.
        bulletins
            Bulletins already read, by id; those that are read are added.

        Raises
        ------
        StoreError
            When one is no longer there, or its record cannot be read.
        """
        rows = self._connection.execute(
            "SELECT fid, bulletin, id, record FROM events JOIN geomap_details ON event = fid"
            " WHERE fid IN (SELECT value FROM json_each(?))",
            [to_json(fids)],
        )
        found = {fid: (bulletin, id_, record) for fid, bulletin, id_, record in rows}
        if len(found) != len(fids):
            raise self.changed()
        missing = {bulletin for bulletin, _, _ in found.values()} - bulletins.keys()
        bulletins |= self.bulletins(missing)
        return [self._event(*found[fid], bulletins) for fid in fids]

    def _event(self, bulletin: str, id_: str, record: str, bulletins: dict[str, Bulletin]) -> Event:
        try:
            return event_from_record(from_json(record), bulletins[bulletin], self._place)
        except (LookupError, TypeError, ValueError) as error:
            raise self._unreadable("event", id_, error) from error

    def reading(self, id_: str) -> Reading:
        """Return what was stored of a bulletin.

        Raises
        ------
        StoreError
            When it is no longer there, or cannot be read.
        """
        bulletin = self.bulletins([id_])[id_]
        (text,) = self._connection.execute("SELECT resolutions FROM bulletins WHERE id = ?", [id_]).fetchone()
        sql = "SELECT fid FROM events JOIN geomap_details ON event = fid WHERE bulletin = ? ORDER BY turn"
        fids = [fid for (fid,) in self._connection.execute(sql, [id_])]
        try:
            resolutions = tuple(resolution_from_record(record, self._place) for record in from_json(text))
        except (LookupError, TypeError, ValueError) as error:
            raise self._unreadable("bulletin", id_, error) from error
        return Reading(bulletin=bulletin, resolutions=resolutions, events=tuple(self.events(fids, {id_: bulletin})))

    def _place(self, fid: int) -> Place:
        if fid not in self._places:
            row = self._connection.execute("SELECT record FROM places WHERE fid = ?", [fid]).fetchone()
            if row is None:
                raise LookupError(f"place {fid} is missing")
            self._places[fid] = from_feature(from_json(row[0]))
        return self._places[fid]

    def changed(self) -> StoreError:
        """Return what to say when rows are gone that were there a moment ago."""
        return StoreError("another program changed the store while it was being read; ask again", path=self._path)

    def _unreadable(self, what: str, id_: str, error: Exception) -> StoreError:
        return StoreError(
            f"the record of {what} {id_} cannot be read ({error}); ingest its bulletin again", path=self._path
        )
