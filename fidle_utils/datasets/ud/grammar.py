"""A grammar of sentences with tags: noun or verb is told by the neighbours, new words by their endings."""

from random import Random

__all__ = ["write_sentence"]
_DETERMINERS = ["le", "la", "un", "une", "ce", "mon", "notre", "chaque"]
_PRONOUNS = ["il", "elle", "on"]
_OBJECTS = ["le", "la"]  # before a verb: a pronoun; before a noun: a determiner
_ADPOSITIONS = ["de", "dans", "sur", "avec", "pour", "sans"]
_BOTH = ["marche", "porte", "garde", "place", "danse", "montre", "voile", "nage", "charge", "trace"]  # noun or verb
_BOTH += ["ferme", "visite", "attaque", "cause", "chasse", "livre", "monte", "pose", "rencontre", "touche"]
_ENDINGS = {  # some are shared, as in the adjective "unique" and the noun "musique"
    "NOUN": ["tion", "eur", "age", "té", "ique", "it"],
    "ADJ": ["eux", "ique", "able", "if"],
    "VERB": ["ait", "era", "it", "age"],
}
_STEMS = [c + v for c in ("b", "ch", "d", "f", "gr", "l", "m", "p", "pl", "r", "s", "t", "tr", "v") for v in "aeiou"]
_KNOWN = 60  # stems that many sentences share; the others are new each time


def _word(rng: Random, tag: str) -> tuple[str, str]:
    """A noun, an adjective or a verb: often one that may be noun or verb, sometimes one that was never seen."""
    if tag != "ADJ" and rng.random() < 0.4:
        return rng.choice(_BOTH), tag
    known = rng.random() < 0.75
    stem = _STEMS[rng.randrange(_KNOWN)] if known else rng.choice(_STEMS) + rng.choice(_STEMS) + rng.choice(_STEMS)
    return stem + rng.choice(_ENDINGS[tag]), tag


def _noun_phrase(rng: Random, depth: int = 0) -> list[tuple[str, str]]:
    words = [(rng.choice(_DETERMINERS), "DET"), _word(rng, "NOUN")]
    if rng.random() < 0.4:
        words.insert(rng.choice([1, 2, 2]), _word(rng, "ADJ"))
    if depth < 2 and rng.random() < 0.3:
        words += [(rng.choice(_ADPOSITIONS), "ADP"), *_noun_phrase(rng, depth + 1)]
    return words


def _clause(rng: Random) -> list[tuple[str, str]]:
    subject = [(rng.choice(_PRONOUNS), "PRON")] if rng.random() < 0.4 else _noun_phrase(rng)
    form = rng.random()
    if form < 0.25:  # il la porte
        return [*subject, (rng.choice(_OBJECTS), "PRON"), _word(rng, "VERB")]
    if form < 0.4:
        return [*subject, ("est", "AUX"), _word(rng, "ADJ")]
    words = [*subject, _word(rng, "VERB")]
    if rng.random() < 0.3:
        words.append((rng.choice(_STEMS) + rng.choice(["", "le"]) + "ment", "ADV"))
    return [*words, *_noun_phrase(rng)]


def write_sentence(rng: Random) -> list[tuple[str, str]]:
    """Write a sentence of 4 to about 40 words, each with its tag."""
    words = _clause(rng)
    if rng.random() < 0.4:
        words += [(rng.choice(["et", "ou"]), "CCONJ"), *_clause(rng)]
    (first, tag), *others = words
    return [(first.capitalize(), tag), *others, (rng.choice([".", ".", "!"]), "PUNCT")]
