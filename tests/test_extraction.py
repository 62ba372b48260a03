"""Extraction: what a bulletin says happened, to how many, where and when, and what it does not say."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace
from datetime import date

import pytest
from case_tables import bulletin, cases, curated, items, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_figures import PIECES as FIGURES
from test_recognition import FRAGMENTS, LANGUAGES

from geomap.arabic_script import BARE_ALEF
from geomap.extraction import extract_events
from geomap.extraction.plain_script import plain_script
from geomap.model import EVENT_TYPES, Count, Event, Reading, Roles
from geomap.pipeline import process

VERBS = [
    "returned to", "were evacuated from", "shelling hit", "violations", "were demined", "aid was delivered to",
    "food sets", "no", "will", "not", "over the past day", "since 17 June", "a total of", "including", "of them",
    "twice", "(4)", "(twice)", "each in", "while", "; ", "from Lebanon", "through the", "crossing", "have returned",
    "so far", "in December 9999", "on 28/29 June", "up to", "вернулись", "человек", "зафиксировано", "عاد", "قصف",
    "بينهم", "لم", "medics treated", "was left by", "families", "people", "10", "3", "2 – 5",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(FRAGMENTS + VERBS + FIGURES), max_size=40).map(" ".join)


def written_count(count: Count) -> str:
    value = str(int(count.value)) if count.value == int(count.value) else str(count.value)
    whole = "" if count.subset_of is None else f" of {int(count.subset_of)}"
    # A part that says its own scope is written without it: the whole's scope is what matters to a map.
    scope = " cumulative" if count.scope == "cumulative" and count.subset_of is None else ""
    return f"{value} {count.unit}{' at_least' if count.at_least else ''}{scope}{whole}"


def written_roles(roles: Roles, prefix: str = "") -> list[str]:
    return [f"{prefix}{role} {' + '.join(r.mention.surface for r in found)}" for role, found in roles.items() if found]


def written(event: Event) -> list[str]:
    """An event's parts as the table writes them."""
    flags = {
        "negated": event.negated,
        "planned": event.planned,
        "total": event.total_of_breakdown,
        "repeats": event.repeats,
        event.change: event.change,
    }
    return [
        event.type,
        *sorted(
            [
                *(name for name, is_set in flags.items() if is_set),
                *map(written_count, event.counts),
                *written_roles(event.roles),
                *written_roles(event.inferred, "inferred "),
            ]
        ),
    ]


def sorted_parts(event: str) -> list[str]:
    kind, *parts = items(event)
    return [kind, *sorted(parts)]


EVENTS = [*cases("events"), *cases("events_ru"), *cases("events_ar"), *cases("events_none")]


@pytest.mark.parametrize(("lang", "text", "events", "why"), EVENTS)
def test_events_are_what_the_text_says(lang, text, events, why):
    found = [written(e) for e in read(text, lang).events if e.type != "statement"]
    assert found == [sorted_parts(e) for e in items(events, "||")], why


def events_of(text: str, lang: str = "en", day: date | None = date(2018, 6, 24)) -> tuple[Event, ...]:
    return read(text, lang, day).events


def test_the_last_day_reaches_back_into_the_day_before():
    (event,) = events_of("Over the past day 68 people returned to Homs province.")
    assert event.period == "past day"
    assert event.interval is not None
    assert (event.interval.start, event.interval.end) == (date(2018, 6, 23), date(2018, 6, 25))


def test_a_bulletin_without_a_date_tells_a_period_and_no_days():
    (event,) = events_of("Over the past day 68 people returned to Homs province.", day=None)
    assert (event.period, event.interval) == ("past day", None)


def test_a_day_in_its_own_part_of_the_sentence_is_not_the_other_parts():
    one, two = events_of("On 20 June 40 people returned to Homs, and on 22 June 30 people returned to Hama.")
    assert [e.interval and e.interval.start for e in (one, two)] == [date(2018, 6, 20), date(2018, 6, 22)]


def test_a_range_of_people_is_both_its_bounds():
    (event,) = events_of("Between 20 and 30 families returned to Homs.")
    assert [(c.value, c.unit) for c in event.counts] == [(20, "families"), (30, "families")]


def test_the_dead_are_no_violations():
    events = events_of("Shelling hit Aleppo, where 10 civilians died, and Homs, where 3 died.")
    assert [(c.value, c.unit) for e in events for c in e.counts if c.unit == "violations"] == []


def test_a_place_that_only_says_where_another_lies_is_no_place_of_the_event():
    (event,) = events_of("Shelling was reported in Saida, near Quneitra.")
    assert [r.mention.surface for r in event.roles.at] == ["Saida"]


def test_a_figure_behind_the_denial_is_not_that_of_the_denied():
    assert all(not e.counts for e in events_of("Not a single one of 40 families returned to Homs.") if e.negated)


def test_an_event_tells_its_rule_and_its_sentence():
    text = "Calm holds.\n\nOver the past day 68 people returned to Homs province."
    event = events_of(text)[-1]
    assert event.rule == "en: return"
    assert event.sentence == text[event.start : event.end] == "Over the past day 68 people returned to Homs province."
    assert event.counts[0].surface in event.sentence


