"""A record of a gazetteer as plain text, for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.gazetteer.metric import area_km2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.gazetteer.collection import Gazetteer
    from geomap.model import Citation, Place, Setting

__all__ = ["describe"]

_LABEL_WIDTH = 12
_MEMBERS_SHOWN = 6


def describe(gazetteer: Gazetteer, place_id: str) -> str:
    """Return all that is known of a place, as lines of plain text without a final line break.

    Coordinates are degrees, EPSG:4326; distances km.

    Raises
    ------
    UnknownPlaceError
        When no place has the id; the message names ids that look alike.
    """
    place = gazetteer.get(place_id)
    lines = [f"{place.id}  {place.name} ({place.type})"]
    for label, values in _parts(place, gazetteer):
        lines.extend(f"{label if i == 0 else '':{_LABEL_WIDTH}}{value}" for i, value in enumerate(values))
    return "\n".join(lines)


def _parts(place: Place, gazetteer: Gazetteer) -> Iterator[tuple[str, list[str]]]:
    """Yield labels with their lines, in the order in which they are shown."""
    yield "names", _names(place)
    yield "lies in", [_chain(parent, gazetteer) for parent in place.parents]
    yield "point", [f"longitude {place.lon:.6g}, latitude {place.lat:.6g} (EPSG:4326)", _certainty(place)]
    yield "geometry", _geometry(place, gazetteer)
    yield "holds", _validity(place)
    yield "population", [] if place.population is None else [f"{place.population:,}"]
    yield "contains", _children(place, gazetteer)
    yield "reviewed", _decisions(place, gazetteer)
    yield "links", [", ".join(place.links)] if place.links else []
    yield "sources", _sources(place)
    yield "note", [] if place.description is None else [place.description]


def _names(place: Place) -> list[str]:
    by_lang: dict[str, list[str]] = {}
    for name in place.names:
        by_lang.setdefault(name.lang, []).append(name.toponym)
    return [f"{lang}: {', '.join(toponyms)}" for lang, toponyms in by_lang.items()]


def _chain(parent_id: str, gazetteer: Gazetteer) -> str:
    """Return a container with its own first containers: "Rif Dimashq (syr:rif-dimashq) < Syria (syr:syria)"."""
    links: dict[str, str] = {}
    step: str | None = parent_id
    while step is not None and step not in links:
        parent = gazetteer.places.get(step)
        links[step] = f"{step} (not loaded)" if parent is None else f"{parent.name} ({step})"
        step = parent.parents[0] if parent is not None and parent.parents else None
    return " < ".join(links.values())


def _certainty(place: Place) -> str:
    if area_km2(place.geometry):
        return f"{place.certainty}; stands for an area as large as a circle of {place.uncertainty_km:g} km radius"
    return f"{place.certainty}; the true place lies within {place.uncertainty_km:g} km"


def _geometry(place: Place, gazetteer: Gazetteer) -> list[str]:
    kind = place.geometry.geom_type
    area = area_km2(place.geometry)
    lines = [f"{kind} of {area:,.0f} square km" if area else kind]
    rule = gazetteer.rules.get(place.id)
    if rule is not None:
        more = len(rule.members) - _MEMBERS_SHOWN
        shown = ", ".join(rule.members[:_MEMBERS_SHOWN]) + (f" and {more} more" if more > 0 else "")
        lines[0] += f", approximate: {rule}"
        lines.append(f"members: {shown}")
    elif place.approximate:
        lines[0] += ", approximate"
    return lines


def _validity(place: Place) -> list[str]:
    start, end = place.valid
    if start is None and end is None:
        return []
    sides = [f"from {start}" if start else "", f"until, but without, {end}" if end else "with no end given"]
    return [" ".join(side for side in sides if side)]


def _children(place: Place, gazetteer: Gazetteer) -> list[str]:
    children = gazetteer.children(place.id)
    if not children:
        return []
    more = len(children) - _MEMBERS_SHOWN
    shown = ", ".join(child.id for child in children[:_MEMBERS_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return [f"{len(children)} {'place' if len(children) == 1 else 'places'}: {shown}"]


def _decisions(place: Place, gazetteer: Gazetteer) -> list[str]:
    """Return the spellings that reviewers decided to mean a place, each with its setting."""
    found = [decision for decision in gazetteer.decisions if decision.place_id == place.id]
    return [f"{d.toponym!r} {_setting(d.setting)}, decided {d.citation.label}" for d in found]


def _setting(setting: Setting) -> str:
    if setting.within:
        return f"in {', '.join(setting.within)}"
    return f"beside places of {', '.join(setting.near)}" if setting.near else f"in bulletin {setting.bulletin}"


def _sources(place: Place) -> list[str]:
    """Return what the point or outline is from, then what the names are from, each source once."""
    lines = [f"coordinates: {_cited(c)}" for c in place.citations]
    for source in dict.fromkeys(c.source for name in place.names for c in name.citations):
        cited = [(name.toponym, c) for name in place.names for c in name.citations if c.source == source]
        toponyms = ", ".join(dict.fromkeys(toponym for toponym, _ in cited))
        address = f" <{cited[0][1].url}>" if cited[0][1].url else ""
        lines.append(f"{toponyms}: {source}{address}")
    return lines


def _cited(citation: Citation) -> str:
    address = f" <{citation.url}>" if citation.url else ""
    licence = f" ({citation.licence})" if citation.licence else ""
    return f"{citation.source}, {citation.label}{address}{licence}"
