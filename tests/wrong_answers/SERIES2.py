# %% 1 it begins at the last month
def repeat_cycle(known, period, steps):
    """Numbers (month,) -> forecast (steps,)."""
    return known[::-1][np.arange(steps) % period]


# %% 1 one month too early
def repeat_cycle(known, period, steps):
    """Numbers (month,) -> forecast (steps,)."""
    return known[-period - 1 : -1][np.arange(steps) % period]


# %% 1 it stops after one cycle
def repeat_cycle(known, period, steps):
    """Numbers (month,) -> forecast (steps,)."""
    return known[-period:][:steps]


# %% 1 the last value of the cycle, when the cycle is over
def repeat_cycle(known, period, steps):
    """Numbers (month,) -> forecast (steps,)."""
    return known[-period:][np.minimum(np.arange(steps), period - 1)]


# %% 1 whole cycles only
def repeat_cycle(known, period, steps):
    """Numbers (month,) -> forecast (steps,)."""
    return np.tile(known[-period:], -(-steps // period))


# %% 2 only the starts are drawn
def means_of_draws(d, block, starts):
    """Differences (origin,), starts (draw, blocks) -> means (draw,)."""
    return d[starts].mean(axis=1)


# %% 2 blocks stop at the end of the series
def means_of_draws(d, block, starts):
    """Differences (origin,), starts (draw, blocks) -> means (draw,)."""
    return np.array([np.mean(np.concatenate([d[s : s + block] for s in row])) for row in starts])


# %% 2 the mean over all draws
def means_of_draws(d, block, starts):
    """Differences (origin,), starts (draw, blocks) -> means (draw,)."""
    return d[(starts[:, :, None] + np.arange(block)) % len(d)].mean()


# %% 2 blocks that end at their start
def means_of_draws(d, block, starts):
    """Differences (origin,), starts (draw, blocks) -> means (draw,)."""
    return d[(starts[:, :, None] - np.arange(block)) % len(d)].mean(axis=(1, 2))


# %% 2 a block that is drawn twice counts once
def means_of_draws(d, block, starts):
    """Differences (origin,), starts (draw, blocks) -> means (draw,)."""
    steps = [np.unique((row[:, None] + np.arange(block)) % len(d)) for row in starts]
    return np.array([d[s].mean() for s in steps])


# %% 3 the horizon is forgotten
def folds(origins, borders, horizon):
    """Origins (window,), borders (fold + 1,) -> masks."""
    pairs = zip(borders[:-1], borders[1:])
    return [(origins < first, (origins >= first) & (origins < last)) for first, last in pairs]


# %% 3 the horizon is forgotten in validation only
def folds(origins, borders, horizon):
    """Origins (window,), borders (fold + 1,) -> masks."""
    pairs = zip(borders[:-1], borders[1:])
    return [(origins + horizon <= first, (origins >= first) & (origins < last)) for first, last in pairs]


# %% 3 one month short
def folds(origins, borders, horizon):
    """Origins (window,), borders (fold + 1,) -> masks."""
    ends = origins + horizon
    pairs = zip(borders[:-1], borders[1:])
    return [(ends < first, (origins >= first) & (ends < last)) for first, last in pairs]


# %% 3 each fold learns from its own block only
def folds(origins, borders, horizon):
    """Origins (window,), borders (fold + 1,) -> masks."""
    ends = origins + horizon
    found = []
    for i in range(len(borders) - 1):
        before = borders[i - 1] if i else 0
        learn = (origins >= before) & (ends <= borders[i])
        found.append((learn, (origins >= borders[i]) & (ends <= borders[i + 1])))
    return found


# %% 3 the last fold is missing
def folds(origins, borders, horizon):
    """Origins (window,), borders (fold + 1,) -> masks."""
    ends = origins + horizon
    pairs = zip(borders[:-2], borders[1:-1])
    return [(ends <= first, (origins >= first) & (ends <= last)) for first, last in pairs]
