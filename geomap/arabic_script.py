"""Letters and digits that Arabic texts write in more than one way, as tables that keep every character's place."""

from __future__ import annotations

__all__ = ["BARE_ALEF", "DIGITS", "western"]

DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
"""Arabic-Indic and Persian digits to European ones; for `str.translate`."""
BARE_ALEF = str.maketrans("أإآ", "ااا")
"""An alef that carries a hamza or a madda to a bare one, as many write it; for `str.translate`."""


def western(text: str) -> str:
    """Return text of the same length with Arabic-Indic and Persian digits as European ones."""
    return text if text.isascii() else text.translate(DIGITS)
