"""A filled-in sheet -> what each row decides, or why a row cannot be used; without a gazetteer."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openpyxl import load_workbook

from geomap.errors import ReviewError
from geomap.gazetteer.decisions import setting_of_record
from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.review.columns import ANSWERS, CANDIDATES, LEAVE_OPEN, NEW_PLACE, NOT_A_PLACE, OPTIONS, RECORD, SHEET

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from geomap.model import Setting

__all__ = ["Answer", "Asked", "NewPlace", "Refusal", "Sheet", "Shown", "read_sheet"]

_Cells = dict[str, Any]

_COORDINATES = ("lon", "lat")
_OF_A_PLACE = (*_COORDINATES, "place name", "type", "uncertainty km", "lies in", "source")
_LIMITS = {"lon": 180.0, "lat": 90.0}
_MOST_ROWS = 100_000
"""Rows that are looked at: a sheet that was formatted to its last row has a million."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A candidate as the sheet showed it (degrees, EPSG:4326)."""

    place_id: str
    name: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a row asks: a name in its setting, with the candidates it showed."""

    key: str
    toponym: str
    lang: str
    setting: Setting
    candidates: tuple[Shown, ...]
    gazetteer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """A place as a person typed it (degrees, EPSG:4326; km); None where a cell is empty."""

    lon: float
    lat: float
    source: str
    name: str | None = None
    type: str | None = None
    uncertainty_km: float | None = None
    lies_in: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person decided in a row: a candidate, a new place, or, with neither, that it is no place.

    `row` counts from 1 with the heading, as the sheet does; `on` is None when the day was left empty.
    """

    row: int
    asked: Asked
    by: str
    on: date | None = None
    candidate: Shown | None = None
    new_place: NewPlace | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that cannot be used: where, what is wrong, and what would be right."""

    row: int
    field: str
    message: str

    def __str__(self) -> str:
        """One line."""
        return f"row {self.row}, {self.field}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a sheet says: the answers, the rows that cannot be used, and how many rows decide nothing."""

    name: str
    answers: tuple[Answer, ...]
    refusals: tuple[Refusal, ...]
    undecided: int


