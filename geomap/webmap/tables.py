"""Events, marks and places as columns of numbers: all that the picture is drawn from.

web/src/data.js reads them by these names and bits. A day is a number of days since 1970-01-01; `NO_DAY` is none.
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geomap.query import event_days
from geomap.webmap.drawing import AREAS
from geomap.webmap.packing import indexed
from geomap.webmap.shapes import is_area, is_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from geomap.model import Count, Event, Place
    from geomap.webmap.drawing import Mark
    from geomap.webmap.records import Records

__all__ = [
    "COORDINATE",
    "EPOCH",
    "FLAGS",
    "KINDS",
    "NO_DAY",
    "NO_ROW",
    "REACH",
    "Columns",
    "event_columns",
    "place_columns",
]

Columns = dict[str, "NDArray[Any]"]

EPOCH: Final = date(1970, 1, 1).toordinal()
NO_DAY: Final = -(2**31)
NO_ROW: Final = -1

COORDINATE: Final = 100_000
"""Steps of a degree: about 1 m, finer than any source of ours."""

REACH: Final = 10
"""Steps of a kilometre in which the radius is written within which a place lies, rounded up."""

KINDS = ("site", "flow", "arrival", "departure", "crossing")

FLAGS: Final[Mapping[str, int]] = {
    "negated": 1,
    "planned": 2,
    "total_of_breakdown": 4,
    "repeats": 8,
    "cumulative": 16,
    "at_least": 32,
    "increase": 64,
    "decrease": 128,
    "at_most": 256,
    "approximate": 512,
}
"""Bits of an event: what is said of it, and of its figure."""

AREA, SHAPED, INFERRED = 1, 2, 1
"""Bits of a place (only somewhere in it; more than a point), and of a mark."""


def event_columns(drawn: Sequence[tuple[Event, tuple[Mark, ...]]], records: Records) -> tuple[dict[str, Any], Columns]:
    """Return the dictionaries and columns of events and of their marks."""
    rows = {event.id: row for row, (event, _) in enumerate(drawn)}
    events = [event for event, _ in drawn]
    figures = [event.headline for event in events]
    spans = [event_days(event) for event in events]
    types, type_of = indexed(event.type for event in events)
    units, unit_of = indexed(figure.unit if figure else "" for figure in figures)
    marks = [(row, mark) for row, (_, marks) in enumerate(drawn) for mark in marks]
    columns = {
        "event.type": type_of,
        "event.day": np.array([_number(span[0]) if span else NO_DAY for span in spans], dtype=np.int64),
        "event.days": np.array([(span[1] - span[0]).days + 1 if span else 0 for span in spans], dtype=np.int64),
        "event.value": whole_if_possible([np.nan if figure is None else float(figure.value) for figure in figures]),
        "event.unit": unit_of,
        "event.flags": np.array([_flags(event) for event in events], dtype=np.int64),
        "event.bulletin": np.array([records.bulletin(event.bulletin) for event in events], dtype=np.int64),
        "event.repeats": np.array([rows.get(event.repeats or "", NO_ROW) for event in events], dtype=np.int64),
        "event.sure": np.array([_confidence(event, marks) for event, marks in drawn], dtype=np.int64),
        "mark.event": np.array([row for row, _ in marks], dtype=np.int64),
        "mark.kind": np.array([KINDS.index(mark.kind) for _, mark in marks], dtype=np.int64),
        "mark.from": np.array([records.place(mark.places[0]) for _, mark in marks], dtype=np.int64),
        "mark.to": np.array([records.place(mark.places[-1]) for _, mark in marks], dtype=np.int64),
        "mark.flags": np.array([INFERRED * mark.inferred for _, mark in marks], dtype=np.int64),
        "mark.shared": np.array([mark.shared for _, mark in marks], dtype=np.int64),
        "mark.direction": np.array([mark.direction for _, mark in marks], dtype=np.int64),
    }
    return {"types": types, "units": units}, columns


def place_columns(records: Records, lon: Callable[[float], float], within: Mapping[int, int]) -> Columns:
    """Return the columns of the places that were collected; `lon` counts longitudes as the view does.

    Parameters
    ----------
    records
        Whose places are meant.
    lon
        Degrees, EPSG:4326.
    within
        For a place's row the row of its governorate.
    """
    places: Sequence[Place] = records.collected
    return {
        "place.lon": steps_of([lon(place.lon) for place in places]),
        "place.lat": steps_of([place.lat for place in places]),
        "place.flags": np.array([_bits(place) for place in places], dtype=np.int64),
        "place.within": np.array([within.get(row, NO_ROW) for row in range(len(places))], dtype=np.int64),
        "place.reach": np.array([math.ceil(place.uncertainty_km * REACH) for place in places], dtype=np.int64),
    }


def steps_of(degrees: Sequence[float] | NDArray[Any]) -> NDArray[np.int64]:
    """Return degrees as whole steps."""
    return np.rint(np.asarray(degrees, dtype=np.float64) * COORDINATE).astype(np.int64)


def whole_if_possible(values: Sequence[float] | NDArray[Any]) -> NDArray[Any]:
    """Return figures as whole numbers one higher, 0 where there is none, when all are; else as they are."""
    given = np.asarray(values, dtype=np.float64)
    known = np.nan_to_num(given, nan=-1.0)
    if (known == np.rint(known)).all() and known.min(initial=-1.0) >= -1 and known.max(initial=0.0) < 2**31 - 1:
        return known.astype(np.int64) + 1
    return given


def _number(day: date) -> int:
    return day.toordinal() - EPOCH


def _bits(place: Place) -> int:
    return AREA * (place.type in AREAS) + SHAPED * (is_area(place.geometry) or is_line(place.geometry))


def _confidence(event: Event, marks: Sequence[Mark]) -> int:
    """Return how sure the least sure of the places is at which an event is drawn, per cent, rounded down; 0 of none."""
    if not marks:
        return 0
    drawn = {place.id for mark in marks for place in mark.places}
    sure = [
        resolution.confidence
        for roles in (event.roles, event.inferred)
        for _, resolutions in roles.items()
        for resolution in resolutions
        if resolution.place is not None and resolution.place.id in drawn
    ]
    return math.floor(100 * min(sure, default=0.0) + 1e-9)


def _flags(event: Event) -> int:
    figure = event.headline
    flags = FLAGS.get(event.change or "", 0)
    if event.negated:
        flags |= FLAGS["negated"]
    if event.planned:
        flags |= FLAGS["planned"]
    if event.total_of_breakdown:
        flags |= FLAGS["total_of_breakdown"]
    if event.repeats:
        flags |= FLAGS["repeats"]
    return flags if figure is None else flags | _figure_flags(figure)


def _figure_flags(figure: Count) -> int:
    flags = FLAGS["cumulative"] if figure.scope == "cumulative" else 0
    if figure.at_least:
        flags |= FLAGS["at_least"]
    if figure.at_most:
        flags |= FLAGS["at_most"]
    return flags | FLAGS["approximate"] if figure.approximate else flags
