"""Compose the page: draw the events, take their zones from the gazetteer, lay the base map under them."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from shapely.geometry import box as shapely_box

from geomap.coarsening import coarsen as coarsened
from geomap.errors import StoreError
from geomap.export.output_file import replace_file
from geomap.gazetteer.sources import without_collection
from geomap.query import EventQuery
from geomap.series.figures import told_figures
from geomap.series.meetings import contradictions, may_meet
from geomap.series.retold import mark_retold
from geomap.webmap.basemap import base_map
from geomap.webmap.drawing import Mark, draw, is_way
from geomap.webmap.frame import frame_contents
from geomap.webmap.ground import ground_columns
from geomap.webmap.languages import names_in
from geomap.webmap.packing import indexed, pack, pieces_of
from geomap.webmap.page import Atlas, EventMap, Page, tile_origin
from geomap.webmap.records import Record, Records, day_of
from geomap.webmap.shapes import is_area, is_line
from geomap.webmap.tables import event_columns, place_columns
from geomap.webmap.view import View

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import folium
    import geopandas as gpd

    from geomap.bbox import BBox
    from geomap.coarsening import Coarseness
    from geomap.gazetteer import Gazetteer
    from geomap.model import Event, Place
    from geomap.webmap.packing import Packed, Pieces
    from geomap.webmap.tables import Columns

__all__ = ["map_html", "render_frame", "render_map", "save_map"]

NAMED_ZONES = frozenset({"zone", "region"})
"""Feature types that are drawn as dashed outlines when events name them."""

FIRST_ZOOM = 6


def render_map(
    events: Iterable[Event],
    *,
    gazetteer: Gazetteer | None = None,
    title: str | None = None,
    bbox: BBox | None = None,
    tiles: str | None = None,
    language: str = "en",
    coarsen: Coarseness | None = None,
) -> folium.Map:
    """Draw events on a map that is one file and asks nobody for anything.

    Parameters
    ----------
    events
        What is drawn or, where its place is not known, listed.
    gazetteer
        Where zones that held at the events' dates, outlines of governorates and names of towns come from; without it
        the map shows what the events name.
    title
        Plain text; a title made of dates when None.
    bbox
        What the map shows first, EPSG:4326 degrees (west, south, east, north); west > east crosses the 180th meridian.
        All events when None. It does not leave events out.
    tiles
        Address of an online base map with ``{z}``, ``{x}`` and ``{y}``. Only then does the page ask a network for
        anything.
    language
        Of the page's own words, one of `LANGUAGES`; a reader can choose another one on the page.
    coarsen
        Tells places no finer than by governorate ("adm1"), district ("adm2") or squares of 10 km ("10km"), and leaves
        texts out, as `geomap.coarsening.coarsen` does; the page says so. A `bbox` and a `title` stay as they are given.

    Returns
    -------
    folium.Map
        A map to which further folium layers can be added; it shows itself in a notebook.

    Raises
    ------
    InputError
        When `tiles` is no such address, the page does not speak `language`, or areas are asked for without a gazetteer.
    GeomapError
        When the package was not built and the page's script is missing.

    Examples
    --------
    >>> render_map([]).get_root().render().startswith("<!DOCTYPE html>")
    True
    """
    with without_collection():  # some dozen objects an event, none of them in a circle
        given = tuple(events)
        figures = told_figures(may_meet(given), EventQuery())[0]
        told = mark_retold(given, figures=figures)
        disputes = list(_rows(told, contradictions(figures)))
        if coarsen is not None:
            told = coarsened(told, coarsen, gazetteer=gazetteer)
        drawn = [(event, draw(event)) for event in told]
        made = _title(*_ends(day for event, _ in drawn if (day := day_of(event))), some=bool(drawn))
        head, columns, texts = _contents(drawn, gazetteer, title, bbox, tiles, disputes)
        if coarsen is not None:
            head["coarse"] = coarsen
        packed = pack(head, columns, texts)
    return _folium_map(title or made, head, packed, tiles, language)


def render_frame(
    frame: gpd.GeoDataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    gazetteer: Gazetteer | None = None,
    title: str | None = None,
    bbox: BBox | None = None,
    tiles: str | None = None,
    language: str = "en",
    coarsen: Coarseness | None = None,
) -> folium.Map:
    """Draw a table of events, a row each, on the same kind of map: as many as a million.

    Parameters
    ----------
    frame
        Points, or geometries that are drawn as "somewhere in the area" at a point of them; a CRS other than EPSG:4326
        is converted. A row without a geometry is listed and not drawn.
    columns
        For what a row tells the name of its column, where it differs from that of `to_geodataframe`: ``type``,
        ``first_day``, ``last_day``, ``value``, ``unit``, ``scope``, ``at_least``, ``at_most``, ``rounded``,
        ``point_of`` (the place's name), ``source``, ``sentence``, ``negated``, ``planned``, ``total_of_breakdown``,
        ``repeats``, ``change``. What is absent is not told.
    gazetteer, title, bbox, tiles, language
        As of `render_map`.
    coarsen
        As of `render_map`: a row is told by the area that holds all of its geometry, texts are left out, and so are
        sources, units and types that hold a name of `point_of` which is not told. A row that repeats another one has to
        say so in `repeats`.

    Raises
    ------
    InputError
        When `columns` names one that the frame has not, when a column holds what it should not, `tiles` is no
        address of tiles, the page does not speak `language`, or areas are asked for without a gazetteer.
    GeomapError
        When the package was not built and the page's script is missing.
    """
    told = frame_contents(frame, columns or {}, coarsen=coarsen, gazetteer=gazetteer)
    view = View.of_bbox(bbox) if bbox else View.around(told.corners)
    made = _title(*told.days, some=len(frame) > 0)
    base, ground = ground_columns(base_map(view, gazetteer, told.sample), view.span)
    head = {
        **_head(title, view, tiles, told.days),
        "base": base,
        **told.head,
        "zones": [],
        "corridors": [],
        "shown": {},
        "named": {},
    }
    if coarsen is not None:
        head["coarse"] = coarsen
    packed = pack(head, {**told.columns(view.lon), **ground}, {"events": told.texts})
    return _folium_map(title or made, head, packed, tiles, language)


def _folium_map(title: str, head: Record, packed: Packed, tiles: str | None, language: str) -> folium.Map:
    page = Page(title=title, lang=language, images=(tile_origin(tiles),) if tiles else ())
    west, south, east, north = head["view"]["bounds"]
    # Latitude first: folium's order, here only.
    folium_map = EventMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=FIRST_ZOOM,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        zoom_snap=0.25,
        zoom_delta=0.5,
        fade_animation=False,
    )
    page.add_child(folium_map)
    folium_map.add_child(Atlas(packed))
    return folium_map


def map_html(folium_map: folium.Map) -> str:
    """Return the HTML of a map that `render_map` made; the same bytes each time."""
    html: str = folium_map.get_root().render()
    return html


def save_map(folium_map: folium.Map, path: str | os.PathLike[str]) -> None:
    """Write a map's HTML to a file, UTF-8; an older file is replaced only when the new one is whole.

    Raises
    ------
    StoreError
        When the file cannot be written.
    """
    target = Path(path)
    try:
        replace_file(target, map_html(folium_map).encode("utf-8"))
    except OSError as error:
        why = error.strerror or str(error)
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        hint = "make room and run it again" if full else "choose a folder that exists and can be written"
        raise StoreError(f"the map cannot be written ({why}); {hint}", path=target) from error


def _contents(
    drawn: Sequence[tuple[Event, tuple[Mark, ...]]],
    gazetteer: Gazetteer | None,
    title: str | None,
    bbox: BBox | None,
    tiles: str | None,
    disputes: Iterable[Sequence[int]] = (),
) -> tuple[Record, Columns, dict[str, Pieces]]:
    marked = _marked(drawn)
    points = [point for place in marked for point in _points(place)]
    view = View.of_bbox(bbox) if bbox else View.around(points)
    zones_at = None if gazetteer is None else gazetteer.zones_at
    records = Records(view, zones_at, events=[event for event, _ in drawn])
    dictionaries, columns = event_columns(drawn, records)
    cards = [records.event(event, row) for row, (event, _) in enumerate(drawn)]
    for rows in disputes:
        for row in rows:
            cards[row]["differ"] = sorted({*cards[row].get("differ", ()), *rows})
    days = sorted({day for event, _ in drawn if (day := day_of(event))})
    named = _named(drawn)
    zones = [_zone(records, place, days) for place in _zones(named, gazetteer, days, view)]
    corridors = [records.place(p) for p in sorted(filter(is_way, named), key=lambda p: p.id)]
    within = records.within(_ends_of_flows(drawn), gazetteer)
    names, columns["place.name"] = indexed(place.name for place in records.collected)
    kinds, columns["place.type"] = indexed(place.type for place in records.collected)
    shown = [*(zone["place"] for zone in zones), *corridors]
    base, ground = ground_columns(base_map(view, gazetteer, [(p.lon, p.lat) for p in marked]), view.span)
    head = {
        **_head(title, view, tiles, _ends(days)),
        "base": base,
        **dictionaries,
        "names": names,
        "namesIn": _names_in(records.collected),
        "placeTypes": kinds,
        "bulletins": records.bulletins,
        "zones": zones,
        "corridors": corridors,
        "shown": {row: records.places[row] for row in shown},
        "named": {row: records.named[row] for row in shown if row in records.named},
    }
    texts = {"events": pieces_of(cards), "places": pieces_of(records.places), "bulletins": pieces_of(records.texts)}
    return head, {**columns, **place_columns(records, view.lon, within), **ground}, texts


def _rows(events: Iterable[Event], groups: Iterable[Sequence[Event]]) -> Iterator[list[int]]:
    """Yield the rows of each group of events."""
    rows = {event.id: row for row, event in enumerate(events)}
    for group in groups:
        yield [rows[event.id] for event in group]


def _head(title: str | None, view: View, tiles: str | None, days: tuple[date | None, date | None]) -> Record:
    first, last = days
    return {
        "version": 2,
        "title": title,
        "view": {"bounds": view.bounds(), "limit": view.limit().bounds()},
        "tiles": tiles,
        "days": [first.isoformat(), last.isoformat()] if first and last else [],
    }


def _names_in(places: Sequence[Place]) -> dict[str, dict[int, str]]:
    """Return by language the names of places by row."""
    found: dict[str, dict[int, str]] = {}
    for row, place in enumerate(places):
        for lang, name in names_in(place).items():
            found.setdefault(lang, {})[row] = name
    return found


def _ends(days: Iterable[date]) -> tuple[date | None, date | None]:
    """Return the first and the last of some days."""
    known = sorted(days)
    return (known[0], known[-1]) if known else (None, None)


def _ends_of_flows(drawn: Iterable[tuple[Event, tuple[Mark, ...]]]) -> list[Place]:
    return [place for _, marks in drawn for mark in marks if mark.kind == "flow" for place in mark.places]


def _marked(drawn: Sequence[tuple[Event, tuple[Mark, ...]]]) -> list[Place]:
    """Return the places that marks stand at; those of statements, hidden at first, when there is no other."""
    told = [marks for event, marks in drawn if event.type != "statement" and marks]
    return [place for marks in told or [marks for _, marks in drawn] for mark in marks for place in mark.places]


def _points(place: Place) -> Iterator[tuple[float, float]]:
    """Yield the points that a view must hold to show a place: its label's, and the ends of a line."""
    yield place.lon, place.lat
    if is_line(place.geometry):
        west, south, east, north = place.geometry.bounds
        yield west, south
        yield east, north


def _named(drawn: Iterable[tuple[Event, tuple[Mark, ...]]]) -> list[Place]:
    """Return the places that events name or are drawn at, each once."""
    found: dict[str, Place] = {}
    for event, _ in drawn:
        for roles in (event.roles, event.inferred):
            for _, resolutions in roles.items():
                for resolution in resolutions:
                    if resolution.place is not None:
                        found[resolution.place.id] = resolution.place
    return list(found.values())


def _zones(named: Iterable[Place], gazetteer: Gazetteer | None, days: Sequence[date], view: View) -> list[Place]:
    """Return the zones that hold on one of the days within reach of the view, and those that events name."""
    found = {p.id: p for p in named if p.type in NAMED_ZONES and is_area(p.geometry)}
    limit = view.limit()
    reach = shapely_box(limit.west, limit.south, limit.east, limit.north)
    for place in gazetteer.select({"zone"}) if gazetteer is not None else ():
        if is_area(place.geometry) and any(place.holds_on(day) for day in days) and place.geometry.intersects(reach):
            found.setdefault(place.id, place)
    # The largest first, so that it lies undermost.
    return sorted(found.values(), key=lambda p: (-p.geometry.area, p.id))


def _zone(records: Records, place: Place, days: Sequence[date]) -> Record:
    return {"place": records.place(place), "holds": any(place.holds_on(day) for day in days) or not any(place.valid)}


def _title(first: date | None, last: date | None, *, some: bool) -> str:
    """Return a title made of the events' days, for who does not run the page; the page makes it in its language."""
    if first is None or last is None:
        return "Reported events, no date stated" if some else "No events"
    spelled = [f"{day.day} {day:%B %Y}" for day in (first, last)]
    return f"Reported events, {spelled[0]}" if first == last else f"Reported events, {spelled[0]} to {spelled[1]}"
