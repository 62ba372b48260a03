"""Events whose places, texts and ids tell no finer place than was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.coarsening.areas import Areas, area_words
from geomap.coarsening.names import folded_names, names_of, unless_named
from geomap.model import Bulletin, Event, Mention, Resolution, Roles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geomap.coarsening.areas import Coarseness
    from geomap.gazetteer import Gazetteer

__all__ = ["coarsen"]

_DAYS = re.compile(r"[\d/-]*")


def coarsen(events: Iterable[Event], to: Coarseness, *, gazetteer: Gazetteer | None = None) -> tuple[Event, ...]:
    """Return events that tell their places no finer than asked.

    A place becomes the area that holds it: a governorate (``"adm1"``) or a district (``"adm2"``) of the gazetteer, a
    square of a fixed grid (``"10km"``); where no such area is known, the country; else the event has no place. Areas
    that are as wide as that already stay. A move within one area is told as in it.

    Texts name places. So sentences, periods in words, labels, claimants, reasons, candidates, titles, addresses and ids
    of bulletins are left out; bulletins and events are numbered. Sources, units and types of one's own stay unless they
    hold a name that is not told. Days, figures and what is said of them are told as before.

    Facts that are told again have to be marked before (`geomap.series.mark_retold`): afterwards two events of one area
    look like one.

    Parameters
    ----------
    events
        In their order.
    to
        ``"adm1"``, ``"adm2"`` or ``"10km"``.
    gazetteer
        Where areas come from; only a grid needs none.

    Raises
    ------
    InputError
        When `to` is none of them, or areas are asked for without a gazetteer.

    Examples
    --------
    >>> coarsen([], "10km")
    ()
    """
    given = tuple(events)
    areas = Areas(to, gazetteer)
    withheld = folded_names(_withheld(given, areas)) - folded_names(_told(given, areas))
    bulletins = {b: str(n) for n, b in enumerate(dict.fromkeys(event.bulletin for event in given), 1)}
    teller = _Teller(
        areas=areas,
        text=f"(text left out: this tells places by {area_words(to)} only)",
        withheld=withheld,
        bulletins=bulletins,
        ids={event.id: f"{bulletins[event.bulletin]}/{n}" for n, event in enumerate(given, 1)},
    )
    return tuple(teller.event(event) for event in given)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Teller:
    """Tells events of one map or file.

    `text` stands for every sentence. `withheld` are folded names; `bulletins` and `ids` the new ids of bulletins and,
    by their old ones, of events.
    """

    areas: Areas
    text: str
    withheld: frozenset[str]
    bulletins: dict[Bulletin, str]
    ids: dict[str, str]

    def event(self, event: Event) -> Event:
        bulletin = Bulletin(
            id=self.bulletins[event.bulletin],
            text=self.text,
            date=event.bulletin.date,
            source=self._unless_named(event.bulletin.source),
        )
        roles = {role: self._places(event, found) for role, found in event.roles.items()}
        if roles["from"] and _ids(roles["from"]) == _ids(roles["to"]):
            roles["at"] = _each_once((*roles["at"], *roles["to"]))
            roles["from"] = roles["to"] = ()
        return Event(
            id=self.ids[event.id],
            bulletin=bulletin,
            type=event.type if self._unless_named(event.type.replace("_", " ")) else "other",
            sentence=self.text,
            start=0,
            end=len(self.text),
            counts=tuple(
                replace(count, surface="", unit=self._unless_named(count.unit) or "") for count in event.counts
            ),
            roles=Roles.of(roles),
            inferred=Roles.of({role: self._places(event, found) for role, found in event.inferred.items()}),
            period=event.period if event.period and _DAYS.fullmatch(event.period) else None,
            interval=event.interval,
            negated=event.negated,
            planned=event.planned,
            total_of_breakdown=event.total_of_breakdown,
            # Of an event that is not among these it is only told that there is one.
            repeats=event.repeats and self.ids.get(event.repeats, "0"),
            change=event.change,
        )

    def _places(self, event: Event, found: Sequence[Resolution]) -> tuple[Resolution, ...]:
        names: dict[str, str] = {}
        return _each_once(tuple(self._resolution(event, resolution, names) for resolution in found))

    def _resolution(self, event: Event, resolution: Resolution, names: dict[str, str]) -> Resolution:
        """Return what may be told of a name; `names` numbers those of a role that have no place to be told."""
        place = None if resolution.place is None else self.areas.of(resolution.place)
        told = place.name if place else names.setdefault(resolution.mention.name, f"name {len(names) + 1}")
        here = 0 if event.start <= resolution.mention.start < event.end else len(self.text)
        mention = Mention(surface=told, start=here, end=here, name=told)
        if place is not None:
            return Resolution(
                mention=mention,
                status="resolved",
                confidence=round(resolution.confidence, 1),
                place=place,
                reasons=(f"told by {area_words(self.areas.to)} only",),
            )
        if resolution.place is not None:
            why = "the place is known and withheld: no area around it may be told"
            return Resolution(mention=mention, status="unknown", confidence=0.0, reasons=(why,))
        return Resolution(mention=mention, status=resolution.status, confidence=0.0)

    def _unless_named(self, text: str | None) -> str | None:
        """Return a text, None when it holds a name that is not to be told."""
        return unless_named(text, self.withheld)


def _ids(found: Sequence[Resolution]) -> set[str] | None:
    """Return the ids of places, None when one is open."""
    places = [r.place for r in found]
    return None if None in places else {place.id for place in places if place is not None}


def _each_once(found: Sequence[Resolution]) -> tuple[Resolution, ...]:
    """Leave out further names of one area, and of what is open further tellings of one name."""
    once: dict[str, Resolution] = {}
    for resolution in found:
        once.setdefault(resolution.place.id if resolution.place else f"open {resolution.mention.name}", resolution)
    return tuple(once.values())


def _resolutions(events: Iterable[Event]) -> Iterator[Resolution]:
    for event in events:
        for roles in (event.roles, event.inferred):
            for _, found in roles.items():
                yield from found


def _withheld(events: Iterable[Event], areas: Areas) -> Iterator[str]:
    """Yield the names of places that are not told, and of those that a name could mean."""
    for resolution in _resolutions(events):
        place = resolution.place
        told = None if place is None else areas.of(place)
        if place is not None and told is not None and told.id == place.id:
            continue
        yield from (resolution.mention.surface, resolution.mention.name)
        for other in (*([place] if place else ()), *(candidate.place for candidate in resolution.candidates)):
            yield from names_of(other)


def _told(events: Iterable[Event], areas: Areas) -> Iterator[str]:
    """Yield the names of the areas that are told."""
    for resolution in _resolutions(events):
        told = None if resolution.place is None else areas.of(resolution.place)
        if told is not None:
            yield from names_of(told)
