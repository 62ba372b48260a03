"""What each place is to an event: from where, to where, through what, or simply where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.extraction.holding import kind_of, without_cities, without_containers, without_fronted, without_rivers
from geomap.extraction.place_parts import Part, span_of
from geomap.extraction.whereabouts import REACH, fronted, is_setting, mentions_before, tells_only_where, without_setting
from geomap.model import ROLES, Bulletin, Resolution, Roles
from geomap.resolution.surroundings import AREA_TYPES
from geomap.toponym import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from geomap.extraction.claims import ClaimWords
    from geomap.extraction.rules import Rule, RulePack

__all__ = ["GOING", "MOVES", "PASSAGES", "assign_roles"]

PASSAGES = frozenset({"corridor", "checkpoint", "crossing"})
"""Kinds of place that one goes through."""

MOVES = frozenset({"return", "displacement", "crossing", "evacuation"})
"""Types of event in which people go from one place to another."""
GOING = frozenset({*MOVES, "humanitarian_aid"})
"""Types of what is on its way: people, and convoys."""


def assign_roles(
    bulletin: Bulletin,
    start: int,
    rule: Rule,
    indexes: Sequence[int],
    resolutions: Sequence[Resolution],
    heads: Mapping[int, int],
    pack: RulePack,
    parts: dict[int, Part] | None = None,
) -> Roles:
    """Give each place of a piece of text its role.

    Parameters
    ----------
    bulletin
        The text.
    start
        Where the piece begins; nothing before it tells a role.
    rule
        The rule that fired; its patterns stand before places.
    indexes
        The mentions of the piece, without enclosers and actors.
    resolutions
        All of the bulletin's.
    heads
        The first mention of the list in which a mention stands: what is said before it holds for all.
    pack
        The language's words.
    parts
        Filled, when given, with what the words around each mention make it.
    """
    text = bulletin.text
    roles: dict[str, list[int]] = {role: [] for role in ROLES}
    weak: dict[str, list[int]] = {role: [] for role in (*rule.weak_roles, "from")}
    acting: list[int] = []
    doing: list[int] = []
    aside: list[int] = []
    for i in indexes:
        head = resolutions[heads.get(i, i)].mention
        low = max(start, head.start - REACH)
        before = text[low : head.start]
        said_of = _without_possessor(before)
        weakly = next(((r, m) for r, p in rule.weak_roles.items() if (m := p.search(said_of))), None)
        acts = rule.actors.search(said_of)
        if acts and not _said_by(said_of, acts.start(), rule):
            acting.append(i)
            if _acts_from(text, start, low + acts.start(), rule, resolutions[i]):
                doing.append(i)
            part = Part(None, "the place of those who act", span_of(acts, low))
        elif weakly is not None:
            lodged = rule.type == "return" and kind_of(resolutions[i]) == {"camp"}
            role = "from" if lodged else weakly[0]  # "64 families of Laylan camp went back"
            weak[role].append(i)
            part = Part(role, "words that tell this role where no others do", span_of(weakly[1], low))
        elif (speaks := _place_of_speaker(text, low, head.start, resolutions[i], pack.claims)) is not None:
            aside.append(i)
            part = speaks
        elif rule.type != "displacement" and (why := pack.adjunct.search(before)):
            aside.append(i)
            part = Part(None, "it belongs to why, before or after what it happened", span_of(why, low))
        elif is_setting(text, start, i, indexes, resolutions, pack, moves=rule.type in MOVES):
            aside.append(i)
            part = Part(None, "it says where the matter lies", None)
        elif (aloof := tells_only_where(before, low, i, indexes, resolutions, pack, text)) is not None:
            part = aloof
        else:
            floor = max((m.end - low for m in mentions_before(heads.get(i, i), resolutions)), default=0)
            role, part = _role(before, low, floor, rule, i, resolutions, pack, text)
            roles[role].append(i)
        if parts is not None:
            parts[i] = part
    roles |= {role: roles[role] or found for role, found in weak.items()}
    if rule.type in MOVES:
        without_setting(roles, fronted(text, start, indexes, resolutions, pack))
    else:
        roles["at"] = without_fronted(roles["at"], text, start, resolutions, heads, pack)
    _settle(roles, rule, resolutions, heads)
    _complete(roles, rule, aside, doing, acting)
    return Roles.of({role: _each_once([resolutions[i] for i in sorted(set(found))]) for role, found in roles.items()})


def _each_once(found: Sequence[Resolution]) -> list[Resolution]:
    """Leave out places that a clause names again: "clashes at Nayrab and Jobas, where they took Jobas"."""
    told: dict[str, Resolution] = {}
    for resolution in found:
        told.setdefault(resolution.place.id if resolution.place else resolution.mention.name, resolution)
    return [*told.values()]


def _complete(roles: dict[str, list[int]], rule: Rule, aside: list[int], doing: list[int], acting: list[int]) -> None:
    """Let what lies aside, and the places of those who act, stand where no others are told."""
    if roles["at"] and not roles["from"]:
        roles["from"] = doing  # "groups in Latamneh fired rockets at Mhardeh"
    if aside and not any(roles.values()):
        roles[rule.default_role] = aside
    if acting and not any(roles.values()) and rule.type not in _OF_OTHERS:
        # they act somewhere, and no other place is named
        roles[rule.default_role if rule.type in MOVES else "at"] = acting


def _place_of_speaker(text: str, low: int, end: int, resolution: Resolution, words: ClaimWords) -> Part | None:
    """Say so when what stands before a place, ``text[low:end]``, makes it a speaker's: "the mayor of Qah said"."""
    told = words.speakers.search(text, low, end)
    if told is None and words.speaking.match(text, resolution.mention.end, resolution.mention.end + REACH):
        told = words.speaking_people.search(text, low, end)
    return None if told is None else Part(None, "the place of who says so", span_of(told, 0))


