"""IMDB: Stanford's 50,000 film reviews: their archive, its unpacked folder, or the table that is on Kaggle."""

import gzip
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np

from fidle_utils.datasets import DamagedFile, DataFile, DataSource, pick, share, walk
from fidle_utils.datasets.imdb.grammar import write_review
from fidle_utils.datasets.tables import open_text, read_header

__all__ = ["LABELS", "Reviews", "check", "files", "load_reviews", "read_reviews", "simulate_reviews"]
LABELS = ("negative", "positive")  # a label is an index into these
_PER_CLASS = 12_500
_FORMS = ("archive", "unpacked folder", "table of reviews, without a split")  # the first that is there is read
_PARTS = [(part, mood) for part in ("train", "test") for mood in ("neg", "pos")]
_REVIEW = re.compile(r"(?:^|/)(train|test)/(neg|pos)/(\d+)_\d+\.txt$")
_INSIDE = re.compile(r"(?:^|/)(?:train|test)(?:/|$)")
_COLUMNS = {"review": "text", "text": "text", "sentiment": "label", "label": "label"}
_MOODS = dict.fromkeys(("negative", "neg", "0", "0.0", "false"), 0) | dict.fromkeys(
    ("positive", "pos", "1", "1.0", "true"), 1
)


@dataclass(frozen=True)
class Reviews:
    """Texts and labels (0 negative, 1 positive), the train part and the test part.

    From the archive they come in the order of their numbers, a positive one after a negative one. Neighbours of
    one class are mostly about the same film: a validation part cut off at the end keeps a film's praise together,
    and its blame. The classes go through the films in different orders, so praise of a film may lie in such a
    part and its blame before it. No film is in both train and test.

    Args:
        train_texts, test_texts: lists of reviews as they were written.
        train_labels, test_labels: arrays (review,), uint8.
    """

    train_texts: list[str]
    train_labels: np.ndarray
    test_texts: list[str]
    test_labels: np.ndarray

    def part(self, scale: float) -> "Reviews":
        """The first reviews of both parts, `scale` of them: 1 is all, 0.1 every tenth of the work."""
        return Reviews(*(share(rows, scale, step=2) for rows in vars(self).values()))


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
    if _look(path) == _FORMS[-1]:
        what += ", split in halves"
        print(
            f"{path.name} has no split of its own: its first {len(reviews.train_texts):,} reviews train, the other "
            f"{len(reviews.test_texts):,} test. A film may be in both: scores are not those of Stanford's split."
        )
    return reviews.part(scale), DataSource("imdb", "real", what)


def files(folder: Path) -> list[DataFile]:
    """Every file of a folder. One is read: the archive if there is one, else the unpacked folder, else a table."""
    return walk(folder, _look, _look_inside, order=lambda file: (_FORMS.index(file.form), file.path))


def _look(path: Path) -> str:
    """How a file or a folder is read, told by its beginning; `ValueError` with the reason if it holds no reviews."""
    if path.is_dir():
        return _look_inside(path)
    with suppress(EOFError, zlib.error, tarfile.TarError), tarfile.open(path) as archive:
        if any(_INSIDE.search(member.name) for member in islice(archive, 100)):
            return _FORMS[0]
        raise ValueError("it is an archive without train/ and test/")
    with open_text(path) as file:
        _, labels = read_header(file, _column)
    if len(set(map(_column, labels)) - {None}) == 2:
        return _FORMS[2]
    raise ValueError("it holds no reviews: no archive of Stanford's, no table with the columns review, sentiment")


def _look_inside(folder: Path) -> str:
    """The form of a folder with Stanford's layout; an empty text for any other."""
    return _FORMS[1] if all((folder / part / mood).is_dir() for part, mood in _PARTS) else ""


def _column(label: str) -> str | None:
    return _COLUMNS.get(label.strip().lower())


