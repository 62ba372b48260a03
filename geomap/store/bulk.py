"""Tables of another store -> rows of a new GeoPackage, in one transaction, and no event is made on the way.

A column goes into SQLite as it is, some ten thousand rows at a time; what trees, words and flows need is reckoned on
whole columns. Numbers of places stay what they are, so records need no rewriting: that is why the store has to be new.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from geomap.errors import StoreError
from geomap.store import spacetime
from geomap.store.blob import blobs_of
from geomap.store.columns import BULLETIN_COLUMNS, EVENT_COLUMNS
from geomap.store.connection import is_unused, transaction
from geomap.store.contents import describe_layers
from geomap.store.dataset.parts import numbers
from geomap.store.event_store import PutResult
from geomap.store.event_trees import NewTrees, fill_layer_tree, without_trigger
from geomap.store.flows import FLOW_COLUMNS, Flow, flow_rows, flows_between
from geomap.store.record import from_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from geomap.store.connection import StoreConnection
    from geomap.store.event_store import Progress
    from geomap.store.tables import StoreTables

__all__ = ["load_tables"]

_CHUNK = 20_000
"""Rows whose values are Python's at a time."""

_CACHE_KB = 256_000
"""Pages that stay in memory while a store is loaded: indexes that a constraint needs are filled in no order."""

_EPOCH = 719_163
"""Ordinal of 1 January 1970, from which Arrow counts days."""

_Values = list[Any] | str
"""Values of a column, or the one that all rows have, as SQL."""

_FROM_RECORD = ("name", "type", "certainty", "approximate")
"""Columns of a place that are read off its record."""


