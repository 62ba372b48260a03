"""The Linked Places Format of other people (LPF 1.0 to 1.3) -> places.

A record in the stricter form of our own files gives the very same place. Any other is read for what it says: a type
from its thesaurus numbers or class, one geometry of several, citations where there are any. What is left out is said.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import shapely
from shapely.geometry import shape

from geomap.errors import GazetteerError
from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.form import CERTAINTIES, PARENT, feature_flaws
from geomap.gazetteer.importing.dates import span_of
from geomap.gazetteer.importing.found import Found, Row, SourceNote
from geomap.gazetteer.importing.ids import PLACE_ID, prefix_of, short_identifier
from geomap.gazetteer.importing.kinds import kind_of
from geomap.gazetteer.importing.shapes import place_at, sound
from geomap.gazetteer.importing.texts import text_of
from geomap.gazetteer.linked_places import from_feature
from geomap.gazetteer.slugs import slug
from geomap.model import Citation, Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer.importing.found import Desk, Options
    from geomap.model import Place

__all__ = ["features_of", "read_linked"]

_Json = dict[str, Any]


def read_linked(paths: Sequence[Path], options: Options, desk: Desk) -> Iterator[Found]:
    """Yield the places of files.

    Raises
    ------
    GazetteerError
        When a file cannot be read or is no collection of features.
    """
    for path in paths:
        yield from _Collection(path, features_of(path, desk, encoding=options.encoding), options, desk).found()


def features_of(path: Path, desk: Desk, *, encoding: str | None = None) -> _Json:
    """Return a file's feature collection.

    Raises
    ------
    GazetteerError
        When it is none.
    """
    try:
        collection = json.loads(text_of(path, desk, encoding=encoding))
    except json.JSONDecodeError as error:
        raise GazetteerError(f"is not JSON: {error.msg} (column {error.colno})", path=path, line=error.lineno) from None
    except RecursionError:
        raise GazetteerError("is nested too deeply to be a gazetteer", path=path) from None
    if not isinstance(collection, dict) or not isinstance(collection.get("features"), list):
        raise GazetteerError('must be {"type": "FeatureCollection", "features": [...]}', path=path)
    return collection


class _Collection:
    """Reads the features of one file."""

    def __init__(self, path: Path, collection: _Json, options: Options, desk: Desk) -> None:
        self.prefix, self.options, self.desk = prefix_of(path), options, desk
        self.row, self.features = Row(str(path)), collection["features"]
        self.sources = _mapping(collection.get("sources"))
        self.source = options.source or SourceNote(_text(collection.get("title")) or path.name)
        self.left_out: Counter[str] = Counter()
        self._ids = {
            given: self._id(f, i) for i, f in enumerate(map(_mapping, self.features)) if (given := _given_id(f))
        }

    def found(self) -> Iterator[Found]:
        """Yield the places, and say at the end what was left out."""
        for i, feature in enumerate(self.features):
            label = f"features[{i}]"
            if not isinstance(feature, dict):
                self.desk.refuse(self.row, "", 'must be an object with "@id" and "type": "Feature"', label=label)
                continue
            place = self._place(feature, i, f"{label} {_given_id(feature)}".strip())
            if place is not None:
                yield Found(place, self.row)
        for what, times in sorted(self.left_out.items()):
            self.desk.note(f"{self.row.path}: left out: {what} ({times:,})")

    def _place(self, feature: _Json, number: int, label: str) -> Place | None:
        """Return the place of a feature; None when it cannot be used, which is said."""
        if feature.get("geometry") is not None and not any(feature_flaws(feature, self.sources)):
            return from_feature({**feature, "sources": self.sources})
        names = list(self._names(feature, label))
        properties = _mapping(feature.get("properties"))
        title = _text(properties.get("title")) or (names[0].toponym if names else "")
        if not title:
            self.desk.refuse(self.row, "properties.title", "is missing, and so are names; a place has one", label=label)
            return None
        kind, geometry = self._type(feature, label), self._geometry(feature, label)
        if kind is None or geometry is None:
            return None
        own_id = self._id(feature, number)
        links = dict(self._links(feature, own_id))
        certainty = self._chosen(feature).get("certainty")
        return place_at(
            geometry,
            uncertainty_km=_radius(properties.get("uncertainty_km")),
            id=own_id,
            name=title,
            type=kind,
            approximate=properties.get("approximate") is True,
            certainty=certainty if certainty in CERTAINTIES else "less-certain",
            names=tuple(names) or (Name(toponym=title, lang="und", citations=self.source.cite(own_id)),),
            parents=tuple(dict.fromkeys(self._parents(feature))),
            ccodes=self._ccodes(properties),
            population=_people(properties.get("population")),
            valid=self._valid(feature, label),
            links=tuple(links),
            same_as=tuple(link for link, exact in links.items() if exact),
            citations=self._cited(self._chosen(feature), own_id),
            description=_description(feature),
        )

    def _id(self, feature: _Json, number: int) -> str:
        """Return the id if it is one of ours, else one made from the end of it."""
        given = _given_id(feature)
        if PLACE_ID.fullmatch(given):
            return given
        return f"{self.prefix}:{slug(given.rstrip('/').rpartition('/')[2]) or f'feature-{number + 1}'}"

    def _names(self, feature: _Json, label: str) -> Iterator[Name]:
        seen = set()
        for name in map(_mapping, _items(feature.get("names"))):
            toponym, lang = _text(name.get("toponym")), _text(name.get("lang")) or "und"
            if toponym and (toponym, lang) not in seen:
                seen.add((toponym, lang))
                yield Name(toponym=toponym, lang=lang, citations=self._cited(name, _given_id(feature) or label))

    def _cited(self, part: _Json, what: str) -> tuple[Citation, ...]:
        """Return the citations of a name or geometry, the source of the whole file when it has none."""
        given = [*_items(part.get("citations")), part.get("citation")]
        found = [c for c in (self._citation(_mapping(each), what) for each in given) if c is not None]
        return tuple(dict.fromkeys(found)) or self.source.cite(what)

    def _citation(self, given: _Json, what: str) -> Citation | None:
        label, key = _text(given.get("label")), _text(given.get("@id"))
        source = _mapping(self.sources.get(key))
        if _text(source.get("label")):
            address, licence = _text(source.get("@id")) or None, _text(source.get("licence")) or None
            return Citation(source=_text(source["label"]), label=label or what, url=address, licence=licence)
        return Citation(source=label or key, label=what, url=key or None) if label or key else None

    def _type(self, feature: _Json, label: str) -> str | None:
        properties = _mapping(feature.get("properties"))
        types = [_mapping(each) for each in _items(feature.get("types"))]
        words = [_text(properties.get("feature_type"))]
        for each in types:
            sourced = [_text(_mapping(s).get("label")) for s in _items(each.get("sourceLabels"))]
            words += [_text(each.get("label")), _text(each.get("sourceLabel")), *sourced]
        aat = [_text(each.get("identifier")) for each in types]
        classes = [_text(c) for c in _items(properties.get("fclasses"))]
        kind = kind_of(words=words, aat=aat, classes=classes, population=_people(properties.get("population")))
        if kind is None:
            said = ", ".join(filter(None, [*words, *aat, *classes]))
            if said:
                self.left_out[f"places of a kind that geomap has no type for: {said}"] += 1
            else:
                self.desk.refuse(
                    self.row, "types", f"is missing; give one, such as {', '.join(FEATURE_TYPES)}", label=label
                )
        return kind

    def _chosen(self, feature: _Json) -> _Json:
        """Return the geometry to use: of several the most certain one, then the one without an end, then the first."""
        return min(self._all_geometries(feature), key=_doubt, default={})

    def _all_geometries(self, feature: _Json) -> list[_Json]:
        geometry = _mapping(feature.get("geometry"))
        parts = _items(geometry.get("geometries")) if geometry.get("type") == "GeometryCollection" else [geometry]
        return [part for part in map(_mapping, parts) if part.get("coordinates") or _wkt(part)]

    def _geometry(self, feature: _Json, label: str) -> BaseGeometry | None:
        geometries = self._all_geometries(feature)
        if not geometries:
            self.left_out["places without a geometry"] += 1
            return None
        if len(geometries) > 1:
            self.left_out["further geometries of places that have several"] += len(geometries) - 1
        chosen = self._chosen(feature)
        try:
            made = shape(chosen) if chosen.get("coordinates") else shapely.from_wkt(_wkt(chosen))
        except (shapely.errors.ShapelyError, TypeError, ValueError, KeyError, AttributeError, IndexError) as error:
            self.desk.refuse(
                self.row, "geometry", f"is no geometry ({error}); it is [longitude, latitude]", label=label
            )
            return None
        found = sound(made, self.row, self.desk, label=label)
        if found is not None and found.equals(shapely.Point(0, 0)):
            message = "is 0, 0, a point in the ocean that stands for a missing coordinate; give the real one"
            self.desk.refuse(self.row, "geometry", message, label=label)
            return None
        return found

    def _ccodes(self, properties: _Json) -> tuple[str, ...]:
        given = [*_items(properties.get("ccodes")), properties.get("ccode")]
        codes = [text.upper() for text in map(_text, given) if len(text) == 2 and text.isalpha()]
        return tuple(dict.fromkeys(codes)) or ((self.options.country,) if self.options.country else ())

    def _links(self, feature: _Json, own_id: str) -> Iterator[tuple[str, bool]]:
        """Yield identifiers and whether they are exact; the record's own address is one of them."""
        given = _given_id(feature)
        if given and given != own_id:
            yield short_identifier(given), True
        for link in map(_mapping, _items(feature.get("links"))):
            identifier, kind = _text(link.get("identifier")), _text(link.get("type")).rpartition(":")[2]
            if identifier and kind in ("exactMatch", "closeMatch"):
                yield short_identifier(identifier), kind == "exactMatch"
            elif identifier:
                self.left_out[f"links of other types: {kind or 'none'}"] += 1

    def _parents(self, feature: _Json) -> Iterator[str]:
        for relation in map(_mapping, _items(feature.get("relations"))):
            to = _text(relation.get("relationTo"))
            known = self._ids.get(to) or short_identifier(to)
            if _text(relation.get("relationType")) != PARENT:
                self.left_out["relations other than of a part to its whole"] += 1
            elif PLACE_ID.fullmatch(known):
                yield known
            else:
                self.left_out["containers that are no records of these files"] += 1

    def _valid(self, feature: _Json, label: str) -> tuple[date | None, date | None]:
        when = _mapping(feature.get("when"))
        spans = [_mapping(span) for span in _items(when.get("timespans"))]
        if not spans:
            if when:
                self.left_out["times without days: periods and durations"] += 1
            return (None, None)
        valid, whole = span_of(_day(spans[0].get("start")), _day(spans[-1].get("end")))
        if not whole:
            self.desk.warn(self.row, "when", "is no time that calendar days can tell; it is left open", label=label)
        return valid


