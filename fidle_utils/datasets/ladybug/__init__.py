"""The ladybug: a walk in the plane made of sinusoids, drawn from a seed."""

import random

import numpy as np

from fidle_utils.datasets import DataSource

__all__ = ["simulate_trajectory"]

_BASE = (20.0, 10.0, 5.0, 5.0)  # rad per unit of time; each is shifted by a random amount


def simulate_trajectory(
    max_t: float = 1000, delta_t: float = 0.02, seed: int = 2026
) -> tuple[np.ndarray, DataSource]:
    """Walk a ladybug: each coordinate is a sum of four sinusoids.

        x(t) = Σ aᵢ sin(t (kᵢ + bᵢ))        b = 20, 10, 5, 5
        y(t) = Σ cᵢ cos(t (qᵢ + bᵢ))        (the last one is a sine)

    with amplitudes and shifts of frequency a, k, c, q drawn from a normal law. The formula is that of
    the Fidle course (https://fidle.cnrs.fr), where the ladybug was born.

    Args:
        max_t: duration, in units of time.
        delta_t: time between two points; above 0, and at least two points.
        seed: the same seed gives the same walk on every machine.

    Returns:
        The points, `(time, 2)`, float64, in units of the trajectory, and their `DataSource`.
    """
    if not delta_t > 0 or max_t < 2 * delta_t:
        raise ValueError(
            "`delta_t` must be above 0 and fit at least twice into `max_t`. "
            f"Received: max_t={max_t}, delta_t={delta_t}."
        )
    draw = random.Random(seed)  # this generator is the same in every version of Python
    a, k, c, q = ([draw.gauss(0, 1) for _ in _BASE] for _ in range(4))
    t = np.arange(round(max_t / delta_t)) * delta_t
    x = sum(ai * np.sin(t * (ki + base)) for ai, ki, base in zip(a, k, _BASE))
    y = sum(ci * np.cos(t * (qi + base)) for ci, qi, base in zip(c[:3], q[:3], _BASE))
    y = y + c[3] * np.sin(t * (q[3] + _BASE[3]))
    label = DataSource(name="ladybug", source="generated", what=f"ladybug no. {seed}", period=None)
    return np.stack([x, y], axis=1), label
