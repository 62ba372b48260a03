"""Answers -> decisions and places in the user's own file, row by row, where they still fit the gazetteer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.gazetteer.metric import distance_km
from geomap.model import Decision
from geomap.review.answers import Refusal
from geomap.review.new_places import Areas, Misfit, keep_place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from geomap.gazetteer import Gazetteer
    from geomap.review.answers import Answer, Shown
    from geomap.review.own_file import OwnFile

__all__ = ["MOVED_KM", "Outcome", "apply_answers"]

MOVED_KM = 0.010
"""A candidate that lies further from where the sheet showed it is another point than the person looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many answers were new, how many were known already, and which rows do not fit."""

    kept: int
    unchanged: int
    refusals: tuple[Refusal, ...]


def apply_answers(answers: Iterable[Answer], gazetteer: Gazetteer, own: OwnFile, *, sheet: str, today: date) -> Outcome:
    """Keep in `own` what a sheet decides; the file itself is not written.

    Applying the same answers again changes nothing.

    Parameters
    ----------
    answers
        What `read_sheet` found.
    gazetteer
        The places that are known now; a row whose candidate it no longer holds as shown is refused.
    own
        The user's own file, which is changed.
    sheet
        The name of the sheet, which each decision cites.
    today
        The day of decisions that give none.
    """
    kept = unchanged = 0
    refusals: list[Refusal] = []
    areas = Areas(gazetteer)
    for answer in answers:
        try:
            if _keep(answer, areas, own, sheet, today):
                kept += 1
            else:
                unchanged += 1
        except Misfit as misfit:
            refusals.append(Refusal(row=answer.row, field=misfit.field, message=misfit.message))
    return Outcome(kept=kept, unchanged=unchanged, refusals=tuple(refusals))


def _keep(answer: Answer, areas: Areas, own: OwnFile, sheet: str, today: date) -> bool:
    """Keep one answer and tell whether it says anything new."""
    asked = answer.asked
    old = own.decision(asked.toponym, asked.setting)
    if answer.candidate is not None:
        _check_candidate(answer.candidate, areas.gazetteer)
    decision = Decision(
        toponym=asked.toponym if old is None else old.toponym,
        lang=asked.lang if old is None else old.lang,
        setting=asked.setting,
        place_id=None if answer.candidate is None else answer.candidate.place_id,
        by=answer.by,
        on=_day(answer, old, today),
        sheet=sheet,
        note=answer.note,
    )
    new_place = False
    if answer.new_place is not None:
        decision, new_place = keep_place(answer, decision, old, areas, own)
    if not new_place and old is not None and _said(old) == _said(decision):
        return False
    own.decide(decision)
    return True


def _said(decision: Decision) -> tuple[object, ...]:
    """Return what a decision says, whatever the file in which it was written."""
    return decision.place_id, decision.by, decision.on, decision.note


def _day(answer: Answer, old: Decision | None, today: date) -> date:
    """Return the day of a decision; refuse one in the future, and one that an older sheet would bring back."""
    on = answer.on or today
    if on > today:
        raise Misfit("when", f"{on} lies in the future; correct it, or leave it empty for today")
    if old is not None and answer.on is None and old.by == answer.by:
        return old.on  # decided before and left empty now, too
    if old is not None and old.on > on:
        raise Misfit("when", f"{old.by} decided it later, on {old.on}; give the day of a newer decision")
    return on


def _check_candidate(shown: Shown, gazetteer: Gazetteer) -> None:
    """Refuse a candidate that is not what the person looked at."""
    place = gazetteer.places.get(shown.place_id)
    if place is None:
        message = f"{shown.place_id} is in no gazetteer that is loaded; load that of the sheet, or export a new sheet"
        raise Misfit("decision", message)
    if place.name != shown.name:
        raise Misfit("decision", f"{place.id} was {shown.name!r} and is {place.name!r} now; export a new sheet")
    km = distance_km(place.lon, place.lat, shown.lon, shown.lat)
    if km > MOVED_KM:
        raise Misfit("decision", f"{place.id} has moved by {km:.2f} km since the sheet was made; export a new sheet")
