"""Bytes as letters that stand in a page: five of 85 for four bytes, a sixteenth shorter than base64.

All are printable ASCII, and none of them means anything to HTML, to JavaScript's strings, or to a template.
"""

from __future__ import annotations

from typing import Final

import numpy as np

__all__ = ["LETTERS", "lettered"]

LETTERS: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in "\"&'<>\\`{}")
"""Digits of base 85, the lowest first; web/src/letters.js counts them the same way."""

_ONES = np.frombuffer(LETTERS.encode("ascii"), dtype=np.uint8)
_PAIRS = np.frombuffer("".join(a + b for a in LETTERS for b in LETTERS).encode("ascii"), dtype=np.uint16)


def lettered(content: bytes) -> str:
    """Return bytes as letters: of each four, lowest letter last; of a rest of n bytes n + 1 letters."""
    missing = -len(content) % 4
    words = np.frombuffer(content + bytes(missing), dtype=">u4").astype(np.uint32)
    out = np.empty((len(words), 5), dtype=np.uint8)
    # Pairs of letters: each division by a constant is a pass over all.
    for at in (3, 1):
        above = words // np.uint32(len(_PAIRS))
        out[:, at : at + 2] = _PAIRS[words - above * np.uint32(len(_PAIRS))].view(np.uint8).reshape(-1, 2)
        words = above
    out[:, 0] = _ONES[words]
    return out.tobytes()[: 5 * len(out) - missing].decode("ascii")
