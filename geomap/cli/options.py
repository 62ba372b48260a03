"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from geomap.bbox import BBox

__all__ = [
    "FILE",
    "bbox_option",
    "box_test_options",
    "coarsen_option",
    "gazetteer_option",
    "paths_argument",
    "reading_options",
    "rules_option",
    "skip_bad_option",
    "store_option",
    "table_option",
]

F = TypeVar("F", bound="Callable[..., Any]")


def _to_bbox(_ctx: click.Context, _option: click.Parameter, value: str | None) -> BBox | None:
    """Read ``W,S,E,N``, degrees; a `BBoxError` says what would be right."""
    from geomap.bbox import BBox

    bbox = None if value is None else BBox.parse(value)
    if bbox and bbox.west > bbox.east:  # right near Fiji, and elsewhere most likely a slip
        click.echo(f"bbox: west {bbox.west:g} > east {bbox.east:g}: taken as a box across the 180th meridian", err=True)
    return bbox


def _options(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Join options that several commands share."""

    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


FILE = click.Path(path_type=Path)
paths_argument = click.argument("paths", nargs=-1, type=click.Path(), metavar="PATH...")
gazetteer_option = click.option(
    "--gazetteer", "gazetteers", multiple=True, type=click.Path(), metavar="PATH", envvar="GEOMAP_GAZETTEER",
    help="Places from this file or folder instead of the usual ones; may be given several times. The words curated and"
    " world stand for what comes with geomap.",
)  # fmt: skip
store_option = click.option(
    "--store", metavar="URL", envvar="GEOMAP_STORE", default="geomap.gpkg", show_default=True,
    help="The event store: a GeoPackage file, postgresql://user@host/database, or parquet:FOLDER.",
)  # fmt: skip
rules_option = click.option(
    "--rules", multiple=True, type=click.Path(), metavar="F", envvar="GEOMAP_RULES",
    help="Trigger words and types of event of your own, from this file (TOML); may be given several times.",
)  # fmt: skip
table_option = click.option(
    "--map", "maps", multiple=True, metavar="FIELD=COLUMN,...|F.toml",
    help="Columns of tables of events (.csv, .xlsx), where hashtags (HXL) and known names do not tell them: date, type,"
    " at, from, to, via, admin1, lon, lat, figure, unit, ...; FIELD:=VALUE holds for every row.",
)  # fmt: skip
bbox_option = click.option(
    "--bbox", metavar="W,S,E,N", callback=_to_bbox, help="Only what meets this box; degrees, longitude first."
)
box_test_options = _options(
    click.option(
        "--certain", "box_test", flag_value="certain",
        help="With --bbox: only places that lie in it with all of their circle of uncertainty.",
    ),
    click.option(
        "--possible", "box_test", flag_value="possible",
        help="With --bbox: also places whose circle of uncertainty reaches into it.",
    ),
)  # fmt: skip
coarsen_option = click.option(
    "--coarsen", type=click.Choice(["adm1", "adm2", "10km"]),
    help="Tell places no finer than by governorate, district or squares of 10 km, and leave texts out: for what would"
    " put people in danger.",
)  # fmt: skip
skip_bad_option = click.option(
    "--skip-bad", is_flag=True, help="Go on with the good files; without it a bad one stops everything."
)
reading_options = _options(
    gazetteer_option,
    skip_bad_option,
    click.option("--strict", is_flag=True, help="Exit with 1 when a place or a file was left open."),
)
