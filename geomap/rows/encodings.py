"""The encoding of a text file: told by its mark, UTF-8, or named by a person; never guessed."""

from __future__ import annotations

import codecs

__all__ = ["USUAL", "marked_encoding", "readings"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
USUAL = ("cp1256", "cp1252", "cp1251")
"""What files of Arabic, western and Cyrillic systems are in when they are not in UTF-8."""

_SHOWN = 24  # bytes of a sample


def marked_encoding(data: bytes) -> str | None:
    """Return the encoding that a byte order mark at the beginning tells; None without one."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def readings(data: bytes, at: int) -> str:
    """Return how bytes around an offset would read in the usual encodings, for a person to choose from."""
    start = max(data.rfind(b"\n", 0, at) + 1, at - _SHOWN // 2)
    sample = data[start : start + _SHOWN].split(b"\n")[0]
    return ", ".join(f"{name} ({sample.decode(name, 'replace')!r})" for name in USUAL)
