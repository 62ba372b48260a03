"""The whole way: a bulletin in, a reading out; the JSON that others read; snapshots of the examples."""

from __future__ import annotations

import json
import os
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from case_tables import bulletin, curated, read

from geomap.bulletin import read_bulletins
from geomap.gazetteer import Gazetteer
from geomap.model import EVENT_TYPES, ROLES, Reading
from geomap.pipeline import process

TESTS = Path(__file__).resolve().parent
GOLDEN = TESTS / "golden"
RENEW = os.environ.get("GEOMAP_RENEW_GOLDEN", "") not in ("", "0")  # read here: tests run in a clean environment
EXAMPLES = sorted(path.stem for path in (TESTS.parent / "examples").glob("*.txt"))

NUMBER = (int, float)
TEXT_OR_NONE = (str, type(None))
PLACE = {
    "id": str, "name": str, "type": str, "lon": NUMBER, "lat": NUMBER, "uncertainty_km": NUMBER, "certainty": str,
    "approximate": bool,
}  # fmt: skip
CANDIDATE = {"id": str, "name": str, "score": NUMBER, "why": str}
COUNT = {
    "value": NUMBER, "unit": str, "scope": str, "at_least": bool, "at_most": bool, "approximate": bool,
    "subset_of": (*NUMBER, type(None)),
}  # fmt: skip
MENTION = {
    "surface": str, "start": int, "end": int, "status": str, "confidence": NUMBER, "place": (dict, type(None)),
    "candidates": list, "context": str, "note": TEXT_OR_NONE,
}  # fmt: skip
EVENT = {
    "id": str, "type": str, "sentence": str, "start": int, "end": int, "counts": list, **dict.fromkeys(ROLES, list),
    "inferred": dict, "period": TEXT_OR_NONE, "negated": bool, "planned": bool, "interval": (list, type(None)),
    "precision": TEXT_OR_NONE,
    "total_of_breakdown": bool, "label": TEXT_OR_NONE, "claimant": TEXT_OR_NONE, "rule": TEXT_OR_NONE,
}  # fmt: skip
BULLETIN = {
    "id": str, "date": TEXT_OR_NONE, "source": TEXT_OR_NONE, "lang": str, "path": TEXT_OR_NONE, "url": TEXT_OR_NONE,
    "notes": list,
}  # fmt: skip


def check(value: Any, shape: dict[str, Any], where: str) -> None:
    """Every key that the contract promises is there and of its kind; further keys may tell more."""
    assert isinstance(value, dict), where
    for key, kind in shape.items():
        assert key in value, f"{where} lacks {key!r}"
        assert isinstance(value[key], kind), f"{where}.{key} is {value[key]!r}"
        assert kind is bool or kind is str or not isinstance(value[key], bool), f"{where}.{key} is {value[key]!r}"


def check_mention(mention: dict[str, Any], text: str, where: str) -> None:
    check(mention, MENTION, where)
    assert text[mention["start"] : mention["end"]] == mention["surface"]
    assert mention["status"] in ("resolved", "ambiguous", "unknown")
    assert mention["context"] in ("location", "actor", "dateline")
    assert 0 <= mention["confidence"] <= 1
    assert (mention["status"] == "resolved") == (mention["place"] is not None)
    for candidate in mention["candidates"]:
        check(candidate, CANDIDATE, f"{where}.candidates")
    if mention["place"] is not None:
        check(mention["place"], PLACE, f"{where}.place")
        lon, lat = mention["place"]["lon"], mention["place"]["lat"]
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90
        assert (lon, lat) != (0, 0)


def check_event(event: dict[str, Any], mentions: list[dict[str, Any]], text: str, where: str) -> None:
    check(event, EVENT, where)
    assert event["type"] in EVENT_TYPES
    assert text[event["start"] : event["end"]] == event["sentence"]
    for count in event["counts"]:
        check(count, COUNT, f"{where}.counts")
        assert count["scope"] in ("period", "cumulative")
        assert count["value"] >= 0
    check(event["inferred"], dict.fromkeys(ROLES, list), f"{where}.inferred")
    for role in ROLES:
        assert all(event["start"] <= mentions[i]["start"] < event["end"] for i in event[role])
        assert all(0 <= i < len(mentions) for i in event["inferred"][role])
    if event["interval"] is not None:
        start, end = map(date.fromisoformat, event["interval"])
        assert start < end


