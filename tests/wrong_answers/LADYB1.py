# %% 1 the target is two steps ahead
def cut(rows, length):
    """Points (time, feature) -> windows (window, length, feature) and what follows each (window, feature)."""
    windows, targets = [], []
    for i in range(len(rows) - length - 1):
        windows.append(rows[i : i + length])
        targets.append(rows[i + length + 1])
    return np.array(windows), np.array(targets)


# %% 1 the target is the last point of its own window
def cut(rows, length):
    """Points (time, feature) -> windows (window, length, feature) and what follows each (window, feature)."""
    windows = np.stack([rows[i : i + length] for i in range(len(rows) - length)])
    return windows, windows[:, -1]


# %% 1 the last window is lost
def cut(rows, length):
    """Points (time, feature) -> windows (window, length, feature) and what follows each (window, feature)."""
    starts = range(len(rows) - length - 1)
    return np.stack([rows[i : i + length] for i in starts]), np.stack([rows[i + length] for i in starts])


# %% 1 windows one after the other, without overlap
def cut(rows, length):
    """Points (time, feature) -> windows (window, length, feature) and what follows each (window, feature)."""
    starts = range(0, len(rows) - length, length)
    return np.stack([rows[i : i + length] for i in starts]), np.stack([rows[i + length] for i in starts])


# %% 1 only the windows are given back
def cut(rows, length):
    """Points (time, feature) -> windows (window, length, feature) and what follows each (window, feature)."""
    return np.stack([rows[i : i + length] for i in range(len(rows) - length)])


# %% 2 every step looks at the same window
def let_run(step, windows, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    return np.stack([step(windows) for _ in range(steps)], axis=1)


# %% 2 the window grows: nothing is dropped
def let_run(step, windows, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    length = windows.shape[1]
    for _ in range(steps):
        windows = np.concatenate([windows, step(windows)[:, None]], axis=1)
    return windows[:, length:]


# %% 2 the caller's windows are written over
def let_run(step, windows, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    path = []
    for _ in range(steps):
        following = step(windows)
        windows[:, :-1] = windows[:, 1:].copy()
        windows[:, -1] = following
        path.append(following)
    return np.stack(path, axis=1)


# %% 2 one window after the other
def let_run(step, windows, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    paths = []
    for window in windows:
        path = []
        for _ in range(steps):
            following = step(window[None])[0]
            window = np.concatenate([window[1:], following[None]])
            path.append(following)
        paths.append(path)
    return np.array(paths)


# %% 2 only the last point is given back
def let_run(step, windows, steps):
    """Windows (window, time, feature) -> forecasts (window, steps, feature); `step` gives the next points."""
    for _ in range(steps):
        following = step(windows)
        windows = np.concatenate([windows[:, 1:], following[:, None]], axis=1)
    return following


# %% 3 the noise lies over the targets too
def with_noise(learn, judge, length, noise, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    x, y, _ = windows.make_windows(learn + rng.normal(0, noise, learn.shape), length)
    x_new, y_new, _ = windows.make_windows(judge + rng.normal(0, noise, judge.shape), length)
    return scores.mae(y_new, forecast.LinearAutoregression().fit(x, y).predict(x_new))


# %% 3 fitted without noise
def with_noise(learn, judge, length, noise, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    x, y, _ = windows.make_windows(learn, length)
    x_new, y_new, _ = windows.make_windows(judge, length)
    return scores.mae(y_new, forecast.LinearAutoregression().fit(x, y).predict(x_new + rng.normal(0, noise, x_new.shape)))


# %% 3 judged without noise
def with_noise(learn, judge, length, noise, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    x, y, _ = windows.make_windows(learn, length)
    x_new, y_new, _ = windows.make_windows(judge, length)
    return scores.mae(y_new, forecast.LinearAutoregression().fit(x + rng.normal(0, noise, x.shape), y).predict(x_new))


# %% 3 judged on the record that it learnt
def with_noise(learn, judge, length, noise, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    x, y, _ = windows.make_windows(learn, length)
    model = forecast.LinearAutoregression().fit(x + rng.normal(0, noise, x.shape), y)
    return scores.mae(y, model.predict(x + rng.normal(0, noise, x.shape)))


# %% 3 the root of the mean square
def with_noise(learn, judge, length, noise, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    x, y, _ = windows.make_windows(learn, length)
    x_new, y_new, _ = windows.make_windows(judge, length)
    model = forecast.LinearAutoregression().fit(x + rng.normal(0, noise, x.shape), y)
    return np.sqrt(np.mean((y_new - model.predict(x_new + rng.normal(0, noise, x_new.shape))) ** 2))


# %% 3 one random number for all
def with_noise(learn, judge, length, noise, rng):
    """Two records (time, feature) -> mean absolute error on the second of a linear model fitted on the first."""
    x, y, _ = windows.make_windows(learn, length)
    x_new, y_new, _ = windows.make_windows(judge, length)
    model = forecast.LinearAutoregression().fit(x + rng.normal(0, noise), y)
    return scores.mae(y_new, model.predict(x_new + rng.normal(0, noise)))
