"""Rows held against the events that they were made from, whatever the store is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.store.columns import event_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from geomap.model import Event

__all__ = ["rows_that_differ"]

_NAMED = 20  # rows of a kind that are named before they are only counted


def rows_that_differ(pairs: Iterable[tuple[Event | str, Mapping[str, object]]]) -> Iterator[str]:
    """Yield the events whose row says other things than their record, as after an edit in another program.

    Parameters
    ----------
    pairs
        Each event with the values of its row by column; what is wrong, in words, where a record cannot be read.
    """
    found = 0
    for event, row in pairs:
        if isinstance(event, str):
            found, line = found + 1, event
        else:
            due = event_row(event)
            names = [name for name, value in due.items() if row[name] != value]
            if not names:
                continue
            found += 1
            line = f"event {event.id}: {', '.join(names)} differ from its record; ingest its bulletin again"
        if found <= _NAMED:
            yield line
    if found > _NAMED:
        yield f"and {found - _NAMED} more events"
