"""What was found of one mention in a round of the decision, and the resolution that the last round makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geomap.model import Candidate, Resolution
from geomap.resolution.odds import confidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.model import Mention, Place

__all__ = ["Verdict"]

_SHOWN = 6

# Fitted on annotated bulletins, read with the whole gazetteer and with four tenths of their places taken out.
UNLISTED = 0.60  # the score of a place that the gazetteer lacks
_SUREST = 0.99  # more cannot be told from a thousand decisions


class Verdict(NamedTuple):
    """The candidates of a mention, best first, those of them that are another place, and why it is left open."""

    ranked: Sequence[Candidate] = ()
    rivals: Sequence[Candidate] = ()
    why_open: str | None = None

    @property
    def place(self) -> Place | None:
        """The place that is meant, None when that is left open."""
        return self.ranked[0].place if self.ranked and self.why_open is None else None

    def resolution(self, mention: Mention) -> Resolution:
        """Return the resolution of a mention that has candidates."""
        shown = tuple(
            Candidate(place=c.place, score=round(min(1.0, max(0.0, c.score)), 3), reasons=c.reasons)
            for c in self.ranked[:_SHOWN]
        )
        if self.why_open is not None:
            return Resolution(
                mention=mention, status="ambiguous", confidence=0.0, candidates=shown, reasons=(self.why_open,)
            )
        best = self.ranked[0]
        reasons = best.reasons + (() if not self.rivals else (f"ahead of {self.rivals[0].place.name}",))
        kin = len(self.ranked) - 1 - len(self.rivals)
        if kin and not mention.types:
            reasons += (f"the name is shared with {kin} area{'s' if kin > 1 else ''} around it",)
        sure = confidence(best.score, [c.score for c in self.rivals], unlisted=UNLISTED)
        return Resolution(
            mention=mention,
            status="resolved",
            confidence=round(min(_SUREST, sure), 2),
            place=best.place,
            candidates=shown,
            reasons=reasons,
        )
