"""The windows of `fidle_utils.windows` by batches, for `fit`: shuffled, and without copying the series."""

import keras
import numpy as np

from fidle_utils.windows import check_windows, free_starts

__all__ = ["WindowGenerator"]


class WindowGenerator(keras.utils.PyDataset):
    """Batches of windows and of what follows them, cut out of a series when they are asked for.

    The series is held once, whatever the number of windows; beside it only the order of the windows, 4 bytes
    each. Windows are shuffled anew at each epoch, rows inside a window never. Windows that would contain a hole
    (a row with a NaN) are left out. Works on every Keras backend.

    Example: 8 rows whose value is their index

        batch 0   inputs [0 1 2] [1 2 3]   targets 3 4
        batch 1   inputs [2 3 4] [3 4 5]   targets 5 6
        batch 2   inputs [4 5 6]           targets 7       the last batch may be smaller

    Args:
        series: array `(time, feature)`. A C-contiguous array is used in place, even a memory map.
        sequence_len: rows of a window.
        horizon: rows to predict after it.
        batch_size: windows per batch.
        target_columns: the columns to predict, as a list of indices; all if None.
        shuffle: whether windows are shuffled at each epoch.
        seed: the same seed gives the same batches in every epoch of every run.

    A batch is `(inputs, targets)`, both float32:
        inputs `(window, sequence_len, feature)`;
        targets `(window, horizon, target)`, or `(window, target)` with `horizon=1`: the shape of the
        output of a plain `Dense` layer.

    Raises:
        ValueError: if the series is not 2D, a length is below 1, or no window is left.
        IndexError: a column that does not exist.
    """

    def __init__(
        self,
        series,
        sequence_len: int,
        horizon: int = 1,
        *,
        batch_size: int = 32,
        target_columns=None,
        shuffle: bool = True,
        seed: int = 123,
    ):
        super().__init__()
        if not isinstance(batch_size, int | np.integer) or batch_size < 1:
            raise ValueError(f"`batch_size` must be a whole number, 1 or more. Received: batch_size={batch_size}.")
        self.series = np.ascontiguousarray(check_windows(series, sequence_len, horizon))
        self.sequence_len, self.horizon, self.batch_size = sequence_len, horizon, batch_size
        self.shuffle, self.seed = shuffle, seed
        self.target_columns = target_columns
        self.series[:1, slice(None) if target_columns is None else target_columns]  # an IndexError at once
        self._order = free_starts(self.series, sequence_len, horizon).astype(np.int32)
        self._inputs = _rows_as_items(self.series, sequence_len)
        self._targets = _rows_as_items(self.series[sequence_len:], horizon)
        self._target_shape = (-1, horizon, self.series.shape[1]) if horizon > 1 else (-1, self.series.shape[1])
        self._rng = np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self) -> int:
        """Number of batches in an epoch."""
        return -(-len(self._order) // self.batch_size)

    def __getitem__(self, batch: int) -> tuple[np.ndarray, np.ndarray]:
        """Return batch number `batch` of the current epoch: `(inputs, targets)`."""
        starts = self.starts(batch)
        inputs = self._inputs[starts].view(self.series.dtype).reshape(-1, self.sequence_len, self.series.shape[1])
        targets = self._targets[starts].view(self.series.dtype).reshape(self._target_shape)
        if self.target_columns is not None:
            targets = np.take(targets, self.target_columns, axis=-1)
        return inputs.astype(np.float32, copy=False), targets.astype(np.float32, copy=False)

    def starts(self, batch: int) -> np.ndarray:
        """Return the rows at which the windows of a batch start, `(window,)`."""
        count = len(self)
        if not -count <= batch < count:
            raise IndexError(f"There are {count} batches, 0 to {count - 1}. Received: {batch}.")
        first = batch % count * self.batch_size
        return self._order[first : first + self.batch_size]

    def on_epoch_end(self):
        """Shuffle the windows anew; Keras calls this at the end of each epoch."""
        if self.shuffle:
            self._rng.shuffle(self._order)

    def get_config(self) -> dict:
        """What makes the windows, without the order that they are in now; `run.fit` knows training data by it."""
        names = ("series", "sequence_len", "horizon", "batch_size", "target_columns", "shuffle", "seed")
        return {name: getattr(self, name) for name in names}


def _rows_as_items(series: np.ndarray, rows: int) -> np.ndarray:
    """View each stretch of `rows` rows as one item: gathering items is a plain copy, quicker than that of windows."""
    step = series.strides[0]
    item = np.dtype((np.void, rows * step))
    return np.ndarray((len(series) - rows + 1,), dtype=item, buffer=series, strides=(step,))
