"""A gazetteer as columns: what is asked of many places is answered without making any of them.

The row of a place is its rank in order of id. The columns of places and names are made in memory, or opened from the
user's cache together with the places themselves; either way they are the same.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from geomap.errors import GazetteerError
from geomap.gazetteer.columns import Groups, Lookup, Texts, text_columns
from geomap.gazetteer.decisions import decision_record, decisions_of
from geomap.gazetteer.indexing import name_columns, place_columns
from geomap.gazetteer.linked_places import Contents
from geomap.gazetteer.made import GeometryRule
from geomap.gazetteer.names import NameIndex
from geomap.gazetteer.problems import Problem
from geomap.gazetteer.records import RECORDS, Records, Sources, as_json, from_json, record_columns
from geomap.gazetteer.tables import name_tables, place_tables, row_of, row_of_listed
from geomap.gazetteer.world import Settlement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from geomap.bbox import BBox
    from geomap.gazetteer.columns import Columns
    from geomap.model import Decision, Place

__all__ = ["Compiled", "compiled_columns", "indexed", "tables_of"]

P = TypeVar("P", "Place", "Place | Settlement")


def compiled_columns(contents: Contents) -> Columns:
    """Return all that a gazetteer holds as columns, for keeping.

    Raises
    ------
    GazetteerError
        When two places have the same id.
    """
    return indexed(tables_of(contents.places), contents)


def tables_of(places: Iterable[Place | Settlement], sources: Iterable[Iterable[Any]] = ()) -> Columns:
    """Return places as tables with their records; sources that were listed before keep their numbers.

    Raises
    ------
    GazetteerError
        When two places have the same id.
    """
    ordered = _ordered(places)
    rows = [row_of_listed(place) if isinstance(place, Settlement) else row_of(place) for place in ordered]
    return {**place_tables(rows), **name_tables(rows), **record_columns(ordered, sources)}


def indexed(tables: Columns, contents: Contents) -> Columns:
    """Return tables as columns for keeping, with the rules, problems and decisions of what they were made from."""
    records = {name: tables[name] for name in tables if name.startswith(RECORDS)}
    return {**place_columns(tables), **name_columns(tables), **records, **_note_columns(contents)}


class Compiled:
    """Places by row, their ids, kinds, containers and members, and an index of their names.

    Parameters
    ----------
    columns
        Those of the places; with those of names, records and notes when there are no `contents`.
    contents
        The places in order of id, when they are in memory.
    """

    def __init__(self, columns: Columns, contents: Contents | None = None) -> None:
        self._columns = columns
        self.ids = Lookup(columns, "ids")
        self.kinds = tuple(Texts(columns, "kinds"))
        self.importance = columns["importance"].data
        self._kinds = columns["kind"].data
        self.countries = tuple(Texts(columns, "countries"))
        self.country = columns["country"].data
        self._codes = {country: code for code, country in enumerate(self.countries)}
        self._parents = Groups(columns, "parents")
        self._children = Groups(columns, "children")
        self._contents = contents
        self._records: Sequence[Place] | Records = contents.places if contents else Records(columns)
        self._made: dict[int, Place] = {}
        self._rows: dict[str, int] = {}  # of ids asked for before

    @classmethod
    def of(cls, contents: Contents) -> Compiled:
        """Compile places in memory.

        Raises
        ------
        GazetteerError
            When two places have the same id.
        """
        places = _ordered(contents.places)
        columns = place_columns(place_tables(list(map(row_of, places))))
        return cls(columns, replace(contents, places=places))

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, place_id: object) -> int | None:
        """Return the row of an id, None when there is none."""
        if not isinstance(place_id, str):
            return None
        row = self._rows.get(place_id)
        if row is None and (row := self.ids.find(place_id)) is not None:
            self._rows[place_id] = row
        return row

    def place(self, row: int) -> Place:
        """Return the place of a row; it is kept for the next time."""
        place = self._made.get(row)
        if place is None:
            place = self._made[row] = self._records[row]
        return place

    def passing(self, row: int) -> Place:
        """Return the place of a row without keeping it, for walks over all of them."""
        return self._made.get(row) or self._records[row]

    def codes_of(self, countries: AbstractSet[str]) -> frozenset[int]:
        """Return the numbers that countries (ISO 3166-1 alpha-2) have in the column `country`."""
        return frozenset(self._codes[country] for country in countries if country in self._codes)

    def kind(self, row: int) -> str:
        """Return the feature type of a row."""
        return self.kinds[self._kinds[row]]

    def parents(self, row: int) -> list[int]:
        """Return the rows of its containers, as its record orders them, each once, without those not loaded."""
        return self._parents[row]

    def children(self, row: int) -> list[int]:
        """Return the rows of the places that name it as a container, in order."""
        return self._children[row]

    def select(self, types: AbstractSet[str], bbox: BBox | None) -> list[int]:
        """Return the rows of these feature types whose point lies in a box, the most important first, then in order."""
        chosen = np.isin(self._columns["kind"], [code for code, kind in enumerate(self.kinds) if kind in types])
        if bbox is not None:
            lon, lat = self._columns["lon"], self._columns["lat"]
            east_of, west_of = lon >= bbox.west, lon <= bbox.east
            across = (east_of & west_of) if bbox.west <= bbox.east else (east_of | west_of)
            if 180 in (abs(bbox.west), abs(bbox.east)):  # one meridian, whichever sign it has
                across |= np.abs(lon) == 180
            chosen &= across
            chosen &= (lat >= bbox.south) & (lat <= bbox.north)
        rows = np.flatnonzero(chosen)
        found: list[int] = rows[np.argsort(-self._columns["importance"][rows], kind="stable")].tolist()
        return found

    def fingerprint(self) -> str:
        """Return what tells these places, names and decisions from others, wherever the files that they are from lie.

        It is that of columns as they are kept, not of places in memory.
        """
        digest = blake2b(digest_size=12)
        for name in sorted(name for name in self._columns if not name.startswith("notes.")):  # these name files
            digest.update(name.encode() + b"\0" + np.ascontiguousarray(self._columns[name]).tobytes())
        digest.update(as_json([decision_record(decision) for decision in self.decisions]))
        return digest.hexdigest()

    @cached_property
    def names(self) -> NameIndex:
        """The index of names; made when it is first needed, unless it was opened."""
        if self._contents is None:
            return NameIndex(self._columns, self)
        return NameIndex(name_columns(name_tables(list(map(row_of, self._contents.places)))), self)

    @cached_property
    def rules(self) -> Mapping[str, GeometryRule]:
        """How geometries were made, by place id."""
        return self._notes.rules

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was noticed while reading."""
        return self._notes.problems

    @cached_property
    def decisions(self) -> tuple[Decision, ...]:
        """What reviewers decided that names mean."""
        return self._notes.decisions

    @cached_property
    def _notes(self) -> Contents:
        return self._contents or _notes(self._columns)


