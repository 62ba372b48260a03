"""The map without a browser: what is drawn as what, the data block, the policy, the file."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date

import folium
import made_map
import numpy as np
import pytest
import shapely
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packed_page import LETTERS, inflated, page_of, unlettered, unpacked

from geomap.bbox import BBox
from geomap.errors import InputError, StoreError
from geomap.model import Roles
from geomap.webmap import map_html, render_map, save_map
from geomap.webmap.drawing import draw
from geomap.webmap.letters import lettered
from geomap.webmap.packing import pack, pieces_of
from geomap.webmap.page import tile_origin
from geomap.webmap.view import View

SCENE = made_map.Scene()


def roles(**named):
    return Roles(
        **{role: tuple(made_map.resolution(SCENE.text, "Homs", p) for p in places) for role, places in named.items()}
    )


def event(type_, *, inferred=None, **named):
    return replace(SCENE.event("return", type_), roles=roles(**named), inferred=inferred or Roles())


def summary(one):
    return [(m.kind, "-".join(p.name for p in m.places), m.shared, m.inferred) for m in draw(one)]


M = made_map
RIVER = M.place("syr:euphrates", "Euphrates", 40.1, 35.3, "river", geometry=M.CORRIDOR.geometry)
OPEN = made_map.resolution(SCENE.text, "Homs", None, status="unknown")


def around_an_open_place(type_):
    return replace(event(type_, inferred=roles(at=[M.HOMS])), roles=Roles(at=(OPEN,)))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (event("return", to=[M.HAMA]), [("arrival", "Hama", 1, False)]),
        (event("return", at=[M.HAMA]), [("arrival", "Hama", 1, False)]),
        (event("displacement", from_=[M.HAMA]), [("departure", "Hama", 1, False)]),
        (event("displacement", at=[M.HAMA]), [("site", "Hama", 1, False)]),
        (event("evacuation", inferred=roles(at=[M.CORRIDOR])), [("site", M.CORRIDOR.name, 1, True)]),
        (event("displacement", from_=[M.HAMA], to=[M.IDLIB]), [("flow", "Hama-Idlib", 1, False)]),
        (
            event("displacement", from_=[M.HAMA], to=[M.IDLIB, M.LATAKIA]),
            [("flow", "Hama-Idlib", 2, False), ("flow", "Hama-Latakia", 2, False)],
        ),
        (
            event("evacuation", from_=[M.HAMA, M.DUMA], to=[M.IDLIB, M.LATAKIA]),
            [
                ("departure", "Hama", 2, False),
                ("departure", "Duma", 2, False),
                ("arrival", "Idlib", 2, False),
                ("arrival", "Latakia", 2, False),
            ],
        ),
        (event("return", to=[M.DUMA, M.RIF]), [("arrival", "Duma", 1, False)]),
        (event("return", via=[M.CORRIDOR]), [("crossing", M.CORRIDOR.name, 1, False)]),
        (event("crossing", via=[M.HAMA]), [("site", "Hama", 1, False)]),
        (event("crossing", via=[RIVER]), [("site", "Euphrates", 1, False)]),
        (event("crossing", from_=[M.HAMA], to=[M.IDLIB]), [("flow", "Hama-Idlib", 1, False)]),
        (event("demining", at=[M.HAMA, M.DUMA]), [("site", "Hama", 2, False), ("site", "Duma", 2, False)]),
        (event("humanitarian_aid", from_=[M.HAMA], to=[M.DUMA]), [("site", "Duma", 1, False)]),
        (event("medical_assistance", inferred=roles(at=[M.HAMA])), [("site", "Hama", 1, True)]),
        (event("return", to=[M.HAMA], inferred=roles(from_=[M.IDLIB])), [("flow", "Idlib-Hama", 1, True)]),
        (event("return", to=[M.HAMA], inferred=roles(at=[M.IDLIB])), [("arrival", "Hama", 1, False)]),
        (replace(event("demining", inferred=roles(at=[M.HAMA])), roles=Roles(at=(OPEN,))), []),
        (replace(around_an_open_place("demining"), start=0, end=len(SCENE.text)), [("site", M.HOMS.name, 1, True)]),
        (replace(around_an_open_place("demining"), start=0, end=1), []),
        (replace(event("demining", at=[M.HAMA]), negated=True), []),
        (event("displacement", from_=[M.HAMA], to=[M.HAMA]), []),
        (event("demining"), []),
        (replace(event("return"), roles=Roles(to=(*roles(to=[M.HAMA]).to, OPEN))), [("arrival", "Hama", 2, False)]),
    ],
    ids=str,
)
def test_an_event_is_drawn_as_no_more_than_the_text_says(one, expected):
    assert summary(one) == expected


@pytest.mark.parametrize(
    ("named", "direction"),
    [
        ({}, 0),
        ({"from_": [M.TAL_SULTAN]}, 1),
        ({"to": [M.ABU_DUHUR]}, 1),
        ({"to": [M.TAL_SULTAN]}, -1),
        ({"from_": [M.TAL_SULTAN], "to": [M.ABU_DUHUR]}, 1),
        ({"from_": [M.ALEPPO]}, 0),
        ({"from_": [M.TAL_SULTAN], "to": [M.TAL_SULTAN]}, 0),
    ],
    ids=str,
)
def test_a_direction_needs_a_place_near_one_end(named, direction):
    [mark] = draw(event("crossing", via=[M.CORRIDOR], **named))
    assert mark.direction == direction


def test_the_headline_is_the_figure_that_is_no_part():
    part, whole = made_map.people(100, subset_of=194), made_map.people(194)
    assert replace(event("return"), counts=(part, whole)).headline == whole
    assert event("return").headline is None


def data_of(folium_map):
    return page_of(map_html(folium_map))


TEXTS = st.text() | st.none() | st.lists(st.text() | st.floats(allow_nan=False, allow_infinity=False))


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.text(), TEXTS, min_size=1)), st.integers(16, 400))
@example([{"a": "</script><script>alert(1)</script><!--"}, {"b": "\u2028\u2029\ud800 & <"}], 16)
def test_records_of_any_text_come_back_and_hold_no_markup(records, size):
    packed = pack({"title": "x"}, {}, {"events": pieces_of(records, size=size)})
    assert re.fullmatch(r"[A-Za-z0-9+/=]*", packed.data)
    assert set(packed.texts) <= set(LETTERS) and not set(LETTERS) & set("<>&\"'`\\{}")
    _, _, read = unpacked((packed.data, packed.texts))
    fields = [{field for field, value in record.items() if value is not None} for record in records]
    assert [set(record) for record in read["events"]] == fields
    assert all(record[field] == value for record, given_ in zip(read["events"], records, strict=True)
               for field, value in given_.items() if value is not None)  # fmt: skip


@given(st.binary(max_size=40))
def test_bytes_come_back_from_their_letters_as_from_those_of_any_base_85(content):
    letters = lettered(content)
    assert unlettered(letters) == content
    assert len(letters) == len(base64.b85encode(content))


@example([-(2**31), 17_000, 17_001], [], [])  # a step may be too wide where no number is
@given(st.lists(st.integers(-(2**31), 2**31 - 1)), st.lists(st.floats(allow_nan=False)), st.lists(st.integers(-3, 3)))
def test_columns_of_any_numbers_come_back(wide, real, narrow):
    columns = {"wide": np.array(wide, dtype=np.int64), "real": np.array(real, dtype=float),
               "steps": np.cumsum(np.array(narrow, dtype=np.int64))}  # fmt: skip
    packed = pack({}, columns, {})
    _, read, _ = unpacked((packed.data, packed.texts))
    assert read == {name: values.tolist() for name, values in columns.items()}


def test_a_number_that_does_not_fit_is_refused():
    with pytest.raises(InputError, match="32 bits"):
        pack({}, {"event.day": np.array([2**31])}, {})


def test_the_same_events_give_the_same_bytes():
    one, two = (map_html(render_map(made_map.events(), gazetteer=made_map.gazetteer())) for _ in range(2))
    assert one == two
    folium_map = render_map(made_map.events())
    assert map_html(folium_map) == map_html(folium_map)


def test_an_id_in_a_bulletin_is_left_as_it_is():
    number = "0123456789abcdef0123456789abcdef"
    one = replace(made_map.events()[0], label=number)
    assert data_of(render_map([one]))["events"][0]["label"] == number


def test_a_bulletin_is_not_run_as_a_template():
    one = replace(made_map.events()[0], label="{{ 6*7 }}{% if 1 %}x{% endif %}{# gone #}")
    folium_map = render_map([one], title="{{ 6*7 }}")
    assert data_of(folium_map)["events"][0]["label"] == one.label
    assert "<title>{{ 6*7 }}</title>" in map_html(folium_map)


def test_the_policy_names_each_script_and_nothing_else():
    html = map_html(render_map(made_map.events()))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]
    [loader] = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    [own] = re.findall(r'<script type="text/plain" id="geomap-own">(.*?)</script>', html, re.DOTALL)
    [packed] = re.findall(r'<script type="text/plain" id="geomap-code">(.*?)</script>', html, re.DOTALL)
    assert policy.count("sha256-") == 4
    for script in (loader, own, inflated(packed).decode()):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "img-src data:;" in policy
    assert "unsafe" not in policy
    [style] = re.findall(r'<script type="text/plain" id="geomap-style">(.*?)</script>', html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(inflated(style)).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in policy


def test_elements_that_bear_styles_are_let_only_when_somebody_added_them():
    folium_map = render_map(made_map.events(), title="A <b style=x>title</b>")
    assert "style-src-attr" not in map_html(folium_map)
    folium.Marker([34, 38], icon=folium.DivIcon(html='<b style="color: red">Here</b>')).add_to(folium_map)
    folium_map.get_root().header.add_child(folium.Element("<style>b { margin: 0 }</style>"))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', map_html(folium_map))[1]
    own = base64.b64encode(hashlib.sha256(b"b { margin: 0 }").digest()).decode()
    assert f"'sha256-{own}'" in policy.split("style-src")[1]
    assert "style-src-attr 'unsafe-inline';" in policy


def test_the_page_loads_nothing():
    html = map_html(render_map(made_map.events()))
    assert not re.search(r"<(link|iframe|img|object|embed)\b", html)
    assert not re.search(r"<script[^>]*\bsrc=", html)
    assert not re.search(r"url\((?!data:)[^)#]", html)
    assert "jsdelivr" not in html
    assert '<html lang="en" dir="ltr">' in html


def test_folium_is_left_as_it_was():
    before = list(folium.Map.default_js), list(folium.Map.default_css)
    map_html(render_map(made_map.events()))
    assert (folium.Map.default_js, folium.Map.default_css) == before
    assert before[0]
    assert isinstance(render_map([]), folium.Map)
    assert "srcdoc" in render_map([])._repr_html_()


def test_zones_come_from_the_gazetteer_at_the_dates_of_the_events():
    def zones(day):
        data = data_of(render_map(made_map.events(date=day), gazetteer=made_map.gazetteer()))
        return [data["places"][zone["place"]]["name"] for zone in data["zones"]]

    assert "Northern Homs zone" in zones(date(2018, 5, 15))
    assert "Northern Homs zone" not in [z for z in zones(date(2018, 6, 24)) if z != "Eastern Ghouta"]
    assert zones(date(2016, 1, 1))[-1] == "Eastern Ghouta"


def test_a_place_tells_the_zones_that_hold_it_on_the_day():
    one = SCENE.event("flow", "demining", at=[("Idlib", M.IDLIB)])
    data = data_of(render_map([one], gazetteer=made_map.gazetteer()))
    zones = data["events"][0]["mentions"][0]["zones"]
    assert [data["places"][i]["name"] for i in zones] == ["Idlib de-escalation zone"]


def test_a_box_sets_the_view_and_leaves_no_event_out():
    data = data_of(render_map(made_map.events(), bbox=BBox(36, 33, 37, 34)))
    assert data["view"]["bounds"] == [36, 33, 37, 34]
    assert len(data["events"]) == len(made_map.events())


def test_a_box_across_the_180th_meridian_shows_both_sides():
    fiji = made_map.place("fji:suva", "Suva", 178.44, -18.14)
    taveuni = made_map.place("fji:taveuni", "Taveuni", -179.98, -16.85)
    events = [SCENE.event("return", "return", to=[("Homs", p)]) for p in (fiji, taveuni)]
    data = data_of(render_map(events, bbox=BBox(176, -20, -178, -15)))
    west, _, east, _ = data["view"]["bounds"]
    assert all(west <= place["at"][0] <= east for place in data["places"])
    assert data["places"][1]["lon"] == -179.98
    assert data["places"][1]["at"][0] == 180.02
    assert {country["name"] for country in data["base"]["countries"] if country["home"]} == {"Fiji"}


@given(st.floats(-180, 180), st.floats(-90, 90), st.floats(0, 359), st.floats(0, 20))
def test_a_view_counts_each_longitude_of_its_box_within_itself(west, south, width, height):
    east = west + width if west + width <= 180 else west + width - 360
    view = View.of_bbox(BBox(west, south, east, min(south + height, 90)))
    for share in (0, 0.3, 0.7, 1):
        lon = west + share * width
        lon = lon if lon <= 180 else lon - 360
        assert view.west - 1e-6 <= view.lon(lon) <= view.east + 1e-6
    for part, _ in (*view.parts(), *view.limit().parts()):
        assert part.west <= part.east
        assert part.south < part.north


def test_countries_with_events_are_home():
    countries = data_of(render_map([SCENE.event("flow", "demining", at=[("Idlib", M.IDLIB)])]))["base"]["countries"]
    assert [c["name"] for c in countries if c["home"]] == ["Syria"]
    assert "Turkey" in {c["name"] for c in countries}


def test_an_area_without_a_code_is_drawn_and_not_named():
    nicosia = made_map.place("cyp:nicosia", "Nicosia", 33.36, 35.17, "city")
    countries = data_of(render_map([SCENE.event("flow", "demining", at=[("Idlib", nicosia)])]))["base"]["countries"]
    assert {c["name"] for c in countries if c["code"] == ""} >= {"N. Cyprus"}
    assert [c["name"] for c in countries if "label" in c and not c["code"]] == []
    assert "Cyprus" in {c["name"] for c in countries if "label" in c}


def test_a_map_is_small():
    html = map_html(render_map(made_map.events(), gazetteer=made_map.gazetteer()))
    assert len(html.encode()) < 320_000


@pytest.mark.parametrize(
    "tiles",
    [
        "x",
        "javascript:alert(1)//{z}{x}{y}",
        "https://t.example/{z}/{x}.png",
        "https://a b.example/{z}/{x}/{y}",
        "https://x.example';script-src *;/{z}/{x}/{y}",
        "http://[/{z}/{x}/{y}",
    ],
)
def test_an_address_that_is_none_of_tiles_is_refused(tiles):
    with pytest.raises(InputError, match=r"\{z\}"):
        render_map([], tiles=tiles)


def test_tiles_are_allowed_by_the_policy_when_asked_for():
    assert tile_origin("https://{s}.tiles.example:8080/{z}/{x}/{y}.png") == "https://*.tiles.example:8080"
    assert "img-src data: https://t.example;" in map_html(render_map([], tiles="https://t.example/{z}/{x}/{y}.png"))


def test_a_map_is_saved_whole_or_not_at_all(tmp_path):
    target = tmp_path / "map.html"
    target.write_text("older", encoding="utf-8")
    save_map(render_map(made_map.events()), target)
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(StoreError, match="cannot be written") as caught:
        save_map(render_map([]), tmp_path / "no" / "map.html")
    assert "map.html" in str(caught.value)


def test_a_file_in_the_way_leaves_no_part_behind(tmp_path):
    (tmp_path / "map.html").mkdir()
    with pytest.raises(StoreError):
        save_map(render_map([]), tmp_path / "map.html")
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]


def test_a_title_is_made_of_the_dates():
    assert "<title>Reported events, 18 June 2018 to 24 June 2018</title>" in map_html(render_map(made_map.events()))
    assert "<title>No events</title>" in map_html(render_map([]))


def test_a_multi_part_line_and_an_area_without_outline_are_drawn():
    line = replace(M.CORRIDOR, geometry=shapely.MultiLineString([[(36, 35), (36.1, 35.1)], [(36.1, 35.1), (36.3, 35)]]))
    bare = replace(M.HOMS, geometry=shapely.Point(38, 34.4))
    events = [event("crossing", via=[line], to=[M.HAMA]), event("return", to=[bare])]
    assert [m.kind for one in events for m in draw(one)] == ["crossing", "arrival"]
    data = data_of(render_map(events))
    assert "shape" not in data["places"][data["events"][1]["marks"][0]["places"][0]]
