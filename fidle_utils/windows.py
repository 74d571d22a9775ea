"""Chronological parts and sliding windows: the index arithmetic that notebooks should not repeat."""

from typing import NamedTuple

import numpy as np

__all__ = ["Split", "check_windows", "free_starts", "make_windows", "split_chronological"]


class Split(NamedTuple):
    """Three consecutive parts of a record, as slices of its rows."""

    train: slice
    validation: slice
    test: slice


def split_chronological(n: int, train_prop: float = 0.8, validation_prop: float = 0.2) -> Split:
    """Cut `n` rows into train, validation and test, in the order of time.

    Time is never shuffled here: the future must not help to predict the past. Cut first, make the
    windows of each part afterwards, so that no window has a foot on each side of a border.

    Example:
        row     0 ..................... 63 64 ......... 79 80 ......... 99
        part    train                      validation      test
                |------------ train_prop = 80 -------------|
                                           |- .2 of the 80 -|

        >>> split_chronological(100, train_prop=0.8, validation_prop=0.2)
        Split(train=slice(0, 64, None), validation=slice(64, 80, None), test=slice(80, 100, None))

    Args:
        n: number of rows.
        train_prop: part of the rows used for train AND validation together; the rest is the test.
        validation_prop: part of those that is kept, at their end, for validation.

    Raises:
        ValueError: if a proportion is not between 0 and 1, or if a part would be empty.
    """
    for name, value in (("train_prop", train_prop), ("validation_prop", validation_prop)):
        if not 0 < value < 1:
            raise ValueError(f"`{name}` must lie between 0 and 1, both excluded. Received: {name}={value}.")
    kept = round(n * train_prop)
    train = round(kept * (1 - validation_prop))
    sizes = {"train": train, "validation": kept - train, "test": n - kept}
    empty = [name for name, size in sizes.items() if size < 1]
    if empty:
        raise ValueError(
            f"Each part must hold at least one row; empty: {', '.join(empty)}. Received: n={n}, "
            f"train_prop={train_prop}, validation_prop={validation_prop}. "
            "Use a longer record or other proportions."
        )
    return Split(slice(0, train), slice(train, kept), slice(kept, n))


def check_windows(series, sequence_len: int, horizon: int) -> np.ndarray:
    """The series as an array `(time, feature)`; `ValueError` if it cannot be cut into windows, and why."""
    series = np.asarray(series)
    if series.ndim != 2 or series.dtype.kind not in "fiub":
        raise ValueError(
            "`series` must be a table of numbers of shape (time, feature). "
            f"Received: shape {series.shape}, dtype {series.dtype}. "
            "For a single variable write `series.reshape(-1, 1)`."
        )
    for name, value in (("sequence_len", sequence_len), ("horizon", horizon)):
        if not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"`{name}` must be a whole number of steps, 1 or more. Received: {value!r}.")
    return series


def free_starts(series: np.ndarray, sequence_len: int, horizon: int) -> np.ndarray:
    """The rows at which a window may start, in order: neither it nor what follows meets a hole (a NaN or inf)."""
    length = sequence_len + horizon
    before = np.zeros(len(series) + 1, dtype=int)  # holes before each row
    np.cumsum(~np.isfinite(series).all(axis=1), out=before[1:])
    starts = np.flatnonzero(before[length:] == before[:-length])
    if not len(starts):
        raise ValueError(
            f"A window and its targets need {length} rows in a row without a hole (NaN or inf). Received: "
            f"sequence_len={sequence_len}, horizon={horizon}, steps={len(series)}, rows with NaN: {before[-1]}. "
            "Use a longer record or a shorter window, or fill the short holes first."
        )
    return starts


def make_windows(series, sequence_len: int, horizon: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut a series into overlapping windows and what follows each of them.

    The first target is the row right after the window, not the one after that. Windows that would
    contain a hole (a row with a NaN), in their inputs or in their targets, are left out.

    Example: 10 rows, the value of a row being its index, `sequence_len=4`, `horizon=2`

        row        0  1  2  3  4  5  6  7  8  9        start
        window 0  [0  1  2  3] 4  5                      0
        window 1     [1  2  3  4] 5  6                   1
        ...
        window 4              [4  5  6  7] 8  9          4

        in brackets the inputs, after them the targets: 10 - 4 - 2 + 1 = 5 windows.

        >>> inputs, targets, starts = make_windows(np.arange(10)[:, None], sequence_len=4, horizon=2)
        >>> inputs[4, :, 0], targets[4, :, 0]
        (array([4, 5, 6, 7]), array([8, 9]))

    Args:
        series: array `(time, feature)`, one row per step of a regular time grid.
        sequence_len: rows of a window.
        horizon: rows to predict after it.

    Returns:
        inputs: `(window, sequence_len, feature)`.
        targets: `(window, horizon, feature)`.
        starts: `(window,)`, the row at which each window starts: `dates[starts + sequence_len]` are
            the dates of the first targets.
        Inputs and targets are read-only views of the series, taking no memory; with holes in the
        series they are copies of the windows that remain.

    Raises:
        ValueError: if the series is not 2D, a length is below 1, or no window is left.
    """
    series = check_windows(series, sequence_len, horizon)
    starts = free_starts(series, sequence_len, horizon)
    view = np.lib.stride_tricks.sliding_window_view(series, sequence_len + horizon, axis=0).swapaxes(1, 2)
    if len(starts) < len(view):
        view = view[starts]
    return view[:, :sequence_len], view[:, sequence_len:], starts
