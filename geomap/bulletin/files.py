"""Files and folders -> bulletins: found, read by their formats, and given what the files leave out."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.bulletin.draft import Draft
from geomap.bulletin.formats import KINDS, MIB, SUFFIXES, limit_of, read_format
from geomap.bulletin.stated_date import stated_date
from geomap.errors import BulletinError
from geomap.model import Bulletin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

__all__ = ["SUFFIXES", "Taken", "bulletin_files", "language_of", "read_bulletins", "read_file"]

_README = re.compile(r"readme(?:\..*)?$", re.IGNORECASE)
_SCRIPTS = {
    "ar": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "en": re.compile("[A-Za-z]"),
}


def read_bulletins(
    *paths: str | os.PathLike[str],
    on_bad: Callable[[BulletinError], None] | None = None,
    on_passed_over: Callable[[Path], None] | None = None,
) -> Iterator[Bulletin]:
    r"""Read bulletins from files and folders, in the order given; inside a folder sorted by path.

    Parameters
    ----------
    *paths
        Files (.txt, .md, .html, .docx, .pdf, .eml, .zip) or folders. A folder is read with its subfolders; hidden
        files, READMEs and files of other kinds in it are passed over. A file met twice is read once.
    on_bad
        Called with what is wrong with a file, a member of a zip or an attachment, which is then left out; without it
        the first bad one ends the reading.
    on_passed_over
        Called with each other file of a folder, member of a zip or attachment that is passed over for its ending.

    Yields
    ------
    bulletin
        One a file, or a member of a zip, or an attachment. `text` is the body below the front matter, without leading
        blank lines, line ends ``\n``; of other formats the main text, without tables. A missing `id` is the file's
        stem ("archive/member" in a zip), a missing `date` the one that the heading states, a missing `lang` the one of
        the script; `notes` says so.

    Raises
    ------
    BulletinError
        When a file is missing, unreadable, too large, empty, damaged, encrypted, not in its encoding, without text, has
        a broken front matter, or has the id of another. Not when `on_bad` is given.
    """
    taken = Taken()
    for found in _read_all(paths, on_passed_over or _ignore):
        wrong = taken.wrong(found) if isinstance(found, Bulletin) else found
        if isinstance(found, Bulletin) and wrong is None:
            yield found
        elif wrong is not None and on_bad is not None:
            on_bad(wrong)
        elif wrong is not None:
            raise wrong


class Taken:
    """Ids that bulletins of one reading have: each may be given once."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}

    def wrong(self, bulletin: Bulletin) -> BulletinError | None:
        """Take note of a bulletin; return what is wrong when its id is that of one before."""
        first = self._paths.get(bulletin.id)
        if first is not None:
            return _same_id(bulletin, first)
        self._paths[bulletin.id] = bulletin.path or bulletin.id
        return None


def _read_all(
    paths: tuple[str | os.PathLike[str], ...], on_passed_over: Callable[[Path], None]
) -> Iterator[Bulletin | BulletinError]:
    """Read each file once; what is wrong is yielded in its place."""
    for found in bulletin_files(*paths, on_passed_over=on_passed_over):
        for part in (found,) if isinstance(found, BulletinError) else read_file(found):
            if isinstance(part, Path):
                on_passed_over(part)
            else:
                yield part


def bulletin_files(
    *paths: str | os.PathLike[str], on_passed_over: Callable[[Path], None]
) -> Iterator[Path | BulletinError]:
    """Yield the files to read, each once, without reading them; what is wrong with a path is yielded in its place."""
    met: set[str] = set()
    for found in _find(paths, on_passed_over):
        if isinstance(found, Path):
            real = os.path.realpath(found)  # a text, of which 100,000 need less room than paths
            if real in met:
                continue
            met.add(real)
        yield found


def read_file(path: Path) -> Iterator[Bulletin | BulletinError | Path]:
    """Yield what one file holds: bulletins, what is wrong with it or a part of it, and parts that are passed over."""
    try:
        yield from _read(path)
    except BulletinError as error:
        yield error


def _ignore(_path: Path) -> None:
    """Take no notice."""


def _same_id(second: Bulletin, first: str) -> BulletinError:
    what = "give each an id of its own in its front matter, or a name of its own"
    return BulletinError(f"{second.id!r} is also the id of {first}; {what}", path=second.path, field="id")


