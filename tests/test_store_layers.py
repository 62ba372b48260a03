"""The layers that other programs see: flows from where to where, and styles as QGIS looks for them; through GDAL."""

import xml.etree.ElementTree as ET

import pyogrio
import pytest
from made_events import make_bulletin, make_event, make_place, make_reading, make_resolution
from shapely import Point

from geomap.model import EVENT_TYPES, Count, Roles
from geomap.store import open_store
from geomap.store.flows import flows_of
from geomap.store.styles import TYPE_COLOURS

HOMS = make_place("syr:homs", Point(36.7, 34.7), name="Homs")
DUMA = make_place("syr:duma", Point(36.4, 33.6), name="Duma", parents=("syr:rif",))
RIF = make_place("syr:rif", Point(36.5, 33.5), name="Rif Dimashq")
IDLIB = make_place("syr:idlib", Point(36.6, 35.9), name="Idlib")


def roles(from_, to):
    return Roles(from_=tuple(map(make_resolution, from_)), to=tuple(map(make_resolution, to)))


def move(from_, to, number=0, bulletin=None, **more):
    return make_event(bulletin, number, roles=roles(from_, to), **more)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "geomap.gpkg"


@pytest.mark.parametrize(
    ("from_", "to", "ends"),
    [
        ([HOMS], [DUMA], [("Homs", "Duma", 1)]),
        ([HOMS], [DUMA, IDLIB], [("Homs", "Duma", 2), ("Homs", "Idlib", 2)]),
        ([HOMS, IDLIB], [DUMA], [("Homs", "Duma", 2), ("Idlib", "Duma", 2)]),
        ([HOMS, IDLIB], [DUMA, RIF], [("Homs", "Duma", 2), ("Idlib", "Duma", 2)]),  # Duma lies in Rif Dimashq
        ([HOMS], [DUMA, None], [("Homs", "Duma", 2)]),  # a name that was left open shares the figure
        ([HOMS, IDLIB], [DUMA, make_place("syr:jirud", Point(36.7, 33.8), name="Jirud")], []),  # who went where?
        ([HOMS], [], []),
        ([], [HOMS], []),
        ([HOMS], [HOMS], []),
        ([None], [HOMS], []),
    ],
)
def test_flows_of_an_event(from_, to, ends):
    assert [(f.origin.name, f.goal.name, f.shared) for f in flows_of(move(from_, to))] == ends


def test_gdal_reads_flows(path):
    bulletins = [make_bulletin(), make_bulletin("001")]
    counts = (Count(value=68, unit="people", surface="68"),)
    events = [
        move([HOMS], [DUMA, IDLIB], bulletin=bulletins[0], counts=counts, type="return"),
        move([], [DUMA], 1, bulletin=bulletins[0]),
        move([IDLIB], [HOMS], bulletin=bulletins[1], type="evacuation"),
    ]
    with open_store(path, create=True) as store:
        store.put([make_reading(*events[:2]), make_reading(events[2])])
        flows = pyogrio.read_dataframe(path, layer="flows")
        told = flows.drop(columns="geometry")
        assert list(zip(flows["from_id"], flows["to_id"], flows["shared"], strict=True)) == [
            ("syr:homs", "syr:duma", 2), ("syr:homs", "syr:idlib", 2), ("syr:idlib", "syr:homs", 1),
        ]  # fmt: skip
        assert flows.crs == "EPSG:4326"
        assert list(flows.geometry[0].coords) == [(36.7, 34.7), (36.4, 33.6)]
        assert flows["value"].tolist()[:2] == [68, 68]
        assert flows["event"].tolist() == [events[0].id, events[0].id, events[2].id]
        assert pyogrio.read_info(path, layer="flows")["geometry_type"] == "LineString"
        found = pyogrio.read_dataframe(path, layer="flows", bbox=(36, 35.5, 37, 36), where="type = 'evacuation'")
        assert found["from_place"].tolist() == ["Idlib"]
        store.compact()  # events get new numbers
        assert pyogrio.read_dataframe(path, layer="flows").drop(columns="geometry").equals(told)
        store.put([make_reading(make_event(bulletins[0]))])  # what a bulletin told before goes
        assert pyogrio.read_dataframe(path, layer="flows")["type"].tolist() == ["evacuation"]
        assert list(store.problems()) == []


def test_styles_as_qgis_reads_them(path):
    open_store(path, create=True).close()
    styles = pyogrio.read_dataframe(path, layer="layer_styles").set_index("f_table_name")
    assert {"f_table_catalog", "f_table_schema", "f_geometry_column", "styleName", "styleQML", "styleSLD",
            "useAsDefault", "description", "owner", "ui", "update_time"} == {*styles.columns}  # fmt: skip
    assert set(styles.index) == {"events", "flows", "places"}
    assert styles["useAsDefault"].all()
    assert set(styles["f_geometry_column"]) == {"geom"}
    arrows = ET.fromstring(styles.loc["flows", "styleQML"])
    symbols = {s.get("name"): s for s in arrows.iterfind("renderer-v2/symbols/symbol")}
    drawn = {c.get("value"): symbols[c.get("symbol")] for c in arrows.iterfind("renderer-v2/categories/category")}
    assert set(drawn) == {*EVENT_TYPES} - {"other"} | {""}
    assert {symbol.get("type") for symbol in drawn.values()} == {"line"}
    for type_, colour in TYPE_COLOURS.items():
        assert _rgba(colour) in [prop.get("v") for prop in drawn[type_].iter("prop")]


@pytest.mark.parametrize(("layer", "types"), [("events", TYPE_COLOURS), ("places", {})])
def test_styles_hold_for_any_geometry(path, layer, types):
    """QGIS opens points, lines and polygons of a layer as layers of their own, with one style for all."""
    open_store(path, create=True).close()
    styles = pyogrio.read_dataframe(path, layer="layer_styles").set_index("f_table_name")
    page = ET.fromstring(styles.loc[layer, "styleQML"])
    assert page.findtext("layerGeometryType") == "3"
    symbols = {s.get("name"): s for s in page.iterfind("renderer-v2/symbols/symbol")}
    for kind, look in (("Point", "marker"), ("Line", "line"), ("Polygon", "fill")):
        told = f"geometry_type($geometry) = '{kind}'"
        rules = next(r for r in page.iterfind("renderer-v2/rules/rule") if r.get("filter") == told)
        drawn = {r.get("filter"): symbols[r.get("symbol")] for r in rules.iterfind("rule")}
        assert set(drawn) == {*(f"type = '{type_}'" for type_ in types), "ELSE"}
        assert {symbol.get("type") for symbol in drawn.values()} == {look}
        for type_, colour in types.items():
            assert _rgba(colour) in [prop.get("v") for prop in drawn[f"type = '{type_}'"].iter("prop")]


def _rgba(colour):
    return ",".join(str(part) for part in (*bytes.fromhex(colour), 255))
