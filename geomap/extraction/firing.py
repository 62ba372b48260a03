"""Which rule fires in which clause of a sentence, and why others do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.extraction.phrases import matching
from geomap.extraction.pieces import Clause, goes_on, join_clauses
from geomap.extraction.roles import MOVES

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from geomap.extraction.explanation import Notes
    from geomap.extraction.rules import Rule, RulePack
    from geomap.extraction.scope import ScopeReader
    from geomap.model import Event

__all__ = ["NEAR_THOUGHT", "Fired", "Firing"]

_OPENING = 15
"""Characters before the figure with which a clause opens: "Of these, some "."""
NEAR_THOUGHT = 5
"""Characters before words of wishing in which a trigger may begin and is still only wished for."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired and where its trigger stands in the text; an empty stretch when it only goes on."""

    rule: Rule
    start: int
    end: int


class Firing:
    """Finds the rules that fire in a text; notes those that nearly did, when notes are taken."""

    def __init__(self, text: str, pack: RulePack, scopes: ScopeReader, notes: Notes | None) -> None:
        self.text, self.pack, self.scopes, self.notes = text, pack, scopes, notes
        self._strong = [rule.triggers for rule in pack.rules]
        self._weak = [rule.weak_triggers for rule in pack.rules]

    def with_rules(self, clauses: list[Clause], previous: Sequence[Event]) -> Iterator[tuple[Clause, Fired]]:
        """Yield clauses with their rule; one without a rule or places of its own joins its neighbour.

        `previous` are the events of the sentence before.
        """
        merged: list[tuple[Clause, Fired | None]] = []
        for clause in clauses:
            fired = self.fire(clause)
            if merged and self._joins(merged[-1], clause, fired):
                last, rule = merged.pop()
                merged.append((join_clauses(last, clause), rule or fired))
            elif merged and fired is None:
                merged.append((clause, merged[-1][1]))
            else:
                merged.append((clause, fired))
        for clause, own in merged:
            fired = own or self._carried_on(clause, previous)
            if fired is not None:
                yield clause, fired

    def fire(self, clause: Clause, *, noted: bool = True) -> Fired | None:
        """Return the first rule in order of rank that fits a clause, strong triggers before weak ones.

        A part of a clause is not `noted`: what is to be said of it was said of the clause.
        """
        strong = list(self._matches(clause, weak=False))
        names = {f.rule.name for f in strong}
        strong = [f for f in strong if not f.rule.yields_to & names] or strong
        if strong:
            return strong[0]
        if clause.figures or clause.mentions:
            weak = (f for f in self._matches(clause, weak=True) if f.rule.type != "statement")
            found = next((f for f in weak if clause.figures or not f.rule.weak_needs_figure), None)
            if found is not None:
                return found
        if noted and self.notes is not None:
            self._note_weak(clause, self.notes)
        return None

    def of_them(self, clause: Clause) -> bool:
        """Whether a clause opens with a part of the figure before: "Some 20,000 of them", "Most of them"."""
        heads = [f for f in clause.figures if not f.same]
        limit = clause.end
        if heads:
            if self.pack.figures.part_after.match(self.text, heads[0].end):  # "20,000 of them"
                return True
            limit = heads[0].start
        return self.pack.figures.of_them.search(self.text, clause.start, min(limit, clause.end)) is not None

    def named(self, rule: Rule) -> str:
        """Return a rule's name as events carry it."""
        return f"{self.pack.lang}: {rule.name}"

    def _carried_on(self, clause: Clause, previous: Sequence[Event]) -> Fired | None:
        """Return the rule of the sentence before for a clause that only splits its figure ("Of these, 15 in Idlib")."""
        told = {e.rule for e in previous}
        if len(told) != 1 or not clause.figures or not self.of_them(clause):
            return None
        rule = next((r for r in self.pack.rules if self.named(r) in told), None)
        if rule is None or rule.type == "statement":
            return None
        # A verb before the figure may tell of another move: "UNHCR has since relocated 17,200 of them".
        opens = clause.figures[0].start - clause.start <= _OPENING
        return Fired(rule, clause.start, clause.start) if opens or rule.type not in MOVES else None

    def _joins(self, last: tuple[Clause, Fired | None], clause: Clause, fired: Fired | None) -> bool:
        before, rule = last
        if rule is None and fired is None:
            return True
        if rule is None:
            return bool(before.figures) and not (before.mentions and clause.mentions)
        if fired is None:
            return not goes_on(before, clause)
        same = fired.rule is rule.rule and not clause.mentions
        return same and not self.scopes.told(clause.start, clause.end, fired.rule.type)

    def _matches(self, clause: Clause, *, weak: bool) -> Iterator[Fired]:
        triggers = self._weak if weak else self._strong
        for number, match in matching(triggers, self.text, clause.start, clause.end):
            rule = self.pack.rules[number]
            against = rule.excludes.search(self.text, clause.start, clause.end)
            thought = None if against else self._hypothetical(match, clause)
            if against is None and thought is None:
                yield Fired(rule, match.start(), match.end())
            elif self.notes is not None and not weak:
                self._note_passed(rule, match, against, thought, self.notes)

    def _hypothetical(self, match: re.Match[str], clause: Clause) -> re.Match[str] | None:
        """Return the words by which what a trigger tells only could happen or is wished for."""
        thought = self.pack.modality.hypothetical.search(self.text, clause.start, clause.end)
        near = thought is not None and thought.start() - NEAR_THOUGHT <= match.start() <= thought.end() + 60
        return thought if near else None

    def _note_passed(
        self,
        rule: Rule,
        match: re.Match[str],
        against: re.Match[str] | None,
        thought: re.Match[str] | None,
        notes: Notes,
    ) -> None:
        other = against or thought
        assert other is not None  # noqa: S101 - one of the two kept the rule back
        why = "mean something else" if against else "say that it only could be, or is asked for"
        notes.passed("rule", f"{self.named(rule)} passed over", f'the words "{other.group()}" {why}', match.span())

    def _note_weak(self, clause: Clause, notes: Notes) -> None:
        """Note the weak triggers of a clause in which no rule fired."""
        for number, match in matching(self._weak, self.text, clause.start, clause.end):
            rule = self.pack.rules[number]
            if rule.type == "statement":
                continue
            if rule.excludes.search(self.text, clause.start, clause.end) or self._hypothetical(match, clause):
                continue
            needs = "figure" if rule.weak_needs_figure else "figure and no place"
            why = f"these words are a weak sign, and no {needs} stands with them"
            notes.passed("rule", f"{self.named(rule)} passed over", why, match.span())
