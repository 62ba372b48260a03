"""Sentences: where they end, and that nothing of a text is lost between them."""

from __future__ import annotations

import time

import pytest
from case_tables import cases
from hypothesis import example, given
from hypothesis import strategies as st

from geomap.segmentation import split_sentences

PIECES = [
    "Homs", "Maj. Gen.", "4.8 tons", "a.m.", "U.S.", ". ", ".", "!", "?", "؟", "…", "\n", "\n\n", "\n- ", "\n1. ",
    " ", "\t", '"', "”", "»", "(", ")", "г.", "тыс. ", "حمص", "😀", "\u200f", "\u00a0", "\r\n", "— ", "Он ",
]  # fmt: skip


@pytest.mark.parametrize(("sentences", "between", "why"), cases("sentences"))
def test_a_text_is_cut_where_its_sentences_end(sentences, between, why):
    expected = sentences.split(" / ")
    assert [s.text for s in split_sentences((between or " ").join(expected))] == expected, why


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@example("")
@example("\n\n\n")
@example(". . .")
def test_sentences_are_the_text_in_order_and_leave_out_only_white_space(text):
    sentences = split_sentences(text)
    at = 0
    for sentence in sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip() != ""
        assert sentence.start >= at
        assert not text[at : sentence.start].strip()
        at = sentence.end
    assert not text[at:].strip()
    numbers = [s.paragraph for s in sentences]
    assert numbers == sorted(numbers)


def test_a_blank_line_starts_a_new_paragraph():
    assert [s.paragraph for s in split_sentences("One. Two.\n\nThree.")] == [0, 0, 1]


@pytest.mark.parametrize("unit", ["a", ". ", ".", "\n", "\n- ", "Homs. ", '"', "😀", "1. ", "Gen. ", ") ", "حمص. "])
def test_a_hundred_thousand_characters_are_cut_in_no_time(unit):
    text = (unit * 100_000)[:100_000]
    start = time.process_time()
    split_sentences(text)
    assert time.process_time() - start < 2
