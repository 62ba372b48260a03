"""Series of figures over bulletins: what is held against what, and what is found when it does not fit."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from browser import PHONE
from hypothesis import given
from hypothesis import strategies as st
from made_events import make_bulletin, make_event, make_place, make_resolution

from geomap import Gazetteer, process
from geomap.model import Bulletin, Count, Interval, Roles
from geomap.query import EventQuery
from geomap.series import check_series, mark_retold, report_html, report_json, report_table
from geomap.series.axis import Days, Scale
from geomap.series.families import family_of, source_family
from geomap.series.figures import told_figures
from geomap.series.meetings import check_meetings, may_meet

GHOUTA = make_place("syr:eastern-ghouta", name="Eastern Ghouta")
HOMS = make_place("syr:homs-governorate", name="Homs Governorate")
DAY = timedelta(days=1)
FIRST = date(2018, 6, 23)


def bulletin(day, source="Centre", id_=None):
    return make_bulletin(id_ or f"{source}-{day}", day, source=source)


def told(day, value, scope="cumulative", *, source="Centre", place=GHOUTA, id_=None, number=0, **more):
    """An event with one figure; a period figure is of the day up to the bulletin's unless `period` says otherwise."""
    parts = {"period": None, "interval": None}
    if scope == "period":
        parts = {"period": "past day", "interval": Interval(start=day - DAY, end=day + DAY)}
    count = {name: more.pop(name) for name in ("unit", "at_least", "subset_of", "surface") if name in more}
    counts = (Count(value=value, scope=scope, **({"unit": "people"} | count)),)
    roles = Roles(to=(make_resolution(place),))
    own = bulletin(day, source, id_)
    fields = parts | {"counts": counts, "roles": roles, "sentence": f"{value} said {own.id}"} | more
    return make_event(own, f"{scope}{number}{value}", **fields)


def june(*totals):
    """The returns to the Eastern Ghouta of 23 to 25 June 2018: running totals, and 110 and 116 people in a day."""
    days = [FIRST + n * DAY for n in range(len(totals))]
    daily = [told(day, value, "period") for day, value in zip(days[1:], (110, 116), strict=False)]
    return [*(told(day, value) for day, value in zip(days, totals, strict=True)), *daily]


def kinds(report):
    return [finding.kind for finding in report.findings]


def test_the_totals_of_june_2018():
    report = check_series(june(69961, 70071, 70178))
    (finding,) = report.findings
    assert (finding.kind, finding.by, finding.first, finding.last) == (
        "contradiction", -9, date(2018, 6, 24), date(2018, 6, 25),
    )  # fmt: skip
    assert finding.text == "70,071 + 116 = 70,187, and 70,178 is printed: 9 less"
    assert {e.bulletin.id for p in finding.points for e in p.told} == {"Centre-2018-06-24", "Centre-2018-06-25"}


def test_the_same_as_it_would_have_to_be():
    assert check_series(june(69961, 70071, 70187)).findings == ()


BULLETINS = (
    ("a", FIRST, "A total of 69,961 civilians are already back in the Eastern Ghouta, 114 of them since yesterday."),
    ("b", FIRST + DAY, "In the last 24 hours 110 people returned to the Eastern Ghouta. Since the start 70,071 people"
     " have returned to the Eastern Ghouta."),
    ("c", FIRST + 2 * DAY, "Over the past day 116 people returned to the Eastern Ghouta. So far, a total of 70,178"
     " people have returned to the Eastern Ghouta."),
)  # fmt: skip


def test_the_totals_of_june_2018_from_their_sentences():
    gazetteer = Gazetteer.load()
    read = [
        Bulletin(id=id_, text=text, date=day, source="Russian MoD via a newsletter") for id_, day, text in BULLETINS
    ]
    report = check_series([event for one in read for event in process(one, gazetteer).events], read)
    (series,) = report.series
    assert series.key.source == "Russian Ministry of Defence"
    assert [point.value for point in series.totals] == [69961, 70071, 70178]
    assert [point.value for point in series.periods] == [114, 110, 116]
    assert [(finding.kind, finding.by) for finding in report.findings] == [("contradiction", -9)]


