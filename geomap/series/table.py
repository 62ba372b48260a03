"""A report as plain text for a terminal: series, then findings with the sentences they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.export.table import clean
from geomap.series.model import Series, SeriesKey, figure_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from geomap.model import Event
    from geomap.series.model import Finding, Point, Report

__all__ = ["DAILY", "OTHER", "TOTAL", "days_text", "report_table", "rows", "sentences"]

TOTAL, DAILY, OTHER = "in total", "past day", "other period"
_HEADER = ("day", TOTAL, DAILY, OTHER, "bulletins")
_SENTENCE = 220
"""Characters of a sentence that a line shows."""


def report_table(report: Report) -> str:
    """Return a report as lines of text, each ending in a line feed."""
    numbers = {series.key: number for number, series in enumerate(report.series, 1)}
    lines = [line for series in report.series for line in _series(series, numbers[series.key])]
    if not report.series:
        lines.append("no series: no source gives figures of two days for the same thing and place")
    lines += ["findings", "--------"] if report.findings else ["no findings"]
    for finding in report.findings:
        lines += _finding(finding, numbers)
    return "".join(f"{line}\n" for line in lines)


def rows(series: Series) -> Iterator[tuple[date, dict[str, tuple[Point, ...]]]]:
    """Yield the days of a series with their figures by column: `TOTAL`, `DAILY`, `OTHER`."""
    for day in series.days:
        points = [point for point in (*series.totals, *series.periods) if point.day == day]
        columns: dict[str, tuple[Point, ...]] = {
            name: tuple(point for point in points if _column(point) == name) for name in (TOTAL, DAILY, OTHER)
        }
        yield day, columns


def sentences(events: tuple[Event, ...]) -> Iterator[tuple[str, str]]:
    """Yield the bulletin's id and the sentence of each event, one sentence once."""
    yield from dict.fromkeys((event.bulletin.id, event.sentence) for event in events)


def days_text(first: date, last: date) -> str:
    """Return a day, or the first and last of several."""
    return str(first) if first == last else f"{first} – {last}"


def _column(point: Point) -> str:
    return TOTAL if point.scope == "cumulative" else DAILY if point.daily else OTHER


def _series(series: Series, number: int) -> Iterator[str]:
    yield clean(f"{number}. {series.key}")
    table = [_HEADER, *(_row(day, columns) for day, columns in rows(series))]
    shown = [i for i in range(len(_HEADER)) if i in (0, 4) or any(row[i] for row in table[1:])]
    widths = {i: max(len(row[i]) for row in table) for i in shown}
    for row in table:
        cells = (row[i].rjust(widths[i]) if 0 < i < len(_HEADER) - 1 else row[i].ljust(widths[i]) for i in shown)
        yield f"   {'  '.join(cells)}".rstrip()
    yield ""


def _row(day: date, columns: dict[str, tuple[Point, ...]]) -> tuple[str, ...]:
    bulletins = dict.fromkeys(id_ for points in columns.values() for point in points for id_ in point.bulletins)
    cells = [" / ".join(str(point) for point in points) for points in columns.values()]
    return (str(day), *cells, clean(", ".join(bulletins)))


def _finding(finding: Finding, numbers: dict[SeriesKey, int]) -> Iterator[str]:
    where = ", ".join(f"series {numbers[key]}" for key in finding.keys)
    by = f" (by {'+' if finding.by > 0 else ''}{figure_text(finding.by)})" if finding.by else ""
    yield clean(f"{finding.kind}, {where}, {days_text(finding.first, finding.last)}{by}: {finding.text}")
    events = tuple(event for point in finding.points for event in point.told)
    for bulletin, sentence in sentences(events):
        said = clean(sentence)
        yield f"   [{clean(bulletin)}] {said if len(said) <= _SENTENCE else f'{said[: _SENTENCE - 1]}…'}"
