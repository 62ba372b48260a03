"""From a bulletin to the mentions of places in it: names, corridors between two of them, points told by a town."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.model import Bulletin, Mention
from geomap.recognition.arabic import find_arabic_names
from geomap.recognition.before import REACH, Before
from geomap.recognition.context import context
from geomap.recognition.datelines import datelines
from geomap.recognition.drafts import Draft, draft
from geomap.recognition.known import known_names
from geomap.recognition.lexicon import lexicon
from geomap.recognition.masks import masked
from geomap.recognition.names import find_names
from geomap.recognition.text import Spans, Text
from geomap.recognition.vouching import main_country, only_vouched
from geomap.toponym import is_arabic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.gazetteer import Gazetteer
    from geomap.recognition.known import KnownNames

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
    text = Text(bulletin.text, lexicon(bulletin.lang))
    known = known_names(gazetteer)
    mentions = _mentions(text, known, bulletin.lang)
    country = main_country(mentions, known)
    # The country that the first reading tells vouches for its towns in the list of the world.
    with_towns = known if country is None else known_names(gazetteer, country)
    return mentions if with_towns is known else _mentions(text, with_towns, bulletin.lang)


def _mentions(text: Text, known: KnownNames, lang: str) -> tuple[Mention, ...]:
    arabic = lang.startswith("ar") or is_arabic(text.body)
    find = find_arabic_names if arabic else find_names
    found = only_vouched(text, find(text, known, masked(text, known)), known, lang)
    written_at, agencies = datelines(text, found)
    if agencies:
        found = [name for name in found if not agencies.meet(name.start, name.end)]
    drafts = draft(text, found, known)
    mentions = [_mention(text, i, drafts, written_at) for i in range(len(drafts))]
    mentions += [*_corridors(text, drafts), *_points_near(text, mentions)]
    mentions.sort(key=lambda mention: (mention.start, mention.end))
    return tuple(mentions)


def _mention(text: Text, i: int, drafts: list[Draft], written_at: Spans) -> Mention:
    start, end, name, types, part, _ = drafts[i]
    return Mention(
        surface=text.body[start:end],
        start=start,
        end=end,
        name=text.body[name.start : name.end],
        types=types,
        part=part,
        context="dateline" if written_at and written_at.meet(start, end) else context(text, i, drafts),
    )


_DASH = re.compile(r"\s*[–—-]\s*")
_WIDEST_DASH = 8
"""Characters of a dash with its white space."""


def _corridors(text: Text, drafts: list[Draft]) -> Iterator[Mention]:
    """Yield corridors and routes written as "A – B corridor"."""
    for one, two in itertools.pairwise(drafts):
        if two.start - one.end > _WIDEST_DASH or not _DASH.fullmatch(text.body, one.end, two.start):
            continue
        end = two.start + two.name.end - two.name.start
        after = text.words.dashed_type_behind.match(text.low, end)
        before = text.words.dashed_type_before.search(text.low, max(0, one.start - REACH), one.start)
        hit = next(
            (h for h in (after, before) if h and (t := text.words.types[h["word"]]) and "corridor" in t.types), None
        )
        if hit is None:
            continue
        yield Mention(
            surface=text.body[one.start : hit.end() if hit is after else end],
            start=one.start,
            end=hit.end() if hit is after else end,
            name=text.body[one.start : end],
            types=frozenset({"corridor"}),
            ends=(_name(text, one), _name(text, two)),
        )


def _name(text: Text, draft: Draft) -> str:
    return text.body[draft.name.start : draft.name.end]


def _points_near(text: Text, mentions: list[Mention]) -> Iterator[Mention]:
    """Yield checkpoints and camps that are told by a town: "the check point near al-Rastan"."""
    for mention in mentions:
        if not text.before(mention.start) & Before.NEAR:
            continue
        match = text.words.point_near.search(text.low, max(0, mention.start - REACH), mention.start)
        word = text.words.types[match["word"]] if match else None
        if match is None or word is None or not word.types & {"checkpoint", "crossing", "airport"}:
            continue
        start = match.start("word")
        yield replace(mention, surface=text.body[start : mention.end], start=start, types=word.types, part="near")
