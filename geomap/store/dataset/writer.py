"""Readings -> files of the store.

Events are put into the order of Hilbert's curve over all of a call, and cut into files of some ten thousand: so each
file, and each group of rows in it, lies in a small part of the map. A call of more events than memory should hold puts
sorted runs aside first, and joins them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geomap.gazetteer.linked_places import to_feature
from geomap.model import PART
from geomap.query import place_text
from geomap.store.checked import batches
from geomap.store.columns import BULLETIN_COLUMNS, EVENT_COLUMNS, geometry_of
from geomap.store.dataset.parts import BULLETIN_SCHEMA, EVENT_SCHEMA, PLACE_SCHEMA, PartFiles, take
from geomap.store.encoding import numbered
from geomap.store.geoparquet import SIDES, box_around, box_column, geo_metadata
from geomap.store.hilbert import order_on_globe
from geomap.store.record import to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.model import Place
    from geomap.store.dataset.manifest import Part
    from geomap.store.dataset.parts import Change, Written
    from geomap.store.encoding import EncodedReading

__all__ = [
    "ASIDE",
    "BULLETIN_GROUP",
    "PLACE_GROUP",
    "Writer",
    "boxes_of",
    "joined",
    "middles",
    "superseded",
    "write_event_parts",
]

ASIDE = "aside"
"""The folder of runs that are joined later, beside those of `manifest.KINDS`."""

BULLETIN_GROUP, PLACE_GROUP, _GROUP = 500, 1000, 2000
"""Rows of a group, which are read together: a question by box wants some hundred events of a few groups."""

_PART = 50_000
"""Events of a file: enough to be worth opening, few enough that a box leaves most files alone."""

_EXTENTS = (0.25, 1.0, 4.0, 16.0)
"""Degrees, by which events are told apart that lie in one place, in a region, or between regions."""

_IN_MEMORY = 100_000
"""Events that are put into order in memory, as columns; more go aside first."""

_PLACES_AT_ONCE = 5000
"""New places whose records are in memory."""

_SHAPES = 5000
"""Geometries of events that are kept while readings are written."""

_KINDS = (
    "", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection",
)  # fmt: skip
"""By their codes in well-known binary."""


class _New(NamedTuple):
    """A place that the store does not have yet."""

    number: int
    place: Place
    digest: str
    record: str


class Writer:
    """Writes the readings of one call.

    Parameters
    ----------
    folder, change
        Where to, and as part of what.
    places
        The places that the readings name, by the numbers of their `Encoder`.
    numbers
        The numbers of the places that the store has, by the digests of their records.
    next_place
        The number that the next new place gets.
    """

    def __init__(
        self, folder: Path, change: Change, places: Sequence[Place], *, numbers: dict[str, int], next_place: int
    ) -> None:
        self._folder, self._change, self._places = folder, change, places
        self._stored = numbers
        self.next_place = next_place
        self._numbers = [-1] * len(places)
        self._refs = [""] * len(places)
        self._bounds: list[tuple[float, float, float, float]] = []
        self._shapes: dict[tuple[int, ...], tuple[bytes | None, tuple[float, float, float, float]]] = {}
        self._waiting: list[pa.Table] = []
        self._runs: list[Part] = []

    def write(self, readings: Iterable[EncodedReading]) -> dict[str, tuple[Part, ...]]:
        """Write readings, each of a bulletin of its own, and return the new files by kind."""
        places = self._write_places()
        bulletins: Written | None = None
        for batch in batches(readings):
            table = self._bulletins_and_events(batch)
            bulletins = bulletins or self._change.begin("bulletins", BULLETIN_SCHEMA)
            bulletins.write(table, group=BULLETIN_GROUP)
            if sum(table.num_rows for table in self._waiting) >= _IN_MEMORY:
                self._put_aside()
        return {
            "events": self._finish_events(),
            "bulletins": (bulletins.finish(),) if bulletins else (),
            "places": places,
        }

    def _bulletins_and_events(self, readings: Sequence[EncodedReading]) -> pa.Table:
        """Make rows of events, and return those of their bulletins, by date and id."""
        if any(reading.events for reading in readings):
            self._waiting.append(self._event_table(readings))
        columns = {
            **dict(
                zip(BULLETIN_COLUMNS, zip(*(reading.bulletin.row for reading in readings), strict=True), strict=True)
            ),
            "resolutions": [numbered(reading.bulletin.resolutions, self._refs) for reading in readings],
            "uses": [sorted({self._numbers[place] for place in reading.bulletin.uses}) for reading in readings],
        }
        table = pa.table([pa.array(columns[field.name], field.type) for field in BULLETIN_SCHEMA], BULLETIN_SCHEMA)
        return table.sort_by([("date", "ascending"), ("id", "ascending")])

    def _event_table(self, readings: Sequence[EncodedReading]) -> pa.Table:
        turns, events = zip(*(turned for reading in readings for turned in enumerate(reading.events)), strict=True)
        shapes = [self._shape(event.places) for event in events]
        rows = zip(*(event.row for event in events), strict=True)
        made: dict[str, pa.Array] = {
            column.name: _array(values, EVENT_SCHEMA.field(column.name).type)
            for column, values in zip(EVENT_COLUMNS, rows, strict=True)
        }
        at = [[self._numbers[place] for place in event.places] for event in events]
        made |= {
            "geometry": pa.array([wkb for wkb, _ in shapes], pa.binary()),
            "geomap_turn": pa.array(turns, pa.int32()),
            "geomap_places": pa.array(at, pa.list_(pa.int32())),
            "geomap_words": pa.array([event.text for event in events], pa.string()),
            "geomap_record": pa.array([numbered(event.record, self._refs) for event in events], pa.string()),
            "bbox": box_column(np.array([bounds for _, bounds in shapes], dtype=np.float64)),
        }
        return pa.table([made[name] for name in EVENT_SCHEMA.names], EVENT_SCHEMA)

    def _shape(self, places: tuple[int, ...]) -> tuple[bytes | None, tuple[float, float, float, float]]:
        """Return geometry and envelope of an event; many happen at the same places, and areas are slow to join.

        The envelope is never too small, though areas that are joined may move by a rounding.
        """
        shape = self._shapes.get(places)
        if shape is None:
            geometry = geometry_of([self._places[place] for place in places])
            boxes = np.array([self._bounds[place] for place in places], dtype=np.float64).reshape(-1, 4)
            own = np.full(4, np.nan) if geometry is None else np.array(geometry.bounds)
            west, south, east, north = box_around(own, boxes).tolist()
            wkb = None if geometry is None else shapely.to_wkb(geometry, byte_order=1, flavor="iso")
            shape = wkb, (west, south, east, north)
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            self._shapes[places] = shape
        return shape

    def _write_places(self) -> tuple[Part, ...]:
        """Give all places the store's numbers, and write the new ones in the order of where they lie."""
        if not self._places:
            return ()
        shapes = np.array([place.geometry for place in self._places], dtype=object)
        bounds = shapely.bounds(shapes).reshape(-1, 4)
        self._bounds = [(west, south, east, north) for west, south, east, north in bounds.tolist()]
        order = order_on_globe(*middles(bounds)).tolist()
        written: Written | None = None
        reach_km = 0.0
        for start in range(0, len(order), _PLACES_AT_ONCE):
            if new := self._numbered(order[start : start + _PLACES_AT_ONCE]):
                written = written or self._change.begin("places", PLACE_SCHEMA)
                written.write(_place_table(new), group=PLACE_GROUP)
                reach_km = max(reach_km, *(each.place.uncertainty_km for each in new))
        return (written.finish(reach_km=reach_km),) if written else ()

    def _numbered(self, turns: Sequence[int]) -> list[_New]:
        """Give places numbers, and return the new ones; another state of a place is another row."""
        new = []
        for turn in turns:
            record = to_json(to_feature(self._places[turn]))
            digest = hashlib.sha256(record.encode()).hexdigest()
            number = self._stored.get(digest)
            if number is None:
                number = self._stored[digest] = self.next_place
                self.next_place += 1
                new.append(_New(number, self._places[turn], digest, record))
            self._numbers[turn], self._refs[turn] = number, str(number)
        return new

    def _put_aside(self) -> None:
        """Sort the events that wait, and write them as a run."""
        if not self._waiting:
            return
        run = self._change.begin(ASIDE, EVENT_SCHEMA)
        run.write(self._sorted(), group=_GROUP)
        self._runs.append(run.finish())

    def _sorted(self) -> pa.Table:
        together, self._waiting = pa.concat_tables(self._waiting), []
        return together.take(pa.array(_order(boxes_of(together))))

    def _finish_events(self) -> tuple[Part, ...]:
        if not self._runs:
            return write_event_parts(self._change, _cut(self._sorted())) if self._waiting else ()
        self._put_aside()
        files = PartFiles(self._folder)
        try:
            rows = [np.arange(run.rows, dtype=np.int64) for run in self._runs]
            made = write_event_parts(self._change, joined(files, self._runs, rows))
        finally:
            files.close()
        for run in self._runs:
            (self._folder / run.name).unlink()
        return made


