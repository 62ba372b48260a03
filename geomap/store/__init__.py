"""Keeping events: put readings in, ask questions, get the same events back.

`open_store` opens a store by its address; `EventStore` says what every store does. Events are kept in a GeoPackage, one
file that any GIS opens, in a PostgreSQL database with PostGIS, or in a folder of GeoParquet files, for clusters.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from geomap.errors import StoreError
from geomap.store.event_store import EventStore, PutResult, StoreInfo
from geomap.store.geopackage import GeoPackageStore

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EventStore", "PutResult", "StoreInfo", "open_store", "postgis_roles"]

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):(?!\\)", re.IGNORECASE)  # two letters at least: C: is a drive
_FOREIGN = {"postgis"}
_POSTGRESQL = {"postgresql", "postgres"}
_DATASET = {"parquet", "geoparquet"}


def open_store(url: str | os.PathLike[str], *, create: bool = False) -> EventStore:
    """Open a store.

    Parameters
    ----------
    url
        A path, ``gpkg:PATH`` or ``file:PATH``; ``postgresql://user@host:port/database``; or ``parquet:FOLDER``.
    create
        Whether to make the store when there is none.

    Raises
    ------
    StoreError
        When there is no such store, or it cannot be opened; the message says what to do.
    """
    address = os.fspath(url)
    if address.partition("://")[0].lower() in _POSTGRESQL and "://" in address:
        return _open_postgis(address, create=create)
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() in _DATASET:
        return _dataset(address[scheme.end() :], create=create)
    return GeoPackageStore(_path(address), create=create)


def _dataset(folder: str, *, create: bool) -> EventStore:
    if not folder.strip() or "\0" in folder or "://" in folder or folder.startswith("//"):
        raise StoreError("a dataset needs a folder, for example parquet:events", field="store")
    try:
        from geomap.store.dataset.store import DatasetStore  # noqa: PLC0415  not everybody has pyarrow
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] != "pyarrow":
            raise
        raise StoreError("a dataset needs pyarrow: pip install geomap[arrow]", field="store") from None
    return DatasetStore(Path(folder), create=create)


def _open_postgis(url: str, *, create: bool) -> EventStore:
    with _needing_psycopg():
        from geomap.store.postgis import PostgisStore  # noqa: PLC0415  not everybody has psycopg
    return PostgisStore(url, create=create)


def postgis_roles(*, reader: str, writer: str) -> str:
    """Return SQL that makes a reading and a writing role; see `geomap.store.postgis.roles_script`.

    Raises
    ------
    InputError
        When a name is none for a role.
    StoreError
        When psycopg is not installed.
    """
    with _needing_psycopg():
        from geomap.store.postgis import roles_script  # noqa: PLC0415
    return roles_script(reader=reader, writer=writer)


@contextmanager
def _needing_psycopg() -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        if error.name is None or error.name.partition(".")[0] not in ("psycopg", "psycopg_pool"):
            raise
        raise StoreError("a store in PostgreSQL needs psycopg: pip install geomap[postgis]", field="store") from None


def _path(url: str) -> Path:
    if not url.strip() or "\0" in url:
        raise StoreError("a store needs a path, for example geomap.gpkg", field="store")
    scheme = _SCHEME.match(url)
    name = scheme[1].lower() if scheme else ""
    rest = url[scheme.end() :] if scheme else url
    if name in _FOREIGN or (name not in ("gpkg", "file") and rest.startswith("//")):
        raise StoreError(
            f"events are not kept in {name}; give the path of a GeoPackage, such as geomap.gpkg,"
            " postgresql://user@host/database, or parquet:FOLDER",
            field="store",
        )
    if name == "gpkg":
        return Path(rest)
    if name == "file":
        return Path(unquote(urlsplit(url).path))
    return Path(url)
