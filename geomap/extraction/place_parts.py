"""What the words around a place make it: its role in the event or none, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

__all__ = ["Part", "span_of"]


@dataclass(frozen=True, slots=True)
class Part:
    """What a place is to an event by the words around it: its role, None for none, why, and the words (offsets)."""

    role: str | None
    why: str
    span: tuple[int, int] | None = None


def span_of(match: re.Match[str], low: int) -> tuple[int, int]:
    """Return where the words of a match stand in the text, without the space around them."""
    words = match.group()
    start = low + match.start() + len(words) - len(words.lstrip())
    return start, start + len(words.strip())
