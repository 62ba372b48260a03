"""Notes of rules whose triggers stand in a clause and that yet do not fire, with the words that keep them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from geomap.extraction.clauses import Clause
    from geomap.extraction.evidence import Weighed
    from geomap.extraction.explanation import Notes
    from geomap.extraction.rules import RulePack

__all__ = ["note_denied", "note_passed", "note_weak"]


def note_passed(
    notes: Notes, name: str, match: re.Match[str], against: re.Match[str] | None, thought: re.Match[str] | None
) -> None:
    """Note that a trigger stands there, and other words mean something else or only wish for it."""
    other = against or thought
    assert other is not None  # noqa: S101 - one of the two kept the rule back
    why = "mean something else" if against else "say that it only could be, or is asked for"
    notes.passed("rule", f"{name} passed over", f'the words "{other.group()}" {why}', match.span())


def note_weak(
    notes: Notes,
    text: str,
    clause: Clause,
    pack: RulePack,
    hypothetical: Callable[[re.Match[str], Clause], re.Match[str] | None],
) -> None:
    """Note the weak triggers of a clause in which no rule fired."""
    for rule in pack.rules:
        match = rule.weak_triggers.search(text, clause.start, clause.end)
        if match is None or rule.type == "statement":
            continue
        if rule.excludes.search(text, clause.start, clause.end) or hypothetical(match, clause):
            continue
        needs = "figure" if rule.weak_needs_figure else "figure and no place"
        why = f"these words are a weak sign, and no {needs} stands with them"
        notes.passed("rule", f"{pack.named(rule)} passed over", why, match.span())


def note_denied(notes: Notes, name: str, span: tuple[int, int], weighed: Weighed) -> None:
    """Note that a rule fired, and that what stands around its words speaks for no event."""
    why = f"{weighed.said(notes.text)} speak for no event ({weighed.shares[weighed.best]:.2f})"
    notes.passed("rule", f"{name} passed over", why, span)
