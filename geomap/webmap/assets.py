"""The files that the package's build made from web/."""

from __future__ import annotations

from pathlib import Path

from geomap.errors import GeomapError

__all__ = ["asset_path", "asset_text"]

_STATIC = Path(__file__).with_name("static")


def asset_path(name: str) -> Path:
    """Return the path of a built file.

    Raises
    ------
    GeomapError
        When the package was not built.
    """
    path = _STATIC / name
    if not path.is_file():
        raise GeomapError(
            "a part of the map page is missing: the package was not built; run `pip install -e .` (or `make`) in the"
            " project's folder, which builds it",
            path=path,
        )
    return path


def asset_text(name: str) -> str:
    """Return the text of a built file.

    Raises
    ------
    GeomapError
        When the package was not built.
    """
    return asset_path(name).read_text(encoding="utf-8")
