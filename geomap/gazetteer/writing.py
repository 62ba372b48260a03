"""The Linked Places Format (LPF 1.3, a GeoJSON dialect), written: a place -> one feature, places -> one file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import shapely

from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.form import PARENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.model import Citation, Name, Place

__all__ = ["to_collection", "to_feature"]

_Json = dict[str, Any]


def to_feature(place: Place) -> _Json:
    """Return a place as one self-contained feature: its real geometry and, in `sources`, whom it cites.

    `from_feature` gives the place back.
    """
    sources = _Sources()
    return {**_feature(place, sources), "sources": sources.by_key}


def to_collection(places: Iterable[Place], *, title: str) -> str:
    """Return places as the text of one file, in order of id, a feature a line; each source stands in it once.

    Geometries are written as they are (degrees, EPSG:4326, longitude first), so that the file needs no other. Read
    as a gazetteer it gives the places back.
    """
    sources = _Sources()
    features = [_text(_feature(place, sources)) for place in sorted(places, key=lambda p: p.id)]
    head = f'{{"type": "FeatureCollection",\n"title": {_text(title)},\n"sources": {_text(sources.by_key)},\n'
    return f'{head}"features": [\n{_LINE_END.join(features)}\n]}}\n'


_LINE_END = ",\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _feature(place: Place, sources: _Sources) -> _Json:
    feature: _Json = {
        "@id": place.id,
        "type": "Feature",
        "properties": _properties(place),
        "names": [_name(name, sources) for name in place.names],
        "relations": [{"relationType": PARENT, "relationTo": parent} for parent in place.parents],
        "links": [
            {"type": "exactMatch" if identifier in place.same_as else "closeMatch", "identifier": identifier}
            for identifier in place.links
        ],
        "geometry": {
            **json.loads(shapely.to_geojson(place.geometry)),
            "certainty": place.certainty,
            "citations": sources.cite(place.citations),
        },
    }
    if place.description is not None:
        feature["descriptions"] = [{"value": place.description}]
    if place.valid != (None, None):
        sides = zip(("start", "end"), place.valid, strict=True)
        feature["when"] = {"timespans": [{side: {"in": day.isoformat()} for side, day in sides if day is not None}]}
    return feature


def _name(name: Name, sources: _Sources) -> _Json:
    marked = {"background": True} if name.background else {}
    return {"toponym": name.toponym, "lang": name.lang, "citations": sources.cite(name.citations), **marked}


def _properties(place: Place) -> _Json:
    kind = FEATURE_TYPES.get(place.type)
    return {
        "title": place.name,
        "ccodes": list(place.ccodes),
        "fclasses": [] if kind is None else [kind.fclass],
        "feature_type": place.type,
        **({} if place.population is None else {"population": place.population}),
        "uncertainty_km": place.uncertainty_km,
        "label_point": [place.lon, place.lat],
        **({"approximate": True} if place.approximate else {}),
        **({"background": True} if place.background else {}),
    }


class _Sources:
    """Numbers the sources that are cited."""

    def __init__(self) -> None:
        self.by_key: dict[str, dict[str, str]] = {}
        self._keys: dict[tuple[str, str | None, str | None], str] = {}

    def cite(self, citations: Iterable[Citation]) -> list[dict[str, str]]:
        return [{"@id": self._key_of(c), "label": c.label} for c in citations]

    def _key_of(self, c: Citation) -> str:
        identity = (c.source, c.url, c.licence)
        if identity not in self._keys:
            key = self._keys[identity] = f"src:{len(self._keys) + 1}"
            fields = {"label": c.source, "@id": c.url, "licence": c.licence}
            self.by_key[key] = {name: value for name, value in fields.items() if value is not None}
        return self._keys[identity]
