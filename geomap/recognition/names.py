"""Names of places in scripts with capitals: those a gazetteer holds, and those that the words around betray."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from geomap.recognition.before import LOCATED, REACH, Before
from geomap.recognition.known import MAX_WORDS, MORE, NAME, piece
from geomap.recognition.lexicon import BRACKETS
from geomap.recognition.text import HYPHENS, NEXT, Found, Spans, Text, Word

if TYPE_CHECKING:
    from geomap.recognition.known import KnownNames

__all__ = ["BRACKETS", "find_names", "is_betrayed"]


def find_names(text: Text, known: KnownNames, masked: Spans) -> list[Found]:
    """Find names in a script with capitals: longest known names first, then unknown ones by their context."""
    places = _known_places(text, known, masked)
    candidates = _unknown_candidates(text, masked, Spans((place.start, place.end) for place in places))
    if not candidates:
        return places
    betrayed = {candidate for candidate in candidates if is_betrayed(text, candidate)}
    names = sorted([*places, *candidates])
    return _with_lists(text, names, [bool(name.key) or name in betrayed for name in names])


# --- known names


class _Match(NamedTuple):
    """A known name, its first words, and where among them it begins."""

    found: Found
    words: list[Word]
    first: int


def _known_places(text: Text, known: KnownNames, masked: Spans) -> list[Found]:
    matches: list[_Match] = []
    end = 0
    for start, words, i in _openings(text, known):
        if start < end:
            continue
        found = _longest(text, known, words, i)
        if found is None or (masked and masked.meet(found.start, found.end)) or _is_head(text, found, words, i):
            continue
        matches.append(_Match(found, words, i))
        end = found.end
    return [match.found for n, match in enumerate(matches) if not _is_inside(text, known, matches, n)]


def _openings(text: Text, known: KnownNames) -> list[tuple[int, list[Word], int]]:
    """Return the words that a known name begins with: where they start, and their run with their place in it."""
    openings = known.openings
    found = [
        (word.start, run, i)
        for run in text.runs
        for i, word in enumerate(run)
        if openings[word.kind.text] and word.kind.opens and (word.kind.capital or text.starts_name(run, i))
    ]
    small = [word for word in text.compass_words if openings[word.kind.text]]
    return sorted(found + [(word.start, [word], 0) for word in small]) if small else found


def _longest(text: Text, known: KnownNames, words: list[Word], i: int) -> Found | None:
    """Return the longest known name that begins at a word of a run; it may go on over small words behind the run."""
    first = words[i]
    inner, last = piece[first.kind.text]
    opening = known.openings[first.kind.text]
    best = Found(first.start, first.end, 1, last) if opening & NAME and _stands_alone(first) else None
    taken, before, start, end, more = [first], "", first.start, first.end, opening & MORE
    while more and len(taken) < MAX_WORDS and (tied := NEXT.match(text.body, end)):
        if text.body[end : tied.start(1)] not in _INVISIBLE:
            before, start = before + inner, tied.start(1)
        end = tied.end()
        inner, last = piece[text.body[start:end]]
        more = known.begin_with(before + inner)
        if not more and before + last not in known:
            break
        word = Word(tied.start(1), end, text.words.kinds[tied[1]])
        taken.append(word)
        if before + last in known and _ends_name(word) and _looks_like_name(text, taken):
            best = Found(first.start, end, len(taken), before + last)
    return best


_INVISIBLE = frozenset(["", "'", "’", "ʼ", "`"])
"""Between two words, these leave one word when a name is folded."""


def _ends_name(word: Word) -> bool:
    """Whether a word can be the last of a name: no small article."""
    return word.kind.capital or not word.kind.particle


def _stands_alone(word: Word) -> bool:
    """Whether a word alone can be a name."""
    return word.kind.capital and not word.kind.common and not word.kind.function


DASHED = re.compile(r"\w\s*[–—-]\s*$")
"""What stands before the second end of "A – B corridor"."""


def _looks_like_name(text: Text, words: list[Word]) -> bool:
    """Whether the capitals of several words fit: small letters only in particles, compass words and type words."""
    first, last = words[0], words[-1]
    if not any(word.kind.capital for word in words):
        return text.words.any_type.search(text.low, first.start, last.end) is not None
    if last.kind.type_word and DASHED.search(text.body, max(0, first.start - REACH), first.start):
        return False  # the type word belongs to "A – B corridor" as a whole
    for word in words[1:]:
        kind = word.kind
        plain = not (kind.capital or kind.particle or kind.digits or kind.compass)
        if plain and not (last.kind.capital and _links(text, word)):
            return text.words.any_type.search(text.low, word.start, last.end) is not None
    return True


def _links(text: Text, word: Word) -> bool:
    """Whether a small word can stand between capitals: "Republic of the Congo", "Cox's Bazar", "Port-au-Prince"."""
    hyphens = text.body[word.start - 1], text.body[word.end : word.end + 1]
    return word.kind.function or word.kind.text in ("s", "d", "l", "д") or all(mark in ("-", "‑") for mark in hyphens)


def _is_head(text: Text, found: Found, words: list[Word], i: int) -> bool:
    """Whether a known name is the generic head of a longer unknown one ("Bab" of "Bab Touma")."""
    if found.words > 1 or not words[i].kind.generic:
        return False
    right = _right_of(text, words, i, found.end)
    return right is not None and right.kind.foreign


def _is_inside(text: Text, known: KnownNames, matches: list[_Match], n: int) -> bool:
    """Whether a known name is a part of a longer unknown one ("Hasan Aleppo" is a person).

    Words of other known names do not count: two places may stand side by side, as in a Russian genitive. But an article
    ties what follows to the name of a small place ("Dar As Salam", though Dar and Salam are villages).
    """
    found, words, i = matches[n]
    if not i and found.words == len(words) and words[0].kind.capital:
        return False
    behind = i + found.words
    hyphen = text.body[found.end : found.end + 1] in HYPHENS  # "Дераа-эль-Баляд" is no Daraa
    tied = behind < len(words) and words[behind].kind.particle and (hyphen or _is_small(known, found))
    after = n > 0 and words[i].kind.particle and _ends_at(matches[n - 1], words, i)
    if tied or (after and _is_small(known, matches[n - 1].found)):
        return True
    left, right = _left_of(text, words, i), _right_of(text, words, i + found.words - 1, found.end)
    if left is not None and n and left.start < matches[n - 1].found.end:
        left = None
    if right is not None and n + 1 < len(matches) and matches[n + 1].found.start < right.end:
        right = None
    if left is not None and left.kind.capital and left.kind.generic:
        return True  # "Bab Touma" is not a Touma
    if not ((left is not None and left.kind.foreign) or (right is not None and right.kind.foreign)):
        return False
    if right is not None and right.kind.foreign and _is_small(known, found):
        return True  # "Sin Tet Maw" is no Sin
    return not text.before(found.start) & LOCATED


_HOLDERS = frozenset({"country", "governorate", "district", "subdistrict", "region", "city"})


def _is_small(known: KnownNames, found: Found) -> bool:
    """Whether no place of a name can have its quarters or villages named behind it ("Homs al-Waer")."""
    return _HOLDERS.isdisjoint(known.kinds[found.key])


def _ends_at(match: _Match, words: list[Word], i: int) -> bool:
    """Whether a known name of the same run ends right before word `i`."""
    return match.words is words and match.first + match.found.words == i


def _left_of(text: Text, words: list[Word], i: int) -> Word | None:
    """Return the word that makes one name with word `i`; only one written with a capital is asked for."""
    if i:
        return words[i - 1]
    return None if words[i].kind.capital else text.preceding(words[i].start)


def _right_of(text: Text, words: list[Word], i: int, end: int) -> Word | None:
    """Return the word behind word `i`, and behind its article, that makes one name with it ("Tell al-Maqta").

    `end` is where word `i` ends: it can be a small word behind the run.
    """
    behind = (word for word in words[i + 1 :] if not word.kind.particle)
    return next(behind, None) if i < len(words) else text.following(end)


# --- unknown names


def _unknown_candidates(text: Text, masked: Spans, taken: Spans) -> list[Found]:
    found = []
    for run in text.runs:
        rest = _behind_known(text, run, taken) if taken.meet(run[0].start, run[-1].end) else run
        if not rest or not (words := _trimmed(text, rest)):
            continue
        start, end = words[0].start, words[-1].end
        if not (masked and masked.meet(start, end)) and _nameable(text, words):
            area = _area_of(text, words[-1].start)
            if area is not None and len(words) > 1:  # "Муром Белгородской области" is a place and its area
                found.append(Found(start, words[-2].end, len(words) - 1))
                start, words = words[-1].start, words[-1:]
            found.append(Found(start, area or end, len(words) + (area is not None)))
    return found


def _behind_known(text: Text, run: list[Word], taken: Spans) -> list[Word]:
    """Return the words of a run behind a known name and "at", which no article is here: "into Chad at Tine"."""
    rest = list(itertools.dropwhile(lambda word: taken.meet(word.start, word.end), run))
    opens = len(rest) > 1 and rest[0].kind.text in _ALSO_PREPOSITIONS and text.body[rest[0].end] == " "
    return rest[1:] if opens and not taken.meet(rest[1].start, rest[-1].end) else []


_ALSO_PREPOSITIONS = frozenset({"at", "as"})


def _area_of(text: Text, start: int) -> int | None:
    """Return where the area ends that an adjective names with its type word: "Шебекинского района"."""
    area = text.words.area_adjective.match(text.low, start)
    return area.end() if area else None


def _trimmed(text: Text, run: list[Word]) -> list[Word]:
    """Cut words that are capitalised but no part of a name off both ends (peoples, months, type words)."""
    first, last = 0, len(run)
    while first < last and (run[first].kind.common or run[first].kind.type_word):
        first += 1
    behind = text.words.type_follows  # elsewhere it ends a name: "Красный Хутор"
    while first < last and (run[last - 1].kind.common or (behind and run[last - 1].kind.type_word)):
        last -= 1
    return run[first:last]


_LONGEST_ACRONYM = 5
_ACRONYM = re.compile("[A-Z]{2,4}s|[A-Z][a-z][A-Z]s?")
"""One with a small letter in it: "NSAGs", "GoS"."""
_NUMBERED_LETTER = re.compile(r"[A-Z]-?\d+")
"""A group, a road, an aeroplane: "M23", "M5", "F-16"."""


def _nameable(text: Text, words: list[Word]) -> bool:
    """Whether a run can be a name at all: no bare acronym, no single letter, no group's name."""
    start, end = words[0].start, words[-1].end
    if end - start < 3:
        return False
    first = words[0].kind.text
    if _NUMBERED_LETTER.fullmatch(text.body, start, end) or (len(words) == 1 and _ACRONYM.fullmatch(first)):
        return False
    if (
        len(words) == 1
        and first.isupper()
        and not (end - start > 3 and (_has_type(text, start, end) or end - start > _LONGEST_ACRONYM))
    ):
        return False  # an acronym; some write the names of places so, too: "населенный пункт КВАРА"
    if any(word.kind.common for word in words) or _COMPOUND.match(text.body, end):
        return False
    return not text.words.organisation_after.match(text.low, end)


