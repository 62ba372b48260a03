"""Which of a pack's units the words at a place in a text name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.extraction.phrases import possible

if TYPE_CHECKING:
    from geomap.extraction.rules import RulePack

__all__ = ["known_unit"]


def known_unit(text: str, position: int, pack: RulePack) -> tuple[str, int] | None:
    """Return the standard unit whose words begin at a position, and where they end."""
    if text[position : position + 1].isdigit():
        return None
    for number in possible([unit.words for unit in pack.units], text, 0, len(text)):
        unit = pack.units[number]
        match = unit.words.match(text, position)
        if match is not None and match.end() > position and not text.startswith(("'s", "’s"), match.end()):
            return unit.name, match.end()
    return None
