"""Forecasts that need no network, and the rolling forecast of every model. Axes: (window, time, feature)."""

import numpy as np

__all__ = ["LineByHour", "LinearAutoregression", "roll", "same_hour_yesterday"]


def same_hour_yesterday(windows, horizon: int = 1, period: int = 8) -> np.ndarray:
    """Forecast what was seen one day before, at the same hour: `(window, horizon, feature)`.

    Example: steps of 6 hours; a value is its row

        window    0  1  2  3  4  5 | 6  7
        forecast        2  3         2  3      row 6 is row 2 one day later

        >>> same_hour_yesterday(np.arange(6).reshape(1, 6, 1), horizon=2, period=4).tolist()
        [[[2], [3]]]

    Beyond one day ahead the last day known is repeated.

    Args:
        windows: `(window, time, feature)`, a day long at least.
        horizon: rows to forecast.
        period: steps in a day.
    """
    windows = _check(windows, horizon)
    if not 1 <= period <= windows.shape[1]:
        raise ValueError(
            "A window must reach back one whole `period`. "
            f"Received: period={period}, windows of {windows.shape[1]} steps. Use longer windows."
        )
    return windows[:, np.arange(horizon) % period - period]


class LinearAutoregression:
    """What follows, as a weighted sum of all the numbers of a window: a linear model, in one solve.

    Args:
        ridge: penalty on the squares of the weights, in units of the (centred) inputs' sums of
            squares; 0 for plain least squares (of all exact solutions, that of smallest weights).
    """

    def __init__(self, ridge: float = 0.0):
        if ridge < 0:
            raise ValueError(f"`ridge` must be 0 or more. Received: ridge={ridge}.")
        self.ridge = ridge

    def fit(self, windows, targets) -> "LinearAutoregression":
        """Learn weights of shape `(time × feature, outputs)` and an intercept.

        Targets are `(window, …)`: one row, several rows, or chosen columns of what follows each window.
        """
        windows, targets = _check(windows), np.asarray(targets, dtype=float)
        if len(windows) != len(targets):
            raise ValueError(
                f"There must be one target per window. Received: {len(windows)} windows, {len(targets)} targets."
            )
        self.input_shape, self.output_shape = windows.shape[1:], targets.shape[1:]
        inputs = windows.reshape(len(windows), -1).astype(float)
        outputs = targets.reshape(len(targets), -1)
        centre, mean = inputs.mean(axis=0), outputs.mean(axis=0)
        x, y = inputs - centre, outputs - mean
        if self.ridge:
            self.weights = np.linalg.solve(x.T @ x + self.ridge * np.eye(x.shape[1]), x.T @ y)
        else:  # by singular values: exact even where inputs depend on each other
            self.weights = np.linalg.lstsq(x, y, rcond=None)[0]
        self.intercept = mean - centre @ self.weights
        return self

    def predict(self, windows) -> np.ndarray:
        """Forecast: `(window, time, feature)` gives `(window, …)`, shaped as the targets of `fit`."""
        windows = _check(windows)
        if windows.shape[1:] != self.input_shape:
            raise ValueError(
                f"Windows must be shaped (window, {self.input_shape[0]}, {self.input_shape[1]}), as in `fit`. "
                f"Received: {windows.shape}."
            )
        flat = windows.reshape(len(windows), -1) @ self.weights + self.intercept
        return flat.reshape(len(windows), *self.output_shape)


class LineByHour:
    """A linear model for each hour of the day: dusk may weigh the window otherwise than noon.

    Args:
        ridge: that of each `LinearAutoregression`.
    """

    def __init__(self, ridge: float = 0.0):
        self.ridge = ridge

    def fit(self, windows, targets, hours) -> "LineByHour":
        """Learn a model for each hour that occurs; `hours` are those that the forecasts are for, `(window,)`."""
        windows, targets, hours = _check(windows), np.asarray(targets), _hours(hours, windows)
        self.models = {
            hour: LinearAutoregression(self.ridge).fit(windows[hours == hour], targets[hours == hour])
            for hour in np.unique(hours).tolist()
        }
        return self

    def predict(self, windows, hours) -> np.ndarray:
        """Forecast, each window by the model of its hour: `(window, …)`, shaped as the targets of `fit`."""
        windows = _check(windows)
        hours = _hours(hours, windows)
        if unknown := set(hours.tolist()) - set(self.models):
            raise ValueError(
                f"There are models for the hours {', '.join(map(str, self.models))}, those of the windows in `fit`. "
                f"Received: {', '.join(map(str, sorted(unknown)))}. Train on a longer record."
            )
        shape = next(iter(self.models.values())).output_shape
        forecast = np.empty((len(windows), *shape))
        for hour in np.unique(hours).tolist():
            forecast[hours == hour] = self.models[hour].predict(windows[hours == hour])
        return forecast


def roll(step, windows, steps: int) -> np.ndarray:
    """Forecast several steps ahead by feeding a one-step model its own forecasts.

    All windows advance together: `steps` calls in all, whatever the number of windows.

    Example: one window of three rows, a model `f`, `steps=3`

        [a b c]  ->  d = f(a b c)
          [b c d]  ->  e = f(b c d)         d is a forecast, and it is believed
            [c d e]  ->  f(c d e)

        >>> roll(lambda windows: windows[:, -1] + 1, np.zeros((1, 3, 1)), steps=3).tolist()
        [[[1.0], [2.0], [3.0]]]

    Args:
        step: function from `(window, time, feature)` to the next rows, `(window, feature)`; for a Keras
            model `model.predict_on_batch`, for a `LinearAutoregression` its `predict`.
        windows: `(window, time, feature)`, what is known at the start.
        steps: rows to forecast.

    Returns:
        `(window, steps, feature)`, the forecasts, in the dtype of the windows.

    Raises:
        ValueError: if shapes do not fit together or `steps` is below 1.
    """
    windows = _check(windows, steps, "steps")
    if windows.dtype.kind != "f":
        windows = windows.astype(np.float32)
    count, length, features = windows.shape
    rows = np.empty((count, length + steps, features), dtype=windows.dtype)
    rows[:, :length] = windows
    for i in range(steps):
        following = np.asarray(step(rows[:, i : i + length]))
        if following.shape != (count, features):
            raise ValueError(
                f"`step` must return the next rows, shaped (window, feature) = ({count}, {features}). "
                f"Received: {following.shape}."
            )
        rows[:, length + i] = following
    return rows[:, length:].copy()


def _check(windows, horizon: int = 1, name: str = "horizon") -> np.ndarray:
    windows = np.asarray(windows)
    if windows.ndim != 3:
        raise ValueError(
            f"`windows` must be shaped (window, time, feature). Received: shape {windows.shape}. "
            "For a single window write `windows[None]`."
        )
    if horizon < 1:
        raise ValueError(f"`{name}` must be 1 or more. Received: {name}={horizon}.")
    return windows


def _hours(hours, windows) -> np.ndarray:
    hours = np.asarray(hours)
    if hours.shape != (len(windows),):
        raise ValueError(f"There must be one hour per window. Received: {len(windows)} windows, hours {hours.shape}.")
    return hours
