"""Undertakings that are counted before they are told: "held two actions: in Homs 500 kits, in Hama 400"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.extraction.shared_ends import with_role
from geomap.extraction.wholes import main_counts
from geomap.model import Roles

if TYPE_CHECKING:
    from geomap.extraction.explanation import Notes, Told

__all__ = ["with_places_of_each"]

_UNIT = "actions"


def with_places_of_each(told: list[Told], notes: Notes | None) -> list[Told]:
    """Give a number of actions without places those of what a sentence tells of them, when each is accounted for.

    Parameters
    ----------
    told
        The events of one sentence, the number of actions first.
    notes
        Makes reasons, when somebody asks for them.
    """
    if len(told) < 2:
        return told
    first, *others = told
    number = next((c for c in main_counts([first.event]) if c.unit == _UNIT), None)
    if number is None or first.event.roles or ":" not in first.event.sentence:
        return told
    alike = [t.event for t in others if t.event.type == first.event.type]
    places = tuple({id(r): r for event in alike for r in (*event.roles.at, *event.roles.to)}.values())
    if number.value not in {len(places), sum(bool(event.roles) for event in alike)}:
        return told
    alone = replace(first, event=replace(first.event, inferred=Roles()))
    return [with_role(alone, "at", places, "one of the actions is told there", notes), *others]
