"""Events -> figures on days, each with its subject; and how many figures can be held against nothing, and why."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from geomap.query import event_days, fold_text
from geomap.series.families import family_of, is_rounded
from geomap.series.model import Left, Point, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geomap.model import Count, Event, Resolution, Roles
    from geomap.query import EventQuery

__all__ = ["Told", "told_figures"]

_PAST_DAY = "past day"
_DAY = timedelta(days=1)
_ROUND = 100
"""A figure that is a multiple of this is taken as rounded, even when no word says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A figure as one event tells it."""

    source: str
    subject: Subject
    point: Point

    @property
    def bulletin(self) -> str:
        """The id of the bulletin that tells it."""
        return self.point.told[0].bulletin.id

    @property
    def slot(self) -> tuple[object, ...]:
        """What two figures share that can be one or contradict each other: all but source and value."""
        point = self.point
        return (self.subject, point.scope, point.since, point.day, point.days, point.daily)


def told_figures(events: Iterable[Event], asked: EventQuery) -> tuple[list[Told], tuple[Left, ...]]:
    """Return the figures that can stand in a series, in an order that does not depend on that of the events.

    Only of events that are asked for; the others of a bulletin still tell which figures are parts and repeats.

    What the text denies or plans is no figure of what happened. A part of another figure is one when it has places of
    its own, or when it is the latest day of the running total beside it ("69,961 are back, 114 of them since
    yesterday"). An event that repeats another of its bulletin adds its sentence, not its figure. When a bulletin gives
    several figures for the same thing and day, none of them is used: which is meant cannot be told.
    """
    unique = {event.id: event for event in events}
    ordered = sorted(unique.values(), key=lambda e: (e.bulletin.id, e.start, e.id))
    left: Counter[str] = Counter()
    again: defaultdict[str, list[Event]] = defaultdict(list)
    by_bulletin: defaultdict[str, list[Event]] = defaultdict(list)
    for event in ordered:
        by_bulletin[event.bulletin.id].append(event)
        if event.repeats is not None and event.repeats in unique:
            again[event.repeats].append(event)
    found: list[Told] = []
    for event in filter(asked.matches, ordered):
        why = _why_not(event, unique)
        if why:
            left[why] += len(event.counts)
            continue
        for count in event.counts:
            if not math.isfinite(count.value):
                left["no number"] += 1
            elif _stands_alone(count, event, by_bulletin[event.bulletin.id]):
                found.append(_told(count, event, again[event.id]))
            else:
                left["part of another figure"] += 1
    kept = _single(found)
    left["one of several that a bulletin gives for the same thing"] += len(found) - len(kept)
    return kept, tuple(Left(why=why, figures=number) for why, number in sorted(left.items()) if number)


def _why_not(event: Event, known: Mapping[str, Event]) -> str | None:
    """Say why an event's figures are held against nothing; None when they are."""
    reasons = (
        (event.negated, "the text says that it did not happen"),
        (event.planned, "planned or expected"),
        (event.repeats is not None and event.repeats in known, "told again in the same bulletin"),
        (event_days(event) is None, "no day told"),
        (not (event.roles or event.inferred), "no place told"),
        (event.type == "other" and event.label is None, "of no known kind"),
    )
    return next((why for holds, why in reasons if holds), None)


def _stands_alone(count: Count, event: Event, bulletin: Sequence[Event]) -> bool:
    """Whether a figure is no part, or a part that is a figure of its own."""
    if count.subset_of is None:
        return True
    beside = [c for c in event.counts if c is not count and c.value == count.subset_of]
    if beside:
        return any((c.scope, count.scope) == ("cumulative", "period") and c.unit == count.unit for c in beside)
    own = _places(event)[0]
    wholes = [e for e in bulletin if e is not event and any(c.value == count.subset_of for c in e.counts)]
    return bool(wholes) and all(_places(whole)[0] != own for whole in wholes)


def _told(count: Count, event: Event, again: Sequence[Event]) -> Told:
    """Return a count as a figure on a day."""
    days = event_days(event)
    assert days is not None  # noqa: S101 - events without a day were left out
    total = count.scope == "cumulative"
    low, high = _room(count, event)
    point = Point(
        day=days[1],
        scope=count.scope,
        value=count.value,
        low=low,
        high=high,
        days=days if event.interval is not None and not total else None,
        daily=not total and _is_daily(event),
        since=_since(event) if total else None,
        told=(event, *again),
    )
    return Told(source=family_of(event), subject=_subject(event, count), point=point)


def _is_daily(event: Event) -> bool:
    """Whether the event tells what came about in the day up to its bulletin's, so that running totals grew by it."""
    days, day = event_days(event), event.bulletin.date
    if event.interval is None or days is None or days[1] != day:
        return False
    return event.period == _PAST_DAY or days[0] == days[1]


def _since(event: Event) -> date | None:
    """Return the day from which a running total counts, when the text tells it."""
    word, _, day = (event.period or "").partition(" ")
    try:
        return date.fromisoformat(day) if word == "since" else None
    except ValueError:
        return None


def _room(count: Count, event: Event) -> tuple[float, float]:
    """Return the least and the most that a figure can stand for."""
    value = count.value
    if count.at_least:
        return value, math.inf
    if count.at_most:
        return 0.0, value
    about = count.approximate or is_rounded(event, count.surface)
    if about or (value and value % _ROUND == 0):
        digits = f"{value:.0f}"
        step = float(10 ** max(1, len(digits) - len(digits.rstrip("0"))))
        return value - step / 2, value + step / 2
    return value, value


def _subject(event: Event, count: Count) -> Subject:
    places, where = _places(event)
    return Subject(
        type=event.type, label=event.label, unit=count.unit, change=event.change, places=places,
        inferred=not event.roles, where=where,
    )  # fmt: skip


def _places(event: Event) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], str]:
    """Return the places of an event by role, and the same in names. Whoever returns at a place returns to it."""
    roles: Roles = event.roles or event.inferred
    by_role: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for role, found in roles.items():
        for resolution in found:
            name = "to" if (event.type, role) == ("return", "at") else role
            id_, shown = _place(resolution)
            by_role[name][id_] = shown
    ids = tuple((role, tuple(sorted(places))) for role, places in sorted(by_role.items()))
    named = ", ".join(f"{role} {' and '.join(by_role[role][id_] for id_ in places)}" for role, places in ids)
    return ids, f"({named})" if not event.roles else named


def _place(resolution: Resolution) -> tuple[str, str]:
    if resolution.place is not None:
        return resolution.place.id, resolution.place.name
    return f"~{fold_text(resolution.mention.name)}", f"{resolution.mention.surface} (?)"


def _single(figures: Sequence[Told]) -> list[Told]:
    """Leave out the figures of which a bulletin gives several with different values in the same slot."""
    values: defaultdict[object, set[float]] = defaultdict(set)
    for told in figures:
        values[told.source, told.bulletin, told.slot].add(told.point.value)
    return [told for told in figures if len(values[told.source, told.bulletin, told.slot]) == 1]
