"""What was left open, out to a sheet for a person and back as decisions.

::

    bulletins ──> open_names  (once per spelling and setting) ──> sheet  (an XLSX that a person fills in)
                                                                    │
    own file  <── applying  (what still fits is kept)  <── answers  <┘  (what was filled in, or why it cannot be used)

`write_sheet` writes a sheet, `read_sheet` reads it, `apply_answers` keeps what it decides in an `OwnFile`, which every
run reads beside the curated gazetteer.
"""

from __future__ import annotations

from geomap.review.answers import Answer, Refusal, Sheet, read_sheet
from geomap.review.applying import Outcome, apply_answers
from geomap.review.open_names import Example, OpenName, fingerprint, open_names
from geomap.review.own_file import OwnFile, read_own
from geomap.review.sheet import write_sheet
from geomap.review.suggestions import Geocoder, Suggestion, with_suggestions

__all__ = [
    "Answer",
    "Example",
    "Geocoder",
    "OpenName",
    "Outcome",
    "OwnFile",
    "Refusal",
    "Sheet",
    "Suggestion",
    "apply_answers",
    "fingerprint",
    "open_names",
    "read_own",
    "read_sheet",
    "with_suggestions",
    "write_sheet",
]
