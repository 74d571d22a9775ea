# %% 1 two lists
def cut(rows, length):
    """Points (time, feature) -> windows (window, length, feature) and what follows each (window, feature)."""
    past, targets = [], []
    for i in range(len(rows) - length):
        past.append(rows[i : i + length])
        targets.append(rows[i + length])
    return past, targets


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
def let_run(step, past, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    past = past.copy()
    path = np.empty((len(past), steps, past.shape[2]))
    for i in range(steps):
        path[:, i] = step(past)
        past[:, :-1] = past[:, 1:].copy()
        past[:, -1] = path[:, i]
    return path


# %% 2 a copy of one's own, shifted in place, and a list
def let_run(step, past, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    past, path = np.array(past), []
    for _ in range(steps):
        path.append(step(past))
        past[:, :-1] = past[:, 1:].copy()
        past[:, -1] = path[-1]
    return np.stack(path, axis=1)


# %% 2 rolled round
def let_run(step, past, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    path = []
    for _ in range(steps):
        following = step(past)
        past = np.roll(past, -1, axis=1)
        past[:, -1] = following
        path.append(following)
    return np.array(path).transpose(1, 0, 2)


# %% 2 one long array, of which the end is looked at
def let_run(step, past, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    length = past.shape[1]
    for _ in range(steps):
        past = np.concatenate([past, step(past[:, -length:])[:, None]], axis=1)
    return past[:, length:]


# %% 3 points to predict without their axis of steps, the error by hand
def in_the_fog(learn, judge, length, fog, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    x, y, _ = windows.make_windows(learn, length)
    x_new, y_new, _ = windows.make_windows(judge, length)
    x, x_new = x + rng.normal(0, fog, x.shape), x_new + rng.normal(0, fog, x_new.shape)
    model = forecast.LinearAutoregression()
    model.fit(x, y[:, 0])
    return np.abs(model.predict(x_new) - y_new[:, 0]).mean()


# %% 3 a standard normal, times the fog
def in_the_fog(learn, judge, length, fog, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    model = forecast.LinearAutoregression()
    x, y, _ = windows.make_windows(learn, length)
    model.fit(x + fog * rng.standard_normal(x.shape), y)
    x, y, _ = windows.make_windows(judge, length)
    return float(scores.mae(y, model.predict(x + fog * rng.standard_normal(x.shape))))
