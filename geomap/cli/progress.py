"""Bars on standard error, where the work is long and somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Sized
from contextlib import ExitStack, nullcontext
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["ProgressBars", "with_progress"]

T = TypeVar("T")

_LONG_WORK = 25  # bulletins; fewer are read before a bar could be looked at
_LONG_STORING = 2000  # events; the same


def with_progress(items: Iterable[T], label: str) -> Iterator[T]:
    """Yield items, with a bar on standard error when the work is long and somebody watches.

    How many there are need not be known: then the bar only moves.
    """
    count = len(items) if isinstance(items, Sized) else None
    watched = (count is None or count >= _LONG_WORK) and sys.stderr.isatty()
    with (
        click.progressbar(items, length=count, label=label, show_pos=True, file=sys.stderr)
        if watched
        else nullcontext(items)
    ) as shown:
        yield from shown


class ProgressBars:
    """Bars on standard error for work that tells of itself how far it is, one after the other.

    A call says what is being done, how much of it is done and how much there is (`geomap.store.EventStore.put`). They
    are drawn when the first work is long and somebody watches.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._watched: bool | None = None
        self._what = ""
        self._done = 0
        self._advance: Callable[[int], None] = lambda _steps: None

    def __call__(self, what: str, done: int, of: int) -> None:
        """Move the bar to where the work is; the first time, draw it."""
        if self._watched is None:
            self._watched = of >= _LONG_STORING and sys.stderr.isatty()
        if self._watched and what != self._what:
            self.close()
            bar = self._open.enter_context(click.progressbar(length=of, label=what, show_pos=True, file=sys.stderr))
            self._what, self._done, self._advance = what, 0, bar.update
        self._advance(done - self._done)
        self._done = done

    def close(self) -> None:
        """End the last bar."""
        self._open.close()
