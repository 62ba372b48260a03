"""Events for the tests of queries, stores and exports: a few by hand, any number by hypothesis."""

from __future__ import annotations

from datetime import date

import shapely
from hypothesis import strategies as st

from geomap.bbox import BBox
from geomap.model import (
    EVENT_TYPES,
    ROLES,
    Bulletin,
    Candidate,
    Citation,
    Count,
    Event,
    Interval,
    Mention,
    Name,
    Place,
    Reading,
    Resolution,
    Roles,
)
from geomap.query import BOX_TESTS, EventQuery

OCHA = Citation(source="OCHA COD-AB", label="C2338", url="https://example.org/cod", licence="CC BY-IGO")


def make_place(id_="syr:duma", geometry=None, *, name="Duma", **more):
    """A place; a point in Duma unless a geometry is given."""
    geometry = shapely.Point(36.4047, 33.5707) if geometry is None else geometry
    point = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    values = {"type": "town", "names": (Name(toponym=name, lang="en", citations=(OCHA,)),), "ccodes": ("SY",)}
    return Place(id=id_, name=name, lon=point.x, lat=point.y, geometry=geometry, citations=(OCHA,), **(values | more))


def make_resolution(place=None, surface=None, candidates=()):
    """A mention that means the place, or one that was left open."""
    surface = surface or (place.name if place else "Ain-Zrekia")
    mention = Mention(surface=surface, start=3, end=3 + len(surface), name=surface)
    weighed = tuple(Candidate(place=p, score=0.4, reasons=("fits the name",)) for p in candidates)
    if place is None:
        return Resolution(mention=mention, status="ambiguous", confidence=0.3, candidates=weighed, reasons=("open",))
    chosen = (Candidate(place=place, score=0.97, reasons=("same name", "near the others")), *weighed)
    return Resolution(mention=mention, status="resolved", confidence=0.97, place=place, candidates=chosen)


def make_bulletin(id_="000", day=date(2018, 6, 24), **more):
    values = {"text": "Over the past day, 68 people have returned.", "source": "Centre", "notes": ("a note",)}
    return Bulletin(id=id_, date=day, **(values | more))


def make_event(bulletin=None, number=0, **more):
    bulletin = bulletin or make_bulletin()
    values = {"type": "return", "sentence": bulletin.text, "start": 0, "end": len(bulletin.text)}
    return Event(id=f"{bulletin.id}/{number}-0", bulletin=bulletin, **(values | more))


def make_reading(*events, bulletin=None):
    bulletin = bulletin or events[0].bulletin
    found = dict.fromkeys(r for e in events for roles in (e.roles, e.inferred) for _, rs in roles.items() for r in rs)
    return Reading(bulletin=bulletin, resolutions=tuple(found), events=events)


# What hypothesis makes. Round numbers are frequent, so that edges meet; the others have all their digits.
lons = st.sampled_from([-180.0, -179.5, -90.0, 0.0, 35.0, 36.5, 37.0, 90.0, 179.5, 180.0]) | st.floats(-180, 180)
lats = st.sampled_from([-90.0, -45.0, 0.0, 33.0, 33.5, 34.0, 45.0, 90.0]) | st.floats(-90, 90)
points = st.tuples(lons, lats)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.sampled_from(["Duma", "دُومَا", "Дума", "Tal-Sultan", "Abū al-Ḍuhūr", "İdlib", "crossing", "68"])
days = st.dates(date(2018, 6, 20), date(2018, 6, 28)) | st.dates()


