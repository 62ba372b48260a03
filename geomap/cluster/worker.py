"""What a worker does: it loads the gazetteer once a run, and reads files."""

from __future__ import annotations

import threading
import unicodedata
import uuid
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import geomap
from geomap.bulletin import read_file
from geomap.errors import BulletinError, GeomapError, InputError
from geomap.gazetteer import Gazetteer
from geomap.model import Bulletin, Reading
from geomap.pipeline import process
from geomap.store.spool import pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geomap.extraction import Rules

__all__ = ["FileRead", "Setup", "forget", "program_fingerprint", "read_files", "remember"]

_READ_BY = {".py", ".toml", ".yaml", ".yml", ".tsv", ".json", ".txt"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """What a worker found in one file: readings, what was wrong, and what in it was passed over."""

    readings: tuple[Reading, ...] = ()
    bad: tuple[BulletinError, ...] = ()
    passed_over: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a worker reads with in a run, and by what it tells whether that is what the others read with.

    `gazetteers` are sources as for `Gazetteer.load`; `program` and `places` are the fingerprints of geomap and of the
    gazetteer; `key` is the run's.
    """

    gazetteers: tuple[str, ...]
    rules: Rules
    program: str
    places: str
    key: str = field(default_factory=lambda: f"geomap-{uuid.uuid4().hex}")

    def load(self) -> Gazetteer:
        """Load the gazetteer.

        Raises
        ------
        InputError
            When this worker's geomap or gazetteer is another.
        """
        if program_fingerprint() != self.program:
            what = "a worker runs another geomap; install the same one on all machines"
            raise InputError(what, field="scheduler")
        try:
            gazetteer = Gazetteer.load(*self.gazetteers)
        except GeomapError as error:
            what = f"a worker cannot load the gazetteer ({error}); it has to lie where every machine sees it"
            raise InputError(what, field="scheduler") from error
        if gazetteer.fingerprint() != self.places:
            what = (
                "a worker has another gazetteer; give all machines the same files, the same geomap[world] and the same"
                " GEOMAP_WORLD and GEOMAP_OWN"
            )
            raise InputError(what, field="scheduler")
        return gazetteer


_setups: dict[str, Setup] = {}
_loaded: dict[str, Gazetteer] = {}
"""What this process reads with, by the key of the run; empty where no worker runs."""

_one_at_a_time = threading.Lock()


def remember(setup: Setup) -> None:
    """Take up what a run reads with."""
    _setups[setup.key] = setup


def forget(setup: Setup) -> None:
    """Let go of what a run read with."""
    _setups.pop(setup.key, None)
    _loaded.pop(setup.key, None)


def read_files(paths: Sequence[str], run: str) -> list[bytes]:
    """Read some files; a thread of a worker at a time, since a gazetteer keeps answers.

    Returns
    -------
    packed
        One item: a list with a `FileRead` for each file, packed with places as ids.

    Raises
    ------
    InputError
        When this worker's geomap or gazetteer is another than that of the run.
    """
    with _one_at_a_time:
        setup = _setups[run]
        if run not in _loaded:
            _loaded[run] = setup.load()
        read = [_read_one(Path(path), _loaded[run], setup.rules) for path in paths]
    return [pack(read, lambda place: place.id)]


def _read_one(path: Path, gazetteer: Gazetteer, rules: Rules) -> FileRead:
    readings, bad, passed_over = list[Reading](), list[BulletinError](), list[Path]()
    try:
        for found in read_file(path):
            if isinstance(found, Bulletin):
                readings.append(process(found, gazetteer, rules=rules))
            elif isinstance(found, BulletinError):
                bad.append(found)
            else:
                passed_over.append(found)
    except Exception as error:  # one file must not take the others with it
        what = f"a defect of geomap: {type(error).__name__}: {error} (please report it with the file)"
        bad.append(BulletinError(what, path=path))
    return FileRead(readings=tuple(readings), bad=tuple(bad), passed_over=tuple(passed_over))


@cache
def program_fingerprint() -> str:
    """Return what tells this geomap from others: its files but for the curated gazetteer, and Python's letters."""
    room, digest = Path(geomap.__file__).resolve().parent, blake2b(digest_size=12)
    for path in sorted(room.rglob("*")):
        if path.suffix in _READ_BY and "gazetteer/data" not in path.as_posix() and path.is_file():
            digest.update(path.relative_to(room).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{digest.hexdigest()} {unicodedata.unidata_version}"
