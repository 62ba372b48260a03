"""Whether a name is too long to sound like another place's by chance."""

from __future__ import annotations

from geomap.toponym import generic_of, skeletons, words

__all__ = ["is_telling"]

# Of 28 names left open in annotated bulletins that sounded right and 68 that sounded wrong, these keep 20 and 0.
_CLOSE, _CLOSER = 0.84, 0.93  # likeness that needs no support: of its own words, of all with generic ones
_TELLING = 4  # consonants below which the names of two places sound alike by chance ("Jabala", "Jableh")


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
    return (likeness >= _CLOSE and own >= _TELLING) or (likeness >= _CLOSER and _consonants(name) >= _TELLING)


def _consonants(name: str) -> int:
    """Return how many consonants of a name a listener hears; of several readings those of the shortest."""
    return min(map(len, skeletons(name)), default=0)
