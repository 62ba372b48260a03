"""Columns of OCHA's Common Operational Datasets, in the ways in which they are called.

Administrative boundaries: ADM1_EN, ADM1_PCODE (2018), admin1Name_en, admin1Pcode (2020), adm1_name, adm1_pcode with the
language in a column of its own (2025). Populated places: pcode, name_en, name_ref, featureName_en and the like, with
the divisions that they lie in. In shapefiles names are cut to ten letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["CodColumns", "Language", "Level", "cod_columns"]

_LANG = (
    "am|ar|az|bn|de|el|en|es|fa|fr|ha|hi|ht|hy|it|ka|km|kk|ko|ku|ky|lo|mg|mn|ms|my|ne|ny|pl|ps|pt|ro|ru|so|sr|sw|ta|tg"
    "|ti|tk|tr|uk|ur|uz|vi|zh"
)
_LEVEL = re.compile(r"adm(?:in)?_?(?P<level>\d)_?(?P<rest>.*)")
_PCODE = re.compile(r"p_?cod?e?|p_?cd?|code")
_NAME = re.compile(
    rf"(?:ref_?n?a?m?e?|alt_?n?a?m?e?|na?m?e?_?(?:ref)?|base(?:_name)?)?_?(?P<number>\d?)_?(?P<lang>{_LANG})?"
)
_OWN = re.compile(r"(?:(?:feature|place|settlement|village|community|locality|pplp?)_?)?(?P<rest>.*)")
_OWN_PCODE = re.compile(r"p_?code?")
_OWN_NAME = re.compile(r"name|base")
_LON = re.compile(r"lon|long|longitude|longitude_x|long?_dd|x|x_?coord|point_x|cent(?:er|roid)_(?:lon|x)")
_LAT = re.compile(r"lat|latitude|latitude_y|lat_dd|y|y_?coord|point_y|cent(?:er|roid)_(?:lat|y)")
_POPULATION = re.compile(r"(?:pop|population|pop_?total|t_tl|total_?pop)(?:_?\d{4})?")
_COORDINATE_SOURCE = frozenset({"coord_source", "coordinate_source", "coordsource"})


class Language(NamedTuple):
    """The language of a column of names (BCP 47), or the column that says it row by row."""

    tag: str | None = None
    column: str | None = None


@dataclass(slots=True)
class Level:
    """The columns of an administrative level, or of the places themselves: names with language, and the P-code."""

    names: dict[str, Language] = field(default_factory=dict)
    pcode: str | None = None


@dataclass(slots=True)
class CodColumns:
    """Which column of a table holds what."""

    own: Level = field(default_factory=Level)
    levels: dict[int, Level] = field(default_factory=dict)
    lon: str | None = None
    lat: str | None = None
    population: str | None = None
    coordinate_source: str | None = None

    @property
    def is_cod(self) -> bool:
        """Whether the table has P-codes with names, as all of these datasets have."""
        return any(level.pcode and level.names for level in (self.own, *self.levels.values()))

    @property
    def deepest(self) -> int | None:
        """The deepest level that has a P-code, None when none has."""
        return max((number for number, level in self.levels.items() if level.pcode), default=None)

    def level(self, number: int) -> Level:
        """Return the columns of a level, none yet when it is new."""
        return self.levels.setdefault(number, Level())


def cod_columns(columns: Iterable[str]) -> CodColumns:
    """Tell by their names which columns hold names, P-codes and coordinates."""
    found = CodColumns()
    plain = {_plain(column): column for column in columns}
    for key, column in plain.items():
        level = _LEVEL.fullmatch(key)
        if level:
            _enter(found.level(int(level["level"])), level["rest"], column, plain)
        elif _LON.fullmatch(key):
            found.lon = found.lon or column
        elif _LAT.fullmatch(key):
            found.lat = found.lat or column
        elif key in _COORDINATE_SOURCE:
            found.coordinate_source = column
        elif _POPULATION.fullmatch(key):
            found.population = column  # the last: years come in order
        else:
            own = _OWN.fullmatch(key)
            rest = own["rest"] if own else key
            if _OWN_PCODE.fullmatch(rest) or _OWN_NAME.search(rest):  # "alt" is a height, "ref" could be anything
                _enter(found.own, rest, column, plain)
    return found


def _plain(column: str) -> str:
    """Return a column's name in lower case, words parted by one underscore: admin1Name_en -> admin1_name_en."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.strip())
    return re.sub(r"[^a-z0-9]+", "_", parted.casefold()).strip("_")


def _enter(level: Level, rest: str, column: str, plain: Mapping[str, str]) -> None:
    """Enter a column by what its name says besides the level."""
    if rest and _PCODE.fullmatch(rest):
        level.pcode = column
        return
    name = _NAME.fullmatch(rest) if rest else None
    if name is None:
        if not rest and level.pcode is None:  # a bare "adm1": the code, where no column says so more plainly
            level.pcode = column
        return
    told = plain.get(f"lang{name['number']}")
    level.names[column] = Language(column=told) if told and not name["lang"] else Language(tag=name["lang"] or "und")
