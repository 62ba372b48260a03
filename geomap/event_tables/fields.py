"""What a column of a table of events can hold."""

from __future__ import annotations

from geomap.model import ROLES

__all__ = ["AREA_PARTS", "EVENT_FIELDS", "FIELDS_IN_SHORT", "PLACE_PARTS", "field_of", "role_and_part"]

EVENT_FIELDS = (
    "id", "date", "start", "end", "precision", "period", "published", "day_basis", "type", "label", "unit", "scope",
    "at_least", "at_most", "rounded", "change", "negated", "planned", "total_of_breakdown", "repeats", "notes",
    "source",
    "claimant", "url", "bulletin", "figure", "figures", "inferred", "inferred_code",
)  # fmt: skip
"""Fields of an event beside its places; ``figure.UNIT`` is a figure of a unit of its own."""

AREA_PARTS = ("country", "admin1", "admin2", "admin3", "admin4")
"""The areas around a place, the widest first; each may have a code, ``admin1_code``."""

PLACE_PARTS = (
    "name",
    "code",
    "type",
    "lon",
    "lat",
    "uncertainty",
    "geo_precision",
    *AREA_PARTS,
    *(f"{a}_code" for a in AREA_PARTS),
)
"""Parts of a place; ``to.admin1`` is that of the place to which it went, ``admin1`` that of the only one."""

FIELDS_IN_SHORT = (
    "date (or start, end), type, at, from, to, via, admin1 (or to.admin1 ...), code, lon, lat, figure (or figure.UNIT),"
    " unit, scope, notes, source, claimant, id"
)
"""The fields for messages."""

_PLACED = (*ROLES, "point")
_SAME_AS = {"place": "name", "location": "name", "latitude": "lat", "longitude": "lon"}


def field_of(said: str) -> str | None:
    """Return a field in its one form, ``to.name`` for ``to``, ``.lat`` for ``lat``; None when there is none.

    Examples
    --------
    >>> field_of("to"), field_of("from.admin1"), field_of("lat"), field_of("figure.families"), field_of("too")
    ('to.name', 'from.admin1', '.lat', 'figure.families', None)
    """
    plain = said.strip().lower()
    if plain in EVENT_FIELDS:
        return plain
    if plain in _PLACED:
        return f"{plain}.name"
    head, dot, part = plain.partition(".")
    if head == "figure" and part.strip():
        return f"figure.{part.strip()}"
    if not dot:
        head, part = "", plain
    part = _SAME_AS.get(part, part)
    return f"{head}.{part}" if part in PLACE_PARTS and head in ("", *_PLACED) else None


def role_and_part(field: str) -> tuple[str, str] | None:
    """Return what a field of a place is of and which part, ("to", "admin1"); None when it is no field of a place."""
    head, dot, part = field.partition(".")
    return (head, part) if dot and head != "figure" else None
