"""Sentences with a part of speech for each word: the French treebank Sequoia, or a grammar's own."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from fidle_utils.datasets import DataSource, pick, reader, walk
from fidle_utils.datasets.tables import open_text
from fidle_utils.datasets.ud.grammar import write_sentence

__all__ = ["TAGS", "Tagged", "check", "files", "load_tagged", "read_sentences", "simulate_tagged"]

TAGS = ("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ")
TAGS += ("SYM", "VERB", "X")
_PARTS = ("train", "dev", "test")  # in the names of the files, as Universal Dependencies has them
_COLUMNS = 10

Sentence = list[tuple[str, str]]  # (word, tag)


@dataclass(frozen=True)
class Tagged:
    """The sentences of a treebank in three parts; a sentence is a list of (word, tag)."""

    train: list[Sentence]
    validation: list[Sentence]
    test: list[Sentence]


def _look(path: Path) -> str:
    """How a file is read; `ValueError` with the reason if it is no part of a treebank."""
    with open_text(path) as file:
        lines = [line for line, _ in zip(file, range(50)) if line[:1].isdigit()]
    if not lines or lines[0].count("\t") != _COLUMNS - 1:
        raise ValueError("its first lines hold no word of a CoNLL-U file: ten columns, parted by tabs")
    return f"CoNLL-U, {_part(path)}"


def _part(path: Path) -> str:
    parts = [part for part in _PARTS if part in path.name.lower()]
    if len(parts) != 1:
        raise ValueError(f"its name must hold one of {', '.join(_PARTS)}")
    return parts[0]


def load_tagged(source: str = "auto", *, seed: int = 123) -> tuple[Tagged, DataSource]:
    """Load sentences with a tag for each word, real ones if there are any.

    Args:
        source: "auto" (real if found, else simulated, said loudly), "real" or "simulated".
        seed: of the simulated sentences.

    Returns:
        The sentences and the label of their source.

    Raises:
        FileNotFoundError: `source="real"` and there are none.
        ValueError: a part is missing or stands twice, or a file cannot be read.
    """
    found = pick(source, "ud")
    if not found:
        return simulate_tagged(seed=seed), DataSource("ud", "simulated", "French sentences")
    parts = {_part(path): path for path in found}
    if sorted(parts) != sorted(_PARTS) or len(found) != len(_PARTS):
        names = ", ".join(path.name for path in found)
        raise ValueError(f"A treebank has one file for each of {', '.join(_PARTS)}. Received: {names}.")
    return Tagged(*(read_sentences(parts[part]) for part in _PARTS)), DataSource("ud", "real", "UD French Sequoia")


@reader("ud")
def read_sentences(path: str | Path) -> list[Sentence]:
    """Read a CoNLL-U file: ten columns, a word on each line, an empty line after each sentence.

        # text = Il va au marché.
        1     Il       il       PRON   …
        2     va       aller    VERB   …
        3-4   au       _        _      …       left out: the two words that it stands for follow
        3     à        à        ADP    …
        4     le       le       DET    …
        4.1   …                                left out: a word that is not written

    Returns:
        A list of sentences, each a list of (word, tag).

    Raises:
        ValueError: a line without ten columns, a tag that is none, or no sentence at all.
    """
    sentences: list[Sentence] = [[]]
    with open_text(Path(path)) as file:
        for number, line in enumerate(file, start=1):
            columns = line.rstrip("\n").split("\t")
            if not line.strip():
                sentences.append([])
            elif not line.startswith("#"):
                if len(columns) != _COLUMNS or (columns[0].isdigit() and columns[3] not in TAGS):
                    rule = f"a word has ten columns, the fourth one of {', '.join(TAGS)}."
                    raise ValueError(f"{rule} Received in line {number}: {line[:60]!r}.")
                if columns[0].isdigit():
                    sentences[-1].append((columns[1], columns[3]))
    if not any(sentences):
        raise ValueError("there is no sentence in it.")
    return [sentence for sentence in sentences if sentence]


check = read_sentences  # a file is good if it can be read through
files = partial(walk, look=_look)  # every file of a folder, and why it is left out


def simulate_tagged(n: int = 1800, seed: int = 123) -> Tagged:
    """Write `n` sentences to learn from, and a quarter of it each to validate and to test (see `grammar`)."""
    rng = Random(seed)
    return Tagged(*([write_sentence(rng) for _ in range(count)] for count in (n, n // 4, n // 4)))
