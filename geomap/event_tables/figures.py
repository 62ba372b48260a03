"""Figures as tables write them -> counts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from geomap.arabic_script import western
from geomap.model import Count

if TYPE_CHECKING:
    from geomap.model import Scope

__all__ = [
    "Marks",
    "count_of",
    "counts_in_words",
    "is_missing",
    "marked",
    "number_of",
    "scope_of",
    "truth_of",
    "unit_of",
]

_MISSING = frozenset(
    {"", "-", "--", "–", "—", "n/a", "na", "#n/a", "null", "none", "nan", "unknown", "?", ".", "..", "..."}
)
_ABOUT = re.compile(r"(?:~|≈|about|approx(?:\.|imately)?|around|circa|ca\.?|some)\s*", re.IGNORECASE)
_LEAST = re.compile(r"(?:>=?|≥|at least|more than|over|min\.?)\s*", re.IGNORECASE)
_MOST = re.compile(r"(?:<=|≤|at most|up to|no more than|max\.?)\s*", re.IGNORECASE)
_RANGE = re.compile(r"(\S.*?)\s*(?:-|–|—|to)\s*(\S.*)")
_GROUPED = re.compile(r"\d{1,3}(?:(?:,\d{3})+|(?:[  '’٬]\d{3})+)(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?(?:[eE]\+?\d{1,2})?")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+")
_LARGEST = 1e12
_WHOLE = frozenset({"people", "families", "children", "women", "men", "fighters", "violations", "houses", "trucks"})
"""Units of which there are no halves."""

_UNITS = {
    "people": "person persons individual individuals ind people pax civilians residents returnees idps idp refugees"
    " شخص أشخاص فرد أفراد человек",
    "families": "family families household households hh hhs أسرة أسر عائلة عائلات семей",
    "tons": "ton tons tonne tonnes mt t طن тонн",
    "children": "child children أطفال طفل детей",
    "women": "woman women نساء женщин",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_SCOPES: dict[str, Scope] = {
    **dict.fromkeys(["period", "flow", "new", "daily", "weekly", "monthly"], "period"),
    **dict.fromkeys(["cumulative", "stock", "total", "present"], "cumulative"),
}
_TRUE = frozenset({"true", "yes", "y", "1", "x", "نعم", "да"})
_FALSE = frozenset({"false", "no", "n", "0", "", "لا", "нет"})
_IN_WORDS = re.compile(
    r"(?:(?P<least>at least )|(?P<most>at most )|(?P<about>about ))?"
    r"(?P<value>\d+(?:\.\d+)?(?:e[+-]?\d+)?) (?P<unit>.+?)(?P<total> in total)?"
    r"(?: of (?P<of>\d+(?:\.\d+)?(?:e[+-]?\d+)?))?"
)


class Marks(NamedTuple):
    """What is said of a figure: that it is a lower bound, an upper one, or round."""

    at_least: bool = False
    at_most: bool = False
    rounded: bool = False


def marked(count: Count, marks: Marks) -> Count:
    """Return a figure with marks beside its own."""
    if not any(marks):
        return count
    return replace(
        count,
        at_least=count.at_least or marks.at_least,
        at_most=count.at_most or marks.at_most,
        approximate=count.approximate or marks.rounded,
    )


def is_missing(text: str) -> bool:
    """Tell whether a cell says that there is no value: empty, "-", "N/A"."""
    return text.casefold() in _MISSING


def unit_of(text: str) -> str:
    """Return the standard noun of a unit, or the unit as written, in small letters."""
    plain = " ".join(text.casefold().split())
    return _UNIT_OF.get(plain, plain)


def scope_of(text: str) -> Scope:
    """Return whether a word means a figure of a period or a running total.

    Raises
    ------
    ValueError
        When it means neither.
    """
    scope = _SCOPES.get(text.casefold().strip())
    if scope is None:
        raise ValueError(f"{text!r} is neither period nor cumulative")
    return scope


def truth_of(text: str) -> bool:
    """Return what yes or no means.

    Raises
    ------
    ValueError
        When it is neither.
    """
    plain = text.casefold().strip()
    if plain not in _TRUE | _FALSE:
        raise ValueError(f"{text!r} is neither yes nor no")
    return plain in _TRUE


def count_of(text: str, unit: str, scope: Scope) -> Count:
    """Return the figure of a cell; a range or "100+" is a lower bound, "up to 100" an upper, "about 100" a round one.

    Raises
    ------
    ValueError
        When it is no figure, or could be two.
    """
    plain = western(text).replace("٫", ".").strip()
    said = {}
    for mark, words in (("about", _ABOUT), ("least", _LEAST), ("most", _MOST)):
        found = words.match(plain)
        said[mark] = found is not None
        plain = plain[found.end() :].strip() if found else plain
    marks = Marks(said["least"] or plain.endswith("+"), said["most"], said["about"])
    plain = plain.rstrip("+").strip()
    spread = _RANGE.fullmatch(plain)
    if spread:
        low, high = number_of(spread[1], unit), number_of(spread[2], unit)
        if low > high:
            raise ValueError(f"{text!r} is no range: its end is less than its beginning")
        return Count(value=low, unit=unit, scope=scope, at_least=True, surface=text)
    return marked(Count(value=number_of(plain, unit), unit=unit, scope=scope, surface=text), marks)


def number_of(text: str, unit: str) -> float:
    """Return a number with or without groups of thousands.

    Raises
    ------
    ValueError
        When it is none, is negative, or its dot could part thousands as well as decimals.
    """
    if _GROUPED.fullmatch(text):
        value = float(re.sub(r"[,  '’٬]", "", text))
    elif _PLAIN.fullmatch(text):
        value = float(text)
    else:
        why = "a number of them is not negative" if re.fullmatch(r"-\s*\d.*", text) else "write it as 1234"
        raise ValueError(f"{text!r} is no figure; {why}")
    if not value.is_integer() and unit in _WHOLE:
        why = f"{text} {unit} are no whole {unit}"
        raise ValueError(f"{why}; are thousands meant? write 1234" if _DOTTED.fullmatch(text) else why)
    if _DOTTED.fullmatch(text) and text.count(".") > 1:
        raise ValueError(f"{text!r} has several dots; write it as 1234567")
    if value > _LARGEST:
        raise ValueError(f"{text!r} is more than there can be")
    return value


def counts_in_words(text: str) -> tuple[Count, ...] | None:
    """Return the figures that geomap wrote in words ("at least 194 people; 100 children of 194"); None of others."""
    counts = []
    for part in text.split("; "):
        match = _IN_WORDS.fullmatch(part)
        if match is None:
            return None
        scope: Literal["period", "cumulative"] = "cumulative" if match["total"] else "period"
        counts.append(
            Count(
                value=float(match["value"]),
                unit=match["unit"],
                scope=scope,
                at_least=match["least"] is not None,
                at_most=match["most"] is not None,
                approximate=match["about"] is not None,
                subset_of=float(match["of"]) if match["of"] else None,
                surface=part,
            )
        )
    return tuple(counts)
