"""A gazetteer in memory: places by id, their containers and members, and what lies at a point."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import shapely
from rapidfuzz import process

from geomap.errors import UnknownPlaceError
from geomap.gazetteer.cache import CacheEntry
from geomap.gazetteer.compiled import Compiled
from geomap.gazetteer.compiling import compiled_sources
from geomap.gazetteer.linked_places import Contents
from geomap.gazetteer.merging import merge
from geomap.gazetteer.metric import is_outline
from geomap.gazetteer.names import Keys, Match
from geomap.gazetteer.sources import Sources
from geomap.toponym import fold

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from datetime import date

    from geomap.bbox import BBox
    from geomap.gazetteer.made import GeometryRule
    from geomap.gazetteer.problems import Problem
    from geomap.model import Decision, Place

__all__ = ["Gazetteer"]

_ZONE_TYPES = frozenset({"zone", "region"})


class Gazetteer:
    """Places that are known, read-only; made by `load` or `from_places`.

    Iterating gives the places in order of id; ``in`` asks for an id.
    """

    def __init__(self, compiled: Compiled, decisions: Iterable[Decision] = ()) -> None:
        self._compiled = compiled
        self._decisions = tuple(decisions)  # beside those that were compiled
        self._places = Places(compiled)
        self._ancestors: dict[int, tuple[int, ...]] = {}  # by row, of places asked for before

    @classmethod
    def load(
        cls, *paths: str | os.PathLike[str], lenient: bool = False, on_long_work: Callable[[], None] | None = None
    ) -> Gazetteer:
        """Read files, folders with all their ``*.geojson``, and what comes with geomap; without a path the usual ones.

        What is read is compiled and kept in the user's cache (`GEOMAP_CACHE`), and opened from there as long as no
        file changes.

        Parameters
        ----------
        paths
            Files, folders, and the words "curated" and "world", each a source; records of the same place become one,
            and the first wins. The usual ones are the curated gazetteer, the towns of the whole world when the extra
            ``geomap[world]`` is installed, and the user's own file when it is there.
        lenient
            Leave out broken records and keep what is wrong in `problems`, for a check, instead of raising. Files are
            then always read.
        on_long_work
            Called before the world list is compiled, which takes some seconds and is done once.

        Raises
        ------
        GazetteerError
            When a path is missing or a folder empty; unless `lenient`, when a file is no JSON, a record breaks the
            format, or there is no record.
        """
        sources = Sources(*paths)
        if lenient:
            return cls(Compiled.of(merge(sources.read())), sources.decisions)
        entry = CacheEntry(sources.names, sources.files, sources.versions)
        columns = entry.open()
        if columns is None:
            columns = compiled_sources(sources, on_long_work)
            entry.keep(columns)
        return cls(Compiled(columns), sources.decisions)

    @classmethod
    def from_places(cls, places: Iterable[Place], *, decisions: Iterable[Decision] = ()) -> Gazetteer:
        """Make a gazetteer of places, and of what reviewers decided that names mean.

        Raises
        ------
        GazetteerError
            When two places have the same id.
        """
        return cls(Compiled.of(Contents(places=tuple(places), rules={}, problems=(), decisions=tuple(decisions))))

    @property
    def places(self) -> Mapping[str, Place]:
        """The places by id, in order of id."""
        return self._places

    @property
    def rules(self) -> Mapping[str, GeometryRule]:
        """How approximate geometries were made, by place id."""
        return MappingProxyType(self._compiled.rules)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was noticed while reading: warnings, and the errors of a lenient reading."""
        return self._compiled.problems

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What reviewers decided that names mean, each in its setting; in the order of the files."""
        return (*self._compiled.decisions, *self._decisions)

    def fingerprint(self) -> str:
        """Return what tells this gazetteer, once loaded, from others: of two with the same, texts are read the same."""
        told = "\0".join(map(repr, self._decisions))
        return f"{self._compiled.fingerprint()}-{zlib.crc32(told.encode()):08x}"

    def decisions_on(self, name: str) -> tuple[Decision, ...]:
        """Return what reviewers decided on a name in any usual spelling."""
        return self._decisions_by_name.get(fold(name), ())

    def __repr__(self) -> str:
        return f"<Gazetteer of {len(self)} places>"

    def __len__(self) -> int:
        return len(self._compiled)

    def __iter__(self) -> Iterator[Place]:
        return map(self._compiled.passing, range(len(self._compiled)))

    def __contains__(self, place_id: object) -> bool:
        return self._compiled.row(place_id) is not None

    def get(self, place_id: str) -> Place:
        """Return the place of an id.

        Raises
        ------
        UnknownPlaceError
            When there is none; the message names ids that look alike.
        """
        return self._compiled.place(self._row(place_id))

    def _row(self, place_id: str) -> int:
        row = self._compiled.row(place_id)
        if row is None:
            raise UnknownPlaceError(f"no place has the id {place_id!r}{self._did_you_mean(place_id)}")
        return row

    def _did_you_mean(self, place_id: str) -> str:
        alike = [found for found, _, _ in process.extract(place_id, list(self._places), limit=3, score_cutoff=60)]
        return f"; did you mean {' or '.join(alike)}?" if alike else "; an id looks like syr:duma"

    def ancestors(self, place_id: str) -> tuple[Place, ...]:
        """Return all containers of a place, nearest first, each once; those that are not loaded are left out.

        Raises
        ------
        UnknownPlaceError
            When the id is unknown.
        """
        return tuple(map(self._compiled.place, self._climbed(self._row(place_id))))

    def _climbed(self, row: int) -> tuple[int, ...]:
        if row not in self._ancestors:
            self._ancestors[row] = tuple(self._climb(row))
        return self._ancestors[row]

    def _climb(self, row: int) -> Iterator[int]:
        """Yield containers layer by layer; a circle of containers ends where it began."""
        seen, layer = {row}, [row]
        while layer:
            parents = dict.fromkeys(parent for below in layer for parent in self._compiled.parents(below))
            layer = [parent for parent in parents if parent not in seen]
            seen.update(layer)
            yield from layer

    def is_within(self, place_id: str, container_id: str) -> bool:
        """Tell whether a place is another or, by its containers, lies in it.

        Raises
        ------
        UnknownPlaceError
            When one of the ids is unknown.
        """
        container, row = self._row(container_id), self._row(place_id)
        return row == container or container in self._climbed(row)

    def children(self, place_id: str) -> tuple[Place, ...]:
        """Return the places that name a place as their container, in order of id.

        Raises
        ------
        UnknownPlaceError
            When the id is unknown.
        """
        return tuple(map(self._compiled.place, self._compiled.children(self._row(place_id))))

    def select(self, types: AbstractSet[str], *, bbox: BBox | None = None) -> Iterator[Place]:
        """Yield the places of some feature types, the most important first, then in order of id.

        Parameters
        ----------
        types
            Feature types, as in `FEATURE_TYPES`.
        bbox
            Only places whose point lies in this box or on its edge, degrees EPSG:4326 (west, south, east, north);
            west > east crosses the 180th meridian.
        """
        return map(self._compiled.place, self._compiled.select(types, bbox))

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

    def search(
        self,
        name: str,
        *,
        types: AbstractSet[str] = frozenset(),
        background: AbstractSet[str] | None = None,
        limit: int | None = 10,
    ) -> tuple[Match, ...]:
        """Return the places that a name in any script could mean, best first; see `NameIndex.search`.

        Raises
        ------
        QueryError
            When `limit` is below 1.
        """
        return self._compiled.names.search(name, types=types, background=background, limit=limit)

    @cached_property
    def keys(self) -> Keys:
        """The ids of the places that have a name, by the folded name; for recognition of names in texts.

        Background names are not among them: nobody looks for the towns of the whole world in a text.
        """
        return Keys(self._compiled.names, self._compiled)

    def keys_in(self, country: str) -> Mapping[str, tuple[str, ...]]:
        """Return `keys` with the background names in a country (ISO 3166-1 alpha-2) among them."""
        return self.keys.with_background(country)

    @cached_property
    def _decisions_by_name(self) -> Mapping[str, tuple[Decision, ...]]:
        by_name: defaultdict[str, list[Decision]] = defaultdict(list)
        for decision in self.decisions:
            by_name[fold(decision.toponym)].append(decision)
        return {key: tuple(decisions) for key, decisions in by_name.items()}

    @cached_property
    def _zones(self) -> tuple[Place, ...]:
        zones = [zone for zone in self.select(_ZONE_TYPES) if is_outline(zone.geometry)]
        shapely.prepare([zone.geometry for zone in zones])
        return tuple(sorted(zones, key=lambda zone: (zone.geometry.area, zone.id)))


class Places(Mapping[str, "Place"]):
    """Places by id, in order of id, each made when it is first asked for."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled

    def __getitem__(self, place_id: str) -> Place:
        row = self._compiled.row(place_id)
        if row is None:
            raise KeyError(place_id)
        return self._compiled.place(row)

    def __contains__(self, place_id: object) -> bool:
        return self._compiled.row(place_id) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._compiled.ids)

    def __len__(self) -> int:
        return len(self._compiled)
