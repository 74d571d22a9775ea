# %% 1 pandas
def error_of_now(temperature, lead):
    return (pd.Series(temperature).diff(lead) ** 2).mean() ** 0.5


# %% 1 pairs that are whole
def error_of_now(temperature, lead):
    now, later = temperature[:-lead], temperature[lead:]
    whole = ~np.isnan(now) & ~np.isnan(later)
    return scores.rmse(later[whole], now[whole])


# %% 2 one long array, filled from the left
def iterate_by_hand(step, windows, known):
    count, length, columns = windows.shape
    rows = np.concatenate([windows, np.zeros((count, known.shape[1], columns))], axis=1)
    variables = columns - known.shape[2]
    rows[:, length:, variables:] = known
    for i in range(known.shape[1]):
        rows[:, length + i, :variables] = step(rows[:, i : i + length])
    return rows[:, length:, :variables]


# %% 2 a list of rows
def iterate_by_hand(step, windows, known):
    rows, length = list(np.swapaxes(windows, 0, 1)), windows.shape[1]
    forecasts = []
    for calendar in np.swapaxes(known, 0, 1):
        forecasts.append(np.asarray(step(np.stack(rows[-length:], axis=1))))
        rows.append(np.hstack([forecasts[-1], calendar]))
    return np.stack(forecasts, axis=1)


# %% 3 layers in place of operations
def iterating_network(one_step, steps):
    window = start = keras.Input(one_step.input_shape[1:])
    variables = one_step.output_shape[-1]
    calendar = keras.Input((steps, one_step.input_shape[-1] - variables))
    forecasts = []
    for i in range(steps):
        row = keras.layers.Reshape((1, variables))(one_step(window))
        forecasts.append(row)
        row = keras.layers.Concatenate()([row, calendar[:, i : i + 1]])
        window = keras.layers.Concatenate(axis=1)([window[:, 1:], row])
    return keras.Model([start, calendar], keras.layers.Concatenate(axis=1)(forecasts))
