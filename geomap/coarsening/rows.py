"""Rows of a table whose places and texts tell no finer place than was asked for.

The rules are those of `telling`; a row has no place of a gazetteer, only a geometry and perhaps a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geomap.coarsening.areas import CELL, Areas, area_words, cell_at, cells_of, reach_km
from geomap.coarsening.names import folded_names, names_of, unless_named
from geomap.model import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from geomap.coarsening.areas import Coarseness
    from geomap.gazetteer import Gazetteer

__all__ = ["CoarseRows", "coarsen_rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoarseRows:
    """The areas by which rows are told.

    `area_of` is for each row the number of its area, -1 where none may be told; `text` stands for every text;
    `withheld` are folded names.
    """

    areas: tuple[Place, ...]
    area_of: NDArray[np.int64]
    text: str
    withheld: frozenset[str]

    @property
    def reach_km(self) -> list[float]:
        """How far from its point, in km, what is told by each area may lie."""
        return [area.uncertainty_km if area.type == CELL else reach_km(area) for area in self.areas]

    def unless_named(self, text: str) -> str | None:
        """Return a text, None when it holds a name that is not to be told."""
        return unless_named(text, self.withheld)


def coarsen_rows(
    shapes: NDArray[Any], names: Iterable[str], to: Coarseness, *, gazetteer: Gazetteer | None = None
) -> CoarseRows:
    """Return by which areas the rows of a table may be told.

    Parameters
    ----------
    shapes
        A geometry a row, None where there is none; EPSG:4326 degrees, longitude first. The area must hold all of it.
    names
        What the rows call their places.
    to, gazetteer
        As for `coarsen`.

    Raises
    ------
    InputError
        As for `coarsen`.
    """
    known = Areas(to, gazetteer)
    there = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    area_of = np.full(len(shapes), -1, dtype=np.int64)
    areas, area_of[there] = _squares(shapes[there]) if to == "10km" else _outlined(shapes[there], known)
    told = folded_names(name for area in areas for name in names_of(area))
    return CoarseRows(
        areas=areas,
        area_of=area_of,
        text=f"(text left out: this tells places by {area_words(to)} only)",
        withheld=folded_names(names) - told,
    )


def _outlined(shapes: NDArray[Any], known: Areas) -> tuple[tuple[Place, ...], NDArray[np.int64]]:
    """Return the areas that hold a shape, and for each shape the first that does."""
    found = np.full(len(shapes), len(known.outlines), dtype=np.int64)
    tree = shapely.STRtree(shapes)
    # The finest last: it stays.
    for number in reversed(range(len(known.outlines))):
        found[tree.query(known.outlines[number].geometry, predicate="covers")] = number
    return _used(known.outlines, np.where(found == len(known.outlines), -1, found))


def _squares(shapes: NDArray[Any]) -> tuple[tuple[Place, ...], NDArray[np.int64]]:
    """Return the squares of the grid in which shapes lie, and for each shape its own."""
    inner = np.where(shapely.get_type_id(shapes) == 0, shapes, shapely.point_on_surface(shapes))
    lon, lat = shapely.get_x(inner), shapely.get_y(inner)
    _, first, number = np.unique(cells_of(lon, lat), return_index=True, return_inverse=True)
    squares = [cell_at(_row_place(inner[row], lon[row], lat[row])) for row in first]
    # What is more than a point may reach beyond its square.
    for row in np.flatnonzero(shapely.get_type_id(shapes) > 0):
        squares.append(cell_at(_row_place(shapes[row], lon[row], lat[row])))
        number[row] = len(squares) - 1
    kept = [square for square in squares if square is not None]
    place_of = np.cumsum([square is not None for square in squares]) - 1
    hidden = np.array([square is None for square in squares], dtype=bool)
    return _used(kept, np.where(hidden[number], -1, place_of[number])) if squares else ((), number)


def _row_place(shape: Any, lon: float, lat: float) -> Place:  # noqa: ANN401 - a geometry, which has no types
    return Place(id="", name="", type="place", lon=float(lon), lat=float(lat), geometry=shape)


def _used(areas: Iterable[Place], numbers: NDArray[np.int64]) -> tuple[tuple[Place, ...], NDArray[np.int64]]:
    """Return the areas that are used, one of each id, in order of id, and the numbers anew."""
    given = list(areas)
    used = sorted({given[number].id: given[number] for number in np.unique(numbers) if number >= 0}.values(), key=_id)
    of_id = {area.id: number for number, area in enumerate(used)}
    anew = np.array([*(of_id.get(area.id, -1) for area in given), -1], dtype=np.int64)
    return tuple(used), anew[numbers]


def _id(place: Place) -> str:
    return place.id
