"""The engine: sentence by sentence, clause by clause, which rule fires and what its event is made of.

The rules are data (`packs/*.toml`); this module knows no language.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.extraction.asides import Asides, told_beside, with_beside
from geomap.extraction.claims import ClaimReader
from geomap.extraction.clauses import Clause, Piece, cut_clauses, with_there
from geomap.extraction.coordination import Coordination
from geomap.extraction.counting import Counting, unit_of_subject
from geomap.extraction.explanation import Explanation, Notes, Told
from geomap.extraction.figures import Figure, find_figures
from geomap.extraction.firing import Fired, Firing
from geomap.extraction.holding import kind_of
from geomap.extraction.modality import change_of, negation_of, none_of, not_done, plan_of
from geomap.extraction.openings import (
    Opening,
    is_heading_of_list,
    is_item,
    names_each,
    opens_list,
    role_before_list,
)
from geomap.extraction.own_rules import GIVEN, Rules
from geomap.extraction.periods import LocatedPeriod, is_running, locate_period
from geomap.extraction.pieces import cut_pieces
from geomap.extraction.placing import Carried, Placed, Placing
from geomap.extraction.plain_script import plain_script
from geomap.extraction.reasons import Grounds, event_reasons
from geomap.extraction.repeats import mark_repeats
from geomap.extraction.roles import MOVES, assign_roles
from geomap.extraction.scope import ScopeReader
from geomap.extraction.sentence_places import SentencePlaces
from geomap.extraction.shared_ends import with_end_of_all, with_origin_before, with_roles_of_parts, with_shared_end
from geomap.extraction.truces import Truces
from geomap.extraction.undertakings import with_places_of_each
from geomap.extraction.weighing import Weighing
from geomap.extraction.wholes import Wholes, main_counts
from geomap.model import Bulletin, Count, Event, Resolution
from geomap.resolution.surroundings import survey
from geomap.segmentation import Sentence, split_sentences

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence

    from geomap.extraction.rules import Rule, RulePack

__all__ = ["explain_events", "extract_events"]


def extract_events(bulletin: Bulletin, resolutions: Sequence[Resolution], *, rules: Rules = GIVEN) -> tuple[Event, ...]:
    """Extract what a bulletin says happened, with figures, time and places in their roles.

    Parameters
    ----------
    bulletin
        The text; its language chooses the rule pack. A language without a pack gives no events.
    resolutions
        What `resolve` decided, in the order of the text.
    rules
        The rules that come with geomap, or those with a file of one's own (`load_rules`).

    Returns
    -------
    events
        In the order of the text; statements about a place that report no happening come as type "statement".

    Raises
    ------
    RuleError
        When the language's rule pack is broken.
    """
    pack = rules.pack(bulletin.lang)
    if pack is None:
        return ()
    return mark_repeats(tuple(told.event for told in _Reader(bulletin, resolutions, pack).read()))


def explain_events(bulletin: Bulletin, resolutions: Sequence[Resolution], *, rules: Rules = GIVEN) -> Explanation:
    """Extract events as `extract_events` does, and say why each is so and why other sentences have none.

    Parameters
    ----------
    bulletin, resolutions, rules
        As for `extract_events`.

    Raises
    ------
    RuleError
        When the language's rule pack is broken.
    """
    pack = rules.pack(bulletin.lang)
    if pack is None:
        return Explanation(bulletin=bulletin, note=f"there are no rules for lang {bulletin.lang}: events are not told")
    notes = Notes(bulletin.text)
    told = tuple(_Reader(bulletin, resolutions, pack, notes).read())
    events = mark_repeats(tuple(t.event for t in told))
    return Explanation(bulletin=bulletin, sentences=notes.sentences(events, [t.reasons for t in told]))


class _Reader:
    """One bulletin's reading; lives for one call of `extract_events`. It takes notes when somebody asks why."""

    def __init__(
        self, bulletin: Bulletin, resolutions: Sequence[Resolution], pack: RulePack, notes: Notes | None = None
    ) -> None:
        self.bulletin, self.resolutions, self.pack, self.notes = bulletin, resolutions, pack, notes
        self.text = plain_script(bulletin.text)
        self.plain = replace(bulletin, text=self.text)
        self.mentions = [r.mention for r in resolutions]
        self.around = survey(bulletin, self.mentions, [kind_of(r) for r in resolutions])
        self.heads = {i: self._opening(i) for i in range(len(self.mentions))}
        self.places = SentencePlaces(bulletin.text, resolutions, self.around, pack, notes)
        self.placing = Placing(self.plain, resolutions, self.around, self.heads, pack)
        self.asides = Asides.of(self.text, pack)
        daily = pack.scope.daily.search(f"{bulletin.source or ''} {self.text}") is not None
        self.scopes = ScopeReader(self.asides, pack, bulletin.date, daily=daily)
        self.firing = Firing(self.text, pack, self.mentions, self.scopes, notes)
        self.coordination = Coordination(self.text, pack, self.mentions, self.firing)
        self.weighing = Weighing(self.text, pack, self.mentions, self.firing)
        self.truces = Truces.of(bulletin, self.text, resolutions, pack)
        self.claims = ClaimReader(self.text, pack.claims, self.mentions)
        self.previous: list[Event] = []  # events of the sentence before, in the same paragraph
        self.latest: list[Event] = []  # those of the last sentence that tells any, in whatever paragraph
        self.earlier: list[Event] = []  # events of the clauses before
        self.told: list[Event] = []  # events of the clauses before, in the same sentence
        self.wholes = Wholes()
        self.whole: Count | None = None  # the figure of which the clause that is read tells parts
        self.opening: Opening | None = None  # what the line above the list that is read says for its items
        self.listed = False  # an item of that list is read

    def _opening(self, i: int) -> int:
        """Return the mention before which the role of a list is told: its first, or the area that opens it."""
        first = min(i, *self.around[i].peers, i)
        if first and self.pack.listed.fullmatch(self.text, self.mentions[first - 1].end, self.mentions[first].start):
            return self._opening(first - 1)  # "Darat Izza and the camps near Deir Hassan"
        before = [j for j in self.around[first].enclosers if self.mentions[j].end <= self.mentions[first].start]
        return before[-1] if before else first

    def read(self) -> Iterator[Told]:
        """Yield the events with their ids, in the order of the text."""
        paragraph = -1
        sentences = split_sentences(self.text)
        for number, sentence in enumerate(sentences):
            if sentence.paragraph != paragraph:
                paragraph = sentence.paragraph
                self._begin_paragraph(sentence)
            if self.notes is not None:
                self.notes.begin(sentence)
            self.claims.begin(sentence)
            following = sentences[number + 1 : number + 2]
            heading = is_heading_of_list(sentence, following)
            told = [
                Told(replace(t.event, id=f"{self.bulletin.id}/{sentence.start}-{n}"), t.reasons)
                for n, t in enumerate(self._sentence(sentence, opens=heading), 1)
            ]
            if heading or opens_list(sentence, following):
                told = self._opened(sentence, told, heading=heading)
            if self.notes is not None:
                self.notes.end(len(told))
            yield from told
            self.previous = [t.event for t in told]
            self.latest = [event for event in self.previous if event.type != "statement"] or self.latest
            self.wholes.remember(self.previous)

    def _begin_paragraph(self, sentence: Sentence) -> None:
        if not is_item(sentence):
            self.opening = None
        self.listed = self.opening is not None and not (
            self.opening.heading and not names_each(self.text, sentence, self.mentions)
        )
        if not (is_item(sentence) and self.firing.points_back(sentence.start, sentence.end)):
            self.previous = list(self.opening.events) if self.opening and self.listed else []
        self.wholes.last = self.opening.total if self.opening else self.wholes.last

    def _opened(self, sentence: Sentence, told: list[Told], *, heading: bool) -> list[Told]:
        """Keep what a line says for the list below it; without a figure it is no event of its own."""
        total = next(main_counts(t.event for t in told), None)
        period = self._period_in(sentence.start, sentence.end)
        rule = self.pack.rule_of(told[0].event) if told else None
        role = role_before_list(sentence, rule) if rule is not None and not told[0].event.roles else None
        self.opening = Opening(tuple(t.event for t in told), total, period, role, heading)
        return [t for t in told if t.event.counts]

    def _sentence(self, sentence: Sentence, *, opens: bool) -> list[Told]:
        group = self.pack.group.match(self.text, sentence.start, sentence.end)
        start = group.end() if group else sentence.start
        before = self.pack.subordinate.match(self.text, sentence.start, sentence.end)
        after = before.end() if before else sentence.start
        inside = [i for i in self.places.of(sentence, after) if self.mentions[i].start >= start]
        figures = self._figures(sentence, start, after)
        clauses = cut_clauses(self.text, start, sentence.end, self.mentions, inside, figures, self.pack)
        clauses = with_there(self.text, list(self.coordination.told_apart(clauses)), self.pack)
        told: list[Told] = []
        divided = self.firing.of_group(sentence.start, start) if group else None
        ruled = self.firing.with_rules(clauses, self.previous, listed=self.listed, divided=divided)
        weighed = self.weighing.told(ruled, self.previous)
        self.wholes.add_up(self.text, ((clause, fired.rule) for clause, fired in weighed))
        for clause, fired in weighed:
            self.told = [t.event for t in told if t.event.rule == self.pack.named(fired.rule)]
            self.earlier = [t.event for t in told]
            told += self._without_war(self._clause(sentence, clause, fired))
        told = with_places_of_each(told, self.notes)
        told = with_origin_before(told, self.places.before(sentence, after), self.notes)
        if not opens and not sentence.text.rstrip("\"”»'’)").endswith((".", "!", "?", "؟", ":", ";")):
            # A heading names its subject; only what it counts, or a clash it reports, is told by it.
            kept = [t for t in told if t.event.counts or (t.event.type == "ceasefire_violation" and t.event.roles)]
            if self.notes is not None and len(kept) < (len(told) or 1):
                self.notes.passed("heading", "no event", "a line without a full stop only tells what it counts")
            return kept
        return told or (self._statement(sentence, inside) if inside else [])

    def _without_war(self, told: list[Told]) -> list[Told]:
        """Leave out clashes that break no truce: the sentence is then kept as a statement about its places."""
        kept = [t for t in told if not self.truces.breaks_none(t.event)]
        if self.notes is not None and len(kept) < len(told):
            self.notes.passed("rule", "no violation", "no truce is named, and none is known to have held there then")
        return kept

    def _figures(self, sentence: Sentence, start: int, after: int) -> list[Figure]:
        """Return the figures of a sentence (offsets of the text) that can be those of an event."""
        on_no_figure = None if self.notes is None else self.notes.no_figure
        found = [
            replace(f, start=f.start + sentence.start, end=f.end + sentence.start)
            for f in find_figures(sentence.text, self.pack, on_no_figure=on_no_figure)
        ]
        figures = [f for f in found if f.start >= start]
        # What went before is left out ("After 1,000 people fled, 300 returned"), unless all figures are there.
        kept = [f for f in figures if f.start >= after] or figures
        if self.notes is not None:
            self.notes.figures(found, "the words that introduce it tell of what went before")
            self.notes.figures((f for f in found if f.start < start), "it is the group that the sentence divides")
            self.notes.figures(kept, "no rule fired on the words around it")
        return kept

    def _clause(self, sentence: Sentence, clause: Clause, fired: Fired) -> list[Told]:
        if fired.rule.type in MOVES:
            clause = replace(clause, figures=tuple(f for f in clause.figures if f.unit not in fired.rule.not_counted))
        clause, beside = told_beside(clause, self.asides, self.pack)
        pieces = with_beside(cut_pieces(self.text, clause, self.mentions, self.pack), beside)
        parts = self.listed and fired.start == fired.end
        parts = parts or self.firing.of_them(clause) or self.firing.adds_up(clause, self.latest)
        self.whole = self.wholes.divided_by(clause, fired.rule, self.earlier) if parts else None
        if self.notes is not None:
            self.notes.figures(clause.figures, "it stands in brackets beside another figure, or explains one")
        zeros = len(pieces) > 1 and any(f.value == 0 for piece in pieces for f in piece.figures)
        told: list[Told] = []
        role = self.opening.role if self.opening and self.listed else None
        carried = Carried(rule=fired.rule, role=role, unit=self._unit_before(clause, fired))
        for piece in pieces:
            chosen = self._chosen(piece, fired)
            placed = self.placing.of_piece(sentence.start, clause, piece, chosen.rule, carried.role_for(chosen.rule))
            placed = self.placing.named_before(clause, chosen.rule, placed, self.earlier)
            if self.firing.has_no_verb(piece):
                placed = carried.fill(chosen.rule, placed)
            chosen = self.firing.passing(chosen, placed.roles)
            negation = none_of(self.text, piece)
            if not zeros:
                negation = negation or negation_of(self.text, clause, fired, self.pack.modality)
            told.append(self._event(sentence, clause, piece, chosen, placed, negation, carried))
            carried = carried.after(chosen.rule, placed, told[-1].event)
        if len(told) < 2:
            return told
        told = with_roles_of_parts(told)
        if said_of_all := self.pack.of_all.search(self.text, pieces[-1].start, pieces[-1].end):
            return with_end_of_all(told, said_of_all.end(), self.notes)
        return with_shared_end(told, self.notes) if self.firing.ends_for_all(pieces) else told

    def _event(
        self,
        sentence: Sentence,
        clause: Clause,
        piece: Piece,
        chosen: Fired,
        placed: Placed,
        negation: re.Match[str] | None,
        carried: Carried,
    ) -> Told:
        rule, roles, located = chosen.rule, placed.roles, self._period(sentence, clause, piece)
        period = located[2] if located else None
        plan = None if rule.stock else plan_of(self.text, clause, chosen, self.pack.modality)
        change = change_of(self.text, clause, self.pack.scope) if piece.figures else None
        told = piece if negation is None else not_done(self.text, piece, negation)
        counted = tuple(self._counting(told, carried, rule).counts(told, rule, period)) if told.figures else ()
        claim = self.claims.at(piece.figures[0].start if piece.figures else chosen.start)
        event = Event(
            id="",
            bulletin=self.bulletin,
            type=rule.type,
            sentence=self.bulletin.text[sentence.start : sentence.end],
            start=sentence.start,
            end=sentence.end,
            counts=tuple(c.count for c in counted),
            roles=roles,
            inferred=self.placing.inferred(rule, clause, roles, self.previous),
            period=period[0] if period else None,
            interval=period[1] if period else None,
            negated=negation is not None,
            planned=plan is not None,
            total_of_breakdown=piece.is_total,
            change=change[0] if change else None,
            label=rule.label,
            claimant=claim.who if claim else None,
            rule=self.pack.named(rule),
        )
        if self.notes is None:
            return Told(event)
        if negation:
            self.notes.figures(piece.figures, "it is not of those for whom the event is negated")
        grounds = Grounds(
            fired=chosen,
            counted=counted,
            parts=placed.parts,
            lead=placed.lead,
            period=located,
            negation=negation,
            plan=plan,
            change=change,
            claim=claim,
            back=self.pack.anaphora.search(self.text, clause.start, clause.end),
        )
        return Told(event, event_reasons(self.notes, event, grounds, self.resolutions, self.heads))

    def _counting(self, piece: Piece, carried: Carried, rule: Rule) -> Counting:
        before = any(c.scope == "cumulative" for e in self.previous for c in e.counts)
        unit = next((c.unit for c in main_counts(self.told)), None)
        return Counting(
            scopes=self.scopes,
            main=self.wholes.last,
            whole=self.wholes.added_up(piece.figures) or self.whole,
            before=before,
            going_on=carried.scope_for(rule),
            unit=carried.unit_for(rule) or unit,
            notes=self.notes,
        )

    def _chosen(self, piece: Piece, fired: Fired) -> Fired:
        """Return the rule of a piece: that of its clause, unless its own words fire another."""
        rule = fired.rule
        own = self.firing.fire(Clause(piece.start, piece.end, piece.mentions, piece.figures), noted=False)
        whole = piece.total is None and not piece.is_total and fired.weighed is None
        if own and own.rule.type != rule.type and rule.name not in own.rule.yields_to and not own.aside and whole:
            return own
        if own is not None and own.rule.type == rule.type in MOVES and own.start >= fired.end and not piece.is_total:
            return own  # "El Fasher lost 9,000 people: 4,000 ended up in Tawila"
        return fired

    def _period(self, sentence: Sentence, clause: Clause, piece: Piece) -> LocatedPeriod | None:
        """Return the time that a piece tells, else that of its sentence; offsets of the text."""
        if located := self._period_in(piece.start, piece.end):
            return located
        if self.asides.is_one(piece.start):
            return None  # the time of the sentence is that of the figure outside the brackets
        if located := self._period_in(sentence.start, sentence.end):
            # "1,208 returned; in all it was 25,000 since 14 November"
            of_another = located[0] >= clause.end and is_running(located[2])
            return None if of_another else located
        return self.opening.period if self.opening else None

    def _period_in(self, low: int, high: int) -> LocatedPeriod | None:
        located = locate_period(self.asides.around(low, high), self.bulletin.date, self.pack.period)
        return (located[0] + low, located[1] + low, located[2]) if located else None

    def _unit_before(self, clause: Clause, fired: Fired) -> str | None:
        """Return what bare figures of a clause count by its subject, or by the sentence that it goes on with."""
        if fired.start == fired.end and self.wholes.last is not None:
            return self.wholes.last.unit
        return unit_of_subject(self.text, clause, self.pack)

    def _statement(self, sentence: Sentence, inside: Sequence[int]) -> list[Told]:
        rule = next((r for r in self.pack.rules if r.type == "statement"), None)
        if rule is None:
            return []
        roles = assign_roles(self.plain, sentence.start, rule, inside, self.resolutions, self.heads, self.pack)
        event = Event(
            id="",
            bulletin=self.bulletin,
            type="statement",
            sentence=self.bulletin.text[sentence.start : sentence.end],
            start=sentence.start,
            end=sentence.end,
            roles=roles,
            rule=self.pack.named(rule),
        )
        if not roles or self.notes is None:
            return [Told(event)] if roles else []
        why = "no rule fired: what is said of its places is kept as a statement"
        return [Told(event, (self.notes.reason("rule", str(event.rule), why),))]
