"""Whether a difference between two forecasts is more than chance: numbers computed by hand."""

import numpy as np
import pytest

from fidle_utils.scores import diebold_mariano, paired_interval, stationarity


def test_diebold_mariano_one_step_ahead_by_hand():
    """d = 1, 1, -1, -1, 2, 4: mean 1, variance 18 / 5, so the mean's own is 0.6; t(5) at 97.5 % is 2.5706."""
    gain, p = diebold_mariano(np.array([1, 1, 2, 2, 0, 0]), np.array([2, 2, 1, 1, 2, 4]))
    assert gain.difference == pytest.approx(1)
    assert (gain.high - gain.low) / 2 == pytest.approx(2.5706 * np.sqrt(0.6), abs=1e-3)
    assert p > 0.05 and gain.outcome == "a draw"


def test_smaller_errors_are_a_win_and_larger_ones_a_loss():
    small, large = np.array([1, 2, 1, 2]), np.array([5, 6, 5, 7])
    assert diebold_mariano(small, large)[0].outcome == "a win"
    assert diebold_mariano(large, small)[0].outcome == "a loss"


def test_equal_forecasts_are_rarely_told_apart():
    """Two forecasts of the same quality: about 5 of 100 times p is below .05."""
    draw = np.random.default_rng(2)
    times = sum(diebold_mariano(*draw.gamma(2, size=(2, 60)))[1] < 0.05 for _ in range(400))
    assert 0.02 < times / 400 < 0.09


def test_blocks_of_the_whole_ring_leave_the_mean_as_it_is():
    """Blocks of 3 in a ring of period 3: each block has the same mean, so nothing is left to chance."""
    result = paired_interval([0, 1, 2] * 4, np.zeros(12), block=3)
    assert (result.difference, result.low, result.high) == pytest.approx((1, 1, 1))


def test_errors_that_go_together_need_blocks():
    """Runs of 20 equal differences: single steps make the interval about sqrt(20) times too short."""
    d = np.repeat(np.random.default_rng(0).normal(size=40), 20)
    short, long = (paired_interval(d, np.zeros(800), block=block) for block in (1, 40))
    assert 3 < (long.high - long.low) / (short.high - short.low) < 6


def test_the_same_cases_give_the_same_interval():
    d = np.arange(20.0)
    assert paired_interval(d, np.zeros(20), block=4) == paired_interval(d, np.zeros(20), block=4)


def test_a_random_walk_is_no_stationary_series_and_its_steps_are_one():
    steps = np.random.default_rng(0).normal(size=500)
    walk, noise = stationarity(steps.cumsum()), stationarity(steps)
    assert walk["ADF p"] > 0.05 and walk["KPSS p"] < 0.05
    assert noise["ADF p"] < 0.05 and noise["KPSS p"] > 0.05
