"""What every store promises beside its answers: replacing, all or nothing, saying what is wrong; over all `STORES`."""

from dataclasses import replace

import pytest
import shapely
from made_events import make_bulletin, make_event, make_place, make_reading
from test_store import EVERYTHING, FEW, at, strewn
from test_store_answers import STORES

from geomap.bbox import BBox
from geomap.errors import InputError, StoreError
from geomap.model import PART, Reading
from geomap.query import EventQuery
from geomap.store import EventStore, PutResult


@pytest.fixture(params=STORES)
def store(request, tmp_path):
    with STORES[request.param](tmp_path) as opened:
        yield opened


def test_it_is_an_event_store(store):
    assert isinstance(store, EventStore)
    assert store.address


def test_of_two_readings_of_one_bulletin_the_later_one_is_kept(store):
    one, two = make_reading(at(make_place("syr:a"))), make_reading(at(make_place("syr:b")), at(make_place(), number=1))
    assert store.put([one, two]) == PutResult(bulletins=2, events=3, replaced=1)
    assert list(store.readings()) == [two]


def test_reading_again_replaces(store):
    bulletin = make_bulletin()
    old = make_reading(at(make_place("syr:a")), at(make_place("syr:b"), number=1), bulletin=bulletin)
    other = make_reading(at(make_place("syr:a"), bulletin=make_bulletin("001")))
    assert store.put([old, other]) == PutResult(bulletins=2, events=3, replaced=0)
    new_bulletin = make_bulletin(text="Another text.")
    new = make_reading(at(make_place("syr:c"), bulletin=new_bulletin))
    assert store.put([new]) == PutResult(bulletins=1, events=1, replaced=1)
    assert list(store.query(EVERYTHING)) == [*new.events, *other.events]
    assert list(store.bulletins()) == [new_bulletin, other.bulletin]
    assert store.count(EventQuery.of(place="syr:b")) == 0
    assert store.put([new, other]).replaced == 2
    assert list(store.readings()) == [new, other]
    assert store.info().places == 2, "what nobody names any more is gone"


def test_a_bulletin_without_events_clears_what_it_gave(store):
    store.put([make_reading(at(make_place()))])
    store.put([Reading(bulletin=make_bulletin())])
    assert list(store.query(EVERYTHING)) == []
    assert [b.id for b in store.bulletins()] == ["000"]
    assert store.info().places == 0


def test_an_event_keeps_the_place_as_it_was_known_then(store):
    old, new = make_place(uncertainty_km=3.0), make_place(geometry=shapely.Point(36.5, 33.6), uncertainty_km=1.0)
    first, second = at(old), at(new, bulletin=make_bulletin("001"))
    store.put([make_reading(first)])
    store.put([make_reading(second)])
    assert [e.places()[0].uncertainty_km for e in store.query(EVERYTHING)] == [3.0, 1.0]
    assert [e.id for e in store.query(EventQuery(bbox=BBox(36.5, 33, 37, 34)))] == [second.id]


def test_closed_stores_say_so(store):
    store.close()
    store.close()
    for ask in (lambda: store.put([]), lambda: list(store.query(EVERYTHING)), lambda: store.count(EVERYTHING)):
        with pytest.raises(StoreError, match="has been closed"):
            ask()


def test_a_store_can_be_written_while_it_is_read(store):
    readings_ = [make_reading(at(make_place(), bulletin=make_bulletin(f"{n:04}"))) for n in range(1200)]
    store.put(readings_)
    events = store.query(EVERYTHING)
    seen = [next(events)]
    store.put([make_reading(at(make_place(), bulletin=make_bulletin("9999")))])
    seen += events
    assert [e.bulletin.id for e in seen] == [r.bulletin.id for r in readings_]
    events = store.query(EVERYTHING)
    next(events)
    store.put(readings_)
    with pytest.raises(StoreError, match="ask again"):
        list(events)


