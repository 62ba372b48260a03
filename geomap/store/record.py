"""Events and resolutions as JSON, and back, without loss; places stand in it by a reference of the store's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from geomap.model import (
    Bulletin,
    Candidate,
    Count,
    Event,
    Interval,
    Mention,
    Place,
    Precision,
    Resolution,
    Roles,
)

__all__ = [
    "Record",
    "event_from_record",
    "event_record",
    "from_json",
    "places_named",
    "resolution_from_record",
    "resolution_record",
    "to_json",
]

Record = dict[str, Any]
RefOf = Callable[[Place], int]
PlaceOf = Callable[[int], Place]

_EVENT_FIELDS = (
    "id", "type", "sentence", "start", "end", "period", "negated", "planned", "total_of_breakdown", "repeats",
    "change", "label", "claimant", "rule",
)  # fmt: skip
_COUNT_FIELDS = ("value", "unit", "scope", "at_least", "at_most", "approximate", "subset_of", "surface")


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def to_json(record: object) -> str:
    """Return compact JSON with letters of any script as they are."""
    return _ENCODER.encode(record)


def from_json(text: str) -> Any:  # noqa: ANN401  JSON is anything
    """Read JSON.

    Raises
    ------
    ValueError
        When it is none.
    """
    return json.loads(text)


def event_record(event: Event, ref_of: RefOf) -> Record:
    """Return an event as JSON values, without its bulletin; `ref_of` names the places."""
    record: Record = {name: getattr(event, name) for name in _EVENT_FIELDS}
    record["counts"] = [{name: getattr(count, name) for name in _COUNT_FIELDS} for count in event.counts]
    record["roles"] = _roles_record(event.roles, ref_of)
    record["inferred"] = _roles_record(event.inferred, ref_of)
    if event.interval:
        days = event.interval
        record["interval"] = [days.start.isoformat(), days.end.isoformat(), days.precision]
    return record


def event_from_record(record: Record, bulletin: Bulletin, place_of: PlaceOf) -> Event:
    """Return the event of a record; `place_of` gives the places that it names.

    Raises
    ------
    LookupError, TypeError, ValueError
        When the record is not one that `event_record` made.
    """
    interval = record.get("interval")
    return Event(
        bulletin=bulletin,
        counts=tuple(Count(**count) for count in record["counts"]),
        roles=_roles(record["roles"], place_of),
        inferred=_roles(record["inferred"], place_of),
        interval=_interval(*interval) if interval else None,
        **{name: record[name] for name in _EVENT_FIELDS if name in record},  # an older geomap did not know all
    )


def places_named(record: Record) -> set[int]:
    """Return the references of all places that an event's record names, candidates among them."""
    found: set[int] = set()
    for part in ("roles", "inferred"):
        for resolutions in record.get(part, {}).values():
            for resolution in resolutions:
                found.update(ref for ref, *_ in resolution["candidates"])
                if resolution["place"] is not None:
                    found.add(resolution["place"])
    return found


def resolution_record(resolution: Resolution, ref_of: RefOf) -> Record:
    """Return a resolution as JSON values; `ref_of` names its place and those of its candidates."""
    mention = resolution.mention
    return {
        "mention": {
            "surface": mention.surface,
            "start": mention.start,
            "end": mention.end,
            "name": mention.name,
            "types": sorted(mention.types),
            "part": mention.part,
            "context": mention.context,
            "ends": list(mention.ends),
        },
        "status": resolution.status,
        "confidence": resolution.confidence,
        "place": None if resolution.place is None else ref_of(resolution.place),
        "candidates": [[ref_of(c.place), c.score, list(c.reasons)] for c in resolution.candidates],
        "reasons": list(resolution.reasons),
    }


def resolution_from_record(record: Record, place_of: PlaceOf) -> Resolution:
    """Return the resolution of a record.

    Raises
    ------
    LookupError, TypeError, ValueError
        When the record is not one that `resolution_record` made.
    """
    mention = dict(record["mention"])
    mention["types"] = frozenset(mention["types"])
    mention["ends"] = tuple(mention["ends"])
    return Resolution(
        mention=Mention(**mention),
        status=record["status"],
        confidence=record["confidence"],
        place=None if record["place"] is None else place_of(record["place"]),
        candidates=tuple(
            Candidate(place=place_of(ref), score=score, reasons=tuple(reasons))
            for ref, score, reasons in record["candidates"]
        ),
        reasons=tuple(record["reasons"]),
    )


def _roles_record(roles: Roles, ref_of: RefOf) -> Record:
    return {role: [resolution_record(r, ref_of) for r in found] for role, found in roles.items() if found}


def _roles(record: Record, place_of: PlaceOf) -> Roles:
    found = {role: tuple(resolution_from_record(r, place_of) for r in items) for role, items in record.items()}
    return Roles(from_=found.get("from", ()), to=found.get("to", ()), at=found.get("at", ()), via=found.get("via", ()))


def _interval(start: str, end: str, precision: Precision = "day") -> Interval:
    """Return days; stores of version 1 do not say how exact they are."""
    return Interval(start=date.fromisoformat(start), end=date.fromisoformat(end), precision=precision)
