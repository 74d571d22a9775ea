# %% 1 np.roll compares the end of the record with its beginning
def error_of_now(temperature, lead):
    change = temperature - np.roll(temperature, lead)
    return np.sqrt(np.nanmean(change**2))


# %% 1 a mean of absolute errors
def error_of_now(temperature, lead):
    return np.nanmean(np.abs(temperature[lead:] - temperature[:-lead]))


# %% 1 no care for holes
def error_of_now(temperature, lead):
    return np.sqrt(np.mean((temperature[lead:] - temperature[:-lead]) ** 2))


# %% 1 the lead counted in hours
def error_of_now(temperature, lead):
    steps = lead // 3
    return np.sqrt(np.nanmean((temperature[steps:] - temperature[:-steps]) ** 2))


# %% 1 one error for each instant
def error_of_now(temperature, lead):
    return np.sqrt((temperature[lead:] - temperature[:-lead]) ** 2)


# %% 1 a straight line is drawn over the holes
def error_of_now(temperature, lead):
    whole = pd.Series(temperature).interpolate().to_numpy()
    return np.sqrt(np.mean((whole[lead:] - whole[:-lead]) ** 2))


# %% 2 the calendar of now is kept
def iterate_by_hand(step, past, known):
    made = []
    for i in range(known.shape[1]):
        row = past[:, -1].copy()
        made.append(step(past))
        row[:, : made[-1].shape[-1]] = made[-1]
        past = np.concatenate([past[:, 1:], row[:, None]], axis=1)
    return np.stack(made, axis=1)


# %% 2 the first hour to come, at every step
def iterate_by_hand(step, past, known):
    made = []
    for i in range(known.shape[1]):
        made.append(step(past))
        row = np.concatenate([made[-1], known[:, 0]], axis=-1)
        past = np.concatenate([past[:, 1:], row[:, None]], axis=1)
    return np.stack(made, axis=1)


# %% 2 the oldest row stays
def iterate_by_hand(step, past, known):
    made = []
    for i in range(known.shape[1]):
        made.append(step(past))
        row = np.concatenate([made[-1], known[:, i]], axis=-1)
        past = np.concatenate([past, row[:, None]], axis=1)
    return np.stack(made, axis=1)


# %% 2 the same window is asked again
def iterate_by_hand(step, past, known):
    return np.stack([step(past) for i in range(known.shape[1])], axis=1)


# %% 2 whole rows are given back
def iterate_by_hand(step, past, known):
    made = []
    for i in range(known.shape[1]):
        row = np.concatenate([step(past), known[:, i]], axis=-1)
        past = np.concatenate([past[:, 1:], row[:, None]], axis=1)
        made.append(row)
    return np.stack(made, axis=1)


# %% 3 a network of its own for each step
def iterating_network(one_step, steps):
    window = start = keras.Input(one_step.input_shape[1:])
    calendar = keras.Input((steps, one_step.input_shape[-1] - one_step.output_shape[-1]))
    made = []
    for i in range(steps):
        network = keras.models.clone_model(one_step)
        network.name = f"step_{i}"
        made.append(network(window))
        row = keras.ops.concatenate([made[-1], calendar[:, i]], axis=-1)
        window = keras.ops.concatenate([window[:, 1:], row[:, None]], axis=1)
    return keras.Model([start, calendar], keras.ops.stack(made, axis=1))


# %% 3 the first hour to come, four times
def iterating_network(one_step, steps):
    window = start = keras.Input(one_step.input_shape[1:])
    calendar = keras.Input((steps, one_step.input_shape[-1] - one_step.output_shape[-1]))
    made = []
    for i in range(steps):
        made.append(one_step(window))
        row = keras.ops.concatenate([made[-1], calendar[:, 0]], axis=-1)
        window = keras.ops.concatenate([window[:, 1:], row[:, None]], axis=1)
    return keras.Model([start, calendar], keras.ops.stack(made, axis=1))


# %% 3 the last forecast alone
def iterating_network(one_step, steps):
    window = start = keras.Input(one_step.input_shape[1:])
    calendar = keras.Input((steps, one_step.input_shape[-1] - one_step.output_shape[-1]))
    for i in range(steps):
        following = one_step(window)
        row = keras.ops.concatenate([following, calendar[:, i]], axis=-1)
        window = keras.ops.concatenate([window[:, 1:], row[:, None]], axis=1)
    return keras.Model([start, calendar], following)
