"""Review: names that were left open, out to a sheet and back as decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geomap.cli.bulletins import Here
from geomap.cli.failures import LEFT_OPEN, say
from geomap.cli.options import FILE, gazetteer_option, skip_bad_option, store_option
from geomap.cli.output import check_output, listed, many
from geomap.cli.progress import with_progress
from geomap.cli.tables import tables_among
from geomap.cli.work import load_gazetteer
from geomap.errors import InputError, ReviewError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from geomap.errors import GeomapError
    from geomap.gazetteer import Gazetteer
    from geomap.gazetteer.geocoding import Geocoder
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
@click.option(
    "--geocoder",
    "service",
    type=click.Choice(["nominatim", "geonames", "photon", "pelias"]),
    help="Ask this online service for suggestions; without it nothing is sent anywhere.",
)
@click.option("--geocoder-url", metavar="URL", help="The service's server; needed for pelias, else the public one.")
@click.option("--user-agent", metavar="TEXT", help='Tell the server who asks, like "relief-map (me@example.org)".')
@click.pass_context
def export(
    ctx: click.Context, *, sheet: Path, paths: tuple[str, ...], store: str, gazetteers: tuple[str, ...],
    skip_bad: bool, overwrite: bool, service: str | None, geocoder_url: str | None, user_agent: str | None,
) -> None:  # fmt: skip
    """Write what bulletins leave open into a sheet, and its candidates into a page beside it.

    Without PATH, the bulletins that the store holds, read again with the gazetteer as it is now. Each name stands
    there once per spelling and context. F.html beside F.xlsx shows the candidates on maps; it opens without a network.

    With --geocoder, an online service is asked for each name, once a second, and what it says stands in the column
    suggestions: not checked, and no candidate. Only the spelling and the country are sent, no sentence. Answers are
    kept for 90 days. GeoNames wants a user name in GEOMAP_GEOCODER_USER, a Pelias server may want a key in
    GEOMAP_GEOCODER_KEY.
    """
    if paths and ctx.get_parameter_source("store") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("give either PATH or --store: with PATH the bulletins are read from it alone")
    geocoder = _geocoder(service, geocoder_url, user_agent)
    page = sheet.with_suffix(".html")
    _check_sheet(sheet, overwrite=overwrite)
    for output in (sheet, page):
        check_output(output, keep=[*paths, store])
    if paths:
        if tables_among(paths)[0]:
            raise InputError("names in tables are not reviewed, only those in texts", path=tables_among(paths)[0][0])
        bulletins, gazetteer = list(Here(paths, skip_bad=skip_bad)), load_gazetteer(gazetteers)
        for output in (sheet, page):
            check_output(output, keep=[b.path for b in bulletins if b.path])
    else:
        bulletins, gazetteer = _stored(store), load_gazetteer(gazetteers)
    names = _write(bulletins, gazetteer, sheet, page, geocoder)
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
    """Return the texts that a store holds, without tables of events."""
    from geomap.rows import is_table
    from geomap.store import open_store

    with open_store(store, create=False) as opened:
        return [b for b in opened.bulletins() if not is_table(b.path or "")]  # a row is no sentence


def _geocoder(service: str | None, url: str | None, user_agent: str | None) -> Geocoder | None:
    """Return the geocoder that was asked for, None when none was; nothing is sent yet."""
    if service is None:
        if url is not None or user_agent is not None:
            raise click.UsageError("--geocoder-url and --user-agent are for --geocoder; give it, too")
        return None
    from geomap.gazetteer.cache import cache_folder
    from geomap.gazetteer.geocoding import Geocoder

    try:
        return Geocoder.of(service, url=url, user_agent=user_agent, cache=cache_folder())
    except InputError as error:
        option = {"url": "--geocoder-url", "user_agent": "--user-agent"}.get(error.field or "", error.field)
        raise InputError(error.message, field=option) from error


def _suggested(names: tuple[OpenName, ...], geocoder: Geocoder) -> tuple[OpenName, ...]:
    """Ask a geocoder for each name, and say what is sent and what came of it."""
    from geomap.review import with_suggestions

    asked = f"asking {geocoder.title} at {geocoder.address} for {many(len(names), 'name')}"
    click.echo(f"{asked}: each spelling is sent, with its country where the text tells it", err=True)
    failures: list[GeomapError] = []
    found = with_suggestions(with_progress(names, "asking"), geocoder, on_failure=failures.append)
    for failure in failures:  # one at most, said when the bar is gone
        say(f"{failure}; the sheet is written without it, and says which names were not asked for")
    some = sum(1 for name in found if name.suggestions)
    click.echo(f"suggestions for {some} of {many(len(found), 'name')}, none of them checked", err=True)
    return found


def _write(
    bulletins: Iterable[Bulletin], gazetteer: Gazetteer, sheet: Path, page: Path, geocoder: Geocoder | None
) -> tuple[OpenName, ...]:
    from datetime import UTC, datetime

    from geomap.export import write_file
    from geomap.review import open_names, write_sheet
    from geomap.webmap import candidates_html

    names = open_names(bulletins, gazetteer)
    if geocoder is not None and names:
        names = _suggested(names, geocoder)
    made = datetime.now(UTC).astimezone().date()
    write_file(page, candidates_html(names, gazetteer, title=f"Open names of {sheet.name}"))
    write_file(sheet, write_sheet(names, gazetteer, made=made, page=page.name))
    return names
