"""Ages, told between commas behind a name: "Ahmad Saleh, 52, who returned to Tadef"."""

from __future__ import annotations

import re

__all__ = ["is_age"]

_NAME = r"(?!(?:In|At|On|To|Of|From|Near)\b)[^\W\d_a-zа-яё][\w’'-]+"
_NAMED = re.compile(rf"(?:^|(?<!\b[Ii]n)(?<!\b[Aa]t)(?<!\b[Tt]o)(?<!\b[Oo]f)(?<!\b[Ff]rom)\s)(?:{_NAME}\s)*{_NAME},\s$")
_GOES_ON = re.compile(r",\s(?!and\b|in\b|at\b|to\b|from\b(?!\s\w+,)|и\b|в\b|на\b|из\b)[^\W\d_]")
_OLDEST = 110


def is_age(number: str, before: str, after: str) -> bool:
    """Whether a bare number behind a name in capitals is followed by a comma and more words of the same person."""
    return (
        number.isdigit()
        and int(number) <= _OLDEST
        and not any(c.isdigit() for c in before)
        and _NAMED.search(before) is not None
        and _GOES_ON.match(after) is not None
    )
