"""Places -> files that other programs read: Linked Places, CSV, GeoPackage."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from geomap.gazetteer.metric import is_outline
from geomap.gazetteer.writing import to_collection

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from geopandas import GeoDataFrame

    from geomap.bbox import BBox
    from geomap.model import Place

__all__ = ["CSV_COLUMNS", "EXPORT_FORMATS", "export_places", "select_places"]

EXPORT_FORMATS = {"lpf": ".geojson", "csv": ".csv", "gpkg": ".gpkg"}
"""The formats with the usual endings of their files."""

CSV_COLUMNS = (
    "id", "name", "type", "lon", "lat", "country", "parent", "population", "alt_names", "lang", "pcode", "gn", "wd",
    "uncertainty_km", "certainty", "approximate", "valid_from", "valid_until", "source", "source_url", "licence", "wkt",
)  # fmt: skip
"""The columns of a CSV, and but for `wkt` of a GeoPackage's layers; an import reads those it knows by these names."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""What makes spreadsheets take a cell for a formula (OWASP, CSV injection), with the full-width forms."""

_NUMBERS = frozenset({"lon", "lat", "population", "uncertainty_km", "approximate"})


def select_places(
    places: Iterable[Place], *, bbox: BBox | None = None, types: AbstractSet[str] = frozenset()
) -> tuple[Place, ...]:
    """Return the places of some types (all when empty) whose point or outline meets a box (everywhere when None)."""
    chosen = [place for place in places if not types or place.type in types]
    if bbox is None:
        return tuple(chosen)
    boxes = shapely.union_all([shapely.box(b.west, b.south, b.east, b.north) for b in bbox.split()])
    shapely.prepare(boxes)
    return tuple(p for p in chosen if bbox.contains(p.lon, p.lat) or shapely.intersects(boxes, p.geometry))


def export_places(places: Sequence[Place], format_: str, *, title: str) -> str | bytes:
    """Return places as a file of one of `EXPORT_FORMATS`; coordinates are degrees, EPSG:4326, longitude first.

    Linked Places hold all that is known of a place. A CSV has one row a place, further names as ``name@language``
    between bars, the geometry of what is no point as text. A GeoPackage has the layers `places` (points), `areas` and
    `lines`.
    """
    if format_ == "lpf":
        return to_collection(places, title=title)
    return _csv(places) if format_ == "csv" else _geopackage(places)


def _csv(places: Iterable[Place]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for place in places:
        row = _row(place)
        row["wkt"] = "" if place.geometry.geom_type == "Point" else shapely.to_wkt(place.geometry, rounding_precision=6)
        writer.writerow([_cell(column, row[column]) for column in CSV_COLUMNS])
    return text.getvalue()


def _cell(column: str, value: object) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if column not in _NUMBERS and text.startswith(_FORMULA_STARTS) else text


def _row(place: Place) -> dict[str, object]:
    names = {name.toponym: name.lang for name in reversed(place.names)}
    others = [f"{n.toponym}@{n.lang}" for n in place.names if n.toponym != place.name or n.lang != names[n.toponym]]
    start, end = place.valid
    cited = place.citations[0] if place.citations else None
    return {
        "id": place.id,
        "name": place.name,
        "type": place.type,
        "lon": place.lon,
        "lat": place.lat,
        "country": "|".join(place.ccodes),
        "parent": "|".join(place.parents),
        "population": place.population,
        "alt_names": "|".join(others),
        "lang": names.get(place.name),
        **{scheme: _links(place, scheme) for scheme in ("pcode", "gn", "wd")},
        "uncertainty_km": place.uncertainty_km,
        "certainty": place.certainty,
        "approximate": place.approximate,
        "valid_from": None if start is None else start.isoformat(),
        "valid_until": None if end is None else end.isoformat(),
        "source": cited and f"{cited.source}, {cited.label}",
        "source_url": cited and cited.url,
        "licence": cited and cited.licence,
    }


def _links(place: Place, scheme: str) -> str:
    prefix = f"{scheme}:"
    return "|".join(link.removeprefix(prefix) for link in place.same_as if link.startswith(prefix))


def _geopackage(places: Sequence[Place]) -> bytes:
    layers = {
        "places": [(place, shapely.Point(place.lon, place.lat)) for place in places],
        "areas": [(place, shapely.MultiPolygon(_polygons(place))) for place in places if is_outline(place.geometry)],
        "lines": [(place, place.geometry) for place in places if place.geometry.geom_type == "LineString"],
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "places.gpkg"
        for layer, members in layers.items():
            if members or layer == "places":
                _frame(members).to_file(path, layer=layer, driver="GPKG", engine="pyogrio")
        return path.read_bytes()


def _polygons(place: Place) -> list[shapely.Polygon]:
    return list(getattr(place.geometry, "geoms", [place.geometry]))


def _frame(members: Sequence[tuple[Place, shapely.Geometry]]) -> GeoDataFrame:
    import geopandas  # noqa: PLC0415  0.5 s, and most runs export nothing

    rows = [_row(place) for place, _ in members]
    columns = {column: [row[column] for row in rows] for column in CSV_COLUMNS if column != "wkt"}
    return geopandas.GeoDataFrame(columns, geometry=[geometry for _, geometry in members], crs="EPSG:4326")
