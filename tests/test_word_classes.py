"""Word classes: a group of words named once in a rule pack, and used in its patterns."""

from __future__ import annotations

import re

import pytest

from geomap.errors import RuleError
from geomap.extraction.word_classes import with_classes


def test_a_class_stands_for_its_words_wherever_it_is_used():
    table = {"classes": {"come": ["came", "arrived?"]}, "rule": [{"triggers": ["{come} home"], "unit": "people"}]}
    (rule,) = with_classes(table, "own.toml")["rule"]
    assert rule["unit"] == "people"
    assert [bool(re.fullmatch(rule["triggers"][0], text)) for text in ("came home", "arrive home", "went home")] == [
        True, True, False,
    ]  # fmt: skip


def test_classes_may_use_others_and_be_one_pattern():
    table = {"classes": {"gap": r"(?:\w+ ){0,2}?", "move": ["left {gap}for"]}, "cut": ["{move} Homs"]}
    assert re.fullmatch(with_classes(table, "own.toml")["cut"][0], "left at once for Homs")


def test_a_pack_without_classes_keeps_its_braces():
    table = {"claims": ["{WHO} said", "(?:\\w+ ){0,3}"]}
    assert with_classes(table, "own.toml") == table


@pytest.mark.parametrize(
    ("classes", "says"),
    [
        ({"move": ["went"]}, "own.toml, classes: there is no class 'come'; one of move"),
        ({"come": ["{come} back"]}, "own.toml, classes: the class 'come' holds itself; leave it out of its words"),
        ({"come": ["{go}"], "go": ["{come}"]}, "holds itself"),
    ],
)
def test_a_class_that_is_not_there_or_holds_itself_is_refused(classes, says):
    with pytest.raises(RuleError) as caught:
        with_classes({"classes": classes, "cut": ["{come}"]}, "own.toml")
    assert says in str(caught.value)
