"""The window generator gives the numbers that slicing by hand gives, in every setting."""

import tracemalloc

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fidle_utils.generator import WindowGenerator


def rows(n, features=1, dtype=np.float32):
    """A series in which value = row * 10 + column."""
    return (np.arange(n)[:, None] * 10 + np.arange(features)).astype(dtype)


def batches(generator):
    return [generator[i] for i in range(len(generator))]


def epoch_starts(generator):
    return np.concatenate([generator.starts(i) for i in range(len(generator))])


def test_example_of_the_docstring():
    generator = WindowGenerator(np.arange(8.0)[:, None], 3, batch_size=2, shuffle=False)
    inputs, targets = zip(*batches(generator))
    assert [x[..., 0].tolist() for x in inputs] == [[[0, 1, 2], [1, 2, 3]], [[2, 3, 4], [3, 4, 5]], [[4, 5, 6]]]
    assert [y[:, 0].tolist() for y in targets] == [[3, 4], [5, 6], [7]]


@settings(deadline=None)
@given(
    n=st.integers(2, 60),
    features=st.integers(1, 3),
    sequence_len=st.integers(1, 8),
    horizon=st.integers(1, 4),
    batch_size=st.integers(1, 9),
    shuffle=st.booleans(),
    dtype=st.sampled_from(["float32", "float64", "int16"]),
)
def test_batches_are_slices_by_hand(n, features, sequence_len, horizon, batch_size, shuffle, dtype):
    series = rows(n, features, dtype)
    count = n - sequence_len - horizon + 1
    if count < 1:
        with pytest.raises(ValueError):
            WindowGenerator(series, sequence_len, horizon)
        return
    generator = WindowGenerator(series, sequence_len, horizon, batch_size=batch_size, shuffle=shuffle)
    for number, (inputs, targets) in enumerate(batches(generator)):
        for start, window, target in zip(generator.starts(number), inputs, targets):
            assert np.array_equal(window, series[start : start + sequence_len])
            expected = series[start + sequence_len : start + sequence_len + horizon]
            assert np.array_equal(target, expected[0] if horizon == 1 else expected)
    assert sorted(epoch_starts(generator)) == list(range(count))


@settings(deadline=None)
@given(st.lists(st.booleans(), min_size=3, max_size=60), st.booleans())
def test_no_batch_touches_a_hole_and_no_other_window_is_lost(holes, shuffle):
    series = rows(len(holes))
    series[np.array(holes)] = np.nan
    expected = [i for i in range(len(holes) - 2) if not any(holes[i : i + 3])]
    if not expected:
        with pytest.raises(ValueError, match="hole"):
            WindowGenerator(series, 2)
        return
    generator = WindowGenerator(series, 2, batch_size=4, shuffle=shuffle)
    assert sorted(epoch_starts(generator)) == expected
    assert not any(np.isnan(inputs).any() or np.isnan(targets).any() for inputs, targets in batches(generator))


def test_what_it_holds_is_a_tenth_of_the_series_at_most():
    """Of a series of 12 float32 columns; the order of the windows is 4 bytes each."""
    series = np.zeros((200_000, 12), dtype="float32")
    tracemalloc.start()
    generator = WindowGenerator(series, 16)
    generator.on_epoch_end()
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(generator) and held <= series.nbytes / 10


def test_what_it_is_known_by_does_not_change_with_the_epoch():
    generator = WindowGenerator(rows(30), 2)
    before = generator.get_config()
    generator.on_epoch_end()
    assert all(np.array_equal(before[name], value) for name, value in generator.get_config().items())


def test_last_batch_is_smaller_and_complete():
    generator = WindowGenerator(rows(12), 2, batch_size=4)
    assert [len(inputs) for inputs, _ in batches(generator)] == [4, 4, 2]


def test_each_epoch_has_another_order_and_the_same_windows():
    generator = WindowGenerator(rows(300), 2)
    first = epoch_starts(generator)
    generator.on_epoch_end()
    second = epoch_starts(generator)
    assert not np.array_equal(first, second)
    assert np.array_equal(np.sort(first), np.sort(second))


def test_same_seed_gives_the_same_batches_in_every_epoch():
    one, two = (WindowGenerator(rows(300), 2, seed=7) for _ in range(2))
    for _ in range(3):
        assert np.array_equal(epoch_starts(one), epoch_starts(two))
        one.on_epoch_end(), two.on_epoch_end()
    assert not np.array_equal(epoch_starts(one), epoch_starts(WindowGenerator(rows(300), 2, seed=8)))


def test_batches_may_be_asked_for_in_any_order():
    generator = WindowGenerator(rows(5000), 2, batch_size=8)
    forward = [generator.starts(i) for i in range(len(generator))]
    for i in np.random.default_rng(0).permutation(len(generator)):
        assert np.array_equal(generator.starts(i), forward[i])


def test_negative_number_counts_from_the_end():
    generator = WindowGenerator(rows(50), 2, shuffle=False)
    assert np.array_equal(generator[-1][0], generator[len(generator) - 1][0])


def test_batch_that_does_not_exist_is_an_index_error():
    with pytest.raises(IndexError, match="2 batches"):
        WindowGenerator(rows(50), 2)[2]


def test_only_chosen_columns_are_targets():
    series = rows(10, features=3)
    inputs, targets = WindowGenerator(series, 4, horizon=2, target_columns=[2, 0], shuffle=False)[0]
    assert inputs.shape == (5, 4, 3)
    assert np.array_equal(targets[1], series[5:7][:, [2, 0]])


def test_batches_are_contiguous_float32_whatever_the_series():
    for series in (rows(20, 4, "float64"), rows(20, 4)[:, ::2], np.asfortranarray(rows(20, 4))):
        for array in WindowGenerator(series, 3, horizon=2, target_columns=[1])[0]:
            assert array.dtype == np.float32
            assert array.flags.c_contiguous


def test_series_is_not_copied():
    series = rows(1000)
    assert np.shares_memory(WindowGenerator(series, 16).series, series)


def test_memory_map_is_read_in_place(tmp_path):
    np.save(tmp_path / "series.npy", rows(100))
    generator = WindowGenerator(np.load(tmp_path / "series.npy", mmap_mode="r"), 4, shuffle=False)
    assert isinstance(generator.series, np.ndarray)
    assert generator[0][0][1, :, 0].tolist() == [10, 20, 30, 40]


@pytest.mark.parametrize("columns", [[3], [-4], [0.5]])
def test_column_that_does_not_exist_is_refused(columns):
    with pytest.raises(IndexError):
        WindowGenerator(rows(20, 3), 2, target_columns=columns)


@pytest.mark.parametrize("size", [0, -1, 32.0, 2.5, "32"])
def test_batch_size_that_is_no_whole_number_from_one_on_is_refused(size):
    with pytest.raises(ValueError, match=f"`batch_size` must be a whole number, 1 or more.*batch_size={size}"):
        WindowGenerator(rows(20), 2, batch_size=size)


def test_keras_fits_through_it():
    series = np.sin(np.arange(400, dtype=np.float32) / 5)[:, None]
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    generator = WindowGenerator(series, 8)
    first = epoch_starts(generator)
    history = model.fit(generator, epochs=5, verbose=0)
    assert history.history["loss"][-1] < history.history["loss"][0]
    assert not np.array_equal(first, epoch_starts(generator))  # shuffled anew