def test_readings_that_contradict_themselves_are_refused_whole(store):
    good = make_reading(at(make_place(), bulletin=make_bulletin("good")))
    foreign = Reading(bulletin=make_bulletin("a"), events=(make_event(make_bulletin("b")),))
    twice = Reading(bulletin=make_bulletin(), events=(make_event(), make_event()))
    broken = make_reading(make_event(make_bulletin("c", text="half \ud800 a pair")))
    for bad in (foreign, twice, broken):
        with pytest.raises(InputError):
            store.put([good, bad])
    assert list(store.bulletins()) == []


def test_coordinates_that_are_no_numbers_are_refused(store):
    place = replace(make_place(), geometry=shapely.LineString([(0, 0), (1, float("inf"))]))
    with pytest.raises(InputError, match="no numbers"):
        store.put([make_reading(at(place))])


def test_an_error_while_reading_bulletins_leaves_the_store_alone(store):
    def halfway():
        yield make_reading(at(make_place()))
        raise RuntimeError("the second bulletin")

    with pytest.raises(RuntimeError):
        store.put(halfway())
    assert store.count(EVERYTHING) == 0


def test_parts_of_a_long_table_go_with_it(store):
    def table(*parts):
        ids = ["t", *(f"t{PART}{n}" for n in range(2, parts[0] + 1))]
        return [make_reading(at(make_place(), bulletin=make_bulletin(id_))) for id_ in ids]

    other = [make_reading(at(make_place(), bulletin=make_bulletin(id_))) for id_ in ("t#party", "t2", "s")]
    store.put([*table(12), *other])
    assert store.put(table(3)).replaced == 12
    assert {b.id for b in store.bulletins()} == {"t", "t#part2", "t#part3", "t#party", "t2", "s"}


ODD = ("\x01", "\x01\x01", "\x01\x02", "\x02", "\\N", "\t\n\r", "\ufffe", "\U0010ffff", "ё", "İ", "%s", "'", '"')


def test_texts_with_every_sign(store):
    """NUL, and signs that stores may use for themselves, in texts, ids and names; and their order."""
    made = [
        make_reading(
            at(make_place(f"syr:{sign}", name=f"Duma \0{sign}", parents=(f"in {sign}",)), claimant=f"{sign}\0",
               label=sign, bulletin=make_bulletin(f"id {sign}", text=f"text \0{sign}\0 end", source=f"\0{sign}"))
        )
        for sign in ODD
    ]  # fmt: skip
    store.put(made)
    events = [event for reading in made for event in reading.events]
    assert list(store.query(EVERYTHING)) == EVERYTHING.select(events)
    assert sorted(store.to_geodataframe()["claimant"]) == sorted(f"{sign}\0" for sign in ODD)
    assert list(store.readings()) == sorted(made, key=lambda reading: reading.bulletin.id)
    for sign in ODD:
        for q in (
            EventQuery.of(place=f"syr:{sign}"),
            EventQuery.of(place=f"in {sign}"),
            EventQuery.of(text=f"\0{sign}\0"),
        ):
            assert list(store.query(q)) == q.select(events), q
    assert list(store.problems()) == []
    assert store.put(made).replaced == len(made)


def test_what_a_store_says_of_itself(store):
    empty = store.info()
    assert (empty.events, empty.bulletins, empty.places, empty.days, empty.extent) == (0, 0, 0, None, None)
    store.put([make_reading(*FEW), make_reading(make_event(make_bulletin("unplaced", None)))])
    found = store.info()
    assert (found.events, found.bulletins) == (8, 2)
    assert found.types == {"return": 7, "demining": 1}
    assert found.days == ("2018-06-01", "2018-06-24")
    assert found.extent == pytest.approx((36, 33.5707, 39, 36), abs=1e-4)
    assert found.size_bytes > 1000
    assert store.address == found.address


def test_compact_loses_nothing(store):
    made = strewn(400)
    for reading in made[::-1]:
        store.put([reading])
    store.put([Reading(bulletin=reading.bulletin) for reading in made[:5]])
    before = list(store.readings())
    assert len(before) == len(made)
    store.compact()
    assert list(store.problems()) == []
    assert list(store.readings()) == before
    q = EventQuery.of(bbox="-20,-20,40,30")
    assert list(store.query(q)) == q.select(event for reading in before for event in reading.events)
