"""Several sources of places as one: records of the same place become one record, and nothing is overwritten.

Two records are of the same place when an id or an exact link of one is an id or an exact link of the other; the id and
the link of a P-code are the same thing (``cod:c2338`` is ``pcode:C2338``). Close links are not enough by themselves:
the records must also be of one kind, lie near each other, and share a name. What was loaded first wins; what the later
record adds is taken over with its citations, and where the two contradict each other a warning says so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar

from geomap.gazetteer.containment import fitting_parents
from geomap.gazetteer.feature_types import FEATURE_TYPES
from geomap.gazetteer.linked_places import Contents
from geomap.gazetteer.metric import distance_km, gap_km, is_outline
from geomap.gazetteer.problems import Problem
from geomap.gazetteer.slugs import pcode_slug
from geomap.model import Name
from geomap.toponym import fold, skeletons

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry

    from geomap.gazetteer.made import GeometryRule
    from geomap.model import Citation, Decision, Place

__all__ = ["identity", "merge"]

CLOSE_KM = 5.0
"""A close link joins two records only within this distance: more than any two sources of one settlement of Syria lay
apart where both were looked up (0.9 km), less than the way to the next place of the name."""

CONTRADICTED_KM = 25.0
"""An exact link is not believed when the two lie further apart than this and their uncertainties, under names unlike
each other: P-codes are given to other places in later editions, and links are mistyped."""

_TELLING = 3
"""Consonants; fewer are shared by too many names."""

T = TypeVar("T")

_Kind = Literal["id", "exact", "close"]


def merge(contents: Sequence[Contents]) -> Contents:
    """Merge sources; the first wins where two disagree.

    Each record of a later source goes into at most one place, and each place takes at most one record of a source. The
    place keeps its id, name, type, point, certainty and time; names, links, a missing population, an outline for an
    administrative area that had none, and containers that do not contradict its own are taken over. References to a
    record that was merged away lead to the place that took it. Records of one source are never merged with each other.

    Returns
    -------
    merged
        All places in order of id, with the problems of all sources and, as warnings, what was found on the way.
    """
    work = _Work()
    for source in contents:
        work.add(source)
    return work.finished()


def identity(identifier: str) -> str:
    """Return an id or a link in the form in which all that mean the same are equal.

    Examples
    --------
    >>> identity("cod:c2338") == identity("pcode:C2338")
    True
    """
    scheme, colon, rest = identifier.strip().casefold().partition(":")
    if colon and scheme in ("cod", "pcode"):
        return f"pcode:{pcode_slug(rest)}"
    return f"{scheme}{colon}{rest}"


class _Work:
    """Places merged so far, and by which identifiers they are found."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.rules: dict[str, GeometryRule] = {}
        self.aliases: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.decisions: list[Decision] = []
        self._exact: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._close: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._added_parents: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, source: Contents) -> None:
        """Take in the next source."""
        self.problems += source.problems
        self.decisions += source.decisions
        self.problems += _duplicates(source.places)
        self.aliases = {**source.aliases, **self.aliases}
        taken = self._claims(source.places)
        for place in source.places:
            target, kind = taken.get(place.id, (None, None))
            if target is None or kind is None:
                self.places[place.id] = place
                if place.id in source.rules:
                    self.rules[place.id] = source.rules[place.id]
            else:
                self._join(self.places[target], place, kind)
        for place in source.places:
            self._enter(self.places[taken[place.id][0] if place.id in taken else place.id])

    def _enter(self, place: Place) -> None:
        for identifier in _exact_identities(place):
            self._exact[identifier][place.id] = None
        for identifier in _close_identities(place):
            self._close[identifier][place.id] = None

    def _claims(self, places: Iterable[Place]) -> dict[str, tuple[str, _Kind]]:
        """Return which record goes into which place, and why: whatever has its id, else the best of those that may."""
        if not self.places:
            return {}
        taken: dict[str, tuple[str, _Kind]] = {}
        others = []
        for place in places:
            if place.id in self.places:
                taken[place.id] = (place.id, "id")
            elif place.id in self.aliases:  # as closely as the record that first had the id
                target = self.aliases[place.id]
                exactly = target in self._exact.get(identity(place.id), ())
                taken[place.id] = (target, "exact" if exactly else "close")
            else:
                others.append(place)
        full = {target for target, _ in taken.values()}
        claims: defaultdict[str, list[tuple[bool, float, str, _Kind]]] = defaultdict(list)
        for place in others:
            found = self._same(place)
            if found is not None:
                target, kind = found
                claims[target].append((kind == "close", _apart_km(self.places[target], place), place.id, kind))
        for target, claimants in claims.items():
            for _, _, place_id, kind in sorted(claimants):
                if target in full:
                    message = f"says that it is the same place as {target}, which another record of its source is"
                    self._warn(place_id, "links", f"{message}; it is kept apart")
                else:
                    full.add(target)
                    taken[place_id] = (target, kind)
        return taken

    def _same(self, place: Place) -> tuple[str, _Kind] | None:
        """Return the place that a record with an id of its own is of, if there is just one."""
        exact = {t: None for identifier in _exact_identities(place) for t in self._exact.get(identifier, ())}
        believed = [target for target in exact if not self._contradicted(self.places[target], place)]
        if believed:
            return self._the_one(place, believed, "exact")
        close = {t: None for identifier in _all_identities(place) for t in self._near(identifier)}
        return self._the_one(place, [t for t in close if _fits_closely(self.places[t], place)], "close")

    def _near(self, identifier: str) -> Iterator[str]:
        yield from self._exact.get(identifier, ())
        yield from self._close.get(identifier, ())

    def _the_one(self, place: Place, targets: Sequence[str], kind: _Kind) -> tuple[str, _Kind] | None:
        if len(targets) > 1:
            message = f"could be the same place as {' or '.join(targets)}; it is kept apart from all of them"
            self._warn(place.id, "links", message)
        return (targets[0], kind) if len(targets) == 1 else None

    def _contradicted(self, target: Place, place: Place) -> bool:
        """Tell whether an exact link is refuted by both place and name, and say so."""
        apart_km = _apart_km(target, place)
        if apart_km <= max(CONTRADICTED_KM, target.uncertainty_km, place.uncertainty_km) or _share_a_name(
            target, place
        ):
            return False
        message = (
            f"says that it is the same place as {target.id}, which has other names and lies {apart_km:.0f} km away;"
            " it is kept apart: correct the link"
        )
        self._warn(place.id, "links", message)
        return True

    def _join(self, target: Place, place: Place, kind: _Kind) -> None:
        """Take over what a record adds to a place, and say where the two disagree."""
        for field, message in _disagreements(target, place):
            self._warn(target.id, field, f"{message}; what was loaded first is kept")
        same_as = place.same_as if kind != "close" else ()
        links = [*target.links, *place.links]
        if place.id != target.id:
            self.aliases[place.id] = target.id
            own = [link for link in links if identity(link) == identity(place.id)] or [place.id]
            links += own
            same_as = (*same_as, *own) if kind != "close" else same_as
        geometry, citations = _geometry(target, place)
        self.places[target.id] = replace(
            target,
            geometry=geometry,
            citations=citations,
            names=_names(target, place),
            links=_distinct(links),
            same_as=_distinct([*target.same_as, *same_as]),
            population=place.population if target.population is None else target.population,
            ccodes=target.ccodes or place.ccodes,
        )
        self._added_parents[target.id] += place.parents

    def finished(self) -> Contents:
        """Follow all references to where their places went, and return everything."""
        lead = self._lead()
        for place in list(self.places.values()):
            parents = tuple(dict.fromkeys(p for p in map(lead, place.parents) if p != place.id))
            if parents != place.parents:
                self.places[place.id] = replace(place, parents=parents)
        added = {place_id: [lead(parent) for parent in parents] for place_id, parents in self._added_parents.items()}
        for place_id, (fitting, misfits) in fitting_parents(self.places, added).items():
            place = self.places[place_id]
            self.places[place_id] = replace(place, parents=(*place.parents, *fitting))
            for message in misfits:
                self._warn(place_id, "relations", message)
        rules = {i: replace(rule, members=tuple(map(lead, rule.members))) for i, rule in self.rules.items()}
        decisions = dict.fromkeys(_led(decision, lead) for decision in self.decisions)
        return Contents(
            places=tuple(self.places[place_id] for place_id in sorted(self.places)),
            rules=rules,
            problems=tuple(dict.fromkeys(self.problems)),
            aliases=self.aliases,
            decisions=tuple(decisions),
        )

    def _lead(self) -> _Lead:
        return _Lead(self.places, self.aliases, self._exact)

    def _warn(self, place_id: str, field: str, message: str) -> None:
        self.problems.append(Problem(place_id=place_id, field=field, message=message, severity="warning"))


