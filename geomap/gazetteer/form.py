"""What a record of a gazetteer file must look like; the format is described in the README of the gazetteer folder.

Each function yields flaws, ``(field, message)``, of one part of a record as JSON gave it, and stops at nothing: a
person who edits a file wants to see all of them.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import TYPE_CHECKING, Any

from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.made import RULE_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["CERTAINTIES", "PARENT", "Flaw", "feature_flaws", "source_flaws"]

Flaw = tuple[str, str]
"""The field, and what is wrong with it and what would be right."""

PARENT = "gvp:broaderPartitive"
CERTAINTIES = ("certain", "less-certain", "uncertain")

_ID = re.compile(r"[a-z][a-z0-9]*:[a-z0-9]+(-[a-z0-9]+)*")
_CCODE = re.compile(r"[A-Z]{2}")
_FCLASSES = frozenset("AHLPRST")
_LINKS = ("exactMatch", "closeMatch")
_DEPTH = {"Point": 0, "LineString": 1, "Polygon": 2, "MultiPolygon": 3}
"""The geometry types of the format, with how many lists their coordinates lie deep."""


def source_flaws(sources: object) -> Iterator[Flaw]:
    """Yield what is wrong with the `sources` of a file."""
    if not isinstance(sources, dict):
        yield "sources", 'a file needs "sources": {"src:name": {"label": "...", "@id": "https://..."}}'
        return
    for key, source in sources.items():
        if not isinstance(source, dict) or not _is_text(source.get("label")):
            yield f"sources.{key}", 'a source is {"label": "...", "@id": "https://...", "licence": "..."}, with a label'
            continue
        for optional in ("@id", "licence"):
            if optional in source and not _is_text(source[optional]):
                yield f"sources.{key}.{optional}", "must be a text, or be left out"


def feature_flaws(feature: Mapping[str, Any], sources: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield what is wrong with one feature, given the sources of its file."""
    if not isinstance(feature.get("@id"), str) or not _ID.fullmatch(feature["@id"]):
        yield (
            "@id",
            f'{feature.get("@id")!r} is not "<source>:<slug>" in lower case, like "syr:tal-sultan"',
        )
    if feature.get("type") != "Feature":
        yield "type", 'must be "Feature"'
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        yield "properties", 'must be an object with "title", "ccodes", "fclasses" and "feature_type"'
        properties = {}
    yield from _property_flaws(properties)
    yield from _name_flaws(feature.get("names"), sources)
    yield from _relation_flaws(feature.get("relations"), properties.get("feature_type"))
    yield from _when_flaws(feature.get("when"))
    yield from _link_flaws(feature.get("links"))
    for i, description in enumerate(_items(feature.get("descriptions"))):
        if not isinstance(description, dict) or not _is_text(description.get("value")):
            yield f"descriptions[{i}]", 'a description is {"value": "...", "lang": "en"}'
    yield from _geometry_or_rule_flaws(feature, properties, sources)


def _property_flaws(properties: Mapping[str, Any]) -> Iterator[Flaw]:
    if not _is_text(properties.get("title")):
        yield "properties.title", "is missing or empty; give the name to be shown, in Latin script"
    if str(properties.get("feature_type")) not in FEATURE_TYPES:
        known = ", ".join(FEATURE_TYPES)
        yield "properties.feature_type", f"{properties.get('feature_type')!r} is unknown; it must be one of {known}"
    ccodes = properties.get("ccodes")
    if not _is_list(ccodes) or not ccodes or not all(isinstance(c, str) and _CCODE.fullmatch(c) for c in ccodes):
        yield "properties.ccodes", f'{ccodes!r} must list two-letter ISO country codes, for example ["SY"]'
    fclasses = properties.get("fclasses")
    if not _is_list(fclasses) or not fclasses or not all(isinstance(f, str) and f in _FCLASSES for f in fclasses):
        yield "properties.fclasses", f'{fclasses!r} must list letters out of {" ".join(sorted(_FCLASSES))}, like ["P"]'
    population = properties.get("population")
    if population is not None and (not isinstance(population, int) or isinstance(population, bool) or population < 0):
        yield "properties.population", f"{population!r} must be a whole number of people, or be left out"
    radius = properties.get("uncertainty_km")
    if radius is not None and not (_is_number(radius) and radius > 0):
        yield "properties.uncertainty_km", f"{radius!r} must be a radius in km above 0, or be left out"
    if properties.get("label_point") is not None:
        for message in _position_messages(properties["label_point"]):
            yield "properties.label_point", message


