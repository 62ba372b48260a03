"""Names in Arabic script that no gazetteer holds: what grammar tells of them, since no capital does.

Behind a word for a kind of place stands a name, unless the word is an adjective that agrees with it or a common noun.
Behind a preposition a noun is in the genitive, which has neither a final alif nor the plural in -ūn: a word that ends
so there is foreign or Aramaic, and nearly always a name ("إلى حولا", "في عيترون"); one in -īn that is no participle
is so, too ("قرب يارين").
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from geomap.recognition.arabic_table import clues, listed_types
from geomap.recognition.text import Found
from geomap.toponym import generic_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.recognition.text import Text, Word

__all__ = ["Neighbours", "bracketed_name", "goes_further", "is_type", "looks_common", "unknown_name"]

_SHORTEST = 3
_SHORTEST_UNTYPED = 4
"""Letters of the shortest name behind a type word, and behind a preposition: three are nearly always a common word."""
_CLITIC_OF_LIST = "و"
_MARKS_OF_END = frozenset(".،؛,)")


class Neighbours(NamedTuple):
    """Names around a word.

    `previous` ends right before it; `listed`: a plural type word opened its list. `known_in_list`, `known_around`: a
    known name stands right behind the word, in a list ("X وحلب") or as where it lies ("X غربي حلب").
    """

    previous: Found | None
    listed: bool
    known_in_list: bool
    known_around: bool


def unknown_name(text: Text, words: Sequence[Word], i: int, around: Neighbours) -> Found | None:
    """Return the unknown name that begins at a word, None when nothing betrays one."""
    word = words[i]
    plain = word.kind.text
    if not i or not word.kind.arabic or word.kind.function or word.kind.digits:
        return None
    before = words[i - 1]
    if not text.joined(before.end, word.start):
        return None
    stem = plain.removeprefix(_CLITIC_OF_LIST)
    if around.previous is not None and stem != plain and _goes_on(text, words, i, stem, around):
        return _with_generics(text, words, i, word.start + 1)
    if plain in _COMPASS and clues().parted.fullmatch(before.kind.text):
        return Found(word.start, words[i + 1].end, 2) if _has_second(text, words, i) else None
    if _typed(text, words[max(0, i - 2) : i], plain, around):
        return _with_generics(text, words, i, word.start)
    return _with_generics(text, words, i, word.start) if _untyped(text, words, i, plain, around) else None


def bracketed_name(text: Text, words: Sequence[Word], i: int, count: int) -> Found | None:
    """Return the unknown name of so many words in a list each of whose names has a figure in brackets behind it."""
    stem = words[i].kind.text.removeprefix(_CLITIC_OF_LIST)
    if (
        count < 1
        or len(stem) < (_SHORTEST if count == 1 else _SHORTEST - 1)
        or stem.startswith(_BEFORE_NOUNS)
        or is_type(text, stem)
    ):
        return None
    return (
        None
        if clues().adjective["feminine"].fullmatch(stem)
        else Found(words[i].start + 1, words[i + count - 1].end, count)
    )


def _typed(text: Text, before: Sequence[Word], plain: str, around: Neighbours) -> bool:
    """Whether a word is a name because of the type word that is the last one before it."""
    head = before[-1].kind.text
    if head in clues().sectors and is_type(text, before[0].kind.text) and not plain.startswith("ال"):
        head = before[0].kind.text  # "محطة مياه علوك"
    bare = next((word for c in _CLITICS if is_type(text, word := head.removeprefix(c))), "")
    if not bare:
        return around.previous is not None and _asks_for_more(plain)
    if head in clues().also_adjectives and before[0].kind.text not in clues().prepositions:
        return False
    if _asks_for_more(plain):
        return True
    if plain.startswith(_BEFORE_NOUNS) or plain in clues().prepositions:
        return False
    if any(is_type(text, plain.removeprefix(c)) for c in _CLITICS):
        return False
    longer = len(plain) >= _SHORTEST or clues().dual.fullmatch(bare) is not None
    return longer and clues().common.fullmatch(plain) is None and _agrees_not(bare, plain, around)


def _agrees_not(bare: str, plain: str, around: Neighbours) -> bool:
    """Whether a word is no adjective of the type word before it."""
    table = clues()
    if bare in table.bare_only and plain.startswith("ال"):
        return False
    if plain.startswith("ال") or table.dual.fullmatch(bare):
        return True
    for gender, kind in (("feminine", table.feminine), ("masculine", table.masculine)):
        if kind.fullmatch(bare):
            return table.adjective[gender].fullmatch(plain) is None
    if table.plural.fullmatch(bare) is None or table.adjective["feminine"].fullmatch(plain):
        return False
    return around.known_in_list or not plain.endswith("ة")


_BEFORE_NOUNS = ("بال", "لل", "كال", "وبال", "ولل")
"""What is tied to a common noun with its article: in the, to the, like the."""
_CLITICS = ("", "و", "ب", "ل", "ف")


def is_type(text: Text, word: str) -> bool:
    """Whether a word is one for a kind of place."""
    return listed_types[word] or bool(word and text.words.kinds[word].type_word)


def _goes_on(text: Text, words: Sequence[Word], i: int, stem: str, around: Neighbours) -> bool:
    """Whether a word behind "and" goes on with the list of the name before it."""
    table = clues()
    assert around.previous is not None  # noqa: S101 - the caller has asked
    if _asks_for_more(stem):
        return _has_second(text, words, i)
    following = _following(text, words, i)
    closed = text.body[words[i].end : words[i].end + 1] in _MARKS_OF_END or _closes_behind(text, words, i)
    ends = table.ends_list.match(text.body, words[i].end) is not None
    common = table.common.fullmatch(stem) and not _has_generic(stem)
    if len(stem) < _SHORTEST or common or (table.shapes.fullmatch(stem) and not (closed or around.listed)):
        return False
    if _article_behind(text, words, i) and not around.previous.key:
        return True
    goes_on = stem.startswith("ال") and (ends or following.startswith(_CLITIC_OF_LIST))
    if (around.known_in_list and len(stem) > _SHORTEST) or (goes_on and not table.definite_common.fullmatch(stem)):
        return True
    if around.listed or not around.previous.key:
        return stem.startswith("ال") or len(stem) > _SHORTEST
    ends = ends or _closes_behind(text, words, i)
    return len(stem) > _SHORTEST and ends and not table.adjective["masculine"].fullmatch(stem)


def _closes_behind(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether one more word behind "and" closes the list, so that no verb stands in it ("وقباطية ويعبد وعرابة.")."""
    closed = i + 1 < len(words) and text.body[words[i + 1].end : words[i + 1].end + 1] in _MARKS_OF_END
    return closed and _following(text, words, i).startswith(_CLITIC_OF_LIST)


