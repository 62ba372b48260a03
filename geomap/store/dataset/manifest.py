"""Which files are the store: a manifest for each change, numbered, the highest being the truth.

A change writes new files aside, brings them to the disk, and last links its manifest to the next number. That link is
made whole or not at all, and only for the first who asks for the number. So a process that dies leaves the store as it
was before or after, and of two writers the second is told, even where the lock beside it is not obeyed (as on some
network file systems). No file that a manifest names is ever changed.
"""

from __future__ import annotations

import errno
import json
import os
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import IO, TYPE_CHECKING, Any

from geomap.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["KINDS", "MANIFESTS", "VERSION", "Manifest", "Part", "commit", "current", "exclusive", "sync_folder"]

VERSION = 1
MANIFESTS = "manifest"
KINDS = ("events", "bulletins", "places")
"""The folders of a dataset beside that of the manifests."""

_LOCK = "lock"
_KEPT = 2
"""Manifests that stay: the current one, and that before it for whoever is just opening it."""
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file of the store, and what is known of it without opening it.

    `name` is relative to the store's folder. Of events, `bounds` are west, south, east and north of their places
    (degrees, EPSG:4326), None when none is placed; `days` the first and the last, None when all are undated; `types`
    how many there are of each; `reach_km` the largest uncertainty of their places.
    """

    name: str
    rows: int
    size: int
    crc32: int
    generation: int
    bounds: tuple[float, float, float, float] | None = None
    days: tuple[str, str] | None = None
    types: dict[str, int] = field(default_factory=dict)
    reach_km: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One state of the store.

    `generation` is the number of the change that made it. A bulletin in `replaced` holds only in files of that
    generation and later ones; rows of it in older files no longer count. `next_place` is the number that the next new
    place gets; a number never names another place.
    """

    generation: int
    events: tuple[Part, ...] = ()
    bulletins: tuple[Part, ...] = ()
    places: tuple[Part, ...] = ()
    replaced: dict[str, int] = field(default_factory=dict)
    next_place: int = 0

    @property
    def parts(self) -> tuple[Part, ...]:
        """All files."""
        return (*self.events, *self.bulletins, *self.places)

    def gone(self, part: Part) -> list[str]:
        """Return the ids of the bulletins whose rows in a file no longer count."""
        return [id_ for id_, generation in self.replaced.items() if part.generation < generation]


def current(folder: Path) -> Manifest | None:
    """Return the state that a store is in; None when the folder has no manifest.

    Raises
    ------
    StoreError
        When the manifest cannot be read.
    """
    for _ in range(10):  # a manifest may be superseded and removed between the two steps
        number = _newest(folder)
        if number is None:
            return None
        path = _path(folder, number)
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"the manifest cannot be read ({error}); restore a copy", path=path) from error
        return _parsed(text, path)
    raise StoreError("another program changes the store all the time; try again", path=folder)


def _newest(folder: Path) -> int | None:
    try:
        names = [path.name for path in (folder / MANIFESTS).iterdir()]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"the store cannot be read ({error.strerror}); check the rights", path=folder) from error
    numbers = [int(name.removesuffix(".json")) for name in names if name.removesuffix(".json").isdecimal()]
    return max(numbers, default=None)


def _path(folder: Path, number: int) -> Path:
    return folder / MANIFESTS / f"{number:08}.json"


def _parsed(text: str, path: Path) -> Manifest:
    try:
        values = json.loads(text)
        version = values.pop("geomap_dataset")
        if not isinstance(version, int) or not 1 <= version <= VERSION:
            raise StoreError(
                f"the store has version {version}, this geomap knows versions up to {VERSION}; update geomap", path=path
            )
        values |= {kind: tuple(_part(record) for record in values[kind]) for kind in KINDS}
        return Manifest(**values)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        what = f"is no manifest of geomap's, or is cut short ({error}); restore a copy of the folder"
        raise StoreError(what, path=path) from error


def _part(record: dict[str, Any]) -> Part:
    values = dict(record)
    for name in ("bounds", "days"):
        values[name] = None if values[name] is None else tuple(values[name])
    if values["name"].startswith("/") or ".." in values["name"].split("/"):
        raise ValueError(f"{values['name']!r} lies outside of the store")
    return Part(**values)


def commit(folder: Path, manifest: Manifest) -> None:
    """Make a state the current one; all files that it names are on the disk.

    Raises
    ------
    StoreError
        When another program was faster; the store is as that one left it.
    OSError
        When the manifest cannot be written; the store is as it was before.
    """
    path = _path(folder, manifest.generation)
    aside = path.with_name(f".{path.stem}-{os.urandom(4).hex()}")
    record = {"geomap_dataset": VERSION, **asdict(manifest)}
    try:
        with aside.open("x", encoding="utf-8") as file:
            json.dump(record, file, ensure_ascii=False, separators=(",", ":"))
            _to_disk(file)
        _link(aside, path)
    finally:
        with suppress(OSError):
            aside.unlink()
    sync_folder(path.parent)
    for number in range(manifest.generation - _KEPT, -1, -1):
        try:
            _path(folder, number).unlink()
        except OSError:
            break  # those before it went with earlier changes


def _link(aside: Path, path: Path) -> None:
    try:
        os.link(aside, path)
    except FileExistsError:
        what = "another program wrote to the store at the same time; nothing of this was stored, run it again"
        raise StoreError(what, path=path) from None
    except OSError as error:
        if error.errno not in _NO_LINKS or path.exists():
            raise
        aside.rename(path)  # a file system without hard links: there the lock alone keeps writers apart


def _to_disk(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def exclusive(folder: Path, *, timeout_s: float) -> Iterator[None]:
    """Be the only one who writes; the system lets go of the lock when the process ends.

    Raises
    ------
    StoreError
        When another program is still writing after so many seconds, or the folder may not be written.
    """
    try:
        file = (folder / _LOCK).open("a")
    except OSError as error:
        what = f"the store may only be read ({error.strerror}); allow writing to its folder or use a copy"
        raise StoreError(what, path=folder) from error
    with file:
        _acquire(file, folder, time.monotonic() + timeout_s)
        yield


def _acquire(file: IO[str], folder: Path, until: float) -> None:
    try:
        import fcntl  # noqa: PLC0415  not on Windows, where the numbers of manifests alone keep writers apart
    except ImportError:
        return
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                what = "another program is using the store; wait until it has finished (or close it) and try again"
                raise StoreError(what, path=folder) from None
            time.sleep(0.02)
        except OSError:
            return  # a file system without locks
        else:
            return
