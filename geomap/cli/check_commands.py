"""Check: figures of many bulletins held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from geomap.cli.failures import LEFT_OPEN
from geomap.cli.options import FILE, gazetteer_option, rules_option, skip_bad_option, store_option, table_option
from geomap.cli.output import check_output, many, put_out
from geomap.cli.work import Work, load_gazetteer, load_own_rules, own_types

if TYPE_CHECKING:
    from pathlib import Path

    from geomap.model import Bulletin, Event
    from geomap.series import Report

__all__ = ["check"]

_FORMATS = {".html": "html", ".htm": "html", ".json": "json"}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(), metavar="[PATH...]")
@click.option("--type", "types", multiple=True, metavar="T", help="An event type, such as return; may be repeated.")
@click.option("--place", metavar="ID", help="A place of the gazetteer, with all that lies within it.")
@click.option("--from", "from_", metavar="DATE", help="The first day asked for (2018-06-24).")
@click.option("--to", metavar="DATE", help="The first day no longer asked for.")
@click.option(
    "--format", "format_", type=click.Choice(["table", "json", "html"]),
    help="html: one page with plots. Else by the ending of -o, else table.",
)  # fmt: skip
@click.option("-o", "--output", type=FILE, metavar="FILE", help="Write to this file, not to standard output.")
@store_option
@rules_option
@table_option
@gazetteer_option
@skip_bad_option
@click.option("--strict", is_flag=True, help="Exit with 1 when there is a contradiction, or a file was left out.")
@click.pass_context
def check(
    ctx: click.Context, /, *, paths: tuple[str, ...], output: Path | None, format_: str | None, store: str,
    rules: tuple[str, ...], maps: tuple[str, ...], gazetteers: tuple[str, ...], skip_bad: bool, strict: bool,
    place: str | None,
    **asked: Any,  # noqa: ANN401  the parts of a question under their own names
) -> int:  # fmt: skip
    """Hold figures of bulletins against each other: series, gaps, jumps, contradictions, repeats.

    Without PATH, what the store holds. Running totals are held against daily figures, and bulletins against each
    other, by source, kind and place. Nothing is mended: a finding names the bulletins and shows their sentences.
    """
    from geomap.query import EventQuery
    from geomap.series import check_series

    if paths and ctx.get_parameter_source("store") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("give either PATH or --store: with PATH the bulletins are read from it alone")
    own = load_own_rules(rules).types if paths else own_types(store, asked["types"])
    question = EventQuery.of(place=place, own_types=own, **asked)
    if output:
        check_output(output, keep=[*paths, store])
    bad = False
    if paths:
        work = Work(paths, gazetteers, skip_bad=skip_bad, rules=rules, maps=maps)
        if output:
            check_output(output, keep=work.files)
        question = question.with_parts(work.gazetteer.places) if place else question
        readings = list(work.readings())
        bulletins, bad = [reading.bulletin for reading in readings], bool(work.bad)
        events = [event for reading in readings for event in reading.events]
    else:
        question = question.with_parts(load_gazetteer(gazetteers).places) if place else question
        events, bulletins = _stored(store)
    report = check_series(events, bulletins, asked=question)
    _give(report, format_ or (_FORMATS.get(output.suffix.lower(), "table") if output else "table"), output)
    _summarise(report, bulletins)
    return LEFT_OPEN if strict and (report.count("contradiction") or bad) else 0


def _stored(store: str) -> tuple[list[Event], list[Bulletin]]:
    from geomap.query import EventQuery
    from geomap.store import open_store

    with open_store(store, create=False) as opened:
        return list(opened.query(EventQuery())), list(opened.bulletins())


def _give(report: Report, format_: str, output: Path | None) -> None:
    from geomap.export import write_file
    from geomap.series import report_html, report_json, report_table

    if format_ == "html":
        text = report_html(report, title="Figures held against each other")
    else:
        text = report_json(report) if format_ == "json" else report_table(report)
    if output:
        write_file(output, text)
    else:
        put_out(text)


def _summarise(report: Report, bulletins: list[Bulletin]) -> None:
    """Say on standard error what came of it, and how many figures stand in no series."""
    series = f"{len(report.series):,} series"
    found = ", ".join(many(report.count(kind), kind) for kind in ("contradiction", "jump", "gap", "repeat"))
    click.echo(f"{many(len(bulletins), 'bulletin')}; {series}; {found}", err=True)
    if report.left:
        left = ", ".join(f"{left.figures:,} {left.why}" for left in report.left)
        click.echo(f"in no series: {left}", err=True)
