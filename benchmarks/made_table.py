"""A made table of events, a row each, with six attributes: nothing in it happened, no name in it is of a real place.

Points are strewn evenly over the box around Syria (EPSG:4326); days over two thousand, 2017 to 2022; a text is of 120
characters, of 2,000 made words of which few are frequent and most are rare, as in any language. One seed, one table.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.made_events import SYRIA

__all__ = ["made_table"]

TYPES = ("return", "displacement", "evacuation", "ceasefire_violation", "demining", "humanitarian_aid")
DAYS = 2000
PLACES = 5000
SOURCES = 12
WORDS = 2000
LETTERS = 120


def made_table(rows: int, *, seed: int = 20180624) -> gpd.GeoDataFrame:
    """Return so many events: type, day, figure, place's name, source, text, and a point."""
    dice = np.random.default_rng(seed)
    places = np.array([f"Made place {number}" for number in range(PLACES)], dtype=object)
    sources = np.array([f"Made source {number}" for number in range(SOURCES)], dtype=object)
    columns = {
        "type": np.array(TYPES, dtype=object)[dice.integers(0, len(TYPES), rows)],
        "first_day": pd.Timestamp("2017-01-01") + pd.to_timedelta(dice.integers(0, DAYS, rows), "D"),
        "value": dice.integers(1, 5000, rows),
        "point_of": places[dice.integers(0, PLACES, rows)],
        "source": sources[dice.integers(0, SOURCES, rows)],
        "sentence": _texts(rows, dice),
    }
    lon, lat = dice.uniform(SYRIA.west, SYRIA.east, rows), dice.uniform(SYRIA.south, SYRIA.north, rows)
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs=4326)


def _texts(rows: int, dice: np.random.Generator) -> list[str]:
    letters = np.array(list("aaabcdeeeefghiiiklmnnoooprrssttuuvwyz"))
    words = np.array(["".join(dice.choice(letters, size)) for size in dice.integers(2, 11, WORDS)], dtype=object)
    share = 1 / np.arange(1, WORDS + 1)  # Zipf's law
    chosen = words[dice.choice(WORDS, (rows, LETTERS // 3), p=share / share.sum())]
    return [" ".join(line)[:LETTERS] for line in chosen]
