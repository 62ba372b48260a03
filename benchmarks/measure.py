"""Times, medians and plain tables, the same for every benchmark."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import version
from statistics import median
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["interleaved", "machine", "ratio", "seconds_of", "table"]

T = TypeVar("T")


def seconds_of(work: Callable[[], T], *, clock: Callable[[], float] = time.perf_counter) -> tuple[float, T]:
    """Run `work` once; return how long it took, in seconds, and what it gave."""
    begin = clock()
    result = work()
    return clock() - begin, result


def interleaved(
    works: Sequence[Callable[[], object]], *, runs: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Return the median seconds of each of `works`, run in turn so that a drift of the machine meets them alike."""
    times = [[seconds_of(work, clock=clock)[0] for work in works] for _ in range(runs)]
    return [median(column) for column in zip(*times, strict=True)]


def ratio(ours: float, peer: float) -> str:
    """Say how two times compare: "2.0x faster", "3.5x slower", seen from ours."""
    times = f"{peer / ours:.1f}x faster" if ours <= peer else f"{ours / peer:.1f}x slower"
    return "the same" if times.startswith("1.0x") else times


def machine(*packages: str) -> str:
    """Return one line on what the figures were taken with."""
    parts = [f"{os.cpu_count()} cores", f"Python {platform.python_version()}"]
    return ", ".join([*parts, *(f"{name} {version(name)}" for name in packages)])


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table, its columns padded, numbers to the right."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    right = [all(_is_number(row[i]) for row in cells[1:]) for i in range(len(head))]

    def line(row: Sequence[str]) -> str:
        padded = (c.rjust(w) if r else c.ljust(w) for c, w, r in zip(row, widths, right, strict=True))
        return f"| {' | '.join(padded)} |"

    rule = "|".join("-" * (w + 1) + (":" if r else "-") for w, r in zip(widths, right, strict=True))
    return "\n".join([line(cells[0]), f"|{rule}|", *map(line, cells[1:])])


def _is_number(text: str) -> bool:
    return text == "-" or text.replace(",", "").replace(".", "", 1).isdigit()
