"""Film reviews, real or simulated; the real ones are kept in one prepared file, read in a second the next time."""

import os
from contextlib import suppress
from pathlib import Path
from random import Random

import numpy as np

from fidle_utils import course_root
from fidle_utils.datasets import DataSource, pick, stamp
from fidle_utils.datasets.imdb.grammar import write_review
from fidle_utils.datasets.imdb.read import FORMS, PER_CLASS, Reviews, look, read_reviews
from fidle_utils.files import read_json, write_json

__all__ = ["load_reviews", "read_cached", "simulate_reviews"]
CACHE_FORMAT = 2  # to be raised when the prepared file changes its form


def load_reviews(
    source: str = "auto", scale: float = 1.0, cache: bool = True, seed: int = 123
) -> tuple[Reviews, DataSource]:
    """Load the film reviews, real ones if there are any.

    Args:
        source: "auto" (real if found, else simulated, said loudly), "real" or "simulated".
        scale: part of the reviews that is used, of train and of test.
        cache: keep the texts in one prepared file, read in a second the next time.
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
    if look(path) == FORMS[-1]:
        reviews, what = read_reviews(path), f"{what}, split in halves"
        print(
            f"{path.name} has no split of its own: its first {len(reviews.train_texts):,} reviews train, the other "
            f"{len(reviews.test_texts):,} test. A film may be in both: scores are not those of Stanford's split."
        )
    else:
        reviews = read_cached(path) if cache else read_reviews(path)
    return reviews.part(scale), DataSource("imdb", "real", what)


def read_cached(path: Path, per_class: int = PER_CLASS, caches: list[Path] | None = None) -> Reviews:
    """`read_reviews` the first time, the prepared file in the first writable place later.

    Args:
        path: an archive or an unpacked folder.
        per_class: as in `read_reviews`.
        caches: where the prepared file may lie; by default the course's datasets/, else the user's cache, never
            beside the archive, which may be shared with others.
    """
    caches = _cache_files() if caches is None else caches
    identity = [CACHE_FORMAT, per_class, *stamp([path])[0][1:]]
    for file in caches:
        kept = read_json(file)
        if kept.get("identity") == identity:
            labels = (np.array(kept[part], dtype="uint8") for part in ("train_labels", "test_labels"))
            return Reviews(kept["train_texts"], next(labels), kept["test_texts"], next(labels))
    reviews = read_reviews(path, per_class)
    kept = {"identity": identity} | {
        name: list(map(int, value)) if name.endswith("labels") else value for name, value in vars(reviews).items()
    }
    for file in caches:
        with suppress(OSError):  # read-only, or a full disk: the next place, or none
            write_json(file, kept)
            break
    return reviews


def _cache_files() -> list[Path]:
    folders = []
    with suppress(FileNotFoundError):
        folders.append(course_root() / "datasets" / "imdb")
    user = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return [folder / "reviews.prepared.json" for folder in [*folders, Path(user) / "fidle" / "imdb"]]


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
