"""Flows and time in a real browser: what is added and what never, what is bundled, and that all follows the window."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import made_map
import pytest
from made_map import people, place

from geomap.gazetteer import Gazetteer
from geomap.model import Interval
from geomap.webmap import render_map, save_map

FIRST = date(2018, 6, 1)
A, B = made_map.IDLIB, made_map.HAMA


def move(number, day, count, *, bulletin="one", days=1, origin=A, goal=B, type_="displacement"):
    """A move from one place to another, told on a day after the first one."""
    start = FIRST + timedelta(days=day)
    scene = made_map.Scene(id_=bulletin, date=start)
    event = scene.event("flow", type_, from_=[("Idlib", origin)], to=[("Hama", goal)], counts=(count,) if count else ())
    interval = Interval(start=start, end=start + timedelta(days=days))
    return replace(event, id=f"{bulletin}/{number}", interval=interval)


def names(page, kind="flow"):
    return page.evaluate("kind => geomap.scene.picks.all.filter(d => d.kind === kind).map(d => d.name())", kind)


def opened(open_page, tmp_path, events, gazetteer=None):
    save_map(render_map(events, gazetteer=gazetteer), tmp_path / "map.html")
    return open_page(tmp_path / "map.html")


TOTAL = {"scope": "cumulative"}


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([(0, people(100)), (1, people(40))], ["140, added from 2 reports"]),
        ([(0, people(100), "one"), (0, people(60), "one")], ["160, added from 2 reports"]),
        # Two bulletins of one day may tell of the same people.
        ([(0, people(100), "one"), (0, people(60), "two")], ["≥ 100, added from 2 reports"]),
        ([(0, people(100, at_least=True)), (1, people(40))], ["≥ 140, added from 2 reports"]),
        ([(0, people(900), "week", 7), (2, people(100)), (3, people(50))], ["≥ 900, added from 3 reports"]),
        ([(0, people(120), "week", 7), (2, people(100)), (3, people(50))], ["≥ 150, added from 3 reports"]),
        ([(0, people(120), "week", 7), (9, people(100))], ["220, added from 2 reports"]),
        ([(0, people(500, **TOTAL)), (3, people(700, **TOTAL))], ["700 in total, the latest of 2 reports"]),
        (
            [(0, people(100)), (1, people(40)), (2, people(900, **TOTAL))],
            ["900 in total", "140, added from 2 reports"],
        ),
        ([(0, people(200, at_most=True)), (1, people(40))], ["≤ 240, added from 2 reports"]),
        ([(0, people(350, approximate=True))], ["≈ 350"]),
        ([(0, people(200, at_most=True)), (1, people(40, at_least=True))], ["≈ 240, added from 2 reports"]),
        ([(0, people(100)), (1, None)], ["100 + 1 report"]),
        ([(0, None), (1, None)], ["2 reports"]),
    ],
    ids=str,
)
def test_figures_of_days_are_added_totals_are_the_latest_and_never_both(moves, expected, open_page, tmp_path):
    events = []
    for number, (day, count, *rest) in enumerate(moves):
        bulletin, days = [*rest, f"of day {day}", 1][:2] if len(rest) < 2 else rest
        events.append(move(number, day, count, bulletin=bulletin, days=days if isinstance(days, int) else 1))
    seen = opened(open_page, tmp_path, events)
    assert names(seen.page) == [f"Displacement from Idlib to Hama: {text}" for text in expected]
    seen.assert_quiet()


def test_a_shared_figure_is_added_to_no_pair(open_page, tmp_path):
    shared = move(0, 0, people(900), bulletin="shared")
    to = (*shared.roles.to, made_map.resolution(shared.bulletin.text, "Hama", made_map.LATAKIA))
    shared = replace(shared, roles=replace(shared.roles, to=to))
    page = opened(open_page, tmp_path, [shared, move(1, 1, people(50), bulletin="own")]).page
    assert "Displacement from Idlib to Hama: 50 + 1 report" in names(page)
    assert "Displacement from Idlib to Latakia: 900 shared by 2" in names(page)


def test_arrivals_at_neighbouring_places_are_one_arrow_and_none_is_taken_for_another(open_page, tmp_path):
    towns = [place(f"t:{i}", f"Town {i}", 36.5 + 0.01 * i, 34.5) for i in range(2)]
    far = place("t:far", "Far", 41.0, 36.9)
    events = [
        replace(move(i, 0, people(100 + i), bulletin=f"b{i}", goal=town), roles=made_map.Roles(
            to=(made_map.resolution(made_map.Scene().text, "Hama", town),))) for i, town in enumerate([*towns, far])
    ]  # fmt: skip
    page = opened(open_page, tmp_path, events).page
    assert sorted(names(page, "arrival")) == [
        "Displacement to Far: 102; where from is not stated",
        "Displacement to Town 1, Town 0: 201, added from 2 reports; where from is not stated",
    ]


def many_places():
    """Two governorates, each with twelve towns."""
    west = place("g:west", "West Governorate", 36.2, 34.5, "governorate", made_map.square(36.2, 34.5, 0.5))
    east = place("g:east", "East Governorate", 39.2, 34.5, "governorate", made_map.square(39.2, 34.5, 0.5))
    towns = {
        governorate: [
            place(f"{governorate.id}-{i}", f"{governorate.name[:4]} {i}", governorate.lon - 0.4 + 0.07 * i,
                  34.1 + 0.07 * i, parents=(governorate.id,)) for i in range(12)
        ] for governorate in (west, east)
    }  # fmt: skip
    return west, east, towns


def test_of_many_flows_the_largest_are_drawn_and_the_rest_is_bundled(open_page, tmp_path):
    west, east, towns = many_places()
    events = [
        move(12 * i + j, 0, people(10 + 100 * (12 * i + j)), bulletin=f"{i}-{j}", origin=origin, goal=goal)
        for i, origin in enumerate(towns[west]) for j, goal in enumerate(towns[east])
    ]  # fmt: skip
    gazetteer = Gazetteer.from_places([west, east, *towns[west], *towns[east]])
    seen = opened(open_page, tmp_path, events, gazetteer)
    drawn = names(seen.page)
    assert len(drawn) == 61
    figures = sorted(e.counts[0].value for e in events)
    rest = sum(figures[:-60])
    [bundle] = [name for name in drawn if "Governorate" in name]
    assert bundle == (
        f"Displacement from West Governorate to East Governorate: {rest:,}, added from 84 reports"
        " (84 ways between places of the two)"
    )
    widths = seen.page.evaluate("geomap.scene.picks.all.filter(d => d.kind === 'flow').map(d => d.way.width)")
    assert widths == sorted(widths), "the widest lies on top"
    # Nearer, with fewer in sight, each is drawn by itself.
    seen.page.evaluate("geomap.scene.map.setView([34.87, 36.57], 13, {animate: false})")
    assert all("Governorate" not in name for name in names(seen.page))
    seen.assert_quiet()


def test_without_a_gazetteer_each_flow_is_drawn(open_page, tmp_path):
    west, east, towns = many_places()
    events = [
        move(12 * i + j, 0, people(10), bulletin=f"{i}-{j}", origin=origin, goal=goal)
        for i, origin in enumerate(towns[west][:8]) for j, goal in enumerate(towns[east][:8])
    ]  # fmt: skip
    assert len(names(opened(open_page, tmp_path, events).page)) == 64


@pytest.fixture
def film(open_page, tmp_path):
    """Ten days, a flow and an arrival each, one figure of the second week, one event without a date."""
    events = [move(day, day, people(10 * (day + 1)), bulletin=f"day {day}") for day in range(10)]
    week = move(99, 7, people(5000), bulletin="week", days=7, goal=made_map.LATAKIA)
    undated = made_map.Scene(id_="undated", date=None).event(
        "demining", "demining", at=[("Nasriyeh", made_map.NASRIYEH)]
    )
    seen = opened(open_page, tmp_path, [*events, week, undated])
    yield seen
    seen.assert_quiet()


def set_by_keys(page, handle, keys):
    page.locator(f"#geomap-time .handle >> nth={handle}").focus()
    for key in keys:
        page.keyboard.press(key)


def test_layers_list_and_counts_follow_the_window(film):
    page = film.page
    said = page.locator("#geomap-time .span")
    assert said.inner_text() == "1 June 2018 to 14 June 2018 · 1 event without a date included"
    assert "12 events on the map" in page.locator(".counts").inner_text()
    set_by_keys(page, 1, ["Home", *["ArrowRight"] * 2])
    assert said.inner_text() == "1 June 2018 to 3 June 2018 · 1 event without a date left out"
    assert names(page) == ["Displacement from Idlib to Hama: 60, added from 3 reports"]
    assert names(page, "site") == []
    page.wait_for_timeout(300)
    assert page.locator(".name.place", has_text="Nasriyeh").count() == 0
    assert page.locator(".name.place", has_text="Hama").count() == 1
    assert page.locator("#geomap-side ul.events li").count() == 3
    assert "3 events on the map" in page.locator(".counts").inner_text()
    counts = page.locator("#geomap-legend label:has(input[name=displacement]) small")
    assert counts.inner_text() == "3"
    page.get_by_role("button", name="All time").click()
    assert counts.inner_text() == "11"
    assert names(page, "site")


def test_an_event_of_a_week_is_shown_on_each_of_its_days(film):
    page = film.page
    set_by_keys(page, 0, ["End"])
    assert names(page) == ["Displacement from Idlib to Latakia: 5,000"]
    page.keyboard.press("Escape")
    set_by_keys(page, 1, ["Home"])
    assert names(page) == ["Displacement from Idlib to Hama: 10"]


def test_the_window_is_dragged_stepped_and_played(film):
    page = film.page
    track = page.locator("#geomap-time .track").bounding_box()
    at = lambda day: (track["x"] + track["width"] * (day + 0.5) / 14, track["y"] + 20)  # noqa: E731
    said = page.locator("#geomap-time .span")

    def drag(first, last):
        page.mouse.move(*at(first))
        page.mouse.down()
        page.mouse.move(*at((first + last) / 2))
        page.mouse.move(*at(last))
        page.mouse.up()

    drag(2, 4)
    assert said.inner_text().startswith("3 June 2018 to 5 June 2018")
    drag(3, 6)  # the window, taken in its middle
    assert said.inner_text().startswith("6 June 2018 to 8 June 2018")
    page.get_by_role("button", name="Later").click()
    assert said.inner_text().startswith("9 June 2018 to 11 June 2018")
    page.get_by_role("button", name="Earlier").click()
    assert said.inner_text().startswith("6 June 2018 to 8 June 2018")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1000)
    assert not said.inner_text().startswith("6 June")
    page.get_by_role("button", name="Pause").click()
    first, last = (int(page.locator(f".handle >> nth={end}").get_attribute("aria-valuenow")) for end in (0, 1))
    assert last - first == 2


def test_an_event_outside_of_the_window_cannot_be_asked_for_but_is_shown_with_all(film):
    page = film.page
    set_by_keys(page, 1, ["Home"])
    assert page.locator("#geomap-side button", has_text="Demining").count() == 0
    page.keyboard.press("Escape")
    page.locator("#geomap-side button", has_text="Demining").click()
    assert page.locator(".card").is_visible()


def test_one_day_needs_no_panel_of_time(open_page, tmp_path):
    page = opened(open_page, tmp_path, [move(0, 0, people(10))]).page
    assert page.locator("#geomap-time").is_hidden()


def test_both_directions_lie_side_by_side(open_page, tmp_path):
    there, back = move(0, 0, people(100), bulletin="a"), move(1, 0, people(90), bulletin="b", origin=B, goal=A)
    page = opened(open_page, tmp_path, [there, back]).page
    one, other = page.evaluate("geomap.scene.picks.all.filter(d => d.kind === 'flow').map(d => d.at)")
    assert abs(one["x"] - other["x"]) + abs(one["y"] - other["y"]) > 20
