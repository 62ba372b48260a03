"""From names to mentions: the surface with its type word, corridors between two places, actors and datelines."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.model import Bulletin, Mention
from geomap.recognition.lexicon import TypeWord, lexicon
from geomap.recognition.names import (
    BRACKETS,
    DASHED,
    Found,
    Spans,
    Text,
    find_arabic_names,
    find_names,
    organisations,
    persons,
)
from geomap.recognition.tokens import tokenize
from geomap.toponym import fold, is_arabic

if TYPE_CHECKING:
    from geomap.gazetteer import Gazetteer

__all__ = ["recognize"]


def recognize(bulletin: Bulletin, gazetteer: Gazetteer) -> tuple[Mention, ...]:
    """Find the mentions of places in a bulletin, in the order of the text.

    Names that the gazetteer holds are found in any usual spelling; others where the words around them say that they
    are places ("the settlement of ...", a list with known ones). Names inside names of organisations and persons are
    left out. A corridor between two places gives three mentions: both ends and the whole.

    Parameters
    ----------
    bulletin
        The text; offsets of the mentions count its characters.
    gazetteer
        The places to look for.

    Returns
    -------
    mentions
        Sorted by start; only a corridor overlaps its ends.
    """
    text = Text(bulletin.text, tokenize(bulletin.text), lexicon(bulletin.lang))
    masked = Spans(organisations(text) + persons(text, gazetteer.keys))
    arabic = bulletin.lang.startswith("ar") or is_arabic(bulletin.text)
    if arabic:
        found = find_arabic_names(text, gazetteer.keys, masked, lambda name: _article_fits(name, gazetteer))
    else:
        found = find_names(text, gazetteer.keys, masked)
    mentions: list[Mention] = []
    for name, listed in zip(found, _list_types(text, found), strict=True):
        kinds = _kinds(text.body[name.start : name.end], gazetteer)
        floor = mentions[-1].end if mentions else 0
        mentions.append(_mention(text, name, listed, kinds, floor))
    corridors = _corridors(text, mentions)
    mentions = [_with_context(text, i, mentions, gazetteer) for i in range(len(mentions))]
    mentions += corridors + _points_near(text, mentions)
    return tuple(sorted(mentions, key=lambda m: (m.start, m.end)))


def _kinds(name: str, gazetteer: Gazetteer) -> frozenset[str]:
    """Return the feature types under which a gazetteer knows a name."""
    return frozenset(gazetteer.places[i].type for i in gazetteer.keys.get(fold(name), ()))


def _article_fits(surface: str, gazetteer: Gazetteer) -> bool:
    """Whether one of the places of a name in Arabic script is written with, or without, the article as it stands."""
    key = fold(surface)
    names = (n.toponym for i in gazetteer.keys[key] for n in gazetteer.places[i].names if is_arabic(n.toponym))
    return any(n.startswith("ال") == surface.startswith("ال") and fold(n) == key for n in names)


def _mention(text: Text, name: Found, listed: frozenset[str], kinds: frozenset[str], floor: int) -> Mention:
    """Make the mention of a name, widened over a type word that belongs to it.

    `listed` is the kind that its list gives, `kinds` are those under which the gazetteer knows the name: a type word
    that fits none of them says something else ("every region of Syria"). Nothing before `floor` belongs to it.
    """
    start, end, types = name.start, name.end, listed
    part = text.words.part.match(text.before(start))
    after = _type_after(text, end)
    if after is not None and _fits(after[0].types, kinds) and not _is_corridor_end(text, name, after[0]):
        types = after[0].types
        end = after[1] if after[0].in_surface and not _plural_behind(text, end, after[1]) else end
    else:
        widened, own, _ = _type_before(text, start, floor)
        if own and _fits(own, kinds) and not ("corridor" in own and _DASH.match(text.body, end)):
            start, types = widened, own
    if not _fits(types, kinds):
        types = frozenset()
    behind = text.words.part_after.match(text.body, end) if part is None else None
    said = part["part"] if part else behind.group() if behind else ""
    return Mention(
        surface=text.body[start:end],
        start=start,
        end=end,
        name=text.body[name.start : name.end],
        types=types,
        part=said.strip() or None,
    )


_WIDE = frozenset({"governorate", "district", "subdistrict"})


def _fits(types: frozenset[str], kinds: frozenset[str]) -> bool:
    """Whether a type word can be said of a name that the gazetteer knows under `kinds`; any, when it knows none.

    Words for settlements mix freely; those for camps, crossings and zones may be told by a town's name.
    """
    if not kinds or not types or types & kinds:
        return True
    return kinds != {"country"} and not (
        types <= _WIDE and not kinds & _WIDE and "city" not in kinds and "town" not in kinds
    )


def _type_after(text: Text, end: int) -> tuple[TypeWord, int] | None:
    """Return the type word behind a name and where it ends."""
    if not text.words.type_follows:
        return None
    match = re.match(
        rf"[\"”»]?(?:\s+|-)(?P<word>{text.words.any_type.pattern})(?!\w)", text.body[end : end + 50], re.IGNORECASE
    )
    word = text.words.type_of(match["word"]) if match else None
    return (word, end + match.end()) if match and word else None


def _is_corridor_end(text: Text, name: Found, word: TypeWord) -> bool:
    """Whether a name is the second end of "A – B corridor": the type word is the corridor's, not its own."""
    return "corridor" in word.types and DASHED.search(text.before(name.start)) is not None


