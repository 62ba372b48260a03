"""Events as a plain table for a terminal, in any script."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from geomap.query import event_days
from geomap.store.columns import count_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.model import Event

__all__ = ["clean", "to_table"]

_HEADER = ("day", "type", "figures", "places", "sentence")
_WIDTHS = (23, 27, 28, 44)  # at most, of all columns but the last; the sentence takes what is left
_GAP = "  "
_LEAST_SENTENCE = 24
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def to_table(events: Iterable[Event], *, width: int = 160) -> str:
    """Return events as lines of text, the columns aligned, each line ending in a line feed.

    A place that was left open has a question mark in brackets, one that was taken from an earlier sentence stands
    in brackets, an event that the text denies or plans says so. Control characters of a bulletin never reach the
    terminal. Text that runs from right to left is isolated, so that it does not pull its neighbours along.

    Parameters
    ----------
    events
        The events, in the order of the lines.
    width
        How many character cells a line may take, where there is room for all columns.
    """
    rows = [tuple(clean(cell) for cell in _row(event)) for event in events]
    if not rows:
        return "no events\n"
    widths = [min(most, max(_cells(row[i]) for row in [_HEADER, *rows])) for i, most in enumerate(_WIDTHS)]
    last = max(_LEAST_SENTENCE, width - sum(widths) - len(_GAP) * len(widths))
    lines = [_HEADER, tuple("-" * w for w in (*widths, len(_HEADER[-1]))), *rows]
    return "".join(_line(line, [*widths, last]) for line in lines)


def _row(event: Event) -> tuple[str, ...]:
    days = event_days(event)
    first, last = days or (None, None)
    day = "" if first is None else str(first)
    return (
        day if first == last else f"{day} – {last}",
        _type(event),
        "; ".join(count_text(count) for count in event.counts),
        _places(event),
        event.sentence,
    )


def _type(event: Event) -> str:
    signs = [sign for sign, holds in (("not", event.negated), ("planned", event.planned)) if holds]
    return " ".join([*signs, event.type])


def _places(event: Event) -> str:
    named = [
        f"{role} {', '.join(r.place.name if r.place else f'{r.mention.surface} (?)' for r in found)}"
        for role, found in event.roles.items()
        if found
    ]
    inferred = [
        f"({role} {', '.join(r.place.name for r in found if r.place)})"
        for role, found in event.inferred.items()
        if any(r.place for r in found)
    ]
    return "; ".join([*named, *inferred])


def clean(text: str) -> str:
    """Return text on one line without control characters and marks that turn the direction of what follows."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if not _turns(c))
    return " ".join("".join(kept).split())


def _turns(character: str) -> bool:
    return "\u202a" <= character <= "\u202e" or "\u2066" <= character <= "\u2069"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [_fitted(cell, width) for cell, width in zip(row, widths, strict=True)]
    return _GAP.join(cells).rstrip(" ") + "\n"


def _fitted(text: str, width: int) -> str:
    """Return text cut or padded to a number of character cells."""
    if _cells(text) > width:
        kept, room = "", width - 1
        for character in text:
            room -= _cells(character)
            if room < 0:
                break
            kept += character
        text = f"{kept}…"
    padding = " " * (width - _cells(text))
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in text):
        text = f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text + padding


def _cells(text: str) -> int:
    """Return how many cells of a terminal a text takes: marks none, wide characters of East Asia two, others one."""
    return sum(
        0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
