"""What the last part of a clause says for all: "214 people out of Pysarivka and 97 out of Krasnopillia to Sumy"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.extraction.explanation import Told
from geomap.extraction.roles import MOVES
from geomap.model import Roles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.explanation import Notes
    from geomap.model import Event, Resolution

__all__ = ["with_end_of_all", "with_origin_before", "with_role", "with_roles_of_parts", "with_shared_end"]


def with_roles_of_parts(told: list[Told]) -> list[Told]:
    """Give a total the places of its parts in their roles: "displaced 640: 420 in Amibara, 220 in Gewane".

    Of a total that is told before its parts, when these add up to it, the places are those of all parts: an area that
    it names beside them only holds them ("In Lubero 14 breaches: nine at Mathembe, five at Alimbongo"). When they do
    not, a total keeps its own. `told` are the events of one clause, two or more.
    """
    total, parts = told[0].event, [t.event for t in told[1:]]
    roles: dict[str, dict[int, Resolution]] = {}
    for part in parts:
        for role, places in part.roles.items():
            roles.setdefault(role, {}).update((id(r), r) for r in places)
    named = {key for places in roles.values() for key in places}
    own = {id(r) for _, places in total.roles.items() for r in places}
    stays = total.type in MOVES and any(id(r) not in named for r in total.roles.at)  # "displaced in Afar: 420 in ..."
    if stays or not ((own == named and total.total_of_breakdown) or _adds_up(total, parts)):
        return told
    event = replace(total, roles=Roles.of({role: places.values() for role, places in roles.items()}))
    return [Told(event, told[0].reasons), *told[1:]]


def _adds_up(total: Event, parts: Sequence[Event]) -> bool:
    """Whether the figures of parts, each at places of its own, add up to that of the total; two "each" count twice."""
    main = total.headline
    if main is None or len(parts) < _FEWEST or any(not part.roles or part.type != total.type for part in parts):
        return False
    heads = [next((c for c in part.counts if c.subset_of == main.value), None) for part in parts]
    values = [head.value for head in heads if head is not None]
    each = [head.value * _places(part) for head, part in zip(heads, parts, strict=True) if head is not None]
    return len(values) == len(parts) and main.value in (sum(values), sum(each))


def _places(event: Event) -> int:
    return max(len(places) for _, places in event.roles.items())


_FEWEST = 2
"""Parts into which a figure is divided."""


def with_shared_end(told: list[Told], notes: Notes | None) -> list[Told]:
    """Give all parts of a move the goal, or the origin, that only the last one names, where each has the other.

    Parameters
    ----------
    told
        The events of one clause, two or more, whose last part has no verb of its own, or the only one.
    notes
        Makes reasons, when somebody asks for them.
    """
    events = [t.event for t in told]
    divides = any(count.subset_of is not None for event in events for count in event.counts)
    if divides or events[0].type not in MOVES or len({e.rule for e in events}) > 1:
        return told
    roles = [dict(event.roles.items()) for event in events]
    *first, last = roles
    for one, other in (("from", "to"), ("to", "from")):
        named = last[one] and last[other] and all(r[one] and not r[other] and not r["at"] for r in first)
        there = any(place is named_before for r in first for named_before in r[one] for place in last[other])
        if named and not there:
            why = "the last part of the clause names it for all"
            return [*(with_role(t, other, last[other], why, notes) for t in told[:-1]), told[-1]]
    return told


def with_end_of_all(told: list[Told], start: int, notes: Notes | None) -> list[Told]:
    """Give all parts of a move what the words behind the last say of all: "600 in Dana, 170 in Hass, all from Binnish".

    Parameters
    ----------
    told
        The events of one clause, two or more.
    start
        Where the words end that say that all are meant.
    notes
        Makes reasons, when somebody asks for them.
    """
    if any(t.event.type not in MOVES for t in told):
        return told
    for role, places in told[-1].event.roles.items():
        of_all = [place for place in places if place.mention.start >= start]
        bare = all(not dict(t.event.roles.items())[role] for t in told[:-1])
        if of_all and bare:
            first = (with_role(t, role, of_all, "words behind the last part say it of all", notes) for t in told[:-1])
            told = [*first, told[-1]]
    return told


def with_origin_before(told: list[Told], origins: Sequence[Resolution], notes: Notes | None) -> list[Told]:
    """Let people come from where what drove them out happened: "After shelling of Hass, 90 families fled to Atma".

    Parameters
    ----------
    told
        The events of a sentence.
    origins
        The places of what its opening clause tells to have gone before.
    notes
        Makes reasons, when somebody asks for them.
    """
    if not origins:
        return told
    named = {r.mention.name for r in origins}
    why = "what went before, in the words that open the sentence, drove people out there"
    return [with_role(t, "from", origins, why, notes) if _lacks_origin(t.event, named) else t for t in told]


def _lacks_origin(event: Event, named: set[str]) -> bool:
    """Whether an event tells that people fled, to none of the `named` places, and not where from."""
    roles = event.roles
    fled = event.type == "displacement" and not (roles.from_ or roles.at or event.negated)
    return fled and not any(r.mention.name in named for r in (*roles.to, *roles.via))


def with_role(told: Told, role: str, places: Sequence[Resolution], why: str, notes: Notes | None) -> Told:
    """Give an event the places of one role, with a reason for each when somebody asks for them."""
    event = replace(told.event, roles=Roles.of({**dict(told.event.roles.items()), role: places}))
    if notes is None:
        return Told(event)
    spans = [(r, (r.mention.start, r.mention.end)) for r in places]
    reasons = (notes.reason("place", f"{role} {r.mention.surface}", why, span) for r, span in spans)
    return Told(event, (*told.reasons, *reasons))
