"""Figures, places and resolutions as JSON values; the pieces that the JSON formats share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from geomap.store.columns import number

if TYPE_CHECKING:
    from geomap.model import Count, Place, Resolution

__all__ = ["candidate_values", "count_values", "place_values"]

Values = dict[str, Any]


def count_values(count: Count) -> Values:
    """Return a figure; whole numbers as ints, null for what JSON cannot hold."""
    return {
        "value": _finite(count.value),
        "unit": count.unit,
        "scope": count.scope,
        "at_least": count.at_least,
        "at_most": count.at_most,
        "approximate": count.approximate,
        "subset_of": None if count.subset_of is None else _finite(count.subset_of),
    }


def place_values(place: Place) -> Values:
    """Return a place with its point (degrees, EPSG:4326) and the radius in km within which it lies."""
    return {
        "id": place.id,
        "name": place.name,
        "type": place.type,
        "lon": place.lon,
        "lat": place.lat,
        "uncertainty_km": place.uncertainty_km,
        "certainty": place.certainty,
        "approximate": place.approximate,
    }


def candidate_values(resolution: Resolution) -> list[Values]:
    """Return what a mention could mean, best first, each with its score and its reasons."""
    return [{"id": c.place.id, "name": c.place.name, "score": c.score, "why": c.why} for c in resolution.candidates]


def _finite(value: float) -> int | float | None:
    return number(value) if math.isfinite(value) else None
