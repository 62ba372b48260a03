"""The languages that the page speaks, and what places are called in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geomap.model import Place

__all__ = ["LANGUAGES", "RIGHT_TO_LEFT", "names_in"]

LANGUAGES = ("en", "ar", "ru")
"""BCP 47; web/src/strings has a table for each."""

RIGHT_TO_LEFT = frozenset({"ar"})


def names_in(place: Place) -> dict[str, str]:
    """Return the first name of a place in each language of the page that its record has one in, but English.

    The name that a map writes in English is `Place.name`.
    """
    names: dict[str, str] = {}
    for name in place.names:
        lang = name.lang.split("-")[0]
        if lang in LANGUAGES and lang != "en" and name.toponym != place.name:
            names.setdefault(lang, name.toponym)
    return names
