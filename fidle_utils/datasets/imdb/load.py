"""Film reviews, real or simulated."""

from random import Random

import numpy as np

from fidle_utils.datasets import DataSource, pick
from fidle_utils.datasets.imdb.grammar import write_review
from fidle_utils.datasets.imdb.read import FORMS, Reviews, look, read_reviews

__all__ = ["load_reviews", "simulate_reviews"]


def load_reviews(source: str = "auto", scale: float = 1.0, seed: int = 123) -> tuple[Reviews, DataSource]:
    """Load the film reviews, real ones if there are any.

    Args:
        source: "auto" (real if found, else simulated, said loudly), "real" or "simulated".
        scale: part of the reviews that is used, of train and of test.
        seed: of the simulated reviews.

    Returns:
        The reviews and the label of their source.

    Raises:
        FileNotFoundError: `source="real"` and there are no reviews.
        ValueError: they are damaged or not the ones expected.
    """
    found = pick(source, "imdb")
    if not found:
        return simulate_reviews(seed=seed).part(scale), DataSource("imdb", "simulated", "film reviews")
    path, what = found[0], "Stanford film reviews"  # no count: the title stands over figures of any part of them
    reviews = read_reviews(path)
    if look(path) == FORMS[-1]:
        what += ", split in halves"
        print(
            f"{path.name} has no split of its own: its first {len(reviews.train_texts):,} reviews train, the other "
            f"{len(reviews.test_texts):,} test. A film may be in both: scores are not those of Stanford's split."
        )
    return reviews.part(scale), DataSource("imdb", "real", what)


def simulate_reviews(n: int = 4000, seed: int = 123) -> Reviews:
    """Invent `n` reviews to train on and as many to test on, half of them positive.

    A small grammar writes them (see `grammar`): praise and blame are mixed, often negated or taken back
    ("anything but a masterpiece", "good actors, but ..."), so that words alone do not tell; a few labels are
    plainly wrong, so that nobody can be perfect.

    Raises:
        ValueError: `n` is not an even number of 2 or more.
    """
    if n < 2 or n % 2:
        raise ValueError(f"`n` must be an even number of reviews, 2 or more. Received: n={n}.")
    rng = Random(seed)
    parts = []
    for _ in range(2):
        labels = np.tile(np.array([0, 1], dtype="uint8"), n // 2)
        parts += [[write_review(rng, bool(label)) for label in labels], labels]
    return Reviews(*parts)
