"""Names with the words around them that say what they are: type words, parts, and the kind that a whole list shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from geomap.recognition.before import REACH, Before
from geomap.recognition.lexicon import BRACKETS, TypeWord
from geomap.recognition.names import DASHED
from geomap.toponym import fold

if TYPE_CHECKING:
    from geomap.recognition.known import KnownNames
    from geomap.recognition.text import Found, Text

__all__ = ["Draft", "draft"]

_DASH = re.compile(r"\s*[–—-]\s*")
_BRACKETS = re.compile(BRACKETS)
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_WIDE = frozenset({"governorate", "district", "subdistrict"})
_ANY: frozenset[str] = frozenset()


class Draft(NamedTuple):
    """A mention at ``body[start:end]`` but for its context; `kinds` are the types that a gazetteer has for its name."""

    start: int
    end: int
    name: Found
    types: frozenset[str]
    part: str | None
    kinds: frozenset[str]


def draft(text: Text, found: list[Found], known: KnownNames) -> list[Draft]:
    """Widen each name over a type word that belongs to it, and tell its kind and its part."""
    drafts: list[Draft] = []
    listed = _list_types(text, found)
    floor = 0
    for i, name in enumerate(found):
        kinds = known.kinds[name.key or fold(text.body[name.start : name.end])]
        drafts.append(_draft(text, name, listed.get(i, _ANY), kinds, floor))
        floor = drafts[-1].end
    return drafts


def _draft(text: Text, name: Found, listed: frozenset[str], kinds: frozenset[str], floor: int) -> Draft:
    """Make the draft of a name.

    `listed` is the kind that its list gives: a type word that fits none of the `kinds` says something else ("every
    region of Syria"). Nothing before `floor` belongs to the name.
    """
    start, end, _, _ = name
    types = listed
    after = type_behind(text, end)
    if after is not None and _fits(after[0].types, kinds) and not _is_corridor_end(text, name, after[0]):
        types = after[0].types
        end = after[1] if after[0].in_surface and not _is_plural(text, end, after[1]) else end
    elif text.before(start) & Before.TYPE:
        widened, own, _ = _type_before(text, start, floor)
        if own and _fits(own, kinds) and not ("corridor" in own and _DASH.match(text.body, end)):
            start, types = widened, own
            end = _behind_quote(text, name, widened)
    if not types and not name.key and text.words.area_adjective.fullmatch(text.low, start, end):
        word = text.words.types[text.low[start:end].split()[-1]]
        types = word.types if word else _ANY
    if types and not _fits(types, kinds):
        types = _ANY
    part = _part(text, name.start, end)
    if part is None:
        return Draft(start, end, name, types, None, kinds)
    low, high = part
    said = text.body[low:high].strip()
    if low < name.start and (side := text.words.part_after.match(text.low, end)):
        said = f"{said} {side.group().strip()}"  # "ريف حمص الشمالي"
    if text.words.part_in_surface.search(said.lower()):
        side = _LAST_WORD.search(text.low, max(floor, low - REACH), low)
        if side and text.words.compass.fullmatch(side["word"]):  # "the northern countryside of"
            low, said = side.start(), f"{side['word']} {said}"
        start, end = max(floor, min(start, low)), max(end, high)
    return Draft(start, end, name, types, said, kinds)


def _behind_quote(text: Text, name: Found, widened: int) -> int:
    """Return where a name ends; behind the quotation mark when its surface opens with a type word in front of one."""
    quoted = widened < name.start and text.body[name.start - 1] in _OPENING
    return name.end + (quoted and text.body[name.end : name.end + 1] in _CLOSING)


_OPENING, _CLOSING = frozenset('"«“'), frozenset('"»”')


_LAST_WORD = re.compile(r"(?P<word>[\w-]+)\s+\Z")


def _part(text: Text, start: int, end: int) -> tuple[int, int] | None:
    """Return where the compass or part word before a name stands, else the one behind it."""
    before = text.words.part.match(text.low, max(0, start - REACH), start) if text.before(start) & Before.PART else None
    if before is not None:
        return before.span("part") if before["part"].strip() else None
    behind = text.words.part_after.match(text.low, end)
    return behind.span() if behind and behind.group().strip() else None


def _fits(types: frozenset[str], kinds: frozenset[str]) -> bool:
    """Whether a type word can be said of a name that the gazetteer knows under `kinds`; any, when it knows none.

    Words for settlements mix freely; those for camps, crossings and zones may be told by a town's name.
    """
    if not kinds or not types or types & kinds:
        return True
    return kinds != {"country"} and not (
        types <= _WIDE and not kinds & _WIDE and "city" not in kinds and "town" not in kinds
    )


def type_behind(text: Text, end: int) -> tuple[TypeWord, int] | None:
    """Return the type word behind a name and where it ends."""
    match = text.words.type_behind.match(text.low, end) if text.words.type_follows else None
    word = text.words.types[match["word"]] if match else None
    return (word, match.end()) if match and word else None


def _is_corridor_end(text: Text, name: Found, word: TypeWord) -> bool:
    """Whether a name is the second end of "A – B corridor": the type word is the corridor's, not its own."""
    if "corridor" not in word.types:
        return False
    return DASHED.search(text.body, max(0, name.start - REACH), name.start) is not None


def _type_before(text: Text, start: int, floor: int) -> tuple[int, frozenset[str], bool]:
    """Look for "the province of", "محافظة" before a name, not before `floor`.

    Returns where the surface starts with it (only a singular word widens it), its types, and whether it is plural.
    """
    reach = max(floor, start - REACH, 0)
    match = text.words.type_before.search(text.low, reach, start) if text.before(start) & Before.TYPE else None
    word = text.words.types[match["word"]] if match else None
    if match is None or word is None or word.types == {"facility"}:  # "the station of X" lies in X
        return start, _ANY, False
    # Behind a name the word in front of the next one says where the first lies: "Дума провинции Дамаск, Джасим и ...".
    tied = floor > 0 and not _IN_BRACKETS.sub("", text.low[floor : match.start("word")]).strip()
    plural = not tied and text.words.plural.match(match["word"]) is not None
    quoted = text.body[reach:start].rstrip().endswith(('"', "“", "«"))
    if word.in_surface and not plural and not (quoted and text.words.type_follows):
        start = match.start("word")
    return start, word.types, plural


def _list_types(text: Text, found: list[Found]) -> dict[int, frozenset[str]]:
    """Give each name of a list the kind that stands once: "provinces of A, B and C", "A, B and C governorates"."""
    types: dict[int, frozenset[str]] = {}
    for first, last in _lists(text, found):
        _, kind, plural = _type_before(text, found[first].start, found[first - 1].end if first else 0)
        dash = _DASH.fullmatch(text.body, found[first].end, found[first + 1].start)  # "в провинции Хама – Джурин"
        kind = kind if plural and not dash else _ANY
        bracket = _BRACKETS.match(text.body, found[last].end)
        after = type_behind(text, bracket.end() if bracket else found[last].end)
        if after is not None and _is_plural(text, found[last].end, after[1]):
            kind = after[0].types
        types.update(dict.fromkeys(range(first, last + 1), kind))
    return types


def _is_plural(text: Text, start: int, end: int) -> bool:
    """Whether the type word that ends at `end` stands for several places ("A, B and C governorates")."""
    return text.words.plural.match(text.low[start:end].split()[-1]) is not None


def _lists(text: Text, found: list[Found]) -> list[tuple[int, int]]:
    """Return the first and the last of each list: neighbours with nothing but a list's glue and a bracket between them.

    "Umm al-Tuyur, Hama province" is no list: the second name says where the first one lies.
    """
    lists: list[tuple[int, int]] = []
    first = 0
    for i in range(1, len(found) + 1):
        if i < len(found) and _glued(text, found[i - 1], found[i]) and not _encloses(text, found[i - 1], found[i]):
            continue
        if i - first > 1:
            lists.append((first, i - 1))
        first = i
    return lists


def _glued(text: Text, one: Found, two: Found) -> bool:
    if text.words.list_gap_behind.fullmatch(text.low, one.end, two.start):
        return True
    return two.start - one.end < 10 and text.body[one.end : two.start].strip(' "«»“”') == "و"


def _encloses(text: Text, one: Found, two: Found) -> bool:
    after = type_behind(text, two.end)
    singular = after is not None and after[0].types <= _WIDE and not _is_plural(text, two.end, after[1])
    return singular and type_behind(text, one.end) is None and text.body[one.end : one.end + 1] == ","
