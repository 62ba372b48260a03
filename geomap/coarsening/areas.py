"""The area that may be told of a place: its governorate, its district, or a square of a fixed grid."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import shapely

from geomap.errors import InputError
from geomap.gazetteer.metric import EARTH_RADIUS_KM, area_km2, is_outline
from geomap.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geomap.gazetteer import Gazetteer

__all__ = ["CELL", "COARSENESSES", "Areas", "Coarseness", "area_words", "cell_at", "cells_of", "reach_km"]

Coarseness = Literal["adm1", "adm2", "10km"]
COARSENESSES: tuple[Coarseness, ...] = get_args(Coarseness)

CELL = "grid cell"
"""The feature type of a square of the grid."""

CELL_KM = 10.0
_KM_A_DEGREE = math.radians(EARTH_RADIUS_KM)
_ROWS = int(180 * _KM_A_DEGREE // CELL_KM)
_MOST_COLUMNS = 10_000
"""More squares than any row of the grid has."""
_HALF_DIAGONAL_KM = math.hypot(CELL_KM, CELL_KM) / 2 + 0.1  # the grid's squares are a little larger
_NEAR_KM = 1.0
"""What a place may reach beyond its square without a further step: most places are known within it."""
_FURTHEST_KM = 40.0
"""What reaches further from its square than this is no longer told by it: a river, a long corridor."""

_TOLD: dict[Coarseness, tuple[str, ...]] = {
    "adm1": ("governorate", "country"),
    "adm2": ("district", "governorate", "country"),
    "10km": ("district", "governorate", "country"),
}
"""Feature types of the gazetteer that are no finer than asked; in a district or more there is room for many squares."""

_WORDS: dict[Coarseness, str] = {"adm1": "governorates", "adm2": "districts", "10km": "squares of 10 km"}


def area_words(to: Coarseness) -> str:
    """Return in words what places are told by.

    Examples
    --------
    >>> area_words("10km")
    'squares of 10 km'
    """
    return _WORDS[to]


@dataclass(frozen=True)
class Areas:
    """Finds the areas; each place is looked for once.

    Parameters
    ----------
    to
        How coarse.
    gazetteer
        Where governorates and districts come from; only records of it are told as they are.
    """

    to: Coarseness
    gazetteer: Gazetteer | None
    _known: dict[str, Place | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.to not in COARSENESSES:
            raise InputError(f"{self.to!r} is no coarseness; it is one of {', '.join(COARSENESSES)}", field="coarsen")
        if self.gazetteer is None and self.to != "10km":
            raise InputError(f"{area_words(self.to)} come from a gazetteer: give one", field="coarsen")

    def of(self, place: Place) -> Place | None:
        """Return the area that may be told of a place; None when none is known."""
        if place.id not in self._known:
            self._known[place.id] = self._area(place)
        return self._known[place.id]

    def _area(self, place: Place) -> Place | None:
        if self.to == "10km":
            chain = [around for around in self._chain(place) if _is_wide(around)]
            own = [around for around in chain if around.id == place.id]
            return next(iter((*own, *filter(None, [cell_at(place)]), *chain)), None)
        chain = [around for around in self._chain(place) if around.type in _TOLD[self.to]]
        return next(iter(chain), None) or self._by_outline(place)

    def _chain(self, place: Place) -> Iterator[Place]:
        """Yield the place and its containers, nearest first, as the gazetteer has them."""
        if self.gazetteer is None:
            return
        for start in (place.id,) if place.id in self.gazetteer else place.parents:
            if start in self.gazetteer:
                yield self.gazetteer.get(start)
                yield from self.gazetteer.ancestors(start)

    def _by_outline(self, place: Place) -> Place | None:
        """Return the area whose outline holds a place that names no container, such as a point of a table."""
        here = shapely.Point(place.lon, place.lat)
        return next((area for area in self.outlines if shapely.covers(area.geometry, here)), None)

    @cached_property
    def outlines(self) -> list[Place]:
        """The areas with an outline, the finest that may be told first."""
        if self.gazetteer is None:
            return []
        found = [p for kind in _TOLD[self.to] for p in self.gazetteer.select({kind}) if is_outline(p.geometry)]
        shapely.prepare([area.geometry for area in found])
        return found


def _is_wide(area: Place) -> bool:
    """Tell whether an area is no finer than a square of the grid."""
    if is_outline(area.geometry):
        return area_km2(area.geometry) >= CELL_KM**2
    return area.type in _TOLD["10km"]


def cell_at(place: Place) -> Place | None:
    """Return the square of the grid that holds a place's point; None when the place reaches far beyond it.

    The grid is the same for the whole globe and for every map: rows of 10 km of latitude from the south pole, in each
    of them columns of at least 10 km from the 180th meridian. `Place.uncertainty_km` of a square is the radius around
    its middle within which the true place lies, in steps of 10 km.
    """
    row = min(_ROWS - 1, int((place.lat + 90) / 180 * _ROWS))
    south, north = (180 * edge / _ROWS - 90 for edge in (row, row + 1))
    columns = _columns(row)
    column = min(columns - 1, int((place.lon + 180) / 360 * columns))
    west, east = (360 * edge / columns - 180 for edge in (column, column + 1))
    lon, lat = round((west + east) / 2, 5), round((south + north) / 2, 5)
    beyond = reach_km(place) - _NEAR_KM
    if beyond > _FURTHEST_KM:
        return None
    return Place(
        id=f"cell:{row}-{column}",
        name=f"10 km square around {_degrees(lat, 'NS')} {_degrees(lon, 'EW')}",
        type=CELL,
        lon=lon,
        lat=lat,
        geometry=shapely.box(*(round(edge, 5) for edge in (west, south, east, north))),
        approximate=True,
        uncertainty_km=round(_HALF_DIAGONAL_KM + _NEAR_KM + CELL_KM * math.ceil(max(0.0, beyond) / CELL_KM), 1),
    )


def cells_of(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for points (degrees, EPSG:4326) a number that is the same of all in one square of `cell_at`."""
    row = np.minimum(_ROWS - 1, ((lat + 90) / 180 * _ROWS).astype(np.int64))
    columns = np.array([_columns(one) for one in range(_ROWS)], dtype=np.int64)[row]
    column = np.minimum(columns - 1, ((lon + 180) / 360 * columns).astype(np.int64))
    return row * _MOST_COLUMNS + column


def _columns(row: int) -> int:
    """Return how many squares a row of the grid has."""
    south, north = (180 * edge / _ROWS - 90 for edge in (row, row + 1))
    narrowest = min(math.cos(math.radians(south)), math.cos(math.radians(north)))
    return max(1, int(360 * _KM_A_DEGREE * narrowest // CELL_KM))


def reach_km(place: Place) -> float:
    """Return how far from its point, in km, a place may lie."""
    west, south, east, north = place.geometry.bounds if not place.geometry.is_empty else (place.lon, place.lat) * 2
    across = max(abs(west - place.lon), abs(east - place.lon)) * math.cos(math.radians(place.lat))
    up = max(abs(south - place.lat), abs(north - place.lat))
    return math.hypot(across, up) * _KM_A_DEGREE + place.uncertainty_km


def _degrees(value: float, signs: str) -> str:
    return f"{abs(value):.2f}° {signs[value < 0]}"
