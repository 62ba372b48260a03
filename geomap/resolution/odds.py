"""What each piece of evidence is worth when a name stands alone, and how sure a decision is.

A score counts in tenths of a natural logarithm of odds: 0.1 more makes a place e times as likely as before. The
confidence is the share of the best place among all that the name could mean, one that no gazetteer holds included.

The weights were fitted by ``benchmarks/fit_names.py`` on alternate names that GeoNames holds of Syria's towns,
cross-fitted by place, among the 7,593 communities of OCHA; docs/benchmarks.md has the table of their reliability.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from geomap.gazetteer.feature_types import importance

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.model import Place

__all__ = [
    "INSIDE",
    "KIN_SLACK",
    "OUTSIDE",
    "RESOLVED",
    "confidence",
    "farness",
    "preference",
    "prominence",
]

PER_SCORE = 10.0
"""Logarithms of odds in a score of 1."""

PROMINENCE = 0.20
"""A place with ten times the people is e squared times as likely to be the one named."""
INSIDE = 0.18
"""A place of that name in the area that is named with it: unlikely that the gazetteer lacks the one that is meant."""
OUTSIDE = -1.0
"""Who names the area has ruled the others out."""
_FAR_PER_TENFOLD = -0.3
_NEAR_KM = 10.0

UNLISTED = 1.21
"""Of a place that no gazetteer holds: an exact name reaches as much by a population of 16."""
RESOLVED = 0.65
"""The least confidence of a decision: below it wrong ones are more than two in a hundred of all names asked."""


KIN_SLACK = 0.35
"""By how much kin (a town and the area named after it) may trail the best and still be what the name means."""

_PREFERENCE = {
    kind: rank
    for rank, kind in enumerate(("country", "region", "city", "town", "village", "governorate", "zone", "district"))
}


def preference(place: Place) -> int:
    """Return a rank, the lowest first: a bare name shared by a town and its province means the town."""
    return _PREFERENCE.get(place.type, 9)


def prominence(place: Place) -> float:
    """Return what the number of its people, or what is usual for its type, adds to the score of a place."""
    return _prominence(importance(place))


@lru_cache(maxsize=65536)
def _prominence(people: int) -> float:
    return PROMINENCE * math.log10(max(10, people))


def farness(km: float) -> float:
    """Return what a distance in km from the point asked about adds to a score: nothing up to ten kilometres."""
    return _FAR_PER_TENFOLD * math.log10(max(_NEAR_KM, km) / _NEAR_KM)


def confidence(best: float, rivals: Iterable[float], *, unlisted: float = UNLISTED) -> float:
    """Return the probability of the best of several scores, 0 to 1; `unlisted` is the score of a place not loaded."""
    others = math.fsum([math.exp(min(50.0, PER_SCORE * (score - best))) for score in (unlisted, *rivals)])
    return 1.0 / (1.0 + others)
