"""What an event rests on, put into reasons; called only when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping, Sequence

    from geomap.extraction.claims import Claim
    from geomap.extraction.counting import Counted
    from geomap.extraction.evidence import Weighed
    from geomap.extraction.explanation import Notes, Reason
    from geomap.extraction.firing import Fired
    from geomap.extraction.periods import LocatedPeriod
    from geomap.extraction.place_parts import Part
    from geomap.model import Change, Event, Resolution, Roles

__all__ = ["Grounds", "event_reasons"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What the engine saw when it made an event.

    `parts` are the mentions of its piece with what the words around them make them, `lead` those of what its sentence
    says for all its parts. `period` counts offsets of the text. `back` are words that point to the sentence before.
    """

    fired: Fired
    counted: Sequence[Counted]
    parts: Mapping[int, Part]
    lead: Mapping[int, Part]
    period: LocatedPeriod | None
    negation: re.Match[str] | None
    plan: re.Match[str] | None
    change: tuple[Change, re.Match[str]] | None
    claim: Claim | None
    back: re.Match[str] | None


def event_reasons(
    notes: Notes, event: Event, grounds: Grounds, resolutions: Sequence[Resolution], heads: Mapping[int, int]
) -> tuple[Reason, ...]:
    """Return the reasons of an event: its trigger, figures, time, places and marks.

    Parameters
    ----------
    notes
        Makes the reasons.
    event
        The event, not yet compared with others.
    grounds
        What the engine saw.
    resolutions
        All of the bulletin's.
    heads
        The first mention of the list in which a mention stands.
    """
    return (
        _trigger(notes, event, grounds.fired),
        *(reason for counted in grounds.counted for reason in _figure(notes, counted)),
        *_period(notes, event, grounds.period),
        *_places(notes, event, grounds, resolutions, heads),
        *_inferred(notes, event, grounds),
        *_claim(notes, grounds.claim),
        *_marks(notes, event, grounds),
    )


def _trigger(notes: Notes, event: Event, fired: Fired) -> Reason:
    if fired.weighed is not None:
        return _by_words(notes, event, fired, fired.weighed)
    if fired.start == fired.end:
        return notes.reason("rule", str(event.rule), "it fired in the sentence before, and this one tells a part of it")
    why = "people on the move who are told at a crossing" if fired.passing else "fired on"
    return notes.reason("rule", str(event.rule), why, (fired.start, fired.end))


def _by_words(notes: Notes, event: Event, fired: Fired, weighed: Weighed) -> Reason:
    speaks = f"{weighed.said(notes.text)} speak for {event.type.replace('_', ' ')} ({weighed.shares[weighed.best]:.2f})"
    if weighed.against is None:
        return notes.reason("rule", str(event.rule), f"no rule fired, but {speaks}")
    why = f"{speaks} against the rule {weighed.against}, which fired on"
    return notes.reason("rule", str(event.rule), why, (fired.start, fired.end))


def _figure(notes: Notes, counted: Counted) -> Iterator[Reason]:
    count, figure, scope = counted.count, counted.figure, counted.scope
    least = "at least " if count.at_least else "at most " if count.at_most else "about " if count.approximate else ""
    part = "" if count.subset_of is None else f", a part of {_number(count.subset_of)}"
    told = f"{least}{_number(count.value)} {count.unit}{part}"
    yield notes.reason("figure", told, f"unit: {counted.unit_why}", (figure.start, figure.end))
    yield notes.reason("scope", count.scope, scope.why, scope.span)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else str(value)


def _period(notes: Notes, event: Event, located: LocatedPeriod | None) -> Iterator[Reason]:
    if located is None or event.period is None:
        return
    days = event.interval
    why = f"days from {days.start} up to, but without, {days.end}" if days else "its days cannot be told"
    yield notes.reason("time", event.period, why, (located[0], located[1]))


def _places(
    notes: Notes, event: Event, grounds: Grounds, resolutions: Sequence[Resolution], heads: Mapping[int, int]
) -> Iterator[Reason]:
    named = {id(resolution): role for role, found in event.roles.items() for resolution in found}
    parts = {**grounds.lead, **grounds.parts}
    for i in sorted(parts):
        role, part = named.get(id(resolutions[i])), parts[i]
        mention = resolutions[i].mention
        if role is None:
            if i not in grounds.parts:
                continue  # the events of the other parts say what it is to them
            why = part.why if part.role is None else "an area that only holds the places of the event"
            yield notes.reason("no place", mention.surface, why, part.span or (mention.start, mention.end))
            continue
        why = part.why
        if part.role != role:
            why = (
                f"{why}; aid that goes to a place is given there" if part.role == "to" else f"{why}; no other is named"
            )
        if part.span and heads.get(i, i) != i:
            why = f"{why}, said before the first name of its list"
        if i not in grounds.parts:
            why = f"{why}, said for all parts of the sentence"
        yield notes.reason("place", f"{role} {_named(resolutions[i])}", why, part.span)


def _named(resolution: Resolution) -> str:
    status = "" if resolution.place is not None else f" (left open: {resolution.status})"
    return f"{resolution.mention.surface}{status}"


def _inferred(notes: Notes, event: Event, grounds: Grounds) -> Iterator[Reason]:
    if event.roles:
        why, span = "the area that the text puts around a name that was left open", None
    elif grounds.back is not None:
        why, span = "these words go back to the sentence before, which names it", grounds.back.span()
    else:
        why, span = "the sentence before names it, and this one names no place and goes on", None
    for role, resolution in _all(event.inferred):
        yield notes.reason("inferred place", f"{role} {_named(resolution)}", why, span)


def _all(roles: Roles) -> Iterator[tuple[str, Resolution]]:
    return ((role, resolution) for role, found in roles.items() for resolution in found)


def _claim(notes: Notes, claim: Claim | None) -> Iterator[Reason]:
    if claim is not None:
        why = "the text names who says so" if claim.start < claim.end else "goes on with what was said before"
        yield notes.reason("claimant", claim.who, why, (claim.start, claim.end) if claim.start < claim.end else None)


def _marks(notes: Notes, event: Event, grounds: Grounds) -> Iterator[Reason]:
    if grounds.negation:
        yield notes.reason("mark", "negated", "the text says that it did not happen", grounds.negation.span())
    if grounds.plan:
        yield notes.reason("mark", "planned", "it has not happened yet", grounds.plan.span())
    if grounds.change:
        change, match = grounds.change
        yield notes.reason("mark", change, "the figure is a change of a number, not the number", match.span())
    if event.total_of_breakdown:
        yield notes.reason("mark", "total", "its parts are events of their own: adding both would count twice")
