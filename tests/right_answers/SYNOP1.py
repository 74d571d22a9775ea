# %% 1 a loop and a list
def usable_starts(values, length):
    starts = []
    for start in range(len(values) - length + 1):
        if not np.isnan(values[start : start + length]).any():
            starts.append(start)
    return starts


# %% 1 a running sum
def usable_starts(values, length):
    unknown = np.concatenate([[0], np.cumsum(np.isnan(values))])
    return np.flatnonzero(unknown[length:] == unknown[:-length])


# %% 1 a convolution
def usable_starts(values, length):
    return np.where(np.convolve(np.isfinite(values), np.ones(length), mode="valid") == length)[0]


# %% 2 an array, whatever came
def angle_between(a, b):
    one_way = np.abs(np.asarray(a) - np.asarray(b))
    return np.where(one_way > 180, 360 - one_way, one_way)


# %% 2 by way of the remainder
def angle_between(a, b):
    return np.array(np.abs((a - b + 180) % 360 - 180))


# %% 2 by way of the cosine
def angle_between(a, b):
    return np.rad2deg(np.arccos(np.cos(np.deg2rad(np.asarray(a) - np.asarray(b)))))


# %% 2 by way of complex numbers
def angle_between(a, b):
    return np.abs(np.angle(np.exp(1j * np.deg2rad(np.asarray(a) - np.asarray(b))), deg=True))


# %% 2 pair by pair, a list
def angle_between(a, b):
    return [min(abs(x - y), 360 - abs(x - y)) for x, y in zip(a, b)]


# %% 3 a loop, an array
def stuck(values, limit):
    values = values.to_numpy()
    marks, first = np.zeros(len(values), dtype=bool), 0
    for i in range(1, len(values) + 1):
        if i == len(values) or values[i] != values[first]:
            marks[first:i] = i - first >= limit and np.isfinite(values[first])
            first = i
    return marks


# %% 3 repeats counted, then marked backwards
def stuck(values, limit):
    repeats = [0] * len(values)
    for i in range(1, len(values)):
        if values.iloc[i] == values.iloc[i - 1]:
            repeats[i] = repeats[i - 1] + 1
    marks = [False] * len(values)
    for i, count in enumerate(repeats):
        if count >= limit - 1:
            marks[i - limit + 1 : i + 1] = [True] * limit
    return marks


# %% 3 the whole run, from a rolling window over steps that repeat
def stuck(values, limit):
    ends = values.diff().eq(0).rolling(limit - 1).sum() == limit - 1
    return ends[::-1].rolling(limit, min_periods=1).max()[::-1] > 0
