"""Sentences in French and English: Tatoeba's pairs, or pairs that a small grammar writes."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random

import numpy as np

from fidle_utils.datasets import DataSource, by_name, pick, reader, walk
from fidle_utils.datasets.pairs.grammar import write_pair
from fidle_utils.datasets.tables import open_text

__all__ = ["check", "files", "group_pairs", "load_pairs", "read_pairs", "simulate_pairs"]
_FEWEST = 100  # pairs that are worth a lesson
_INSIDE = "fra.txt"  # the file of pairs in the zip


def _look(path: Path) -> str:
    with open_text(path, _INSIDE) as file:
        line = file.readline(1 << 12)
    if len(line.split("\t")) < 2:
        raise ValueError("its first line is no pair: an English sentence, a tab, a French one")
    return "English and French sentences"


def load_pairs(source: str = "auto", *, seed: int = 123) -> tuple[list[tuple[str, str]], DataSource]:
    """Load pairs of sentences, real ones if there are any.

    Args:
        source: "auto" (real if found, else simulated, said loudly), "real" or "simulated".
        seed: of the simulated pairs.

    Returns:
        A list of (French sentence, English sentence), and the label of its source.

    Raises:
        FileNotFoundError: `source="real"` and there are none.
        ValueError: the file cannot be read.
    """
    found = pick(source, "pairs")
    if not found:
        return simulate_pairs(seed=seed), DataSource("pairs", "simulated", "sentences in French and English")
    return read_pairs(found[0]), DataSource("pairs", "real", "Tatoeba, French and English")


@reader("pairs")
def read_pairs(path: str | Path) -> list[tuple[str, str]]:
    """Read a text of pairs, or the zip that holds it.

        Go.→Va !→CC-BY 2.0 (France) Attribution: …        → is a tab; what stands after the second is left out

    Returns:
        A list of (French sentence, English sentence).

    Raises:
        ValueError: a line is no pair, or there are fewer than 100.
    """
    pairs = []
    with open_text(Path(path), _INSIDE) as file:
        for number, line in enumerate(file, start=1):
            english, *others = (part.strip() for part in line.split("\t"))
            if others and english and others[0]:
                pairs.append((others[0], english))
            elif line.strip():
                rule = "a line is an English sentence, a tab, a French one."
                raise ValueError(f"{rule} Received in line {number}: {line[:80]!r}.")
    if len(pairs) < _FEWEST:
        raise ValueError(f"{_FEWEST} pairs or more are needed. Received: {len(pairs)}.")
    return pairs


check = read_pairs  # a file is good if it can be read through
files = partial(walk, look=_look, order=by_name)  # every file of a folder: the first is read


def simulate_pairs(n: int = 12000, seed: int = 123) -> list[tuple[str, str]]:
    """Write `n` different pairs by a small grammar (see `grammar`): an adjective stands after its noun in French.

    A third of the sentences are translated twice, as volunteers do: the same English may stand beside other French.
    """
    rng = Random(seed)
    pairs: dict[tuple[str, str], None] = {}
    while len(pairs) < n:
        sentence = rng.random()
        for _ in range(rng.choice([1, 1, 2])):
            pairs[write_pair(Random(sentence), rng)] = None
    return list(pairs)[:n]


def group_pairs(pairs: Sequence[tuple[object, object]]) -> np.ndarray:
    """Number the groups of pairs that share a sentence, directly or through others.

    Example:
        Va !      Go.         0
        Pars !    Go.         0
        Pars !    Leave.      0        a split between these groups leaves no sentence of the test in training
        Merci.    Thanks.     1

    Args:
        pairs: (French sentence, English sentence), each a text or a tuple of words.

    Returns:
        The number of each pair's group, (pair,).
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    number: dict[tuple, int] = {}
    ends = np.array([[number.setdefault((side, pair[side]), len(number)) for side in (0, 1)] for pair in pairs])
    graph = coo_matrix((np.ones(len(ends)), ends.T), shape=(len(number), len(number)))
    return connected_components(graph, directed=False)[1][ends[:, 0]]
