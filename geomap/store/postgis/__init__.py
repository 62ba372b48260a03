"""A store in a PostgreSQL database with PostGIS, for archives that several people ask and feed.

It needs psycopg, which ``pip install geomap[postgis]`` brings; nothing else of geomap imports it. `address` reads where
the store is, `link` holds the connections, `schema` makes the tables, `writer` and `search` fill and ask them, `store`
is the `EventStore`.
"""

from __future__ import annotations

from geomap.store.postgis.roles import roles_script
from geomap.store.postgis.store import PostgisStore

__all__ = ["PostgisStore", "roles_script"]
