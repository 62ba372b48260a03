"""Bulletins read, understood one by one, and what is to be said of them in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from geomap.cli.bulletins import Here, OnCluster
from geomap.cli.failures import LEFT_OPEN
from geomap.cli.output import Listed, many
from geomap.cli.tables import Tables, tables_among
from geomap.errors import BulletinError, StoreError
from geomap.model import PART

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.extraction import Rules
    from geomap.extraction.explanation import Explanation
    from geomap.gazetteer import Gazetteer
    from geomap.model import Reading

__all__ = ["Work", "load_gazetteer", "load_own_rules", "own_types"]


class Work:
    """Bulletins that are read, then understood one by one, and what is to be said of them in the end."""

    def __init__(
        self,
        paths: Sequence[str],
        gazetteers: Sequence[str],
        *,
        skip_bad: bool,
        rules: Sequence[str] = (),
        maps: Sequence[str] = (),
        jobs: int = 1,
        scheduler: str | None = None,
    ) -> None:
        if not paths:
            raise click.UsageError("give at least one PATH: a bulletin, a folder of them, or a table of events")
        self.rules = load_own_rules(rules)
        tables, others = tables_among(paths)
        self.tables = Tables(tables, maps, skip_bad=skip_bad)
        self.bulletins = (
            OnCluster(others, scheduler, skip_bad=skip_bad) if scheduler else Here(others, skip_bad=skip_bad, jobs=jobs)
        )
        self.tables.check_ids(self.bulletins.known())
        self.gazetteer = load_gazetteer(gazetteers)
        self._sources = gazetteers
        self._events = 0
        self._resolved = 0
        self._open = Listed()
        self._last_open: tuple[str, set[str]] = ("", set())

    def readings(self) -> Iterator[Reading]:
        """Yield what each bulletin says, counting on the way.

        Raises
        ------
        InputError
            At the end, when something was bad that could not be known before, and nobody said to go on.
        """
        for reading in self.bulletins.readings(self.gazetteer, sources=self._sources, rules=self.rules):
            self._count(reading)
            yield reading
        self.tables.check_ids(self.bulletins.known())
        for reading in self.tables.readings(self.gazetteer, self.rules.types):
            self._count(reading)
            yield reading

    @property
    def bad(self) -> list[BulletinError]:
        """What was wrong with files and rows that were left out."""
        return [*self.bulletins.bad, *self.tables.bad]

    @property
    def files(self) -> list[str]:
        """The files that are read."""
        return [*(path for _, path in self.bulletins.known() if path), *self.tables.paths]

    def explanations(self, readings: Sequence[Reading]) -> list[Explanation]:
        """Return why the events of readings are what they are."""
        from geomap.extraction import explain_events
        from geomap.extraction.explanation import Explanation
        from geomap.rows import is_table

        return [
            Explanation(bulletin=r.bulletin, note="a table of events: each row is one, and no rule read it")
            if is_table(r.bulletin.path or "")
            else explain_events(r.bulletin, r.resolutions, rules=self.rules)
            for r in readings
        ]

    def _count(self, reading: Reading) -> None:
        self._events += len(reading.events)
        for resolution in reading.resolutions:
            if resolution.status == "resolved":
                self._resolved += 1
        whole = reading.bulletin.id.partition(PART)[0]  # a table is named once, however many parts it has
        if whole != self._last_open[0]:
            self._last_open = (whole, set())
        for surface in dict.fromkeys(
            r.mention.surface for r in reading.resolutions if r.status != "resolved" and r.mention.context == "location"
        ):
            if surface not in self._last_open[1]:
                self._last_open[1].add(surface)
                self._open.add(f"{surface} ({whole})")

    def summarise(self, *, strict: bool, into: str | None = None) -> int:
        """Say on standard error what came of it, and return the exit code."""
        bulletins = [many(len(self.bulletins), "bulletin")] if self.bulletins or not self.tables.paths else []
        counts = ", ".join([*bulletins, *self.tables.counted(), many(self._events, "event")])
        places = f"{many(self._resolved, 'place name')} resolved, {len(self._open)} left open"
        click.echo(f"{counts}; {places}{self._open}{f' -> {into}' if into else ''}", err=True)
        return LEFT_OPEN if strict and (self._open or self.bad) else 0


def own_types(store: str, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the types of event that only a store knows; it is not opened where only known ones are asked for."""
    from geomap.model import EVENT_TYPES
    from geomap.store import open_store

    if all(name in EVENT_TYPES for name in asked):
        return ()
    try:
        with open_store(store, create=False) as opened:
            return tuple(sorted(opened.types() - {*EVENT_TYPES}))
    except StoreError:
        return ()  # what is wrong with the store is told when it is asked; here the type is


def load_own_rules(paths: Sequence[str]) -> Rules:
    """Load rules of the user's own beside those that come with geomap."""
    from geomap.extraction import load_rules

    return load_rules(*paths)


def load_gazetteer(gazetteers: Sequence[str]) -> Gazetteer:
    """Load the gazetteers named, or the curated one; a `GazetteerError` says what is wrong with a record."""
    from geomap.gazetteer import Gazetteer

    def say_so() -> None:
        click.echo("compiling the towns of the world, once; it takes some seconds", err=True)

    return Gazetteer.load(*gazetteers, on_long_work=say_so)
