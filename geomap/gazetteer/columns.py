"""Arrays that answer: texts by number, numbers by text, members of a group, and what is one typing error away.

All of them read plain numpy arrays by name, which may lie in memory or in a file that is mapped into it. Hashes only
lead to candidates: whoever asks compares the texts themselves, so that a clash of hashes costs time and no truth.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

__all__ = [
    "Columns",
    "Groups",
    "Lookup",
    "Near",
    "Texts",
    "decoded",
    "encoded",
    "group_columns",
    "lookup_columns",
    "near_columns",
    "text_columns",
]

Columns = Mapping[str, "NDArray[Any]"]
"""Arrays by name; ``"ids.bytes"`` and ``"ids.starts"`` together are the texts ``ids``."""

_SPARE_BITS = 1
"""A table of texts has two to four buckets for each: most texts that it does not hold meet an empty one."""

_ODD = 0x9E3779B97F4A7C15
_ODD_INVERSE = pow(_ODD, -1, 1 << 64)
_MIX = 0xD6E8FEB86659FD93
_WORD = (1 << 64) - 1
"""Hash of a text under deletion: the sum of (code point + 1) * _ODD**i modulo 2**64, its upper half after one more
multiplication. Any odd numbers would do; these two are known from splitmix64 and rrmxmx for the mixing they give."""


def encoded(text: str) -> bytes:
    """Return a text as bytes; half a surrogate pair, which JSON can hold, survives."""
    return text.encode("utf-8", "surrogatepass")


def decoded(raw: bytes | memoryview) -> str:
    """Return the text that `encoded` wrote."""
    return str(raw, "utf-8", "surrogatepass")


def text_columns(name: str, texts: Iterable[bytes]) -> dict[str, NDArray[Any]]:
    """Return texts, or any runs of bytes, as columns for `Texts`."""
    texts = list(texts)
    starts = np.zeros(len(texts) + 1, np.uint64)
    np.cumsum(np.fromiter(map(len, texts), np.uint64, len(texts)), out=starts[1:])
    if starts[-1] < 1 << 32:
        starts = starts.astype(np.uint32)
    return {f"{name}.bytes": np.frombuffer(b"".join(texts), np.uint8), f"{name}.starts": starts}


class Texts:
    """Texts, or runs of bytes, by number."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._bytes = columns[f"{name}.bytes"].data
        self._starts = columns[f"{name}.starts"].data

    def __len__(self) -> int:
        return len(self._starts) - 1

    def raw(self, number: int) -> memoryview:
        """Return the bytes of a number."""
        return self._bytes[self._starts[number] : self._starts[number + 1]]

    def __getitem__(self, number: int) -> str:
        return str(self._bytes[self._starts[number] : self._starts[number + 1]], "utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def all_raw(self) -> list[bytes]:
        """Return the bytes of all numbers, in order."""
        raw, starts = self._bytes.tobytes() if len(self._bytes) else b"", self._starts.tolist()
        return [raw[begin:end] for begin, end in pairwise(starts)]

    def many(self, numbers: Iterable[int]) -> list[str]:
        """Return the texts of many numbers."""
        texts, starts = self._bytes, self._starts
        return [str(texts[starts[n] : starts[n + 1]], "utf-8", "surrogatepass") for n in numbers]


def group_columns(
    name: str, groups: NDArray[np.uint32], count: int, *, of: NDArray[np.uint32] | None = None
) -> dict[str, NDArray[Any]]:
    """Return the columns of `Groups`: item i, or ``of[i]``, belongs to ``groups[i]``; others fall away."""
    items = np.argsort(groups, kind="stable").astype(np.uint32)
    starts = np.zeros(count + 1, np.uint32)
    np.cumsum(np.bincount(groups[groups < count], minlength=count)[:count], out=starts[1:])
    items = items[: starts[-1]]
    return {f"{name}.members": items if of is None else of[items], f"{name}.groups": starts}


class Groups:
    """The members of numbered groups, each group in the order in which they came."""

    def __init__(self, columns: Columns, name: str) -> None:
        self._members = columns[f"{name}.members"].data
        self._starts = columns[f"{name}.groups"].data

    def __getitem__(self, group: int) -> list[int]:
        return self._members[self._starts[group] : self._starts[group + 1]].tolist()


def _hash_columns(
    name: str, tags: NDArray[np.uint32], numbers: NDArray[np.uint32], *, spare_bits: int
) -> dict[str, NDArray[Any]]:
    """Return numbers sorted by their tags, with where each bucket (the upper bits of a tag) begins."""
    both = np.sort(tags.astype(np.uint64) << np.uint64(32) | numbers)
    both = both[np.append(both[1:] != both[:-1], True)[: len(both)]]  # sorting is faster than np.unique's hashing
    tags = (both >> np.uint64(32)).astype(np.uint32)
    bits = min(max(len(both).bit_length() + spare_bits, 1), 28)
    starts = np.zeros((1 << bits) + 1, np.uint32)
    np.cumsum(np.bincount(tags >> np.uint32(32 - bits), minlength=1 << bits), out=starts[1:])
    return {f"{name}.buckets": starts, f"{name}.tags": tags, f"{name}.numbers": both.astype(np.uint32)}


def _hashes(columns: Columns, name: str) -> tuple[memoryview, memoryview, memoryview, int]:
    """Return where buckets begin, tags, numbers, and by how many bits a tag is shifted to have its bucket."""
    buckets, tags, numbers = (columns[f"{name}.{part}"].data for part in ("buckets", "tags", "numbers"))
    return buckets, tags, numbers, 33 - (len(buckets) - 1).bit_length()


def lookup_columns(name: str, texts: Sequence[bytes]) -> dict[str, NDArray[Any]]:
    """Return the columns of a `Lookup`: the texts, each once, and their hashes."""
    tags = np.fromiter(map(zlib.crc32, texts), np.uint32, len(texts))
    numbers = np.arange(len(texts), dtype=np.uint32)
    return {**text_columns(name, texts), **_hash_columns(name, tags, numbers, spare_bits=_SPARE_BITS)}


class Lookup(Texts):
    """Texts by number and numbers by text."""

    def __init__(self, columns: Columns, name: str) -> None:
        super().__init__(columns, name)
        self._buckets, self._tags, self._numbers, self._shift = _hashes(columns, name)

    def find(self, text: str) -> int | None:
        """Return the number of a text, None when it is not held."""
        raw = text.encode("utf-8", "surrogatepass")
        tag = zlib.crc32(raw)
        at, end = self._buckets[tag >> self._shift], self._buckets[(tag >> self._shift) + 1]
        while at < end:  # no `for` over a range: nearly all words of a text end here, and it would take longer
            if self._tags[at] == tag and self.raw(number := self._numbers[at]) == raw:
                return number
            at += 1
        return None


def near_columns(name: str, texts: Iterable[tuple[int, str]]) -> dict[str, NDArray[Any]]:
    """Return the columns of `Near` for texts with their numbers: each text's hash, and those with one letter left out.

    Two texts one error apart (insertion, deletion, substitution, transposition of neighbours) share one of these: the
    symmetric deletions of SymSpell (W. Garbe, 2012) for one error.
    """
    tags, numbers = [np.empty(0, np.uint32)], [np.empty(0, np.uint32)]
    for length, same in groupby(sorted(texts, key=lambda t: len(t[1])), key=lambda t: len(t[1])):
        known = list(same)
        found = _deletion_tags("".join(text for _, text in known), length)
        tags.append(found.ravel())
        numbers.append(np.repeat(np.array([number for number, _ in known], np.uint32), found.shape[1]))
    return _hash_columns(name, np.concatenate(tags), np.concatenate(numbers), spare_bits=-1)


def _deletion_tags(joined: str, length: int) -> NDArray[np.uint32]:
    """Return for each text of one length, all `joined`, a row of tags: of itself, and of itself without each letter."""
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4").reshape(-1, length)
    powers = np.array([pow(_ODD, i, 1 << 64) for i in range(length)], np.uint64)
    terms = (codes.astype(np.uint64) + np.uint64(1)) * powers
    upto = np.cumsum(terms, axis=1)
    whole = upto[:, -1:]
    without = upto - terms + (whole - upto) * np.uint64(_ODD_INVERSE)
    return (np.hstack([whole, without]) * np.uint64(_MIX) >> np.uint64(32)).astype(np.uint32)


def _tags_of(text: str) -> set[int]:
    """Return what `_deletion_tags` gives for one text."""
    power, terms = 1, []
    for letter in text:
        terms.append((ord(letter) + 1) * power)
        power = power * _ODD & _WORD
    before, after = 0, sum(terms)
    found = {(after * _MIX & _WORD) >> 32}
    for term in terms:
        after -= term
        found.add(((before + after * _ODD_INVERSE) * _MIX & _WORD) >> 32)
        before += term
    return found


class Near:
    """The texts that are one typing error away from another."""

    def __init__(self, columns: Columns, name: str, texts: Texts) -> None:
        self._buckets, self._tags, self._numbers, self._shift = _hashes(columns, name)
        self._texts = texts

    def find(self, text: str) -> list[int]:
        """Return the numbers of the texts one error away, the shortest first, then in order of number."""
        numbers = sorted(self._candidates(text))
        texts = self._texts.many(numbers)
        if not texts:
            return []
        errors = process.cdist([text], texts, scorer=OSA.distance, score_cutoff=1, dtype=np.int64)[0]
        near = [(len(texts[i]), numbers[i]) for i in np.flatnonzero(errors == 1).tolist()]
        return [number for _, number in sorted(near)]

    def _candidates(self, text: str) -> set[int]:
        found: set[int] = set()
        for tag in _tags_of(text):
            bucket = tag >> self._shift
            first = bisect_left(self._tags, tag, self._buckets[bucket], self._buckets[bucket + 1])
            last = bisect_right(self._tags, tag, first, self._buckets[bucket + 1])
            found.update(self._numbers[first:last])
        return found
