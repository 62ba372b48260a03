"""How the layers look in QGIS: one style a layer, in the table `layer_styles` that QGIS looks for.

A style is a QML document. Symbols are told in the older way (``prop``), which every version of QGIS 3 reads.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OTHER_COLOUR", "TYPE_COLOURS", "styles_script"]

TYPE_COLOURS = {
    "return": "332288", "displacement": "cc6677", "crossing": "2f8f80", "evacuation": "aa4499",
    "ceasefire_violation": "882255", "demining": "999933", "medical_assistance": "88ccee", "humanitarian_aid": "117733",
    "reconstruction": "ddcc77", "statement": "c4c9cd",
}  # fmt: skip
"""Red, green, blue of each type of event, as on the map (web/src/symbols.js); any other type is grey."""

OTHER_COLOUR = "5c6770"

_PLACE_COLOUR = "8a939b"

_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30),
  ui TEXT(30), update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES
  ('layer_styles', 'attributes', 'layer_styles', 'How QGIS draws the layers', NULL);
"""


def styles_script() -> str:
    """Return the SQL that makes the table of styles and fills it."""
    styles = (
        ("events", "events by type", _document(None, _by_geometry(TYPE_COLOURS, OTHER_COLOUR, size=2.6))),
        ("flows", "arrows by type", _document("line", _arrows())),
        ("places", "small dots, and outlines", _document(None, _by_geometry({}, _PLACE_COLOUR, size=1.4))),
    )
    columns = "f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD"
    into = f"INSERT INTO layer_styles ({columns}, useAsDefault, description, owner)"
    quoted = ((layer, about, qml.replace("'", "''")) for layer, about, qml in styles)
    rows = (f"('', '', '{layer}', 'geom', '{layer}', '{qml}', '', 1, '{about}', '')" for layer, about, qml in quoted)
    return f"{_TABLE}{into} VALUES {', '.join(rows)};\n"


def _document(kind: str | None, renderer: str) -> str:
    geometry = {"line": 1, None: 3}[kind]  # numbers of QGIS: line, unknown
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.16" styleCategories="Symbology">'
        f"{renderer}<layerGeometryType>{geometry}</layerGeometryType></qgis>"
    )


def _arrows() -> str:
    """Return a renderer with an arrow a type; an empty value stands for all that are not listed."""
    looks = [*TYPE_COLOURS.items(), ("", OTHER_COLOUR)]
    categories = "".join(
        f'<category render="true" symbol="{n}" value="{escape(type_)}" label="{escape(type_ or "other")}"/>'
        for n, (type_, _) in enumerate(looks)
    )
    symbols = "".join(_symbol("line", str(n), _arrow(n, colour)) for n, (_, colour) in enumerate(looks))
    return (
        '<renderer-v2 type="categorizedSymbol" attr="type" forceraster="0" symbollevels="0" enableorderby="0">'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )


def _by_geometry(colours: Mapping[str, str], other: str, *, size: float) -> str:
    """Return a renderer for any geometry: QGIS opens the points, lines and polygons of a layer as layers of their own.

    Points are dots of a `size` in millimetres, lines and polygons are lines; each type of event has its colour.
    """
    rules, symbols = "", list[str]()
    for kind, symbol in (("Point", "marker"), ("Line", "line"), ("Polygon", "fill")):
        of_kind = ""
        for type_, colour in (*colours.items(), ("", other)):
            number = str(len(symbols))
            look = _dot(colour, size) if symbol == "marker" else _edge(colour)
            symbols.append(_symbol(symbol, number, look))
            which = f"type = '{type_}'" if type_ else "ELSE"
            label = type_ or "other"
            of_kind += f'<rule key="{number}" symbol="{number}" label="{label}" filter="{which}"/>'
        filter_ = f"geometry_type($geometry) = '{kind}'"
        rules += f'<rule key="{kind}" label="{kind}" filter="{filter_}">{of_kind}</rule>'
    return (
        '<renderer-v2 type="RuleRenderer" forceraster="0" symbollevels="0" enableorderby="0">'
        f'<rules key="all">{rules}</rules><symbols>{"".join(symbols)}</symbols></renderer-v2>'
    )


def _dot(colour: str, size: float) -> str:
    return _layer("SimpleMarker", name="circle", color=_rgb(colour), outline_color="255,255,255,255",
                  outline_width="0.2", size=str(size))  # fmt: skip


def _edge(colour: str) -> str:
    """Return a line, or the edge of a polygon with nothing inside."""
    return _layer("SimpleLine", line_color=_rgb(colour), line_width="0.4")


def _arrow(number: int, colour: str) -> str:
    inside = _layer("SimpleFill", color=_rgb(colour), style="solid", outline_style="no")
    fill = f'<symbol type="fill" name="@{number}@0" alpha="1">{inside}</symbol>'
    return _layer("ArrowLine", inside=fill, arrow_width="0.5", arrow_start_width="0.5", head_length="2",
                  head_thickness="1.2", is_curved="1", is_repeated="0", head_type="0", arrow_type="0")  # fmt: skip


def _rgb(colour: str) -> str:
    return ",".join([*(str(int(colour[at : at + 2], 16)) for at in (0, 2, 4)), "255"])


def _symbol(kind: str, name: str, look: str) -> str:
    return f'<symbol type="{kind}" name="{name}" alpha="0.85">{look}</symbol>'


def _layer(class_: str, *, inside: str = "", **props: str) -> str:
    told = "".join(f'<prop k="{key}" v="{escape(value)}"/>' for key, value in props.items())
    return f'<layer class="{class_}" enabled="1" locked="0" pass="0">{told}{inside}</layer>'
