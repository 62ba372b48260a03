"""The dump of GeoNames -> places: its tab-separated tables as they can be downloaded, without quotation marks.

The table of places (XX.txt, allCountries.txt, cities500.txt); with it, if they are given, alternateNamesV2.txt for the
languages of names, and admin1CodesASCII.txt or admin2Codes.txt for divisions that the table does not hold. Countries
are those of the curated gazetteer; countryInfo.txt is passed over. The dump's readme.txt describes the format.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from geomap.errors import GazetteerError
from geomap.gazetteer.importing.found import Found, Row, SourceNote
from geomap.gazetteer.importing.geonames_kinds import ADMIN_LEVELS, type_of_code
from geomap.gazetteer.importing.shapes import place_at, point_of, population_of
from geomap.gazetteer.importing.texts import bytes_of
from geomap.model import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import IO

    from geomap.gazetteer.importing.found import Desk, Options
    from geomap.model import Place

__all__ = ["geonames_table", "read_geonames"]

SOURCE = SourceNote("GeoNames", "https://www.geonames.org/", "CC BY 4.0")

_PLACES, _NAMES, _DIVISIONS, _COUNTRIES = "places", "names", "divisions", "countries"
_COLUMNS = 19  # of the table of places
_NO_LANGUAGES = frozenset({"link", "post", "iata", "icao", "faac", "tcid", "unlc", "abbr", "phon", "piny", "fr_1793"})
"""Codes in the column of the language that say that it is no name, or one that nobody writes."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
_CODE = re.compile(r"[A-Z0-9]{2,4}|.*(://|www\.).*")
"""What stands among the names without being one: airport codes, addresses."""

_Key = tuple[str, ...]
"""A country code with the codes of a division and its containers."""


class _Extra(NamedTuple):
    """A name from the table of names."""

    toponym: str
    lang: str


def read_geonames(paths: Sequence[Path], options: Options, desk: Desk) -> Iterator[Found]:
    """Yield the places of a dump.

    Raises
    ------
    GazetteerError
        When a file cannot be read, is none of the dump's tables, or none is the table of places.
    """
    kinds = {path: geonames_table(path) for path in paths}
    for path, kind in kinds.items():
        if kind is None:
            raise GazetteerError("is no table of the GeoNames dump: tab-separated, without a header", path=path)
    if _PLACES not in kinds.values():
        wanted = f"give the table of places too, with {_COLUMNS} columns, such as SY.txt"
        raise GazetteerError(f"is no table of places; {wanted}", path=paths[0] if paths else None)
    reader = _Dump(options.source or SOURCE, desk)
    for path in (p for p, kind in kinds.items() if kind == _PLACES):
        reader.read_places(path)
    for path in (p for p, kind in kinds.items() if kind == _DIVISIONS):
        reader.read_divisions(path)
    for path in (p for p, kind in kinds.items() if kind == _NAMES):
        reader.read_names(path)
    yield from reader.found()


def geonames_table(path: Path) -> str | None:
    """Return which of the dump's tables a file is; None when it is none."""
    try:
        with _lines(path) as lines:
            first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    except GazetteerError:
        return None
    cells = first.rstrip("\r\n").split("\t")
    if len(cells) == _COLUMNS:
        return _PLACES if cells[0].isdigit() else _COUNTRIES if len(cells[0]) == 2 else None
    if len(cells) in (8, 10) and cells[0].isdigit() and cells[1].isdigit():
        return _NAMES
    return _DIVISIONS if len(cells) == 4 and "." in cells[0] and cells[3].isdigit() else None


@contextmanager
def _lines(path: Path) -> Iterator[IO[str]]:
    """Open a table, inside its zip file if it is in one; tables are long, so they are read line by line.

    Raises
    ------
    GazetteerError
        When it cannot be read, or the zip file holds no table.
    """
    try:
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as packed:
                inside = [n for n in packed.namelist() if n.endswith(".txt") and not n.startswith(("readme", "iso-"))]
                if len(inside) != 1:
                    raise GazetteerError(f"holds {len(inside)} tables where one is expected; unpack it", path=path)
                with packed.open(inside[0]) as raw:
                    yield io.TextIOWrapper(raw, encoding="utf-8-sig", newline="\n")
        else:
            with path.open(encoding="utf-8-sig", newline="\n") as lines:
                yield lines
    except UnicodeDecodeError as error:
        raise GazetteerError("is not UTF-8, as the dump is", path=path) from error
    except (OSError, zipfile.BadZipFile) as error:
        bytes_of(path)  # its own message when it is missing or forbidden
        raise GazetteerError(f"cannot be read: {error}", path=path) from error


