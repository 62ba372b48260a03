"""The commands about the places that are known: check, show, import, export."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from geomap.cli.failures import BAD_INPUT
from geomap.cli.options import FILE, bbox_option, gazetteer_option
from geomap.cli.output import check_output, many, put_out
from geomap.cli.work import load_gazetteer
from geomap.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from geomap.bbox import BBox
    from geomap.gazetteer.importing import Format, Imported
    from geomap.model import Place

__all__ = ["gazetteer_group"]


@click.group(name="gazetteer")
def gazetteer_group() -> None:
    """Look into the places that are known; bring in others, and hand them on."""


@gazetteer_group.command()
@gazetteer_option
def check(gazetteers: tuple[str, ...]) -> int:
    """Prove what can be proved of the records, of what is written by hand when no gazetteer is named.

    The exit code is 2 when one is wrong.
    """
    from geomap.gazetteer import Gazetteer, written_sources
    from geomap.gazetteer import check as check_gazetteer

    problems = list(check_gazetteer(Gazetteer.load(*(gazetteers or written_sources()), lenient=True)))
    for problem in problems:
        put_out(f"{problem}\n")
    errors = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{many(errors, 'error')}, {many(len(problems) - errors, 'warning')}", err=True)
    return BAD_INPUT if errors else 0


@gazetteer_group.command()
@click.argument("place_id", metavar="ID")
@gazetteer_option
def show(place_id: str, gazetteers: tuple[str, ...]) -> None:
    """Print a place: names, containers, geometry, sources."""
    from geomap.gazetteer import describe

    put_out(describe(load_gazetteer(gazetteers), place_id).rstrip("\n") + "\n")


@gazetteer_group.command(name="import")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option(
    "--format", "format_", type=click.Choice(["lpf", "lp-tsv", "geonames", "cod", "csv"]),
    help="Told from the files when it is not given and it is certain.",
)  # fmt: skip
@click.option(
    "--map", "maps", multiple=True, metavar="FIELD=COLUMN,...",
    help="Columns of a table: name, lon, lat; if there are any also id, type, parent, country, population, alt_names"
    " (parted by |), lang, source, pcode, gn, wd.",
)  # fmt: skip
@click.option("--country", metavar="ISO2", help="The country of places whose own is not given, such as SY.")
@click.option("--encoding", help="That of text files which are not in UTF-8, such as cp1256.")
@click.option("--source", metavar="LABEL", help="Whom the places cite; else what is usual for the format.")
@click.option("--source-url", metavar="URL", help="The address of the source.")
@click.option("--licence", metavar="TEXT", help="The licence of the source.")
@click.option("--skip-bad", is_flag=True, help="Go on with the good rows; without it a bad one stops everything.")
@click.option(
    "-o", "--output", type=FILE, required=True, metavar="FILE", help="The gazetteer file to write (.geojson)."
)
def import_(
    *, files: tuple[Path, ...], format_: Format | None, maps: tuple[str, ...], country: str | None,
    encoding: str | None, source: str | None, source_url: str | None, licence: str | None, skip_bad: bool, output: Path,
) -> None:  # fmt: skip
    """Make a gazetteer file of other people's places.

    FILEs are read as one set: outlines, divisions and populated places of OCHA, a dump of GeoNames with its table of
    names, Linked Places as GeoJSON or table, or any table by --map. Each bad row is named with its file and line, and
    nothing is written. Coordinates that look swapped, or lie outside of their country, are said and kept as they are.
    """
    from geomap.export.output_file import write_file
    from geomap.gazetteer.importing import Options, SourceNote, import_places
    from geomap.gazetteer.writing import to_collection

    if source is None and (source_url or licence):
        raise click.UsageError("--source-url and --licence are of a source: give --source too")
    check_output(output, keep=map(str, files))
    cited = None if source is None else SourceNote(source, source_url, licence)
    options = Options(mapping=_mapping(maps), country=country, encoding=encoding, source=cited)
    imported = import_places(*files, format=format_, options=options)
    warnings = _report(imported, skip_bad=skip_bad)
    title = f"Imported from {', '.join(path.name for path in files)}"
    write_file(output, to_collection(imported.places, title=title))
    click.echo(f"{_counted(imported.places)}; {many(warnings, 'warning')} -> {output}", err=True)


@gazetteer_group.command()
@gazetteer_option
@bbox_option
@click.option("--type", "types", multiple=True, metavar="T", help="A feature type, such as town; may be repeated.")
@click.option(
    "--format", "format_", type=click.Choice(["lpf", "csv", "gpkg"]), help="Else by the ending of -o, else lpf."
)
@click.option("-o", "--output", type=FILE, required=True, metavar="FILE", help="The file to write.")
def export(
    gazetteers: tuple[str, ...], bbox: BBox | None, types: tuple[str, ...], format_: str | None, output: Path
) -> None:
    """Write places for other programs: Linked Places, CSV or GeoPackage.

    Several gazetteers become one: records of the same place are merged, and the first wins.
    """
    from geomap.export.output_file import write_file
    from geomap.gazetteer.exporting import EXPORT_FORMATS, export_places, select_places
    from geomap.gazetteer.feature_types import FEATURE_TYPES

    unknown = sorted(set(types) - set(FEATURE_TYPES))
    if unknown:
        raise InputError(f"{unknown[0]!r} is unknown; it must be one of {', '.join(FEATURE_TYPES)}", field="--type")
    check_output(output, keep=gazetteers)
    endings = {ending: name for name, ending in EXPORT_FORMATS.items()}
    places = select_places(load_gazetteer(gazetteers), bbox=bbox, types=frozenset(types))
    if not places:
        raise InputError("no place is of these types and meets the box; nothing was written")
    chosen = format_ or endings.get(output.suffix.lower(), "lpf")
    write_file(output, export_places(places, chosen, title=f"Exported by geomap: {_counted(places)}"))
    click.echo(f"{_counted(places)} -> {output}", err=True)


def _mapping(maps: Iterable[str]) -> dict[str, str] | None:
    """Return columns by field from ``name=Ort,lon=X``."""
    from geomap.event_tables import pairs_of

    try:
        mapping = {field: column for given in maps for field, _, column in pairs_of(given, signs=("=",))}
    except InputError as error:
        raise click.UsageError(f"--map {error.message}, for example --map name=Village,lon=X,lat=Y") from None
    return mapping or None


def _report(imported: Imported, *, skip_bad: bool) -> int:
    """Say what is wrong, stop when a row is bad unless told to go on, and return how many warnings there are."""
    for line in (*map(str, imported.problems), *imported.notes):
        click.echo(line, err=True)
    bad = sum(problem.severity == "error" for problem in imported.problems)
    if bad and not skip_bad:
        good = f"; {many(len(imported.places), 'place')} would be written with --skip-bad" if imported.places else ""
        raise InputError(f"{many(bad, 'problem')} with rows that cannot be used, nothing was written{good}")
    if not imported.places:
        raise InputError("the files give no place; nothing was written")
    return len(imported.problems) - bad


def _counted(places: Sequence[Place]) -> str:
    """Return how many places there are, with the commonest types."""
    kinds = Counter(place.type for place in places).most_common(6)
    return f"{many(len(places), 'place')} ({', '.join(f'{count:,} {kind}' for kind, count in kinds)})"
