"""Scores computed by hand."""

import numpy as np
import pytest

from fidle_utils.scores import PairedInterval, mae, paired_interval, rmse


def test_rmse_by_hand():
    assert rmse([0, 0], [3, 4]) == pytest.approx(np.sqrt(12.5))


def test_mae_by_hand():
    assert mae([1, 2, 3], [2, 2, 1]) == pytest.approx(1)


def test_unsigned_numbers_do_not_wrap_round():
    assert mae(np.array([1], np.uint8), np.array([0], np.uint8)) == 1


@pytest.mark.parametrize("metric", [rmse, mae])
def test_shapes_that_would_broadcast_are_refused(metric):
    with pytest.raises(ValueError, match=r"\(3, 1\) and \(3,\)"):
        metric(np.zeros((3, 1)), np.zeros(3))


def test_nothing_to_score_is_refused():
    with pytest.raises(ValueError, match="empty"):
        rmse([], [])


def test_missing_value_is_seen_in_the_score():
    assert np.isnan(rmse([1, np.nan], [1, 1]))


def test_a_model_right_where_the_other_is_wrong_wins_by_one():
    interval = paired_interval([1, 1, 1], [0, 0, 0])
    assert (interval.difference, interval.low, interval.high, interval.outcome) == (1, 1, 1, "a win")
    assert paired_interval([0, 0, 0], [1, 1, 1]).outcome == "a loss"


def test_two_cases_drawn_again_have_means_of_zero_one_half_or_one():
    """With probabilities 1/4, 1/2 and 1/4: the middle 95 % reach from 0 to 1."""
    interval = paired_interval([1, 1], [1, 0])
    assert (interval.difference, interval.low, interval.high, interval.outcome) == (0.5, 0, 1, "a draw")
    assert f"{interval:+.0%}" == "+50% [+0%, +100%]"


def test_interval_of_many_cases_is_that_of_the_normal_law():
    """Differences 0 and 1 in turn: standard deviation 1/2, half width 1.96 * 0.5 / sqrt(2500) = 0.0196."""
    interval = paired_interval(np.arange(2500) % 2, np.zeros(2500))
    assert interval.high - interval.low == pytest.approx(2 * 0.0196, rel=0.05)
    assert interval.low == pytest.approx(0.5 - 0.0196, abs=0.002)


def test_other_cases_are_not_compared():
    with pytest.raises(ValueError, match=r"\(1, 2\), \(1, 3\)"):
        paired_interval([1, 0], [1, 0, 1])


# ---------------------------------------------------------------- who wins


def test_models_that_differ_by_a_constant_have_an_interval_of_no_width():
    found = paired_interval(np.arange(20.0) + 2, np.arange(20.0), block=4, lower_is_better=True)
    assert (found.difference, found.low, found.high) == pytest.approx((2, 2, 2)) and found.outcome == "a loss"


def test_the_difference_of_roots_is_that_of_the_whole_test():
    squares, rival = np.array([1.0, 9, 4, 2]), np.array([4.0, 4, 4, 4])
    assert paired_interval(squares, rival, root=True).difference == pytest.approx(2 - 2)
    found = paired_interval([9.0, 9], [4.0, 4], root=True)
    assert (found.difference, found.low, found.high) == pytest.approx((1, 1, 1))


def test_what_differs_between_trainings_is_part_of_the_interval():
    trainings = np.array([[1.0] * 9, [2.0] * 9, [3.0] * 9])
    found = paired_interval(trainings, np.full(9, 2.0))
    assert found.difference == pytest.approx(0)
    assert found.low < -0.5 and found.high > 0.5


def test_the_interval_of_equal_means_holds_0_nineteen_times_in_twenty():
    rng = np.random.default_rng(1)
    found = [paired_interval(rng.normal(size=200), np.zeros(200), block=5) for _ in range(200)]
    assert 0.88 <= np.mean([one.outcome == "a draw" for one in found]) <= 0.99


def test_an_outcome_is_a_win_a_loss_or_a_draw():
    assert f"{PairedInterval(-0.06, -0.08, -0.04):+.3f}" == "-0.060 [-0.080, -0.040]"
    assert PairedInterval(-0.06, -0.08, -0.04, lower_is_better=True).outcome == "a win"
    assert [PairedInterval(0, *ends).outcome for ends in ((0.1, 0.2), (-0.1, 0.2))] == ["a win", "a draw"]


@pytest.mark.parametrize("block", [0, 3, 5])
def test_a_block_that_leaves_fewer_than_two_is_refused(block):
    with pytest.raises(ValueError, match=f"block={block}, 4 cases"):
        paired_interval(np.zeros(4), np.zeros(4), block=block)
