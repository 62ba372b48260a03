"""The figures of a text that later sentences may divide: "Of them 300 went to Homs"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geomap.extraction.clauses import Clause
    from geomap.extraction.figures import Figure
    from geomap.extraction.rules import Rule
    from geomap.model import Count, Event

__all__ = ["Wholes", "main_counts"]


def main_counts(events: Iterable[Event]) -> Iterator[Count]:
    """Yield the figures of events that are no parts of others."""
    yield from (count for event in events for count in event.counts if count.subset_of is None)


class Wholes:
    """The main figures of a bulletin as it is read; `last` is the one to which "of them" points."""

    def __init__(self) -> None:
        self.last: Count | None = None
        self._told: list[tuple[str, Count]] = []  # with the type of their event
        self._added: dict[int, Count] = {}  # by the start of a figure

    def remember(self, events: Sequence[Event]) -> None:
        """Take in what a sentence tells."""
        mains = [(e.type, c) for e in events for c in main_counts([e])]
        self.last = mains[0][1] if mains else self.last
        self._told += mains

    def add_up(self, text: str, clauses: Iterable[tuple[Clause, Rule]]) -> None:
        """Find the figures of a sentence, one a place, that add up to an earlier one of their type exactly.

        All of one type may do so, or those between two semicolons: "theirs in Homs (2), ...; ours in Hama (1), ...".
        """
        self._added = {}
        figures: dict[str, list[Figure]] = {}
        for clause, rule in clauses:
            if clause.mentions:
                figures.setdefault(rule.type, []).extend(f for f in clause.figures if f.is_own)
        for kind, own in figures.items():
            for run in (own, *_between_semicolons(text, own)):
                whole = self._sum_of(run, kind) if len(run) >= _FEWEST else None
                if whole is not None:
                    self._added.update((f.start, whole) for f in run)

    def _sum_of(self, figures: Iterable[Figure], kind: str) -> Count | None:
        total = sum(f.value for f in figures)
        return next((c for told, c in reversed(self._told) if told == kind and c.value == total), None)

    def added_up(self, figures: Iterable[Figure]) -> Count | None:
        """Return the earlier figure of which these are parts, as `add_up` found."""
        return next((self._added[f.start] for f in figures if f.start in self._added), None)

    def divided_by(self, clause: Clause, rule: Rule, told: Sequence[Event]) -> Count | None:
        """Return the figure of which a clause tells parts: the last one, or one that can hold them.

        `told` are the events of its sentence before it, whose figure comes first.
        """
        largest = max((f.value for f in clause.figures), default=0)
        nearest = next((c for c in main_counts(reversed(told)) if c.value > largest), None)
        if nearest is not None:
            return nearest
        if self.last is None or self.last.value >= largest:
            return self.last
        return next((c for told, c in reversed(self._told) if told == rule.type and c.value > largest), self.last)


def _between_semicolons(text: str, figures: Sequence[Figure]) -> Iterator[list[Figure]]:
    run: list[Figure] = []
    for figure in figures:
        if run and _SEMICOLON.search(text, run[-1].end, figure.start):
            yield run
            run = []
        run.append(figure)
    yield run


_SEMICOLON = re.compile("[;؛]")
_FEWEST = 3
"""Figures that add up to another by no chance."""
