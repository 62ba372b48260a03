"""Word classes of a rule pack: a group of words named once, and used in its patterns as ``{name}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from geomap.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["with_classes"]

_USE = re.compile(r"\{([a-z_]+)\}")
"""A use in a pattern; what regular expressions write in braces are numbers."""
_FIELD = "classes"
_DEEPEST = 8
"""Classes within classes; a pack of that depth names itself in a circle."""


def with_classes(table: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Return a pack's table with each ``{name}`` in a text replaced by the words of that class, and without classes.

    Parameters
    ----------
    table
        The pack as read; `classes`, when it is there, maps a name to words that are alternatives of one another, or
        to one pattern. Classes may use other classes.
    path
        Named in errors.

    Raises
    ------
    RuleError
        When a pattern uses a class that is not there, or a class holds itself.
    """
    classes = {
        name: entry if isinstance(entry, str) else f"(?:{'|'.join(entry)})"
        for name, entry in table.get(_FIELD, {}).items()
    }

    def filled(text: str, depth: int = 0) -> str:
        def words(match: re.Match[str]) -> str:
            name = match[1]
            if name not in classes:
                raise RuleError(f"there is no class {name!r}; one of {', '.join(classes)}", path=path, field=_FIELD)
            if depth == _DEEPEST:
                raise RuleError(f"the class {name!r} holds itself; leave it out of its words", path=path, field=_FIELD)
            return filled(classes[name], depth + 1)

        return _USE.sub(words, text)

    def walked(value: Any) -> Any:  # noqa: ANN401 - a table of TOML holds anything
        if isinstance(value, str):
            return filled(value)
        if isinstance(value, list):
            return [walked(item) for item in value]
        return {key: walked(item) for key, item in value.items()} if isinstance(value, dict) else value

    if not classes:  # patterns of other packs may hold braces that mean themselves
        return dict(table)
    return {key: walked(value) for key, value in table.items() if key != _FIELD}
