"""Boxes: what they hold, how they are read, what is refused."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from made_events import boxes, lats, lons

from geomap.bbox import BBox
from geomap.errors import BBoxError, InputError


@given(boxes())
def test_a_box_written_and_read_is_the_same_box(box):
    assert BBox.parse(str(box)) == box


@pytest.mark.parametrize(
    "text",
    ["35.6,32.3,42.4,37.4", "35.6 32.3 42.4 37.4", " 35.6; 32.3;42.4 ;37.4 ", "35.6,\t32.3,\n42.4,37.4"],
)
def test_a_box_is_read_as_people_write_it(text):
    assert BBox.parse(text) == BBox(35.6, 32.3, 42.4, 37.4)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "0 numbers where four are needed"),
        ("1,2,3", "3 numbers"),
        ("1,2,3,4,5", "5 numbers"),
        ("a,b,c,d", "not four numbers"),
        ("1,2,3,nan", "finite"),
        ("1,2,inf,3", "finite"),
        ("0,-91,1,0", "latitude out of range"),
        ("-181,0,1,1", "longitude out of range"),
        ("0,10,1,5", "did you mean 0,5,1,10"),
        ("32.3,135.6,37.4,142.4", "did you mean 135.6,32.3,142.4,37.4"),
    ],
)
def test_what_is_no_box_is_refused_and_says_why(text, says):
    with pytest.raises(BBoxError, match=says.replace(".", r"\.")) as caught:
        BBox.parse(text)
    assert isinstance(caught.value, InputError)
    assert caught.value.field == "bbox"


@pytest.mark.parametrize(
    ("box", "lon", "lat", "inside"),
    [
        (BBox(0, 0, 2, 1), 1, 0.5, True),
        (BBox(0, 0, 2, 1), 2, 1, True),
        (BBox(0, 0, 2, 1), math.nextafter(2, 3), 1, False),
        (BBox(0, 0, 2, 1), 1, -0.1, False),
        (BBox(170, -10, -170, 10), 175, 0, True),
        (BBox(170, -10, -170, 10), -175, 0, True),
        (BBox(170, -10, -170, 10), 0, 0, False),
        (BBox(170, -10, 180, 10), -180, 0, True),
        (BBox(-180, -10, -170, 10), 180, 0, True),
        (BBox(170, -10, 179, 10), -180, 0, False),
        (BBox(5, 5, 5, 5), 5, 5, True),
    ],
)
def test_contains(box, lon, lat, inside):
    assert box.contains(lon, lat) is inside


@given(boxes(), lons, lats)
def test_split_parts_hold_together_what_the_box_holds(box, lon, lat):
    parts = box.split()
    assert all(part.west <= part.east for part in parts)
    assert any(part.contains(lon, lat) for part in parts) is box.contains(lon, lat)


@given(st.tuples(lons, lons).map(sorted), st.tuples(lats, lats).map(sorted), lons, lats)
def test_contains_is_what_geometry_says(xs, ys, lon, lat):
    box = BBox(xs[0], ys[0], xs[1], ys[1])
    twin = -lon if abs(lon) == 180 else lon
    shape = shapely.MultiPoint([(lon, lat), (twin, lat)])
    west, south, east, north = box.west, box.south, box.east, box.north
    outline = shapely.box(west, south, east, north) if west < east and south < north else shapely.LineString(
        [(west, south), (east, north)]
    )  # fmt: skip
    if outline.is_valid:
        assert box.contains(lon, lat) is bool(outline.intersects(shape))