def test_a_language_without_rules_gives_no_events():
    reading = read("40 personnes sont rentrées à Homs.", "fr")
    assert reading.events == ()
    assert [r.mention.surface for r in reading.resolutions] == ["Homs"]


def test_the_same_bulletin_gives_the_same_ids():
    text = "68 people returned to Homs. Shelling hit Hama."
    one, two = (process(bulletin(text), curated()) for _ in range(2))
    assert [e.id for e in one.events] == [e.id for e in two.events] == ["case/0-1", "case/28-1"]


def in_sentence(event: Event, roles: Roles) -> list[bool]:
    spans = [(r.mention.start, r.mention.end) for _, found in roles.items() for r in found]
    return [event.start <= start < end <= event.end for start, end in spans]


def check(event: Event, reading: Reading) -> None:
    """What holds for every event of every text."""
    assert event.type in EVENT_TYPES
    assert event.sentence == reading.bulletin.text[event.start : event.end] != ""
    assert all(in_sentence(event, event.roles))
    if any(in_sentence(event, event.inferred)):  # the area of a place that is left open
        assert not any(r.place for _, found in event.roles.items() for r in found)
    elif event.inferred:
        assert not event.roles
    assert event.repeats is None or event.repeats in {e.id for e in reading.events} - {event.id}
    assert all(r in reading.resolutions for _, found in event.roles.items() for r in found)
    assert all(r.mention.context == "location" for _, found in event.roles.items() for r in found)
    assert event.interval is None or event.interval.start < event.interval.end
    for count in event.counts:
        assert math.isfinite(count.value)
        assert count.value >= 0
        assert count.unit
        assert count.subset_of is None or count.value <= count.subset_of, (count.value, count.subset_of)
        assert count.scope in ("period", "cumulative")


@pytest.mark.parametrize(
    "text",
    [
        "The Russian side recorded 2 cases of firing in Damascus (4) and Daraa (3).",
        "Over the past day 3 violations were recorded: 5 in Homs and 4 in Hama.",
        "50 people returned to Homs. Most of them, 80 people, are children.",
        "Three people, 5 of whom are children, returned to Homs.",
        "In Homs 2 houses, including 40 hectares, were cleared.",
    ],
)
def test_figures_that_do_not_add_up_are_no_parts(text):
    reading = read(text)
    for event in reading.events:
        check(event, reading)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=200)
@given(TEXTS, LANGUAGES, st.sampled_from([date(2018, 6, 24), None, date(2019, 1, 1), date(2020, 2, 29)]))
def test_whatever_a_text_says_its_events_hold_together(text, lang, day):
    reading = process(bulletin(text, lang, day), curated())
    for event in reading.events:
        check(event, reading)
    ids = [e.id for e in reading.events]
    assert len(set(ids)) == len(ids)
    starts = [e.start for e in reading.events]
    assert starts == sorted(starts)


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=300), LANGUAGES)
def test_no_text_is_too_odd(text, lang):
    reading = process(bulletin(text, lang), curated())
    for event in reading.events:
        check(event, reading)


@pytest.mark.parametrize("name", ["001", "002", "004", "009", "015", "031", "042"])
def test_sentences_of_examples_in_any_order_hold_together(name, examples):
    path = examples / f"{name}.txt"
    sentences = [s for s in path.read_text(encoding="utf-8").split("---\n", 2)[2].split(". ") if s.strip()]
    for one, two in itertools.islice(itertools.permutations(sentences[:6], 2), 12):
        reading = process(bulletin(f"{one}. {two}."), curated())
        for event in reading.events:
            check(event, reading)


def test_events_need_no_places():
    (event,) = extract_events(bulletin("Military medics treated 20 people."), ())
    assert (event.type, bool(event.roles), [c.value for c in event.counts]) == ("medical_assistance", False, [20])


@given(st.text("اأبتةسشو\u064b\u064e\u0651\u0640 ", max_size=40))
def test_without_its_marks_a_text_has_every_word_where_it_stood(text):
    plain = plain_script(text)
    assert len(plain) == len(text)
    assert plain_script(plain) == plain
    bare = [re.sub("[\u0640\u064b-\u0652]", "", word).translate(BARE_ALEF) for word in text.split()]
    assert plain.translate(BARE_ALEF).split() == [word for word in bare if word]
    starts = [m.start() for m in re.finditer(r"(?<!\S)[^\s\u0640\u064b-\u0652]", text)]
    assert all(plain[start].translate(BARE_ALEF) == text[start].translate(BARE_ALEF) for start in starts)


@pytest.mark.parametrize(
    ("text", "day", "types"),
    [
        ("Clashes erupted in Talbiseh.", date(2018, 6, 24), ["ceasefire_violation"]),
        ("Clashes erupted in Talbiseh.", date(2025, 6, 24), ["statement"]),
        ("Clashes erupted in Talbiseh in breach of the truce.", date(2025, 6, 24), ["ceasefire_violation"]),
        ("Clashes erupted in Talbiseh.", None, ["ceasefire_violation"]),
    ],
)
def test_a_clash_breaks_a_truce_that_is_named_or_known_to_hold(text, day, types):
    reading = process(replace(bulletin(text), date=day), curated())
    assert [e.type for e in reading.events] == types
