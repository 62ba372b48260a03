"""The mentions of a sentence that can be places of an event, and why others cannot."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from geomap.extraction.holding import kind_of
from geomap.extraction.whereabouts import REACH, tells_only_where

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction.explanation import Notes
    from geomap.extraction.rules import RulePack
    from geomap.model import Resolution
    from geomap.resolution.surroundings import Surroundings
    from geomap.segmentation import Sentence

__all__ = ["SentencePlaces"]


class SentencePlaces:
    """Chooses the places of the sentences of one text; says why others are none, when notes are taken."""

    def __init__(
        self,
        text: str,
        resolutions: Sequence[Resolution],
        around: Sequence[Surroundings],
        pack: RulePack,
        notes: Notes | None,
    ) -> None:
        self.text, self.resolutions, self.around, self.pack, self.notes = text, resolutions, around, pack, notes
        self.mentions = [r.mention for r in resolutions]
        self._starts = [m.start for m in self.mentions]

    def of(self, sentence: Sentence, after: int) -> list[int]:
        """Return the mentions of a sentence that can be places of an event; a corridor stands for its ends.

        Those before `after` tell of what went before, and are left out when there are others.
        """
        every = self._between(sentence.start, sentence.end)
        located = self._located(every)
        wholes = [i for i in located if self.mentions[i].ends or self._told_by_name(i)]
        spans = [(self.mentions[i].start, self.mentions[i].end) for i in wholes]
        covered = {
            i
            for i in located
            if i not in wholes and any(s <= self.mentions[i].start and self.mentions[i].end <= e for s, e in spans)
        }
        inside = [i for i in located if self.mentions[i].start >= after] or located
        enclosers = {j for i in inside for j in self.around[i].enclosers if not self._stays(i, j)}
        enclosers |= {i for i, j in pairwise(located) if self._holds_quarters(i, j)}
        if self.notes is not None:
            self._note(every, inside, covered, enclosers, self.notes)
        return [i for i in inside if i not in covered and i not in enclosers]

    def before(self, sentence: Sentence, after: int) -> list[Resolution]:
        """Return the places of what went before and may have driven people out: the sentence tells it up to `after`.

        So do the words before others that say that it drove them out. Those that only say where others lie are none.
        """
        if after > sentence.start and self.pack.driven_out.match(self.text, sentence.start, after):
            end = after
        elif drove := self.pack.drives_out.search(self.text, sentence.start, sentence.end):
            end = drove.start()
        else:
            return []
        located = self._located(self._between(sentence.start, end))
        told = []
        for i in located:
            low = max(sentence.start, self.mentions[i].start - REACH)
            lead = self.text[low : self.mentions[i].start]
            if tells_only_where(lead, low, i, located, self.resolutions, self.pack, self.text) is None:
                told.append(i)
        enclosers = {j for i in told for j in self.around[i].enclosers}
        return [self.resolutions[i] for i in told if i not in enclosers and kind_of(self.resolutions[i]) != {"river"}]

    def _between(self, start: int, end: int) -> range:
        return range(bisect_left(self._starts, start), bisect_left(self._starts, end))

    def _located(self, indexes: Sequence[int]) -> list[int]:
        return [i for i in indexes if self.mentions[i].context == "location"]

    def _note(
        self, every: Sequence[int], inside: Sequence[int], covered: set[int], enclosers: set[int], notes: Notes
    ) -> None:
        """Note the mentions of a sentence that are no place of any event."""
        for i in every:
            mention = self.mentions[i]
            if mention.context != "location":
                why = f"it stands for {'an actor' if mention.context == 'actor' else 'the place of writing'}"
            elif i in covered:
                why = "it is a part of another name"
            elif i in enclosers:
                why = "it only says where another place lies"
            elif i not in inside:
                why = "the words that introduce it tell of what went before"
            else:
                continue
            notes.passed("no place", mention.surface, why, (mention.start, mention.end))

    def _holds_quarters(self, i: int, following: int) -> bool:
        """Whether a city stands before the quarters that are meant: "the Aleppo quarter of Salahuddin"."""
        city = self.mentions[i]
        named = city.start + len(city.name) if city.surface.startswith(city.name) else city.end
        if named > (start := self.mentions[following].start):
            return False
        if self.pack.quarters_of.fullmatch(self.text, named, start) is None:
            return False
        known = named < city.end or kind_of(self.resolutions[i]) <= _CITIES  # "the Damascus district" is one mention
        return known and not kind_of(self.resolutions[following]) & _CITIES

    def _told_by_name(self, i: int) -> bool:
        """Whether a mention is a point told by a town ("the check point near al-Rastan")."""
        return self.mentions[i].part == "near" and self.mentions[i].name != self.mentions[i].surface

    def _stays(self, i: int, encloser: int) -> bool:
        """Whether the area of a place stays with the event: the place is open, and the area is told in apposition."""
        between = self.text[self.mentions[i].end : self.mentions[encloser].start].strip()
        return self.resolutions[i].status == "ambiguous" and between == ", the"


_CITIES = frozenset({"city", "governorate"})
