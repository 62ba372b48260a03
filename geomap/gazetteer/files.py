"""Which files a gazetteer is read from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.errors import GazetteerError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["curated_folder", "gazetteer_files", "own_file"]

_SUFFIX = ".geojson"


def curated_folder() -> Path:
    """Return the folder of the curated gazetteer: inside the installed package, else at the top of a checkout.

    Raises
    ------
    GazetteerError
        When neither is there.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "data", here.parents[1] / "gazetteer"):
        if any(folder.rglob(f"*{_SUFFIX}")):
            return folder
    raise GazetteerError("the curated gazetteer is missing from this installation; install geomap again", path=here)


def own_file() -> Path | None:
    """Return the user's own gazetteer file, there or not; None when ``GEOMAP_OWN`` is set to nothing, or no home is.

    ``GEOMAP_OWN`` names it, else it is ``geomap/own.geojson`` in the folder that the XDG base directories prescribe.
    """
    named = os.environ.get("GEOMAP_OWN")
    if named is not None:
        return Path(named).expanduser() if named.strip() else None
    data = Path(os.environ.get("XDG_DATA_HOME", ""))
    if not data.is_absolute():  # the specification: a relative one is to be ignored
        try:
            data = Path.home() / ".local" / "share"
        except RuntimeError:
            return None
    return data / "geomap" / "own.geojson"


def gazetteer_files(*paths: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Return the files to read: each file given, and all ``*.geojson`` below each folder, in order of name.

    A file that is reached twice is read once. Without a path: those of the curated gazetteer.

    Raises
    ------
    GazetteerError
        When a path does not exist, or a folder holds no such file: an empty gazetteer would know no place at all.
    """
    found = [file for path in paths or (curated_folder(),) for file in _below(Path(path))]
    unique = {file.resolve(): file for file in reversed(found)}
    return tuple(reversed(unique.values()))


def _below(path: Path) -> Iterator[Path]:
    if path.is_dir():
        files = sorted(file for file in path.rglob(f"*{_SUFFIX}") if file.is_file())
        if not files:
            raise GazetteerError(f"holds no {_SUFFIX} file; give a folder with gazetteer files", path=path)
        yield from files
    elif path.exists():
        yield path
    else:
        raise GazetteerError("does not exist; give a gazetteer file or a folder of them", path=path)