def _mapping(value: object) -> _Json:
    return value if isinstance(value, dict) else {}


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _given_id(feature: _Json) -> str:
    return _text(feature.get("@id")) or _text(feature.get("id")) or _text(_mapping(feature.get("properties")).get("id"))


def _wkt(geometry: _Json) -> str:
    return _text(geometry.get("geowkt")) or _text(geometry.get("geo_wkt"))


def _doubt(geometry: _Json) -> tuple[int, bool]:
    certainty, spans = geometry.get("certainty"), _items(_mapping(geometry.get("when")).get("timespans"))
    ended = bool(spans) and bool(_mapping(spans[-1]).get("end"))
    return (CERTAINTIES.index(certainty) if certainty in CERTAINTIES else 1, ended)


def _day(side: object) -> str:
    """Return the date of a side of a timespan, of several the one that makes it longer or is given first."""
    if isinstance(side, str):
        return side
    given = _mapping(side)
    return next((_text(given[key]) for key in ("in", "earliest", "latest") if _text(given.get(key))), "")


def _radius(value: object) -> float | None:
    sane = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf")
    return float(value) if sane and isinstance(value, int | float) else None


def _people(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _description(feature: _Json) -> str | None:
    given = [d for d in map(_mapping, _items(feature.get("descriptions"))) if _text(d.get("value"))]
    english = [_text(d["value"]) for d in given if d.get("lang", "en") == "en"]
    return " ".join(english) or None
