"""A grammar of film reviews in which order matters: praise and blame are negated, put off and taken back."""

import re
from random import Random

# Index 0 is blame, 1 is praise, as in the labels.
ADJECTIVES = tuple(
    words.split()
    for words in (
        "bad awful terrible boring dull poor stupid weak ugly silly tedious predictable annoying horrible flat "
        "lame pointless forgettable clumsy lifeless",
        "good great excellent wonderful brilliant superb charming moving funny beautiful clever fresh gripping "
        "touching perfect fascinating delightful fine memorable powerful",
    )
)
NOUNS = (
    ["disaster", "disappointment", "failure", "mess", "bore", "nightmare"],
    ["masterpiece", "triumph", "success", "gem", "joy", "pleasure"],
)
_ASPECTS = (
    "acting plot story music script photography dialogue direction cast humour pace camera editing "
    "soundtrack ending opening hero villain"
)
ASPECTS = _ASPECTS.split()
ADVERBS = ["really", "quite", "so", "very", "simply", "truly", "rather", "just"]
KINDS = ["western", "comedy", "thriller", "drama", "musical", "war film", "horror movie", "love story"]
PEOPLE = ["teachers", "two brothers", "old sailors", "young widows", "spies", "his children", "three thieves"]
DEEDS = ["look for", "lose", "find", "try to sell", "run away from", "dream of", "fight over", "return to"]
THINGS = ["a lost letter", "the farm", "a stolen car", "their home town", "a treasure", "the truth", "a child"]
SYLLABLES = [c + v for c in "bdklmnrstv" for v in "aeio"]

# {g}: an adjective of the mood that is meant, {w}: of the other one; {gn}, {wn}: nouns; {a}, {b}: aspects.
DIRECT = (
    "The {a} is {adv} {g}.",
    "I found the {a} {adv} {g}.",
    "What a {g} {a}!",
    "The {a} and the {b} are {g}.",
    "It has a {g} {a}.",
    "The {a} was a {gn}.",
)
NEGATED = (  # the word and what turns it round are neighbours: a bigram sees it
    "The {a} is not {w}.",
    "The {a} isn't {w} at all.",
    "The {a} was never {w}.",
    "Hardly {w}, this {a}.",
    "There is no {wn} here, thanks to the {a}.",
)
FAR = (  # words lie between them
    "I would not call the {a} {adv} {w}.",
    "Nobody could say that the {a} was {w}.",
    "The {a} is anything but {adv} {w}.",
    "Do not believe those who find the {a} {w}.",
    "I expected the {a} to be {w}; I was wrong.",
    "I expected a {wn}; the {a} was the opposite.",
    "They told me that the {a} was {w}, and that is not true.",
)
CONTRAST = (  # both moods in one sentence: the place tells which one counts
    "The {a} may be {w}, but the whole film is {g}.",
    "Although the {a} is {w}, in the end this is a {g} film.",
    "In spite of the {w} {a}, I call it {g}.",
    "It starts {w} and ends {g}.",
    "I thought it would be {w}; it turned out to be {g}.",
    "Others call it {w}; I say {g}.",
    "It is {g}, even if the {a} is {w}.",
    "A {g} film, in spite of its {w} {a}.",
    "It is {g} rather than {w}.",
    "Not {w} but {g}, this {a}.",
)
STORY = (
    "It is a {kind} about {people} who {deed} {thing}.",
    "The {kind} was shot in {year} near {place}.",
    "{name} plays the lead and {name2} directs it.",
    "I saw it with {people} in {place}.",
    "We watched it on television, late in the evening.",
    "In the second part they {deed} {thing}.",
    "{name} was in another {kind} in {year}.",
    "There are also {people} in it, one of them played by {name}.",
)


def _name(rng: Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()


def _opinion(rng: Random, mood: int, weights: tuple[int, ...]) -> str:
    """A sentence that means `mood`, whatever its words say."""
    (form,) = rng.choices((DIRECT, NEGATED, FAR, CONTRAST), weights)
    a, b = rng.sample(ASPECTS, 2)
    return rng.choice(form).format(
        g=rng.choice(ADJECTIVES[mood]),
        w=rng.choice(ADJECTIVES[1 - mood]),
        gn=rng.choice(NOUNS[mood]),
        wn=rng.choice(NOUNS[1 - mood]),
        adv=rng.choice(ADVERBS),
        a=a,
        b=b,
    )


def _story(rng: Random) -> str:
    return rng.choice(STORY).format(
        kind=rng.choice(KINDS),
        people=rng.choice(PEOPLE),
        deed=rng.choice(DEEDS),
        thing=rng.choice(THINGS),
        year=rng.randint(1930, 2005),
        place=_name(rng),
        name=_name(rng),
        name2=_name(rng),
        a=rng.choice(ASPECTS),
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
