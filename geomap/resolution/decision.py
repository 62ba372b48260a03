"""The decision: scores made of named parts, taken over the whole bulletin, and left open when not earned.

Sure mentions are decided first; they then bear on the others (the area that holds a list, the places near by, the
country that the bulletin is about). The weights are plain and few; each reason is kept in words.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.gazetteer.feature_types import importance
from geomap.gazetteer.metric import distance_km
from geomap.model import Candidate, Resolution
from geomap.resolution.candidates import Possible, possible_places, rejected_by_kind
from geomap.resolution.likeness import is_telling, is_written_otherwise
from geomap.resolution.odds import KIN_SLACK, preference
from geomap.resolution.relations import NEAR_KM, Relations, country_of_most
from geomap.resolution.settings import as_reviewed, decision_on, settings_of
from geomap.resolution.standing import PLACED, Standing, standings
from geomap.resolution.surroundings import AREA_TYPES, Surroundings, survey
from geomap.resolution.verdicts import Verdict
from geomap.resolution.vouched import Vouched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin, Decision, Mention, Place, Setting

__all__ = ["resolve", "resolve_in_settings"]

# Parts of a score, in tenths of log odds, added to how the spelling fits (0 to 1.04). Fitted on 66 annotated bulletins,
# read with the curated gazetteer and with Syria's 7,593 communities beside it; each half confirmed by the other.
WITHIN, OUTSIDE = 0.25, -0.45  # in or out of the area that the text names for it
SENTENCE_AREA = 0.08  # in another area that the sentence names
NEAR, FAR = 0.25, -0.08  # to the nearest decided place of the same list or sentence
ELSEWHERE = 0.25  # of this, to the nearest decided place of the rest of the text
NEAR_IN_BULLETIN = NEAR * ELSEWHERE  # what speaks for a place whose name sounds closely alike
SUPPORT = min(WITHIN, SENTENCE_AREA, NEAR)  # a part that speaks for a place; one near by elsewhere in the text is less
FAR_KM = 150.0  # beyond the size of most governorates
FOREIGN, FOREIGN_VILLAGE = -0.17, -0.35  # in another country than most places of the bulletin
NEAR_ABROAD = -0.10  # across the border from places of the bulletin, or a site that is known by its kind
KNOWN_ABROAD = 100_000  # people of a place that texts about another country name without saying where it is

_SIDE = re.compile(
    r"(?:north|south|east|west)\w*ern|(?:شمال|جنوب|شرق|غرب)ي|(?:северн|южн|восточн|западн)\w+ (?:част|район)"
)
"""What says which side of a province is meant: northern Homs and the province's middle lie 150 km apart."""
_WIDE_KM = 50.0
"""A circle around a province's point that says too little of where one side of it lies: our own choice."""

FAR_BEHIND = 0.5  # candidates that trail the best by more are not shown
MARGIN = 0.15  # by which the best must beat any rival that is another place
CLOSE = 0.80  # likeness from which a place near by anywhere in the text is support enough
ALIKE = 0.65  # the least likeness of a name that sounds like it: one vowel off in three consonants

_SITES = frozenset({"camp", "crossing", "checkpoint"})


def resolve(bulletin: Bulletin, mentions: Sequence[Mention], gazetteer: Gazetteer) -> tuple[Resolution, ...]:
    """Decide which place each mention means.

    Parameters
    ----------
    bulletin
        The text in which the mentions stand, with its date and language.
    mentions
        What `recognize` found, in the order of the text.
    gazetteer
        The places that can be meant.

    Returns
    -------
    resolutions
        One for each mention, in the same order: resolved, ambiguous (several places fit, or one not surely enough)
        or unknown (no place has the name), with the candidates and the reasons.
    """
    decider = _Decider(bulletin, mentions, gazetteer)
    found = decider.run()
    return decider.review(found, decider.settings()) if gazetteer.decisions else found


def resolve_in_settings(
    bulletin: Bulletin, mentions: Sequence[Mention], gazetteer: Gazetteer
) -> tuple[tuple[Resolution, Setting], ...]:
    """Return what `resolve` does, each with the setting of its mention, for which a reviewer can decide."""
    decider = _Decider(bulletin, mentions, gazetteer)
    found = decider.run()
    settings = decider.settings()
    return tuple(zip(decider.review(found, settings), settings, strict=True))


