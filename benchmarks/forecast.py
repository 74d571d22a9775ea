"""The rolling forecast of all windows together, beside a loop of `model.predict` over single windows."""

import time

import numpy as np

from benchmarks.generator import FEATURES, LENGTH, make_series
from benchmarks.line import Group, Growth, Line, number


def measure(quick: bool = False) -> Group:
    """The line of the rolling forecast."""
    import keras

    from fidle_utils.forecast import roll

    count, steps, sample = (64, 3, 2) if quick else (1_000, 8, 12)
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((LENGTH, FEATURES)),
            keras.layers.LSTM(8 if quick else 100, unroll=not quick),
            keras.layers.Dense(FEATURES),
        ]
    )
    windows = make_series(count * LENGTH).reshape(count, LENGTH, FEATURES)

    def batched(n: int = count):
        return roll(model.predict_on_batch, windows[:n], steps)

    def looped(first: int, stop: int):
        forecasts = []
        for window in windows[first:stop]:
            rows = window
            for _ in range(steps):
                following = model.predict(rows[None, -LENGTH:], verbose=0)
                rows = np.concatenate([rows, following])
            forecasts.append(rows[LENGTH:])
        return np.array(forecasts)

    same = np.abs(batched()[:1] - looped(0, 1)).max()  # also warms both up
    if same > 1e-4:
        raise RuntimeError(f"Both ways must give the same forecasts. Received: a difference of {same}.")
    per_window = {"batched": [], "looped": []}  # in turns
    for turn in range(3):
        begun = time.perf_counter()
        batched()
        per_window["batched"].append((time.perf_counter() - begun) / count)
        begun = time.perf_counter()
        looped(turn * sample, (turn + 1) * sample)
        per_window["looped"].append((time.perf_counter() - begun) / sample)
    ours, loop = (float(np.median(seconds)) for seconds in per_window.values())
    text = (
        f"{1e3 * ours * count:,.0f} ms for {count:,} windows beside {loop * count:,.0f} s "
        f"({3 * sample} windows of the loop were timed: {1e3 * loop:,.0f} ms each)"
    )
    what = f"Rolling forecast of {count:,} windows, {steps} steps: against a loop of `model.predict` on one window"
    group = Group([Line(what, "×", ">=", 100, loop / ours, text)])
    rows = []
    for n in (count // 16, count // 4, count):
        batched(n)
        begun = time.perf_counter()
        batched(n)
        seconds = time.perf_counter() - begun
        rows.append([f"{n:,}", f"{1e3 * seconds:.1f}", number(1e6 * seconds / n)])
    group.growth.append(Growth("Windows: the rolling forecast", ["windows", "time (ms)", "per window (µs)"], rows))
    return group
