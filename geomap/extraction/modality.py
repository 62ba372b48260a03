"""Whether what a trigger tells has happened: negated, planned, only thought of; and whether it is a change."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geomap.extraction.clauses import Clause, Piece
    from geomap.extraction.firing import Fired
    from geomap.extraction.rules import ModalityWords, ScopeWords
    from geomap.model import Change

__all__ = ["change_of", "negation_of", "none_of", "not_done", "plan_of"]

_NEGATION_BEHIND = 60
"""Characters behind a trigger in which its verb can be negated."""
_PLAN_BEHIND, _PLAN_OF_NOUN = 25, 90
"""Characters behind a trigger in which it can be told as planned; the longer ones behind a noun without a verb."""
_WORD = re.compile(r"\S+")
_OF = len(" of ")
_BREAK = re.compile(r"[,;:()،؛]")


def negation_of(text: str, clause: Clause, fired: Fired, words: ModalityWords) -> re.Match[str] | None:
    """Return the words that negate what a trigger tells; those of an earlier clause are that one's own."""
    start = max(fired.end, clause.start)
    behind = min(clause.end, start + _NEGATION_BEHIND)
    found = words.negated.search(
        text, clause.start, clause.end
    )  # what stands behind may lift it: "none but 25 families"
    if found and found.end() <= fired.end and ":" not in text[found.end() : fired.start]:
        return found  # "Not all go south: 1,860 households went back" denies no return
    return words.negated_after.search(text, start, behind)


def none_of(text: str, piece: Piece) -> re.Match[str] | None:
    """Return the word that says that nobody did: "nobody to Nasib", "Saraqib – none"."""
    zero = next((f for f in piece.figures if f.value == 0 and not f.part), None)
    return _WORD.match(text, zero.start) if zero else None


def not_done(text: str, piece: Piece, negation: re.Match[str]) -> Piece:
    """Return a negated piece with the figures of those whom it denies: "41 trucks could not get to Homs".

    They stand before the words that deny it, or right behind them ("blocked the return of 90 families").
    """
    if none_of(text, piece):
        return replace(piece, figures=())
    end = negation.end()
    whose = (
        f
        for f in piece.figures
        if f.end <= negation.start() or (0 <= f.start - end <= _OF and f.value > 1)  # not "a single family"
    )
    return replace(piece, figures=tuple(whose))


def plan_of(text: str, clause: Clause, fired: Fired, words: ModalityWords) -> re.Match[str] | None:
    """Return the words that say that what a trigger tells lies ahead.

    Behind a noun they may stand farther, up to the first verb: "Demining of the airport in Homs will be completed".
    """
    if found := words.planned.search(text, clause.start, min(clause.end, fired.end + _PLAN_BEHIND)):
        return found
    found = words.planned.search(text, fired.end, min(clause.end, fired.end + _PLAN_OF_NOUN))
    between = text[fired.end : found.start()] if found else ""
    return None if _BREAK.search(between) or words.finite.search(between) else found


def change_of(text: str, clause: Clause, words: ScopeWords) -> tuple[Change, re.Match[str]] | None:
    """Return whether the figures of a clause are a rise or a fall of a number, and the words that say so."""
    if match := words.decrease.search(text, clause.start, clause.end):
        return "decrease", match
    match = words.increase.search(text, clause.start, clause.end)
    return ("increase", match) if match else None
