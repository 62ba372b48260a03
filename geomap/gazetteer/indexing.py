"""Tables of places and names -> the columns that answer: by id, by key, by container, and one typing error away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.gazetteer.columns import Texts, group_columns, lookup_columns, near_columns, text_columns
from geomap.gazetteer.tables import NAME, TIERS, UNHEARD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geomap.gazetteer.columns import Columns

__all__ = ["NEAR_MIN_LENGTH", "name_columns", "place_columns"]

NEAR_MIN_LENGTH = 4
"""Consonants; shorter skeletons are one error away from too many others."""

_AS_THEY_ARE = ("kind", "kinds.bytes", "kinds.starts", "country", "countries.bytes", "countries.starts")
_NUMBERS = ("lon", "lat", "importance")


def place_columns(tables: Columns) -> dict[str, NDArray[Any]]:
    """Return the columns of places; containers that are not among them are left out."""
    ids = Texts(tables, "ids").all_raw()
    wanted = {parent: number for number, parent in enumerate(Texts(tables, "above").all_raw())}
    rows = np.full(len(wanted), len(ids), np.uint32)
    for row, place_id in enumerate(ids):
        number = wanted.get(place_id)
        if number is not None:
            rows[number] = row
    below, above = tables["above.of"], rows[tables["above.number"]]
    loaded = above < len(ids)
    below, above = below[loaded], above[loaded]
    return {
        **lookup_columns("ids", ids),
        **{name: tables[name] for name in (*_AS_THEY_ARE, *_NUMBERS)},
        **group_columns("parents", below, len(ids), of=above),
        **group_columns("children", above, len(ids), of=below),
    }


def name_columns(tables: Columns) -> dict[str, NDArray[Any]]:
    """Return the columns of names for `NameIndex`; the row of a place is its number among the places."""
    columns = {name: tables[name] for name in ("names.bytes", "names.starts", "names.rows", "names.listed")}
    columns["names.max_words"] = tables["names.max_words"]
    for tier in TIERS:
        keys = Texts(tables, f"{tier}.keys").all_raw()
        columns |= lookup_columns(f"{tier}.keys", keys)
        columns |= group_columns(f"{tier}.names", tables[f"{tier}.found"], len(keys), of=tables[f"{tier}.entries"])
    listed = np.zeros(len(columns["folded.names.groups"]) - 1, np.uint8)
    listed[tables["folded.found"][columns["names.listed"][tables["folded.entries"]] == NAME]] = 1
    columns["folded.listed"] = listed
    heards = tables["names.heards"]
    columns["names.heards"] = np.where(heards == UNHEARD, np.uint32(0), heards)
    columns |= _heard_columns(tables)
    long = ((n, key) for n, key in enumerate(Texts(tables, "skeleton.keys")) if len(key) >= NEAR_MIN_LENGTH)
    return columns | near_columns("near", long)


def _heard_columns(tables: Columns) -> dict[str, NDArray[Any]]:
    consonants: dict[bytes, int] = {}
    of_sounds = [consonants.setdefault(raw, len(consonants)) for raw in Texts(tables, "consonants").all_raw()]
    return {
        **{name: tables[name] for name in ("sounds.bytes", "sounds.starts", "sounds.open", "sounds.unvowelled")},
        "sounds.consonants": np.array(of_sounds, np.uint32),
        **text_columns("consonants", consonants),
    }