class _Dump:
    """The tables of a dump, read one after the other."""

    def __init__(self, source: SourceNote, desk: Desk) -> None:
        self.source, self.desk = source, desk
        self._places: dict[str, tuple[Place, Row, list[str]]] = {}
        self._divisions: dict[_Key, str] = {}
        self._names: defaultdict[str, list[_Extra]] = defaultdict(list)
        self._wikidata: dict[str, str] = {}
        self._left_out: Counter[str] = Counter()

    def read_places(self, path: Path) -> None:
        """Read the table of places."""
        with _lines(path) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    self._read_place(line.rstrip("\r\n").split("\t"), Row(str(path), number))

    def _read_place(self, cells: list[str], row: Row) -> None:
        if len(cells) != _COLUMNS or not cells[0].isdigit():
            message = f"has {len(cells)} cells; a row has {_COLUMNS} cells parted by tabs, the first a number"
            self.desk.refuse(row, "", message)
            return
        geonameid, name = cells[0], " ".join(cells[1].split())
        population = population_of(cells[14], row, self.desk, label=f"gn:{geonameid}", field="population")
        kind = type_of_code(cells[6], cells[7], population)
        if kind is None:
            self._left_out[f"{cells[6]}.{cells[7]}"] += 1
            return
        if not name:
            self.desk.refuse(row, "name", "is empty; each place has a name", label=f"gn:{geonameid}")
            return
        point = point_of(cells[5], cells[4], row, self.desk, label=f"gn:{geonameid}", fields=("longitude", "latitude"))
        if point is None:
            return
        key = _key(cells)
        if cells[7] in ADMIN_LEVELS:
            self._divisions.setdefault(key[: ADMIN_LEVELS[cells[7]] + 1], geonameid)
        cited = self.source.cite(geonameid)
        place = place_at(
            point,
            id=f"gn:{geonameid}",
            name=name,
            type=kind,
            certainty="less-certain" if cells[6] in "AL" else "certain",
            ccodes=(cells[8].upper(),) if cells[8] else (),
            population=population,
            links=(f"gn:{geonameid}",),
            same_as=(f"gn:{geonameid}",),
            citations=cited,
        )
        if geonameid in self._places:
            first = self._places[geonameid][1]
            message = f"is given in line {first.line} of {first.path} already; ids are unique"
            self.desk.refuse(row, "geonameid", message, label=place.id)
        else:
            self._places[geonameid] = (place, row, cells)

    def read_divisions(self, path: Path) -> None:
        """Read a table of divisions' codes: "SY.13<tab>name<tab>ascii name<tab>geonameid"."""
        with _lines(path) as lines:
            for number, line in enumerate(lines, 1):
                cells = line.rstrip("\r\n").split("\t")
                if len(cells) == 4 and cells[3].isdigit():
                    self._divisions.setdefault(tuple(cells[0].split(".")), cells[3])
                elif line.strip():
                    self.desk.refuse(Row(str(path), number), "", "must have four cells, the last a geonameid")

    def read_names(self, path: Path) -> None:
        """Read the table of names; of places that are not among those read it is passed over."""
        with _lines(path) as lines:
            for number, line in enumerate(lines, 1):
                cells = line.rstrip("\r\n").split("\t")
                if len(cells) < 8:
                    if line.strip():
                        self.desk.refuse(Row(str(path), number), "", f"has {len(cells)} cells; a row has 10 (or 8)")
                elif cells[1] in self._places:
                    self._take_name(cells)

    def _take_name(self, cells: list[str]) -> None:
        geonameid, lang, toponym, historic = cells[1], cells[2], " ".join(cells[3].split()), cells[7] == "1"
        if lang == "wkdt":
            self._wikidata[geonameid] = toponym
        elif lang not in _NO_LANGUAGES and toponym and not historic and (not lang or _LANGUAGE.fullmatch(lang)):
            self._names[geonameid].append(_Extra(toponym, lang or "und"))

    def found(self) -> Iterator[Found]:
        """Yield the places with all their names, links and containers."""
        for geonameid, (place, row, cells) in self._places.items():
            wikidata = (f"wd:{self._wikidata[geonameid]}",) if geonameid in self._wikidata else ()
            cited = self.source.cite(geonameid)
            names = [Name(toponym=n.toponym, lang=n.lang, citations=cited) for n in self._all_names(geonameid, cells)]
            whole = replace(
                place,
                names=tuple(names),
                parents=self._containers(geonameid, cells),
                links=(*place.links, *wikidata),
                same_as=(*place.same_as, *wikidata),
            )
            yield Found(whole, row)
        if self._left_out:
            common = ", ".join(f"{code} ({times:,})" for code, times in self._left_out.most_common(6))
            total = self._left_out.total()
            self.desk.note(f"left out: {total:,} features of kinds that geomap has no type for, most of them {common}")

    def _all_names(self, geonameid: str, cells: list[str]) -> Iterable[_Extra]:
        """Return the names: those with a language first, then those whose language is not known."""
        with_language = self._names.get(geonameid, [])
        known = {name.toponym for name in with_language}
        others = [" ".join(cells[i].split()) for i in (1, 2)] + [" ".join(n.split()) for n in cells[3].split(",")]
        plain = [_Extra(name, "und") for name in others if name not in known and _is_name(name)]
        return dict.fromkeys([*with_language, *plain]) or [_Extra(cells[1], "und")]

    def _containers(self, geonameid: str, cells: list[str]) -> tuple[str, ...]:
        """Return the divisions whose codes the row has, from the nearest up to the first that is among the places."""
        found: list[str] = []
        key = _key(cells)
        for length in range(len(key), 1, -1):
            division = self._divisions.get(key[:length])
            if division is not None and division != geonameid and not _is_deeper(cells[7], length - 1):
                found.append(f"gn:{division}")
                if division in self._places:
                    break
        return tuple(found)


def _is_deeper(code: str, level: int) -> bool:
    return code in ADMIN_LEVELS and level >= ADMIN_LEVELS[code]


def _key(cells: list[str]) -> _Key:
    """Return the country code and the codes of the divisions of a row, as far as they are known."""
    codes = [cells[8]]
    for code in cells[10:14]:
        if code in ("", "00"):
            break
        codes.append(code)
    return tuple(codes)


def _is_name(text: str) -> bool:
    return any(c.isalpha() for c in text) and not _CODE.fullmatch(text)
