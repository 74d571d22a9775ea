# %% 1 the last window is forgotten
def usable_starts(values, length):
    starts = []
    for start in range(len(values) - length):
        if not np.isnan(values[start : start + length]).any():
            starts.append(start)
    return starts


# %% 1 only the first and the last step of a window are looked at
def usable_starts(values, length):
    known = np.isfinite(values)
    return np.flatnonzero(known[: len(values) - length + 1] & known[length - 1 :])


# %% 1 windows side by side instead of one per step
def usable_starts(values, length):
    starts = range(0, len(values) - length + 1, length)
    return [start for start in starts if np.isfinite(values[start : start + length]).all()]


# %% 1 rows without value are thrown away before the windows are cut
def usable_starts(values, length):
    known = values[np.isfinite(values)]
    return np.arange(len(known) - length + 1)


# %% 2 the numbers are subtracted
def angle_between(a, b):
    return np.abs(a - b)


# %% 2 the remainder closes the compass, but only one way round
def angle_between(a, b):
    return (a - b) % 360


# %% 2 the sign is kept
def angle_between(a, b):
    return (a - b + 180) % 360 - 180


# %% 2 one number for all pairs
def angle_between(a, b):
    one_way = np.abs(a - b)
    return np.minimum(one_way, 360 - one_way).mean()


# %% 3 only what repeats the value before is marked
def stuck(values, limit):
    same = values.diff() == 0
    return same.rolling(limit - 1).sum() == limit - 1


# %% 3 values are counted wherever they stand
def stuck(values, limit):
    return values.map(values.value_counts()) >= limit


# %% 3 unknown values are carried forward first
def stuck(values, limit):
    values = values.ffill()
    run = (values != values.shift()).cumsum()
    return values.groupby(run).transform("size") >= limit


# %% 3 longer than the limit instead of at least as long
def stuck(values, limit):
    run = (values != values.shift()).cumsum()
    return values.groupby(run).transform("size") > limit
