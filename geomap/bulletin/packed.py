"""Zip files, opened with limits: of members, of what they become when unpacked, and of the ratio between the two."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import IO, TYPE_CHECKING

from geomap.errors import BulletinError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MAX_MEMBERS", "MAX_UNPACKED", "open_zip", "unpack"]

MAX_MEMBERS = 10_000
MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes of all members together, unpacked."""

_MAX_RATIO = 200  # text packs about 5:1, a table of zeros 1000:1; looked at above _SMALL only
_SMALL = 1024 * 1024
_MAX_DIRECTORY = MAX_MEMBERS * 400  # bytes; an entry has 46 and its name
_END = struct.Struct("<4s4H2LH")
_DAMAGED = "a damaged or truncated zip file; fetch or pack it again"


def open_zip(data: bytes, where: str) -> zipfile.ZipFile:
    """Open a zip file whose directory is within the limits.

    Raises
    ------
    BulletinError
        When it is no zip file, damaged, or has too many members.
    """
    _check_directory(data, where)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError):
        raise BulletinError(_DAMAGED, path=where) from None
    if len(archive.infolist()) > MAX_MEMBERS:
        raise _too_many(where)
    return archive


def _check_directory(data: bytes, where: str) -> None:
    """Read the size of the directory before a library reads all of it into memory."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - 65_535))
    if at < 0 or len(data) < at + _END.size:
        raise BulletinError(_DAMAGED, path=where)
    size = _END.unpack_from(data, at)[5]
    if size > _MAX_DIRECTORY or data[max(0, at - 20) : at].startswith(b"PK\x06\x07"):  # the mark of a zip64
        raise _too_many(where)


def _too_many(where: str) -> BulletinError:
    return BulletinError(f"the zip holds more than {MAX_MEMBERS:,} files; pack it in parts", path=where)


def unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str, *, limit: int) -> bytes:
    """Unpack one member.

    Parameters
    ----------
    where
        The member, for messages.
    limit
        Bytes that it may have unpacked.

    Raises
    ------
    BulletinError
        When it is encrypted, packed in a rare way, damaged, or unpacks to more than the limit.
    """
    if member.flag_bits & 0x1:
        raise BulletinError("is encrypted; pack it without a password", path=where)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BulletinError("is packed by a rare method; pack it the usual way (deflate)", path=where)
    try:
        with archive.open(member) as packed:
            data = b"".join(_bounded(packed, member, where, limit))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, BulletinError):
            raise
        raise BulletinError(_DAMAGED, path=where) from None
    return data


def _bounded(packed: IO[bytes], member: zipfile.ZipInfo, where: str, limit: int) -> Iterator[bytes]:
    """Yield what a member unpacks to, and stop when it becomes too much; what its header states is not believed."""
    read = 0
    while piece := packed.read(_SMALL):
        read += len(piece)
        if read > limit:
            raise BulletinError(f"unpacks to more than {limit // _SMALL} MiB; give it in parts", path=where)
        if read > _SMALL and read > _MAX_RATIO * max(1, member.compress_size):
            raise BulletinError(f"unpacks to more than {_MAX_RATIO} times its size, as no text does", path=where)
        yield piece
