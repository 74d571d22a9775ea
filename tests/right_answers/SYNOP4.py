# %% 1 np.roll, then the first column
def shift_right(last, truth):
    """Last observations (window,), what follows (window, lead) -> what the decoder reads (window, lead)."""
    given = np.roll(truth, 1, axis=1)
    given[:, 0] = last
    return given


# %% 1 columns side by side
def shift_right(last, truth):
    """Last observations (window,), what follows (window, lead) -> what the decoder reads (window, lead)."""
    return np.column_stack([last, truth])[:, :-1]


# %% 2 an array that is filled
def decode(step, state, last, calendar):
    """A step, its first state, last (window,) and calendar (window, lead, 6) -> forecasts (window, lead)."""
    made = np.empty(calendar.shape[:2])
    for lead in range(made.shape[1]):
        made[:, lead], state = step(last if lead == 0 else made[:, lead - 1], calendar[:, lead], state)
    return made


# %% 3 one place after the other
def mix(truth, own, share, rng):
    """Decoder inputs (window, lead) from the truth and from the model -> a random mixture of both (window, lead)."""
    given = truth.copy()
    for lead in range(1, truth.shape[1]):
        taken = rng.random(len(truth)) < share
        given[taken, lead] = own[taken, lead]
    return given


# %% 3 by a product
def mix(truth, own, share, rng):
    """Decoder inputs (window, lead) from the truth and from the model -> a random mixture of both (window, lead)."""
    taken = rng.binomial(1, share, size=truth.shape)
    taken[:, 0] = 0
    return taken * own + (1 - taken) * truth
