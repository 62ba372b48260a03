"""Which stretches of a text are names of places: those a gazetteer holds, and those the words around them betray."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from geomap.recognition.tokens import Token, capitalised_runs, joined, starts_name
from geomap.toponym import fold, generic_of, is_arabic

if TYPE_CHECKING:
    from geomap.recognition.lexicon import Lexicon

__all__ = ["Found", "Spans", "Text", "find_arabic_names", "find_names", "organisations", "persons"]

Keys = Mapping[str, tuple[str, ...]]
MAX_WORDS = 6
"""The longest name looked up, in words; the longest in the curated gazetteer has six."""

_SPEECH = 60
"""Characters before a name in which a preposition or a title can stand."""


@dataclass(frozen=True)
class Text:
    """A text with its tokens and runs of capitalised words, and the words of its language."""

    body: str
    tokens: tuple[Token, ...]
    words: Lexicon

    @cached_property
    def runs(self) -> list[tuple[int, int]]:
        """The runs of tokens (first, last + 1) that are written as a name."""
        return capitalised_runs(self.body, self.tokens, self.words)

    @cached_property
    def list_gap(self) -> re.Pattern[str]:
        """What stands between two names of one list, a bracket behind the first included."""
        return re.compile(rf"{BRACKETS}{self.words.list_gap.pattern}", re.IGNORECASE)

    def before(self, start: int) -> str:
        """Return the characters before a place, as far as its own sentence's words can matter."""
        return self.body[max(0, start - _SPEECH) : start]


@dataclass(frozen=True, slots=True)
class Found:
    """A name as tokens ``first`` up to, but without, ``last``; `known` when a gazetteer holds it."""

    first: int
    last: int
    start: int
    end: int
    known: bool