def _has_type(text: Text, start: int, end: int) -> bool:
    """Whether a word for a kind of place stands before or behind a name: "the GSSSS camp"."""
    behind = text.words.type_follows and text.words.type_behind.match(text.low, end) is not None
    return behind or text.before(start) & Before.TYPE != 0


_COMPOUND = re.compile("[-‑][a-zа-я]")
"""A hyphen and a small word make an adjective of a name: "Houthi-run"."""
_COUNTED = re.compile(r"\s*\(\d[\d.,]*\s*%?\)")
_BRACKETED = re.compile(r"\s*(?:,\s*(?:the\s+)?|\()(?P<inner>[^(),.;]{3,40})")


def is_betrayed(text: Text, name: Found) -> bool:
    """Whether the words around an unknown name say that it is a place."""
    words, before = text.words, text.before(name.start)
    opening = (max(0, name.start - REACH), name.start)
    if (
        words.area_adjective.fullmatch(text.low, name.start, name.end)
        or words.quoted_after.search(text.low, *opening)
        or words.takes_in.match(text.low, name.end)
    ):
        return True
    if before & LOCATED:
        return not _is_adjective(text, name)
    if before & Before.TYPE and words.type_before.search(text.low, *opening):
        return True
    if words.type_follows:
        counted = _COUNTED.match(text.body, name.end)  # "and Shag (1%) villages"
        if words.type_betrays.match(text.low, counted.end() if counted else name.end):
            return True
    elif (kind := words.type_betrays.match(text.low, name.end)) and text.body[kind.end() : kind.end() + 1].isupper():
        return text.body[slice(*opening)].rstrip()[-1:] not in ("", ".", "!", "?", '"', "«")  # "Тмуз провинции Хомс"
    bracket = _BRACKETED.match(text.low, name.end)
    numbered = words.type_follows and _NUMBERED.match(text.body, name.end)
    return bool(numbered and _NUMBER_BEFORE.search(text.body, *opening)) or (
        bracket is not None and words.type_words[0].pattern.search(text.low, *bracket.span("inner")) is not None
    )


