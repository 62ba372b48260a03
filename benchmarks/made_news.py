"""Made news: long English text with few places, in which new surnames and companies keep coming, as in papers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["news"]

_WORDS = dict(
    line.strip().split(": ")
    for line in """
    first: Alice Andrew Anna Brian Carol Daniel David Ellen Emma Frank George Grace Henry Irene James Jane John Julia
    firm: Brothers Holdings Industries Partners Stores Works
    day: Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    place: Athens Berlin Boston Chicago Dublin Lisbon London Madrid Oslo Paris Prague Rome Sydney Toronto Vienna
    noun: budget harvest library railway bridge festival school novel orchestra storm season market factory council
    thing: museum engine vaccine forest river garden treaty strike election painting theatre stadium laboratory bakery
    adjective: late early narrow broad quiet sudden modest steady costly public private famous local modern rural
    verb: opened closed praised doubted repaired delayed financed rebuilt reviewed cancelled defended described
    onset: b br c ch d dr f g gr h k l m n p pr r s st t tr v w
    vowel: a e i o u ai ea ou
    coda: ck l ld ll m n nd nt r rd rn s st t x
    """.strip().splitlines()
)
_TEMPLATES = """
{person} said on {day} that the {adjective} {noun} would be {verb} before the end of the year, and nobody had asked.
The {noun}, which was {verb} two years ago by a small group of engineers, has become the most {adjective} of its kind.
In a letter to shareholders, {company} called the {thing} a turning point; its chief, {person}, expects sales to grow.
Critics were less kind: one reviewer found the {noun} {adjective}, another wrote that it should never have been {verb}.
A spokeswoman for {company} in {place} declined to say how many of {number} jobs would go when the {thing} is {verb}.
Nearly {number} people came to see the {adjective} {thing} that {person} and her brother had {verb} by themselves.
“It was never about the money,” said {person}, who has studied every {noun} of the past century. “It was an idea.”
After the break the home side looked tired, and {person} needed only {number} seconds to make the crowd forget it all.
What happens next depends on the committee, whose members {verb} a similar {thing} in March; a vote is expected soon.
Researchers led by {person} followed {number} volunteers and found that those with a {noun} nearby worried less.
""".strip().splitlines()
_SENTENCES = 24
_CAST = 8
"""Surnames of one article: each is new, and comes again within it."""


def news(characters: int, *, seed: int) -> list[str]:
    """Return articles of some 2,700 characters each that hold so many together; another seed has other surnames."""
    chance = random.Random(seed)
    articles: list[str] = []
    while characters > 0:
        articles.append(" ".join(_sentences(chance)))
        characters -= len(articles[-1])
    return articles


def _sentences(chance: random.Random) -> Iterator[str]:
    surnames = [_surname(chance) for _ in range(_CAST)]
    for template in chance.choices(_TEMPLATES, k=_SENTENCES):
        words = {name: chance.choice(choices.split()) for name, choices in _WORDS.items()}
        words["person"] = f"{words['first']} {chance.choice(surnames)}"
        words["company"] = f"{chance.choice(surnames)} {words['firm']}"
        yield template.format(number=chance.randint(12, 900), **words)


def _surname(chance: random.Random) -> str:
    letters = [chance.choice(_WORDS[part].split()) for part in ("onset", "vowel", "onset", "vowel", "coda")]
    return "".join(letters).capitalize()
