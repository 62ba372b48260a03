"""Ids of imported places, and identifiers of other gazetteers in their short forms."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.gazetteer.slugs import slug

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PLACE_ID", "prefix_of", "short_identifier"]

PLACE_ID = re.compile(r"[a-z][a-z0-9]*:[a-z0-9]+(-[a-z0-9]+)*")
"""What the id of a place looks like."""

_TAKEN = frozenset({"admin1", "cod", "gn", "pcode", "wd"})
"""What stands before the colon of ids and links that mean something of their own."""

_ADDRESSES = (
    (re.compile(r"https?://(?:www\.|sws\.)?geonames\.org/(\d+)(?:/.*)?", re.IGNORECASE), "gn"),
    (re.compile(r"(?:gn|geonames):(\d+)", re.IGNORECASE), "gn"),
    (re.compile(r"https?://(?:www\.|m\.)?wikidata\.org/(?:wiki|entity)/(Q\d+)", re.IGNORECASE), "wd"),
    (re.compile(r"(?:wd|wikidata):(Q\d+)", re.IGNORECASE), "wd"),
    (re.compile(r"(?:pcode|p-code):\s*(\S+)", re.IGNORECASE), "pcode"),
)


def prefix_of(path: Path) -> str:
    """Return what stands before the colon of the ids of a file: its stem in letters and digits."""
    stem = re.sub(r"[^a-z0-9]", "", slug(path.stem)) or "file"
    if stem in _TAKEN or not stem[0].isalpha():
        return f"file{stem}"
    return stem


def short_identifier(identifier: str) -> str:
    """Return an identifier of GeoNames, Wikidata or a P-code in its short form, any other as it is.

    Examples
    --------
    >>> short_identifier("http://www.geonames.org/170592/duma.html")
    'gn:170592'
    """
    text = identifier.strip()
    for pattern, prefix in _ADDRESSES:
        found = pattern.fullmatch(text)
        if found:
            return f"{prefix}:{found[1].upper() if prefix == 'wd' else found[1]}"
    return text
