"""Packages whose names load their modules when they are first used (PEP 562)."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["on_first_use"]


def on_first_use(package: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a package: who uses one name of it need not load what the others need.

    Parameters
    ----------
    package
        The package's ``__name__``.
    modules
        Its names, and the module within it that has each.
    """

    def load(name: str) -> Any:  # noqa: ANN401  the package says the names' own types under TYPE_CHECKING
        if name not in modules:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(f"{package}.{modules[name]}"), name)
        setattr(sys.modules[package], name, value)
        return value

    return load
