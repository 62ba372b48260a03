"""The map in a real browser without a network: what stands on it, by hand and by keyboard, and that no text runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import made_map
import pytest
import shapely
from browser import PHONE

from geomap import Gazetteer, process, read_bulletins
from geomap.model import Bulletin, Candidate, Citation, Count, Event, Mention, Place, Resolution, Roles
from geomap.review import open_names
from geomap.webmap import candidates_html, render_map, save_map

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "map.html"
    events = [*made_map.events(), made_map.directed_event()]
    save_map(render_map(events, gazetteer=made_map.gazetteer(), title="What was reported"), path)
    return path


def texts(page, selector):
    return page.eval_on_selector_all(selector, "nodes => nodes.map(n => n.textContent)")


def names(page, selector):
    return page.eval_on_selector_all(selector, "nodes => nodes.map(n => n.getAttribute('aria-label'))")


def layer(page, name):
    return page.locator(f"#geomap-legend input[name={name}]")


def drawn(page, kind):
    """What the picture says of each mark of a kind that it shows, in the order in which they were painted."""
    return page.evaluate("kind => geomap.scene.picks.all.filter(d => d.kind === kind).map(d => d.name())", kind)


def types_drawn(page):
    return set(page.evaluate("geomap.scene.picks.all.flatMap(d => d.types)"))


FIND = """([kind, start]) => {
    const { picks, map } = geomap.scene;
    const mark = picks.all.find(d => d.kind === kind && d.name().startsWith(start));
    const { x, y } = map.layerPointToContainerPoint([mark.at.x, mark.at.y]);
    const box = map.getContainer().getBoundingClientRect();
    return [box.left + x, box.top + y];
}"""


def click_on(page, kind, start=""):
    page.mouse.click(*page.evaluate(FIND, [kind, start]))
    page.wait_for_selector(".card")


def colour_at(page, kind, start):
    """Red, green, blue and opacity of the picture where a mark is."""
    return page.evaluate(
        """([kind, start]) => {
            const { picks, above, below } = geomap.scene;
            const mark = picks.all.find(d => d.kind === kind && d.name().startsWith(start));
            const picture = kind === 'flow' ? below : above;
            const at = mark.path ? mark.path[mark.path.length >> 2] : mark.at;
            const { min } = picture.bounds();
            const [x, y] = [at.x - min.x, at.y - min.y].map(v => Math.round(v * picture.fine));
            return [...picture.pen.getImageData(x, y, 1, 1).data];
        }""",
        [kind, start],
    )


def press_on(page, selector):
    page.locator(selector).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")


def test_the_page_has_a_language_a_title_and_a_named_map(opened):
    page = opened.page
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "What was reported"
    assert page.locator(".folium-map").get_attribute("aria-label")
    assert "no opinion on the status" in page.locator("footer").inner_text()
    assert page.locator(".leaflet-control-scale").count() == 1


def test_types_of_ones_own_have_a_sign_and_a_layer_of_their_own(open_page, tmp_path):
    event = next(e for e in made_map.events() if e.type == "demining")
    # Words that the page uses for itself are types like any others.
    types = ["looting_of_aid", "constructor", "zones"]
    events = [replace(event, id=f"{type_}/1-1", type=type_) for type_ in types]
    save_map(render_map([*events, *made_map.events()], gazetteer=made_map.gazetteer()), tmp_path / "map.html")
    seen = open_page(tmp_path / "map.html")
    page = seen.page
    rows = texts(page, "#geomap-legend label > span")
    assert {"Looting of aid", "Constructor", "Zones", "Zones, approximate", "Demining"} <= set(rows)
    for type_ in types:
        assert page.locator(f"#geomap-legend label:has(input[name='own {type_}']) svg.badge path").count() == 1
    before = page.locator("path.zone").count()
    page.locator("input[name='own zones']").uncheck()
    assert page.locator("path.zone").count() == before > 0
    assert any("Looting of aid" in text for text in texts(page, "#geomap-side .title"))
    seen.assert_quiet()


def test_zones_that_hold_are_dashed_and_those_that_ended_are_absent(opened):
    page = opened.page
    zones = names(page, "path.zone")
    assert zones == ["Idlib de-escalation zone, approximate outline", "Eastern Ghouta, approximate outline"]
    assert all(page.eval_on_selector_all("path.zone", "nodes => nodes.map(n => n.getAttribute('stroke-dasharray'))"))
    press_on(page, "path.zone")
    card = page.locator(".card").inner_text()
    assert "no official boundary is known" in card
    assert "After the memorandum of 4 May 2017." in card
    assert "OCHA COD-AB" in card


def test_a_corridor_has_an_arrowhead_only_for_a_stated_direction(opened, open_page, tmp_path):
    page = opened.page
    assert page.locator("path.corridor").count() == 1
    assert page.locator("path.corridor-head").count() == 1
    assert texts(page, ".plate > div") == ["465 people · 24 Jun", "120 people · 24 Jun"]
    undirected = [event for event in made_map.events() if event.type == "crossing"]
    save_map(render_map(undirected), tmp_path / "one.html")
    other = open_page(tmp_path / "one.html").page
    assert other.locator("path.corridor").count() == 1
    assert other.locator("path.corridor-head").count() == 0
    press_on(other, ".corridor-plate")
    assert "true route is not known" in other.locator(".card").inner_text()


def test_flows_are_curves_with_heads_and_wider_for_more_people(opened):
    page = opened.page
    assert drawn(page, "flow") == [
        "Evacuation from Idlib to Hama: 900 shared by 2",
        "Evacuation from Idlib to Latakia: 900 shared by 2",
        "Displacement from Hama to Idlib: 300",
        "Displacement from Idlib to Hama: 1,250",
    ]
    ways = page.evaluate("geomap.scene.picks.all.filter(d => d.kind === 'flow').map(d => [d.way.width, d.dashed()])")
    (_, shared), (_, shared_too), (narrow, plain), (wide, plain_too) = ways
    assert wide > narrow
    assert (shared, shared_too, plain, plain_too) == (True, True, False, False)
    assert colour_at(page, "flow", "Displacement from Idlib")[3] > 0
    click_on(page, "flow", "Evacuation from Idlib to Latakia")
    assert "One figure shared by 2 places" in page.locator(".card").inner_text()


def test_pointing_at_a_flow_names_it_and_lights_up_its_places(opened):
    page = opened.page
    page.mouse.move(*page.evaluate(FIND, ["flow", "Evacuation from Idlib to Latakia"]))
    page.wait_for_selector(".geomap-tip:not([hidden])")
    assert page.locator(".geomap-tip").inner_text() == "Evacuation from Idlib to Latakia: 900 shared by 2"
    assert page.locator("path.lit").count() == 3
    page.mouse.move(500, 850)
    page.wait_for_selector(".geomap-tip", state="hidden")
    assert page.locator("path.lit").count() == 0


def test_each_mark_is_painted_where_it_is_found(opened):
    page = opened.page
    found = page.evaluate("geomap.scene.picks.all.map(d => [d.kind, d.name()])")
    assert len(found) > 10
    assert [name for kind, name in found if colour_at(page, kind, name)[3] == 0] == []


def test_an_unstated_origin_is_an_inbound_mark_with_a_question(opened):
    page = opened.page
    arrivals = drawn(page, "arrival")
    assert "Return to Homs Governorate: 68; where from is not stated" in arrivals
    assert "Return to Eastern Ghouta: 110; where from is not stated" in arrivals
    assert "Return to Eastern Ghouta: 70,071 in total; where from is not stated" in arrivals
    assert drawn(page, "departure") == ["Displacement from Harasta: 40; where to is not stated"]
    assert all("70,181" not in text for text in texts(page, "body"))


def test_a_governorate_event_is_a_ring_and_says_so(opened):
    page = opened.page
    areas = "geomap.scene.picks.all.filter(d => d.kind === 'site' && d.area).map(d => d.name())"
    assert page.evaluate(areas) == [
        "Somewhere in Aleppo Governorate: Ceasefire violation",
        "Somewhere in Homs Governorate: Ceasefire violation",
    ]
    click_on(page, "site", "Somewhere in Aleppo")
    assert "no finer place is known" in page.locator(".card").inner_text()
    assert page.locator("path.lit").count() == 1


def test_events_at_one_place_are_gathered_and_listed(opened):
    page = opened.page
    click_on(page, "site", "Duma")
    card = page.locator(".card")
    assert card.locator("button").count() == 2
    card.locator("button", has_text="Medical").click()
    text = card.inner_text()
    assert "at least 194 people" in text
    assert "including 100 people (of 194)" in text


def test_a_card_says_where_all_comes_from(opened):
    page = opened.page
    page.locator("#geomap-side button", has_text="Demining").click()
    assert texts(page, ".card blockquote mark") == ["Nasriyeh", "Duma"]
    text = page.locator(".card").inner_text()
    for part in (
        "Centre for Reconciliation",
        "000, 24 June 2018",
        "https://example.org/000",
        "The text gives no figure",
    ):
        assert part in text
    page.locator(".card .how summary").click()
    how = page.locator(".card .how").inner_text()
    for part in (
        "syr:nasriyeh",
        "confidence 93 %",
        "same name",
        "33.8727, 36.8137",
        "OCHA COD-AB, C0000 (CC BY-IGO)",
        "In no known zone on 24 June 2018",
    ):
        assert part in how
    link = page.locator(".card dd a")
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_a_fact_of_two_bulletins_is_drawn_once_with_both_sources(open_page, tmp_path):
    event = next(e for e in made_map.events() if e.type == "return" and e.counts and e.bulletin.date)
    other = replace(event.bulletin, id="tass-1", source="TASS", date=event.bulletin.date)
    again = replace(event, id="tass-1/0-1", bulletin=other)
    save_map(render_map([event, again], gazetteer=made_map.gazetteer()), tmp_path / "map.html")
    page = open_page(tmp_path / "map.html").page
    assert "Told elsewhere (1)" in page.locator("#again").inner_text()
    page.locator("#again button").click()
    assert f"told by {event.bulletin.source} in bulletin {event.bulletin.id}" in page.locator(".card").inner_text()
    page.locator("#geomap-side section:not(#again) button").first.click()
    assert "Also told by\nTASS, bulletin tass-1" in page.locator(".card .facts").inner_text()


def test_layers_are_toggled(opened):
    page = opened.page
    for name, selector in (
        ("zones", "path.zone"),
        ("corridors", "path.corridor"),
        ("outlines", "path.outline"),
        ("names", ".name.country"),
    ):
        assert page.locator(selector).count() > 0, name
        layer(page, name).uncheck()
        assert page.locator(selector).count() == 0, name
        layer(page, name).check()
        assert page.locator(selector).count() > 0, name
    for name in ("displacement", "return", "demining"):
        assert name in types_drawn(page)
        layer(page, name).uncheck()
        assert name not in types_drawn(page)
        layer(page, name).check()
        assert name in types_drawn(page)


def test_a_switch_says_which_figures_stand_at_arrows(opened):
    page = opened.page
    total, day = "Return to Eastern Ghouta: 70,071 in total", "Return to Eastern Ghouta: 110"
    for choice, shown in (("total", [True, False]), ("day", [False, True]), ("both", [True, True])):
        page.locator(f"#geomap-legend input[name=figures][value={choice}]").check()
        arrivals = drawn(page, "arrival")
        assert [any(name.startswith(start) for name in arrivals) for start in (total, day)] == shown


def test_planned_negated_and_unplaced_events(opened):
    page = opened.page
    assert any("Latakia" in name for name in drawn(page, "site"))
    layer(page, "planned").uncheck()
    assert not any("Latakia" in name for name in drawn(page, "site"))
    assert "No shelling was reported in Hama." in page.locator("#negated").inner_text()
    assert not any("Ceasefire" in name and "Hama" in name for name in drawn(page, "site"))
    assert "“Ain-Zrekia” could be Duma, or Harasta: left open." in page.locator("#not-placed").inner_text()
    page.locator("#not-placed button").click()
    assert page.locator(".leaflet-popup").count() == 0, "a popup would point at a place"
    assert "not placed" in page.locator(".sheet .card").inner_text()


def test_a_hidden_layer_is_shown_when_the_list_asks_for_it(opened):
    page = opened.page
    layer(page, "return").uncheck()
    page.locator("#geomap-side button", has_text="Return: 68").click()
    assert layer(page, "return").is_checked()
    assert "return" in types_drawn(page)


def test_the_list_is_walked_with_the_keyboard_alone(opened):
    page = opened.page
    page.locator("#geomap-side ul.events button").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    where = "document.activeElement.textContent"
    assert "Return: 110" in page.evaluate(where)
    page.keyboard.press("Enter")
    assert page.locator(".leaflet-popup .card").count() == 1
    assert page.evaluate("document.activeElement.closest('.card') !== null")
    page.keyboard.press("Escape")
    assert page.locator(".card").count() == 0
    assert "Return: 110" in page.evaluate(where)


def test_right_to_left_text_runs_right_to_left(opened):
    page = opened.page
    page.locator("#geomap-side button", has_text="عاد").click()
    assert page.eval_on_selector(".card blockquote", "n => getComputedStyle(n).direction") == "rtl"


def test_marks_stay_while_zooming(opened):
    page = opened.page
    before = drawn(page, "flow")
    assert before
    for _ in range(3):
        page.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(350)
    page.get_by_role("button", name="Show everything").click()
    page.wait_for_timeout(200)
    assert drawn(page, "flow") == before


def test_a_phone_gets_a_sheet(scene, open_page):
    seen = open_page(scene, PHONE)
    seen.page.locator("#geomap-side button").last.click()
    assert seen.page.locator(".sheet .card").is_visible()
    seen.page.locator(".sheet .close").click()
    assert seen.page.locator(".sheet").count() == 0
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    seen.assert_quiet()


def test_layers_of_folium_can_be_added(open_page, tmp_path):
    import folium  # noqa: PLC0415 - the only test that plays a user of folium

    folium_map = render_map(made_map.events())
    folium.Marker([34.7, 36.7], popup="Mine", tooltip="Own").add_to(folium_map)
    save_map(folium_map, tmp_path / "own.html")
    seen = open_page(tmp_path / "own.html")
    seen.page.locator("img.leaflet-marker-icon").click(force=True)
    assert seen.page.locator(".leaflet-popup-content", has_text="Mine").count() == 1
    seen.assert_quiet()


def test_a_map_shows_itself_in_a_notebook(chromium):
    page = chromium.new_context().new_page()
    page.set_content(f"<p>In [1]:</p>{render_map(made_map.events())._repr_html_()}")
    page.frame_locator("iframe").locator("html[data-geomap=ready]").wait_for(timeout=8000)
    assert page.frame_locator("iframe").locator("#geomap-side ul.events button").count() > 10
    page.context.close()


@pytest.mark.parametrize("events", [[], made_map.events()[-1:]], ids=["no events", "nothing placed"])
def test_an_empty_map_is_a_page_that_works(events, open_page, tmp_path):
    save_map(render_map(events), tmp_path / "empty.html")
    seen = open_page(tmp_path / "empty.html")
    assert "0 events on the map" in seen.page.locator(".counts").inner_text()
    seen.assert_quiet()


EVIL = [
    '<img src=x onerror="window.ran=1;alert(1)">',
    "</script><script>window.ran=2;alert(2)</script>",
    "<!--<script>window.ran=3</script>-->",
    "${window.ran=4}`;window.ran=5;`",
    "'\";window.ran=6;//\\",
    "{{ 6*7 }}{% for x in () %}{# c #}",
    "a\u2028window.ran=7\u2029b",
    '<svg onload=window.ran=8><a href="javascript:window.ran=9">x</a></svg>',
    "</title></style><iframe srcdoc='<script>parent.ran=10</script>'></iframe>",
    "<link rel=stylesheet href=https://evil.example/x.css><img src=https://evil.example/x.png>",
    "\ud800 lone \x00 control",
    "=cmd|' /C calc'!A0",
]
HOSTILE = " ".join(EVIL)
ADDRESSES = [
    "javascript:window.ran=11",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>window.ran=12</script>",
    " javascript:window.ran=13",
    'https://example.org/"onmouseover="window.ran=14',
    "vbscript:x",
    HOSTILE,
]


def hostile_place(number, type_, geometry, address):
    cited = Citation(source=HOSTILE, label=HOSTILE, url=address, licence=HOSTILE)
    point = geometry.representative_point()
    return Place(
        id=f"{HOSTILE}{number}",
        name=f"{HOSTILE} {number}",
        type=type_,
        lon=point.x,
        lat=point.y,
        geometry=geometry,
        approximate=True,
        certainty=HOSTILE,
        citations=(cited,),
        description=HOSTILE,
        population=10**6 - number,
        valid=(date(2017, 1, 1), None),
    )


def hostile_events():
    places = [
        hostile_place(0, "town", shapely.Point(36.5, 34.5), ADDRESSES[0]),
        hostile_place(1, "governorate", made_map.square(37.5, 35.5, 0.5), ADDRESSES[1]),
        hostile_place(2, "corridor", shapely.LineString([(36, 35), (36.5, 35.5)]), ADDRESSES[2]),
        hostile_place(3, "zone", made_map.square(36.2, 33.5, 0.4), ADDRESSES[3]),
        hostile_place(4, HOSTILE, shapely.Point(38.5, 34.0), ADDRESSES[4]),
    ]
    text = f"{HOSTILE} NAME {HOSTILE}"
    start = text.index("NAME")

    def resolved(place):
        mention = Mention(surface=HOSTILE, start=start, end=start + 4, name=HOSTILE, part=HOSTILE)
        weighed = tuple(Candidate(place=p, score=0.5, reasons=(HOSTILE,)) for p in places)
        status = "resolved" if place else "ambiguous"
        return Resolution(
            mention=mention, status=status, confidence=0.5, place=place, candidates=weighed, reasons=(HOSTILE,)
        )

    counts = (Count(value=7, unit=HOSTILE, surface=HOSTILE), Count(value=3, unit=HOSTILE, subset_of=7, surface=HOSTILE))
    at = [resolved(p) for p in places]
    shapes = [
        ("return", {"to": (at[0],)}, {}),
        ("displacement", {"from_": (at[0],), "to": (at[4],)}, {}),
        ("crossing", {"via": (at[2],)}, {}),
        ("other", {"at": (at[1],)}, {}),
        ("demining", {}, {"at": (at[3],)}),
        ("statement", {"at": (resolved(None),)}, {}),
        (HOSTILE, {"at": (at[4],)}, {}),
        ("evacuation", {"from_": (at[1],)}, {}),
    ]
    for number, (type_, roles, inferred) in enumerate(shapes):
        bulletin = Bulletin(
            id=HOSTILE + str(number),
            text=text,
            date=date(2018, 6, 24),
            source=HOSTILE,
            lang=HOSTILE,
            url=ADDRESSES[number % len(ADDRESSES)],
            notes=(HOSTILE,),
        )
        yield Event(
            id=f"{HOSTILE}{number}",
            bulletin=bulletin,
            type=type_,
            sentence=text,
            start=0,
            end=len(text),
            counts=counts,
            roles=Roles(**roles),
            inferred=Roles(**inferred),
            period=HOSTILE,
            label=HOSTILE,
            claimant=HOSTILE,
            rule=HOSTILE,
        )


def hostile_gazetteer():
    return Gazetteer.from_places(
        [
            hostile_place(5, "zone", made_map.square(37.5, 34.5, 2.5), ADDRESSES[5]),  # around all places of the events
            hostile_place(6, "city", shapely.Point(37.9, 33.9), ADDRESSES[6]),
            hostile_place(7, "governorate", made_map.square(38.5, 36.0, 0.4), ADDRESSES[0]),
        ]
    )


def test_no_text_runs_wherever_it_stands(open_page, tmp_path):
    path = tmp_path / "hostile.html"
    events = list(hostile_events())
    save_map(render_map(events, gazetteer=hostile_gazetteer(), title=HOSTILE), path)
    seen = open_page(path)
    page = seen.page
    layer(page, "statement").count()
    for number in range(page.locator("#geomap-side ul.events button").count()):
        page.locator("#geomap-side ul.events button").nth(number).click()
        page.eval_on_selector_all("details", "nodes => nodes.forEach(n => n.open = true)")
        page.keyboard.press("Escape")
    for number in range(page.evaluate("geomap.scene.picks.all.length")):
        x, y = page.evaluate(
            f"(() => {{ const d = geomap.scene.picks.all[{number}]; return ({FIND})([d.kind, d.name()]); }})()"
        )
        page.mouse.move(x, y)
        page.mouse.click(x, y)
        page.keyboard.press("Escape")
    for selector in (".corridor-hit", "path.zone"):
        for number in range(page.locator(selector).count()):
            page.locator(selector).nth(number).dispatch_event("mouseover")
            press_on(page, f"{selector} >> nth={number}")
            page.keyboard.press("Escape")
    for text in EVIL:
        page.locator("#geomap-find").fill(text)
        page.wait_for_function(
            "text => geomap.asking.question.words === text.trim()", arg=text.replace("\ud800", "\ufffd")
        )
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
    page.evaluate("geomap.asking.take({ ...geomap.asking.question, words: '', types: null })")
    page.evaluate("geomap.asking.change({ where: 'box', box: [-180, -90, 180, 90] })")
    for name in ("CSV", "GeoJSON"):
        with page.expect_download():
            page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_timeout(500)
    page.reload()
    page.wait_for_selector("html[data-geomap=ready]")
    assert page.evaluate("window.ran") is None
    assert page.locator("img[src=x], iframe, [onerror], [onload], [onmouseover]").count() == 0
    assert page.locator("#geomap-side script, .card script, svg a").count() == 0
    links = page.eval_on_selector_all("a[href]", "nodes => nodes.map(n => n.protocol)")
    assert set(links) <= {"https:", "http:", "file:"}
    assert "{{ 6*7 }}" in page.locator("h1").inner_text()
    seen.assert_quiet()


def test_hostile_addresses_do_not_become_links(open_page, tmp_path):
    path = tmp_path / "links.html"
    events = [
        replace(event, bulletin=replace(event.bulletin, url=address), id=f"e{i}")
        for i, address in enumerate(ADDRESSES)
        for event in made_map.events()[:1]
    ]
    save_map(render_map(events), path)
    seen = open_page(path)
    for number, address in enumerate(ADDRESSES):
        seen.page.locator("#geomap-side ul.events button").nth(number).click()
        assert seen.page.locator(".card dd a").count() == (1 if address.startswith("https://") else 0)
    assert seen.page.evaluate("window.ran") is None
    seen.assert_quiet()


def test_the_policy_stops_a_script_that_is_not_ours(opened):
    page = opened.page
    page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = 1';
        const image = document.createElement('img');
        image.src = 'https://evil.example/x.png';
        document.body.append(script, image);
    }""")
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None
    assert len(opened.complaints) == 2
    assert all("Content Security Policy" in line for line in opened.complaints)
    opened.complaints.clear()
    opened.requests.clear()


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    gazetteer = Gazetteer.load()
    events = [event for bulletin in read_bulletins(EXAMPLES) for event in process(bulletin, gazetteer).events]
    path = tmp_path_factory.mktemp("examples") / "map.html"
    save_map(render_map(events, gazetteer=gazetteer, title="What seven bulletins report"), path)
    return path