@pytest.mark.corpus
def test_the_annotated_bulletins_show_the_slip_of_june_2018(run, corpus):
    ran = run("check", corpus, "--place", "syr:eastern-ghouta", "--from", "2018-06-23", "--format", "json", "--strict")
    (finding,) = json.loads(ran.out)["findings"]
    assert (finding["kind"], finding["by"], ran.code) == ("contradiction", -9, 1)


def test_a_total_that_stands_alone_is_one_finding():
    days = [FIRST + n * DAY for n in range(4)]
    totals = [told(day, value) for day, value in zip(days, (1001, 1012, 1132, 1034), strict=True)]
    daily = [told(day, 11, "period") for day in days[1:]]
    (finding,) = check_series([*totals, *daily]).findings
    assert (finding.last, finding.by) == (days[2], 109)
    assert "the next total goes on" in finding.text


def test_a_total_that_falls_is_a_jump():
    (finding,) = check_series([told(FIRST, 1234), told(FIRST + DAY, 1221)]).findings
    assert (finding.kind, finding.by) == ("jump", -13)


def test_a_total_that_rises_far_more_than_the_days_could_bring_is_a_jump():
    days = [FIRST + n * DAY for n in range(6)]
    daily = [told(day, 11, "period") for day in days if day != days[3]]
    calm = [*daily, told(days[2], 1001), told(days[4], 1045)]  # 33 in the one day that is not told: three times 11
    assert "jump" not in kinds(check_series(calm))
    assert "jump" in kinds(check_series([*daily, told(days[2], 1001), told(days[4], 1046)]))


def test_a_total_that_rises_by_less_than_one_day_brought_is_a_contradiction():
    events = [told(FIRST, 1001), told(FIRST + 2 * DAY, 1011), told(FIRST + 2 * DAY, 21, "period")]
    assert "contradiction" in kinds(check_series(events))


@pytest.mark.parametrize(
    "loose",
    [
        {"at_least": True, "value": 70071},
        {"value": 70000},
        {"value": 70170, "surface": "70,170 people", "sentence": "Some 70,170 people are back"},
    ],
)
def test_bounds_and_round_figures_are_no_contradictions(loose):
    value = loose.pop("value")
    events = [*june(69961, 70071), told(FIRST + 2 * DAY, value, **loose), told(FIRST + 2 * DAY, 101, "period")]
    assert check_series(events).findings == ()


@pytest.mark.parametrize(
    "apart",
    [
        {"type": "evacuation"},
        {"unit": "families"},
        {"place": HOMS},
        {"source": "Another source"},
        {"negated": True},
        {"planned": True},
        {"change": "increase"},
        {"period": "since 2018-05-16", "interval": Interval(start=date(2018, 5, 16), end=FIRST + 3 * DAY)},
        {"type": "other"},
        {"roles": Roles()},
        {"roles": Roles(at=(make_resolution(None, "Ain-Zrekia"),))},
        {"roles": Roles(), "inferred": Roles(to=(make_resolution(GHOUTA),))},
        {"roles": Roles(to=(make_resolution(GHOUTA), make_resolution(HOMS)))},
        {"subset_of": 90001.0},
    ],
    ids=str,
)
def test_figures_of_other_things_never_meet(apart):
    report = check_series([*june(69961, 70071), told(FIRST + 2 * DAY, 12345, **apart)])
    assert report.findings == ()
    assert check_series([*june(69961, 70071), told(FIRST + 2 * DAY, 12345)]).findings


def test_whoever_returned_at_a_place_returned_to_it():
    at = told(FIRST + 2 * DAY, 12345, roles=Roles(at=(make_resolution(GHOUTA),)))
    assert kinds(check_series([*june(69961, 70071), at])) == ["jump"]


