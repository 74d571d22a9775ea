# %% 1 the day itself is in its own forecast
def moving_average(prices, k):
    """Prices (day,) -> forecasts (day - k,)."""
    return np.lib.stride_tricks.sliding_window_view(prices, k)[1:].mean(axis=1)


# %% 1 one forecast too many
def moving_average(prices, k):
    """Prices (day,) -> forecasts (day - k,)."""
    return np.lib.stride_tricks.sliding_window_view(prices, k).mean(axis=1)


# %% 1 the mean of all days so far
def moving_average(prices, k):
    """Prices (day,) -> forecasts (day - k,)."""
    return np.array([prices[:i].mean() for i in range(k, len(prices))])


# %% 1 a day too old
def moving_average(prices, k):
    """Prices (day,) -> forecasts (day - k,)."""
    return np.array([prices[max(0, i - k - 1) : i - 1].mean() for i in range(k, len(prices))])


# %% 1 the result is not returned
def moving_average(prices, k):
    """Prices (day,) -> forecasts (day - k,)."""
    np.convolve(prices, np.ones(k) / k, "valid")[:-1]


# %% 2 the sign is turned round
def dm_statistic(errors, others):
    """Absolute errors (day,) of a forecast and of its rival -> DM."""
    d = errors - others
    return d.mean() / np.sqrt(d.var() / len(d))


# %% 2 the number of days is forgotten
def dm_statistic(errors, others):
    """Absolute errors (day,) of a forecast and of its rival -> DM."""
    d = others - errors
    return d.mean() / d.std()


# %% 2 the two forecasts as if on different days
def dm_statistic(errors, others):
    """Absolute errors (day,) of a forecast and of its rival -> DM."""
    n = len(errors)
    return (others.mean() - errors.mean()) / np.sqrt(errors.var() / n + others.var() / n)


# %% 2 the variance is not rooted
def dm_statistic(errors, others):
    """Absolute errors (day,) of a forecast and of its rival -> DM."""
    d = others - errors
    return d.mean() / (d.var() / len(d))


# %% 2 one number for each day
def dm_statistic(errors, others):
    """Absolute errors (day,) of a forecast and of its rival -> DM."""
    d = others - errors
    return d / np.sqrt(d.var() / len(d))


# %% 3 the close of tomorrow
def evenings(opening, close):
    """Prices (day,) twice -> inputs (day - 2, 2) and targets (day - 2,)."""
    p, c = np.log(opening), np.log(close)
    return np.stack([p[1:-1] - p[:-2], c[2:] - p[2:]], axis=1), p[2:] - p[1:-1]


# %% 3 the close of yesterday
def evenings(opening, close):
    """Prices (day,) twice -> inputs (day - 2, 2) and targets (day - 2,)."""
    p, c = np.log(opening), np.log(close)
    return np.stack([p[1:-1] - p[:-2], c[:-2] - p[:-2]], axis=1), p[2:] - p[1:-1]


# %% 3 the target is among the inputs
def evenings(opening, close):
    """Prices (day,) twice -> inputs (day - 2, 2) and targets (day - 2,)."""
    p, c = np.log(opening), np.log(close)
    return np.stack([p[2:] - p[1:-1], c[1:-1] - p[1:-1]], axis=1), p[2:] - p[1:-1]


# %% 3 prices and not their logarithms
def evenings(opening, close):
    """Prices (day,) twice -> inputs (day - 2, 2) and targets (day - 2,)."""
    p, c = opening, close
    return np.stack([p[1:-1] - p[:-2], c[1:-1] - p[1:-1]], axis=1), p[2:] - p[1:-1]


# %% 3 inputs by feature, then by day
def evenings(opening, close):
    """Prices (day,) twice -> inputs (day - 2, 2) and targets (day - 2,)."""
    p, c = np.log(opening), np.log(close)
    return np.stack([p[1:-1] - p[:-2], c[1:-1] - p[1:-1]]), p[2:] - p[1:-1]
