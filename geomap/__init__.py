"""geomap turns humanitarian situation bulletins into maps in which every mark leads back to its sentence.

The flow, from text to map::

    gazetteer = Gazetteer.load()                     the places that are known, with their sources
    for bulletin in read_bulletins("examples"):      files -> Bulletin
        mentions = recognize(bulletin, gazetteer)               -> Mention, a name at a place in the text
        resolutions = resolve(bulletin, mentions, gazetteer)    -> Resolution, the place meant, or left open and why
        events = extract_events(bulletin, resolutions)          -> Event, who returned where, what happened
        reading = process(bulletin, gazetteer)                  the three in one -> Reading
        explain_events(bulletin, reading.resolutions)           the same events, and why they are so -> Explanation

    read_event_tables("moves.csv", gazetteer=gazetteer)   tables of events, each row one -> Reading
    resolve_name("Douma", gazetteer)                 a name alone -> Resolution; resolve_names for a table of them

    with open_store("geomap.gpkg") as store:         readings -> one GeoPackage
        store.put([reading])
        events = store.query(EventQuery.of(bbox=BBox(35.6, 32.3, 42.4, 37.4)))

    to_geodataframe(events)                          events -> a table with geometry, EPSG:4326
    check_series(events)                             events -> series, gaps, jumps, contradictions, repeats
    save_map(render_map(events, gazetteer=gazetteer), "map.html")   events -> one HTML file
    save_map(render_frame(frame), "map.html")        a table of events, a row each -> the same, for as many as a million

All coordinates are EPSG:4326, longitude first; a box is (west, south, east, north). Errors descend from `GeomapError`.
Nothing is loaded until its name is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geomap.bbox import BBox
    from geomap.bulletin import read_bulletins
    from geomap.errors import GeomapError
    from geomap.event_tables import TableMap, read_event_tables
    from geomap.export import to_geodataframe
    from geomap.extraction import explain_events, extract_events, load_rules
    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin, Event, Mention, Place, Reading, Resolution
    from geomap.pipeline import process
    from geomap.query import EventQuery
    from geomap.recognition import recognize
    from geomap.resolution import resolve, resolve_name, resolve_names
    from geomap.series import check_series
    from geomap.store import open_store
    from geomap.webmap import render_frame, render_map, save_map

    __version__: str

__all__ = [
    "BBox",
    "Bulletin",
    "Event",
    "EventQuery",
    "Gazetteer",
    "GeomapError",
    "Mention",
    "Place",
    "Reading",
    "Resolution",
    "TableMap",
    "__version__",
    "check_series",
    "explain_events",
    "extract_events",
    "load_rules",
    "open_store",
    "process",
    "read_bulletins",
    "read_event_tables",
    "recognize",
    "render_frame",
    "render_map",
    "resolve",
    "resolve_name",
    "resolve_names",
    "save_map",
    "to_geodataframe",
]

_ROOMS = {
    "BBox": "bbox",
    "Bulletin": "model",
    "Event": "model",
    "EventQuery": "query",
    "Gazetteer": "gazetteer",
    "GeomapError": "errors",
    "Mention": "model",
    "Place": "model",
    "Reading": "model",
    "Resolution": "model",
    "TableMap": "event_tables",
    "explain_events": "extraction",
    "check_series": "series",
    "extract_events": "extraction",
    "load_rules": "extraction",
    "open_store": "store",
    "process": "pipeline",
    "read_bulletins": "bulletin",
    "read_event_tables": "event_tables",
    "recognize": "recognition",
    "render_frame": "webmap",
    "render_map": "webmap",
    "resolve": "resolution",
    "resolve_name": "resolution",
    "resolve_names": "resolution",
    "save_map": "webmap",
    "to_geodataframe": "export",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401  the names' own types stand under TYPE_CHECKING above
    """Load a name of the façade when it is first used (PEP 562)."""
    if name == "__version__":
        value: Any = import_module("importlib.metadata").version("geomap")
    elif name in _ROOMS:
        value = getattr(import_module(f"geomap.{_ROOMS[name]}"), name)
    else:
        raise AttributeError(f"module 'geomap' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the façade, loaded or not."""
    return sorted({*globals(), *__all__})
