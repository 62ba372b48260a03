"""A series -> an SVG drawing: points for running totals, bars for figures of periods, findings marked."""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from geomap.series.axis import LEFT, Days, Scale
from geomap.series.model import figure_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from geomap.series.model import Finding, Point, Series

__all__ = ["plot_svg"]

TOP, TOTALS, BARS, BETWEEN, FOOT = 28.0, 150.0, 90.0, 40.0, 40.0
"""Heights, in pixels: above, of the two fields, between them, and of the labels of days."""

LETTER = 6.4
"""Pixels that a figure's digit takes, about."""

DAY_LABEL = 44.0


def plot_svg(series: Series, findings: Sequence[Finding]) -> str:
    """Return the drawing of a series as one ``<svg>`` element, without script or outside parts.

    ``--width`` is its natural width for the page's style.

    Long stretches without figures are shortened and say how many days they are; lines across days without a total are
    dashed. The axis of running totals does not begin at 0.
    """
    days = Days.of(series.days, daily=any(point.daily for point in series.periods))
    height = TOP
    totals = bars = None
    if series.totals:
        totals = Scale.over((p.value for p in series.totals), height, height + TOTALS, zero=False)
        height = totals.bottom + BETWEEN
    if series.periods:
        bars = Scale.over((p.value for p in series.periods), height, height + BARS, zero=True)
        height = bars.bottom + BETWEEN
    floor = height - BETWEEN
    parts = [*_stretches(days, findings, floor)]
    if totals is not None:
        parts += [*_axis(totals, days, "in total"), *_line(series.totals, days, totals)]
    if bars is not None:
        parts += [*_axis(bars, days, "in a period"), *_bars(series.periods, days, bars)]
    if totals is not None:
        parts += [*_points(series.totals, days, totals)]
    parts += [*_marks(series, findings, days, (totals, bars)), *_labels(days, floor)]
    said = escape(f"Plot of {len(series.days)} days: {series.key}. The figures are listed below.")
    size = f'style="--width:{days.width:g}px"'
    return (
        f'<svg viewBox="0 0 {days.width:g} {floor + FOOT:g}" {size} role="img" aria-label="{said}">\n'
        + "\n".join(parts)
        + "\n</svg>"
    )


def _axis(scale: Scale, days: Days, name: str) -> Iterator[str]:
    yield f'<text class="axis" x="4" y="{scale.top - 14:g}">{name}</text>'
    for tick in scale.ticks:
        y = scale.at(tick)
        yield f'<line class="grid" x1="{LEFT:g}" y1="{y:g}" x2="{days.right:g}" y2="{y:g}"/>'
        yield f'<text class="tick" x="{LEFT - 6:g}" y="{y + 4:g}">{figure_text(tick)}</text>'


def _stretches(days: Days, findings: Sequence[Finding], floor: float) -> Iterator[str]:
    """Shade gaps, and say how many days a shortened stretch has."""
    order = sorted(days.at)
    for finding in (f for f in findings if f.kind == "gap"):
        before = max(day for day in order if day < finding.first)
        after = min(day for day in order if day > finding.last)
        x, edge = days.at[before], days.at[after]
        inset = days.slot * 0.3
        yield (
            f'<rect class="gap" x="{x + inset:.1f}" y="{TOP:g}" width="{edge - x - 2 * inset:.1f}"'
            f' height="{floor - TOP:g}"><title>{escape(finding.text)}</title></rect>'
        )
    for before, after in days.broken:
        x = (days.at[before] + days.at[after]) / 2
        yield f'<path class="break" d="M{x - 7:.1f},{floor + 5:g}l4,-10m6,10l4,-10"/>'
        yield f'<text class="day" x="{x:.1f}" y="{floor + 18:g}">{(after - before).days:,} days</text>'


def _line(points: Sequence[Point], days: Days, scale: Scale) -> Iterator[str]:
    """Join the running totals; dashed where days lie between them."""
    first: dict[date, Point] = {}
    for point in points:
        first.setdefault(point.day, point)
    known = sorted(first)
    for before, after in pairwise(known):
        (x1, y1), (x2, y2) = ((days.at[d], scale.at(first[d].value)) for d in (before, after))
        kind = "line" if (after - before).days == 1 else "line far"
        yield f'<line class="{kind}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _points(points: Sequence[Point], days: Days, scale: Scale) -> Iterator[str]:
    shown = _written(points, days)
    for point in points:
        x, y = days.at[point.day], scale.at(point.value)
        kind, radius = "point" if point.low == point.high else "point loose", min(4.5, days.slot * 0.4)
        yield f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="{radius:.1f}"><title>{_said(point)}</title></circle>'
        if point in shown:
            yield f'<text class="value" x="{x:g}" y="{y - 13:g}">{figure_text(point.value)}</text>'


def _bars(points: Sequence[Point], days: Days, scale: Scale) -> Iterator[str]:
    by_day: dict[date, list[Point]] = {}
    for point in points:
        by_day.setdefault(point.day, []).append(point)
    shown = _written(points, days)
    for day, group in by_day.items():
        width = min(34.0, days.slot * 0.62) / len(group)
        for place, point in enumerate(group):
            x = days.at[day] + (place - len(group) / 2) * width
            y = scale.at(point.value)
            kind = "bar" if point.daily else "bar other"
            yield (
                f'<rect class="{kind}" x="{x:.1f}" y="{y:g}" width="{width - 1:.1f}" height="{scale.bottom - y:g}">'
                f"<title>{_said(point)}</title></rect>"
            )
            if point in shown:
                yield f'<text class="value" x="{x + width / 2:.1f}" y="{y - 4:g}">{figure_text(point.value)}</text>'


def _written(points: Sequence[Point], days: Days) -> set[Point]:
    """Return the points whose figures there is room to write, one a day."""
    longest = max(len(figure_text(point.value)) for point in points)
    labelled = days.labelled(longest * LETTER + 4)
    return {next(p for p in points if p.day == day) for day in labelled if any(p.day == day for p in points)}


def _marks(
    series: Series, findings: Sequence[Finding], days: Days, scales: tuple[Scale | None, Scale | None]
) -> Iterator[str]:
    """Ring the figures that contradict or jump: of sums the later total, else all."""
    own = {*series.totals, *series.periods}
    for finding in findings:
        if finding.kind not in ("contradiction", "jump"):
            continue
        for point in finding.points:
            scale = scales[0 if point.scope == "cumulative" else 1]
            if point in own and point.day == finding.last and scale is not None and _is_meant(point, finding):
                x, y = days.at[point.day], scale.at(point.value)
                title = f"<title>{escape(finding.kind)}: {escape(finding.text)}</title>"
                yield f'<circle class="{finding.kind}" cx="{x:g}" cy="{y:g}" r="9">{title}</circle>'


def _is_meant(point: Point, finding: Finding) -> bool:
    """Whether a point of the last day is what the finding is about: of a sum the total, not the daily figure."""
    return point.scope == "cumulative" or all(p.scope == "period" for p in finding.points)


def _labels(days: Days, floor: float) -> Iterator[str]:
    year = 0
    for day in days.labelled(DAY_LABEL):
        x = days.at[day]
        yield f'<text class="day" x="{x:g}" y="{floor + 18:g}">{day.day} {day:%b}</text>'
        if day.year != year:
            yield f'<text class="day" x="{x:g}" y="{floor + 32:g}">{day.year}</text>'
            year = day.year


def _said(point: Point) -> str:
    return escape(f"{point.day}: {point} ({', '.join(point.bulletins)})")
