"""Gazetteers of other people -> places, with the row of everything that is wrong.

A format is one module: `cod`, `geonames`, `linked`, `lp_tsv`, `mapped`. Each yields the places that it finds with their
rows; `vetting` proves for all of them what holds for any place. Nothing is guessed and nothing is moved: what cannot be
used is refused with its row, what looks wrong is kept as it is and said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.errors import GazetteerError
from geomap.gazetteer.importing.cod import read_cod
from geomap.gazetteer.importing.countries import Countries
from geomap.gazetteer.importing.formats import FORMATS, Format, format_of
from geomap.gazetteer.importing.found import Desk, Options, SourceNote
from geomap.gazetteer.importing.geonames import read_geonames
from geomap.gazetteer.importing.linked import read_linked
from geomap.gazetteer.importing.lp_tsv import read_lp_tsv
from geomap.gazetteer.importing.mapped import read_mapped
from geomap.gazetteer.importing.vetting import vetted

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    from geomap.gazetteer.importing.found import Found
    from geomap.gazetteer.problems import Problem
    from geomap.model import Place

__all__ = ["FORMATS", "Format", "Imported", "Options", "SourceNote", "import_places"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What files gave.

    `places` are in order of id, with the countries that contain them. `problems` are in order of the rows: an error is
    a row that gave no place, a warning one that a person should look at. `notes` say what holds for whole files, whose
    format is `format`.
    """

    places: tuple[Place, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    format: Format


def import_places(
    *paths: str | os.PathLike[str],
    format: Format | None = None,
    options: Options | None = None,
) -> Imported:
    """Read files of another gazetteer, all of one format and as one set.

    Parameters
    ----------
    paths
        The files.
    format
        Their format; told from the files when it is not given and it is certain.
    options
        Columns, country, encoding and source; what is usual without.

    Raises
    ------
    GazetteerError
        When a file cannot be read, or is not in the format, or the country of the options is no code; rows that cannot
        be used are problems instead.
    """
    files, desk, countries = [Path(path) for path in paths], Desk(), _curated_countries()
    said = _with_country_code(options or Options(), countries)
    told = format or format_of(files, said)
    readers: dict[Format, Callable[[Sequence[Path], Options], Iterator[Found]]] = {
        "lpf": partial(read_linked, desk=desk),
        "lp-tsv": partial(read_lp_tsv, desk=desk),
        "geonames": partial(read_geonames, desk=desk),
        "cod": partial(read_cod, countries=countries, desk=desk),
        "csv": partial(read_mapped, countries=countries, desk=desk),
    }
    places = vetted(readers[told](files, said), countries, desk)
    problems = sorted(desk.problems, key=lambda problem: (problem.path or "", problem.line or 0))
    return Imported(places=places, problems=tuple(problems), notes=tuple(desk.notes), format=told)


@lru_cache(maxsize=1)
def _curated_countries() -> Countries:
    """Return the countries, read once: they come with the package."""
    return Countries()


def _with_country_code(options: Options, countries: Countries) -> Options:
    if options.country is None:
        return options
    code = countries.code_of(options.country)
    if code is None:
        message = f"{options.country!r} is no country code of two or three letters, such as SY"
        raise GazetteerError(message, field="--country")
    return replace(options, country=code)
