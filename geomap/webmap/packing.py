"""Columns and records -> two blocks of base64, which the page unpacks without a library.

The first block is all that the first picture needs: a JSON head and typed columns, deflated. The second holds records
(sentences, mentions, citations) in pieces that are inflated one by one, when somebody opens a card.
"""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geomap.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Packed", "Pieces", "deflated", "indexed", "json_bytes", "pack", "pieces_of", "transposed"]

PIECE = 1 << 18
"""Characters of a piece of records, about: inflated and parsed within some milliseconds."""

LEVEL = 4
"""Of zlib: 6 takes half as long again and saves a hundredth."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_INTEGERS = ("<i1", "<i2", "<i4")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The two blocks of a page, base64 in ASCII: no HTML parser finds markup in them."""

    data: str
    texts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Records of a table cut into pieces: the row at which each begins, and its base64, which threads are making."""

    starts: Sequence[int]
    blocks: Sequence[Future[str]]

    @classmethod
    def of(cls, pieces: Iterable[tuple[int, bytes]]) -> Pieces:
        """Begin to deflate pieces (first row, JSON) as they come; zlib and base64 leave Python's lock alone."""
        threads = ThreadPoolExecutor()
        started = [(start, threads.submit(deflated, content)) for start, content in pieces]
        threads.shutdown(wait=False)
        return cls(starts=[start for start, _ in started], blocks=[block for _, block in started])


def json_bytes(value: object) -> bytes:
    """Return a value as JSON in UTF-8; lone surrogates, which UTF-8 cannot hold, are escaped.

    Raises
    ------
    ValueError
        When it holds a number that JSON has no word for (not a number, infinity).
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return _SURROGATES.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode("utf-8")


def transposed(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return records as lists by field, None where one has it not: the names of fields are then written once."""
    fields = dict.fromkeys(field for record in records for field in record)
    return {field: [record.get(field) for record in records] for field in fields}


def pieces_of(records: Sequence[Mapping[str, Any]], *, size: int = PIECE) -> Pieces:
    """Cut records into pieces of about `size` characters of JSON."""
    return Pieces.of(_cut(records, size))


def _cut(records: Sequence[Mapping[str, Any]], size: int) -> Iterator[tuple[int, bytes]]:
    begin, rows = 0, 64
    while begin < len(records):
        piece = json_bytes(transposed(records[begin : begin + rows]))
        yield begin, piece
        begin += rows
        # How many rows make a piece is told from the one before.
        rows = max(16, min(4096, rows * size // max(len(piece), 1)))


def pack(head: Mapping[str, Any], columns: Mapping[str, NDArray[Any]], tables: Mapping[str, Pieces]) -> Packed:
    """Pack a page's head, columns and records.

    Parameters
    ----------
    head
        Plain values as JSON knows them; `columns` and `texts` are added to it.
    columns
        One-dimensional, by name; integers of up to 32 bits, floats, or booleans.
    tables
        Records by the name of their table.

    Raises
    ------
    InputError
        When a column holds integers of more than 32 bits.
    """
    encoded = [_encoded(name, values) for name, values in columns.items()]
    texts, offsets, done = [], {}, 0
    for name, pieces in tables.items():
        blocks = [block.result() for block in pieces.blocks]
        ends = (done + np.cumsum([0, *map(len, blocks)])).tolist()
        offsets[name] = {"starts": list(pieces.starts), "at": ends}
        texts += blocks
        done = ends[-1]
    described = json_bytes({**head, "columns": [about for about, _ in encoded], "texts": offsets})
    body = b"".join([struct.pack("<I", len(described)), described, *(content for _, content in encoded)])
    return Packed(data=deflated(body), texts="".join(texts))


def deflated(content: bytes, level: int = LEVEL) -> str:
    """Return bytes as the base64 of what zlib makes of them."""
    return base64.b64encode(zlib.compress(content, level)).decode("ascii")


def _encoded(name: str, values: NDArray[Any]) -> tuple[dict[str, Any], bytes]:
    """Return a column's description and its bytes, all lowest bytes first, then the next ones: so they deflate best."""
    if values.dtype.kind == "f":
        return {"name": name, "type": "f8", "n": len(values)}, b"".join(_planes(values.astype("<f8")))
    whole = values.astype(np.int64)
    steps = np.diff(whole, prepend=0)
    stepped = bool(len(whole)) and _fits(steps, "<i4") and _reach(steps) < _reach(whole)
    kept = steps if stepped else whole
    for kind in _INTEGERS:
        if _fits(kept, kind):
            about = {"name": name, "type": kind[1:], "n": len(kept), **({"delta": True} if stepped else {})}
            return about, b"".join(_planes(kept.astype(kind)))
    raise InputError("the numbers of this column need more than 32 bits", field=name)


def _fits(values: NDArray[np.int64], kind: str) -> bool:
    limits = np.iinfo(kind)
    return not len(values) or bool(limits.min <= values.min() and values.max() <= limits.max)


def _reach(values: NDArray[np.int64]) -> float:
    """Return how far from zero values lie on the mean."""
    return float(np.abs(values).mean())


def _planes(values: NDArray[Any]) -> Iterator[bytes]:
    size = values.dtype.itemsize
    yield from (plane.tobytes() for plane in values.view(np.uint8).reshape(len(values), size).T)


def indexed(values: Iterable[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return each text once, in order of appearance, and which of them each value is."""
    order: dict[str, int] = {}
    rows = [order.setdefault(value, len(order)) for value in values]
    return list(order), np.array(rows, dtype=np.int64)
