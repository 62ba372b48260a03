"""Figures of many bulletins side by side: series by source, kind and place, and what does not fit together in them.

families (who stands behind a source) -> figures (events -> figures on days) -> building (figures -> series) ->
sums, meetings, gaps (series -> findings) -> checking (all of it: `check_series`) -> table, values, page (what people
and programs read). Nothing is mended here: a finding says what the bulletins print, and where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.on_first_use import on_first_use

if TYPE_CHECKING:
    from geomap.series.checking import check_series
    from geomap.series.model import Finding, Left, Point, Report, Series, SeriesKey, Subject
    from geomap.series.page import report_html
    from geomap.series.retold import mark_retold
    from geomap.series.table import report_table
    from geomap.series.values import report_json

__all__ = [
    "Finding",
    "Left",
    "Point",
    "Report",
    "Series",
    "SeriesKey",
    "Subject",
    "check_series",
    "mark_retold",
    "report_html",
    "report_json",
    "report_table",
]

# Who marks what is told again needs no page.
__getattr__ = on_first_use(
    __name__,
    {
        "Finding": "model",
        "Left": "model",
        "Point": "model",
        "Report": "model",
        "Series": "model",
        "SeriesKey": "model",
        "Subject": "model",
        "check_series": "checking",
        "mark_retold": "retold",
        "report_html": "page",
        "report_json": "values",
        "report_table": "table",
    },
)
