"""The place of a row: by its code, its name within the areas named around it, and coordinates, if they are given.

Coordinates that a table gives are kept as the table's own, unless the gazetteer has the place there: then it is the
gazetteer's. Nothing is placed where name, area and coordinates contradict each other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import shapely

from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.metric import distance_km, gap_km, is_outline
from geomap.gazetteer.slugs import pcode_slug, slug
from geomap.model import Candidate, Citation, Mention, Place, Resolution
from geomap.recognition.typed_names import without_type_word
from geomap.resolution import resolve_name
from geomap.resolution.surroundings import AREA_TYPES
from geomap.toponym import fold, skeletons

if TYPE_CHECKING:
    from geomap.event_tables.points import GivenPoint
    from geomap.gazetteer import Gazetteer

__all__ = ["OPEN", "Area", "Located", "PlaceFinder", "Said"]

_KEPT = 100_000
"""Answers kept: places repeat in tables, each with its areas."""

_SHOWN = 3
"""Candidates kept with a place that was decided; a table has many."""

_KM_APART = 2.0
"""Two sources of one settlement lay 0.1 to 0.9 km apart; a point of a table may be of another part of the town."""
_BORDER_KM = 10.0  # as for imported gazetteers: outlines are coarse
_AGREED, _AGREED_OUTSIDE = 0.95, 0.75
"""The confidence of a name and coordinates that agree; the second where the area that is named does not."""
OPEN = "(?)"
"""Stands behind a name that geomap's own export left open."""
_LEVELS = (frozenset({"country"}), frozenset({"governorate"}), frozenset({"district"}), frozenset({"subdistrict"}))
"""The feature types of the areas around a place, the widest first; a fourth level holds anything."""
_GIVEN = "given:"
"""Begins the ids of places that only a table gives."""
_GIVEN_KM = FEATURE_TYPES["village"].uncertainty_km


class Area(NamedTuple):
    """An area that a row names around a place: its level (0 for the country), name and code."""

    level: int
    name: str
    code: str


