"""Labelled series, to learn classes from: `.ts` files of the UCR and UEA archives, or simulated twins."""

import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TextIO

import numpy as np

from fidle_utils.datasets import DataSource, pick, reader, walk
from fidle_utils.datasets.tables import open_text

__all__ = ["LabelledSeries", "check", "files", "load_series", "read_ts", "simulate_gunpoint", "simulate_vowels"]


@dataclass(frozen=True)
class LabelledSeries:
    """Series and their classes, the train part and the test part.

    Args:
        x_train, x_test: a list of series, each `(time, channel)`, NaN where a value is missing. Lengths may differ:
            `np.array(x_train)` if they are equal, else `keras.utils.pad_sequences`.
        y_train, y_test: `(series,)`, indices into `classes`, which are names.
    """

    x_train: list[np.ndarray]
    y_train: np.ndarray
    x_test: list[np.ndarray]
    y_test: np.ndarray
    classes: tuple[str, ...]


def _look(path: Path) -> str:
    _part(path)
    return f"labelled series, {_name(path)}"


def _name(path: Path) -> str:
    with open_text(path) as file:
        return _header(file)["problemname"]


def _part(path: Path) -> str:
    if match := re.search(r"_(TRAIN|TEST)\.", path.name):
        return match[1]
    raise ValueError("its name has no _TRAIN or _TEST before the suffix, so its part is not known")


def load_series(name: str, source: str = "auto", seed: int = 123) -> tuple[LabelledSeries, DataSource]:
    """Load the two parts of a labelled data set, real ones if there are any.

    Args:
        name: "GunPoint", "JapaneseVowels", or the `@problemName` of other `.ts` files in the folder `ucr/`.
        source: "auto" (real if found, else simulated, said loudly), "real" or "simulated".
        seed: of the simulated series.

    Raises:
        FileNotFoundError: `source="real"` and there are no files.
        ValueError: no such data set, a part is missing, or a file cannot be read.
    """
    found = pick(source, "ucr")
    if not found:
        twins = {"GunPoint": simulate_gunpoint, "JapaneseVowels": simulate_vowels}
        if name not in twins:
            raise ValueError(f"Only {' and '.join(twins)} can be simulated. Received: {name!r}.")
        return twins[name](seed), DataSource("ucr", "simulated", name)
    parts = {_part(path): path for path in found if _name(path) == name}
    if missing := {"TRAIN", "TEST"} - set(parts):
        raise ValueError(
            f"There is no file of {name} for {' and '.join(missing)} in {found[0].parent}: `fidle data get ucr` "
            "fetches GunPoint and JapaneseVowels."
        )
    (x_train, y_train, classes), (x_test, y_test, others) = read_ts(parts["TRAIN"]), read_ts(parts["TEST"])
    if classes != others:
        raise ValueError(f"Both parts of {name} have the same classes. Received: {classes} and {others}.")
    return LabelledSeries(x_train, y_train, x_test, y_test, classes), DataSource("ucr", "real", name)


@reader("ucr")
def read_ts(path: str | Path) -> tuple[list[np.ndarray], np.ndarray, tuple[str, ...]]:
    """Read a `.ts` file: a header, then a series to a line, its channels and at last its class parted by `:`.

        @classLabel true a b
        @data
        1.5,2,?:0,1,0:a         2 channels, 3 steps, the last value of the first channel is missing; class a

    Returns:
        The series, a list of `(time, channel)`; the class of each, `(series,)`; the names of the classes.

    Raises:
        ValueError: no such file, series without classes or with times of their own, or a line that cannot be read.
    """
    x, y = [], []
    with open_text(Path(path)) as file:
        classes = _header(file)["classes"]
        for line in filter(None, map(str.strip, file)):
            *channels, label = line.split(":")
            try:
                rows = [[float("nan") if v.strip() == "?" else float(v) for v in c.split(",")] for c in channels]
                series = np.array(rows, "float32").T
            except ValueError as problem:
                raise ValueError(f"series {len(x) + 1}: {problem}. Received: {line[:60]}…") from problem
            if label.strip() not in classes or series.ndim != 2 or (x and series.shape[1] != x[0].shape[1]):
                raise ValueError(
                    f"series {len(x) + 1}: as many channels as in the first one, then a class of "
                    f"{', '.join(classes)}. Received: {len(channels)} channels, class {label[:20]!r}.",
                )
            x.append(series)
            y.append(classes.index(label.strip()))
    if not x:
        raise ValueError("there is no series after @data.")
    return x, np.array(y), classes


