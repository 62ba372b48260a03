r"""Patterns that would take for ever on some text: repeats within repeats, or several that fit the same words.

Python's engine goes back and tries again, so ``(?:\w+ ?)+`` needs twice as long for each further letter. Such a pattern
is found by trying it on texts made of what it repeats, each a little longer than the one before.
"""

from __future__ import annotations

import re
import time
from itertools import islice
from typing import TYPE_CHECKING, Any

from geomap.extraction.needed_words import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geomap.extraction.needed_words import Item

__all__ = ["slow_text"]

_LENGTHS = (*range(4, 41), 80, 160, 320, 400)
"""Repeats tried: one by one while time may double with each, then up to a long sentence."""
_SLOW_S = 0.25
"""Seconds of the processor that no search may take; a usual one takes thousandths."""
_MANY = 8
"""Repeats from which a repeat is worth a trial; fewer cannot take long by themselves."""
_TRIALS = 24
"""Texts tried for a pattern."""
_END = "\0"
"""What no pattern expects."""


def slow_text(pattern: str) -> str | None:
    """Return what a text repeats on which a pattern takes too long, None when none was found.

    Raises
    ------
    re.error
        When it is no regular expression.
    """
    compiled = re.compile(pattern, re.IGNORECASE)
    for prefix, body in islice(dict.fromkeys(_trials(list(parsed(pattern)), "")), _TRIALS):
        for length in _LENGTHS:
            text = f"{prefix}{body * length}{_END}"
            begin = time.process_time()
            compiled.search(text)
            if time.process_time() - begin > _SLOW_S:
                return body
    return None


def _trials(items: Sequence[Item], prefix: str) -> Iterator[tuple[str, str]]:
    """Yield what may stand before a repeat, and what is repeated."""
    for item in items:
        name, value = item[0].name, item[1]
        if name.endswith("REPEAT"):
            _, most, inner = value
            if most > _MANY:
                for variant in range(3):
                    for repeats in (0, 1):
                        body = _sample(inner, variant, repeats)
                        if body:
                            yield prefix, body
            yield from _trials(list(inner), prefix)
        else:
            for group in _groups(item):
                yield from _trials(group, prefix)
        prefix += _sample([item], 0, 1)


def _groups(item: Item) -> list[list[Item]]:
    name, value = item[0].name, item[1]
    if name == "BRANCH":
        return [list(branch) for branch in value[1]]
    if name in {"SUBPATTERN", "ASSERT", "ASSERT_NOT"}:
        return [list(value[-1])]
    return [list(value)] if name == "ATOMIC_GROUP" else []


def _sample(items: Sequence[Item], variant: int, repeats: int) -> str:
    """Return a text that a sequence could match; of alternatives that of a number, of repeats so many."""
    made = ""
    for item in items:
        name, value = item[0].name, item[1]
        if name == "LITERAL":
            made += chr(value)
        elif name == "IN":
            made += _letter_of(value)
        elif name in {"ANY", "NOT_LITERAL"}:
            made += "a"
        elif name.endswith("REPEAT"):
            least, _, inner = value
            made += _sample(inner, variant, repeats) * max(least, repeats)
        elif name in {"BRANCH", "SUBPATTERN", "ATOMIC_GROUP"}:
            groups = _groups(item)
            made += _sample(groups[variant % len(groups)], variant, repeats)
    return made


def _letter_of(members: Sequence[Item]) -> str:
    """Return a letter of a class."""
    told = re.compile("".join(_as_text(kind.name, what) for kind, what in members).join("[]"))
    return next((letter for letter in _LETTERS if told.match(letter)), "")


_LETTERS = "a1 -.,ب" + "".join(map(chr, range(0x21, 0x7F))) + "я\n"
_CATEGORIES = {"DIGIT": r"\d", "NOT_DIGIT": r"\D", "SPACE": r"\s", "NOT_SPACE": r"\S", "WORD": r"\w", "NOT_WORD": r"\W"}


def _as_text(kind: str, what: Any) -> str:  # noqa: ANN401  a code, two, or a category
    """Return a member of a class as it is written in a pattern."""
    if kind == "NEGATE":
        return "^"
    if kind == "CATEGORY":
        return _CATEGORIES[str(what).removeprefix("CATEGORY_")]
    codes = [what] if kind == "LITERAL" else what
    return "-".join(re.escape(chr(code)) for code in codes)
