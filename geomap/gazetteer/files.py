"""Which files a gazetteer is read from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from geomap.errors import GazetteerError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = ["curated_folder", "gazetteer_files"]

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


def gazetteer_files(*paths: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Return the files to read: each file given, and all ``*.geojson`` below each folder, in order of name.

    A file that is reached twice is read once. Without a path: the files of the curated gazetteer.

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
