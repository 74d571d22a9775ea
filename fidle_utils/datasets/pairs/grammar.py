"""A grammar of short sentences in French and English, in which adjective and noun change places.

As with volunteers, a few words may be translated in two ways: nobody is right every time.
"""

from collections.abc import Callable
from random import Random

from fidle_utils.datasets import words

__all__ = ["write_pair"]


def _noun_phrase(rng: Random, either: Callable[[str], str]) -> tuple[str, str]:
    """A determiner, a noun, mostly an adjective: three in four of these stand after the noun in French."""
    lists, feminine = words("pairs"), rng.randrange(2)
    noun, english = rng.choice(list(lists[("masculine", "feminine")[feminine]].items()))
    determiner, place = rng.choice(lists["determiners"]), rng.choice(["after", "after", "after", "before"])
    french, english = [noun], either(english)
    if rng.random() < 0.8:
        adjective = rng.choice(lists[place])
        french.insert(place == "after", adjective[feminine])
        english = f"{either(adjective[2])} {english}"
    article = "an" if determiner[2] == "a" and english[0] in "aeiou" else determiner[2]
    return " ".join([either(determiner[feminine]), *french]), f"{article} {english}"


def write_pair(rng: Random, volunteer: Random) -> tuple[str, str]:
    """Write a French sentence of at most 8 words and marks, and its translation.

    Args:
        rng: chooses what is said.
        volunteer: chooses between words that mean the same.
    """

    def either(same: str) -> str:
        return volunteer.choice(same.split("|"))

    (subject, who), (thing, what) = _noun_phrase(rng, either), _noun_phrase(rng, either)
    i_do, it_does, do, does = rng.choice(words("pairs")["verbs"])
    i_do, it_does = either(i_do), either(it_does)
    statement = (f"{subject} {it_does} {thing}.", f"{who} {does} {what}.")
    mine = (f"je {i_do} {thing}.", f"I {do} {what}.")
    not_mine = (f"je ne {i_do} pas {thing}.", f"I do not {do} {what}.")
    question = (f"où est {thing} ?", f"where is {what}?")
    pair = rng.choice([statement, statement, statement, mine, not_mine, question])
    french, english = (sentence[0].upper() + sentence[1:] for sentence in pair)
    return french, english
