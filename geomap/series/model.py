"""The values of a check: figures on days, series of them, findings. Days are calendar days in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from geomap.model import Change, Event, Scope

__all__ = ["Finding", "Kind", "Left", "Point", "Report", "Series", "SeriesKey", "Subject", "figure_text"]

Kind = Literal["contradiction", "jump", "gap", "repeat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What figures are of; only those of the same subject are ever held against each other.

    `places` are ids by role; one that was left open is ``~`` and its folded name, and then `sure` is False, as it is
    for places that were inferred (`inferred`). `where` says the same in names.
    """

    type: str
    label: str | None
    unit: str
    change: Change | None
    places: tuple[tuple[str, tuple[str, ...]], ...]
    inferred: bool = False
    where: str = field(default="", compare=False)

    @property
    def sure(self) -> bool:
        """Whether all places are known and named for it, so that figures of other sources may be compared."""
        return not self.inferred and not any(id_.startswith("~") for _, ids in self.places for id_ in ids)

    def __str__(self) -> str:
        kind = f"{self.type} ({self.label})" if self.label else self.type
        return f"{kind.replace('_', ' ')}, {self.change + ' of ' if self.change else ''}{self.unit}, {self.where}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesKey:
    """A series: who says it, of what, and for running totals the day from which they count when the text tells it."""

    source: str
    subject: Subject
    since: date | None = None

    def __str__(self) -> str:
        return f"{self.subject}{f', since {self.since}' if self.since else ''}; {self.source}"

    @property
    def order(self) -> tuple[str, ...]:
        """The key by which series are listed."""
        return (str(self.subject), repr(self.subject.places), str(self.since or ""), self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A figure on a day, with every event that tells it.

    `low` and `high` are what the figure can stand for: a bound has no upper end, a round figure some room. `days` are
    the first and last day of a period that the text tells. `daily` marks what came about in the day up to the
    bulletin's: only such figures add up to running totals.
    """

    day: date
    scope: Scope
    value: float
    low: float
    high: float
    days: tuple[date, date] | None = None
    daily: bool = False
    since: date | None = None
    told: tuple[Event, ...] = field(default=(), compare=False)

    @property
    def bulletins(self) -> tuple[str, ...]:
        """The ids of the bulletins that tell it."""
        return tuple(dict.fromkeys(event.bulletin.id for event in self.told))

    def __str__(self) -> str:
        return f"{'at least ' if self.high == float('inf') else ''}{figure_text(self.value)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Running totals and figures of periods of one source and subject, each by day."""

    key: SeriesKey
    totals: tuple[Point, ...] = ()
    periods: tuple[Point, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """All days that have a figure, in their order."""
        return tuple(sorted({point.day for point in (*self.totals, *self.periods)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a reader should look at.

    `keys` are the series that it concerns, `first` and `last` its days, `points` the figures that it is about; `by` is
    how far the printed figure is from the expected one.
    """

    kind: Kind
    keys: tuple[SeriesKey, ...]
    first: date
    last: date
    text: str
    points: tuple[Point, ...] = ()
    by: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """How many figures were held against nothing, and why."""

    why: str
    figures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What came of a check: series of two days or more, or with a finding; findings; and what was left out."""

    series: tuple[Series, ...] = ()
    findings: tuple[Finding, ...] = ()
    left: tuple[Left, ...] = ()

    def of(self, series: Series) -> tuple[Finding, ...]:
        """Return the findings that concern a series."""
        return tuple(finding for finding in self.findings if series.key in finding.keys)

    def count(self, kind: Kind) -> int:
        """Return how many findings are of a kind."""
        return sum(finding.kind == kind for finding in self.findings)


def figure_text(value: float) -> str:
    """Return a number with its thousands apart; whole ones without a fraction."""
    return f"{int(value):,}" if float(value).is_integer() else f"{value:,}"