class Spans:
    """Stretches of a text, to be asked whether they meet another one; overlapping ones are joined."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def meet(self, start: int, end: int) -> bool:
        """Tell whether one of them shares a character with ``[start, end)``."""
        i = bisect_right(self._ends, start)
        return i < len(self._starts) and self._starts[i] < end


def organisations(text: Text) -> list[tuple[int, int]]:
    """Return the spans of names of organisations, documents and operations ("Government of Jordan")."""
    spans = [m.span() for m in text.words.remark.finditer(text.body)]
    for first, last in text.runs:
        start, end = text.tokens[first].start, text.tokens[last - 1].end
        head = list(text.words.organisation.finditer(text.body[start:end]))
        if head:
            spans.append((start, _with_of_phrase(text.body, start + head[-1].end(), end)))
        elif text.words.organisation_start.match(text.body, start):
            spans.append((start, end))
    return spans


_OF_PHRASE = re.compile(
    r"(?:(?:,| and| of| for| on)+ (?:the )?(?:[A-Z][\w’'-]*)(?:(?: |-)(?:[A-Z][\w’'-]*))*)+", re.UNICODE
)


def _with_of_phrase(body: str, head_end: int, end: int) -> int:
    """Extend "Government" over "of Jordan"; only when the head is the last word of its run."""
    if head_end < end or not body.startswith((" of", " for", " on the"), end):
        return end
    tail = _OF_PHRASE.match(body, end)
    return tail.end() if tail else end


def persons(text: Text, keys: Keys) -> list[tuple[int, int]]:
    """Return the spans of names of persons: behind a title, or two or three words that speak."""
    spans = []
    for first, last in text.runs:
        start, end = text.tokens[first].start, text.tokens[last - 1].end
        title = text.words.person_title.match(text.before(start))
        verbs = text.words.person_verbs
        speaks = last - first in (2, 3) and (
            re.match(rf",? (?:{verbs.pattern})\b", text.body[end : end + 20])
            or re.search(rf"(?:{verbs.pattern})\s+$", text.before(start))
        )
        if (title or speaks) and fold(text.body[start:end]) not in keys:
            spans.append((start, end))
    return spans


def find_names(text: Text, keys: Keys, masked: Spans) -> list[Found]:
    """Find names in a script with capitals: longest known names first, then unknown ones by their context."""
    known = _known_names(text, keys, masked)
    taken = Spans((f.start, f.end) for f in known)
    candidates = _unknown_candidates(text, masked, taken)
    accepted = [c for c in candidates if _betrayed(text, c)]
    return _grow_lists(text, sorted(known + accepted, key=_start), [c for c in candidates if c not in accepted])


def _start(found: Found) -> int:
    return found.start


def _known_names(text: Text, keys: Keys, masked: Spans) -> list[Found]:
    found: list[Found] = []
    i = 0
    while i < len(text.tokens):
        match = None if masked.meet(text.tokens[i].start, text.tokens[i].end) else _longest(text, keys, i)
        if match is None or masked.meet(match.start, match.end) or _is_head(text, match):
            i += 1
            continue
        found.append(match)
        i = match.last
    taken = {i for f in found for i in range(f.first, f.last)}
    return [f for f in found if not _inside_other_name(text, f, taken)]


def _longest(text: Text, keys: Keys, i: int) -> Found | None:
    """Return the longest known name that starts at a token."""
    first = text.tokens[i]
    if not (first.is_capital or starts_name(text.body, text.tokens, i) or text.words.compass.match(first.text)):
        return None
    best = None
    for j in range(i + 1, min(i + MAX_WORDS, len(text.tokens)) + 1):
        if j > i + 1 and not joined(text.body, text.tokens[j - 2], text.tokens[j - 1]):
            break
        last = text.tokens[j - 1]
        if last.is_particle and not last.is_capital and j > i + 1:
            continue
        surface = text.body[first.start : last.end]
        if fold(surface) in keys and _looks_like_name(text, i, j):
            best = Found(i, j, first.start, last.end, known=True)
    return best


DASHED = re.compile(r"\w\s*[–—-]\s*$")
"""What stands before the second end of "A – B corridor"."""


def _looks_like_name(text: Text, i: int, j: int) -> bool:
    """Whether its capitals fit: small letters only in particles, compass words and type words."""
    tokens = text.tokens[i:j]
    capitals = [t for t in tokens if t.is_capital]
    if not capitals:
        return bool(text.words.any_type.search(text.body[tokens[0].start : tokens[-1].end])) and j - i > 1
    if j - i == 1:
        return not text.words.common.match(tokens[0].text) and not text.words.function.match(tokens[0].text)
    if text.words.function.match(tokens[0].text) and not tokens[0].is_particle:
        return False
    if text.words.any_type.fullmatch(tokens[-1].text) and DASHED.search(text.before(tokens[0].start)):
        return False  # the type word belongs to "A – B corridor" as a whole
    plain = [t for t in tokens[1:] if not t.is_capital and not t.is_particle and not t.text.isdigit()]
    small = [t for t in plain if not text.words.compass.match(t.text)]
    return not small or bool(text.words.any_type.search(text.body[small[0].start : tokens[-1].end]))


def _is_head(text: Text, match: Found) -> bool:
    """Whether a known name is the generic head of a longer unknown one ("Bab" of "Bab Touma")."""
    right = match.last
    if match.last - match.first > 1 or right >= len(text.tokens) or not generic_of(text.tokens[match.first].text):
        return False
    return _foreign(text, text.tokens[right]) and joined(text.body, text.tokens[match.first], text.tokens[right])


def _inside_other_name(text: Text, match: Found, taken: set[int]) -> bool:
    """Whether a known name is a part of a longer unknown one ("Hasan Aleppo" is a person).

    `taken` are the tokens of known names: two places may stand side by side, as in a Russian genitive.
    """
    left, right = match.first - 1, match.last
    if left >= 0 and left not in taken and text.tokens[left].is_capital and generic_of(text.tokens[left].text):
        return joined(text.body, text.tokens[left], text.tokens[match.first])  # "Bab Touma" is not a Touma
    if text.words.locative.match(text.before(match.start)):
        return False
    if left >= 0 and left not in taken and _foreign(text, text.tokens[left]):
        return joined(text.body, text.tokens[left], text.tokens[match.first])
    if right < len(text.tokens) and right not in taken and _foreign(text, text.tokens[right]):
        return joined(text.body, text.tokens[match.last - 1], text.tokens[right])
    return False


def _foreign(text: Text, token: Token) -> bool:
    """Whether a neighbouring word starts or goes on with a name of its own."""
    words = text.words
    return token.is_capital and not (
        words.common.match(token.text)
        or words.function.match(token.text)
        or words.any_type.fullmatch(token.text)
        or words.part.match(token.text + " ")
        or token.is_particle
    )


def _unknown_candidates(text: Text, masked: Spans, taken: Spans) -> list[Found]:
    found = []
    for first, last in text.runs:
        i, j = _trim(text, first, last)
        if i >= j:
            continue
        start, end = text.tokens[i].start, text.tokens[j - 1].end
        if masked.meet(start, end) or taken.meet(start, end) or not _nameable(text, i, j):
            continue
        found.append(Found(i, j, start, end, known=False))
    return found


def _trim(text: Text, i: int, j: int) -> tuple[int, int]:
    """Cut words that are capitalised but no part of a name off both ends (peoples, months, type words)."""
    words = text.words
    while i < j and (words.common.match(text.tokens[i].text) or words.any_type.fullmatch(text.tokens[i].text)):
        i += 1
    while i < j and (words.common.match(text.tokens[j - 1].text) or words.any_type.fullmatch(text.tokens[j - 1].text)):
        j -= 1
    return i, j


def _nameable(text: Text, i: int, j: int) -> bool:
    """Whether a run can be a name at all: no bare acronym, no single letter, no group's name."""
    surface = text.body[text.tokens[i].start : text.tokens[j - 1].end]
    if len(surface) < 3 or (j - i == 1 and surface.isupper()):
        return False
    if any(text.words.common.match(t.text) for t in text.tokens[i:j]):
        return False
    return not text.words.organisation_after.match(text.body, text.tokens[j - 1].end)