def _has_generic(stem: str) -> bool:
    """Whether a word is a name in one word with its generic part ("كفرلاها")."""
    return stem.startswith("كفر") and len(stem) > _SHORTEST_UNTYPED + 1


def _following(text: Text, words: Sequence[Word], i: int) -> str:
    """Return the word that is tied to the one before, none behind a mark."""
    return words[i + 1].kind.text if i + 1 < len(words) and text.joined(words[i].end, words[i + 1].start) else ""


def _untyped(text: Text, words: Sequence[Word], i: int, plain: str, around: Neighbours) -> bool:
    """Whether a word is a name because it stands behind a preposition and no common noun can look like it there."""
    table, head = clues(), words[i - 1].kind.text
    goes = _goes_there(text, words, i, plain)
    common = _is_common(plain) and not _ends_by_known(text, words, i, plain, around)
    if not goes and (common or not {head, head.removeprefix("و"), head.removeprefix("ب")} & table.prepositions):
        return False
    bracket = len(plain) >= _SHORTEST and _BRACKETED.match(text.body, words[i].end)  # "إلى سنوني (140 أسرة)"
    counted = (bracket and head in table.definite_behind) or _is_counted_in(text, words, i)
    if goes or counted or _indefinite_in_definite_list(text, words, i, plain) or _lies_in_area(text, words, i, plain):
        return True
    if len(plain) < _SHORTEST_UNTYPED:
        edge = head in table.edges and _article_behind(text, words, i) and not is_type(text, plain)
        return edge or _is_generic_pair(text, words, i) or _leaves_for_name(text, words, i)
    if (around.known_around or around.known_in_list) and not table.adjective["masculine"].fullmatch(plain):
        return True
    if plain.startswith("ال"):
        alif = plain.endswith("ا") and table.common_alif.fullmatch(plain.removeprefix("ال")) is None
        return alif or _is_definite_name(text, words, i, plain)
    foreign = plain.endswith(("ا", "ون", "ين")) and table.common_alif.fullmatch(plain) is None
    return (
        foreign
        or _has_generic(plain)
        or _is_generic_pair(text, words, i)
        or (
            not table.adjective["masculine"].fullmatch(plain)
            and (_leaves_for_name(text, words, i) or _stands_alone(text, words, i, plain))
        )
    )


def looks_common(plain: str) -> bool:
    """Whether a word without article is a common noun that stands where places do: barracks, stores, gardens."""
    return clues().indefinite_common.fullmatch(plain) is not None


def _ends_by_known(text: Text, words: Sequence[Word], i: int, plain: str, around: Neighbours) -> bool:
    """Whether a word ends its phrase beside a known name, and is not listed as a noun ("من جنين إلى طوباس وطمون")."""
    following = _following(text, words, i)
    ends = clues().ends_list.match(text.body, words[i].end) is not None or following.startswith(_CLITIC_OF_LIST)
    listed = clues().common.fullmatch(plain) or clues().definite_common.fullmatch("ال" + plain)
    return around.known_around and ends and not plain.startswith("ال") and not listed


