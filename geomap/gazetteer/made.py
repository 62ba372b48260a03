"""Geometry made from other places by rule: a hull, a union, or a line through them.

Such a geometry is approximate: it says where the members lie, not where anybody drew a boundary.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import shapely

from geomap.gazetteer.metric import DECIMALS, widen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from geomap.model import Citation

__all__ = ["RULE_KINDS", "GeometryRule", "label_point", "make_all"]

RuleKind = Literal["hull_of", "union_of", "line_through"]

RULE_KINDS: Mapping[RuleKind, str] = {
    "hull_of": "convex hull of",
    "union_of": "union of",
    "line_through": "straight line through",
}
"""The rules with their names in words."""

_LEAST_MEMBERS: Mapping[RuleKind, int] = {"hull_of": 1, "union_of": 1, "line_through": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometryRule:
    """How the geometry of a place is made: `kind` of `members` (place ids), widened by `buffer_km` on all sides.

    `citations` say why these are the members.
    """

    kind: RuleKind
    members: tuple[str, ...]
    buffer_km: float = 0.0
    citations: tuple[Citation, ...] = ()

    def __str__(self) -> str:
        """Say it in words."""
        widened = f", widened by {self.buffer_km:g} km" if self.buffer_km else ""
        return f"{RULE_KINDS[self.kind]} {len(self.members)} places{widened}"


def label_point(geometry: BaseGeometry, given: tuple[float, float] | None = None) -> tuple[float, float]:
    """Return the point (degrees, longitude first) at which a map names a geometry.

    It is the point `given`, else a point itself, the middle of a line, or a point inside an outline.
    """
    if given is not None:
        return given
    if geometry.geom_type == "Point":
        return geometry.x, geometry.y
    if geometry.geom_type == "LineString":
        found = shapely.line_interpolate_point(geometry, 0.5, normalized=True)
    else:
        found = shapely.point_on_surface(geometry)
    return round(found.x, DECIMALS), round(found.y, DECIMALS)


def make_all(
    rules: Mapping[str, GeometryRule],
    known: Mapping[str, BaseGeometry],
    labels: Mapping[str, tuple[float, float]],
) -> tuple[dict[str, BaseGeometry], dict[str, str]]:
    """Make the geometry of each rule; members may themselves be made.

    Parameters
    ----------
    rules
        The rules by the id of the place they make.
    known
        The geometries that are given, by place id (EPSG:4326, longitude first).
    labels
        Points at which places are named, where a record gives one; lines go through them.

    Returns
    -------
    made, flaws
        Geometries by id, and for each rule that cannot be followed what is wrong with it.
    """
    maker = _Maker(rules, known, labels)
    for place_id in sorted(rules):
        maker.geometry_of(place_id, ())
    return maker.made, maker.flaws


class _Maker:
    """Follows rules in the order in which they need each other."""

    def __init__(
        self,
        rules: Mapping[str, GeometryRule],
        known: Mapping[str, BaseGeometry],
        labels: Mapping[str, tuple[float, float]],
    ) -> None:
        self.rules, self.known, self.labels = rules, known, labels
        self.made: dict[str, BaseGeometry] = {}
        self.flaws: dict[str, str] = {}

    def geometry_of(self, place_id: str, on_the_way: tuple[str, ...]) -> BaseGeometry | None:
        """Return a known or made geometry; None, and a flaw noted, when it cannot be made."""
        if place_id in on_the_way:
            circle = " -> ".join([*on_the_way[on_the_way.index(place_id) :], place_id])
            self.flaws[place_id] = f"it is made from itself ({circle}); a rule may only use places made without it"
            return None
        if place_id in self.known:
            return self.known[place_id]
        if place_id not in self.made and place_id not in self.flaws and place_id in self.rules:
            self._make(place_id, (*on_the_way, place_id))
        return self.made.get(place_id)

    def _make(self, place_id: str, on_the_way: tuple[str, ...]) -> None:
        rule = self.rules[place_id]
        parts = {member: self.geometry_of(member, on_the_way) for member in rule.members}
        missing = [member for member, part in parts.items() if part is None]
        if place_id in self.flaws:  # the circle was found on the way
            return
        if missing:
            self.flaws[place_id] = f"members without a geometry: {', '.join(missing)}; load their files, or drop them"
        elif len(rule.members) < _LEAST_MEMBERS[rule.kind]:
            self.flaws[place_id] = f"{rule.kind} needs at least {_LEAST_MEMBERS[rule.kind]} members"
        else:
            self.made[place_id] = self._follow(rule, {m: part for m, part in parts.items() if part is not None})

    def _follow(self, rule: GeometryRule, parts: Mapping[str, BaseGeometry]) -> BaseGeometry:
        if rule.kind == "line_through":
            line = shapely.LineString([label_point(parts[m], self.labels.get(m)) for m in rule.members])
            return widen(line, rule.buffer_km)
        if rule.kind == "hull_of":
            return widen(shapely.convex_hull(shapely.union_all(list(parts.values()))), rule.buffer_km)
        return widen(shapely.union_all(list(parts.values())), rule.buffer_km)