_LISTED_KIND = re.compile(r"\s+(?:of\s+)?(?:the\s+)?$")
_BRACKETED = re.compile(r"\s*(?:,\s*(?:the\s+)?|\()(?P<inner>[^(),.;]{3,40})")


def _betrayed(text: Text, name: Found) -> bool:
    """Whether the words around an unknown name say that it is a place."""
    before, after = text.before(name.start), text.body[name.end : name.end + 60]
    words = text.words
    if words.locative.match(before) or words.part.match(before) or words.of_location.match(before):
        return not _is_adjective(text, name)
    kind = _LISTED_KIND.search(before)
    if kind and re.search(rf"(?:{words.any_type.pattern})$", before[: kind.start()], re.IGNORECASE):
        return True
    if words.type_follows and re.match(rf"(?:['’]s)?\s+(?:{words.any_type.pattern})\b", after, re.IGNORECASE):
        return True
    if not words.type_follows and re.match(rf"\s+(?:{words.any_type.pattern})\s+(?=[A-ZА-ЯЁ])", after):
        return before.rstrip()[-1:] not in ("", ".", "!", "?", '"', "«")  # "Тмуз провинции Хомс"
    bracket = _BRACKETED.match(after)
    return bracket is not None and re.search(words.type_words[0].pattern, bracket["inner"]) is not None


_ADJECTIVE = re.compile(r"\w+(?:ian|ish|ese|ist|ic|al|[оеы]го|[оеы]му|[оеы]й|[ыи]х|[ыи]м|ий|ая|ое|ую)\Z", re.IGNORECASE)


def _is_adjective(text: Text, name: Found) -> bool:
    """Whether a single word is an adjective before its noun ("in Syrian cities")."""
    following = text.tokens[name.last] if name.last < len(text.tokens) else None
    return (
        name.last - name.first == 1
        and _ADJECTIVE.match(text.tokens[name.first].text) is not None
        and following is not None
        and following.text.islower()
        and joined(text.body, text.tokens[name.last - 1], following)
    )


BRACKETS = r"(?:\s*\([^()]{1,60}\)|\s*[–—-]\s*\d[\d,.]*%?)?"


def _grow_lists(text: Text, found: list[Found], rest: list[Found]) -> list[Found]:
    """Take in unknown names that stand in one list with a place."""
    places = set(found)
    chains: list[list[Found]] = []
    for name in sorted([*found, *rest], key=_start):
        if chains and text.list_gap.fullmatch(text.body, chains[-1][-1].end, name.start):
            chains[-1].append(name)
        else:
            chains.append([name])
    return [name for chain in chains for name in chain if name in places or not places.isdisjoint(chain)]


