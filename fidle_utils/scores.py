"""Metrics as plain functions, and the interval that says who wins."""

from dataclasses import dataclass

import numpy as np

__all__ = ["PairedInterval", "diebold_mariano", "mae", "paired_interval", "rmse", "stationarity"]


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


@dataclass(frozen=True)
class PairedInterval:
    """The difference of two models' scores on the same cases, with its 95 % interval.

    `f"{interval:+.2%}"` writes all three numbers: "+0.31% [-0.02%, +0.65%]".
    """

    difference: float
    low: float
    high: float
    lower_is_better: bool = False

    @property
    def outcome(self) -> str:
        """A word for the first model: "a win", "a loss", or "a draw" where the interval holds 0."""
        low, high = (-self.high, -self.low) if self.lower_is_better else (self.low, self.high)
        return "a win" if low > 0 else "a loss" if high < 0 else "a draw"

    def __format__(self, spec: str) -> str:
        return f"{self.difference:{spec}} [{self.low:{spec}}, {self.high:{spec}}]"


def paired_interval(
    first, second, *, block: int = 1, lower_is_better: bool = False, root: bool = False
) -> PairedInterval:
    """Compare two models on the same cases: the difference of their mean scores, and its bootstrap interval.

    The cases are drawn again a thousand times, with replacement, each with the scores of both models; and so are the
    trainings of a model, where there are several. The interval holds the middle 95 % of the differences. Steps of a
    series that are near in time are alike: `block` draws consecutive ones together, from a series closed to a ring.

    Example: 6 steps, `block=3`

        steps       a b c d e f
        one draw    e f a | b c d        two blocks, which start at e and at b

    Args:
        first, second: a score for each case, such as right (1) or wrong (0), an absolute or a squared error:
            `(case,)`, or `(training, case)` for several trainings of one model.
        block: cases drawn together, longer than neighbours resemble each other; at most half of all.
        lower_is_better: the scores are errors.
        root: take the root of each mean: of squared errors, the RMSE.

    Returns:
        The first model's mean score minus the second's.

    Raises:
        ValueError: if the two have not the same cases, or a block leaves fewer than two.

    Sources: B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3 (percentiles);
    D. N. Politis and J. P. Romano, A circular block-resampling procedure for stationary data, 1992 (blocks).
    """
    both = [np.atleast_2d(np.asarray(given, dtype=float)) for given in (first, second)]
    cases = both[0].shape[1]
    if both[1].shape[1] != cases or not cases:
        raise ValueError(f"Both models must be scored on the same cases. Received: {both[0].shape}, {both[1].shape}.")
    if block != 1 and not 1 <= block <= cases / 2:
        raise ValueError(f"`block` must be 1 to half of the cases. Received: block={block}, {cases} cases.")

    def difference(counts, trainings):
        """Means over cases, each counted as often as it was drawn, and over the trainings that were drawn."""
        means = [given[drawn] @ counts / counts.sum() for given, drawn in zip(both, trainings)]
        return np.subtract(*(np.mean(np.sqrt(mean) if root else mean) for mean in means))

    rng, drawn = np.random.default_rng(0), []
    for _ in range(1000):
        starts = rng.integers(cases, size=-(-cases // block))
        steps = (starts[:, None] + np.arange(block)) % cases
        counts = np.bincount(steps.ravel(), minlength=cases)
        drawn.append(difference(counts, [rng.integers(len(given), size=len(given)) for given in both]))
    whole = difference(np.ones(cases), [np.arange(len(given)) for given in both])
    low, high = np.quantile(drawn, [0.025, 0.975])
    return PairedInterval(float(whole), float(low), float(high), lower_is_better=lower_is_better)


def diebold_mariano(errors, others) -> tuple[PairedInterval, float]:
    """The test of Diebold and Mariano, one step ahead: has the first forecast the smaller mean error?

    One step ahead it is a paired t-test of d = others - errors.

    Args:
        errors, others: `(time,)`, the absolute (or squared) error of each of two forecasts, in the order of time.

    Returns:
        The mean of d with its interval, "a win" if the first forecast has the smaller errors; and p, two-sided.

    Source: F. X. Diebold and R. S. Mariano, Comparing Predictive Accuracy, 1995.
    """
    from scipy import stats

    test = stats.ttest_rel(others, errors)
    return PairedInterval(float(np.mean(others - errors)), *map(float, test.confidence_interval())), float(
        test.pvalue
    )


def stationarity(values) -> dict[str, float]:
    """Ask two tests of statsmodels whether a series `(time,)` keeps its mean and its spread: the p of each, by name.

    - ADF (augmented Dickey-Fuller) assumes a random walk. A p below .05 says: no random walk, it returns to its mean.
    - KPSS assumes a stationary series. A p below .05 says: not stationary. Its table ends at .01 and .10.
    """
    import warnings

    from statsmodels.tsa.stattools import adfuller, kpss

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # kpss warns where p lies outside its table
        adf, kpss_test = adfuller(values, result_object=True), kpss(values, nlags="auto", result_object=True)
    return {"ADF p": float(adf.pvalue), "KPSS p": float(kpss_test.pvalue)}


def _check(observed, predicted):
    observed, predicted = np.asarray(observed), np.asarray(predicted)
    if observed.shape != predicted.shape or not observed.size:
        raise ValueError(
            "What happened and what was forecast must have one same shape, and not be empty. "
            f"Received: {observed.shape} and {predicted.shape}."
        )
    return observed, predicted
