"""Zip files of bulletins: each readable member is read, zips in zips are not."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from geomap.bulletin.packed import MAX_UNPACKED, open_zip, unpack
from geomap.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geomap.bulletin.draft import Found

    ReadMember = Callable[[bytes, str, str], Iterator[Found]]

__all__ = ["read_archive"]


def read_archive(
    data: bytes, where: str, stem: str, *, limit_of: Callable[[str], int | None], read: ReadMember
) -> Iterator[Found]:
    """Yield what the members of a zip file hold, sorted by name.

    Parameters
    ----------
    limit_of
        Bytes that a member of that name may have; None when its kind is not read.
    read
        Reads one member: its bytes, where it stands, and its stem.

    Raises
    ------
    BulletinError
        When the zip itself cannot be read, or holds no bulletin. What is wrong with a member is yielded.
    """
    archive = open_zip(data, where)
    left, count = MAX_UNPACKED, 0
    for member in sorted(archive.infolist(), key=lambda member: member.filename):
        name = member.filename
        shown = f"{where}/{_printable(name)}"
        if member.is_dir() or _is_aside(name):
            continue
        limit = limit_of(name)
        if limit is None:
            yield Path(shown)
            continue
        count += 1
        try:
            _check_name(name, shown)
            content = unpack(archive, member, shown, limit=min(limit, left))
            left -= len(content)
            yield from read(content, shown, f"{stem}/{PurePosixPath(_printable(name)).with_suffix('')}")
        except BulletinError as error:
            yield error
    if not count:
        raise BulletinError("the zip holds no file that can be read as a bulletin", path=where)


def _is_aside(name: str) -> bool:
    """Whether a member is hidden, or one of those that a system packs beside the files."""
    return any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in name.split("/"))


def _check_name(name: str, shown: str) -> None:
    if ".." in name.split("/") or name.startswith("/") or "\\" in name or re.match("[A-Za-z]:", name):
        raise BulletinError("the member's name leads out of the zip; pack it with plain relative names", path=shown)


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in name)
