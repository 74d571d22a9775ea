# %% 1 a loop
def moving_average(prices, k):
    """Prices (day,) -> forecasts (day - k,)."""
    return [np.mean(prices[i - k : i]) for i in range(k, len(prices))]


# %% 1 a convolution
def moving_average(prices, k):
    """Prices (day,) -> forecasts (day - k,)."""
    return np.convolve(prices, np.ones(k) / k, "valid")[:-1]


# %% 1 sums that run on
def moving_average(prices, k):
    """Prices (day,) -> forecasts (day - k,)."""
    total = np.cumsum(np.insert(prices, 0, 0.0))
    return ((total[k:] - total[:-k]) / k)[:-1]


# %% 1 by pandas
def moving_average(prices, k):
    """Prices (day,) -> forecasts (day - k,)."""
    return pd.Series(prices).rolling(k).mean().shift(1).dropna()


# %% 2 by the deviation, with n - 1
def dm_statistic(errors, others):
    """Absolute errors (day,) of a forecast and of its rival -> DM."""
    d = others - errors
    return np.sqrt(len(d)) * np.mean(d) / np.std(d, ddof=1)


# %% 2 by SciPy
def dm_statistic(errors, others):
    """Absolute errors (day,) of a forecast and of its rival -> DM."""
    from scipy import stats

    return stats.ttest_rel(others, errors).statistic


# %% 3 differences by numpy
def evenings(opening, close):
    """Prices (day,) twice -> inputs (day - 2, 2) and targets (day - 2,)."""
    steps, light = np.diff(np.log(opening)), np.log(close / opening)
    return np.column_stack([steps[:-1], light[1:-1]]), steps[1:]


# %% 3 one evening after the other
def evenings(opening, close):
    """Prices (day,) twice -> inputs (day - 2, 2) and targets (day - 2,)."""
    inputs, targets = [], []
    for t in range(1, len(opening) - 1):
        inputs.append([np.log(opening[t] / opening[t - 1]), np.log(close[t] / opening[t])])
        targets.append(np.log(opening[t + 1] / opening[t]))
    return np.array(inputs), np.array(targets)
