"""Tables of names: each row gets the place that its name means, or an honest reason why not."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from geomap.errors import QueryError
from geomap.gazetteer import FEATURE_TYPES
from geomap.resolution.lone_names import container_of, resolve_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    import pandas as pd

    from geomap.gazetteer import Gazetteer
    from geomap.model import Place, Resolution

__all__ = ["ADDED", "added_columns", "known_types", "resolve_names", "resolve_rows"]

ADDED = ("status", "place_id", "place_name", "lon", "lat", "confidence", "reason")
"""The columns that are added to each row; coordinates in degrees EPSG:4326."""

_KEPT = 200_000
"""Answers kept: names repeat in tables, each with its area and type."""

Row = dict[str, Any]


def resolve_rows(
    rows: Iterable[Mapping[str, Any]],
    gazetteer: Gazetteer,
    *,
    name: str = "name",
    within: Place | None = None,
    near: tuple[float, float] | None = None,
    types: frozenset[str] = frozenset(),
) -> Iterator[Row]:
    """Yield each row with the columns of `ADDED`, one by one, so that a table of any length needs no memory.

    Parameters
    ----------
    rows
        With a column `name` and optionally ``within`` (an id or the name of an area) and ``type`` (a feature type); a
        row's own ``within`` and ``type`` count before those given here. An empty name is unknown.
    gazetteer
        The places that can be meant.
    name
        The column that holds the names.
    within, near, types
        What holds for rows that do not say it; see `resolve_name`.

    Raises
    ------
    QueryError
        When a row has no such column, or has one of the columns that are added.
    """
    answer = _answers(gazetteer, within, near, types)
    for number, row in enumerate(rows, 1):
        if number == 1:
            _check_columns(row, name)
        added = answer(_text(row.get(name)), _text(row.get("within")), _text(row.get("type")))
        yield {**row, **dict(zip(ADDED, added, strict=True))}


def resolve_names(
    frame: pd.DataFrame,
    gazetteer: Gazetteer,
    *,
    name: str = "name",
    within: Place | None = None,
    near: tuple[float, float] | None = None,
    types: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return a data frame with the columns of `ADDED`; index and rows stay as they are.

    Parameters are those of `resolve_rows`.

    Raises
    ------
    QueryError
        When the frame has no such column, or has one of the columns that are added.
    """
    _check_columns(dict.fromkeys(frame.columns), name)
    answer = _answers(gazetteer, within, near, types)
    empty = [""] * len(frame)
    said = (map(_text, frame[column]) if column in frame else empty for column in (name, "within", "type"))
    columns = zip(*(answer(*row) for row in zip(*said, strict=True)), strict=True)
    added = dict(zip(ADDED, columns, strict=False)) if len(frame) else dict.fromkeys(ADDED, ())
    return frame.assign(**{column: list(values) for column, values in added.items()})


def _answers(
    gazetteer: Gazetteer, within: Place | None, near: tuple[float, float] | None, types: frozenset[str]
) -> Callable[[str, str, str], tuple[Any, ...]]:
    """Return what answers a name, its area and its type, and remembers."""

    @lru_cache(maxsize=4096)
    def area(said: str) -> Place:
        return container_of(said, gazetteer)

    @lru_cache(maxsize=_KEPT)
    def answer(name: str, said_within: str, said_type: str) -> tuple[Any, ...]:
        try:
            return added_columns(
                resolve_name(
                    name,
                    gazetteer,
                    within=area(said_within) if said_within else within,
                    near=near,
                    types=known_types([said_type]) if said_type else types,
                    limit=1,
                )
            )
        except QueryError as error:
            return ("unknown", None, None, None, None, 0.0, str(error))

    return answer


def added_columns(resolution: Resolution) -> tuple[Any, ...]:
    """Return the values of the columns of `ADDED`; all but status, confidence and reason None when it is left open."""
    place, reason = resolution.place, "; ".join(resolution.reasons)
    if place is None:
        return (resolution.status, None, None, None, None, resolution.confidence, reason)
    return (resolution.status, place.id, place.name, place.lon, place.lat, resolution.confidence, reason)


def _check_columns(row: Mapping[str, Any], name: str) -> None:
    if name not in row:
        raise QueryError(f"the table has no column {name!r}, only {', '.join(map(str, row))}", field="name")
    taken = [column for column in ADDED if column in row]
    if taken:
        raise QueryError(
            f"the table has a column {taken[0]!r} already; rename it, for it would be lost", field=taken[0]
        )


def known_types(said: Collection[str]) -> frozenset[str]:
    """Return feature types that somebody asked for.

    Raises
    ------
    QueryError
        When one is unknown.
    """
    for kind in said:
        if kind not in FEATURE_TYPES:
            raise QueryError(f"{kind!r} is no feature type; one of {', '.join(FEATURE_TYPES)}", field="type")
    return frozenset(said)


def _text(value: object) -> str:
    """Return a cell as text; empty ones (None, NaN) as ""."""
    return "" if value is None or value != value else str(value).strip()  # noqa: PLR0124  NaN alone is not itself
