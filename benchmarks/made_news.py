"""Made news: long English text with few places, in which new surnames and companies keep coming, as they do in papers."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["news"]

_BEGINNINGS = [
    "Bal",
    "Bren",
    "Cal",
    "Car",
    "Dal",
    "Dor",
    "Fen",
    "Gar",
    "Hal",
    "Har",
    "Ken",
    "Lan",
    "Lor",
    "Mar",
    "Mel",
    "Nor",
    "Or",
    "Pel",
    "Ren",
    "Ros",
    "Sel",
    "Tal",
    "Tor",
    "Van",
    "Wal",
    "Wil",
]
_MIDDLES = ["a", "e", "i", "o", "ar", "en", "er", "in", "o", "u", "an"]
_ENDS = [
    "bert",
    "by",
    "dale",
    "den",
    "don",
    "ford",
    "gan",
    "ham",
    "kin",
    "ler",
    "ley",
    "low",
    "man",
    "mer",
    "ner",
    "nock",
    "ridge",
    "son",
    "ston",
    "ter",
    "ton",
    "tt",
    "vel",
    "well",
    "wick",
]
_FIRST_NAMES = ["Alice", "Andrew", "Anna", "Barbara", "Brian", "Carol", "Daniel", "David", "Edward", "Ellen", "Emma", "Frank", "George", "Grace", "Hannah", "Helen", "Henry", "Irene", "James", "Jane", "John", "Julia", "Karen", "Laura", "Linda", "Louise", "Martin", "Mary", "Michael", "Nora", "Oliver", "Paul", "Peter", "Rachel", "Robert", "Rose", "Sarah", "Simon", "Susan", "Thomas", "Victor", "Walter", "William"]  # fmt: skip
_PLACES = [
    "London",
    "Paris",
    "Berlin",
    "Chicago",
    "Boston",
    "Madrid",
    "Rome",
    "Toronto",
    "Vienna",
    "Dublin",
    "Oslo",
    "Lisbon",
    "Prague",
    "Athens",
    "Sydney",
]
_NOUNS = ["budget", "harvest", "library", "railway", "bridge", "festival", "school", "hospital", "novel", "orchestra", "storm", "season", "market", "factory", "council", "museum", "engine", "vaccine", "forest", "river", "garden", "treaty", "strike", "election", "painting", "theatre", "stadium", "laboratory", "bakery"]  # fmt: skip
_ADJECTIVES = [
    "late",
    "early",
    "narrow",
    "broad",
    "quiet",
    "sudden",
    "modest",
    "steady",
    "costly",
    "public",
    "private",
    "famous",
    "local",
    "modern",
    "rural",
]
_VERBS = [
    "opened",
    "closed",
    "praised",
    "doubted",
    "repaired",
    "delayed",
    "financed",
    "rebuilt",
    "reviewed",
    "cancelled",
    "defended",
    "described",
]
_TEMPLATES = (
    "{person} said on {day} that the {adjective} {noun} would be {verb} before the end of the year, and that nobody had "
    "asked for more time.",
    "The {noun}, which was {verb} two years ago by a small group of engineers, has since become the most {adjective} of "
    "its kind, according to people who know the matter.",
    "In a letter to shareholders, {company} called the {adjective} {noun} a turning point; its chief executive, {person}, "
    "expects sales to grow by {number} per cent.",
    "Critics were less kind: one reviewer found the {noun} {adjective}, another wrote that it should never have been "
    "{verb} at all, and a third simply left after {number} minutes.",
    "A spokeswoman for {company} in {place} declined to say how many of the {number} jobs would be lost when the "
    "{noun} is {verb}.",
    "Nearly {number} people came to see the {adjective} {noun} that {person} and her brother had {verb} with their own "
    "hands during a long and rainy winter.",
    "“It was never about the money,” said {person}, who has studied every {noun} of the past century. “It was about a "
    "{adjective} idea whose time had come.”",
    "After the break the home side looked tired, and {person} needed only {number} seconds to make the crowd forget the "
    "{adjective} first half.",
    "What happens next depends on the committee, whose members {verb} a similar {noun} in March and have shown little "
    "wish to do so again; a vote is expected within weeks.",
    "Researchers led by {person} followed {number} volunteers for a decade and found that those with a {adjective} "
    "{noun} nearby slept longer and worried less.",
)  # fmt: skip
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def news(characters: int, *, seed: int = 1) -> list[str]:
    """Return articles of some 3,000 characters each that hold so many together; one name of a place in 1,400 or so."""
    chance = random.Random(seed)
    articles: list[str] = []
    while sum(len(article) for article in articles) < characters:
        articles.append("\n\n".join(" ".join(_sentences(chance, 4)) for _ in range(5)))
    return articles


def _sentences(chance: random.Random, number: int) -> Iterator[str]:
    for template in chance.choices(_TEMPLATES, k=number):
        yield template.format(
            person=f"{chance.choice(_FIRST_NAMES)} {_surname(chance)}",
            company=f"{_surname(chance)} {chance.choice(['Brothers', 'Industries', 'Holdings', 'and Sons'])}",
            place=chance.choice(_PLACES),
            day=chance.choice(_DAYS),
            noun=chance.choice(_NOUNS),
            adjective=chance.choice(_ADJECTIVES),
            verb=chance.choice(_VERBS),
            number=chance.randint(12, 900),
        )


def _surname(chance: random.Random) -> str:
    return chance.choice(_BEGINNINGS) + chance.choice(_MIDDLES) + chance.choice(_ENDS)