def _type_before(text: Text, start: int, floor: int = 0) -> tuple[int, frozenset[str], bool]:
    """Look for "the province of", "محافظة" before a name, not before `floor`.

    Returns where the surface starts with it (only a singular word widens it), its types, and whether it is plural.
    """
    before = text.before(start)[-max(0, start - floor) :] if start > floor else ""
    match = re.search(
        rf"(?<!\w)[وبلف]?(?P<word>{text.words.any_type.pattern}):?\s+(?:of\s+)?(?:the\s+)?[\"“«]?$",
        before,
        re.IGNORECASE,
    )
    word = text.words.type_of(match["word"]) if match else None
    if match is None or word is None or word.types == {"facility"}:  # "the station of X" lies in X
        return start, frozenset(), False
    plural = text.words.plural.match(match["word"]) is not None
    if word.in_surface and not plural and not before.rstrip().endswith(('"', "“", "«")):
        start -= len(before) - match.start("word")
    return start, word.types, plural


def _list_types(text: Text, found: list[Found]) -> list[frozenset[str]]:
    """Give each name of a list the kind that stands once: "provinces of A, B and C", "A, B and C governorates"."""
    types: list[frozenset[str]] = [frozenset()] * len(found)
    for group in _groups(text, found):
        if len(group) < 2:
            continue
        first, last = found[group[0]], found[group[-1]]
        floor = found[group[0] - 1].end if group[0] else 0
        _, kind, plural = _type_before(text, first.start, floor)
        kind = kind if plural else frozenset()
        after = _type_after(text, last.end + len(_bracket(text, last.end)))
        if after is not None and _plural_behind(text, last.end, after[1]):
            kind = after[0].types
        for i in group:
            types[i] = kind
    return types


def _plural_behind(text: Text, start: int, end: int) -> bool:
    """Whether the type word that ends at `end` stands for several places ("A, B and C governorates")."""
    return text.words.plural.match(text.body[start:end].split()[-1]) is not None


def _bracket(text: Text, end: int) -> str:
    match = re.match(BRACKETS, text.body[end:])
    return match.group() if match else ""


def _groups(text: Text, found: list[Found]) -> list[list[int]]:
    """Return the lists of names: neighbours with nothing but a list's glue and a bracket between them.

    "Umm al-Tuyur, Hama province" is no list: the second name says where the first one lies.
    """
    groups: list[list[int]] = []
    for i, name in enumerate(found):
        if i and _glued(text, found[i - 1], name) and not _encloses(text, found[i - 1], name):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _glued(text: Text, one: Found, two: Found) -> bool:
    between = text.body[one.end : two.start]
    return text.list_gap.fullmatch(between) is not None or between.strip(' "«»“”') == "و"


def _encloses(text: Text, one: Found, two: Found) -> bool:
    after = _type_after(text, two.end)
    singular = after is not None and after[0].types <= _WIDE and not _plural_behind(text, two.end, after[1])
    return singular and _type_after(text, one.end) is None and text.body[one.end :][:1] == ","


