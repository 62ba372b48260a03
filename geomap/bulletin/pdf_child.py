"""Reads the glyphs of a PDF; run as a program of its own, so that a hostile file cannot take memory or time from us.

The PDF comes in on standard input; one JSON document goes out on standard output, `{"pages": [...]}` or
`{"fault": "..."}`. Nothing of geomap is imported: the program starts from its path.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import math
import sys
from typing import Any

__all__ = ["main"]

Page = dict[str, Any]


def main() -> None:
    """Read standard input with the limits of the command line: bytes of memory, seconds, pages, characters."""
    memory, seconds, pages, characters = map(int, sys.argv[1:5])
    _limit(memory, seconds)
    logging.disable(logging.CRITICAL)
    try:
        answer = _read(sys.stdin.buffer.read(), pages, characters)
    except MemoryError:
        answer = {"fault": "memory"}
    except RecursionError:
        answer = {"fault": "broken", "detail": "nested too deeply"}
    except Exception as error:  # whatever a broken file makes the library raise
        answer = {"fault": "broken", "detail": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


def _limit(memory: int, seconds: int) -> None:
    try:
        import resource  # noqa: PLC0415  there is none on Windows; the parent's clock is all there
    except ImportError:
        return
    for kind, limits in ((resource.RLIMIT_CPU, (seconds, seconds + 1)), (resource.RLIMIT_AS, (memory, memory))):
        with contextlib.suppress(ValueError, OSError):  # a system without that limit, or with a lower one
            resource.setrlimit(kind, limits)


def _read(data: bytes, max_pages: int, max_characters: int) -> dict[str, Any]:
    from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect  # noqa: PLC0415
    from pdfminer.pdfpage import PDFPage  # noqa: PLC0415
    from pdfminer.pdfparser import PDFParser  # noqa: PLC0415

    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
    except (PDFEncryptionError, PDFPasswordIncorrect):
        return {"fault": "encrypted"}
    pages: list[Page] = []
    characters = 0
    for page in PDFPage.create_pages(document):
        if len(pages) == max_pages:
            return {"fault": "pages"}
        pages.append(_page(page))
        characters += sum(len(glyph[0]) for box in pages[-1]["boxes"] for line in box for glyph in line)
        if characters > max_characters:
            return {"fault": "characters"}
    rebuilt = any(type(xref).__name__ == "PDFXRefFallback" for xref in document.xrefs)
    return {"pages": pages, "rebuilt": rebuilt, "lang": _lang(document)}


def _page(page: Any) -> Page:  # noqa: ANN401  the library has no types
    from pdfminer.converter import PDFPageAggregator  # noqa: PLC0415
    from pdfminer.layout import LAParams, LTChar, LTTextBoxHorizontal, LTTextLine  # noqa: PLC0415
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager  # noqa: PLC0415

    manager = PDFResourceManager()
    device = PDFPageAggregator(manager, laparams=LAParams())
    PDFPageInterpreter(manager, device).process_page(page)
    layout = device.get_result()
    boxes = [
        [
            [
                (char.get_text(), round(char.x0, 2), round(char.y0, 2), round(char.x1, 2), round(char.size, 2))
                for char in line
                if isinstance(char, LTChar) and char.upright and math.isfinite(sum(char.bbox) + char.size)
            ]
            for line in box
            if isinstance(line, LTTextLine)
        ]
        for box in layout
        if isinstance(box, LTTextBoxHorizontal)
    ]
    return {"height": layout.height, "bottom": layout.y0, "boxes": boxes}


def _lang(document: Any) -> str | None:  # noqa: ANN401
    value = document.catalog.get("Lang")
    return value.decode("ascii", "replace") if isinstance(value, bytes) else None


if __name__ == "__main__":
    main()
