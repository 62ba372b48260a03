"""Figures: what is counted, in what unit, and which numbers of a text are no figures."""

from __future__ import annotations

import math
import time

import pytest
from case_tables import cases, items
from hypothesis import given
from hypothesis import strategies as st

from geomap.extraction.figures import Figure, find_figures
from geomap.extraction.plain_script import plain_script
from geomap.extraction.rules import rule_pack

LANGUAGES = ("en", "ar", "ru")
PIECES = [
    "68", "70,071", "70, 178", "1 366", "1.866", "62 – 66,000", "twenty", "-", "five", "hundred", "thousand", "and",
    "4.8", "1,8", "٣٥", "½", "²", "(", ")", ",", ".", "–", "%", "$", "more than", "including", "of them", "people",
    "families", "children", "tons", "twice", "times", "each", "Resolution", "2401", "June", "2018", "km", "طنان",
    "ألف", "و257", "طفل", "بينهم", "тыс.", "человек", "детей", "дважды", "😀", "\u200f", "\n", "a", "an", "one",
    "1" * 400, "0", "-5", "1/2", "3 x 5", "12:30",
]  # fmt: skip


def written(figure: Figure) -> str:
    """A figure as the table writes it."""
    value = f"{figure.value:g}".replace("e+", "e") if figure.value > 1e6 and figure.value % 1 else _plain(figure.value)
    value = value if figure.high is None else f"{value}..{_plain(figure.high)}"
    flags = {"at_least": figure.at_least, "part": figure.part, "same": figure.same, "times": figure.repetitions}
    return " ".join([value, figure.unit or "?", *(name for name, is_set in flags.items() if is_set)])


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def found(text: str, lang: str) -> list[Figure]:
    pack = rule_pack(lang)
    assert pack is not None
    return find_figures(plain_script(text), pack)


@pytest.mark.parametrize(("lang", "text", "figures", "why"), cases("figures"))
def test_figures_are_read_as_people_mean_them(lang, text, figures, why):
    assert [written(f) for f in found(text, lang)] == items(figures), why


@pytest.mark.parametrize("lang", LANGUAGES)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join) | st.text(max_size=120))
def test_figures_of_any_text_are_finite_and_stand_in_it(lang, text):
    figures = found(text, lang)
    assert [f.start for f in figures] == sorted(f.start for f in figures)
    for figure in figures:
        assert 0 <= figure.start < figure.end <= len(text)
        assert not math.isnan(figure.value)
        assert figure.value >= 0
        assert figure.high is None or figure.high >= figure.value or figure.high == figure.high  # no NaN


@given(st.integers(0, 10**9))
def test_a_number_is_read_in_every_way_of_grouping(number):
    grouped = f"{number:,}"
    for text in (grouped, grouped.replace(",", " "), grouped.replace(",", "\u00a0"), str(number)):
        assert [f.value for f in found(f"{text} people returned", "en")] == [number], text


@pytest.mark.parametrize("unit", ["1 ", "1,", "123,", "twenty ", "thousand ", "(", "1 people ", "1-", "a "])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_twenty_thousand_characters_take_little_time(unit, lang):
    text = (unit * 20_000)[:20_000]
    start = time.perf_counter()
    found(text, lang)
    assert time.perf_counter() - start < 4
