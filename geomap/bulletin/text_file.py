"""Text files (.txt, .md) -> drafts: decoded, and split into front matter and body."""

from __future__ import annotations

import re
from pathlib import Path

from geomap.bulletin.draft import Draft
from geomap.bulletin.front_matter import FrontMatter, parse_front_matter, split_front_matter
from geomap.errors import BulletinError

__all__ = ["read_text"]

_ENCODING = re.compile(rb"^[\"']?encoding[\"']?[ \t]*:[ \t]*[\"']?([\w.-]+)", re.MULTILINE | re.IGNORECASE)
_HEADER = re.compile(rb"\s*^---[ \t]*\r?$(.*?)^---[ \t]*\r?$", re.MULTILINE | re.DOTALL)
_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_CP_HINT = "save it as UTF-8, or name its encoding in the front matter: cp1256 (Arabic), cp1251 (Cyrillic)"


def read_text(data: bytes, where: str, stem: str) -> Draft:
    """Read the bytes of a text file.

    Raises
    ------
    BulletinError
        When it is empty, binary, not in its encoding, or has a broken front matter.
    """
    _check(data, where)
    text = _decode(data, where).replace("\r\n", "\n").replace("\r", "\n")
    path = Path(where)
    header, line, rest = split_front_matter(text, path)
    known = FrontMatter() if header is None else parse_front_matter(header, line, path)
    body = re.sub(r"\A(?:[^\S\n]*\n)+", "", rest)
    if not body.strip():
        raise BulletinError("no text below the front matter; the bulletin's text belongs there", path=where)
    return Draft(
        text=body,
        path=where,
        stem=stem,
        id=known.id,
        date=known.date,
        source=known.source,
        lang=known.lang,
        url=known.url,
        notes=(("no front matter",) if header is None else ()) + known.notes,
    )


def _check(data: bytes, where: str) -> None:
    """Refuse bytes that cannot be text."""
    if not data.strip(b" \t\r\n" + _BOM):
        raise BulletinError("the file is empty; a bulletin has a text", path=where)
    if data.startswith(_UTF16_BOMS):
        raise BulletinError("the file is UTF-16; save it as UTF-8", path=where)
    if b"\0" in data:
        zero = data.index(b"\0")
        message = f"a binary file (a zero byte at offset {zero}); .txt and .md files are plain text"
        raise BulletinError(message, path=where)


def _decode(data: bytes, where: str) -> str:
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
        raise BulletinError(message, path=where, line=line, field="encoding") from None
    except UnicodeDecodeError as error:
        offset = mark + error.start
        at_line = data.count(b"\n", 0, offset) + 1
        message = f"byte {offset} (0x{data[offset]:02x}) is not {encoding}; {_CP_HINT}"
        raise BulletinError(message, path=where, line=at_line) from None
    except UnicodeError as error:
        message = f"cannot be read as {encoding} ({error}); {_CP_HINT}"
        raise BulletinError(message, path=where, line=line, field="encoding") from None
    if named and not text.lstrip().startswith("---"):
        message = f"{encoding!r} does not fit the file, whose front matter is plain ASCII dashes"
        raise BulletinError(message, path=where, line=line, field="encoding")
    return text
