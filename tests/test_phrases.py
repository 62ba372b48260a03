"""Phrases: what is tried of many patterns finds what all of them as alternatives find, and most are not tried."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomap.extraction import phrases
from geomap.extraction.needed_words import ODD, NeededWord, needed_words
from geomap.extraction.phrases import Phrases, Sieve, finditer, possible
from geomap.extraction.rules import rule_pack

LANGUAGES = ("en", "ar", "ru")
VERBS = [f"{one}{two}verb" for one in "abcde" for two in "vwxyz"]
NOUNS = [f"{one}{two}noun" for one in "abcde" for two in "vwxyz"]


def packed(lang: str) -> list[Phrases]:
    pack = rule_pack(lang)
    groups = [(r.triggers, r.weak_triggers, r.excludes) for r in pack.rules]
    scope, modality = pack.scope, pack.modality
    return [
        *(one for group in groups for one in group),
        *(scope.cumulative, scope.stock, scope.period, scope.perfect, scope.decrease, scope.increase),
        *(modality.negated, modality.negated_after, modality.planned, modality.hypothetical),
        *(pack.cut, pack.anaphora, pack.figures.of_them, *(words for _, _, words in pack.period.past)),
        *(unit.words for unit in pack.units),
    ]


def words_of(one: Phrases) -> list[str]:
    """Words and pieces of words that its patterns are made of, with what the language puts around them."""
    return re.findall(r"[^\W\d_]+", " ".join(one.entries))


def texts(lang: str) -> st.SearchStrategy[str]:
    """Texts of the words of a language's patterns, in any letters, with figures and signs between them."""
    words = sorted({word for one in packed(lang) for word in words_of(one)})
    word = st.sampled_from(words)
    changed = st.one_of(word, word.map(str.upper), word.map(str.title))
    piece = st.one_of(changed, st.sampled_from(["12", "3,000", "the", "ſ", "ı", "İ", "-", "'", "و"]))
    gap = st.sampled_from([" ", "  ", ", ", "-", "", "’s ", ". ", "\n", "\u00a0"])
    return st.lists(st.tuples(piece, gap), max_size=25).map(lambda made: "".join(a + b for a, b in made))


@pytest.mark.parametrize("lang", LANGUAGES)
@settings(deadline=None)
@given(data=st.data())
def test_what_is_found_is_what_all_patterns_together_find(lang, data):
    text = data.draw(texts(lang))
    start, end = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, len(text)))
    for one in packed(lang):
        found, expected = one.search(text, start, end), one.joined.search(text, start, end)
        assert (found and found.span()) == (expected and expected.span()), one.entries
        spans = [match.span() for match in one.joined.finditer(text, start, end)]
        assert [match.span() for match in one.finditer(text, start, end)] == spans


@pytest.mark.parametrize("lang", LANGUAGES)
def test_most_patterns_are_not_tried(lang):
    """In a sentence that tells nothing of any rule's, and has as many words as others."""
    sentence = {
        "en": "The minister opened a museum of modern art near the old railway on Tuesday.",
        "ar": "افتتح الوزير متحفا للفن الحديث قرب السكة القديمة يوم الثلاثاء.",
        "ru": "Министр торжественно представил музей современного искусства у старой железной дороги.",
    }[lang]
    patterns = packed(lang)
    bits = patterns[0].sieve.bits(sentence, 0, len(sentence))
    assert sum(bool(one.bits & bits) for one in patterns) <= len(patterns) / 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_pattern_of_a_pack_compiles(lang):
    for one in packed(lang):
        assert [one.joined.groups, *(one._pattern(n).groups for n in range(len(one.entries)))]


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        (r"\bfled\b", [{("fled", True, True)}]),
        ("fled", [{("fled", False, False)}]),
        (r"\breturn(?:ed|s)?\b", [{("return", True, True), ("returned", True, True), ("returns", True, True)}]),
        (r"\bdisplac\w*", [{("displac", True, False)}]),
        (r"\b(?:cease-?fire|truce)\b", [{("ceasefire", True, True), ("cease", True, True), ("truce", True, True)}]),
        (r"\bin (?:\w+ )?Homs\b", [{("homs", True, True)}, {("in", True, True)}]),
        (r"\bno(?= longer)", [{("longer", True, False)}, {("no", True, False)}]),
        (r"(?:a|an)? \d+", []),
        (r"\w+", []),
        (r"\bsettl[sz]e?d\b", [{(f"settl{c}{e}d", True, True) for c in "sz" for e in ("", "e")}]),
        (r"(?<![^\w])fled(?!\w)", [{("fled", False, True)}]),
        (r"\bkm\s+of\b", [{("km", True, True)}, {("of", True, True)}]),
        (r"\b[A-Z]\w+ shelling\b", [{("shelling", True, True)}]),
        (
            rf"\b(?:{'|'.join(VERBS)}) (?:\S+ ){{0,4}}?(?:{'|'.join(NOUNS)})\b",
            [{(word, True, True) for word in VERBS}, {(word, False, True) for word in NOUNS}],
        ),
    ],
)
def test_the_words_that_a_pattern_needs(pattern, needs):
    assert needed_words(pattern) == tuple({NeededWord(*need) for need in words} for words in needs)


