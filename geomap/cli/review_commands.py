"""Review: names that were left open, out to a sheet and back as decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geomap.cli.failures import LEFT_OPEN, say
from geomap.cli.options import FILE, gazetteer_option, skip_bad_option, store_option
from geomap.cli.output import check_output, listed, many
from geomap.cli.work import Work, load_gazetteer
from geomap.errors import InputError, ReviewError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin
    from geomap.review import OpenName

__all__ = ["review"]


@click.group()
def review() -> None:
    """Decide what was left open, in a sheet."""


@review.command()
@click.argument("sheet", type=FILE, metavar="F.xlsx")
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH...]")
@store_option
@gazetteer_option
@skip_bad_option
@click.option("--overwrite", is_flag=True, help="Replace a sheet that is there, with what was written into it.")
@click.pass_context
def export(
    ctx: click.Context, *, sheet: Path, paths: tuple[str, ...], store: str, gazetteers: tuple[str, ...],
    skip_bad: bool, overwrite: bool,
) -> None:  # fmt: skip
    """Write what bulletins leave open into a sheet, and its candidates into a page beside it.

    Without PATH, the bulletins that the store holds, read again with the gazetteer as it is now. Each name stands
    there once per spelling and context. F.html beside F.xlsx shows the candidates on maps; it opens without a network.
    """
    if paths and ctx.get_parameter_source("store") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("give either PATH or --store: with PATH the bulletins are read from it alone")
    page = sheet.with_suffix(".html")
    _check_sheet(sheet, overwrite=overwrite)
    for output in (sheet, page):
        check_output(output, keep=[*paths, store])
    if paths:
        work = Work(paths, gazetteers, skip_bad=skip_bad)
        bulletins, gazetteer = work.bulletins, work.gazetteer
        for output in (sheet, page):
            check_output(output, keep=[b.path for b in bulletins if b.path])
    else:
        bulletins, gazetteer = _stored(store), load_gazetteer(gazetteers)
    names = _write(bulletins, gazetteer, sheet, page)
    spellings = [name.spelling for name in names]
    click.echo(f"{many(len(bulletins), 'bulletin')}, {many(len(names), 'open name')}{listed(spellings)}", err=True)
    click.echo(f"-> {sheet}, {page}", err=True)


@review.command()
@click.argument("sheet", type=FILE, metavar="F.xlsx")
@click.option(
    "--into", type=FILE, metavar="FILE", help="Keep the decisions in this file, not in your own gazetteer file."
)
@gazetteer_option
def apply(sheet: Path, into: Path | None, gazetteers: tuple[str, ...]) -> int:
    """Keep what a sheet decides, in your own gazetteer file.

    Your own file is GEOMAP_OWN, else geomap/own.geojson in XDG_DATA_HOME or ~/.local/share; every run reads it beside
    the curated gazetteer. Rows that no longer fit are named and left out, and the exit code is then 1. Applying a
    sheet twice changes nothing.
    """
    from datetime import UTC, datetime

    from geomap.review import apply_answers, fingerprint, read_own, read_sheet

    path = into or _own_file()
    answered = read_sheet(sheet)
    own = read_own(path)
    today = datetime.now(UTC).astimezone().date()
    gazetteer = load_gazetteer(gazetteers)
    if {answer.asked.gazetteer for answer in answered.answers} - {fingerprint(gazetteer)}:
        click.echo(
            "the gazetteer holds other places than when the sheet was made: each row is held against it", err=True
        )
    outcome = apply_answers(answered.answers, gazetteer, own, sheet=answered.name, today=today)
    written = own.write()
    refusals = sorted((*answered.refusals, *outcome.refusals), key=lambda refusal: refusal.row)
    for refusal in refusals:
        say(f"{sheet}: {refusal}")
    counts = f"{many(outcome.kept, 'decision')} kept, {outcome.unchanged} known already, {answered.undecided} left open"
    refused = f", {many(len(refusals), 'row')} refused" if refusals else ""
    click.echo(f"{counts}{refused}{f' -> {path}' if written else ''}", err=True)
    if written and (into is not None or gazetteers):
        click.echo(f"runs with --gazetteer use them when {path} is among those named", err=True)
    return LEFT_OPEN if refusals else 0


def _check_sheet(sheet: Path, *, overwrite: bool) -> None:
    if sheet.suffix.lower() != ".xlsx":
        raise ReviewError("a sheet is an XLSX file; name it like open.xlsx", path=sheet)
    if sheet.exists() and not overwrite:
        raise ReviewError("is there already and may hold decisions; name another, or give --overwrite", path=sheet)


def _own_file() -> Path:
    from geomap.gazetteer import own_file

    path = own_file()
    if path is None:
        raise InputError(
            "is empty, so there is no file of your own; set it, or name a file by --into", field="GEOMAP_OWN"
        )
    return path


def _stored(store: str) -> list[Bulletin]:
    from geomap.store import open_store

    with open_store(store, create=False) as opened:
        return list(opened.bulletins())


def _write(bulletins: Iterable[Bulletin], gazetteer: Gazetteer, sheet: Path, page: Path) -> tuple[OpenName, ...]:
    from datetime import UTC, datetime

    from geomap.export import write_file
    from geomap.review import open_names, write_sheet
    from geomap.webmap import candidates_html

    names = open_names(bulletins, gazetteer)
    made = datetime.now(UTC).astimezone().date()
    write_file(page, candidates_html(names, gazetteer, title=f"Open names of {sheet.name}"))
    write_file(sheet, write_sheet(names, gazetteer, made=made, page=page.name))
    return names
