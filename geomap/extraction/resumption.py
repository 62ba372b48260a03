"""Places that a pronoun behind a preposition takes up in the same sentence: "أغلق المخيم وعادت منه 166 عائلة"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geomap.extraction.holding import kind_of
from geomap.extraction.place_parts import Part
from geomap.extraction.roles import MOVES, PASSAGES
from geomap.model import ROLES, Roles

if TYPE_CHECKING:
    import re
    from collections.abc import Mapping, Sequence

    from geomap.extraction.clauses import Piece
    from geomap.extraction.rules import Rule, RulePack
    from geomap.model import Resolution
    from geomap.resolution.surroundings import Surroundings

__all__ = ["taken_up"]

_WHY = "a pronoun takes it up"


def taken_up(
    text: str,
    start: int,
    piece: Piece,
    rule: Rule,
    *,
    placed: tuple[Roles, Mapping[int, Part]],
    resolutions: Sequence[Resolution],
    around: Sequence[Surroundings],
    pack: RulePack,
) -> tuple[Roles, Mapping[int, Part]]:
    """Return the roles of a piece with the places that pronouns in it take up, and why those have theirs.

    Parameters
    ----------
    text, start, piece
        The text, where the sentence begins, and the piece in which the pronoun stands.
    rule, placed
        The rule of the piece, and what its own places are to it and why; a role that has places takes up none, and a
        place to which words give a role keeps it.
    resolutions, around
        All mentions of the text, and what stands about each.
    pack
        Its `taken_up` holds the pronouns of each role and the names that they can mean.
    """
    roles, parts = placed
    own = {role: list(places) for role, places in roles.items()}
    told: dict[int, Part] = {}
    for role, pronoun, names in pack.taken_up:
        if own[role] or (role != "at" and rule.type not in MOVES):
            continue
        for match in pronoun.finditer(text, piece.start, piece.end):
            meant = _meant(start, match, names, resolutions, around)
            if not meant or any(parts[i].span for i in meant if i in parts):
                continue
            through = all(kind_of(resolutions[i]) & PASSAGES for i in meant)
            new = "via" if through and rule.type in MOVES else role
            for other in ROLES:
                own[other] = [r for r in own[other] if all(r is not resolutions[i] for i in meant)]
            own[new] = [*own[new], *(resolutions[i] for i in meant)]
            told |= {i: Part(new, _WHY, match.span()) for i in meant}
            break
    if not told:
        return roles, {}
    return Roles.of(own), told


def _meant(
    start: int,
    pronoun: re.Match[str],
    names: re.Pattern[str],
    resolutions: Sequence[Resolution],
    around: Sequence[Surroundings],
) -> list[int]:
    """Return the mention that a pronoun means, with those listed with it: the last one of a fitting kind before it."""
    before = [
        i
        for i, r in enumerate(resolutions)
        if start <= r.mention.start and r.mention.end <= pronoun.start() and r.mention.context == "location"
    ]
    enclosing = {j for i in before for j in around[i].enclosers}
    last = next(
        (i for i in reversed(before) if i not in enclosing and names.match(resolutions[i].mention.surface)), None
    )
    if last is None:
        return []
    return sorted({last, *(j for j in around[last].peers if j in before and j not in enclosing)})
