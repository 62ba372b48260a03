"""Events as KML 2.2 (OGC 07-147r2): a folder a type with its colour, a placemark an event with its days and columns."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, BinaryIO
from xml.sax.saxutils import XMLGenerator

import shapely

from geomap.export.hxl import TableRows
from geomap.query import event_days
from geomap.store.columns import count_text, event_geometry, number
from geomap.store.styles import OTHER_COLOUR, TYPE_COLOURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer import Gazetteer
    from geomap.model import Event
    from geomap.store.columns import Value

__all__ = ["write_kml"]


def write_kml(events: Iterable[Event], stream: BinaryIO, gazetteer: Gazetteer | None = None) -> None:
    """Write events as KML; placemarks go out as they come.

    A place that was left open has no geometry, and its event is a placemark without one.

    Parameters
    ----------
    events, stream, gazetteer
        As for `geomap.export.write_events`.
    """
    page = _Page(stream)
    rows = TableRows(gazetteer)
    with page.element("kml", xmlns="http://www.opengis.net/kml/2.2"), page.element("Document"):
        page.text("name", "Events")
        for type_, colour in (*TYPE_COLOURS.items(), ("other", OTHER_COLOUR)):
            _style(page, type_, colour)
        for event in events:
            _placemark(page, event, rows.row(event))


class _Page:
    """Writes elements and texts of XML, escaped."""

    def __init__(self, stream: BinaryIO) -> None:
        self._xml = XMLGenerator(stream, encoding="utf-8")
        self._xml.startDocument()

    def element(self, name: str, /, **attributes: str) -> _Element:
        return _Element(self._xml, name, attributes)

    def text(self, name: str, content: str, /, **attributes: str) -> None:
        with self.element(name, **attributes):
            self._xml.characters("".join(c if _is_allowed(c) else "\N{REPLACEMENT CHARACTER}" for c in content))


class _Element:
    def __init__(self, xml: XMLGenerator, name: str, attributes: Mapping[str, str]) -> None:
        self._xml, self._name, self._attributes = xml, name, attributes

    def __enter__(self) -> None:
        self._xml.startElement(self._name, self._attributes)  # type: ignore[arg-type]

    def __exit__(self, *_: object) -> None:
        self._xml.endElement(self._name)
        self._xml.ignorableWhitespace("\n")


def _is_allowed(character: str) -> bool:
    """Tell whether XML 1.0 has a character at all."""
    return (character >= " " and not "\ud800" <= character <= "\udfff" and character not in "\ufffe\uffff") or (
        character in "\t\n"
    )  # fmt: skip


def _style(page: _Page, type_: str, colour: str) -> None:
    red, green, blue = colour[:2], colour[2:4], colour[4:]
    with page.element("Style", id=type_):
        with page.element("IconStyle"):
            page.text("color", f"ff{blue}{green}{red}")  # KML writes colours backwards, opacity first
        with page.element("LineStyle"):
            page.text("color", f"ff{blue}{green}{red}")
            page.text("width", "2")
        with page.element("PolyStyle"):
            page.text("color", f"40{blue}{green}{red}")


def _placemark(page: _Page, event: Event, row: Mapping[str, Value]) -> None:
    with page.element("Placemark"):
        page.text("name", _name(event))
        page.text("description", html.escape(event.sentence))  # programs take it for HTML
        if days := event_days(event):
            with page.element("TimeSpan"):
                page.text("begin", f"{days[0]:%Y-%m-%d}".zfill(10))
                page.text("end", f"{days[1]:%Y-%m-%d}".zfill(10))
        page.text("styleUrl", f"#{event.type if event.type in TYPE_COLOURS else 'other'}")
        with page.element("ExtendedData"):
            for name, value in row.items():
                if value not in (None, ""):
                    with page.element("Data", name=name):
                        page.text("value", _plain(value))
        geometry = event_geometry(event)
        if geometry is not None:
            _geometry(page, geometry)


def _name(event: Event) -> str:
    what = event.type.replace("_", " ")
    return f"{what}: {count_text(event.headline)}" if event.headline else what


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(number(value)) if isinstance(value, float) else str(value)


def _geometry(page: _Page, geometry: BaseGeometry) -> None:
    parts = list(shapely.get_parts([geometry]))
    if len(parts) == 1:
        _part(page, parts[0])
        return
    with page.element("MultiGeometry"):
        for part in parts:
            _geometry(page, part)


def _part(page: _Page, part: BaseGeometry) -> None:
    if part.geom_type == "Polygon":
        with page.element("Polygon"):
            for name, ring in (("outerBoundaryIs", part.exterior), *(("innerBoundaryIs", r) for r in part.interiors)):
                with page.element(name), page.element("LinearRing"):
                    page.text("coordinates", " ".join(_pairs(ring)))
    else:
        with page.element(part.geom_type):
            page.text("coordinates", " ".join(_pairs(part)))


def _pairs(part: BaseGeometry) -> Iterator[str]:
    return (f"{lon!r},{lat!r}" for lon, lat in shapely.get_coordinates(part).tolist())