class Said(NamedTuple):
    """What a row says of one place; `areas` are the widest first. `point` is EPSG:4326."""

    name: str
    code: str = ""
    kind: str = ""
    point: GivenPoint | None = None
    areas: tuple[Area, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """What a place of a row is, as a resolution without its place in a text, and the smallest area known around it."""

    resolution: Resolution
    area: Place | None = None
    area_level: int | None = None

    def at(self, surface: str, start: int) -> Resolution:
        """Return the resolution of a name that stands at an offset."""
        old = self.resolution.mention
        mention = Mention(surface=surface, start=start, end=start + len(surface), name=old.name, types=old.types)
        return replace(self.resolution, mention=mention)


class PlaceFinder:
    """Finds the places of one table and remembers them.

    Parameters
    ----------
    gazetteer
        The places that can be meant.
    table
        The name of the file, which places made of its coordinates cite.
    """

    def __init__(self, gazetteer: Gazetteer, table: str) -> None:
        self._gazetteer, self._table = gazetteer, table
        self.find = lru_cache(maxsize=_KEPT)(self._find)
        self._area = lru_cache(maxsize=_KEPT)(self._area_of)

    def _find(self, said: Said) -> Located:
        """Return what a place is.

        Raises
        ------
        ValueError
            When its coordinates lie where they cannot be meant.
        """
        if said.name.endswith(OPEN) or said.code == "?":
            return Located(resolution=_open(said.name, "the table says that it was left open"))
        areas = said.areas
        if not said.name and not said.code and areas and (said.point is None or areas[-1].level > 1):
            finest = areas[-1]  # the smallest area is then the place itself
            said = Said(finest.name, finest.code, "", said.point, areas[:-1])
            return self._find_in(said, areas[:-1], _LEVELS[finest.level] if finest.level < len(_LEVELS) else None)
        return self._find_in(said, areas, frozenset({said.kind}) & FEATURE_TYPES.keys() or None)

    def _find_in(self, said: Said, areas: tuple[Area, ...], kinds: frozenset[str] | None) -> Located:
        area, level, missed = self._area(areas)
        if said.point is not None and area is not None:
            self._check_swapped(said.point, area)
        resolution = self._by_code(said) or self._by_name(said, area, kinds or frozenset())
        if said.point is not None:
            resolution = self._with_point(said, resolution, area, kinds)
        if resolution.place is not None:
            resolution = replace(resolution, candidates=resolution.candidates[:_SHOWN])
        elif missed:
            resolution = replace(resolution, reasons=(*resolution.reasons, *missed))
        return Located(resolution=resolution, area=area, area_level=level)

    # Areas

    def _area_of(self, areas: tuple[Area, ...]) -> tuple[Place | None, int | None, tuple[str, ...]]:
        """Return the smallest area that is known of those around a place, its level, and which are not known."""
        held: Place | None = None
        level: int | None = None
        missed = []
        for area in areas:
            kinds = _LEVELS[area.level] if area.level < len(_LEVELS) else frozenset[str]()
            found = self._place_of_code(area.code) if area.code else None
            if found is None and area.name:
                told = resolve_name(area.name, self._gazetteer, within=held, types=kinds, limit=3)
                found = told.place
            if found is not None and (held is None or self._gazetteer.is_within(found.id, held.id)):
                held, level = found, area.level
            else:
                missed.append(f"which {'area' if area.level else 'country'} is {area.name or area.code} is not known")
        return held, level, tuple(missed)

    def _check_swapped(self, point: GivenPoint, area: Place) -> None:
        if not is_outline(area.geometry) or gap_km(area.geometry, point.lon, point.lat) <= _BORDER_KM:
            return
        if abs(point.lon) <= 90 and shapely.contains_xy(area.geometry, point.lat, point.lon):
            message = f"{point} lies outside of {area.name}, and inside when exchanged"
            raise ValueError(f"{message}: longitude and latitude look swapped")

    # Codes

    def _by_code(self, said: Said) -> Resolution | None:
        """Return the place of a code; None when no gazetteer has it, open when the name is another place's."""
        place = self._place_of_code(said.code) if said.code else None
        if place is None:
            return None
        mention = _mention(said.name or said.code)
        reason = f"{said.code} is its code in the table"
        candidate = Candidate(place=place, score=1.0, reasons=(reason,))
        named = {fold(name) for name in (place.name, *(n.toponym for n in place.names))}
        if said.name and fold(said.name) not in named:
            other = resolve_name(said.name, self._gazetteer, limit=3)
            if other.place is not None and other.place.id != place.id and place not in _places(other):
                why = f"the code {said.code} is of {place.name}, the name means {other.place.name}"
                both = (candidate, *other.candidates)
                return Resolution(mention=mention, status="ambiguous", confidence=0.5, candidates=both, reasons=(why,))
        return Resolution(
            mention=mention, status="resolved", confidence=0.98, place=place, candidates=(candidate,), reasons=(reason,)
        )

    def _place_of_code(self, code: str) -> Place | None:
        """Return the place of an id of the gazetteer, a P-code or a country code; None when it is not known."""
        if code in self._gazetteer:
            return self._gazetteer.get(code)
        return _codes_of(self._gazetteer).get(pcode_slug(code))

    # Names and points

    def _by_name(self, said: Said, area: Place | None, kinds: frozenset[str]) -> Resolution:
        if not said.name:
            return _open(said.code or str(said.point or ""), f"no gazetteer holds the code {said.code!r}")
        near = None if said.point is None else (said.point.lon, said.point.lat)
        found = resolve_name(said.name, self._gazetteer, within=area, near=near, types=kinds)
        if found.place is not None and area is not None and not self._gazetteer.is_within(found.place.id, area.id):
            why = f"{found.place.name} ({found.place.type}) does not lie in {area.name}, which the table names"
            return replace(found, status="ambiguous", place=None, reasons=(why,))
        if found.place is not None and area is None and near is None and not _sounds_alike(said.name, found.place):
            why = f"only a spelling like it is known, {found.place.name}, and nothing else in the row speaks for it"
            return replace(found, status="ambiguous", place=None, reasons=(why,))
        return found

    def _with_point(
        self, said: Said, found: Resolution, area: Place | None, kinds: frozenset[str] | None
    ) -> Resolution:
        """Return the place of the gazetteer that lies at the point given, else the point as the table's own place."""
        assert said.point is not None  # noqa: S101  asked before
        point = said.point
        order = ([found.place] if found.place else []) + [p for p in _places(found) if p.type not in AREA_TYPES]
        for place in order:
            gap = _gap_km(place, point)
            if gap <= _reach_km(place, point):
                reason = f"lies {gap:.1f} km from the coordinates of the table"
                inside = area is None or self._gazetteer.is_within(place.id, area.id)
                sure = max(_AGREED, found.confidence) if inside else _AGREED_OUTSIDE
                why_not = () if inside or area is None else (f"the table says that it lies in {area.name}",)
                reasons = (*(found.reasons if found.place == place else ()), reason, *why_not)
                return replace(found, status="resolved", place=place, confidence=sure, reasons=reasons)
        if found.place is not None and abs(point.lon) <= 90:
            exchanged = point._replace(lon=point.lat, lat=point.lon)
            if _gap_km(found.place, exchanged) <= _reach_km(found.place, point):
                message = f"{point} is where {found.place.name} lies when they are exchanged"
                raise ValueError(f"{message}: longitude and latitude look swapped")
        why = f"the coordinates are the table's own: {point}"
        if found.place is not None:
            why += f"; {found.place.name} of the gazetteer lies {_gap_km(found.place, point):.0f} km away"
        own = self._own_place(said, area, kinds)
        candidates = (Candidate(place=own, score=1.0, reasons=(why,)), *found.candidates)
        return Resolution(
            mention=found.mention, status="resolved", confidence=0.7, place=own, candidates=candidates, reasons=(why,)
        )

    def _own_place(self, said: Said, area: Place | None, kinds: frozenset[str] | None) -> Place:
        """Return a place that only the table gives."""
        point = said.point
        assert point is not None  # noqa: S101  asked before
        outside = area is not None and is_outline(area.geometry) and gap_km(area.geometry, point.lon, point.lat)
        doubt = area is not None and outside and outside > _BORDER_KM + point.slack_km
        name = said.name or str(point)
        key = hashlib.sha256(f"{self._table}\0{name}\0{point.lon}\0{point.lat}".encode()).hexdigest()[:10]
        kind = next(iter(sorted(kinds)), "village") if kinds else "village"
        told = "Its coordinates are those of a table, and no gazetteer has it there."
        if doubt and area is not None:
            told += f" They lie {outside:.0f} km outside of {area.name}, which the table names."
        return Place(
            id=said.code if said.code.startswith(_GIVEN) else f"{_GIVEN}{slug(name)[:40].strip('-') or 'place'}-{key}",
            name=name,
            type=kind,
            lon=point.lon,
            lat=point.lat,
            geometry=shapely.Point(point.lon, point.lat),
            uncertainty_km=round(max(point.uncertainty_km or _GIVEN_KM, point.slack_km), 2),
            certainty="uncertain" if doubt else "less-certain",
            parents=(area.id,) if area is not None and not doubt else (),
            ccodes=area.ccodes if area is not None else (),
            citations=(Citation(source=self._table, label=f"coordinates of {name}"),),
            description=told,
        )


def _reach_km(place: Place, point: GivenPoint) -> float:
    """Return how far a point may lie from a place and still mean it."""
    return place.uncertainty_km + _KM_APART + point.slack_km


def _sounds_alike(name: str, place: Place) -> bool:
    """Whether one of the names of a place is spelled or sounds like a name; a letter off is not."""
    written = [place.name, *(n.toponym for n in place.names)]
    key, sounds = fold(name), set(skeletons(name))
    return any(fold(other) == key or not sounds.isdisjoint(skeletons(other)) for other in written) or bool(
        without_type_word(name)[1]
    )


@lru_cache(maxsize=2)
def _codes_of(gazetteer: Gazetteer) -> dict[str, Place | None]:
    """Return the places of a gazetteer by P-code and country code; None for a code that two places have."""
    found: dict[str, Place | None] = {}
    for place in gazetteer:
        codes = {pcode_slug(link.partition(":")[2]) for link in place.same_as if link.startswith("pcode:")}
        if place.id.startswith("cod:"):
            codes.add(place.id.partition(":")[2])
        if place.type == "country" and place.ccodes:
            codes |= {place.ccodes[0].casefold(), place.id.partition(":")[0]}
        for code in codes:
            found[code] = place if code not in found or found[code] == place else None
    return found


def _gap_km(place: Place, point: GivenPoint) -> float:
    """Return how far a point lies from a place, 0 within its outline."""
    if place.geometry.geom_type == "Point":
        return distance_km(place.lon, place.lat, point.lon, point.lat)
    return gap_km(place.geometry, point.lon, point.lat)


def _places(resolution: Resolution) -> list[Place]:
    return [candidate.place for candidate in resolution.candidates]


def _mention(name: str) -> Mention:
    return Mention(surface=name, start=0, end=len(name), name=name)


def _open(name: str, why: str) -> Resolution:
    plain = name.removesuffix(OPEN).strip()
    return Resolution(mention=_mention(plain), status="unknown", confidence=0.0, reasons=(why,))
