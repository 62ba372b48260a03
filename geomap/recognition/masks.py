"""Names that hold names of places and are none: of organisations, documents, operations and persons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.recognition.before import REACH, Before
from geomap.recognition.text import Spans, Text
from geomap.toponym import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.recognition.known import KnownNames
    from geomap.recognition.text import Word

__all__ = ["masked"]


def masked(text: Text, known: KnownNames) -> Spans:
    """Return the stretches in which no place is named."""
    spans = [match.span() for match in text.words.remark.finditer(text.body)]
    for run in text.runs:
        for word in run:
            if word.kind.heads or word.kind.leads:
                spans += _organisation(text, run[0].start, run[-1].end)
                break
        if (len(run) > 1 or text.before(run[0].start) & Before.TITLE) and _is_person(text, run):
            start, end = run[0].start, run[-1].end
            if fold(text.body[start:end]) not in known:
                spans.append((start, end))
    return Spans(spans)


def _organisation(text: Text, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the span of the name of an organisation, document or operation ("Government of Jordan")."""
    heads = [head.end() for head in text.words.organisation.finditer(text.body, start, end)]
    if heads:
        yield start, _with_of_phrase(text.body, heads[-1], end)
    elif text.words.organisation_start.match(text.body, start):
        yield start, end


_OF_PHRASE = re.compile(r"(?:(?:,| and| of| for| on)+ (?:the )?(?:[A-Z][\w’'-]*)(?:(?: |-)(?:[A-Z][\w’'-]*))*)+")


def _with_of_phrase(body: str, head_end: int, end: int) -> int:
    """Extend "Government" over "of Jordan"; only when the head is the last word of its run."""
    if head_end < end or not body.startswith((" of", " for", " on the"), end):
        return end
    tail = _OF_PHRASE.match(body, end)
    return tail.end() if tail else end


def _is_person(text: Text, run: list[Word]) -> bool:
    """Whether a run stands behind a title, or is two or three words that speak."""
    start = run[0].start
    reach, before = max(0, start - REACH), text.before(start)
    if before & Before.TITLE and text.words.person_title.match(text.body, reach, start):
        return True
    if len(run) not in (2, 3):
        return False
    if text.words.speaks_after.match(text.body, run[-1].end):
        return True
    return bool(before & Before.SPEECH and text.words.speaks_before.search(text.body, reach, start))
