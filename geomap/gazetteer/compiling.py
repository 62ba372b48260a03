"""Sources -> columns, where the towns of the world are compiled apart from what people write.

Few places of the list are of those that another source speaks of. These are made and merged with it; all others are
moved as they were compiled, when the list was first met. Merging everything at once would give the same.
"""

from __future__ import annotations

import json
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from geomap.errors import GazetteerError
from geomap.gazetteer.cache import CacheEntry
from geomap.gazetteer.columns import Texts
from geomap.gazetteer.compiled import compiled_columns, indexed, tables_of
from geomap.gazetteer.joining import joined
from geomap.gazetteer.linked_places import Contents
from geomap.gazetteer.merging import identity, merge
from geomap.gazetteer.records import Records, listed_sources
from geomap.gazetteer.sources import WORLD, without_collection
from geomap.gazetteer.world import WorldSource, curated_countries, world_listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from geomap.gazetteer.columns import Columns
    from geomap.gazetteer.sources import Sources
    from geomap.model import Place

__all__ = ["compiled_sources"]


def compiled_sources(sources: Sources, on_long_work: Callable[[], None] | None = None) -> Columns:
    """Read and merge sources, and compile them.

    Parameters
    ----------
    sources
        The sources; those that are files are read.
    on_long_work
        Called before the world list is compiled, unless it was before.

    Raises
    ------
    GazetteerError
        When a file cannot be read, a record breaks the format, or there is no record at all.
    """
    with without_collection():
        if WORLD in sources.asked:
            contents = sources.read_files()
            return _with_world(_world_tables(on_long_work), contents, sources.asked.index(WORLD))
        merged = merge(sources.read_files())
        if not merged.places:
            asked = ", ".join(sources.asked)
            raise GazetteerError("holds no place; a gazetteer has at least one record", path=asked)
        return compiled_columns(merged)


def _world_tables(on_long_work: Callable[[], None] | None) -> Columns:
    """Return the tables of the world list, from the cache when it has them."""
    countries = json.dumps(curated_countries(), sort_keys=True)
    entry = CacheEntry(["tables of the world"], [], [WorldSource().fingerprint(), countries])
    tables = entry.open()
    if tables is None:
        if on_long_work is not None:
            on_long_work()
        tables = tables_of(world_listed())
        entry.keep(tables)
    return tables


def _with_world(tables: Columns, contents: list[Contents], at: int) -> Columns:
    """Compile sources with the world list, which stands before the source `at`."""
    world = _World(tables)
    rows = world.spoken_of(chain.from_iterable(map(_identifiers, contents)))
    while True:
        touched = Contents(places=world.places(rows), rules={}, problems=())
        merged = merge([*contents[:at], touched, *contents[at:]])
        led = world.led_elsewhere(merged, rows)
        if not led:
            break
        rows = world.with_containers(rows | led)
    ours = tables_of(merged.places, listed_sources(tables))
    return indexed(joined(tables, rows, ours), merged)


def _identifiers(contents: Contents) -> Iterator[str]:
    """Yield all ids and links that a source has for its own places and for others."""
    for place in contents.places:
        yield from (place.id, *place.same_as, *place.links, *place.parents)
    for rule in contents.rules.values():
        yield from rule.members
    for decision in contents.decisions:
        yield from (*decision.setting.within, *decision.setting.near)
        if decision.place_id is not None:
            yield decision.place_id


class _World:
    """The compiled list: which of its places others speak of, by row."""

    def __init__(self, tables: Columns) -> None:
        self._tables = tables
        self._records = Records(tables)
        self._rows = {place_id: row for row, place_id in enumerate(Texts(tables, "ids"))}
        self._above = list(Texts(tables, "above"))
        self._by_identity: dict[str, list[int]] = {}
        for place_id, row in self._rows.items():
            links = () if place_id.startswith("gn:") else self._records[row].links  # that of a settlement is its id
            for known in {identity(place_id), *map(identity, links)}:
                self._by_identity.setdefault(known, []).append(row)

    def places(self, rows: Iterable[int]) -> tuple[Place, ...]:
        """Return the places of rows, in order of id."""
        return tuple(self._records[row] for row in sorted(rows))

    def spoken_of(self, identifiers: Iterable[str]) -> frozenset[int]:
        """Return the rows of places that have one of these ids or links, and of their containers."""
        known = {identity(identifier) for identifier in identifiers}
        return self.with_containers(row for one in known for row in self._by_identity.get(one, ()))

    def with_containers(self, rows: Iterable[int]) -> frozenset[int]:
        """Return rows with those of all their containers."""
        found = set(rows)
        queue = list(found)
        for row in queue:
            parents = [self._rows[parent] for parent in self._records[row].parents if parent in self._rows]
            queue += [parent for parent in parents if parent not in found]
            found.update(parents)
        return frozenset(found)

    def led_elsewhere(self, merged: Contents, rows: frozenset[int]) -> frozenset[int]:
        """Return the rows, beside those that were merged, whose containers have other ids since."""
        there = {place.id for place in merged.places}
        exact = {identity(known) for place in merged.places for known in (place.id, *place.same_as)}
        moved = [
            number
            for number, parent in enumerate(self._above)
            if parent not in there
            and (parent not in self._rows or self._rows[parent] in rows)
            and (parent in merged.aliases or identity(parent) in exact)
        ]
        below = self._tables["above.of"][np.isin(self._tables["above.number"], moved)]
        return frozenset(below.tolist()) - rows
