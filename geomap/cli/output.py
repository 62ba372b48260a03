"""What is printed: text in the formats, counts and lists in messages; and where a result may be written."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geomap.gazetteer import Gazetteer
    from geomap.model import Event
    from geomap.query import EventQuery

__all__ = [
    "Listed",
    "as_text",
    "check_output",
    "format_of",
    "listed",
    "many",
    "put_events",
    "put_out",
    "warn_of_choice",
]

_NAMED = 6  # how many names a summary lists before it only counts the rest


def as_text(events: Sequence[Event], format_: str) -> str:
    """Return events in one of the formats of `extract`; a table as wide as the terminal when there is one."""
    from geomap import export

    if format_ == "table":
        watched = sys.stdout.isatty()
        return export.to_table(events, width=shutil.get_terminal_size().columns) if watched else export.to_table(events)
    return export.to_geojson(events) if format_ == "geojson" else export.to_csv(events)


def put_out(text: str) -> None:
    """Write to standard output as UTF-8 whatever the locale, so that a redirected result is the same everywhere."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()


def format_of(output: Path | None) -> str:
    """Return the format that the ending of a file asks for; a table without one."""
    from geomap import export

    return export.format_of_ending(output.suffix) if output else "table"


def put_events(events: Sequence[Event], format_: str, output: Path | None, gazetteer: Gazetteer | None) -> None:
    """Write events to a file, or to standard output."""
    from geomap import export

    if output:
        with export.writing(output) as file:
            export.write_events(events, file, format_, gazetteer=gazetteer)
    elif format_ == "table":
        put_out(as_text(events, format_))
    elif sys.stdout.isatty() and not export.FORMATS[format_].is_text:
        raise click.UsageError(f"{format_} is no text for a terminal: give -o FILE")
    else:
        sys.stdout.flush()
        export.write_events(events, sys.stdout.buffer, format_, gazetteer=gazetteer)
        sys.stdout.buffer.flush()


def check_output(output: Path, *, keep: Iterable[str]) -> None:
    """Refuse, before the work is done, an output that cannot be written or would destroy what is read."""
    if output.is_dir():
        raise StoreError("is a folder; name a file in it", path=output, field="-o")
    if output.exists() and not output.is_file():
        raise StoreError("is no ordinary file and would be replaced by one; name another", path=output, field="-o")
    if not output.parent.is_dir():
        raise StoreError("its folder does not exist; make it first", path=output, field="-o")
    if not os.access(output if output.exists() else output.parent, os.W_OK):
        raise StoreError("cannot be written; choose a folder in which you may write", path=output, field="-o")
    for path in keep:
        if output.exists() and Path(path).exists() and output.samefile(path):
            raise StoreError("is read by this command and would be lost; name another file", path=output, field="-o")


def warn_of_choice(question: EventQuery) -> None:
    """Say what a choice of events tells of their places, however coarsely they are told."""
    asked = {"--bbox": question.bbox, "--place": question.places, "--text": question.text}
    by = [name for name, value in asked.items() if value]
    if by:
        what = "their true places and texts; that these events are among the answer tells that much of them"
        click.echo(f"{' and '.join(by)} chose events by {what}", err=True)


def many(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """List names after a colon, the first few only."""
    found = Listed()
    for name in names:
        found.add(name)
    return str(found)


class Listed:
    """Names that a summary lists; of any number only the first few are kept."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self._count = 0

    def add(self, name: str) -> None:
        """Take one more."""
        self._count += 1
        if self._count <= _NAMED:
            self._first.append(name)

    def __len__(self) -> int:
        return self._count

    def __str__(self) -> str:
        more = f" and {self._count - _NAMED} more" if self._count > _NAMED else ""
        return f": {', '.join(self._first)}{more}" if self._count else ""
