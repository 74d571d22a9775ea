# %% 1 only the letters that count
def attend(s, h, mask):
    """State (unit,), states (letter, unit), mask (letter,) -> weights (letter,), context (unit,)."""
    a = np.zeros(len(h))
    a[mask] = np.exp(h[mask] @ s)
    a[mask] /= a[mask].sum()
    return a, (a[:, None] * h).sum(axis=0)


# %% 1 minus infinity before the softmax
def attend(s, h, mask):
    """State (unit,), states (letter, unit), mask (letter,) -> weights (letter,), context (unit,)."""
    likeness = np.where(mask, h @ s, -np.inf)
    a = np.exp(likeness - likeness.max())
    a /= a.sum()
    return [a, a @ h]


# %% 2 in place
def mix(y, own, share, rng):
    """Right signs and own ones (date, 10), share of the teacher, generator -> input of the decoder (date, 10)."""
    moved = np.full(y.shape, START)
    moved[:, 1:] = y[:, :-1]
    let_go = rng.random((len(y), y.shape[1] - 1)) >= share
    moved[:, 1:][let_go] = own[:, :-1][let_go]
    return moved


# %% 2 insert, then cut
def mix(y, own, share, rng):
    """Right signs and own ones (date, 10), share of the teacher, generator -> input of the decoder (date, 10)."""
    teacher = rng.binomial(1, share, size=y.shape)
    return np.insert(teacher * y + (1 - teacher) * own, 0, START, axis=1)[:, :10]


# %% 3 a loop
def allowed(prefix, days):
    """Text and list of dates as texts -> set of signs that may follow."""
    found, n = set(), len(prefix)
    for day in days:
        if day[:n] == prefix and day[n : n + 1]:
            found.add(day[n])
    return found


# %% 3 slices, and the empty one left out
def allowed(prefix, days):
    """Text and list of dates as texts -> set of signs that may follow."""
    return {day[len(prefix) : len(prefix) + 1] for day in days if day.startswith(prefix)} - {""}
