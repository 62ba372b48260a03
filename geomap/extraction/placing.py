"""Where an event is: the places of its part of the sentence in their roles, and those said for all or before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.extraction.counting import PERSONS
from geomap.extraction.holding import kind_of
from geomap.extraction.place_parts import Part
from geomap.extraction.resumption import taken_up
from geomap.extraction.roles import MOVES, assign_roles
from geomap.extraction.whereabouts import is_reference
from geomap.extraction.wholes import main_counts
from geomap.model import Bulletin, Event, Resolution, Roles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.extraction.clauses import Clause, Piece
    from geomap.extraction.rules import Rule, RulePack
    from geomap.model import Scope
    from geomap.resolution.surroundings import Surroundings

__all__ = ["Carried", "Placed", "Placing"]

_ANTECEDENT = 100
"""Characters before "from where" in which the place is named."""
_ASIDE = 12
"""Characters between a place that opens a sentence and the comma behind it: "In North Kivu alone,"."""
_NO_INFERENCE = frozenset({"ceasefire_violation", "statement"})


@dataclass(frozen=True, slots=True)
class Placed:
    """The roles of a piece, and what the words around its mentions (`parts`) and its sentence's (`lead`) make them."""

    roles: Roles
    parts: Mapping[int, Part]
    lead: Mapping[int, Part]

    def last_told(self) -> str | None:
        """Return the role of the last place that words give one, None when there is none."""
        told = [part.role for _, part in sorted(self.parts.items()) if part.span and part.role]
        return told[-1] if told else None


@dataclass(frozen=True, slots=True)
class Carried:
    """What the part of a sentence before says for the next one, where that tells the same and leaves words out."""

    rule: Rule | None = None
    role: str | None = None
    placed: Placed | None = None
    unit: str | None = None
    scope: Scope | None = None

    def role_for(self, rule: Rule) -> str | None:
        """Return the role of a place that no words give one."""
        return self.role if rule is self.rule and rule.type in MOVES else None

    def fill(self, rule: Rule, placed: Placed) -> Placed:
        """Return a part's places with those that it leaves out: "1,150 from Renk to Malakal, and 785 to Maban"."""
        if self.placed is None or rule is not self.rule or rule.type not in MOVES or not placed.roles:
            return placed
        own, before = dict(placed.roles.items()), dict(self.placed.roles.items())
        taken = [role for role in ("from", "to") if not own[role] and before[role]]
        if own["at"] or not taken:
            return placed
        own |= {role: before[role] for role in taken}
        said = {i: part for i, part in {**self.placed.lead, **self.placed.parts}.items() if part.role in taken}
        return Placed(Roles.of(own), placed.parts, {**said, **placed.lead})

    def scope_for(self, rule: Rule) -> Scope | None:
        """Return the scope of a figure that no words give one."""
        return self.scope if rule is self.rule else None

    def unit_for(self, rule: Rule) -> str | None:
        """Return what a figure that names nothing counts: families, where the part before counts families."""
        return self.unit if rule is self.rule and self.unit in PERSONS else None

    def after(self, rule: Rule, placed: Placed, event: Event) -> Carried:
        """Return what an event carries on to the next part of its sentence."""
        mains = [c.scope for c in main_counts([event])]
        units = [c.unit for c in event.counts if c.unit in PERSONS]
        unit = units[0] if units else self.unit if rule is self.rule else None
        before = None if event.total_of_breakdown else placed  # a total has the places of all its parts
        going_on = rule is self.rule
        role, scope = placed.last_told(), mains[0] if mains else None
        return Carried(
            rule=rule,
            role=role or (self.role if going_on else None),
            placed=before,
            unit=unit,
            scope=scope or (self.scope if going_on else None),
        )


