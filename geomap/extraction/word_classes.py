"""Word classes of a rule pack: a table of alternatives that patterns name with ``@``, written once."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["with_classes"]

_NAMED = re.compile(r"@([a-z_]+)")


def with_classes(table: dict[str, Any]) -> dict[str, Any]:
    """Return a pack with every ``@name`` in its patterns replaced by the class of that name, `table["class"]`.

    A class is a list of patterns; it may name those before it.

    Raises
    ------
    KeyError
        When a pattern names a class that the pack does not have.
    """
    classes: dict[str, str] = {}
    for name, entries in table.get("class", {}).items():
        classes[name] = f"(?:{'|'.join(_expanded(entry, classes) for entry in entries)})"
    return {key: _every(value, classes) for key, value in table.items() if key != "class"}


def _expanded(pattern: str, classes: dict[str, str]) -> str:
    return _NAMED.sub(lambda match: classes[match[1]], pattern)


def _every(value: Any, classes: dict[str, str]) -> Any:  # noqa: ANN401 - any value of a TOML file
    """Return a value of a TOML file with the classes in all strings in it."""
    if isinstance(value, str):
        return _expanded(value, classes)
    if isinstance(value, list):
        return [_every(item, classes) for item in value]
    if isinstance(value, dict):
        return {key: _every(item, classes) for key, item in value.items()}
    return value
