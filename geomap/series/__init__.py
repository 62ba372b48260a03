"""Figures of many bulletins side by side: series by source, kind and place, and what does not fit together in them.

families (who stands behind a source) -> figures (events -> figures on days) -> building (figures -> series) ->
sums, meetings, gaps (series -> findings) -> checking (all of it: `check_series`) -> table, values, page (what people
and programs read). Nothing is mended here: a finding says what the bulletins print, and where.
"""

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
