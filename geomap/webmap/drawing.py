"""What an event may be drawn as: the rules that keep a picture from saying more than the text.

- A negated event is not drawn; a planned one is marked as planned.
- A fact is drawn once: not its repeats, and not a total whose parts are drawn.
- A rise or fall of a number is no move of people; it is a mark at its place.
- A move (return, displacement, evacuation) is a flow when the text gives where from and where to; else it is a mark of
  an arrival or of a departure, whose other end is unknown.
- A crossing is written along its corridor, with a direction only when the text names a place towards which it goes.
- A figure that several places share is drawn at each of them as shared, never as that place's own.
- A place taken from an earlier sentence is used only when the sentence names none for that role; it is then inferred.
- A place that was left open is drawn as somewhere in the area that its sentence puts around it; without one, nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Literal

from geomap.coarsening.areas import CELL
from geomap.model import ROLES
from geomap.webmap.shapes import is_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geomap.model import Event, Place, Resolution

__all__ = ["AREAS", "Mark", "draw", "is_way"]

MOVES = frozenset({"return", "displacement", "evacuation"})

AREAS = frozenset(
    {
        "country",
        "governorate",
        "district",
        "subdistrict",
        "region",
        "zone",
        "mountain",
        "valley",
        "river",
        CELL,
    }
)
"""Feature types within which the text leaves the exact place open."""

CLEARLY_NEARER = 0.5
"""A place tells a corridor's direction when it is less than half as far from one end as from the other: our own choice,
so that a governorate around both ends tells nothing."""

Kind = Literal["flow", "arrival", "departure", "crossing", "site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark of an event.

    `places` are (from, to) of a flow, else the one place that bears the mark. `shared` is the number of places that
    share the event's figure, 1 when it belongs to this mark alone. `direction` of a crossing is 1 along the corridor's
    line, -1 against it, 0 when the text gives none.
    """

    kind: Kind
    places: tuple[Place, ...]
    shared: int = 1
    inferred: bool = False
    direction: int = 0


@dataclass(frozen=True, slots=True)
class _Used:
    """Places of one role, without containers of others among them, and whether they were inferred.

    `left_open` counts the names of the role that became no place: they share its figure too.
    """

    places: tuple[Place, ...] = ()
    inferred: bool = False
    left_open: int = 0

    @property
    def sharing(self) -> int:
        """How many places share a figure of this role, known or not."""
        return len(self.places) + self.left_open


_FIELDS = {role: "from_" if role == "from" else role for role in ROLES}
_NOTHING = _Used()


def draw(event: Event) -> tuple[Mark, ...]:
    """Return the marks of an event; none when it is negated, drawn elsewhere, or none of its places is known."""
    if event.negated or event.repeats or event.total_of_breakdown:
        return ()
    roles = {role: _used(event, role) for role in ROLES}
    if event.change:
        return _sites(roles, ("at", "to", "from"), ("via",))
    if event.type in MOVES:
        return _move(roles, at_is_goal=event.type == "return")
    if event.type == "crossing":
        return _crossing(roles)
    return _sites(roles, ("at", "to"), ("via",), ("from",))


def is_way(place: Place) -> bool:
    """Whether people pass along a place's line; a river is crossed, not followed."""
    return is_line(place.geometry) and place.type not in AREAS


def _used(event: Event, role: str) -> _Used:
    """Return the places of a role that can be drawn.

    An inferred place stands in when the sentence names nothing for the role; an inferred `at`, only when it names no
    place at all. Of names that were all left open, the area that the sentence puts around them bears the mark.
    """
    field = _FIELDS[role]
    named: tuple[Resolution, ...] = getattr(event.roles, field)
    stand_in: tuple[Resolution, ...] = getattr(event.inferred, field)
    if not named and not stand_in:
        return _NOTHING
    inferred = [r for r in stand_in if r.place is not None]
    if named and all(r.place is None for r in named):
        around = tuple(r.place for r in inferred if r.place and r.place.type in AREAS and _is_in_sentence(event, r))
        if around:
            return _Used(_without_containers(around), inferred=True)
    if named:
        places = [r.place for r in named if r.place is not None]
        if len(places) == len(named):
            return _Used(_without_containers(places))
        return _Used(_without_containers(places), left_open=len({r.mention.name for r in named if r.place is None}))
    if role == "at" and event.roles:
        return _Used()
    return _Used(_without_containers(r.place for r in inferred if r.place is not None), inferred=bool(inferred))


