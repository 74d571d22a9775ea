# %% 1 the target is a step too far
def cut(series, sequence_len, ahead):
    starts = np.arange(len(series) - sequence_len - ahead)
    rows = starts[:, None] + np.arange(sequence_len)
    return series[rows], series[starts + sequence_len + ahead]


# %% 1 the window contains its target
def cut(series, sequence_len, ahead):
    starts = np.arange(len(series) - sequence_len - ahead + 1)
    rows = starts[:, None] + np.arange(sequence_len)
    return series[rows], series[starts + sequence_len - 1]


# %% 1 the last window is forgotten
def cut(series, sequence_len, ahead):
    inputs, targets = [], []
    for start in range(len(series) - sequence_len - ahead):
        inputs.append(series[start : start + sequence_len])
        targets.append(series[start + sequence_len + ahead - 1])
    return np.array(inputs), np.array(targets)


# %% 1 the distance is ignored
def cut(series, sequence_len, ahead):
    starts = np.arange(len(series) - sequence_len)
    rows = starts[:, None] + np.arange(sequence_len)
    return series[rows], series[starts + sequence_len]


# %% 1 the axes of numpy's sliding windows are left as they come
def cut(series, sequence_len, ahead):
    inputs = np.lib.stride_tricks.sliding_window_view(series, sequence_len, axis=0)
    return inputs[:-ahead], series[sequence_len + ahead - 1 :]


# %% 2 one change for all hours
def add_usual_change(now, hours, train_change, train_hours):
    return now + train_change.mean()


# %% 2 the change without the temperature it starts from
def add_usual_change(now, hours, train_change, train_hours):
    usual = {hour: train_change[train_hours == hour].mean() for hour in np.unique(train_hours)}
    return np.array([usual[hour] for hour in hours])


# %% 2 the change is taken away instead of added
def add_usual_change(now, hours, train_change, train_hours):
    usual = {hour: train_change[train_hours == hour].mean() for hour in np.unique(train_hours)}
    return now - np.array([usual[hour] for hour in hours])


# %% 2 the change of the hour before
def add_usual_change(now, hours, train_change, train_hours):
    usual = pd.Series(train_change).groupby(train_hours).mean()
    return now + usual.reindex((hours - 3) % 24).to_numpy()


# %% 2 the last change of that hour instead of the usual one
def add_usual_change(now, hours, train_change, train_hours):
    last = dict(zip(train_hours, train_change))
    return now + np.array([last[hour] for hour in hours])


# %% 3 the increment alone is the output
def build_linear(window):
    row = keras.layers.Dense(len(observed), kernel_initializer="zeros")(keras.layers.Flatten()(window))
    return keras.Model(window, row)


# %% 3 the weights begin at random
def build_linear(window):
    row = keras.layers.Dense(len(observed))(keras.layers.Flatten()(window))
    return keras.Model(window, row + window[:, -1, : len(observed)])


# %% 3 only the last instant is read
def build_linear(window):
    row = keras.layers.Dense(len(observed), kernel_initializer="zeros")(window[:, -1])
    return keras.Model(window, row + window[:, -1, : len(observed)])


# %% 3 the window is not flattened
def build_linear(window):
    row = keras.layers.Dense(len(observed), kernel_initializer="zeros")(window)
    return keras.Model(window, row + window[:, -1:, : len(observed)])


# %% 3 the LSTM is still there
def build_linear(window):
    return build(increment=True, skip=True)


# %% 3 a hidden layer in place of the LSTM
def build_linear(window):
    hidden = keras.layers.Dense(64, activation="relu")(keras.layers.Flatten()(window))
    row = keras.layers.Dense(len(observed), kernel_initializer="zeros")(hidden)
    return keras.Model(window, row + window[:, -1, : len(observed)])