def _name_flaws(names: object, sources: Mapping[str, Any]) -> Iterator[Flaw]:
    if not _is_list(names) or not names:
        yield "names", 'is missing or empty; give at least one {"toponym": ..., "lang": ..., "citations": [...]}'
        return
    for i, name in enumerate(_items(names)):
        if not isinstance(name, dict):
            yield f"names[{i}]", 'a name is {"toponym": ..., "lang": ..., "citations": [...]}'
            continue
        if not _is_text(name.get("toponym")):
            yield f"names[{i}].toponym", "is missing or empty"
        if not _is_text(name.get("lang")):
            yield f"names[{i}].lang", 'is missing; give a BCP 47 language tag, for example "en", "ar" or "ru"'
        yield from _citation_flaws(name.get("citations"), f"names[{i}].citations", sources)


def _citation_flaws(citations: object, where: str, sources: Mapping[str, Any]) -> Iterator[Flaw]:
    if not _is_list(citations) or not citations:
        yield where, 'is missing or empty; say where this is from: [{"@id": "src:...", "label": "what in it"}]'
        return
    for i, citation in enumerate(_items(citations)):
        if not isinstance(citation, dict) or not isinstance(citation.get("@id"), str):
            yield f"{where}[{i}]", 'a citation is {"@id": "src:...", "label": "what in it"}'
        elif citation["@id"] not in sources:
            known = ", ".join(sorted(sources)) or "none"
            yield f"{where}[{i}]", f"{citation['@id']!r} is not among the sources of this file ({known}); add it there"
        elif not _is_text(citation.get("label")):
            yield f"{where}[{i}].label", "is missing or empty; say what in the source"


def _relation_flaws(relations: object, feature_type: object) -> Iterator[Flaw]:
    if relations is not None and not _is_list(relations):
        yield "relations", f'must be a list of {{"relationType": "{PARENT}", "relationTo": ID}}'
        return
    for i, relation in enumerate(_items(relations)):
        if not isinstance(relation, dict) or not _is_text(relation.get("relationType")):
            yield f"relations[{i}]", f'a relation is {{"relationType": "{PARENT}", "relationTo": ID}}'
        elif not _is_text(relation.get("relationTo")):
            yield f"relations[{i}].relationTo", "is missing; give the id of the container"
    if not relations and feature_type != "country":
        yield "relations", f'is missing; give {{"relationType": "{PARENT}", "relationTo": ID}} for each container'


def _when_flaws(when: object) -> Iterator[Flaw]:
    if when is None:
        return
    spans = when.get("timespans") if isinstance(when, dict) else None
    if not isinstance(spans, list) or len(spans) != 1 or not isinstance(spans[0], dict):
        yield "when", 'must be {"timespans": [{"start": {"in": "2017-05-04"}, "end": {"in": "2018-04-14"}}]}, one span'
        return
    days: dict[str, date] = {}
    for side in ("start", "end"):
        if spans[0].get(side) is None:
            continue
        try:
            days[side] = date.fromisoformat(spans[0][side]["in"])
        except (TypeError, KeyError, ValueError):
            yield f"when.{side}", f'{spans[0][side]!r} must be {{"in": "YYYY-MM-DD"}}, or be left out when open'
    if len(days) == 2 and days["start"] >= days["end"]:
        yield "when", f"starts on {days['start']} but ends on {days['end']}; the start must come first"


def _link_flaws(links: object) -> Iterator[Flaw]:
    for i, link in enumerate(_items(links)):
        if not isinstance(link, dict) or link.get("type") not in _LINKS or not _is_text(link.get("identifier")):
            yield f"links[{i}]", 'a link is {"type": "exactMatch" or "closeMatch", "identifier": "pcode:C2338"}'


