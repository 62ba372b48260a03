"""What importers find, where it stood, and what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from geomap.gazetteer.problems import Problem
from geomap.model import Citation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer.problems import Severity
    from geomap.model import Place

__all__ = ["Desk", "Found", "Options", "Record", "Row", "SourceNote", "Table"]


class SourceNote(NamedTuple):
    """Whom imported places cite: a label, an address and a licence."""

    label: str
    url: str | None = None
    licence: str | None = None

    def cite(self, what: str) -> tuple[Citation, ...]:
        """Return the citation of something in the source."""
        return (Citation(source=self.label, label=what, url=self.url, licence=self.licence),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a person says about the files.

    `mapping` leads from our fields to columns of a table; `country` (ISO 3166-1 alpha-2) is that of places whose own is
    not given; `encoding` that of text files; `source` whom to cite instead of what is usual for the format.
    """

    mapping: Mapping[str, str] | None = None
    country: str | None = None
    encoding: str | None = None
    source: SourceNote | None = None


class Row(NamedTuple):
    """Where something stands: a file (with its sheet or layer) and the line, row or feature in it, from 1."""

    path: str
    line: int | None = None


class Record(NamedTuple):
    """A row of a table or a feature of a layer: its cells by column, all as text, and a geometry if it has one."""

    row: Row
    cells: Mapping[str, str]
    geometry: BaseGeometry | None = None


class Table(NamedTuple):
    """A sheet, a text table or a layer."""

    path: str
    columns: tuple[str, ...]
    records: tuple[Record, ...]


class Found(NamedTuple):
    """A place with the row that it is from."""

    place: Place
    row: Row


class Desk:
    """Where problems and notes are handed in."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.notes: dict[str, None] = {}

    def refuse(self, row: Row, field: str, message: str, *, label: str = "") -> None:
        """Say why a row cannot be used, and what would be right."""
        self._add(row, field, message, label, "error")

    def warn(self, row: Row, field: str, message: str, *, label: str = "") -> None:
        """Say what a person should look at in a row that is used."""
        self._add(row, field, message, label, "warning")

    def note(self, message: str) -> None:
        """Say something of a whole file, once."""
        self.notes[message] = None

    def _add(self, row: Row, field: str, message: str, label: str, severity: Severity) -> None:
        self.problems.append(
            Problem(place_id=label, field=field, message=message, severity=severity, path=row.path, line=row.line)
        )
