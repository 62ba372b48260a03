"""What one may ask of events: a box, a time, types, places, words.

`EventQuery` is forgiving where it is made (`EventQuery.of`) and strict inside. `EventQuery.matches` is the plain
meaning of every part; a store may answer faster, never differently.

What a box means
    An event matches when the geometry of one of its places (`Event.places`: the point of a town, the outline of a
    governorate or zone, the line of a corridor) meets the box, edges included. The test is exact, in degrees on the
    plate of longitude and latitude; a box with west > east crosses the 180th meridian, and a box that ends on that
    meridian holds it whether it is written 180 or -180. An event without a resolved place never matches a box; it is
    found by questions without one. Of a place that is known within a radius (`Place.uncertainty_km`) one may ask more
    strictly or less (`BOX_TESTS`): that it lies *certainly* in the box, all of its geometry widened by that radius
    inside; or that it *possibly* does, any of it. `geomap.reach` says how kilometres meet degrees.
What a time means
    An event matches when its days meet ``[from_, to)``: the days of `Event.interval`, else the day of its bulletin.
    An event that has neither is found only by questions without a time.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from geomap.bbox import BBox
from geomap.errors import BBoxError, QueryError, UnknownPlaceError
from geomap.model import EVENT_TYPES
from geomap.reach import BOX_TESTS, BoxTest, lies_to_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.model import Event, Place

__all__ = [
    "BOX_TESTS",
    "BoxTest",
    "EventQuery",
    "event_days",
    "event_order",
    "event_text",
    "fold_text",
    "place_text",
]

DateLike = str | date | None
BBoxLike = BBox | str | Iterable[float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventQuery:
    """A question about events; parts that are left out ask for nothing.

    Parameters
    ----------
    bbox
        A box in degrees, EPSG:4326 (west, south, east, north).
    box_test
        How a place has to lie to the box; one of `BOX_TESTS`.
    from_, to
        Days: `from_` is the first one asked for, `to` the first one no longer asked for.
    types
        Event types, any of which will do: those of `EVENT_TYPES`, or of one's own (`geomap.load_rules`).
    places
        Place ids: one of the event's places must be one of these or name one of these among its parents.
        `with_parts` adds what lies within them at any depth.
    text
        Words that must all occur in the sentence or in the names of the event's places, whatever their order, case
        and diacritics; a part of a word is enough.
    limit, offset
        How many events to give, and how many to pass over first, in the order of `event_order`. They say nothing
        about which events match.

    Raises
    ------
    QueryError
        When a part cannot be meant; the message says what would be right.
    """

    bbox: BBox | None = None
    box_test: BoxTest = "meets"
    from_: date | None = None
    to: date | None = None
    types: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    text: str | None = None
    limit: int | None = None
    offset: int = 0

    def __post_init__(self) -> None:
        for name in sorted(self.types):
            _check_type(name)
        if self.from_ is not None and self.to is not None and not self.from_ < self.to:
            raise QueryError(
                f"from {self.from_} must be before to {self.to}: to is the first day no longer asked for", field="to"
            )
        if self.box_test not in BOX_TESTS:
            raise QueryError(f"{self.box_test!r} is none of {', '.join(BOX_TESTS)}", field="box_test")
        if self.limit is not None and self.limit < 1:
            raise QueryError(f"a limit is 1 or more, not {self.limit}", field="limit")
        if self.offset < 0:
            raise QueryError(f"an offset is 0 or more, not {self.offset}", field="offset")
        if self.text is not None and not self.words:
            raise QueryError(f"{self.text!r} holds no word to look for", field="text")

    @classmethod
    def of(  # noqa: PLR0913  one for each part of a question
        cls,
        *,
        bbox: BBoxLike = None,
        box_test: BoxTest = "meets",
        from_: DateLike = None,
        to: DateLike = None,
        types: str | Iterable[str] | None = None,
        own_types: Iterable[str] | None = None,
        place: str | Iterable[str] | None = None,
        text: str | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Self:
        """Make a question from what people write.

        Parameters
        ----------
        bbox
            A `BBox`, ``"west,south,east,north"`` or four numbers, in degrees (EPSG:4326).
        box_test
            See the class.
        from_, to
            Days as ``"2018-06-24"``, dates, or times (their UTC day counts).
        types
            Names of event types in any case, with hyphens, spaces or underscores; a string may list several with
            commas.
        own_types
            All types of one's own that can be meant (`EventStore.types`). Where they are not given, a name that is like
            one of `EVENT_TYPES` is taken for a slip, and any other for a type of one's own.
        place
            One place id or several.
        text
            Words; blank text asks for nothing.
        limit, offset
            See the class.

        Raises
        ------
        BBoxError
            When `bbox` is no box.
        QueryError
            When another part cannot be understood.
        """
        return cls(
            bbox=_to_bbox(bbox),
            box_test=box_test,
            from_=_to_date(from_, "from"),
            to=_to_date(to, "to"),
            types=frozenset(_to_type(name, own_types) for name in _listed(types)),
            places=frozenset(_listed(place)),
            text=text if text and text.strip() else None,
            limit=limit,
            offset=offset,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """The words of `text`, folded."""
        return tuple(fold_text(self.text or "").split())

    def with_parts(self, known: Mapping[str, Place]) -> Self:
        """Return the question with every place that lies within one of its places, at any depth.

        Parameters
        ----------
        known
            The places of a gazetteer by id (`Gazetteer.places`).

        Raises
        ------
        UnknownPlaceError
            When one of the ids is not known; the message names the nearest ones.
        """
        for place_id in sorted(self.places - known.keys()):
            raise UnknownPlaceError(f"no place has the id {place_id!r}{_nearest(place_id, known)}", field="place")
        found, fresh = set(self.places), set(self.places)
        while fresh:
            fresh = {id_ for id_, place in known.items() if not fresh.isdisjoint(place.parents)} - found
            found |= fresh
        return replace(self, places=frozenset(found))

    def matches(self, event: Event) -> bool:
        """Tell whether an event is asked for; the plain truth that every store must give (`limit` plays no part)."""
        return (
            (not self.types or event.type in self.types)
            and self._matches_time(event)
            and self._matches_places(event)
            and self._matches_text(event)
            and self._matches_box(event)
        )

    def select(self, events: Iterable[Event]) -> list[Event]:
        """Return the events that match, in the order of `event_order`, from `offset` on and at most `limit`."""
        found = sorted(filter(self.matches, events), key=event_order)
        return found[self.offset : None if self.limit is None else self.offset + self.limit]

    def _matches_time(self, event: Event) -> bool:
        if self.from_ is None and self.to is None:
            return True
        days = event_days(event)
        if days is None:
            return False
        first, last = days
        return (self.to is None or first < self.to) and (self.from_ is None or last >= self.from_)

    def _matches_places(self, event: Event) -> bool:
        return not self.places or any(not self.places.isdisjoint((p.id, *p.parents)) for p in event.places())

    def _matches_text(self, event: Event) -> bool:
        words = self.words
        if not words:
            return True
        text = event_text(event)
        return all(word in text for word in words)

    def _matches_box(self, event: Event) -> bool:
        if self.bbox is None:
            return True
        bbox, test = self.bbox, self.box_test
        return any(lies_to_box(place.geometry, place.uncertainty_km, bbox, test) for place in event.places())


def event_days(event: Event) -> tuple[date, date] | None:
    """Return the first and the last day of an event: of its interval, else its bulletin's day, else None.

    An interval that ends before it has begun counts as its first day.
    """
    if event.interval is not None:
        first = event.interval.start
        return first, max(first, event.interval.end - timedelta(days=1)) if event.interval.end > first else first
    return None if event.bulletin.date is None else (event.bulletin.date, event.bulletin.date)


def event_order(event: Event) -> tuple[bool, date, str, int, str]:
    """Return the key by which events are listed: first day (undated last), bulletin id, place in the text, id."""
    days = event_days(event)
    return days is None, days[0] if days else date.max, event.bulletin.id, event.start, event.id


def event_text(event: Event) -> str:
    """Return what the words of a question are looked for in, folded: the sentence, all names of the places."""
    return "\n".join([fold_text(event.sentence), *(place_text(place) for place in event.places())])


def place_text(place: Place) -> str:
    """Return the names of a place, folded, a line each."""
    return fold_text("\n".join([place.name, *(name.toponym for name in place.names)]))


_APOSTROPHES = frozenset("'’‘ʼʻ`´ʿʾ‛′ـ")  # and the Arabic tatweel, which only stretches a word


def fold_text(text: str) -> str:
    """Return text without case and diacritics, in any script; apostrophes go, dashes become spaces.

    This is for finding words in sentences; how names are spelled is known to `geomap.toponym`.
    """
    if text.isascii():
        return text.lower().replace("'", "").replace("`", "").replace("-", " ")
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return decomposed.translate(_FOLDED)


class _Folded(dict[int, str]):
    """What each character becomes, found when it is first met; a table for `str.translate`."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        drop = category in ("Mn", "Me", "Cf") or character in _APOSTROPHES
        found = self[code] = "" if drop else " " if category == "Pd" else character
        return found


