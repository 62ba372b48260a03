"""Tables of events among what is read: their rows as readings, bad rows named, and how far the reading has come."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geomap.cli.failures import say
from geomap.cli.output import many
from geomap.errors import BulletinError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from geomap.gazetteer import Gazetteer
    from geomap.model import Reading

__all__ = ["Tables", "tables_among"]

_NAMED = 100  # bad rows that are named; a file in another encoding would name each
_LONG_FILE = 1024 * 1024  # bytes; a shorter one is read before a bar could be looked at
_STEPS = 1000


def tables_among(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part paths into tables of events, each once, and all others; tables in folders and zips are not looked for."""
    from geomap.rows import is_table

    tables: dict[Path, str] = {}
    for path in paths:
        if is_table(path) and not Path(path).is_dir():
            tables.setdefault(Path(path).resolve(), path)
    return list(tables.values()), [path for path in paths if not is_table(path) or Path(path).is_dir()]


class Tables:
    """The tables of one run.

    Raises
    ------
    InputError
        When what a person says of their columns cannot be understood.
    """

    def __init__(self, paths: Sequence[str], maps: Sequence[str], *, skip_bad: bool) -> None:
        if maps and not paths:
            raise click.UsageError("--map is about tables of events (.csv, .xlsx), and no PATH is one")
        self.paths = list(paths)
        self.bad: list[BulletinError] = []
        self._maps, self._skip_bad = maps, skip_bad
        self._said = None
        if paths:
            from geomap.event_tables import TableMap

            self._said = TableMap.of(*maps)
        self._bad = self._rows = 0

    def check_ids(self, bulletins: Iterable[tuple[str, str | None]]) -> None:
        """Refuse tables that would have the id of another table or bulletin: in a store one would replace the other.

        Bulletins are given as their ids and paths.
        """
        taken = {id_: path or id_ for id_, path in bulletins} if self.paths else {}
        for path in self.paths:
            stem = Path(path).stem
            if stem in taken:
                message = f"{stem!r} is also the id of {taken[stem]}; give the file a name of its own"
                raise BulletinError(message, path=path, field="id")
            taken[stem] = path

    def readings(self, gazetteer: Gazetteer, types: Iterable[str]) -> Iterator[Reading]:
        """Yield the readings of all tables.

        Raises
        ------
        InputError
            At the end, when a row was bad and nobody said to go on.
        """
        from geomap.event_tables import read_event_tables

        for path in self.paths:
            with _progress(path) as seen:
                found = read_event_tables(
                    path, gazetteer=gazetteer, said=self._said, types=types, on_bad=self._on_bad, on_progress=seen
                )
                for number, reading in enumerate(found):
                    self._rows += len(reading.events)
                    for note in reading.bulletin.notes[0 if number == 0 else 1 :]:  # the first says which rows it holds
                        click.echo(f"{path}: {note}", err=True)
                    yield reading
        if self._bad > _NAMED:
            say(f"and {many(self._bad - _NAMED, 'more bad row')}")
        if self._bad and not (self._skip_bad and self._rows):
            good = f"; {many(self._rows, 'good row')} would be read with --skip-bad" if self._rows else ""
            raise InputError(f"{many(self._bad, 'bad row or file')}, nothing was written{good}")

    def _on_bad(self, error: BulletinError) -> None:
        self._bad += 1
        if self._bad <= _NAMED:
            self.bad.append(error)
            say(str(error))

    def counted(self) -> list[str]:
        """Return how many tables and rows were read, in words; nothing without a table."""
        if not self.paths:
            return []
        left_out = f", {self._bad:,} left out" if self._bad else ""
        return [f"{many(len(self.paths), 'table')} ({many(self._rows, 'row')}{left_out})"]


@contextmanager
def _progress(path: str) -> Iterator[Callable[[float], None]]:
    """Show a bar on standard error when the work is long and somebody watches; the yielded call moves it on."""
    try:
        size = Path(path).stat().st_size
    except OSError:
        size = 0
    if size < _LONG_FILE or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=_STEPS, label=f"reading {Path(path).name}", file=sys.stderr) as bar:
        yield lambda share: bar.update(max(0, int(share * _STEPS) - bar.pos))
