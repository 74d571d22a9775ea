# %% 1 nothing is shifted: each step reads its answer
def shift_right(last, truth):
    """Last observations (window,), what follows (window, lead) -> what the decoder reads (window, lead)."""
    return truth


# %% 1 one column too many
def shift_right(last, truth):
    """Last observations (window,), what follows (window, lead) -> what the decoder reads (window, lead)."""
    return np.concatenate([last[:, None], truth], axis=1)


# %% 1 np.roll alone: the last value comes first
def shift_right(last, truth):
    """Last observations (window,), what follows (window, lead) -> what the decoder reads (window, lead)."""
    return np.roll(truth, 1, axis=1)


# %% 1 the last observation at every step
def shift_right(last, truth):
    """Last observations (window,), what follows (window, lead) -> what the decoder reads (window, lead)."""
    return np.repeat(last[:, None], truth.shape[1], axis=1)


# %% 1 shifted to the left
def shift_right(last, truth):
    """Last observations (window,), what follows (window, lead) -> what the decoder reads (window, lead)."""
    return np.concatenate([truth[:, 1:], last[:, None]], axis=1)


# %% 2 the state is forgotten
def decode(step, state, last, calendar):
    """A step, its first state, last (window,) and calendar (window, lead, 6) -> forecasts (window, lead)."""
    temperature, made = last, []
    for lead in range(calendar.shape[1]):
        temperature, _ = step(temperature, calendar[:, lead], state)
        made.append(temperature)
    return np.stack(made, axis=1)


# %% 2 nothing is fed back
def decode(step, state, last, calendar):
    """A step, its first state, last (window,) and calendar (window, lead, 6) -> forecasts (window, lead)."""
    made = []
    for lead in range(calendar.shape[1]):
        temperature, state = step(last, calendar[:, lead], state)
        made.append(temperature)
    return np.stack(made, axis=1)


# %% 2 the calendar of the first step for all
def decode(step, state, last, calendar):
    """A step, its first state, last (window,) and calendar (window, lead, 6) -> forecasts (window, lead)."""
    made = []
    for _ in range(calendar.shape[1]):
        last, state = step(last, calendar[:, 0], state)
        made.append(last)
    return np.stack(made, axis=1)


# %% 2 leads before windows
def decode(step, state, last, calendar):
    """A step, its first state, last (window,) and calendar (window, lead, 6) -> forecasts (window, lead)."""
    made = []
    for lead in range(calendar.shape[1]):
        last, state = step(last, calendar[:, lead], state)
        made.append(last)
    return np.stack(made)


# %% 2 it gives what it read
def decode(step, state, last, calendar):
    """A step, its first state, last (window,) and calendar (window, lead, 6) -> forecasts (window, lead)."""
    made = []
    for lead in range(calendar.shape[1]):
        made.append(last)
        last, state = step(last, calendar[:, lead], state)
    return np.stack(made, axis=1)


# %% 3 the first column is mixed too
def mix(truth, own, share, rng):
    """Decoder inputs (window, lead) from the truth and from the model -> a random mixture of both (window, lead)."""
    return np.where(rng.random(truth.shape) < share, own, truth)


# %% 3 a weighted mean
def mix(truth, own, share, rng):
    """Decoder inputs (window, lead) from the truth and from the model -> a random mixture of both (window, lead)."""
    given = share * own + (1 - share) * truth
    given[:, 0] = truth[:, 0]
    return given


# %% 3 one draw for a whole window
def mix(truth, own, share, rng):
    """Decoder inputs (window, lead) from the truth and from the model -> a random mixture of both (window, lead)."""
    taken = np.repeat(rng.random((len(truth), 1)) < share, truth.shape[1], axis=1)
    taken[:, 0] = False
    return np.where(taken, own, truth)


# %% 3 the share of the truth
def mix(truth, own, share, rng):
    """Decoder inputs (window, lead) from the truth and from the model -> a random mixture of both (window, lead)."""
    taken = rng.random(truth.shape) >= share
    taken[:, 0] = False
    return np.where(taken, own, truth)


# %% 3 the truth is written over
def mix(truth, own, share, rng):
    """Decoder inputs (window, lead) from the truth and from the model -> a random mixture of both (window, lead)."""
    taken = rng.random(truth.shape) < share
    taken[:, 0] = False
    truth[taken] = own[taken]
    return truth
