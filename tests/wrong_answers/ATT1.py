# %% 1 the mask is forgotten
def masked_softmax(scores, real):
    """Scores (series, step), mask (series, step) of bool -> weights (series, step)."""
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% 1 the scores are set to 0, not the weights
def masked_softmax(scores, real):
    """Scores (series, step), mask (series, step) of bool -> weights (series, step)."""
    e = np.exp(scores * real)
    return e / e.sum(axis=1, keepdims=True)


# %% 1 the sum is over all steps
def masked_softmax(scores, real):
    """Scores (series, step), mask (series, step) of bool -> weights (series, step)."""
    e = np.exp(scores)
    return real * e / e.sum(axis=1, keepdims=True)


# %% 1 the sum is over all series
def masked_softmax(scores, real):
    """Scores (series, step), mask (series, step) of bool -> weights (series, step)."""
    e = np.exp(scores) * real
    return e / e.sum()


# %% 1 large scores overflow
def masked_softmax(scores, real):
    """Scores (series, step), mask (series, step) of bool -> weights (series, step)."""
    e = np.exp(np.minimum(scores, 800)) * real
    return e / e.sum(axis=1, keepdims=True)


# %% 2 the padding counts
def masked_mean(states, lengths):
    """States (series, step, unit), lengths (series,) -> the mean of the real steps (series, unit)."""
    return states.mean(axis=1)


# %% 2 divided by the padded length
def masked_mean(states, lengths):
    """States (series, step, unit), lengths (series,) -> the mean of the real steps (series, unit)."""
    real = np.arange(states.shape[1]) < lengths[:, None]
    return np.where(real[:, :, None], states, 0).mean(axis=1)


# %% 2 one step too many
def masked_mean(states, lengths):
    """States (series, step, unit), lengths (series,) -> the mean of the real steps (series, unit)."""
    return np.array([s[: n + 1].mean(axis=0) for s, n in zip(states, lengths)])


# %% 2 NaN times 0
def masked_mean(states, lengths):
    """States (series, step, unit), lengths (series,) -> the mean of the real steps (series, unit)."""
    real = np.arange(states.shape[1]) < lengths[:, None]
    return (states * real[:, :, None]).sum(axis=1) / lengths[:, None]


# %% 2 the mean over the units
def masked_mean(states, lengths):
    """States (series, step, unit), lengths (series,) -> the mean of the real steps (series, unit)."""
    return np.array([s[:n].mean() for s, n in zip(states, lengths)])


# %% 3 it writes into x
def hide(x, at, reach):
    """Series (series, step, 1), steps (series,), how far to each side -> a new array, 0 around these steps."""
    x[np.abs(np.arange(x.shape[1]) - at[:, None]) <= reach] = 0
    return x


# %% 3 the last neighbour is left
def hide(x, at, reach):
    """Series (series, step, 1), steps (series,), how far to each side -> a new array, 0 around these steps."""
    near = (np.arange(x.shape[1]) >= at[:, None] - reach) & (np.arange(x.shape[1]) < at[:, None] + reach)
    return np.where(near[:, :, None], 0, x)


# %% 3 a slice that begins before the first step
def hide(x, at, reach):
    """Series (series, step, 1), steps (series,), how far to each side -> a new array, 0 around these steps."""
    hidden = x.copy()
    for series, i in zip(hidden, at):
        series[i - reach : i + reach + 1] = 0
    return hidden


# %% 3 all else is hidden
def hide(x, at, reach):
    """Series (series, step, 1), steps (series,), how far to each side -> a new array, 0 around these steps."""
    near = np.abs(np.arange(x.shape[1]) - at[:, None]) <= reach
    return np.where(near[:, :, None], x, 0)


# %% 3 the place is that of the first series
def hide(x, at, reach):
    """Series (series, step, 1), steps (series,), how far to each side -> a new array, 0 around these steps."""
    near = np.abs(np.arange(x.shape[1]) - at[0]) <= reach
    return np.where(near[None, :, None], 0, x)
