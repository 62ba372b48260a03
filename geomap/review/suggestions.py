"""What an online geocoder suggests for a name, when a person asked for it: a lead, never a candidate or a decision."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from geomap.errors import GeomapError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from geomap.review.open_names import OpenName

__all__ = ["Geocoder", "Suggestion", "with_suggestions"]

MOST_SUGGESTIONS = 3


class Suggestion(Protocol):
    """A place that a geocoder gives for a name: its label and kind, its point (degrees, EPSG:4326), and who says so."""

    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def lon(self) -> float: ...  # noqa: D102
    @property
    def lat(self) -> float: ...  # noqa: D102
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str | None: ...  # noqa: D102
    @property
    def url(self) -> str | None: ...  # noqa: D102


class Geocoder(Protocol):
    """What can be asked for suggestions."""

    @property
    def title(self) -> str:
        """Its name."""
        ...

    def suggest(self, name: str, *, country: str | None, limit: int) -> Sequence[Suggestion]:
        """Return suggestions for a name, within a country (ISO 3166-1 alpha-2) when one is given."""
        ...


def with_suggestions(
    names: Iterable[OpenName], geocoder: Geocoder, *, on_failure: Callable[[GeomapError], None]
) -> tuple[OpenName, ...]:
    """Return the names with what a geocoder suggests for each.

    Parameters
    ----------
    names
        The names to ask for, one after the other.
    geocoder
        Whom to ask.
    on_failure
        Told once what went wrong; the names that follow are not asked for, and say so.
    """
    found: list[OpenName] = []
    failed = False
    for name in names:
        if failed:
            found.append(replace(name, not_suggested=f"not asked for: {geocoder.title} had failed"))
            continue
        try:
            asked = geocoder.suggest(name.spelling, country=_country(name), limit=MOST_SUGGESTIONS)
            suggestions = tuple(asked)[:MOST_SUGGESTIONS]
            nothing = None if suggestions else f"nothing suggested by {geocoder.title}"
            found.append(replace(name, suggestions=suggestions, not_suggested=nothing))
        except GeomapError as error:
            failed = True
            on_failure(error)
            found.append(replace(name, not_suggested=f"no answer: {error}"))
    return tuple(found)


def _country(name: OpenName) -> str | None:
    """Return the country in which the text puts a name, when it is one."""
    codes = {place.ccodes[0] for place in (name.area or name.neighbours) if place.ccodes}
    return codes.pop() if len(codes) == 1 else None
