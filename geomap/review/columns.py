"""The columns of a review sheet, in their order, and what a person can choose in them."""

from __future__ import annotations

from typing import NamedTuple

from geomap.gazetteer.feature_types import FEATURE_TYPES

__all__ = [
    "ANSWERS",
    "CANDIDATES",
    "COLUMNS",
    "LEAVE_OPEN",
    "NEW_PLACE",
    "NOT_A_PLACE",
    "OPTIONS",
    "RECORD",
    "SHEET",
    "TYPES",
    "Column",
]

SHEET = "open names"
"""The name of the sheet that is filled in."""

CANDIDATES = tuple(f"candidate {number}" for number in range(1, 7))
NOT_A_PLACE, NEW_PLACE, LEAVE_OPEN = "not a place", "new place", "leave open"
OPTIONS = (*CANDIDATES, NOT_A_PLACE, NEW_PLACE, LEAVE_OPEN)
"""What can be decided."""

TYPES = tuple(FEATURE_TYPES)
RECORD = "for geomap"
"""The hidden column that carries a row's name, setting and candidates."""


class Column(NamedTuple):
    """A column: its heading, its width in characters, what stands in it, and whether a person fills it in."""

    heading: str
    width: float
    meaning: str
    answer: bool = False


COLUMNS = (
    Column("key", 12, "the row's own key; leave it as it is"),
    Column("name", 22, "the name as bulletins write it, the most frequent spelling first"),
    Column("language", 9, "of the bulletin in which it was found first"),
    Column("context", 30, "what in the text decides whom it means; your decision holds in this context only"),
    Column("bulletins", 11, "in how many bulletins it stands so, and how often"),
    Column("sentences", 60, "up to three sentences that hold it, with bulletin and date"),
    Column("why open", 30, "why geomap did not decide"),
    *(
        Column(name, 32, "a place that could be meant: name, type, id, containers, point, distance")
        for name in CANDIDATES
    ),
    Column("map", 8, "opens the page beside this sheet at this row: all candidates, numbered"),
    Column("OpenStreetMap", 15, "opens openstreetmap.org at the best candidate; asks the network only when clicked"),
    Column("suggestions", 32, "what an online geocoder gives, when it was asked: not checked, and no candidates"),
    Column("decision", 14, "choose from the list; empty is the same as leave open", answer=True),
    Column("lon", 11, "of a new place: longitude, degrees east of Greenwich, WGS 84", answer=True),
    Column("lat", 11, "of a new place: latitude, degrees north, WGS 84", answer=True),
    Column("place name", 20, "of a new place: its name in Latin script; empty takes the name of the row", answer=True),
    Column("type", 14, "of a new place: choose from the list; empty takes the type word of the context", answer=True),
    Column("uncertainty km", 14, "of a new place: it lies within so many km; empty takes what is usual", answer=True),
    Column("lies in", 20, "of a new place: the id of its container, where the context names none", answer=True),
    Column("source", 28, "of a new place: where its coordinates are from; an address is best", answer=True),
    Column("note", 28, "anything a reader should know; it is kept", answer=True),
    Column("who", 16, "who decided", answer=True),
    Column("when", 12, "the day of the decision; empty takes the day on which it is applied", answer=True),
    Column(RECORD, 4, "hidden: what geomap needs to read this row again"),
)
"""All columns of the sheet."""

ANSWERS = tuple(column.heading for column in COLUMNS if column.answer)
