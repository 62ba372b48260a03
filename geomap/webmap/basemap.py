"""The map beneath the events: countries, governorates, rivers and towns, without a network."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NotRequired, TypedDict

import numpy as np
import shapely
from shapely.affinity import translate
from shapely.geometry import MultiPolygon
from shapely.geometry import box as shapely_box

from geomap.gazetteer.country_outlines import polygon_of
from geomap.webmap.assets import asset_path
from geomap.webmap.languages import names_in
from geomap.webmap.shapes import Shape, is_area, is_line, label_point, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from shapely.geometry.base import BaseGeometry

    from geomap.bbox import BBox
    from geomap.gazetteer import Gazetteer
    from geomap.model import Place
    from geomap.webmap.view import View

__all__ = ["BaseMap", "base_map"]

STEPS_ACROSS = 2000
"""An outline keeps details of a 2,000th of the view: finer than a pixel of a screen that shows it whole."""

COARSER = 4
"""How much coarser countries are drawn that lie wholly outside of the view."""

SMALLEST_NAMED = 30
"""A country is named when the part of it that is shown is larger than a 30th of the view squared."""

_GOVERNORATE = re.compile(r"^محافظة | (провинция|область|губернаторство)$|^провинция ", re.IGNORECASE)

MOST_TOWNS = 80
"""Towns that are written besides those that events name; the most populous ones."""


class Country(TypedDict):
    """A country within the map: ISO 3166-1 numeric code, "" where there is none; `home` when events lie in it."""

    code: str
    name: str
    home: bool
    shape: Shape
    label: NotRequired[list[float]]


class Outline(TypedDict):
    """A governorate's outline."""

    name: str
    names: dict[str, str]
    shape: Shape
    label: list[float]


class River(TypedDict):
    """A river's line, which is approximate."""

    name: str
    names: dict[str, str]
    shape: Shape
    label: list[float]


class Town(TypedDict):
    """A town's name at its point."""

    name: str
    names: dict[str, str]
    at: list[float]
    population: int


class BaseMap(TypedDict):
    """What lies beneath the events."""

    countries: list[Country]
    outlines: list[Outline]
    rivers: list[River]
    towns: list[Town]


def base_map(view: View, gazetteer: Gazetteer | None, points: Sequence[tuple[float, float]]) -> BaseMap:
    """Return countries, governorates, rivers and towns for a view.

    Parameters
    ----------
    view
        What the map shows first; the base map reaches beyond it, to ``view.limit()``.
    gazetteer
        Outlines of governorates, rivers and names of towns come from here; there are none without it.
    points
        Where events lie (lon, lat in degrees); the countries that hold one are "home", the others are greyed.

    Raises
    ------
    GeomapError
        When the package was not built.
    """
    limit, tolerance = view.limit(), view.span / STEPS_ACROSS
    return {
        "countries": list(_countries(view, limit, tolerance, points)),
        "outlines": list(_outlines(limit, tolerance, gazetteer, view)),
        "rivers": list(_rivers(limit, tolerance, gazetteer, view)),
        "towns": list(_towns(limit, gazetteer, view)),
    }


def _countries(view: View, limit: View, tolerance: float, points: Sequence[tuple[float, float]]) -> Iterator[Country]:
    found: dict[tuple[str, str], list[BaseGeometry]] = {}
    shown = [(p.west, p.south, p.east, p.north) for p, _ in view.parts()]
    for part, shift in limit.parts():
        for code, name, polygon in _polygons(part, tolerance):
            seen = any(polygon.intersects(shapely_box(*box)) for box in shown)
            drawn = polygon.simplify(tolerance if seen else COARSER * tolerance)
            clipped = shapely.clip_by_rect(drawn, part.west, part.south, part.east, part.north)
            if is_area(clipped):
                found.setdefault((code, name), []).append(translate(clipped, xoff=shift))
    marks = shapely.points([(view.lon(x), y) for x, y in points]) if points else np.empty(0, dtype=object)
    for (code, name), polygons in sorted(found.items(), key=lambda item: item[0][1]):
        whole = polygons[0] if len(polygons) == 1 else MultiPolygon([p for g in polygons for p in _single(g)])
        shapely.prepare(whole)
        home = bool(len(marks)) and bool(shapely.intersects(whole, marks).any())
        shape = shape_of(whole, digits=3)
        if shape:
            country: Country = {"code": code, "name": name, "home": home, "shape": shape}
            part_shown = _shown(whole, view)
            # What has no code of its own is drawn; to write its name would take a side.
            if code and part_shown.area > (view.span / SMALLEST_NAMED) ** 2:
                x, y = label_point(part_shown)
                country["label"] = [round(x, 3), round(y, 3)]
            yield country


