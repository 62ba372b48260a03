"""Files that are whole or not there."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["replace_file", "replacing", "write_file", "writing"]


def write_file(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write bytes, or text as UTF-8, to a file: aside, then renamed, so that a reader sees the old file or the new one.

    A link stays a link and its target is replaced; a device or pipe is written to as it is.

    Raises
    ------
    StoreError
        When the file cannot be written; what stood there before still does.
    """
    data = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    with writing(path) as file:
        file.write(data)


@contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Yield a file to write to, whole or not at all; see `write_file`.

    Raises
    ------
    StoreError
        When the file cannot be written; what stood there before still does.
    """
    target = Path(path)
    try:
        target = target.resolve()
        if target.is_dir():
            raise StoreError("this is a folder; name a file in it", path=path)
        if target.exists() and not target.is_file():
            with target.open("wb") as device:
                yield device
        else:
            with replacing(target) as file:
                yield file
    except OSError as error:
        if isinstance(error, StoreError):
            raise
        advice = f"the file cannot be written ({error.strerror or error}); choose another folder or free some room"
        raise StoreError(advice, path=path) from error


def replace_file(target: Path, data: bytes) -> None:
    """Write a file whole; see `replacing`.

    Raises
    ------
    OSError
        When it cannot be written; what stood there before still does, and nothing is left aside.
    """
    with replacing(target) as file:
        file.write(data)


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """Yield a file aside that is renamed at the end: a reader sees the old one or the new one, with its rights.

    Raises
    ------
    OSError
        When it cannot be written; then, as after any other error, what stood there before still does, and nothing is
        left aside.
    """
    aside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, aside)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