_CLITICS = ("", "و", "ب", "ل", "ف", "ك", "وب", "ول", "فب")


def find_arabic_names(text: Text, keys: Keys, masked: Spans, article_fits: Callable[[str], bool]) -> list[Found]:
    """Find names in Arabic script: known ones behind any clitic, unknown ones behind a type word and in its list.

    `article_fits` tells whether a known name stands with its article, or without one, as the gazetteer writes it:
    Arabic is strict there, and many names without their article are common words.
    """
    found: list[Found] = []
    plural = False  # in a list that a plural type word opened: "معبري جديدة يابوس والزمراني"
    i = 0
    while i < len(text.tokens):
        plural = plural and bool(found) and found[-1].last == i
        match = (
            _longest_arabic(text, keys, i, article_fits)
            or _behind_type_word(text, i, found)
            or (_next_in_list(text, i) if plural else None)
        )
        if match is None or masked.meet(match.start, match.end) or _is_head(text, match):
            i += 1
            continue
        plural = plural or (i > 0 and text.words.plural.match(text.tokens[i - 1].text.removeprefix("و")) is not None)
        found.append(match)
        i = match.last
    return found


def _next_in_list(text: Text, i: int) -> Found | None:
    """Return an unknown name with its article that waw ties to a list of places."""
    token = text.tokens[i]
    if not token.text.startswith("وال") or len(token.text) < 6 or text.words.function.match(token.text):
        return None
    return Found(i, i + 1, token.start + 1, token.end, known=False)


def _longest_arabic(text: Text, keys: Keys, i: int, article_fits: Callable[[str], bool]) -> Found | None:
    first = text.tokens[i]
    if (
        text.words.organisation.fullmatch(first.text)
        or not is_arabic(first.text)
        or text.words.function.match(first.text)
        or text.words.common.match(first.text)
    ):
        return None
    for j in range(min(i + 4, len(text.tokens)), i, -1):
        if any(not joined(text.body, text.tokens[k - 1], text.tokens[k]) for k in range(i + 1, j)):
            continue
        for clitic in _CLITICS:
            start = first.start + len(clitic)
            if not first.text.startswith(clitic) or first.end - start < 3:
                continue
            surface = text.body[start : text.tokens[j - 1].end]
            if fold(surface) in keys and article_fits(surface):
                return Found(i, j, start, text.tokens[j - 1].end, known=True)
    return None


_GENERIC_AR = re.compile(r"(?:حوش|تل|كفر|عين|بيت|دير|جبل|أبو|ابو|أم|ام|خربة|شيخ|الشيخ|خان|معرة|جب|مزرعة|تلة)\Z")


def _behind_type_word(text: Text, i: int, found: list[Found]) -> Found | None:
    """Return an unknown Arabic name after a type word, or after a name of one list joined by waw."""
    token, previous = text.tokens[i], text.tokens[i - 1] if i else None
    if previous is None or not is_arabic(token.text) or text.words.function.match(token.text) or len(token.text) < 3:
        return None
    if not joined(text.body, previous, token):
        return None
    bare = previous.text.removeprefix("و")
    listed = bool(found) and not found[-1].known and found[-1].last == i and token.text.startswith("و")
    generic = _GENERIC_AR.match(token.text.removeprefix("و")) is not None
    typed = text.words.any_type.fullmatch(bare) is not None and (
        generic or token.text.startswith("ال") or text.words.named.fullmatch(bare) is not None
    )
    if not (typed or listed or (generic and found and found[-1].last == i)):
        return None
    start = token.start + (1 if token.text.startswith("و") and (listed or not typed) else 0)
    last = i + 1
    while generic and last < len(text.tokens) and joined(text.body, text.tokens[last - 1], text.tokens[last]):
        last += 1
        generic = _GENERIC_AR.match(text.tokens[last - 1].text) is not None
    return Found(i, last, start, text.tokens[last - 1].end, known=False)
