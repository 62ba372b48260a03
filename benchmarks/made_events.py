"""Made readings for a store to hold: nothing in them happened, and no name in them is of a real place.

The points, lines and areas are strewn evenly over the box around Syria (EPSG:4326, longitude first). Eight places in
ten are points, one is a line, one an area; ten events share a place; a share of the events (`MOVES`) goes from one
place to another, anywhere; twenty events make a bulletin. One seed gives one store.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import shapely

from geomap import BBox, Bulletin, Event, Mention, Place, Reading, Resolution
from geomap.model import EVENT_TYPES, Candidate, Citation, Count, Name, Roles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry

__all__ = [
    "EVENTS_A_BULLETIN",
    "EVENTS_A_PLACE",
    "FIRST_DAY",
    "MOVES",
    "SOURCE",
    "SYRIA",
    "made_place",
    "made_readings",
    "made_sentence",
    "renamed",
]

SYRIA = BBox(35.7, 32.3, 42.4, 37.3)
"""The box around Syria, degrees, rounded outwards to a tenth."""

EVENTS_A_PLACE = 10
EVENTS_A_BULLETIN = 20

MOVES = 0.15
"""Share of the events that have two places. Their one geometry has a wide envelope, which costs a plain R-tree much."""

SOURCE = "made for a benchmark"
_CITATION = Citation(source="src:made", label=SOURCE)
FIRST_DAY = date(2017, 1, 1)


def made_readings(events: int, *, moves: float = MOVES, seed: int = 20180624) -> Iterator[Reading]:
    """Yield readings with so many events in all (a multiple of `EVENTS_A_BULLETIN`), this share with two places."""
    dice = random.Random(seed)
    places = [made_place(number, dice) for number in range(events // EVENTS_A_PLACE)]
    return (_reading(number, places, moves, dice) for number in range(events // EVENTS_A_BULLETIN))


def renamed(reading: Reading, id_: str) -> Reading:
    """Return a reading as that of another bulletin."""
    bulletin = replace(reading.bulletin, id=id_)
    return replace(reading, bulletin=bulletin, events=tuple(replace(e, bulletin=bulletin) for e in reading.events))


def made_place(number: int, dice: random.Random) -> Place:
    """Return a place somewhere."""
    lon, lat = dice.uniform(SYRIA.west, SYRIA.east), dice.uniform(SYRIA.south, SYRIA.north)
    kind, geometry = _geometry(number, lon, lat, dice)
    name = f"Made place {number}"
    names = tuple(Name(toponym=f"{name} {lang}", lang=lang, citations=(_CITATION,)) for lang in ("en", "ar", "fr"))
    return Place(
        id=f"made:{number}", name=name, type=kind, lon=lon, lat=lat, geometry=geometry, names=names,
        parents=(f"made:parent-{number % 14}",), ccodes=("SY",), citations=(_CITATION,),
    )  # fmt: skip


def _geometry(number: int, lon: float, lat: float, dice: random.Random) -> tuple[str, BaseGeometry]:
    """Return a feature type and a geometry around a point: a line or an area is 2 to 20 km long."""
    radius = dice.uniform(0.01, 0.1)  # degrees; one is about 100 km
    if number % 10 == 8:
        bend = (lon + dice.uniform(-radius, radius), lat + dice.uniform(-radius, radius))
        return "corridor", shapely.LineString([(lon - radius, lat), bend, (lon + radius, lat)])
    if number % 10 == 9:
        angles = [math.tau * step / 24 for step in range(24)]
        return "zone", shapely.Polygon([(lon + radius * math.cos(a), lat + radius * math.sin(a)) for a in angles])
    return "village", shapely.Point(lon, lat)


def _reading(number: int, places: list[Place], moves: float, dice: random.Random) -> Reading:
    plans = [_plan(places, moves, dice) for _ in range(EVENTS_A_BULLETIN)]
    sentences = [made_sentence(value, [place.name for place in of]) for value, of in plans]
    bulletin = Bulletin(
        id=f"made-{number:06}", text=" ".join(sentences), date=FIRST_DAY + timedelta(days=dice.randrange(2000)),
        source=SOURCE,
    )  # fmt: skip
    events, start = [], 0
    for (value, of), sentence in zip(plans, sentences, strict=True):
        events.append(_event(bulletin, start, sentence, value, of, dice.choice(EVENT_TYPES)))
        start += len(sentence) + 1
    found = tuple(r for event in events for _, role in event.roles.items() for r in role)
    return Reading(bulletin=bulletin, resolutions=found, events=tuple(events))


def _plan(places: list[Place], moves: float, dice: random.Random) -> tuple[int, list[Place]]:
    return dice.randrange(1, 5000), dice.sample(places, 2 if dice.random() < moves else 1)


def made_sentence(value: int, places: list[str]) -> str:
    """Return what an event says, of places by their names."""
    names = " and ".join(places)
    return (
        f"Made for a benchmark, and as long as the sentences of bulletins are, this one says {value} people at {names}."
    )


def _event(bulletin: Bulletin, start: int, sentence: str, value: int, places: list[Place], type_: str) -> Event:
    found = [_resolution(place, start + sentence.rindex(place.name)) for place in places]
    return Event(
        id=f"{bulletin.id}/{start}-0", bulletin=bulletin, type=type_, sentence=sentence, start=start,
        end=start + len(sentence), counts=(Count(value=value, unit="people", surface=str(value)),),
        roles=Roles(at=tuple(found)) if len(found) == 1 else Roles(from_=(found[0],), to=(found[1],)),
    )  # fmt: skip


def _resolution(place: Place, start: int) -> Resolution:
    mention = Mention(surface=place.name, start=start, end=start + len(place.name), name=place.name)
    candidate = Candidate(place=place, score=1.0, reasons=("made so",))
    return Resolution(
        mention=mention, status="resolved", confidence=1.0, place=place, candidates=(candidate,), reasons=("made so",)
    )
