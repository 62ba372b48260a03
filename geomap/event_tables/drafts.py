"""A row -> all that is said of its event, before it has its place in a bulletin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from geomap.errors import InputError
from geomap.event_tables.cells import Flaw, Piece
from geomap.event_tables.fields import AREA_PARTS, role_and_part
from geomap.event_tables.figures import count_of, counts_in_words, scope_of, truth_of, unit_of
from geomap.event_tables.known import plain
from geomap.event_tables.places import OPEN, Area, Said
from geomap.event_tables.points import GivenPoint, point_of
from geomap.model import EVENT_TYPES, ROLES, Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from geomap.event_tables.cells import Cells
    from geomap.event_tables.dates import DateReader
    from geomap.event_tables.header import Columns
    from geomap.event_tables.mapping import TableMap
    from geomap.event_tables.places import Located, PlaceFinder
    from geomap.model import Change, Count, Scope

__all__ = ["DATE_FIELDS", "Draft", "DraftPlace", "Drafter", "Key"]

T = TypeVar("T")

DATE_FIELDS = ("date", "start", "end", "published")
_MOST_NOTES = 20
_LONGEST = 200
"""Characters of a value that is no text of its own: a name, a day, a figure."""
_MOST_WORDS = 10_000
_TOTALS = frozenset(
    ["total", "grandtotal", "subtotal", "totals", "sum", "all", "المجموع", "الإجمالي", "الاجمالي", "итого", "всего"]
)
"""What stands where a place should, in a row that sums up others, in the form of `plain`."""


class Key(NamedTuple):
    """What the rows of one bulletin share."""

    source: str | None
    url: str | None
    published: date | None
    bulletin: str | None


class DraftPlace(NamedTuple):
    """A place of a row: what it is to the event, what it is, where it stands; `area` stands where the area is named."""

    role: str
    located: Located
    piece: Piece
    area: Piece | None = None
    inferred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The event of a row; offsets count characters of the row's text."""

    line: int
    id: str | None
    key: Key
    text: str
    sentence: tuple[int, int]
    type: str
    counts: tuple[Count, ...]
    places: tuple[DraftPlace, ...]
    interval: Interval | None
    period: str | None
    label: str | None
    claimant: str | None
    negated: bool
    planned: bool
    total_of_breakdown: bool
    change: Change | None
    repeats: str | None


