"""The bulletins of one run: read on this machine, or on a cluster, and what is to be said of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geomap.cli.failures import say
from geomap.cli.output import Listed, many
from geomap.cli.progress import with_progress
from geomap.errors import BulletinError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.extraction import Rules
    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin, Reading

__all__ = ["Here", "OnCluster"]

_NOTES = 20  # so many notes on bulletins are shown; a folder of thousands would bury the rest


class Here:
    """Bulletins that are read on this machine: all of their files at once, then what they say, one by one.

    Raises
    ------
    InputError
        When a file is bad and nobody said to go on; each is named before.
    """

    def __init__(self, paths: Sequence[str], *, skip_bad: bool, jobs: int = 1) -> None:
        from geomap.bulletin import read_bulletins
        from geomap.store.spool import Spool

        self._jobs = jobs
        told = _Told()
        found = read_bulletins(*paths, on_bad=told.bad, on_passed_over=lambda path: told.passed_over.add(path.name))
        self._bulletins = Spool(map(told.notes.noting, with_progress(found, "files")))
        self.bad = told.errors
        told.tell(len(self), skip_bad=skip_bad)

    def __len__(self) -> int:
        return len(self._bulletins)

    def __iter__(self) -> Iterator[Bulletin]:
        return iter(self._bulletins)

    def known(self) -> Iterator[tuple[str, str | None]]:
        """Yield id and path of each bulletin."""
        return ((bulletin.id, bulletin.path) for bulletin in self._bulletins)

    def readings(self, gazetteer: Gazetteer, *, sources: Sequence[str], rules: Rules) -> Iterator[Reading]:
        """Yield what each bulletin says; `sources` are those of the gazetteer, for other processes to load it."""
        from geomap.cli.jobs import read_in_processes
        from geomap.pipeline import process

        bulletins = with_progress(self._bulletins, "reading")
        if self._jobs == 1:
            return (process(bulletin, gazetteer, rules=rules) for bulletin in bulletins)
        return read_in_processes(bulletins, gazetteer, gazetteers=sources, rules=rules, jobs=self._jobs)


class OnCluster:
    """Bulletins that the workers of a cluster read; only when all are read it is known whether one is bad."""

    def __init__(self, paths: Sequence[str], scheduler: str, *, skip_bad: bool) -> None:
        self._paths, self._scheduler, self._skip_bad = paths, scheduler, skip_bad
        self._known: list[tuple[str, str | None]] = []
        self._told = _Told()
        self.bad = self._told.errors

    def __len__(self) -> int:
        return len(self._known)

    def known(self) -> Iterator[tuple[str, str | None]]:
        """Yield id and path of each bulletin that has been read."""
        return iter(self._known)

    def readings(self, gazetteer: Gazetteer, *, sources: Sequence[str], rules: Rules) -> Iterator[Reading]:
        """Yield what each bulletin says; `sources` are those of the gazetteer, for the workers to load it.

        Raises
        ------
        InputError
            When there is no such cluster; at the end, when a file was bad and nobody said to go on.
        """
        from geomap.cluster import Cluster, connected

        told = self._told
        with connected(self._scheduler) as client:
            cluster = Cluster(client, gazetteer, gazetteers=sources, rules=rules)
            found = cluster.read(
                *self._paths, on_bad=told.bad, on_passed_over=lambda path: told.passed_over.add(path.name)
            )
            for reading in with_progress(found, "reading"):
                told.notes.noting(reading.bulletin)
                self._known.append((reading.bulletin.id, reading.bulletin.path))
                yield reading
        told.tell(len(self), skip_bad=self._skip_bad)


class _Told:
    """What is to be said of the files of a run."""

    def __init__(self) -> None:
        self.errors: list[BulletinError] = []
        self.passed_over, self.notes = Listed(), _Notes()

    def bad(self, error: BulletinError) -> None:
        """Take note of a bad file."""
        self.errors.append(error)

    def tell(self, good: int, *, skip_bad: bool) -> None:
        """Say on standard error what is wrong, passed over, and noted.

        Raises
        ------
        InputError
            When a file is bad, and nobody said to go on with the good ones.
        """
        for error in self.errors:
            say(str(error))
        if self.passed_over:
            click.echo(f"passed over {many(len(self.passed_over), 'other file')}{self.passed_over}", err=True)
        self.notes.tell()
        if self.errors and not (skip_bad and good):
            would = f"; {many(good, 'good file')} would be read with --skip-bad" if good else ""
            raise InputError(f"{many(len(self.errors), 'bad file')}, nothing was written{would}")


class _Notes:
    """What is noted on bulletins: the first ones, and how many there are."""

    def __init__(self) -> None:
        self._first: list[str] = []
        self._count = 0

    def noting(self, bulletin: Bulletin) -> Bulletin:
        """Take the notes on a bulletin, and give it back."""
        for note in (*bulletin.notes, *_without_rules(bulletin)):
            self._count += 1
            if self._count <= _NOTES:
                self._first.append(f"{bulletin.path}: {note}")
        return bulletin

    def tell(self) -> None:
        """Say on standard error what was noted."""
        for note in self._first:
            click.echo(note, err=True)
        if self._count > _NOTES:
            click.echo(
                f"and {many(self._count - _NOTES, 'more note')}; extract --format json has all of them", err=True
            )


def _without_rules(bulletin: Bulletin) -> tuple[str, ...]:
    """Say that events of a language cannot be told; silence would look like a bulletin without any."""
    from geomap.extraction.rules import rule_pack

    if rule_pack(bulletin.lang) is not None:
        return ()
    return (f"there are no rules for lang {bulletin.lang}: names of places are looked for, events are not told",)
