"""Circles of uncertainty against boxes, held against many points around the circle."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given
from hypothesis import strategies as st
from made_events import boxes, geometries, make_place, points
from test_store import at

from geomap.bbox import BBox
from geomap.gazetteer.metric import EARTH_RADIUS_KM, distance_km
from geomap.query import BOX_TESTS, EventQuery
from geomap.reach import grown, lies_in, may_lie_in

KM = math.radians(EARTH_RADIUS_KM)  # of a degree of latitude


def around(lon, lat, radius_km, count=720):
    """Points on the circle of a radius around a point."""
    angle, up, far = np.linspace(0, math.tau, count, endpoint=False), math.radians(lat), radius_km / EARTH_RADIUS_KM
    lats = np.arcsin(np.sin(up) * math.cos(far) + math.cos(up) * math.sin(far) * np.cos(angle))
    turns = np.arctan2(
        np.sin(angle) * math.sin(far) * math.cos(up), math.cos(far) - math.sin(up) * np.sin(lats)
    )  # fmt: skip
    lons = (lon + np.degrees(turns) + 540) % 360 - 180
    return list(zip(lons.tolist(), np.degrees(lats).tolist(), strict=True))


def widened(box, by):
    """A box with so many degrees more (or less) at each side; None when nothing of it is left."""
    width = box.east - box.west + (360 if box.west > box.east else 0) + 2 * by
    south, north = max(-90, box.south - by), min(90, box.north + by)
    if width < 0 or south > north:
        return None
    if width >= 360:
        return BBox(-180, south, 180, north)
    return BBox((box.west - by + 540) % 360 - 180, south, (box.east + by + 540) % 360 - 180, north)


radii = st.sampled_from([0.0, 1.0, 5.0, 65.0, 300.0]) | st.floats(0, 500)


@given(points, radii, boxes())
def test_law_a_circle_lies_in_a_box_when_all_its_points_do(point, radius_km, box):
    assume(abs(point[1]) + radius_km / KM < 89.9)
    found = lies_in(shapely.Point(point), radius_km, box)
    ring = around(*point, radius_km)
    wider, narrower = widened(box, 0.01 + radius_km / 1e4), widened(box, -0.01 - radius_km / 1e4)
    if found:
        assert all(wider.contains(*p) for p in ring)
    elif narrower is not None and narrower.contains(*point):
        assert not all(narrower.contains(*p) for p in ring)


@given(points, radii, boxes())
def test_law_a_circle_may_lie_in_a_box_when_one_of_its_points_does(point, radius_km, box):
    shape = shapely.Point(point)
    found = EventQuery(bbox=box, box_test="possible").matches(at(make_place(geometry=shape, uncertainty_km=radius_km)))
    inner = [p for share in (0.25, 0.5, 0.75, 0.98) for p in around(*point, radius_km * share, 360)]
    if any(box.contains(*p) for p in [point, *inner]):
        assert found
    if found:  # and the nearest point of the box is no farther than said
        edge = [(lon, lat) for lon in (box.west, box.east) for lat in np.linspace(box.south, box.north, 400)]
        level = [(point[0], box.south), (point[0], box.north)]
        nearest = min((distance_km(*point, *p) for p in [*edge, *(p for p in level if box.contains(*p))]), default=0)
        assert box.contains(*point) or nearest <= radius_km * 1.001 + 1e-6 + (box.north - box.south) * KM / 390


@example(shapely.Point(2.225073858507203e-309, -90.0), 0.0, BBox(35.0, -90.0, 0.0, -90.0))
@given(geometries, radii, boxes())
def test_law_certain_is_less_than_meeting_and_possible_more(geometry, radius_km, box):
    event = at(make_place(geometry=geometry, uncertainty_km=radius_km))
    meets, certain, possible = (EventQuery(bbox=box, box_test=test).matches(event) for test in BOX_TESTS)
    assert certain <= meets <= possible


@given(points, radii, boxes())
def test_law_a_grown_box_holds_what_may_lie_in_the_box(point, radius_km, box):
    if may_lie_in(shapely.Point(point), radius_km, box):
        assert grown(box, radius_km).contains(*point)


@pytest.mark.parametrize(
    ("geometry", "radius_km", "box", "certain", "possible"),
    [
        (shapely.Point(36, 33), 5, "35,32,37,34", True, True),
        (shapely.Point(36.98, 33), 5, "35,32,37,34", False, True),
        (shapely.Point(37.02, 33), 5, "35,32,37,34", False, True),
        (shapely.Point(37.06, 33), 5, "35,32,37,34", False, False),  # 5.6 km
        (shapely.Point(37.06, 60), 5, "35,50,37,70", False, True),  # 3.3 km: degrees are shorter there
        (shapely.Point(37.03, 34.03), 4, "35,32,37,34", False, False),  # 4.3 km from the corner
        # across the 180th meridian
        (shapely.Point(-179.99, 0), 5, "179,-1,-179,1", True, True),
        (shapely.Point(-179.99, 0), 5, "179,-1,180,1", False, True),
        (shapely.Point(179.99, 0), 5, "-180,-1,-179,1", False, True),
        (shapely.MultiPoint([(179.5, 0), (-179.5, 0)]), 5, "179,-1,-179,1", True, True),
        (shapely.LineString([(170, 0), (-170, 0)]), 5, "160,-1,-160,1", False, True),  # it runs through 0 on the plate
        # poles
        (shapely.Point(10, 89.99), 5, "-180,80,180,90", True, True),
        (shapely.Point(10, 89.99), 5, "0,80,20,90", False, True),
        (shapely.Point(-170, 89.99), 5, "0,80,20,90", False, True),
        # lines and outlines
        (shapely.box(36, 33, 36.5, 33.5), 5, "35,32,37,34", True, True),
        (shapely.box(36, 33, 36.98, 33.5), 5, "35,32,37,34", False, True),
        (shapely.box(37.02, 33, 38, 33.5), 5, "35,32,37,34", False, True),
        (shapely.box(37.06, 33, 38, 33.5), 5, "35,32,37,34", False, False),
        (shapely.box(37.02, 30, 38, 36), 5, "35,32,37,34", False, True),  # only the corners of the box are near
        (shapely.LineString([(37.02, 30), (37.02, 36)]), 5, "35,32,37,34", False, True),
        # flat boxes hold no circle
        (shapely.Point(36, 33), 1, "36,33,36,33", False, True),
        (shapely.Point(36, 33), 0, "36,33,36,33", True, True),
    ],
)
def test_reach(geometry, radius_km, box, certain, possible):
    event = at(make_place(geometry=geometry, uncertainty_km=radius_km))
    assert EventQuery.of(bbox=box, box_test="certain").matches(event) is certain
    assert EventQuery.of(bbox=box, box_test="possible").matches(event) is possible
