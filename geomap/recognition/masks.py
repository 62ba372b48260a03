"""Names that hold names of places and are none: of organisations, documents, operations and persons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.recognition.before import REACH, Before
from geomap.recognition.known import NAME, piece
from geomap.recognition.text import Spans, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.recognition.known import KnownNames
    from geomap.recognition.text import Word

__all__ = ["masked"]


def masked(text: Text, known: KnownNames) -> Spans:
    """Return the stretches in which no place is named."""
    spans = [match.span() for match in text.words.remark.finditer(text.body)]
    for run in text.runs:
        start, end = run[0].start, run[-1].end
        named = _named_around(text, start, end)
        if named:
            spans.append(named)
            continue
        for word in run:
            if word.kind.heads or word.kind.leads:
                spans += _organisation(text, known, run)
                break
        if (len(run) > 1 or text.before(start) & Before.TITLE) and _is_person(text, run):
            spans += [] if _is_place(known, run) else [(start, end)]
    return Spans(spans)


def _is_place(known: KnownNames, run: list[Word]) -> bool:
    """Whether a run as a whole is the name of a place: "Cross River State", though "Cross" heads organisations."""
    *inner, last = [piece[word.kind.text] for word in run]
    return "".join([part.inner for part in inner]) + last.last in known


def _named_around(text: Text, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of a name that words around it make an institution's ("the Astana talks", "the channel al-Jisr").

    In "in Geneva talks go on" Geneva is a place.
    """
    before = text.before(start)
    after = text.words.institution_after.match(text.low, end)
    if after and not (before & Before.LOCATIVE and not text.low.endswith("the ", 0, start)):
        return start, after.end()
    return (start, end) if before & Before.NAMED else None


def _organisation(text: Text, known: KnownNames, run: list[Word]) -> Iterator[tuple[int, int]]:
    """Yield the span of the name of an organisation, document or operation ("Government of Jordan")."""
    start, end = run[0].start, run[-1].end
    if _is_place(known, run):
        return
    heads = list(text.words.organisation.finditer(text.body, start, end))
    if len(heads) == 1 and text.before(start) & Before.LOCATIVE and _is_building(text, run):
        return
    if heads:
        is_last = heads[-1].end() == end
        yield start, _with_of_phrase(text.body, known, heads[-1]) if is_last else end
    elif text.words.organisation_start.match(text.body, start):
        yield start, end


def _is_building(text: Text, run: list[Word]) -> bool:
    """Whether a run names a building, in which things happen: "at Kyeshero Hospital"."""
    return len(run) > 1 and text.words.building.search(text.body, run[0].start, run[-1].end) is not None


_NAME = r"(?:the )?(?P<name>[^\W\d_a-zа-яё][\w’']*+)(?:[ -][^\W\d_a-zа-яё][\w’']*+)*"
_OF = re.compile(rf" (?:of|for) {_NAME}")
_OF_OR_ON = re.compile(rf" (?:of|for|on) {_NAME}")
_GOES_ON = re.compile(rf"(?:(?P<list>,| and|, and)| of| for) {_NAME}")


def _with_of_phrase(body: str, known: KnownNames, head: re.Match[str]) -> int:
    """Extend "Government" over "of Jordan", and "Ministry of Health" over "and Labour".

    A place ends the phrase of a single head: "Ministry of Health, Homs", but "Governments of Jordan and Syria".
    """
    end = head.end()
    phrase = (_OF_OR_ON if head["document"] else _OF).match(body, end)
    while phrase:
        end = phrase.end()
        phrase = _GOES_ON.match(body, end)
        if phrase and phrase["list"] and known.openings[phrase["name"]] & NAME and not head[0].endswith("s"):
            break
    return end


def _is_person(text: Text, run: list[Word]) -> bool:
    """Whether a run begins with a title, stands behind one, or is two or three words that speak."""
    start = run[0].start
    reach, before = max(0, start - REACH), text.before(start)
    if before & Before.TITLE and text.words.person_title.match(text.body, reach, start):
        return True
    if len(run) > 1 and text.words.person_title.match(text.body, start, run[1].start):
        return True
    if len(run) not in (2, 3):
        return False
    if text.words.speaks_after.match(text.body, run[-1].end):
        return True
    return bool(before & Before.SPEECH and text.words.speaks_before.search(text.body, reach, start))
