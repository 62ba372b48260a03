"""Who stands behind a source's name, and which words round a figure: the tables of `families.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Tables:
    families: tuple[tuple[re.Pattern[str], str], ...]
    own: frozenset[str]
    about: re.Pattern[str]


@cache
def _tables() -> _Tables:
    table: dict[str, Any] = tomllib.loads(files(__package__).joinpath("families.toml").read_text(encoding="utf-8"))
    families = tuple(
        (re.compile(rf"(?<!\w)(?:the )?{re.escape(fold_text(word))}(?!\w)"), family["name"])
        for family in table["family"]
        for word in family["words"]
    )
    about = "|".join(map(re.escape, table["about"]["words"]))
    return _Tables(
        families=families,
        own=frozenset(map(fold_text, table["own"]["words"])),
        about=re.compile(rf"(?<!\w)(?:{about})\s*$", re.IGNORECASE),
    )


def family_of(event: Event) -> str:
    """Return who says so: the family of the claimant when the text tells one, else that of the bulletin's source.

    A family is found anywhere in a claimant's name ("the chief of the Russian Centre for Reconciliation"). One whom the
    source's name holds ("the Observatory") or that only means the source ("the bulletin") is the source.
    """
    claimant, source = fold_text(event.claimant or ""), fold_text(event.bulletin.source or "")
    if not claimant or claimant in _tables().own or claimant in source:
        return source_family(event.bulletin)
    found = next((family for pattern, family in _tables().families if pattern.search(claimant)), None)
    return found or event.claimant or source_family(event.bulletin)


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
    return next((family for pattern, family in _tables().families if pattern.match(folded)), own)


def is_rounded(event: Event, surface: str) -> bool:
    """Tell whether a word before a figure says that it is not exact ("some 4,300")."""
    at = event.sentence.find(surface) if surface else -1
    return at > 0 and _tables().about.search(event.sentence[max(0, at - _BEFORE) : at]) is not None
