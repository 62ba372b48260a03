"""The store in a PostgreSQL database with PostGIS.

Each call of `PostgisStore.put` is one transaction, and one writer is at work at a time; each question is answered on
one state of the store. A connection that was lost between two questions is made again, once.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geomap.bbox import BBox
from geomap.errors import StoreError
from geomap.store.arrow import table_of_rows
from geomap.store.checked import weight
from geomap.store.columns import EVENT_COLUMNS, EVENT_ORDER
from geomap.store.event_store import EventStore
from geomap.store.frame import frame_of_rows
from geomap.store.postgis.address import read_address
from geomap.store.postgis.link import Connection, Link
from geomap.store.postgis.rows import Rows
from geomap.store.postgis.schema import make_or_check
from geomap.store.postgis.search import Condition, condition
from geomap.store.postgis.texts import told
from geomap.store.postgis.upkeep import EVENT_VALUES, compact, give_back, problems, store_info
from geomap.store.postgis.writer import Writer
from geomap.store.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import geopandas as gpd
    import pyarrow as pa

    from geomap.model import Bulletin, Event, Place, Reading
    from geomap.query import EventQuery
    from geomap.store.checked import Checked
    from geomap.store.columns import Column
    from geomap.store.encoding import Encoder
    from geomap.store.event_store import Progress, PutResult, StoreInfo

__all__ = ["PostgisStore"]

_BATCH = 500
"""Events read at once: enough to be fast, few enough to begin soon."""

# Of each type one look into an index; DISTINCT would walk over all events.
_TYPES = """
WITH RECURSIVE known(type) AS (
  (SELECT type FROM events ORDER BY type LIMIT 1)
  UNION ALL
  SELECT (SELECT e.type FROM events e WHERE e.type > known.type ORDER BY e.type LIMIT 1)
  FROM known WHERE known.type IS NOT NULL
)
SELECT type FROM known WHERE type IS NOT NULL
"""


class PostgisStore(EventStore):
    """A store in the schema ``geomap`` of a database; several threads may ask it at once.

    `url` is ``postgresql://user@host:port/database``; what is left out libpq takes from its environment. `timeout_s` is
    for a connection, too, and no message tells a password.
    """

    def __init__(self, url: str, *, create: bool = False, timeout_s: float = 10.0) -> None:
        address = read_address(url)
        self.address = address.shown
        self._link = Link(address, timeout_s=timeout_s)
        self._places: dict[int, Place] = {}  # a number (fid) never names another place, so these stay right
        make_or_check(self._link, create=create)

    def _put(self, readings: Checked, encoder: Encoder, on_progress: Progress | None) -> PutResult:
        def write(connection: Connection) -> PutResult:
            writer = Writer(connection, encoder.places, on_progress=on_progress)
            return writer.write(spooled, events=readings.events)

        with closing(Spool(encoder.encode(readings), weight=weight, plain=True)) as spooled:
            return self._link.write(write)

    def _events(self, q: EventQuery) -> Iterator[Event]:
        bulletins: dict[str, Bulletin] = {}

        def begin(connection: Connection) -> tuple[list[int], list[Event]]:
            fids = self._ordered(connection, q)
            return fids, self._rows(connection).events(fids[:_BATCH], bulletins)

        fids, events = self._link.read(begin)
        yield from events
        for start in range(_BATCH, len(fids), _BATCH):
            part = fids[start : start + _BATCH]
            yield from self._link.read(lambda c, part=part: self._rows(c).events(part, bulletins))  # type: ignore[misc]

    def _count(self, q: EventQuery) -> int:
        def number(connection: Connection) -> int:
            meant = self._condition(connection, q)
            sql = f"SELECT count(*) FROM events WHERE {meant.sql}"
            if meant.at is not None:
                sql = f"SELECT count(DISTINCT event) FROM event_places WHERE {meant.at}"
            return int(_one(connection, sql, meant.values)[0])

        return self._link.read(number)

    def _frame(self, q: EventQuery, columns: Sequence[Column]) -> gpd.GeoDataFrame:
        rows, wkb = self._cells(q, columns)
        geometries = np.empty(len(wkb), dtype=object)
        geometries[:] = wkb
        return frame_of_rows(rows, shapely.from_wkb(geometries), columns)

    def _arrow(self, q: EventQuery) -> pa.Table:
        return table_of_rows(*self._cells(q, EVENT_COLUMNS))

    def _cells(self, q: EventQuery, columns: Iterable[Column]) -> tuple[list[list[Any]], list[bytes | None]]:
        """Return the values of columns, dates as ISO 8601, and the geometries as well-known binary."""
        names = ", ".join(["ST_AsBinary(geom)", *(EVENT_VALUES[column.name] for column in columns)])

        def read(connection: Connection) -> list[tuple[Any, ...]]:
            meant = self._condition(connection, q)
            sql = f"SELECT {names} FROM events WHERE {meant.sql} ORDER BY {EVENT_ORDER} LIMIT %s OFFSET %s"
            return connection.execute(sql, [*meant.values, q.limit, q.offset], binary=True).fetchall()

        rows = self._link.read(read)
        cells = [[told(cell) if isinstance(cell, str) else cell for cell in row[1:]] for row in rows]
        return cells, [row[0] for row in rows]

    def _extent(self, q: EventQuery) -> BBox | None:
        def edges(connection: Connection) -> tuple[Any, ...]:
            meant = self._condition(connection, q)
            sql = (
                "SELECT min(west), min(south), max(east), max(north) FROM places WHERE fid IN (SELECT place"
                f" FROM event_places WHERE event IN (SELECT fid FROM events WHERE {meant.sql}))"
            )
            return _one(connection, sql, meant.values)

        west, south, east, north = self._link.read(edges)
        return None if west is None else BBox(west, south, east, north)

    def _types(self) -> frozenset[str]:
        return frozenset(self._link.read(lambda c: [told(name) for (name,) in c.execute(_TYPES)]))

    def _bulletins(self) -> Iterator[Bulletin]:
        ids = self._bulletin_ids()
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            found = self._link.read(lambda c, part=part: self._rows(c).bulletins(part))  # type: ignore[misc]
            yield from (found[id_] for id_ in part)

    def _readings(self) -> Iterator[Reading]:
        for id_ in self._bulletin_ids():
            yield self._link.read(lambda c, id_=id_: self._rows(c).reading(id_))  # type: ignore[misc]

    def _info(self) -> StoreInfo:
        return self._link.read(lambda c: store_info(c, self.address))

    def _problems(self) -> Iterator[str]:
        yield from self._link.read(lambda c: list(problems(c, self.address)))

    def _compact(self) -> None:  # only the owner may
        self._link.write(compact)
        self._link.maintain(give_back)

    def close(self) -> None:
        """Let go of the database; closing twice does no harm."""
        self._link.close()

    def _check_open(self) -> None:
        self._link.check_open()

    def _rows(self, connection: Connection) -> Rows:
        return Rows(connection, self.address, self._places)

    def _condition(self, connection: Connection, q: EventQuery) -> Condition:
        try:
            return condition(connection, q)
        except (TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise StoreError(f"a geometry cannot be read ({error}); restore a copy", path=self.address) from error

    def _ordered(self, connection: Connection, q: EventQuery) -> list[int]:
        """Return the numbers of the events that a question matches, in their order, cut to its part."""
        meant = self._condition(connection, q)
        sql = f"SELECT fid FROM events WHERE {meant.sql} ORDER BY {EVENT_ORDER} LIMIT %s OFFSET %s"
        return [fid for (fid,) in connection.execute(sql, [*meant.values, q.limit, q.offset])]

    def _bulletin_ids(self) -> list[str]:
        sql = "SELECT id FROM bulletins ORDER BY date NULLS LAST, id"
        return self._link.read(lambda c: [told(id_) for (id_,) in c.execute(sql)])


def _one(connection: Connection, sql: Any, values: list[object]) -> tuple[Any, ...]:  # noqa: ANN401
    """Return the only row of a query."""
    row = connection.execute(sql, values).fetchone()
    assert row is not None  # noqa: S101  such a SELECT always has one
    return row
