"""Tables of events -> readings, as many rows at a time as a bulletin can hold.

A table is a bulletin whose text has a line for each row. Rows of one source, address and day of publication go into one
bulletin, at most `ROWS` of them; the first has the id of the file, the others ``ID#part2`` and so on.
"""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.bulletin.draft import one_line
from geomap.bulletin.files import language_of
from geomap.errors import BulletinError
from geomap.event_tables.cells import CellReader, Flaw
from geomap.event_tables.dates import DateReader
from geomap.event_tables.drafts import DATE_FIELDS, Drafter
from geomap.event_tables.header import columns_of
from geomap.event_tables.mapping import TableMap
from geomap.event_tables.places import PlaceFinder
from geomap.model import EVENT_TYPES, PART, Bulletin, Candidate, Event, Mention, Reading, Resolution, Roles
from geomap.rows import read_sheets

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator

    from geomap.event_tables.cells import Piece
    from geomap.event_tables.drafts import Draft, Key
    from geomap.event_tables.header import Columns
    from geomap.event_tables.row_places import DraftPlace
    from geomap.gazetteer import Gazetteer
    from geomap.model import Place
    from geomap.rows import Row, Sheet

__all__ = ["ROWS", "read_event_tables"]

ROWS = 1_000
"""Rows of one bulletin, at most."""

_WAITING = 10_000  # rows that wait for others of their source; then the largest bulletins are given
_LOOKED_AT = 1_000  # rows at the beginning that tell the header and how days are written


