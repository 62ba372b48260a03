"""OCHA's Common Operational Datasets -> places: administrative divisions and populated places, joined by P-code.

Several files are read as one set. A division may have its outline in one file and its Arabic names in another; a place
lies in the division whose P-code its row names.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.errors import GazetteerError
from geomap.gazetteer.importing.cod_columns import cod_columns
from geomap.gazetteer.importing.cod_rows import entry_of
from geomap.gazetteer.importing.found import Found, SourceNote
from geomap.gazetteer.importing.kinds import settlement_type
from geomap.gazetteer.importing.layers import LAYER_SUFFIXES, read_layers
from geomap.gazetteer.importing.shapes import place_at
from geomap.gazetteer.importing.tables import read_tables
from geomap.gazetteer.metric import is_outline
from geomap.gazetteer.slugs import pcode_slug
from geomap.model import Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from geomap.gazetteer.importing.cod_rows import Entry
    from geomap.gazetteer.importing.countries import Countries
    from geomap.gazetteer.importing.found import Desk, Options, Row, Table
    from geomap.model import Place

__all__ = ["read_cod"]

_TYPES = ("country", "governorate", "district", "subdistrict")
"""The feature type of each administrative level; areas of deeper levels are subdistricts, too."""

_LETTERS = re.compile(r"[A-Z]{2,3}(?=[0-9]|$)")
"""The country's code at the beginning of the P-code of a division."""


def read_cod(paths: Sequence[Path], options: Options, countries: Countries, desk: Desk) -> Iterator[Found]:
    """Yield the places of a set of files; see the module.

    Raises
    ------
    GazetteerError
        When a file cannot be read, or none of its tables has P-codes with names.
    """
    entries: dict[str, Entry] = {}
    for path in paths:
        for table in _tables(path, desk, options.encoding):
            for entry in _entries(table, desk):
                known = entries.get(pcode_slug(entry.pcode))
                entries[pcode_slug(entry.pcode)] = entry if known is None else _united(known, entry)
    for entry in entries.values():
        if entry.geometry is None:
            message = "has no coordinates in these files; give the file with its outline, or columns lon and lat"
            desk.refuse(entry.row, "geometry", message, label=entry.pcode)
        else:
            yield Found(_place(entry, entries, options, countries), entry.row)
    _note_missing(entries, desk)


def _tables(path: Path, desk: Desk, encoding: str | None) -> Iterator[Table]:
    """Yield the tables of a file that have P-codes with names."""
    read = read_layers if path.suffix.lower() in LAYER_SUFFIXES else read_tables
    tables = read(path, desk, encoding=encoding)
    known = [table for table in tables if cod_columns(table.columns).is_cod]
    if not known:
        columns = ", ".join(dict.fromkeys(c for table in tables for c in table.columns)) or "none"
        wanted = "ADM1_PCODE with ADM1_EN, or pcode with name_en"
        raise GazetteerError(f"has no columns of P-codes with names, such as {wanted}; it has {columns}", path=path)
    for table in tables:
        if table in known:
            yield table
        elif table.records:
            desk.note(f"{table.path}: passed over, since it has no P-codes with names")


def _entries(table: Table, desk: Desk) -> Iterator[Entry]:
    columns = cod_columns(table.columns)
    first: dict[str, Row] = {}
    for record in table.records:
        entry = entry_of(record, columns, desk)
        if entry is None:
            continue
        slug = pcode_slug(entry.pcode)
        if slug in first:
            message = f"is given in line {first[slug].line} already; P-codes are unique"
            desk.refuse(entry.row, "pcode", message, label=entry.pcode)
        else:
            first[slug] = entry.row
            yield entry


def _united(known: Entry, other: Entry) -> Entry:
    """Return what two tables say of one place: the names of both, and where it is by the better of them."""
    better, worse = (other, known) if _worth(other) > _worth(known) else (known, other)
    return replace(
        better,
        names=tuple(dict.fromkeys([*known.names, *other.names])),
        chain=better.chain or worse.chain,
        population=worse.population if better.population is None else better.population,
    )


def _worth(entry: Entry) -> int:
    return 0 if entry.geometry is None else 2 if is_outline(entry.geometry) else 1


def _place(entry: Entry, entries: Mapping[str, Entry], options: Options, countries: Countries) -> Place:
    """Return the place; its containers are those that its row names, up to the nearest one that the files have."""
    code = _country(entry, options, countries)
    source = options.source or _source(code, countries)
    cited = source.cite(entry.label)
    nearest = next((i for i, container in enumerate(entry.chain, 1) if pcode_slug(container) in entries), None)
    own = f"pcode:{entry.pcode}"
    return place_at(
        entry.geometry,
        id=f"cod:{pcode_slug(entry.pcode)}",
        name=entry.names[0].toponym,
        type=_type(entry),
        certainty="less-certain" if entry.level is not None and not is_outline(entry.geometry) else "certain",
        names=tuple(Name(toponym=s.toponym, lang=s.lang, citations=cited) for s in entry.names),
        parents=tuple(f"cod:{pcode_slug(container)}" for container in entry.chain[:nearest]),
        ccodes=() if code is None else (code,),
        population=entry.population,
        links=(own,),
        same_as=(own,),
        citations=cited,
    )


def _type(entry: Entry) -> str:
    if entry.level is None:
        return settlement_type(entry.population)
    return _TYPES[min(entry.level, len(_TYPES) - 1)]


def _country(entry: Entry, options: Options, countries: Countries) -> str | None:
    """Return the country whose code the P-codes of divisions begin with, else the one given."""
    codes = [*reversed(entry.chain), *([] if entry.level is None else [entry.pcode])]
    for letters in (_LETTERS.match(code.upper()) for code in codes):
        if letters is not None:
            for candidate in (letters[0], letters[0][:2]):  # Iraq's P-codes begin with IQG
                code = countries.code_of(candidate)
                if code in countries.places:
                    return code
    return options.country


def _source(code: str | None, countries: Countries) -> SourceNote:
    """Return what is cited when nothing is said: the data set of the country."""
    iso3 = None if code is None else countries.iso3_of(code)
    address = "https://data.humdata.org/" + ("" if iso3 is None else f"dataset/cod-ab-{iso3}")
    country = "" if code is None else f", {countries.name_of(code)}"
    return SourceNote(f"OCHA Common Operational Datasets{country}", address, "as its page says, mostly CC BY-IGO")


def _note_missing(entries: Mapping[str, Entry], desk: Desk) -> None:
    """Say which containers the files name and do not have."""
    missing = Counter(e.chain[0] for e in entries.values() if e.chain and pcode_slug(e.chain[0]) not in entries)
    if missing:
        desk.note(
            f"{len(missing):,} divisions in which {missing.total():,} places lie are not in these files (such as"
            f" {min(missing)}): give their file too, or load the result together with a gazetteer that has them"
        )
