"""The command that resolves names without a text: a few, or a file of any length."""

from __future__ import annotations

import csv
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from geomap.cli.failures import LEFT_OPEN
from geomap.cli.name_files import open_table, open_target
from geomap.cli.options import FILE, gazetteer_option
from geomap.cli.output import check_output, many, put_out
from geomap.cli.work import load_gazetteer
from geomap.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from geomap.gazetteer import Gazetteer
    from geomap.model import Place

__all__ = ["resolve"]

_LONG_FILE = 256 * 1024
"""Bytes; a shorter file is done before a bar could be looked at."""


def _to_point(_ctx: click.Context, _option: click.Parameter, value: str | None) -> tuple[float, float] | None:
    """Read ``LON,LAT``, degrees."""
    if value is None:
        return None
    try:
        lon, lat = (float(part) for part in value.split(","))
    except ValueError:
        message = f"{value!r} is no point; give LON,LAT in degrees, for example 36.4,33.6"
        raise QueryError(message, field="near") from None
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        swapped = f"; did you mean {lat:g},{lon:g}?" if abs(lat) <= 180 and abs(lon) <= 90 else ""
        raise QueryError(f"{value!r} is no point of the globe; give longitude first{swapped}", field="near")
    return lon, lat


@click.command()
@click.argument("names", nargs=-1, metavar="NAME...")
@click.option("--file", "path", type=FILE, help="A CSV file with a column name and optionally within and type.")
@click.option("--within", metavar="PLACE", help="The area that holds the places: its name or id.")
@click.option("--near", metavar="LON,LAT", callback=_to_point, help="A point that they are near; degrees.")
@click.option("--type", "types", multiple=True, metavar="T", help="Feature types that they can have.")
@click.option("--limit", type=click.IntRange(min=1), default=6, show_default=True, help="Candidates shown of a name.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "json", "csv"]), default=None,
    help="table: the candidates with reasons; csv: a row a name, the only one for --file.  [default: table]",
)  # fmt: skip
@click.option("-o", "--output", type=FILE, metavar="FILE", help="Write here instead of to standard output.")
@gazetteer_option
@click.option("--strict", is_flag=True, help="Exit with 1 when a name was left open.")
def resolve(
    *, names: tuple[str, ...], path: Path | None, within: str | None, near: tuple[float, float] | None,
    types: tuple[str, ...], limit: int, format_: str | None, output: Path | None, gazetteers: tuple[str, ...],
    strict: bool,
) -> int:  # fmt: skip
    """Say which place a name means, how sure that is and why, or that it cannot be told.

    With --file, each row of the file is written with status, place_id, place_name, lon, lat, confidence and reason
    added. A row's own within and type count before the options.
    """
    from geomap.resolution.lone_names import container_of
    from geomap.resolution.tables import known_types

    if bool(names) == bool(path):
        raise click.UsageError("give names, or --file with a CSV file of them")
    if path and format_ in ("table", "json"):
        raise click.UsageError("--file writes csv; leave --format out")
    if output:
        check_output(output, keep=[str(path)] if path else [])
    gazetteer = load_gazetteer(gazetteers)
    area = container_of(within, gazetteer) if within else None
    known = known_types(types)
    if path:
        counts = _resolve_file(path, output, gazetteer, area, near, known)
    else:
        counts = _resolve_names(names, output, format_ or "table", gazetteer, area, near, known, limit)
    said = ", ".join(f"{count:,} {status}" for status, count in counts.items() if count)
    click.echo(f"{many(sum(counts.values()), 'name')}: {said or 'none'}", err=True)
    return LEFT_OPEN if strict and counts["ambiguous"] + counts["unknown"] else 0


def _no_counts() -> dict[str, int]:
    return {"resolved": 0, "ambiguous": 0, "unknown": 0}


def _resolve_names(
    names: Sequence[str], output: Path | None, format_: str, gazetteer: Gazetteer, area: Place | None,
    near: tuple[float, float] | None, types: frozenset[str], limit: int,
) -> dict[str, int]:  # fmt: skip
    from geomap.export.answers import answers_as_csv, answers_as_json, answers_as_text
    from geomap.export.output_file import write_file
    from geomap.resolution.lone_names import resolve_name

    answers = [resolve_name(name, gazetteer, within=area, near=near, types=types, limit=limit) for name in names]
    counts = _no_counts()
    for answer in answers:
        counts[answer.status] += 1
    written = {"table": answers_as_text, "json": answers_as_json, "csv": answers_as_csv}[format_](answers, gazetteer)
    if output:
        write_file(output, written)
    else:
        put_out(written)
    return counts


def _resolve_file(
    path: Path, output: Path | None, gazetteer: Gazetteer, area: Place | None, near: tuple[float, float] | None,
    types: frozenset[str],
) -> dict[str, int]:  # fmt: skip
    from geomap.resolution.tables import ADDED, resolve_rows

    counts = _no_counts()
    with open_table(path) as table, open_target(output) as target:
        writer = csv.DictWriter(target, [*table.columns, *ADDED], lineterminator="\n")
        writer.writeheader()
        with _progress(table.size) as seen:
            for row in resolve_rows(table.rows(seen), gazetteer, within=area, near=near, types=types):
                counts[row["status"]] += 1
                writer.writerow(row)
    return counts


@contextmanager
def _progress(size: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error when the work is long and somebody watches; the yielded call moves it on."""
    if size < _LONG_FILE or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=size, label="resolving", file=sys.stderr) as bar:
        yield bar.update
