# %% 1 the mask comes after the sum
def attend(s, h, mask):
    """State (unit,), states (letter, unit), mask (letter,) -> weights (letter,), context (unit,)."""
    a = np.exp(h @ s - (h @ s).max())
    a = a / a.sum() * mask
    return a, a @ h


# %% 1 a masked letter has the likeness 0, not the weight 0
def attend(s, h, mask):
    """State (unit,), states (letter, unit), mask (letter,) -> weights (letter,), context (unit,)."""
    a = np.exp(h @ s * mask)
    a = a / a.sum()
    return a, a @ h


# %% 1 no softmax
def attend(s, h, mask):
    """State (unit,), states (letter, unit), mask (letter,) -> weights (letter,), context (unit,)."""
    a = (h @ s) * mask
    a = a / a.sum()
    return a, a @ h


# %% 1 the best letter takes all
def attend(s, h, mask):
    """State (unit,), states (letter, unit), mask (letter,) -> weights (letter,), context (unit,)."""
    a = np.eye(len(h))[np.argmax(np.where(mask, h @ s, -np.inf))]
    return a, a @ h


# %% 1 the context is a mean
def attend(s, h, mask):
    """State (unit,), states (letter, unit), mask (letter,) -> weights (letter,), context (unit,)."""
    a = np.where(mask, np.exp(h @ s), 0)
    a = a / a.sum()
    return a, h[mask].mean(axis=0)


# %% 2 START is forgotten
def mix(y, own, share, rng):
    """Right signs and own ones (date, 10), share of the teacher, generator -> input of the decoder (date, 10)."""
    return np.where(rng.random(y.shape) < share, y, own)


# %% 2 one draw for a whole date
def mix(y, own, share, rng):
    """Right signs and own ones (date, 10), share of the teacher, generator -> input of the decoder (date, 10)."""
    mixed = np.where(rng.random((len(y), 1)) < share, y, own)
    return np.concatenate([np.full((len(y), 1), START), mixed[:, :-1]], axis=1)


# %% 2 teacher and model are exchanged
def mix(y, own, share, rng):
    """Right signs and own ones (date, 10), share of the teacher, generator -> input of the decoder (date, 10)."""
    mixed = np.where(rng.random(y.shape) < share, own, y)
    return np.concatenate([np.full((len(y), 1), START), mixed[:, :-1]], axis=1)


# %% 2 one sign too many
def mix(y, own, share, rng):
    """Right signs and own ones (date, 10), share of the teacher, generator -> input of the decoder (date, 10)."""
    mixed = np.where(rng.random(y.shape) < share, y, own)
    return np.concatenate([np.full((len(y), 1), START), mixed], axis=1)


# %% 2 the first sign is replaced, nothing is moved
def mix(y, own, share, rng):
    """Right signs and own ones (date, 10), share of the teacher, generator -> input of the decoder (date, 10)."""
    mixed = np.where(rng.random(y.shape) < share, y, own)
    mixed[:, 0] = START
    return mixed


# %% 3 the prefix anywhere in the day
def allowed(prefix, days):
    """Text and list of dates as texts -> set of signs that may follow."""
    return {day[day.index(prefix) + len(prefix)] for day in days if prefix in day[:-1]}


# %% 3 all signs of the days that fit
def allowed(prefix, days):
    """Text and list of dates as texts -> set of signs that may follow."""
    return {sign for day in days if day.startswith(prefix) for sign in day[len(prefix) :]}


# %% 3 the sign at the end of the prefix
def allowed(prefix, days):
    """Text and list of dates as texts -> set of signs that may follow."""
    return {day[max(len(prefix) - 1, 0)] for day in days if day.startswith(prefix)}


# %% 3 a whole date is not thought of
def allowed(prefix, days):
    """Text and list of dates as texts -> set of signs that may follow."""
    return {day[len(prefix)] for day in days if day.startswith(prefix)}


# %% 3 the prefix is not looked at
def allowed(prefix, days):
    """Text and list of dates as texts -> set of signs that may follow."""
    return {day[len(prefix)] for day in days if len(day) > len(prefix)}
