"""The commands about the store itself: info, check, compact, copy."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from geomap.cli.failures import BAD_INPUT
from geomap.cli.options import store_option
from geomap.cli.output import many, put_out
from geomap.cli.progress import ProgressBars

if TYPE_CHECKING:
    from geomap.store import EventStore, StoreInfo

__all__ = ["store_group"]


@click.group(name="store")
def store_group() -> None:
    """Look after the store: what it holds, whether it is sound, and whether it lies in order."""


@store_group.command()
@store_option
def info(store: str) -> None:
    """Say what the store holds: how much of what, of which days, where, and how large it is."""
    with closing(_opened(store)) as opened:
        found = opened.info()
    lines = [
        ("store", found.address),
        ("schema version", f"{found.schema_version}"),
        ("size", _size(found)),
        ("bulletins", f"{found.bulletins:,}"),
        ("places", f"{found.places:,}"),
        ("events", f"{found.events:,}"),
        *((f"  {name}", f"{number:,}") for name, number in found.types.items()),
        ("days", " to ".join(found.days) if found.days else "none"),
        ("extent", ",".join(f"{edge:.5f}" for edge in found.extent) if found.extent else "nothing is placed"),
    ]
    width = max(len(name) for name, _ in lines)
    put_out("".join(f"{name.ljust(width)}  {value}\n" for name, value in lines))


@store_group.command()
@store_option
def check(store: str) -> int:
    """Prove that the store is sound: the file, its indexes, and each row against its record.

    The exit code is 2 when something is wrong.
    """
    with closing(_opened(store)) as opened:
        found, address = list(opened.problems()), opened.address
    for problem in found:
        put_out(f"{problem}\n")
    click.echo(f"{many(len(found), 'problem')} in {address}", err=True)
    return BAD_INPUT if found else 0


@store_group.command()
@store_option
def compact(store: str) -> None:
    """Put the rows into the order of where they lie, fill the indexes anew, and give back unused room.

    Worth it after many small ingests; it needs as much free room as the store takes.
    """
    with closing(_opened(store)) as opened:
        before = opened.info().size_bytes
        opened.compact()
        after = opened.info().size_bytes
    click.echo(f"{before / 1e6:,.1f} MB -> {after / 1e6:,.1f} MB", err=True)


@store_group.command()
@click.argument("source", metavar="FROM")
@click.argument("goal", metavar="TO")
def copy(source: str, goal: str) -> None:
    """Put all that one store holds into another, whatever each is made of; TO is made when there is none.

    Each bulletin takes the place of what its id gave before. Into a new file this is many times faster than ingesting.
    """
    with (
        closing(_opened(source)) as opened,
        closing(_opened(goal, create=True)) as taking,
        closing(ProgressBars()) as bars,
    ):
        done = taking.load(opened, on_progress=bars)
        address = taking.address
    click.echo(f"{many(done.bulletins, 'bulletin')} with {many(done.events, 'event')} -> {address}", err=True)


@store_group.command()
@click.option("--reader", default="geomap_reader", show_default=True, metavar="ROLE", help="The role that may ask.")
@click.option(
    "--writer", default="geomap_writer", show_default=True, metavar="ROLE", help="The role that may also ingest."
)
def roles(reader: str, writer: str) -> None:
    """Print SQL that makes a reading and a writing role for a store in PostgreSQL; its owner runs it by psql."""
    from geomap.store import postgis_roles

    put_out(postgis_roles(reader=reader, writer=writer))


def _opened(store: str, *, create: bool = False) -> EventStore:
    from geomap.store import open_store

    return open_store(store, create=create)


def _size(found: StoreInfo) -> str:
    unused = "" if found.free_bytes is None else f", {found.free_bytes / 1e6:,.1f} MB of it unused"
    return f"{found.size_bytes / 1e6:,.1f} MB{unused}"
