"""A table of events -> the same columns that are drawn of `Event` values, without making any of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geomap.coarsening import coarsen_rows
from geomap.errors import InputError
from geomap.webmap.packing import Pieces, indexed, json_bytes
from geomap.webmap.tables import AREA, EPOCH, FLAGS, KINDS, NO_DAY, NO_ROW, REACH, steps_of, whole_if_possible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from geomap.coarsening import Coarseness, CoarseRows
    from geomap.gazetteer import Gazetteer
    from geomap.webmap.tables import Columns

__all__ = ["TOLD", "FrameContents", "frame_contents"]

TOLD = (
    "type", "first_day", "last_day", "value", "unit", "scope", "at_least", "at_most", "rounded", "point_of", "source",
    "sentence", "negated", "planned", "total_of_breakdown", "repeats", "change",
)  # fmt: skip
"""What a row can tell, by the names that `to_geodataframe` gives its columns."""

ROWS_A_PIECE = 4096

SAMPLE_STEP = 0.25
"""Degrees: events are taken to lie in the countries in which one of each such square lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameContents:
    """What a page is made of.

    `corners` hold all points (lon, lat in degrees, EPSG:4326), `sample` is some of them, far and wide; `days` are the
    first and the last.
    """

    head: dict[str, Any]
    texts: Pieces
    corners: list[tuple[float, float]]
    sample: list[tuple[float, float]]
    days: tuple[date | None, date | None]
    _columns: Columns
    _lon: NDArray[np.float64]

    def columns(self, lon: Callable[[float], float]) -> Columns:
        """Return the columns; `lon` counts longitudes as the view does."""
        shifted = self._lon
        if any(lon(corner) != corner for corner, _ in self.corners):
            shifted = np.array([lon(x) for x in self._lon], dtype=np.float64)
        return {**self._columns, "place.lon": steps_of(shifted)}


