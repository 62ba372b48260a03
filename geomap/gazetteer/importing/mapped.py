"""Any table with a name and coordinates a row -> places; a mapping says which column is which.

Without a mapping the columns must have the names of our fields, as in a table that geomap exported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.errors import GazetteerError
from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.importing.found import Found, SourceNote
from geomap.gazetteer.importing.ids import PLACE_ID, prefix_of, short_identifier
from geomap.gazetteer.importing.kinds import kind_of, settlement_type
from geomap.gazetteer.importing.layers import LAYER_SUFFIXES
from geomap.gazetteer.importing.shapes import place_at, point_of, population_of
from geomap.gazetteer.importing.spellings import spellings
from geomap.gazetteer.importing.tables import TABLE_SUFFIXES, read_tables
from geomap.gazetteer.slugs import slug
from geomap.model import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from geomap.gazetteer.importing.countries import Countries
    from geomap.gazetteer.importing.found import Desk, Options, Record, Table
    from geomap.model import Place

__all__ = ["FIELDS", "NEEDED", "read_mapped"]

NEEDED = ("name", "lon", "lat")
FIELDS = (*NEEDED, "id", "type", "parent", "country", "population", "alt_names", "lang", "source", "pcode", "gn", "wd")
"""What a column can be mapped to."""

_NO_TABLES = (".jsonld", ".xls", ".ods")
_TAGGED = re.compile(r"(?P<name>.+)@(?P<lang>[A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)")
_GUARDED = re.compile(r"'(?=[=+\-@\t＝＋－＠])")
"""The apostrophe that our export puts before what a spreadsheet would take for a formula."""


def read_mapped(paths: Sequence[Path], options: Options, countries: Countries, desk: Desk) -> Iterator[Found]:
    """Yield the places of tables.

    Raises
    ------
    GazetteerError
        When a file cannot be read, or a column that is mapped or needed is not there; the message names those that are.
    """
    for path in paths:
        if path.suffix.lower() in (*_NO_TABLES, *LAYER_SUFFIXES):
            raise GazetteerError(f"is no table; --map is for {', '.join(TABLE_SUFFIXES)}", path=path)
        tables = read_tables(path, desk, encoding=options.encoding)
        for table in tables[1:]:
            desk.note(f"{table.path}: passed over; only the first sheet is read")
        yield from _Reader(path, tables[0], options, countries, desk).found()


class _Reader:
    """Reads one table."""

    def __init__(self, path: Path, table: Table, options: Options, countries: Countries, desk: Desk) -> None:
        self.prefix, self.table, self.countries, self.desk = prefix_of(path), table, countries, desk
        self.columns = _columns(table, options.mapping)
        self.country = options.country
        self.source = options.source or SourceNote(path.name)
        self._ids = self._ids_by_value()

    def found(self) -> Iterator[Found]:
        """Yield the places of the table's rows."""
        if "type" not in self.columns:
            self.desk.note(f"{self.table.path}: no type is given; all are taken as settlements, by their population")
        for record in self.table.records:
            place = self._place(record)
            if place is not None:
                yield Found(place, record.row)

    def _cell(self, record: Record, field: str) -> str:
        return record.cells[self.columns[field]] if field in self.columns else ""

    def _refuse(self, record: Record, field: str, message: str, label: str) -> None:
        self.desk.refuse(record.row, self.columns.get(field, field), message, label=label)

    def _id(self, record: Record) -> str:
        """Return the id of a row: what it gives, if that is one of ours, else made from it, else from its name."""
        given = self._cell(record, "id")
        if PLACE_ID.fullmatch(given):
            return given
        made = slug(given) if given else slug(f"{self._cell(record, 'name')} {record.row.line}")
        return f"{self.prefix}:{made or f'line-{record.row.line}'}"

    def _ids_by_value(self) -> Mapping[str, str]:
        """Return the ids by what rows may call a container: the id as it is written, and a name that only one has."""
        by_id = {self._cell(r, "id"): self._id(r) for r in self.table.records if self._cell(r, "id")}
        names: dict[str, set[str]] = {}
        for record in self.table.records:
            names.setdefault(self._cell(record, "name"), set()).add(self._id(record))
        return {**{name: min(ids) for name, ids in names.items() if len(ids) == 1}, **by_id}

    def _place(self, record: Record) -> Place | None:
        """Return the place of a row; None, and the row refused, when it cannot be used."""
        written, label = self._cell(record, "name"), self._cell(record, "id")
        if not written:
            self._refuse(record, "name", "is empty; each place has a name", label)
            return None
        label = label or written
        fields = (self.columns["lon"], self.columns["lat"])
        lon, lat = self._cell(record, "lon"), self._cell(record, "lat")
        point = point_of(lon, lat, record.row, self.desk, label=label, fields=fields)
        codes = self._countries(record, label)
        people = self._cell(record, "population")
        population = population_of(people, record.row, self.desk, label=label, field="population") if people else None
        kind = self._type(record, population, label)
        parents = self._parents(record, label)
        if point is None or kind is None or codes is None or parents is None:
            return None
        cited = self._source(record).cite(label)
        names = [Name(toponym=t, lang=lang, citations=cited) for t, lang in self._names(record, written)]
        links = tuple(self._links(record))
        return place_at(
            point,
            id=self._id(record),
            name=names[0].toponym,
            type=kind,
            names=tuple(names),
            parents=parents,
            ccodes=codes,
            population=population,
            links=links,
            same_as=links,
            citations=cited,
        )

    def _countries(self, record: Record, label: str) -> tuple[str, ...] | None:
        """Return the codes that a row gives, else the one for all; None when what it gives is none."""
        codes = []
        for given in filter(None, (part.strip() for part in self._cell(record, "country").split("|"))):
            code = self.countries.code_of(given)
            if code is None:
                message = f"{given!r} is no country code of two or three letters, such as SY"
                self._refuse(record, "country", message, label)
                return None
            codes.append(code)
        return tuple(codes) or ((self.country,) if self.country else ())

    def _type(self, record: Record, population: int | None, label: str) -> str | None:
        given = self._cell(record, "type")
        kind = kind_of(words=[given], population=population) if given else settlement_type(population)
        if kind is None:
            self._refuse(record, "type", f"{given!r} is unknown; it must be one of {', '.join(FEATURE_TYPES)}", label)
        return kind

    def _parents(self, record: Record, label: str) -> tuple[str, ...] | None:
        """Return the ids of the containers; None when one cannot be told."""
        parents = []
        for given in (part.strip() for part in self._cell(record, "parent").split("|")):
            parent = self._ids.get(given) or (given if PLACE_ID.fullmatch(given) else None)
            if given and parent is None:
                message = f"{given!r} is no id or name of this file, nor an id such as syr:homs-governorate"
                self._refuse(record, "parent", message, label)
                return None
            if parent is not None and parent != self._id(record):
                parents.append(parent)
        return tuple(parents)

    def _names(self, record: Record, written: str) -> Iterable[tuple[str, str]]:
        """Return the names with their languages, the one to show first."""
        lang = self._cell(record, "lang") or "und"
        written = _GUARDED.sub("", written)
        ours = PLACE_ID.fullmatch(self._cell(record, "id"))  # names of our own export are parted already
        found = [(name, lang) for name in ([written] if ours else spellings(written))]
        for given in (part.strip() for part in self._cell(record, "alt_names").split("|")):
            tagged = _TAGGED.fullmatch(_GUARDED.sub("", given))
            if tagged:
                found.append((tagged["name"], tagged["lang"]))
            elif given:
                found.append((_GUARDED.sub("", given), lang))
        return dict.fromkeys(found)

    def _links(self, record: Record) -> Iterator[str]:
        for field in ("pcode", "gn", "wd"):
            for given in (part.strip() for part in self._cell(record, field).split("|")):
                if given:
                    known = short_identifier(given)
                    yield known if known.startswith(f"{field}:") else f"{field}:{given}"

    def _source(self, record: Record) -> SourceNote:
        given = self._cell(record, "source")
        return self.source._replace(label=given) if given else self.source


def _columns(table: Table, mapping: Mapping[str, str] | None) -> dict[str, str]:
    """Return the column of each field.

    Raises
    ------
    GazetteerError
        When a field is unknown, or a column is not there.
    """
    there = ", ".join(table.columns)
    for field, column in (mapping or {}).items():
        if field not in FIELDS:
            raise GazetteerError(f"{field!r} is no field; map {', '.join(FIELDS)}", field="--map")
        if column not in table.columns:
            raise GazetteerError(f"has no column {column!r}; it has {there}", path=table.path, field=f"--map {field}")
    columns = {field: field for field in FIELDS if field in table.columns} | dict(mapping or {})
    missing = [field for field in NEEDED if field not in columns]
    if missing:
        example = ",".join(f"{field}=COLUMN" for field in missing)
        raise GazetteerError(f"say which columns these are: --map {example}; it has {there}", path=table.path)
    return columns
