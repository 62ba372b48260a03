"""Rules of one's own: what a file may add, how far it reaches, and what it is told when it cannot be used."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from datetime import date

import pytest
from case_tables import bulletin, curated, read
from packed_page import page_of

from geomap import EventQuery, load_rules, open_store, process, render_map, to_geodataframe
from geomap.errors import RuleError
from geomap.extraction.own_rules import GIVEN, Rules, parse_rules
from geomap.extraction.rules import rule_pack

LOOTING = """
lang = "en"
types = ["looting"]

[[rule]]
name = "looting"
type = "looting"
label = "plunder"
unit = "people"
triggers = ["loot(?:ed|ing)", "carried off"]
excludes = ["looted years ago"]
roles = { from = ["from"], default = "at" }

[[rule]]
name = "return"
triggers = ["rejoined their hearths"]

[[unit]]
name = "tents"
words = ["tents?"]
"""
TEXT = "Gunmen looted 12 tents in Douma. Yesterday 40 people rejoined their hearths in Homs."


def read_by(text: str, *sources: str, lang: str = "en"):
    rules = GIVEN
    for number, source in enumerate(sources):
        rules = parse_rules(source, path=f"{number}.toml", onto=rules)
    return process(bulletin(text, lang), curated(), rules=rules)


def told(reading):
    return [(e.type, e.rule, [(c.value, c.unit) for c in e.counts]) for e in reading.events]


def test_a_type_a_trigger_and_a_unit_of_ones_own():
    assert told(read_by(TEXT, LOOTING)) == [
        ("looting", "en: looting", [(12, "tents")]),
        ("return", "en: return", [(40, "people")]),
    ]


def test_without_the_file_nothing_of_it_is_known():
    unweighed = Rules(packs={"en": replace(rule_pack("en"), evidence=None)})  # weights may know what no rule knows
    assert [e.type for e in process(bulletin(TEXT, "en"), curated(), rules=unweighed).events] == ["statement"] * 2


def test_what_is_not_added_to_stays_as_it_was(examples):
    rules = parse_rules(LOOTING, path="own.toml")
    assert rules.pack("ru") is rule_pack("ru")
    own, given = rules.pack("en-GB"), rule_pack("en")
    assert (own.figures, own.period, own.scope, own.modality) == (
        given.figures,
        given.period,
        given.scope,
        given.modality,
    )
    text = (examples / "001.txt").read_text(encoding="utf-8").split("---\n", 2)[2]
    assert read_by(text, LOOTING).events == read(text).events


def test_ones_own_rule_comes_before_those_that_are_there_unless_it_yields():
    text = "Shelling and looting hit Homs."
    yielding = LOOTING.replace('unit = "people"', 'yields_to = ["violation"]')
    assert [e.type for e in read_by(text, LOOTING).events] == ["looting"]
    assert [e.type for e in read_by(text, yielding).events] == ["ceasefire_violation"]


def test_what_a_rule_excludes_is_no_event_of_it():
    assert [e.type for e in read_by("Shops were looted years ago in Homs.", LOOTING).events] == ["statement"]


def test_triggers_that_are_there_still_fire_beside_those_added():
    assert [e.rule for e in read_by("40 people returned to Homs.", LOOTING).events] == ["en: return"]


def test_exclusions_can_be_added_to_a_rule_that_is_there():
    source = 'lang = "en"\n[[rule]]\nname = "violation"\nexcludes = ["heart attacks"]\n'
    assert [e.type for e in read("He suffered heart attacks in Homs.").events] == ["ceasefire_violation"]
    assert [e.type for e in read_by("He suffered heart attacks in Homs.", source).events] == ["statement"]


def test_files_add_up():
    more = 'lang = "en"\n[[rule]]\nname = "looting"\ntriggers = ["ransacked"]\n'
    russian = RULE.replace("en", "ru") + "triggers = ['разграбил\\w*']"
    assert [e.type for e in read_by("Gunmen ransacked Douma.", LOOTING, more).events] == ["looting"]
    assert [e.type for e in read_by("Боевики разграбили Хомс.", LOOTING, russian, lang="ru").events] == ["looting"]
    assert [e.type for e in read_by("Gunmen looted Douma.", LOOTING, more, russian).events] == ["looting"]


def test_capturing_groups_do_no_harm():
    source = RULE + "triggers = ['(loot|plunder)(ed|ing)', 'ransack(ed)?']"
    assert [e.type for e in read_by("Gunmen plundered Douma. Gunmen ransacked Homs.", source).events] == ["looting"] * 2


def test_arabic_triggers_match_with_vowel_marks():
    source = RULE.replace("en", "ar") + 'triggers = ["نهب(?:ت|وا)?"]'
    assert [e.type for e in read_by("نُهب 12 منزلا في دوما.", source, lang="ar").events] == ["looting"]


def test_a_type_of_ones_own_goes_the_whole_way(tmp_path):
    reading = read_by(TEXT, LOOTING)
    with open_store(tmp_path / "s.gpkg", create=True) as store:
        store.put([reading])
        assert store.types() == {"looting", "return"}
        assert list(store.query(EventQuery.of(types="looting"))) == [reading.events[0]]
    with open_store(tmp_path / "s.gpkg") as store:  # a run that knows nothing of the file
        assert [e.type for e in store.query(EventQuery())] == ["return", "looting"]
        assert sorted(to_geodataframe(store.query(EventQuery()))["type"]) == ["looting", "return"]
    page = page_of(render_map(reading.events).get_root().render())
    assert sorted(event["type"] for event in page["events"]) == ["looting", "return"]


def test_the_command_line_reads_files_of_rules(run, tmp_path):
    folder, own = tmp_path / "in", tmp_path / "own.toml"
    folder.mkdir()
    (folder / "a.txt").write_text(f"---\nid: a\ndate: 2018-06-24\n---\n\n{TEXT}\n", encoding="utf-8")
    own.write_text(LOOTING, encoding="utf-8")
    store = tmp_path / "s.gpkg"
    (document,) = json.loads(run("extract", "--rules", own, "--format", "json", folder).out)
    assert [e["type"] for e in document["events"]] == ["looting", "return"]
    assert "rule: en: looting; fired on" in run("extract", "--rules", own, "--explain", folder).out
    assert run("ingest", "--rules", own, "--store", store, folder).code == 0
    assert "looting" in run("query", "--store", store, "--type", "Looting").out
    assert run("check", "--rules", own, "--type", "looting", folder).code == 0
    assert run("check", "--rules", own, "--type", "lootin", folder).code == 2
    assert run("check", "--store", store, "--type", "looting").code == 0
    slip = run("query", "--store", store, "--type", "lootin")
    assert (slip.code, "did you mean looting" in slip.err) == (2, True)
    drawn = run("map", "--rules", own, "-o", tmp_path / "m.html", folder)
    assert drawn.code == 0
    page = page_of((tmp_path / "m.html").read_text(encoding="utf-8"))
    assert sorted(event["type"] for event in page["events"]) == ["looting", "return"]


def test_the_environment_names_files_of_rules(run, tmp_path, monkeypatch):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "own.toml").write_text(LOOTING, encoding="utf-8")
    monkeypatch.setenv("GEOMAP_RULES", str(tmp_path / "own.toml"))
    (document,) = json.loads(run("extract", "--format", "json", tmp_path / "a.txt").out)
    assert document["events"][0]["type"] == "looting"


RULE = 'lang = "en"\ntypes = ["looting"]\n[[rule]]\nname = "looting"\ntype = "looting"\n'
TOLD = RULE + 'triggers = ["x"]'
UNDECLARED = TOLD.replace('types = ["looting"]\n', "")


def of_type(name: str) -> str:
    return TOLD.replace('\ntype = "looting"', f'\ntype = "{name}"')


@pytest.mark.parametrize(
    ("source", "field", "says"),
    [
        ("lang = ", None, "is no TOML"),
        ("[[rule]]\nname = 'x'", "lang", 'lang = "en"'),
        ('lang = "fr"\n', "lang", "no rules for 'fr'.*one of en, ar, ru"),
        ('lang = "en"\n', None, "would change nothing"),
        ('lang = "en"\n[scope]\nstock = []\n', None, "'scope' is no field here.*lang, types, rule, unit"),
        ('lang = "en"\n[rule]\nname = "x"\n', "rule", r"two brackets, \[\[rule\]\]"),
        ('lang = "en"\ntypes = ["Looting"]\n', "types", "'Looting' is no name of a type: small letters"),
        ('lang = "en"\ntypes = "looting"\n', "types", "a list of texts"),
        (of_type("return"), "types", "it never could occur"),
        (UNDECLARED, "looting", "no type of event.*declared at the top"),
        (of_type("retrun"), "looting", "did you mean return"),
        (of_type("statement"), "looting", "choose another type"),
        ('lang = "en"\n[[rule]]\nname = "retrun"\ntriggers = ["x"]', "retrun", "did you mean return.*says its type"),
        ('lang = "en"\n[[rule]]\nname = "return"\nunit = "people"\n', "return", "there already.*not unit"),
        ('lang = "en"\n[[rule]]\ntriggers = ["x"]\n', "[[rule]] 1", "lacks a name"),
        (RULE, "looting", "never could match: it has no triggers"),
        (RULE + "triggers = []", "looting", "never could match"),
        (RULE + 'trigers = ["x"]', "looting", "did you mean triggers"),
        (RULE + 'triggers = "x"', "looting", "triggers must be a list of texts"),
        (TOLD + '\nweak = "yes"', "looting", "weak must be true or false"),
        (RULE + 'triggers = ["loot("]', "looting", r"'loot\(' is no regular expression"),
        (RULE + 'triggers = ["a{99999999999}"]', "looting", "is no regular expression"),
        (RULE + 'triggers = ["(?:loot)?"]', "looting", "fits where nothing stands"),
        (RULE + "triggers = ['(loot)ed \\1']", "looting", "refers to one"),
        (RULE + "triggers = ['(?P<what>loot)']", "looting", "names a group"),
        (RULE + 'triggers = [""]', "looting", "fits where nothing stands"),
        (RULE + 'triggers = ["loot "]', "looting", "never could match: it begins or ends with a space"),
        (RULE + 'triggers = ["took all! They left"]', "looting", "never could match: a sentence ends within"),
        (RULE + 'triggers = ["took all; left"]', "looting", "never could match: a sentence is cut into clauses"),
        (RULE + 'triggers = ["carried off"]\nexcludes = ["carried"]', "looting", 'could match: "carried" is among'),
        (RULE + 'triggers = ["call for looting"]', "looting", 'never could match: "call for" tells what only could be'),
        (TOLD + '\nyields_to = ["violations"]', "looting", "did you mean violation"),
        (TOLD + '\nroles = { into = ["into"] }', "looting", "'into' is no role; one of"),
        (TOLD + '\nroles = { to = "into" }', "looting", "roles must be a table of lists"),
        (TOLD + '\n[[rule]]\nname = "looting"\ntriggers = ["y"]', "looting", "stands here twice"),
        ('lang = "en"\n[[unit]]\nname = "tents"\n', "tents", "lacks words"),
        ('lang = "en"\n[[unit]]\nname = "tents"\nwords = ["("]', "tents", "is no regular expression"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_what_would_be_right(source, field, says):
    with pytest.raises(RuleError) as caught:
        parse_rules(source, path="own.toml")
    assert caught.value.path == "own.toml"
    assert re.search(says, caught.value.message)
    assert (field or "") in (caught.value.field or "")


def test_a_file_that_is_no_toml_names_its_line():
    with pytest.raises(RuleError) as caught:
        parse_rules('lang = "en"\n[[rule]\n', path="own.toml")
    assert caught.value.line == 2


@pytest.mark.parametrize(("make", "says"), [
    (lambda path: None, "cannot be read"),
    (lambda path: path.mkdir(), "is a folder"),
    (lambda path: path.write_bytes(b'lang = "\xff"'), "is not UTF-8"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_named(run, tmp_path, make, says):
    path = tmp_path / "own.toml"
    make(path)
    with pytest.raises(RuleError, match=says):
        load_rules(path)
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    ran = run("extract", "--rules", path, tmp_path / "a.txt")
    assert ran.code == 2
    assert str(path) in ran.err
    assert "Traceback" not in ran.err


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("\ufeff" + LOOTING, encoding="utf-8")
    assert load_rules(path).types == ("looting",)


@pytest.mark.parametrize(
    "trigger", ["back to the village again", "fighting and shooting", "made off with", "under siege"]
)
def test_a_trigger_of_plain_words_that_is_taken_does_fire(trigger):
    reading = read_by(f"On Monday {trigger} was told of Homs.", RULE + f'triggers = ["{trigger}"]')
    assert [e.type for e in reading.events] == ["looting"]


def test_the_day_of_an_event_of_ones_own_type_is_told_as_of_others():
    (event,) = read_by("On 20 June 2018 gunmen looted 3 shops in Homs.", LOOTING).events
    assert event.interval.start == date(2018, 6, 20)
    assert event.label == "plunder"


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:\\w+ ?)+fled",
        "(?:a+)+b",
        "(?:a|a)*b",
        r"(?:\\w+[, ]*)*end",
        "(?:(?:x+x+)+y)",
        r"(?:.*,){12}P",
        r"tents \\s*\\s*\\s*\\s*x",
    ],
)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern):
    started = time.process_time()
    with pytest.raises(RuleError, match="takes too long on texts such as"):
        parse_rules(f'lang = "en"\n[[rule]]\nname = "own"\ntype = "other"\ntriggers = ["{pattern}"]\n', path="own.toml")
    assert time.process_time() - started < 20


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?:\\w+ ){0,12}people",
        r"(?:\\S+ ){0,5}?fled",
        "used the [^.;]{0,60}?corridors?",
        ".*x.*y",
        r"\\d+.*people",
        "tents?",
    ],
)
def test_a_usual_pattern_is_not_refused_for_its_repeats(pattern):
    assert parse_rules(
        f'lang = "en"\n[[rule]]\nname = "own"\ntype = "other"\ntriggers = ["{pattern}"]\n', path="own.toml"
    )
