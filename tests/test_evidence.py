"""Words that are weighed where no rule reads a clause: what they tell, how it is said, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from case_tables import bulletin, curated, read

from geomap.extraction import Rules, explain_events
from geomap.extraction.clauses import Clause
from geomap.extraction.evidence import NOTHING, Evidence, Told, given_evidence, signs_of
from geomap.extraction.own_rules import parse_rules
from geomap.extraction.rules import rule_pack
from geomap.model import EVENT_TYPES
from geomap.pipeline import process

UNREAD = "Glum and by bus, 26 fighters from Eastern Ghouta to Damascus."
"""No rule can know a verb that is not there."""


def told(text: str, rules: Rules) -> list[tuple[str, str | None]]:
    return [(e.type, e.rule) for e in process(bulletin(text), curated(), rules=rules).events if e.type != "statement"]


def by(lines: str, lang: str = "en") -> Rules:
    """The rules that come with geomap with weights of our own."""
    return Rules(packs={lang: replace(rule_pack(lang), evidence=Evidence(lines))})


def test_words_tell_what_no_rule_reads():
    (event,) = read(UNREAD).events
    assert event.type == "evacuation"
    assert event.rule.startswith("en: evacuation by its words (0.")
    assert [(c.value, c.unit) for c in event.counts] == [(26, "fighters")]
    places = {role: [r.mention.surface for r in found] for role, found in event.roles.items() if found}
    assert places == {"from": ["Eastern Ghouta"], "to": ["Damascus"]}


def test_without_evidence_only_rules_read():
    assert told(UNREAD, Rules(packs={"en": replace(rule_pack("en"), evidence=None)})) == []


@pytest.mark.parametrize(
    ("weight", "events"),
    [(0, []), (-5, []), (4, [("demining", "en: demining by its words (0.60)")])],
)
def test_half_of_the_share_is_needed(weight, events):
    lines = f"# a comment\nalways\t{NOTHING} 0 demining 0\nstart:glor\tdemining {weight}\n"
    found = told("They glorified 40 sheds in Homs.", by(lines))
    assert found == events


def test_strong_words_overrule_a_rule_and_weaker_ones_do_not():
    text = "68 people fled to Homs by glider."
    lines = "always\tdisplacement 0 evacuation 0\nword:glider\tevacuation {}\n"
    assert told(text, by(lines.format(13))) == [("displacement", "en: flight")]
    assert told(text, by(lines.format(30))) == [("evacuation", "en: evacuation by its words (0.95)")]


def test_words_that_say_nothing_but_return_are_not_overruled():
    lines = "always\treturn 0 evacuation 0\nword:glider\tevacuation 30\n"
    assert told("68 people returned to Homs by glider.", by(lines)) == [("return", "en: return")]


def test_strong_words_deny_what_a_rule_reads_and_weaker_ones_do_not():
    text = "68 people returned to Homs by glider."
    lines = f"always\treturn 0 {NOTHING} 0\nword:glider\t{NOTHING} {{}}\n"
    assert told(text, by(lines.format(13))) == [("return", "en: return")]
    rules = by(lines.format(30))
    assert told(text, rules) == []
    reading = process(bulletin(text), curated(), rules=rules)
    (sentence,) = explain_events(reading.bulletin, reading.resolutions, rules=rules).sentences
    whys = [r.why for r in sentence.reasons if r.told == "en: return passed over"]
    assert whys == ['"glider" speak for no event (0.95)']


def test_a_rule_of_ones_own_is_never_denied():
    own = 'lang = "en"\n[[rule]]\nname = "gliding"\ntype = "return"\ntriggers = ["by glider"]\n'
    rules = parse_rules(own, path="own.toml")
    pack = replace(rules.pack("en"), evidence=Evidence(f"always\treturn 0 {NOTHING} 0\nword:glider\t{NOTHING} 90\n"))
    assert told("68 people went to Homs by glider.", replace(rules, packs={"en": pack})) == [("return", "en: gliding")]


def test_a_rule_of_ones_own_is_never_overruled():
    own = 'lang = "en"\n[[rule]]\nname = "gliding"\ntype = "return"\ntriggers = ["by glider"]\n'
    rules = parse_rules(own, path="own.toml")
    pack = replace(rules.pack("en"), evidence=Evidence("always\treturn 0 evacuation 0\nword:glider\tevacuation 90\n"))
    assert told("68 people went to Homs by glider.", replace(rules, packs={"en": pack})) == [("return", "en: gliding")]


def test_why_names_the_words_and_the_rule_that_they_overrule():
    reading = read(UNREAD)
    (event,) = [t for s in explain_events(reading.bulletin, reading.resolutions).sentences for t in s.events]
    assert event.reasons[0].why.startswith('no rule fired, but "')
    assert "speak for evacuation (0." in event.reasons[0].why
    text = "68 people fled to Homs by glider."
    rules = by("always\tdisplacement 0 evacuation 0\nword:glider\tevacuation 30\n")
    reading = process(bulletin(text), curated(), rules=rules)
    explained = explain_events(reading.bulletin, reading.resolutions, rules=rules)
    (event,) = [t for s in explained.sentences for t in s.events]
    assert event.reasons[0].why == ('"glider" speak for evacuation (0.95) against the rule en: flight, which fired on')
    assert event.reasons[0].words.text == "fled"


def test_names_are_no_words_and_each_sign_counts_once():
    text = "trucks, trucks and trucks to Homs"
    mentions = [r.mention for r in read("trucks, trucks and trucks to Homs.").resolutions]
    signs = signs_of(text, Clause(0, len(text), (0,), ()), mentions, "en", Told({}, frozenset(), frozenset()))
    names = [name for name, _, _ in signs]
    assert len(names) == len(set(names))
    assert "word:truck" in names
    assert "to place:to" in names
    assert not any("homs" in name for name in names)


def test_the_weights_that_come_with_geomap_are_of_types_that_exist():
    types = set(given_evidence().weigh("", *_nothing()).shares)
    assert types == {NOTHING, *EVENT_TYPES} - {"statement"}


def _nothing():
    return Clause(0, 0, (), ()), (), "en", Told({}, frozenset(), frozenset())
