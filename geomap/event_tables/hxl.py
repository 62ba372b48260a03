"""HXL hashtags (hxlstandard.org) -> fields: those that geomap writes, and the usual ones of others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TAG", "hxl_fields", "is_tag_row"]

TAG = re.compile(r"#\s*[a-zA-Z]\w*(?:\s*\+\s*[a-zA-Z]\w*)*")

_EXACT = {
    "#meta+id": "id", "#event+name": "label", "#date+basis": "day_basis", "#date+period": "period",
    "#date+published": "published", "#affected+value": "figure", "#affected+unit": "unit", "#affected+scope": "scope",
    "#affected+at_least": "at_least", "#affected+at_most": "at_most", "#affected+rounded": "rounded",
    "#date+precision": "precision", "#affected+text": "figures", "#affected+change": "change",
    "#event+negated": "negated", "#event+planned": "planned", "#event+total": "total_of_breakdown",
    "#event+repeats": "repeats", "#description": "notes", "#meta+claimant": "claimant", "#meta+bulletin": "bulletin",
    "#meta+url": "url", "#loc+name+inferred": "inferred", "#loc+code+inferred": "inferred_code",
    "#loc+name+point": "point.name", "#loc+code+point": "point.code", "#geo+uncertainty+km": ".uncertainty",
}  # fmt: skip
_PASSED_OVER = frozenset({"#geo+basis", "#geo+approximate", "#meta+start", "#meta+end"})
"""What geomap writes for people, and works out anew."""

_AREAS = {"#country": "country", "#adm1": "admin1", "#adm2": "admin2", "#adm3": "admin3", "#adm4": "admin4"}
_ROLES = {"from": "from", "origin": "from", "to": "to", "dest": "to", "destination": "to", "via": "via", "at": "at"}
_UNITS = {
    "hh": "families", "households": "families", "families": "families", "ind": "people", "individuals": "people",
    "people": "people", "persons": "people",
}  # fmt: skip
_KINDS = {"idps": "displacement", "displaced": "displacement", "returnees": "return", "returned": "return"}
_GROUPS = frozenset({*_KINDS, "refugees", "affected", "inneed"})
_PLAIN_ATTRIBUTES = frozenset({"name", "code", "v_pcode", "pcode", "iso3", "iso2", "value", "num", "total", "type"})


def is_tag_row(cells: Sequence[str]) -> bool:
    """Tell whether a row is one of hashtags: all cells that hold something, and at least two."""
    filled = [cell for cell in cells if cell]
    return len(filled) > 1 and all(cell.startswith("#") for cell in filled) and any(map(TAG.fullmatch, filled))


def hxl_fields(tags: Sequence[str]) -> tuple[dict[str, list[int]], dict[str, str]]:
    """Return the columns (from 0) of each field, and what the tags say of every row.

    Parameters
    ----------
    tags
        The cells of the hashtag row; those that mean nothing here are passed over.
    """
    found: dict[str, list[int]] = {}
    types = set[str]()
    for column, tag in enumerate(tags):
        plain = re.sub(r"\s", "", tag).lower()
        said = _EXACT.get(plain) or _field(plain)
        if said is not None and plain not in _PASSED_OVER:
            found.setdefault(said, []).append(column)
        base, *attributes = plain.split("+")
        if base == "#reached":
            types.add("humanitarian_aid")
        types.update(_KINDS[a] for a in attributes if base == "#affected" and a in _KINDS)
    return found, {"type": types.pop()} if len(types) == 1 and "type" not in found else {}


def _field(tag: str) -> str | None:
    """Return the field of a usual hashtag; None of one that tells only a part, such as women among the affected."""
    base, *attributes = tag.split("+")
    said = set(attributes)
    role = next((_ROLES[a] for a in attributes if a in _ROLES), "")
    if base in _AREAS:
        return f"{role}.{_AREAS[base]}{'_code' if said & {'code', 'v_pcode', 'pcode', 'iso3', 'iso2'} else ''}"
    if base == "#loc":
        part = "type" if "type" in said else "code" if said & {"code", "v_pcode", "pcode"} else "name"
        return f"{role}.{part}"
    if base == "#geo":
        return next((f"{role}.{part}" for part in ("lat", "lon", "uncertainty") if part in said), None)
    if base in ("#affected", "#reached", "#population"):
        return _figure(attributes)
    return _of_event(base, said)


def _of_event(base: str, said: set[str]) -> str | None:
    if base == "#date":
        return "start" if "start" in said else "end" if "end" in said else "date"
    if base in ("#event", "#activity", "#crisis", "#cause"):
        return "type" if base == "#event" and "type" in said else "label" if base == "#event" else None
    if base == "#meta":
        return next((part for part in ("source", "url", "id") if part in said), None)
    return "notes" if base == "#description" else None


def _figure(attributes: Sequence[str]) -> str | None:
    units = {_UNITS[a] for a in attributes if a in _UNITS}
    others = [a for a in attributes if a not in _UNITS and a not in _GROUPS and a not in _PLAIN_ATTRIBUTES]
    if others or len(units) > 1:
        return None
    return f"figure.{units.pop() if units else 'people'}"  # #affected and #reached count people