def _shown(country: BaseGeometry, view: View) -> BaseGeometry:
    """Return the part of a country that the first view shows, all of it when that is nothing."""
    part = country.buffer(0).intersection(shapely_box(view.west, view.south, view.east, view.north))
    areas = [g for g in _single(part) if is_area(g)]
    return MultiPolygon(areas) if areas else country


def _single(geometry: BaseGeometry) -> Iterable[BaseGeometry]:
    return getattr(geometry, "geoms", (geometry,))


def _polygons(part: BBox, tolerance: float) -> Iterator[tuple[str, str, BaseGeometry]]:
    """Yield code, name and polygon of what may touch a box.

    Lines of far countries are skipped unread, and so are islands too small to be seen.
    """
    with asset_path("countries.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            west, south, east, north, rest = line.split("\t", 4)
            if float(west) > part.east or float(east) < part.west:
                continue
            if float(south) > part.north or float(north) < part.south:
                continue
            if max(float(east) - float(west), float(north) - float(south)) < 2 * tolerance:
                continue
            code, name, rings = rest.split("\t", 2)
            yield code, name, polygon_of(rings)


def _outlines(limit: View, tolerance: float, gazetteer: Gazetteer | None, view: View) -> Iterator[Outline]:
    for place in sorted(_known(gazetteer, {"governorate"}, limit, view), key=lambda p: p.id):
        if not is_area(place.geometry):
            continue
        shape = shape_of(place.geometry, tolerance=tolerance, lon=view.lon)
        if shape:
            label = [round(view.lon(place.lon), 4), round(place.lat, 4)]
            name = place.name.removesuffix(" Governorate")
            yield {"name": name, "names": _short(names_in(place)), "shape": shape, "label": label}


def _short(names: dict[str, str]) -> dict[str, str]:
    """Return names of a governorate without the word for one."""
    return {lang: _GOVERNORATE.sub("", name) for lang, name in names.items()}


def _rivers(limit: View, tolerance: float, gazetteer: Gazetteer | None, view: View) -> Iterator[River]:
    """Yield the rivers whose line the gazetteer has; no registry has lines of rivers under a free licence."""
    for place in sorted(_known(gazetteer, {"river"}, limit, view), key=lambda p: p.id):
        shape = shape_of(place.geometry, tolerance=tolerance, lon=view.lon) if is_line(place.geometry) else None
        if shape:
            middle = place.geometry.interpolate(0.5, normalized=True)
            label = [round(view.lon(middle.x), 4), round(middle.y, 4)]
            yield {"name": place.name, "names": names_in(place), "shape": shape, "label": label}


def _towns(limit: View, gazetteer: Gazetteer | None, view: View) -> Iterator[Town]:
    """Yield the most populous towns; the gazetteer gives them in that order."""
    towns = (place for place in _known(gazetteer, {"city", "town"}, limit, view) if place.population)
    for place in islice(towns, MOST_TOWNS):
        at = [round(view.lon(place.lon), 4), round(place.lat, 4)]
        yield {"name": place.name, "names": names_in(place), "at": at, "population": place.population or 0}


def _known(gazetteer: Gazetteer | None, types: AbstractSet[str], limit: View, view: View) -> Iterator[Place]:
    """Yield the gazetteer's places of some types whose point lies within reach of the view."""
    if gazetteer is None:
        return
    for place in gazetteer.select(types, bbox=limit.bbox()):
        if limit.west <= view.lon(place.lon) <= limit.east:
            yield place
