"""Recognition: which stretches of a text name places, and which only look so."""

from __future__ import annotations

import itertools

import pytest
from case_tables import bulletin, cases, curated, items, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Point

from geomap.arabic_script import without_marks
from geomap.gazetteer import Gazetteer
from geomap.model import Name, Place
from geomap.recognition import recognize
from geomap.recognition.before import Before, Endings, Table
from geomap.recognition.known import piece
from geomap.recognition.lexicon import LANGUAGES as WITH_LEXICON
from geomap.recognition.lexicon import lexicon_table
from geomap.toponym import ARTICLES, fold

FRAGMENTS = [
    "Homs", "the Eastern Ghouta", "al-Nasriyah", "Deir ez-Zor", "Tal-Sultan", " – ", "Abu al-Duhur",
    "humanitarian corridor", "Douma", "Government of Jordan", "Free Syrian Army", "MOSCOW, September 11. ",
    "southern areas of", "province", "province of", "city of", "provinces of", "governorates", "check point near",
    "Ain-Zrekia", "Russia", "Turkey", "agreed", "shelled", "'s", "’s", "southwestern Syria", ", ", " and ", "; ",
    ". ", ".", "\n", "\n\n", "(", ")", '"', "«", "»", "-", "–", " ", "  ", "\t", "68 people", "returned to", "from",
    "Gen. Idlebi said", "حمص", "وحلب", "محافظة", "إلى", "الغوطة الشرقية", "«دوما»", "، ", "\u200f", "\u200e",
    "\u0640", "😀", "👨‍👩‍👧", "é", "В Алеппо", "провинции Хомс", "Восточную Гуту", "из Ливана", "İstanbul", "ß", "ﬁ",
    "e\u0301", "\u00a0", "\r\n", "1070", "A", "al-", "El",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=30).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda glue: glue.join(parts))
)
LANGUAGES = st.sampled_from(["en", "ar", "ru", "fr", "en-GB"])


def shown(mention) -> str:
    return mention.surface if mention.context == "location" else f"{mention.surface}={mention.context}"


@pytest.mark.parametrize(("lang", "text", "mentions", "why"), cases("mentions"))
def test_mentions_are_the_names_of_places(lang, text, mentions, why):
    assert [shown(m) for m in recognize(bulletin(text, lang), curated())] == items(mentions), why


ARABIC = [
    text
    for lang, text, *_ in (param.values for param in cases("mentions"))
    if lang == "ar" and text == without_marks(text)
]


@settings(deadline=None)
@given(st.sampled_from(ARABIC), st.data())
def test_marks_on_arabic_letters_change_no_name(text, data):
    letters = [i for i, c in enumerate(text) if c.isalpha()]
    marked = set(data.draw(st.lists(st.sampled_from(letters), max_size=8, unique=True)))
    mark = data.draw(st.sampled_from("\u064b\u064f\u0651\u0652"))
    written = "".join(f"{c}{mark}" if i in marked else c for i, c in enumerate(text))
    found = recognize(bulletin(written, "ar"), curated())
    assert [without_marks(m.surface) for m in found] == [m.surface for m in recognize(bulletin(text, "ar"), curated())]
    assert all(written[m.start : m.end] == m.surface for m in found)


@pytest.mark.parametrize(("lang", "text", "surface", "name", "types", "part"), cases("types"))
def test_a_mention_carries_what_the_words_around_say(lang, text, surface, name, types, part):
    found = [m for m in recognize(bulletin(text, lang), curated()) if m.surface == surface]
    assert len(found) == 1
    assert (found[0].name, found[0].types) == (name, frozenset(items(types, " ")))
    said = found[0].part or "-"
    assert said.endswith(part), said


def test_a_corridor_knows_its_ends():
    text = "465 people passed through the Tal-Sultan – Abu al-Duhur humanitarian corridor."
    whole = [m for m in recognize(bulletin(text), curated()) if m.ends]
    assert [(m.ends, m.types) for m in whole] == [(("Tal-Sultan", "Abu al-Duhur"), frozenset({"corridor"}))]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS | st.text(max_size=200), LANGUAGES)
def test_a_mention_stands_where_it_says(text, lang):
    mentions = recognize(bulletin(text, lang), curated())
    assert [(m.start, m.end) for m in mentions] == sorted((m.start, m.end) for m in mentions)
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.surface
        assert mention.surface.strip()
        assert mention.name.strip()
        assert mention.name in mention.surface
        assert all(end in mention.surface for end in mention.ends)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS, LANGUAGES)