def _ordered(places: Iterable[P]) -> tuple[P, ...]:
    """Return places in order of id."""
    ordered = tuple(sorted(places, key=lambda place: place.id))
    for place, following in pairwise(ordered):
        if place.id == following.id:
            raise GazetteerError("is given twice; ids are unique", field=place.id)
    return ordered


def _note_columns(contents: Contents) -> dict[str, NDArray[Any]]:
    """Return rules, problems and decisions as columns, with the sources that rules cite."""
    sources = Sources()
    rules = [
        [place_id, rule.kind, rule.members, rule.buffer_km, sources.cite(rule.citations)]
        for place_id, rule in contents.rules.items()
    ]
    problems = [[p.place_id, p.field, p.message, p.severity, p.path, p.line] for p in contents.problems]
    decisions = [decision_record(decision) for decision in contents.decisions]
    return text_columns("notes", [as_json(notes) for notes in (sources.listed(), rules, problems, decisions)])


def _notes(columns: Columns) -> Contents:
    notes = Texts(columns, "notes")
    listed, rules, problems, decisions = (from_json(notes.raw(i)) for i in range(4))
    sources = Sources(listed)
    return Contents(
        places=(),
        rules={
            place_id: GeometryRule(
                kind=kind, members=tuple(members), buffer_km=buffer_km, citations=sources.cited(citations)
            )
            for place_id, kind, members, buffer_km, citations in rules
        },
        problems=tuple(
            Problem(place_id=place_id, field=field, message=message, severity=severity, path=path, line=line)
            for place_id, field, message, severity, path, line in problems
        ),
        decisions=tuple(decisions_of({"decisions": decisions})),
    )
