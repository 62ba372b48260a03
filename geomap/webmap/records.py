"""What a card says of events, places and bulletins, as plain records that travel in the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geomap.query import event_days, fold_text
from geomap.webmap.drawing import AREAS
from geomap.webmap.shapes import is_area, shape_of
from geomap.webmap.texts import Texts, units

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin, Candidate, Citation, Count, Event, Place, Resolution
    from geomap.webmap.view import View

__all__ = ["Record", "Records", "day_of"]

Record = dict[str, Any]
"""A JSON object; web/src/data.js documents its fields."""

SNIPPET = 70
"""Characters shown on each side of a name that was taken from an earlier sentence."""

MOST_CANDIDATES = 6
"""Candidates that a card shows; they come best first."""

OUTLINE_STEPS = 1500
"""A place's outline keeps details of a 1,500th of the view."""

SMALL_SHOWN = 5
"""A reader zooms in until a small area fills a fifth of the view."""


def day_of(event: Event) -> date | None:
    """Return the first day of an event, else the date of its bulletin, else None."""
    days = event_days(event)
    return days[0] if days else None


class Records:
    """Collects the records of one map; each bulletin and place is written once and referred to by its index.

    Parameters
    ----------
    view
        Longitudes are counted as it counts them; outlines are as fine as it can show.
    zones_at
        ``zones_at(lon, lat, on)`` names the zones that hold a point (degrees, EPSG:4326) on a day; None when there is
        no gazetteer.
    events
        All events of the map, for the texts of their bulletins.
    """

    def __init__(
        self,
        view: View,
        zones_at: Callable[[float, float, date], Iterable[Place]] | None = None,
        *,
        events: Iterable[Event] = (),
    ) -> None:
        self.bulletins: list[Record] = []
        self.texts: list[Record] = []
        self.places: list[Record] = []
        self.collected: list[Place] = []
        self.named: dict[int, list[int]] = {}
        self._view = view
        self._zones_at = zones_at
        self._texts = Texts(events)
        self._bulletin_index: dict[Bulletin, int] = {}
        self._place_index: dict[str, int] = {}

    def bulletin(self, bulletin: Bulletin) -> int:
        """Return a bulletin's index."""
        if bulletin not in self._bulletin_index:
            self._bulletin_index[bulletin] = len(self.bulletins)
            self.texts.append(self._texts.record(bulletin))
            self.bulletins.append(
                _kept(
                    {
                        "id": bulletin.id,
                        "date": _iso(bulletin.date),
                        "source": bulletin.source,
                        "lang": bulletin.lang,
                        "url": bulletin.url,
                        "notes": list(bulletin.notes),
                    }
                )
            )
        return self._bulletin_index[bulletin]

    def place(self, place: Place) -> int:
        """Return a place's index."""
        if place.id not in self._place_index:
            self._place_index[place.id] = len(self.places)
            self.collected.append(place)
            self.places.append(self._place(place))
        return self._place_index[place.id]

    def within(self, places: Iterable[Place], gazetteer: Gazetteer | None) -> dict[int, int]:
        """Return for a place's index that of its governorate, as far as a gazetteer knows it."""
        found: dict[int, int] = {}
        for place in {place.id: place for place in places}.values():
            if place.type == "governorate":
                found[self.place(place)] = self.place(place)
            elif gazetteer is not None and place.id in gazetteer:
                above = next((p for p in gazetteer.ancestors(place.id) if p.type == "governorate"), None)
                if above is not None:
                    found[self.place(place)] = self.place(above)
        return found

    def event(self, event: Event, row: int) -> Record:
        """Return what the card of the event in a row says beyond the columns of `tables`."""
        mentions = [
            self._mention(event, role, resolution, inferred=inferred)
            for inferred, roles in ((False, event.roles), (True, event.inferred))
            for role, resolutions in roles.items()
            for resolution in resolutions
        ]
        for named in {mention["place"] for mention in mentions if "place" in mention}:
            self.named.setdefault(named, []).append(row)
        at, interval = self._texts.span(event), event.interval
        # Field by field: of a million cards most fields say nothing.
        record: Record = {"id": event.id, "label": event.label, "at": at}
        if not at:
            record["sentence"] = event.sentence
        if at != [event.start, event.end - event.start]:
            record["chars"] = [event.start, event.end]
        record["period"] = event.period
        if interval is not None:
            record["interval"] = [_iso(interval.start), _iso(interval.end)]
            if interval.precision != "day":
                record["precision"] = interval.precision
        record |= {"claimant": event.claimant, "rule": event.rule, "repeated": event.repeats}
        record["counts"] = [_count(count, event) for count in event.counts]
        record["mentions"] = mentions
        return _kept(record)

    def _mention(self, event: Event, role: str, resolution: Resolution, *, inferred: bool) -> Record:
        mention, place = resolution.mention, resolution.place
        record: Record = {"role": role, "surface": mention.surface}
        if inferred:
            record["inferred"] = True
        if mention.part:
            record["part"] = mention.part
        if event.start <= mention.start and mention.end <= event.end:
            record["start"] = units(event.sentence, mention.start - event.start)
            record["end"] = units(event.sentence, mention.end - event.start)
        else:
            record["snippet"] = _snippet(event.bulletin.text, mention.start, mention.end)
        record["status"] = resolution.status
        record["confidence"] = round(resolution.confidence, 3)
        if place is not None:
            record["place"] = self.place(place)
            if zones := self._zones(place, event):
                record["zones"] = zones
        if resolution.reasons:
            record["reasons"] = list(resolution.reasons)
        if resolution.candidates:
            record["candidates"] = [_candidate(c) for c in resolution.candidates[:MOST_CANDIDATES]]
        return record

    def _zones(self, place: Place, event: Event) -> list[int]:
        """Return the zones that hold a place on an event's day; of an area its label point would tell nothing."""
        if self._zones_at is None or place.type in AREAS or (day := day_of(event)) is None:
            return []
        return [self.place(zone) for zone in self._zones_at(place.lon, place.lat, day) if zone.id != place.id]

    def _place(self, place: Place) -> Record:
        view = self._view
        return _kept(
            {
                "id": place.id,
                "name": place.name,
                "also": _other_names(place),
                "type": place.type,
                "area": place.type in AREAS,
                "at": [round(view.lon(place.lon), 5), round(place.lat, 5)],
                # What the source gives, for the text; `at` is for the picture.
                "lon": place.lon,
                "lat": place.lat,
                "approximate": place.approximate,
                "uncertainty_km": place.uncertainty_km,
                "certainty": place.certainty,
                "valid": [_iso(place.valid[0]), _iso(place.valid[1])] if any(place.valid) else None,
                "description": place.description,
                "citations": [_citation(c) for c in place.citations],
                "shape": shape_of(place.geometry, tolerance=_tolerance(place.geometry, view), lon=view.lon),
            }
        )


