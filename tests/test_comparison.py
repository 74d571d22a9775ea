"""Whether a difference between two forecasts is more than chance: numbers computed by hand."""

import numpy as np
import pytest

from fidle_utils.scores import paired_interval, stationarity


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
