"""Resolution: which place a mention means, and honesty where that cannot be told."""

from __future__ import annotations

import gc
import random
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from case_tables import bulletin, cases, curated, read
from hypothesis import HealthCheck, given, settings
from test_recognition import LANGUAGES, TEXTS

from geomap.gazetteer import Gazetteer
from geomap.gazetteer.metric import distance_km
from geomap.pipeline import process

if TYPE_CHECKING:
    from geomap.model import Reading, Resolution

ROWS = cases("resolutions")
SEED = 20180624


def meaning(reading: Reading, surface: str) -> Resolution:
    found = [r for r in reading.resolutions if r.mention.surface == surface]
    assert found, f"{surface!r} is no mention; there are {[r.mention.surface for r in reading.resolutions]}"
    return found[0]


def decision(resolution: Resolution) -> str:
    return resolution.place.id if resolution.place else resolution.status


@pytest.mark.parametrize(("lang", "text", "surface", "place", "why"), ROWS)
def test_a_mention_means_its_place(lang, text, surface, place, why):
    resolution = meaning(read(text, lang), surface)
    assert decision(resolution) == place, (why, resolution.reasons)


def test_a_list_of_two_is_two_places_fifty_kilometres_apart():
    reading = read("The engineers finished demining of al-Nasriyah, southern areas of Douma.")
    one, two = (r.place for r in reading.resolutions)
    assert one is not None
    assert two is not None
    assert distance_km(one.lon, one.lat, two.lon, two.lat) == pytest.approx(50.6, abs=1)


def test_a_place_that_no_source_confirms_stays_open_with_candidates_and_reasons():
    resolution = meaning(read("The situation in Ain-Zrekia, the province of Damascus, is calm."), "Ain-Zrekia")
    assert (resolution.status, resolution.place) == ("ambiguous", None)
    assert {c.place.id for c in resolution.candidates} == {"syr:zureiqa-nashabiyeh", "syr:zreiqa-kisweh"}
    assert all(c.reasons for c in resolution.candidates)
    assert resolution.reasons


@pytest.mark.parametrize(
    "text",
    [
        "Shelling was reported in Saida, near Quneitra.",
        "Shelling was reported in Saida and Quneitra.",
        "Shelling was reported in Saida, Jasim and Nawa (Daraa province).",
    ],
)
def test_saida_in_the_south_of_syria_is_never_that_of_lebanon(text):
    assert not decision(meaning(read(text), "Saida")).startswith("lbn:")


def test_of_two_namesakes_left_open_both_are_candidates():
    resolution = meaning(read("People returned to Tripoli."), "Tripoli")
    assert {"lbn:tripoli-lebanon", "lby:tripoli"} <= {c.place.id for c in resolution.candidates}
    assert resolution.confidence == 0


def test_a_guess_does_not_confirm_itself():
    alone = meaning(read("Shelling hit Jaba."), "Jaba")
    for candidate in alone.candidates:
        assert not any("km from Jaba" in reason for reason in candidate.reasons), candidate.why


def test_a_zone_that_held_on_the_day_is_preferred_to_one_that_did_not():
    text = "Calm holds in the Idlib de-escalation zone."
    assert decision(meaning(read(text), "Idlib de-escalation zone")) == "syr:idlib-zone"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, LANGUAGES)
def test_any_text_gets_honest_resolutions(text, lang):
    reading = process(bulletin(text, lang), curated())
    for resolution in reading.resolutions:
        assert (resolution.status == "resolved") == (resolution.place is not None)
        assert 0 <= resolution.confidence <= 1
        assert resolution.reasons
        scores = [c.score for c in resolution.candidates]
        assert all(0 <= score <= 1 for score in scores)
        if resolution.place is None:
            assert resolution.confidence == 0
        else:
            assert (resolution.place.lon, resolution.place.lat) != (0, 0)
            assert resolution.place.id in curated()
            assert resolution.place.id in {c.place.id for c in resolution.candidates}
        if resolution.status == "unknown":
            assert resolution.candidates == ()


@pytest.fixture(scope="module")
def decided() -> list[tuple[str, str, list[str]]]:
    texts = sorted({(p.values[0], p.values[1]) for p in ROWS})
    return [(lang, text, [decision(r) for r in read(text, lang).resolutions]) for lang, text in texts]


def test_the_order_of_the_places_decides_nothing(decided):
    places = list(curated())
    random.Random(SEED).shuffle(places)
    shuffled = Gazetteer.from_places(places)
    for lang, text, expected in decided:
        found = process(bulletin(text, lang), shuffled).resolutions
        assert [decision(r) for r in found] == expected, text


def test_what_was_read_before_decides_nothing(decided):
    """Answers are kept from text to text: read in another order, each text says the same."""
    fresh = Gazetteer.from_places(curated())
    for lang, text, _ in reversed(decided):
        assert process(bulletin(text, lang), fresh).resolutions == read(text, lang).resolutions, text


def test_what_is_kept_of_a_gazetteer_goes_with_it():
    gazetteer = Gazetteer.from_places(place for place in curated() if "SY" in place.ccodes)
    known = weakref.ref(gazetteer)
    process(bulletin("People returned to Douma, Damascus province, and to Nowhereville."), gazetteer)
    del gazetteer
    gc.collect()
    assert known() is None


def test_the_ids_of_the_places_decide_nothing(decided):
    """Renamed so that their order is another one, the same places are chosen."""
    numbers = list(range(len(curated())))
    random.Random(SEED).shuffle(numbers)
    new = {place.id: f"p:{number:05}" for place, number in zip(curated(), numbers, strict=True)}
    renamed = Gazetteer.from_places(
        replace(p, id=new[p.id], parents=tuple(new[i] for i in p.parents if i in new)) for p in curated()
    )
    for lang, text, expected in decided:
        found = process(bulletin(text, lang), renamed).resolutions
        assert [decision(r) for r in found] == [new.get(i, i) for i in expected], text
