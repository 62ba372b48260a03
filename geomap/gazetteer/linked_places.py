"""The Linked Places Format (LPF 1.3, a GeoJSON dialect), read: files -> places, and a written feature -> its place.

Reading is strict: the first thing that breaks the format is raised as a GazetteerError that says where it stands and
what would be right. A lenient reading leaves broken records out and lists all that is wrong, for a check.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely
from shapely.geometry import shape

from geomap.errors import GazetteerError
from geomap.gazetteer.decisions import decision_flaws, decisions_of
from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.form import PARENT, feature_flaws, source_flaws
from geomap.gazetteer.made import RULE_KINDS, GeometryRule, label_point, make_all
from geomap.gazetteer.metric import equal_area_radius_km, is_outline
from geomap.gazetteer.problems import Problem
from geomap.gazetteer.writing import to_feature
from geomap.model import Citation, Decision, Name, Place

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

__all__ = ["Contents", "from_feature", "read_files", "read_sources", "to_feature"]

_Json = dict[str, Any]

_MADE_CERTAINTY = "less-certain"
"""Of a made outline, unless its rule says otherwise: its members are known, its edge is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a source holds: its places in order of id, the rules by which some are made, and what was wrong.

    `aliases` leads from ids that were merged away to the ids of the places that took them in. `decisions` are those of
    reviewers on what names mean.
    """

    places: tuple[Place, ...]
    rules: Mapping[str, GeometryRule]
    problems: tuple[Problem, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()


def read_files(paths: Iterable[Path], *, lenient: bool = False) -> Contents:
    """Read the files of one source; rules may use places of any of them.

    Raises
    ------
    GazetteerError
        Unless `lenient`, at the first file that cannot be read or record that breaks the format; it names file, line
        and record.
    """
    return read_sources([paths], lenient=lenient)[0]


def read_sources(sources: Iterable[Iterable[Path]], *, lenient: bool = False) -> tuple[Contents, ...]:
    """Read several sources, each of one or more files, whose rules may use places of all of them.

    An id stands once in a source. Where two sources have it, each keeps its own record; a rule uses the one of its own
    source, else the first.

    Raises
    ------
    GazetteerError
        As `read_files`.
    """
    desks = []
    found = []
    for paths in sources:
        desks.append(_Desk(lenient=lenient))
        found.append(_all_records(paths, desks[-1]))
    return tuple(_contents(records, found, desk) for records, desk in zip(found, desks, strict=True))


def _all_records(paths: Iterable[Path], desk: _Desk) -> dict[str, _Record]:
    """Return the sound records of one source by id."""
    records: dict[str, _Record] = {}
    for path in paths:
        for record in _records(path, desk):
            place_id = record.feature["@id"]
            if place_id in records:
                other = records[place_id].file.path
                desk.report(record.problem("@id", f"is taken by a record of {other}; ids are unique in all files"))
            else:
                records[place_id] = record
    return records


def _contents(own: Mapping[str, _Record], found: Sequence[Mapping[str, _Record]], desk: _Desk) -> Contents:
    """Make the places of one source; the records of the others are looked at only when it has rules."""
    usable = dict(own)
    if any(record.feature["geometry"] is None for record in own.values()):
        usable = {place_id: record for records in (*reversed(found), own) for place_id, record in records.items()}
    geometries, rules = _geometries(usable, own, desk)
    places = [
        _place(own[place_id].feature, own[place_id].file.shelf, geometries[place_id])
        for place_id in sorted(own.keys() & geometries.keys())
    ]
    decisions = tuple(dict.fromkeys(desk.decisions))
    return Contents(places=tuple(places), rules=rules, problems=tuple(desk.problems), decisions=decisions)


def from_feature(feature: Mapping[str, Any]) -> Place:
    """Return the place that `to_feature` wrote.

    Raises
    ------
    GazetteerError
        When it is no such feature.
    """
    try:
        return _place(feature, _Shelf(feature["sources"]), shape(feature["geometry"]))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        place_id = feature.get("@id") if isinstance(feature, Mapping) else None
        what = f"{type(error).__name__}: {error}"
        raise GazetteerError(
            f"is no feature that geomap wrote ({what})", field=None if place_id is None else str(place_id)
        ) from error


class _Shelf:
    """The sources of a file, from which citations are made; each once, since most are repeated on many records."""

    def __init__(self, sources: Mapping[str, Any]) -> None:
        self.sources = sources
        self._made: dict[tuple[str, str], Citation] = {}

    def cited(self, citations: Iterable[Mapping[str, Any]]) -> tuple[Citation, ...]:
        return tuple(self._citation(c["@id"], c["label"]) for c in citations)

    def _citation(self, key: str, label: str) -> Citation:
        if (key, label) not in self._made:
            source = self.sources[key]
            self._made[key, label] = Citation(
                source=source["label"], label=label, url=source.get("@id"), licence=source.get("licence")
            )
        return self._made[key, label]


class _File(NamedTuple):
    path: Path
    text: str
    shelf: _Shelf

    def problem(self, place_id: str, field: str, message: str, *, warn: bool = False) -> Problem:
        found = re.search(rf'"@id"\s*:\s*{re.escape(json.dumps(place_id, ensure_ascii=False))}', self.text)
        line = None if found is None else self.text.count("\n", 0, found.start()) + 1
        return Problem(
            place_id=place_id,
            field=field,
            message=message,
            severity="warning" if warn else "error",
            path=str(self.path),
            line=line,
        )


class _Record(NamedTuple):
    feature: _Json
    file: _File

    def problem(self, field: str, message: str) -> Problem:
        return self.file.problem(self.feature["@id"], field, message)


class _Desk:
    """Where problems and decisions are handed in: a strict desk raises errors, a lenient one keeps them."""

    def __init__(self, *, lenient: bool) -> None:
        self.lenient = lenient
        self.problems: list[Problem] = []
        self.decisions: list[Decision] = []

    def report(self, problem: Problem) -> None:
        if problem.severity == "error" and not self.lenient:
            raise problem.error()
        self.problems.append(problem)


def _records(path: Path, desk: _Desk) -> Iterable[_Record]:
    """Yield the sound records of a file."""
    try:
        text = _text(path)
        collection = _parsed(path, text)
    except GazetteerError as error:
        desk.report(Problem(place_id="", field="", message=error.message, path=error.path, line=error.line))
        return
    sources = collection["sources"] if isinstance(collection.get("sources"), dict) else {}
    file = _File(path, text, _Shelf(sources))
    for where, message in source_flaws(collection.get("sources")):
        desk.report(file.problem("", where, message))
    flawed = list(decision_flaws(collection.get("decisions")))
    for where, message in flawed:
        desk.report(file.problem("", where, message))
    desk.decisions.extend(() if flawed else decisions_of(collection))
    last = ""
    for i, feature in enumerate(collection["features"]):
        if not isinstance(feature, dict):
            desk.report(file.problem(f"features[{i}]", "", 'must be an object with "@id" and "type": "Feature"'))
            continue
        place_id = feature["@id"] if isinstance(feature.get("@id"), str) else f"features[{i}]"
        flaws = list(feature_flaws(feature, sources))
        for where, message in flaws:
            desk.report(file.problem(place_id, where, message))
        if place_id < last:
            desk.report(file.problem(place_id, "@id", f"stands after {last}; features are sorted by @id", warn=True))
        last = place_id
        if not flaws:
            yield _Record(feature, file)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise GazetteerError(f"is not UTF-8 text (byte {error.start}); save it as UTF-8", path=path) from error
    except OSError as error:
        raise GazetteerError(f"cannot be read: {error.strerror or error}", path=path) from error


def _parsed(path: Path, text: str) -> _Json:
    try:
        collection = json.loads(text)
    except json.JSONDecodeError as error:
        raise GazetteerError(f"is not JSON: {error.msg} (column {error.colno})", path=path, line=error.lineno) from None
    except RecursionError as error:
        raise GazetteerError("is nested too deeply to be a gazetteer", path=path) from error
    if (
        not isinstance(collection, dict)
        or collection.get("type") != "FeatureCollection"
        or not isinstance(collection.get("features"), list)
    ):
        raise GazetteerError('must be {"type": "FeatureCollection", "sources": {...}, "features": [...]}', path=path)
    return collection


def _geometries(
    records: Mapping[str, _Record], own: Mapping[str, _Record], desk: _Desk
) -> tuple[dict[str, BaseGeometry], dict[str, GeometryRule]]:
    """Return the given and the made geometries, and the rules of those of `own` that were made."""
    points, known, rules, labels = {}, {}, {}, {}
    for place_id, (feature, file) in records.items():
        geometry, properties = feature["geometry"], feature["properties"]
        if properties.get("label_point") is not None:
            labels[place_id] = _pair(properties["label_point"])
        if geometry is None:
            rules[place_id] = _rule(properties["geometry_rule"], file.shelf)
        elif geometry["type"] == "Point":
            points[place_id] = geometry["coordinates"]
        else:
            known[place_id] = shape(geometry)
    if points:  # nearly all records: made in one call
        known.update(zip(points, shapely.points(list(points.values())), strict=True))
    made, flaws = make_all(rules, known, labels)
    for place_id, message in sorted(flaws.items()):
        if place_id in own:
            desk.report(records[place_id].problem("properties.geometry_rule", message))
    return {**known, **made}, {place_id: rules[place_id] for place_id in sorted(made) if place_id in own}


def _rule(rule: Mapping[str, Any], shelf: _Shelf) -> GeometryRule:
    kind = next(kind for kind in RULE_KINDS if kind in rule)
    return GeometryRule(
        kind=kind,
        members=tuple(rule[kind]),
        buffer_km=float(rule.get("buffer_km", 0)),
        citations=shelf.cited(rule["citations"]),
    )


def _place(feature: Mapping[str, Any], shelf: _Shelf, geometry: BaseGeometry) -> Place:
    """Build a place from a sound feature and its geometry."""
    properties = feature["properties"]
    rule: Mapping[str, Any] | None = properties.get("geometry_rule")
    origin = feature["geometry"] if rule is None else {"certainty": _MADE_CERTAINTY, **rule}
    given = properties.get("label_point")
    lon, lat = label_point(geometry, None if given is None else _pair(given))
    descriptions = [d["value"] for d in feature.get("descriptions", ()) if d.get("lang", "en") == "en"]
    return Place(
        id=feature["@id"],
        name=properties["title"],
        type=properties["feature_type"],
        lon=lon,
        lat=lat,
        geometry=geometry,
        approximate=rule is not None or bool(properties.get("approximate", False)),
        uncertainty_km=_uncertainty_km(properties, geometry),
        certainty=origin["certainty"],
        names=tuple(
            Name(
                toponym=n["toponym"],
                lang=n["lang"],
                citations=shelf.cited(n["citations"]),
                background=bool(n.get("background", False)),
            )
            for n in feature["names"]
        ),
        parents=tuple(r["relationTo"] for r in feature.get("relations", ()) if r["relationType"] == PARENT),
        ccodes=tuple(properties["ccodes"]),
        population=properties.get("population"),
        valid=_valid(feature.get("when")),
        links=tuple(link["identifier"] for link in feature.get("links", ())),
        same_as=tuple(link["identifier"] for link in feature.get("links", ()) if link["type"] == "exactMatch"),
        citations=shelf.cited(origin["citations"]),
        description=" ".join(descriptions) if descriptions else None,
        background=bool(properties.get("background", False)),
    )


def _uncertainty_km(properties: Mapping[str, Any], geometry: BaseGeometry) -> float:
    """Return the radius that the record gives, else that of a circle of the same area, else the type's default."""
    given = properties.get("uncertainty_km")
    if given is not None:
        return float(given)
    if is_outline(geometry):
        return round(equal_area_radius_km(geometry), 1)
    return FEATURE_TYPES[properties["feature_type"]].uncertainty_km


def _valid(when: Mapping[str, Any] | None) -> tuple[date | None, date | None]:
    if when is None:
        return (None, None)
    span = when["timespans"][0]
    start, end = (date.fromisoformat(span[side]["in"]) if span.get(side) else None for side in ("start", "end"))
    return (start, end)


def _pair(position: Iterable[float]) -> tuple[float, float]:
    lon, lat = position
    return float(lon), float(lat)
