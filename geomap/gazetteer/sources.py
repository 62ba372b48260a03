"""What a gazetteer is made of: files and folders, and two words for what comes with geomap."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.gazetteer.files import curated_folder, gazetteer_files, own_file
from geomap.gazetteer.linked_places import read_sources
from geomap.gazetteer.world import WorldSource, world_is_installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geomap.gazetteer.linked_places import Contents
    from geomap.model import Decision

__all__ = ["CURATED", "WORLD", "Sources", "without_collection", "written_sources"]

CURATED = "curated"
"""The word for the gazetteer that comes with geomap. A file of that name is given as ``./curated``."""

WORLD = "world"
"""The word for the towns of the whole world (extra ``geomap[world]``)."""


class Sources:
    """Sources in the order in which they were asked for; without any, the usual ones.

    These are the curated gazetteer, the world list when its package is installed and ``GEOMAP_WORLD`` is not set to
    nothing, and the user's own file when it is there.

    When that holds decisions and no place, it is no source, and they are its `decisions`: it changes with each review,
    and the places need not be compiled again for it.

    Parameters
    ----------
    asked
        Files, folders, ``"curated"`` and ``"world"``.

    Raises
    ------
    GazetteerError
        When a path is missing, a folder empty, or the world list asked for and not installed.
    """

    def __init__(self, *asked: str | os.PathLike[str]) -> None:
        self.asked = list(dict.fromkeys(os.fspath(path) for path in asked))
        self.decisions: tuple[Decision, ...] = ()
        if not self.asked:
            self.asked, self.decisions = _usual()
        self._files = [gazetteer_files(_path(word)) for word in self.asked if word != WORLD]
        self.files = [file for files in self._files for file in files]
        self.versions = [WorldSource().fingerprint()] if WORLD in self.asked else []

    @property
    def names(self) -> list[str]:
        """What was asked for, as words and absolute paths."""
        return [word if word == WORLD else str(_path(word).resolve()) for word in self.asked]

    def read_files(self) -> list[Contents]:
        """Read the sources that are files and folders, in order.

        Raises
        ------
        GazetteerError
            At the first file that cannot be read or record that breaks the format.
        """
        return list(read_sources(self._files))

    def read(self) -> list[Contents]:
        """Read all sources, in order, for a check: what is wrong with records is among the problems."""
        from_files = iter(read_sources(self._files, lenient=True))
        return [WorldSource().read() if word == WORLD else next(from_files) for word in self.asked]


def written_sources() -> list[str]:
    """Return the usual sources that people write: the curated gazetteer, and the user's own file when it is there."""
    own = own_file()
    return [CURATED, *([str(own)] if own is not None and own.exists() else [])]


def _usual() -> tuple[list[str], tuple[Decision, ...]]:
    """Return the sources that are read without being asked for, and the decisions of a file that holds nothing else.

    ``GEOMAP_WORLD`` set to nothing leaves the world list out.
    """
    curated, *own = written_sources()
    wanted = os.environ.get("GEOMAP_WORLD", "usual").strip() != ""
    usual = [curated, *([WORLD] if wanted and world_is_installed() else [])]
    contents = read_sources([gazetteer_files(path) for path in own])
    if any(found.places for found in contents):
        return [*usual, *own], ()
    return usual, tuple(decision for found in contents for decision in found.decisions)


def _path(word: str) -> Path:
    """Return the path that a word other than "world" stands for."""
    return curated_folder() if word == CURATED else Path(word)


@contextmanager
def without_collection() -> Iterator[None]:
    """Make many objects that all stay, without the collector of circles walking over them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
