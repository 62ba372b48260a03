"""Names of places in Arabic script, which has no capitals: known ones, and unknown ones behind a type word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.recognition.arabic_clues import (
    Neighbours,
    bracketed_name,
    goes_further,
    is_type,
    looks_common,
    unknown_name,
)
from geomap.recognition.arabic_table import clues
from geomap.recognition.before import Before
from geomap.recognition.known import piece
from geomap.recognition.text import Found, Spans, Text, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.recognition.known import KnownNames

__all__ = ["find_arabic_names"]

_SHORTEST = 3
"""The letters of the shortest name looked up."""
_LONGEST = 6
"""The longest name looked up, in words."""


def find_arabic_names(text: Text, known: KnownNames, masked: Spans) -> list[Found]:
    """Find names in Arabic script: known ones behind any clitic, unknown ones behind a type word and in its list.

    A known name stands with its article, or without one, as the gazetteer writes it: Arabic is strict there, and many
    names without their article are common words.
    """
    words = text.all_words
    found: list[Found] = []
    i = last = 0  # the last name goes up to the word before `last`
    plural = False  # in a list that a plural type word opened: "معبري جديدة يابوس والزمراني"
    while i < len(words):
        at_end = bool(found) and (last == i or _behind_bracket(text, words, last, i))
        plural = plural and at_end
        previous = found[-1] if at_end else None
        name = _known(text, known, words, i)
        if name is not None and name.words == 1 and goes_further(text, words, i, name.start):
            name = Found(name.start, words[i + 1].end, 2)
        before = found[-1] if found else None
        name = name or _unknown(text, known, words, i, previous, before, listed=plural)
        if name is None or masked.meet(name.start, name.end):
            i += 1
            continue
        if i and name.key and _belongs_to_organisation(text, words, i, name):
            i += name.words
            continue
        name = _with_number(text, words, i, name)
        plural = plural or (i > 0 and text.words.plural.match(words[i - 1].kind.text.removeprefix("و")) is not None)
        found.append(name)
        i = last = i + name.words
    return found


def _behind_bracket(text: Text, words: Sequence[Word], last: int, i: int) -> bool:
    """Whether only a figure in brackets stands before a word, behind a name, and one behind it ("X (20) وY (8)")."""
    if i > last + 3 or not words[i].kind.text.startswith("و"):
        return False
    between = text.body[words[last - 1].end : words[i].start]
    return _FIGURE_BEHIND.fullmatch(between) is not None and _words_to_figure(text, words, i) > 0


def _words_to_figure(text: Text, words: Sequence[Word], i: int) -> int:
    """Return how many words stand from one up to a figure in brackets, one or two, or 0."""
    for n, word in enumerate(words[i : i + 2], 1):
        if n > 1 and not text.joined(words[i].end, word.start):
            return 0
        if _FIGURE_BEHIND.match(text.body, word.end):
            return n
    return 0


def _with_number(text: Text, words: Sequence[Word], i: int, name: Found) -> Found:
    """Return the name of a camp with the number that tells it from its namesakes ("مخيم بيرسفي 1")."""
    last = i + name.words
    if not i or last >= len(words) or not words[last].kind.digits or len(words[last].kind.text) > 1:
        return name
    camp = _CAMP.fullmatch(words[i - 1].kind.text) is not None
    listed = words[i - 1].kind.digits and words[i].kind.text.startswith("و")  # "مخيمي كبرتو 1 وكبرتو 2"
    joined = text.joined(words[last - 1].end, words[last].start)
    if not (camp or listed) or not joined or not _BEHIND_NUMBER.match(text.body, words[last].end):
        return name
    return Found(name.start, words[last].end, name.words + 1, name.key)


_CAMP = re.compile("[وبلف]?(?:ال)?مخيم(?:ي|ين|ات)?")
_BEHIND_NUMBER = re.compile(r"\s*(?:[.،؛,)]|$|و(?!\d)|(?:في|إلى|الى|من|ب\w+)\b)")
_FIGURE_BEHIND = re.compile(r"\s*\([^\d()\n]{0,12}\d[^()\n]{0,20}\)\s?،?\s*")


def _belongs_to_organisation(text: Text, words: Sequence[Word], i: int, name: Found) -> bool:
    """Whether a name is the second half of an organisation's, a document's or a meeting's ("جامعة حلب").

    Some heads are words for places, too; they count with an adjective behind the name ("مركز حمص الإعلامي").
    """
    head = words[i - 1]
    if name.start != words[i].start or not text.joined(head.end, name.start):
        return False
    sector = i > 1 and head.kind.text in clues().sectors
    if sector and _BARE.sub("", words[i - 2].kind.text) in clues().administrations:
        return text.joined(words[i - 2].end, head.start)  # "مديرية صحة حلب"
    heads = [text.words.kinds[head.kind.text.removeprefix(clitic)] for clitic in _BEFORE_HEADS]
    if any(kind.heads for kind in heads):
        return True
    return any(kind.described for kind in heads) and _is_described(words, i + name.words)


_BEFORE_HEADS = ("", "و", "ل", "ب", "ول", "وب")
_BARE = re.compile("^[وف]?(?:ال|لل|[بل](?=\\w{4}))?")


_ADJECTIVE = re.compile("ال(?!شمال|جنوب|شرق|غرب|حدودي).+ية?")


def _is_described(words: Sequence[Word], i: int) -> bool:
    """Whether a word is an adjective with its article that says more than a direction, or that a border is there."""
    return i < len(words) and _ADJECTIVE.fullmatch(words[i].kind.text) is not None


def _known(text: Text, known: KnownNames, words: Sequence[Word], i: int) -> Found | None:
    """Return the longest known name that begins at a word, behind the shortest clitic."""
    kind = words[i].kind
    cuts = known.arabic_openings[words[i].kind.text]
    if not cuts or kind.common or _agrees(text, words, i) or (kind.function and not _is_country(text, words, i)):
        return None
    best: Found | None = None
    for cut in cuts:
        for name in _known_behind(text, known, words, i, words[i].start + cut):
            if best is None or best.words < name.words:
                best = name
    if best is None or not (kind.heads or kind.described):
        return best
    if best.words == 1 or (kind.described and _is_described(words, i + best.words)):
        return None
    return best  # "جمعية الزهراء" is a place of that name


def _agrees(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether a word is the adjective of the accusative before it ("لاجئا سوريا"), and no country."""
    if not i or words[i].kind.text not in _ACCUSATIVES or not text.joined(words[i - 1].end, words[i].start):
        return False
    if words[i - 1].kind.digits:
        return True
    before = words[i - 1].kind.text
    return len(before) > _SHORTEST and before.endswith("ا")


