"""A map's file -> a picture and a printed page of it, by a browser of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.errors import StoreError
from geomap.export.output_file import replace_file
from geomap.webmap.browser import PATIENCE, Chromium

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["make_pictures"]


def make_pictures(page: Path, *, png: Path | None = None, pdf: Path | None = None, seconds: float = PATIENCE) -> None:
    """Draw a map's file and write what is seen: title, map, legend, scale, sources, date and caution on one page.

    The browser has no network. A file is replaced only when the new one is whole.

    Parameters
    ----------
    page
        What `save_map` wrote.
    png, pdf
        The files to write.
    seconds
        How long all of it may take.

    Raises
    ------
    InputError
        When there is no Chromium.
    GeomapError
        When the browser does not draw the map in time.
    StoreError
        When a file cannot be written.
    """
    made = []
    with Chromium(seconds=seconds) as browser:
        browser.open(page)
        if png is not None:
            made.append((png, browser.png()))
        if pdf is not None:
            made.append((pdf, browser.pdf()))
    for path, content in made:
        try:
            replace_file(path, content)
        except OSError as error:
            why = error.strerror or str(error)
            raise StoreError(f"the picture cannot be written ({why}); choose another folder", path=path) from error
