"""Answers to names that were asked alone, as text, CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from geomap.export.json_values import place_values
from geomap.export.table import clean
from geomap.resolution.tables import ADDED, added_columns

if TYPE_CHECKING:
    from collections.abc import Iterable

    from geomap.gazetteer import Gazetteer
    from geomap.model import Candidate, Resolution

__all__ = ["answers_as_csv", "answers_as_json", "answers_as_text"]


def answers_as_text(answers: Iterable[Resolution], gazetteer: Gazetteer) -> str:
    """Return each name with its status, its candidates and why, in lines of text."""
    return "".join(line for answer in answers for line in _lines(answer, gazetteer))


def _lines(answer: Resolution, gazetteer: Gazetteer) -> Iterable[str]:
    sure = f" ({answer.confidence:.0%})" if answer.candidates else ""
    yield f"{clean(answer.mention.name) or '(empty)'}: {answer.status}{sure}; {'; '.join(answer.reasons)}\n"
    for candidate in answer.candidates:
        place = candidate.place
        sign = "*" if answer.place is not None and place.id == answer.place.id else " "
        holders = ", ".join(parent.name for parent in gazetteer.ancestors(place.id))
        what = f"{place.name} ({place.type}; {holders or 'no container'}) {place.id}"
        yield f"  {sign} {what} at {place.lon:.4f}, {place.lat:.4f}: {candidate.why}\n"


def answers_as_csv(answers: Iterable[Resolution], _gazetteer: Gazetteer) -> str:
    """Return a row for each name, with the columns that a table of names gets."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["name", *ADDED])
    for answer in answers:
        writer.writerow([answer.mention.name, *added_columns(answer)])
    return text.getvalue()


def answers_as_json(answers: Iterable[Resolution], gazetteer: Gazetteer) -> str:
    """Return an array with an object for each name."""
    found = [_answer(answer, gazetteer) for answer in answers]
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _answer(answer: Resolution, gazetteer: Gazetteer) -> dict[str, Any]:
    columns = dict(zip(ADDED, added_columns(answer), strict=True))
    found = [_candidate(candidate, gazetteer) for candidate in answer.candidates]
    return {"name": answer.mention.name, **columns, "candidates": found}


def _candidate(candidate: Candidate, gazetteer: Gazetteer) -> dict[str, Any]:
    within = [parent.id for parent in gazetteer.ancestors(candidate.place.id)]
    return {**place_values(candidate.place), "within": within, "score": candidate.score, "why": candidate.why}
