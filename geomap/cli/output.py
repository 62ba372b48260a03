"""What is printed and written: text in the formats, files whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geomap.model import Event

__all__ = ["as_text", "check_output", "format_of", "listed", "many", "put_out", "write_file"]

_NAMED = 6  # how many names a summary lists before it only counts the rest


def as_text(events: Sequence[Event], format_: str) -> str:
    """Return events in one of the text formats."""
    from geomap import export

    writers: dict[str, Callable[[Iterable[Event]], str]] = {
        "table": export.to_table,
        "geojson": export.to_geojson,
        "csv": export.to_csv,
    }
    return writers[format_](events)


def put_out(text: str) -> None:
    """Write to standard output as UTF-8 whatever the locale, so that a redirected result is the same everywhere."""
    sys.stdout.flush()
    stream = click.get_binary_stream("stdout")
    stream.write(text.encode("utf-8", "backslashreplace"))
    stream.flush()


def format_of(output: Path | None) -> str:
    """Return the format that the ending of a file asks for; a table without one."""
    suffix = output.suffix.lower() if output else ""
    return {".geojson": "geojson", ".json": "geojson", ".csv": "csv"}.get(suffix, "table")


def check_output(output: Path, *, keep: Iterable[str]) -> None:
    """Refuse, before the work is done, an output that cannot be written or would destroy what is read."""
    if output.is_dir():
        raise StoreError("is a folder; name a file in it", path=output, field="-o")
    if not output.parent.is_dir():
        raise StoreError("its folder does not exist; make it first", path=output, field="-o")
    if not os.access(output if output.exists() else output.parent, os.W_OK):
        raise StoreError("cannot be written; choose a folder in which you may write", path=output, field="-o")
    for path in keep:
        if output.exists() and Path(path).exists() and output.samefile(path):
            raise StoreError("is read by this command and would be lost; name another file", path=output, field="-o")


def write_file(output: Path, text: str) -> None:
    """Write a file whole or not at all: aside first, then renamed."""
    aside = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        aside.write_text(text, encoding="utf-8", newline="")
        aside.replace(output)
    except OSError as error:
        raise StoreError(f"cannot be written ({error.strerror or error})", path=output, field="-o") from None
    finally:
        aside.unlink(missing_ok=True)


def many(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(names: Sequence[str]) -> str:
    """List names after a colon, the first few only."""
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f": {', '.join(names[:_NAMED])}{more}"
