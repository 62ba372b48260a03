"""The events of `made_events` by the million: as tables that a store loads, without one event being made.

What they are is told there: strewn points, lines and areas, ten events a place, twenty a bulletin, some from one place
to another. They come in Hilbert order. One seed gives one store; it is not that of `made_events`.
"""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely

from benchmarks.made_events import (
    EVENTS_A_BULLETIN,
    EVENTS_A_PLACE,
    FIRST_DAY,
    MOVES,
    SOURCE,
    made_place,
    made_sentence,
)
from geomap.gazetteer import to_feature
from geomap.model import EVENT_TYPES
from geomap.query import place_text
from geomap.store.dataset.parts import BULLETIN_SCHEMA, EVENT_SCHEMA, PLACE_SCHEMA
from geomap.store.hilbert import order_on_globe
from geomap.store.record import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = ["MadeTables"]

_AT_ONCE = 50_000
_DAYS = 2000
_TABLE = pa.schema([field for field in EVENT_SCHEMA if field.name != "bbox"])


class MadeTables:
    """So many made events (a multiple of `EVENTS_A_BULLETIN`); see `geomap.store.tables.StoreTables`."""

    def __init__(self, events: int, *, moves: float = MOVES, seed: int = 20180624) -> None:
        self.events = events
        dice, self._dice = np.random.default_rng(seed), random.Random(seed)
        places = events // EVENTS_A_PLACE
        self._first, step = dice.integers(places, size=events), dice.integers(1, max(2, places), size=events)
        moves_on = dice.random(events) < moves
        self._second = np.where(moves_on, (self._first + step) % places, -1)
        self._type = dice.integers(len(EVENT_TYPES), size=events)
        self._value = dice.integers(1, 5000, size=events)
        self._day = FIRST_DAY.toordinal() + dice.integers(_DAYS, size=events // EVENTS_A_BULLETIN)
        self._start = np.zeros(events, dtype=np.int64)
        self._shapes: list[NDArray[np.object_]] = []
        self._points: list[NDArray[np.float64]] = []

    def bulletin_tables(self) -> Iterator[pa.Table]:
        """Yield the bulletins; where their sentences begin is then known."""
        for begin in range(0, self.events, _AT_ONCE):
            rows = [self._bulletin(n) for n in range(begin, min(begin + _AT_ONCE, self.events), EVENTS_A_BULLETIN)]
            yield _table(BULLETIN_SCHEMA, rows)

    def _bulletin(self, first: int) -> tuple[object, ...]:
        sentences, resolutions, start = [], [], 0
        for event in range(first, first + EVENTS_A_BULLETIN):
            sentences.append(self._sentence(event))
            self._start[event] = start
            resolutions += self._resolutions(event, sentences[-1])
            start += len(sentences[-1]) + 1
        ends = slice(first, first + EVENTS_A_BULLETIN)
        uses = np.unique(np.concatenate([self._first[ends], self._second[ends]]))
        number = first // EVENTS_A_BULLETIN
        day = np.datetime64(int(self._day[number]) - 719_163, "D")
        text = " ".join(sentences)
        return (
            _bulletin_id(number), str(day), SOURCE, "en", None, None, "[]", text, f"[{','.join(resolutions)}]",
            uses[uses >= 0].tolist(),
        )  # fmt: skip

    def place_tables(self) -> Iterator[pa.Table]:
        """Yield the places; events, which lie there, come after them."""
        for begin in range(0, self.events // EVENTS_A_PLACE, _AT_ONCE):
            numbers = range(begin, min(begin + _AT_ONCE, self.events // EVENTS_A_PLACE))
            places = [made_place(number, self._dice) for number in numbers]
            self._shapes.append(np.array([place.geometry for place in places], dtype=object))
            self._points.append(np.array([(place.lon, place.lat) for place in places]))
            records = [to_json(to_feature(place)) for place in places]
            wkb = shapely.to_wkb(self._shapes[-1], byte_order=1, flavor="iso").tolist()
            rows = [
                (number, of.id, hashlib.sha256(record.encode()).hexdigest(), [of.id, *of.parents], of.uncertainty_km,
                 place_text(of), shape, record)
                for number, of, record, shape in zip(numbers, places, records, wkb, strict=True)
            ]  # fmt: skip
            yield _table(PLACE_SCHEMA, rows)

    def event_tables(self) -> Iterator[pa.Table]:
        """Yield the events along the curve."""
        shapes, self._lonlat = np.concatenate(self._shapes), np.concatenate(self._points)
        bounds = shapely.bounds(shapes)
        one, other = bounds[self._first], bounds[np.where(self._second < 0, self._first, self._second)]
        low, high = np.minimum(one[:, :2], other[:, :2]), np.maximum(one[:, 2:], other[:, 2:])
        order = order_on_globe(*((low + high) / 2).T)
        for begin in range(0, self.events, _AT_ONCE):
            some = order[begin : begin + _AT_ONCE]
            wkb = shapely.to_wkb(_joined(shapes, self._first[some], self._second[some]), byte_order=1, flavor="iso")
            events = some.tolist()
            yield _table(_TABLE, [self._event(event, of) for event, of in zip(events, wkb.tolist(), strict=True)])

    def _event(self, event: int, wkb: bytes) -> tuple[object, ...]:
        bulletin, turn = divmod(event, EVENTS_A_BULLETIN)
        sentence, start, value = self._sentence(event), int(self._start[event]), int(self._value[event])
        type_, at = EVENT_TYPES[self._type[event]], self._places(event)
        id_ = f"{_bulletin_id(bulletin)}/{start}-0"
        found = self._resolutions(event, sentence)
        roles = f'"at":[{found[0]}]' if len(at) == 1 else f'"from":[{found[0]}],"to":[{found[1]}]'
        record = (
            f'{{"id":"{id_}","type":"{type_}","sentence":"{sentence}","start":{start},"end":{start + len(sentence)},'
            f'"counts":[{{"value":{value},"unit":"people","surface":"{value}"}}],"roles":{{{roles}}},"inferred":{{}}}}'
        )
        names = [f"Made place {place}" for place in at]
        day = int(self._day[bulletin]) - 719_163
        lon, lat = self._lonlat[at[-1]].tolist()
        return (
            id_, type_, None, day, day, "bulletin", "day", None, float(value), "people", "period", False, False, False,
            f"{value} people", *((None, None, names[0]) if len(at) == 1 else (names[0], names[1], None)), None, None,
            "named", names[-1], f"made:{at[-1]}", lat, lon, 1.0, False, False, False, False, None, None, sentence, None,
            SOURCE, _bulletin_id(bulletin), day, None, start, start + len(sentence), wkb, turn, at,
            sentence.lower(), record,
        )  # fmt: skip

    def _places(self, event: int) -> list[int]:
        first, second = int(self._first[event]), int(self._second[event])
        return [first] if second < 0 else [first, second]

    def _sentence(self, event: int) -> str:
        return made_sentence(int(self._value[event]), [f"Made place {place}" for place in self._places(event)])

    def _resolutions(self, event: int, sentence: str) -> list[str]:
        """Return what the names in an event's sentence mean, as `geomap.store.record` writes it."""
        start, found = int(self._start[event]), []
        for place in self._places(event):
            name = f"Made place {place}"
            begin = start + sentence.rindex(name)
            found.append(
                f'{{"mention":{{"surface":"{name}","start":{begin},"end":{begin + len(name)},"name":"{name}"}},'
                f'"status":"resolved","confidence":1.0,"place":{place},"candidates":[[{place},1.0,["made so"]]]}}'
            )
        return found


def _joined(shapes: NDArray[np.object_], first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the geometry of each event: of its place, or of both together."""
    found = shapes[first]
    both = second >= 0
    points = both & (shapely.get_type_id(found) == 0) & (shapely.get_type_id(shapes[second]) == 0)
    pairs = np.stack([shapes[first], shapes[second]], axis=1)
    found[both] = shapely.geometrycollections(pairs[both])
    found[points] = shapely.multipoints(pairs[points])
    return found


def _bulletin_id(number: int) -> str:
    return f"made-{number:06}"


def _table(schema: pa.Schema, rows: Iterable[Sequence[object]]) -> pa.Table:
    columns = zip(*rows, strict=True)
    arrays = [
        pa.array(values, pa.int32()).cast(field.type) if field.type == pa.date32() else pa.array(values, field.type)
        for field, values in zip(schema, columns, strict=True)
    ]
    return pa.table(arrays, schema)
