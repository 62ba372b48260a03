"""Which row names the columns of a sheet, and what each holds: told by a person, by hashtags, or by known names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from geomap.errors import BulletinError
from geomap.event_tables.fields import FIELDS_IN_SHORT, role_and_part
from geomap.event_tables.hxl import hxl_fields, is_tag_row
from geomap.event_tables.known import PROFILES, known_fields, plain
from geomap.model import ROLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from geomap.event_tables.mapping import TableMap
    from geomap.rows import Row

__all__ = ["HEAD_ROWS", "Columns", "columns_of"]

HEAD_ROWS = 25
"""Rows among which the header is looked for: titles, dates and logos stand above it."""

_LOCATING = frozenset({"name", "code", "lat", "country", "admin1", "admin2", "admin3", "admin4", "admin1_code",
                       "admin2_code", "admin3_code", "admin4_code"})  # fmt: skip
_FIGURE = re.compile(r"[\d٠-٩۰-۹][\d٠-٩۰-۹.,:/ -]*")
_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The columns of a sheet.

    `names` are as the sheet gives them; `fields` leads from fields to columns (from 0), `values` to what holds for
    every row. `line` is that of the header, `first` the index of the first row below it among those looked at.
    """

    names: tuple[str, ...]
    fields: Mapping[str, int]
    values: Mapping[str, str]
    line: int
    first: int
    notes: tuple[str, ...] = ()

    def name_of(self, field: str) -> str:
        """Return the name of the column of a field, for messages; the field itself when it has none."""
        at = self.fields.get(field)
        return field if at is None else self.names[at] or field


class _Header(NamedTuple):
    """A row, or two, that may name the columns; `tags` are hashtags below."""

    line: int
    first: int
    names: tuple[str, ...]
    tags: tuple[str, ...] = ()


class _Told(NamedTuple):
    fields: dict[str, int]
    values: dict[str, str]
    notes: tuple[str, ...] = ()


def columns_of(rows: Sequence[Row], said: TableMap, where: str) -> Columns:
    """Return the columns of a sheet that begins with some rows.

    Parameters
    ----------
    rows
        The first rows that are not empty.
    said
        What a person says; where that is silent, hashtags and then known names tell.
    where
        The sheet, for messages.

    Raises
    ------
    BulletinError
        When the columns cannot be told; the message lists those that are there, and how to map them.
    """
    headers = list(_headers(rows[:HEAD_ROWS]))
    if not headers:
        raise BulletinError("has no row that names its columns", path=where)
    header = _chosen(headers, said, where)
    told = _told(header, said, where)
    fields, values = _bound(told, header, where)
    _check(fields, values, header, where)
    return Columns(
        names=header.names, fields=fields, values=values, line=header.line, first=header.first, notes=told.notes
    )


def _headers(rows: Sequence[Row]) -> Iterator[_Header]:
    """Yield what may name the columns: above a row of hashtags, else each row, and each two as joined."""
    good = [(i, row) for i, row in enumerate(rows) if row.flaw is None]
    for at, (i, row) in enumerate(good):
        if is_tag_row(row.cells):
            above = good[at - 1][1].cells if at else row.cells
            yield _Header(row.line, i + 1, _numbered(_padded(above, row.cells)), row.cells)
            return
    for at, (i, row) in enumerate(good):
        if sum(map(bool, row.cells)) < 2 or sum(map(_is_figure, row.cells)) > len(row.cells) / 4:
            continue
        if at + 1 < len(good) and _is_grouped(row.cells, good[at + 1][1].cells):
            joined = _joined(row.cells, good[at + 1][1].cells)
            yield _Header(good[at + 1][1].line, good[at + 1][0] + 1, _numbered(joined))
        yield _Header(row.line, i + 1, _numbered(row.cells))


def _numbered(names: Iterable[str]) -> tuple[str, ...]:
    """Return names of which none comes twice: "Place", "Place (2)"."""
    seen: dict[str, int] = {}
    found = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 or not name else f"{name} ({seen[name]})")
    return tuple(found)


def _padded(names: Sequence[str], tags: Sequence[str]) -> tuple[str, ...]:
    width = max(len(names), len(tags))
    full = [*names, *[""] * (width - len(names))]
    return tuple(name or tag for name, tag in zip(full, [*tags, *[""] * (width - len(tags))], strict=True))


def _is_figure(cell: str) -> bool:
    return _FIGURE.fullmatch(cell) is not None


