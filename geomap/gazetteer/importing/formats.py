"""In which format files are, when nobody says: told by what they hold, and only when that is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from geomap.errors import GazetteerError
from geomap.gazetteer.importing.cod_columns import cod_columns
from geomap.gazetteer.importing.found import Desk
from geomap.gazetteer.importing.geonames import geonames_table
from geomap.gazetteer.importing.layers import LAYER_SUFFIXES, read_layers
from geomap.gazetteer.importing.linked import features_of
from geomap.gazetteer.importing.lp_tsv import is_lp_tsv
from geomap.gazetteer.importing.mapped import NEEDED
from geomap.gazetteer.importing.tables import TABLE_SUFFIXES, header_of, read_tables
from geomap.gazetteer.importing.texts import bytes_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from geomap.gazetteer.importing.found import Options

__all__ = ["FORMATS", "Format", "format_of"]

Format = Literal["lpf", "lp-tsv", "geonames", "cod", "csv"]

FORMATS: tuple[Format, ...] = ("lpf", "lp-tsv", "geonames", "cod", "csv")
"""What can be imported, in the order in which files are tried."""

_JSON = (".geojson", ".json", ".jsonld", ".geojsonl")


def format_of(paths: Sequence[Path], options: Options) -> Format:
    """Return the format of files that are read together.

    Raises
    ------
    GazetteerError
        When it cannot be told of one, or they are in several.
    """
    told = {path: _format(path, options) for path in paths}
    for path, found in told.items():
        if found is None:
            known = ", ".join(FORMATS)
            raise GazetteerError(f"its format cannot be told for certain; say it: --format {known}", path=path)
    if len(set(told.values())) > 1:
        which = ", ".join(f"{path.name} is {found}" for path, found in told.items())
        raise GazetteerError(f"files of several formats are imported one format at a time: {which}")
    return next(found for found in told.values() if found is not None)


def _format(path: Path, options: Options) -> Format | None:
    bytes_of(path)  # its own message when it is missing or forbidden
    suffix = path.suffix.lower()
    if options.mapping:
        return "csv"
    if suffix in (".txt", ".zip") and geonames_table(path) is not None:
        return "geonames"
    if suffix in _JSON and _is_linked(path, options):
        return "lpf"
    if suffix in TABLE_SUFFIXES:
        return _format_of_columns(_columns(path, options))
    if suffix in (*LAYER_SUFFIXES, *_JSON):
        tables = read_layers(path, Desk(), encoding=options.encoding)
        return "cod" if any(cod_columns(table.columns).is_cod for table in tables) else None
    return None


def _columns(path: Path, options: Options) -> tuple[str, ...]:
    if path.suffix.lower() == ".xlsx":
        return max((t.columns for t in read_tables(path, Desk())), key=lambda columns: cod_columns(columns).is_cod)
    return header_of(text_of(path, Desk(), encoding=options.encoding))


def _format_of_columns(columns: Iterable[str]) -> Format | None:
    there = set(columns)
    if is_lp_tsv(there):
        return "lp-tsv"
    ours, theirs = there >= {*NEEDED}, cod_columns(columns).is_cod
    if ours and "parent" in there:  # no data set of theirs has it; an export of ours has
        return "csv"
    return "cod" if theirs else "csv" if ours else None


def _is_linked(path: Path, options: Options) -> bool:
    features = [f for f in features_of(path, Desk(), encoding=options.encoding)["features"] if isinstance(f, dict)]
    return any("@id" in feature or isinstance(feature.get("names"), list) for feature in features)
