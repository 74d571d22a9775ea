"""Film reviews, good or bad: Stanford's 50,000 out of their archive, or simulated ones where order matters."""

import os
import re
import tarfile
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from random import Random

import numpy as np

from fidle_utils import course_root
from fidle_utils.datasets import DataFile, DataSource, pick, walk
from fidle_utils.datasets.imdb.grammar import write_review
from fidle_utils.files import write_whole

ARCHIVE = "aclImdb_v1.tar.gz"
LABELS = ("negative", "positive")  # a label is an index into these
PER_CLASS = 12_500
CACHE_FORMAT = 1  # to be raised when the prepared file changes its form
_REVIEW = re.compile(r"(?:^|/)(train|test)/(neg|pos)/(\d+)_\d+\.txt$")
_LONGEST = 1_000_000  # bytes; the longest real review has 14 kB


@dataclass(frozen=True)
class Reviews:
    """Texts and labels (0 negative, 1 positive), the train part and the test part.

    They come in the order of their numbers in the archive, a positive one after a negative one. Neighbours of
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
        if not 0 < scale <= 1:
            raise ValueError(f"`scale` must lie above 0 and at most at 1. Received: scale={scale}.")
        n_train, n_test = (max(2, round(scale * len(t) / 2) * 2) for t in (self.train_texts, self.test_texts))
        return Reviews(
            self.train_texts[:n_train],
            self.train_labels[:n_train],
            self.test_texts[:n_test],
            self.test_labels[:n_test],
        )


def files(folder: Path) -> list[DataFile]:
    """Every file of a folder: the archive, whatever its name, and why the others are left out."""
    return walk(folder, look)


def look(path: Path) -> str:
    """How a file is read; `ValueError` with the reason if it holds no reviews."""
    if not path.name.lower().endswith((".tar.gz", ".tgz", ".tar")):
        raise ValueError("it is no archive of reviews")
    try:
        with tarfile.open(path) as archive:
            archive.next()
    except (EOFError, zlib.error, tarfile.TarError) as problem:
        raise ValueError(f"it is no tar archive: {problem}") from problem
    return "archive"


def check(path: Path) -> None:
    """Read a file through; `ValueError` if it is cut, damaged or lacks reviews."""
    read_archive(path)


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
        FileNotFoundError: `source="real"` and there is no archive.
        ValueError: the archive is damaged or not the one expected.
    """
    found = pick(source, "imdb")
    if found:
        path = found[0]
        reviews = _read_cached(path) if cache else read_archive(path)
    else:
        reviews = simulate_reviews(seed=seed)
    # no count: the title stands over figures of any part of them
    label = ("real", "Stanford film reviews") if found else ("simulated", "film reviews")
    return reviews.part(scale), DataSource("imdb", *label)


