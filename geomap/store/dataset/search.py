"""An `EventQuery` on a dataset: files, then groups of rows, then rows are left out, and what is left is tested exactly.

The manifest tells box, days and types of each file, its footer the boxes of its groups. Each row has the box around its
places; one that lies partly in the box that is asked for is tested by the geometries of its places. The answer is that
of `EventQuery.matches`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geomap.reach import box_shapes, grown, lies_to_box
from geomap.store.columns import EVENT_KEYS
from geomap.store.dataset.parts import numbers
from geomap.store.dataset.places import any_of
from geomap.store.dataset.snapshot import ROW
from geomap.store.dataset.writer import boxes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geomap.bbox import BBox
    from geomap.query import EventQuery
    from geomap.store.dataset.manifest import Part
    from geomap.store.dataset.snapshot import Snapshot

__all__ = ["Search", "found_in_order", "table_in_order"]

_NEVER_JOINED = (0, 1, 4, 5)
"""Points and lines, one or many, as shapely numbers them: of several places they are those of the places."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """A word that is looked for, and the numbers of the places that have it in their names."""

    folded: str
    places: NDArray[np.int32]


class Search:
    """A question, asked of one snapshot.

    Parameters
    ----------
    snapshot, q
        What is asked, and what for.
    """

    def __init__(self, snapshot: Snapshot, q: EventQuery) -> None:
        self._snapshot, self._q = snapshot, q
        places = snapshot.places
        self._near: list[BBox] = []
        if q.bbox is not None:
            around = grown(q.bbox, places.widest_km()) if q.box_test == "possible" else q.bbox
            self._near = [part for part, _ in box_shapes(around)]
        self._at = places.within(q.places) if q.places else None
        self._words = [_Word(folded=word, places=places.with_word(word)) for word in q.words]

    def parts(self) -> list[int]:
        """Return the numbers of the files that may hold an answer, by the manifest alone."""
        return [number for number, part in enumerate(self._snapshot.manifest.events) if self._may_hold(part)]

    def _may_hold(self, part: Part) -> bool:
        q = self._q
        if q.types and q.types.isdisjoint(part.types):
            return False
        if q.from_ is not None or q.to is not None:
            if part.days is None:
                return False
            first, last = part.days
            if (q.to is not None and first >= q.to.isoformat()) or (q.from_ is not None and last < q.from_.isoformat()):
                return False
        if q.bbox is None:
            return True
        return part.bounds is not None and bool(self._meets(np.array([part.bounds]))[0])

    def rows(self, columns: Sequence[str] = ()) -> Iterator[tuple[NDArray[np.int64], pa.Table]]:
        """Yield of each file that holds answers their numbers, with some columns of them."""
        for number in self.parts():
            rows, table = self._of_part(number, columns)
            if len(rows):
                yield number * ROW + rows, table

    def _of_part(self, number: int, columns: Sequence[str]) -> tuple[NDArray[np.int64], pa.Table]:
        part = self._snapshot.manifest.events[number]
        file = self._snapshot.files[part]
        groups = [*file.groups] if self._q.bbox is None else np.flatnonzero(self._meets(file.boxes())).tolist()
        rows = np.concatenate([np.empty(0, dtype=np.int64), *(np.arange(*file.starts[g : g + 2]) for g in groups)])
        gone = bool(self._snapshot.manifest.gone(part))
        table = file.read(groups, list(dict.fromkeys([*self._needed(gone=gone), *columns])))
        keep = np.ones(len(rows), dtype=bool)
        if gone and (counts := self._snapshot.counts(part, table["bulletin"])) is not None:
            keep &= counts
        for test in (self._of_types, self._of_days, self._at_places, self._with_words):
            keep &= test(table)
        if self._q.bbox is not None:
            keep[keep] = self._in_box(table.filter(pa.array(keep)), self._q.bbox)
        return rows[keep], table.filter(pa.array(keep)).select(list(columns))

    def _needed(self, *, gone: bool) -> list[str]:
        """Return the columns by which rows are told apart."""
        q = self._q
        return [
            *(["bulletin"] if gone else []),
            *(["type"] if q.types else []),
            *(["first_day", "last_day"] if q.from_ or q.to else []),
            *(["geomap_words"] if q.words else []),
            *(["geomap_places"] if q.places or q.words or q.bbox else []),
            *(["bbox"] if q.bbox else []),
            *(["geometry"] if q.bbox and q.box_test == "meets" else []),
        ]

    def _of_types(self, table: pa.Table) -> NDArray[np.bool_]:
        if not self._q.types:
            return np.ones(len(table), dtype=bool)
        hit: NDArray[np.bool_] = pc.is_in(table["type"], value_set=pa.array(sorted(self._q.types))).to_numpy()
        return hit

    def _of_days(self, table: pa.Table) -> NDArray[np.bool_]:
        q, keep = self._q, np.ones(len(table), dtype=bool)
        if q.to is not None:
            keep &= pc.less(table["first_day"], pa.scalar(q.to, pa.date32())).fill_null(False).to_numpy()
        if q.from_ is not None:
            keep &= pc.greater_equal(table["last_day"], pa.scalar(q.from_, pa.date32())).fill_null(False).to_numpy()
        return keep

    def _at_places(self, table: pa.Table) -> NDArray[np.bool_]:
        return np.ones(len(table), dtype=bool) if self._at is None else _has_place(table, self._at)

    def _with_words(self, table: pa.Table) -> NDArray[np.bool_]:
        keep = np.ones(len(table), dtype=bool)
        for word in self._words:
            in_sentence = pc.match_substring(table["geomap_words"], word.folded).to_numpy()
            keep &= in_sentence | _has_place(table, word.places)
        return keep

    def _in_box(self, table: pa.Table, bbox: BBox) -> NDArray[np.bool_]:
        """Tell which events have a place that lies to the box as is asked, exactly."""
        boxes = boxes_of(table)
        if self._q.box_test == "meets":
            return self._meeting(table, boxes, bbox)
        near = self._meets(boxes)
        _, at = numbers(table.filter(pa.array(near))["geomap_places"])
        asked = np.unique(at)
        found = self._snapshot.places.of(asked, ["geometry", "uncertainty_km"])
        shapes = self._snapshot.places.shapes(found)
        radii = found["uncertainty_km"].to_pylist()
        lies = [lies_to_box(s, radius_km, bbox, self._q.box_test) for s, radius_km in zip(shapes, radii, strict=True)]
        return near & _has_place(table, asked[np.array(lies, dtype=bool)])

    def _meeting(self, table: pa.Table, boxes: NDArray[np.float64], bbox: BBox) -> NDArray[np.bool_]:
        hit = np.zeros(len(table), dtype=bool)
        for part, shape in box_shapes(bbox):
            near = _meet(boxes, part)
            west, south, east, north = boxes.T
            inside = near & (west >= part.west) & (east <= part.east) & (south >= part.south) & (north <= part.north)
            hit |= inside
            doubtful = near & ~hit
            if doubtful.any():
                hit[doubtful] = self._touching(table.filter(pa.array(doubtful)), shape)
        return hit

    def _touching(self, table: pa.Table, shape: object) -> NDArray[np.bool_]:
        """Tell which events have a place that meets a shape."""
        ends, at = numbers(table["geomap_places"])
        shapes = self._snapshot.places.shapes(table)
        hit: NDArray[np.bool_] = shapely.intersects(shapes, shape)
        # areas that were joined have other corners than the places, by a rounding
        joined = (np.diff(ends) > 1) & ~np.isin(shapely.get_type_id(shapes), _NEVER_JOINED)
        if joined.any():
            asked = np.unique(at)
            meeting = asked[shapely.intersects(self._snapshot.places.geometries(asked), shape)]
            hit = np.where(joined, any_of(ends, np.isin(at, meeting)), hit)
        return hit

    def _meets(self, boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Tell which boxes (degrees; NaN where there is none) meet the box that is asked for, or reach into it."""
        meets: NDArray[np.bool_] = np.logical_or.reduce([_meet(boxes, part) for part in self._near])
        return meets


