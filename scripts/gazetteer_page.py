"""The figures of docs/gazetteer.md and its picture, made from the curated records.

    python scripts/gazetteer_page.py            write the tables into docs/gazetteer.md
    python scripts/gazetteer_page.py --picture  draw docs/gazetteer.png too (needs matplotlib, of the extra "bench")

A table stands between two comments, ``<!-- made: NAME -->`` and ``<!-- end -->``. `tests/test_gazetteer_page.py` makes
the tables again and compares, so that a record cannot change without its page.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from geomap.gazetteer import Gazetteer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geomap.model import Place

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "gazetteer.md"
PICTURE = ROOT / "docs" / "gazetteer.png"

SETTLEMENTS = ("city", "town", "village")
GROUPS: dict[str, tuple[str, ...]] = {
    "areas": ("country", "governorate", "district", "subdistrict"),
    "settlements": SETTLEMENTS,
    "quarters": ("neighbourhood",),
    "sites": ("camp", "crossing", "checkpoint", "airport", "facility"),
    "zones, regions": ("zone", "region", "corridor", "mountain", "valley", "river"),
}
"""Feature types as the tables put them together; every type of the format stands in one."""

_APART = re.compile(r"([\d.]+) km away")
"""How a citation tells that its source puts the place elsewhere than the first one."""
_REPEATED = "the same point"
"""How a citation tells that its source is a copy of the first, or the first of it."""
_UNTRACED = ("usual spelling", "spelling in common use")
"""Labels of citations that name no text."""
_BLOCK = re.compile(r"(<!-- made: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is known of a place's coordinate: how many sources measured it, and how far apart they put it (km)."""

    sources: int
    apart_km: float | None = None


def checked(place: Place) -> Checked:
    """Count the sources that give a place a point of its own.

    The first citation gives the point; another counts when it says how far away it puts the place. A source that
    only repeats the point, or that tells what it is a point of, is no second source.
    """
    apart = [float(found[1]) for c in place.citations if (found := _APART.search(c.label))]
    return Checked(sources=1 + len(apart), apart_km=max(apart, default=None))


def has_name(place: Place, lang: str, *, traced: bool = False) -> bool:
    """Tell whether a place has a name in a language; when `traced`, one whose citation names a text or data set."""
    names = [name for name in place.names if name.lang.split("-")[0] == lang]
    if not traced:
        return bool(names)
    return any(not any(word in c.label for word in _UNTRACED) for name in names for c in name.citations)


def governorate_of(place: Place, gazetteer: Gazetteer) -> Place | None:
    """Return the governorate that a place is or lies in by its first containers, None for what spans several."""
    while place.type != "governorate":
        if not place.parents:
            return None
        place = gazetteer.get(place.parents[0])
    return place


# --- the tables: each a header and rows of cells


def countries(gazetteer: Gazetteer) -> tuple[list[str], list[list[str]]]:
    """Count places by country and group; countries of which only outline and capital are known make one row."""
    counts: dict[str, Counter[str]] = {}
    for place in gazetteer:
        counts.setdefault(place.id.split(":")[0], Counter())[_group(place)] += 1
    named = {place.id.split(":")[0]: place.name for place in gazetteer if place.type == "country"}
    known = {code: groups for code, groups in counts.items() if groups.total() > 3}
    rest = sum((groups for code, groups in counts.items() if code not in known), Counter[str]())
    ordered = sorted(known, key=lambda code: (-known[code].total(), code))
    rows = [[named[code], *_group_cells(known[code])] for code in ordered]
    rows.append([f"{len(counts) - len(known)} others: outline, capital", *_group_cells(rest)])
    rows.append(["**all**", *_group_cells(sum(counts.values(), Counter[str]()))])
    return ["country", *GROUPS, "all"], rows


def syria(gazetteer: Gazetteer) -> tuple[list[str], list[list[str]]]:
    """Count Syrian places by governorate, with how well their settlements are checked."""
    header = [
        "governorate", "sub-districts", "settlements", "quarters", "sites", "Arabic name", "traced", "two sources",
        "furthest apart",
    ]  # fmt: skip
    by_area: dict[str, list[Place]] = {}
    for place in _syrian(gazetteer):
        area = governorate_of(place, gazetteer)
        if area is not None and place is not area:
            by_area.setdefault(area.name.removesuffix(" Governorate"), []).append(place)
    rows = [[name, *_area_cells(places)] for name, places in sorted(by_area.items())]
    rows.append(["**all**", *_area_cells([place for places in by_area.values() for place in places])])
    return header, rows


