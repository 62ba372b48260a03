"""Whether a name is too long to sound like another place's by chance, or so written that it cannot be it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.arabic_script import BARE_ALEF
from geomap.toponym import generic_of, is_arabic, skeletons, words

if TYPE_CHECKING:
    from geomap.model import Place

__all__ = ["is_telling", "is_written_otherwise"]

# Of 28 names left open in annotated bulletins that sounded right and 68 that sounded wrong, these keep 20 and 0.
_CLOSE, _CLOSER = 0.84, 0.93  # likeness that needs no support: of its own words, of all with generic ones
_CLOSEST = 0.88  # with three consonants in all: 6 names more, none wrong, on twice as many bulletins
_TELLING = 4  # consonants below which the names of two places sound alike by chance ("Jabala", "Jableh")

_ALEF = BARE_ALEF | str.maketrans("ٱ", "ا")
_UNSURE = str.maketrans({"ا": "", "ء": "", "ئ": "ي", "ؤ": "و", "ى": "ي", "ه": "", "ة": ""})
"""Letters of Arabic names that writers put and leave out: a carrier of hamza, an end in -a, an alif within."""


def is_telling(name: str, likeness: float) -> bool:
    """Tell whether a name so like that of a place means it ("Дейр-Хафер"), whatever else the text says.

    Parameters
    ----------
    name
        As the text has it; its generic parts ("Deir", "Sheikh") count only where the likeness is close.
    likeness
        How its sound fits, 0 to 1.
    """
    own = sum(_consonants(word) for word in words(name) if generic_of(word) is None)
    heard = _consonants(name)
    return (
        (likeness >= _CLOSE and own >= _TELLING)
        or (likeness >= _CLOSER and heard >= _TELLING)
        or (likeness >= _CLOSEST and heard >= _TELLING - 1)
    )


def is_written_otherwise(place: Place, name: str) -> bool:
    """Tell whether an Arabic name has other letters than the Arabic ones that somebody wrote down for a place.

    Arabic is spelled by rule: who writes Jibrin does not mean Jabburin, however alike they sound.
    """
    written = [n.toponym for n in place.names if n.lang == "ar" and not n.background]
    return is_arabic(name) and bool(written) and not place.background and _bare(name) not in map(_bare, written)


def _bare(name: str) -> str:
    return "".join(word.removeprefix("ال") for word in name.translate(_ALEF).split()).translate(_UNSURE)


def _consonants(name: str) -> int:
    """Return how many consonants of a name a listener hears; of several readings those of the shortest."""
    return min(map(len, skeletons(name)), default=0)
