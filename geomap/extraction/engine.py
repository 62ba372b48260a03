"""The engine: sentence by sentence, clause by clause, which rule fires and what its event is made of.

The rules are data (`packs/*.toml`); this module knows no language.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from geomap.extraction.figures import Figure, find_figures
from geomap.extraction.periods import Period, find_period
from geomap.extraction.pieces import Clause, Piece, cut_clauses, cut_pieces, goes_on, join_clauses
from geomap.extraction.repeats import mark_repeats
from geomap.extraction.roles import MOVES, assign_roles, kind_of
from geomap.extraction.rules import Rule, RulePack, rule_pack
from geomap.extraction.scope import ScopeReader
from geomap.model import Bulletin, Change, Count, Event, Resolution, Roles
from geomap.resolution.surroundings import survey
from geomap.segmentation import Sentence, split_sentences

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

__all__ = ["extract_events"]


def extract_events(bulletin: Bulletin, resolutions: Sequence[Resolution]) -> tuple[Event, ...]:
    """Extract what a bulletin says happened, with figures, time and places in their roles.

    Parameters
    ----------
    bulletin
        The text; its language chooses the rule pack. A language without a pack gives no events.
    resolutions
        What `resolve` decided, in the order of the text.

    Returns
    -------
    events
        In the order of the text; statements about a place that report no happening come as type "statement".

    Raises
    ------
    RuleError
        When the language's rule pack is broken.
    """
    pack = rule_pack(bulletin.lang)
    return () if pack is None else mark_repeats(tuple(_Reader(bulletin, resolutions, pack).read()))


@dataclass(frozen=True, slots=True)
class _Fired:
    """A rule that fired and where its trigger stands in the text."""

    rule: Rule
    start: int
    end: int


class _Reader:
    """One bulletin's reading; lives for one call of `extract_events`."""

    def __init__(self, bulletin: Bulletin, resolutions: Sequence[Resolution], pack: RulePack) -> None:
        self.bulletin, self.resolutions, self.pack = bulletin, resolutions, pack
        self.text = bulletin.text
        self.mentions = [r.mention for r in resolutions]
        self.around = survey(bulletin, self.mentions, [kind_of(r) for r in resolutions])
        self.heads = {i: self._opening(i) for i in range(len(self.mentions))}
        self.starts = [m.start for m in self.mentions]
        self.scopes = ScopeReader(bulletin.text, pack, bulletin.date)
        self.previous: list[Event] = []  # events of the sentence before, in the same paragraph
        self.main: Count | None = None  # the last main figure, for "of them"
        self.whole: Count | None = None  # that figure, while a clause that says so is read

    def _opening(self, i: int) -> int:
        """Return the mention before which the role of a list is told: its first, or the area that opens it."""
        first = min(i, *self.around[i].peers, i)
        before = [j for j in self.around[first].enclosers if self.mentions[j].end <= self.mentions[first].start]
        return before[-1] if before else first

    def read(self) -> Iterator[Event]:
        paragraph = -1
        for sentence in split_sentences(self.text):
            if sentence.paragraph != paragraph:
                self.previous, paragraph = [], sentence.paragraph
            events = self._sentence(sentence)
            events = [replace(e, id=f"{self.bulletin.id}/{e.start}-{n}") for n, e in enumerate(events, 1)]
            yield from events
            self.previous = events
            mains = [c for e in events for c in e.counts if c.subset_of is None]
            self.main = mains[0] if mains else self.main

    def _sentence(self, sentence: Sentence) -> list[Event]:
        group = self.pack.group.match(self.text, sentence.start, sentence.end)
        start = group.end() if group else sentence.start
        before = self.pack.subordinate.match(self.text, sentence.start, sentence.end)
        after = before.end() if before else sentence.start
        inside = [i for i in self._places_in(sentence, after) if self.mentions[i].start >= start]
        found = (
            replace(f, start=f.start + sentence.start, end=f.end + sentence.start)
            for f in find_figures(sentence.text, self.pack)
        )
        figures = [f for f in found if f.start >= start]
        # What went before is left out ("After 1,000 people fled, 300 returned"), unless all figures are there.
        figures = [f for f in figures if f.start >= after] or figures
        clauses = cut_clauses(self.text, start, sentence.end, self.mentions, inside, figures, self.pack)
        events: list[Event] = []
        for clause, fired in self._with_rules(clauses):
            events += self._clause(sentence, clause, fired)
        if not sentence.text.rstrip("\"”»'’)").endswith((".", "!", "?", "؟", ":", ";")):
            # A heading names its subject; only what it counts, or a clash it reports, is told by it.
            return [e for e in events if e.counts or e.type == "ceasefire_violation"]
        return events or (self._statement(sentence, inside) if inside else [])

    def _places_in(self, sentence: Sentence, after: int) -> list[int]:
        """Return the mentions of a sentence that can be places of an event; a corridor stands for its ends.

        Those before `after` tell of what went before, and are left out when there are others.
        """
        inside = [
            i
            for i in range(bisect_left(self.starts, sentence.start), bisect_left(self.starts, sentence.end))
            if self.mentions[i].context == "location"
        ]
        wholes = [i for i in inside if self.mentions[i].ends or self._told_by_name(i)]
        spans = [(self.mentions[i].start, self.mentions[i].end) for i in wholes]
        covered = {
            i
            for i in inside
            if i not in wholes and any(s <= self.mentions[i].start and self.mentions[i].end <= e for s, e in spans)
        }
        inside = [i for i in inside if self.mentions[i].start >= after] or inside
        enclosers = {j for i in inside for j in self.around[i].enclosers if not self._stays(i, j)}
        return [i for i in inside if i not in covered and i not in enclosers]

    def _told_by_name(self, i: int) -> bool:
        """Whether a mention is a point told by a town ("the check point near al-Rastan")."""
        return self.mentions[i].part == "near" and self.mentions[i].name != self.mentions[i].surface

    def _stays(self, i: int, encloser: int) -> bool:
        """Whether the area of a place stays with the event: the place is open, and a comma ties them."""
        between = self.text[self.mentions[i].end : self.mentions[encloser].start].strip()
        return self.resolutions[i].status == "ambiguous" and between in {", the", ","}

    def _with_rules(self, clauses: list[Clause]) -> Iterator[tuple[Clause, _Fired]]:
        """Yield clauses with their rule; one without a rule or places of its own joins its neighbour."""
        merged: list[tuple[Clause, _Fired | None]] = []
        for clause in clauses:
            fired = self._fire(clause)
            if merged and self._joins(merged[-1], clause, fired):
                last, rule = merged.pop()
                merged.append((join_clauses(last, clause), rule or fired))
            elif merged and fired is None:
                merged.append((clause, merged[-1][1]))
            else:
                merged.append((clause, fired))
        for clause, own in merged:
            fired = own or self._carried_on(clause)
            if fired is not None:
                yield clause, fired

    def _carried_on(self, clause: Clause) -> _Fired | None:
        """Return the rule of the sentence before for a clause that only splits its figure ("Of these, 15 in Idlib")."""
        told = {e.rule for e in self.previous}
        if len(told) != 1 or not clause.figures or not self._of_them(clause):
            return None
        rule = next((r for r in self.pack.rules if self._named(r) in told), None)
        if rule is None or rule.type == "statement":
            return None
        # A verb before the figure may tell of another move: "UNHCR has since relocated 17,200 of them".
        opens = clause.figures[0].start - clause.start <= _OPENING
        return _Fired(rule, clause.start, clause.start) if opens or rule.type not in MOVES else None

    def _named(self, rule: Rule) -> str:
        return f"{self.pack.lang}: {rule.name}"

    def _joins(self, last: tuple[Clause, _Fired | None], clause: Clause, fired: _Fired | None) -> bool:
        before, rule = last
        if rule is None and fired is None:
            return True
        if rule is None:
            return bool(before.figures) and not (before.mentions and clause.mentions)
        if fired is None:
            return not goes_on(before, clause)
        same = fired.rule is rule.rule and not clause.mentions
        return same and not self.scopes.told(clause.start, clause.end, fired.rule.type)

    def _fire(self, clause: Clause) -> _Fired | None:
        """Return the first rule in order of rank that fits a clause, strong triggers before weak ones."""
        strong = list(self._matches(clause, weak=False))
        names = {f.rule.name for f in strong}
        strong = [f for f in strong if not f.rule.yields_to & names] or strong
        if strong:
            return strong[0]
        if clause.figures or clause.mentions:
            weak = (f for f in self._matches(clause, weak=True) if f.rule.type != "statement")
            return next((f for f in weak if clause.figures or not f.rule.weak_needs_figure), None)
        return None

    def _matches(self, clause: Clause, *, weak: bool) -> Iterator[_Fired]:
        for rule in self.pack.rules:
            pattern = rule.weak_triggers if weak else rule.triggers
            match = pattern.search(self.text, clause.start, clause.end)
            if match is None or rule.excludes.search(self.text, clause.start, clause.end):
                continue
            if not self._hypothetical(match, clause):
                yield _Fired(rule, match.start(), match.end())

    def _hypothetical(self, match: re.Match[str], clause: Clause) -> bool:
        """Whether what a trigger tells only could happen or is wished for."""
        thought = self.pack.modality.hypothetical.search(self.text, clause.start, clause.end)
        return thought is not None and thought.start() - 5 <= match.start() <= thought.end() + 60

    def _clause(self, sentence: Sentence, clause: Clause, fired: _Fired) -> list[Event]:
        pieces = cut_pieces(self.text, clause, self.mentions, self.pack)
        self.whole = self.main if self._of_them(clause) else None
        return [self._event(sentence, clause, piece, fired) for piece in pieces]

    def _of_them(self, clause: Clause) -> bool:
        """Whether a clause opens with a part of the figure before: "Some 20,000 of them", "Most of them"."""
        heads = [f for f in clause.figures if not f.same]
        limit = clause.end
        if heads:
            if self.pack.figures.part_after.match(self.text, heads[0].end):  # "20,000 of them"
                return True
            limit = heads[0].start
        return self.pack.figures.of_them.search(self.text, clause.start, min(limit, clause.end)) is not None

    def _event(self, sentence: Sentence, clause: Clause, piece: Piece, fired: _Fired) -> Event:
        rule = fired.rule
        own = self._fire(Clause(piece.start, piece.end, piece.mentions, piece.figures))
        if (
            own is not None
            and own.rule.type != rule.type
            and rule.name not in own.rule.yields_to
            and piece.total is None
            and not piece.is_total
        ):
            rule = own.rule
        roles = assign_roles(self.bulletin, clause.start, rule, piece.mentions, self.resolutions, self.heads, self.pack)
        roles = self._with_lead(clause, piece, rule, roles)
        period = find_period(self.text[piece.start : piece.end], self.bulletin.date, self.pack.period)
        period = period or find_period(sentence.text, self.bulletin.date, self.pack.period)
        negated = self._negated(clause, fired)
        planned = (
            self.pack.modality.planned.search(self.text, clause.start, min(clause.end, fired.end + 25)) is not None
        )
        return Event(
            id="",
            bulletin=self.bulletin,
            type=rule.type,
            sentence=sentence.text,
            start=sentence.start,
            end=sentence.end,
            counts=() if negated else tuple(self._counts(piece, rule, period)),
            roles=roles,
            inferred=self._area_of_open(roles) if roles else self._inferred(rule, clause),
            period=period[0] if period else None,
            interval=period[1] if period else None,
            negated=negated,
            planned=planned,
            total_of_breakdown=piece.is_total,
            change=self._change(clause) if piece.figures else None,
            label=rule.label,
            rule=self._named(rule),
        )

    def _change(self, clause: Clause) -> Change | None:
        words = self.pack.scope
        if words.decrease.search(self.text, clause.start, clause.end):
            return "decrease"
        return "increase" if words.increase.search(self.text, clause.start, clause.end) else None

    def _negated(self, clause: Clause, fired: _Fired) -> bool:
        words = self.pack.modality
        behind = min(clause.end, fired.end + _NEGATION_BEHIND)
        return bool(
            words.negated.search(self.text, clause.start, fired.end)
            or words.negated_after.search(self.text, fired.end, behind)
        )

    def _counts(self, piece: Piece, rule: Rule, period: Period | None) -> Iterator[Count]:
        """Yield the counts of a piece; parts name the figure they belong to."""
        whole = piece.total if piece.total is not None else self.whole.value if self.whole else None
        before = any(c.scope == "cumulative" for e in self.previous for c in e.counts)
        head: Count | None = None
        for figure in piece.figures:
            if figure.unit in rule.not_counted:
                continue
            part_of = whole if whole is None or figure.value <= whole else None
            if figure.part:
                part_of = head.value if head else (self.main.value if self.main else None)
            times = None if not figure.repetitions else "shellings" if rule.unit == "violations" else "times"
            unit = figure.unit or times or (head.unit if head and figure.part else None)
            if figure.part and head is not None and not _can_be_part(figure, head):
                part_of = None
            of = (head or self.main) if figure.part else self.whole
            scope = of.scope if of else "period" if figure.part else None
            count = Count(
                value=figure.value,
                unit=unit or (self.whole.unit if self.whole else None) or rule.unit or "unspecified",
                scope=self.scopes.scope(figure, piece, rule, period, whole=scope, before=before),
                at_least=figure.at_least,
                subset_of=part_of,
                surface=self.text[figure.start : figure.end],
            )
            if not figure.part and not figure.same:
                head = count
            yield count
            if figure.high is not None:
                yield replace(count, value=figure.high)

    def _with_lead(self, clause: Clause, piece: Piece, rule: Rule, roles: Roles) -> Roles:
        """Fill roles that a piece leaves out with what its sentence says for all ("entered Syria: 223 from ...")."""
        if not piece.lead:
            return roles
        lead = assign_roles(self.bulletin, clause.start, rule, piece.lead, self.resolutions, self.heads, self.pack)
        named = dict(roles.items())
        filled = {role: named[role] or places for role, places in lead.items() if role != "at"}
        return Roles(from_=filled["from"], to=filled["to"], at=roles.at, via=filled["via"])

    def _area_of_open(self, roles: Roles) -> Roles:
        """Return the areas that are said to hold places none of which could be decided ("X in Homs province")."""
        if any(r.place is not None for _, places in roles.items() for r in places):
            return Roles()
        index = {id(r): i for i, r in enumerate(self.resolutions)}

        def areas(places: tuple[Resolution, ...]) -> tuple[Resolution, ...]:
            return tuple(
                self.resolutions[j] for j in sorted({j for r in places for j in self.around[index[id(r)]].enclosers})
            )

        return Roles(from_=areas(roles.from_), to=areas(roles.to), at=areas(roles.at), via=areas(roles.via))

    def _inferred(self, rule: Rule, clause: Clause) -> Roles:
        """Take the places of the sentence before, when it tells of one matter that goes on.

        A move takes them only where a word points back ("the corridor", "there"); a sentence that opens with another
        matter ("Another 44 people") takes none.
        """
        if rule.type in _NO_INFERENCE or len(self.previous) != 1:
            return Roles()
        if self.pack.elsewhere.match(self.text, clause.start, clause.end):
            return Roles()
        points_back = self.pack.anaphora.search(self.text, clause.start, clause.end)
        before = self.previous[0]
        if (rule.type in MOVES or before.type in MOVES) and not (rule.type in MOVES and points_back):
            return Roles()
        return before.roles or before.inferred

    def _statement(self, sentence: Sentence, inside: Sequence[int]) -> list[Event]:
        rule = next((r for r in self.pack.rules if r.type == "statement"), None)
        if rule is None:
            return []
        roles = assign_roles(self.bulletin, sentence.start, rule, inside, self.resolutions, self.heads, self.pack)
        event = Event(
            id="",
            bulletin=self.bulletin,
            type="statement",
            sentence=sentence.text,
            start=sentence.start,
            end=sentence.end,
            roles=roles,
            rule=self._named(rule),
        )
        return [event] if roles else []


_NEGATION_BEHIND = 60
"""Characters behind a trigger in which its verb can be negated."""
_OPENING = 15
"""Characters before the figure with which a clause opens: "Of these, some "."""
_NO_INFERENCE = frozenset({"ceasefire_violation", "statement"})

_PERSONS = frozenset({"people", "children", "women", "men", "families", "fighters", "unspecified"})


def _can_be_part(figure: Figure, whole: Count) -> bool:
    """Whether a figure can be a part of another: not larger, and of its kind (buildings are no part of hectares)."""
    alike = figure.unit in (None, whole.unit) or {figure.unit, whole.unit} <= _PERSONS
    return alike and figure.value <= whole.value
