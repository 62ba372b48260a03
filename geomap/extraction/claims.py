"""Who says so, when a sentence tells it: "according to the Turkish side", "the Observatory counted nine"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.extraction.phrases import finditer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from geomap.extraction.phrases import Phrases
    from geomap.model import Mention
    from geomap.segmentation import Sentence

    Compile = Callable[[list[str]], Phrases]

__all__ = ["Claim", "ClaimReader", "ClaimWords", "claim_words"]

_TAIL = 60
"""Characters behind "..., officials said" up to the end of a sentence that tell only when and where it was said."""
_CLOSING = tuple("\"”»’'")
"""Marks that close a quotation."""
_QUOTATION_END = re.compile(r"[\"”»]")
_QUOTES = re.compile('[“«”»"]')
_LONGEST_QUOTATION = 2000
"""Characters in which the end of a quotation is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWords:
    """How a language names who says so. Each pattern has a group `who`; `again` are words that stand for the last one.

    `says` are words of saying, which hold for all that the sentence tells; `counts` words of counting, which hold for
    what follows them ("the Turkish side registered nine"), `counted_by` for what stands before ("registered by ...");
    `sides` name a claimant whose verb is left out. `office`, behind a name, tells what its bearer is. `speakers`, right
    before a place, tell that it is theirs; so do `speaking_people` where a verb (`speaking`) stands behind it.
    """

    says: tuple[Phrases, ...]
    counts: tuple[Phrases, ...]
    counted_by: tuple[Phrases, ...]
    sides: tuple[Phrases, ...]
    again: Phrases
    office: Phrases
    speakers: Phrases
    speaking_people: Phrases
    speaking: Phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claimant as written, at ``text[start:end]``.

    It is `behind` when it stands behind what it says; `within` are the ends of the brackets that hold claim and figure
    ("36 shellings (34, according to the Syrian side)").
    """

    who: str
    start: int
    end: int
    behind: bool = False
    says: bool = True
    within: tuple[int, int] | None = None


def claim_words(table: Mapping[str, list[str]], compiled: Compile) -> ClaimWords:
    """Read the table of a pack; ``{WHO}`` in its patterns stands for a claimant.

    Parameters
    ----------
    table
        `who`, `says`, `counts`, `counted_by`, `sides`, `again`, `office`, `speakers`, `speaking_people`,
        `speaking`: lists of patterns.
    compiled
        Compiles patterns as alternatives, with an error that names the pack.

    Raises
    ------
    RuleError
        When one of them is no regular expression.
    """
    who = f"(?P<who>{'|'.join(table['who'])})"

    def each(name: str) -> tuple[Phrases, ...]:
        return tuple(compiled([rf"\b(?:{pattern.replace('{WHO}', who)})\b"]) for pattern in table[name])

    return ClaimWords(
        says=each("says"),
        counts=each("counts"),
        counted_by=each("counted_by"),
        sides=tuple(compiled([pattern.replace("{WHO}", who)]) for pattern in table["sides"]),
        again=compiled([rf"\b(?:{pattern})\b" for pattern in table["again"]]),
        office=compiled(table["office"]),
        speakers=compiled([rf"\b(?:{pattern})\s+(?:the\s+)?$" for pattern in table.get("speakers", [])]),
        speaking_people=compiled([rf"\b(?:{pattern})\s+(?:the\s+)?$" for pattern in table.get("speaking_people", [])]),
        speaking=compiled([rf"\s+(?:{pattern})\b" for pattern in table.get("speaking", [])]),
    )


class ClaimReader:
    """Tells the claimants of one text, sentence by sentence in its order."""

    def __init__(self, text: str, words: ClaimWords, mentions: Sequence[Mention]) -> None:
        self.text, self.words = text, words
        self.places = [(m.start, m.end) for m in mentions if m.context == "location"]
        self.claims: list[Claim] = []
        self.last: str | None = None
        self.known: list[str] = []
        self.quoted = False
        self.paragraph = -1

    def begin(self, sentence: Sentence) -> None:
        """Find the claims of the next sentence; a quotation that goes on keeps the claimant of the one before."""
        if sentence.paragraph != self.paragraph:
            self.last, self.quoted, self.paragraph = None, False, sentence.paragraph
        self.claims = self._found(sentence)
        goes_on = self.quoted or self.words.again.search(self.text, sentence.start, sentence.end) is not None
        self.quoted = self._quotation_open(sentence)
        if not self.claims and goes_on and self.last is not None:
            self.claims = [Claim(who=self.last, start=sentence.start, end=sentence.start)]
        elif not self.claims and self.quoted:
            self.claims = self._behind_quotation(sentence)
        self.last = self.claims[-1].who if self.claims else self.last

    def at(self, position: int) -> Claim | None:
        """Return the claim under which what stands at an offset of the text is told, None when nobody is named."""
        bracketed = next((c for c in self.claims if c.within and c.within[0] <= position < c.within[1]), None)
        if bracketed is not None:
            return bracketed
        claims = [c for c in self.claims if c.within is None]
        before = [c for c in claims if not c.behind and c.start <= position]
        if before:
            return before[-1]
        behind = next((c for c in claims if c.behind and c.start >= position), None)
        return behind or next((c for c in claims if c.says), None)

    def _found(self, sentence: Sentence) -> list[Claim]:
        found: list[Claim] = []
        words = self.words
        for patterns, says in ((words.says, True), (words.counts, False), (words.counted_by, False)):
            for match in finditer(patterns, self.text, sentence.start, sentence.end):
                start, end = match.span("who")
                if not any(s < end and start < e for s, e in (*self.places, *((c.start, c.end) for c in found))):
                    behind = self._stands_behind(match, sentence) if says else patterns is words.counted_by
                    found.append(self._claim(match, sentence, says=says, behind=behind))
        if any(not c.behind for c in found):
            found += self._sides(min(c.end for c in found), sentence.end, found)
        return sorted(found, key=lambda c: c.start)

    def _claim(self, match: re.Match[str], sentence: Sentence, *, says: bool, behind: bool) -> Claim:
        who, start = match["who"], match.start("who")
        if who.endswith(".") and "." not in who.rsplit(None, 1)[-1][:-1]:
            who = who[:-1]  # the full stop of the sentence, not that of "U.N."
        end = start + len(who)
        if office := self.words.office.match(self.text, end, sentence.end):
            who, end = who + office.group(), office.end()
        if who[:1].isupper():  # "Konashenkov" is who was presented before
            who = next((known for known in self.known if who in known), who)
        self.known.append(who)
        opening, closing = self.text.rfind("(", sentence.start, start), self.text.find(")", start, sentence.end)
        within = (opening, closing) if 0 <= opening < closing and self.text.find(")", opening) == closing else None
        return Claim(who=who, start=start, end=end, behind=behind and within is None, says=says, within=within)

    def _behind_quotation(self, sentence: Sentence) -> list[Claim]:
        """Find who is quoted, when a quotation runs on from this sentence: '"A. B," the officer said.'."""
        closing = _QUOTATION_END.search(self.text, sentence.end, sentence.end + _LONGEST_QUOTATION)
        if closing is None:
            return []
        for match in finditer(self.words.says, self.text, closing.end(), closing.end() + _TAIL):
            if not self.text[closing.end() : match.start()].strip():
                return [Claim(who=match["who"], start=sentence.start, end=sentence.start)]
        return []

    def _sides(self, start: int, end: int, found: Sequence[Claim]) -> list[Claim]:
        """Find claimants whose verb is left out: "the Russian side counted nine, the Turkish side eight"."""
        taken = [*self.places, *((c.start, c.end) for c in found)]
        return [
            Claim(who=match["who"], start=match.start("who"), end=match.end("who"), says=False)
            for match in finditer(self.words.sides, self.text, start, end)
            if not any(s < match.end("who") and match.start("who") < e for s, e in taken)
        ]

    def _stands_behind(self, match: re.Match[str], sentence: Sentence) -> bool:
        """Whether what is said stands before the claimant: ", officials said on Friday"."""
        before = self.text[sentence.start : match.start()].rstrip()
        after = self.text[match.end() : sentence.end]
        tail = len(after) <= _TAIL and not any(
            c in ",;:" or c.isdigit() for c in after.rstrip("".join((".", "!", " ", *_CLOSING)))
        )
        return before.endswith((",", "،", *_CLOSING)) and tail

    def _quotation_open(self, sentence: Sentence) -> bool:
        opened = self.quoted
        for c in _QUOTES.findall(sentence.text):
            if c in "“«":
                opened = True
            elif c in "”»":
                opened = False
            elif c == '"':
                opened = not opened
        return opened
