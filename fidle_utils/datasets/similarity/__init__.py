"""How near two words are in people's eyes: WordSimilarity-353, or pairs made of the words of simulated reviews."""

import re
from functools import partial
from itertools import combinations
from pathlib import Path
from random import Random

from fidle_utils.datasets import DataSource, by_name, pick, reader, walk, words
from fidle_utils.datasets.tables import open_text

__all__ = ["check", "files", "load_pairs", "read_pairs", "simulate_pairs"]
_NAMES = re.compile(r"wordsim.*\.(tsv|tab|txt|csv)|combined\.(tab|csv)", re.IGNORECASE)
_FEWEST = 50  # pairs that are worth a correlation


def _look(path: Path) -> str:
    """How a file is read; `ValueError` with the reason if it is not."""
    if not _NAMES.fullmatch(path.name):
        raise ValueError("its name is not wordsim353.tsv, combined.tab or combined.csv")
    return "table, a pair of words and a mark to a line"


def load_pairs(source: str = "auto"):
    """Load pairs of words with a mark from people, real ones if there are any.

    Args:
        source: "auto" (real if found, else simulated, said loudly), "real" or "simulated".

    Returns:
        A table with the columns `a`, `b` (words in lower case) and `score` (0 to 10), and the label of its source.

    Raises:
        FileNotFoundError: `source="real"` and there are none.
        ValueError: a file that cannot be read.
    """
    found = pick(source, "similarity")
    if found:
        return read_pairs(found[0]), DataSource("similarity", "real", "WordSim-353")
    return simulate_pairs(), DataSource("similarity", "simulated", "pairs of words")


@reader("similarity")
def read_pairs(path: str | Path):
    """Read a table of pairs: two words and a mark to a line, parted by tabs or commas.

    Lines without a mark (a comment, a header) are passed over, and so is a word beside itself.

    Raises:
        ValueError: fewer than 50 pairs.
    """
    import pandas as pd

    rows = []
    with open_text(Path(path)) as file:
        lines = file.read().lower().splitlines()
    for line in lines:
        a, b, score, *_ = [*re.split(r"[\t,]", line), "", "", ""]
        if re.fullmatch(r"\d+(\.\d+)?", score.strip()) and a.strip() != b.strip():
            rows.append((a.strip(), b.strip(), float(score)))
    if len(rows) < _FEWEST:
        raise ValueError(f"{_FEWEST} pairs or more, each with a mark. Received: {len(rows)}.")
    return pd.DataFrame(rows, columns=["a", "b", "score"])


check = read_pairs  # a file is good if it can be read through
files = partial(walk, look=_look, order=by_name)  # every file of a folder: the first is read


def simulate_pairs(n: int = 200, seed: int = 123):
    """Pairs of words of the simulated reviews: half from one list of their grammar (10), half from two lists (0).

    The adjectives of praise and of blame are one list: they stand in the same places of a sentence.
    """
    import pandas as pd

    lists, rng = words("imdb"), Random(seed)
    kinds = [lists[name] for name in ("aspects", "adverbs", "kinds")]
    kinds += [[*bad, *good] for bad, good in (lists["adjectives"], lists["nouns"])]
    kinds = [[word for word in kind if " " not in word] for kind in kinds]
    near = [(a, b, 10.0) for kind in kinds for a, b in combinations(kind, 2)]
    far = [(a, b, 0.0) for one, other in combinations(kinds, 2) for a in one for b in other]
    return pd.DataFrame(rng.sample(near, n // 2) + rng.sample(far, n - n // 2), columns=["a", "b", "score"])
