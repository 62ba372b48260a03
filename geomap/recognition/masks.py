"""Names that hold names of places and are none: of organisations, documents, operations and persons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.recognition.before import REACH, Before
from geomap.recognition.text import Run, Spans, Text
from geomap.toponym import fold

if TYPE_CHECKING:
    from geomap.recognition.known import KnownNames

__all__ = ["masked"]


def masked(text: Text, known: KnownNames) -> Spans:
    """Return the stretches in which no place is named."""
    spans = [match.span() for match in text.words.remark.finditer(text.body)]
    for run in text.runs:
        if run.first == len(run.words):
            continue
        organisation = _organisation(text, run)
        if organisation is not None:
            spans.append(organisation)
        if _is_person(text, run) and fold(text.body[run.start : run.end]) not in known:
            spans.append((run.start, run.end))
    return Spans(spans)


def _organisation(text: Text, run: Run) -> tuple[int, int] | None:
    """Return the span of the name of an organisation, document or operation ("Government of Jordan")."""
    words = run.words[run.first :]
    if any(word.kind.heads for word in words):
        heads = [head.end() for head in text.words.organisation.finditer(text.body[run.start : run.end])]
        if heads:
            return run.start, _with_of_phrase(text.body, run.start + heads[-1], run.end)
    if words[0].kind.leads and text.words.organisation_start.match(text.body, run.start):
        return run.start, run.end
    return None


_OF_PHRASE = re.compile(r"(?:(?:,| and| of| for| on)+ (?:the )?(?:[A-Z][\w’'-]*)(?:(?: |-)(?:[A-Z][\w’'-]*))*)+")


def _with_of_phrase(body: str, head_end: int, end: int) -> int:
    """Extend "Government" over "of Jordan"; only when the head is the last word of its run."""
    if head_end < end or not body.startswith((" of", " for", " on the"), end):
        return end
    tail = _OF_PHRASE.match(body, end)
    return tail.end() if tail else end


def _is_person(text: Text, run: Run) -> bool:
    """Whether a run stands behind a title, or is two or three words that speak."""
    before = text.before(run.start)
    reach = max(0, run.start - REACH)
    if before & Before.TITLE and text.words.person_title.match(text.body, reach, run.start):
        return True
    if len(run.words) - run.first not in (2, 3):
        return False
    if text.words.speaks_after.match(text.body, run.end):
        return True
    return before & Before.SPEECH != 0 and text.words.speaks_before.search(text.body, reach, run.start) is not None
