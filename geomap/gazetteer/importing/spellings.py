"""What a name as a source writes it says: the name, other names of the place, and what only tells namesakes apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.toponym import fold, skeletons

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["spellings"]

_BRACKET = re.compile(r"(?P<base>[^()]+?)\s*\([^()]*\)")
_ALTERNATIVES = re.compile(r"\s*[/\\;]\s*")


def spellings(written: str, *, containers: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the names that a written name holds, the one to show first, the whole as it was written last.

    A bracket at the end tells namesakes apart and is no part of the name. What stands between slashes or semicolons are
    names of their own, but one after the first that is a name of a container tells namesakes apart, too.

    Parameters
    ----------
    written
        The name as the source has it.
    containers
        Names of the areas that the place lies in.

    Examples
    --------
    >>> spellings("Nasriyeh (Jirud)")
    ('Nasriyeh', 'Nasriyeh (Jirud)')
    >>> spellings("Ashrafia/Madlousah")
    ('Ashrafia', 'Madlousah', 'Ashrafia/Madlousah')
    >>> spellings("Shamiyeh / Lattakia", containers=["Lattakia"])
    ('Shamiyeh', 'Shamiyeh / Lattakia')
    """
    whole = " ".join(written.split())
    bracketed = _BRACKET.fullmatch(whole)
    base = bracketed["base"] if bracketed else whole
    first, *others = [part for part in _ALTERNATIVES.split(base) if _has_letters(part)] or [whole]
    around = {key for name in containers if others for key in _keys(name)}
    own = [part for part in others if around.isdisjoint(_keys(part))]
    return tuple(name for name in dict.fromkeys([first, *own, whole]) if name)


def _keys(name: str) -> set[str]:
    return {fold(name), *skeletons(name)} - {""}


def _has_letters(text: str) -> bool:
    return any(c.isalpha() for c in text)
