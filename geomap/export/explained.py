"""Why events are what they are, as text for a person and as values for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geomap.export.table import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from geomap.extraction.explanation import EventReasons, Explanation, Reason, SentenceReasons

__all__ = ["explained_as_text", "explanation_values"]


def explained_as_text(explanations: Iterable[Explanation]) -> str:
    """Return each bulletin's sentences in their order, with their events and why, in lines of text.

    Numbers in brackets are offsets: characters of the bulletin's body.
    """
    return "".join(f"{line}\n" for explanation in explanations for line in _lines(explanation))


def _lines(explanation: Explanation) -> Iterator[str]:
    bulletin = explanation.bulletin
    yield f"# {clean(bulletin.id)} ({bulletin.lang}, {bulletin.date or 'no date'})"
    if explanation.note:
        yield f"  {explanation.note}"
    for sentence in explanation.sentences:
        yield ""
        yield f"[{sentence.words.start}:{sentence.words.end}] {clean(sentence.words.text)}"
        for told in sentence.events:
            yield f"  {told.event.type} ({clean(told.event.id)})"
            yield from (f"    {_line(reason)}" for reason in told.reasons)
        if not sentence.events and not any(reason.told == "no event" for reason in sentence.reasons):
            yield f"  no event: {_why_none(sentence)}"
        yield from (f"  {_line(reason)}" for reason in sentence.reasons)
    yield ""


def _line(reason: Reason) -> str:
    words = reason.words
    on = f' "{clean(words.text)}" [{words.start}:{words.end}]' if words else ""
    return f"{reason.about}: {clean(reason.told)}; {clean(reason.why)}{':' if on else ''}{on}"


def _why_none(sentence: SentenceReasons) -> str:
    if any(reason.about == "rule" for reason in sentence.reasons):
        return "what looks like words of a rule is passed over"
    return "it holds no words of any rule, and no place that a statement could be kept for"


def explanation_values(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as values of JSON; events are named by their ids."""
    return {
        "note": explanation.note,
        "sentences": [
            {
                "sentence": sentence.words.text,
                "start": sentence.words.start,
                "end": sentence.words.end,
                "events": [_event(told) for told in sentence.events],
                "reasons": [_reason(reason) for reason in sentence.reasons],
            }
            for sentence in explanation.sentences
        ],
    }


def _event(told: EventReasons) -> dict[str, Any]:
    event = told.event
    return {"id": event.id, "rule": event.rule, "reasons": [_reason(reason) for reason in told.reasons]}


def _reason(reason: Reason) -> dict[str, Any]:
    words = reason.words
    return {
        "about": reason.about,
        "told": reason.told,
        "why": reason.why,
        "words": None if words is None else {"text": words.text, "start": words.start, "end": words.end},
    }