def _geometry_or_rule_flaws(
    feature: Mapping[str, Any], properties: Mapping[str, Any], sources: Mapping[str, Any]
) -> Iterator[Flaw]:
    geometry, rule = feature.get("geometry"), properties.get("geometry_rule")
    if geometry is None and rule is None:
        yield "geometry", 'is missing; give one, or null together with "geometry_rule" in the properties'
    elif geometry is not None and rule is not None:
        yield "geometry", 'stands beside "geometry_rule"; only one of them can hold, so give null or drop the rule'
    elif geometry is not None:
        yield from _geometry_flaws(geometry, sources)
    else:
        yield from _rule_flaws(rule, sources)


def _geometry_flaws(geometry: object, sources: Mapping[str, Any]) -> Iterator[Flaw]:
    if not isinstance(geometry, dict) or str(geometry.get("type")) not in _DEPTH:
        yield "geometry.type", f"must be one of {', '.join(_DEPTH)}"
        return
    if geometry.get("certainty") not in CERTAINTIES:
        yield "geometry.certainty", f"{geometry.get('certainty')!r} must be one of {', '.join(CERTAINTIES)}"
    yield from _citation_flaws(geometry.get("citations"), "geometry.citations", sources)
    for message in _coordinate_messages(geometry.get("coordinates"), _DEPTH[geometry["type"]], geometry["type"]):
        yield "geometry.coordinates", message
        return  # one outline with its axes swapped would yield hundreds


def _coordinate_messages(coordinates: object, depth: int, kind: str) -> Iterator[str]:
    if depth == 0:
        yield from _position_messages(coordinates)
        return
    if not isinstance(coordinates, list) or not coordinates:
        yield f"must be a list {depth} deep with positions [longitude, latitude], as a {kind} needs"
        return
    for part in coordinates:
        yield from _coordinate_messages(part, depth - 1, kind)
    if depth == 1 and kind == "LineString" and len(coordinates) < 2:
        yield "a line needs at least two positions"
    if depth == 1 and kind != "LineString" and (len(coordinates) < 4 or coordinates[0] != coordinates[-1]):
        yield "a ring needs at least four positions, the last the same as the first"


def _position_messages(position: object) -> Iterator[str]:
    if not isinstance(position, list) or len(position) != 2 or not all(_is_number(v) for v in position):
        yield f"{position!r} is not a position [longitude, latitude] in degrees"
        return
    lon, lat = position
    if abs(lon) > 180:
        yield f"longitude {lon:g} lies outside -180..180; positions are [longitude, latitude] in degrees"
    if abs(lat) > 90:
        swapped = f"; did you mean [{lat:g}, {lon:g}]?" if abs(lat) <= 180 and abs(lon) <= 90 else ""
        yield f"latitude {lat:g} lies outside -90..90; positions are [longitude, latitude] in degrees{swapped}"


def _rule_flaws(rule: object, sources: Mapping[str, Any]) -> Iterator[Flaw]:
    where = "properties.geometry_rule"
    kinds = [kind for kind in RULE_KINDS if kind in rule] if isinstance(rule, dict) else []
    if not isinstance(rule, dict) or len(kinds) != 1:
        example = '{"hull_of": [IDs], "buffer_km": 1.0, "citations": [...]}'
        yield where, f"must hold one of {', '.join(RULE_KINDS)}, for example {example}"
        return
    members = rule[kinds[0]]
    if not isinstance(members, list) or not members or not all(_is_text(m) for m in members):
        yield f"{where}.{kinds[0]}", "must list the ids of the member places"
    elif len(set(members)) < len(members):
        twice = sorted({m for m in members if members.count(m) > 1})
        yield f"{where}.{kinds[0]}", f"lists a member twice: {', '.join(twice)}"
    buffer_km = rule.get("buffer_km", 0)
    if not _is_number(buffer_km) or buffer_km < 0:
        yield f"{where}.buffer_km", f"{buffer_km!r} must be a width in km, 0 or more"
    if rule.get("certainty", "uncertain") not in CERTAINTIES:
        yield f"{where}.certainty", f"{rule['certainty']!r} must be one of {', '.join(CERTAINTIES)}, or be left out"
    yield from _citation_flaws(rule.get("citations"), f"{where}.citations", sources)


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
