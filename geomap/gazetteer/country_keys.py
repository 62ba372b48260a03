"""The folded names that are looked for in a text about one country: those of all places, and its background names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.gazetteer.compiled import Compiled
    from geomap.gazetteer.names import Keys, NameIndex

__all__ = ["CountryKeys"]


class CountryKeys(Mapping[str, tuple[str, ...]]):
    """The ids of the places that have a name, by the folded name; those by a background name come last.

    A country can have a hundred thousand names. Their keys are read off the compiled table, and ids when asked for.
    """

    def __init__(self, plain: Keys, index: NameIndex, places: Compiled, entries: list[int]) -> None:
        self._plain, self._index, self._places = plain, index, places
        self._lookup = index.keys["folded"]
        self._entries = frozenset(entries)
        self._numbers = index.folded_of(entries)
        self._held = frozenset(self._numbers)

    def __contains__(self, key: object) -> bool:
        if key in self._plain:
            return True
        try:
            number = self._lookup.find(key)  # type: ignore[arg-type]
        except AttributeError:  # no text
            return False
        return number is not None and number in self._held

    def __getitem__(self, key: str) -> tuple[str, ...]:
        plain, number = self._plain.get(key, ()), self._lookup.find(key)
        if number is None or number not in self._held:
            if not plain:
                raise KeyError(key)
            return plain
        named = self._index.named["folded"][number]
        rows = dict.fromkeys(self._index.rows[entry] for entry in named if entry in self._entries)
        return plain + tuple(self._places.ids[row] for row in rows)

    def __iter__(self) -> Iterator[str]:
        yield from self._plain
        listed = self._index.listed_keys
        yield from self._lookup.many([number for number in self._numbers if not listed[number]])

    def __len__(self) -> int:
        return sum(1 for _ in self)
