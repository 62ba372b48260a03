"""Events and resolutions as JSON, and back, without loss; places stand in it by a reference of the store's."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from operator import attrgetter
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
    "RefOf",
    "event_from_record",
    "event_json",
    "from_json",
    "places_named",
    "resolution_from_record",
    "resolution_json",
    "to_json",
]

Record = dict[str, Any]
RefOf = Callable[[Place], int | str]
PlaceOf = Callable[[int], Place]

_EVENT_FIELDS = (
    "id", "type", "sentence", "start", "end", "period", "negated", "planned", "total_of_breakdown", "repeats",
    "change", "label", "claimant", "rule",
)  # fmt: skip
_event_values = attrgetter(*_EVENT_FIELDS)
_COUNT_USUAL = {"scope": "period", "at_least": False, "at_most": False, "approximate": False, "subset_of": None}


def _compact(*, sort_keys: bool) -> Callable[[object], str]:
    """Return what writes JSON; `JSONEncoder.encode` makes its C part anew for each of a million records."""
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys)
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # not CPython
        return encoder.encode
    pieces = make(None, encoder.default, json.encoder.encode_basestring, None, ":", ",", sort_keys, False, True)
    return lambda value: "".join(pieces(value, 0))


_AS_IS, _SORTED = _compact(sort_keys=False), _compact(sort_keys=True)


def to_json(record: object) -> str:
    """Return compact JSON with letters of any script as they are, the same for the same values."""
    return _SORTED(record)


def from_json(text: str) -> Any:  # noqa: ANN401  JSON is anything
    """Read JSON.

    Raises
    ------
    ValueError
        When it is none.
    """
    return json.loads(text)


def event_json(event: Event, resolution_json_of: Callable[[Resolution], str]) -> str:
    """Return an event as JSON, without its bulletin and without what is as usual.

    Parameters
    ----------
    event
        The event.
    resolution_json_of
        Gives `resolution_json` of each of its resolutions, which stand in several events and in the bulletin.
    """
    values = zip(_EVENT_FIELDS, _event_values(event), strict=True)
    own: Record = {name: value for name, value in values if value is not None and value is not False}
    own["counts"] = [_count_record(count) for count in event.counts]
    if event.interval:
        days = event.interval
        own["interval"] = [days.start.isoformat(), days.end.isoformat(), days.precision]
    named, inferred = (_roles_json(roles, resolution_json_of) for roles in (event.roles, event.inferred))
    return f'{_AS_IS(own)[:-1]},"roles":{named},"inferred":{inferred}}}'


def _count_record(count: Count) -> Record:
    record: Record = {"value": count.value, "unit": count.unit, "surface": count.surface}
    for name, usual in _COUNT_USUAL.items():
        if (value := getattr(count, name)) != usual:
            record[name] = value
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


def resolution_json(resolution: Resolution, ref_of: RefOf) -> str:
    """Return a resolution as JSON, without what is as usual; `ref_of` names its place and those of its candidates."""
    mention = resolution.mention
    own: Record = {"surface": mention.surface, "start": mention.start, "end": mention.end, "name": mention.name}
    if mention.types:
        own["types"] = sorted(mention.types)
    if mention.part is not None:
        own["part"] = mention.part
    if mention.context != "location":
        own["context"] = mention.context
    if mention.ends:
        own["ends"] = mention.ends
    record: Record = {"mention": own, "status": resolution.status, "confidence": resolution.confidence}
    first = resolution.candidates[0].reasons if resolution.candidates else ()
    if resolution.reasons != first:
        record["reasons"] = resolution.reasons
    place = "null" if resolution.place is None else ref_of(resolution.place)
    weighed = ",".join([f"[{ref_of(c.place)},{_AS_IS((c.score, c.reasons))[1:]}" for c in resolution.candidates])
    return f'{_AS_IS(record)[:-1]},"place":{place},"candidates":[{weighed}]}}'


def resolution_from_record(record: Record, place_of: PlaceOf) -> Resolution:
    """Return the resolution of a record.

    Raises
    ------
    LookupError, TypeError, ValueError
        When the record is not one that `resolution_record` made.
    """
    mention = dict(record["mention"])
    mention["types"] = frozenset(mention.get("types", ()))
    mention["ends"] = tuple(mention.get("ends", ()))
    candidates = tuple(
        Candidate(place=place_of(ref), score=score, reasons=tuple(reasons))
        for ref, score, reasons in record["candidates"]
    )
    first = candidates[0].reasons if candidates else ()
    return Resolution(
        mention=Mention(**mention),
        status=record["status"],
        confidence=record["confidence"],
        place=None if record["place"] is None else place_of(record["place"]),
        candidates=candidates,
        reasons=tuple(record["reasons"]) if "reasons" in record else first,
    )


def _roles_json(roles: Roles, json_of: Callable[[Resolution], str]) -> str:
    found = [f'"{role}":[{",".join(map(json_of, resolved))}]' for role, resolved in roles.items() if resolved]
    return f"{{{','.join(found)}}}"


def _roles(record: Record, place_of: PlaceOf) -> Roles:
    return Roles.of({role: [resolution_from_record(r, place_of) for r in items] for role, items in record.items()})


def _interval(start: str, end: str, precision: Precision = "day") -> Interval:
    """Return days; stores of version 1 do not say how exact they are."""
    return Interval(start=date.fromisoformat(start), end=date.fromisoformat(end), precision=precision)