def _box(corners):
    (x1, y1), (x2, y2) = corners
    return shapely.box(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


areas = st.tuples(points, points).map(_box).filter(lambda g: g.area > 1e-3)
triangles = st.tuples(points, points, points).map(shapely.Polygon).filter(lambda g: g.is_valid and g.area > 1e-3)
lines = st.lists(points, min_size=2, max_size=4, unique=True).map(shapely.LineString)
pairs = st.tuples(areas, areas).filter(lambda two: two[0].disjoint(two[1])).map(shapely.MultiPolygon)
geometries = st.one_of(points.map(shapely.Point), points.map(shapely.Point), lines, areas, triangles, pairs)


@st.composite
def places(draw):
    geometry = draw(geometries)
    return make_place(
        f"syr:p{draw(st.integers(0, 30))}",
        geometry,
        name=draw(words),
        parents=tuple(draw(st.lists(st.sampled_from(["syr:homs", "syr:idlib", "syr"]), max_size=2, unique=True))),
        certainty=draw(st.sampled_from(["certain", "less-certain", "uncertain"])),
        approximate=geometry.geom_type != "Point" and draw(st.booleans()),
        uncertainty_km=draw(st.floats(0.1, 100)),
        names=(Name(toponym=draw(words), lang="ar", citations=(OCHA,)), Name(toponym=draw(texts), lang="en")),
        population=draw(st.none() | st.integers(0, 10**8)),
        valid=(draw(st.none() | days), draw(st.none() | days)),
        links=tuple(draw(st.lists(st.sampled_from(["pcode:C2338", "gn:170592"]), max_size=2, unique=True))),
        description=draw(st.none() | texts),
    )


def resolutions(known):
    chosen = st.sampled_from(known)
    return st.one_of(
        st.builds(make_resolution, chosen, texts, st.lists(chosen, max_size=2)),
        st.builds(make_resolution, chosen),
        st.builds(make_resolution, st.none(), texts, st.lists(chosen, max_size=2)),
    )


def _roles(known):
    found = st.lists(resolutions(known), max_size=2).map(tuple)
    return st.builds(Roles, from_=found, to=found, at=found, via=found) | st.just(Roles())


counts = st.builds(
    Count,
    value=st.integers(0, 10**6).map(float) | st.floats(0, 1e9),
    unit=st.sampled_from(["people", "tons"]),
    scope=st.sampled_from(["period", "cumulative"]),
    at_least=st.booleans(),
    at_most=st.booleans(),
    approximate=st.booleans(),
    subset_of=st.none() | st.floats(0, 1e9),
    surface=texts,
)


@st.composite
def intervals(draw):
    first, second = sorted([draw(days), draw(days)])
    return Interval(start=first, end=second, precision=draw(st.sampled_from(["day", "week", "month", "year"])))


@st.composite
def readings(draw, ids=("a", "b", "ü")):
    """One reading for each bulletin id, so that what is put in is all that a store holds."""
    known = draw(st.lists(places(), min_size=1, max_size=5))
    made = []
    for id_ in ids:
        bulletin = make_bulletin(
            id_, draw(st.none() | days), text=draw(texts), source=draw(st.none() | texts), url=draw(st.none() | texts),
            lang=draw(st.sampled_from(["en", "ar", "ru"])), notes=tuple(draw(st.lists(texts, max_size=2))),
        )  # fmt: skip
        events = tuple(
            make_event(
                bulletin,
                number,
                type=draw(st.sampled_from(EVENT_TYPES)),
                sentence=" ".join(draw(st.lists(words | texts, max_size=3))),
                start=draw(st.integers(0, 3)),
                counts=tuple(draw(st.lists(counts, max_size=2))),
                roles=draw(_roles(known)),
                inferred=draw(_roles(known)),
                period=draw(st.none() | texts),
                interval=draw(st.none() | intervals()),
                negated=draw(st.booleans()),
                planned=draw(st.booleans()),
                total_of_breakdown=draw(st.booleans()),
                repeats=draw(st.none() | st.just("b/0-1")),
                change=draw(st.sampled_from([None, "increase", "decrease"])),
                label=draw(st.none() | texts),
                claimant=draw(st.none() | texts),
                rule=draw(st.none() | texts),
            )
            for number in range(draw(st.integers(0, 4)))
        )
        found = tuple(draw(st.lists(resolutions(known), max_size=3)))
        made.append(Reading(bulletin=bulletin, resolutions=found, events=events))
    return made


@st.composite
def boxes(draw):
    """Boxes of any kind: plain, across the 180th meridian (west > east), lines and points."""
    west, east = draw(lons), draw(lons)
    south, north = sorted([draw(lats), draw(lats)])
    flat = draw(st.sampled_from(["", "", "", "x", "y", "xy"]))
    return BBox(west, south, west if "x" in flat else east, south if "y" in flat else north)


@st.composite
def queries(draw):
    first, second = sorted([draw(days), draw(days)])
    both = first < second
    return EventQuery(
        bbox=draw(st.none() | boxes()),
        box_test=draw(st.sampled_from(BOX_TESTS)),
        from_=draw(st.none() | st.just(first)),
        to=draw(st.none() | st.just(second)) if both else None,
        types=frozenset(draw(st.lists(st.sampled_from(EVENT_TYPES), max_size=3))),
        places=frozenset(draw(st.lists(st.sampled_from(["syr:homs", "syr", "syr:p1", "syr:p2"]), max_size=2))),
        text=draw(st.none() | words),
        limit=draw(st.none() | st.integers(1, 5)),
        offset=draw(st.integers(0, 2)),
    )


assert set(ROLES) == {role for role, _ in Roles().items()}
