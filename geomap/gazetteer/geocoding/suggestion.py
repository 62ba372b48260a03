"""What a geocoder suggests, and how what strangers send is made fit to be shown."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Suggestion", "clean", "point_of"]

LONGEST_LABEL = 300
_JOINERS = "\u200c\u200d"
"""Not printable by themselves, but letters of Persian and Kurdish names stand right by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A place that an online geocoder gives for a name: a lead, never a place that is known.

    `lon` and `lat` are degrees (EPSG:4326). `source` is who says so, with the credit that is due; `kind` the service's
    own word for what it is; `id` its identifier ("osm:node-26847709", "gn:170592"); `url` where its record can be read.
    """

    label: str
    lon: float
    lat: float
    source: str
    kind: str | None = None
    id: str | None = None
    url: str | None = None

    def record(self) -> dict[str, Any]:
        """Return it as values that JSON holds."""
        return asdict(self)

    @classmethod
    def of_record(cls, record: dict[str, Any]) -> Suggestion:
        """Read what `record` gave.

        Raises
        ------
        TypeError, ValueError
            When it is something else.
        """
        found = cls(**record)
        lon, lat = point_of(found.lon, found.lat)
        texts = (found.label, found.source, found.kind or "", found.id or "", found.url or "https://")
        if not all(isinstance(text, str) and clean(text) == text for text in texts):
            raise TypeError("a text of a suggestion is none")
        if (lon, lat) != (found.lon, found.lat) or not found.label or not texts[-1].startswith("https://"):
            raise ValueError("no suggestion that was written here")
        return found


def point_of(lon: object, lat: object) -> tuple[float, float]:
    """Return longitude and latitude in degrees from what a service gives for them: numbers, also as text.

    Raises
    ------
    ValueError
        When they are no point on earth, or 0, 0.
    """
    east, north = _number(lon), _number(lat)
    if abs(east) > 180 or abs(north) > 90:
        hint = "; are longitude and latitude swapped?" if abs(east) <= 90 and abs(north) <= 180 else ""
        raise ValueError(f"longitude {east:g}, latitude {north:g} is no point on earth{hint}")
    if east == 0 and north == 0:
        raise ValueError("0, 0 is no place but what missing coordinates become")
    return east, north


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{clean(repr(value), 60)} is no coordinate")
    try:
        number = float(value)
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{clean(repr(value), 60)} is no coordinate")
    return number


def clean(text: str, most: int = LONGEST_LABEL) -> str:
    """Return a text in one line, without what is no letter or sign, and cut to so many characters."""
    shown = "".join(c if c.isprintable() or c in _JOINERS else " " for c in text[: 4 * most])
    return " ".join(shown.split())[:most].rstrip()
