"""What vouches for a place of the world list: the country that a text is about, and the words around the name.

Among the names of 235,000 towns are Of, Man, Most, Mobile and Ali. So a background place is looked for only in a text
about its country, and its name is taken for it only where the text, at least once, says that it is a place.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from geomap.recognition.before import REACH
from geomap.recognition.lexicon import LANGUAGES
from geomap.recognition.names import is_betrayed
from geomap.recognition.text import Found
from geomap.toponym import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geomap.model import Bulletin, Mention, MentionContext
    from geomap.recognition.known import KnownNames
    from geomap.recognition.text import Text, Word

__all__ = ["Vote", "located_country", "main_country", "only_vouched", "voted_country"]

_COUNTRY_NAMED = 2
"""Votes of the name of a country; that of a place in it, which may be a namesake, has one."""

_HEADED = 4
"""Votes of a heading, or of the office that reports: a report on one country names its neighbours more than once."""

_IN_OR_TO = ("ب", "ل")
"""What Arabic writes before the name of a place without a space."""

_HEADLINE = re.compile(r"\s*(?P<head>[^:\n]{2,60}?)\s*:\s")
"""What a report is about, before the colon of its first line: "DR Congo: Displacement in ..."."""

_AREA_WORDS = frozenset({"governorate", "region"})


class Vote(NamedTuple):
    """A name that may tell which country a text is about; `surface` and `types` as of a mention."""

    name: str
    surface: str
    types: frozenset[str]
    context: MentionContext


def main_country(bulletin: Bulletin, mentions: Iterable[Mention], known: KnownNames) -> str | None:
    """Return the country (ISO 3166-1 alpha-2) that a text is about, None when no one country stands out."""
    votes = (Vote(m.name, m.surface, m.types, m.context) for m in mentions if not m.ends)
    return voted_country(bulletin, votes, known)


def voted_country(bulletin: Bulletin, votes: Iterable[Vote], known: KnownNames) -> str | None:
    """Return the country (ISO 3166-1 alpha-2) for which most names with their contexts speak.

    Each name of a place that is looked for everywhere speaks for its country, and so does that of a first-level
    division that no other country has. The name of the country itself does in the head of a report, too
    ("SUDAN: ..."), and as that of an office which writes it ("OCHA Sudan"); an actor never does.
    """
    counted: Counter[str] = Counter(_written_over(bulletin, known))
    for vote in votes:
        key = fold(vote.name)
        country = _spoken_for(key, vote.context, known) or _divided(vote, known)
        if country is not None:
            counted[country] += _COUNTRY_NAMED if _is_country(key, known) else 1
    ranked = counted.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return None
    return ranked[0][0]


def _written_over(bulletin: Bulletin, known: KnownNames) -> dict[str, int]:
    """Return the votes of the countries named by the first line's heading and by the office that reports."""
    headline = _HEADLINE.match(bulletin.text)
    names = [] if headline is None else [headline["head"]]
    office = (bulletin.source or "").split()
    names += [" ".join(office[i:]) for i in range(1, len(office)) if not office[i - 1].islower()]
    votes: Counter[str] = Counter()
    for name in names:
        key = fold(name)
        if key and _is_country(key, known) and len(known.countries[key]) == 1:
            votes[next(iter(known.countries[key]))] += _HEADED
    return votes


def _divided(vote: Vote, known: KnownNames) -> str | None:
    """Return the country whose division a name is that the world list alone knows: "Курской области", "North Kivu".

    A single word has to be called a division: that Florida or Central is one somewhere says nothing.
    """
    if vote.context != "location" or not (vote.types & _AREA_WORDS or " " in vote.name.strip()):
        return None
    for name in (vote.surface, vote.name):
        countries = known.division_countries[name]
        if len(countries) == 1:
            return next(iter(countries))
    return None


def located_country(mention: Mention, known: KnownNames) -> str | None:
    """Return the country that a mention names as a place, not as an actor; None for all other mentions."""
    key = fold(mention.name)
    if mention.context != "location" or mention.ends or not _is_country(key, known):
        return None
    return _spoken_for(key, mention.context, known)