def read_reviews(path: str | Path, per_class: int = _PER_CLASS) -> Reviews:
    """Read the reviews of an archive, of its unpacked folder or of a table. No file is ever unpacked.

    Archive and folder are judged by what they hold: train and test, each with `per_class` negative and as many
    positive reviews; the unlabelled ones are passed over. A table has no split: its order is kept, its first half
    is the train part.

    Args:
        path: a tar archive or a folder with `train/pos/<number>_<stars>.txt` and so on, or a table with the
            columns `review` and `sentiment`.
        per_class: reviews expected in each of the four folders.

    Raises:
        FileNotFoundError: there is no such file.
        DamagedFile: it is cut off or damaged, a review is not UTF-8, or reviews are missing.
    """
    path = Path(path)
    try:
        form = _look(path)
        if form == _FORMS[2]:
            return _read_table(path)
        return _put_together(_from_archive(path) if form == _FORMS[0] else _from_folder(path), per_class)
    except (EOFError, zlib.error, tarfile.TarError, gzip.BadGzipFile) as error:
        raise DamagedFile("imdb", path, f"cut or damaged ({error})") from error
    except ValueError as error:
        raise DamagedFile("imdb", path, error) from error


def _put_together(files: Iterable[tuple[str, bytes]], per_class: int) -> Reviews:
    """The reviews by number, negative before positive."""
    texts: dict[tuple[str, str], list[tuple[int, str]]] = {key: [] for key in _PARTS}
    for name, content in files:
        part, mood, number = _REVIEW.search(name).groups()
        try:
            texts[part, mood].append((int(number), content.decode("utf-8")))
        except UnicodeDecodeError as error:
            raise ValueError(f"a review is UTF-8 text, and {name} is not ({error})") from error
    if any(len(reviews) != per_class for reviews in texts.values()):
        counts = ", ".join(f"{part}/{mood} {len(reviews):,}" for (part, mood), reviews in texts.items())
        raise ValueError(f"{per_class:,} reviews must be in each folder, there are: {counts}")
    labels = np.tile(np.array([0, 1], dtype="uint8"), per_class)
    train, test = (
        [text for pair in zip(sorted(texts[part, "neg"]), sorted(texts[part, "pos"])) for _, text in pair]
        for part in ("train", "test")
    )
    return Reviews(train, labels, test, labels.copy())


def _from_archive(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path, "r:*") as archive:
        for member in archive:
            if _REVIEW.search(member.name) and member.isreg():
                yield member.name, archive.extractfile(member).read()
        while archive.fileobj.read(2**20):  # to the very end, where the checksum is
            pass


def _from_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    for part, mood in _PARTS:
        for file in (path / part / mood).iterdir():
            name = f"{part}/{mood}/{file.name}"
            if _REVIEW.search(name) and file.is_file():
                yield name, file.read_bytes()


def _read_table(path: Path) -> Reviews:
    """The 50,000 reviews in one table, as on Kaggle, in its own order: half to train, half to test."""
    import pandas as pd

    with open_text(path) as file:
        separator, labels = read_header(file, _column)
        names = [_column(label) or f"other {at}" for at, label in enumerate(labels)]
        table = pd.read_csv(file, sep=separator, names=names, dtype=str, keep_default_na=False)
    moods = table["label"].str.strip().str.lower().map(_MOODS)
    if moods.isna().any():
        row = int(moods.isna().to_numpy().argmax())
        raise ValueError(f"the sentiment of review {row + 1} is {table['label'][row]!r}")
    half, moods = len(table) // 2, moods.to_numpy("uint8")
    if not all(set(part) == {0, 1} for part in (moods[:half], moods[half:])):
        raise ValueError(f"both halves of its {len(table)} reviews must hold both sentiments")
    texts = table["text"].tolist()
    return Reviews(texts[:half], moods[:half], texts[half:], moods[half:])


check = read_reviews  # a file is good if it can be read through


def simulate_reviews(n: int = 4000, seed: int = 123) -> Reviews:
    """Invent `n` reviews to train on and as many to test on; every other one is positive.

    A small grammar writes them (see `grammar`): praise and blame are mixed, often negated or taken back
    ("anything but a masterpiece", "good actors, but ..."), so that words alone do not tell; a few labels are
    plainly wrong, so that nobody can be perfect.
    """
    rng = Random(seed)
    parts = []
    for _ in range(2):
        labels = (np.arange(n) % 2).astype("uint8")
        parts += [[write_review(rng, bool(label)) for label in labels], labels]
    return Reviews(*parts)