_NUMBERED = re.compile(r"\s+\d{1,3}(?:,\d{3})*(?=[,;.]?\s|[,;.]?$)")
_NUMBER_BEFORE = re.compile(r"\d[^;.]*(?:,|;|\band|\bwhile)\s+$")
"""Around the names of a list each of which has a number behind it: "Buuhoodle received 29,880, Taleex 22,700"."""
_ADJECTIVE = re.compile(r"\w+(?:ian|ish|ese|ist|ic|al|[оеы]го|[оеы]му|[оеы]й|[ыи]х|[ыи]м|ий|ая|ое|ую)")


def _is_adjective(text: Text, name: Found) -> bool:
    """Whether a single word is an adjective before its noun ("in Syrian cities")."""
    if name.words > 1 or not _ADJECTIVE.fullmatch(text.low, name.start, name.end):
        return False
    noun = text.following(name.end)
    return noun is not None and noun.kind.text.islower()


def _goes_on(text: Text, three: list[Found]) -> bool:
    """Whether a list goes on behind a bracket with a name in it: "Сафсафа (провинция Латакия), Хурейка"."""
    first, inner, last = three
    in_bracket = "(" in text.body[first.end : inner.start] and ")" in text.body[inner.end : last.start]
    return in_bracket and text.words.list_gap_behind.fullmatch(text.low, first.end, last.start) is not None


def _with_lists(text: Text, names: list[Found], kept: list[bool]) -> list[Found]:
    """Return the names that are kept and those that stand in one list with one of them."""
    gap = text.words.list_gap_typed
    tied = [False] * len(names)
    for i in range(1, len(names)):
        if not (kept[i - 1] and kept[i]):
            tied[i] = gap.fullmatch(text.low, names[i - 1].end, names[i].start) is not None
    for i in range(1, len(names)):
        kept[i] = (
            kept[i] or (tied[i] and kept[i - 1]) or (i > 1 and kept[i - 2] and _goes_on(text, names[i - 2 : i + 1]))
        )
    for i in range(len(names) - 1, 0, -1):
        kept[i - 1] = kept[i - 1] or (tied[i] and kept[i])
    return [name for name, keep in zip(names, kept, strict=True) if keep]
