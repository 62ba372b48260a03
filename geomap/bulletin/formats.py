"""Which formats are read, how large their files may be, and who reads them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from geomap.bulletin.archive import read_archive
from geomap.bulletin.html_page import read_html
from geomap.bulletin.mail import read_mail
from geomap.bulletin.pdf_file import read_pdf
from geomap.bulletin.text_file import read_text
from geomap.bulletin.word_file import read_docx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geomap.bulletin.draft import Draft, Found

__all__ = ["KINDS", "MIB", "SUFFIXES", "limit_of", "read_format"]

MIB = 1024 * 1024

# The largest file of a kind, in bytes. A bulletin has some thousand characters; a book is within.
_LIMITS = {
    ".txt": 16 * MIB,
    ".md": 16 * MIB,
    ".html": 8 * MIB,
    ".htm": 8 * MIB,
    ".docx": 64 * MIB,
    ".docm": 64 * MIB,
    ".pdf": 64 * MIB,
    ".eml": 64 * MIB,
    ".zip": 256 * MIB,
}

SUFFIXES = tuple(_LIMITS)
"""Endings of the files that are read, in lower case."""

KINDS = ".txt, .md, .html, .docx, .pdf, .eml or .zip"
"""The same for people."""

_READERS: dict[str, Callable[[bytes, str, str], Draft]] = {
    ".txt": read_text,
    ".md": read_text,
    ".html": read_html,
    ".htm": read_html,
    ".docx": read_docx,
    ".docm": read_docx,
    ".pdf": read_pdf,
}


def limit_of(name: str) -> int | None:
    """Return the bytes that a file of that name may have, or None when its kind is not read."""
    return _LIMITS.get(_suffix(name))


def read_format(data: bytes, where: str, stem: str) -> Iterator[Found]:
    """Yield what a file holds: one text, or those of a mail or a zip.

    Parameters
    ----------
    data
        Its bytes.
    where
        Where it stands, for people; the ending tells its kind.
    stem
        The id of its text when it states none; parts of it add a slash and their own stem.

    Raises
    ------
    BulletinError
        When it cannot be read. What is wrong with a part of it is yielded.
    """
    if _suffix(where) == ".zip":
        yield from read_archive(data, where, stem, limit_of=_limit_in_zip, read=read_format)
    elif _suffix(where) == ".eml":
        yield from read_mail(data, where, stem, limit_of=_limit_in_mail, read=_read_single)
    else:
        yield _read_single(data, where, stem)


def _read_single(data: bytes, where: str, stem: str) -> Draft:
    return _READERS[_suffix(where)](data, where, stem)


def _limit_in_zip(name: str) -> int | None:
    return None if _suffix(name) == ".zip" else limit_of(name)


def _limit_in_mail(name: str) -> int | None:
    return limit_of(name) if _suffix(name) in _READERS else None


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()
