"""A report as one HTML file: no script, nothing from outside; whatever a bulletin says is escaped text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from geomap.export.static_page import direction, static_page
from geomap.series.model import figure_text
from geomap.series.plot import plot_svg
from geomap.series.table import days_text, rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from geomap.model import Event
    from geomap.series.model import Finding, Point, Report, Series, SeriesKey

__all__ = ["report_html"]

_STYLE = """
:root{color-scheme:light}
body{margin:0 auto;max-width:52rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:#1b2733;background:#fff}
h1{font-size:1.4rem;margin:.25rem 0}h2{font-size:1.1rem;margin:0}h3{font-size:.95rem;margin:1rem 0 .25rem}
p{margin:.25rem 0}
section{margin:2rem 0 0;padding-top:1rem;border-top:1px solid #c9d1d9}a{color:#1d5876}
.source,.note,figcaption{color:#44546a}.note,figcaption{font-size:.875rem}
figure{margin:.75rem 0;overflow-x:auto}
svg{display:block;height:auto;width:100%;min-width:calc(var(--width)*.85);max-width:calc(var(--width)*1.3)}
ul{padding-left:1.1rem;margin:.25rem 0}li{margin:.35rem 0}
.said{margin:.1rem 0 .1rem .75rem;padding-left:.6rem;border-left:3px solid #dfe4e9;font-size:.9375rem;color:#34424f}
.said small,.days{color:#5b6778}.days{white-space:nowrap}
.kind{display:inline-block;padding:0 .45em;border-radius:.3em;font-size:.8125rem;font-weight:600;color:#fff}
.kind.contradiction{background:#a3201a}.kind.jump{background:#8f4a00}.kind.gap{background:#5b6778}.kind.repeat{background:#2f6f8f}
svg text{font:12px system-ui,sans-serif;fill:#34424f}svg .day,svg .value{text-anchor:middle}svg .tick{text-anchor:end}
svg .value{font-weight:600;paint-order:stroke;stroke:#fff;stroke-width:3px}svg .axis{fill:#5b6778}
.grid{stroke:#e3e7eb}.gap{fill:#eef1f4}.break{fill:none;stroke:#5b6778;stroke-width:1.5}
.line{stroke:#2f6f8f;stroke-width:2}.line.far{stroke-dasharray:3 4;stroke-width:1.5}
.point{fill:#2f6f8f;stroke:#2f6f8f;stroke-width:2}.point.loose{fill:#fff}
.bar{fill:#8fb8cc}.bar.other{fill:#fff;stroke:#8fb8cc}
svg .contradiction,svg .jump{fill:none;stroke-width:2.5}svg .contradiction{stroke:#a3201a}
svg .jump{stroke:#8f4a00;stroke-dasharray:4 2}
@media print{body{max-width:none;font-size:11pt;padding:0}figure{overflow:visible}svg{min-width:0;max-width:100%}
figure,li{break-inside:avoid}h2,h3{break-after:avoid}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""
_CAVEAT = (
    "A figure is reported by its source. A finding says that what is printed does not fit together; it does not say"
    " which figure is right."
)
_LEGEND = (
    "Points: running totals, hollow when a bound or a round figure; their axis does not begin at 0. Bars: what came"
    " about in the day up to the bulletin's, empty for other periods and for times that are not told. Ring: a"
    " contradiction, dashed: a jump. Grey: days without a bulletin."
)


def report_html(report: Report, *, title: str) -> str:
    """Return the page: findings first, then each series with its plot, its findings and every sentence it rests on.

    Parameters
    ----------
    report
        What came of a check.
    title
        Plain text.
    """
    numbers = {series.key: number for number, series in enumerate(report.series, 1)}
    sections = "\n".join(_section(series, numbers[series.key], report.of(series)) for series in report.series)
    body = (
        f"<main>\n<h1>{escape(title)}</h1>\n<p>{_CAVEAT}</p>\n{_overview(report, numbers)}\n"
        f'<p class="note">{_LEGEND}</p>\n{sections}\n{_left(report)}</main>\n'
    )
    return static_page(body, title=title, style=_STYLE, attributes=' data-geomap="ready"')


def _overview(report: Report, numbers: dict[SeriesKey, int]) -> str:
    if not report.series:
        return "<p>No source gives figures of two days for the same thing and place.</p>"
    if not report.findings:
        return "<p>No findings.</p>"
    items = "\n".join(f"<li>{_headed(finding)} {_links(finding.keys, numbers)}</li>" for finding in report.findings)
    return f"<h2>Findings</h2>\n<ul>\n{items}\n</ul>"


def _links(keys: Iterable[SeriesKey], numbers: dict[SeriesKey, int]) -> str:
    return ", ".join(f'<a href="#s{numbers[key]}">{escape(str(key))}</a>' for key in keys)


def _headed(finding: Finding) -> str:
    days = days_text(finding.first, finding.last)
    return (
        f'<span class="kind {finding.kind}">{finding.kind}</span> <span class="days">{days}</span>'
        f" {escape(finding.text)}."
    )


def _section(series: Series, number: int, findings: tuple[Finding, ...]) -> str:
    since = f", counted since {series.key.since}" if series.key.since else ""
    told = "\n".join(_day(day, columns) for day, columns in rows(series))
    found = "".join(f"<li>{_headed(finding)}{_sentences(_events(finding.points))}</li>\n" for finding in findings)
    listed = f"<h3>Findings</h3>\n<ul>\n{found}</ul>\n" if findings else ""
    return (
        f'<section id="s{number}">\n<h2>{number}. {escape(str(series.key.subject))}</h2>\n'
        f'<p class="source">Reported by {escape(series.key.source)}{since}</p>\n'
        f"<figure>\n{plot_svg(series, findings)}\n</figure>\n\n{listed}"
        f"<h3>Day by day</h3>\n<ul>\n{told}\n</ul>\n</section>"
    )


def _day(day: date, columns: dict[str, tuple[Point, ...]]) -> str:
    figures = "; ".join(
        f"{name} <b>{' / '.join(str(point) for point in points)}</b>" for name, points in columns.items() if points
    )
    events = _events([point for points in columns.values() for point in points])
    return f'<li><span class="days">{day}</span> {figures}{_sentences(events)}</li>'


def _events(points: Iterable[Point]) -> tuple[Event, ...]:
    return tuple(event for point in points for event in point.told)


def _sentences(events: tuple[Event, ...]) -> str:
    """Quote each sentence once, with its bulletin, which links to its address when it has one."""
    quoted = {(event.bulletin.id, event.sentence): event for event in events}
    return "".join(
        f'<p class="said" dir="{direction(event.sentence)}">{escape(event.sentence)}'
        f" <small>[{_bulletin(event)}]</small></p>"
        for event in quoted.values()
    )


def _bulletin(event: Event) -> str:
    bulletin = event.bulletin
    said = escape(", ".join(str(part) for part in (bulletin.id, bulletin.date, bulletin.source) if part))
    if not (bulletin.url or "").lower().startswith(("http://", "https://")):
        return said
    return f'<a href="{escape(bulletin.url or "")}" target="_blank" rel="noopener noreferrer">{said}</a>'


def _left(report: Report) -> str:
    if not report.left:
        return ""
    items = "\n".join(f"<li>{figure_text(left.figures)}: {escape(left.why)}</li>" for left in report.left)
    return f"<section>\n<h2>Figures that are in no series</h2>\n<ul>\n{items}\n</ul>\n</section>\n"