@dataclass(frozen=True, slots=True)
class Placing:
    """Gives the events of one bulletin their places; `around` and `heads` tell of each mention what stands about it."""

    bulletin: Bulletin
    resolutions: Sequence[Resolution]
    around: Sequence[Surroundings]
    heads: Mapping[int, int]
    pack: RulePack

    def of_piece(self, start: int, clause: Clause, piece: Piece, rule: Rule, carried: str | None) -> Placed:
        """Return the places of a piece in their roles; `start` is where its sentence begins.

        `carried` is the role that the part before gave to its place: one that leaves its words out has the same ("1,702
        went to Kirkuk, 988 Nineveh").
        """
        parts: dict[int, Part] = {}
        roles = self._roles(clause, rule, piece.mentions, parts, carried)
        lead: dict[int, Part] = {}
        if piece.lead:  # "entered Syria: 223 from ..."
            all_of_it = dict(self._roles(clause, rule, piece.lead, lead, None).items())
            named = dict(roles.items())
            at_rest = rule.type not in MOVES
            if piece.is_total:  # "5 in the zone: 3 in Idlib, 2 in Hama": in the zone
                own = {role: tuple(r for r in all_of_it[role] if r in places) for role, places in named.items()}
                if not any(own.values()):  # "In the zone, 5 were noted (3 in Idlib, 2 in Hama)"
                    own = {
                        role: tuple(r for r in places if kind_of(r) != {"country"} and (at_rest or role == "at"))
                        for role, places in all_of_it.items()
                    }
                if not at_rest and own["at"]:  # "in Raqqa 900 were uprooted: 500 in Tabqa, 400 in Maadan"
                    told = {id(self.resolutions[i]) for i, part in parts.items() if part.span}
                    named = {role: tuple(r for r in places if id(r) in told) for role, places in named.items()}
                filled = {role: own[role] or places for role, places in named.items()}
            else:
                filled = {role: named[role] or places for role, places in all_of_it.items()} | {"at": roles.at}
                if rule.type == "evacuation" and roles.to and not filled["from"]:
                    filled["from"] = all_of_it["at"]  # "its centre in Tripoli: 54 to Rwanda and 65 to Italy"
            roles = Roles.of(filled)
        roles, again = taken_up(
            self.bulletin.text,
            start,
            piece,
            rule,
            placed=(roles, parts),
            resolutions=self.resolutions,
            around=self.around,
            pack=self.pack,
        )
        return Placed(roles, {**parts, **again}, lead)

    def _roles(
        self, clause: Clause, rule: Rule, places: Sequence[int], parts: dict[int, Part], carried: str | None
    ) -> Roles:
        told = rule if carried is None else replace(rule, default_role=carried)
        return assign_roles(
            self.bulletin, clause.start, told, places, self.resolutions, self.heads, self.pack, parts=parts
        )

    def named_before(self, clause: Clause, rule: Rule, placed: Placed, earlier: Sequence[Event]) -> Placed:
        """Give a clause without places those that its sentence names for the one event before.

        It goes on with the same ("In Homs 26 houses were repaired, another 40 are to be"), or points back ("there").
        """
        if rule.type in MOVES and (told := self._set_out(clause, placed, earlier)) is not None:
            return told
        moved = earlier and rule.type in MOVES and not placed.roles
        if moved and self.pack.of_those.match(self.bulletin.text, clause.start, clause.end):
            return Placed(earlier[-1].roles, placed.parts, placed.lead)  # "their number has reached 29,418"
        if placed.roles or clause.mentions or len(earlier) != 1:
            return placed
        if rule.type in MOVES:
            return self._where_it_lies(rule, placed, earlier[0])
        before, text = earlier[0], self.bulletin.text
        opening = clause.start + len(text[clause.start : clause.end]) - len(text[clause.start : clause.end].lstrip())
        if self.pack.anaphora.match(text, opening, clause.end):
            at = before.roles.at or before.roles.to
        elif before.type == rule.type and not self._is_total(text, clause):
            at = before.roles.at
        else:
            return placed
        index = self._indexes()
        parts = {index[id(r)]: Part("at", "its sentence names it before") for r in at if id(r) in index}
        return Placed(Roles(at=at), parts, {})

    def _where_it_lies(self, rule: Rule, placed: Placed, before: Event) -> Placed:
        """Return the place that opens the sentence, which holds for its moves: "In Kivu, 600 returned, 90 remain"."""
        named = [(role, r) for role, places in before.roles.items() for r in places]
        role, place = named[0] if len(named) == 1 else (None, None)
        if role is None or place is None:
            return placed
        text, mention = self.bulletin.text, place.mention
        opens = self.pack.setting.search(text[before.start : mention.start])
        if not opens or "," not in text[mention.end : mention.end + _ASIDE]:
            return placed
        role = role if before.type == rule.type else rule.default_role if rule.default_role != "from" else "at"
        parts = {self._indexes()[id(place)]: Part(role, "its sentence opens with it")}
        return Placed(Roles.of({role: (place,)}), parts, {})

    def _set_out(self, clause: Clause, placed: Placed, earlier: Sequence[Event]) -> Placed | None:
        """Return the places of a move that is told from where the words before end, or of those who went back."""
        text, pack = self.bulletin.text, self.pack
        if earlier and not placed.roles and pack.reversed.search(text, clause.start, clause.end):
            went = earlier[-1].roles
            return Placed(Roles(from_=went.to, to=went.from_, via=went.via), placed.parts, placed.lead)
        if placed.roles.from_ or not pack.whence.match(text, clause.start, clause.end):
            return None
        low = clause.start - _ANTECEDENT
        before = [i for i, r in enumerate(self.resolutions) if low <= r.mention.start and r.mention.end <= clause.start]
        while len(before) > 1 and is_reference(text, before[-1], before, self.resolutions, pack):
            before.pop()
        if not before:
            return None
        whence = self.resolutions[before[-1]]
        said = Part("from", "the words before it end there, and the move is told from there")
        roles = Roles(from_=(whence,), to=placed.roles.to, via=placed.roles.via)
        return Placed(roles, {**placed.parts, before[-1]: said}, placed.lead)

    def _indexes(self) -> dict[int, int]:
        """Return the index of each resolution by its identity."""
        return {id(r): i for i, r in enumerate(self.resolutions)}

    def _is_total(self, text: str, clause: Clause) -> bool:
        """Whether a clause tells a running total, which need not be of the same places."""
        return self.pack.scope.cumulative.search(text, clause.start, clause.end) is not None

    def inferred(self, rule: Rule, clause: Clause, roles: Roles, previous: Sequence[Event]) -> Roles:
        """Return the places that an event takes from its surroundings: its area's, or the sentence's before."""
        return self._area_of_open(roles) if roles else self._before(rule, clause, previous)

    def _area_of_open(self, roles: Roles) -> Roles:
        """Return the areas that are said to hold places none of which could be decided ("X in Homs province")."""
        if any(r.place is not None for _, places in roles.items() for r in places):
            return Roles()
        index = self._indexes()

        def areas(places: tuple[Resolution, ...]) -> tuple[Resolution, ...]:
            return tuple(
                self.resolutions[j] for j in sorted({j for r in places for j in self.around[index[id(r)]].enclosers})
            )

        return Roles.of({role: areas(places) for role, places in roles.items()})

    def _before(self, rule: Rule, clause: Clause, previous: Sequence[Event]) -> Roles:
        """Take the places of the sentence before, when it tells of one matter that goes on.

        A move takes them only where a word points back ("the corridor", "there"); a sentence that opens with another
        matter ("Another 44 people") takes none.
        """
        if rule.type in _NO_INFERENCE or len(previous) != 1:
            return Roles()
        text = self.bulletin.text
        if self.pack.elsewhere.match(text, clause.start, clause.end):
            return Roles()
        points_back = self.pack.anaphora.search(text, clause.start, clause.end)
        before = previous[0]
        if (rule.type in MOVES or before.type in MOVES) and not (rule.type in MOVES and points_back):
            return Roles()
        return before.roles or before.inferred
