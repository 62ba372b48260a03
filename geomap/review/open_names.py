"""The names that were left open, each once per spelling and setting."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from geomap.gazetteer.decisions import setting_record
from geomap.gazetteer.metric import distance_km
from geomap.recognition import recognize
from geomap.resolution import resolve_in_settings
from geomap.resolution.surroundings import AREA_TYPES
from geomap.segmentation import split_sentences
from geomap.toponym import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin, Candidate, Place, Resolution, Setting
    from geomap.review.suggestions import Suggestion

__all__ = ["Example", "OpenName", "fingerprint", "name_key", "nearest", "open_names"]

MOST_CANDIDATES = 6
MOST_EXAMPLES = 3
MOST_NEIGHBOURS = 12
LONGEST_SENTENCE = 600
"""Characters; a table that was read as one sentence would fill the sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence that holds the name."""

    bulletin: str
    date: date | None
    source: str | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenName:
    """A name that was left open in a setting, with all that a person needs to decide it.

    `spellings` are all ways in which it is written, the most frequent (`spelling`) first. `candidates` are at most six,
    best first; `neighbours` the places that are sure near it in the text; `area` those that the setting names.
    `suggestions` are what an online geocoder gave, when one was asked; `not_suggested` says why there are none.
    """

    key: str
    spelling: str
    spellings: tuple[str, ...]
    lang: str
    setting: Setting
    mentions: int
    bulletins: tuple[str, ...]
    examples: tuple[Example, ...]
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...] = ()
    neighbours: tuple[Place, ...] = ()
    area: tuple[Place, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    not_suggested: str | None = None


@dataclass(slots=True)
class _Found:
    """What was found of a name so far; lives for one call of `open_names`."""

    setting: Setting
    spellings: dict[str, int] = field(default_factory=dict)
    lang: str = ""
    bulletins: dict[str, None] = field(default_factory=dict)
    examples: dict[str, Example] = field(default_factory=dict)
    reasons: dict[str, None] = field(default_factory=dict)
    candidates: dict[str, Candidate] = field(default_factory=dict)
    neighbours: dict[str, Place] = field(default_factory=dict)


def open_names(bulletins: Iterable[Bulletin], gazetteer: Gazetteer) -> tuple[OpenName, ...]:
    """Return the names of places that bulletins leave open, those of most bulletins first.

    What a person has called no place in its setting is not asked again; names of actors and datelines never are.

    Parameters
    ----------
    bulletins
        The texts, each read once.
    gazetteer
        The places that can be meant, with the decisions that were made before.
    """
    found: dict[str, _Found] = {}
    for bulletin in bulletins:
        _read(bulletin, gazetteer, found)
    names = [_open_name(key, entry, gazetteer) for key, entry in found.items()]
    return tuple(sorted(names, key=lambda n: (-len(n.bulletins), -n.mentions, fold(n.spelling), n.key)))


def name_key(toponym: str, setting: Setting) -> str:
    """Return a short key for a name in a setting, the same in every sheet."""
    record = json.dumps([fold(toponym), setting_record(setting)], sort_keys=True, ensure_ascii=True)
    return (
        f"n{hashlib.sha256(record.encode()).hexdigest()[:9]}"  # a letter first, lest a spreadsheet take it for a number
    )


def fingerprint(gazetteer: Gazetteer) -> str:
    """Return a key for the set of places that a gazetteer holds, without those of the user's own."""
    ids = "\n".join(place_id for place_id in gazetteer.places if not place_id.startswith("own:"))
    return hashlib.sha256(ids.encode()).hexdigest()[:12]


def nearest(place: Place, neighbours: Sequence[Place]) -> tuple[float, Place] | None:
    """Return the neighbour that is nearest to a place and its distance in km; None without neighbours."""
    others = [other for other in neighbours if other.id != place.id]
    if not others:
        return None
    km, _, best = min((distance_km(place.lon, place.lat, o.lon, o.lat), o.id, o) for o in others)
    return km, best


def _read(bulletin: Bulletin, gazetteer: Gazetteer, found: dict[str, _Found]) -> None:
    read = resolve_in_settings(bulletin, recognize(bulletin, gazetteer), gazetteer)
    sentences = split_sentences(bulletin.text)
    starts = [sentence.start for sentence in sentences]
    sentence_of = [max(0, bisect_right(starts, resolution.mention.start) - 1) for resolution, _ in read]
    for i, (resolution, setting) in enumerate(read):
        mention = resolution.mention
        if (
            resolution.place is not None
            or mention.context != "location"
            or _is_no_place(mention.name, setting, gazetteer)
        ):
            continue
        entry = found.setdefault(name_key(mention.name, setting), _Found(setting))
        entry.lang = entry.lang or bulletin.lang
        entry.spellings[mention.name] = entry.spellings.get(mention.name, 0) + 1
        entry.bulletins[bulletin.id] = None
        entry.examples.setdefault(bulletin.id, _example(bulletin, resolution, sentences[sentence_of[i]].text))
        entry.reasons.update(dict.fromkeys(resolution.reasons))
        for candidate in resolution.candidates:
            old = entry.candidates.get(candidate.place.id)
            if old is None or old.score < candidate.score:
                entry.candidates[candidate.place.id] = candidate
        here = [other for j, (other, _) in enumerate(read) if sentence_of[j] == sentence_of[i]]
        points = list(_points(here)) or list(_points(other for other, _ in read))
        entry.neighbours.update({place.id: place for place in points})


def _is_no_place(name: str, setting: Setting, gazetteer: Gazetteer) -> bool:
    return any(d.setting == setting and d.place_id is None for d in gazetteer.decisions_on(name))


def _points(resolutions: Iterable[Resolution]) -> Iterator[Place]:
    for resolution in resolutions:
        place = resolution.place
        if place is not None and place.type not in AREA_TYPES and resolution.mention.context == "location":
            yield place


def _example(bulletin: Bulletin, resolution: Resolution, sentence: str) -> Example:
    if len(sentence) > LONGEST_SENTENCE:
        mention = resolution.mention
        around = (LONGEST_SENTENCE - len(mention.surface)) // 2
        sentence = f"… {bulletin.text[max(0, mention.start - around) : mention.end + around]} …"
    return Example(
        bulletin=bulletin.id, date=bulletin.date, source=bulletin.source, sentence=" ".join(sentence.split())
    )


def _open_name(key: str, entry: _Found, gazetteer: Gazetteer) -> OpenName:
    spellings = tuple(sorted(entry.spellings, key=lambda s: (-entry.spellings[s], s)))
    candidates = sorted(entry.candidates.values(), key=lambda c: (-c.score, c.place.id))
    return OpenName(
        key=key,
        spelling=spellings[0],
        spellings=spellings,
        lang=entry.lang,
        setting=entry.setting,
        mentions=sum(entry.spellings.values()),
        bulletins=tuple(entry.bulletins),
        examples=tuple(entry.examples.values())[:MOST_EXAMPLES],
        reasons=tuple(entry.reasons),
        candidates=tuple(candidates[:MOST_CANDIDATES]),
        neighbours=tuple(entry.neighbours.values())[:MOST_NEIGHBOURS],
        area=tuple(gazetteer.get(i) for i in (*entry.setting.within, *entry.setting.near) if i in gazetteer),
    )
