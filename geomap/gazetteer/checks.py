"""All that can be proved wrong, or looks wrong, with a gazetteer."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import shapely

from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.metric import gap_km, is_outline
from geomap.gazetteer.problems import Problem
from geomap.toponym import is_arabic, is_cyrillic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.gazetteer.collection import Gazetteer
    from geomap.model import Name, Place

__all__ = ["admits_outside", "check"]

_ADMITS_OUTSIDE = re.compile(r"\b(outside|beyond|not inside|across the border|past the edge)\b", re.IGNORECASE)
"""Words by which a description says that a place does not lie in the outline of its container."""

_SCRIPT_OF = {"ar": is_arabic, "ru": is_cyrillic}
_LATIN = frozenset({"en", "fr", "de", "es", "it", "tr"})


def check(gazetteer: Gazetteer) -> tuple[Problem, ...]:
    """Return everything that is wrong with a gazetteer, errors before warnings, then in order of id.

    Load it leniently to have the errors of form listed too. The order is stable.
    """
    found = [*gazetteer.problems]
    for place in gazetteer:
        for part in (_form, _names, _validity, _parents, _outline, _position):
            found.extend(part(place, gazetteer))
    found.extend(_circles(gazetteer))
    found.extend(_decisions(gazetteer))
    return tuple(sorted(found, key=lambda p: (p.severity, p.place_id, p.field, p.message)))


def admits_outside(text: str) -> bool:
    """Tell whether a description says that a place does not lie in the outline of its container."""
    return _ADMITS_OUTSIDE.search(text) is not None


def _form(place: Place, _: Gazetteer) -> Iterator[Problem]:
    """Prove what a reader of files proves, for places that came another way."""
    if not place.name.strip():
        yield Problem(place_id=place.id, field="name", message="is empty; give the name to be shown")
    if place.type not in FEATURE_TYPES:
        known = ", ".join(FEATURE_TYPES)
        yield Problem(place_id=place.id, field="type", message=f"{place.type!r} is unknown; it must be one of {known}")
    if not place.citations:
        yield Problem(place_id=place.id, field="citations", message="is empty; say where the coordinate is from")
    if not (abs(place.lon) <= 180 and abs(place.lat) <= 90):
        message = f"({place.lon:g}, {place.lat:g}) is no point of the globe; it is longitude, latitude in degrees"
        yield Problem(place_id=place.id, field="lon, lat", message=message)


def _names(place: Place, _: Gazetteer) -> Iterator[Problem]:
    if not place.names:
        yield Problem(place_id=place.id, field="names", message="is empty; give at least one name")
    for (toponym, lang), times in Counter((n.toponym, n.lang) for n in place.names).items():
        if times > 1:
            message = f"{toponym!r} ({lang}) is given {times} times; give it once, with all its citations"
            yield Problem(place_id=place.id, field="names", message=message)
    for name in place.names:
        if not name.toponym.strip():
            yield Problem(place_id=place.id, field="names", message="holds an empty toponym; drop it")
        elif not name.citations:
            message = f"{name.toponym!r} has no citation; say where the name is from"
            yield Problem(place_id=place.id, field="names", message=message)
        if not _fits_script(name):
            message = f"{name.toponym!r} is not in the script of its language, {name.lang}; correct one of them"
            yield Problem(place_id=place.id, field="names", message=message, severity="warning")


def _fits_script(name: Name) -> bool:
    """Tell whether a toponym is in the script of its language, for the languages whose script geomap can read."""
    lang = name.lang.split("-")[0]
    if lang in _SCRIPT_OF:
        return _SCRIPT_OF[lang](name.toponym)
    return lang not in _LATIN or not (is_arabic(name.toponym) or is_cyrillic(name.toponym))


def _validity(place: Place, _: Gazetteer) -> Iterator[Problem]:
    start, end = place.valid
    if start is not None and end is not None and start >= end:
        message = f"starts on {start} but ends on {end}; the start must come first"
        yield Problem(place_id=place.id, field="when", message=message)
    if place.type in ("zone", "corridor") and place.valid == (None, None):
        message = f"is missing; a {place.type} holds for a time: give the day from which, or until which, it did"
        yield Problem(place_id=place.id, field="when", message=message, severity="warning")


def _parents(place: Place, gazetteer: Gazetteer) -> Iterator[Problem]:
    if not place.parents and place.type != "country":
        yield Problem(place_id=place.id, field="relations", message="is empty; only a country has no container")
    for parent, times in Counter(place.parents).items():
        if times > 1:
            yield Problem(place_id=place.id, field="relations", message=f"{parent} is given {times} times")
        if parent not in gazetteer and parent not in {p.place_id for p in gazetteer.problems}:
            message = f"container {parent} is not loaded; add its record or file, or correct the id"
            yield Problem(place_id=place.id, field="relations", message=message)


def _decisions(gazetteer: Gazetteer) -> Iterator[Problem]:
    """Yield the decisions of reviewers that nothing can follow."""
    for decision in gazetteer.decisions:
        if decision.place_id is not None and decision.place_id not in gazetteer:
            message = f"{decision.toponym!r} means it ({decision.citation.label}), but it is not loaded; load its file"
            yield Problem(place_id=decision.place_id, field="decisions", message=message, severity="warning")


def _circles(gazetteer: Gazetteer) -> Iterator[Problem]:
    """Yield each circle of containers once, at the smallest of its ids."""
    reported: set[str] = set()
    for place in gazetteer:
        circle = _circle_through(place, gazetteer)
        if circle and place.id not in reported:
            reported.update(circle)
            message = f"contains itself: {' -> '.join([*circle, place.id])}; drop one of the relations"
            yield Problem(place_id=place.id, field="relations", message=message)


def _circle_through(place: Place, gazetteer: Gazetteer) -> list[str]:
    """Return the shortest chain of containers that leads from a place back to it, without the end; [] if none."""
    came_from: dict[str, str] = {}
    queue = [place.id]
    for current in queue:
        for parent in gazetteer.places[current].parents:
            if parent == place.id:
                chain = [current]
                while chain[-1] != place.id:
                    chain.append(came_from[chain[-1]])
                return chain[::-1]
            if parent in gazetteer and parent not in came_from:
                came_from[parent] = current
                queue.append(parent)
    return []


def _outline(place: Place, _: Gazetteer) -> Iterator[Problem]:
    """Look at the geometry itself: whether it is sound and of a kind that fits the type."""
    if place.geometry.is_empty:
        yield Problem(place_id=place.id, field="geometry", message="is empty; a place lies somewhere")
    elif not place.geometry.is_valid:
        reason = shapely.is_valid_reason(place.geometry)
        yield Problem(place_id=place.id, field="geometry", message=f"is not a sound outline: {reason}")
    elif place.type == "zone" and not is_outline(place.geometry):
        message = f"is a {place.geometry.geom_type}; a zone without an outline covers nothing"
        yield Problem(place_id=place.id, field="geometry", message=message, severity="warning")
    if is_outline(place.geometry) and not shapely.covers(place.geometry, shapely.Point(place.lon, place.lat)):
        message = "lies outside its own outline; give a label_point inside it"
        yield Problem(place_id=place.id, field="lon, lat", message=message, severity="warning")


def _position(place: Place, gazetteer: Gazetteer) -> Iterator[Problem]:
    """Look whether its point lies in the outline of each container, or so near that its uncertainty explains it."""
    for parent_id in dict.fromkeys(place.parents):
        parent = gazetteer.places.get(parent_id)
        if parent is None or not is_outline(parent.geometry) or admits_outside(place.description or ""):
            continue
        if shapely.covers(parent.geometry, shapely.Point(place.lon, place.lat)):
            continue
        gap = gap_km(parent.geometry, place.lon, place.lat)
        if gap > place.uncertainty_km:
            approximate = "approximate " if parent.approximate else ""
            message = (
                f"lies {gap:.1f} km outside the {approximate}outline of its container {parent_id}, more than its"
                f" uncertainty of {place.uncertainty_km:g} km; correct it, or say in the description that it is outside"
            )
            yield Problem(place_id=place.id, field="lon, lat", message=message, severity="warning")
