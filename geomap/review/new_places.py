"""A place that a person typed -> a feature of the own file, when it can lie where it is said to."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import shapely

from geomap.gazetteer.checks import admits_outside
from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.form import PARENT
from geomap.gazetteer.metric import distance_km, gap_km, is_outline
from geomap.resolution.surroundings import AREA_TYPES
from geomap.review.own_file import GIVEN, slug
from geomap.toponym import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geomap.gazetteer import Gazetteer
    from geomap.model import Decision, Place
    from geomap.review.answers import Answer, NewPlace
    from geomap.review.own_file import OwnFile

__all__ = ["Areas", "Misfit", "keep_place"]

_ADMINISTRATIVE = frozenset({"country", "governorate", "district", "subdistrict"})
_NAMESAKES = 40

_SAME_KM = 0.010
"""Two typed points nearer than this are one."""

_TWIN_KM = 2.0
"""A known place of the same name within so many km, or its own uncertainty, is the same place."""

_LOOSE_KM = 10.0
"""How far outside an area, beyond the place's own uncertainty, texts still say "in": as in resolution."""

_BESIDE_KM = 150.0
"""How far from the province of its neighbours a place of their list can lie: beyond the size of most provinces."""


class Misfit(Exception):  # noqa: N818  nothing went wrong in the program: a row does not fit
    """An answer that does not fit what is known now: the field, what is wrong, and what would be right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


class Areas:
    """A gazetteer with its administrative outlines, looked up once."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer

    @cached_property
    def _outlines(self) -> tuple[Place, ...]:
        return tuple(place for place in self.gazetteer.select(_ADMINISTRATIVE) if is_outline(place.geometry))

    def around(self, new: NewPlace) -> Iterator[Place]:
        """Yield the administrative areas whose outline holds a place."""
        return (area for area in self._outlines if _covers(area, new))

    def known(self, ids: Iterable[str]) -> list[Place]:
        """Return the places of ids, as far as they are loaded."""
        return [self.gazetteer.get(place_id) for place_id in ids if place_id in self.gazetteer]


def keep_place(
    answer: Answer, decision: Decision, old: Decision | None, areas: Areas, own: OwnFile
) -> tuple[Decision, bool]:
    """Put the place that a person typed into the own file.

    A place of the file with the same name and type within 10 m is the same one; a corrected one keeps its id.

    Returns
    -------
    decision, new
        The decision with the place's id, and whether the place says anything new.

    Raises
    ------
    Misfit
        When it cannot be the place that the text means, or is known already.
    """
    new = answer.new_place
    assert new is not None  # noqa: S101  the caller has looked
    name, kind = new.name or answer.asked.toponym, new.type or _said_type(answer)
    if not slug(name):
        raise Misfit("place name", f"{name!r} has no Latin letter; give the name to be shown in Latin script")
    mine = None if old is None else own.typed_for(old)
    for place_id, feature in own.places().items():
        if place_id != mine and _is_same(feature, name, kind, new):
            return replace(decision, place_id=place_id), False
    _check_known(name, kind, new, (p for p in _namesakes(name, areas.gazetteer, own) if p.id != mine))
    containers = _containers(answer, new, kind, areas)
    place_id = mine or own.free_id(name, areas.gazetteer)
    feature = _feature(place_id, name, kind, new, decision, containers, own)
    return replace(decision, place_id=place_id), own.put_place(feature)


def _said_type(answer: Answer) -> str:
    types = answer.asked.setting.types
    if len(types) != 1:
        raise Misfit("type", f"is empty; choose one of {', '.join(sorted(types) or FEATURE_TYPES)}")
    return next(iter(types))


def _is_same(feature: dict[str, Any], name: str, kind: str, new: NewPlace) -> bool:
    properties, geometry = feature["properties"], feature["geometry"] or {}
    if (properties["title"], properties["feature_type"], geometry.get("type")) != (name, kind, "Point"):
        return False
    lon, lat = geometry["coordinates"]
    return distance_km(lon, lat, new.lon, new.lat) <= _SAME_KM


def _namesakes(name: str, gazetteer: Gazetteer, own: OwnFile) -> Iterator[Place]:
    """Yield the places of a name that are loaded, and those of the own file, which need not be."""
    for match in gazetteer.search(name, limit=_NAMESAKES):
        if match.tier in ("exact", "folded"):
            yield match.place
    yield from (place for place in own.typed() if fold(place.name) == fold(name))


