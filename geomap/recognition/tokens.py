"""Words of a text with their places, and the runs of capitalised words that can be names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geomap.toponym import ARTICLES

if TYPE_CHECKING:
    from geomap.recognition.lexicon import Lexicon

__all__ = ["Token", "capitalised_runs", "joined", "starts_name", "tokenize"]

_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’ʼʻ`](?!s\b)[^\W\d_]+)*")
_JOINT = re.compile(r"[ \t]?[-‑'’ʼ`]?[ \t]?\n?")
_ONLY_ARTICLES = frozenset({"al", "el", "ul", "аль", "эль", "эс", "эш", "эт", "эз", "эд", "эн", "эр"})
_PARTICLES = frozenset({"de", "bin", "ben", "ibn", "e", "wa"}) | ARTICLES


@dataclass(frozen=True, slots=True)
class Token:
    """A word at ``text[start:end]``."""

    text: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        """Whether it starts with a capital letter (scripts without capitals have none)."""
        return self.text[0].isupper()

    @property
    def is_particle(self) -> bool:
        """Whether it can stand small inside a name ("al", "ez")."""
        return self.text.lower() in _PARTICLES


def tokenize(text: str) -> tuple[Token, ...]:
    """Split into words and numbers; a possessive 's is cut off, other apostrophes stay ("Dara'a")."""
    return tuple(Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text))


def joined(text: str, one: Token, two: Token) -> bool:
    """Tell whether two words can belong to one name: a space, a hyphen or a line break between them, nothing else."""
    return two.start - one.end <= 3 and _JOINT.fullmatch(text, one.end, two.start) is not None


def capitalised_runs(text: str, tokens: tuple[Token, ...], words: Lexicon) -> list[tuple[int, int]]:
    """Return runs of tokens (first, last + 1) that are written as a name.

    A run starts with a capital or with an article tied to one, goes on over capitals, particles and a hyphenated
    number ("Rashidin-1"), and loses function words with a sentence's capital at its start ("In Yalda").
    """
    runs: list[tuple[int, int]] = []
    i = 0
    while i < len(tokens):
        if not starts_name(text, tokens, i):
            i += 1
            continue
        j = i + 1
        while j < len(tokens) and joined(text, tokens[j - 1], tokens[j]) and _continues(text, tokens, j):
            j += 1
        while j > i and tokens[j - 1].is_particle and not tokens[j - 1].is_capital:
            j -= 1
        first = i
        while first < j and words.function.match(tokens[first].text) and not _is_article(text, tokens, first):
            first += 1
        while first < j and tokens[first].text.isdigit():
            first += 1
        if first < j and any(t.is_capital for t in tokens[first:j]):
            runs.append((first, j))
        i = max(j, i + 1)
    return runs


def _is_article(text: str, tokens: tuple[Token, ...], i: int) -> bool:
    """Whether a word that could be a function word is the article of a name ("As-Suwayda", "and As Salam")."""
    if i + 1 >= len(tokens) or not tokens[i].is_particle:
        return False
    if text[tokens[i].end : tokens[i + 1].start] in {"-", "‑"}:
        return True
    opening = text[: tokens[i].start].rstrip()[-1:]
    return tokens[i].is_capital and tokens[i + 1].is_capital and opening not in ("", ".", "!", "?", ":", '"', "“", "«")


def starts_name(text: str, tokens: tuple[Token, ...], i: int) -> bool:
    """Tell whether a name can begin at a token: a capital, or an article tied to one."""
    token = tokens[i]
    if token.is_capital:
        return True
    following = tokens[i + 1] if i + 1 < len(tokens) else None
    if not token.is_particle or following is None or not following.is_capital:
        return False
    # "at Spin Boldak", "as Hama": small words are articles only when a hyphen ties them, or when they are nothing else.
    return text[token.end : following.start] in {"-", "‑"} or (
        token.text in _ONLY_ARTICLES and joined(text, token, following)
    )


def _continues(text: str, tokens: tuple[Token, ...], j: int) -> bool:
    token = tokens[j]
    if token.is_capital:
        return True
    if token.text.isdigit():
        return text[tokens[j - 1].end : token.start] == "-"
    if not token.is_particle:
        return False
    following = tokens[j + 1] if j + 1 < len(tokens) else None
    return following is not None and following.is_capital and joined(text, token, following)
