"""A map's page as the browser reads it: the blocks unpacked into plain values, without any code of the package."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from html.parser import HTMLParser
from itertools import accumulate, pairwise

FLAGS = ("negated", "planned", "total_of_breakdown", "repeats", "cumulative", "at_least", "increase", "decrease",
         "at_most", "approximate")  # fmt: skip
KINDS = ("site", "flow", "arrival", "departure", "crossing")


class Blocks(HTMLParser):
    """The data blocks as a browser's parser finds them."""

    def __init__(self, html):
        super().__init__()
        self.inside, self.found, self.tags = False, [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.inside = tag == "script" and ("type", "application/octet-stream") in attrs
        if self.inside:
            self.found.append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found[-1] += data


LETTERS = "".join(chr(code) for code in range(33, 127) if chr(code) not in "\"&'<>\\`{}")
USUAL = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
"""The letters of Python's own base 85, in the order of their digits."""


def unlettered(block):
    return base64.b85decode(block.translate(str.maketrans(LETTERS, USUAL)))


def inflated(block):
    return zlib.decompress(base64.b64decode(block, validate=True))


def column(content, about):
    size, n = int(about["type"][1]), about["n"]
    if size == 0:
        return [about["first"] + row * about["step"] for row in range(n)]
    ranks = [content[rank * n : (rank + 1) * n] for rank in range(size)]
    parts = [bytes(part) for part in zip(*ranks, strict=True)]
    if about["type"] == "f8":
        return [value for part in parts for value in struct.unpack("<d", part)]
    values = [int.from_bytes(part, "little", signed=True) for part in parts]
    return list(accumulate([about["first"], *values]))[1:] if "first" in about else values


def unpacked(packed):
    """The head of a `Packed`, its columns by name, and its records by table."""
    content = inflated(packed[0])
    [size] = struct.unpack("<I", content[:4])
    head = json.loads(content[4 : 4 + size])
    columns, at = {}, 4 + size
    for about in head["columns"]:
        length = about["n"] * int(about["type"][1])
        columns[about["name"]] = column(content[at : at + length], about)
        at += length
    assert at == len(content)
    records = {name: list(_records(packed[1], where)) for name, where in head["texts"].items()}
    return head, columns, records


def _records(texts, where):
    for begin, end in pairwise(where["at"]):
        lists = json.loads(zlib.decompress(unlettered(texts[begin:end])))
        for row in range(max(map(len, lists.values()), default=0)):
            yield {field: values[row] for field, values in lists.items() if values[row] is not None}


def page_of(html):
    """Events, places and all else of a page, as the picture and the cards have them."""
    blocks = Blocks(html).found
    assert len(blocks) == 2
    head, columns, records = unpacked(blocks)
    places = [
        {"name": head["names"][name], "type": head["placeTypes"][kind], "at": [lon / 100_000, lat / 100_000], **record}
        for name, kind, lon, lat, record in zip(
            *(columns[f"place.{part}"] for part in ("name", "type", "lon", "lat")),
            records.get("places") or [{} for _ in columns["place.lon"]],
            strict=True,
        )
    ]
    texts = [record.get("text", "") for record in records.get("bulletins") or []]
    events = list(_events(head, columns, records.get("events") or []))
    for event, bulletin in zip(events, columns["event.bulletin"], strict=True):
        if "at" in event:
            event["sentence"] = _slice(texts[bulletin], *event["at"])
    return {**head, "places": places, "events": events}


def _slice(text, start, length):
    """A part of a text by the units in which a browser counts."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : 2 * (start + length)].decode("utf-16-le", "surrogatepass")


def _events(head, columns, records):
    for row, (kind, day, flags) in enumerate(
        zip(columns["event.type"], columns["event.day"], columns["event.flags"], strict=True)
    ):
        value = columns["event.value"][row]
        marks = [
            {
                "kind": KINDS[columns["mark.kind"][mark]],
                "places": [columns["mark.from"][mark], columns["mark.to"][mark]],
                "shared": columns["mark.shared"][mark],
            }
            for mark, owner in enumerate(columns["mark.event"])
            if owner == row
        ]
        yield {
            "type": head["types"][kind],
            "day": None if day == -(2**31) else day,
            "value": value - 1 if isinstance(value, int) else value,
            "marks": marks,
            **{name: True for bit, name in enumerate(FLAGS) if flags >> bit & 1},
            **(records[row] if records else {}),
        }
