"""An event as one flat row: the same columns in the store's layer, in frames and in tables.

A row is for people and their tools; the store keeps the whole event beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from geomap.query import event_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

    from geomap.model import Count, Event, Place, Resolution, Roles

__all__ = [
    "BULLETIN_COLUMNS",
    "EVENT_COLUMNS",
    "EVENT_KEYS",
    "EVENT_ORDER",
    "Column",
    "count_text",
    "event_geometry",
    "event_row",
    "event_values",
    "geometry_of",
    "main_place",
    "number",
]

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its SQL type in a GeoPackage, its HXL hashtag (hxlstandard.org) and its meaning."""

    name: str
    sql: str
    hxl: str
    meaning: str


EVENT_COLUMNS = (
    Column("id", "TEXT", "#meta+id", "stable id of the event"),
    Column("type", "TEXT", "#event+type", "kind of event"),
    Column("label", "TEXT", "#event+name", "what an `other` event is"),
    Column("first_day", "DATE", "#date+start", "first day of the event"),
    Column("last_day", "DATE", "#date+end", "last day of the event, included"),
    Column("day_from", "TEXT", "#date+basis", "where the days are from: text, or bulletin (its date)"),
    Column("precision", "TEXT", "#date+precision", "how exact the days are: day, week, month or year"),
    Column("period", "TEXT", "#date+period", "the time as written"),
    Column("value", "REAL", "#affected+value", "the first figure that is no part of another"),
    Column("unit", "TEXT", "#affected+unit", "what the figure counts"),
    Column("scope", "TEXT", "#affected+scope", "period, or cumulative (a running total)"),
    Column("at_least", "BOOLEAN", "#affected+at_least", "whether the figure is a lower bound"),
    Column("at_most", "BOOLEAN", "#affected+at_most", "whether the figure is an upper bound"),
    Column("rounded", "BOOLEAN", "#affected+rounded", "whether the text says that the figure is approximate"),
    Column("figures", "TEXT", "#affected+text", "all figures in words"),
    Column("from_places", "TEXT", "#loc+name+from", "places it came from; (?) marks a name that was left open"),
    Column("to_places", "TEXT", "#loc+name+to", "places it went to"),
    Column("at_places", "TEXT", "#loc+name+at", "places it happened at"),
    Column("via_places", "TEXT", "#loc+name+via", "corridors, checkpoints and routes it passed"),
    Column("inferred_places", "TEXT", "#loc+name+inferred", "places taken from an earlier sentence, less certain"),
    Column("placed", "TEXT", "#geo+basis", "named in the sentence, inferred, or no (not placed)"),
    Column("point_of", "TEXT", "#loc+name+point", "the place that lat and lon are the point of"),
    Column("point_id", "TEXT", "#loc+code+point", "its id in the gazetteer"),
    Column("lat", "REAL", "#geo+lat", "latitude of that place, degrees, EPSG:4326"),
    Column("lon", "REAL", "#geo+lon", "longitude of that place, degrees, EPSG:4326"),
    Column("uncertainty_km", "REAL", "#geo+uncertainty+km", "radius within which that place lies, km"),
    Column("approximate", "BOOLEAN", "#geo+approximate", "whether an outline or line of its places is approximate"),
    Column("negated", "BOOLEAN", "#event+negated", "whether the text says that it did not happen"),
    Column("planned", "BOOLEAN", "#event+planned", "whether it lies in the future"),
    Column("total_of_breakdown", "BOOLEAN", "#event+total", "a total whose parts are events too; do not add both"),
    Column("repeats", "TEXT", "#event+repeats", "the event that tells the same fact more fully; do not add both"),
    Column("change", "TEXT", "#affected+change", "increase or decrease, when the figure is a change of a number"),
    Column("sentence", "TEXT", "#description", "the sentence that says so"),
    Column("claimant", "TEXT", "#meta+claimant", "who says so, when the text tells"),
    Column("source", "TEXT", "#meta+source", "who published the bulletin"),
    Column("bulletin", "TEXT", "#meta+bulletin", "id of the bulletin"),
    Column("bulletin_date", "DATE", "#date+published", "date of the bulletin"),
    Column("url", "TEXT", "#meta+url", "address of the bulletin"),
    Column("start_char", "INTEGER", "#meta+start", "where the sentence begins in the bulletin's text"),
    Column("end_char", "INTEGER", "#meta+end", "where it ends"),
)
"""The columns of an event, in their order."""

EVENT_KEYS = ("first_day", "bulletin", "start_char", "id")
"""By which columns events are put into the order of `geomap.query.event_order`: undated ones last, texts by code point.
"""

EVENT_ORDER = "first_day NULLS LAST, bulletin, start_char, id"
"""The same in SQL."""

BULLETIN_COLUMNS = ("id", "date", "source", "lang", "url", "path", "notes", "text")
"""The columns of a bulletin, which are its fields."""


