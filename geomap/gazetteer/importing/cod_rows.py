"""A row or feature of a Common Operational Dataset -> what it says of one place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from geomap.gazetteer.importing.shapes import point_of, population_of, sound
from geomap.gazetteer.importing.spellings import spellings
from geomap.gazetteer.metric import is_outline
from geomap.gazetteer.slugs import pcode_slug

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer.importing.cod_columns import CodColumns, Level
    from geomap.gazetteer.importing.found import Desk, Record, Row

__all__ = ["Entry", "Spelling", "entry_of"]

_SETTLEMENTS_FROM = 4
"""A point of this level or deeper, in a table without P-codes of its own, is a settlement."""

_LOST_LETTER = re.compile(r"\w\?\w")


class Spelling(NamedTuple):
    """A toponym with its language (BCP 47)."""

    toponym: str
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one row says of a place.

    `level` is its administrative level, None for a settlement; `chain` the P-codes of its containers, nearest first;
    `names` the toponyms, the one to show first; `label` what is cited of the source.
    """

    row: Row
    pcode: str
    level: int | None
    names: tuple[Spelling, ...]
    chain: tuple[str, ...]
    geometry: BaseGeometry | None
    population: int | None
    label: str


def entry_of(record: Record, columns: CodColumns, desk: Desk) -> Entry | None:
    """Read a row; None, and the row refused, when it cannot be used."""
    row, cells = record.row, record.cells
    codes = {number: cells[level.pcode] for number, level in columns.levels.items() if level.pcode}
    own = columns.own.pcode
    pcode = cells[own] if own else codes.get(columns.deepest or 0, "")
    if not pcode_slug(pcode):
        field = own or columns.levels[columns.deepest or 0].pcode or "pcode"
        desk.refuse(row, field, "is empty; each place has a P-code")
        return None
    written = tuple(_written(pcode, codes, columns, cells))
    if not written:
        desk.refuse(row, "name", "is empty; each place has a name", label=pcode)
        return None
    located, geometry = _geometry(record, columns, pcode, desk)
    if not located:
        return None
    level = _level(pcode, codes, geometry, columns)
    around = [number for number in sorted(codes, reverse=True) if level is None or number < level]
    containers = [
        s.toponym for number in codes if codes[number] != pcode for s in _names(columns.levels[number], cells)
    ]
    _warn_of_lost_letters(written, row, pcode, desk)
    population = columns.population
    return Entry(
        row=row,
        pcode=pcode,
        level=level,
        names=_spelt(written, containers),
        chain=tuple(codes[number] for number in around if codes[number] and codes[number] != pcode),
        geometry=geometry,
        population=population_of(cells[population], row, desk, label=pcode, field=population) if population else None,
        label=_label(pcode, cells.get(columns.coordinate_source or "", "")),
    )


def _written(pcode: str, codes: Mapping[int, str], columns: CodColumns, cells: Mapping[str, str]) -> Iterator[Spelling]:
    """Yield the names of the place itself: its own, and those of the level whose P-code is its own."""
    if columns.own.pcode:
        yield from _names(columns.own, cells)
    for number, code in codes.items():
        if code == pcode:
            yield from _names(columns.levels[number], cells)


def _names(level: Level, cells: Mapping[str, str]) -> Iterator[Spelling]:
    for column, language in level.names.items():
        if cells[column]:
            yield Spelling(cells[column], language.tag or cells.get(language.column or "", "") or "und")


def _spelt(written: Iterable[Spelling], containers: Iterable[str]) -> tuple[Spelling, ...]:
    """Return all names that the written ones hold, each once, English ones first."""
    around = tuple(containers)
    found = [Spelling(name, s.lang) for s in written for name in spellings(s.toponym, containers=around)]
    return tuple(dict.fromkeys(sorted(found, key=lambda s: s.lang != "en")))


def _warn_of_lost_letters(written: Iterable[Spelling], row: Row, pcode: str, desk: Desk) -> None:
    for name in dict.fromkeys(s.toponym for s in written if _LOST_LETTER.search(s.toponym)):
        desk.warn(row, "name", f"{name!r} has a question mark where a letter was lost", label=pcode)


def _geometry(record: Record, columns: CodColumns, pcode: str, desk: Desk) -> tuple[bool, BaseGeometry | None]:
    """Return whether the row is sound, and its geometry, if it has one: its own, else the point that its cells give."""
    if record.geometry is not None:
        found = sound(record.geometry, record.row, desk, label=pcode)
        return found is not None, found
    if columns.lon is None or columns.lat is None:
        return True, None
    lon, lat = record.cells[columns.lon], record.cells[columns.lat]
    point = point_of(lon, lat, record.row, desk, label=pcode, fields=(columns.lon, columns.lat))
    return point is not None, point


def _level(pcode: str, codes: Mapping[int, str], geometry: BaseGeometry | None, columns: CodColumns) -> int | None:
    """Return the administrative level of a row, None for a settlement."""
    settles = geometry is not None and not is_outline(geometry)
    same = min((number for number, code in codes.items() if code == pcode), default=None)
    if same is not None:
        return None if settles and columns.own.pcode is None and same >= _SETTLEMENTS_FROM else same
    if settles:
        return None
    above = [number for number, code in codes.items() if code]
    return max(above) + 1 if above else int(any(c.isdigit() for c in pcode))


def _label(pcode: str, coordinate_source: str) -> str:
    return f"{pcode}; coordinates: {coordinate_source}" if coordinate_source else pcode
