"""Open names -> an XLSX sheet in which a person decides.

Whatever a bulletin says is written as text: no cell can become a formula.
"""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from geomap.gazetteer.decisions import setting_record
from geomap.review.columns import CANDIDATES, COLUMNS, OPTIONS, RECORD, SHEET, TYPES
from geomap.review.open_names import fingerprint, nearest
from geomap.toponym import is_arabic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

    from geomap.gazetteer import Gazetteer
    from geomap.model import Candidate, Place
    from geomap.review.open_names import OpenName
    from geomap.review.suggestions import Suggestion

__all__ = ["setting_text", "write_sheet"]

LONGEST_CELL = 32_000
"""Characters; Excel takes 32,767."""

_INK = Font(bold=True, color="FFFFFF")
_GIVEN = PatternFill("solid", start_color="44546A")
_ASKED = PatternFill("solid", start_color="B45F06")
_TO_FILL = PatternFill("solid", start_color="FFF8E7")
_LINK = Font(color="0563C1", underline="single")
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_WHERE_OSM = "https://www.openstreetmap.org"
_ZOOM = 12


def write_sheet(names: Sequence[OpenName], gazetteer: Gazetteer, *, made: date, page: str | None = None) -> bytes:
    """Return a sheet of open names as the bytes of an XLSX file.

    Parameters
    ----------
    names
        One row each, in their order.
    gazetteer
        Where the names of containers come from; the sheet remembers what it held.
    made
        The day on which the sheet is made.
    page
        The file name of the page with the candidates, which lies beside the sheet; no link to one when None.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    _head(sheet, len(names))
    made_with = {"made": made.isoformat(), "gazetteer": fingerprint(gazetteer)}
    for row, name in enumerate(names, 2):
        _row(sheet, row, name, gazetteer, made_with, page)
    _rules(sheet, len(names))
    _instructions(book.create_sheet("how to"), made, gazetteer)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _head(sheet: Worksheet, rows: int) -> None:
    for number, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, number, column.heading)
        cell.font, cell.fill = _INK, _ASKED if column.answer else _GIVEN
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].hidden = column.heading == RECORD
    sheet.freeze_panes = "C2"
    # Over all columns, so that sorting takes the hidden one along.
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{rows + 1}"


def _row(
    sheet: Worksheet, row: int, name: OpenName, gazetteer: Gazetteer, made_with: dict[str, str], page: str | None
) -> None:
    values = _values(name, gazetteer) | {RECORD: json.dumps(_record(name) | made_with, ensure_ascii=False)}
    for number, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(row, number)
        if column.answer:
            cell.fill = _TO_FILL
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        else:
            _write_text(cell, values.get(column.heading, ""))
    if page is not None:
        _link(sheet.cell(row, _number("map")), "map", quote(page), at=name.key)
    _link(sheet.cell(row, _number("OpenStreetMap")), "OpenStreetMap", _osm(name))


def _write_text(cell: Cell, text: str) -> None:
    """Write text that stays text, whatever it begins with, also when a person edits it."""
    if not text:
        return
    cell.value = _fit(text)
    cell.data_type = "s"  # openpyxl takes "=..." for a formula and "#N/A" for an error
    cell.quotePrefix = True
    rightward = is_arabic(text)
    cell.alignment = Alignment(
        vertical="top", wrap_text=True, horizontal="right" if rightward else None, readingOrder=2 if rightward else 0
    )


def _fit(text: str) -> str:
    """Return text without what a sheet cannot hold or would read as an escaped character."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)[:LONGEST_CELL]


def _link(cell: Cell, text: str, address: str, *, at: str | None = None) -> None:
    """Write a link; `at` is a place in the page, which Excel wants beside the address of a file."""
    _write_text(cell, text)
    cell.hyperlink = address
    cell.hyperlink.location = at
    cell.font = _LINK


def _record(name: OpenName) -> dict[str, Any]:
    return {
        "key": name.key,
        "toponym": name.spelling,
        "lang": name.lang,
        "setting": setting_record(name.setting),
        "candidates": [[c.place.id, c.place.name, c.place.lon, c.place.lat] for c in name.candidates],
    }


def _values(name: OpenName, gazetteer: Gazetteer) -> dict[str, str]:
    times = f", {name.mentions} times" if name.mentions > len(name.bulletins) else ""
    texts = [_candidate(c, name, gazetteer) for c in name.candidates]
    return {
        "key": name.key,
        "name": "\n".join(name.spellings),
        "language": name.lang,
        "context": setting_text(name, gazetteer),
        "bulletins": f"{len(name.bulletins)}{times}",
        "sentences": "\n\n".join(f"{e.sentence}\n[{_said_in(e.bulletin, e.date, e.source)}]" for e in name.examples),
        "why open": "\n".join(name.reasons),
        "suggestions": "\n\n".join(map(_suggestion, name.suggestions)) or name.not_suggested or "",
        **dict(zip(CANDIDATES, texts, strict=False)),
    }


def _suggestion(suggestion: Suggestion) -> str:
    what = f"{suggestion.label}, {suggestion.kind}" if suggestion.kind else suggestion.label
    point = f"lon {suggestion.lon:.5f}, lat {suggestion.lat:.5f}"
    said = f"suggested by {suggestion.source}, not checked"
    return "\n".join(line for line in (what, point, suggestion.url, said) if line)


def _said_in(bulletin: str, day: date | None, source: str | None) -> str:
    return ", ".join(str(part) for part in (bulletin, day, source) if part is not None)


