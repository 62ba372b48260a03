"""Which places of the world list a name in a text may mean: those of the country that the text speaks of there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.gazetteer.feature_types import importance
from geomap.gazetteer.metric import distance_km
from geomap.recognition.known import known_names
from geomap.recognition.vouching import located_country, main_country
from geomap.resolution.candidates import DIVISIONS
from geomap.resolution.surroundings import AREA_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.gazetteer import Gazetteer
    from geomap.model import Bulletin, Mention, Place
    from geomap.resolution.candidates import Possible
    from geomap.resolution.surroundings import Surroundings

__all__ = ["Vouched"]

_LARGE = 100_000
"""Inhabitants of a background place that is thought of where a text names no country at all."""


_OUTSHONE = 100
"""Times larger, and a city is meant and not a village of its name in the list."""

_FAR_ABROAD_KM = 1000.0
"""Farther than neighbours of a country at war lie, where people flee to and aid comes from: our own choice."""

_WIDE = AREA_TYPES - DIVISIONS
"""Areas that are spoken of from afar; a province's bare name may be that of a street or a quarter here."""

_WORLD_CITY = 1_000_000
"""Inhabitants of a city that texts name without saying where it is."""

_TOWN = 5_000
"""Inhabitants below which a place is listed for them alone; one without a stated number is the seat of a division."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """The country that a text is about and, for each of its mentions, the country that it names as a place."""

    main: str | None
    located: tuple[str | None, ...]

    @classmethod
    def by(cls, bulletin: Bulletin, mentions: Sequence[Mention], gazetteer: Gazetteer) -> Vouched:
        """Find the countries that a text vouches for."""
        known = known_names(gazetteer)
        return cls(
            main=main_country(bulletin, mentions, known), located=tuple(located_country(m, known) for m in mentions)
        )

    @property
    def searched(self) -> frozenset[str] | None:
        """The countries whose background places can be meant anywhere in the text; None for all."""
        return frozenset(code for code in (self.main, *self.located) if code is not None) or None

    def admits(self, place: Place, i: int, around: Surroundings) -> bool:
        """Tell whether a mention may mean a place.

        A background place lies in the country that the text is about, or in one named in the mention's own sentence
        or around its list; or it is a city of one named anywhere, or of any country when none is named at all.
        """
        if not place.background or self.main in place.ccodes:
            return True
        if self.searched is None:
            return importance(place) >= _LARGE
        if importance(place) >= _LARGE and self.speaks_of(place):
            return True
        return any(self.located[j] in place.ccodes for j in (*around.sentence, *around.enclosers))

    def without_outshone(self, options: list[Possible], mention: Mention, around: Surroundings) -> list[Possible]:
        """Return the options without background places that a far larger namesake leaves no chance.

        Where the text says what kind of place is meant, or which area holds it, the small one may be.
        """
        if mention.types or around.enclosers:
            return options
        largest = max((importance(p.place) for p in options if p.spelled and p.place.type not in AREA_TYPES), default=0)
        return [p for p in options if not p.place.background or importance(p.place) * _OUTSHONE > largest]

    def speaks_of(self, place: Place) -> bool:
        """Tell whether the text names the country of a place as one, however many of its places lie elsewhere."""
        return any(code in place.ccodes for code in self.located)

    def needs_support(self, place: Place) -> bool:
        """Tell whether a place is too small to be meant by its name alone: most of its namesakes are in no list."""
        return place.background and place.population is not None and place.population < _TOWN

    def is_far_abroad(
        self, place: Place, i: int, around: Surroundings, *, home: str | None, points: Sequence[Place]
    ) -> bool:
        """Tell whether a town is so far off that a name alone does not mean it: its namesake here is in no list.

        It lies in another country than `home`, that of most places of the text, far from all its decided `points`, and
        neither its sentence nor an area around it names that country.
        """
        if place.type in _WIDE or home is None or home in place.ccodes:
            return False
        if importance(place) >= _WORLD_CITY and place.type not in AREA_TYPES:
            return False
        if around.enclosers or any(self.located[j] in place.ccodes for j in (i, *around.sentence)):
            return False
        gaps = [distance_km(place.lon, place.lat, p.lon, p.lat) for p in points if p.id != place.id]
        return bool(gaps) and min(gaps) > _FAR_ABROAD_KM
