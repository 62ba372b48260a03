"""The values that walk through the house, in the order of the flow.

Bulletin -> Mention -> (Place, Candidate) Resolution -> (Count) Event -> Reading.

All are frozen: a stage takes values and gives new ones. Coordinates are EPSG:4326, longitude first; distances are
kilometres and say so in their name; dates are calendar days in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from shapely.geometry.base import BaseGeometry

__all__ = [
    "EVENT_TYPES",
    "PART",
    "ROLES",
    "Bulletin",
    "Candidate",
    "Citation",
    "Count",
    "Decision",
    "Event",
    "Interval",
    "Mention",
    "Name",
    "Place",
    "Precision",
    "Reading",
    "Resolution",
    "Roles",
    "Setting",
]

EVENT_TYPES = (
    "return",
    "displacement",
    "crossing",
    "evacuation",
    "ceasefire_violation",
    "demining",
    "medical_assistance",
    "humanitarian_aid",
    "reconstruction",
    "statement",
    "other",
)
"""The kinds of event, in the order in which a legend lists them."""

ROLES = ("from", "to", "at", "via")
"""What a place can be to an event."""

PART = "#part"
"""Stands between the id of a long table and the number of its part, from 2: "events#part2"."""

MentionContext = Literal["location", "actor", "dateline"]
Status = Literal["resolved", "ambiguous", "unknown"]
Scope = Literal["period", "cumulative"]
Precision = Literal["day", "week", "month", "year"]
Change = Literal["increase", "decrease"]
Certainty = Literal["certain", "less-certain", "uncertain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Calendar days from `start` up to, but without, `end` (half-open, UTC).

    `precision` is the unit by which the text tells them: "in May" is a month, "in early May" known to a week or so.
    What is told happened within these days; their ends are no sharper than the unit.
    """

    start: date
    end: date
    precision: Precision = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """A text with what is known of it.

    `text` is the body below the front matter; all offsets in other values count its characters. `notes` says what
    the reader of the file noticed and a person should know ("no date stated"). A table of events that is too long for
    one bulletin has parts: beside that with its id, others whose ids go on with `PART` and a number.
    """

    id: str
    text: str
    date: date | None = None
    source: str | None = None
    lang: str = "en"
    url: str | None = None
    path: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A toponym at a place in a text.

    `surface` is ``text[start:end]``. `name` is the toponym without type words and part words ("Homs province" ->
    "Homs"); `types` are the feature types that a type word allows, empty when the text gives none; `part` is the
    compass or part word before it ("southern areas of"); `context` tells locations from actors ("Russia, Turkey and
    Iran agreed") and datelines. `ends` are the names a compound is made of ("Tal-Sultan – Abu al-Duhur corridor").
    """

    surface: str
    start: int
    end: int
    name: str
    types: frozenset[str] = frozenset()
    part: str | None = None
    context: MentionContext = "location"
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Where a fact is from: the source, what in it, and its address and licence when there are any."""

    source: str
    label: str
    url: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A toponym of a place in a language (BCP 47).

    A `background` name is from a list of the whole world, which has many spellings that are common words elsewhere:
    like those of a background place, it is thought of only in texts about the place's country.
    """

    toponym: str
    lang: str
    citations: tuple[Citation, ...] = ()
    background: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A record of a gazetteer.

    `lon` and `lat` are the point at which a map writes the name (EPSG:4326). `geometry` is the outline, line or point;
    it is `approximate` when it was made from other places. `uncertainty_km` is the radius within which the true place
    lies. `parents` are the ids of its containers, the administrative one first. `valid` is the time in which it holds
    (zones, corridors), None on a side that is open. `links` are its identifiers elsewhere ("pcode:C2338"); those in
    `same_as` are of the very same place, the others of one that is close to it. A `background` place is one of a list
    of the whole world: it is not looked for in texts by itself, and a name means it only where the text vouches for it.
    """

    id: str
    name: str
    type: str
    lon: float
    lat: float
    geometry: BaseGeometry = field(compare=False, repr=False)
    approximate: bool = False
    uncertainty_km: float = 1.0
    certainty: Certainty = "certain"
    names: tuple[Name, ...] = ()
    parents: tuple[str, ...] = ()
    ccodes: tuple[str, ...] = ()
    population: int | None = None
    valid: tuple[date | None, date | None] = (None, None)
    links: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    description: str | None = None
    background: bool = False

    def holds_on(self, day: date) -> bool:
        """Tell whether the place holds on a day: from its first day up to, but without, the day it ended."""
        start, end = self.valid
        return (start is None or start <= day) and (end is None or day < end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What around a name decides which place it means; a person's decision holds where the setting is the same.

    `within` are the ids of the areas that the text names for it ("X, Homs province"); an area that is itself open is
    ``~`` and its folded name. Without any, `near` are the first-level areas of the places of its list or sentence, and
    without those `bulletin` is the id of the only bulletin in which a decision can hold. `types` are the feature types
    that its type word allows, `part` is the part word before it.
    """

    within: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    bulletin: str | None = None
    types: frozenset[str] = frozenset()
    part: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided that a name means in a setting: the place of an id, or no place at all (None).

    `by` is who decided, `on` the day, `sheet` the file in which it was written down.
    """

    toponym: str
    lang: str
    setting: Setting
    place_id: str | None
    by: str
    on: date
    sheet: str
    note: str | None = None

    @property
    def citation(self) -> Citation:
        """The decision as the source of a name."""
        return Citation(source="review", label=f"by {self.by} on {self.on}, sheet {self.sheet}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A place that a mention could mean, how well it fits (0 to 1), and why, in words a reader understands."""

    place: Place
    score: float
    reasons: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The reasons in one line."""
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a mention means: a place when `status` is "resolved", else None with the candidates that were weighed.

    `confidence` (0 to 1) is that of the decision; `reasons` says why it was taken or left open. The candidates are
    in falling order of score and include the chosen one.
    """

    mention: Mention
    status: Status
    confidence: float
    place: Place | None = None
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A figure of an event.

    `unit` is a standard noun ("people", "families", "tons"). `scope` tells a figure of a period from a running total.
    `at_least` marks a lower bound ("more than 194"), `at_most` an upper one ("up to 200"), `approximate` a number that
    the text itself rounds ("about 350"); `subset_of` the value it is a part of. `surface` is as written.
    """

    value: float
    unit: str
    scope: Scope = "period"
    at_least: bool = False
    at_most: bool = False
    approximate: bool = False
    subset_of: float | None = None
    surface: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """The places of an event by what they are to it; `from_` because `from` is a word of the language."""

    from_: tuple[Resolution, ...] = ()
    to: tuple[Resolution, ...] = ()
    at: tuple[Resolution, ...] = ()
    via: tuple[Resolution, ...] = ()

    @classmethod
    def of(cls, places: Mapping[str, Iterable[Resolution]]) -> Roles:
        """Return the roles of places by the roles' names, as in `ROLES`; a name that is not there has none."""
        from_, to, at, via = (tuple(places.get(role, ())) for role in ROLES)
        return cls(from_=from_, to=to, at=at, via=via)

    def items(self) -> Iterator[tuple[str, tuple[Resolution, ...]]]:
        """Return each role's name, as in `ROLES`, with its places."""
        return iter((("from", self.from_), ("to", self.to), ("at", self.at), ("via", self.via)))

    def __bool__(self) -> bool:
        """Whether any role has a place."""
        return bool(self.from_ or self.to or self.at or self.via)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a bulletin says happened, is happening or will happen, with its places, figures and time.

    `id` is stable for the same text: ``"<bulletin id>/<start>-<n>"``. `sentence` is ``bulletin.text[start:end]``.
    `roles` holds places that the sentence names for it. `inferred` holds less certain ones: those of the sentence
    before, when this one names none, or the area that is said to hold places none of which could be decided.
    `period` is the time as written, `interval` its calendar days when they can be told. `negated` and `planned`
    events are never counted. `label` names an `other` event. `claimant` is who says so when the text tells.
    `total_of_breakdown` marks a total whose parts are events of their own: adding both would count twice.
    `repeats` is the id of the event that tells the same fact more fully, or first: it is not counted again. It is of
    the same bulletin; among events of several bulletins (a map, an answer) also one of another.
    `change` marks figures that are a rise or a fall of a number of people or things, not the number itself.
    `rule` names the rule that fired.
    """

    id: str
    bulletin: Bulletin
    type: str
    sentence: str
    start: int
    end: int
    counts: tuple[Count, ...] = ()
    roles: Roles = Roles()
    inferred: Roles = Roles()
    period: str | None = None
    interval: Interval | None = None
    negated: bool = False
    planned: bool = False
    total_of_breakdown: bool = False
    repeats: str | None = None
    change: Change | None = None
    label: str | None = None
    claimant: str | None = None
    rule: str | None = None

    @property
    def headline(self) -> Count | None:
        """The figure that stands for the event: its first that is no part of another, else the first one."""
        return next(
            (count for count in self.counts if count.subset_of is None), self.counts[0] if self.counts else None
        )

    def places(self, *, inferred: bool = True) -> tuple[Place, ...]:
        """Return the places it can be put at, each once: those of its roles, else those inferred."""
        for roles in (self.roles, self.inferred) if inferred else (self.roles,):
            named = (*roles.from_, *roles.to, *roles.at, *roles.via)
            found = {r.place.id: r.place for r in named if r.place is not None}
            if found:
                return tuple(found.values())
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that was read in one bulletin."""

    bulletin: Bulletin
    resolutions: tuple[Resolution, ...] = ()
    events: tuple[Event, ...] = ()
