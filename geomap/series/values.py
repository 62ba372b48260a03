"""A report as JSON for programs."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from geomap.store.columns import number

if TYPE_CHECKING:
    from geomap.series.model import Finding, Point, Report, Series, SeriesKey

__all__ = ["report_json"]

Values = dict[str, Any]


def report_json(report: Report) -> str:
    """Return a report as indented JSON text, ending in a line feed; days as ISO 8601.

    ``series`` have a number by which ``findings`` name them; ``left_out`` counts figures by why they stand in none.
    """
    numbers = {series.key: place for place, series in enumerate(report.series, 1)}
    values = {
        "series": [_series(series, numbers[series.key]) for series in report.series],
        "findings": [_finding(finding, numbers) for finding in report.findings],
        "left_out": {left.why: left.figures for left in report.left},
    }
    return json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _series(series: Series, place: int) -> Values:
    key, subject = series.key, series.key.subject
    return {
        "number": place,
        "source": key.source,
        "type": subject.type,
        "label": subject.label,
        "unit": subject.unit,
        "change": subject.change,
        "places": {role: list(ids) for role, ids in subject.places},
        "where": subject.where,
        "inferred": subject.inferred,
        "since": key.since and key.since.isoformat(),
        "figures": [_point(point) for point in (*series.totals, *series.periods)],
    }


def _point(point: Point) -> Values:
    return {
        "day": point.day.isoformat(),
        "scope": point.scope,
        "value": number(point.value),
        "least": number(point.low),
        "most": number(point.high) if math.isfinite(point.high) else None,
        "daily": point.daily,
        "first_day": point.days[0].isoformat() if point.days else None,
        "last_day": point.days[1].isoformat() if point.days else None,
        "told": [{"bulletin": e.bulletin.id, "event": e.id, "sentence": e.sentence} for e in point.told],
    }


def _finding(finding: Finding, numbers: dict[SeriesKey, int]) -> Values:
    return {
        "kind": finding.kind,
        "series": [numbers[key] for key in finding.keys],
        "first_day": finding.first.isoformat(),
        "last_day": finding.last.isoformat(),
        "by": None if finding.by is None else number(finding.by),
        "text": finding.text,
        "figures": [_point(point) for point in finding.points],
    }