def test_totals_that_count_from_different_days_are_different_series():
    start = date(2018, 6, 1)
    since = [
        told(day, value, period=f"since {start}", interval=Interval(start=start, end=day + DAY))
        for day, value in ((FIRST, 1891), (FIRST + DAY, 2001))
    ]
    events = [*june(69961, 70071), *since]
    report = check_series(events)
    assert [series.key.since for series in report.series] == [None, start]
    assert report.findings == ()


def test_what_is_displaced_may_fall():
    events = [told(FIRST + n * DAY, value, type="displacement") for n, value in enumerate((3211, 2987))]
    assert check_series(events).findings == ()


def test_several_figures_of_one_bulletin_are_held_against_nothing():
    events = [*june(69961, 70071), told(FIRST + DAY, 70099, number=7)]
    report = check_series(events)
    assert report.findings == ()
    assert sum(left.figures for left in report.left if "several" in left.why) == 2


def test_the_latest_day_beside_a_total_counts_and_another_part_does_not():
    total = Count(value=70071, unit="people", scope="cumulative")
    day = Count(value=99, unit="people", subset_of=70071)
    children = Count(value=12, unit="children", subset_of=70071)
    both = replace(
        told(FIRST + DAY, 70071), counts=(total, day, children), period="past day",
        interval=Interval(start=FIRST, end=FIRST + 2 * DAY),
    )  # fmt: skip
    (finding,) = check_series([told(FIRST, 69961), both]).findings
    assert finding.text == "69,961 + 99 = 70,060, and 70,071 is printed: 11 more"


def test_a_repeat_within_a_bulletin_adds_its_sentence_only():
    lead = told(FIRST + DAY, 111, "period", number=1, sentence="In short: 110", repeats="")
    body = june(69961, 70071)
    lead = replace(lead, repeats=next(e.id for e in body if e.counts[0].value == 110))
    report = check_series([lead, *body])
    assert report.findings == ()
    assert [e.sentence for p in report.series[0].periods for e in p.told] == [
        "110 said Centre-2018-06-24",
        "In short: 110",
    ]


def test_the_same_fact_in_two_bulletins_is_one_event_with_two_sources():
    (finding,) = check_series([told(FIRST, 114, "period"), told(FIRST, 114, "period", source="TASS")]).findings
    assert (finding.kind, finding.points[0].bulletins) == ("repeat", (f"Centre-{FIRST}", f"TASS-{FIRST}"))
    assert "by Centre and TASS" in finding.text


def test_sources_that_disagree_are_both_named():
    (finding,) = check_series([told(FIRST, 114, "period"), told(FIRST, 141, "period", source="TASS")]).findings
    assert (finding.kind, finding.by, len(finding.keys)) == ("contradiction", 27, 2)


def test_a_figure_that_is_told_a_day_late_disagrees_with_nobody():
    events = [told(FIRST, 1114), told(FIRST + DAY, 1141), told(FIRST + DAY, 1114, source="TASS")]
    assert "contradiction" not in kinds(check_series(events))


def test_times_that_are_not_told_are_no_disagreement():
    quiet = {"period": None, "interval": None}
    events = [told(FIRST, 114, "period", **quiet), told(FIRST, 141, "period", source="TASS", **quiet)]
    assert check_series(events).findings == ()


def test_days_without_a_bulletin_are_a_gap_and_days_without_a_figure_are_none():
    events = [told(FIRST, 11, "period"), told(FIRST + 3 * DAY, 12, "period")]
    (finding,) = check_series(events).findings
    assert (finding.kind, finding.first, finding.last) == ("gap", FIRST + DAY, FIRST + 2 * DAY)
    (finding,) = check_series(events, [bulletin(FIRST + DAY)]).findings
    assert (finding.first, finding.text) == (
        FIRST + 2 * DAY, "1 day without a bulletin of this source, of 2 between two figures",
    )  # fmt: skip
    assert check_series(events, [bulletin(FIRST + DAY), bulletin(FIRST + 2 * DAY)]).findings == ()


