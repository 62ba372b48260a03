"""From a bulletin to the mentions of places in it: names, corridors between two of them, points told by a town."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from geomap.arabic_script import places_without_marks, with_hamzas, without_marks
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
from geomap.recognition.vouching import Vote, only_vouched, voted_country
from geomap.toponym import is_arabic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.gazetteer import Gazetteer
    from geomap.model import MentionContext
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
    arabic = bulletin.lang.startswith("ar") or is_arabic(bulletin.text)
    body = with_hamzas(without_marks(bulletin.text)) if arabic else bulletin.text
    text = Text(body, lexicon(bulletin.lang), is_arabic=arabic)
    known = known_names(gazetteer)
    spans = masked(text, known)
    reading = _read(text, known, spans, bulletin.lang)
    country = voted_country(bulletin, _votes(text, reading), known)
    # The country that the first reading tells vouches for its towns in the list of the world.
    with_towns = known if country is None else known_names(gazetteer, country)
    if with_towns is not known and not _reads_alike(text, reading, known, with_towns):
        reading = _read(text, with_towns, spans, bulletin.lang)
    found = _mentions(text, reading)
    return found if body == bulletin.text else _as_written(found, bulletin.text, len(body))


def _as_written(found: tuple[Mention, ...], text: str, length: int) -> tuple[Mention, ...]:
    """Return mentions of a text of some length that was made plain where, and as, they stand in the text as written."""
    places = range(length) if length == len(text) else places_without_marks(text)
    spans = [(places[m.start], places[m.end - 1] + 1) for m in found]
    return tuple(
        replace(m, surface=text[start:end], start=start, end=end) for m, (start, end) in zip(found, spans, strict=True)
    )


class _Reading(NamedTuple):
    """The drafts of a text's mentions, and where its datelines are."""

    drafts: list[Draft]
    written_at: Spans

    def context(self, text: Text, i: int) -> MentionContext:
        """Return what a place is to its sentence."""
        draft = self.drafts[i]
        is_dateline = self.written_at and self.written_at.meet(draft.start, draft.end)
        return "dateline" if is_dateline else context(text, i, self.drafts)


def _reads_alike(text: Text, reading: _Reading, one: KnownNames, two: KnownNames) -> bool:
    """Whether no word of a text begins other names in a second table, and the names found have the same kinds there."""
    if text.is_arabic:
        words = {word.kind.text for word in text.all_words}
        alike = all(one.arabic_openings[w] == two.arabic_openings[w] for w in words) and all(
            one.arabic_fits[w[cut:]] == two.arabic_fits[w[cut:]] for w in words for cut in one.arabic_openings[w]
        )
    else:
        words = {word.kind.text for run in text.runs for word in run}
        words |= {word.kind.text for word in text.compass_words}
        alike = all(one.openings[word] == two.openings[word] for word in words)
    return alike and all(one.kinds[d.name.key] == two.kinds[d.name.key] for d in reading.drafts if d.name.key)


def _read(text: Text, known: KnownNames, spans: Spans, lang: str) -> _Reading:
    find = find_arabic_names if text.is_arabic else find_names
    found = only_vouched(text, find(text, known, spans), known, lang)
    written_at, agencies = datelines(text, found)
    if agencies:
        found = [name for name in found if not agencies.meet(name.start, name.end)]
    return _Reading(draft(text, found, known), written_at)


def _votes(text: Text, reading: _Reading) -> Iterator[Vote]:
    """Yield the names of a reading that may tell a country, with their contexts."""
    for i, one in enumerate(reading.drafts):
        if one.name.key or one.types or one.name.words > 1:
            yield Vote(_name(text, one), text.body[one.start : one.end], one.types, reading.context(text, i))


def _mentions(text: Text, reading: _Reading) -> tuple[Mention, ...]:
    mentions = [_mention(text, i, reading) for i in range(len(reading.drafts))]
    mentions += [*_corridors(text, reading.drafts), *_points_near(text, mentions)]
    mentions.sort(key=lambda mention: (mention.start, mention.end))
    return tuple(mentions)


def _mention(text: Text, i: int, reading: _Reading) -> Mention:
    start, end, name, types, part, _ = reading.drafts[i]
    return Mention(
        surface=text.body[start:end],
        start=start,
        end=end,
        name=text.body[name.start : name.end],
        types=types,
        part=part,
        context=reading.context(text, i),
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


_POINTS = frozenset({"checkpoint", "crossing", "airport", "corridor", "zone"})
"""What may be told by a place near it."""


def _points_near(text: Text, mentions: list[Mention]) -> Iterator[Mention]:
    """Yield checkpoints and camps that are told by a town: "the check point near al-Rastan"."""
    for mention in mentions:
        if not text.before(mention.start) & Before.NEAR:
            continue
        match = text.words.point_near.search(text.low, max(0, mention.start - REACH), mention.start)
        word = text.words.types[match["word"]] if match else None
        if match is None or word is None or not word.types <= _POINTS:
            continue
        start = match.start("word")
        if "corridor" in word.types and len(text.body[match.end("word") : match.end()].split()) > 1:
            continue  # "по коридору в районе Хаммурии"
        if any(m.start < start <= m.end + 1 for m in mentions):  # "the Tayha crossing point near Menbij"
            continue
        yield replace(mention, surface=text.body[start : mention.end], start=start, types=word.types, part="near")
