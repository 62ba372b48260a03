"""Coordinates as tables write them -> points, with how far their digits leave them open."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from geomap.arabic_script import western

__all__ = ["GivenPoint", "point_of"]

_DEGREES = re.compile(r"[+-]?\d+(?:\.(\d+))?")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_KM_PER_DEGREE = 111.2
_FINEST_KM = 0.01


class GivenPoint(NamedTuple):
    """A point, degrees EPSG:4326, and the distance in km by which its last digit may be rounded."""

    lon: float
    lat: float
    slack_km: float
    uncertainty_km: float | None = None

    def __str__(self) -> str:
        return f"{self.lon:g}, {self.lat:g}"


def point_of(lon: str, lat: str, uncertainty: str = "") -> GivenPoint | None:
    """Return the point of two cells, None when both are empty.

    Raises
    ------
    ValueError
        When they are none; the message begins with the part that is wrong.
    """
    lon, lat = western(lon.strip()), western(lat.strip())
    if not lon and not lat:
        return None
    x, x_digits = _degrees("lon", lon, 180, other=lat)
    y, y_digits = _degrees("lat", lat, 90, other=lon)
    if x == 0 and y == 0:
        raise ValueError("lat: 0, 0 is a point in the ocean that stands for a missing coordinate; leave it empty")
    radius = float(uncertainty) if re.fullmatch(r"\d+(?:\.\d+)?", uncertainty.strip()) else None
    slack = 0.5 * _KM_PER_DEGREE * 10.0 ** -min(x_digits, y_digits) * math.sqrt(2)
    return GivenPoint(x, y, max(_FINEST_KM, round(slack, 3)), radius or None)


def _degrees(field: str, text: str, limit: int, *, other: str) -> tuple[float, int]:
    """Return degrees and the number of their decimals."""
    if not text:
        raise ValueError(f"{field}: is empty, and the other coordinate is not; give both or none")
    match = _DEGREES.fullmatch(text.replace(",", ".") if _COMMA.fullmatch(text) else text)
    if match is None:
        raise ValueError(f"{field}: {text!r} is no number of degrees; write decimal degrees, such as 36.5")
    value = float(match[0])
    if abs(value) > limit:
        partner = _DEGREES.fullmatch(other)
        swapped = partner is not None and abs(value) <= 180 and abs(float(other)) <= limit
        hint = "; longitude and latitude look swapped" if swapped else ""
        raise ValueError(f"{field}: {text} lies outside -{limit}..{limit}{hint}")
    return value, len(match[1] or "")
