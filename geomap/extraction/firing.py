"""Which rule fires in which clause of a sentence, and why others do not."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.extraction.clauses import PAUSE, Clause, Piece, goes_on, heads_of, join_clauses, only_places
from geomap.extraction.counting import PERSONS
from geomap.extraction.figures import WHOM
from geomap.extraction.holding import kind_of
from geomap.extraction.modality import negation_of
from geomap.extraction.passed_over import note_passed, note_weak
from geomap.extraction.phrases import possible
from geomap.extraction.roles import GOING, MOVES, PASSAGES
from geomap.extraction.wholes import main_counts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.extraction.evidence import Weighed
    from geomap.extraction.explanation import Notes
    from geomap.extraction.phrases import Phrases
    from geomap.extraction.rules import Rule, RulePack
    from geomap.extraction.scope import ScopeReader
    from geomap.model import Event, Mention, Roles

__all__ = ["NEAR_THOUGHT", "Fired", "Firing"]

_OPENING = 15
"""Characters before the figure with which a clause opens: "Of these, some "."""
_NO_VERB, _FEW_WORDS = 5, 8
"""Words beside figures and names in a clause that has no verb of its own, and in one that says little."""
_END_FOR_ALL = 9
"""Words beside figures and names in a part without a verb that ends a clause for all: "to the transit centre in"."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PAUSE_REACH = 7
"""Characters before a clause of its own in which a pause can stand, with a conjunction behind it."""
NEAR_THOUGHT = 5
"""Characters before words of wishing in which a trigger may begin and is still only wished for."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired and where its trigger stands in the text; an empty stretch when it only goes on.

    `aside`: the trigger only tells why, before or after what something happened ("because of the shelling").
    `weighed`: no trigger says so, or it means another thing here: the words were weighed.
    `passing`: a rule of displacement fired, and the places say that people passed a crossing.
    """

    rule: Rule
    start: int
    end: int
    aside: bool = False
    weighed: Weighed | None = None
    passing: bool = False


