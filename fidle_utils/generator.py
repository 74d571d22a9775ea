"""The windows of `fidle_utils.windows` by batches, for `fit`: shuffled, and without copying the series."""

import keras
import numpy as np

from fidle_utils.windows import check_windows, find_runs

_BATCHES_AT_ONCE = 32  # the shuffled order is worked out for this many batches at a time


class WindowGenerator(keras.utils.PyDataset):
    """Batches of windows and of what follows them, cut out of a series when they are asked for.

    The series is held once, whatever the number of windows: memory does not grow with it. Windows
    are shuffled anew at each epoch, rows inside a window never. Windows that would contain a hole
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
        self.shuffle, self.seed, self.epoch = shuffle, seed, 0
        self.target_columns = self._check_columns(target_columns)
        self._choose_windows(starts)
        features, self._dtype = self.series.shape[1], self.series.dtype
        self._cast = self._dtype != np.float32
        self._input_shape = (-1, sequence_len, features)
        self._target_shape = (-1, features) if horizon == 1 else (-1, horizon, features)
        self._inputs = _rows_as_items(self.series, sequence_len)
        self._targets = _rows_as_items(self.series[sequence_len:], horizon)
        self._begin_epoch()

    @property
    def windows(self) -> int:
        """Number of windows in an epoch."""
        return self._windows

    def __len__(self) -> int:
        """Number of batches in an epoch."""
        return self._batches

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
        count = self._batches
        if not -count <= batch < count:
            raise IndexError(f"There are {count} batches, 0 to {count - 1}. Received: {batch}.")
        block, place = divmod(batch % count, _BATCHES_AT_ONCE)
        cached = self._cached  # read once: another thread may replace it
        if cached[0] != (self.epoch, block):
            cached = self._cached = ((self.epoch, block), self._starts_of_block(block))
        return cached[1][place * self.batch_size : (place + 1) * self.batch_size]

    def on_epoch_end(self):
        """Shuffle the windows anew; Keras calls this at the end of each epoch."""
        self.epoch += 1
        self._begin_epoch()

    def _begin_epoch(self):
        self._order = _Shuffle(self._windows, (self.seed, self.epoch)) if self.shuffle else None
        self._cached = (None, None)

    def _starts_of_block(self, block: int) -> np.ndarray:
        size = _BATCHES_AT_ONCE * self.batch_size
        number = np.arange(block * size, min((block + 1) * size, self._windows))
        if self._order is not None:
            number = self._order(number)
        if self._given is not None:
            return self._given[number]
        # window number -> start: add the length of the holes before it
        run = np.searchsorted(self._stop, number, side="right") if len(self._stop) > 1 else 0
        return number + self._offset[run]

    def _choose_windows(self, starts):
        length = self.sequence_len + self.horizon
        runs = find_runs(self.series, length)
        self._given = None
        if starts is not None:
            starts = np.asarray(starts)
            if starts.ndim != 1 or starts.dtype.kind not in "iu":
                raise ValueError(
                    f"`starts` must be a list of row numbers. Received: shape {starts.shape}, dtype {starts.dtype}."
                )
            first, stop = np.array(runs).reshape(-1, 2).T
            run = np.searchsorted(first, starts, side="right") - 1
            ok = (run >= 0) & (starts < stop[run]) if len(first) else np.zeros(len(starts), bool)
            if not ok.all():
                raise ValueError(
                    f"From each of `starts`, {length} rows without a hole must follow. Received: "
                    f"{np.count_nonzero(~ok)} that have none, the first is {starts[~ok][0]}, with "
                    f"{len(self.series)} rows. Take them from `make_windows`."
                )
            self._given = starts
        sizes = [stop - first for first, stop in runs]
        self._stop = np.cumsum(sizes)
        self._offset = np.array([first for first, _ in runs]) - (self._stop - sizes)
        self._windows = int(sum(sizes)) if starts is None else len(starts)
        self._batches = -(-self._windows // self.batch_size)
        if not self._windows:
            raise ValueError(
                f"No window of {length} rows is free of holes (NaN). Received: {len(self.series)} rows, "
                f"sequence_len={self.sequence_len}, horizon={self.horizon}. "
                "Use a shorter window or fill the short holes first."
            )

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


class _Shuffle:
    """A random order of `n` things, worked out where it is asked for instead of being stored.

    A shuffled list of ten million windows would weigh 80 MB. Here a number is written as a pair
    (left, right), as on a square of side √n, and in turn each half is pushed round by a random amount
    that depends on the other half: a Feistel network, which is one to one whatever the amounts. Four
    pushes are enough to look random (Luby and Rackoff, SIAM J. Comput. 17, 1988).
    A number that lands outside of 0 … n - 1 goes round again.
    """

    def __init__(self, n: int, seed):
        rng = np.random.default_rng(seed)
        self.n = n
        self.bits = int(np.sqrt(n) - 1).bit_length()  # columns: a power of two, as masks are quick
        self.columns = 1 << self.bits
        self.rows = -(-n // self.columns)
        self.wrap = np.arange(2 * self.rows) % self.rows
        self.pushes = [
            (rng.integers(self.rows, size=self.columns), rng.integers(self.columns, size=self.rows)) for _ in range(2)
        ]

    def __call__(self, numbers: np.ndarray) -> np.ndarray:
        numbers = self._turn(numbers)
        while numbers.max(initial=0) >= self.n:
            outside = np.flatnonzero(numbers >= self.n)
            numbers[outside] = self._turn(numbers[outside])
        return numbers

    def _turn(self, numbers):
        mask = self.columns - 1
        left, right = numbers >> self.bits, numbers & mask
        for push_left, push_right in self.pushes:
            left = self.wrap.take(left + push_left.take(right))
            right = (right + push_right.take(left)) & mask
        return (left << self.bits) | right


def _rows_as_items(series: np.ndarray, rows: int) -> np.ndarray:
    """View each stretch of `rows` consecutive rows as ONE item: gathering items is then a plain copy."""
    step = series.strides[0]
    return np.ndarray(
        shape=(len(series) - rows + 1,), dtype=np.dtype((np.void, rows * step)), buffer=series, strides=(step,)
    )