def test_a_source_that_reports_by_the_month_has_no_gap_until_a_month_is_missing():
    months = [date(2019, month, 28) for month in (1, 2, 3, 4, 6)]
    report = check_series([told(day, 1001 + n, type="displacement") for n, day in enumerate(months)])
    assert [(f.kind, f.first) for f in report.findings] == [("gap", date(2019, 4, 29))]


def test_a_bulletin_that_comes_again_replaces_the_one_before():
    events = june(69961, 70071, 70178)
    corrected = replace(events[2].bulletin, text="corrected")
    again = [replace(e, bulletin=corrected) for e in (*june(69961, 70071, 70187),) if e.bulletin.id == corrected.id]
    assert check_series([*events, *again]).findings == ()


@pytest.mark.parametrize(
    ("source", "family"),
    [
        ("Russian MoD via Russian embassy in India", "Russian Ministry of Defence"),
        ("Russian Centre for Reconciliation of Opposing Sides", "Russian Ministry of Defence"),
        ("Минобороны России", "Russian Ministry of Defence"),
        ("ТАСС", "TASS"),
        ("Sputnik via Al-Manar", "Sputnik"),
        ("Sputnik (rewritten by a news blog)", "Sputnik"),
        ("Tasso's notes", "Tasso's notes"),
        ("via nobody", "via nobody"),
        (None, "no source named (x)"),
        ("  ", "no source named (x)"),
    ],
)
def test_who_stands_behind_a_source(source, family):
    assert source_family(make_bulletin("x", source=source)) == family


# Laws.
figures = st.lists(st.integers(1, 9999), min_size=1, max_size=6)


@st.composite
def made_series(draw):
    """Running totals from a start that no rounding touches, each with its daily figure, none of them round."""
    daily = [value + (value % 100 == 0) for value in draw(figures)]
    totals = [draw(st.integers(100_000, 900_000))]
    for value in daily:
        totals.append(totals[-1] + value)
    if any(value % 100 == 0 for value in totals):
        totals = [value * 101 for value in totals]
        daily = [value * 101 for value in daily]
    if any(value % 100 == 0 for value in (*totals, *daily)):
        totals, daily = [100_001, 100_012], [11]
    days = [FIRST + n * DAY for n in range(len(totals))]
    return [told(d, v) for d, v in zip(days, totals, strict=True)] + [
        told(d, v, "period") for d, v in zip(days[1:], daily, strict=True)
    ]


@given(made_series())
def test_a_consistent_series_has_no_finding(events):
    report = check_series(events)
    assert report.findings == ()
    assert len(report.series) == 1


@given(made_series(), st.data())
def test_a_figure_that_is_shifted_is_the_one_finding(events, data):
    at = data.draw(st.integers(0, len(events) - 1))
    old = events[at].counts[0]
    by = data.draw(st.integers(-9999, 9999).filter(lambda n: n and old.value + n > 0 and (old.value + n) % 100))
    events[at] = replace(events[at], counts=(replace(old, value=old.value + by),))
    (finding,) = check_series(events).findings
    first = old.scope == "cumulative" and events[at].bulletin.date == FIRST
    shifted = by if old.scope == "cumulative" and not first else -by
    assert (finding.kind, finding.by) == ("contradiction", shifted)
    assert finding.last == events[at].bulletin.date + (DAY if first else 0 * DAY)


@given(made_series(), st.data())
def test_the_order_of_bulletins_does_not_matter(events, data):
    other = replace(events[-1], id="other", bulletin=bulletin(events[-1].bulletin.date, "TASS"))
    events = [*events, other]
    report = check_series(events)
    mixed = check_series(data.draw(st.permutations(events)))
    assert (report_json(mixed), report_table(mixed)) == (report_json(report), report_table(report))
    assert report_html(mixed, title="t") == report_html(report, title="t")


