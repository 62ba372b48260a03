r"""Pieces of a document in reading order -> text: paragraphs with a blank line between, an item of a list a line."""

from __future__ import annotations

import re

from geomap.bulletin.draft import plain

__all__ = ["Flow", "tables_note"]

_ITEM = "\ue000"  # stands for the dash of an item until what follows it is known; private use, so no text means it
_UNSEEN = re.compile(f"[{_ITEM}\u00ad\u200b\u2060]")  # soft hyphens and spaces without width split no word
_FOOTNOTE_MARK = re.compile(r"[\s\d*†‡,\[\]()٠-٩]*")


class Flow:
    """Collects text and breaks, and joins them in the end."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self.tables = 0
        self.rows = 0

    def text(self, piece: str) -> None:
        """Add text; white space in it is one space, but spaces that keep a figure together ("12 000") stay."""
        self._pieces.append(re.sub(r"[ \t\n\r\f]+", " ", _UNSEEN.sub("", piece)))

    def raised(self, piece: str) -> None:
        """Add raised text unless it marks a footnote: "190" with a raised 2 is not 1902."""
        if not _FOOTNOTE_MARK.fullmatch(piece):
            self.text(piece)

    def line(self) -> None:
        """End a line."""
        self._pieces.append("\n")

    def paragraph(self) -> None:
        """End a paragraph."""
        self._pieces.append("\n\n")

    def item(self) -> None:
        """Begin an item of a list."""
        self._pieces.append(f"\n{_ITEM}")

    def leave_out(self, rows: int) -> None:
        """Count a table that is left out, with its rows."""
        self.tables += 1
        self.rows += rows
        self.paragraph()

    def joined(self) -> str:
        """Return the text, with one line end at its end; empty when there is none."""
        text = "\n".join(line.strip() for line in plain("".join(self._pieces)).split("\n"))
        text = re.sub(rf"{_ITEM}\s*(?={_ITEM}|\Z)", "", text)
        text = re.sub(rf"{_ITEM}\s*", "- ", text)
        text = re.sub(r" {2,}", " ", re.sub(r"\n{3,}", "\n\n", text)).strip()
        return f"{text}\n" if text else ""


def tables_note(tables: int, rows: int) -> tuple[str, ...]:
    """Say what was left out, when there was a table."""
    if not tables:
        return ()
    which = f"{tables} table{'s' if tables > 1 else ''} ({rows} row{'s' if rows > 1 else ''})"
    return (f"{which} left out: cells make no sentences",)
