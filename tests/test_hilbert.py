"""Hilbert's curve: every cell once, and from each only one step to the next."""

from __future__ import annotations

import numpy as np
import pytest

from geomap.store.hilbert import hilbert_keys, order_on_globe


@pytest.mark.parametrize("axes", [2, 3])
@pytest.mark.parametrize("corner", [0, 2**19, 2**20 - 16])
def test_the_curve_goes_step_by_step(axes, corner):
    cells = np.indices((16,) * axes).reshape(axes, -1).astype(np.uint64) + np.uint64(corner)
    keys = hilbert_keys(cells)
    assert keys.dtype == np.uint64
    assert np.ptp(keys) == 16**axes - 1 == len(set(keys.tolist())) - 1
    steps = np.abs(np.diff(cells[:, np.argsort(keys)].astype(np.int64), axis=1))
    assert (steps.sum(axis=0) == 1).all()


def test_what_lies_nowhere_comes_last():
    lon, lat = np.array([36.3, np.nan, 180.0, -180.0]), np.array([33.5, 33.5, 90.0, -90.0])
    assert sorted(order_on_globe(lon, lat)[:3].tolist()) == [0, 2, 3]
    assert order_on_globe(lon[:0], lat[:0]).tolist() == []
