"""Tables of two gazetteers -> those of both: what was made of each is moved, and not made again.

The result is what comes of making the tables of all places at once, to the byte: places in order of id, names in order
of places, keys in the order in which names first have them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from geomap.gazetteer.columns import Texts, text_columns
from geomap.gazetteer.tables import TIERS, UNHEARD

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from geomap.gazetteer.columns import Columns

__all__ = ["joined"]

T = TypeVar("T", bound="Hashable")


def joined(one: Columns, without: Iterable[int], other: Columns) -> Columns:
    """Return the tables, with records, of the places of `one` but for the rows `without`, and of those of `other`.

    No id may be in both, and the records of `other` are written with the sources of `one` listed before theirs.
    """
    return _Joint(one, frozenset(without), other).tables()


class _Joint:
    """Two sets of tables; each row and each name of `other` is numbered behind those of `one`."""

    def __init__(self, one: Columns, without: frozenset[int], other: Columns) -> None:
        self._one, self._other = one, other
        ids = self._texts("ids")
        kept = [row for row in range(len(ids)) if row not in without]
        self._rows = np.array(sorted(kept, key=ids.__getitem__), np.int64)
        self._row_of = _inverse(self._rows, len(ids))
        owners = self._row_of[self._numbers("names.rows", len(one["lon"]))]
        self._entries, self._names_rows = _in_order(np.arange(len(owners)), owners)
        self._entry_of = _inverse(self._entries, len(owners))

    def tables(self) -> Columns:
        """Return the tables of both."""
        most = np.maximum(self._one["names.max_words"], self._other["names.max_words"])
        tables = {
            **self._taken("ids", self._rows),
            **self._coded("kind", "kinds"),
            **self._coded("country", "countries"),
            **{name: self._numbers(name)[self._rows] for name in ("lon", "lat", "importance")},
            **self._linked("above", "above.number", "above.of", self._row_of),
            **self._taken("names", self._entries),
            "names.rows": self._names_rows,
            "names.listed": self._numbers("names.listed")[self._entries],
            "names.max_words": most,
            **self._heards(),
            **self._taken("records", self._rows),
            **self._taken("geometries", self._rows),
            **{name: self._other[name] for name in ("sources.bytes", "sources.starts")},
        }
        for tier in TIERS:
            tables |= self._linked(f"{tier}.keys", f"{tier}.found", f"{tier}.entries", self._entry_of)
        return tables

    def _numbers(self, name: str, shift: int = 0) -> NDArray[Any]:
        return np.concatenate([self._one[name], self._other[name] + self._other[name].dtype.type(shift)])

    def _texts(self, name: str) -> list[bytes]:
        return Texts(self._one, name).all_raw() + Texts(self._other, name).all_raw()

    def _taken(self, name: str, order: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        texts = self._texts(name)
        return text_columns(name, [texts[i] for i in order.tolist()])

    def _coded(self, name: str, texts: str) -> dict[str, NDArray[Any]]:
        """Return a number for each place, and the texts that they stand for."""
        known, ours = _united(self._texts(texts))
        codes = ours[self._numbers(name, len(self._one[f"{texts}.starts"]) - 1)][self._rows]
        numbers, met = _first_met(codes, known)
        return {name: numbers.astype(self._one[name].dtype), **text_columns(texts, met)}

    def _linked(self, texts: str, number: str, owner: str, place_of: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Return what belongs to which place or name, in the order of these, and its texts."""
        known, ours = _united(self._texts(texts))
        numbers = ours[self._numbers(number, len(self._one[f"{texts}.starts"]) - 1)]
        owners = place_of[self._numbers(owner, self._of_one(owner))]
        numbers, owners = _in_order(numbers, owners)
        numbers, met = _first_met(numbers, known)
        return {**text_columns(texts, met), number: numbers.astype(np.uint32), owner: owners}

    def _of_one(self, owner: str) -> int:
        return len(self._one["lon"] if owner == "above.of" else self._one["names.rows"])

    def _heards(self) -> dict[str, NDArray[Any]]:
        of_names = self._numbers("names.heards")
        heard = of_names != UNHEARD
        heard[: len(self._one["names.rows"])] &= False
        of_names[heard] += np.uint32(len(self._one["sounds.open"]))
        flags = [self._numbers(f"sounds.{name}").tolist() for name in ("open", "unvowelled")]
        known, ours = _united(list(zip(self._texts("sounds"), self._texts("consonants"), *flags, strict=True)))
        taken = of_names[self._entries]
        heard = taken != UNHEARD
        taken[heard], met = _first_met(ours[taken[heard]], known)
        return {
            "names.heards": taken,
            **text_columns("sounds", [one[0] for one in met]),
            **text_columns("consonants", [one[1] for one in met]),
            "sounds.open": np.array([one[2] for one in met], np.bool_),
            "sounds.unvowelled": np.array([one[3] for one in met], np.bool_),
        }


def _inverse(order: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return for each of `count` numbers where it stands in the order, -1 for those that are left out."""
    found = np.full(count, -1, np.int64)
    found[order] = np.arange(len(order))
    return found


def _in_order(items: NDArray[Any], owners: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[np.uint32]]:
    """Return items in the order of their owners, and these; without the items whose owner is left out (-1)."""
    order = np.argsort(owners, kind="stable")
    order = order[np.searchsorted(owners[order], 0) :]
    return items[order], owners[order].astype(np.uint32)


def _united(items: Sequence[T]) -> tuple[list[T], NDArray[np.int64]]:
    """Return the distinct items, and for each item which of these it is."""
    numbers: dict[T, int] = {}
    ours = [numbers.setdefault(item, len(numbers)) for item in items]
    return list(numbers), np.array(ours, np.int64)


def _first_met(numbers: NDArray[Any], items: Sequence[T]) -> tuple[NDArray[np.int64], list[T]]:
    """Return numbers given anew in the order in which they are first met, and the items that they stand for."""
    first = np.full(len(items), len(numbers), np.int64)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    order = np.argsort(first, kind="stable")[: int(np.count_nonzero(first < len(numbers)))]
    return _inverse(order, len(items))[numbers], [items[i] for i in order.tolist()]