def _said_by(before: str, position: int, rule: Rule) -> bool:
    """Whether words of a role begin before those who act: "fired by militants from Latamneh"."""
    said = _said(before, rule)
    return said is not None and said[0].start() < position


def _acts_from(text: str, start: int, position: int, rule: Rule, resolution: Resolution) -> bool:
    """Whether what is done is done from the place of those who act: they are its subject, and it is no wide area."""
    told = rule.act_from and not kind_of(resolution) & AREA_TYPES
    return told and rule.triggers.search(text, start, position) is None


_OF_OTHERS = frozenset({"humanitarian_aid", "medical_assistance"})
"""Types of event of which those are told, too, who come from elsewhere: help is not there where they are from."""
_LANDS = frozenset({"country", "region"})
"""Kinds of place that aid comes into by a crossing; to a town it goes by a way, and may not have arrived."""


def _settle(
    roles: dict[str, list[int]], rule: Rule, resolutions: Sequence[Resolution], heads: Mapping[int, int]
) -> None:
    """Leave out areas that only hold the places of an event, and let aid be given where it is brought."""
    for role in ("at", "to", "from"):
        roles[role] = without_cities(without_containers(roles[role], resolutions, heads), resolutions, heads)
    for role in ("at", "from"):
        roles[role] = without_rivers(roles[role], resolutions)
    if rule.type == "evacuation" and roles["to"] and not roles["from"]:
        roles["from"], roles["at"] = roles["at"], []  # "In Yalda buses wait for those who leave for Idlib"
    if rule.type in MOVES and (roles["to"] or roles["from"]):  # "In Amhara 500 came to ..."
        roles["at"] = [i for i in roles["at"] if not kind_of(resolutions[i]) <= AREA_TYPES]
    way = roles["via"] and not all((kinds := kind_of(resolutions[i])) and kinds <= _LANDS for i in roles["to"])
    if rule.type == "humanitarian_aid" and not (roles["from"] or way):
        roles["at"], roles["to"] = roles["at"] + roles["to"], []


def _role(
    before: str,
    low: int,
    floor: int,
    rule: Rule,
    i: int,
    resolutions: Sequence[Resolution],
    pack: RulePack,
    text: str,
) -> tuple[str, Part]:
    """Return the role whose words stand nearest before a place; `before` begins at the offset `low`."""
    resolution = resolutions[i]
    near = _said(before, rule)
    told = near or _told(before, rule, pack, floor)
    through = told is not None and told[1] == "via"  # "through the point of Bustan al-Qasr 12 people left"
    best = told[1] if told else None
    bare = told is not None and len(told[0].group().split()) == 1
    locative = best == "to" and bare and rule.default_role != "to" and _is_locative(before, resolution, pack)
    if (locative or (near is None and not through)) and (behind := _told_behind(text, i, resolutions, rule)):
        return behind
    if locative:
        best = rule.default_role
    role = best or rule.default_role
    kinds = kind_of(resolution)
    span = span_of(told[0], low) if told else None
    there = _THERE.search(before) is not None  # "430 blankets at Jesr Al-Qamar" are given out at the crossing
    passes = rule.type in MOVES or (
        rule.type == "humanitarian_aid" and (best == "from" or (best is None and "corridor" not in kinds and not there))
    )
    if (
        passes
        and kinds
        and kinds <= PASSAGES
        and role in {"at", "from", rule.default_role}
        and not (best == "to" and rule.type != "return")
    ):
        return "via", Part("via", "people go through such a place", span)
    if best is None and role == "via" and kinds and not (kinds | resolution.mention.types) & PASSAGES:
        # one goes through corridors and crossings, not through towns, unless the text says so
        return "at", Part("at", "no words tell its role, and people do not go through such a place")
    why = "words before it" if told else "no words tell its role: the one that the rule gives to all"
    return role, Part(role, why, span)


def _told_behind(text: str, i: int, resolutions: Sequence[Resolution], rule: Rule) -> tuple[str, Part] | None:
    """Return the role of a place that the words behind it, or behind its list, tell: "Судан покинули 4 млн человек"."""
    ends = dict.fromkeys((resolutions[i].mention.end, _end_of_list(text, i, resolutions))) if rule.roles_behind else ()
    for end in ends:
        for role, pattern in rule.roles_behind.items():
            if match := pattern.match(text, end, end + REACH):
                return role, Part(role, "words behind it", span_of(match, 0))
    return None


