"""The counts of an event: each figure with its unit, its scope, and what it is a part of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.model import Count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.extraction.clauses import Clause, Piece
    from geomap.extraction.explanation import Notes
    from geomap.extraction.figures import Figure
    from geomap.extraction.periods import Period
    from geomap.extraction.rules import Rule, RulePack
    from geomap.extraction.scope import ScopeReader, ToldScope
    from geomap.model import Scope

__all__ = ["PERSONS", "Counted", "Counting", "unit_of_subject"]

_MEASURES = frozenset(
    {
        "tons",
        "kilograms",
        "litres",
        "hectares",
        "kilometres",
        "metres",
        "cubic metres",
        "square metres",
        "square kilometres",
    }
)
PERSONS = frozenset({"people", "children", "women", "men", "families", "fighters", "unspecified"})


@dataclass(frozen=True, slots=True)
class Counted:
    """A count with the figure that it was made of, and why it has its unit and scope."""

    count: Count
    figure: Figure
    unit_why: str
    scope: ToldScope


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """Makes the counts of the pieces of a clause.

    `main` is the last main figure of the sentences before, `whole` the same where the clause says that it tells parts
    of it. `before` says whether the sentence before told a running total; `going_on` is the scope of the part before.
    `unit` is what the parts before, in the same sentence, count by the same rule.
    """

    scopes: ScopeReader
    main: Count | None
    whole: Count | None
    before: bool
    going_on: Scope | None
    unit: str | None
    notes: Notes | None

    def counts(self, piece: Piece, rule: Rule, period: Period | None) -> Iterator[Counted]:
        """Yield the counts of a piece; parts name the figure they belong to."""
        whole = piece.total if piece.total is not None else self.whole.value if self.whole else None
        head: Count | None = None
        for figure in piece.figures:
            if not rule.counts(figure.unit):
                if self.notes is not None:
                    self.notes.figures([figure], f"{figure.unit} are no figure of the rule {rule.name}")
                continue
            part_of = whole if whole is None or figure.value <= whole else None
            if figure.part:
                part_of = head.value if head else (self.main.value if self.main else None)
            if figure.part and head is not None and not _can_be_part(figure, head):
                part_of = None
            unit, unit_why = self._unit(figure, head, rule)
            of = (head or self.main) if figure.part else self.whole
            scope = of.scope if of else "period" if figure.part else None
            told = self.scopes.scope(
                figure, piece, rule, period, whole=scope, before=self.before, going_on=self.going_on
            )
            count = Count(
                value=figure.value,
                unit=unit,
                scope=told.scope,
                at_least=figure.at_least,
                at_most=figure.at_most,
                approximate=figure.about and not figure.at_most,
                subset_of=part_of,
                surface=self.scopes.text[figure.start : figure.end],
            )
            if not figure.part and not figure.same:
                head = count
            if self.notes is not None:
                self.notes.counted(figure)
            yield Counted(count, figure, unit_why, told)
            if figure.high is not None:
                held = part_of if part_of is None or figure.high <= part_of else None
                yield Counted(replace(count, value=figure.high, subset_of=held), figure, unit_why, told)

    def _unit(self, figure: Figure, head: Count | None, rule: Rule) -> tuple[str, str]:
        """Return what a figure counts, and why."""
        if figure.unit:
            return figure.unit, "the words with the number"
        if figure.repetitions:
            return "shellings" if rule.unit == "violations" else "times", "it tells how often"
        if head and figure.part:
            return head.unit, "that of the figure it is a part of"
        if self.whole:
            return self.whole.unit, "that of the figure before"
        return _usual_unit(rule, self.unit)


def _usual_unit(rule: Rule, before: str | None) -> tuple[str, str]:
    """Return what a rule counts when no word says so: families, where the part before does, else its own unit."""
    if before in PERSONS and rule.unit in PERSONS:
        return str(before), "that of the part before"
    if rule.unit:
        return rule.unit, "no word names one; the rule counts these"
    return (before, "that of the clause before") if before else ("unspecified", "no word names one")


def _can_be_part(figure: Figure, whole: Count) -> bool:
    """Whether a figure can be a part of another: not larger, and of its kind (buildings are no part of hectares)."""
    things = not {figure.unit, whole.unit} & _MEASURES
    alike = figure.unit in (None, whole.unit) or {figure.unit, whole.unit} <= PERSONS or things
    return alike and figure.value <= whole.value


_SUBJECT = 5
"""Words before the noun that is the subject of a clause."""


def unit_of_subject(text: str, clause: Clause, pack: RulePack) -> str | None:
    """Return "families" where they are who a clause counts: "The displaced households originated from Sirwah (120)"."""
    first = min((f.start for f in clause.figures), default=clause.start)
    families = next((u.words.finditer(text, clause.start, first) for u in pack.units if u.name == "families"), ())
    for match in families:
        before = text[clause.start : match.start()]
        if len(before.split()) <= _SUBJECT and not pack.accompanying.search(before):
            return "families"
    return None