def _is_in_sentence(event: Event, resolution: Resolution) -> bool:
    """Whether a name stands in the event's own sentence."""
    return event.start <= resolution.mention.start < event.end


def _without_containers(places: Iterable[Place]) -> tuple[Place, ...]:
    """Drop a place that only says where another one lies ("Douma, Rif Dimashq"), and repetitions."""
    once = {place.id: place for place in places}
    if len(once) < 2:
        return tuple(once.values())
    containers = {parent for place in once.values() for parent in place.parents}
    return tuple(place for place in once.values() if place.id not in containers)


def _move(roles: dict[str, _Used], *, at_is_goal: bool = False) -> tuple[Mark, ...]:
    """Return the marks of a move.

    People return to where a text puts the return; those displaced or evacuated "in X" may have come or gone.
    """
    origins, goals = roles["from"], roles["to"]
    if not goals.places and not origins.places:
        if roles["at"].places:
            return _ends("arrival", roles["at"]) if at_is_goal else _sites(roles, ("at",))
        return _crossing(roles)
    if not goals.places:
        return _ends("departure", origins)
    if not origins.places:
        return _ends("arrival", goals)
    inferred = origins.inferred or goals.inferred
    many = max(origins.sharing, goals.sharing)
    if min(len(origins.places), len(goals.places)) > 1:
        # Who went where is not said: arrows between all pairs would invent it.
        return _ends("departure", origins) + _ends("arrival", goals)
    return tuple(
        Mark(kind="flow", places=pair, shared=many, inferred=inferred)
        for pair in product(origins.places, goals.places)
        if pair[0].id != pair[1].id
    )


def _ends(kind: Literal["arrival", "departure"], used: _Used) -> tuple[Mark, ...]:
    return tuple(Mark(kind=kind, places=(place,), shared=used.sharing, inferred=used.inferred) for place in used.places)


def _crossing(roles: dict[str, _Used]) -> tuple[Mark, ...]:
    origins, goals, via = roles["from"], roles["to"], roles["via"]
    lines = [place for place in via.places if is_way(place)]
    if lines:
        return tuple(
            Mark(
                kind="crossing",
                places=(line,),
                shared=len(lines) + via.left_open,
                inferred=via.inferred,
                direction=_direction(line, origins.places, goals.places),
            )
            for line in lines
        )
    if origins.places and goals.places:
        return _move({**roles, "at": _Used(), "via": _Used()})
    if via.places:
        return _sites(roles, ("via",))
    if origins.places or goals.places:
        return _move({**roles, "at": _Used()})
    return _sites(roles, ("at",))


def _sites(roles: dict[str, _Used], *choices: Sequence[str]) -> tuple[Mark, ...]:
    """Return a mark at each place of the first choice of roles that has any."""
    for choice in choices:
        placed = {p.id: (p, roles[role].inferred) for role in choice for p in roles[role].places}
        sharing = len(placed) + sum(roles[role].left_open for role in choice)
        if placed:
            return tuple(
                Mark(kind="site", places=(place,), shared=sharing, inferred=inferred)
                for place, inferred in placed.values()
            )
    return ()


def _direction(corridor: Place, origins: Sequence[Place], goals: Sequence[Place]) -> int:
    """Return 1 along the corridor's line, -1 against it, 0 when no place tells."""
    line = corridor.geometry if corridor.geometry.geom_type == "LineString" else corridor.geometry.geoms[0]
    ends = line.coords[0], line.coords[-1]
    votes = {_nearer_end(goal, ends) for goal in goals} | {-_nearer_end(origin, ends) for origin in origins}
    votes.discard(0)
    return votes.pop() if len(votes) == 1 else 0


def _nearer_end(place: Place, ends: tuple[Sequence[float], Sequence[float]]) -> int:
    """Return -1 when a place is clearly nearer to the first end, 1 to the last, 0 when neither."""
    # Degrees serve: only the two distances' ratio is asked, within one corridor.
    first, last = (((place.lon - x) ** 2 + (place.lat - y) ** 2) ** 0.5 for x, y, *_ in ends)
    if first < CLEARLY_NEARER * last:
        return -1
    return 1 if last < CLEARLY_NEARER * first else 0
