"""The tables of the store: a GeoPackage 1.3 with three layers of our own and the indexes that answer questions.

``events``, ``places`` and ``flows`` are feature layers and ``bulletins`` is a table of attributes; any GIS opens them.
Their columns are for people and for frames; `text`, `resolutions` and the two `record`s are what events are made from
again. Tables called ``geomap_...`` are told to no GIS: whole events (``geomap_details``) and indexes. Rows of
``events`` are narrow and lie in Hilbert order, as far as they were stored together, so that a box reads few pages.

The parts that the standard prescribes (table definitions, spatial reference systems, R-tree triggers) follow OGC
12-128r17, annexes C and F.3.
"""

# ruff: noqa: S608  only names of our own tables and columns go into SQL as text; every value is bound

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from geomap.store.columns import EVENT_COLUMNS
from geomap.store.styles import styles_script

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "APPLICATION_ID",
    "EVENT_INDEXES",
    "EVENT_PLACES",
    "FLOWS_SINCE_4",
    "INDEXES_SINCE_3",
    "LOAD_INDEXES",
    "SCHEMA_VERSION",
    "schema_script",
    "statements",
    "triggers",
]

APPLICATION_ID = 0x47504B47
"""``GPKG``, which every GeoPackage since 1.2 carries in its header."""

_USER_VERSION = 10300  # GeoPackage 1.3.0; GDAL before 3.7 refuses 1.4 in part

SCHEMA_VERSION = 4
"""The version of our own tables; a store that says a higher one was made by a later geomap."""

_WGS_84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)