def _place_table(new: Sequence[_New]) -> pa.Table:
    places = [each.place for each in new]
    columns: dict[str, list[Any]] = {
        "number": [each.number for each in new],
        "id": [place.id for place in places],
        "digest": [each.digest for each in new],
        "containers": [sorted({place.id, *place.parents}) for place in places],
        "uncertainty_km": [place.uncertainty_km for place in places],
        "words": [place_text(place) for place in places],
        "geometry": shapely.to_wkb([place.geometry for place in places], flavor="iso").tolist(),
        "record": [each.record for each in new],
    }
    return pa.table([pa.array(columns[field.name], field.type) for field in PLACE_SCHEMA], PLACE_SCHEMA)


def joined(files: PartFiles, parts: Sequence[Part], rows: Sequence[NDArray[np.int64]]) -> Iterator[pa.Table]:
    """Yield rows of several files in Hilbert order, as many at a time as a file holds."""
    which = np.repeat(np.arange(len(parts)), [len(some) for some in rows])
    row = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
    boxes = boxes_of(take(files, parts, (which, row), ["bbox"]))
    order = _order(boxes)
    for piece in np.array_split(order, max(1, -(-len(order) // _PART))):
        if len(piece):
            yield take(files, parts, (which[piece], row[piece]), EVENT_SCHEMA.names)


def _order(boxes: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the order of rows along the curve, those of like extent together; those that are not placed come last.

    An event that moves people across the country has a box over all of it. Strewn among the others such boxes would
    make the box around each file as wide, and no question could leave one out.
    """
    order = order_on_globe(*middles(boxes))
    extents = np.fmax(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    classes = np.where(np.isnan(extents), len(_EXTENTS) + 1, np.searchsorted(_EXTENTS, extents))
    return order[np.argsort(classes[order], kind="stable")]


def _cut(table: pa.Table) -> Iterator[pa.Table]:
    for piece in np.array_split(np.arange(len(table)), max(1, -(-len(table) // _PART))):
        yield table.slice(piece[0], len(piece))


def write_event_parts(change: Change, tables: Iterable[pa.Table]) -> tuple[Part, ...]:
    """Write tables of events, each as a file."""
    return tuple(_write_events(change, table) for table in tables)


def _write_events(change: Change, table: pa.Table) -> Part:
    bounds = box_around(np.full(4, np.nan), boxes_of(table))
    codes = {
        int.from_bytes(wkb[1:5], "little")
        for wkb in pc.unique(pc.binary_slice(table["geometry"], 0, 5)).to_pylist()
        if wkb
    }
    first, last = pc.min(table["first_day"]).as_py(), pc.max(table["last_day"]).as_py()
    # in the schema, where readers of a whole folder look for it, too
    geo = geo_metadata({_KINDS[code] for code in codes}, bounds)
    written = change.begin("events", EVENT_SCHEMA.with_metadata(geo))
    written.write(table.replace_schema_metadata(geo), group=_GROUP)
    counted = sorted((pair["values"], pair["counts"]) for pair in pc.value_counts(table["type"]).to_pylist())
    return written.finish(
        bounds=None if np.isnan(bounds).any() else tuple(bounds.tolist()),
        days=None if first is None else (first.isoformat(), last.isoformat()),
        types=dict(counted),
    )


def boxes_of(table: pa.Table) -> NDArray[np.float64]:
    """Return west, south, east and north of rows (degrees); NaN where an event is not placed."""
    sides = dict(zip(SIDES, table["bbox"].combine_chunks().flatten(), strict=True))
    return np.stack([sides[side].to_numpy(zero_copy_only=False) for side in SIDES], axis=1).astype(np.float64)


def middles(boxes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitudes and latitudes of the middles of boxes (west, south, east, north)."""
    return (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2


def _array(values: Sequence[Any], type_: pa.DataType) -> pa.Array:
    if type_ == pa.date32():
        return pa.array(values, pa.string()).cast(type_)
    return pa.array(values, type_)


def superseded(ids: Sequence[str], stored: Iterable[str]) -> tuple[list[bool], list[str], int]:
    """Tell what a call replaces: each bulletin takes away all that its id, and the parts of its table, gave before.

    Parameters
    ----------
    ids
        Of the bulletins of the call, in their order.
    stored
        Of those that the store holds.

    Returns
    -------
    stay
        Of each of `ids`, whether nothing later in the call takes it away again.
    gone
        The stored ones that go.
    replaced
        How many bulletins were taken away in all.
    """
    bases = {_base(id_) for id_ in ids}
    there: dict[str, dict[str, int]] = {base: {} for base in bases}  # where in the call, -1 for a stored one
    for id_ in stored:
        if (base := _base(id_)) in bases:
            there[base][id_] = -1
    stay, gone, replaced = [True] * len(ids), [], 0
    for turn, id_ in enumerate(ids):
        family = there[_base(id_)]
        for other in [other for other in family if _replaces(id_, other)]:
            before = family.pop(other)
            replaced += 1
            if before < 0:
                gone.append(other)
            else:
                stay[before] = False
        family[id_] = turn
    return stay, gone, replaced


def _base(id_: str) -> str:
    return id_.partition(PART)[0]


def _replaces(id_: str, other: str) -> bool:
    """Tell whether a bulletin takes another's place; ":" is the sign behind "9"."""
    return other == id_ or f"{id_}{PART}0" <= other <= f"{id_}{PART}:"
