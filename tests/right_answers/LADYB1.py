# %% 1 two lists
def cut(rows, length):
    """Points (time, feature) -> windows (window, length, feature) and what follows each (window, feature)."""
    windows, targets = [], []
    for i in range(len(rows) - length):
        windows.append(rows[i : i + length])
        targets.append(rows[i + length])
    return windows, targets


# %% 1 all windows at once, as views
def cut(rows, length):
    """Points (time, feature) -> windows (window, length, feature) and what follows each (window, feature)."""
    views = np.lib.stride_tricks.sliding_window_view(rows, length + 1, axis=0).swapaxes(1, 2)
    return views[:, :-1], views[:, -1]


# %% 1 a table of indices, backwards from the target
def cut(rows, length):
    """Points (time, feature) -> windows (window, length, feature) and what follows each (window, feature)."""
    targets = np.arange(length, len(rows))
    return rows[targets[:, None] + np.arange(-length, 0)], rows[targets]


# %% 2 a copy of one's own, shifted in place
def let_run(step, windows, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    windows = windows.copy()
    path = np.empty((len(windows), steps, windows.shape[2]))
    for i in range(steps):
        path[:, i] = step(windows)
        windows[:, :-1] = windows[:, 1:].copy()
        windows[:, -1] = path[:, i]
    return path


# %% 2 a copy of one's own, shifted in place, and a list
def let_run(step, windows, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    windows, path = np.array(windows), []
    for _ in range(steps):
        path.append(step(windows))
        windows[:, :-1] = windows[:, 1:].copy()
        windows[:, -1] = path[-1]
    return np.stack(path, axis=1)


# %% 2 rolled round
def let_run(step, windows, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    path = []
    for _ in range(steps):
        following = step(windows)
        windows = np.roll(windows, -1, axis=1)
        windows[:, -1] = following
        path.append(following)
    return np.array(path).transpose(1, 0, 2)


# %% 2 one long array, of which the end is looked at
def let_run(step, windows, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    length = windows.shape[1]
    for _ in range(steps):
        windows = np.concatenate([windows, step(windows[:, -length:])[:, None]], axis=1)
    return windows[:, length:]


# %% 3 points to predict without their axis of steps, the error by hand
def with_noise(learn, judge, length, noise, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    x, y, _ = windows.make_windows(learn, length)
    x_new, y_new, _ = windows.make_windows(judge, length)
    x, x_new = x + rng.normal(0, noise, x.shape), x_new + rng.normal(0, noise, x_new.shape)
    model = forecast.LinearAutoregression()
    model.fit(x, y[:, 0])
    return np.abs(model.predict(x_new) - y_new[:, 0]).mean()


# %% 3 a standard normal, times the noise
def with_noise(learn, judge, length, noise, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    model = forecast.LinearAutoregression()
    x, y, _ = windows.make_windows(learn, length)
    model.fit(x + noise * rng.standard_normal(x.shape), y)
    x, y, _ = windows.make_windows(judge, length)
    return float(scores.mae(y, model.predict(x + noise * rng.standard_normal(x.shape))))