def _with_context(text: Text, i: int, mentions: list[Mention], gazetteer: Gazetteer) -> Mention:
    """Mark datelines, and countries and capitals that speak or act."""
    mention = mentions[i]
    if _is_dateline(text, mention):
        return replace(mention, context="dateline")
    kinds = _kinds(mention.name, gazetteer)
    if not kinds or mention.types:
        return mention
    before, after = text.before(mention.start), text.body[mention.end : mention.end + 60]
    if text.words.actor_verbs.match(after) and not text.words.locative.match(before):
        return replace(mention, context="actor")
    if kinds == {"country"} and _acts(text, i, mentions):
        return replace(mention, context="actor")
    return mention


def _acts(text: Text, i: int, mentions: list[Mention]) -> bool:
    """Whether a country is a party rather than a place: no preposition of place before it or before its list."""
    while True:
        mention = mentions[i]
        before = text.before(mention.start)
        if text.words.actor_before.match(before):
            return True
        if text.words.locative.match(before) or text.words.part.match(before) or text.words.of_location.match(before):
            return False
        if re.match(r"['’]s\s", text.body[mention.end : mention.end + 3]):
            following = mentions[i + 1] if i + 1 < len(mentions) else None
            return following is None or not 0 < following.start - mention.end <= 4
        if not i or text.list_gap.fullmatch(text.body, mentions[i - 1].end, mention.start) is None:
            return not is_arabic(mention.surface)
        i -= 1  # what is said before a list holds for all of it


_DATELINE_TAIL = re.compile(
    r"\s*(?:,\s*(?:\d{1,2}\s+\w+|\w+\.?\s+\d{1,2})(?:,?\s*\d{4})?)?\s*(?:\([^()\n]{2,40}\)\s*[-–—:]|:\s|[.]\s|/[^/\n]{2,20}/|\s[-–—]\s|[-–—]\s?\w+\s*(?:\n|$))"
)


def _is_dateline(text: Text, mention: Mention) -> bool:
    """Whether a name opens a paragraph the way agencies give the place of writing ("MOSCOW (Sputnik) -")."""
    line_start = text.body.rfind("\n", 0, mention.start) + 1
    if text.body[line_start : mention.start].strip():
        return False
    tail = _DATELINE_TAIL.match(text.body, mention.end)
    return tail is not None and (tail.group().strip() != "." or mention.surface.isupper())


_DASH = re.compile(r"\s*[–—-]\s*")


def _corridors(text: Text, mentions: list[Mention]) -> list[Mention]:
    """Return corridors and routes written as "A – B corridor"."""
    found = []
    for one, two in itertools.pairwise(mentions):
        if not _DASH.fullmatch(text.body, one.end, two.start):
            continue
        after = re.match(
            rf"\s+(?P<word>{text.words.any_type.pattern})(?!\w)",
            text.body[two.start + len(two.name) :][:60],
            re.IGNORECASE,
        )
        before = re.search(
            rf"(?P<word>{text.words.any_type.pattern})\s+[\"«“]?$", text.before(one.start), re.IGNORECASE
        )
        hit = next(
            (h for h in (after, before) if h and (t := text.words.type_of(h["word"])) and "corridor" in t.types), None
        )
        if hit is None:
            continue
        end = two.start + len(two.name) + after.end() if hit is after and after else two.start + len(two.name)
        found.append(
            Mention(
                surface=text.body[one.start : end],
                start=one.start,
                end=end,
                name=text.body[one.start : two.start + len(two.name)],
                types=frozenset({"corridor"}),
                ends=(one.name, two.name),
            )
        )
    return found


def _points_near(text: Text, mentions: list[Mention]) -> list[Mention]:
    """Return checkpoints and camps that are told by a town: "the check point near al-Rastan"."""
    found = []
    for mention in mentions:
        match = re.search(
            rf"(?<!\w)(?P<word>{text.words.any_type.pattern})\s+{text.words.near.pattern}\s+(?:the\s+)?$",
            text.before(mention.start),
            re.IGNORECASE,
        )
        word = text.words.type_of(match["word"]) if match else None
        if match is None or word is None or not word.types & {"checkpoint", "crossing", "airport"}:
            continue
        start = mention.start - (len(text.before(mention.start)) - match.start("word"))
        found.append(
            replace(mention, surface=text.body[start : mention.end], start=start, types=word.types, part="near")
        )
    return found
