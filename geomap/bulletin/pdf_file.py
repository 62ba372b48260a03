"""PDF files -> drafts: the text layer, read by a program of its own with limits of memory and time."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from geomap.bulletin.draft import Draft, language, plain
from geomap.bulletin.flow import tables_note
from geomap.bulletin.pdf_glyphs import UNMAPPED, Line, is_from_right, line_of
from geomap.bulletin.pdf_lines import mended, without_repeated, without_tables
from geomap.errors import BulletinError

__all__ = ["MAX_PAGES", "read_pdf"]

MAX_PAGES = 300
_MAX_MEMORY = 1024 * 1024 * 1024  # bytes; a bulletin with many pictures takes a fifth of it
_MAX_SECONDS = 60  # a page takes some hundredths of a second
_MAX_CHARACTERS = 1_000_000
_CHILD = Path(__file__).with_name("pdf_child.py")
_TAIL = 2048  # bytes, in which the end mark stands; some programs write a little after it
_UNMAPPED_SHARE = 0.02  # of all letters; with more of them unknown, names and figures cannot be believed

_FAULTS = {
    "encrypted": "is encrypted; save a copy without a password",
    "memory": f"takes more than {_MAX_MEMORY // 2**20} MiB to read, as no bulletin does; print it to a new PDF",
    "time": f"takes more than {_MAX_SECONDS} s to read, as no bulletin does; print it to a new PDF",
    "pages": f"has more than {MAX_PAGES} pages; give it in parts",
    "characters": f"holds more than {_MAX_CHARACTERS:,} characters; give it in parts",
    "broken": "is damaged and cannot be read",
}


def read_pdf(data: bytes, where: str, stem: str) -> Draft:
    """Read the bytes of a PDF.

    Raises
    ------
    BulletinError
        When it is encrypted, damaged, truncated, too large to read, or has no text layer.
    """
    if b"%PDF-" not in data[:1024]:
        raise BulletinError("is no PDF, whatever its name says", path=where)
    if b"%%EOF" not in data[-_TAIL:]:
        raise BulletinError("ends before its end mark: it is truncated; fetch it again", path=where)
    answer = _ask(data, where)
    pages = answer["pages"]
    lines = _lines(pages)
    if not lines:
        raise BulletinError("has no text layer: scanned pages; run OCR on it first (such as ocrmypdf)", path=where)
    _check_letters(lines, where)
    blank = [number for number in range(1, len(pages) + 1) if all(line.page != number for line in lines)]
    kept, edges = without_repeated(lines, [page["height"] for page in pages])
    kept, tables, rows = without_tables(kept)
    text = plain(mended(kept)).strip()
    if not text:
        raise BulletinError("holds no text besides tables, and cells make no sentences", path=where)
    unmapped = text.count(UNMAPPED)
    notes = (
        *(["its table of contents was broken and rebuilt; parts may be missing"] if answer["rebuilt"] else []),
        *([f"no text on page {', '.join(map(str, blank[:10]))}: blank or scanned"] if blank else []),
        *([f"left out at the edge of pages: {', '.join(repr(line[:60]) for line in edges[:5])}"] if edges else []),
        *([f"{unmapped} letters are not told by the file and stand as {UNMAPPED}"] if unmapped else []),
        *tables_note(tables, rows),
    )
    return Draft(text=f"{text}\n", path=where, stem=stem, by_program=True, lang=language(answer["lang"]), notes=notes)


def _ask(data: bytes, where: str) -> dict[str, Any]:
    """Have the pages read by a program of its own.

    It starts from its path and without the folder of that path among those that Python imports from (-P).
    """
    limits = [str(limit) for limit in (_MAX_MEMORY, _MAX_SECONDS, MAX_PAGES, _MAX_CHARACTERS)]
    command = [sys.executable, "-P", os.fspath(_CHILD), *limits]
    try:
        ran = subprocess.run(command, input=data, capture_output=True, timeout=_MAX_SECONDS + 5, check=False)  # noqa: S603
        answer = json.loads(ran.stdout)
    except subprocess.TimeoutExpired:
        answer = {"fault": "time"}
    except ValueError:  # it ended without an answer
        answer = _fault_of(ran)
    fault = answer.get("fault")
    if fault is not None:
        detail = f" ({answer['detail']}); print it to a new PDF" if "detail" in answer else ""
        raise BulletinError(_FAULTS[fault] + detail, path=where)
    return dict(answer)


def _fault_of(ran: subprocess.CompletedProcess[bytes]) -> dict[str, str]:
    """Tell why the program ended: the system ends it at a limit, by a signal."""
    if ran.returncode in (-signal.SIGXCPU, -signal.SIGKILL) if hasattr(signal, "SIGXCPU") else False:
        return {"fault": "time"}
    if ran.returncode < 0 or b"MemoryError" in ran.stderr:
        return {"fault": "memory"}
    return {"fault": "broken", "detail": f"its reader ended with {ran.returncode}"}


def _lines(pages: list[dict[str, Any]]) -> list[Line]:
    lines: list[Line] = []
    for number, page in enumerate(pages, start=1):
        for box_number, box in enumerate(page["boxes"]):
            from_right = is_from_right(glyph for glyphs in box for glyph in glyphs)
            found = (line_of(glyphs, number, box_number, from_right=from_right) for glyphs in box)
            lines += [line for line in found if line is not None]
    return lines


def _check_letters(lines: list[Line], where: str) -> None:
    """Refuse a text layer whose fonts do not tell which letters they show."""
    total = sum(len(line.text) for line in lines)
    if sum(line.text.count(UNMAPPED) for line in lines) > _UNMAPPED_SHARE * total:
        message = "its fonts do not tell which letters they show; run OCR on it first, or get the text another way"
        raise BulletinError(message, path=where)
