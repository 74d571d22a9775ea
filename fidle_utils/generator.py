"""The windows of `fidle_utils.windows` by batches, for `fit`: shuffled, and without copying the series."""

import keras
import numpy as np

from fidle_utils.windows import check_windows, find_runs

__all__ = ["WindowGenerator"]


class WindowGenerator(keras.utils.PyDataset):
    """Batches of windows and of what follows them, cut out of a series when they are asked for.

    The series is held once, whatever the number of windows; beside it only the order of the windows, 4 bytes
    each. Windows are shuffled anew at each epoch, rows inside a window never. Windows that would contain a hole
    (a row with a NaN) are left out. Works on every Keras backend.

    Example: 8 rows whose value is their index, `sequence_len=3`, `horizon=1`, `batch_size=2`,
    `shuffle=False`

        batch 0   inputs [0 1 2] [1 2 3]   targets 3 4
        batch 1   inputs [2 3 4] [3 4 5]   targets 5 6
        batch 2   inputs [4 5 6]           targets 7       the last batch may be smaller

    Args:
        series: array `(time, feature)`. A C-contiguous array is used in place, even a memory map.
        sequence_len: rows of a window.
        horizon: rows to predict after it.
        batch_size: windows per batch.
        target_columns: the columns to predict, as a list of indices; all if None.
        starts: the rows at which windows start, to use only those; all possible ones if None.
        shuffle: whether windows are shuffled at each epoch.
        seed: the same seed gives the same batches in every epoch of every run.
        **kwargs: passed to `keras.utils.PyDataset` (`workers`, `use_multiprocessing`, …).

    A batch is `(inputs, targets)`, both float32:
        inputs `(window, sequence_len, feature)`;
        targets `(window, horizon, target)`, or `(window, target)` with `horizon=1`: the shape of the
        output of a plain `Dense` layer.

    Raises:
        ValueError: if the series is not 2D, a length is below 1, no window is left, or a start or
            a column does not exist.
    """

    def __init__(
        self,
        series,
        sequence_len: int,
        horizon: int = 1,
        *,
        batch_size: int = 32,
        target_columns=None,
        starts=None,
        shuffle: bool = True,
        seed: int = 123,
        **kwargs,
    ):
        super().__init__(**kwargs)
        if batch_size < 1:
            raise ValueError(f"`batch_size` must be 1 or more. Received: batch_size={batch_size}.")
        self.series = np.ascontiguousarray(check_windows(series, sequence_len, horizon))
        self.sequence_len, self.horizon, self.batch_size = sequence_len, horizon, batch_size
        self.shuffle, self.seed = shuffle, seed
        self.target_columns = self._check_columns(target_columns)
        self._order = self._choose_windows(starts)
        features, self._dtype = self.series.shape[1], self.series.dtype
        self._cast = self._dtype != np.float32
        self._input_shape = (-1, sequence_len, features)
        self._target_shape = (-1, features) if horizon == 1 else (-1, horizon, features)
        self._inputs = _rows_as_items(self.series, sequence_len)
        self._targets = _rows_as_items(self.series[sequence_len:], horizon)
        self._rng = np.random.default_rng(seed)
        self._shuffle()

    @property
    def windows(self) -> int:
        """Number of windows in an epoch."""
        return len(self._order)

    def __len__(self) -> int:
        """Number of batches in an epoch."""
        return -(-len(self._order) // self.batch_size)

    def __getitem__(self, batch: int) -> tuple[np.ndarray, np.ndarray]:
        """Return batch number `batch` of the current epoch: `(inputs, targets)`."""
        starts = self.starts(batch)
        inputs = self._inputs[starts].view(self._dtype).reshape(self._input_shape)
        targets = self._targets[starts].view(self._dtype).reshape(self._target_shape)
        if self.target_columns is not None:
            targets = np.take(targets, self.target_columns, axis=-1)
        if self._cast:
            return inputs.astype(np.float32), targets.astype(np.float32)
        return inputs, targets

    def starts(self, batch: int) -> np.ndarray:
        """Return the rows at which the windows of a batch start, `(window,)`."""
        count = len(self)
        if not -count <= batch < count:
            raise IndexError(f"There are {count} batches, 0 to {count - 1}. Received: {batch}.")
        first = batch % count * self.batch_size
        return self._order[first : first + self.batch_size]

    def on_epoch_end(self):
        """Shuffle the windows anew; Keras calls this at the end of each epoch."""
        self._shuffle()

    def get_config(self) -> dict:
        """What makes the windows, without the order that they are in now; `run.fit` knows training data by it."""
        names = ("series", "sequence_len", "horizon", "batch_size", "target_columns", "shuffle", "seed")
        return {name: getattr(self, name) for name in names} | {"starts": np.sort(self._order)}

    def _shuffle(self):
        if self.shuffle:
            self._rng.shuffle(self._order)

    def _choose_windows(self, starts) -> np.ndarray:
        """The rows at which windows start, in order: all that meet no hole, or the given ones, checked."""
        length = self.sequence_len + self.horizon
        runs = find_runs(self.series, length)
        possible = np.arange(sum(stop - first for first, stop in runs), dtype=np.int32)
        number = 0  # of the first window of a run: numbers become starts in place, for the memory
        for first, stop in runs:
            possible[number : number + stop - first] += first - number
            number += stop - first
        if not len(possible):
            raise ValueError(
                f"No window of {length} rows is free of holes (NaN). Received: {len(self.series)} rows, "
                f"sequence_len={self.sequence_len}, horizon={self.horizon}. "
                "Use a shorter window or fill the short holes first."
            )
        if starts is None:
            return possible
        starts = np.asarray(starts)
        if starts.ndim != 1 or starts.dtype.kind not in "iu" or not len(starts):
            raise ValueError(
                f"`starts` must be a list of row numbers. Received: shape {starts.shape}, dtype {starts.dtype}."
            )
        if len(wrong := starts[~np.isin(starts, possible)]):
            raise ValueError(
                f"From each of `starts`, {length} rows without a hole must follow. Received: {len(wrong)} that have "
                f"none, the first is {wrong[0]}, with {len(self.series)} rows. Take them from `make_windows`."
            )
        return starts.astype(np.int32)

    def _check_columns(self, columns):
        if columns is None:
            return None
        features = self.series.shape[1]
        columns = np.atleast_1d(np.asarray(columns))
        if columns.dtype.kind not in "iu" or not len(columns) or (abs(columns + 0.5) > features).any():
            raise ValueError(
                f"`target_columns` must be column numbers from 0 to {features - 1}. Received: {columns.tolist()}."
            )
        return columns


def _rows_as_items(series: np.ndarray, rows: int) -> np.ndarray:
    """View each stretch of `rows` consecutive rows as ONE item: gathering items is then a plain copy."""
    step = series.strides[0]
    return np.ndarray(
        shape=(len(series) - rows + 1,), dtype=np.dtype((np.void, rows * step)), buffer=series, strides=(step,)
    )