def setting_text(name: OpenName, gazetteer: Gazetteer) -> str:
    """Return the setting of a name in words."""
    setting = name.setting
    lines = []
    if setting.within:
        lines.append(f"in {', '.join(_area(i, gazetteer) for i in setting.within)}, which the text names for it")
    if setting.near:
        lines.append(f"beside places of {', '.join(_area(i, gazetteer) for i in setting.near)}")
    if setting.bulletin is not None:
        lines.append(f"in bulletin {setting.bulletin} only: nothing near it says where")
    if setting.types:
        lines.append(f"called {' or '.join(sorted(setting.types))}")
    if setting.part:
        lines.append(f"with the words {setting.part!r}")
    return "\n".join(lines)


def _area(area_id: str, gazetteer: Gazetteer) -> str:
    if area_id not in gazetteer:
        return f"{area_id.removeprefix('~')!r} (itself open)"
    return f"{gazetteer.get(area_id).name} ({area_id})"


def _candidate(candidate: Candidate, name: OpenName, gazetteer: Gazetteer) -> str:
    place = candidate.place
    containers = [p.name for p in gazetteer.ancestors(place.id)] if place.id in gazetteer else []
    lines = [
        f"{place.name}, {place.type}",
        place.id,
        f"in {', '.join(containers)}" if containers else "",
        f"lon {place.lon:.5f}, lat {place.lat:.5f}, within {place.uncertainty_km:g} km",
        _distance(place, name.neighbours),
        candidate.why,
    ]
    return "\n".join(line for line in lines if line)


def _distance(place: Place, neighbours: Sequence[Place]) -> str:
    found = nearest(place, neighbours)
    return "" if found is None else f"{found[0]:.0f} km from {found[1].name}, which the text names too"


def _osm(name: OpenName) -> str:
    """Return an address that shows the best candidate, else where to look for the name."""
    best = name.candidates[0].place if name.candidates else None
    if best is not None:
        point = f"{best.lat:.5f}/{best.lon:.5f}"
        return f"{_WHERE_OSM}/?mlat={best.lat:.5f}&mlon={best.lon:.5f}#map={_ZOOM}/{point}"
    around = next(iter((*name.neighbours, *name.area)), None)
    view = f"#map={_ZOOM - 2}/{around.lat:.5f}/{around.lon:.5f}" if around else ""
    return f"{_WHERE_OSM}/search?query={quote(name.spelling)}{view}"


def _number(heading: str) -> int:
    return 1 + next(i for i, column in enumerate(COLUMNS) if column.heading == heading)


def _rules(sheet: Worksheet, rows: int) -> None:
    """Let the cells that are filled in take only what can be read."""
    said = {
        "decision": DataValidation(type="list", formula1=f'"{",".join(OPTIONS)}"'),
        "type": DataValidation(type="list", formula1=f'"{",".join(TYPES)}"'),
        "lon": DataValidation(type="decimal", operator="between", formula1="-180", formula2="180"),
        "lat": DataValidation(type="decimal", operator="between", formula1="-90", formula2="90"),
        "uncertainty km": DataValidation(type="decimal", operator="greaterThan", formula1="0"),
        "when": DataValidation(type="date", operator="greaterThan", formula1="36526"),  # the first day of 2000
    }
    for heading, rule in said.items():
        column = next(column for column in COLUMNS if column.heading == heading)
        rule.allow_blank, rule.showErrorMessage, rule.showInputMessage = True, True, True
        rule.errorTitle, rule.error = heading, f"This is not possible here: {column.meaning}."
        rule.promptTitle, rule.prompt = heading, f"{column.meaning}."[:255]
        letter = get_column_letter(_number(heading))
        rule.add(f"{letter}2:{letter}{max(2, rows + 1)}")
        sheet.add_data_validation(rule)
        if heading == "when":
            for row in range(2, rows + 2):
                sheet.cell(row, _number(heading)).number_format = "yyyy-mm-dd"


_STEPS = (
    "Each row is a name of a place that geomap left open, once per spelling and context.",
    "1. Read the sentences and the candidates. The link in the column map opens the page beside this sheet.",
    "2. Choose a decision: one of the candidates; not a place; new place; or leave open.",
    "3. For a new place give lon, lat and source, and its type where the list leaves it open.",
    "   A suggestion is a lead that nobody has checked. To use one, choose new place; type its lon, lat and address.",
    "4. Write who you are in who. Rows without a decision need nothing.",
    "5. Save the sheet as XLSX and run: geomap review apply, with the name of this file.",
    "Rows may be sorted as a whole, and rows and columns to the right may be added. The hidden column and the first"
    " two stay as they are.",
    "A decision holds for this spelling in this context. It is kept in your own gazetteer file, with who and when.",
    "Coordinates are degrees, WGS 84 (EPSG:4326). 36.5, not 36,5 or 36°30'.",
)


def _instructions(sheet: Worksheet, made: date, gazetteer: Gazetteer) -> None:
    sheet.column_dimensions["A"].width = 18
    sheet.column_dimensions["B"].width = 110
    made_with = f"Made on {made} with {len(gazetteer):,} places (gazetteer {fingerprint(gazetteer)})."
    for row, text in enumerate((*_STEPS, made_with), 1):
        _write_text(sheet.cell(row, 2), text)
    first = len(_STEPS) + 3
    for row, column in enumerate(COLUMNS, first):
        _write_text(sheet.cell(row, 1), column.heading)
        _write_text(sheet.cell(row, 2), column.meaning + (" (you fill this in)" if column.answer else ""))
        sheet.cell(row, 1).font = Font(bold=True)