class _Lead:
    """Leads from a reference to the id of the place that it means; to itself when that cannot be told."""

    def __init__(
        self, places: Mapping[str, Place], aliases: Mapping[str, str], exact: Mapping[str, Mapping[str, None]]
    ) -> None:
        self._places, self._aliases, self._exact = places, aliases, exact

    def __call__(self, reference: str) -> str:
        if reference in self._places:
            return reference
        if reference in self._aliases:
            return self(self._aliases[reference])
        found = self._exact.get(identity(reference), {})
        return next(iter(found)) if len(found) == 1 else reference


def _led(decision: Decision, lead: _Lead) -> Decision:
    """Return a decision with its place, and the areas of its setting, by the ids that they have now."""
    setting = decision.setting
    within, near = (tuple(sorted(set(map(lead, ids)))) for ids in (setting.within, setting.near))
    return replace(
        decision,
        place_id=None if decision.place_id is None else lead(decision.place_id),
        setting=replace(setting, within=within, near=near),
    )


def _exact_identities(place: Place) -> Iterator[str]:
    yield identity(place.id)
    yield from map(identity, place.same_as)


def _close_identities(place: Place) -> Iterator[str]:
    return (identity(link) for link in place.links if link not in place.same_as)


def _all_identities(place: Place) -> Iterator[str]:
    yield from _exact_identities(place)
    yield from _close_identities(place)


