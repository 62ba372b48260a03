"""Claimants: who says what a sentence tells, when the text names somebody."""

from __future__ import annotations

import pytest
from case_tables import cases, items, read

from geomap.extraction import explain_events


@pytest.mark.parametrize(("lang", "text", "claimants", "why"), cases("claims"))
def test_the_claimant_is_who_the_text_says(lang, text, claimants, why):
    found = [e.claimant or "-" for e in read(text, lang).events if e.type != "statement"]
    assert found == (items(claimants, "|") or ["-"]), why


def test_a_claim_in_brackets_is_only_that_of_its_figure():
    text = "Thirty-six shellings were recorded in Homs (34, according to the Syrian side), the centre said."
    found = {e.headline.value: e.claimant for e in read(text).events if e.headline}
    assert found == {36: "centre", 34: "Syrian side"}


def test_the_explanation_names_the_claimant_and_its_words():
    reading = read("According to the Turkish side, 68 people returned to Homs.")
    ((event,),) = (s.events for s in explain_events(reading.bulletin, reading.resolutions).sentences)
    (reason,) = (r for r in event.reasons if r.about == "claimant")
    assert (reason.told, reason.words.text) == ("Turkish side", "Turkish side")