few_days = st.sampled_from([date(1, 1, 2), FIRST, FIRST + DAY, FIRST + 2 * DAY, FIRST + 9 * DAY, date(9999, 12, 30)])
odd = st.sampled_from([1.0, 2.5, 100.0, 1001.0, 1002.0, 1e300, float("nan"), float("inf"), -3.0])

ODDITIES = (
    {"negated": True},
    {"at_least": True},
    {"subset_of": 1001.0},
    {"change": "decrease"},
    {"period": "since last week"},
    {"type": "crossing"},
)


@st.composite
def mixed_events(draw):
    """Events that often meet: few days, sources, places and figures, with whatever an event can have besides."""
    made = []
    for number in range(draw(st.integers(0, 12))):
        day, scope = draw(few_days), draw(st.sampled_from(["period", "cumulative"]))
        again = {"repeats": made[0].id if made else "x"}
        more = draw(st.sampled_from([{}, {}, {}, again, *ODDITIES]))
        parts = {"interval": Interval(start=day, end=day + DAY)} if scope == "period" else {}
        source, place = draw(st.sampled_from(["Centre", "TASS", "OCHA"])), draw(st.sampled_from([GHOUTA, HOMS, None]))
        made.append(told(day, draw(odd), scope, source=source, place=place, number=number, **(parts | more)))
    return made


@given(mixed_events(), st.sampled_from([GHOUTA.id, HOMS.id]))
def test_any_events_give_a_report_and_a_question_gives_a_part_of_it(events, place):
    asked = EventQuery.of(place=place)
    report, part = check_series(events), check_series(events, asked=asked)
    for one in (report, part):
        assert report_table(one)
        assert json.loads(report_json(one))["left_out"].keys() == {left.why for left in one.left}
        assert report_html(one, title="t").count("<svg") == len(one.series)
    assert set(part.series) <= set(report.series)
    assert set(part.findings) <= set(report.findings)
    assert all(place in str(series.key.subject.places) for series in part.series)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1), st.booleans())
def test_a_scale_holds_its_figures(values, zero):
    scale = Scale.over(values, 10, 110, zero=zero)
    assert len(scale.ticks) <= 6
    assert all(9.9 <= scale.at(value) <= 110.1 for value in values)


@given(st.lists(st.dates(), min_size=1, max_size=30, unique=True).map(sorted), st.booleans())
def test_days_lie_in_their_order_and_none_leaves_the_plot(days, daily):
    axis = Days.of(days, daily=daily)
    places = [axis.at[day] for day in days]
    assert places == sorted(places)
    assert len(set(places)) == len(places)
    assert places[-1] < axis.width


# What people see.
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;\u202e"


def hostile():
    own = make_bulletin("<b>id", FIRST + 2 * DAY, source=HOSTILE, url="javascript:alert(3)")
    place = make_place("x", name=HOSTILE)
    events = [
        replace(told(FIRST + n * DAY, value, place=place), bulletin=replace(own, date=FIRST + n * DAY, id=f"<b>{n}"),
                id=f"{n}", sentence=f"{HOSTILE} {n}", label=HOSTILE)
        for n, value in enumerate((1234, 1221, 1999))
    ]  # fmt: skip
    return check_series(events)


def test_no_text_runs_in_the_page(open_page, tmp_path):
    path = tmp_path / "check.html"
    path.write_text(report_html(hostile(), title=HOSTILE), encoding="utf-8")
    seen = open_page(path)
    assert seen.page.locator("script, img, b b, a[href^=javascript]").count() == 0
    assert HOSTILE in seen.page.title()
    assert seen.page.locator(".said").first.text_content().startswith(HOSTILE[:20])
    seen.assert_quiet()


def test_control_characters_do_not_reach_a_terminal():
    text = report_table(hostile())
    assert "\u202e" not in text
    assert "jump, series 1" in text


