"""Events -> one HTML file: a map that asks nobody for anything and runs no text of a bulletin.

::

    events ──> drawing  (what each event may be drawn as)
      │           │
      └──> records ──> page  (one data block, one script, one folium.Map)
                          │
    Natural Earth ──> basemap

`candidates_html` draws what was left open: each name with its candidates, for a person who decides.

Everything that a bulletin or a gazetteer says travels in one JSON block and reaches the page as text, never as markup.
"""

from __future__ import annotations

from geomap.webmap.browser import check_browser
from geomap.webmap.candidates import candidates_html
from geomap.webmap.pictures import make_pictures
from geomap.webmap.render import map_html, render_frame, render_map, save_map

__all__ = [
    "candidates_html",
    "check_browser",
    "make_pictures",
    "map_html",
    "render_frame",
    "render_map",
    "save_map",
]
