"""The areas that an event's place lies in, by name and P-code, so that tables join to those of HDX.

They are those of the place that ``point_of`` names, as the gazetteer has them: its country, governorate (admin 1),
district (admin 2) and subdistrict (admin 3), and the place's own P-code. A P-code is only given where the record says
that it is of the very same place; what the gazetteer does not know stays empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.store.columns import Column, event_row, main_place

if TYPE_CHECKING:
    from geomap.gazetteer import Gazetteer
    from geomap.model import Event, Place
    from geomap.store.columns import Value

__all__ = ["ADMIN_COLUMNS", "AdminRows"]

_LEVELS = {"country": 0, "governorate": 1, "district": 2, "subdistrict": 3}
_TAGS = ("#country", "#adm1", "#adm2", "#adm3")

ADMIN_COLUMNS = (
    *(
        Column(f"adm{level}_{part}", "TEXT", f"{_TAGS[level]}+{tag}", f"{kind} of that place: {meaning}")
        for kind, level in _LEVELS.items()
        for part, tag, meaning in (("name", "name", "its name"), ("pcode", "code+v_pcode", "its P-code"))
    ),
    Column("point_pcode", "TEXT", "#loc+code+v_pcode", "P-code of that place itself"),
)
"""The columns of areas, in their order."""


class AdminRows:
    """Rows of events, with the areas of their places when there is a gazetteer to ask."""

    def __init__(self, gazetteer: Gazetteer | None) -> None:
        self._gazetteer = gazetteer
        self._known: dict[str, dict[str, Value]] = {}

    def row(self, event: Event) -> dict[str, Value]:
        """Return an event's values for `EVENT_COLUMNS` and, with a gazetteer, `ADMIN_COLUMNS`."""
        row = event_row(event)
        return row if self._gazetteer is None else row | self.areas(event)

    def areas(self, event: Event) -> dict[str, Value]:
        """Return an event's values for `ADMIN_COLUMNS`."""
        place = main_place(event)
        if place is None or self._gazetteer is None or place.id not in self._gazetteer:
            return dict.fromkeys(column.name for column in ADMIN_COLUMNS)
        if place.id not in self._known:
            here = self._gazetteer.get(place.id)
            self._known[place.id] = _areas((here, *self._gazetteer.ancestors(place.id)))
        return self._known[place.id]


def _areas(places: tuple[Place, ...]) -> dict[str, Value]:
    """Return the columns of a place, given with its containers, nearest first."""
    row: dict[str, Value] = dict.fromkeys(column.name for column in ADMIN_COLUMNS)
    row["point_pcode"] = _pcode(places[0])
    for place in places:
        level = _LEVELS.get(place.type)
        if level is not None and row[f"adm{level}_name"] is None:
            row[f"adm{level}_name"] = place.name
            row[f"adm{level}_pcode"] = _pcode(place)
    return row


def _pcode(place: Place) -> str | None:
    return next((link.removeprefix("pcode:") for link in place.same_as if link.startswith("pcode:")), None)
