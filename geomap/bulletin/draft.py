"""What the reader of a format makes of a file: the text, and what the file says of it beside the text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from geomap.bulletin.stated_date import parse_written_date
from geomap.errors import BulletinError

__all__ = ["Draft", "Found", "language", "one_line", "plain", "published", "web_address"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A text that is not yet a bulletin; None where the file says nothing.

    `path` is where it stands, for people ("week.zip/north.html"); `stem` is the id when nothing better is stated.
    `by_program` says that date and lang were put beside the text by a program (a page's template, a mail server),
    not by a person who read it: then a text that says otherwise is worth a note.
    """

    text: str
    path: str
    stem: str
    id: str | None = None
    date: date | None = None
    source: str | None = None
    lang: str | None = None
    url: str | None = None
    notes: tuple[str, ...] = ()
    by_program: bool = False


Found = Draft | BulletinError | Path
"""What comes out of a file: a text, something that is wrong with a part of it, or a part that is passed over."""

_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{1,8})*")


def plain(text: str) -> str:
    r"""Return a text that any output can carry: line ends ``\n``, no control characters, no lone surrogates."""
    return _SURROGATE.sub("\ufffd", _UNPRINTABLE.sub("", _BREAKS.sub("\n", text)))


def one_line(value: str | None) -> str | None:
    """Return a value from a file's own data as one line of plain text, or None when nothing is left of it."""
    if value is None:
        return None
    line = " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in value).split())
    return line or None


def published(value: str | None, where: str) -> tuple[date | None, tuple[str, ...]]:
    """Read a day of publication; one with a time zone is the day in UTC, as in a front matter.

    Returns
    -------
    day, notes
        No day and a note when the value is none.
    """
    line = one_line(value)
    if line is None:
        return None, ()
    try:
        moment = datetime.fromisoformat(line)
    except ValueError:
        day = parse_written_date(line)
        return (day, ()) if day else (None, (f"{where} {line[:80]!r} is no date and was passed over",))
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date(), ()


def language(value: str | None) -> str | None:
    """Return the primary subtag of a language code, or None when it is no such code."""
    found = _LANGUAGE.fullmatch((value or "").strip())
    return found.group(1).lower() if found else None


def web_address(value: str | None) -> str | None:
    """Return a value when it is a web address."""
    line = one_line(value)
    return line if line and re.match(r"https?://[^\s/]\S*$", line, re.IGNORECASE) else None
