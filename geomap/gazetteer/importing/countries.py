"""The countries that imported places lie in: the curated records, and the outlines of Natural Earth."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import shapely

from geomap.gazetteer.country_outlines import country_polygons
from geomap.gazetteer.files import gazetteer_files
from geomap.gazetteer.linked_places import read_files

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer.country_outlines import CountryPolygon
    from geomap.model import Place

__all__ = ["Countries"]


class Countries:
    """The curated countries by their code (ISO 3166-1 alpha-2), each with its outline."""

    def __init__(self) -> None:
        self._outlines: dict[str, BaseGeometry | None] = {}

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """The curated records by code."""
        found = read_files(gazetteer_files()).places
        return {place.ccodes[0]: place for place in found if place.type == "country"}

    @cached_property
    def _by_iso3(self) -> Mapping[str, str]:
        return {place.id.split(":")[0].upper(): code for code, place in self.places.items()}

    def code_of(self, text: str) -> str | None:
        """Return the two-letter code of a country given by two or three letters; None when it is neither."""
        code = text.strip().upper()
        if len(code) == 2 and code.isascii() and code.isalpha():
            return code
        return self._by_iso3.get(code)

    def name_of(self, code: str) -> str:
        """Return the name of a country, or its code when it is not curated."""
        return self.places[code].name if code in self.places else code

    def iso3_of(self, code: str) -> str | None:
        """Return the three-letter code of a curated country, in lower case."""
        return self.places[code].id.split(":")[0] if code in self.places else None

    def outline(self, code: str) -> BaseGeometry | None:
        """Return a country's outline in degrees; None when there is none.

        It is the one that holds the point of the curated record: the outlines have no two-letter codes.
        """
        if code not in self._outlines:
            key = next((key for key, other in self._codes.items() if other == code), None)
            self._outlines[code] = None if key is None else self._whole(key)
        return self._outlines[code]

    def code_at(self, lon: float, lat: float) -> str | None:
        """Return the code of the curated country whose outline holds a point (degrees); None when none does."""
        at = self._at(lon, lat)
        return None if at is None else self._codes.get((at.code, at.name))

    @cached_property
    def _codes(self) -> Mapping[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for code, place in self.places.items():
            at = self._at(place.lon, place.lat)
            if at is not None and (place.name == at.name or (at.code, at.name) not in found):  # the Vatican has none
                found[at.code, at.name] = code
        return found

    def _at(self, lon: float, lat: float) -> CountryPolygon | None:
        hits = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return self._polygons[min(hits)] if len(hits) else None

    def _whole(self, key: tuple[str, str]) -> BaseGeometry:
        parts = [shapely.make_valid(p.polygon) for p in self._polygons if (p.code, p.name) == key]
        return shapely.union_all(parts)  # rounded to thousandths of a degree, some cross themselves

    @cached_property
    def _polygons(self) -> tuple[CountryPolygon, ...]:
        return tuple(country_polygons())

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree([p.polygon for p in self._polygons])
