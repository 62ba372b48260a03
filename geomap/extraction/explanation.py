"""Why a bulletin's events are what they are, and why a sentence has none: collected only when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geomap.extraction.figures import Figure
    from geomap.model import Bulletin, Event
    from geomap.segmentation import Sentence

__all__ = ["EventReasons", "Explanation", "Notes", "Reason", "SentenceReasons", "Told", "Words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words of a bulletin: `text` is ``bulletin.text[start:end]``."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that was decided.

    `about` names the kind of thing ("rule", "figure", "scope", "place", "mark", ...), `told` is what was decided,
    `why` says why, `words` are those of the text that it rests on, None when it rests on none.
    """

    about: str
    told: str
    why: str
    words: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventReasons:
    """An event and why it is so."""

    event: Event
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceReasons:
    """A sentence, its events, and why what else stands in it is no event, figure or place of one."""

    words: Words
    events: tuple[EventReasons, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All sentences of a bulletin in their order; `note` says why there are none."""

    bulletin: Bulletin
    sentences: tuple[SentenceReasons, ...] = ()
    note: str | None = None

    @property
    def events(self) -> tuple[Event, ...]:
        """The events in the order of the text: those that `extract_events` gives."""
        return tuple(told.event for sentence in self.sentences for told in sentence.events)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as the engine makes it, with its reasons when they are asked for."""

    event: Event
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True)
class _Page:
    """What is noted of one sentence while it is read."""

    sentence: Sentence
    passed: dict[tuple[object, ...], Reason] = field(default_factory=dict)
    figures: dict[int, tuple[Figure, str]] = field(default_factory=dict)  # those that are in no event so far
    events: int = 0


class Notes:
    """Collects reasons while a bulletin is read; lives as long as one call of `explain_events`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._pages: list[_Page] = []

    def begin(self, sentence: Sentence) -> None:
        """Begin a sentence; what is noted from now on is of it."""
        self._pages.append(_Page(sentence))

    def end(self, events: int) -> None:
        """End the sentence: how many events came of it."""
        self._pages[-1].events = events

    def words(self, span: tuple[int, int] | None) -> Words | None:
        """Return the words at offsets of the text."""
        return None if span is None else Words(text=self.text[slice(*span)], start=span[0], end=span[1])

    def reason(self, about: str, told: str, why: str, span: tuple[int, int] | None = None) -> Reason:
        """Make a reason."""
        return Reason(about=about, told=told, why=why, words=self.words(span))

    def passed(self, about: str, told: str, why: str, span: tuple[int, int] | None = None) -> None:
        """Note what is not part of an event, once."""
        self._pages[-1].passed.setdefault((about, told, span), self.reason(about, told, why, span))

    def no_figure(self, start: int, end: int, why: str) -> None:
        """Note a number that is no figure, at offsets within the sentence."""
        by = self._pages[-1].sentence.start
        span = (start + by, end + by)
        self.passed("number", "no figure", why, span)

    def figures(self, figures: Iterable[Figure], why: str) -> None:
        """Note figures and why they are in no event; a later reason replaces an earlier one."""
        self._pages[-1].figures.update((figure.start, (figure, why)) for figure in figures)

    def counted(self, figure: Figure) -> None:
        """Note that a figure became one of an event."""
        self._pages[-1].figures.pop(figure.start, None)

    def sentences(self, events: Sequence[Event], reasons: Sequence[tuple[Reason, ...]]) -> tuple[SentenceReasons, ...]:
        """Return what was noted, with the finished events (in the order of the text) and their reasons."""
        pairs = iter(
            [EventReasons(event=e, reasons=(*r, *self._repeats(e))) for e, r in zip(events, reasons, strict=True)]
        )
        return tuple(
            SentenceReasons(
                words=Words(
                    text=self.text[page.sentence.start : page.sentence.end],
                    start=page.sentence.start,
                    end=page.sentence.end,
                ),
                events=tuple(next(pairs) for _ in range(page.events)),
                reasons=tuple(sorted(self._left_over(page), key=_place)),
            )
            for page in self._pages
        )

    def _repeats(self, event: Event) -> tuple[Reason, ...]:
        if event.repeats is None:
            return ()
        return (self.reason("mark", "repeats", f"the event {event.repeats} tells the same fact, and no less of it"),)

    def _left_over(self, page: _Page) -> list[Reason]:
        figures = [
            self.reason("figure", "in no event", why, (figure.start, figure.end))
            for figure, why in page.figures.values()
        ]
        return [*page.passed.values(), *figures]


def _place(reason: Reason) -> tuple[bool, int]:
    """Return the key by which reasons are listed: those of the whole sentence first, then in the order of the text."""
    return reason.words is not None, reason.words.start if reason.words else 0
