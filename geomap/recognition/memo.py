"""Answers that are kept: words come again and again, and what is known of a word does not change."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Memo"]

K = TypeVar("K")
V = TypeVar("V")

_LARGEST = 100_000
"""Answers kept before all are forgotten; a year of bulletins has fewer words."""


class Memo(dict[K, V]):
    """Answers by question: ``memo[question]`` asks `answer` once and keeps what it says.

    A dictionary, since a look-up is then a single step of the interpreter; `functools.lru_cache` is a call.
    """

    def __init__(self, answer: Callable[[K], V]) -> None:
        super().__init__()
        self._answer = answer

    def __missing__(self, question: K) -> V:
        if len(self) >= _LARGEST:
            self.clear()
        answer = self[question] = self._answer(question)
        return answer
