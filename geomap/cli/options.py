"""Options that commands of several modules share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from geomap.bbox import BBox

__all__ = ["FILE", "bbox_option", "gazetteer_option"]


def _to_bbox(_ctx: click.Context, _option: click.Parameter, value: str | None) -> BBox | None:
    """Read ``W,S,E,N``, degrees; a `BBoxError` says what would be right."""
    from geomap.bbox import BBox

    bbox = None if value is None else BBox.parse(value)
    if bbox and bbox.west > bbox.east:  # right near Fiji, and elsewhere most likely a slip
        click.echo(f"bbox: west {bbox.west:g} > east {bbox.east:g}: taken as a box across the 180th meridian", err=True)
    return bbox


FILE = click.Path(path_type=Path)
gazetteer_option = click.option(
    "--gazetteer", "gazetteers", multiple=True, type=click.Path(), metavar="PATH", envvar="GEOMAP_GAZETTEER",
    help="Places from this file or folder instead of the curated ones; may be given several times.",
)  # fmt: skip
bbox_option = click.option(
    "--bbox", metavar="W,S,E,N", callback=_to_bbox, help="Only what meets this box; degrees, longitude first."
)
