"""Compiled gazetteers in the user's cache: one file for each set of sources, made again when anything has changed.

A cache may be lost, full, locked or spoiled at any time. Then it is as if there were none: nothing in this module
raises, and what it cannot read whole it does not give.

The file: eight bytes of magic, the length and the CRC-32 of a header, the header (JSON: of what it was made, and name,
type, length and place of each column), then the columns, each at a multiple of 64 bytes.
"""

from __future__ import annotations

import json
import mmap
import os
import platform
import struct
import sys
import tempfile
import time
import unicodedata
import zlib
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geomap.gazetteer.columns import Columns

__all__ = ["CacheEntry", "cache_folder"]

_MAGIC = b"geomap\x00\x01"
_HEAD = struct.Struct("<8sQI")
_ALIGNED = 64
_SUFFIX = ".columns"
_PART = ".part"
_FRESH_S = 2.0
"""Clocks of file systems tick in steps of up to two seconds (FAT): a file changed just now may change unseen."""

_UNUSED_DAYS = 90
"""A file this old is removed when another is written. It may still be in use; then it is made again."""

_LEFT_OVER_S = 3600.0
"""A part that has not grown for so long was left by a process that was killed."""


def cache_folder() -> Path | None:
    """Return the folder that geomap may fill and anyone may empty, which need not exist; None when there is to be none.

    It is ``$GEOMAP_CACHE``, where an empty value asks for no cache, else ``geomap`` in ``$XDG_CACHE_HOME`` or
    ``~/.cache``.
    """
    own = os.environ.get("GEOMAP_CACHE")
    if own is not None:
        return Path(own) if own.strip() else None
    shared = os.environ.get("XDG_CACHE_HOME", "")
    if Path(shared).is_absolute():  # the specification has others ignored
        return Path(shared) / "geomap"
    try:
        return Path.home() / ".cache" / "geomap"
    except RuntimeError:
        return None


class CacheEntry:
    """Where the columns made of some sources are kept.

    Parameters
    ----------
    inputs
        What was asked for, as absolute paths or words: there is one entry for each such list.
    files
        All files that are read for it; a change of size or time in any of them makes the entry stale.
    versions
        The same for sources that are no files: a text for each that changes with what it holds.
    """

    def __init__(self, inputs: Iterable[str], files: Sequence[Path], versions: Iterable[str] = ()) -> None:
        self._path: Path | None = None
        self._made_of = ""
        folder = cache_folder()
        if folder is None:
            return
        try:
            stats = [file.stat() for file in files]
            told = [f"{file} {stat.st_size} {stat.st_mtime_ns}" for file, stat in zip(files, stats, strict=True)]
            self._made_of = _digest([_program(), *told, *versions])
        except (OSError, ValueError):  # a file that cannot be read: its reader says so
            return
        if all(abs(time.time() - stat.st_mtime) > _FRESH_S for stat in stats):
            self._path = folder / f"gazetteer-{_digest(inputs)}{_SUFFIX}"

    def open(self) -> Columns | None:
        """Return the columns as they were kept; None when there are none, or when they are of other contents."""
        if self._path is None:
            return None
        try:
            with self._path.open("rb") as file:
                return _read(file, self._made_of)
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def keep(self, columns: Columns) -> None:
        """Write the columns aside and put them in place at once, where they replace what was made before."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sweep(self._path.parent)
            handle, name = tempfile.mkstemp(_PART, f".{self._path.stem}.", self._path.parent)
            aside = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    _write(file, columns, self._made_of)
                aside.replace(self._path)
            finally:
                aside.unlink(missing_ok=True)
        except OSError:
            return


def _digest(texts: Iterable[str]) -> str:
    return blake2b("\0".join(texts).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


@cache
def _program() -> str:
    """Return what tells this program from others that would make other columns: its source, and the tables it reads.

    Raises
    ------
    FileNotFoundError
        When the source lies in no files.
    """
    room = Path(__file__).resolve().parent
    ours = [*room.rglob("*.py"), room.parent / "model.py", *room.parent.glob("toponym/**/*")]
    files = sorted(path for path in ours if path.is_file() and "__pycache__" not in path.parts)
    letters = find_spec("anyascii")  # its version would cost the import of all of importlib.metadata
    if not files or letters is None or letters.origin is None:
        raise FileNotFoundError("geomap runs from an archive: nothing tells its versions apart")
    digest = blake2b(digest_size=12)
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    stat = Path(letters.origin).stat()
    tables = f"{unicodedata.unidata_version} {stat.st_size} {stat.st_mtime_ns}"
    return f"{digest.hexdigest()} {platform.python_version()} {sys.byteorder} {tables}"


def _sweep(folder: Path) -> None:
    """Remove what killed processes have left, and what nobody has made anew for long."""
    now = time.time()
    for pattern, seconds in ((f".gazetteer-*{_PART}", _LEFT_OVER_S), (f"gazetteer-*{_SUFFIX}", _UNUSED_DAYS * 86400)):
        for file in folder.glob(pattern):
            with suppress(OSError):  # another process may sweep, too
                if now - file.stat().st_mtime > seconds:
                    file.unlink()


def _write(file: IO[bytes], columns: Columns, made_of: str) -> None:
    layout: dict[str, tuple[str, int, int]] = {}
    at, crc = 0, 0
    for name, column in columns.items():
        layout[name] = (column.dtype.str, len(column), at)
        for piece in (column.data.cast("B") if len(column) else b"", b"\0" * (-column.nbytes % _ALIGNED)):
            crc, at = zlib.crc32(piece, crc), at + len(piece)
    header = json.dumps({"made_of": made_of, "columns": layout, "length": at, "crc32": crc}).encode()
    header += b" " * (-(_HEAD.size + len(header)) % _ALIGNED)
    file.write(_HEAD.pack(_MAGIC, len(header), zlib.crc32(header)) + header)
    for column in columns.values():
        file.write(column.data.cast("B") if len(column) else b"")
        file.write(b"\0" * (-column.nbytes % _ALIGNED))


def _read(file: IO[bytes], made_of: str) -> Columns | None:
    """Return the columns of a file, mapped into memory.

    Raises
    ------
    ValueError
        When it is no such file, or not whole.
    """
    magic, length, crc = _HEAD.unpack(_exactly(file, _HEAD.size))
    if magic != _MAGIC or length > os.fstat(file.fileno()).st_size:
        raise ValueError("no compiled gazetteer of this version")
    raw = _exactly(file, length)
    if zlib.crc32(raw) != crc:
        raise ValueError("its header is spoiled")
    header: dict[str, Any] = json.loads(raw)
    if header["made_of"] != made_of:
        return None
    if _crc32(file) != (header["length"], header["crc32"]):
        raise ValueError("its columns are spoiled or not whole")
    mapped, begin = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ), _HEAD.size + length
    return {
        name: np.frombuffer(mapped, np.dtype(kind), count, begin + at)
        for name, (kind, count, at) in header["columns"].items()
    }


def _exactly(file: IO[bytes], size: int) -> bytes:
    read = file.read(size)
    if len(read) != size:
        raise ValueError("it ends too early")
    return read


def _crc32(file: IO[bytes]) -> tuple[int, int]:
    """Return length and CRC-32 of the rest of a file; it is read, not mapped, to take no memory of this process."""
    length, crc = 0, 0
    buffer = memoryview(bytearray(1 << 20))
    while count := file.readinto(buffer):  # type: ignore[attr-defined]
        length, crc = length + count, zlib.crc32(buffer[:count], crc)
    return length, crc
