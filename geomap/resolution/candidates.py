"""What a mention could mean by its name and its type word alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from geomap.recognition.lexicon import lexicon
from geomap.toponym import generic_of, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from geomap.gazetteer import Gazetteer, Match
    from geomap.model import Mention, Place

__all__ = ["DIVISIONS", "HOW", "NAMED_AFTER", "POPULATED", "SPELLED", "Possible", "possible_places"]

POPULATED = frozenset({"city", "town", "village", "neighbourhood"})
DIVISIONS = frozenset({"governorate", "district", "subdistrict"})
"""Kinds of the areas that a country is divided into."""
_POINTS = frozenset({"checkpoint", "crossing"})
_STRICT = (
    frozenset({"facility"}),
    frozenset({"valley"}),
    _POINTS,
    frozenset({"camp"}),
    frozenset({"corridor"}),
    frozenset({"zone"}),
    frozenset({"airport"}),
    DIVISIONS,
)
"""Kinds whose type word rules out all others: the camp of a town is not the town."""

NAMED_AFTER = frozenset({"checkpoint", "crossing", "camp", "corridor"})
"""Kinds that bear the name of the settlement they lie at, and seldom have a record of their own."""
_AT = frozenset({"town", "village", "camp"})
"""What they are named after, and no larger than they are far from it: a city has several."""

_SEATS = frozenset({"city", "town"})
"""What an area of which there is no record bears the name of: "Dikwa Local Government Area"."""

_LESS_SURE = 0.15
"""By how much a settlement scores less than a record of what is named after it would: our own choice."""

_COUNTRYSIDE = frozenset({"governorate", "region"})
"""What a word for the countryside around a town allows."""
_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Possible:
    """A place that a name could mean: how its spelling fits (0 to 1), and how in words.

    `exact`: it is written so. `spelled`: the letters are those of a known spelling, not only its sound. `misheard`:
    not even the sound is, a consonant is wrong. `partial`: only a part of the name fits.
    `kind_fits` is None when the text gives no type word, and of a settlement that gave its name to what is meant.
    """

    place: Place
    score: float
    how: str
    exact: bool = False
    spelled: bool = True
    misheard: bool = False
    partial: bool = False
    kind_fits: bool | None = None


HOW = {
    "exact": "written as {!r}",
    "folded": "a spelling of {!r}",
    "skeleton": "sounds like {!r}",
    "near": "is one letter off {!r}",
}
"""How a spelling fits, by the tier of its match."""
SPELLED = frozenset({"exact", "folded"})
"""The tiers in which the letters are those of a known spelling."""
_WHOLE_SURFACE = 0.04
"""A match of the whole surface, type word included, is worth more than one of the bare name."""


_Question = tuple[str, str, frozenset[str], str | None, frozenset[str] | None]
"""What an answer depends on: surface, name and types of a mention, the language, the background countries."""

_answers: WeakKeyDictionary[Gazetteer, dict[_Question, tuple[Possible, ...]]] = WeakKeyDictionary()
_KEPT = 20_000
"""Answers kept for a gazetteer before all are forgotten."""


def possible_places(
    mention: Mention, gazetteer: Gazetteer, lang: str, *, background: frozenset[str] | None = None
) -> tuple[Possible, ...]:
    """Return the places that the mention's name and type word allow, best spelling first, each once.

    Of background places, those of the countries in `background` (ISO 3166-1 alpha-2) count; all when None.
    """
    question = (mention.surface, mention.name, mention.types, lang, background)
    return _remembered(gazetteer, question, lambda: _possible_places(mention, gazetteer, lang, background))


def rejected_by_kind(
    mention: Mention, gazetteer: Gazetteer, *, background: frozenset[str] | None = None
) -> tuple[Possible, ...]:
    """Return places that have the name but not the kind, for the reasons of a mention that stays open."""
    question = (mention.surface, mention.name, mention.types, None, background)
    return _remembered(gazetteer, question, lambda: _rejected_by_kind(mention, gazetteer, background))


def _remembered(
    gazetteer: Gazetteer, question: _Question, answer: Callable[[], Iterable[Possible]]
) -> tuple[Possible, ...]:
    """Return the answer to a question, found once: names come again and again, in a bulletin and in the next ones."""
    known = _answers.get(gazetteer)
    if known is None:
        known = _answers[gazetteer] = {}
    found = known.get(question)
    if found is None:
        if len(known) >= _KEPT:
            known.clear()
        found = known[question] = tuple(answer())
    return found


def _possible_places(
    mention: Mention, gazetteer: Gazetteer, lang: str, background: frozenset[str] | None
) -> list[Possible]:
    best: dict[str, Possible] = {}
    for query, bonus in _queries(mention, lang):
        for match in gazetteer.search(query, background=background, limit=_LIMIT):
            _keep(best, _possible(match, mention, bonus))
    if not any(p.spelled for p in best.values()):
        for match in _by_specific_part(mention, gazetteer, background):
            _keep(best, _possible(match, mention, 0.0, partial=True))
    found = (
        [p for p in best.values() if p.kind_fits is not False]
        or [p for p in best.values() if not _rules_out(mention.types, p.place)]
        or [_named_after(p) for p in best.values() if _gives_its_name(p, mention.types)]
    )
    if any(p.spelled for p in found):  # a typing error or a like sound is no guess where the spelling is known
        found = [p for p in found if p.spelled]
    return sorted(found, key=lambda p: (-p.score, p.place.id))


def _rejected_by_kind(mention: Mention, gazetteer: Gazetteer, background: frozenset[str] | None) -> list[Possible]:
    return [_possible(m, mention, 0.0) for m in gazetteer.search(mention.name, background=background, limit=5)]


def _queries(mention: Mention, lang: str) -> list[tuple[str, float]]:
    queries = [(mention.surface, _WHOLE_SURFACE)] if mention.surface != mention.name else []
    if len(mention.types) == 1 and (in_full := lexicon(lang).in_full.get(next(iter(mention.types)))):
        queries.append((in_full.format(mention.name), _WHOLE_SURFACE))
    if mention.types == _COUNTRYSIDE and (in_full := lexicon(lang).in_full.get("countryside")):
        queries.append((in_full.format(mention.name), _WHOLE_SURFACE))
    return [*queries, (mention.name, 0.0)]


def _by_specific_part(mention: Mention, gazetteer: Gazetteer, background: frozenset[str] | None) -> list[Match]:
    """Search "Zrekia" for "Ain-Zrekia": a lead for a person, never enough to place the mention."""
    parts = words(mention.name)
    if len(parts) < 2 or generic_of(parts[0]) is None:
        return []
    return list(gazetteer.search(" ".join(parts[1:]), types=POPULATED, background=background, limit=10))


def _possible(match: Match, mention: Mention, bonus: float, *, partial: bool = False) -> Possible:
    how = HOW[match.tier].format(match.name)
    spelled = match.tier in SPELLED and not partial
    fits = _kind_fits(match.place, mention.types)
    if fits is False and bonus and spelled:
        fits = True  # listed with its type word it is of that kind, whatever the gazetteer calls it
    return Possible(
        place=match.place,
        score=match.score * (0.6 if partial else 1.0) + bonus,
        exact=match.tier == "exact",
        spelled=spelled,
        misheard=match.tier == "near",
        how=f"without its generic part, {how}" if partial else how,
        partial=partial,
        kind_fits=fits,
    )


def _kind_fits(place: Place, types: frozenset[str]) -> bool | None:
    if not types:
        return None
    if place.type in types:
        return True
    for kinds in _STRICT:
        if types & kinds and types <= kinds:
            return place.type in kinds
    return bool(types & POPULATED) and place.type in POPULATED


def _rules_out(types: frozenset[str], place: Place) -> bool:
    """Whether a type word is so plain that a place of another kind is not meant: no governorate is "the city of".

    "The towns of" a country or a region are in it, so these may be meant.
    """
    if types and types <= POPULATED:
        return place.type in DIVISIONS
    return any(types and types <= kinds for kinds in _STRICT)


def _gives_its_name(option: Possible, types: frozenset[str]) -> bool:
    of = _AT if types <= NAMED_AFTER else _SEATS if types <= DIVISIONS else frozenset[str]()
    return bool(types) and option.spelled and option.place.type in of


def _named_after(option: Possible) -> Possible:
    how = f"has no record of its own, and is named after what is {option.how}"
    spelled = option.place.type != "village"
    return replace(option, kind_fits=None, how=how, score=option.score - _LESS_SURE, spelled=spelled)


def _keep(best: dict[str, Possible], new: Possible) -> None:
    old = best.get(new.place.id)
    if old is None or old.score < new.score:
        best[new.place.id] = new
