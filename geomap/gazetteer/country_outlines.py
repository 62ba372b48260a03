"""Outlines of countries (Natural Earth, 1:10 million), as the package's build prepares them for the map."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from shapely.geometry import Polygon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["CountryPolygon", "country_polygons", "polygon_of"]

THOUSANDTHS = 1000.0
"""countries.tsv counts thousandths of a degree."""


class CountryPolygon(NamedTuple):
    """A polygon of a country (degrees, EPSG:4326): ISO 3166-1 numeric code, "" where there is none, and its name."""

    code: str
    name: str
    polygon: Polygon


def country_polygons() -> Iterator[CountryPolygon]:
    """Yield all polygons of all countries; none when the package was not built."""
    table = resources.files("geomap") / "webmap" / "static" / "countries.tsv"
    if not table.is_file():
        return
    with table.open(encoding="utf-8") as lines:
        for line in lines:
            _west, _south, _east, _north, code, name, rings = line.split("\t")
            yield CountryPolygon(code, name, polygon_of(rings))


def polygon_of(rings: str) -> Polygon:
    """Return a polygon (degrees, longitude first) from its rings as the table has them."""
    outer, *holes = (_ring(steps) for steps in json.loads(rings))
    return Polygon(outer, holes)


def _ring(steps: list[int]) -> NDArray[np.float64]:
    """Return the points of a ring from its first point and the steps that follow."""
    return np.asarray(np.cumsum(np.asarray(steps, dtype=np.float64).reshape(-1, 2), axis=0) / THOUSANDTHS)
