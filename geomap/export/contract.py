"""Readings as the JSON that `geomap extract --format json` prints and a scorer reads.

An array, one object a bulletin: ``bulletin``, ``mentions``, ``events``. Places of an event are indexes into
``mentions``. Keys beyond those that the scorer reads tell more: why a place was chosen or left open, the calendar days,
the rule.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from geomap.export.explained import explanation_values
from geomap.export.json_values import candidate_values, count_values, place_values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.extraction.explanation import Explanation
    from geomap.model import Bulletin, Event, Reading, Resolution, Roles

__all__ = ["contract", "to_contract"]

Values = dict[str, Any]


def contract(readings: Iterable[Reading], explanations: Iterable[Explanation] | None = None) -> str:
    """Return readings as a JSON array that ends in a line feed; letters of any script stand as they are.

    With `explanations`, one for each reading, each object has one more key, ``explanation``.
    """
    found = [to_contract(reading) for reading in readings]
    if explanations is not None:
        for values, explanation in zip(found, explanations, strict=True):
            values["explanation"] = explanation_values(explanation)
    return json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def to_contract(reading: Reading) -> Values:
    """Return one bulletin's object.

    ``mentions`` are the reading's resolutions in their order; a place of an event that is none of them follows at
    the end.
    """
    mentions = _Mentions(reading.resolutions)
    events = [_event(event, mentions) for event in reading.events]
    return {
        "bulletin": _bulletin(reading.bulletin),
        "mentions": [_mention(resolution) for resolution in mentions.listed],
        "events": events,
    }


class _Mentions:
    """The resolutions of a reading and where each stands in the list."""

    def __init__(self, resolutions: Iterable[Resolution]) -> None:
        self.listed = list(resolutions)
        self._at: dict[Resolution, int] = {}
        for place, resolution in enumerate(self.listed):
            self._at.setdefault(resolution, place)

    def at(self, resolution: Resolution) -> int:
        """Return the index of a resolution, listing it when it is new."""
        if resolution not in self._at:
            self._at[resolution] = len(self.listed)
            self.listed.append(resolution)
        return self._at[resolution]


def _bulletin(bulletin: Bulletin) -> Values:
    return {
        "id": bulletin.id,
        "date": None if bulletin.date is None else bulletin.date.isoformat(),
        "source": bulletin.source,
        "lang": bulletin.lang,
        "path": bulletin.path,
        "url": bulletin.url,
        "notes": list(bulletin.notes),
    }


def _mention(resolution: Resolution) -> Values:
    mention = resolution.mention
    return {
        "surface": mention.surface,
        "start": mention.start,
        "end": mention.end,
        "status": resolution.status,
        "confidence": resolution.confidence,
        "place": None if resolution.place is None else place_values(resolution.place),
        "candidates": candidate_values(resolution),
        "context": mention.context,
        "note": "; ".join(resolution.reasons) or None,
    }


def _event(event: Event, mentions: _Mentions) -> Values:
    interval = event.interval
    return {
        "id": event.id,
        "type": event.type,
        "sentence": event.sentence,
        "start": event.start,
        "end": event.end,
        "counts": [count_values(count) for count in event.counts],
        **_roles(event.roles, mentions),
        "inferred": _roles(event.inferred, mentions),
        "period": event.period,
        "negated": event.negated,
        "planned": event.planned,
        "interval": None if interval is None else [interval.start.isoformat(), interval.end.isoformat()],
        "precision": None if interval is None else interval.precision,
        "total_of_breakdown": event.total_of_breakdown,
        "repeats": event.repeats,
        "change": event.change,
        "label": event.label,
        "claimant": event.claimant,
        "rule": event.rule,
    }


def _roles(roles: Roles, mentions: _Mentions) -> dict[str, list[int]]:
    return {role: [mentions.at(resolution) for resolution in found] for role, found in roles.items()}