def _tolerance(geometry: BaseGeometry | None, view: View) -> float:
    """Return the degrees by which an outline may be simplified: as fine as the view shows, finer for what is small."""
    if geometry is None or not is_area(geometry):
        return 0.0
    side = math.sqrt(geometry.area)
    return min(view.span, side * SMALL_SHOWN) / OUTLINE_STEPS


def _other_names(place: Place) -> list[str]:
    """Return the names by which a search may look for a place, those that differ when folded."""
    names = {fold_text(name.toponym): name.toponym for name in place.names}
    names.pop(fold_text(place.name), None)
    return list(names.values())


def _candidate(candidate: Candidate) -> Record:
    place = candidate.place
    record: Record = {"id": place.id, "name": place.name, "type": place.type, "score": round(candidate.score, 3)}
    if candidate.reasons:
        record["why"] = candidate.why
    return record


def _citation(citation: Citation) -> Record:
    return _kept(
        {
            "source": citation.source,
            "label": citation.label,
            "url": citation.url,
            "licence": citation.licence,
        }
    )


def _count(count: Count, event: Event) -> Record:
    value = int(count.value) if float(count.value).is_integer() else count.value
    record: Record = {"value": value, "unit": count.unit, "scope": count.scope}
    told = ("at_least", count.at_least), ("at_most", count.at_most), ("approximate", count.approximate)
    record.update((name, True) for name, holds in told if holds)
    if count.subset_of is not None:
        record["subset_of"] = count.subset_of
    if count.surface:
        record["surface"] = count.surface
    if event.change:
        record["change"] = event.change
    return record


def _snippet(text: str, start: int, end: int) -> list[str]:
    """Return what stands before, the name, and what stands after it."""
    return [text[max(0, start - SNIPPET) : start], text[start:end], text[end : end + SNIPPET]]


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _kept(record: Record) -> Record:
    """Leave out what says nothing; the page takes a missing field for none, false or empty."""
    for key in [key for key, value in record.items() if not value and (value != 0 or value is False)]:
        del record[key]
    return record
