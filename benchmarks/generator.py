"""The window generator beside Keras' own, the old one, a bare gather, and arrays in memory."""

import time
import tracemalloc

import numpy as np

from benchmarks.line import Group, Growth, Line, number
from benchmarks.measure import alternate

LENGTH, FEATURES, BATCH = 16, 12, 32


class OldTimeseriesGenerator:
    """What `keras.preprocessing.sequence.TimeseriesGenerator` did for a batch, rewritten from its source.

    Keras 3 has dropped the class. Its `__getitem__` drew the rows of a batch at random with `shuffle=True`,
    then cut each window by a Python slice.
    """

    def __init__(self, data, targets, length, batch_size, rng):
        self.data, self.targets, self.length, self.batch_size, self.rng = data, targets, length, batch_size, rng
        self.start_index, self.end_index = length, len(data) - 1

    def __getitem__(self, index):
        rows = self.rng.integers(self.start_index, self.end_index + 1, size=self.batch_size)
        samples = np.array([self.data[row - self.length : row] for row in rows])
        targets = np.array([self.targets[row] for row in rows])
        return samples, targets


def make_series(steps: int, features: int = FEATURES) -> np.ndarray:
    """`(steps, features)`, float32."""
    return np.random.default_rng(0).standard_normal((steps, features), dtype=np.float32)


def measure(quick: bool = False) -> Group:
    """All lines of the generator."""
    group = Group()
    _speed(group, quick)
    _memory(group, quick)
    _fit(group, quick)
    return group


def _speed(group: Group, quick: bool) -> None:
    import keras

    from fidle_utils.generator import WindowGenerator

    steps = 20_000 if quick else 200_000
    series = make_series(steps)
    rng = np.random.default_rng(1)
    ours = WindowGenerator(series, LENGTH, batch_size=BATCH)
    old = OldTimeseriesGenerator(series, series, LENGTH, BATCH, rng)
    view = np.lib.stride_tricks.sliding_window_view(series, LENGTH, axis=0).swapaxes(1, 2)
    order = rng.permutation(len(view) - 1)
    theirs = iter(
        keras.utils.timeseries_dataset_from_array(
            series[:-1], series[LENGTH:], LENGTH, batch_size=BATCH, shuffle=True, seed=1
        ).repeat()
    )
    batches = {"ours": 3000, "keras": 100, "old": 120, "gather": 3000}  # long turns: Keras fetches ahead
    if not quick:
        batches = {name: 5 * count for name, count in batches.items()}

    def take(one):
        def work(count):
            for i in range(count):
                one(i)

        return work

    works = {
        "ours": take(lambda i: ours[i % len(ours)]),
        "keras": take(lambda i: next(theirs)),
        "old": take(lambda i: old[i]),
        "gather": take(lambda i: view[order[(at := i * BATCH % (len(order) - BATCH)) : at + BATCH]]),
    }
    for name, work in works.items():
        work(min(3, batches[name]))  # the first batch also pays for the set-up
    timed = {name: (lambda w=work, c=batches[name]: w(c)) for name, work in works.items()}
    seconds = alternate(timed, 3 if quick else 7)
    rate = {name: batches[name] * BATCH / s for name, s in seconds.items()}
    what = f"shuffled batches of {BATCH} windows {LENGTH} × {FEATURES} out of {steps:,} steps"
    for name, label, limit in (
        ("keras", "keras.utils.timeseries_dataset_from_array", 150),
        ("old", "the old TimeseriesGenerator (dropped by Keras 3: its __getitem__, rewritten)", 5),
        ("gather", "one numpy gather per batch on a strided view, inputs only", 0.5),
    ):
        text = f"{number(rate['ours'])} windows/s beside {number(rate[name])}"
        group.lines.append(
            Line(f"Window generator, {what}: against {label}", "×", ">=", limit, rate["ours"] / rate[name], text)
        )