def test_only_corridors_and_points_told_by_a_town_overlap_others(text, lang):
    mentions = recognize(bulletin(text, lang), curated())
    plain = [m for m in mentions if not m.ends and not (m.part == "near" and m.name != m.surface)]
    for one, two in itertools.pairwise(plain):
        assert one.end <= two.start, (one.surface, two.surface)


def test_the_same_text_gives_the_same_mentions():
    text = "Shelling hit Homs, Frobnitz and Hama. " * 3
    assert recognize(bulletin(text), curated()) == recognize(bulletin(text), curated())


@pytest.mark.parametrize("text", ["", " ", "\n\n", "😀", "\u200f"])
def test_a_text_without_words_has_no_mentions(text):
    assert read(text).resolutions == ()


WORDS = st.sampled_from(
    ["Tell", "Rifaat", "al", "Abu", "Duhur", "Deir", "ez", "Zor", "Dara'a", "Khan", "As", "Suwayda", "province", "Эль",
     "Телль", "Дейр", "Хомса", "حلب", "تل", "رفعت", "5", "é"]
)  # fmt: skip


@given(st.lists(WORDS, min_size=1, max_size=4), WORDS)
def test_a_name_is_folded_word_by_word(words, last):
    if last.lower() in ARTICLES:
        last = "Homs"  # an article behind a name is no part of it
    pieces = "".join(piece[word].inner for word in words) + piece[last].last
    assert pieces == fold(" ".join([*words, last]))


CERTAIN = {
    "locative": Before.LOCATIVE,
    "part": Before.PART,
    "of_location": Before.OF_LOCATION,
    "actor_before": Before.ACTOR,
}
ENTRIES = [
    (lang, name, entry) for lang in WITH_LEXICON for name in CERTAIN for entry in lexicon_table(lang)["context"][name]
]


@pytest.mark.parametrize(("lang", "name", "entry"), ENTRIES)
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_what_stands_before_a_name_is_told_by_its_last_words(lang, name, entry, data):
    said = data.draw(st.from_regex(entry, fullmatch=True, alphabet={*entry, "a"}).filter(lambda text: len(text) < 50))
    low = f"buses {said} "
    endings = Endings([Table(number=CERTAIN[name], entries=lexicon_table(lang)["context"][name])])
    assert endings.before(low, len(low)) == CERTAIN[name]


@pytest.mark.parametrize(
    ("low", "told"),
    [("in ", Before.LOCATIVE), ("(in the\n", Before.LOCATIVE), ("in", 0), ("pin ", 0), ("in-", 0), ("", 0)],
)  # fmt: skip
def test_a_space_parts_a_name_from_what_stands_before_it(low, told):
    assert Endings([Table(number=Before.LOCATIVE, entries=["in"])]).before(low, len(low)) == told


def places(*names: str) -> Gazetteer:
    return Gazetteer.from_places(
        Place(
            id=f"test:{number}", name=name, type="town", lon=0, lat=0, geometry=Point(0, 0),
            names=(Name(toponym=name, lang="en"),),
        )
        for number, name in enumerate(names)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "lang", "text"),
    [
        ("Cox's Bazar", "en", "Camps in Cox's Bazar were flooded."),
        ("West Bank", "en", "The West Bank is closed."),
        ("Rostov-na-Donu", "en", "Trains to Rostov-na-Donu stopped."),
        ("Alep", "fr", "Les habitants d'Alep sont rentrés."),
        ("L'Aquila", "it", "Gli abitanti di L'Aquila tornano."),
        ("𝐇𝐨𝐦𝐬", "en", "Shells hit 𝐇𝐨𝐦𝐬 again."),
        ("İzmir", "tr", "Bugün yine İzmir yandı."),
    ],
)
def test_a_name_is_found_as_it_is_written(name, lang, text):
    assert [m.surface for m in recognize(bulletin(text, lang), places(name))] == [name]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kits were handed out in Hammam al-Alil.", ["Hammam al-Alil"]),
        ("Groups went to Dar As Salam by bus.", ["Dar As Salam"]),
        ("Groups went to Dar, Salam and Hammam by bus.", ["Dar", "Salam", "Hammam"]),
    ],
)
def test_an_article_ties_a_name_to_a_small_place(text, found):
    assert [m.surface for m in recognize(bulletin(text), places("Hammam", "Dar", "Salam"))] == found


def test_two_gazetteers_are_asked_apart():
    text = bulletin("Rain spared Frobnitz and Homs.")
    assert [[m.surface for m in recognize(text, places(name))] for name in ("Homs", "Hama")] == [
        ["Frobnitz", "Homs"], [],
    ]  # fmt: skip
