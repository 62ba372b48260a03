"""The places of a row: what its cells say of each, and what that means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from geomap.event_tables.cells import LONGEST_NAME, Flaw, Piece
from geomap.event_tables.fields import AREA_PARTS, role_and_part
from geomap.event_tables.known import plain
from geomap.event_tables.places import OPEN, Area, Said
from geomap.event_tables.points import GivenPoint, point_of
from geomap.model import ROLES

if TYPE_CHECKING:
    from geomap.event_tables.cells import Cells
    from geomap.event_tables.header import Columns
    from geomap.event_tables.places import Located, PlaceFinder

__all__ = ["DraftPlace", "RowPlaces"]

_TOTALS = frozenset(
    ["total", "grandtotal", "subtotal", "totals", "sum", "all", "المجموع", "الإجمالي", "الاجمالي", "итого", "всего"]
)
"""What stands where a place should, in a row that sums up others, in the form of `plain`."""


_AREA_ONLY = "3"
"""ACLED's code for an event of which only the region is known."""


class DraftPlace(NamedTuple):
    """A place of a row: what it is to the event, what it is, where it stands; `area` stands where the area is named."""

    role: str
    located: Located
    piece: Piece
    area: Piece | None = None
    inferred: bool = False


class RowPlaces:
    """Reads the places of the rows of one table.

    Parameters
    ----------
    columns
        Which column is which.
    finder
        Tells what a place is.
    """

    def __init__(self, columns: Columns, finder: PlaceFinder) -> None:
        self._columns, self._finder = columns, finder
        there = {role_and_part(field) for field in (*columns.fields, *columns.values)}
        self._roles = [role for role in ROLES if any(said is not None and said[0] == role for said in there)]
        self._area_fields = {
            role: [
                (level, f"{role}.{part}", f"{role}.{part}_code")
                for level, part in enumerate(AREA_PARTS)
                if not there.isdisjoint({(role, part), (role, f"{part}_code")})
            ]
            for role in self._roles
        }

    def places(self, cells: Cells) -> list[DraftPlace]:
        """Return the places of a row, by their roles; those of geomap's own export that are inferred among them.

        Raises
        ------
        Flaw
            When a place or its coordinates cannot be meant.
        """
        found = [place for role in self._roles for place in self._of_role(role, cells)]
        codes = [piece.text.partition(" ") for piece in cells.pieces("inferred_code")]
        names = cells.pieces("inferred")
        if len(codes) == len(names):
            for (role, _, code), piece in zip(codes, names, strict=True):
                if role in ROLES:
                    said = Said(piece.text, code, "", self._point_of_own(code, cells))
                    found.append(DraftPlace(role, self._find(role, said), _bare(piece), inferred=True))
        return found

    def _of_role(self, role: str, cells: Cells) -> list[DraftPlace]:
        names, codes = cells.pieces(f"{role}.name"), cells.pieces(f"{role}.code")
        areas, stands = self._areas(role, cells)
        point = self._point(role, cells)
        if cells.get(f"{role}.geo_precision") == _AREA_ONLY and areas:
            # The name and the point are those of the capital of an area of which no more is known.
            within = tuple(area for area in areas if area.level <= 1)
            return [self._placed(role, Said("", areas=within), stands[len(within) - 1], stands)] if within else []
        if len(names) < 2 and len(codes) < 2:
            if not (names or codes or areas or point):
                return []
            piece = (names or codes or stands[-1:] or [Piece(*cells.fields[f"{role}.lat"][:2])])[0]
            code = codes[0].text if codes else ""
            said = Said(
                names[0].text if names else "",
                code,
                cells.get(f"{role}.type"),
                point or self._point_of_own(code, cells),
                areas,
            )
            return [self._placed(role, said, piece, stands)]
        pieces = names if len(names) >= len(codes) else codes
        coded = [code.text for code in codes] if len(codes) == len(pieces) else [""] * len(pieces)
        return [
            self._placed(
                role,
                Said(piece.text if names else "", code, "", self._point_of_own(code, cells), areas),
                piece,
                stands,
            )
            for piece, code in zip(pieces, coded, strict=True)
        ]

    def _placed(self, role: str, said: Said, piece: Piece, stands: list[Piece]) -> DraftPlace:
        """Return a place with where its area is named; one that is left open is said to lie in that."""
        if max(len(said.name), len(said.code), *(len(a.name) for a in said.areas), 0) > LONGEST_NAME:
            raise Flaw(self._columns.name_of(f"{role}.name"), f"names a place in more than {LONGEST_NAME} characters")
        if plain(said.name) in _TOTALS and said.point is None:
            raise Flaw(
                self._columns.name_of(f"{role}.name"), f"{said.name!r} is no place but a row of totals; take it out"
            )
        located = self._find(role, said)
        level = located.area_level
        area = None
        if located.resolution.place is None and level is not None:
            area = next((p for p, a in zip(stands, said.areas, strict=False) if a.level == level), None)
        return DraftPlace(role, located, _bare(piece), area)

    def _find(self, role: str, said: Said) -> Located:
        try:
            return self._finder.find(said)
        except ValueError as error:
            raise Flaw(self._columns.name_of(f"{role}.lat"), str(error)) from None

    def _areas(self, role: str, cells: Cells) -> tuple[tuple[Area, ...], list[Piece]]:
        areas, stands = [], []
        for level, name_field, code_field in self._area_fields[role]:
            name, code = cells.fields.get(name_field), cells.fields.get(code_field)
            shown = name or code
            if shown is not None:
                areas.append(Area(level, name.text if name else "", code.text if code else ""))
                stands.append(Piece(shown.text, shown.start))
        return tuple(areas), stands

    def _point(self, role: str, cells: Cells) -> GivenPoint | None:
        lon, lat, radius = (cells.get(f"{role}.{part}") for part in ("lon", "lat", "uncertainty"))
        try:
            return point_of(lon, lat, radius)
        except ValueError as error:
            part, _, message = str(error).partition(": ")
            raise Flaw(self._columns.name_of(f"{role}.{part}"), message) from None

    def _point_of_own(self, code: str, cells: Cells) -> GivenPoint | None:
        """Return the point that geomap's own export gives of the main place, when this is that place."""
        return self._point("point", cells) if code.startswith("given:") and code == cells.get("point.code") else None


def _bare(piece: Piece) -> Piece:
    """Return a name without the mark behind it that it was left open."""
    return Piece(piece.text.removesuffix(OPEN).rstrip(), piece.start)
