"""Keeping events: put readings in, ask questions, get the same events back.

`open_store` opens a store by its address; `EventStore` says what every store does. Events are kept in a GeoPackage, one
file that any GIS opens, or in a folder of GeoParquet files, for more than one machine.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from geomap.errors import StoreError
from geomap.store.event_store import EventStore, PutResult, StoreInfo
from geomap.store.geopackage import GeoPackageStore

__all__ = ["EventStore", "PutResult", "StoreInfo", "open_store"]

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):(?!\\)", re.IGNORECASE)  # two letters at least: C: is a drive
_FOREIGN = {"postgresql", "postgres", "postgis"}
_DATASET = {"parquet", "geoparquet"}


def open_store(url: str | os.PathLike[str], *, create: bool = False) -> EventStore:
    """Open a store.

    Parameters
    ----------
    url
        A path, ``gpkg:PATH`` or ``file:PATH``, or ``parquet:FOLDER``.
    create
        Whether to make the store when there is none.

    Raises
    ------
    StoreError
        When there is no such store, or it cannot be opened; the message says what to do.
    """
    address = os.fspath(url)
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
        raise StoreError(f"a dataset needs pyarrow ({error}): pip install geomap[arrow]", field="store") from None
    return DatasetStore(Path(folder), create=create)


def _path(url: str) -> Path:
    if not url.strip() or "\0" in url:
        raise StoreError("a store needs a path, for example geomap.gpkg", field="store")
    scheme = _SCHEME.match(url)
    name = scheme[1].lower() if scheme else ""
    rest = url[scheme.end() :] if scheme else url
    if name in _FOREIGN or (name not in ("gpkg", "file") and rest.startswith("//")):
        raise StoreError(
            f"events are not kept in {name}; give the path of a GeoPackage, such as geomap.gpkg, or parquet:FOLDER",
            field="store",
        )
    if name == "gpkg":
        return Path(rest)
    if name == "file":
        return Path(unquote(urlsplit(url).path))
    return Path(url)
