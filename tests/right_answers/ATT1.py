# %% 1 a loop
def masked_softmax(scores, real):
    """Scores (series, step), mask (series, step) of bool -> weights (series, step)."""
    weights = np.zeros(scores.shape)
    for row, s, m in zip(weights, scores, real):
        e = np.exp(s[m] - s[m].max())
        row[m] = e / e.sum()
    return weights


# %% 1 scores of minus infinity
def masked_softmax(scores, real):
    """Scores (series, step), mask (series, step) of bool -> weights (series, step)."""
    scores = np.where(real, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# %% 2 a loop
def masked_mean(states, lengths):
    """States (series, step, unit), lengths (series,) -> the mean of the real steps (series, unit)."""
    return [s[:n].mean(axis=0) for s, n in zip(states, lengths)]


# %% 2 numpy's own way
def masked_mean(states, lengths):
    """States (series, step, unit), lengths (series,) -> the mean of the real steps (series, unit)."""
    real = np.arange(states.shape[1]) < np.asarray(lengths)[:, None]
    return np.mean(states, axis=1, where=real[:, :, None])


# %% 3 a copy and a loop
def hide(x, at, reach):
    """Series (series, step, 1), steps (series,), how far to each side -> a new array, 0 around these steps."""
    hidden = np.array(x)
    for series, i in zip(hidden, at):
        series[max(i - reach, 0) : i + reach + 1] = 0
    return hidden


# %% 3 a product
def hide(x, at, reach):
    """Series (series, step, 1), steps (series,), how far to each side -> a new array, 0 around these steps."""
    steps = np.arange(x.shape[1])
    far = (steps < at[:, None] - reach) | (steps > at[:, None] + reach)
    return x * far[:, :, None]