def frame_contents(
    frame: gpd.GeoDataFrame,
    columns: Mapping[str, str],
    *,
    coarsen: Coarseness | None = None,
    gazetteer: Gazetteer | None = None,
) -> FrameContents:
    """Read a table.

    Parameters
    ----------
    frame
        A row an event; geometries in any CRS that it states, EPSG:4326 when none.
    columns
        For a name of `TOLD` that of the column.
    coarsen, gazetteer
        As of `render_frame`.

    Raises
    ------
    InputError
        When a column is named that is not there, or one holds what it should not; when areas are asked for without a
        gazetteer.
    """
    told = _Told(frame, columns)
    shapes = _shapes(frame)
    points, areas = _points(shapes, str(frame.geometry.name))
    kinds, kind_of, reach = ["place"], np.zeros(len(frame), dtype=np.int64), None
    if coarsen is not None:
        coarse = coarsen_rows(shapes, told.texts_of("point_of"), coarsen, gazetteer=gazetteer)
        told, points, areas = told.coarse(coarse), _area_points(coarse), coarse.area_of >= 0
        kinds, area_kinds = indexed(area.type for area in coarse.areas)
        kind_of = np.append(area_kinds, 0)[coarse.area_of]
        reach = np.append(np.ceil(np.array(coarse.reach_km) * REACH).astype(np.int64), 0)[coarse.area_of]
    days = told.days("first_day")
    # By day, and within a day from west to east: neighbours are then alike, which deflates well.
    order = np.lexsort((points[:, 0], days))
    texts = told.texts(order)  # first, so that they are deflated while the rest is made
    days, points, areas = days[order], points[order], areas[order]
    placed = ~np.isnan(points[:, 0])
    rows = np.cumsum(placed) - 1
    known = points[placed]
    names, name_of = told.dictionary("point_of", order)
    types, type_of = told.dictionary("type", order, empty="other")
    units, unit_of = told.dictionary("unit", order, empty="people" if told.has("value") else "")
    sources, source_of = told.dictionary("source", order)
    flags = told.flags()[order]
    # What is negated or told elsewhere is listed, and not drawn.
    hidden = FLAGS["negated"] | FLAGS["total_of_breakdown"] | FLAGS["repeats"]
    marked = np.flatnonzero(placed & (flags & hidden == 0))
    last = told.days("last_day")[order]
    lasting = np.where((last >= days) & (days != NO_DAY), last - days + 1, (days != NO_DAY).astype(np.int64))
    body: Columns = {
        "event.type": type_of, "event.day": days, "event.days": lasting,
        "event.value": whole_if_possible(told.numbers("value")[order]), "event.unit": unit_of, "event.flags": flags,
        "event.bulletin": source_of, "event.repeats": np.full(len(frame), NO_ROW),
        "mark.event": marked, "mark.kind": np.full(len(marked), KINDS.index("site")),
        "mark.from": rows[marked], "mark.to": rows[marked], "mark.flags": np.zeros(len(marked), dtype=np.int64),
        "mark.shared": np.ones(len(marked), dtype=np.int64), "mark.direction": np.zeros(len(marked), dtype=np.int64),
        "place.lat": steps_of(known[:, 1]), "place.flags": AREA * areas[placed].astype(np.int64),
        "place.within": np.full(len(known), NO_ROW), "place.name": name_of[placed],
        "place.type": kind_of[order][placed],
    }  # fmt: skip
    if reach is not None:
        body["place.reach"] = reach[order][placed]
    head = {
        "types": types, "units": units, "names": names, "placeTypes": kinds,
        "bulletins": [{"source": source} if source else {} for source in sources],
    }  # fmt: skip
    dated = days[days != NO_DAY]
    ends = (_date(dated[0]), _date(dated[-1])) if len(dated) else (None, None)
    return FrameContents(
        head=head, texts=texts, corners=_corners(known), sample=_sample(known), days=ends,
        _columns=body, _lon=known[:, 0],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """A frame's columns by what they tell."""

    frame: pd.DataFrame
    columns: Mapping[str, str]

    def __post_init__(self) -> None:
        for name, column in self.columns.items():
            if name not in TOLD:
                raise InputError(f"a row can tell none such; it can tell {', '.join(TOLD)}", field=name)
            if column not in self.frame.columns:
                there = ", ".join(map(str, self.frame.columns))
                raise InputError(f"the table has no column {column!r}; it has {there}", field=name)

    def has(self, name: str) -> bool:
        return self.columns.get(name, name) in self.frame.columns

    def _values(self, name: str) -> pd.Series[Any]:
        values: pd.Series[Any] = self.frame[self.columns.get(name, name)]
        return values

    def days(self, name: str) -> NDArray[np.int64]:
        """Return days since 1970, `NO_DAY` where there is none."""
        if not self.has(name):
            return np.full(len(self.frame), NO_DAY, dtype=np.int64)
        given = self._values(name)
        try:
            times = pd.to_datetime(given, utc=True, format="ISO8601").dt.tz_localize(None)
        except (ValueError, TypeError) as error:
            raise InputError(f"not all are dates like 2018-06-24: {error}", field=str(given.name)) from error
        days = times.to_numpy().astype("datetime64[D]").astype(np.int64)
        return np.where(times.isna().to_numpy(), NO_DAY, days)

    def numbers(self, name: str) -> NDArray[np.float64]:
        if not self.has(name):
            return np.full(len(self.frame), np.nan)
        given = self._values(name)
        try:
            values = pd.to_numeric(given).to_numpy(dtype=np.float64, na_value=np.nan)
        except (ValueError, TypeError) as error:
            raise InputError(f"not all are numbers: {error}", field=str(given.name)) from error
        return np.where(np.isfinite(values), values, np.nan)

    def dictionary(
        self, name: str, order: NDArray[np.int64], *, empty: str = ""
    ) -> tuple[list[str], NDArray[np.int64]]:
        """Return each text once and, in the order asked for, which of them a row has."""
        if not self.has(name) or not len(order):
            return [empty], np.zeros(len(order), dtype=np.int64)
        codes, found = pd.factorize(self._values(name))
        texts = [str(text) for text in found]
        if (codes < 0).any():
            texts, codes = [*texts, empty], np.where(codes < 0, len(texts), codes)
        return texts, codes.astype(np.int64)[order]

    def texts_of(self, name: str) -> list[str]:
        """Return the texts of a column, each once."""
        return [str(text) for text in self._values(name).dropna().unique()] if self.has(name) else []

    def coarse(self, rows: CoarseRows) -> _Told:
        """Return the rows as they tell no finer place than their areas."""
        told = pd.DataFrame({name: self._values(name).to_numpy() for name in TOLD if self.has(name)})
        names = np.array([*(area.name for area in rows.areas), None], dtype=object)
        told["point_of"] = names[rows.area_of]
        if "sentence" in told:
            told["sentence"] = rows.text
        for name, instead in (("type", "other"), ("unit", ""), ("source", None)):
            if name in told:
                given = map(str, told[name].dropna().unique())
                spoken = {text: rows.unless_named(text.replace("_", " ")) and text for text in given}
                kept = told[name].map(spoken)
                told[name] = kept.where(kept.notna() | told[name].isna(), instead)
        return _Told(told, {})

    def flags(self) -> NDArray[np.int64]:
        given = {name: self._values(name) for name in TOLD if self.has(name)}
        holds = {name: _truth(given[name]) for name in FLAGS if name in given and name != "repeats"}
        holds |= {"approximate": _truth(given["rounded"])} if "rounded" in given else {}
        holds |= {"repeats": given["repeats"].notna().to_numpy()} if "repeats" in given else {}
        holds |= {"cumulative": (given["scope"] == "cumulative").to_numpy()} if "scope" in given else {}
        if "change" in given:
            holds |= {change: (given["change"] == change).to_numpy() for change in ("increase", "decrease")}
        flags = np.zeros(len(self.frame), dtype=np.int64)
        for name, values in holds.items():
            flags |= np.where(values, FLAGS[name], 0)
        return flags

    def texts(self, order: NDArray[np.int64]) -> Pieces:
        """Return the sentences in pieces, in the order asked for."""
        if not self.has("sentence"):
            return Pieces(starts=[], blocks=[])
        sentences = self._values("sentence").fillna("").astype(str).to_numpy(dtype=object)[order]
        return Pieces.of(
            (begin, json_bytes({"sentence": sentences[begin : begin + ROWS_A_PIECE].tolist()}))
            for begin in range(0, len(order), ROWS_A_PIECE)
        )


def _truth(values: pd.Series[Any]) -> NDArray[np.bool_]:
    truth: NDArray[np.bool_] = values.astype("boolean").fillna(value=False).to_numpy(dtype=bool)
    return truth


def _shapes(frame: gpd.GeoDataFrame) -> NDArray[Any]:
    """Return the geometries in EPSG:4326."""
    shapes = frame.geometry if frame.crs is None or frame.crs.to_epsg() == 4326 else frame.geometry.to_crs(4326)
    given: NDArray[Any] = shapes.to_numpy()
    return given


def _area_points(rows: CoarseRows) -> NDArray[np.float64]:
    """Return the point (lon, lat) of each row's area, not a number where none is told."""
    points = [*((area.lon, area.lat) for area in rows.areas), (np.nan, np.nan)]
    return np.array(points, dtype=np.float64)[rows.area_of]


def _points(given: NDArray[Any], name: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return a point (lon, lat) of each row, not a number where it has no geometry, and whether it is an area's."""
    areas = shapely.get_type_id(given) > 0
    if areas.any():
        given = np.where(areas, shapely.point_on_surface(given), given)
    points = np.column_stack([shapely.get_x(given), shapely.get_y(given)])
    wrong = np.flatnonzero((np.abs(points[:, 0]) > 180) | (np.abs(points[:, 1]) > 90))
    if len(wrong):
        row = int(wrong[0])
        x, y = points[row]
        raise InputError(
            f"row {row} lies at longitude {x:g}, latitude {y:g}, which is no place on the globe; longitude is -180 to"
            " 180 and stands first, latitude -90 to 90",
            field=name,
        )
    return points, areas


def _corners(points: NDArray[np.float64]) -> list[tuple[float, float]]:
    if not len(points):
        return []
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return [(float(west), float(south)), (float(east), float(north))]


def _sample(points: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return a point of each square in which there is one."""
    squares = np.floor(points / SAMPLE_STEP).astype(np.int64)
    _, first = np.unique(squares[:, 0] * 100_000 + squares[:, 1], return_index=True)
    return [(float(x), float(y)) for x, y in points[first]]


def _date(day: int) -> date:
    return date.fromordinal(int(day) + EPOCH)
