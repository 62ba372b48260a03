"""Rows of a store -> bulletins, places, events and readings, many at once, whatever the store is made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from typing import TYPE_CHECKING, Any

from geomap.errors import StoreError
from geomap.gazetteer.linked_places import from_feature
from geomap.model import Bulletin, Event, Place, Reading
from geomap.store.columns import BULLETIN_COLUMNS
from geomap.store.record import event_from_record, from_json, places_named, resolution_from_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geomap.store.record import Record

__all__ = ["Reader"]

_MALFORMED = (AttributeError, LookupError, TypeError, ValueError)
"""What reading a record raises that is not one of ours."""


class Reader(ABC):
    """Reads rows of one store, and keeps the places that it has read.

    Parameters
    ----------
    address
        Where the store is, for messages.
    places
        Places already read, by number (fid), which never names another place; those that are read are added.
    """

    def __init__(self, address: str, places: dict[int, Place] | None = None) -> None:
        self._address = address
        self._places = {} if places is None else places
        self._fetched: dict[int, str] = {}  # records of places that nobody has asked for yet

    @abstractmethod
    def _bulletin_rows(self, ids: list[str]) -> Iterable[Sequence[Any]]:
        """Return the values of `BULLETIN_COLUMNS` of bulletins."""

    @abstractmethod
    def _event_rows(self, fids: Sequence[int]) -> Iterable[tuple[int, str, str, str]]:
        """Return number, bulletin, id and record of events."""

    @abstractmethod
    def _reading_row(self, id_: str) -> tuple[str, list[int]]:
        """Return the resolutions of a bulletin, as JSON, and the numbers of its events in their turn."""

    @abstractmethod
    def _place_rows(self, fids: Sequence[int]) -> Iterable[tuple[int, str]]:
        """Return number and record of places."""

    def bulletins(self, ids: Iterable[str]) -> dict[str, Bulletin]:
        """Return bulletins by id.

        Raises
        ------
        StoreError
            When one is no longer there, or its row cannot be read.
        """
        wanted = list(ids)
        found = {row[0]: self._bulletin(row) for row in self._bulletin_rows(wanted)} if wanted else {}
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
        found = {row[0]: row[1:] for row in self._event_rows(fids)}
        if len(found) != len(fids):
            raise self.changed()
        bulletins |= self.bulletins({bulletin for bulletin, _, _ in found.values()} - bulletins.keys())
        records = {fid: self._record(id_, text) for fid, (_, id_, text) in found.items()}
        self._fetch_places(records.values())
        return [self._event(found[fid], records[fid], bulletins) for fid in fids]

    def _record(self, id_: str, text: str) -> Record:
        try:
            record: Record = from_json(text)
            places_named(record)
        except _MALFORMED as error:
            raise self._unreadable("event", id_, error) from error
        return record

    def _event(self, row: tuple[str, str, str], record: Record, bulletins: Mapping[str, Bulletin]) -> Event:
        bulletin, id_, _ = row
        try:
            return event_from_record(record, bulletins[bulletin], self._place)
        except _MALFORMED as error:
            raise self._unreadable("event", id_, error) from error

    def reading(self, id_: str) -> Reading:
        """Return what was stored of a bulletin.

        Raises
        ------
        StoreError
            When it is no longer there, or cannot be read.
        """
        bulletin = self.bulletins([id_])[id_]
        text, fids = self._reading_row(id_)
        try:
            records = from_json(text)
            self._fetch_places([{"roles": {"at": records}}])
            resolutions = tuple(resolution_from_record(record, self._place) for record in records)
        except _MALFORMED as error:
            raise self._unreadable("bulletin", id_, error) from error
        return Reading(bulletin=bulletin, resolutions=resolutions, events=tuple(self.events(fids, {id_: bulletin})))

    def _fetch_places(self, records: Iterable[Record]) -> None:
        """Fetch the places that events name, all at once: they may be a network away."""
        named = {fid for record in records for fid in places_named(record)}
        missing = sorted(named - self._places.keys() - self._fetched.keys())
        if missing:
            self._fetched.update(self._place_rows(missing))

    def _place(self, fid: int) -> Place:
        if fid not in self._places:
            if fid not in self._fetched:
                raise LookupError(f"place {fid} is missing")
            self._places[fid] = from_feature(from_json(self._fetched.pop(fid)))
        return self._places[fid]

    def changed(self) -> StoreError:
        """Return what to say when rows are gone that were there a moment ago."""
        return StoreError("another program changed the store while it was being read; ask again", path=self._address)

    def _unreadable(self, what: str, id_: str, error: Exception) -> StoreError:
        return StoreError(
            f"the record of {what} {id_} cannot be read ({error}); ingest its bulletin again", path=self._address
        )
