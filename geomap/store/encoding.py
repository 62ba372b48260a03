"""Readings -> what a store writes of them, before it is touched: plain values, in which places have own numbers.

Making rows and records takes longer than writing them, and what is made of a reading is set aside in a third of the
time that the reading itself would need. The numbers under which the store knows the places are put in when they are
known (`numbered`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geomap.query import event_days, fold_text
from geomap.store.columns import BULLETIN_COLUMNS, event_values
from geomap.store.flows import flows_of
from geomap.store.record import event_json, resolution_json, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geomap.model import Event, Place, Reading, Resolution
    from geomap.store.columns import Value

__all__ = ["EncodedBulletin", "EncodedEvent", "EncodedReading", "Encoder", "numbered"]

_MARK = "\x01"
"""Stands around the number of a place in JSON, which never holds this character itself."""


class EncodedEvent(NamedTuple):
    """An event: its row (`EVENT_COLUMNS`), its record, its sentence folded, its days as ordinals, its places and flows.

    A flow is two places, and how many such lines share the event's figure.
    """

    row: tuple[Value, ...]
    record: str
    text: str
    days: tuple[int, int] | None
    places: tuple[int, ...]
    flows: tuple[tuple[int, int, int], ...]


class EncodedBulletin(NamedTuple):
    """A bulletin: its row (`BULLETIN_COLUMNS`), what its names mean, and all places that it or its events name."""

    id: str
    row: tuple[Value, ...]
    resolutions: str
    uses: tuple[int, ...]


class EncodedReading(NamedTuple):
    """A reading: its bulletin and its events."""

    bulletin: EncodedBulletin
    events: tuple[EncodedEvent, ...]


class Encoder:
    """Encodes readings, and numbers the places that they name, each once, from 0.

    `places` are those in the order of their numbers. They stay in memory: they are few, and big.
    """

    def __init__(self) -> None:
        self.places: list[Place] = []
        self._numbers: dict[int, int] = {}  # of places by identity: the list above holds them
        self._used: dict[int, None] = {}  # by the reading that is at hand
        self._known: dict[int, str] = {}  # resolutions of the reading that is at hand, by identity

    def encode(self, readings: Iterable[Reading]) -> Iterator[EncodedReading]:
        """Yield what is to be written of each reading."""
        return map(self._encode, readings)

    def _encode(self, reading: Reading) -> EncodedReading:
        self._used, self._known = {}, {}
        bulletin = reading.bulletin
        row = (
            bulletin.id,
            None if bulletin.date is None else bulletin.date.isoformat(),
            bulletin.source,
            bulletin.lang,
            bulletin.url,
            bulletin.path,
            to_json(bulletin.notes),
            bulletin.text,
        )
        resolutions = f"[{','.join(map(self._resolution, reading.resolutions))}]"
        events = tuple(map(self._event, reading.events))
        return EncodedReading(EncodedBulletin(bulletin.id, row, resolutions, tuple(self._used)), events)

    def _event(self, event: Event) -> EncodedEvent:
        days = event_days(event)
        return EncodedEvent(
            event_values(event),
            event_json(event, self._resolution),
            fold_text(event.sentence),
            None if days is None else (days[0].toordinal(), days[1].toordinal()),
            tuple([self._number_of(place) for place in event.places()]),
            tuple([(self._number_of(a), self._number_of(b), shared) for a, b, shared in flows_of(event)]),
        )

    def _resolution(self, resolution: Resolution) -> str:
        text = self._known.get(id(resolution))
        if text is None:
            text = self._known[id(resolution)] = resolution_json(resolution, self._ref_of)
        return text

    def _ref_of(self, place: Place) -> str:
        number = self._number_of(place)
        self._used[number] = None
        return f"{_MARK}{number}{_MARK}"

    def _number_of(self, place: Place) -> int:
        number = self._numbers.setdefault(id(place), len(self.places))
        if number == len(self.places):
            self.places.append(place)
        return number


def numbered(text: str, numbers: Sequence[str]) -> str:
    """Return JSON with the store's numbers of places in place of the encoder's; `numbers` gives one for the other."""
    parts = text.split(_MARK)
    parts[1::2] = [numbers[int(part)] for part in parts[1::2]]
    return "".join(parts)


assert len(BULLETIN_COLUMNS) == 8  # noqa: S101  as many as `Encoder` gives