def _indefinite_in_definite_list(text: Text, words: Sequence[Word], i: int, plain: str) -> bool:
    """Whether a word without article is joined by "and" to one with it, as names are and common nouns are not."""
    following = _following(text, words, i)
    if plain.startswith("ال") or not following.startswith("وال") or clues().adjective["masculine"].fullmatch(plain):
        return False
    other = following.removeprefix(_CLITIC_OF_LIST)
    return len(plain) >= _SHORTEST and len(other) > _SHORTEST_UNTYPED and not clues().common.fullmatch(other)


def _is_counted_in(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether a bare number and "in" or "to" stand before a word: a list tells how many where ("و9 في عبس")."""
    bare = i > 1 and words[i - 2].kind.digits
    noun = i > _SHORTEST - 1 and words[i - 3].kind.digits and text.joined(words[i - 3].end, words[i - 2].start)
    if not (bare or noun) or not text.joined(words[i - 2].end, words[i - 1].start):  # "38 خرقا في حيس و21 في ..."
        return False
    if is_type(text, words[i].kind.text):
        return False
    ends = clues().ends_list.match(text.body, words[i].end) is not None
    ends = _counted_behind(text, words, i) or (ends and bare)
    return words[i - 1].kind.text in clues().definite_behind and ends


def _goes_there(text: Text, words: Sequence[Word], i: int, plain: str) -> bool:
    """Whether people counted right before "to" go to a word, or those before "from" go from it to somewhere.

    "214 أسرة إلى مايرنو", "14 جريحا من تبنين إلى بيروت": a noun is there with its article, or is listed, or a plural.
    """
    table, head = clues(), words[i - 1].kind.text
    following = _following(text, words, i)
    counted_on = _counted_behind(text, words, i)  # "17 أسرة من حيس و16 أسرة من ..."
    leaves = head == "من" and (following in table.towards or counted_on)
    if i < _SHORTEST or not (leaves or head in table.towards):
        return False
    if not all(text.joined(one.end, two.start) for one, two in itertools.pairwise(words[i - 3 : i])):
        return False
    counted = words[i - 3].kind.digits and table.movers.fullmatch(words[i - 2].kind.text) is not None
    noun = table.common.fullmatch(plain) is not None or looks_common(plain) or is_type(text, plain)
    return counted and not noun and len(plain) >= _SHORTEST and not plain.startswith("ال")


def _counted_behind(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether "and" and a number stand behind a word: the next part of a list."""
    behind = text.body[words[i].end : words[i].end + _NEAR]
    return _AND_NUMBER.match(behind) is not None


_BRACKETED = re.compile(r"\s*\(\d[\d,.]*\s")
_AND_NUMBER, _NEAR = re.compile(r"\s*و\s?\d[\d,.]*+(?!\s*(?:%|في الم[ائ]|بالم[ائ]))"), 24


def _leaves_for_name(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether "from" stands before a word and "to" with a definite name behind it ("من كادوقلي إلى الدلنج")."""
    table = clues()
    if words[i - 1].kind.text.removeprefix("و") != "من" or _following(text, words, i) not in table.towards:
        return False
    other = _following(text, words, i + 1)
    return other.startswith("ال") and not _is_common(other) and not table.definite_common.fullmatch(other)


def _stands_alone(text: Text, words: Sequence[Word], i: int, plain: str) -> bool:
    """Whether a word without article ends its phrase where places stand, and is like no common noun ("في زليتن.")."""
    table, head = clues(), words[i - 1].kind.text
    closed = text.body[words[i].end : words[i].end + 1] in _MARKS_OF_END or words[i].end == len(text.body.rstrip())
    odd = table.definite_common.fullmatch("ال" + plain)
    return closed and head in table.definite_behind and not odd and not plain.endswith("ا")


def _is_definite_name(text: Text, words: Sequence[Word], i: int, plain: str) -> bool:
    """Whether an unknown word with an article ends its phrase where places stand, and is no common noun."""
    table, head = clues(), words[i - 1].kind.text
    following = _following(text, words, i)
    if table.definite_common.fullmatch(plain):
        return False
    if head.removeprefix("و") == "من":
        return following in table.towards
    ends = table.ends_list.match(text.body, words[i].end) is not None or following.startswith(_CLITIC_OF_LIST)
    return head in table.definite_behind and ends


def _is_common(plain: str) -> bool:
    """Whether a word is a common noun or a verb, or looks like one."""
    table = clues()
    return table.common.fullmatch(plain) is not None or table.shapes.fullmatch(plain) is not None


def _is_generic_pair(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether a generic part and another word make a name ("في دير قانون"); houses and springs are common nouns."""
    word = words[i].kind.text
    return (generic_of(word) is not None or word in clues().landforms) and _has_second(text, words, i)


def _has_second(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether the word behind a generic part can be the rest of its name."""
    if i + 1 == len(words) or not text.joined(words[i].end, words[i + 1].start):
        return False
    second = words[i + 1].kind.text
    if words[i].kind.text.removeprefix(_CLITIC_OF_LIST) in _KIN:
        return second.startswith("ال") or not words[i + 1].kind.function
    bare = not words[i + 1].kind.function and second not in clues().prepositions
    return bare and clues().common.fullmatch(second) is None


def goes_further(text: Text, words: Sequence[Word], i: int, start: int) -> bool:
    """Whether a known name of one word that begins at `start` is only the head of a longer one ("ريمة حازم")."""
    if text.body[start : words[i].end] not in clues().heads or not _has_second(text, words, i):
        return False
    second = words[i + 1].kind.text
    return not second.startswith(("و", "ب", "ل")) and not (_is_common(second) or words[i + 1].kind.type_word)


def _with_generics(text: Text, words: Sequence[Word], i: int, start: int) -> Found:
    """Return the name that begins at a word, over the word that a generic part asks for ("تل شهاب")."""
    head = text.body[start : words[i].end]  # behind "and", but "وادي" begins with its own
    generic = _asks_for_more(head) or head in clues().landforms
    last = i + 1 if not generic and _article_behind(text, words, i) else i
    while generic and last + 1 < len(words) and text.joined(words[last].end, words[last + 1].start):
        if _opens_name(words[last + 1].kind.text):  # a list goes on: "حجر والريدة"
            break
        last += 1
        generic = _asks_for_more(words[last].kind.text) or words[last].kind.text in _KIN
    if _says_where_behind(text, words, last + 1):
        last += 1  # "دبة نايرة بمحلية طويلة"
    if (
        last + 2 < len(words)
        and words[last + 1].kind.text in _KIN
        and text.joined(words[last].end, words[last + 1].start)
    ):
        last += 2  # "كرم أبو سالم"
    return Found(start, words[last].end, last + 1 - i)


def _says_where_behind(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether a word is the rest of a name, since behind it words say in which area that lies."""
    if i + 1 >= len(words) or not all(
        text.joined(one.end, two.start) for one, two in itertools.pairwise(words[i - 1 : i + 2])
    ):
        return False
    word = words[i].kind
    bare = word.arabic and not word.function and not word.text.startswith((_CLITIC_OF_LIST, "ب", "ل"))
    area = words[i + 1].kind.text.removeprefix("ب")
    return bare and area != words[i + 1].kind.text and is_type(text, area) and not _is_common(word.text)


def _lies_in_area(text: Text, words: Sequence[Word], i: int, plain: str) -> bool:
    """Whether a word and one with an article are a name, since their area follows ("رأس البيشة بقضاء الفاو")."""
    own = not plain.startswith(("ال", *_BEFORE_NOUNS)) and not is_type(text, plain) and len(plain) >= _SHORTEST
    if not own or not _article_behind(text, words, i) or i + 2 >= len(words):
        return False
    area = words[i + 2].kind.text
    return area.startswith("ب") and is_type(text, area[1:]) and text.joined(words[i + 1].end, words[i + 2].start)


def _opens_name(word: str) -> bool:
    """Whether a word is "and" with what opens another name."""
    return word.startswith("وال") or (word.startswith(_CLITIC_OF_LIST) and _asks_for_more(word[1:]))


def _article_behind(text: Text, words: Sequence[Word], i: int) -> bool:
    """Whether a word without article has a noun with one behind it that makes a name of both ("ميس الجبل")."""
    if words[i].kind.text.removeprefix(_CLITIC_OF_LIST).startswith("ال") or i + 1 == len(words):
        return False
    plain = words[i + 1].kind.text
    joined = text.joined(words[i].end, words[i + 1].start)
    adjective = plain.endswith(("ية", "ي")) and _DIRECTION.fullmatch(plain) is None
    return joined and plain.startswith("ال") and not adjective and not clues().common.fullmatch(plain)


_COMPASS = frozenset({"شمال", "جنوب", "شرق", "غرب", "وسط"})
_KIN = frozenset({"أبو", "أبي", "أم", "بن"})
_DIRECTION = re.compile("ال(?:شمال|جنوب|شرق|غرب|فوقان|تحتان|كبر|صغر)(?:ية?|ى)")


def _asks_for_more(word: str) -> bool:
    """Whether a word is a generic part ("تل") behind which the rest of a name stands; with an article it ends one.

    Sheikhs have an article and a name.
    """
    if word in clues().heads:
        return True
    generic = generic_of(word)
    return generic is not None and (generic == "sheikh" or not word.startswith("ال"))