class _FlawError(Exception):
    """A cell that cannot be used."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def read_sheet(path: str | os.PathLike[str]) -> Sheet:
    """Read a review sheet row by row; a row that cannot be used is a refusal and stops no other.

    Raises
    ------
    ReviewError
        When the file is no review sheet.
    """
    answers: list[Answer] = []
    refusals: list[Refusal] = []
    undecided = 0
    seen: dict[str, int] = {}
    for row, cells in _rows(Path(path)):
        try:
            answer = _answer(row, cells)
            if answer is not None and answer.asked.key in seen:
                raise _FlawError("key", f"is that of row {seen[answer.asked.key]}, too; keep one of the two")
        except _FlawError as flaw:
            refusals.append(Refusal(row=row, field=flaw.field, message=flaw.message))
            continue
        if answer is None:
            undecided += 1
        else:
            seen[answer.asked.key] = row
            answers.append(answer)
    return Sheet(name=Path(path).name, answers=tuple(answers), refusals=tuple(refusals), undecided=undecided)


def _rows(path: Path) -> Iterator[tuple[int, _Cells]]:
    """Yield the rows below the heading that are not empty, with their numbers and their cells by heading."""
    values = _values(path)
    headings = [_text(value) for value in values[0]] if values else []
    missing = [heading for heading in ("key", "name", *ANSWERS, RECORD) if heading not in headings]
    if missing:
        message = f"lacks the column {missing[0]!r}; give a sheet that geomap review export made, with its headings"
        raise ReviewError(message, path=path, line=1)
    twice = [heading for heading, times in Counter(headings).items() if heading and times > 1]
    if twice:
        raise ReviewError(f"has the column {twice[0]!r} twice; drop one", path=path, line=1)
    for number, row in enumerate(values[1:], 2):
        cells = {heading: value for heading, value in zip(headings, row, strict=True) if heading}
        if any(_text(value) for value in cells.values()):
            yield number, cells


def _values(path: Path) -> list[tuple[Any, ...]]:
    try:
        book = load_workbook(path, read_only=False, data_only=True)
    except OSError as error:
        raise ReviewError(f"cannot be read: {error.strerror or error}", path=path) from error
    except Exception as error:  # a broken archive fails in many ways in the library
        raise ReviewError(f"is no XLSX file ({type(error).__name__}); save the sheet as XLSX", path=path) from error
    if SHEET not in book.sheetnames:
        raise ReviewError(f"has no sheet {SHEET!r}; give a file that geomap review export made", path=path)
    sheet = book[SHEET]
    return list(sheet.iter_rows(max_row=min(sheet.max_row, _MOST_ROWS), values_only=True))


def _answer(row: int, cells: Mapping[str, Any]) -> Answer | None:
    """Return what a row decides, None when it decides nothing."""
    decision = _text(cells["decision"]).casefold()
    if decision.isdigit():
        decision = f"candidate {decision}"
    filled = [field for field in _OF_A_PLACE if _text(cells[field])]
    if decision in ("", LEAVE_OPEN):
        if any(field in filled for field in _COORDINATES):
            raise _FlawError(
                "decision", f"is {decision or 'empty'!r} beside coordinates; choose {NEW_PLACE!r}, or clear them"
            )
        return None
    if decision not in OPTIONS:
        raise _FlawError("decision", f"{decision!r} is no decision; choose one of {', '.join(OPTIONS)}")
    asked = _asked(cells)
    if decision != NEW_PLACE and filled:
        raise _FlawError(
            filled[0], f"is given, but the decision is {decision!r}; choose {NEW_PLACE!r}, or clear the cell"
        )
    by = _text(cells["who"])
    if not by:
        raise _FlawError("who", "is empty; write who decided")
    return Answer(
        row=row,
        asked=asked,
        by=by,
        on=_day(cells["when"]),
        candidate=_candidate(decision, asked),
        new_place=_new_place(cells) if decision == NEW_PLACE else None,
        note=_text(cells["note"]) or None,
    )


def _asked(cells: Mapping[str, Any]) -> Asked:
    try:
        record = json.loads(_text(cells[RECORD]))
        asked = Asked(
            key=record["key"],
            toponym=record["toponym"],
            lang=record["lang"],
            setting=setting_of_record(record["setting"]),
            candidates=tuple(
                Shown(place_id=i, name=name, lon=float(lon), lat=float(lat))
                for i, name, lon, lat in record["candidates"]
            ),
            gazetteer=record["gazetteer"],
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _FlawError(RECORD, "the hidden cell was changed; export the sheet again") from None
    if _text(cells["key"]) != asked.key or asked.toponym not in _text(cells["name"]):
        raise _FlawError("key", "its cells belong to different rows, as after sorting only some columns; export again")
    return asked


def _candidate(decision: str, asked: Asked) -> Shown | None:
    if decision in (NOT_A_PLACE, NEW_PLACE):
        return None
    number = CANDIDATES.index(decision)
    if number >= len(asked.candidates):
        shown = len(asked.candidates)
        there = f"has {shown}" if shown else "has none"
        raise _FlawError("decision", f"{decision!r} is not there: the row {there}; choose another, or {NEW_PLACE!r}")
    return asked.candidates[number]


def _new_place(cells: Mapping[str, Any]) -> NewPlace:
    lon, lat = (_coordinate(field, cells[field]) for field in _COORDINATES)
    if lon == 0 and lat == 0:
        raise _FlawError("lon, lat", "0, 0 is no place but what empty cells become; give the coordinates")
    source, kind = _text(cells["source"]), _text(cells["type"]).casefold()
    if not source:
        raise _FlawError("source", "is empty; say where the coordinates are from")
    if kind and kind not in FEATURE_TYPES:
        raise _FlawError("type", f"{kind!r} is unknown; it must be one of {', '.join(FEATURE_TYPES)}")
    radius = cells["uncertainty km"]
    km = _number("uncertainty km", radius) if _text(radius) else None
    if km is not None and km <= 0:
        raise _FlawError("uncertainty km", f"{km:g} must be a radius in km above 0, or be left empty")
    return NewPlace(
        lon=lon,
        lat=lat,
        source=source,
        name=_text(cells["place name"]) or None,
        type=kind or None,
        uncertainty_km=km,
        lies_in=_text(cells["lies in"]) or None,
    )


def _coordinate(field: str, value: object) -> float:
    if not _text(value):
        raise _FlawError(field, "is empty; a new place needs lon and lat, in degrees")
    degrees, limit = _number(field, value), _LIMITS[field]
    if abs(degrees) > limit:
        raise _FlawError(field, f"{degrees:g} lies outside -{limit:g}..{limit:g}; are lon and lat swapped?")
    return degrees


def _number(field: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _FlawError(field, f"{value!r} is no number; write it like 36.5")
    try:
        number = float(value)
    except ValueError:
        raise _FlawError(field, f"{value!r} is no number; write it with a point, like 36.5") from None
    if not math.isfinite(number):
        raise _FlawError(field, f"{value!r} is no number; write it like 36.5")
    return number


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _FlawError("when", f"{text!r} is no day; write it like 2018-07-02") from None


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
