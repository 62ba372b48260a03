"""Whether a clash breaks a truce: only where the text names one, or one is known to have held there on that day."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from geomap.extraction.rules import RulePack
    from geomap.model import Bulletin, Event, Resolution

__all__ = ["Truces", "truce_held"]


@dataclass(frozen=True, slots=True)
class Truces:
    """What one bulletin tells of truces: whether it names one, its day, and the countries of its places."""

    named: bool
    day: date | None
    countries: frozenset[str]

    @classmethod
    def of(cls, bulletin: Bulletin, text: str, resolutions: Sequence[Resolution], pack: RulePack) -> Truces:
        """Read a bulletin; `text` is its body without vowel marks."""
        return cls(pack.truce.search(text) is not None, bulletin.date, _countries(resolutions))

    def breaks_none(self, event: Event) -> bool:
        """Tell whether an event is a clash in a war without a truce, as far as is known.

        A text without a date or without a decided place tells too little: its clashes stay what the rule says.
        """
        if event.type != "ceasefire_violation" or self.named or self.day is None:
            return False
        countries = _countries(r for _, places in event.roles.items() for r in places) or self.countries
        return bool(countries) and not any(truce_held(country, self.day) for country in countries)


def _countries(resolutions: Iterable[Resolution]) -> frozenset[str]:
    located = (r for r in resolutions if r.mention.context == "location")
    return frozenset(code for r in located if r.place is not None for code in r.place.ccodes)


def truce_held(country: str, day: date) -> bool:
    """Tell whether a truce is known to have held in a country (ISO 3166-1 alpha-2) on a day.

    The table is `truces.toml` beside this module, with a source for each.
    """
    return any(c == country and start <= day and (end is None or day < end) for c, start, end in _table())


@cache
def _table() -> tuple[tuple[str, date, date | None], ...]:
    text = files(__package__).joinpath("truces.toml").read_text(encoding="utf-8")
    return tuple((t["country"], t["start"], t.get("end")) for t in tomllib.loads(text)["truce"])