class Firing:
    """Finds the rules that fire in a text; notes those that nearly did, when notes are taken."""

    def __init__(
        self, text: str, pack: RulePack, mentions: Sequence[Mention], scopes: ScopeReader, notes: Notes | None
    ) -> None:
        self.text, self.pack, self.mentions, self.scopes, self.notes = text, pack, mentions, scopes, notes
        self._found: dict[
            tuple[int, int, bool], tuple[Fired, ...]
        ] = {}  # a clause and its only piece are the same words
        self._strong = [rule.triggers for rule in pack.rules]
        self._weak = [rule.weak_triggers for rule in pack.rules]

    def with_rules(
        self,
        clauses: list[Clause],
        previous: Sequence[Event],
        *,
        listed: bool = False,
        divided: Fired | None = None,
    ) -> Iterator[tuple[Clause, Fired | None]]:
        """Yield clauses with their rule, None for none; one without a rule or places of its own joins its neighbour.

        `previous` are the events of the sentence before, or of the line that opens the list that is read (`listed`).
        `divided` is what was said of the group that the sentence divides.
        """
        merged: list[tuple[Clause, Fired | None]] = []
        for clause in clauses:
            fired = self.fire(clause)
            if merged and self._lies_behind(clause, *merged[-1]):
                if merged[-1][1] is not None and merged[-1][1].rule.type == "displacement" and fired is not None:
                    last, rule = merged.pop()  # "..., as shelling hit Saraqib": that is where they fled from
                    merged.append((join_clauses(last, clause), rule))
                continue
            further = bool(merged) and self._goes_further(*merged[-1], clause, fired)
            if merged and fired is None and not further and (self._contrasts(clause) or self._tells_another(clause)):
                continue
            if merged and (further or self._joins(merged[-1], clause, fired)):
                last, rule = merged.pop()
                merged.append((join_clauses(last, clause), rule or fired))
            elif merged and fired is None:
                merged.append((clause, merged[-1][1]))
            else:
                merged.append((clause, fired))
        for clause, own in merged:
            fired = own or self._carried_on(clause, previous, listed=listed and bool(clause.figures))
            if fired is None and divided is not None and clause.figures and clause.mentions:
                fired = divided
            yield clause, None if fired is None else self._followed(fired, previous)

    def _goes_further(self, before: Clause, rule: Fired | None, clause: Clause, fired: Fired | None) -> bool:
        """Whether those who were counted go on in a clause of its own: "700 left Homs; they reached Idlib at night"."""
        if rule is None or rule.rule.type not in GOING or not only_places(before, clause):
            return False
        moves = fired is None or fired.rule.type in {*GOING, "statement"}
        return moves and self.pack.goes_further.match(self.text, clause.start, clause.end) is not None

    def _contrasts(self, clause: Clause) -> bool:
        """Whether a clause only says how it is elsewhere: "while the crossing of Nasib stays shut"."""
        return not clause.figures and self.pack.contrast.match(self.text, clause.start, clause.end) is not None

    def _lies_behind(self, clause: Clause, before: Clause, fired: Fired | None) -> bool:
        """Whether a clause counts nothing and only says why or despite what that before it happened.

        "The hospital of Azaz admitted 80 wounded, as those in Marea and Tall Rifat had been bombed".
        """
        told = (fired is not None or before.figures) and not clause.figures
        return bool(told) and self.pack.behind.match(self.text, clause.start, clause.end) is not None

    def _tells_another(self, clause: Clause) -> bool:
        """Whether a clause without a rule tells another matter with a verb of its own: its places are not the event's.

        "A bakery was opened in Duma; the bridge of Harasta is still closed".
        """
        if clause.figures or not clause.mentions:
            return False
        if not PAUSE.search(self.text, max(0, clause.start - _PAUSE_REACH), clause.start):
            return self.pack.modality.planned.search(self.text, clause.start, clause.end) is not None
        verbs = (self.pack.finite, self.pack.modality.finite, self.pack.modality.planned)
        return any(words.search(self.text, clause.start, clause.end) for words in verbs)

    def fire(self, clause: Clause, *, noted: bool = True) -> Fired | None:
        """Return the first rule in order of rank that fits a clause, strong triggers before weak ones.

        A part of a clause is not `noted`: what is to be said of it was said of the clause.
        """
        strong = self._matches(clause, weak=False)
        # What moves people and is only said aside ("after the families left") lies behind the event.
        told = [f for f in strong if not f.aside] or [f for f in strong if f.rule.type not in MOVES]
        strong = self._outside_background(clause, told)
        names = {f.rule.name for f in strong}
        strong = [f for f in strong if not f.rule.yields_to & names] or strong
        if strong:
            counted = [f for f in strong if _counts_some(f.rule, clause)]
            return (counted or strong)[0]
        if clause.figures or clause.mentions:
            weak = (f for f in self._matches(clause, weak=True) if f.rule.type != "statement")
            found = next((f for f in weak if clause.figures or not f.rule.weak_needs_figure), None)
            if found is not None:
                return found
        if noted and self.notes is not None:
            note_weak(self.notes, self.text, clause, self.pack, self._hypothetical)
        return None

    def of_type(self, clause: Clause, kind: str) -> Fired | None:
        """Return the first rule of a type of event that fires in a clause, whether or not it ranks highest."""
        return next((f for f in self._matches(clause, weak=False) if f.rule.type == kind and not f.aside), None)

    def is_behind(self, clause: Clause, kind: str) -> bool:
        """Whether only what lies behind the event fires a rule of a type: "those who had returned fled once more"."""
        found = [f for f in self._matches(clause, weak=False) if f.rule.type == kind]
        return bool(found) and not self._before_background(clause, found)

    def passing(self, fired: Fired, roles: Roles) -> Fired:
        """Return the rule of crossings for people on the move who are told at one: "900 arrivals at Joda border post".

        A road, a river or a bridge that people take is none.
        """
        crossing = self.pack.knowing_most("crossing")
        if fired.rule.type != "displacement" or crossing is None or not roles.via:
            return fired
        passed = all((kinds := kind_of(r) | r.mention.types) and kinds <= PASSAGES for r in roles.via)
        return replace(fired, rule=crossing, passing=True) if passed else fired

    def _outside_background(self, clause: Clause, fired: list[Fired]) -> list[Fired]:
        """Leave out rules that only what lies behind the event fires ("since the shelling began"), if others do."""
        return self._before_background(clause, fired) or fired

    def _before_background(self, clause: Clause, fired: list[Fired]) -> list[Fired]:
        """Return what fires in front of what lies behind the event."""
        spans = [m.span() for m in self.pack.background.finditer(self.text, clause.start, clause.end)]
        if before := self.pack.subordinate.match(self.text, clause.start, clause.end):
            spans.append(before.span())
        return [f for f in fired if not any(low <= f.start and f.end <= high for low, high in spans)]

    def of_them(self, clause: Clause) -> bool:
        """Whether a clause opens with a part of the figure before: "Some 20,000 of them", "Most of them"."""
        heads = [f for f in clause.figures if not f.same]
        limit = clause.end
        if heads:
            if self.pack.figures.part_after.match(self.text, heads[0].end):  # "20,000 of them"
                return True
            limit = heads[0].start
        if self.pack.divides.match(self.text, clause.start, clause.end):
            return True
        return self.pack.figures.of_them.search(self.text, clause.start, min(limit, clause.end)) is not None

    def points_back(self, start: int, end: int) -> bool:
        """Whether a sentence begins by dividing the one before: "- Of these, 1,480 came from Lebanon"."""
        return self.pack.figures.of_them.search(self.text, start, min(end, start + _OPENING)) is not None

    def adds_up(self, clause: Clause, previous: Sequence[Event]) -> bool:
        """Whether the figures of a clause, one a place, add up to that of the sentence before."""
        heads = heads_of(clause)
        main = next(main_counts(previous), None)
        bare = main and 2 <= len(heads) <= len(clause.mentions) and all(f.unit in (None, main.unit) for f in heads)
        return main is not None and bool(bare) and sum(f.value for f in heads) == main.value

    def _counted_too(self, clause: Clause, rule: Rule) -> bool:
        """Whether somebody else's count of the same is told with the noun left out: "The Turkish side noted nine"."""
        first = clause.figures[0]
        counted = self.pack.counted_too.search(self.text, clause.start, first.start)
        return counted is not None and first.unit in (None, rule.unit)

    def of_group(self, start: int, end: int) -> Fired | None:
        """Return the move that the group of a sentence made: "Of 2,000 people evacuated from Daraya, 700 went to"."""
        fired = self.fire(Clause(start, end, (), ()), noted=False)
        return Fired(fired.rule, end, end) if fired is not None and fired.rule.type in MOVES else None

    def _followed(self, fired: Fired, previous: Sequence[Event]) -> Fired:
        """Return the rule of the sentence before for words that only tell more of it: "9,150 entered at Torkham"."""
        rule = self._rule_of_all(previous)
        return Fired(rule, fired.start, fired.end) if rule is not None and rule.name in fired.rule.follows else fired

    def _rule_of_all(self, events: Sequence[Event]) -> Rule | None:
        """Return the one rule that told all of some events."""
        return self.pack.rule_of(events[0]) if len({e.rule for e in events}) == 1 else None

    def _carried_on(self, clause: Clause, previous: Sequence[Event], *, listed: bool) -> Fired | None:
        """Return the rule of the sentence before for a clause that tells no matter of its own."""
        if (total := self._summed(clause, previous)) is not None:
            return total
        rule = self._rule_of_all(previous)
        if rule is None or rule.type == "statement":
            return None
        goes_on = (
            listed
            or self._divides(clause, rule)
            or self._leaves_out(clause, rule, previous)
            or self.adds_up(clause, previous)
            or (bool(clause.figures) and self._counted_too(clause, rule))
        )
        return Fired(rule, clause.start, clause.start) if goes_on else None

    def _summed(self, clause: Clause, previous: Sequence[Event]) -> Fired | None:
        """Return the rule of what went before for its running total: "This brings the number since May to 340"."""
        heads = heads_of(clause)
        if not heads or self.pack.summed.search(self.text, clause.start, clause.end) is None:
            return None
        for event in reversed(previous):
            rule = self.pack.rule_of(event)
            main = next(main_counts([event]), None)
            if rule is None or rule.type == "statement" or main is None or heads[0].value < main.value:
                continue
            if heads[0].unit in {None, main.unit} or {heads[0].unit, main.unit} <= WHOM:
                return Fired(rule, clause.start, clause.start)
        return None

    def _divides(self, clause: Clause, rule: Rule) -> bool:
        """Whether a clause only divides the figure before: "Of these, 15 in Idlib", "Most went to Kirkuk (2,914)"."""
        if self.pack.divides.match(self.text, clause.start, clause.end):
            return bool(clause.mentions)
        if not clause.figures or not self.of_them(clause):
            return False
        # A verb before the figure may tell of another move: "UNHCR has since relocated 17,200 of them".
        return clause.figures[0].start - clause.start <= _OPENING or rule.type not in MOVES

    def _leaves_out(self, clause: Clause, rule: Rule, previous: Sequence[Event]) -> bool:
        """Whether a clause leaves its verb out: "Another 312 to Malakal.", "In Hama – 1,210."."""
        units = {c.unit for e in previous for c in e.counts} | {None}
        if not clause.figures or not units > {None} or any(f.unit not in units for f in clause.figures if not f.part):
            return False
        words = self.other_words(clause)
        if rule.type not in MOVES and words <= _FEW_WORDS and all(f.unit is None for f in clause.figures):
            return True  # "The Turkish side has information about eleven."
        points = clause.mentions or self.pack.anaphora.search(self.text, clause.start, clause.end)
        parts = 1 + self.text.count(";", clause.start, clause.end)
        return bool(points) and words <= _NO_VERB * parts

    def has_no_verb(self, piece: Piece) -> bool:
        """Whether a part of a sentence leaves its verb out and has few words: "and 785 by road to Maban"."""
        return self._without_verb(piece, _NO_VERB)

    def ends_for_all(self, pieces: Sequence[Piece]) -> bool:
        """Whether what the last part tells may be all's: it has no verb, or the only one ("400 and 20 came to")."""
        return self._is_verbless(pieces[-1], _END_FOR_ALL) or all(self._is_verbless(p, _NO_VERB) for p in pieces[:-1])

    def _is_verbless(self, piece: Piece, most: int) -> bool:
        none = self.pack.finite.search(self.text, piece.start, piece.end) is None
        return none and self._without_verb(piece, most)

    def _without_verb(self, piece: Piece, most: int) -> bool:
        if self.pack.verbs.search(self.text, piece.start, piece.end) is not None:
            return False
        return self.other_words(Clause(piece.start, piece.end, piece.mentions, piece.figures)) <= most

    def other_words(self, clause: Clause) -> int:
        """Count the words of a clause that are neither figures nor names."""
        spans = sorted([*((f.start, f.end) for f in clause.figures), *self.spans(clause.mentions)])
        count, position = 0, clause.start
        for start, end in [*spans, (clause.end, clause.end)]:
            count += len(_WORD.findall(self.text[position : max(start, position)]))
            position = max(end, position)
        return count

    def spans(self, indexes: Sequence[int]) -> list[tuple[int, int]]:
        """Return where mentions stand in the text."""
        return [(self.mentions[i].start, self.mentions[i].end) for i in indexes]

    def _joins(self, last: tuple[Clause, Fired | None], clause: Clause, fired: Fired | None) -> bool:
        before, rule = last
        if before.figures and self.pack.reversed.search(self.text, clause.start, clause.end):
            return False
        if rule is None and fired is None:
            return True
        if rule is None:
            counted = bool(before.figures and clause.figures) and fired is not None and fired.rule.stock
            return bool(before.figures or before.mentions) and not (before.mentions and clause.mentions) and not counted
        denied = self._denied_before(before, rule, clause, fired)
        if denied or fired is None:
            return not (denied or goes_on(before, clause))
        plans = [self.pack.modality.planned.search(self.text, c.start, c.end) is None for c in (before, clause)]
        anew = (rule.rule.type, fired.rule.type) == ("return", "displacement")  # "went back, only to leave again"
        if rule.rule.type in MOVES and not anew and self._moves_on(before, clause, fired):
            return True
        same = fired.rule is rule.rule and set(clause.mentions) <= set(before.mentions) and plans[0] == plans[1]
        apart = before.figures or self.text[clause.start - 1] == ";"
        return same and not (apart and self.scopes.told(clause.start, clause.end, fired.rule.type))

    def _denied_before(self, before: Clause, rule: Fired, clause: Clause, fired: Fired | None) -> bool:
        """Whether one clause denies what the next counts: "None occurred in Homs, but three in Idlib"."""
        if not clause.figures or negation_of(self.text, before, rule, self.pack.modality) is None:
            return False
        if fired is not None:
            return negation_of(self.text, clause, fired, self.pack.modality) is None
        return bool(clause.mentions) or self.pack.summed.search(self.text, clause.start, clause.end) is not None

    def _moves_on(self, before: Clause, clause: Clause, fired: Fired) -> bool:
        """Whether those who were counted go on: "340 families left the camp, and returned to Yathrib"."""
        if fired.rule.type not in MOVES or not only_places(before, clause):
            return False
        if self.pack.modality.negated.search(self.text, clause.start, clause.end):
            return False
        people = (u.words for u in self.pack.units if u.name in PERSONS)
        names_none = not any(words.search(self.text, clause.start, clause.end) for words in people)
        return names_none and self.other_words(clause) <= _NO_VERB

    def _matches(self, clause: Clause, *, weak: bool) -> Sequence[Fired]:
        """Return the rules whose triggers stand in a clause and mean what they say, in order of rank."""
        key = (clause.start, clause.end, weak)
        if key not in self._found:
            self._found[key] = tuple(self._matched(clause, weak=weak))
        return self._found[key]

    def _matched(self, clause: Clause, *, weak: bool) -> Iterator[Fired]:
        triggers = self._weak if weak else self._strong
        for number in possible(triggers, self.text, clause.start, clause.end):
            rule = self.pack.rules[number]
            match, aside = self._trigger(triggers[number], clause)
            if match is None:
                continue
            against = rule.excludes.search(self.text, clause.start, clause.end)
            thought = None if against else self._hypothetical(match, clause)
            if against is None and thought is None:
                yield Fired(rule, match.start(), match.end(), aside)
            elif self.notes is not None and not weak:
                note_passed(self.notes, self.pack.named(rule), match, against, thought)

    def _trigger(self, pattern: Phrases, clause: Clause) -> tuple[re.Match[str] | None, bool]:
        """Return the first trigger that is not said aside, else the first one, and whether it is said aside."""
        first = None
        for match in pattern.finditer(self.text, clause.start, clause.end):
            if self.pack.adjunct.search(self.text, clause.start, match.start()) is None:
                return match, False
            first = first or match
        return first, first is not None

    def _hypothetical(self, match: re.Match[str], clause: Clause) -> re.Match[str] | None:
        """Return the words by which what a trigger tells only could happen or is wished for."""
        thought = self.pack.modality.hypothetical.search(self.text, clause.start, clause.end)
        near = thought is not None and thought.start() - NEAR_THOUGHT <= match.start() <= thought.end() + 60
        return thought if near else None


def _counts_some(rule: Rule, clause: Clause) -> bool:
    """Whether a rule counts any of a clause's figures: shelling that drove people out counts no people."""
    return not clause.figures or any(rule.counts(f.unit) for f in clause.figures)