def test_only_odd_letters_are_taken_for_others_without_regard_to_case():
    odd = re.compile(f"[{ODD}]")
    for code in range(0x110000):
        letter = chr(code)
        if not unicodedata.category(letter).startswith("L") or odd.match(letter):
            continue
        lower = letter.lower()
        assert len(lower) == 1
        assert re.fullmatch(re.escape(lower), letter, re.IGNORECASE)
        for other in {lower, letter.upper(), letter.title(), letter.casefold()}:
            if len(other) == 1 and other.lower() != lower and not odd.match(other):
                assert not re.fullmatch(re.escape(other), letter, re.IGNORECASE), (letter, other)


def test_of_two_at_one_place_the_first_is_taken():
    either = Phrases(["went back", "went", "went home"], r"\b", r"\b", Sieve())
    assert either.search("They went home").group() == "went"
    assert either.search("They went back").group() == "went back"
    assert either.search("home went they", 6) is None


def test_those_whose_words_are_there_are_told_by_number_also_from_two_sieves():
    one, two = Sieve(), Sieve()
    patterns = [Phrases(["fled"], r"\b", r"\b", one), Phrases([], "", "", one), Phrases([r"\bkm"], "", "", two)]
    assert list(possible(patterns, "He fled 12 km", 0, 13)) == [0, 2]
    assert list(possible(patterns, "He fled 12 km", 3, 8)) == [0]


def test_all_matches_of_several_come_pattern_by_pattern():
    sieve = Sieve()
    patterns = [Phrases([f"(?P<who>{word})"], r"\b", r"\b", sieve) for word in ("he", "fled", "she")]
    assert [m["who"] for m in finditer(patterns, "He said he fled", 0, 15)] == ["He", "he", "fled"]


def test_patterns_added_later_are_found_in_a_text_that_was_seen_before():
    sieve, text = Sieve(), "They fled."
    assert Phrases(["came"], r"\b", r"\b", sieve).search(text) is None
    assert Phrases(["fled"], r"\b", r"\b", sieve).search(text)


@pytest.mark.parametrize(("start", "end", "found"), [(6, 10, "fled"), (6, 9, None), (7, 7, None), (8, 13, None)])
def test_a_part_of_a_stretch_seen_before_may_cut_a_word(start, end, found):
    text, fled = " They fledged", Phrases(["fled"], r"\b", r"\b", Sieve())
    assert fled.search(text, 1, len(text)) is None
    match = fled.search(text, start, end)
    assert (match and match.group()) == found


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(phrases, "_KEPT_WORDS", 10)
    monkeypatch.setattr(phrases, "_KEPT_STRETCHES", 5)
    sieve = Sieve()
    fled = Phrases(["fled"], r"\b", r"\b", sieve)
    for number in range(50):
        assert fled.search(f"n{number} fled m{number}")
    assert len(sieve._by_word) <= 10
    assert len(sieve.by_stretch) <= 5


@pytest.mark.parametrize("pattern", ["(?<=a+)b", "(", "a{2,1}"])
def test_a_wrong_pattern_is_told_at_once(pattern):
    with pytest.raises(re.error):
        Phrases(["fine", pattern], "", "", Sieve())
