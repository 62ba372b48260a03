"""The page's own words: one table a language with the same keys, no English elsewhere, each language in a browser."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import made_map
import pytest

from geomap.errors import InputError
from geomap.webmap import map_html, render_map, save_map
from geomap.webmap.languages import LANGUAGES

SOURCES = Path(__file__).resolve().parent.parent / "web" / "src"
TABLES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (SOURCES / "strings").glob("*.json")}

LITERAL = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
WORDS = re.compile(r"[A-Za-z]{2,}[,;:.]? +[A-Za-z]{2,}|^\W*[A-Z][a-z]{2,}\W*$")
UNSEEN = re.compile(
    r"(class|className|style|rel|font|return|key [!=]==)[:=]?\s*(country\.home \? |\{ )?$|\.on\($|matchMedia\($"
    r"|querySelector(All)?\($|addEventListener\($"
)
"""What stands before a literal that nobody reads: classes, styles, fonts, keys, events, queries."""


def forms(text):
    return text.values() if isinstance(text, dict) else [text]


def places(text):
    return [sorted(re.findall(r"\{(\w+)\}", form)) for form in forms(text)]


def test_there_is_a_table_for_each_language():
    assert set(TABLES) == set(LANGUAGES)


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_all_languages_say_the_same_things(language):
    english, other = TABLES["en"], TABLES[language]
    assert list(other) == list(english)
    for key, text in english.items():
        assert isinstance(other[key], type(text)), key
        assert {tuple(names) for names in places(other[key])} == {tuple(names) for names in places(text)}, key
        assert all(form.strip() for form in forms(other[key])) == all(form.strip() for form in forms(text)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_the_forms_of_its_language(language, chromium):
    page = chromium.new_page()
    needed = page.evaluate("l => new Intl.PluralRules(l).resolvedOptions().pluralCategories", language)
    page.close()
    for key, text in TABLES[language].items():
        assert isinstance(text, str) or set(text) == set(needed), key


def readable(source):
    """Texts of a script that look like words of a language, with what stands before each."""
    for found in LITERAL.finditer(source):
        if not found[0].startswith("/"):
            before = source[max(0, found.start() - 40) : found.start()]
            for piece in re.split(r"\$\{[^}]*\}", found[0][1:-1]):
                if WORDS.search(piece) and not UNSEEN.search(before):
                    yield piece


FOR_MACHINES = {"files.js"}
"""Scripts whose words stand in files, in the words of the package's own, whatever the page's language."""


@pytest.mark.parametrize(
    "script", sorted(p for p in SOURCES.glob("*.js") if p.name not in FOR_MACHINES), ids=lambda path: path.name
)
def test_no_text_that_is_read_stands_outside_of_the_tables(script):
    assert list(readable(script.read_text(encoding="utf-8"))) == []


def test_a_text_outside_of_the_tables_is_seen():
    assert list(readable('el("p", { class: "two words" }, "Two words", `${n} more words`) // not this')) == [
        "Two words",
        " more words",
    ]


def in_one_script(event):
    """An event whose own texts hold no Latin letter."""

    def cyrillic(value):
        return "".join(chr(0x430 + ord(c) % 32) if c.isascii() and c.isalpha() else c for c in value)

    def place(p):
        cited = tuple(replace(c, source="О", label="О", url=None, licence=None) for c in p.citations)
        return replace(p, id=cyrillic(p.id), name=cyrillic(p.name), citations=cited, description=None,
                       parents=tuple(map(cyrillic, p.parents)))  # fmt: skip

    def resolution(r):
        mention = replace(r.mention, surface=cyrillic(r.mention.surface))
        candidates = tuple(replace(c, place=place(c.place), reasons=()) for c in r.candidates)
        chosen = None if r.place is None else place(r.place)
        return replace(r, mention=mention, place=chosen, candidates=candidates, reasons=())

    def roles(given):
        return replace(given, **{name if name != "from" else "from_": tuple(map(resolution, role))
                                 for name, role in given.items()})  # fmt: skip

    bulletin = replace(event.bulletin, id=cyrillic(event.bulletin.id), text=cyrillic(event.bulletin.text), url=None,
                       source=cyrillic(event.bulletin.source), notes=())  # fmt: skip
    return replace(event, id=cyrillic(event.id), bulletin=bulletin, sentence=cyrillic(event.sentence),
                   period=event.period and "я", roles=roles(event.roles), inferred=roles(event.inferred))  # fmt: skip


SEEN = """() => {
    const texts = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const { parentElement } = walk.currentNode;
        if (!parentElement.closest('script, style, noscript, [lang=en]')) texts.push(walk.currentNode.textContent);
    }
    for (const node of document.querySelectorAll('[aria-label], [title], [alt], [placeholder]')) {
        for (const name of ['aria-label', 'title', 'alt', 'placeholder']) texts.push(node.getAttribute(name) ?? '');
    }
    return [...texts, ...geomap.scene.picks.all.map(d => d.name())];
}"""
NAMES = re.compile(r"CSV|GeoJSON|Natural Earth|OCHA|geomap|GeoNames|CC BY|Leaflet|WGS")


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    path = tmp_path_factory.mktemp("words") / "map.html"
    events = [*made_map.events(), made_map.directed_event()]
    save_map(render_map([in_one_script(event) for event in events], language="ar"), path)
    return path


def latin(page):
    """What is read in Latin letters but for names of sources and of languages."""
    return {text for text in page.evaluate(SEEN) if re.search(r"[A-Za-z]{2}", NAMES.sub("", text))} - {"English"}


def test_an_arabic_page_says_nothing_in_english(foreign, open_page):
    seen = open_page(foreign)
    page = seen.page
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert latin(page) == set()
    for number in range(page.locator("#geomap-side ul.events button").count()):
        page.locator("#geomap-side ul.events button").nth(number).click()
        page.eval_on_selector_all("details", "nodes => nodes.forEach(n => n.open = true)")
        assert latin(page) == set()
        page.keyboard.press("Escape")
    for place in (".corridor-hit", "path.zone"):
        for number in range(page.locator(place).count()):
            page.locator(place).nth(number).focus()
            page.keyboard.press("Enter")
            assert latin(page) == set()
            page.keyboard.press("Escape")
    seen.assert_quiet()


def test_a_reader_changes_the_language_and_what_was_chosen_stays(foreign, open_page):
    seen = open_page(foreign)
    page = seen.page
    page.locator("#geomap-legend input[name=displacement]").uncheck()
    page.locator("select[name=language]").focus()
    page.locator("select[name=language]").select_option("ru")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ru", "ltr"]
    assert "15 событий на карте" in page.locator(".counts").inner_text()
    assert page.title() == "События по сообщениям, 18 июня 2018 г. — 24 июня 2018 г."
    assert not page.locator("#geomap-legend input[name=displacement]").is_checked()
    assert "displacement" not in page.evaluate("geomap.scene.picks.all.flatMap(d => d.types)")
    assert page.evaluate("document.activeElement.name") == "language"
    assert page.locator("#geomap-legend").count() == 1
    assert page.locator(".leaflet-control-scale").count() == 1
    page.locator("select[name=language]").select_option("en")
    assert "15 events on the map" in page.locator(".counts").inner_text()
    seen.assert_quiet()


SEEN_MARKS = """() => {
    const legend = document.getElementById('geomap-legend').getBoundingClientRect();
    const box = geomap.scene.map.getContainer().getBoundingClientRect();
    const { picks, map } = geomap.scene;
    const sites = picks.all.filter(d => d.kind === 'site');
    const at = sites.map(d => map.layerPointToContainerPoint([d.at.x, d.at.y]));
    const isUnder = x => x + box.left > legend.left && x + box.left < legend.right;
    return at.filter(({ x, y }) => isUnder(x) && y < legend.bottom).length;
}"""


def test_the_legend_covers_no_mark_on_either_side(foreign, open_page):
    page = open_page(foreign).page
    for language in ("ar", "en", "ar", "ru"):
        page.locator("select[name=language]").select_option(language)
        assert page.evaluate(SEEN_MARKS) == 0, language


def test_an_arabic_reader_chooses_the_digits(foreign, open_page):
    page = open_page(foreign).page
    counts = page.locator(".counts")
    assert "١٥" in counts.inner_text()
    page.locator("select[name=digits]").select_option("latn")
    assert "15" in counts.inner_text()
    assert not re.search("[٠-٩]", page.locator("#geomap-app").inner_text().replace("٠١٢٣", ""))


def test_a_language_that_the_page_does_not_speak_is_refused():
    with pytest.raises(InputError, match="en, ar, ru"):
        render_map([], language="tlh")


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ru", "ltr"), ("ar", "rtl")])
def test_a_page_has_its_language_from_the_start(language, direction):
    assert f'<html lang="{language}" dir="{direction}">' in map_html(render_map([], language=language))


def test_the_command_line_offers_the_languages_of_the_page(run, tmp_path):
    bulletin = tmp_path / "one.txt"
    bulletin.write_text("Some 50 people returned to Homs.", encoding="utf-8")
    for language in LANGUAGES:
        assert run("map", str(bulletin), "-o", str(tmp_path / "map.html"), "--language", language).code == 0
        assert f'<html lang="{language}"' in (tmp_path / "map.html").read_text(encoding="utf-8")
    assert run("map", str(bulletin), "-o", str(tmp_path / "map.html"), "--language", "tlh").code == 2


WRITTEN = r"""([language, digits]) => {
    geomap.speak(language, digits);
    const locale = (of) => (digits ? `${of}-u-ca-gregory-nu-${digits}` : of);
    const numbers = [0, 7, 12, 999, 1000, 1072, 12345, 70071, 1234567, 9876543210, 1e15, 2e15, 0.5, 1234.25, -5418,
        1.8, 0.05, 0.004, 1e-7, 1.005, 2.675, 999.995, 12345.678, 0.1 + 0.2];
    const plain = new Intl.NumberFormat(locale(language), { maximumFractionDigits: 2 });
    const names = { en: ["en-GB"], ar: ["ar-SY", "ar"] }[language] ?? [language];
    const long = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
    const [first, second] = names.map((of) => new Intl.DateTimeFormat(locale(of), long));
    const month = (format, date) => format.formatToParts(date).find(({ type }) => type === "month").value;
    const days = Array.from({ length: 12 }, (_, i) => `2018-${String(i + 1).padStart(2, "0")}-0${i % 9 + 1}`);
    const day = (iso) => {
        const date = new Date(`${iso}T00:00:00Z`), own = month(first, date), other = second ? month(second, date) : own;
        return own === other ? first.format(date) : first.format(date).replace(own, `${own}/${other}`);
    };
    return [numbers.map(geomap.number), numbers.map((n) => plain.format(n)), days.map(geomap.dayText), days.map(day)];
}"""


def test_numbers_and_days_are_written_as_the_browser_would(foreign, open_page):
    page = open_page(foreign).page
    for spoken in (["en", None], ["ru", None], ["ar", "arab"], ["ar", "latn"]):
        ours, browsers, days, browsers_days = page.evaluate(WRITTEN, spoken)
        assert (ours, days) == (browsers, browsers_days), spoken
