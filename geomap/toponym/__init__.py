"""What is known of names: how the same place is spelled in Latin, Arabic and Cyrillic script.

Three keys, from strict to loose::

    fold("Nasriyeh") == fold("al-Nasriyah")                      orthography: marks, articles, -ah/-eh, ou/u, q/k
    skeletons("Duhur") & skeletons("Thohur") & skeletons("ظهور")  consonants as a listener hears them, in any script
    sound("Douma") == sound("Duma")                              consonants and classes of vowels, for likeness

The rules state habits of romanisation, not of single places; ``knowledge.toml`` holds them with their sources.
"""

from geomap.toponym.fold import fold, folds
from geomap.toponym.skeleton import skeletons, sound
from geomap.toponym.words import ARTICLES, generic_of, is_arabic, is_cyrillic, is_spelled, words

__all__ = [
    "ARTICLES",
    "fold",
    "folds",
    "generic_of",
    "is_arabic",
    "is_cyrillic",
    "is_spelled",
    "skeletons",
    "sound",
    "words",
]