def own_memory(steps: int, batches: int = 200) -> tuple[float, float, float]:
    """What a generator holds over a series of `steps` and the most it takes while it is made, in MB; µs per batch.

    The series itself, which the generator does not copy, is not counted. It is zeros that the system only
    pretends to hold, so that ten million steps need no memory of the machine.
    """
    from fidle_utils.generator import WindowGenerator

    series = np.zeros((steps, FEATURES), dtype=np.float32)
    tracemalloc.start()
    try:
        generator = WindowGenerator(series, LENGTH, batch_size=BATCH)
        for i in range(batches):
            generator[i % len(generator)]
        held, peak = (found / 1e6 for found in tracemalloc.get_traced_memory())
    finally:
        tracemalloc.stop()
    begun = time.perf_counter()
    for i in range(batches):
        generator[i % len(generator)]
    return held, peak, (time.perf_counter() - begun) / batches * 1e6


def _memory(group: Group, quick: bool) -> None:
    sizes = (10_000, 100_000, 1_000_000) if quick else (10_000, 100_000, 1_000_000, 10_000_000)
    found = {steps: own_memory(steps) for steps in sizes}
    megabytes = {steps: steps * FEATURES * 4 / 1e6 for steps in sizes}
    share = 100 * found[sizes[-1]][0] / megabytes[sizes[-1]]
    text = ", ".join(f"{held:.2f} MB beside {megabytes[steps]:,.1f} MB" for steps, (held, _, _) in found.items())
    what = (
        f"Window generator: what it holds (the order of the windows), as a part of {sizes[-1]:,} steps × {FEATURES}"
    )
    group.lines.append(Line(what, "%", "<=", 10, share, text))
    rows = [
        [f"{n:,}", f"{megabytes[n]:,.1f}", f"{held:.2f}", f"{peak:.2f}", f"{us:.0f}"]
        for n, (held, peak, us) in found.items()
    ]
    columns = ["steps", "series (MB)", "held (MB)", "most while it is made (MB)", f"time per batch of {BATCH} (µs)"]
    group.growth.append(Growth("Windows: the generator over longer series", columns, rows))


def _fit(group: Group, quick: bool) -> None:
    import keras

    from fidle_utils.generator import WindowGenerator
    from fidle_utils.windows import make_windows

    windows, sizes = (640, (8,)) if quick else (6_400, (32, 100))
    series = make_series(windows + LENGTH)
    inputs, targets, _ = make_windows(series, LENGTH)
    inputs, targets = np.ascontiguousarray(inputs), np.ascontiguousarray(targets[:, 0])
    generator = WindowGenerator(series, LENGTH, batch_size=BATCH)
    rows, options = [], {"epochs": 3, "verbose": 0}
    for units in sizes:
        keras.utils.set_random_seed(1)
        layer = keras.layers.LSTM(units, unroll=not quick)
        model = keras.Sequential([keras.Input((LENGTH, FEATURES)), layer, keras.layers.Dense(FEATURES)])
        model.compile("adam", "mse")
        works = {
            "arrays": lambda m=model: m.fit(inputs, targets, batch_size=BATCH, **options),
            "generator": lambda m=model: m.fit(generator, **options),
        }
        for work in works.values():
            work()
        seconds = alternate(works, 3 if quick else 9)
        ratio = seconds["generator"] / seconds["arrays"]
        step = {name: 1e3 * s / 3 / len(generator) for name, s in seconds.items()}
        rows.append([f"LSTM({units})", f"{step['arrays']:.2f}", f"{step['generator']:.2f}", number(ratio)])
    text = ", ".join(f"{name} {value:.2f} ms a step" for name, value in step.items())
    what = f"`fit` through the generator against arrays in memory: LSTM({units}) as in the published recipe"
    group.lines.append(Line(what, "×", "<=", 1.10, ratio, text))
    columns = ["model", "arrays (ms a step)", "generator (ms a step)", "ratio"]
    group.growth.append(Growth("`fit`: what Keras needs to fetch a batch from Python, beside a step", columns, rows))
