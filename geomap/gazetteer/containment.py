"""Which containers that another source names for a place agree with those that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.gazetteer.metric import gap_km, is_outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from geomap.model import Place

__all__ = ["fitting_parents"]

_LEVELS = {"country": 0, "governorate": 1, "district": 2, "subdistrict": 3}
"""The administrative types, widest first."""


def fitting_parents(
    places: Mapping[str, Place], added: Mapping[str, Iterable[str]]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return which further containers each place may have, and what is wrong with the others.

    A container is passed over without a word when it is not loaded, or when the place lies in it already. It does not
    fit when the place would lie in two areas of one administrative level, in itself, or outside of the outline.

    Parameters
    ----------
    places
        All places by id, with the containers that they have.
    added
        Ids of further containers by place id, nearest first.

    Returns
    -------
    found
        By place id the containers that fit and a message for each that does not.
    """
    chains = _Chains(places)
    found = {}
    for place_id, parents in added.items():
        fitting: list[str] = []
        misfits: list[str] = []
        for parent in dict.fromkeys(parents):
            if parent not in places or parent == place_id or parent in chains.of([place_id, *fitting]):
                continue
            flaw = _flaw(places[place_id], places[parent], chains)
            (misfits if flaw else fitting).append(flaw or parent)
        if fitting or misfits:
            found[place_id] = tuple(fitting), tuple(misfits)
    return found


class _Chains:
    """The containers of places, however far up."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self.places = places

    def of(self, place_ids: Iterable[str]) -> dict[str, None]:
        """Return places and all their containers, nearest first; a circle ends where it began."""
        seen = dict.fromkeys(place_ids)
        queue = list(seen)
        for place_id in queue:
            for parent in self.places[place_id].parents:
                if parent in self.places and parent not in seen:
                    seen[parent] = None
                    queue.append(parent)
        return seen

    def levels(self, place_id: str) -> Iterator[tuple[str, str]]:
        """Yield administrative levels with the place of that level in which a place lies, itself included."""
        for other in self.of([place_id]):
            if self.places[other].type in _LEVELS:
                yield self.places[other].type, other


def _flaw(place: Place, parent: Place, chains: _Chains) -> str | None:
    """Say why a container cannot be one of a place, None when it can."""
    if place.id in chains.of([parent.id]):
        return f"{parent.id} is given as a container by another source, but lies in it; it was left out"
    if place.type in _LEVELS and _LEVELS.get(parent.type, -1) >= _LEVELS[place.type]:
        return f"{parent.id}, a {parent.type}, cannot contain a {place.type}; it was left out"
    known = {level: other for level, other in chains.levels(place.id) if other != place.id}
    for level, other in chains.levels(parent.id):
        if known.get(level, other) != other:
            return f"lies in {known[level]}, and by {parent.id} of another source in {other}; the first is kept"
    if is_outline(parent.geometry):
        gap = gap_km(parent.geometry, place.lon, place.lat)
        if gap > place.uncertainty_km:
            return f"lies {gap:.1f} km outside of {parent.id}, in which another source puts it; that was left out"
    return None
