"""Order along Hilbert's curve: rows that lie near each other get numbers, and so pages, near each other.

Algorithm: J. Skilling, Programming the Hilbert curve, AIP Conference Proceedings 707 (2004), on columns at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

__all__ = ["hilbert_keys", "keys_on_globe", "order_of_ranks", "order_on_globe"]

_BITS = 20
"""Of each axis: a cell is 40 m wide on the globe, and three axes fit into 64 bits."""

_AT_ONCE = 100_000
"""Cells whose place on the curve is found at a time; on the way each takes ten times its own memory."""


def order_on_globe(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the order of points (degrees, EPSG:4326) along the curve; those that are NaN come last."""
    return np.argsort(keys_on_globe(lon, lat), kind="stable")


def keys_on_globe(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return where points (degrees, EPSG:4326) lie on the curve; those that are NaN lie behind all others."""
    nowhere = np.isnan(lon) | np.isnan(lat)
    keys, cells = np.empty(len(lon), dtype=np.uint64), 2**_BITS - 1
    for start in range(0, len(lon), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        x = np.clip((np.where(nowhere[part], 0, lon[part]) + 180) / 360 * cells, 0, cells)
        y = np.clip((np.where(nowhere[part], 0, lat[part]) + 90) / 180 * cells, 0, cells)
        keys[part] = hilbert_keys(np.stack([x, y]).astype(np.uint64))
    return np.where(nowhere, np.uint64(2 ** (2 * _BITS)), keys)


def order_of_ranks(axes: Iterable[NDArray[np.float32]]) -> NDArray[np.intp]:
    """Return the order along the curve through the ranks of values, so that every axis counts alike."""
    ranks = [_ranks(axis) for axis in axes]
    keys = np.empty(len(ranks[0]), dtype=np.uint64)
    share = (2**_BITS - 1) / max(1, len(keys))
    for start in range(0, len(keys), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        keys[part] = hilbert_keys(np.stack([rank[part] * share for rank in ranks]).astype(np.uint64))
    return np.argsort(keys, kind="stable")


def _ranks(axis: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Return how many values are smaller than each."""
    return np.searchsorted(np.sort(axis), axis).astype(np.uint32)


def hilbert_keys(cells: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return where cells lie on the curve.

    Parameters
    ----------
    cells
        A row for each axis (two or three), a column for each cell; whole numbers below ``2 ** 20``.
    """
    x = cells.astype(np.int64)  # signed: the negative of a bit is a mask of all bits
    for bit in range(_BITS - 1, 0, -1):
        low = (1 << bit) - 1
        x[0] ^= -(x[0] >> bit & 1) & low
        for axis in range(1, len(x)):
            is_set = -(x[axis] >> bit & 1)
            swapped = (x[0] ^ x[axis]) & ~is_set & low
            x[0] ^= is_set & low | swapped
            x[axis] ^= swapped
    for axis in range(1, len(x)):
        x[axis] ^= x[axis - 1]
    turn = x[-1] >> 1
    for bits in (1, 2, 4, 8, 16):  # each bit becomes whether an odd number of those above it is set
        turn ^= turn >> bits
    x ^= turn
    return _interleaved(x)


def _interleaved(x: NDArray[np.int64]) -> NDArray[np.uint64]:
    keys: NDArray[np.int64] = np.zeros_like(x[0])
    for bit in range(_BITS):
        for axis, of in enumerate(x[::-1]):
            keys |= (of >> bit & 1) << bit * len(x) + axis
    return keys.astype(np.uint64)