def test_the_page_shows_the_series_and_marks_the_finding(open_page, tmp_path):
    path = tmp_path / "check.html"
    path.write_text(report_html(check_series(june(69961, 70071, 70178)), title="June"), encoding="utf-8")
    seen = open_page(path, PHONE)
    page = seen.page
    assert page.locator("svg circle.point").count() == 3
    assert page.locator("svg rect.bar").count() == 2
    (ring,) = page.locator("svg circle.contradiction").all()
    assert ring.get_attribute("cx") == page.locator("svg circle.point").last.get_attribute("cx")
    assert "70,178 is printed: 9 less" in page.locator("main > ul").inner_text()
    assert "116 said Centre-2018-06-25" in page.locator("section").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    seen.assert_quiet()


def test_a_gap_is_shaded_and_a_long_one_shortened(open_page, tmp_path):
    path = tmp_path / "check.html"
    events = [told(FIRST, 11, "period"), told(FIRST + 300 * DAY, 12, "period")]
    path.write_text(report_html(check_series(events), title="Gap"), encoding="utf-8")
    page = open_page(path).page
    assert page.locator("svg rect.gap").count() == 1
    assert page.locator("svg path.break").count() == 1
    assert "300 days" in page.locator("svg").text_content()


def test_an_empty_report_says_so():
    report = check_series([])
    assert report_table(report).startswith("no series")
    assert json.loads(report_json(report)) == {"series": [], "findings": [], "left_out": {}}
    assert "No source gives figures" in report_html(report, title="none")


# The command.
@pytest.fixture
def bulletins(tmp_path):
    folder = tmp_path / "bulletins"
    folder.mkdir()
    for id_, day, text in BULLETINS:
        matter = f"---\nid: {id_}\ndate: {day}\nsource: Centre\nlang: en\n---\n\n"
        (folder / f"{id_}.txt").write_text(f"{matter}{text}\n", encoding="utf-8")
    return folder


def test_a_contradiction_is_said_and_strict_tells_it_by_the_exit_code(run, bulletins):
    ran = run("check", bulletins)
    assert ran.code == 0
    assert "70,071 + 116 = 70,187, and 70,178 is printed: 9 less" in ran.out
    assert "[c] Over the past day 116 people returned" in ran.out
    assert ran.err.startswith("3 bulletins; 1 series; 1 contradiction, 0 jumps, 0 gaps, 0 repeats")
    assert run("check", bulletins, "--strict").code == 1
    assert run("check", bulletins / "a.txt", bulletins / "b.txt", "--strict").code == 0


@pytest.mark.parametrize(
    ("options", "series"),
    [
        ((), 1),
        (("--type", "return"), 1),
        (("--type", "demining"), 0),
        (("--place", "syr:rif-dimashq"), 1),
        (("--place", "syr:idlib-governorate"), 0),
        (("--from", "2018-06-24"), 1),
        (("--to", "2018-06-23"), 0),
    ],
)
def test_questions_narrow_what_is_checked(run, bulletins, options, series):
    ran = run("check", bulletins, "--format", "json", *options)
    assert len(json.loads(ran.out)["series"]) == series


def test_a_store_gives_the_same_as_its_bulletins(run, bulletins, tmp_path):
    store = tmp_path / "s.gpkg"
    run("ingest", bulletins, "--store", store)
    for format_ in ("table", "json", "html"):
        assert (
            run("check", "--store", store, "--format", format_).out == run("check", bulletins, "--format", format_).out
        )


def test_the_ending_of_the_file_chooses_the_format(run, bulletins, tmp_path):
    for name, opening in (("c.html", "<!DOCTYPE html>"), ("c.json", "{"), ("c.txt", "1. return")):
        ran = run("check", bulletins, "-o", tmp_path / name)
        assert (ran.code, ran.out) == (0, "")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(opening)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--store", "s.gpkg"), "either PATH or --store"),
        (("--type", "retrun"), "did you mean return"),
        (("--place", "syr:eastern-ghuta"), "syr:eastern-ghouta"),
        (("--from", "tomorrow"), "2018-06-24"),
        (("-o", "no/such/folder/c.html"), "folder does not exist"),
    ],
)
def test_bad_input_is_named(run, bulletins, arguments, says):
    ran = run("check", bulletins, *arguments)
    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("claimant", "family"),
    [
        (None, "Russian Ministry of Defence"),
        ("centre", "Russian Ministry of Defence"),
        ("Maj. Gen. Viktor Ivanov, head of the Russian Centre for Reconciliation", "Russian Ministry of Defence"),
        ("Turkish part", "Turkish side"),
        ("Kurdish Red Crescent", "Kurdish Red Crescent"),
    ],
)
def test_a_claimant_is_counted_with_its_family_and_the_text_s_own_voice_with_the_source(claimant, family):
    event = make_event(make_bulletin(source="Russian MoD via TASS"), claimant=claimant)
    assert family_of(event) == family


