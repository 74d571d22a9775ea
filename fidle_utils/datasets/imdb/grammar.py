"""A grammar of film reviews in which order matters: praise and blame are negated, put off and taken back."""

import re
from random import Random

from fidle_utils.datasets import words

__all__ = ["write_review"]
_SYLLABLES = [c + v for c in "bdklmnrstv" for v in "aeio"]


def _name(rng: Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()


def _opinion(rng: Random, mood: int, weights: tuple[int, ...]) -> str:
    """A sentence that means `mood`, whatever its words say."""
    lists = words("imdb")
    (form,) = rng.choices([lists[name] for name in ("direct", "negated", "far", "contrast")], weights)
    a, b = rng.sample(lists["aspects"], 2)
    return rng.choice(form).format(
        g=rng.choice(lists["adjectives"][mood]),
        w=rng.choice(lists["adjectives"][1 - mood]),
        gn=rng.choice(lists["nouns"][mood]),
        wn=rng.choice(lists["nouns"][1 - mood]),
        adv=rng.choice(lists["adverbs"]),
        a=a,
        b=b,
    )


def _story(rng: Random) -> str:
    lists = words("imdb")
    return rng.choice(lists["story"]).format(
        kind=rng.choice(lists["kinds"]),
        people=rng.choice(lists["people"]),
        deed=rng.choice(lists["deeds"]),
        thing=rng.choice(lists["things"]),
        year=rng.randint(1930, 2005),
        place=_name(rng),
        name=_name(rng),
        name2=_name(rng),
        a=rng.choice(lists["aspects"]),
    )


def write_review(rng: Random, positive: bool) -> str:
    """Write one review of 30 to 150 words.

    Seven in a hundred authors pressed the wrong button: their text says the opposite of its label. The
    others praise or blame most things, not all, and close with what they mean.
    """
    mood = int(positive) if rng.random() > 0.07 else 1 - int(positive)
    moods = [mood if rng.random() < 0.82 else 1 - mood for _ in range(rng.randint(3, 6))]
    sentences = [_opinion(rng, m, (70, 10, 10, 10)) for m in moods]
    sentences += [_story(rng) for _ in range(rng.randint(2, 6))]
    rng.shuffle(sentences)
    sentences.append(_opinion(rng, mood, (60, 10, 15, 15)))
    where = rng.randint(1, len(sentences) - 1)
    text = " ".join(sentences[:where]) + rng.choice((" ", "<br /><br />")) + " ".join(sentences[where:])
    return re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
