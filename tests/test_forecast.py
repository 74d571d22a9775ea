"""Baselines on `arange`, the linear model on what it must solve exactly, the rolling forecast by hand."""

import numpy as np
import pytest

from fidle_utils.forecast import (
    LinearAutoregression,
    LineByHour,
    roll,
    same_hour_yesterday,
)
from fidle_utils.windows import make_windows


def windows_of(n, sequence_len, horizon, features=1):
    series = np.repeat(np.arange(n, dtype=float)[:, None], features, axis=1)
    return make_windows(series, sequence_len, horizon)


def sinusoids(n, frequencies):
    t = np.arange(n)
    return sum(np.sin(f * t + i) for i, f in enumerate(frequencies))[:, None]


def test_yesterday_is_one_period_before_each_target():
    inputs, targets, _ = windows_of(30, 10, 8)
    assert np.array_equal(same_hour_yesterday(inputs, 8, period=8), targets - 8)


def test_beyond_a_day_the_last_day_known_is_repeated():
    inputs, targets, _ = windows_of(30, 4, 6)
    lag = (targets - same_hour_yesterday(inputs, 6, period=4))[0].ravel()
    assert lag.tolist() == [4, 4, 4, 4, 8, 8]


def test_yesterday_needs_a_day_in_the_window():
    with pytest.raises(ValueError, match="period=8, windows of 4"):
        same_hour_yesterday(windows_of(30, 4, 1)[0], 1, period=8)


def test_windows_that_are_not_3d_are_refused():
    with pytest.raises(ValueError, match=r"\(window, time, feature\)"):
        same_hour_yesterday(np.zeros((10, 2)))


def test_linear_model_predicts_sinusoids_exactly():
    inputs, targets, _ = make_windows(sinusoids(400, [0.1, 0.37, 0.5]), 8)
    model = LinearAutoregression().fit(inputs[:200], targets[:200])
    assert np.abs(model.predict(inputs[200:]) - targets[200:]).max() < 1e-9


def test_two_steps_per_sinusoid_are_needed():
    series = sinusoids(400, [0.1, 0.37, 0.5])
    error = {}
    for sequence_len in (5, 6):
        inputs, targets, _ = make_windows(series, sequence_len)
        model = LinearAutoregression().fit(inputs, targets)
        error[sequence_len] = np.abs(model.predict(inputs) - targets).max()
    assert error[5] > 1e-3 > 1e-9 > error[6]


def test_linear_model_keeps_the_shape_of_the_targets():
    inputs, targets, _ = windows_of(40, 5, 3, features=2)
    assert LinearAutoregression().fit(inputs, targets).predict(inputs).shape == targets.shape
    assert LinearAutoregression(1.0).fit(inputs, targets[:, 0, 0]).predict(inputs).shape == (len(inputs),)


def test_ridge_is_the_closed_form():
    rng = np.random.default_rng(0)
    inputs, targets = rng.normal(size=(50, 3, 2)), rng.normal(size=(50, 1))
    model = LinearAutoregression(ridge=2.5).fit(inputs, targets)
    flat = inputs.reshape(50, 6)
    centred = flat - flat.mean(0)
    weights = np.linalg.inv(centred.T @ centred + 2.5 * np.eye(6)) @ centred.T @ (targets - targets.mean(0))
    assert np.allclose(model.weights, weights)
    assert np.allclose(model.predict(flat.mean(0).reshape(1, 3, 2)), targets.mean(0))


def test_linear_model_refuses_other_windows_than_it_learnt():
    inputs, targets, _ = windows_of(40, 5, 1)
    model = LinearAutoregression().fit(inputs, targets)
    with pytest.raises(ValueError, match=r"\(window, 5, 1\).*Received: \(36, 4, 1\)"):
        model.predict(windows_of(40, 4, 1)[0])
    with pytest.raises(ValueError, match="one target per window"):
        model.fit(inputs, targets[1:])
    with pytest.raises(ValueError, match="ridge=-1"):
        LinearAutoregression(ridge=-1)


def test_lines_by_hour_are_those_of_the_windows_of_each_hour():
    rng = np.random.default_rng(0)
    inputs, targets, hours = rng.normal(size=(60, 3, 2)), rng.normal(size=(60, 2, 1)), np.arange(60) % 3 * 6
    model = LineByHour(ridge=2.0).fit(inputs, targets, hours)
    forecast = model.predict(inputs, hours)
    assert forecast.shape == targets.shape and list(model.models) == [0, 6, 12]
    for hour in (0, 6, 12):
        own = hours == hour
        alone = LinearAutoregression(2.0).fit(inputs[own], targets[own])
        assert np.array_equal(forecast[own], alone.predict(inputs[own]))


def test_lines_by_hour_refuse_an_hour_that_they_have_not_learnt():
    inputs, targets, _ = windows_of(40, 5, 1)
    model = LineByHour().fit(inputs, targets, np.arange(len(inputs)) % 2 * 3)
    with pytest.raises(ValueError, match=r"hours 0, 3, .*Received: 9\. Train on a longer record"):
        model.predict(inputs, np.full(len(inputs), 9))
    with pytest.raises(ValueError, match="one hour per window"):
        model.predict(inputs, [0, 3])
    with pytest.raises(ValueError, match="one hour per window"):
        model.fit(inputs, targets, [0, 3])


def test_roll_feeds_the_model_its_own_forecasts():
    seen = []

    def add_first_and_last(windows):
        seen.append(windows[0, :, 0].tolist())
        return windows[:, 0] + windows[:, -1]

    forecast = roll(add_first_and_last, np.array([[[1.0], [2.0], [3.0]]]), 3)
    assert seen == [[1, 2, 3], [2, 3, 4], [3, 4, 6]]
    assert forecast.ravel().tolist() == [4, 6, 9]


def test_roll_of_a_perfect_model_is_what_happens():
    inputs, targets, _ = windows_of(50, 4, 7, features=2)
    assert np.array_equal(roll(lambda windows: windows[:, -1] + 1, inputs, 7), targets)


def test_roll_calls_the_model_once_per_step_for_all_windows():
    calls = []
    inputs, _, _ = windows_of(50, 4, 3)
    roll(lambda windows: calls.append(len(windows)) or windows[:, -1], inputs, 3)
    assert calls == [len(inputs)] * 3


def test_roll_leaves_the_windows_as_they_are():
    inputs = np.arange(6.0).reshape(1, 6, 1)
    forecast = roll(lambda windows: windows[:, -1] * 0, inputs, 4)
    assert inputs.ravel().tolist() == [0, 1, 2, 3, 4, 5]
    assert not np.shares_memory(forecast, inputs)


def test_roll_of_whole_numbers_does_not_round():
    assert roll(lambda windows: windows[:, -1] + 0.5, np.ones((1, 2, 1), int), 1).item() == 1.5


def test_step_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"\(5, 2\).*Received: \(5, 1\)"):
        roll(lambda windows: windows[:, -1, :1], np.zeros((5, 3, 2)), 2)


def test_steps_below_one_is_refused():
    with pytest.raises(ValueError, match="steps=0"):
        roll(lambda windows: windows[:, -1], np.zeros((5, 3, 2)), 0)
