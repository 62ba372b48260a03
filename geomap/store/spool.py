"""Values set aside in a temporary file: a run over 100,000 bulletins needs no more memory than one over 1,000."""

from __future__ import annotations

import io
import pickle
import tempfile
import weakref
import zlib
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar

from geomap.errors import StoreError
from geomap.model import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["Spool", "pack", "unpack"]

T = TypeVar("T")

_IN_MEMORY = 500
"""Values of a usual run, by weight, which need no file."""


class Spool(Generic[T]):
    """Values in their order, to be read as often as wanted.

    The first ones stay in memory, the others go to a temporary file that nobody else can read. Places stay in memory,
    each once: they are few, and big.

    Parameters
    ----------
    values
        What is set aside, one after the other.
    folder
        Where the file is made; None for the system's folder for such.
    weight
        How many usual values one stands for; a part of a table has as many events as a hundred bulletins.
    plain
        Whether no place is in the values; then nothing has to look for one, which is much faster.

    Raises
    ------
    StoreError
        When the file cannot be written.
    """

    def __init__(
        self,
        values: Iterable[T],
        *,
        folder: Path | None = None,
        weight: Callable[[T], int] = lambda _: 1,
        plain: bool = False,
    ) -> None:
        self._first: list[T] = []
        self._places: list[Place] = []
        self._numbers: dict[int, int] = {}  # of places by identity: the list above holds them
        self._file: IO[bytes] | None = None
        self._folder = folder
        self._length = self._held = 0
        self._weight = weight
        self._plain = plain
        for value in values:
            self._append(value)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        yield from self._first
        position = 0
        for _ in range(self._length - len(self._first)):
            assert self._file is not None  # noqa: S101  where else would they be
            self._file.seek(position)
            size = int.from_bytes(self._file.read(8), "little")
            packed = self._file.read(size)
            position += 8 + size
            value: T = _unpack_plain(packed) if self._plain else unpack(packed, self._places.__getitem__)
            yield value

    def close(self) -> None:
        """Let go of the file; what was in it is gone."""
        if self._file is not None:
            self._file.close()

    def _append(self, value: T) -> None:
        self._length += 1
        if self._file is None and self._held < _IN_MEMORY:
            self._held += self._weight(value)
            self._first.append(value)
            return
        packed = _pack_plain(value) if self._plain else pack(value, self._number_of)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115  open as long as this lives
                weakref.finalize(self, self._file.close)
            self._file.seek(0, io.SEEK_END)
            self._file.write(len(packed).to_bytes(8, "little") + packed)
        except OSError as error:
            what = f"no temporary file could be written here ({error.strerror or error}); make room, or set TMPDIR"
            raise StoreError(what, path=self._folder or tempfile.gettempdir()) from error

    def _number_of(self, place: Place) -> int:
        number = self._numbers.setdefault(id(place), len(self._places))
        if number == len(self._places):
            self._places.append(place)
        return number


def pack(value: object, key_of: Callable[[Place], Any]) -> bytes:
    """Return a value as bytes in which each place is only a key."""
    plain = io.BytesIO()
    _Pickler(plain, key_of).dump(value)
    return zlib.compress(plain.getbuffer(), 1)


def unpack(packed: bytes, place_of: Callable[[Any], Place]) -> Any:  # noqa: ANN401  whatever was packed
    """Return what `pack` made bytes of, in this program; never bytes of anybody else's."""
    return _Unpickler(io.BytesIO(zlib.decompress(packed)), place_of).load()


def _pack_plain(value: object) -> bytes:
    return pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)  # to make it smaller takes longer than to write it


def _unpack_plain(packed: bytes) -> Any:  # noqa: ANN401  whatever was packed
    return pickle.loads(packed)  # noqa: S301  what this program packed


class _Pickler(pickle.Pickler):
    def __init__(self, file: IO[bytes], key_of: Callable[[Place], Any]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self._key_of = key_of

    def persistent_id(self, value: object) -> object:
        return self._key_of(value) if isinstance(value, Place) else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: IO[bytes], place_of: Callable[[Any], Place]) -> None:
        super().__init__(file)
        self._place_of = place_of

    def persistent_load(self, key: object) -> Place:
        return self._place_of(key)
