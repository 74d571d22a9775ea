# %% 1 a loop
def repeat_cycle(known, period, steps):
    """Numbers (month,) -> forecast (steps,)."""
    return [known[len(known) - period + step % period] for step in range(steps)]


# %% 1 whole cycles, cut at the end
def repeat_cycle(known, period, steps):
    """Numbers (month,) -> forecast (steps,)."""
    return np.tile(known[-period:], -(-steps // period))[:steps]


# %% 1 numpy's own way
def repeat_cycle(known, period, steps):
    """Numbers (month,) -> forecast (steps,)."""
    return np.resize(known[-period:], steps)


# %% 2 a loop over draws and blocks
def means_of_draws(d, block, starts):
    """Differences (origin,), starts (draw, blocks) -> means (draw,)."""
    means = []
    for row in starts:
        means.append(np.mean([d[(start + i) % len(d)] for start in row for i in range(block)]))
    return means


# %% 2 the series twice, one after the other
def means_of_draws(d, block, starts):
    """Differences (origin,), starts (draw, blocks) -> means (draw,)."""
    views = np.lib.stride_tricks.sliding_window_view(np.concatenate([d, d]), block)
    return views[starts].mean(axis=(1, 2))


# %% 2 by numpy's take
def means_of_draws(d, block, starts):
    """Differences (origin,), starts (draw, blocks) -> means (draw,)."""
    return d.take(starts[..., None] + np.arange(block), mode="wrap").mean(axis=-1).mean(axis=-1)


# %% 3 from the last target
def folds(origins, borders, horizon):
    """Origins (window,), borders (fold + 1,) -> masks."""
    last_target = np.asarray(origins) + horizon - 1
    found = []
    for first, last in zip(borders, borders[1:]):
        found.append([last_target < first, np.logical_and(origins >= first, last_target < last)])
    return found


# %% 3 masks as a tuple of lists
def folds(origins, borders, horizon):
    """Origins (window,), borders (fold + 1,) -> masks."""
    found = []
    for i in range(len(borders) - 1):
        learn = [o + horizon <= borders[i] for o in origins]
        choose = [borders[i] <= o <= borders[i + 1] - horizon for o in origins]
        found.append((learn, choose))
    return tuple(found)
