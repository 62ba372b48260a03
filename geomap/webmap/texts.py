"""The texts of bulletins as a page holds them, and where the sentences of events stand in them.

The page counts as its script does, in UTF-16 units. Of a long text only what stands around events is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.model import Bulletin, Event

__all__ = ["Texts", "units"]

WHOLE = 20_000
"""Characters up to which a text is kept whole: some eight printed pages."""

AROUND = 1_500
"""Characters that are kept before and after each event of a longer one."""

GAP = "\n\n[…]\n\n"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """A text as it is kept: its parts in the bulletin's own text, and where in the kept text each begins."""

    text: str
    parts: tuple[Span, ...]
    begins: tuple[int, ...]
    is_ascii: bool

    def place(self, start: int) -> int:
        """Return where a character of the bulletin's text stands in the kept one."""
        part = bisect_right(self.parts, (start, len(self.text))) - 1
        return self.begins[part] + start - self.parts[part][0]


class Texts:
    """The texts of the bulletins of some events, each once.

    Parameters
    ----------
    events
        Those of one page. An event whose sentence is not what stands at its place in the text keeps a sentence of its
        own (`span` is None).
    """

    def __init__(self, events: Iterable[Event]) -> None:
        spans: dict[Bulletin, list[Span]] = {}
        for event in events:
            own = spans.setdefault(event.bulletin, [])
            if _stands(event):
                own.append((event.start, event.end))
        self._kept = {bulletin: _kept(bulletin.text, found) for bulletin, found in spans.items() if found}

    def record(self, bulletin: Bulletin) -> dict[str, Any]:
        """Return what the page has of a bulletin's text: nothing, the text, or a text that is `cut`."""
        kept = self._kept.get(bulletin)
        if kept is None:
            return {}
        return {"text": kept.text, **({"cut": True} if len(kept.parts) > 1 or kept.text != bulletin.text else {})}

    def span(self, event: Event) -> list[int] | None:
        """Return where the event's sentence begins in its bulletin's kept text and how long it is, UTF-16 units."""
        kept = self._kept.get(event.bulletin)
        if kept is None or not _stands(event):
            return None
        start = kept.place(event.start)
        if kept.is_ascii:
            return [start, len(event.sentence)]
        return [units(kept.text, start), units(event.sentence, len(event.sentence))]


def units(text: str, end: int) -> int:
    """Return how many UTF-16 units the first `end` characters of a text take."""
    head = text[:end]
    return len(head) if head.isascii() else len(head) + sum(character > "\uffff" for character in head)


def _stands(event: Event) -> bool:
    return bool(event.sentence) and event.bulletin.text[event.start : event.end] == event.sentence


def _kept(text: str, spans: Iterable[Span]) -> _Kept:
    if len(text) <= WHOLE:
        return _Kept(text=text, parts=((0, len(text)),), begins=(0,), is_ascii=text.isascii())
    parts: list[Span] = []
    for start, end in sorted(spans):
        first, last = max(0, start - AROUND), min(len(text), end + AROUND)
        if parts and first <= parts[-1][1]:
            parts[-1] = (parts[-1][0], max(parts[-1][1], last))
        else:
            parts.append((first, last))
    kept, begins = "", []
    for first, last in parts:
        kept += GAP if first > 0 else ""
        begins.append(len(kept))
        kept += text[first:last]
    kept += GAP if parts[-1][1] < len(text) else ""
    return _Kept(text=kept, parts=tuple(parts), begins=tuple(begins), is_ascii=kept.isascii())