@pytest.fixture(params=EXAMPLES)
def extracted(request, run, examples) -> tuple[str, str, dict[str, Any]]:
    """An example's name, its text, and its object as the command line prints it."""
    path = examples / f"{request.param}.txt"
    ran = run("extract", "--format", "json", path)
    assert ran.code == 0, ran.err
    (found,) = json.loads(ran.out)
    found["bulletin"]["path"] = path.name
    return request.param, next(read_bulletins(path)).text, found


def test_extract_prints_what_the_contract_promises(extracted):
    name, text, found = extracted
    check(found, {"bulletin": dict, "mentions": list, "events": list}, name)
    check(found["bulletin"], BULLETIN, f"{name}.bulletin")
    assert found["bulletin"]["id"] == name
    for number, mention in enumerate(found["mentions"]):
        check_mention(mention, text, f"{name}.mentions[{number}]")
    for number, event in enumerate(found["events"]):
        check_event(event, found["mentions"], text, f"{name}.events[{number}]")
    ids = [event["id"] for event in found["events"]]
    assert len(set(ids)) == len(ids)


def test_golden(extracted):
    name, _, found = extracted
    golden = GOLDEN / f"{name}.json"
    if RENEW:
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert golden.is_file(), "no snapshot; tests/golden/README.md says how to make it"
    assert found == json.loads(golden.read_text(encoding="utf-8")), "tests/golden/README.md says how to renew snapshots"


def test_every_snapshot_has_its_example():
    assert sorted(path.stem for path in GOLDEN.glob("*.json")) == EXAMPLES


def test_a_reading_holds_all_three_stages():
    reading = read("Over the past day 68 people returned to Homs province.")
    assert isinstance(reading, Reading)
    assert reading.bulletin.id == "case"
    assert [r.place.id for r in reading.resolutions if r.place] == ["syr:homs-governorate"]
    assert [(e.type, e.counts[0].value) for e in reading.events] == [("return", 68)]
    assert reading.events[0].roles.to[0] is reading.resolutions[0]


def test_the_same_bulletin_is_read_the_same_again(examples):
    found = next(read_bulletins(examples / "015.txt"))
    assert process(found, curated()) == process(found, curated())


def test_another_gazetteer_knows_other_places():
    small = Gazetteer.load(TESTS / "gazetteer_small")
    text = "300 people returned to Homs, Hama and Deir ez-Zor."
    for resolution in process(bulletin(text), small).resolutions:
        assert resolution.place is None or resolution.place.id in small


@pytest.mark.parametrize("text", ["", " \n\n ", "😀", "No places, no figures."])
def test_a_text_that_says_nothing_gives_an_empty_reading(text):
    reading = read(text)
    assert (reading.resolutions, reading.events) == ((), ())


def test_a_figure_for_fourteen_places_is_one_event_with_fourteen_places():
    """Otherwise the figure would be counted fourteen times."""
    names = (
        "Homs",
        "Hama",
        "Aleppo",
        "Idlib",
        "Latakia",
        "Tartus",
        "Daraa",
        "Douma",
        "Harasta",
        "Saqba",
        "Arbin",
        "Zamalka",
        "Manbij",
        "Afrin",
    )
    events = [e for e in read(f"500 people returned to {', '.join(names[:-1])} and {names[-1]}.").events if e.counts]
    assert len(events) == 1
    assert [r.mention.surface for r in events[0].roles.to] == list(names)
    assert [c.value for c in events[0].counts] == [500]


@pytest.mark.parametrize(
    ("unit", "lang"),
    [
        ("Shelling hit Homs, Hama and Douma. ", "en"),
        ("Homs, ", "en"),
        ("from Homs to Hama ", "en"),
        ("1 ", "en"),
        ("حمص و", "ar"),
        ("в Хомс, ", "ru"),
    ],
)
def test_ten_thousand_characters_of_anything_take_seconds(unit, lang):
    text = (unit * 10_000)[:10_000]
    start = time.process_time()
    process(bulletin(text, lang), curated())
    assert time.process_time() - start < 5