check = read_ts  # a file is good if it can be read through
files = partial(walk, look=_look)  # every file of a folder, and why it is left out


def _header(file: TextIO) -> dict:
    """The lines before the data, `@problemName GunPoint`, by their first word; the names of the classes."""
    said = {}
    for line in map(str.strip, file):
        word, _, value = line.partition(" ")
        if word.lower() == "@data":
            break
        if line.startswith("@"):
            said[word[1:].lower()] = value.strip()
    if "problemname" not in said or word.lower() != "@data":
        raise ValueError("it is no .ts file: it has no lines @problemName and @data")
    given, *classes = said.get("classlabel", "false").split() or ["false"]
    if given.lower() != "true" or not classes or said.get("timestamps", "false").lower() == "true":
        raise ValueError("it has no classes, or a time with each value: neither is read here")
    return said | {"classes": tuple(classes)}


def simulate_gunpoint(seed: int = 123) -> LabelledSeries:
    """Make up 50 + 150 movements of a hand, `(150, 1)`: up, held, down, at times that vary.

    Those of the first class fumble at a holster: small waves before the rise and after the fall.
    """
    rng, t = np.random.default_rng(seed), np.arange(150)
    y, x = rng.permutation(np.arange(200) % 2), np.empty((200, 150, 1), "float32")
    for i, label in enumerate(y):
        up, down = rng.uniform(40, 50), rng.uniform(100, 110)
        hand = 1 / (1 + np.exp(-(t - up) / rng.uniform(3, 4))) - 1 / (1 + np.exp(-(t - down) / rng.uniform(3, 4)))
        for at in (up - 16, down + 16):
            hand += (label == 0) * rng.uniform(0.08, 0.16) * np.cos((t - at) / 2.5) * np.exp(-(((t - at) / 6) ** 2))
        hand += np.convolve(rng.normal(0, 0.07, 170), np.ones(7) / 7, "same")[10:160]
        x[i, :, 0] = (hand - hand.mean()) / hand.std()
    return LabelledSeries(list(x[:50]), y[:50], list(x[50:]), y[50:], ("gun", "point"))


def simulate_vowels(seed: int = 123) -> LabelledSeries:
    """Make up 270 + 370 utterances of nine speakers, `(7 to 29, 12)`: a path from one vowel to another.

    Each speaker has a start and an end of his own; his speed and a slow noise differ each time.
    """
    rng = np.random.default_rng(seed)
    ends = rng.normal(0, 0.45, (2, 12)) + rng.normal(0, 0.22, (9, 2, 12))  # common to all, and of each speaker
    y = np.concatenate([np.repeat(np.arange(9), 30), rng.integers(9, size=370)])
    x = []
    for label in y:
        steps = rng.integers(7, 30)
        way = np.linspace(0, 1, steps)[:, None] ** rng.uniform(0.6, 1.6)
        noise = rng.normal(0, 0.17, (3, 12)) + rng.normal(0, 0.05, (steps, 1, 12))
        slow = noise[:, 0] * (1 - way) + noise[:, 1] * way + noise[:, 2] * np.sin(np.pi * way)
        x.append(((1 - way) * ends[label, 0] + way * ends[label, 1] + slow).astype("float32"))
    return LabelledSeries(x[:270], y[:270], x[270:], y[270:], tuple("123456789"))
