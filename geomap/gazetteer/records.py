"""Whole places as bytes: compact JSON without the geometry, and the geometry as well-known binary.

A place comes back equal, its geometry identical. Sources of citations are written once, apart from the records.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geomap.gazetteer.columns import Texts, decoded, encoded, text_columns
from geomap.gazetteer.world import Settlement
from geomap.gazetteer.world_names import UNKNOWN, tag_of
from geomap.model import Citation, Name, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from geomap.gazetteer.columns import Columns

__all__ = ["RECORDS", "Records", "as_json", "from_json", "listed_sources", "record_columns"]

RECORDS = ("records.", "geometries.", "sources.")
"""How the names of the columns of `Records` begin."""

_Json = Any

_FIELDS = tuple(field.name for field in fields(Place) if field.name != "geometry")
_NAMES, _VALID, _CITATIONS = (_FIELDS.index(name) for name in ("names", "valid", "citations"))
_write_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


_Source = tuple[str, str | None, str | None]


class Sources:
    """Numbers what citations cite: source, address and licence; labels stay with the citations."""

    def __init__(self, listed: Iterable[Iterable[Any]] = ()) -> None:
        self._numbers: dict[_Source, int] = {(s, url, licence): i for i, (s, url, licence) in enumerate(listed)}
        self._listed = list(self._numbers)

    def listed(self) -> list[_Source]:
        """Return the sources by number."""
        return list(self._numbers)

    def cite(self, citations: Iterable[Citation]) -> list[tuple[int, str]]:
        """Return citations as pairs of number and label."""
        numbers = self._numbers
        return [(numbers.setdefault((c.source, c.url, c.licence), len(numbers)), c.label) for c in citations]

    def cited(self, pairs: Iterable[tuple[int, str]]) -> tuple[Citation, ...]:
        """Return the citations of such pairs, given the sources listed from the start."""
        found = ((self._listed[number], label) for number, label in pairs)
        return tuple(Citation(source=s, label=label, url=url, licence=licence) for (s, url, licence), label in found)


def as_json(value: object) -> bytes:
    """Return a value of lists, texts and numbers as bytes."""
    return encoded(_write_json(value))


def from_json(raw: memoryview) -> _Json:
    """Return what `as_json` wrote, with lists for tuples."""
    return json.loads(decoded(raw))


def record_columns(
    places: Sequence[Place | Settlement], listed: Iterable[Iterable[Any]] = ()
) -> dict[str, NDArray[Any]]:
    """Return places as columns for `Records`, and settlements of the world list by what other columns do not say.

    Sources that were `listed` before keep their numbers.
    """
    sources = Sources(listed)
    records = [
        as_json((place.inhabitants, *place.parents) if isinstance(place, Settlement) else _record(place, sources))
        for place in places
    ]
    shapes = np.array(shapely.points([p.lon for p in places], [p.lat for p in places]), object)
    for i, place in enumerate(places):
        if not isinstance(place, Settlement):
            shapes[i] = place.geometry
    geometries = shapely.to_wkb(shapes, include_srid=True)
    return {
        **text_columns("records", records),
        **text_columns("geometries", geometries),
        **text_columns("sources", [as_json(sources.listed())]),
    }


def listed_sources(columns: Columns) -> list[list[Any]]:
    """Return what the records of columns cite, by number."""
    listed: list[list[Any]] = from_json(Texts(columns, "sources").raw(0))
    return listed


class Records:
    """Places by row, each made when it is asked for."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._records = Texts(columns, "records")
        self._geometries = Texts(columns, "geometries")
        self._sources = Sources(listed_sources(columns))

    def __getitem__(self, row: int) -> Place:
        values = from_json(self._records.raw(row))
        if isinstance(values[0], int):
            return self._settlement(row, *values).place()
        return _place(values, self._sources, self._geometries.raw(row))

    def _settlement(self, row: int, inhabitants: int, *parents: str) -> Settlement:
        """Return a settlement of the world list, of which names, point and country stand in columns of their own."""
        columns = self._columns
        names = Texts(columns, "names")
        first, end = np.searchsorted(columns["names.rows"], np.array([row, row + 1], np.uint32)).tolist()
        return Settlement(
            number=int(Texts(columns, "ids")[row].removeprefix("gn:")),
            inhabitants=inhabitants,
            names=tuple((name, tag_of(name) or UNKNOWN) for name in names.many(range(first, end))),
            lon=float(columns["lon"][row]),
            lat=float(columns["lat"][row]),
            country=Texts(columns, "countries")[columns["country"][row]],
            parents=parents,
        )


def _record(place: Place, sources: Sources) -> _Json:
    values = [getattr(place, name) for name in _FIELDS]
    values[_NAMES] = [[n.toponym, n.lang, sources.cite(n.citations), n.background] for n in place.names]
    values[_VALID] = [None if day is None else day.isoformat() for day in place.valid]
    values[_CITATIONS] = sources.cite(place.citations)
    return values


def _place(values: _Json, sources: Sources, geometry: memoryview) -> Place:
    values[_NAMES] = [
        Name(toponym=toponym, lang=lang, citations=sources.cited(citations), background=background)
        for toponym, lang, citations, background in values[_NAMES]
    ]
    values[_VALID] = [None if day is None else date.fromisoformat(day) for day in values[_VALID]]
    values[_CITATIONS] = sources.cited(values[_CITATIONS])
    whole = {name: _frozen(value) for name, value in zip(_FIELDS, values, strict=True)}
    return Place(**whole, geometry=shapely.from_wkb(bytes(geometry)))


def _frozen(value: _Json) -> _Json:
    """Turn lists, which is how JSON writes tuples, into tuples again."""
    return tuple(_frozen(v) for v in value) if isinstance(value, list | tuple) else value