def test_the_examples_become_a_map(examples, open_page):
    assert examples.stat().st_size < 1_500_000
    seen = open_page(examples)
    page = seen.page
    assert any("Idlib de-escalation zone" in name for name in names(page, "path.zone"))
    assert any("Abu al-Duhur" in name for name in names(page, ".corridor-hit"))
    assert drawn(page, "arrival")
    assert page.evaluate("geomap.scene.picks.all.some(d => d.kind === 'site' && d.area)")
    click_on(page, "site")
    page.keyboard.press("Escape")
    assert page.locator("#geomap-side ul.events button").count() > 50
    seen.assert_quiet()


def test_the_examples_are_read_on_a_phone(examples, open_page):
    seen = open_page(examples, PHONE)
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    seen.page.locator("#geomap-side ul.events button").first.click()
    assert seen.page.locator(".sheet .card").is_visible()
    seen.assert_quiet()


def test_the_page_of_open_names_shows_all_candidates_and_asks_nobody(chromium, tmp_path):
    text = "Since yesterday, 120 people have come back to the settlement of Ain-Zrekia, Damascus province."
    gazetteer = Gazetteer.load()
    (name,) = open_names([Bulletin(id="one", text=text)], gazetteer)
    page_file = tmp_path / "open.html"
    page_file.write_text(candidates_html([name], gazetteer, title="Open names"), encoding="utf-8")
    context = chromium.new_context()
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{page_file.as_uri()}#{name.key}")
    section = page.locator(f"section[id='{name.key}']")
    assert section.locator("svg text.number").all_text_contents() == ["1", "2"]
    assert "syr:zureiqa-nashabiyeh" in section.locator("ol").inner_text()
    assert section.evaluate("node => node.matches(':target')")
    assert asked == [page_file.as_uri()]
    context.close()
