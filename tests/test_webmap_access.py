"""For everyone: axe-core finds nothing serious, all is reached and done by keys, counts are live, the focus is seen."""

from __future__ import annotations

from pathlib import Path

import made_map
import pytest
from browser import DESKTOP, PHONE

from geomap.webmap import render_map, save_map

AXE = Path(__file__).resolve().parent.parent / "web" / "node_modules" / "axe-core" / "axe.min.js"

SERIOUS = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, ...nodes.slice(0, 4).map(n => `${n.target} ${n.any[0]?.message ?? ''}`)])"""


@pytest.fixture(scope="module")
def axe():
    if not AXE.is_file():
        pytest.skip("axe-core is not there: npm ci in web/ (or a build of the package) fetches it")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The same map in two languages."""
    folder, paths = tmp_path_factory.mktemp("access"), {}
    for language in ("en", "ar"):
        paths[language] = folder / f"{language}.html"
        events = [*made_map.events(), made_map.directed_event()]
        made = render_map(events, gazetteer=made_map.gazetteer(), title="Reported", language=language)
        save_map(made, paths[language])
    return paths


@pytest.mark.parametrize(
    ("language", "scheme", "size"),
    [("en", "light", DESKTOP), ("en", "dark", DESKTOP), ("ar", "light", PHONE), ("ar", "dark", PHONE)],
)
def test_axe_finds_nothing_serious(language, scheme, size, pages, axe, open_page):
    seen = open_page(pages[language], size, scheme=scheme)
    page = seen.page
    page.evaluate(axe)
    assert page.evaluate(SERIOUS) == [], "as it opens"
    page.eval_on_selector_all("details", "nodes => nodes.forEach(node => { node.open = true; })")
    page.evaluate("geomap.asking.change({ where: 'box', box: [36, 33, 37, 34] })")
    assert page.evaluate(SERIOUS) == [], "with all unfolded and a rectangle"
    page.locator("#geomap-find").fill("a")
    page.wait_for_selector("#geomap-goals li")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(SERIOUS) == [], "while somebody searches"
    page.keyboard.press("Escape")
    page.evaluate("geomap.asking.change({ where: 'all' })")
    page.locator("#geomap-find").fill("")
    page.locator("#geomap-side ul.events button").first.click()
    page.wait_for_selector(".card")
    page.eval_on_selector_all(".card details", "nodes => nodes.forEach(node => { node.open = true; })")
    assert page.evaluate(SERIOUS) == [], "with a card"
    assert seen.complaints == []
    assert seen.requests == []


FOCUSED = """() => {
    const node = document.activeElement;
    const around = [node, node.nextElementSibling, ...node.querySelectorAll('*')];
    const near = around.filter(Boolean).map(one => getComputedStyle(one));
    const seen = near.some(({ outlineStyle, strokeWidth }) => outlineStyle !== 'none' || strokeWidth === '3px');
    const name = node.getAttribute('aria-label') || node.name || node.textContent.trim().slice(0, 40) || node.id;
    return [name, seen];
}"""


def test_all_is_reached_by_tab_in_an_order_that_can_be_followed_with_a_visible_focus(pages, open_page):
    page = open_page(pages["en"]).page
    reached, unseen = [], []
    for _ in range(120):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(FOCUSED)
        if not seen and page.evaluate("document.activeElement !== document.body"):
            unseen.append(name)
        reached.append(name)
    assert unseen == []
    joined = " | ".join(reached)
    for part in ("Search places and words", "geomap-where", "Totals by type", "Sources and certainty", "CSV", "GeoJSON",
                 "Copy link", "Zoom in", "Draw a rectangle", "Play", "First day shown"):  # fmt: skip
        assert part in joined, part
    order = [reached.index(name) for name in ("Search places and words", "Totals by type", "CSV")]
    assert order == sorted(order)


def test_a_question_is_put_by_keys_alone_and_its_answer_is_told(pages, open_page):
    seen = open_page(pages["en"])
    page = seen.page
    before = page.locator(".counts").inner_text()
    assert page.locator(".counts").get_attribute("role") == "status"
    page.locator("#geomap-ask .where input[value=all]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.locator("#geomap-ask form.box input[name=west]").focus()
    for side in ("36", "33.2", "37.5", "34"):
        page.keyboard.type(side)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("path.asked")
    assert page.locator(".counts").inner_text() != before
    page.locator("#geomap-ask details.totals summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("geomap.asking.question.types") is not None
    page.locator("#geomap-side ul.events button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    page.keyboard.press("Escape")
    assert page.locator(".card").count() == 0
    seen.assert_quiet()
