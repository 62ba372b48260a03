"""Clauses cut once more where "and" joins two things that are told: two verbs, or two kinds of people counted."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.extraction.clauses import PAUSE, Clause
from geomap.extraction.roles import MOVES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.extraction.figures import Figure
    from geomap.extraction.firing import Firing
    from geomap.extraction.rules import RulePack
    from geomap.model import Mention

__all__ = ["Coordination"]

_AND = re.compile(r"[,،]?\s(?:and|as well as|while|и|а)\s|\sو")
_SUBJECT_ANEW = re.compile("(?:an?|its|their|another) ")
_WORD_OR_NUMBER = re.compile(r"\w+")
_NAMED = re.compile("(?:the )?[A-Z]|[^\x00-\x7f]")
"""A subject of its own behind an "and"; Russian and Arabic verbs tell theirs by their form."""


@dataclass(frozen=True, slots=True)
class Coordination:
    """Cuts the clauses of one text; `firing` says what fires in their parts."""

    text: str
    pack: RulePack
    mentions: Sequence[Mention]
    firing: Firing

    def told_apart(self, clauses: Sequence[Clause]) -> Iterator[Clause]:
        """Cut clauses once more where both sides of an "and" tell a thing with a verb of their own.

        "In Daraa WFP reached 38,440 people with bread, and UNHCR gave kits to 1,015 families in Jbab".
        """
        for clause in itertools.chain.from_iterable(map(self._by_who, clauses)):
            rest = clause
            for match in self.pack.coordinate.finditer(self.text, clause.start, clause.end):
                one, two = (self._stretch(rest, *span) for span in ((rest.start, match.end()), (match.end(), rest.end)))
                paused = PAUSE.match(self.text, match.start()) is not None
                if match.start() > rest.start and self._tell_apart(one, two, paused=paused):
                    yield one
                    rest = two if two.mentions else replace(two, mentions=self._fronted(one))
            yield rest

    def _by_who(self, clause: Clause) -> list[Clause]:
        """Cut a clause that counts the displaced and those who came back: "3,400 IDPs and 2,500 returnees"."""
        for one, two in itertools.pairwise(f for f in clause.figures if f.is_own):
            parted = _AND.search(self.text, one.end, two.start)
            if parted is None or {self._who(one), self._who(two)} != {"returned", "displaced"}:
                continue
            between = {i for i in clause.mentions if one.end <= self.mentions[i].start < two.start}
            alike = tuple(i for i in clause.mentions if i not in between)  # "... across Iraq" is said of both
            told = [self._stretch(clause, *span) for span in ((clause.start, parted.end()), (parted.end(), clause.end))]
            return [replace(c, mentions=tuple(sorted({*c.mentions, *(() if between else alike)}))) for c in told]
        return [clause]

    def _who(self, figure: Figure) -> str | None:
        """Return what had happened to those whom a figure counts, by the noun behind it."""
        if self.pack.returned.search(self.text, figure.start, figure.end):
            return "returned"
        return "displaced" if self.pack.displaced.search(self.text, figure.start, figure.end) else None

    def _fronted(self, clause: Clause) -> tuple[int, ...]:
        """Return the places that stand before the verb of a clause: "In Homs two schools were opened, 40 families"."""
        verb = self.pack.finite.search(self.text, clause.start, clause.end)
        return tuple(i for i in clause.mentions if verb is not None and self.mentions[i].end <= verb.start())

    def _stretch(self, clause: Clause, low: int, high: int) -> Clause:
        """Return a part of a clause with what stands in it."""
        places = tuple(i for i in clause.mentions if low <= self.mentions[i].start < high)
        return Clause(low, high, places, tuple(f for f in clause.figures if low <= f.start < high))

    def _tell_apart(self, one: Clause, two: Clause, *, paused: bool) -> bool:
        """Whether each of two parts tells a thing by a verb of its own, the second at places of its own.

        Without places of its own it tells of another type: "260 families returned to Jafra, two pumps were repaired".
        """
        opened = self.text.count("(", one.start, one.end) > self.text.count(")", one.start, one.end)
        divided = one.figures and ":" in self.text[one.figures[0].end : one.end]  # parts of a figure
        anew = _SUBJECT_ANEW.match(self.text, two.start) is not None
        paused = paused or anew
        counted = two.figures and (paused or self._opens_anew(two))
        told_of = two.mentions or counted or (self._opens_anew(two) and self._fronted(one))
        if opened or divided or not told_of or not (one.figures or one.mentions):
            return False
        listed = self.text[one.start : one.end].endswith(", ") and not one.mentions  # "six families, 31 persons, went"
        same = not paused and not _NAMED.match(self.text, two.start)  # "gave first aid to 96 and meals to 300 in Himo"
        if listed or (same and not (one.mentions and two.mentions)):
            return False
        if not all(self.pack.finite.search(self.text, c.start, c.end) for c in (one, two)):
            return False
        told = [
            fired for c in (one, two) if (fired := self.firing.fire(c, noted=False)) is not None and not fired.aside
        ]
        if len(told) < 2:
            return False
        moves = told[1].rule.type in MOVES and not two.figures  # "300 people left Homs and reached the town of Idlib"
        kinds = {"move" if fired.rule.type in MOVES else fired.rule.type for fired in told}
        return (bool(two.mentions) or len(kinds) > 1) and (paused or not moves)

    def _opens_anew(self, clause: Clause) -> bool:
        """Whether a clause begins with a verb of its own or with what it counts: "восстановлены две водокачки"."""
        opening = _WORD_OR_NUMBER.search(self.text, clause.start, clause.end)
        begins = opening.start() if opening else clause.end
        counted = any(f.start == begins for f in clause.figures)
        return counted or self.pack.finite.match(self.text, begins, clause.end) is not None