def read_event_tables(
    *paths: str | os.PathLike[str],
    gazetteer: Gazetteer,
    said: TableMap | None = None,
    types: Iterable[str] = (),
    on_bad: Callable[[BulletinError], None] | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Iterator[Reading]:
    """Read tables of events (.csv, .tsv, .xlsx), one event a row, row by row.

    Parameters
    ----------
    *paths
        The files.
    gazetteer
        The places that can be meant.
    said
        Which columns hold what; told by HXL hashtags or known names where it is silent.
    types
        Types of event beside `EVENT_TYPES`.
    on_bad
        Called with what is wrong with a row, a sheet or a file, which is then left out; without it the first bad one
        ends the reading.
    on_progress
        Called with the share of the file under way that was read (0 to 1).

    Yields
    ------
    reading
        A bulletin of at most `ROWS` rows, with their events. Coordinates are EPSG:4326.

    Raises
    ------
    BulletinError
        When a file, its columns or a row cannot be used. Not when `on_bad` is given.
    InputError
        When the mapping names a type of event that there is not.
    """
    asked = said or TableMap()
    known = (*EVENT_TYPES, *(name for name in types if name not in EVENT_TYPES))
    for path in paths:
        reader = _Reader(Path(path), gazetteer, asked, known, on_bad, on_progress or _ignore)
        yield from reader.readings()


def _ignore(_share: float) -> None:
    """Take no notice."""


class _Reader:
    """Reads one file."""

    def __init__(
        self, path: Path, gazetteer: Gazetteer, said: TableMap, types: tuple[str, ...],
        on_bad: Callable[[BulletinError], None] | None, on_progress: Callable[[float], None],
    ) -> None:  # fmt: skip
        self._path, self._said, self._types = path, said, types
        self._on_bad, self._on_progress = on_bad, on_progress
        self._stem = one_line(path.stem) or "table"
        self._finder = PlaceFinder(gazetteer, path.name)
        self._ids: dict[int, int] = {}
        self._parts = 0

    def readings(self) -> Iterator[Reading]:
        """Yield the bulletins of the file."""
        unread: list[BulletinError] = []
        read = False
        try:
            for sheet in read_sheets(self._path, encoding=self._said.encoding):
                if self._said.sheet not in (None, sheet.title or self._said.sheet):
                    continue
                try:
                    rows = list(islice(sheet.rows, _LOOKED_AT))
                    columns = columns_of(rows, self._said, sheet.shown)
                except BulletinError as error:
                    unread.append(error)
                    continue
                read = True
                yield from self._sheet(sheet, rows, columns, [f"{e.path}: passed over: {e.message}" for e in unread])
        except BulletinError as error:
            self._bad(error)
            return
        if not read:
            for wrong in unread or [BulletinError(f"has no sheet {self._said.sheet!r}", path=self._path)]:
                self._bad(wrong)

    def _bad(self, error: BulletinError) -> None:
        if self._on_bad is None:
            raise error
        self._on_bad(error)

    def _sheet(self, sheet: Sheet, head: list[Row], columns: Columns, passed: list[str]) -> Iterator[Reading]:
        drafter = Drafter(columns, self._said, self._finder, self._dates(sheet, head, columns), self._types)
        reader = CellReader(columns, word="line" if sheet.of_text else "row")
        parts: dict[Key, list[Draft]] = {}
        waiting, number, notes = 0, -1, [*passed, *sheet.notes, *columns.notes, *_unread_columns(columns)]

        def given(key: Key) -> Reading:
            told = [*notes, *drafter.new_notes()]
            notes.clear()
            return self._reading(sheet, parts.pop(key), told)

        for number, row in enumerate(chain(head[columns.first :], sheet.rows)):
            draft = self._draft(row, sheet, columns, reader, drafter)
            if number % ROWS == 0:
                self._on_progress(sheet.done())
            if draft is None:
                continue
            rows = parts.setdefault(draft.key, [])
            rows.append(draft)
            waiting += 1
            full = [draft.key] if len(rows) == ROWS else _largest(parts) if waiting == _WAITING else []
            for key in full:
                waiting -= len(parts[key])
                yield given(key)
        if number < 0:
            self._bad(BulletinError("has no row below its header", path=sheet.shown, line=columns.line))
        for key in list(parts):
            yield given(key)

    def _dates(self, sheet: Sheet, head: list[Row], columns: Columns) -> dict[str, DateReader]:
        """Return a reader for each column of days; how they are written is told by the first rows."""
        readers = {}
        for name in DATE_FIELDS:
            column = columns.fields.get(name)
            cells = [
                row.cells[column] for row in head[columns.first :] if column is not None and column < len(row.cells)
            ]
            readers[name] = DateReader.for_column(cells, order=self._said.date_order, from_1904=sheet.from_1904)
        return readers

    def _draft(self, row: Row, sheet: Sheet, columns: Columns, reader: CellReader, drafter: Drafter) -> Draft | None:
        """Return what a row says; None, and what is wrong handed on, when it cannot be used."""
        try:
            if row.flaw is not None:
                raise Flaw("", row.flaw)
            _check_width(row, columns, narrow=sheet.of_text)
            draft = drafter.draft(reader.cells(row))
            self._check_id(draft, sheet, columns)
        except Flaw as flaw:
            self._bad(BulletinError(flaw.message, path=sheet.shown, line=row.line, field=flaw.field or None))
            return None
        return draft

    def _check_id(self, draft: Draft, sheet: Sheet, columns: Columns) -> None:
        """Refuse an id that another row has; what is kept of an id is a number."""
        if draft.id is None:
            return
        first = self._ids.setdefault(hash((sheet.title, draft.id)), draft.line)
        if first != draft.line:
            column = columns.names[columns.fields["id"]]
            raise Flaw(column, f"{draft.id!r} is also the id of line {first}; ids are unique, this row is left out")

    def _reading(self, sheet: Sheet, drafts: list[Draft], notes: list[str]) -> Reading:
        self._parts += 1
        key, text, starts = drafts[0].key, "\n".join(draft.text for draft in drafts), []
        at = 0
        for draft in drafts:
            starts.append(at)
            at += len(draft.text) + 1
        bulletin = Bulletin(
            id=self._stem if self._parts == 1 else f"{self._stem}{PART}{self._parts}",
            text=text,
            date=key.published,
            source=key.source,
            lang=language_of(text),
            url=key.url,
            path=str(self._path),
            notes=(_summary(sheet, drafts), *notes),
        )
        stem = self._stem if sheet.title is None else f"{self._stem}/{one_line(sheet.title)}"
        made = [self._event(bulletin, draft, start, stem) for draft, start in zip(drafts, starts, strict=True)]
        return Reading(
            bulletin=bulletin,
            resolutions=tuple(resolution for _, found in made for resolution in found),
            events=tuple(event for event, _ in made),
        )

    def _event(self, bulletin: Bulletin, draft: Draft, start: int, stem: str) -> tuple[Event, list[Resolution]]:
        roles, inferred, found = _roles(draft.places, start)
        first, last = draft.sentence
        event = Event(
            id=f"{stem}/{draft.id or f'line-{draft.line}'}",
            bulletin=bulletin,
            type=draft.type,
            sentence=draft.text[first:last],
            start=start + first,
            end=start + last,
            counts=draft.counts,
            roles=roles,
            inferred=inferred,
            period=draft.period,
            interval=draft.interval,
            negated=draft.negated,
            planned=draft.planned,
            total_of_breakdown=draft.total_of_breakdown,
            repeats=f"{stem}/{draft.repeats}" if draft.repeats else None,
            change=draft.change,
            label=draft.label,
            claimant=draft.claimant,
            rule=f"table: line {draft.line} of {self._path.name}",
        )
        return event, found


def _largest(parts: dict[Key, list[Draft]]) -> list[Key]:
    """Return the keys of the largest parts that together have half of the rows; rows of rare sources wait for more."""
    keys, rows = [], 0
    for key in sorted(parts, key=lambda key: -len(parts[key])):
        if rows * 2 >= _WAITING:
            break
        keys.append(key)
        rows += len(parts[key])
    return keys


def _check_width(row: Row, columns: Columns, *, narrow: bool) -> None:
    """Refuse a row whose cells may stand under other columns; workbooks leave out empty cells at the end."""
    width = len(columns.names)
    if any(row.cells[width:]) or (narrow and len(row.cells) < width):
        message = f"has {len(row.cells)} cells where the header names {width}; a delimiter in a cell needs quotes"
        raise Flaw("", message)


def _unread_columns(columns: Columns) -> list[str]:
    read = set(columns.fields.values())
    names = [name for i, name in enumerate(columns.names) if name and i not in read]
    if not names:
        return []
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return [f"columns that are not read: {', '.join(names[:10])}{more}"]


def _summary(sheet: Sheet, drafts: list[Draft]) -> str:
    """Say which rows a bulletin holds; and of which bulletins they are, when the table is of such."""
    first, last = drafts[0].line, drafts[-1].line
    title = "" if sheet.title is None else f", sheet {sheet.title}"
    told = f"a table of events: {len(drafts):,} rows, lines {first:,} to {last:,}{title}"
    bulletin = drafts[0].key.bulletin
    if bulletin is None:
        return told
    return f"{told}, of bulletin {bulletin}: in a store beside that bulletin they would be counted twice"


def _roles(places: Iterable[DraftPlace], start: int) -> tuple[Roles, Roles, list[Resolution]]:
    """Return the roles, what is inferred, and all resolutions in the order of the text.

    The area that a row names is inferred when none of its places could be decided.
    """
    named: dict[str, list[Resolution]] = {}
    inferred: dict[str, list[Resolution]] = {}
    areas: dict[str, list[Resolution]] = {}
    for place in places:
        here = place.located.at(place.piece.text, start + place.piece.start)
        (inferred if place.inferred else named).setdefault(place.role, []).append(here)
        if place.area is not None and place.located.area is not None:
            areas.setdefault(place.role, []).append(_around(place.located.area, place.area, start))
    if not any(resolution.place for found in named.values() for resolution in found):
        for role, found in areas.items():
            inferred.setdefault(role, []).extend(found)
    everything = [r for found in (*named.values(), *inferred.values()) for r in found]
    return Roles.of(named), Roles.of(inferred), sorted(everything, key=lambda r: r.mention.start)


def _around(area: Place, piece: Piece, start: int) -> Resolution:
    """Return the area that a row names around a place which was left open."""
    at = start + piece.start
    mention = Mention(surface=piece.text, start=at, end=at + len(piece.text), name=piece.text)
    reasons = ("the table names it as the area of the place, which was left open",)
    candidates = (Candidate(place=area, score=1.0, reasons=reasons),)
    return Resolution(
        mention=mention, status="resolved", confidence=0.9, place=area, candidates=candidates, reasons=reasons
    )