def load_tables(
    connection: StoreConnection, tables: StoreTables, *, folder: Path, on_progress: Progress | None = None
) -> PutResult | None:
    """Fill a new store in one transaction; None, and nothing done, when it already holds something.

    Parameters
    ----------
    connection
        A connection without a transaction.
    tables
        What is to be stored.
    folder
        Where temporary files may lie.
    on_progress
        Told how far it is.

    Raises
    ------
    StoreError
        When a row names another that is not there, or cannot be read; the store is then as it was before.
    """
    connection.execute("PRAGMA foreign_keys = OFF")  # what they say is checked a table at a time
    (usual,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    try:
        with transaction(connection, "IMMEDIATE"):
            if not is_unused(connection):
                return None
            return _Load(connection, tables, folder, on_progress or (lambda _what, _done, _all: None)).write()
    finally:
        connection.execute(f"PRAGMA cache_size = {usual}")
        connection.execute("PRAGMA foreign_keys = ON")


class _Stop(NamedTuple):
    """What flows know of a place."""

    id: str
    name: str
    lon: float
    lat: float
    parents: tuple[str, ...]


class _Load:
    """A load that is under way, within a transaction."""

    def __init__(self, connection: sqlite3.Connection, tables: StoreTables, folder: Path, told: Progress) -> None:
        self._connection, self._tables, self._told = connection, tables, told
        self._trees = NewTrees(connection, folder, is_new=True)
        self._ids: list[pa.Array] = []  # of bulletins
        self._codes: dict[str, int] = {}
        self._events = 0
        # of the places, in the order of their numbers
        self._numbers = np.empty(0, dtype=np.int64)
        self._bounds = np.empty((0, 4))
        self._words: list[str] = []
        self._stops: dict[int, _Stop] = {}  # by number

    def write(self) -> PutResult:
        """Store all.

        Raises
        ------
        StoreError
            When a row names another that is not there, or cannot be read.
        """
        connection, used = self._connection, self._write_bulletins()
        with without_trigger(connection, "places"):
            self._write_places(used)
        known = pa.chunked_array(self._ids or [pa.array([], pa.string())])
        for table in self._tables.event_tables():
            if not pc.all(pc.is_in(table["bulletin"], value_set=known)).as_py():
                raise _broken("an event is of a bulletin that is not there")
            for start in range(0, len(table), _CHUNK):
                self._write_events(table.slice(start, _CHUNK).combine_chunks())
                self._told("storing", self._events, self._tables.events)
        for step, _ in enumerate(self._trees.finish(), start=1):
            self._told("indexing", step, self._trees.steps)
        describe_layers(connection)
        return PutResult(bulletins=len(known), events=self._events, replaced=0)

    def _write_bulletins(self) -> NDArray[np.int64]:
        """Write all bulletins, and return the numbers of the places that they use."""
        used, first = [np.empty(0, dtype=np.int64)], 1
        for whole in self._tables.bulletin_tables():
            for start in range(0, len(whole), _CHUNK):
                table = whole.slice(start, _CHUNK)
                fids = np.arange(first, first + len(table))
                first += len(table)
                self._ids += table["id"].chunks
                self._insert("bulletins", fids, _columns(table, (*BULLETIN_COLUMNS, "resolutions")))
                ends, places = numbers(table["uses"])
                self._insert("geomap_uses", np.repeat(fids, np.diff(ends)), {"place": places.tolist()}, key="bulletin")
                used.append(np.unique(places).astype(np.int64))
        return np.unique(np.concatenate(used))

    def _write_places(self, used: NDArray[np.int64]) -> None:
        """Write the places that are used, and keep of them what events need."""
        bounds, fids, wanted = [self._bounds], [self._numbers], pa.array(used)
        for whole in self._tables.place_tables():
            table = whole.filter(pc.is_in(whole["number"].cast(pa.int64()), value_set=wanted)).combine_chunks()
            for start in range(0, len(table), _CHUNK):
                part = table.slice(start, _CHUNK)
                fids.append(part["number"].to_numpy().astype(np.int64))
                bounds.append(self._write_some_places(part, fids[-1]))
        self._numbers, self._bounds = np.concatenate(fids), np.concatenate(bounds)
        fill_layer_tree(self._connection, "places", self._numbers, self._bounds)
        order = np.argsort(self._numbers)
        self._numbers, self._bounds = self._numbers[order], self._bounds[order]
        self._words = [self._words[place] for place in order.tolist()]
        if not np.array_equal(self._numbers, used):
            raise _broken("a bulletin names a place that is not there")

    def _write_some_places(self, table: pa.Table, fids: NDArray[np.int64]) -> NDArray[np.float64]:
        wkb = table["geometry"].to_pylist()
        bounds = _sound_bounds(wkb)
        fields = list(zip(*map(_place_fields, table["record"].to_pylist()), strict=True))
        made = dict(zip(_FROM_RECORD, map(list, fields), strict=False))
        self._insert(
            "places",
            fids,
            {"geom": blobs_of(wkb, bounds)} | made | _columns(table, ("id", "uncertainty_km", "digest", "record")),
        )
        pairs = zip(fids.tolist(), table["containers"].to_pylist(), strict=True)
        inside = sorted((container, fid) for fid, containers in pairs for container in containers)
        self._connection.executemany("INSERT INTO geomap_within VALUES (?, ?)", inside)
        self._words += table["words"].to_pylist()
        self._stops.update(zip(fids.tolist(), fields[-1], strict=True))
        return bounds

    def _write_events(self, table: pa.Table) -> None:
        fids = self._events + 1 + np.arange(len(table))
        self._events += len(table)
        wkb = table["geometry"].to_pylist()
        bounds = _sound_bounds(wkb)
        rows = {"geom": blobs_of(wkb, bounds)} | _columns(table, [column.name for column in EVENT_COLUMNS])
        self._insert("events", fids, rows)
        details = _columns(table, ("geomap_turn", "geomap_record"))
        self._insert("geomap_details", fids, dict(zip(("turn", "record"), details.values(), strict=True)), key="event")
        ends, named = numbers(table["geomap_places"])
        places = self._place_rows(named)
        words = zip(table["geomap_words"].to_pylist(), ends.tolist(), ends[1:].tolist(), strict=False)
        known = self._words
        at = places.tolist()
        folded = ["\n".join([own, *[known[place] for place in at[a:b]]]) for own, a, b in words]
        self._insert("geomap_search", fids, {"folded": folded}, key="event")
        self._put_into_trees(table, fids, ends, named, places, bounds)
        self._write_flows(table, fids)

    def _put_into_trees(
        self,
        table: pa.Table,
        fids: NDArray[np.int64],
        ends: NDArray[np.int64],
        named: NDArray[np.int32],
        places: NDArray[np.intp],
        bounds: NDArray[np.float64],
    ) -> None:
        sizes = np.diff(ends)
        events = np.repeat(np.arange(len(fids)), sizes)
        entries = spacetime.entry_numbers(fids[events], np.arange(len(named)) - np.repeat(ends[:-1], sizes))
        values = {"place": named.tolist(), "entry": entries.tolist()}
        self._insert("geomap_event_places", fids[events], values, key="event")
        times = np.stack([_days(table["first_day"]), _days(table["last_day"]), self._codes_of(table["type"])], axis=1)
        self._trees.add(spacetime.entries_of(entries, self._bounds[places], times[events]), fids, bounds)

    def _codes_of(self, types: pa.ChunkedArray) -> NDArray[np.int64]:
        coded = types.combine_chunks().dictionary_encode()
        for name in coded.dictionary.to_pylist():
            if name not in self._codes:
                self._codes[name] = spacetime.code_of(self._connection, name)
        codes = np.array([self._codes[name] for name in coded.dictionary.to_pylist()], dtype=np.int64)
        found: NDArray[np.int64] = codes[coded.indices.to_numpy()]
        return found

    def _write_flows(self, table: pa.Table, fids: NDArray[np.int64]) -> None:
        both = pc.and_(pc.is_valid(table["from_places"]), pc.is_valid(table["to_places"])).to_numpy()
        records = table["geomap_record"].filter(pa.array(both)).to_pylist()
        flows: list[tuple[int, Flow[_Stop]]] = []
        for fid, record in zip(fids[both].tolist(), map(from_json, records), strict=True):
            roles = record["roles"]
            flows += [(fid, of) for of in flows_between(self._ends(roles["from"]), self._ends(roles["to"]))]
        sql = f"INSERT INTO geomap_flow_lines ({', '.join(FLOW_COLUMNS)}) VALUES ({', '.join('?' * len(FLOW_COLUMNS))})"
        self._connection.executemany(sql, flow_rows(flows))

    def _ends(self, role: Iterable[dict[str, Any]]) -> list[tuple[_Stop | None, str]]:
        try:
            return [
                (self._stops[fid] if (fid := of["place"]) is not None else None, of["mention"]["name"]) for of in role
            ]
        except KeyError as error:
            raise _broken(f"an event names a place that is not there ({error})") from error

    def _place_rows(self, fids: NDArray[Any]) -> NDArray[np.intp]:
        """Return where places stand among those that were written, by their numbers."""
        at = np.searchsorted(self._numbers, fids)
        if (at >= len(self._numbers)).any() or (self._numbers[at] != fids).any():
            raise _broken("an event names a place that is not there")
        return at

    def _insert(self, table: str, fids: NDArray[np.int64], columns: Mapping[str, _Values], *, key: str = "fid") -> None:
        """Insert columns; those without a value, or with one alone, need not be handed over: most of the work."""
        marks = ["?", *[values if isinstance(values, str) else "?" for values in columns.values()]]
        sql = f"INSERT INTO {table} ({', '.join([key, *columns])}) VALUES ({', '.join(marks)})"
        several = [values for values in columns.values() if not isinstance(values, str)]
        self._connection.executemany(sql, zip(fids.tolist(), *several, strict=True))


def _place_fields(record: str) -> tuple[Any, ...]:
    """Return the values of `_FROM_RECORD`, and what flows know of the place (EPSG:4326, longitude first)."""
    try:
        feature = from_json(record)
        of, geometry = feature["properties"], feature["geometry"]
        parents = tuple([each["relationTo"] for each in feature["relations"]])
        lon, lat = of["label_point"]
        stop = _Stop(feature["@id"], of["title"], lon, lat, parents)
        return of["title"], of["feature_type"], geometry["certainty"], of.get("approximate", False), stop
    except (LookupError, TypeError, ValueError) as error:
        raise _broken(f"the record of a place cannot be read ({error})") from error


def _columns(table: pa.Table, names: Sequence[str]) -> dict[str, _Values]:
    """Return columns as SQLite takes them, but those without any value."""
    found: dict[str, _Values] = {}
    for name in names:
        column = table[name]
        if column.null_count < len(column):
            column = column.cast(pa.string()) if column.type == pa.date32() else column
            found[name] = _literal(column) or column.to_pylist()
    return found


def _literal(column: pa.ChunkedArray) -> str | None:
    """Return the value of a column of texts, yes or no as SQL when all rows have it, and SQL can tell it."""
    if column.null_count or column.type not in (pa.string(), pa.bool_()):
        return None
    value = column[0].as_py()
    if not pc.all(pc.equal(column, value)).as_py() or (isinstance(value, str) and "\0" in value):
        return None
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(int(value))


def _sound_bounds(wkb: Sequence[bytes | None]) -> NDArray[np.float64]:
    """Return west, south, east and north of geometries (degrees), NaN of none and of empty ones."""
    try:
        shapes = shapely.from_wkb(np.array(wkb, dtype=object))
    except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise _broken(f"a geometry cannot be read ({error})") from error
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        raise _broken("a geometry has coordinates that are no numbers")
    found: NDArray[np.float64] = shapely.bounds(shapes).reshape(-1, 4)
    return found


def _days(column: pa.ChunkedArray) -> NDArray[np.int64]:
    """Return days as ordinals; none is `spacetime.NO_DAYS`."""
    days = column.cast(pa.int32()).cast(pa.int64())
    found: NDArray[np.int64] = pc.fill_null(pc.add(days, _EPOCH), spacetime.NO_DAYS[0]).to_numpy()
    return found


def _broken(what: str) -> StoreError:
    return StoreError(f"{what}; `geomap store check` says what is wrong with the store that was to be copied")
