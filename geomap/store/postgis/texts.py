"""Texts as PostgreSQL keeps them: it has no NUL, which a bulletin may have.

NUL and the sign after it, which no text needs either, become two signs each, so that texts keep their order.
"""

from __future__ import annotations

import re

__all__ = ["kept", "told"]

_RARE = re.compile("[\0\x01]")
_PAIR = re.compile("\x01([\x01\x02])")


def kept(text: str) -> str:
    """Return a text without NUL; `told` gives it back."""
    if "\0" not in text and "\x01" not in text:
        return text
    return _RARE.sub(lambda sign: "\x01\x01" if sign[0] == "\0" else "\x01\x02", text)


def told(text: str) -> str:
    """Return the text that was kept."""
    return _PAIR.sub(lambda pair: "\0" if pair[1] == "\x01" else "\x01", text) if "\x01" in text else text
