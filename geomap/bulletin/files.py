"""Files and folders -> bulletins: found, decoded, split, and given what the front matter leaves out."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from geomap.bulletin.front_matter import FrontMatter, parse_front_matter, split_front_matter
from geomap.bulletin.stated_date import stated_date
from geomap.errors import BulletinError
from geomap.model import Bulletin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

__all__ = ["SUFFIXES", "read_bulletins"]

SUFFIXES = (".txt", ".md")
"""Endings of the files that are read, in lower case."""

_README = re.compile(r"readme(?:\..*)?$", re.IGNORECASE)
_ENCODING = re.compile(rb"^[\"']?encoding[\"']?[ \t]*:[ \t]*[\"']?([\w.-]+)", re.MULTILINE | re.IGNORECASE)
_HEADER = re.compile(rb"\s*^---[ \t]*\r?$(.*?)^---[ \t]*\r?$", re.MULTILINE | re.DOTALL)
_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_CP_HINT = "save it as UTF-8, or name its encoding in the front matter: cp1256 (Arabic), cp1251 (Cyrillic)"
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
        Text files (.txt, .md) or folders. A folder is read with its subfolders; hidden files, READMEs and files
        of other kinds in it are passed over. A file met twice is read once.
    on_bad
        Called with what is wrong with a file, which is then left out; without it the first bad file ends the reading.
    on_passed_over
        Called with each other file of a folder that is passed over for its ending.

    Yields
    ------
    bulletin
        One a file. `text` is the body below the front matter, without leading blank lines, line ends ``\n``.
        A missing `id` is the file's stem, a missing `date` the one that the heading states, a missing `lang` the one
        of the script; `notes` says so.

    Raises
    ------
    BulletinError
        When a file is missing, unreadable, empty, binary, not in its encoding, has a broken front matter, or has the id
        of another. Not when `on_bad` is given.
    """
    taken: dict[str, Path] = {}
    met: set[Path] = set()
    for found in _find(paths, on_passed_over or _ignore):
        try:
            if isinstance(found, BulletinError):
                raise found
            real = found.resolve()
            if real in met:
                continue
            met.add(real)
            bulletin = _read(found)
            if bulletin.id in taken:
                raise _same_id(bulletin.id, taken[bulletin.id], found)
        except BulletinError as error:
            if on_bad is None:
                raise
            on_bad(error)
        else:
            taken[bulletin.id] = found
            yield bulletin


def _ignore(_path: Path) -> None:
    """Take no notice."""


def _same_id(bulletin_id: str, first: Path, second: Path) -> BulletinError:
    message = f"{bulletin_id!r} is also the id of {_shown(first)}; give each an id of its own in its front matter"
    return BulletinError(message, path=_shown(second), field="id")


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
            yield BulletinError(f"{kind} cannot be read; bulletins are .txt or .md", path=_shown(path))


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
        yield BulletinError("the folder holds no bulletin; bulletins are .txt or .md files", path=_shown(folder))


def _read(path: Path) -> Bulletin:
    """Read one file."""
    text = _decode(_bytes_of(path), path).replace("\r\n", "\n").replace("\r", "\n")
    header, line, rest = split_front_matter(text, path)
    known = FrontMatter() if header is None else parse_front_matter(header, line, path)
    body = re.sub(r"\A(?:[^\S\n]*\n)+", "", rest)
    if not body.strip():
        raise BulletinError("no text below the front matter; the bulletin's text belongs there", path=_shown(path))
    day, day_notes = _date_of(known, body)
    lang, lang_notes = _lang_of(known, body)
    opening = ("no front matter",) if header is None else ()
    return Bulletin(
        id=known.id or _shown(Path(path.stem)),
        text=body,
        date=day,
        source=known.source,
        lang=lang,
        url=known.url,
        path=_shown(path),
        notes=opening + known.notes + day_notes + lang_notes,
    )


def _bytes_of(path: Path) -> bytes:
    """Return a file's bytes when they can be text."""
    try:
        if not path.is_file():  # a pipe or a device: reading could wait for ever
            raise BulletinError("not a file; give a .txt or .md file, or a folder", path=_shown(path))
        data = path.read_bytes()
    except OSError as error:
        raise _os_error(path, error) from None
    if not data.strip(b" \t\r\n" + _BOM):
        raise BulletinError("the file is empty; a bulletin has a text", path=_shown(path))
    if data.startswith(_UTF16_BOMS):
        raise BulletinError("the file is UTF-16; save it as UTF-8", path=_shown(path))
    if b"\0" in data:
        where = data.index(b"\0")
        message = f"a binary file (a zero byte at offset {where}); bulletins are plain text, .txt or .md"
        raise BulletinError(message, path=_shown(path))
    return data


def _decode(data: bytes, path: Path) -> str:
    """Decode as UTF-8, or as the front matter says."""
    mark = len(_BOM) if data.startswith(_BOM) else 0
    header = _HEADER.match(data, mark)
    named = _ENCODING.search(header.group(1)) if header else None
    encoding = named.group(1).decode("ascii", "replace") if named else "UTF-8"
    line = data.count(b"\n", 0, header.start(1) + named.start()) + 1 if header and named else None
    try:
        text = data[mark:].decode(encoding)
    except LookupError:
        message = f"{encoding!r} is no known text encoding; examples: utf-8, cp1256 (Arabic), cp1251 (Cyrillic)"
        raise BulletinError(message, path=_shown(path), line=line, field="encoding") from None
    except UnicodeDecodeError as error:
        offset = mark + error.start
        at_line = data.count(b"\n", 0, offset) + 1
        message = f"byte {offset} (0x{data[offset]:02x}) is not {encoding}; {_CP_HINT}"
        raise BulletinError(message, path=_shown(path), line=at_line) from None
    except UnicodeError as error:
        message = f"cannot be read as {encoding} ({error}); {_CP_HINT}"
        raise BulletinError(message, path=_shown(path), line=line, field="encoding") from None
    if named and not text.lstrip().startswith("---"):
        message = f"{encoding!r} does not fit the file, whose front matter is plain ASCII dashes"
        raise BulletinError(message, path=_shown(path), line=line, field="encoding")
    return text


def _date_of(known: FrontMatter, body: str) -> tuple[date | None, tuple[str, ...]]:
    if known.date is not None:
        return known.date, ()
    found = stated_date(body)
    if found is None:
        return None, ("no date: none in the front matter, and no single day in the heading or dateline",)
    day, words = found
    return day, (f"date {day.isoformat()} is taken from the text: {words!r}",)


def _lang_of(known: FrontMatter, body: str) -> tuple[str, tuple[str, ...]]:
    if known.lang is not None:
        return known.lang, ()
    counts = {lang: len(script.findall(body)) for lang, script in _SCRIPTS.items()}
    lang = max(counts, key=lambda name: (counts[name], name == "en"))
    return lang, (f"lang {lang} is guessed from the script",)


def _shown(path: Path) -> str:
    """Return a path as text that any output can carry, even when its bytes are not UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _os_error(path: Path, error: OSError) -> BulletinError:
    missing = isinstance(error, FileNotFoundError)
    message = "no such file or folder" if missing else f"cannot be read ({error.strerror or error})"
    return BulletinError(message, path=_shown(path))