def types(gazetteer: Gazetteer) -> tuple[list[str], list[list[str]]]:
    """Count Syrian places by feature type, with names, sources and certainty."""
    header = ["type", "places", "Arabic name", "Russian name", "two sources", "certain", "less certain", "uncertain"]
    rows = []
    for kind in (kind for kinds in GROUPS.values() for kind in kinds):
        places = [place for place in _syrian(gazetteer) if place.type == kind]
        if places:
            sure = Counter(place.certainty for place in places)
            rows.append(
                [
                    kind,
                    str(len(places)),
                    *(_number(p for p in places if has_name(p, lang)) for lang in ("ar", "ru")),
                    _number(p for p in places if checked(p).sources > 1),
                    *(str(sure[c]) for c in ("certain", "less-certain", "uncertain")),
                ]
            )
    return header, rows


def far_apart(gazetteer: Gazetteer) -> tuple[list[str], list[list[str]]]:
    """List the Syrian settlements whose sources are furthest apart, with what the record makes of it."""
    found = [(checked(p).apart_km or 0.0, p) for p in _syrian(gazetteer) if p.type in SETTLEMENTS]
    furthest = sorted(found, key=lambda pair: (-pair[0], pair[1].id))[:10]
    rows = [[p.name, f"`{p.id}`", f"{km:.1f} km", f"{p.uncertainty_km:g} km", p.certainty] for km, p in furthest]
    return ["place", "record", "sources apart", "uncertainty", "certainty"], rows


def second_sources(gazetteer: Gazetteer) -> tuple[list[str], list[list[str]]]:
    """Count the second sources of Syrian points by source, with how far they lie from the first (km)."""
    found: dict[str, list[float]] = {}
    repeated: Counter[str] = Counter()
    for place in _syrian(gazetteer):
        for citation in place.citations:
            if apart := _APART.search(citation.label):
                found.setdefault(citation.source, []).append(float(apart[1]))
            elif _REPEATED in citation.label:
                repeated[citation.source] += 1
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [[name, str(len(km)), f"{median(km):.1f} km", f"{max(km):.1f} km"] for name, km in ordered]
    rows += [[f"{name}: repeats the first source", str(n), "0.0 km", "0.0 km"] for name, n in sorted(repeated.items())]
    return ["second source", "places", "half lie within", "furthest"], rows


TABLES: dict[str, Callable[[Gazetteer], tuple[list[str], list[list[str]]]]] = {
    "countries": countries, "syria": syria, "types": types, "far-apart": far_apart,
    "second-sources": second_sources,
}  # fmt: skip


def _group(place: Place) -> str:
    return next(group for group, kinds in GROUPS.items() if place.type in kinds)


def _group_cells(groups: Counter[str]) -> list[str]:
    return [str(groups[group] or "") for group in GROUPS] + [str(groups.total())]


def _area_cells(places: Sequence[Place]) -> list[str]:
    settlements = [p for p in places if p.type in SETTLEMENTS]
    apart = [(checked(p).apart_km or 0.0, p.name) for p in settlements]
    km, name = max(apart, default=(0.0, ""))
    return [
        _number(p for p in places if p.type == "subdistrict"),
        str(len(settlements)),
        *(_number(p for p in places if p.type in GROUPS[group]) for group in ("quarters", "sites")),
        _share(sum(has_name(p, "ar") for p in settlements), len(settlements)),
        _share(sum(has_name(p, "ar", traced=True) for p in settlements), len(settlements)),
        _share(sum(checked(p).sources > 1 for p in settlements), len(settlements)),
        f"{km:.1f} km, {name}" if km else "",
    ]


def _syrian(gazetteer: Gazetteer) -> list[Place]:
    return [place for place in gazetteer if place.id.startswith("syr:")]


def _number(places: Iterable[Place]) -> str:
    return str(sum(1 for _ in places))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table: the first column to the left, figures to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def page(text: str, gazetteer: Gazetteer) -> str:
    """Return the page's text with each table made anew.

    Raises
    ------
    KeyError
        When a comment names a table that is not made here.
    """
    return _BLOCK.sub(lambda found: found[1] + markdown(*TABLES[found[2]](gazetteer)) + found[3], text)


# --- the picture

