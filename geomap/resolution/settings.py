"""The setting of a name, and what reviewers decided for it.

A setting is told from the mentions, the places of the gazetteer and what is sure among them, never from decisions: so
a name that was asked for stands in the same setting when it is read again, and its decision is found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geomap.model import Candidate, Resolution, Setting
from geomap.resolution.candidates import POPULATED
from geomap.toponym import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin, Decision, Mention, Place
    from geomap.resolution.surroundings import Surroundings

__all__ = ["as_reviewed", "decision_on", "settings_of"]

_OPEN = "~"
"""Stands before the folded name of an area that is itself open; no id begins so."""

_REVIEWED = 0.95
"""The confidence of what a person decided: people err, too."""


def settings_of(
    bulletin: Bulletin,
    mentions: Sequence[Mention],
    around: Sequence[Surroundings],
    decided: Mapping[int, Place],
    gazetteer: Gazetteer,
) -> tuple[Setting, ...]:
    """Return the setting of each mention.

    Parameters
    ----------
    bulletin
        The text.
    mentions
        In the order of the text.
    around
        The surroundings of each.
    decided
        The places of those that are sure, by index.
    gazetteer
        Where the containers of places are found.
    """
    levels = {i: _first_levels(place, gazetteer) for i, place in decided.items()}
    keys = [fold(mention.name) for mention in mentions]
    everywhere: dict[str, set[str]] = {}  # the first-level areas of the bulletin, with the names that lie in each
    for i, areas in levels.items():
        for area in areas:
            everywhere.setdefault(area, set()).add(keys[i])

    def near(i: int) -> tuple[str, ...]:
        # What the name itself could mean is no witness of where it is.
        for group in (around[i].peers, around[i].sentence):
            found = {area for j in group if j in levels and keys[j] != keys[i] for area in levels[j]}
            if found:
                return tuple(sorted(found))
        areas = tuple(area for area, names in everywhere.items() if names != {keys[i]})
        return areas if len(areas) == 1 else ()  # a bulletin about one province

    def setting(i: int) -> Setting:
        types, part = mentions[i].types, mentions[i].part
        said = Setting(types=types, part=part.casefold() if part else None)
        if around[i].enclosers:
            within = {decided[j].id if j in decided else _OPEN + keys[j] for j in around[i].enclosers}
            return replace(said, within=tuple(sorted(within)))
        beside = near(i)
        return replace(said, near=beside) if beside else replace(said, bulletin=bulletin.id)

    return tuple(setting(i) for i in range(len(mentions)))


def _first_levels(place: Place, gazetteer: Gazetteer) -> frozenset[str]:
    """Return the ids of the first-level areas that a place is or lies in; none for countries."""
    return frozenset(p.id for p in (place, *gazetteer.ancestors(place.id)) if p.type == "governorate")


def decision_on(resolution: Resolution, setting: Setting, gazetteer: Gazetteer) -> Decision | None:
    """Return what a reviewer decided on a mention; None without a decision, or when its place is not loaded.

    A decision on the very setting holds whatever the text alone would yield: somebody looked. Where only the type word
    or the part word is another, it fills in for a name that is open. Of several the latest holds.
    """
    mention = resolution.mention
    if mention.context != "location":
        return None
    known = [d for d in gazetteer.decisions_on(mention.name) if d.place_id is None or d.place_id in gazetteer]
    known.sort(key=lambda decision: decision.on)
    same = [d for d in known if d.setting == setting]
    if same:
        return same[-1]
    if resolution.place is not None:
        return None
    alike = [d for d in known if d.place_id is not None and _alike(d, setting, gazetteer.get(d.place_id))]
    return alike[-1] if len({d.place_id for d in alike}) == 1 else None


def _alike(decision: Decision, setting: Setting, place: Place) -> bool:
    """Whether a decision on one setting tells what a name means in another: same area, and words that fit."""
    said = decision.setting
    if (said.within, said.near, said.bulletin) != (setting.within, setting.near, setting.bulletin):
        return False
    if said.part not in (None, setting.part):
        return False
    if said.types & setting.types:
        return place.type in setting.types or place.type in POPULATED
    settlements = place.type in POPULATED and all(
        not types or types & POPULATED for types in (said.types, setting.types)
    )
    return settlements or said.types == setting.types


def as_reviewed(weighed: Resolution, decision: Decision, gazetteer: Gazetteer) -> Resolution:
    """Return a resolution as a reviewer decided it; a name that is no place stays open and says so."""
    if decision.place_id is None:
        return replace(
            weighed,
            status="ambiguous" if weighed.candidates else "unknown",
            place=None,
            confidence=0.0,
            reasons=(f"is no place, a reviewer decided: {decision.citation.label}",),
        )
    place = gazetteer.get(decision.place_id)
    reason = f"a reviewer decided it: {decision.citation.label}"
    others = tuple(c for c in weighed.candidates if c.place.id != place.id)
    return replace(
        weighed,
        status="resolved",
        place=place,
        confidence=_REVIEWED,
        candidates=(Candidate(place=place, score=1.0, reasons=(reason,)), *others)[: max(1, len(weighed.candidates))],
        reasons=(reason,),
    )
