"""Questions: forgiving in, strict inside, and what each part means."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import shapely
from hypothesis import given
from made_events import boxes, geometries, make_bulletin, make_event, make_place, make_resolution

from geomap.bbox import BBox
from geomap.errors import BBoxError, QueryError, UnknownPlaceError
from geomap.model import Interval, Name, Roles
from geomap.query import EventQuery, event_days, fold_text

BOX = BBox(35.6, 32.3, 42.4, 37.4)


@pytest.mark.parametrize("bbox", [BOX, "35.6,32.3,42.4,37.4", (35.6, 32.3, 42.4, 37.4), ["35.6", 32.3, 42.4, 37.4],
                                  (n for n in (35.6, 32.3, 42.4, 37.4))])  # fmt: skip
def test_one_box_in_many_dresses(bbox):
    assert EventQuery.of(bbox=bbox) == EventQuery(bbox=BOX)


@pytest.mark.parametrize("bbox", ["1,2,3", (1, 2, 3), (1, 2, 3, "x"), 7, (0, 5, 1, 4)])
def test_no_box(bbox):
    with pytest.raises(BBoxError):
        EventQuery.of(bbox=bbox)


@pytest.mark.parametrize(
    "day",
    [
        "2018-06-24",
        " 2018-06-24 ",
        date(2018, 6, 24),
        datetime(2018, 6, 24, 23, 59),
        datetime(2018, 6, 25, 1, tzinfo=timezone(timedelta(hours=3))),
        datetime(2018, 6, 24, tzinfo=UTC),
    ],
)
def test_one_day_in_many_dresses(day):
    assert EventQuery.of(from_=day).from_ == date(2018, 6, 24)


@pytest.mark.parametrize(
    "types", ["return,ceasefire_violation", ["Return", "ceasefire violation"], ("return", "ceasefire-violation"),
              {"return", "CEASEFIRE_VIOLATION"}]
)  # fmt: skip
def test_types_in_many_dresses(types):
    assert EventQuery.of(types=types).types == {"return", "ceasefire_violation"}


def test_types_of_ones_own_can_be_asked_for():
    assert EventQuery.of(types="Looting").types == {"looting"}
    assert EventQuery.of(types=["construction", "Return"], own_types=["construction"]).types == {
        "construction",
        "return",
    }
    event = make_event(type="looting")
    assert EventQuery.of(types="looting").select([event, make_event()]) == [event]


def test_nothing_asked_matches_everything():
    assert EventQuery.of(bbox=None, types=(), place="", text="  ") == EventQuery()
    assert EventQuery().matches(make_event(make_bulletin(day=None)))


@pytest.mark.parametrize(
    ("asked", "field", "says"),
    [
        ({"types": "retrun"}, "type", "did you mean return"),
        ({"types": "construction"}, "type", "did you mean reconstruction.*named in own_types"),
        ({"types": ["return", "zzz"], "own_types": ()}, "type", "The types are return, displacement"),
        ({"types": "lootng", "own_types": ["looting"]}, "type", "did you mean looting"),
        ({"types": "1st"}, "type", "in small letters"),
        ({"from_": "2018-02-30"}, "from", "not a day of the calendar"),
        ({"to": "yesterday"}, "to", "write it as 2018-06-24"),
        ({"from_": "2018-06-24", "to": "2018-06-24"}, "to", "must be before"),
        ({"from_": "2018-06-25", "to": "2018-06-24"}, "to", "must be before"),
        ({"limit": 0}, "limit", "1 or more"),
        ({"limit": -3}, "limit", "1 or more"),
        ({"offset": -1}, "offset", "0 or more"),
        ({"text": "َ"}, "text", "no word"),
    ],
)
def test_what_cannot_be_meant_is_refused(asked, field, says):
    with pytest.raises(QueryError, match=says) as caught:
        EventQuery.of(**asked)
    assert caught.value.field == field


def test_a_question_is_strict_inside():
    with pytest.raises(QueryError):
        EventQuery(types=frozenset({"Return"}))
    with pytest.raises(AttributeError):
        EventQuery().limit = 3


def at(*places, **more):
    return make_event(roles=Roles(at=tuple(make_resolution(p) for p in places)), **more)


@pytest.mark.parametrize(
    ("geometry", "box", "meets"),
    [
        (shapely.Point(36, 33), "36,33,37,34", True),
        (shapely.Point(36, 33), "36.0000001,33,37,34", False),
        (shapely.Point(36, 33), "36,33,36,33", True),
        (shapely.Point(180, 0), "-180,-1,-170,1", True),
        (shapely.Point(-180, 0), "170,-1,-170,1", True),
        (shapely.Point(-180, 0), "170,-1,180,1", True),
        (shapely.Point(0, 0), "170,-1,-170,1", False),
        (shapely.Point(0, 0), "-180,-90,180,90", True),
        # the envelope meets the box, the shape does not
        (shapely.LineString([(0, 0), (10, 10)]), "6,0,10,4", False),
        (shapely.LineString([(0, 0), (10, 10)]), "5,5,6,6", True),
        (shapely.Polygon([(0, 0), (10, 0), (0, 10)]), "6,6,9,9", False),
        (shapely.Polygon([(0, 0), (10, 0), (0, 10)]), "5,5,9,9", True),
        (shapely.Polygon([(0, 0), (10, 0), (0, 10)]), "1,1,2,2", True),
        # inside a hole
        (shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 8, 8), "3,3,4,4", False),
        (shapely.box(0, 0, 10, 10) - shapely.box(2, 2, 8, 8), "3,3,8,4", True),
        # flat boxes
        (shapely.box(0, 0, 10, 10), "5,-5,5,20", True),
        (shapely.box(0, 0, 10, 10), "5,5,5,5", True),
        (shapely.box(0, 0, 10, 10), "11,5,11,5", False),
    ],
)
def test_box(geometry, box, meets):
    event = at(make_place(geometry=geometry))
    assert EventQuery.of(bbox=box).matches(event) is meets


def test_one_place_in_the_box_is_enough_and_none_is_not():
    here, there = make_place("syr:a", shapely.Point(36, 33)), make_place("syr:b", shapely.Point(60, 60))
    q = EventQuery.of(bbox=BOX)
    assert q.matches(at(there, here))
    assert not q.matches(at(there))
    assert not q.matches(make_event())
    assert not q.matches(make_event(roles=Roles(at=(make_resolution(None, candidates=[here]),))))
    assert q.matches(make_event(inferred=Roles(at=(make_resolution(here),))))
    # places that the sentence names go before those that were inferred
    inferred = Roles(at=(make_resolution(here),))
    assert not q.matches(make_event(roles=Roles(at=(make_resolution(there),)), inferred=inferred))


@given(geometries, boxes())
def test_a_split_box_asks_the_same(geometry, box):
    event = at(make_place(geometry=geometry))
    parts = [EventQuery(bbox=part).matches(event) for part in box.split()]
    assert EventQuery(bbox=box).matches(event) is any(parts)
    if geometry.geom_type == "Point":
        assert EventQuery(bbox=box).matches(event) is box.contains(geometry.x, geometry.y)


JUNE = Interval(start=date(2018, 6, 20), end=date(2018, 6, 24))


@pytest.mark.parametrize(
    ("interval", "day", "from_", "to", "meets"),
    [
        (JUNE, None, "2018-06-23", None, True),
        (JUNE, None, "2018-06-24", None, False),
        (JUNE, None, None, "2018-06-20", False),
        (JUNE, None, None, "2018-06-21", True),
        (JUNE, date(2020, 1, 1), "2020-01-01", None, False),
        (None, date(2018, 6, 24), "2018-06-24", "2018-06-25", True),
        (None, date(2018, 6, 24), "2018-06-25", None, False),
        (None, date(2018, 6, 24), None, "2018-06-24", False),
        (None, None, "0001-01-01", None, False),
        (None, None, None, None, True),
        (Interval(start=date(2018, 6, 24), end=date(2018, 6, 24)), None, "2018-06-24", "2018-06-25", True),
        (None, date.max, "9999-12-31", None, True),
    ],
)
def test_time(interval, day, from_, to, meets):
    event = make_event(make_bulletin(day=day), interval=interval)
    assert EventQuery.of(from_=from_, to=to).matches(event) is meets


def test_days_of_an_event():
    assert event_days(make_event(interval=JUNE)) == (date(2018, 6, 20), date(2018, 6, 23))
    assert event_days(make_event()) == (date(2018, 6, 24), date(2018, 6, 24))
    assert event_days(make_event(make_bulletin(day=None))) is None


def test_places_by_id_by_parent_and_at_any_depth():
    event = at(make_place("syr:duma", parents=("syr:ghouta", "syr:rif-dimashq")))
    for id_ in ("syr:duma", "syr:ghouta", "syr:rif-dimashq"):
        assert EventQuery.of(place=id_).matches(event)
    assert EventQuery.of(place=["syr:homs", "syr:duma"]).matches(event)
    assert not EventQuery.of(place="syr").matches(event)
    known = {p.id: p for p in [
        make_place("syr"), make_place("syr:ghouta", parents=("syr:rif-dimashq",)),
        make_place("syr:rif-dimashq", parents=("syr",)), make_place("syr:homs", parents=("syr",)),
    ]}  # fmt: skip
    assert EventQuery.of(place="syr").with_parts(known).matches(event)
    assert EventQuery.of(place="syr").with_parts(known).places == set(known)
    with pytest.raises(UnknownPlaceError, match="did you mean syr:homs"):
        EventQuery.of(place="syr:hons").with_parts(known)


def test_containers_that_hold_each_other_do_no_harm():
    known = {"a": make_place("a", parents=("b",)), "b": make_place("b", parents=("a",))}
    assert EventQuery.of(place="a").with_parts(known).places == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("returned", True),
        ("PEOPLE day", True),
        ("people tomorrow", False),
        ("duma", True),
        ("DŪMĀ", True),
        ("دوما", True),
        ("دُومَا", True),
        ("Дума", False),
        ("return", True),
    ],
)
def test_words_in_the_sentence_or_the_names(text, found):
    place = make_place(names=(Name(toponym="دوما", lang="ar"), Name(toponym="Duma", lang="en")))
    assert EventQuery.of(text=text).matches(at(place)) is found


@pytest.mark.parametrize(
    ("one", "other"),
    [("Straße", "STRASSE"), ("İdlib", "i̇dlib"), ("Abū al-Ḍuhūr", "abu al duhur"), ("إدلب", "ادلب"), ("Ghūṭa", "ghuta"),
     ("Da'ra", "Daʿra"), ("Ёлка", "елка"), ("دوـــما", "دوما"), ("A\u200fB", "ab"), ("ﬁx", "FIX")],
)  # fmt: skip
def test_folding_forgets_case_and_marks_in_any_script(one, other):
    assert fold_text(one) == fold_text(other)


def test_select_orders_and_cuts():
    undated = make_event(make_bulletin("a", None))
    late = make_event(make_bulletin("b"), interval=JUNE, number=1)
    early = make_event(make_bulletin("c", date(2018, 1, 1)))
    assert EventQuery().select([undated, late, early]) == [early, late, undated]
    assert EventQuery(limit=1, offset=1).select([undated, late, early]) == [late]