_NAMES = tuple(column.name for column in EVENT_COLUMNS)


def event_row(event: Event) -> dict[str, Value]:
    """Return an event's values for `EVENT_COLUMNS`, dates as ISO 8601."""
    return dict(zip(_NAMES, event_values(event), strict=True))


def event_values(event: Event) -> tuple[Value, ...]:
    """Return an event's values in the order of `EVENT_COLUMNS`; a store writes a million of them."""
    days, bulletin = event_days(event), event.bulletin
    figure, place = event.headline, main_place(event)
    precision = None if days is None else "day" if event.interval is None else event.interval.precision
    return (
        event.id,
        event.type,
        event.label,
        None if days is None else days[0].isoformat(),
        None if days is None else days[1].isoformat(),
        None if days is None else "bulletin" if event.interval is None else "text",
        precision,
        event.period,
        *_figure_values(figure),
        "; ".join([count_text(count) for count in event.counts]) or None,
        *[_names(found) if found else None for _, found in event.roles.items()],
        _names([r for _, found in event.inferred.items() for r in found]) if event.inferred else None,
        _basis(event),
        *_point_values(place),
        any(p.approximate for p in event.places()),
        event.negated,
        event.planned,
        event.total_of_breakdown,
        event.repeats,
        event.change,
        event.sentence,
        event.claimant,
        bulletin.source,
        bulletin.id,
        None if bulletin.date is None else bulletin.date.isoformat(),
        bulletin.url,
        event.start,
        event.end,
    )


def _figure_values(figure: Count | None) -> tuple[Value, ...]:
    """Return value, unit, scope, at_least, at_most, rounded."""
    if figure is None:
        return (None,) * 6
    return float(figure.value), figure.unit, figure.scope, figure.at_least, figure.at_most, figure.approximate


def _point_values(place: Place | None) -> tuple[Value, ...]:
    """Return point_of, point_id, lat, lon, uncertainty_km."""
    return (None,) * 5 if place is None else (place.name, place.id, place.lat, place.lon, place.uncertainty_km)


def number(value: float) -> int | float:
    """Return a whole number as an int, so that 465 people are not 465.0."""
    return int(value) if float(value).is_integer() else value


def count_text(count: Count) -> str:
    """Return a figure in words: "at least 194 people", "70071 people in total", "100 children of 194"."""
    bound = "at least " if count.at_least else "at most " if count.at_most else "about " if count.approximate else ""
    total = " in total" if count.scope == "cumulative" else ""
    part = "" if count.subset_of is None else f" of {number(count.subset_of)}"
    return f"{bound}{number(count.value)} {count.unit}{total}{part}"


def main_place(event: Event) -> Place | None:
    """Return the place that stands for the event when only one can: its goal, else where it was, passed, or left."""
    for roles in (event.roles, event.inferred):
        for role in (roles.to, roles.at, roles.via, roles.from_):
            for resolution in role:
                if resolution.place is not None:
                    return resolution.place
    return None


def event_geometry(event: Event) -> BaseGeometry | None:
    """Return one geometry for all places of an event (EPSG:4326, longitude first), None when it has none.

    One place gives its own; points, lines or areas alone give their multi-geometry, overlapping areas their union;
    only a mixture gives a GeometryCollection.
    """
    return geometry_of(event.places())


def geometry_of(places: Iterable[Place]) -> BaseGeometry | None:
    """Return one geometry for places; see `event_geometry`."""
    geometries = [shapely.force_2d(place.geometry) for place in places if not place.geometry.is_empty]
    if len(geometries) <= 1:
        return geometries[0] if geometries else None
    parts = shapely.get_parts(geometries)
    kinds = {part.geom_type for part in parts}
    if kinds == {"Point"}:
        return shapely.MultiPoint(list(parts))
    if kinds == {"LineString"}:
        return shapely.MultiLineString(list(parts))
    if kinds == {"Polygon"} and shapely.is_valid(parts).all():
        areas = shapely.MultiPolygon(list(parts))
        return areas if areas.is_valid else _united(parts)
    return shapely.GeometryCollection(list(parts))


def _united(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return the union of outlines; edges of next to no length make GEOS divide by them, and the union is right."""
    import numpy as np  # noqa: PLC0415

    with np.errstate(all="ignore"):
        return shapely.union_all(parts)


def _basis(event: Event) -> str:
    if _any_place(event.roles):
        return "named"
    return "inferred" if _any_place(event.inferred) else "no"


def _any_place(roles: Roles) -> bool:
    named = (*roles.from_, *roles.to, *roles.at, *roles.via)
    return any(resolution.place is not None for resolution in named)


def _names(found: Sequence[Resolution]) -> str | None:
    """Return the names of places, and those that were left open as written, with a question mark."""
    return "; ".join([r.place.name if r.place else f"{r.mention.surface} (?)" for r in found]) or None