def _duplicates(places: Iterable[Place]) -> Iterator[Problem]:
    """Yield what says within one source that two records are one place: neither is taken for the better one."""
    first: dict[str, str] = {}
    for place in places:
        for identifier in dict.fromkeys(_exact_identities(place)):
            other = first.setdefault(identifier, place.id)
            if other != place.id:
                message = f"has the identifier {identifier} of {other} in the same source; both are kept: correct one"
                yield Problem(place_id=place.id, field="links", message=message, severity="warning")


def _apart_km(one: Place, other: Place) -> float:
    return distance_km(one.lon, one.lat, other.lon, other.lat)


def _class(place: Place) -> str:
    return FEATURE_TYPES[place.type].fclass if place.type in FEATURE_TYPES else ""


def _fits_closely(target: Place, place: Place) -> bool:
    """Tell whether two records with a close link are of one place."""
    settlements = _class(target) == _class(place) == "P" and (
        (target.type == "neighbourhood") == (place.type == "neighbourhood")
    )
    same_kind = settlements or target.type == place.type  # Homs is a governorate, a district and a city
    return same_kind and _apart_km(target, place) <= CLOSE_KM and _share_a_name(target, place)


def _share_a_name(one: Place, other: Place) -> bool:
    return not _keys(one).isdisjoint(_keys(other))


def _keys(place: Place) -> set[str]:
    """Return the keys under which names that are spelt or sound alike meet."""
    toponyms = {place.name, *(name.toponym for name in place.names)}
    heard = (skeleton for toponym in toponyms for skeleton in skeletons(toponym))
    return ({fold(t) for t in toponyms} | {f"~{s}" for s in heard if len(s) >= _TELLING}) - {""}


def _disagreements(target: Place, place: Place) -> Iterator[tuple[str, str]]:
    apart_km = _apart_km(target, place)
    if apart_km > max(target.uncertainty_km, place.uncertainty_km):
        at = f"longitude {place.lon:.5g}, latitude {place.lat:.5g}"
        yield "lon, lat", f"{place.id}, which is the same place, lies {apart_km:.1f} km away ({at})"
    if _class(target) != _class(place):
        yield "type", f"{target.type} here, {place.type} in {place.id}, which is the same place"


def _names(target: Place, place: Place) -> tuple[Name, ...]:
    """Return the names of both, each once with all its citations; the title of the record that goes is a name too.

    Names of a background place stay background names.
    """
    merged = {(name.toponym, name.lang): name for name in target.names}
    for name in place.names:
        key = (name.toponym, name.lang)
        known = merged.get(key)
        if known is None:
            merged[key] = replace(name, background=True) if place.background and not target.background else name
        else:
            merged[key] = replace(known, citations=_distinct([*known.citations, *name.citations]))
    if place.name not in {target.name, *(toponym for toponym, _ in merged)}:
        merged[place.name, "und"] = Name(
            toponym=place.name, lang="und", citations=place.citations, background=place.background
        )
    return tuple(merged.values())


def _geometry(target: Place, place: Place) -> tuple[BaseGeometry, tuple[Citation, ...]]:
    """Return the geometry of a place with whom it cites; an area given as a point gets the outline of the other."""
    lacks_outline = _class(target) == "A" and target.geometry.geom_type == "Point"
    if not lacks_outline or target.type != place.type or not is_outline(place.geometry):
        return target.geometry, target.citations
    if gap_km(place.geometry, target.lon, target.lat) > target.uncertainty_km:
        return target.geometry, target.citations
    return place.geometry, _distinct([*target.citations, *place.citations])


def _distinct(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
