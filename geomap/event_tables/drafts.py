"""A row -> all that is said of its event, before it has its place in a bulletin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from geomap.errors import InputError
from geomap.event_tables.cells import LONGEST_NAME, Flaw
from geomap.event_tables.dates import PRECISIONS, spanned
from geomap.event_tables.figures import Marks, count_of, counts_in_words, marked, scope_of, truth_of, unit_of
from geomap.event_tables.known import plain
from geomap.event_tables.row_places import RowPlaces
from geomap.model import EVENT_TYPES, ROLES, Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from geomap.event_tables.cells import Cells
    from geomap.event_tables.dates import DateReader
    from geomap.event_tables.header import Columns
    from geomap.event_tables.mapping import TableMap
    from geomap.event_tables.places import PlaceFinder
    from geomap.event_tables.row_places import DraftPlace
    from geomap.model import Change, Count, Scope

__all__ = ["DATE_FIELDS", "Draft", "Drafter", "Key"]

T = TypeVar("T")

DATE_FIELDS = ("date", "start", "end", "published")
_MOST_NOTES = 20
_MOST_WORDS = 10_000


class Key(NamedTuple):
    """What the rows of one bulletin share."""

    source: str | None
    url: str | None
    published: date | None
    bulletin: str | None


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
        self._columns, self._dates = columns, dates
        self._row_places = RowPlaces(columns, finder)
        self._types = {plain(name): name for name in types}
        self._words = {plain(word): self._known_type(name) for word, name in said.types.items()}
        if "type" in columns.values:
            self._known_type(columns.values["type"])
        self._figures = [field for field in columns.fields if field == "figure" or field.startswith("figure.")]
        self._seen_types: dict[str, str | None] = {}
        self._noted: dict[str, None] = {}
        self._given = 0

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
        places = tuple(self._row_places.places(cells))
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

    def _where_places_stand(self) -> str:
        fields = [f for f in self._columns.fields if f.partition(".")[0] in ROLES]
        return ", ".join(self._columns.name_of(field) for field in fields[:6])

    # What happened, and when

    def _type(self, cells: Cells) -> tuple[str, str | None]:
        """Return the type, and the word of the table when it is no type of ours: then the event is an `other`."""
        word = cells.get("type")
        if not word:
            raise Flaw(self._columns.name_of("type"), "is empty; each event has a type")
        known = self._type_of(word)
        if known is not None:
            return known, None
        return "other", word

    def _note(self, word: str) -> None:
        """Say that a word is no type of ours; not of words in rows that are left out."""
        if word not in self._noted and len(self._noted) < _MOST_NOTES:
            self._noted[word] = None

    def new_notes(self) -> list[str]:
        """Return what was noted since the last call: of each word that is no type, that it is kept as other."""
        words = list(self._noted)[self._given :]
        self._given = len(self._noted)
        return [
            f"events of type {word!r} are kept as other, with it as their label;"
            f" --map type.{word}:=TYPE says which type it is"
            for word in words
        ]

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
        if cells.get("day_basis") == "bulletin":  # its days are those of its bulletin, which has them
            return None
        found, said = self._said_days(cells), cells.get("precision")
        if found is None or not said:
            return found
        codes = dict(enumerate(PRECISIONS, 1))  # ACLED writes 1, 2, 3
        precision = next((known for code, known in codes.items() if said.lower() in (known, str(code))), None)
        if precision is None:
            raise Flaw(self._columns.name_of("precision"), f"{said!r} is none of {', '.join(PRECISIONS)}")
        return replace(found, precision=precision)

    def _said_days(self, cells: Cells) -> Interval | None:
        start, end, day = (self._days(field, cells) for field in ("start", "end", "date"))
        if start is None or end is None:
            return start or day or end
        if start.start >= end.end:
            raise Flaw(self._columns.name_of("end"), f"{cells.get('end')} lies before the start, {cells.get('start')}")
        return spanned(start, end)

    def _truth(self, field: str, cells: Cells) -> bool:
        text = cells.get(field)
        return self._read(field, truth_of, text) if text else False

    def _change(self, cells: Cells) -> Change | None:
        text = cells.get("change").lower()
        if text == "increase":
            return "increase"
        if text in ("", "decrease"):
            return "decrease" if text else None
        raise Flaw(self._columns.name_of("change"), f"{text!r} is neither increase nor decrease")

    def _read(self, field: str, reader: Callable[[str], T], text: str) -> T:
        """Read a value, and turn what is wrong with it into a flaw of its column."""
        if len(text) > LONGEST_NAME:
            raise Flaw(
                self._columns.name_of(field), f"has more than {LONGEST_NAME} characters; is it another column's?"
            )
        try:
            return reader(text)
        except ValueError as error:
            raise Flaw(self._columns.name_of(field), str(error)) from None

    # How many

    def _counts(self, cells: Cells) -> tuple[Count, ...]:
        in_words = counts_in_words(cells.get("figures")) if cells.get("figures") else None
        if in_words:
            return self._marked(in_words, cells)
        scope: Scope = self._read("scope", scope_of, cells.get("scope")) if cells.get("scope") else "period"
        unit = unit_of(cells.get("unit"))
        marks = self._marks(cells)
        found = []
        for field in self._figures:
            value = cells.fields.get(field)
            if value is None:
                continue
            if value.spread:
                raise Flaw(
                    self._columns.name_of(field), "is one merged cell for several rows; give each row its own figure"
                )
            own = unit_of(field.partition(".")[2]) or unit
            if not own:
                raise Flaw(
                    self._columns.name_of("unit"), "is empty, and a figure counts something: people, families, tons"
                )

            def count(text: str, own: str = own) -> Count:
                return count_of(text, own, scope)

            found.append(marked(self._read(field, count, value.text), marks))
        return tuple(found)

    def _marked(self, counts: tuple[Count, ...], cells: Cells) -> tuple[Count, ...]:
        """Return figures in words with the marks of the one that stands for the event; words tell only one of them."""
        at = next((i for i, count in enumerate(counts) if count.subset_of is None), 0)
        return (*counts[:at], marked(counts[at], self._marks(cells)), *counts[at + 1 :])

    def _marks(self, cells: Cells) -> Marks:
        return Marks(*(self._truth(field, cells) for field in ("at_least", "at_most", "rounded")))
