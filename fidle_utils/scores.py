"""Metrics as plain functions, and the table that has the baseline in it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["by_lead_time", "mae", "mean_distance", "rmse", "score_table", "skill"]


def rmse(observed, predicted) -> float:
    """Root of the mean squared error, in the unit of the data; over all elements.

    Example:
        >>> rmse([0, 0, 0, 0], [1, 1, 1, 5])
        2.6457513110645907
    """
    observed, predicted = _check(observed, predicted)
    return float(np.sqrt(np.mean(np.subtract(predicted, observed, dtype=float) ** 2)))


def mae(observed, predicted) -> float:
    """Mean absolute error, in the unit of the data; over all elements."""
    observed, predicted = _check(observed, predicted)
    return float(np.mean(np.abs(np.subtract(predicted, observed, dtype=float))))


def mean_distance(observed, predicted) -> float:
    """Mean Euclidean distance between points: the last axis holds the coordinates."""
    observed, predicted = _check(observed, predicted)
    return float(np.mean(np.linalg.norm(np.subtract(predicted, observed, dtype=float), axis=-1)))


def skill(error: float, baseline_error: float) -> float:
    """What part of the baseline's error a model removes: 1 is perfect, 0 no better, below 0 worse.

    Example:
        >>> skill(1.5, baseline_error=2.0)
        0.25

    Raises:
        ValueError: if the baseline's error is not above 0.
    """
    if not baseline_error > 0:
        raise ValueError(f"The baseline's error must be above 0. Received: {baseline_error}.")
    return 1 - error / baseline_error


@dataclass(frozen=True)
class PairedInterval:
    """How much higher one model scores than another on the same cases, with a 95 % interval.

    `f"{interval:+.2%}"` writes all three numbers: "+0.31% [-0.02%, +0.65%]".
    """

    difference: float
    low: float
    high: float

    @property
    def outcome(self) -> str:
        """A word: "a win", "a loss", or "a draw" where the interval holds 0."""
        return "a win" if self.low > 0 else "a loss" if self.high < 0 else "a draw"

    def __format__(self, spec: str) -> str:
        return f"{self.difference:{spec}} [{self.low:{spec}}, {self.high:{spec}}]"


def paired_interval(first, second, *, draws: int = 1000, seed: int = 0) -> PairedInterval:
    """Compare two models case by case: the mean difference of their scores, and its bootstrap interval.

    The cases are drawn again with replacement, each with the scores of both models, and the mean difference is
    taken; the interval holds the middle 95 % of these means (percentile bootstrap: Efron and Tibshirani, An
    Introduction to the Bootstrap, 1993, section 13.3). It speaks of other cases, not of other seeds.

    Args:
        first, second: a score for each case, higher is better, such as right (1) or wrong (0): `(case,)`, or
            `(seed, case)` for several trainings of one model, whose mean is taken first.
        draws: how often the cases are drawn again.
        seed: of the drawing.

    Returns:
        `first` minus `second`.

    Raises:
        ValueError: if the two have not the same cases.
    """
    first, second = (np.asarray(s, dtype=float) for s in (first, second))
    first, second = (s.mean(axis=0) if s.ndim == 2 else s for s in (first, second))
    first, second = _check(first, second)
    rng, difference = np.random.default_rng(seed), first - second
    means = [difference[rng.integers(len(difference), size=len(difference))].mean() for _ in range(draws)]
    low, high = np.quantile(means, [0.025, 0.975])
    return PairedInterval(float(difference.mean()), float(low), float(high))


def score_table(observed, forecasts: dict, *, baseline: str, metrics: dict | None = None) -> pd.DataFrame:
    """Score several forecasts of the same thing, side by side, against a baseline.

    Args:
        observed: what happened, an array of any shape.
        forecasts: name -> forecast, each shaped as `observed`.
        baseline: which of the names is the one to beat; it comes first in the table.
        metrics: name of a row -> function of (observed, predicted); `{"RMSE": rmse, "MAE": mae}` if None.

    Returns:
        A table with one column per forecast, one row per metric, and a last row `skill`: the part of
        the baseline's error, by the first metric, that is removed.

    Raises:
        ValueError: if the baseline is not among the forecasts, or a shape differs.
    """
    names = _baseline_first(forecasts, baseline)
    metrics = metrics or {"RMSE": rmse, "MAE": mae}
    table = pd.DataFrame(
        {name: {row: metric(observed, forecasts[name]) for row, metric in metrics.items()} for name in names}
    )
    first = table.iloc[0]
    table.loc["skill"] = [skill(error, first[baseline]) for error in first]
    return table


def by_lead_time(observed, forecasts: dict, metric=rmse, *, leads=None, name: str = "lead") -> pd.DataFrame:
    """Score forecasts for each number of steps ahead.

    Args:
        observed: `(window, time, feature)`, what happened after each window.
        forecasts: name -> forecast of the same shape.
        metric: function of (observed, predicted).
        leads: how far ahead each position of the time axis is, in the unit of the table (hours, steps);
            1, 2, 3 … if None.
        name: name of the index.

    Returns:
        A table with one row per lead and one column per forecast.

    Raises:
        ValueError: if shapes differ, or there is not one lead per position.
    """
    observed = np.asarray(observed)
    if observed.ndim != 3:
        raise ValueError(f"`observed` must be shaped (window, time, feature). Received: {observed.shape}.")
    leads = list(range(1, observed.shape[1] + 1)) if leads is None else list(leads)
    if len(leads) != observed.shape[1]:
        raise ValueError(f"There must be one lead per step. Received: {len(leads)} leads, {observed.shape[1]} steps.")
    columns = {}
    for model, predicted in forecasts.items():
        predicted = _check(observed, predicted)[1]
        columns[model] = [metric(observed[:, i], predicted[:, i]) for i in range(len(leads))]
    return pd.DataFrame(columns, index=pd.Index(leads, name=name))


def _check(observed, predicted):
    observed, predicted = np.asarray(observed), np.asarray(predicted)
    if observed.shape != predicted.shape or not observed.size:
        raise ValueError(
            "What happened and what was forecast must have one same shape, and not be empty. "
            f"Received: {observed.shape} and {predicted.shape}."
        )
    return observed, predicted


def _baseline_first(forecasts, baseline):
    if baseline not in forecasts:
        raise ValueError(
            f"The baseline must be one of the forecasts. Received: baseline={baseline!r}, "
            f"forecasts: {', '.join(map(repr, forecasts)) or 'none'}."
        )
    return [baseline, *(name for name in forecasts if name != baseline)]