def read_archive(path: str | Path, per_class: int = PER_CLASS) -> Reviews:
    """Read the reviews straight out of the archive; no file is ever unpacked.

    The archive is judged by what it holds: train and test, each with `per_class` negative and as many
    positive reviews. Its unlabelled reviews are passed over.

    Args:
        path: a tar archive, compressed or not, with `train/pos/<number>_<stars>.txt` and so on.
        per_class: reviews expected in each of the four folders.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the archive is cut off or damaged, a name climbs out of it, a review is not UTF-8, or a
            folder does not have `per_class` reviews.
    """
    path = Path(path)
    again = "Delete it and fetch it again with `fidle data get imdb`."
    found: dict[tuple[str, str], list[tuple[int, str]]] = {
        (part, mood): [] for part in ("train", "test") for mood in ("neg", "pos")
    }
    try:
        with tarfile.open(path, "r:*") as archive:
            for member in archive:
                _refuse_climbing(member.name, path)
                match = _REVIEW.search(member.name)
                if match and member.isreg():
                    part, mood, number = match.groups()
                    found[part, mood].append((int(number), _read_review(archive, member, path)))
            while archive.fileobj.read(2**20):  # to the very end, where the checksum is
                pass
    except (EOFError, zlib.error, tarfile.TarError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise ValueError(f"{path} is cut off or damaged: {error}. {again}") from error

    counts = {f"{part}/{mood}": len(reviews) for (part, mood), reviews in found.items()}
    if any(n != per_class for n in counts.values()):
        raise ValueError(
            f"Each of {', '.join(counts)} must hold {per_class:,} reviews. Received: "
            f"{', '.join(f'{folder} {n:,}' for folder, n in counts.items())} in {path}. {again}"
        )
    parts = []
    for part in ("train", "test"):
        pairs = zip(sorted(found[part, "neg"]), sorted(found[part, "pos"]))
        parts += [
            [text for pair in pairs for _, text in pair],
            np.tile(np.array([0, 1], dtype="uint8"), per_class),
        ]
    return Reviews(*parts)


def _refuse_climbing(name: str, path: Path) -> None:
    """Nothing is written to disk, but an archive with such names was made to do harm: do not trust the rest."""
    if PurePosixPath(name).is_absolute() or ".." in name.replace("\\", "/").split("/"):
        raise ValueError(
            f"A name in an archive must stay inside it. Received: {name!r} in {path}. Do not use this file."
        )


def _read_review(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> str:
    if member.size > _LONGEST:
        raise ValueError(
            f"A review must have at most {_LONGEST:,} bytes. Received: {member.size:,} in {member.name} of {path}."
        )
    try:
        return archive.extractfile(member).read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"A review must be UTF-8 text. Received: {member.name} of {path}, which is not ({error.reason} at "
            f"byte {error.start}). Use the original archive."
        ) from error


def _read_cached(path: Path, per_class: int = PER_CLASS) -> Reviews:
    """`read_archive` the first time, the prepared file in the first writable place later."""
    stat = path.stat()
    identity = np.array([CACHE_FORMAT, stat.st_size, stat.st_mtime_ns, per_class], dtype="int64")
    prepared = _cache_files()
    for file in prepared:
        reviews = _read_prepared(file, identity)
        if reviews is not None:
            return reviews
    reviews = read_archive(path, per_class)
    for file in prepared:
        with suppress(OSError):  # read-only, or a full disk: the next place, or none
            _write_prepared(file, reviews, identity)
            break
    return reviews


def _cache_files() -> list[Path]:
    """Where the prepared file may lie: the course's datasets/, else the user's cache; never beside the archive,
    which may be shared with others."""
    folders = []
    with suppress(FileNotFoundError):
        folders.append(course_root() / "datasets" / "imdb")
    user = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folders.append(Path(user) / "fidle" / "imdb")
    return [folder / "reviews.prepared.npz" for folder in folders]


def _write_prepared(file: Path, reviews: Reviews, identity: np.ndarray) -> None:
    arrays = {"identity": identity}
    for part in ("train", "test"):
        encoded = [text.encode("utf-8") for text in getattr(reviews, f"{part}_texts")]
        arrays[f"{part}_bytes"] = np.frombuffer(b"".join(encoded), dtype="uint8")
        arrays[f"{part}_lengths"] = np.array([len(text) for text in encoded], dtype="int64")
        arrays[f"{part}_labels"] = getattr(reviews, f"{part}_labels")
    with write_whole(file) as part_file:
        np.savez(part_file, **arrays)


def _read_prepared(file: Path, identity: np.ndarray) -> Reviews | None:
    """The reviews, or None where the file is missing, damaged, of another form or of another archive."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            if not np.array_equal(arrays["identity"], identity):
                return None
            parts = []
            for part in ("train", "test"):
                text, labels = arrays[f"{part}_bytes"].tobytes(), arrays[f"{part}_labels"]
                ends = np.cumsum(arrays[f"{part}_lengths"]).tolist()
                parts += [[text[a:b].decode("utf-8") for a, b in zip([0, *ends], ends)], labels]
            return Reviews(*parts)
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error):
        return None


def simulate_reviews(n: int = 4000, seed: int = 123) -> Reviews:
    """Invent `n` reviews to train on and as many to test on, half of them positive.

    A small grammar writes them (see `imdb_grammar`): praise and blame are mixed, often negated or taken back
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