_FOLDED = _Folded()


def _to_bbox(value: BBoxLike) -> BBox | None:
    if value is None or isinstance(value, BBox):
        return value
    if isinstance(value, str):
        return BBox.parse(value)
    try:
        west, south, east, north = (float(number) for number in value)
    except (TypeError, ValueError):
        raise BBoxError(f"{value!r} is not four numbers: west, south, east, north in degrees", field="bbox") from None
    return BBox(west, south, east, north)


def _to_date(value: DateLike, field: str) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip())
    except ValueError as error:
        raise QueryError(
            f"{value!r} is not a day of the calendar ({error}); write it as 2018-06-24", field=field
        ) from None


_TYPE = re.compile(r"[a-z][a-z0-9_]*")
_SLIP = 0.75
"""Likeness (difflib) from which a name is rather a slip than a type of one's own: "retrun", "evacuations"."""


def _to_type(name: str, own_types: Iterable[str] | None) -> str:
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    if plain in EVENT_TYPES or plain in (own_types or ()):
        return plain
    if own_types is not None:
        raise _no_type(name, (*EVENT_TYPES, *own_types))
    if difflib.get_close_matches(plain, EVENT_TYPES, n=1, cutoff=_SLIP):
        raise _no_type(name, EVENT_TYPES, "; one of your own that is like one of them is named in own_types")
    return plain


def _check_type(name: str) -> None:
    if not _TYPE.fullmatch(name):
        raise _no_type(name, EVENT_TYPES, ", and your own in small letters, digits and _")


def _no_type(name: str, known: Sequence[str], more: str = "") -> QueryError:
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.5)
    guess = f"did you mean {near[0]}? " if near else ""
    return QueryError(f"{name!r} is no event type; {guess}The types are {', '.join(known)}{more}", field="type")


def _listed(value: str | Iterable[str] | None) -> list[str]:
    if value is None:
        return []
    parts = value.split(",") if isinstance(value, str) else list(value)
    return [part.strip() for part in parts if part.strip()]


def _nearest(place_id: str, known: Mapping[str, Place]) -> str:
    near = difflib.get_close_matches(place_id, known, n=3)
    return f"; did you mean {', '.join(near)}?" if near else ""