def _spoken_for(key: str, context: MentionContext, known: KnownNames) -> str | None:
    """Return the one country in which all places of a name lie."""
    if context == "actor" or (context == "dateline" and not _is_country(key, known)):
        return None
    countries = known.countries[key]
    return next(iter(countries)) if len(countries) == 1 else None


def _is_country(key: str, known: KnownNames) -> bool:
    return "country" in known.kinds[key]


def only_vouched(text: Text, found: list[Found], known: KnownNames, lang: str) -> list[Found]:
    """Leave out names of background places that no words around them, anywhere in the text, betray as places.

    In a language without a lexicon a capital within a sentence has to do.
    """
    doubtful = [bool(name.key) and known.is_background(name.key) for name in found]
    if not any(doubtful):
        return found
    says = is_betrayed if lang.split("-", maxsplit=1)[0].lower() in LANGUAGES else _is_within_sentence
    kept = [not doubt or _is_vouched(text, found, i, said=says(text, found[i])) for i, doubt in enumerate(doubtful)]
    grown = True
    while grown:  # a list is of places when one of its names is, and a name that is a place once is so everywhere
        places = {name.key for name, keep, doubt in zip(found, kept, doubtful, strict=True) if keep and doubt}
        also = [
            i
            for i, name in enumerate(found)
            if not kept[i] and (name.key in places or _is_listed_with_kept(text, found, kept, i))
        ]
        grown = bool(also)
        for i in also:
            kept[i] = True
    whole = [
        _whole(text, name) if doubt else name for name, keep, doubt in zip(found, kept, doubtful, strict=True) if keep
    ]
    return [name for i, name in enumerate(whole) if not i or whole[i - 1].end <= name.start]


def _is_vouched(text: Text, found: Sequence[Found], i: int, *, said: bool) -> bool:
    start, end, _, _ = found[i]
    if text.words.any_type.fullmatch(text.low, start, end):
        return False
    if said or text.body.endswith(_IN_OR_TO, 0, start):
        return True
    return _is_enclosed(text, found, i) and not _describes(text, start)


def _describes(text: Text, start: int) -> bool:
    """Whether a word of Arabic goes with the one before, both with the article: "الدقيق الأبيض في السودان" is flour."""
    before = text.preceding(start) if text.body.startswith(_ARTICLE, start) else None
    return before is not None and before.kind.text.startswith(_ARTICLE)


_ARTICLE = "ال"


def _is_within_sentence(text: Text, name: Found) -> bool:
    return re.search(r"\w[\w,’' -]*\Z", text.body[max(0, name.start - REACH) : name.start]) is not None


def _is_enclosed(text: Text, found: Sequence[Found], i: int) -> bool:
    """Whether the next name says where this one lies: "Bhamo in Kachin State"."""
    if i + 1 == len(found):
        return False
    gap = text.low[found[i].end : found[i + 1].start]
    return gap.strip() not in {"", ","} and text.words.encloses.fullmatch(gap) is not None


def _is_listed_with_kept(text: Text, found: Sequence[Found], kept: Sequence[bool], i: int) -> bool:
    return (i > 0 and kept[i - 1] and _are_listed(text, found[i - 1], found[i])) or (
        i + 1 < len(found) and kept[i + 1] and _are_listed(text, found[i], found[i + 1])
    )


def _are_listed(text: Text, one: Found, two: Found) -> bool:
    return text.words.list_gap_behind.fullmatch(text.low, one.end, two.start) is not None


def _whole(text: Text, name: Found) -> Found:
    """Return a name with the words that go on with it: "Ceel Jaale" is not Ceel, and no place that is known."""
    run = next((words for words in text.runs if words[0].start <= name.start and name.end < words[-1].end), [])
    behind = [word for word in run if word.start >= name.end]
    more: list[Word] = []
    for i, word in enumerate(behind):
        if word.kind.foreign:
            more = behind[: i + 1]
        elif not text.starts_name(behind, i):
            break
    return Found(name.start, more[-1].end, name.words + len(more)) if more else name
