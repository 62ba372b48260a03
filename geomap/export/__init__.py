"""Events in the formats of other tools, and readings as the JSON that people check and score.

`write_events` writes any of `FORMATS`; `write_file` and `writing` put a file there whole or not at all.
"""

from __future__ import annotations

from geomap.export.contract import contract, to_contract
from geomap.export.explained import explained_as_text, explanation_values
from geomap.export.formats import FORMATS, format_of_ending, write_events
from geomap.export.geojson import to_geojson
from geomap.export.hxl import to_csv, write_csv
from geomap.export.output_file import write_file, writing
from geomap.export.table import to_table
from geomap.store.frame import to_geodataframe

__all__ = [
    "FORMATS",
    "contract",
    "explained_as_text",
    "explanation_values",
    "format_of_ending",
    "to_contract",
    "to_csv",
    "to_geodataframe",
    "to_geojson",
    "to_table",
    "write_csv",
    "write_events",
    "write_file",
    "writing",
]
