"""Clauses that no rule reads, or whose words speak for another type of event than their rule: what they tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.extraction.evidence import DENIES, NOTHING, OVERRULES, READS, Told
from geomap.extraction.firing import Fired, Firing
from geomap.extraction.passed_over import note_denied
from geomap.extraction.rules import rule_pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geomap.extraction.clauses import Clause
    from geomap.extraction.evidence import Evidence, Weighed
    from geomap.extraction.rules import Rule, RulePack
    from geomap.model import Event, Mention

__all__ = ["Weighing"]


class Weighing:
    """Weighs the clauses of one bulletin that count something; remembers what was told in it."""

    def __init__(self, text: str, pack: RulePack, mentions: Sequence[Mention], firing: Firing) -> None:
        self.text, self.pack, self.mentions, self.firing = text, pack, mentions, firing
        self.before: Counter[str] = Counter()

    def told(
        self, clauses: Iterable[tuple[Clause, Fired | None]], previous: Sequence[Event]
    ) -> list[tuple[Clause, Fired]]:
        """Return the clauses of a sentence that tell something, with their rule or what their words make them.

        `previous` are the events of the sentence before.
        """
        ruled = list(clauses)
        kinds = [None if fired is None else fired.rule.type for _, fired in ruled]
        types = frozenset(event.type for event in previous)
        told = []
        for number, (clause, fired) in enumerate(ruled):
            beside = frozenset(kind for n, kind in enumerate(kinds) if kind is not None and n != number)
            around = Told(self.before, types, beside)
            found = self._weighed(clause, fired, around, self.pack.evidence) if self.pack.evidence else fired
            if found is not None:
                told.append((clause, found))
        self.before.update(fired.rule.type for _, fired in told if fired.rule.type != "statement")
        return told

    def _weighed(self, clause: Clause, fired: Fired | None, around: Told, evidence: Evidence) -> Fired | None:
        if not clause.figures:
            return fired
        weighed = evidence.weigh(self.text, clause, self.mentions, self.pack.lang, around)
        share = weighed.shares[weighed.best]
        if fired is None:
            thought = self.pack.modality.hypothetical.search(self.text, clause.start, clause.end)
            reads = weighed.best != NOTHING and share >= READS and thought is None
            return self._fired(*next(iter(weighed.spans), (clause.start, clause.end)), weighed) if reads else None
        denied = weighed.best == NOTHING
        ahead = share - weighed.shares.get(fired.rule.type, 0.0)
        if ahead < (DENIES if denied else OVERRULES) or not self._may_overrule(fired.rule):
            return fired
        if not denied:
            plain = self.pack.plain.get(fired.rule.type)
            told = plain is not None and plain.search(self.text, fired.start, fired.end)
            return (
                fired
                if told or self.firing.is_behind(clause, weighed.best)
                else self._overruled(clause, fired, weighed)
            )
        if fired.rule.type == "ceasefire_violation":
            return fired  # whether a clash breaks a truce is told by days and countries: see `truces`
        if self.firing.notes is not None:
            note_denied(self.firing.notes, self.pack.named(fired.rule), (fired.start, fired.end), weighed)
        return None

    def _overruled(self, clause: Clause, fired: Fired, weighed: Weighed) -> Fired | None:
        """Return the rule of the likeliest type: one that fired, too, and was passed over, else what the words make."""
        other = self.firing.of_type(clause, weighed.best)
        return other or self._fired(fired.start, fired.end, replace(weighed, against=self.pack.named(fired.rule)))

    def _may_overrule(self, rule: Rule) -> bool:
        """Whether a rule comes with geomap and tells an event: a rule of one's own says what it says."""
        given = rule_pack(self.pack.lang)
        return given is not None and rule.type != "statement" and any(rule is own for own in given.rules)

    def _fired(self, start: int, end: int, weighed: Weighed) -> Fired | None:
        """Return what places and figures of the likeliest type are read by: the rule of that type that knows most."""
        knows_most = self.pack.knowing_most(weighed.best)
        if knows_most is None:
            return None
        name = f"{weighed.best} by its words ({weighed.shares[weighed.best]:.2f})"
        rule = replace(knows_most, name=name, label=None, stock=False, default_role=_WHERE.get(weighed.best, "at"))
        return Fired(rule, start, end, weighed=weighed)


_WHERE = {"return": "to", "crossing": "via"}
"""The role of a place that no words give one, where a type of event leaves hardly another; a move has several."""