def _find(
    paths: tuple[str | os.PathLike[str], ...], on_passed_over: Callable[[Path], None]
) -> Iterator[Path | BulletinError]:
    """Yield the files to read; an error in place of a path that leads to none."""
    for path in map(Path, paths):
        try:
            mode = path.stat().st_mode
        except OSError as error:
            yield _os_error(path, error)
            continue
        if stat.S_ISDIR(mode):
            yield from _find_in_folder(path, on_passed_over)
        elif path.suffix.lower() in SUFFIXES or not stat.S_ISREG(mode):
            yield path
        else:
            kind = f"a {path.suffix} file" if path.suffix else "a file without ending"
            yield BulletinError(f"{kind} cannot be read; bulletins are {KINDS}", path=_shown(path))


def _find_in_folder(folder: Path, on_passed_over: Callable[[Path], None]) -> Iterator[Path | BulletinError]:
    count = 0
    errors: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".") and not _README.match(name)):
            path = Path(parent, name)
            if path.suffix.lower() not in SUFFIXES:
                on_passed_over(path)
            else:
                count += 1
                yield path
    for error in errors:
        yield _os_error(Path(os.fsdecode(error.filename)), error)
    if not count and not errors:
        yield BulletinError(f"the folder holds no bulletin; bulletins are {KINDS} files", path=_shown(folder))


def _read(path: Path) -> Iterator[Bulletin | BulletinError | Path]:
    """Yield what one file holds."""
    for found in read_format(_bytes_of(path), _shown(path), _shown(Path(path.stem))):
        yield _bulletin(found) if isinstance(found, Draft) else found


def _bulletin(draft: Draft) -> Bulletin:
    """Give a text what its file leaves out."""
    day, day_notes = _date_of(draft)
    lang, lang_notes = _lang_of(draft)
    return Bulletin(
        id=draft.id or draft.stem,
        text=draft.text,
        date=day,
        source=draft.source,
        lang=lang,
        url=draft.url,
        path=draft.path,
        notes=draft.notes + day_notes + lang_notes,
    )


def _bytes_of(path: Path) -> bytes:
    """Return a file's bytes when it is a file and no larger than its kind may be."""
    limit = limit_of(path.name) or 0
    try:
        if not path.is_file():  # a pipe or a device: reading could wait for ever
            raise BulletinError(f"not a file; give a {KINDS} file, or a folder", path=_shown(path))
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise _os_error(path, error) from None
    if len(data) > limit:
        message = f"has more than {limit // MIB} MiB; no bulletin is so long: give each bulletin in a file of its own"
        raise BulletinError(message, path=_shown(path))
    if not data:
        raise BulletinError("the file is empty; a bulletin has a text", path=_shown(path))
    return data


def _date_of(draft: Draft) -> tuple[date | None, tuple[str, ...]]:
    if draft.date is not None and not draft.by_program:
        return draft.date, ()
    found = stated_date(draft.text)
    if draft.date is not None:
        other = found is not None and found[0] != draft.date
        return draft.date, (f"the text states another day: {found[1]!r}",) if found and other else ()
    if found is None:
        return None, ("no date: none stated beside the text, and no single day in the heading or dateline",)
    day, words = found
    return day, (f"date {day.isoformat()} is taken from the text: {words!r}",)


def _lang_of(draft: Draft) -> tuple[str, tuple[str, ...]]:
    """Return the language that is stated, unless the letters of the text are not those of its script."""
    guess = language_of(draft.text)
    if draft.lang is None:
        return guess, (f"lang {guess} is guessed from the script",)
    if draft.by_program and draft.lang in _SCRIPTS and guess != draft.lang:
        return guess, (f"lang {guess} is guessed from the script; the file says {draft.lang}",)
    return draft.lang, ()


def language_of(text: str) -> str:
    """Return the language that most letters of a text speak for, by their script; English when none does."""
    counts = {lang: len(script.findall(text)) for lang, script in _SCRIPTS.items()}
    return max(counts, key=lambda name: (counts[name], name == "en"))


def _shown(path: Path) -> str:
    """Return a path as text that any output can carry, even when its bytes are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _os_error(path: Path, error: OSError) -> BulletinError:
    missing = isinstance(error, FileNotFoundError)
    message = "no such file or folder" if missing else f"cannot be read ({error.strerror or error})"
    return BulletinError(message, path=_shown(path))