class _Decider:
    """One bulletin's decisions as they grow; lives for one call of `resolve`."""

    def __init__(self, bulletin: Bulletin, mentions: Sequence[Mention], gazetteer: Gazetteer) -> None:
        self.bulletin, self.mentions, self.gazetteer = bulletin, mentions, gazetteer
        self.relations = Relations.of(gazetteer)
        self.vouched = Vouched.by(bulletin, mentions, gazetteer)
        self.searched = self.vouched.searched
        self.possible = [list(self._possible_places(m)) for m in mentions]
        kinds = [
            m.types or frozenset(p.place.type for p in options if p.score >= PLACED)
            for m, options in zip(mentions, self.possible, strict=True)
        ]
        self.around = survey(bulletin, mentions, kinds)
        for i, around in enumerate(self.around):
            admitted = [p for p in self.possible[i] if self.vouched.admits(p.place, i, around)]
            self.possible[i] = self.vouched.without_outshone(admitted, mentions[i], around)
        self.area_meant = [self._means_area(i) for i in range(len(mentions))]
        for i, mention in enumerate(mentions):
            if not mention.types and self.area_meant[i]:  # "Damascus" among provinces is what "Damascus province" is
                said = replace(mention, types=frozenset({"governorate"}))
                ids = {p.place.id for p in self.possible[i]}
                self.possible[i] += [
                    p
                    for p in self._possible_places(said)
                    if p.place.id not in ids and self.vouched.admits(p.place, i, self.around[i])
                ]
        self.alone: dict[int, list[Standing]] = {}
        self.decided: dict[int, Place] = {}
        self.points: list[Place] = []
        self.country: str | None = None
        self.reviewed: dict[int, Decision] = {}

    def _possible_places(self, mention: Mention) -> tuple[Possible, ...]:
        return possible_places(mention, self.gazetteer, self.bulletin.lang, background=self.searched)

    def run(self) -> tuple[Resolution, ...]:
        # Three rounds: what is sure alone, what that settles, and what the settled ones settle.
        for _ in range(3):
            verdicts = [self._verdict(i) for i in range(len(self.mentions))]
            places = {i: place for i, v in enumerate(verdicts) if (place := self._place(i, v)) is not None}
            decided = {i: place for i, place in places.items() if self.mentions[i].context == "location"}
            country = country_of_most(decided.values())
            if decided == self.decided and country == self.country:
                break
            self.decided, self.country = decided, country
            self.points = list({p.id: p for p in decided.values() if p.type not in AREA_TYPES}.values())
        return tuple(self._resolution(i, self._unless_one_side(i, v)) for i, v in enumerate(verdicts))

    def _unless_one_side(self, i: int, verdict: Verdict) -> Verdict:
        """Leave a wide province open of which one side is meant; what it says of the names beside it holds."""
        place, part = verdict.place, self.mentions[i].part
        wide = place is not None and place.type == "governorate" and place.uncertainty_km > _WIDE_KM
        if place is None or not wide or not part or not _SIDE.search(part.lower()):
            return verdict
        why = f"only one side of {place.name} is meant, which its point may be far from"
        return Verdict(verdict.ranked, verdict.rivals, why)

    def settings(self) -> tuple[Setting, ...]:
        """Return the settings of the mentions, as far as `run` has decided them."""
        return settings_of(self.bulletin, self.mentions, self.around, self.decided, self.gazetteer)

    def review(self, found: tuple[Resolution, ...], settings: Sequence[Setting]) -> tuple[Resolution, ...]:
        """Return the resolutions with what reviewers decided for these settings, and what that settles."""
        for i, (resolution, setting) in enumerate(zip(found, settings, strict=True)):
            decision = decision_on(resolution, setting, self.gazetteer)
            if decision is not None:
                self.reviewed[i] = decision
        return self.run() if self.reviewed else found

    def _place(self, i: int, verdict: Verdict) -> Place | None:
        return self._resolution(i, verdict).place if i in self.reviewed else verdict.place

    def _resolution(self, i: int, verdict: Verdict) -> Resolution:
        mention = self.mentions[i]
        weighed = verdict.resolution(mention) if verdict.ranked else self._unknown(mention)
        return as_reviewed(weighed, self.reviewed[i], self.gazetteer) if i in self.reviewed else weighed

    def _verdict(self, i: int) -> Verdict:
        """Weigh what a mention could mean with what is decided so far."""
        ranked = self._ranked(i)
        if not ranked:
            return Verdict()
        best = ranked[0]
        rivals = [c for c in ranked[1:] if not self.relations.kin(best.place, c.place)]
        margin = best.score - max((c.score for c in rivals), default=0.0)
        return Verdict(ranked, rivals, self._why_open(i, best, margin, rivals))

    def _ranked(self, i: int) -> list[Candidate]:
        """Return the candidates worth a thought, best first."""
        if i not in self.alone:
            self.alone[i] = standings(self.possible[i], self.relations, self.bulletin.date)
        scored = [self._candidate(i, known) for known in self.alone[i]]
        top = max((c.score for c in scored), default=0.0)
        return self._ordered(i, [c for c in scored if c.score >= top - FAR_BEHIND])

    def _unknown(self, mention: Mention) -> Resolution:
        others = rejected_by_kind(mention, self.gazetteer, background=self.searched)
        reason = f"no gazetteer that is loaded holds {mention.name!r}"
        if others and mention.types:
            reason = f"the name is known, but not as {' or '.join(sorted(mention.types))}"
        elif others:
            reason = "the name is known, but only in a country that the text does not speak of here"
        candidates = tuple(Candidate(place=p.place, score=0.0, reasons=(p.how, f"is a {p.place.type}")) for p in others)
        return Resolution(
            mention=mention,
            status="ambiguous" if others else "unknown",
            confidence=0.0,
            candidates=candidates,
            reasons=(reason,),
        )

    def _why_open(self, i: int, best: Candidate, margin: float, rivals: Sequence[Candidate]) -> str | None:
        """Return why the best candidate must not be taken, None when it may."""
        mention = self.mentions[i]
        option = next(p for p in self.possible[i] if p.place.id == best.place.id)
        if option.partial:
            return f"only a part of the name fits: {best.place.name}"
        if mention.part and best.place.type == "country" and mention.part.split()[-1] not in {"in", "of", "to", "near"}:
            return f"only a part of {best.place.name} is meant, and no outline of that part is known"
        if (doubt := self._doubt(i, option)) is not None:
            return doubt
        if best.score < PLACED:
            return f"{best.place.name} does not fit well enough ({best.why})"
        if rivals and margin < MARGIN:
            names = ", ".join(f"{c.place.name} ({c.place.id})" for c in (best, *rivals)[:3])
            return f"several places fit about equally: {names}"
        return None

    def _doubt(self, i: int, option: Possible) -> str | None:
        """Return what the text would have to speak for and does not, None when nothing."""
        lacking = f"nothing near it speaks for {option.place.name}"
        sure = self._supported(i, option) or self._tells_itself(i, option)
        if not option.spelled and (option.score < ALIKE or not sure):
            return f"the name only {option.how}, and {'not closely' if option.score < ALIKE else lacking}"
        if not option.spelled and is_written_otherwise(option.place, self.mentions[i].name):
            return f"{option.place.name} is written otherwise in Arabic"
        called = option.kind_fits and option.place.type in AREA_TYPES
        far = self.vouched.is_far_abroad(option.place, i, self.around[i], home=self.country, points=self.points)
        if far and not called:
            return f"{option.place.name} lies far off, in a country that nothing near it names"
        if self.vouched.needs_support(option.place) and not sure:
            return f"{option.place.name} is a small place of the world list, and {lacking}"
        return None

    def _supported(self, i: int, option: Possible) -> bool:
        """Whether the text speaks for a place of a similar name: an area it lies in, a place close by, its kind.

        "The town of" is said of hundreds and is no support; "the province of" is said of few.
        """
        if not option.misheard and option.kind_fits and option.place.type in AREA_TYPES:
            return True
        if self.mentions[i].context != "location":
            return False
        # A governorate holds hundreds of names: that one with another consonant lies in it proves nothing.
        said = self._nearness if option.misheard else self._in_context
        least = NEAR_IN_BULLETIN if option.score >= CLOSE and not option.misheard else SUPPORT
        return any(weight >= least for weight, _ in said(i, option.place, self.around[i]))

    def _tells_itself(self, i: int, option: Possible) -> bool:
        """Whether a name that only sounds like a place's is too long to sound like it by chance ("Дейр-Хафер")."""
        if option.misheard or self.country is None or self.country not in option.place.ccodes:
            return False
        against = any(weight < FAR for weight, _ in self._in_context(i, option.place, self.around[i]))
        if against and importance(option.place) < KNOWN_ABROAD:
            return False
        return is_telling(self.mentions[i].name, option.score)

    def _candidate(self, i: int, known: Standing) -> Candidate:
        """Score an option with what is decided so far."""
        score, reasons = known.score, [*known.reasons]
        context = self._in_context(i, known.place, self.around[i]) if self.mentions[i].context == "location" else []
        for weight, reason in (*context, *known.last):
            score += weight
            reasons.append(reason)
        return Candidate(place=known.place, score=score, reasons=tuple(reasons))

    def _in_context(self, i: int, place: Place, around: Surroundings) -> list[tuple[float, str]]:
        near = self._nearness(i, place, around)
        parts = self._containment(place, around) + near
        elsewhere = self.country and self.country not in place.ccodes and place.type != "country"
        if elsewhere and not around.enclosers and not self.vouched.speaks_of(place):
            parts.append((self._abroad(place, near), "lies in another country than the bulletin's other places"))
        return parts

    def _abroad(self, place: Place, near: Sequence[tuple[float, str]]) -> float:
        """Return what it says against a place that it lies abroad: little beside the border or of a camp."""
        if any(weight > 0 for weight, _ in near) or (place.type in _SITES and not place.background):
            return NEAR_ABROAD
        return FOREIGN if importance(place) >= KNOWN_ABROAD else FOREIGN_VILLAGE

    def _containment(self, place: Place, around: Surroundings) -> list[tuple[float, str]]:
        if place.type == "country":
            return []
        enclosers = [self.decided[j] for j in around.enclosers if j in self.decided]
        if enclosers:
            inside = [e for e in enclosers if self.gazetteer.is_within(place.id, e.id)]
            if inside:
                return [(WITHIN, f"lies in {inside[0].name}, which the text names for it")]
            if self.relations.gap_km(enclosers[0], place) <= _slack_km(enclosers[0]):
                return [(0.0, f"lies on the edge of {enclosers[0].name}, which the text names for it")]
            return [(OUTSIDE, f"does not lie in {enclosers[0].name}, which the text names for it")]
        named = {p.id: p for j in around.sentence if (p := self.decided.get(j)) is not None}
        areas = [a for a in named.values() if a.type in AREA_TYPES and a.type != "country" and a.id != place.id]
        inside = [a for a in areas if self.gazetteer.is_within(place.id, a.id)]
        return [(SENTENCE_AREA, f"lies in {inside[0].name}, named in the sentence")] if inside else []

    def _nearness(self, i: int, place: Place, around: Surroundings) -> list[tuple[float, str]]:
        """Weigh the distance to decided places of the same list, else of the same sentence."""
        if place.type in AREA_TYPES:
            return []
        own = {p.place.id for p in self.possible[i]}
        for group, where, weight in (
            (around.peers, "list", 1.0),
            (around.sentence, "sentence", 1.0),
            (None, "bulletin", ELSEWHERE),
        ):
            decided = self.points if group is None else [self.decided[j] for j in group if j in self.decided]
            # What the name itself could mean is no witness: a first guess must not confirm itself.
            others = {o.id: o for o in decided if o.type not in AREA_TYPES and o.id not in own}.values()
            if not others:
                if where == "list" and (beside := self._beside_rivals(i, place, around.peers)):
                    return beside
                continue
            km, nearest = min((distance_km(place.lon, place.lat, o.lon, o.lat), o.name) for o in others)
            if km <= NEAR_KM:
                return [(NEAR * weight, f"{km:.0f} km from {nearest}, named in the same {where}")]
            if km > FAR_KM:
                return [(FAR * weight, f"{km:.0f} km from {nearest}, the nearest place of the {where}")]
            return []
        return []

    def _beside_rivals(self, i: int, place: Place, peers: Sequence[int]) -> list[tuple[float, str]]:
        """Weigh what other names of its list, as open as itself, could mean close by: neighbours are named together.

        Only where letters are those of a name that is known; two names that sound like two neighbours are chance.
        """
        own = {p.place.id for p in self.possible[i]}
        spelled = [p.place for p in self.possible[i] if p.spelled]
        if place.id not in {p.id for p in spelled} or any(p.type in AREA_TYPES for p in spelled):
            return []
        for j in peers:
            for other in self.possible[j]:
                if other.spelled and other.place.type not in AREA_TYPES and other.place.id not in own:
                    km = distance_km(place.lon, place.lat, other.place.lon, other.place.lat)
                    if km <= NEAR_KM:
                        return [(NEAR, f"{km:.0f} km from {other.place.name}, which the list could mean")]
        return []

    def _ordered(self, i: int, scored: list[Candidate]) -> list[Candidate]:
        """Order candidates by score; of the best and its kin, the one that a name so written means comes first."""
        ranked = sorted(scored, key=lambda c: (-round(c.score, 6), preference(c.place), c.place.id))
        if len(ranked) < 2:
            return ranked
        areas_first = self.area_meant[i]

        def preferred(candidate: Candidate) -> int:
            return -1 if areas_first and candidate.place.type == "governorate" else preference(candidate.place)

        top = ranked[0]
        kin = [
            c
            for c in ranked
            if c is top or (c.score >= top.score - KIN_SLACK and self.relations.kin(top.place, c.place))
        ]
        first = min(kin, key=lambda c: (preferred(c), -round(c.score, 6), c.place.id))
        return [first, *(c for c in ranked if c is not first)]

    def _means_area(self, i: int) -> bool:
        """Whether a bare name stands among provinces, so that the province is meant and not its capital."""
        mention, around = self.mentions[i], self.around[i]
        if mention.types:
            return "governorate" in mention.types and not mention.types & {"city", "town"}
        if mention.part and any(word in mention.part for word in ("suburb", "neighbo", "quarter", "outskirt")):
            return False
        if mention.part and any(word in mention.part for word in ("countryside", "rural", "ern", "ريف")):
            return True
        names = {p.place.type for p in self.possible[i]}
        if "governorate" not in names:
            return False
        if any(i in self.around[k].enclosers and self._lies_in_province(k, i) for k in around.sentence):
            return True
        # The word "province" is left out behind its first use: "three in the province of Daraa, three in Hama".
        typed = [j for j in around.sentence if j < i and self.mentions[j].types == {"governorate"}]
        typed = [j for j in typed if self.mentions[j].name != mention.name]  # "in Baghlan province, mostly in Baghlan"
        holding = {j for k in (i, *around.sentence) for j in self.around[k].enclosers}
        typed = [j for j in typed if j not in holding]
        listed = [
            j
            for j in around.peers
            if any(p.place.type == "governorate" and p.score >= PLACED for p in self.possible[j])
        ]
        return bool(typed) or (len(listed) >= 2 and len(listed) == len(around.peers))

    def _lies_in_province(self, k: int, i: int) -> bool:
        """Whether a name can be that of a town or village in the province `i`, and of no quarter: "Karnaz in Hama"."""
        areas = [p.place.id for p in self.possible[i] if p.place.type == "governorate"]
        spelled = [p.place for p in self.possible[k] if p.spelled]
        inside = [p for p in spelled if any(self.gazetteer.is_within(p.id, area) for area in areas)]
        return bool(inside) and all(p.type in {"town", "village"} for p in inside)


def _slack_km(area: Place) -> float:
    """Return how far outside an area a place may lie and still be said to be in it: texts are loose at borders."""
    return 10.0 if area.type in {"governorate", "country"} else 10.0 + area.uncertainty_km
