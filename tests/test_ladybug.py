"""The ladybug's walk: reproducible, and made of exactly eight sinusoids."""

import numpy as np
import pytest

from fidle_utils.datasets.ladybug import simulate_trajectory


def test_walk_has_a_point_per_step():
    points, label = simulate_trajectory(max_t=10, delta_t=0.02)
    assert points.shape == (500, 2)
    assert (label.name, label.source) == ("ladybug", "generated")


def test_same_seed_walks_the_same_way():
    one, two, other = (simulate_trajectory(10, 0.1, seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(one, two)
    assert not np.allclose(one, other)


def test_longer_walk_begins_with_the_shorter_one():
    assert np.array_equal(simulate_trajectory(20)[0][:500], simulate_trajectory(10)[0])


def test_each_coordinate_is_four_sinusoids():
    points, _ = simulate_trajectory(max_t=1000)
    power = np.abs(np.fft.rfft(points * np.hanning(len(points))[:, None], axis=0)) ** 2
    for coordinate in power.T:
        strongest = np.sort(coordinate)[::-1]
        assert strongest[:20].sum() > 0.999 * coordinate.sum()  # a line is 3 to 5 points wide


@pytest.mark.parametrize("times", [(10, 0), (10, -1), (0.01, 0.02)])
def test_walk_without_steps_is_refused(times):
    with pytest.raises(ValueError, match="delta_t"):
        simulate_trajectory(*times)
