"""The figures of a text that later sentences may divide: "Of them 300 went to Homs"."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from geomap.extraction.clauses import Clause
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

    def remember(self, events: Sequence[Event]) -> None:
        """Take in what a sentence tells."""
        mains = [(e.type, c) for e in events for c in main_counts([e])]
        self.last = mains[0][1] if mains else self.last
        self._told += mains

    def added_up(self, clause: Clause, rule: Rule) -> Count | None:
        """Return an earlier figure of the same type that the figures of a clause, one a place, add up to exactly."""
        values = [f.value for f in clause.figures if f.is_own]
        if len(values) < _FEWEST or not clause.mentions:
            return None
        return next((c for told, c in reversed(self._told) if told == rule.type and c.value == sum(values)), None)

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


_FEWEST = 3
"""Figures that add up to another by no chance."""
