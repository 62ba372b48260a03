"""The commands and their options."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from geomap.cli.check_commands import check
from geomap.cli.failures import Commands
from geomap.cli.gazetteer_commands import gazetteer_group
from geomap.cli.options import (
    FILE,
    bbox_option,
    box_test_options,
    coarsen_option,
    gazetteer_option,
    paths_argument,
    reading_options,
    rules_option,
    store_option,
    table_option,
)
from geomap.cli.output import as_text, check_output, format_of, many, put_events, put_out, warn_of_choice
from geomap.cli.progress import ProgressBars
from geomap.cli.resolve_commands import resolve
from geomap.cli.review_commands import review
from geomap.cli.store_commands import store_group
from geomap.cli.work import Work, load_gazetteer, own_types

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from geomap.bbox import BBox
    from geomap.coarsening import Coarseness
    from geomap.model import Event
    from geomap.query import BoxTest, EventQuery

__all__ = ["cli", "main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(None, "--version", package_name="geomap", message="geomap %(version)s")
def cli() -> None:
    """Read situation bulletins and make maps that can be trusted.

    PATH is a bulletin (.txt, .md, .html, .docx, .pdf, .eml), a zip of them, a folder, read with its subfolders, or a
    table of events (.csv, .xlsx), each row an event.
    When one file is bad, all bad ones are named, nothing is written and the exit code is 2; --skip-bad goes on with
    the good ones.

    Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 something was left open
    and --strict was given, 2 bad input. GEOMAP_STORE, GEOMAP_GAZETTEER and GEOMAP_RULES set the
    defaults of --store, --gazetteer and --rules.
    """


@cli.command()
@paths_argument
@click.option(
    "--format", "format_", type=click.Choice(["json", "geojson", "table", "csv"]), default="table", show_default=True,
    help="json: mentions, candidates and events of each bulletin; the others: events.",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="Sentence by sentence, why each event is so; with json, beside them.")
@rules_option
@table_option
@reading_options
def extract(
    *, paths: tuple[str, ...], format_: str, explain: bool, rules: tuple[str, ...], maps: tuple[str, ...],
    gazetteers: tuple[str, ...], skip_bad: bool, strict: bool,
) -> int:  # fmt: skip
    """Read and understand bulletins; keep nothing."""
    from geomap import export

    if explain and format_ in ("geojson", "csv"):
        raise click.UsageError(f"--explain prints text, or goes into --format json; {format_} has no room for reasons")
    work = Work(paths, gazetteers, skip_bad=skip_bad, rules=rules, maps=maps)
    readings = list(work.readings())
    if format_ == "json":
        put_out(export.contract(readings, work.explanations(readings) if explain else None))
    elif explain:
        put_out(export.explained_as_text(work.explanations(readings)))
    else:
        put_out(as_text([event for reading in readings for event in reading.events], format_))
    return work.summarise(strict=strict)


@cli.command()
@paths_argument
@store_option
@rules_option
@table_option
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, metavar="N", help="Read in so many processes."
)
@click.option(
    "--scheduler", metavar="tcp://HOST:PORT", envvar="GEOMAP_SCHEDULER",
    help="Read on the workers of this dask scheduler, who see the files where this machine does (geomap[dask]).",
)  # fmt: skip
@reading_options
def ingest(
    *, paths: tuple[str, ...], store: str, rules: tuple[str, ...], maps: tuple[str, ...], jobs: int,
    scheduler: str | None, gazetteers: tuple[str, ...], skip_bad: bool, strict: bool,
) -> int:  # fmt: skip
    """Read bulletins into the store.

    A bulletin that is read again replaces what it gave before; all of a run is stored, or nothing.
    """
    from geomap.store import open_store

    if scheduler and jobs > 1:
        raise click.UsageError("give either --jobs, for this machine, or --scheduler")
    work = Work(paths, gazetteers, skip_bad=skip_bad, rules=rules, maps=maps, jobs=jobs, scheduler=scheduler)
    with closing(ProgressBars()) as bars, open_store(store, create=True) as opened:
        opened.put(work.readings(), on_progress=bars)
        address = opened.address
    return work.summarise(strict=strict, into=address)


@cli.command()
@bbox_option
@box_test_options
@click.option("--from", "from_", metavar="DATE", help="The first day asked for (2018-06-24).")
@click.option("--to", metavar="DATE", help="The first day no longer asked for.")
@click.option("--type", "types", multiple=True, metavar="T", help="An event type, such as return; may be repeated.")
@click.option("--place", metavar="ID", help="A place of the gazetteer, with all that lies within it.")
@click.option("--text", metavar="WORDS", help="Words that the sentence or the names of its places hold.")
@click.option("--limit", type=int, metavar="N", help="At most so many events.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "geojson", "csv", "xlsx", "kml", "parquet", "fgb", "gpkg"]),
    help="Else by the ending of -o, else table. All but table and geojson tell the areas of a place, with P-codes.",
)  # fmt: skip
@click.option("-o", "--output", type=FILE, metavar="FILE", help="Write to this file, not to standard output.")
@coarsen_option
@store_option
@gazetteer_option
def query(
    *, output: Path | None, format_: str | None, coarsen: Coarseness | None, store: str, gazetteers: tuple[str, ...],
    place: str | None, box_test: BoxTest | None, **asked: Any,  # noqa: ANN401  the parts of a question under their own names
) -> None:  # fmt: skip
    """Ask the store: events by box, time, type, place and words."""
    from geomap.export import FORMATS
    from geomap.query import EventQuery
    from geomap.series import mark_retold

    if box_test and not asked["bbox"]:
        raise click.UsageError(f"--{box_test} is about a box: give --bbox too")
    types = own_types(store, asked["types"])
    question = EventQuery.of(place=place, box_test=box_test or "meets", own_types=types, **asked)
    gazetteer = load_gazetteer(gazetteers) if place or coarsen else None
    if gazetteer is not None and place:
        question = question.with_parts(gazetteer.places)
    if output:
        check_output(output, keep=[store])
    found, total = _stored(store, question)
    events: Sequence[Event] = mark_retold(found)
    if coarsen:
        from geomap.coarsening import coarsen as coarsened

        events = coarsened(events, coarsen, gazetteer=gazetteer)
        warn_of_choice(question)
    chosen = format_ or format_of(output)
    if gazetteer is None and FORMATS[chosen].tells_areas:
        gazetteer = load_gazetteer(gazetteers)
    put_events(events, chosen, output, gazetteer if FORMATS[chosen].tells_areas else None)
    of_all = "" if len(events) == total else f" of {total:,} that match"
    click.echo(f"{many(len(events), 'event')}{of_all}", err=True)


@cli.command(name="map")
@paths_argument
@click.option("-o", "--output", type=FILE, required=True, metavar="FILE", help="The HTML file to write.")
@bbox_option
@click.option("--title", help="The title of the map.")
@click.option("--tiles", metavar="URL", help="Draw over tiles from this address; the map then needs a network.")
@click.option("--language", type=click.Choice(["en", "ar", "ru"]), default="en", show_default=True,
              help="What the page's own words are in; a reader can choose another on the page.")  # fmt: skip
@coarsen_option
@click.option("--png", type=FILE, metavar="FILE", help="Write a picture of the map too; needs Chromium or Chrome.")
@click.option("--pdf", type=FILE, metavar="FILE", help="Print the map as one page too; needs Chromium or Chrome.")
@store_option
@rules_option
@table_option
@reading_options
@click.pass_context
def make_map(
    ctx: click.Context, *, paths: tuple[str, ...], output: Path, bbox: BBox | None, title: str | None,
    tiles: str | None, language: str, coarsen: Coarseness | None, png: Path | None, pdf: Path | None, store: str,
    rules: tuple[str, ...], maps: tuple[str, ...], gazetteers: tuple[str, ...], skip_bad: bool, strict: bool,
) -> int:  # fmt: skip
    """Draw bulletins as one HTML file.

    Without PATH, what the store holds. The file opens without a network, unless --tiles asks for one.
    """
    from geomap.query import EventQuery
    from geomap.webmap import check_browser, make_pictures, render_map, save_map

    question = EventQuery.of(bbox=bbox)
    if paths and ctx.get_parameter_source("store") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("give either PATH or --store: with PATH the map is drawn from the bulletins alone")
    written = [file for file in (output, png, pdf) if file]
    if len(set(written)) < len(written):
        raise click.UsageError("-o, --png and --pdf need a file each")
    if tiles and (png or pdf):
        raise click.UsageError("pictures are made without a network, and --tiles needs one: give one or the other")
    for file in written:
        check_output(file, keep=[*paths, store])
    if png or pdf:
        check_browser()
    if paths:
        work = Work(paths, gazetteers, skip_bad=skip_bad, rules=rules, maps=maps)
        for file in written:
            check_output(file, keep=work.files)
        events = question.select(event for reading in work.readings() for event in reading.events)
        gazetteer = work.gazetteer
    else:
        events, gazetteer = _stored(store, question)[0], load_gazetteer(gazetteers)
    drawn = render_map(
        events, gazetteer=gazetteer, title=title, bbox=bbox, tiles=tiles, language=language, coarsen=coarsen
    )
    save_map(drawn, output)
    if png or pdf:
        make_pictures(output, png=png, pdf=pdf)
    if coarsen:
        warn_of_choice(question)
    if paths:
        return work.summarise(strict=strict, into=str(output))
    click.echo(f"{many(len(events), 'event')} -> {output}", err=True)
    return 0


cli.add_command(check)
cli.add_command(resolve)
cli.add_command(review)
cli.add_command(gazetteer_group)
cli.add_command(store_group)


def _stored(store: str, question: EventQuery) -> tuple[list[Event], int]:
    """Return the events that a store holds on a question, and how many there are without its limit."""
    from geomap.store import open_store

    with open_store(store, create=False) as opened:
        events = list(opened.query(question))
        return events, len(events) if question.limit is None else opened.count(question)


def main() -> None:
    """Run the command line."""
    cli(prog_name="geomap")