def _end_of_list(text: str, i: int, resolutions: Sequence[Resolution]) -> int:
    """Return where the list ends in which a place stands, figures in brackets and all: "Hass (60) and Binnish (40)"."""
    end = _behind_bracket(text, resolutions[i].mention.end)
    for resolution in resolutions[i + 1 :]:
        start = resolution.mention.start
        if start >= end and (start - end > _GAP or not _LIST_GAP.fullmatch(text, end, start)):
            break
        end = max(end, _behind_bracket(text, resolution.mention.end))
    return end


def _behind_bracket(text: str, end: int) -> int:
    match = _BRACKET.match(text, end)
    return match.end() if match else end


_BRACKET = re.compile(r"\s*\([^()]{1,60}\)")
_GAP = 12
"""Characters between two names of one list, at most."""
_LIST_GAP = re.compile(r"\s*[,،]?\s*(?:(?:and|и|the)\s+){0,2}و?")


def _is_locative(before: str, resolution: Resolution, pack: RulePack) -> bool:
    """Whether case says that something was there: "в Хомсе", "в городе Хомс", not "в Хомс" or "в Кобани"."""
    mention, place = resolution.mention, resolution.place
    own = mention.surface.removesuffix(mention.name) or " ".join(mention.surface.split()[:-1])
    head = (before + own).split()[-1:]
    if head and len(head[0]) > _PREPOSITION and (own or head[0].islower()):  # the word for its kind has the case
        return pack.locative.fullmatch(head[0]) is not None
    # `fold` takes endings off: a name that is known in this form and no other has no cases.
    if place is None:
        return pack.locative.fullmatch(mention.surface) is not None
    if not pack.locative_known.fullmatch(mention.surface):
        return False
    return {n.toponym.lower() for n in place.names if fold(n.toponym) == fold(mention.name)} != {mention.name.lower()}


_THERE = re.compile(r"\b(?:at|на|في)\s+(?:the\s+|\w+\s+)?[\"«“]?$", re.IGNORECASE)
_PREPOSITION = 3
"""Letters of the longest preposition that stands right before a place in any case."""
_SMALL_LETTERS = "abcdefghijklmnopqrstuvwxyzабвгдеёжзийклмнопрстуфхцчшщъыьэюя’'-"
_POSSESSOR = re.compile(r"(?:the\s+)?[^\W\d_a-z][\w-]*(?:\s[^\W\d_a-z][\w-]*)*['’]s\s+$")


def _said(before: str, rule: Rule) -> tuple[re.Match[str], str] | None:
    """Return the role whose words stand right before a place, and the words, the longest when several do."""
    matches = [(m, role) for role, p in rule.roles.items() if (m := p.search(before))]
    return max(matches, key=lambda found: (len(found[0].group()), found[1])) if matches else None


def _told(before: str, rule: Rule, pack: RulePack, floor: int) -> tuple[re.Match[str], str] | None:
    """Return what `_said` does once there is less before a place: see `_stretches`."""
    told = _said_before(before, rule, pack, floor)
    if told is not None:
        return told
    undated = pack.dated.sub("", before)  # "stuck since 4 March at"
    return None if undated == before else _said(undated, rule) or _said_before(undated, rule, pack, 0)


def _said_before(before: str, rule: Rule, pack: RulePack, floor: int) -> tuple[re.Match[str], str] | None:
    """Return the longest words of a role that end a stretch, tried with ever less of what only tells more."""
    told_none = {before}
    for stretch in _stretches(before, pack, floor):
        if stretch not in told_none and (found := _said(stretch, rule)):
            return found
        told_none.add(stretch)
    return None


def _stretches(before: str, pack: RulePack, floor: int) -> Iterator[str]:
    """Yield what may stand before a place, with ever less of what only tells more of it; names end at `floor`.

    Left out are a possessor ("Syria's"), adjectives, or a type word ("the city of").
    """
    stretch = _without_possessor(before)
    yield stretch
    for _ in range(3):
        if pack.verb_before.search(stretch):  # "Из миномётов обстреляны Хадер ...": "from" is not said of the place
            break
        rest = _without_last_word(stretch)
        if rest == stretch:
            break
        stretch = rest
        yield stretch
    yield before[: max(0, floor)] + pack.bridge.sub("", before[max(0, floor) :])


def _without_possessor(before: str) -> str:
    return _POSSESSOR.sub("", before) if before.rstrip().endswith(("'s", "’s")) else before


def _without_last_word(stretch: str) -> str:
    """Leave out a last word in small letters, or a last number, with the space behind it."""
    bare = stretch.rstrip()
    if bare == stretch:
        return stretch
    rest = bare.rstrip(_SMALL_LETTERS)
    if rest == bare:
        while rest[-1:].isdecimal():
            rest = rest[:-1]
    return stretch if rest == bare else rest