_ACCUSATIVES = frozenset({"سوريا", "ليبيا"})
"""Names of countries that are adjectives, too, in the accusative: "a Syrian", "a Libyan"."""


def _is_country(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether a word that is mostly an adjective is a country, since a preposition or a compass word is before it."""
    if words[i].kind.text not in clues().adjectival:
        return False
    return bool(text.before(words[i].start) & (Before.LOCATIVE | Before.PART))


def _known_behind(text: Text, known: KnownNames, words: Sequence[Word], i: int, start: int) -> Iterator[Found]:
    """Yield the known names that begin at a character of a word, the longest last."""
    before = ""
    for n, word in enumerate(words[i : i + _LONGEST], 1):
        if n > 1 and not text.joined(words[i + n - 2].end, word.start):
            return
        inner, last = piece[text.body[max(start, word.start) : word.end]]
        if word.end - start < _SHORTEST:
            pass  # "تل" is no place, "تل رفعت" is one
        elif before + last in known and known.arabic_fits[text.body[start : word.end]]:
            yield Found(start, word.end, n, before + last)
        before += inner
        if not known.begin_with(before):
            return


def _unknown(
    text: Text,
    known: KnownNames,
    words: Sequence[Word],
    i: int,
    previous: Found | None,
    before: Found | None,
    *,
    listed: bool,
) -> Found | None:
    """Return an unknown name that the words around it betray; `previous` is the name that ends right before it.

    `before` is the last name found, wherever it stands.

    `listed`: a list goes on that a plural type word opened.
    """
    if words[i].kind.function:
        return None
    if previous is not None and previous.end != words[i - 1].end:
        return bracketed_name(text, words, i, _words_to_figure(text, words, i))
    in_list = _lists_known(text, known, words, i + 1)
    lies = any(_lies_by_known(text, known, words, j) for j in _behind_list(text, words, i + 1))
    around = in_list or lies or _goes_from(text, words, i, before)
    return unknown_name(text, words, i, Neighbours(previous, listed, in_list, around))


def _behind_list(text: Text, words: Sequence[Word], i: int) -> list[int]:
    """Return where it can be said of a word where it lies: behind it, or behind one with waw ("X وY بريف Z")."""
    if i + 1 < len(words) and words[i].kind.text.startswith("و") and text.joined(words[i - 1].end, words[i].start):
        return [i, i + 1]
    return [i]


def _goes_from(text: Text, words: Sequence[Word], i: int, before: Found | None) -> bool:
    """Whether a known name and "to" stand before a word: it tells where one went ("من الفاشر إلى طويلة")."""
    if before is None or i < 2 or before.end != words[i - 2].end or words[i - 1].kind.text not in clues().towards:
        return False
    plain = words[i].kind.text
    if plain.startswith("ال") or looks_common(plain) or is_type(text, plain):  # it has to look like a name by itself
        return False
    return text.joined(words[i - 2].end, words[i - 1].start)


def _lies_by_known(text: Text, known: KnownNames, words: Sequence[Word], i: int) -> bool:
    """Whether words say by a known place where another lies ("غربي حلب", "بريف حلب", "بحلب")."""
    if i + 1 >= len(words) or not text.joined(words[i - 1].end, words[i].start):
        return False
    word = words[i].kind.text
    leaves = words[i - 2].kind.text.removeprefix("و") == "من" and word in clues().towards if i > 1 else False
    if leaves or _WHERE.fullmatch(word):
        return _known(text, known, words, i + 1) is not None
    name = _known(text, known, words, i) if word.startswith("ب") else None
    return name is not None and name.start == words[i].start + 1


_WHERE = re.compile("(?:شمال|جنوب|شرق|غرب)ي?|ب(?:ريف|محافظة|ولاية|قضاء|ناحية|مديرية|منطقة)")


def _lists_known(text: Text, known: KnownNames, words: Sequence[Word], i: int) -> bool:
    """Whether a list goes on at a word with a known name behind waw."""
    name = _known(text, known, words, i) if i < len(words) else None
    return name is not None and name.start == words[i].start + 1 and words[i].kind.text.startswith("و")