def _is_grouped(top: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row is one of headings over groups of columns that the next row names.

    A heading stands over several columns: merged, so that it is repeated, or with blanks after it.
    """
    if any(map(_is_figure, below)) or len(below) < 2:
        return False
    spans = any(
        i and (not cell or cell == top[i - 1]) and i < len(below) and below[i] for i, cell in enumerate(top)
    ) or len(below) > len(top)
    named = [below[i] if i < len(below) and below[i] else cell for i, cell in enumerate(top)]
    return spans and len(set(filter(None, below))) > 1 and all(named)


def _joined(top: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """Return two rows of names as one: "From / Governorate"; a heading holds until the next one."""
    names, heading = [], ""
    for i in range(max(len(top), len(below))):
        heading = (top[i] if i < len(top) else "") or heading
        own = below[i] if i < len(below) else ""
        names.append(f"{heading} / {own}" if own and heading and own != heading else own or heading)
    return tuple(names)


def _chosen(headers: Sequence[_Header], said: TableMap, where: str) -> _Header:
    """Return the header that has all columns that are mapped and, of those, tells most fields."""
    wanted = set(said.columns.values())
    fitting = [h for h in headers if all(_column(h, name) is not None for name in wanted)]
    if not fitting:
        best = max(headers, key=lambda h: sum(_column(h, name) is not None for name in wanted))
        missing = next(name for name in said.columns.values() if _column(best, name) is None)
        fields = [field for field, name in said.columns.items() if name == missing]
        message = f"has no column {missing!r}; it has {_listed(best.names)}"
        raise BulletinError(message, path=where, field=f"--map {fields[0]}")
    return max(fitting, key=_familiar)


def _familiar(header: _Header) -> int:
    """Return how many fields a header tells by itself; hashtags tell better than names."""
    return 1000 if header.tags else len(known_fields(header.names))


def _column(header: _Header, name: str) -> int | None:
    """Return the column of a name, of its hashtag, or of the lower row of a header of two, when only one has it."""
    for names in (header.names, header.tags, [name.rpartition(" / ")[2] for name in header.names]):
        for same in (str, plain):
            found = [i for i, other in enumerate(names) if other and same(other) == same(name) and same(name)]
            if len(found) == 1 or (found and same is str and names is header.names):
                return found[0]
    return None


def _told(header: _Header, said: TableMap, where: str) -> _Told:
    """Return the fields that hashtags or known names tell, with what a person says over them."""
    own = {field: _column(header, name) for field, name in said.columns.items()}
    mapped = {field: column for field, column in own.items() if column is not None}
    kind = plain(said.values.get("type", ""))
    fields, values, notes = _by_itself(header, frozenset(mapped.values()), {*own, *said.values}, kind, where)
    settled = {*mapped, *said.values}
    kept = {f: c for f, c in fields.items() if f not in settled and c not in mapped.values()}
    return _Told(kept | mapped, {f: v for f, v in values.items() if f not in mapped} | dict(said.values), notes)


def _by_itself(header: _Header, mapped: frozenset[int], settled: set[str], kind: str, where: str) -> _Told:
    if header.tags:
        found, values = hxl_fields(header.tags)
        return _Told(_first_of(found), values, ("columns are told by their HXL hashtags",))
    profile = next((profile for profile in PROFILES if profile.fits(header.names)), None)
    if profile is not None:
        at = profile.fields(header.names)
        return _Told({f: header.names.index(name) for f, name in at.items()}, dict(profile.values), (profile.note,))
    free = [name for i, name in enumerate(header.names) if i not in mapped]
    found_names = {f: names for f, names in known_fields(free, kind).items() if f not in settled}
    _check_unambiguous(found_names, where)
    return _Told({f: header.names.index(names[0]) for f, names in found_names.items()}, {})


def _first_of(found: Mapping[str, Sequence[int]]) -> dict[str, int]:
    """Return one column a field; of several with one hashtag the first is read, as is the custom with HXL."""
    return {field: columns[0] for field, columns in found.items()}


def _check_unambiguous(found: Mapping[str, Sequence[str]], where: str) -> None:
    for field, names in found.items():
        if len(names) > 1:
            shown = "at" if field == ".name" else field.removeprefix(".").removesuffix(".name")
            message = f"{' and '.join(map(repr, names))} could both be {shown}; say which: --map {shown}=COLUMN"
            raise BulletinError(message, path=where, field=shown)


def _bound(told: _Told, header: _Header, where: str) -> tuple[dict[str, int], dict[str, str]]:
    """Give parts of a place that do not say of which place they are to the only one, or to where it happened."""
    said = {role_and_part(field) for field in (*told.fields, *told.values)} - {None}
    roles = {role for role, part in filter(None, said) if role in ROLES}
    loose = {part for role, part in filter(None, said) if role == ""}
    if "point.code" in told.fields:  # a table of geomap's own: they are the point of the main place
        owner = "point"
    elif not roles or roles == {"at"} or "name" in loose or "code" in loose:
        owner = "at"
    elif len(roles) == 1:
        owner = next(iter(roles))
    elif loose:
        part = sorted(loose)[0]
        there = ", ".join(f"{role}.{part}" for role in ROLES if role in roles)
        message = f"of which place is {part}? say it: {there} or at.{part}; the table has {_listed(header.names)}"
        raise BulletinError(message, path=where, field=f"--map {part}")
    else:
        owner = "at"

    def whole(field: str) -> str:
        return f"{owner}{field}" if field.startswith(".") else field

    return {whole(f): c for f, c in told.fields.items()}, {whole(f): v for f, v in told.values.items()}


def _check(fields: Mapping[str, int], values: Mapping[str, str], header: _Header, where: str) -> None:
    """Refuse a table that does not say what happened, or where."""
    there = {*fields, *values}
    parts = [role_and_part(field) for field in there]
    placed = any(part is not None and part[1] in _LOCATING for part in parts)
    missing = [
        *([] if "type" in there else ["type=COLUMN (or for all rows type:=return)"]),
        *([] if placed else ["at=COLUMN (or from, to, via, admin1, lat and lon)"]),
        *(["unit:=people (or what else the figures count)"] if "figure" in there and "unit" not in there else []),
    ]
    if missing:
        known = ", ".join(sorted(f.removesuffix(".name") for f in there)) or "none"
        message = (
            f"is no table of events as it stands: say --map {','.join(missing)}. Its columns are"
            f" {_listed(header.names)}; known of them: {known}. Fields are {FIELDS_IN_SHORT}"
        )
        raise BulletinError(message, path=where, line=header.line)
    for role in (*ROLES, "point"):
        if (f"{role}.lat" in there) != (f"{role}.lon" in there):
            raise BulletinError("lat and lon come together; map both or none", path=where, field=f"{role}.lat")


def _listed(names: Sequence[str]) -> str:
    shown = [name for name in names if name]
    more = f" and {len(shown) - _MOST_SHOWN} more" if len(shown) > _MOST_SHOWN else ""
    return ", ".join(shown[:_MOST_SHOWN]) + more