_LOOKS = {  # colour and marker of what is drawn
    "city": ("#7a0000", "s"), "town": ("#b2182b", "o"), "village": ("#2166ac", "o"), "neighbourhood": ("#762a83", "o"),
    "camp": ("#e08214", "^"), "crossing": ("#1b7837", "D"), "checkpoint": ("#1b7837", "D"), "airport": ("#000000", "P"),
    "facility": ("#666666", "X"),
}  # fmt: skip
_INSETS = {"Idlib, Aleppo, Latakia": (35.7, 34.9, 37.75, 36.75), "Damascus and Daraa": (35.7, 32.3, 36.9, 34.15)}
"""Crowded parts drawn larger: west, south, east, north in degrees (EPSG:4326)."""


def draw(gazetteer: Gazetteer, path: Path) -> None:
    """Draw the Syrian places by type: filled where two sources measured the point, hollow where one did."""
    # Only this needs matplotlib; the tables, and the tests, do not.
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure = plt.figure(figsize=(15, 9.4), layout="constrained")
    places = [p for p in _syrian(gazetteer) if p.type in _LOOKS]
    axes = figure.subplot_mosaic([["all", "all", "a"], ["all", "all", "b"]], width_ratios=[1, 1, 1.05])
    _draw_part(axes["all"], gazetteer, places, None, 1.0)
    axes["all"].set_title(f"{len(places)} places of Syria in the curated gazetteer", loc="left", fontsize=13)
    for key, (title, box) in zip("ab", _INSETS.items(), strict=True):
        _draw_part(axes[key], gazetteer, places, box, 1.25)
        axes[key].set_title(title, loc="left", fontsize=11)
        west, south, east, north = box
        axes["all"].plot([west, east, east, west, west], [south, south, north, north, south], color="#999999", lw=0.8)
    _legend(axes["all"], places)
    figure.savefig(path, dpi=110)


def _draw_part(axes, gazetteer: Gazetteer, places: Sequence[Place], box, size: float) -> None:  # noqa: ANN001
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    for area in (p for p in _syrian(gazetteer) if p.type == "governorate"):
        for part in getattr(area.geometry, "geoms", [area.geometry]):
            axes.fill(*part.exterior.xy, facecolor="#f7f5ef", edgecolor="#b5ae9c", lw=0.7, zorder=1)
        if box is None:
            name = area.name.removesuffix(" Governorate")
            halo = [withStroke(linewidth=2.5, foreground="white")]
            axes.text(area.lon, area.lat, name, fontsize=9, color="#444444", ha="center", zorder=5, path_effects=halo)
    for kind, (colour, marker) in _LOOKS.items():
        for several in (False, True):
            found = [p for p in places if p.type == kind and (checked(p).sources > 1) is several]
            face = colour if several else "none"
            axes.scatter(
                [p.lon for p in found], [p.lat for p in found], s=size * (26 if kind == "city" else 15), marker=marker,
                facecolors=face if several else "none", edgecolors=colour, linewidths=0.8, zorder=4 if several else 3,
            )  # fmt: skip
    axes.set_aspect(1.22)  # one degree of latitude is 1 / cos(35 degrees) as long as one of longitude
    if box is not None:
        axes.set_xlim(box[0], box[2])
        axes.set_ylim(box[1], box[3])
    axes.tick_params(labelsize=8, colors="#666666")
    for side in axes.spines.values():
        side.set_color("#cccccc")


def _legend(axes, places: Sequence[Place]) -> None:  # noqa: ANN001
    from matplotlib.lines import Line2D  # noqa: PLC0415

    counts = Counter(p.type for p in places)
    look = {"linestyle": "none", "markersize": 7, "markerfacecolor": "none"}
    entries = [
        Line2D([], [], marker=marker, markeredgecolor=colour, label=f"{kind} ({counts[kind]})", **look)
        for kind, (colour, marker) in _LOOKS.items()
    ]
    several = sum(checked(p).sources > 1 for p in places)
    grey = {**look, "marker": "o", "markeredgecolor": "#555555"}
    entries.append(Line2D([], [], label=f"one source of the point ({len(places) - several})", **grey))
    entries.append(Line2D([], [], label=f"two or more ({several})", **{**grey, "markerfacecolor": "#555555"}))
    axes.legend(handles=entries, loc="lower right", fontsize=9, frameon=True, edgecolor="#cccccc")


def main() -> None:
    """Write the page, and the picture when asked to."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--picture", action="store_true", help="draw docs/gazetteer.png too")
    asked = parser.parse_args()
    gazetteer = Gazetteer.load()
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), gazetteer), encoding="utf-8")
    if asked.picture:
        draw(gazetteer, PICTURE)


if __name__ == "__main__":
    main()
