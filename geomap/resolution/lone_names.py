"""Names without a text around them: one, or the million of a table.

What stands in for the text is what the asker knows: the area that holds the place, a point near it, its type.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from geomap.errors import QueryError
from geomap.gazetteer.metric import distance_km
from geomap.model import Candidate, Mention, Resolution
from geomap.recognition.typed_names import without_type_word
from geomap.resolution.candidates import HOW, SPELLED
from geomap.resolution.odds import INSIDE, KIN_SLACK, OUTSIDE, RESOLVED, confidence, farness, preference, prominence
from geomap.resolution.surroundings import AREA_TYPES

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from geomap.gazetteer import Gazetteer, Match
    from geomap.model import Place

__all__ = ["container_of", "resolve_name"]

_CANDIDATES = 25
_NO_RIVAL = 0.7
"""Who trails by so much is a thousand times less likely and changes no confidence."""
_SAME_KM = 2.0
"""Two populated places of one name closer than this are one, twice in the gazetteers."""

_KM_PER_DEGREE = 111.0  # of latitude, at least


class _Scored(NamedTuple):
    score: float
    match: Match
    inside: bool | None
    km: float | None

    @property
    def place(self) -> Place:
        return self.match.place

    def reasons(self, within: Place | None) -> tuple[str, ...]:
        found = [HOW[self.match.tier].format(self.match.name)]
        if within is not None:
            found.append(f"lies in {within.name}" if self.inside else f"does not lie in {within.name}")
        if self.km is not None:
            found.append(f"{self.km:.0f} km from the point given")
        return tuple(found)


_score = itemgetter(0)


def resolve_name(
    name: str,
    gazetteer: Gazetteer,
    *,
    within: Place | None = None,
    near: tuple[float, float] | None = None,
    types: AbstractSet[str] = frozenset(),
    limit: int = 6,
) -> Resolution:
    """Decide which place a name means that stands alone.

    Parameters
    ----------
    name
        A toponym in any script.
    gazetteer
        The places that can be meant.
    within
        The area that is said to hold it; places outside are ruled out when one inside has the name.
    near
        A point it is said to be near: longitude, latitude, degrees EPSG:4326.
    types
        Feature types that it can have; all when empty.
    limit
        How many candidates to keep.

    Returns
    -------
    resolution
        Resolved, ambiguous (several places fit, or one not surely enough) or unknown (no place has the name). The
        `confidence` is the probability of the first candidate, whether or not it is enough to decide.
    """
    mention = Mention(surface=name, start=0, end=len(name), name=name, types=frozenset(types))
    ranked = _ranked(name, gazetteer, within, near, types)
    if not ranked:
        return Resolution(mention=mention, status="unknown", confidence=0.0, reasons=("no place has this name",))
    top, rivals, kin = ranked[0], [], []
    for other in ranked[1:]:
        if other.score <= top.score - _NO_RIVAL:
            break
        if not _one_matter(top.place, other.place, gazetteer):
            rivals.append(other)
        elif other.score >= top.score - KIN_SLACK:
            kin.append(other)
    best = top
    if kin:
        best = min((top, *kin), key=lambda s: (preference(s.place), -s.score))
        ranked = [best, *(s for s in ranked if s is not best)]
    sure = round(confidence(top.score, [s.score for s in rivals]), 3)
    if top.match.tier == "near" and top.match.score < _HEARD:
        sure = min(sure, round(top.match.score, 3))
    shown = tuple(
        [
            Candidate(place=s.place, score=min(1.0, max(0.0, s.match.score)), reasons=s.reasons(within))
            for s in ranked[:limit]
        ]
    )
    if sure < RESOLVED:
        why = f"{best.place.name} is likeliest, but {_doubt(sure, rivals)}"
        return Resolution(mention=mention, status="ambiguous", confidence=sure, candidates=shown, reasons=(why,))
    return Resolution(
        mention=mention,
        status="resolved",
        confidence=sure,
        place=best.place,
        candidates=shown,
        reasons=best.reasons(within) + ((f"ahead of {rivals[0].place.name}",) if rivals else ()),
    )


_HEARD = 0.5
"""The least likeness of a name that is one letter off: less is not heard in it, however large the place."""


def _doubt(sure: float, rivals: list[_Scored]) -> str:
    if rivals:
        return f"{rivals[0].place.name} ({rivals[0].place.type}) could be meant as well"
    return f"the spelling fits it too loosely (probability {sure:.2f})"


def _ranked(
    name: str,
    gazetteer: Gazetteer,
    within: Place | None,
    near: tuple[float, float] | None,
    types: AbstractSet[str],
) -> list[_Scored]:
    """Return what the name could mean, likeliest first."""
    scored = [_scored(match, gazetteer, within, near) for match in _matches(name, gazetteer, types)]
    scored.sort(key=_score, reverse=True)  # ties stay as the search ranks them
    return scored


def _matches(name: str, gazetteer: Gazetteer, types: AbstractSet[str]) -> tuple[Match, ...]:
    """Return what has the name or, when it is known only without the word for its kind, what is of that kind."""
    whole = gazetteer.search(name, types=types, limit=_CANDIDATES)
    if any(match.tier in SPELLED for match in whole):
        return whole
    bare, kinds = without_type_word(name)
    kinds = kinds & types if types else kinds
    return (gazetteer.search(bare, types=kinds, limit=_CANDIDATES) if kinds else ()) or whole


def _scored(match: Match, gazetteer: Gazetteer, within: Place | None, near: tuple[float, float] | None) -> _Scored:
    place = match.place
    score, inside, km = match.score + prominence(place), None, None
    if within is not None:
        inside = gazetteer.is_within(place.id, within.id)
        score += INSIDE if inside else OUTSIDE
    if near is not None:
        km = distance_km(*near, place.lon, place.lat)
        score += farness(km)
    return _Scored(score, match, inside, km)


def _one_matter(one: Place, two: Place, gazetteer: Gazetteer) -> bool:
    """Whether two places are no rivals: a town and the area of its name around it, or one place twice."""
    if one.type in AREA_TYPES or two.type in AREA_TYPES:
        return gazetteer.is_within(one.id, two.id) or gazetteer.is_within(two.id, one.id)
    near = abs(one.lat - two.lat) <= _SAME_KM / _KM_PER_DEGREE
    return near and distance_km(one.lon, one.lat, two.lon, two.lat) <= _SAME_KM


def container_of(said: str, gazetteer: Gazetteer) -> Place:
    """Return the area that an id or a name means, the widest of that name.

    Raises
    ------
    QueryError
        When there is none, or several that could be meant.
    """
    if said in gazetteer:
        return gazetteer.get(said)
    areas = [match.place for match in _matches(said, gazetteer, frozenset()) if match.tier in SPELLED]
    areas = [place for place in areas if place.type in AREA_TYPES]
    if not areas:
        raise QueryError(f"no area is called {said!r}; give a governorate, a zone or an id", field="within")
    widest = [a for a in areas if not any(gazetteer.is_within(a.id, b.id) for b in areas if b is not a)]
    if len(widest) > 1:
        ids = " or ".join(sorted(area.id for area in widest))
        raise QueryError(f"{said!r} could be {ids}; give the id", field="within")
    return widest[0]
