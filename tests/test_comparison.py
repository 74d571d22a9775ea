"""Whether a difference between two forecasts is more than chance: numbers computed by hand."""

import numpy as np
import pytest
from scipy import stats

from fidle_utils.scores import diebold_mariano, paired_interval, stationarity


def test_diebold_mariano_by_hand():
    """d = 1, 1, -1, -1, 2, 4: mean 1, g0 = (0 + 0 + 4 + 4 + 1 + 9) / 6 = 3; 3 / 6 over 5 / 6 is 0.6."""
    result = diebold_mariano([1, 1, 2, 2, 0, 0], [2, 2, 1, 1, 2, 4])
    assert result.difference == pytest.approx(1)
    assert (result.high - result.low) / 2 == pytest.approx(2.5706 * np.sqrt(0.6), abs=1e-3)


def test_diebold_mariano_counts_neighbours_where_forecasts_overlap():
    """d = 1, 1, -1, -1, 2, 4 at two steps: g1 = (0 + 0 + 4 - 2 + 3) / 6 = 5/6, so v = 14/3; correction 5/9."""
    result = diebold_mariano(np.zeros(6), [1, 1, -1, -1, 2, 4], horizon=2)
    assert (result.high - result.low) / 2 == pytest.approx(2.5706 * np.sqrt((14 / 3 / 6) / (5 / 9)), abs=1e-3)


def test_at_one_step_it_is_the_paired_t_test():
    draw = np.random.default_rng(0)
    first, second = draw.gamma(2, size=(2, 50))
    assert diebold_mariano(first, second).p == pytest.approx(stats.ttest_rel(first, second).pvalue)


def test_the_test_does_not_mind_which_forecast_comes_first():
    first, second = np.random.default_rng(1).gamma(2, size=(2, 30))
    one, other = diebold_mariano(first, second), diebold_mariano(second, first)
    assert one.p == pytest.approx(other.p)
    assert one.difference == pytest.approx(-other.difference)


def test_equal_forecasts_are_rarely_told_apart():
    """Two forecasts of the same quality: about 5 of 100 times p is below .05."""
    draw = np.random.default_rng(2)
    found = sum(diebold_mariano(*draw.gamma(2, size=(2, 60))).p < 0.05 for _ in range(400))
    assert 0.02 < found / 400 < 0.09


def test_smaller_errors_are_a_win():
    assert diebold_mariano([1, 2, 1, 2], [5, 6, 5, 7]).outcome == "a win"
    assert diebold_mariano([5, 6, 5, 7], [1, 2, 1, 2]).outcome == "a loss"


@pytest.mark.parametrize("horizon", [0, 3])
def test_horizon_that_leaves_nothing_is_refused(horizon):
    with pytest.raises(ValueError, match=f"horizon.*Received: {horizon}, 3 errors"):
        diebold_mariano([1, 2, 3], [1, 1, 1], horizon)


def test_differences_that_do_not_vary_are_refused():
    with pytest.raises(ValueError, match="must vary"):
        diebold_mariano([2, 3, 4], [1, 2, 3])


def test_blocks_of_the_whole_ring_leave_the_mean_as_it_is():
    """Blocks of 3 in a ring of period 3: each block has the same mean, so nothing is left to chance."""
    result = paired_interval([0, 1, 2] * 4, np.zeros(12), block=3)
    assert (result.difference, result.low, result.high) == pytest.approx((1, 1, 1))


def test_blocks_of_one_step_agree_with_the_formula_of_the_mean():
    d = np.random.default_rng(0).normal(size=400)
    result = paired_interval(d, np.zeros(400), draws=4000)
    assert result.high - result.low == pytest.approx(2 * 1.96 * d.std() / 20, rel=0.05)


def test_errors_that_go_together_need_blocks():
    """Runs of 20 equal differences: single steps make the interval about sqrt(20) times too short."""
    d = np.repeat(np.random.default_rng(0).normal(size=40), 20)
    short, long = (paired_interval(d, np.zeros(800), block=block) for block in (1, 40))
    assert 3 < (long.high - long.low) / (short.high - short.low) < 6


def test_draws_come_from_the_seed():
    d = np.arange(20.0)
    low = {seed: paired_interval(d, np.zeros(20), block=4, seed=seed).low for seed in (3, 4)}
    assert low[3] == paired_interval(d, np.zeros(20), block=4, seed=3).low != low[4]


@pytest.mark.parametrize("block", [0, 6])
def test_fewer_than_two_blocks_are_refused(block):
    with pytest.raises(ValueError, match=f"block={block}, 10 cases"):
        paired_interval(np.arange(10), np.zeros(10), block=block)


def test_errors_by_window_and_step_are_refused():
    with pytest.raises(ValueError, match=r"\(time,\)"):
        diebold_mariano(np.zeros((4, 2)), np.ones((4, 2)))


def test_a_random_walk_is_no_stationary_series_and_its_steps_are_one():
    steps = np.random.default_rng(0).normal(size=500)
    walk, noise = stationarity(steps.cumsum()), stationarity(steps)
    assert walk["ADF p"] > 0.05 and walk["KPSS p"] < 0.05
    assert noise["ADF p"] < 0.05 and noise["KPSS p"] > 0.05
