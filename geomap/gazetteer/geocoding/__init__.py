"""Online geocoders, asked only when a person wants it: a name and a country go out, suggestions come back.

::

    Geocoder ──> answers (kept on disk) ──> services (what each asks and says) ──> wire (geopy's way to the server)

A `Suggestion` is a lead for a person. Nothing here makes a place of it: geocoders give something for almost any name.
"""

from __future__ import annotations

from geomap.gazetteer.geocoding.geocoder import Geocoder
from geomap.gazetteer.geocoding.services import SERVICES
from geomap.gazetteer.geocoding.suggestion import Suggestion

__all__ = ["SERVICES", "Geocoder", "Suggestion"]
