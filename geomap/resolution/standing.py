"""What each place that a name could mean scores by itself, before what stands around the name is weighed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from geomap.gazetteer.feature_types import importance
from geomap.resolution.surroundings import AREA_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from geomap.model import Place
    from geomap.resolution.candidates import Possible
    from geomap.resolution.relations import Relations

__all__ = ["PLACED", "Standing", "standings"]

# Parts of a score, in tenths of log odds; see decision.py for where they come from.
SMALLER = -0.11  # per power of ten of inhabitants below the largest namesake, at most three
SPELLED_OTHERWISE = -0.1  # besides, where the largest is written as the text writes it, and the smaller one is not
UNSURE_RECORD = -0.05  # the gazetteer itself is not sure of the place; a namesake stays a rival
NOT_THEN = -0.15  # a zone that did not hold on the bulletin's day

PLACED = 0.75  # the least score of a decision: an exact or folded name, or a sound with support


class Standing(NamedTuple):
    """What an option scores by itself, and why: before what stands around it is weighed, and behind that (`last`)."""

    place: Place
    score: float
    reasons: list[str]
    last: list[tuple[float, str]]


def standings(options: Sequence[Possible], relations: Relations, day: date | None) -> list[Standing]:
    """Weigh each option by what no decision changes; `day` is that of the bulletin."""
    spelled = [p.place for p in options if p.score >= PLACED and p.place.type not in AREA_TYPES]
    largest = max((_weight(place, relations) for place in spelled), default=1)
    exact = any(p.exact and _weight(p.place, relations) >= largest for p in options)
    return [_standing(option, largest, relations, day, rivals_exact=exact) for option in options]


def _standing(
    option: Possible, largest: int, relations: Relations, day: date | None, *, rivals_exact: bool
) -> Standing:
    place, score, reasons = option.place, option.score, [option.how]
    if option.kind_fits:
        reasons.append(f"is a {place.type}")
    smaller = min(3.0, math.log10(max(1, largest) / max(1, _weight(place, relations))))
    if smaller >= 1 and place.type not in AREA_TYPES:
        score += SMALLER * smaller + (SPELLED_OTHERWISE if rivals_exact and not option.exact else 0.0)
        reasons.append("a much smaller namesake")
    last = []
    if place.certainty == "uncertain":
        last.append((UNSURE_RECORD, "the gazetteer is not sure of it"))
    if day is not None and not place.holds_on(day):
        last.append((NOT_THEN, "did not hold on that day"))
    return Standing(place, score, reasons, last)


def _weight(place: Place, relations: Relations) -> int:
    """Return by how many people a place is known: a seat stands for its district, however small."""
    seat_of = relations.seat_of(place)
    return importance(place) if seat_of is None else max(importance(place), importance(seat_of))