def _meet(boxes: NDArray[np.float64], part: BBox) -> NDArray[np.bool_]:
    west, south, east, north = boxes.T
    meet: NDArray[np.bool_] = (west <= part.east) & (east >= part.west) & (south <= part.north) & (north >= part.south)
    return meet


def _has_place(table: pa.Table, wanted: NDArray[np.int32]) -> NDArray[np.bool_]:
    ends, at = numbers(table["geomap_places"])
    return any_of(ends, np.isin(at, wanted))


def found_in_order(snapshot: Snapshot, q: EventQuery) -> NDArray[np.int64]:
    """Return the numbers of the events that a question matches, in the order of `event_order`, cut to its part."""
    found = list(Search(snapshot, q).rows(EVENT_KEYS))
    if not found:
        return np.empty(0, dtype=np.int64)
    order = _order_of(pa.concat_tables([table for _, table in found]), q)
    wanted: NDArray[np.int64] = np.concatenate([some for some, _ in found])[order]
    return wanted


def table_in_order(snapshot: Snapshot, q: EventQuery, columns: Sequence[str]) -> pa.Table:
    """Return some columns of the events that a question matches, in the order of `event_order`, cut to its part."""
    if q.limit is not None:
        return snapshot.take_events(found_in_order(snapshot, q), columns)
    found = [table for _, table in Search(snapshot, q).rows(list(dict.fromkeys([*EVENT_KEYS, *columns])))]
    if not found:
        return snapshot.no_events(columns)
    together = pa.concat_tables(found)
    return together.select(list(columns)).take(pa.array(_order_of(together, q)))


def _order_of(rows: pa.Table, q: EventQuery) -> NDArray[np.int64]:
    order: NDArray[np.int64] = pc.sort_indices(rows, [(name, "ascending") for name in EVENT_KEYS]).to_numpy()
    return order[q.offset : None if q.limit is None else q.offset + q.limit]
