"""Text files in any encoding: told by its mark, UTF-8, or named by a person; never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.errors import GazetteerError
from geomap.rows.encodings import marked_encoding, readings

if TYPE_CHECKING:
    from pathlib import Path

    from geomap.gazetteer.importing.found import Desk

__all__ = ["bytes_of", "text_of"]


def bytes_of(path: Path) -> bytes:
    """Return what a file holds.

    Raises
    ------
    GazetteerError
        When it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise GazetteerError(f"cannot be read: {error.strerror or error}", path=path) from error


def text_of(path: Path, desk: Desk, *, encoding: str | None = None) -> str:
    """Return the text of a file: in the encoding given, else in that of its mark, else UTF-8.

    Raises
    ------
    GazetteerError
        When it cannot be read or is not in that encoding; the message shows how it would read in the usual others.
    """
    return decoded(bytes_of(path), path, desk, encoding=encoding)


def decoded(data: bytes, path: Path, desk: Desk, *, encoding: str | None = None) -> str:
    """Return bytes of a file as text; see `text_of`."""
    if encoding is not None:
        return _in(encoding, data, path)
    marked = marked_encoding(data)
    if marked is not None:
        if marked != "utf-8-sig":
            desk.note(f"{path}: read as {marked.upper()}, by its byte order mark")
        return _in(marked, data, path)
    if b"\0" in data[:1000]:
        raise GazetteerError("is no plain text; if it is UTF-16, say so: --encoding utf-16-le", path=path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GazetteerError(_not_utf8(data, error.start), path=path, line=line) from None


def _in(encoding: str, data: bytes, path: Path) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise GazetteerError(
            f"{encoding!r} is no encoding; usual ones are utf-8, utf-16 and cp1256 (Arabic)", field="--encoding"
        ) from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise GazetteerError(
            f"is not {encoding} (byte {error.start}); name the right one", path=path, line=line
        ) from None


def _not_utf8(data: bytes, at: int) -> str:
    return f"is not UTF-8 (byte {at}); name its encoding with --encoding: {readings(data, at)}, or save it as UTF-8"
