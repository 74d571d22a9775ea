"""Cutting a record into parts and windows: on `arange`, where a value is its own row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fidle_utils.windows import make_windows, split_chronological


def rows(n, features=1):
    """A series in which every value is its row."""
    return np.repeat(np.arange(n, dtype=float)[:, None], features, axis=1)


def test_parts_follow_each_other_and_cover_every_row():
    parts = split_chronological(100)
    assert (parts.train, parts.validation, parts.test) == (slice(0, 64), slice(64, 80), slice(80, 100))


@given(st.integers(10, 100_000), st.floats(0.3, 0.8), st.floats(0.2, 0.7))
def test_no_row_is_lost_or_used_twice_whatever_the_proportions(n, train_prop, validation_prop):
    numbers = np.arange(n)
    parts = [numbers[part] for part in split_chronological(n, train_prop, validation_prop)]
    assert np.array_equal(np.concatenate(parts), numbers)


def test_proportions_that_are_not_exact_in_binary_lose_no_row():
    assert split_chronological(10, 0.7, 0.5).test == slice(7, 10)  # int(10 * .7) would be 6 in floats


@pytest.mark.parametrize("name", ["train_prop", "validation_prop"])
@pytest.mark.parametrize("value", [0, 1, -0.1, 1.5, float("nan")])
def test_impossible_proportion_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        split_chronological(100, **{name: value})


def test_empty_part_is_refused_and_named():
    with pytest.raises(ValueError, match="empty: validation"):
        split_chronological(3, 0.5, 0.1)


def test_first_target_is_the_row_right_after_the_window():
    inputs, targets, starts = make_windows(rows(10), sequence_len=4, horizon=2)
    assert inputs[0].ravel().tolist() == [0, 1, 2, 3]
    assert targets[0].ravel().tolist() == [4, 5]
    assert starts[0] == 0


def test_last_window_ends_at_last_row():
    _, targets, starts = make_windows(rows(10), sequence_len=4, horizon=2)
    assert targets[-1].ravel().tolist() == [8, 9]
    assert len(starts) == 5


def test_axes_are_window_time_feature():
    inputs, targets, _ = make_windows(rows(10, features=3), sequence_len=4, horizon=2)
    assert inputs.shape == (5, 4, 3)
    assert targets.shape == (5, 2, 3)


def test_features_stay_in_their_column():
    series = np.arange(20).reshape(10, 2)
    inputs, targets, _ = make_windows(series, 3)
    assert np.array_equal(inputs[4], series[4:7])
    assert np.array_equal(targets[4], series[7:8])


def test_windows_take_no_memory():
    series = rows(10)
    inputs, targets, _ = make_windows(series, 4)
    assert np.shares_memory(inputs, series)
    assert np.shares_memory(targets, series)


def test_shortest_record_gives_one_window():
    assert len(make_windows(rows(5), sequence_len=4, horizon=1)[0]) == 1


def test_no_window_touches_a_hole():
    series = rows(12)
    series[5] = np.nan
    inputs, targets, starts = make_windows(series, sequence_len=2, horizon=1)
    assert starts.tolist() == [0, 1, 2, 6, 7, 8, 9]
    assert inputs[3].ravel().tolist() == [6, 7]
    assert targets[2].ravel().tolist() == [4]


def test_one_missing_variable_makes_a_hole():
    series = rows(6, features=2)
    series[2, 1] = np.nan
    assert make_windows(series, 1, 1)[2].tolist() == [0, 3, 4]


def test_starts_give_back_the_dates():
    dates = np.arange("2024-01-01", "2024-01-11", dtype="datetime64[D]")
    series = rows(10)
    series[2] = np.nan
    _, targets, starts = make_windows(series, 3)
    days = (dates[starts + 3] - dates[0]).astype(int)
    assert np.array_equal(targets[:, 0, 0], days)


@given(st.lists(st.booleans(), min_size=3, max_size=40), st.integers(1, 4), st.integers(1, 3))
def test_windows_are_those_of_a_plain_loop(holes, sequence_len, horizon):
    series = rows(len(holes))
    series[np.array(holes)] = np.nan
    length = sequence_len + horizon
    expected = [i for i in range(len(series) - length + 1) if not np.isnan(series[i : i + length]).any()]
    if not expected:
        with pytest.raises(ValueError):
            make_windows(series, sequence_len, horizon)
        return
    inputs, targets, starts = make_windows(series, sequence_len, horizon)
    assert starts.tolist() == expected
    for k, i in enumerate(expected):
        assert np.array_equal(inputs[k], series[i : i + sequence_len])
        assert np.array_equal(targets[k], series[i + sequence_len : i + length])


def test_fewer_rows_than_one_window_says_what_came_and_what_to_do():
    with pytest.raises(ValueError, match=r"sequence_len=16, horizon=4, steps=12.*longer record"):
        make_windows(rows(12), 16, 4)


def test_hole_longer_than_what_is_left_is_refused():
    series = rows(10)
    series[2:8] = np.nan
    with pytest.raises(ValueError, match="rows with NaN: 6"):
        make_windows(series, 3)


@pytest.mark.parametrize("series", [np.arange(9), np.zeros((4, 3, 2)), np.array([["a"], ["b"]])])
def test_what_is_no_table_of_numbers_is_refused(series):
    with pytest.raises(ValueError, match=r"\(time, feature\)"):
        make_windows(series, 1)


@pytest.mark.parametrize("lengths", [(0, 1), (3, 0), (-1, 1), (2.5, 1)])
def test_length_below_one_is_refused(lengths):
    with pytest.raises(ValueError, match="1 or more"):
        make_windows(rows(10), *lengths)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_infinite_value_is_a_hole_as_a_missing_one_is(value):
    series = np.arange(20.0).reshape(-1, 1)
    series[9] = value
    inputs, targets, _ = make_windows(series, 4)
    assert len(inputs) == 11 and np.isfinite(inputs).all() and np.isfinite(targets).all()
