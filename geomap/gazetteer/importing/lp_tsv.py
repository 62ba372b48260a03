"""LP-TSV, the table form of the Linked Places Format (versions 0.2 to 0.5), as text or workbook -> places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import shapely

from geomap.errors import GazetteerError
from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.importing.dates import span_of
from geomap.gazetteer.importing.found import Found, SourceNote
from geomap.gazetteer.importing.ids import PLACE_ID, prefix_of, short_identifier
from geomap.gazetteer.importing.kinds import kind_of
from geomap.gazetteer.importing.shapes import place_at, point_of, sound
from geomap.gazetteer.importing.tables import read_tables
from geomap.gazetteer.slugs import slug
from geomap.model import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer.importing.found import Desk, Options, Record
    from geomap.model import Place

__all__ = ["is_lp_tsv", "read_lp_tsv"]

_NEEDED = ("id", "title", "title_source")
_VARIANT = re.compile(r"(?P<name>.+?)@(?P<lang>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)")


def is_lp_tsv(columns: Iterable[str]) -> bool:
    """Tell by its columns whether a table is LP-TSV."""
    return set(_NEEDED) <= set(columns)


def read_lp_tsv(paths: Sequence[Path], options: Options, desk: Desk) -> Iterator[Found]:
    """Yield the places of tables; those without coordinates are left out, which is said.

    Raises
    ------
    GazetteerError
        When a file cannot be read or has not the columns that the format needs.
    """
    for path in paths:
        table = read_tables(path, desk, encoding=options.encoding)[0]
        if not is_lp_tsv(table.columns):
            there, wanted = ", ".join(table.columns), ", ".join(_NEEDED)
            raise GazetteerError(f"is no LP-TSV, which has columns {wanted}; it has {there}", path=table.path)
        ids = {r.cells["id"]: _id(r, path) for r in table.records if r.cells["id"]}
        placed = [r for r in table.records if any(r.cells.get(c) for c in ("lon", "lat", "geowkt"))]
        if len(placed) < len(table.records):
            desk.note(f"{table.path}: left out {len(table.records) - len(placed):,} places without coordinates")
        for record in placed:
            place = _place(record, path, ids, options, desk)
            if place is not None:
                yield Found(place, record.row)


def _id(record: Record, path: Path) -> str:
    given = record.cells["id"]
    return given if PLACE_ID.fullmatch(given) else f"{prefix_of(path)}:{slug(given) or f'line-{record.row.line}'}"


def _place(record: Record, path: Path, ids: Mapping[str, str], options: Options, desk: Desk) -> Place | None:
    """Return the place of a row; None, and the row refused, when it cannot be used."""
    cells, row, label = record.cells, record.row, record.cells["id"]
    for field in ("id", "title"):
        if not cells[field]:
            desk.refuse(row, field, "is empty; each place has an id and a title", label=label)
            return None
    kind, geometry = _kind(record, desk, label), _geometry(record, desk, label)
    if kind is None or geometry is None:
        return None
    source = where = options.source or SourceNote(cells["title_source"] or path.name, cells.get("title_uri") or None)
    if options.source is None and cells.get("geo_source"):
        where = SourceNote(cells["geo_source"], cells.get("geo_id") or None)
    countries = _parts(record, "ccodes") or ([options.country] if options.country else [])
    valid, whole = span_of(cells.get("start", ""), cells.get("end", ""))
    if not whole:
        dates = f"{cells.get('start', '')} to {cells.get('end', '')}"
        desk.warn(row, "start", f"{dates} is no time that calendar days can tell; that side is left open", label=label)
    radius = _number(cells.get("approximation", ""))
    links = tuple(dict.fromkeys(short_identifier(m) for m in _parts(record, "matches")))
    return place_at(
        geometry,
        uncertainty_km=radius,
        id=ids[label],
        name=cells["title"],
        type=kind,
        certainty="certain" if radius is None else "less-certain",
        names=tuple(Name(toponym=t, lang=lang, citations=source.cite(label)) for t, lang in _names(record)),
        parents=tuple(_parents(record, ids)),
        ccodes=tuple(code.upper() for code in countries),
        valid=valid,
        links=links,
        citations=where.cite(label),
        description=cells.get("description") or None,
    )


def _kind(record: Record, desk: Desk, label: str) -> str | None:
    kind = kind_of(words=_parts(record, "types"), aat=_parts(record, "aat_types"), classes=_parts(record, "fclasses"))
    if kind is None:
        columns = ("types", "aat_types", "fclasses")
        said = "; ".join(record.cells[column] for column in columns if record.cells.get(column))
        wrong = f"says {said}, for which geomap has no type" if said else "is empty"
        desk.refuse(record.row, "types", f"{wrong}; say what it is, one of {', '.join(FEATURE_TYPES)}", label=label)
    return kind


def _parts(record: Record, column: str) -> list[str]:
    return [part.strip() for part in record.cells.get(column, "").split(";") if part.strip()]


def _number(text: str) -> float | None:
    """Return a radius in km; None for the words that the format allows there, too."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None


def _names(record: Record) -> Iterable[tuple[str, str]]:
    found = [(record.cells["title"], "und")]
    for variant in _parts(record, "variants"):
        tagged = _VARIANT.fullmatch(variant)
        found.append((tagged["name"].strip(), tagged["lang"]) if tagged else (variant, "und"))
    return dict.fromkeys(found)


def _parents(record: Record, ids: Mapping[str, str]) -> Iterator[str]:
    """Yield the containers whose records can be told: of this file ("#12", "12"), or by an id that places have."""
    for given in _parts(record, "parent_id"):
        known = ids.get(given) or ids.get(given.removeprefix("#")) or short_identifier(given)
        if PLACE_ID.fullmatch(known):
            yield known


def _geometry(record: Record, desk: Desk, label: str) -> BaseGeometry | None:
    written = record.cells.get("geowkt", "")
    if not written:
        lon, lat = record.cells.get("lon", ""), record.cells.get("lat", "")
        return point_of(lon, lat, record.row, desk, label=label, fields=("lon", "lat"))
    try:
        geometry = shapely.from_wkt(written)
    except shapely.errors.GEOSException as error:
        desk.refuse(
            record.row, "geowkt", f"is no well-known text ({error}); for example POINT (36.4 33.5)", label=label
        )
        return None
    return sound(geometry, record.row, desk, label=label)
