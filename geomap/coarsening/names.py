"""Names that are not to be told, and texts that hold one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.toponym import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from geomap.model import Place

__all__ = ["folded_names", "names_of", "unless_named"]

_WORD = re.compile(r"\w+")
_LONGEST_NAME = 5
"""Words of a name that is looked for in what else is told."""


def names_of(place: Place) -> Iterator[str]:
    """Yield all names of a place."""
    yield place.name
    for name in place.names:
        yield name.toponym


def folded_names(texts: Iterable[str]) -> frozenset[str]:
    """Return names as they are compared."""
    return frozenset(fold(text) for text in set(texts)) - {""}


def unless_named(text: str | None, withheld: AbstractSet[str]) -> str | None:
    """Return a text, None when it holds a name (folded) that is not to be told."""
    return None if text is None or any(part in withheld for part in _parts(text)) else text


def _parts(text: str) -> Iterator[str]:
    """Yield every run of a few words of a text, folded as names are."""
    words = _WORD.findall(text)
    for begin in range(len(words)):
        for end in range(begin + 1, min(len(words), begin + _LONGEST_NAME) + 1):
            yield fold(" ".join(words[begin:end]))