def retold(*events):
    return {event.id: event.repeats for event in mark_retold(events) if event.repeats}


def test_one_fact_of_two_bulletins_is_one_event_with_two_sources():
    first, again = told(FIRST, 465, "period", id_="a"), told(FIRST, 465, "period", source="TASS", id_="b")
    assert retold(again, first) == {again.id: first.id}


@pytest.mark.parametrize(
    "other",
    [
        told(FIRST, 466, "period", source="TASS"),
        told(FIRST + DAY, 465, "period", source="TASS"),
        told(FIRST, 465, "cumulative", source="TASS"),
        told(FIRST, 465, "period", source="TASS", place=HOMS),
        told(FIRST, 465, "period", source="TASS", unit="families"),
        told(FIRST, 465, "period", source="TASS", negated=True),
        told(FIRST, 465, "period", source="TASS", roles=Roles(to=(make_resolution(None),))),
    ],
    ids=["figure", "day", "scope", "place", "unit", "negated", "place left open"],
)
def test_what_differs_is_a_fact_of_its_own(other):
    assert retold(told(FIRST, 465, "period"), other) == {}


def test_the_telling_with_more_figures_stays():
    whole = told(FIRST, 465, "period", id_="b")
    more = replace(whole, counts=(*whole.counts, Count(value=90, unit="families")))
    lead = told(FIRST, 465, "period", source="TASS", id_="a")
    assert retold(lead, more) == {lead.id: more.id}


def test_the_same_fact_twice_in_one_bulletin_is_left_to_its_reading():
    assert retold(told(FIRST, 465, "period", number=1), told(FIRST, 465, "period", number=2)) == {}


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from([10, 20]), st.sampled_from("abc")), max_size=12))
def test_what_is_retold_points_to_an_event_that_is_not(drawn):
    events = [told(FIRST + n * DAY, value, "period", source=who, number=i) for i, (n, value, who) in enumerate(drawn)]
    marked = mark_retold(events)
    kept = {event.id for event in marked if event.repeats is None}
    assert [event.id for event in marked] == [event.id for event in events]
    assert all(event.repeats in kept for event in marked if event.repeats)
    assert mark_retold(marked) == marked


@pytest.mark.parametrize("seed", range(6))
def test_what_cannot_meet_is_left_out_and_nothing_else(seed):
    # Few places, days and figures: many repeats, contradictions, and figures that are told late.
    dice = random.Random(seed)
    events = []
    for number in range(60):
        day = FIRST + DAY * dice.choice([0, 0, 1, 2, 5, 40])
        place = dice.choice([GHOUTA, HOMS]) if number % 7 else make_place(f"x:{number}", name=f"X{number}")
        scope, source = dice.choice(["period", "cumulative"]), f"Centre {number % 5}"
        value = dice.choice([1013, 1127, 2509])
        events.append(told(day, value, scope, source=source, place=place, id_=f"b{number}"))
    few = may_meet(events)
    assert len(few) < len(events)
    figures = told_figures(events, EventQuery())[0]
    known = check_meetings(figures)
    assert {finding.kind for finding in known} == {"repeat", "contradiction"}
    assert check_meetings(told_figures(few, EventQuery())[0]) == known
    assert mark_retold(events) == mark_retold(events, figures=figures)
