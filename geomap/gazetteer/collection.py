"""A gazetteer in memory: places by id, their containers and members, and what lies at a point."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import shapely
from rapidfuzz import process

from geomap.errors import GazetteerError, UnknownPlaceError
from geomap.gazetteer.files import gazetteer_files
from geomap.gazetteer.linked_places import read_sources
from geomap.gazetteer.merging import merge
from geomap.gazetteer.metric import is_outline
from geomap.gazetteer.names import Match, NameIndex
from geomap.toponym import fold

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date

    from geomap.gazetteer.made import GeometryRule
    from geomap.gazetteer.problems import Problem
    from geomap.model import Place

__all__ = ["Gazetteer"]

_ZONE_TYPES = frozenset({"zone", "region"})


class Gazetteer:
    """Places that are known, read-only; made by `load` or `from_places`.

    Iterating gives the places in order of id; ``in`` asks for an id.
    """

    def __init__(
        self,
        places: Iterable[Place],
        *,
        rules: Mapping[str, GeometryRule] | None = None,
        problems: Iterable[Problem] = (),
    ) -> None:
        by_id: dict[str, Place] = {}
        for place in sorted(places, key=lambda p: p.id):
            if place.id in by_id:
                raise GazetteerError("is given twice; ids are unique", field=place.id)
            by_id[place.id] = place
        self._places = MappingProxyType(by_id)
        self._rules = MappingProxyType(dict(rules or {}))
        self._problems = tuple(problems)
        self._names = NameIndex(by_id)
        self._ancestors: dict[str, tuple[Place, ...]] = {}  # of places asked for before

    @classmethod
    def load(cls, *paths: str | os.PathLike[str], lenient: bool = False) -> Gazetteer:
        """Read files, and folders with all their ``*.geojson``; without a path the curated gazetteer.

        Parameters
        ----------
        paths
            Files and folders, each a source; records of the same place become one, and the first wins.
        lenient
            Leave out broken records and keep what is wrong in `problems`, for a check, instead of raising.

        Raises
        ------
        GazetteerError
            When a path is missing or a folder empty; unless `lenient`, when a file is no JSON, a record breaks the
            format, or there is no record.
        """
        sources = [gazetteer_files(path) for path in paths] or [gazetteer_files()]
        contents = merge(read_sources(sources, lenient=lenient))
        if not contents.places and not lenient:
            where = ", ".join(str(path) for path in paths)
            raise GazetteerError("holds no place; a gazetteer has at least one record", path=where or None)
        return cls(contents.places, rules=contents.rules, problems=contents.problems)

    @classmethod
    def from_places(cls, places: Iterable[Place]) -> Gazetteer:
        """Make a gazetteer of places.

        Raises
        ------
        GazetteerError
            When two places have the same id.
        """
        return cls(places)

    @property
    def places(self) -> Mapping[str, Place]:
        """The places by id, in order of id."""
        return self._places

    @property
    def rules(self) -> Mapping[str, GeometryRule]:
        """How approximate geometries were made, by place id."""
        return self._rules

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was noticed while reading: warnings, and the errors of a lenient reading."""
        return self._problems

    def __repr__(self) -> str:
        return f"<Gazetteer of {len(self)} places>"

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def __contains__(self, place_id: object) -> bool:
        return place_id in self._places

    def get(self, place_id: str) -> Place:
        """Return the place of an id.

        Raises
        ------
        UnknownPlaceError
            When there is none; the message names ids that look alike.
        """
        place = self._places.get(place_id)
        if place is None:
            raise UnknownPlaceError(f"no place has the id {place_id!r}{self._did_you_mean(place_id)}")
        return place

    def _did_you_mean(self, place_id: str) -> str:
        alike = [found for found, _, _ in process.extract(place_id, sorted(self._places), limit=3, score_cutoff=60)]
        return f"; did you mean {' or '.join(alike)}?" if alike else "; an id looks like syr:duma"

    def ancestors(self, place_id: str) -> tuple[Place, ...]:
        """Return all containers of a place, nearest first, each once; those that are not loaded are left out.

        Raises
        ------
        UnknownPlaceError
            When the id is unknown.
        """
        if place_id not in self._ancestors:
            self._ancestors[place_id] = tuple(self._climb(self.get(place_id)))
        return self._ancestors[place_id]

    def _climb(self, place: Place) -> Iterator[Place]:
        """Yield containers layer by layer; a circle of containers ends where it began."""
        seen, layer = {place.id}, [place]
        while layer:
            parent_ids = dict.fromkeys(parent for below in layer for parent in below.parents)
            layer = [self._places[p] for p in parent_ids if p not in seen and p in self._places]
            seen.update(parent_ids)
            yield from layer

    def is_within(self, place_id: str, container_id: str) -> bool:
        """Tell whether a place is another or, by its containers, lies in it.

        Raises
        ------
        UnknownPlaceError
            When one of the ids is unknown.
        """
        self.get(container_id)
        return place_id == container_id or any(place.id == container_id for place in self.ancestors(place_id))

    def children(self, place_id: str) -> tuple[Place, ...]:
        """Return the places that name a place as their container, in order of id.

        Raises
        ------
        UnknownPlaceError
            When the id is unknown.
        """
        return self._children.get(self.get(place_id).id, ())

    def zones_at(self, lon: float, lat: float, on: date | None) -> tuple[Place, ...]:
        """Return the zones and regions whose outline covers a point and that hold on a day, smallest first.

        Parameters
        ----------
        lon, lat
            The point, degrees EPSG:4326; the edge of an outline belongs to it.
        on
            The day; with None, zones of all times.
        """
        point = shapely.Point(lon, lat)
        return tuple(
            zone for zone in self._zones if shapely.covers(zone.geometry, point) and (on is None or zone.holds_on(on))
        )

    def search(self, name: str, *, types: AbstractSet[str] = frozenset(), limit: int | None = 10) -> tuple[Match, ...]:
        """Return the places that a name in any script could mean, best first; see `NameIndex.search`.

        Raises
        ------
        QueryError
            When `limit` is below 1.
        """
        return self._names.search(name, types=types, limit=limit)

    @cached_property
    def keys(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the places that have a name, by the folded name; for recognition of names in texts."""
        keys: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for place in self:
            for name in place.names:
                keys[fold(name.toponym)][place.id] = None
        keys.pop("", None)
        return MappingProxyType({key: tuple(ids) for key, ids in keys.items()})

    @cached_property
    def _children(self) -> Mapping[str, tuple[Place, ...]]:
        children: defaultdict[str, list[Place]] = defaultdict(list)
        for place in self:
            for parent in dict.fromkeys(place.parents):
                children[parent].append(place)
        return {parent: tuple(places) for parent, places in children.items()}

    @cached_property
    def _zones(self) -> tuple[Place, ...]:
        zones = [p for p in self if p.type in _ZONE_TYPES and is_outline(p.geometry)]
        shapely.prepare([zone.geometry for zone in zones])
        return tuple(sorted(zones, key=lambda zone: (zone.geometry.area, zone.id)))
