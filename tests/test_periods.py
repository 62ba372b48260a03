"""Periods: stretches of time as texts tell them, as half-open intervals of days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from case_tables import cases
from hypothesis import example, given
from hypothesis import strategies as st

from geomap.extraction.periods import Period, find_period
from geomap.extraction.plain_script import plain_script
from geomap.extraction.rules import rule_pack

LANGUAGES = ("en", "ar", "ru")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
PIECES = [
    "over the past day", "since", "from", "to", "until", "by", "as of", "on", "in", "and", "between", "–", "/", ",",
    *MONTHS, "June", "0", "1", "17", "23", "29", "30", "31", "32", "99", "0000", "2018", "2019", "9999", "1620",
    "Monday", "past week", "past month", "since yesterday", "with", "с", "по", "июня", "за последние сутки", "منذ",
    "حزيران", "8 a.m.",
]  # fmt: skip


def told(text: str, day: date | None, lang: str = "en") -> Period | None:
    pack = rule_pack(lang)
    assert pack is not None
    return find_period(plain_script(text), day, pack.period)


@pytest.mark.parametrize(("lang", "day", "text", "period", "start", "end", "as_of", "precision"), cases("periods"))
def test_a_period_is_told_as_a_half_open_interval(lang, day, text, period, start, end, as_of, precision):
    found = told(text, None if day == "-" else date.fromisoformat(day), lang)
    if period == "-":
        assert found is None
        return
    assert found is not None
    name, interval, reached = found
    days = ("-", "-") if interval is None else (interval.start.isoformat(), interval.end.isoformat())
    assert (name, *days, reached) == (period, start, end, as_of == "yes")
    assert interval is None or interval.precision == (precision or "day")


@pytest.mark.parametrize("lang", LANGUAGES)
@given(
    st.lists(st.sampled_from(PIECES), max_size=10).map(" ".join) | st.text(max_size=60),
    st.none() | st.dates() | st.sampled_from([date.min, date.max, date(2020, 2, 29), date(2019, 1, 1)]),
)
@example("in December 9999", date(2018, 6, 24))
@example("on 31 December", date.max)
@example("over the past day", date.max)
@example("over the past month", date(1, 1, 3))
@example("on 3 March 0000", date(2018, 1, 1))
def test_any_text_gives_a_stretch_of_whole_days_or_none(lang, text, day):
    found = told(text, day, lang)
    if found is not None:
        name, interval, _ = found
        assert name
        assert interval is None or interval.start < interval.end


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.integers(0, 330))
def test_a_day_without_its_year_is_the_last_such_day(day, back):
    then = day - timedelta(days=back)
    if then.month == 2 and then.day == 29:
        return
    found = told(f"on {then.day} {MONTHS[then.month - 1]}", day)
    assert found is not None
    assert found[0] == then.isoformat()


@given(st.dates(date(1990, 1, 1), date(2099, 12, 1)), st.dates(date(1990, 1, 1), date(2099, 12, 1)))
def test_full_dates_are_read_whatever_the_bulletin_says(one, other):
    start, end = sorted((one, other))
    text = f"from {start.day} {MONTHS[start.month - 1]} {start.year} to {end.day} {MONTHS[end.month - 1]} {end.year}"
    found = told(text, None)
    assert found is not None
    assert found[1] is not None
    assert (found[1].start, found[1].end) == (start, end + timedelta(days=1))