_STANDARD = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {_USER_VERSION};
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, '{_WGS_84}', 'longitude and latitude in degrees, longitude first');
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL UNIQUE REFERENCES gpkg_contents(table_name),
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys(srs_id),
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  PRIMARY KEY (table_name, column_name)
);
CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  UNIQUE (table_name, column_name, extension_name)
);
"""

# AUTOINCREMENT: a number once given is never given again, so a reader can tell a replaced row from a kept one.
_LAYERS = f"""
CREATE TABLE bulletins (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  date DATE, source TEXT, lang TEXT NOT NULL, url TEXT, path TEXT,
  notes TEXT NOT NULL,
  text TEXT NOT NULL,
  resolutions TEXT NOT NULL
);
CREATE TABLE places (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom GEOMETRY,
  id TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL,
  certainty TEXT NOT NULL, approximate BOOLEAN NOT NULL, uncertainty_km REAL NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  record TEXT NOT NULL
);
CREATE TABLE events (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom GEOMETRY,
  {", ".join(f"{column.name} {column.sql}" for column in EVENT_COLUMNS)},
  FOREIGN KEY (bulletin) REFERENCES bulletins(id) ON DELETE CASCADE
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
  ('events', 'features', 'events', 'What bulletins say happened', 4326),
  ('places', 'features', 'places', 'The places weighed, as the gazetteer gave them then', 4326),
  ('bulletins', 'attributes', 'bulletins', 'The bulletins with their full text', NULL);
"""

EVENT_INDEXES = {
    "geomap_by_time": "CREATE INDEX geomap_by_time ON events (first_day, bulletin, start_char, id)",
    "geomap_by_type": "CREATE INDEX geomap_by_type ON events (type, first_day)",
    "geomap_by_place": "CREATE INDEX geomap_by_place ON geomap_event_places (place, event)",
}
"""Indexes of events that no constraint needs, by name; a large load makes them at its end."""

LOAD_INDEXES = {
    "geomap_by_bulletin": "CREATE UNIQUE INDEX geomap_by_bulletin ON events (bulletin, id)",
    "geomap_containers": "CREATE INDEX geomap_containers ON geomap_within (place)",
    "geomap_used": "CREATE INDEX geomap_used ON geomap_uses (place)",
}
"""Indexes that replacing needs, by name; a load into a new store makes them at its end, too."""

_INDEXES = f"""
{";".join(EVENT_INDEXES[name] for name in ("geomap_by_time", "geomap_by_type"))};
{LOAD_INDEXES["geomap_by_bulletin"]};
CREATE TABLE geomap_schema (version INTEGER NOT NULL);
INSERT INTO geomap_schema VALUES ({SCHEMA_VERSION});
CREATE TABLE geomap_within (
  container TEXT NOT NULL,
  place INTEGER NOT NULL REFERENCES places(fid) ON DELETE CASCADE,
  PRIMARY KEY (container, place)
) WITHOUT ROWID;
{LOAD_INDEXES["geomap_containers"]};
CREATE TABLE geomap_uses (
  bulletin INTEGER NOT NULL REFERENCES bulletins(fid) ON DELETE CASCADE,
  place INTEGER NOT NULL REFERENCES places(fid),
  PRIMARY KEY (bulletin, place)
) WITHOUT ROWID;
{LOAD_INDEXES["geomap_used"]};
CREATE TABLE geomap_search (
  event INTEGER PRIMARY KEY REFERENCES events(fid) ON DELETE CASCADE,
  folded TEXT NOT NULL
);
"""

# An entry of the second tree is a place of an event: its envelope, the event's days and its type's code, so that a box
# with a time and a type is one walk. `geomap.store.spacetime` says what the numbers mean.
EVENT_PLACES = f"""
CREATE TABLE geomap_event_places (
  event INTEGER NOT NULL REFERENCES events(fid) ON DELETE CASCADE,
  place INTEGER NOT NULL REFERENCES places(fid),
  entry INTEGER NOT NULL,
  PRIMARY KEY (event, place)
) WITHOUT ROWID;
{EVENT_INDEXES["geomap_by_place"]};
"""
"""Which event is at which place, and under which number that stands in the second tree."""

INDEXES_SINCE_3 = """
CREATE TABLE geomap_details (
  event INTEGER PRIMARY KEY REFERENCES events(fid) ON DELETE CASCADE,
  turn INTEGER NOT NULL,
  record TEXT NOT NULL
);
CREATE TABLE geomap_types (code INTEGER PRIMARY KEY, type TEXT NOT NULL UNIQUE);
CREATE INDEX geomap_by_uncertainty ON places (uncertainty_km);
CREATE VIRTUAL TABLE geomap_spacetime USING rtree(
  id, min_lon, max_lon, min_lat, max_lat, min_time, max_time, min_type, max_type
);
CREATE TRIGGER geomap_spacetime_delete BEFORE DELETE ON events BEGIN
  DELETE FROM geomap_spacetime WHERE id IN (SELECT entry FROM geomap_event_places WHERE event = OLD.fid);
END;
"""
"""What schema version 3 has beyond version 2: whole events beside their rows, in turn, and the second tree."""


# The geometry of a line is that of its event at the time of writing; all else of the view is the event's row as it is.
FLOWS_SINCE_4 = """
CREATE TABLE geomap_flow_lines (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  geom LINESTRING NOT NULL,
  event INTEGER NOT NULL REFERENCES events(fid) ON DELETE CASCADE,
  from_place TEXT NOT NULL, from_id TEXT NOT NULL, to_place TEXT NOT NULL, to_id TEXT NOT NULL,
  shared INTEGER NOT NULL
);
CREATE INDEX geomap_flows_of ON geomap_flow_lines (event);
CREATE VIEW flows AS
SELECT l.fid AS fid, l.geom AS geom, l.from_place AS from_place, l.from_id AS from_id, l.to_place AS to_place,
  l.to_id AS to_id, l.shared AS shared, e.id AS event, e.type AS type, e.first_day AS first_day,
  e.last_day AS last_day, e.value AS value, e.unit AS unit, e.scope AS scope, e.negated AS negated,
  e.planned AS planned, e.total_of_breakdown AS total_of_breakdown, e.repeats AS repeats, e.sentence AS sentence,
  e.claimant AS claimant, e.source AS source, e.bulletin AS bulletin, e.url AS url
FROM geomap_flow_lines l JOIN events e ON e.fid = l.event;
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
  ('flows', 'features', 'flows', 'From where to where events tell of; shared: so many lines share the value', 4326);
INSERT INTO gpkg_geometry_columns VALUES ('flows', 'geom', 'LINESTRING', 4326, 0, 0);
"""
"""What schema version 4 has beyond version 3, beside the styles of the layers."""


def triggers(table: str) -> dict[str, str]:
    """Return the six triggers by which the standard (1.3) keeps the R-tree of a layer in step, by their names."""
    rtree = f"rtree_{table}_geom"
    new_is_shape = "NEW.geom NOTNULL AND NOT ST_IsEmpty(NEW.geom)"
    new_is_none = "NEW.geom ISNULL OR ST_IsEmpty(NEW.geom)"
    bounds = "ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)"
    insert = f"INSERT OR REPLACE INTO {rtree} VALUES (NEW.fid, {bounds});"
    forget = f"DELETE FROM {rtree} WHERE id = OLD.fid;"
    parts = (
        ("insert", "INSERT", new_is_shape, insert),
        ("update1", "UPDATE OF geom", f"OLD.fid = NEW.fid AND ({new_is_shape})", insert),
        ("update2", "UPDATE OF geom", f"OLD.fid = NEW.fid AND ({new_is_none})", forget),
        ("update3", "UPDATE", f"OLD.fid != NEW.fid AND ({new_is_shape})", f"{forget} {insert}"),
        ("update4", "UPDATE", f"OLD.fid != NEW.fid AND ({new_is_none})",
         f"DELETE FROM {rtree} WHERE id IN (OLD.fid, NEW.fid);"),
        ("delete", "DELETE", "OLD.geom NOT NULL", forget),
    )  # fmt: skip
    return {
        f"{rtree}_{name}": f"CREATE TRIGGER {rtree}_{name} AFTER {on} ON {table} WHEN {when} BEGIN {action} END;"
        for name, on, when, action in parts
    }


def _spatial_index(table: str) -> str:
    """Return the R-tree of a layer's `geom` with its triggers."""
    return "\n".join([
        f"INSERT INTO gpkg_geometry_columns VALUES ('{table}', 'geom', 'GEOMETRY', 4326, 0, 0);",
        f"INSERT INTO gpkg_extensions VALUES ('{table}', 'geom', 'gpkg_rtree_index',"
        " 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');",
        f"CREATE VIRTUAL TABLE rtree_{table}_geom USING rtree(id, minx, maxx, miny, maxy);",
        *triggers(table).values(),
    ])  # fmt: skip


def schema_script() -> str:
    """Return the SQL that makes an empty store; it is to run in one transaction."""
    return "\n".join(
        [
            _STANDARD,
            _LAYERS,
            _INDEXES,
            EVENT_PLACES,
            INDEXES_SINCE_3,
            _spatial_index("events"),
            _spatial_index("places"),
            FLOWS_SINCE_4,
            styles_script(),
        ]
    )


def statements(script: str) -> Iterator[str]:
    """Split a script; `executescript` would end the transaction that must hold all of it."""
    statement = ""
    for piece in script.split(";"):
        statement += piece + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
