"""Why: each event leads back to its words, and a sentence without one says what kept it from being one."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from case_tables import bulletin, cases, curated, read
from hypothesis import HealthCheck, given, settings
from test_extraction import TEXTS
from test_recognition import LANGUAGES

from geomap.bulletin import read_bulletins
from geomap.export import explained_as_text
from geomap.extraction import explain_events
from geomap.pipeline import process

if TYPE_CHECKING:
    from geomap.extraction.explanation import Explanation

DAY = date(2018, 6, 24)


def explained(text: str, lang: str = "en") -> Explanation:
    reading = read(text, lang, DAY)
    return explain_events(reading.bulletin, reading.resolutions)


def lines(text: str, lang: str = "en") -> list[str]:
    """The lines that a person reads, without the offsets."""
    return [line.strip() for line in explained_as_text([explained(text, lang)]).splitlines()]


def words_of(explanation: Explanation):
    for sentence in explanation.sentences:
        yield sentence.words
        reasons = [*sentence.reasons, *(r for told in sentence.events for r in told.reasons)]
        yield from (reason.words for reason in reasons if reason.words)


def check(explanation: Explanation, events) -> None:
    """What holds of every explanation."""
    text = explanation.bulletin.text
    assert explanation.events == events
    for words in words_of(explanation):
        assert words.text == text[words.start : words.end] != ""
    for sentence in explanation.sentences:
        assert all(told.event.sentence == sentence.words.text for told in sentence.events)
        for told in sentence.events:
            abouts = [reason.about for reason in told.reasons]
            assert abouts[0] == "rule"
            assert abouts.count("figure") == abouts.count("scope") == len(told.event.counts)
            places = sum(len(found) for _, found in told.event.roles.items())
            assert abouts.count("place") == (0 if told.event.type == "statement" else places)
            assert ("time" in abouts) == (told.event.period is not None)
            marks = {reason.told for reason in told.reasons if reason.about == "mark"}
            event = told.event
            assert ("negated" in marks, "planned" in marks) == (event.negated, event.planned)
            assert ("total" in marks, "repeats" in marks) == (event.total_of_breakdown, event.repeats is not None)


@pytest.mark.parametrize("name", ["001", "002", "004", "009", "015", "031", "042"])
def test_an_explanation_has_the_very_events_of_the_examples(name, examples):
    (found,) = read_bulletins(examples / f"{name}.txt")
    reading = process(found, curated())
    check(explain_events(found, reading.resolutions), reading.events)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=100)
@given(TEXTS, LANGUAGES)
def test_whatever_a_text_says_its_explanation_is_of_its_own_words(text, lang):
    reading = process(bulletin(text, lang), curated())
    check(explain_events(reading.bulletin, reading.resolutions), reading.events)


@pytest.mark.corpus
def test_an_explanation_has_the_very_events_of_the_annotated_bulletins(corpus):
    for found in read_bulletins(*sorted(corpus.glob("*.txt"))):
        reading = process(found, curated())
        check(explain_events(found, reading.resolutions), reading.events)


@pytest.mark.parametrize(("lang", "text", "line"), cases("reasons"))
def test_a_reason_names_what_it_rests_on(lang, text, line):
    assert line in lines(text, lang)


def test_a_fact_told_again_names_the_event_that_tells_it():
    text = "190 people returned to Homs.\n\nOver the past day 190 people returned to Homs from Lebanon."
    assert "mark: repeats; the event case/30-1 tells the same fact, and no less of it" in lines(text)


def test_a_language_without_rules_says_so():
    explanation = explained("40 personnes sont rentrées à Homs.", "fr")
    assert (explanation.events, explanation.sentences) == ((), ())
    assert "no rules for lang fr" in explained_as_text([explanation])


def test_the_command_line_explains(run, examples):
    ran = run("extract", "--explain", examples / "001.txt")
    assert ran.code == 0
    assert 'rule: en: return; fired on: "civilians are already back"' in ran.out


def test_json_holds_the_explanation_only_when_asked(run, examples):
    plain, asked = (
        json.loads(run("extract", "--format", "json", *options, examples / "001.txt").out)
        for options in ([], ["--explain"])
    )
    explanation = asked[0].pop("explanation")
    assert asked == plain
    ids = [event["id"] for sentence in explanation["sentences"] for event in sentence["events"]]
    assert ids == [event["id"] for event in plain[0]["events"]]
    reason = explanation["sentences"][2]["events"][0]["reasons"][0]
    words = {"text": "breaches", "start": 321, "end": 329}
    assert reason == {"about": "rule", "told": "en: violation", "why": "fired on", "words": words}


@pytest.mark.parametrize("format_", ["csv", "geojson"])
def test_formats_without_room_for_reasons_refuse(run, examples, format_):
    ran = run("extract", "--explain", "--format", format_, examples / "001.txt")
    assert (ran.code, ran.out) == (2, "")
    assert "no room for reasons" in ran.err
