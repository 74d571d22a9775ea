"""A grammar of short sentences in French and English, in which adjective and noun change places.

As with volunteers, a few words may be translated in two ways: nobody is right every time.
"""

from functools import cache
from pathlib import Path
from random import Random

import yaml

__all__ = ["write_pair"]


@cache
def _words() -> dict:
    """Words from `grammar.yml`, which explains them."""
    return yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def _noun_phrase(rng: Random) -> tuple[str, str]:
    """A determiner, a noun, mostly an adjective: three in four of these stand after the noun in French."""
    words, feminine = _words(), rng.randrange(2)
    noun, english = rng.choice(list(words[("masculine", "feminine")[feminine]].items()))
    english = rng.choice(english.split("|"))
    determiner, place = rng.choice(words["determiners"]), rng.choice(["after", "after", "after", "before"])
    french = [noun]
    if rng.random() < 0.8:
        adjective = rng.choice(words[place])
        french.insert(place == "after", adjective[feminine])
        english = f"{rng.choice(adjective[2].split('|'))} {english}"
    article = "an" if determiner[2] == "a" and english[0] in "aeiou" else determiner[2]
    return " ".join([determiner[feminine], *french]), f"{article} {english}"


def write_pair(rng: Random) -> tuple[str, str]:
    """Write a French sentence of at most 8 words and marks, and its translation."""
    (subject, who), (thing, what) = _noun_phrase(rng), _noun_phrase(rng)
    i_do, it_does, do, does = rng.choice(_words()["verbs"])
    statement = (f"{subject} {it_does} {thing}.", f"{who} {does} {what}.")
    mine = (f"je {i_do} {thing}.", f"I {do} {what}.")
    not_mine = (f"je ne {i_do} pas {thing}.", f"I do not {do} {what}.")
    question = (f"où est {thing} ?", f"where is {what}?")
    pair = rng.choice([statement, statement, statement, mine, not_mine, question])
    french, english = (sentence[0].upper() + sentence[1:] for sentence in pair)
    return french, english
