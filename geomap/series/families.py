"""Who stands behind a source's name, and which words round a figure: the tables of `families.toml`."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from geomap.query import fold_text

if TYPE_CHECKING:
    from geomap.model import Bulletin, Event

__all__ = ["family_of", "is_rounded", "source_family"]

_RELAYED = re.compile(r"\s+(?:via|through|quoted by|نقلا عن|через)\s+|\s*[(\[]", re.IGNORECASE)
_BEFORE = 24
"""Characters before a figure in which a word that rounds it stands."""


@cache
def _tables() -> tuple[tuple[tuple[re.Pattern[str], str], ...], re.Pattern[str]]:
    table: dict[str, Any] = tomllib.loads(files(__package__).joinpath("families.toml").read_text(encoding="utf-8"))
    families = tuple(
        (re.compile(rf"(?:the )?{re.escape(fold_text(word))}(?!\w)"), family["name"])
        for family in table["family"]
        for word in family["words"]
    )
    words = "|".join(map(re.escape, table["about"]["words"]))
    return families, re.compile(rf"(?<!\w)(?:{words})\s*$", re.IGNORECASE)


def family_of(event: Event) -> str:
    """Return who says so: the claimant when the text tells one, else the family of the bulletin's source."""
    return _family(event.claimant) if event.claimant else source_family(event.bulletin)


def source_family(bulletin: Bulletin) -> str:
    """Return the family of a bulletin's source, or the source without those who relay it.

    A bulletin without a source stands alone: nothing tells that two of them have the same one.
    """
    source = (bulletin.source or "").strip()
    return _family(source) if source else f"no source named ({bulletin.id})"


@lru_cache(maxsize=1024)
def _family(name: str) -> str:
    own = _RELAYED.split(name, maxsplit=1)[0].strip() or name
    folded = fold_text(own)
    return next((family for pattern, family in _tables()[0] if pattern.match(folded)), own)


def is_rounded(event: Event, surface: str) -> bool:
    """Tell whether a word before a figure says that it is not exact ("some 4,300")."""
    at = event.sentence.find(surface) if surface else -1
    return at > 0 and _tables()[1].search(event.sentence[max(0, at - _BEFORE) : at]) is not None