class Drafter:
    """Makes drafts of the rows of one table.

    Parameters
    ----------
    columns
        Which column is which.
    said
        What the words of the column of types mean, if a person says it.
    finder
        Tells the places.
    dates
        The readers of the columns of days, by field.
    types
        The types of event that there are.

    Raises
    ------
    InputError
        When a type that a person names is none.
    """

    def __init__(
        self,
        columns: Columns,
        said: TableMap,
        finder: PlaceFinder,
        dates: Mapping[str, DateReader],
        types: tuple[str, ...] = EVENT_TYPES,
    ) -> None:
        self._columns, self._finder, self._dates = columns, finder, dates
        self._types = {plain(name): name for name in types}
        self._words = {plain(word): self._known_type(name) for word, name in said.types.items()}
        if "type" in columns.values:
            self._known_type(columns.values["type"])
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
        self._figures = [field for field in columns.fields if field == "figure" or field.startswith("figure.")]
        self._seen_types: dict[str, str | None] = {}
        self.notes: dict[str, None] = {}

    def _known_type(self, name: str) -> str:
        found = self._types.get(plain(name))
        if found is None:
            raise InputError(f"{name!r} is no event type; one of {', '.join(self._types.values())}", field="--map type")
        return found

    def draft(self, cells: Cells) -> Draft:
        """Return the draft of a row.

        Raises
        ------
        Flaw
            When a value cannot be used.
        """
        kind, word = self._type(cells)
        published = self._days("published", cells)
        counts = self._counts(cells)
        places = tuple(self._places(cells))
        if not places and "point.code" not in self._columns.fields:  # geomap's own tables have events without
            raise Flaw(self._where_places_stand(), "names no place and gives no coordinates; is it a row of totals?")
        notes = cells.fields.get("notes")
        sentence = (notes.start, notes.start + len(notes.text)) if notes else (0, len(cells.text))
        nothing = bool(counts) and all(count.value == 0 and not count.at_least for count in counts)
        said_not = self._truth("negated", cells) or (nothing and "negated" not in self._columns.fields)
        interval = self._interval(cells)
        if word is not None:
            self._note(word)
        return Draft(
            line=cells.line,
            id=cells.get("id") or None,
            key=Key(
                cells.get("source") or None,
                cells.get("url") or None,
                published.start if published else None,
                cells.get("bulletin") or None,
            ),
            text=cells.text,
            sentence=sentence,
            type=kind,
            counts=counts,
            places=places,
            interval=interval,
            period=cells.get("period") or None,
            label=cells.get("label") or word,
            claimant=cells.get("claimant") or None,
            negated=said_not,
            planned=self._truth("planned", cells),
            total_of_breakdown=self._truth("total_of_breakdown", cells),
            change=self._change(cells),
            repeats=cells.get("repeats") or None,
        )

    def _column(self, field: str) -> str:
        """Return the name of the column of a field, for messages."""
        at = self._columns.fields.get(field)
        return field if at is None else self._columns.names[at] or field

    def _where_places_stand(self) -> str:
        fields = [f for f in self._columns.fields if f.partition(".")[0] in ROLES]
        return ", ".join(self._column(field) for field in fields[:6])

    # What happened, and when

    def _type(self, cells: Cells) -> tuple[str, str | None]:
        """Return the type, and the word of the table when it is no type of ours: then the event is an `other`."""
        word = cells.get("type")
        if not word:
            raise Flaw(self._column("type"), "is empty; each event has a type")
        known = self._type_of(word)
        if known is not None:
            return known, None
        return "other", word

    def _note(self, word: str) -> None:
        """Say that a word is no type of ours; not of words in rows that are left out."""
        if len(self.notes) < _MOST_NOTES:
            hint = f"--map type.{word}:=TYPE says which type it is"
            self.notes[f"events of type {word!r} are kept as other, with it as their label; {hint}"] = None

    def _type_of(self, word: str) -> str | None:
        if word not in self._seen_types:
            if len(self._seen_types) >= _MOST_WORDS:
                self._seen_types.clear()
            self._seen_types[word] = self._words.get(plain(word)) or self._types.get(plain(word))
        return self._seen_types[word]

    def _days(self, field: str, cells: Cells) -> Interval | None:
        text = cells.get(field)
        return self._read(field, self._dates[field].days, text) if text else None

    def _interval(self, cells: Cells) -> Interval | None:
        start, end, day = (self._days(field, cells) for field in ("start", "end", "date"))
        if cells.get("day_basis") == "bulletin":  # its days are those of its bulletin, which has them
            return None
        if start is None or end is None:
            return start or day or end
        if start.start >= end.end:
            raise Flaw(self._column("end"), f"{cells.get('end')} lies before the start, {cells.get('start')}")
        return Interval(start=start.start, end=end.end)

    def _truth(self, field: str, cells: Cells) -> bool:
        text = cells.get(field)
        return self._read(field, truth_of, text) if text else False

    def _change(self, cells: Cells) -> Change | None:
        text = cells.get("change").lower()
        if text == "increase":
            return "increase"
        if text in ("", "decrease"):
            return "decrease" if text else None
        raise Flaw(self._column("change"), f"{text!r} is neither increase nor decrease")

    def _read(self, field: str, reader: Callable[[str], T], text: str) -> T:
        """Read a value, and turn what is wrong with it into a flaw of its column."""
        if len(text) > _LONGEST:
            raise Flaw(self._column(field), f"has more than {_LONGEST} characters; is it another column's?")
        try:
            return reader(text)
        except ValueError as error:
            raise Flaw(self._column(field), str(error)) from None

    # How many

    def _counts(self, cells: Cells) -> tuple[Count, ...]:
        in_words = counts_in_words(cells.get("figures")) if cells.get("figures") else None
        if in_words:
            return in_words
        scope: Scope = self._read("scope", scope_of, cells.get("scope")) if cells.get("scope") else "period"
        unit = unit_of(cells.get("unit"))
        least = self._truth("at_least", cells)
        found = []
        for field in self._figures:
            value = cells.fields.get(field)
            if value is None:
                continue
            if value.spread:
                raise Flaw(self._column(field), "is one merged cell for several rows; give each row its own figure")
            own = unit_of(field.partition(".")[2]) or unit
            if not own:
                raise Flaw(self._column("unit"), "is empty, and a figure counts something: people, families, tons")

            def count(text: str, own: str = own) -> Count:
                return count_of(text, own, scope, at_least=least)

            found.append(self._read(field, count, value.text))
        return tuple(found)

    # Where

    def _places(self, cells: Cells) -> list[DraftPlace]:
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
        if max(len(said.name), len(said.code), *(len(a.name) for a in said.areas), 0) > _LONGEST:
            raise Flaw(self._column(f"{role}.name"), f"names a place in more than {_LONGEST} characters")
        if plain(said.name) in _TOTALS and said.point is None:
            raise Flaw(self._column(f"{role}.name"), f"{said.name!r} is no place but a row of totals; take it out")
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
            raise Flaw(self._column(f"{role}.lat"), str(error)) from None

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
            raise Flaw(self._column(f"{role}.{part}"), message) from None

    def _point_of_own(self, code: str, cells: Cells) -> GivenPoint | None:
        """Return the point that geomap's own export gives of the main place, when this is that place."""
        return self._point("point", cells) if code.startswith("given:") and code == cells.get("point.code") else None


def _bare(piece: Piece) -> Piece:
    """Return a name without the mark behind it that it was left open."""
    return Piece(piece.text.removesuffix(OPEN).rstrip(), piece.start)
