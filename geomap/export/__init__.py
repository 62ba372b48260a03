"""Events in the formats of other tools, and readings as the JSON that people check and score.

All give text; `write_file` puts text into a file whole or not at all.
"""

from __future__ import annotations

from geomap.export.contract import contract, to_contract
from geomap.export.explained import explained_as_text, explanation_values
from geomap.export.geojson import to_geojson
from geomap.export.hxl import to_csv, write_csv
from geomap.export.output_file import write_file
from geomap.export.table import to_table
from geomap.store.frame import to_geodataframe

__all__ = [
    "contract",
    "explained_as_text",
    "explanation_values",
    "to_contract",
    "to_csv",
    "to_geodataframe",
    "to_geojson",
    "to_table",
    "write_csv",
    "write_file",
]
