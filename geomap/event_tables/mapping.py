"""Which column of a table holds what, as a person says it: ``--map FIELD=COLUMN,FIELD:=VALUE`` or a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from geomap.errors import InputError
from geomap.event_tables.fields import FIELDS_IN_SHORT, field_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["DATE_ORDERS", "TableMap", "pairs_of"]

DATE_ORDERS = ("dmy", "mdy", "ymd")
_SETTINGS = ("encoding", "sheet", "date_order")
_SECTIONS = ("columns", "values", "types")
_EXAMPLE = "for example --map date=Day,to=Destination,figure=Persons,type:=return"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMap:
    """What a person says about tables of events.

    `columns` are the names of columns by field, `values` what holds for every row, by field. `types` are the types of
    event that words in the column of types stand for. `encoding` is that of a text file, `sheet` the title of the only
    sheet to read, `date_order` (one of `DATE_ORDERS`) says how days such as 05/06/2018 are written.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    sheet: str | None = None
    date_order: str | None = None

    @classmethod
    def of(cls, *said: str | Path) -> Self:
        """Make a mapping of what people write; later parts count before earlier ones.

        Parameters
        ----------
        said
            ``FIELD=COLUMN`` and ``FIELD:=VALUE`` with commas between them, or files (.toml) with the tables
            ``[columns]``, ``[values]`` and ``[types]``. ``type.WORD:=TYPE`` says what a word of the table means.

        Raises
        ------
        InputError
            When a part cannot be understood, or a file not be read.
        """
        columns: dict[str, str] = {}
        values: dict[str, str] = {}
        types: dict[str, str] = {}
        for part in said:
            for name, sign, text, path in _parts(part):
                if sign == ":=" and name.lower().startswith("type.") and name[5:].strip():
                    types[name[5:].strip()] = text
                elif sign == ":=":
                    values[_known(name, path, settings=True)] = text
                else:
                    columns[_known(name, path, settings=False)] = text
        settings: dict[str, Any] = {name: values.pop(name) for name in _SETTINGS if name in values}
        order = settings.get("date_order")
        if order is not None and order not in DATE_ORDERS:
            raise InputError(f"{order!r} is none of {', '.join(DATE_ORDERS)}", field="--map date_order")
        return cls(columns=columns, values=values, types=types, **settings)


def pairs_of(said: str, *, signs: tuple[str, ...] = (":=", "=")) -> Iterator[tuple[str, str, str]]:
    """Yield the field, the sign and the text of each part of ``name=Ort,lon=X``.

    Raises
    ------
    InputError
        When a part is none.
    """
    for pair in said.split(","):
        sign = next((sign for sign in signs if sign in pair), None)
        name, _, text = pair.partition(sign or "=")
        if sign is None or not name.strip() or not text.strip():
            raise InputError(f"{pair!r} is not FIELD=COLUMN", field="--map")
        yield name.strip(), sign, text.strip()


def _parts(said: str | Path) -> Iterable[tuple[str, str, str, str | None]]:
    if isinstance(said, Path) or str(said).lower().endswith(".toml"):
        return _parts_of_file(Path(said))
    try:
        return [(*pair, None) for pair in pairs_of(said)]
    except InputError as error:
        raise InputError(f"{error.message} or FIELD:=VALUE, nor a .toml file; {_EXAMPLE}", field="--map") from None


def _parts_of_file(path: Path) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield the parts of a file, as if they were written in one line."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or error})", path=path, field="--map") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is no TOML in UTF-8: {error}", path=path) from None
    for section, entries in said.items():
        if section not in _SECTIONS or not isinstance(entries, dict):
            raise InputError(f"must have the tables {', '.join(_SECTIONS)}, not {section!r}", path=path, field=section)
        for name, text in entries.items():
            if not isinstance(text, str) or not text.strip():
                raise InputError("must be a text in quotation marks", path=path, field=f"{section}.{name}")
            if section == "types":
                yield f"type.{name}", ":=", text.strip(), str(path)
            else:
                yield name, "=" if section == "columns" else ":=", text.strip(), str(path)


def _known(name: str, path: str | None, *, settings: bool) -> str:
    """Return a field in its one form."""
    if settings and name.lower() in _SETTINGS:
        return name.lower()
    known = field_of(name)
    if known is None:
        more = f", {', '.join(_SETTINGS)}" if settings else ""
        raise InputError(f"{name!r} is no field; map {FIELDS_IN_SHORT}{more}", path=path, field="--map")
    return known
