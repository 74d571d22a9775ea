"""Metrics as plain functions, the table that has the baseline in it, and the interval that says who wins."""

from typing import NamedTuple

import numpy as np
import pandas as pd


def rmse(observed, predicted) -> float:
    """Root of the mean squared error, in the unit of the data; over all elements."""
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


def accuracy(labels, predicted) -> float:
    """Part of the answers that are right, 0 to 1.

    Args:
        labels: `(sample,)` true classes, whole numbers.
        predicted: `(sample,)` predicted classes; probabilities of the class 1 are cut at one half.
    """
    labels, predicted = _check(np.ravel(labels), np.ravel(predicted))
    if ((predicted % 1) != 0).any():
        predicted = predicted >= 0.5
    return float(np.mean(labels == predicted))


def skill(error: float, baseline_error: float) -> float:
    """What part of the baseline's error a model removes: 1 is perfect, 0 no better, below 0 worse.

    Raises:
        ValueError: if the baseline's error is not above 0.
    """
    if not baseline_error > 0:
        raise ValueError(f"The baseline's error must be above 0. Received: {baseline_error}.")
    return 1 - error / baseline_error


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


class Interval(NamedTuple):
    """A difference of two scores, and the interval in which it lies in 95 of 100 resamplings.

    Example:
        `str(Interval(-0.06, -0.08, -0.04))` is "-0.060 [-0.080, -0.040], a win".
    """

    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Of the first model, where a low score is a good one: "a win", "a loss", or "a draw" if 0 lies inside."""
        return "a win" if self.high < 0 else "a loss" if self.low > 0 else "a draw"

    def __str__(self) -> str:
        return f"{self.difference:+.3f} [{self.low:+.3f}, {self.high:+.3f}], {self.verdict}"


def paired_interval(losses, rival_losses, *, block: int, root: bool = False, samples: int = 1000, seed: int = 0):
    """How much the mean loss of two models on the same cases differs: a paired block bootstrap.

    Neighbouring cases are alike, so whole blocks of them are drawn, with replacement, the same for both models.
    Where a model was trained several times, its trainings are drawn too: what differs from one training to the
    next is part of the interval.

    Args:
        losses: of the first model, `(case,)` in the order of time, or `(training, case)`: squared errors, absolute
            errors, distances.
        rival_losses: of the second one, on the same cases; it may have been trained once only.
        block: consecutive cases that are drawn together: 8 for a day of steps of 3 hours.
        root: take the root of each mean: with squared errors the scores are RMSE.
        samples: how often to draw.
        seed: of the draws.

    Returns:
        An `Interval`: the first model's score minus the second's, and its 2.5 % and 97.5 % quantiles.

    Raises:
        ValueError: the two have not the same cases, or a block is longer than all of them.

    Source: H. R. Künsch, The jackknife and the bootstrap for general stationary observations, 1989; blocks go
    round the end, as in Politis and Romano, 1992.
    """
    both = [np.atleast_2d(np.asarray(given, dtype=float)) for given in (losses, rival_losses)]
    cases = both[0].shape[1]
    if both[1].shape[1] != cases or not 1 <= block <= cases:
        raise ValueError(
            "The losses of both models must be on the same cases, and a block must fit into them. Received: "
            f"{both[0].shape} and {both[1].shape} (training, case), block={block}."
        )

    def difference(drawn, which):
        means = [given[trained][:, drawn].mean(axis=1) for given, trained in zip(both, which)]
        return np.subtract(*(np.mean(np.sqrt(m) if root else m) for m in means))

    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(samples):
        first = rng.integers(cases, size=-(-cases // block))
        blocks = (first[:, None] + np.arange(block)).ravel()[:cases] % cases
        drawn.append(difference(blocks, [rng.integers(len(given), size=len(given)) for given in both]))
    all_of_them = difference(np.arange(cases), [np.arange(len(given)) for given in both])
    return Interval(float(all_of_them), *np.quantile(drawn, [0.025, 0.975]).tolist())


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