def _check_known(name: str, kind: str, new: NewPlace, namesakes: Iterable[Place]) -> None:
    """Refuse a second record of a place that is known: it would be its own rival."""
    for place in namesakes:
        if FEATURE_TYPES[place.type].fclass != FEATURE_TYPES[kind].fclass:
            continue
        km = distance_km(place.lon, place.lat, new.lon, new.lat)
        if km <= max(_TWIN_KM, place.uncertainty_km):
            message = f"{place.id} ({place.name}) is known {km:.1f} km from there; export a new sheet and pick it"
            raise Misfit("lon, lat", message)


def _containers(answer: Answer, new: NewPlace, kind: str, areas: Areas) -> tuple[Place, ...]:
    """Return what the place lies in, administrative areas first; refuse a point that contradicts the text."""
    within, near = areas.known(answer.asked.setting.within), areas.known(answer.asked.setting.near)
    if not admits_outside(answer.note or ""):
        for area in within:
            _check_reach(area, new, kind, _LOOSE_KM)
        if near and all(_gap_km(area, new.lon, new.lat) > _BESIDE_KM for area in near):
            _check_reach(near[0], new, kind, _BESIDE_KM)
    if new.lies_in is not None:
        if new.lies_in not in areas.gazetteer:
            message = f"{new.lies_in!r} is the id of no place that is loaded; an id looks like syr:rif-dimashq"
            raise Misfit("lies in", message)
        return (areas.gazetteer.get(new.lies_in),)
    named = [area for area in within if area.type in AREA_TYPES]
    found = {area.id: area for area in (*areas.around(new), *(area for area in named if _covers(area, new)))}
    if not found:
        found = {area.id: area for area in named or (near if len(near) == 1 else ())}
    if not found:
        raise Misfit("lies in", "is empty, and no outline that is loaded holds the point; give the id of its container")
    return tuple(sorted(found.values(), key=lambda a: (a.type not in _ADMINISTRATIVE, a.uncertainty_km, a.id)))


def _check_reach(area: Place, new: NewPlace, kind: str, slack_km: float) -> None:
    slack_km += new.uncertainty_km or FEATURE_TYPES[kind].uncertainty_km
    gap = _gap_km(area, new.lon, new.lat)
    if gap <= slack_km:
        return
    swapped = abs(new.lon) <= 90 and _gap_km(area, new.lat, new.lon) <= slack_km
    hint = "lon and lat are swapped" if swapped else 'correct it, or say in the note that it lies "outside", and why'
    raise Misfit("lon, lat", f"lies {gap:.0f} km outside {area.name}, where the text puts it; {hint}")


def _gap_km(area: Place, lon: float, lat: float) -> float:
    """Return how far a point lies outside an area, in km; one without an outline reaches twice its uncertainty."""
    if is_outline(area.geometry):
        return gap_km(area.geometry, lon, lat)
    return max(0.0, distance_km(area.lon, area.lat, lon, lat) - 2 * area.uncertainty_km)


def _covers(area: Place, new: NewPlace) -> bool:
    return is_outline(area.geometry) and bool(shapely.covers(area.geometry, shapely.Point(new.lon, new.lat)))


def _feature(
    place_id: str, name: str, kind: str, new: NewPlace, decision: Decision, containers: Iterable[Place], own: OwnFile
) -> dict[str, Any]:
    """Return the record of a place, which says of its name and its point who gave them."""
    review = own.source(decision.citation.source)
    source = own.source(new.source, new.source if new.source.startswith(("https://", "http://")) else None)
    given = f"{GIVEN} {decision.by} on {decision.on}, sheet {decision.sheet}"
    feature: dict[str, Any] = {
        "@id": place_id,
        "type": "Feature",
        "properties": {
            "title": name,
            "ccodes": sorted({code for area in containers for code in area.ccodes[:1]}),
            "fclasses": [FEATURE_TYPES[kind].fclass],
            "feature_type": kind,
            "uncertainty_km": new.uncertainty_km or FEATURE_TYPES[kind].uncertainty_km,
        },
        "names": [
            {
                "toponym": name,
                "lang": decision.lang if name == decision.toponym else "und",
                "citations": [{"@id": review, "label": decision.citation.label}],
            }
        ],
        "relations": [{"relationType": PARENT, "relationTo": area.id} for area in containers],
        "geometry": {
            "type": "Point",
            "coordinates": [new.lon, new.lat],
            "certainty": "less-certain",
            "citations": [{"@id": source, "label": given}],
        },
    }
    if decision.note:
        feature["descriptions"] = [{"value": decision.note, "lang": "en"}]
    return feature
