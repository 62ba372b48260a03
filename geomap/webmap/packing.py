"""Columns and records -> two blocks of ASCII, which the page unpacks without a library.

The first block is all that the first picture needs: a JSON head and typed columns, deflated and written as base64,
which browsers read fastest. The second holds records (sentences, mentions, citations) in pieces that are inflated one
by one, when somebody opens a card: written as `lettered`, a sixteenth shorter.
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
from geomap.webmap.letters import lettered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Packed", "Pieces", "deflated", "indexed", "json_bytes", "pack", "pieces_of", "transposed"]

PIECE = 1 << 18
"""Characters of a piece of records, about: inflated and parsed within some milliseconds."""

LEVEL = 4
"""Of zlib: 6 takes two to three times as long and saves a twentieth."""

SAMPLE = 1 << 14
"""Numbers of a column by which it is told whether they or their steps deflate better."""

_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """The two blocks of a page: no HTML parser finds markup in them."""

    data: str
    texts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Records of a table cut into pieces: the row at which each begins, and its letters, which threads are making."""

    starts: Sequence[int]
    blocks: Sequence[Future[str]]

    @classmethod
    def of(cls, pieces: Iterable[tuple[int, bytes]]) -> Pieces:
        """Begin to deflate pieces (first row, JSON) as they come; zlib and numpy leave Python's lock alone."""
        threads = ThreadPoolExecutor()
        started = [(start, threads.submit(_piece, content)) for start, content in pieces]
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
    # Columns of numbers repeat by chance: short repetitions cost more than they save.
    return Packed(data=deflated(body, strategy=zlib.Z_FILTERED), texts="".join(texts))


def deflated(content: bytes, level: int = LEVEL, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> str:
    """Return bytes as the base64 of what zlib makes of them."""
    making = zlib.compressobj(level, strategy=strategy)
    return base64.b64encode(making.compress(content) + making.flush()).decode("ascii")


def _piece(content: bytes) -> str:
    return lettered(zlib.compress(content, LEVEL))


def _encoded(name: str, values: NDArray[Any]) -> tuple[dict[str, Any], bytes]:
    """Return a column's description and its bytes, all lowest bytes first, then the next ones: so they deflate best."""
    n = len(values)
    if values.dtype.kind == "f":
        return {"name": name, "type": "f8", "n": n}, b"".join(_planes(values.astype("<f8"), 8))
    whole = values.astype(np.int64)
    if (size := _size(whole)) is None:
        raise InputError("the numbers of this column need more than 32 bits", field=name)
    steps = np.diff(whole, prepend=whole[:1])
    first, step = (int(whole[0]), int(steps[-1])) if n else (0, 0)
    if (steps[1:] == step).all():
        return {"name": name, "type": "i0", "n": n, "first": first, "step": step}, b""
    about, kept = {"name": name, "type": f"i{size}", "n": n}, whole
    of_steps = _size(steps)
    if of_steps is not None and _deflated_size(steps, of_steps) < _deflated_size(whole, size):
        about, kept, size = {"name": name, "type": f"i{of_steps}", "n": n, "first": first}, steps, of_steps
    return about, b"".join(_planes(kept.astype("<i4"), size))


def _size(values: NDArray[np.int64]) -> int | None:
    """Return the least number of bytes, up to four, that hold each of some numbers; None when four do not."""
    least, most = int(values.min(initial=0)), int(values.max(initial=0))
    return next((size for size in (1, 2, 3, 4) if -(1 << 8 * size - 1) <= least and most < 1 << 8 * size - 1), None)


def _deflated_size(values: NDArray[np.int64], size: int) -> int:
    """Return how long a sample from the middle is when it is deflated."""
    begin = max(0, (len(values) - SAMPLE) // 2)
    sample = values[begin : begin + SAMPLE].astype("<i4")
    return len(zlib.compress(b"".join(_planes(sample, size)), LEVEL))


def _planes(values: NDArray[Any], size: int) -> Iterator[bytes]:
    """Yield the lowest bytes of little-endian values, then the next ones, `size` times."""
    ranks = values.view(np.uint8).reshape(len(values), values.dtype.itemsize).T
    yield from (plane.tobytes() for plane in ranks[:size])


def indexed(values: Iterable[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Return each text once, in order of appearance, and which of them each value is."""
    order: dict[str, int] = {}
    rows = [order.setdefault(value, len(order)) for value in values]
    return list(order), np.array(rows, dtype=np.int64)
